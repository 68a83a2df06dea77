//! The order of the rows where they are sorted by a column.
//!
//! Invariant: the order is whole and stable: what is equal stays in the order of the queue, and what
//! has no value stands last, in both directions.

use crate::app::job_list::JobList;
use crate::app::snapshot::JobView;
use crate::model::columns::{Column, Direction, Sort};
use crate::model::natural;
use crate::model::phase::State;

/// From so many rows in a half on that half is a thread's own.
const MANY: usize = 4_096;

/// Sorts the rows in `shown`, places in `jobs`.
pub(crate) fn sort(jobs: &JobList, shown: &mut [u32], sort: Sort) {
    if sort.column == Column::Name {
        sort_by_name(jobs, shown, sort.direction);
        return;
    }
    let mut keyed: Vec<(bool, u64, u32)> = shown
        .iter()
        .map(|row| {
            let value = jobs.at(*row as usize).and_then(|job| value(job, sort.column));
            (value.is_none(), directed(value.unwrap_or_default(), sort.direction), *row)
        })
        .collect();
    keyed.sort_unstable();
    for (row, (.., sorted)) in shown.iter_mut().zip(keyed) {
        *row = sorted;
    }
}

/// Whether what a column is sorted by changes with the progress of a job.
pub(crate) fn follows_progress(column: Column) -> bool {
    match column {
        Column::Name | Column::Added => false,
        Column::Progress | Column::Speed | Column::Left | Column::Size => true,
    }
}

/// What a job is sorted by; nothing where that is not known.
fn value(job: &JobView, column: Column) -> Option<u64> {
    match column {
        // Sorted by its letters.
        Column::Name => None,
        Column::Progress if job.state == State::Completed => Some(u64::MAX),
        Column::Progress => job.total_bytes.filter(|total| *total > 0).map(|total| {
            let share = u128::from(job.done_bytes.min(total)) << 32;
            u64::try_from(share / u128::from(total)).unwrap_or(u64::MAX)
        }),
        Column::Speed => Some(job.speed_bps).filter(|bps| *bps > 0),
        Column::Left => job.eta_secs,
        Column::Size => job.total_bytes,
        Column::Added => {
            let at = job.created_at.as_millisecond();
            // Times before 1970 come before all others.
            Some(at.cast_unsigned() ^ (1 << 63))
        }
    }
}

fn directed(value: u64, direction: Direction) -> u64 {
    match direction {
        Direction::Up => value,
        Direction::Down => !value,
    }
}

/// One name on its way to its place.
#[derive(Clone, Copy, Default)]
struct Named {
    /// The part of its key that is looked at now, directed.
    head: u64,
    row: u32,
    /// Which of the keys it is with, and where its own stands there.
    part: u32,
    from: u32,
    to: u32,
}

impl Named {
    fn key_len(self) -> usize {
        (self.to - self.from) as usize
    }
}

/// The keys of all names, one after another, as they were made: in one part or in two.
struct Keys {
    parts: [Vec<u8>; 2],
    direction: Direction,
}

/// Four thousand million bytes of names are more than there can be.
fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Names looked up before their keys are made: they lie all over the memory, and what is asked for
/// at once comes at once.
const AHEAD: usize = 32;

/// Makes the keys of these rows.
fn keyed(jobs: &JobList, rows: &[u32], part: u32, names: &mut [Named]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(rows.len() * 24);
    let mut ahead = [""; AHEAD];
    for (rows, names) in rows.chunks(AHEAD).zip(names.chunks_mut(AHEAD)) {
        for (row, ahead) in rows.iter().zip(&mut ahead) {
            *ahead = jobs.at(*row as usize).map_or("", |job| job.name.as_str());
        }
        for name in &ahead {
            std::hint::black_box(name.as_bytes().first().copied());
        }
        for ((row, name), text) in rows.iter().zip(names).zip(ahead) {
            let from = place(bytes.len());
            natural::push_key(text, &mut bytes);
            *name = Named { head: 0, row: *row, part, from, to: place(bytes.len()) };
        }
    }
    bytes
}

/// Does a half of the work in a thread of its own where there is much: with 100,000 rows it takes
/// most of the time, and the window waits for it.
fn by_two<T: Send>(
    names: &mut [Named],
    work: impl Fn(usize, &mut [Named]) -> T + Sync,
) -> (T, Option<T>) {
    let share = names.len() / 2;
    if share < MANY {
        return (work(0, names), None);
    }
    let (first, second) = names.split_at_mut(share);
    std::thread::scope(|scope| {
        let second = scope.spawn(|| work(share, second));
        let first = work(0, first);
        match second.join() {
            Ok(second) => (first, Some(second)),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

fn sort_by_name(jobs: &JobList, shown: &mut [u32], direction: Direction) {
    let mut names = vec![Named::default(); shown.len()];
    let rows: &[u32] = shown;
    let (first, second) = by_two(&mut names, |at, names| {
        let rows = rows.get(at..at + names.len()).unwrap_or_default();
        keyed(jobs, rows, u32::from(at > 0), names)
    });
    let keys = Keys { parts: [first, second.unwrap_or_default()], direction };
    let has_none = |name: &&Named| name.key_len() == 0;
    let nameless: Vec<u32> = names.iter().filter(has_none).map(|name| name.row).collect();
    if !nameless.is_empty() {
        names.retain(|name| name.key_len() > 0);
    }
    keys.sort(&mut names);
    let sorted = names.into_iter().map(|name| name.row).chain(nameless);
    for (row, sorted) in shown.iter_mut().zip(sorted) {
        *row = sorted;
    }
}

impl Keys {
    fn of(&self, name: Named) -> &[u8] {
        let part = self.parts.get(name.part as usize);
        part.and_then(|bytes| bytes.get(name.from as usize..name.to as usize)).unwrap_or_default()
    }

    /// Sorts names by what they differ in first, eight bytes at a time, and those that are alike
    /// there by what follows: numbers are compared, and hardly ever a key from its beginning.
    fn sort(&self, names: &mut [Named]) {
        let mut open = vec![(0, names.len())];
        while let Some((first, end)) = open.pop() {
            let Some(run) = names.get_mut(first..end) else { continue };
            let at = self.common_start(run);
            for name in run.iter_mut() {
                let rest = self.of(*name).get(at..).unwrap_or_default();
                name.head = directed(head(rest), self.direction);
            }
            sort_by_head(run);
            let is_longer = |name: &Named| name.key_len() > at + HEAD;
            let mut begin = first;
            for alike in run.chunk_by(|a, b| a.head == b.head) {
                if alike.len() > 1 && alike.iter().any(is_longer) {
                    open.push((begin, begin + alike.len()));
                }
                begin += alike.len();
            }
        }
    }

    /// How many bytes the keys of all these begin with alike.
    fn common_start(&self, names: &[Named]) -> usize {
        let Some((first, others)) = names.split_first() else { return 0 };
        let first = self.of(*first);
        others.iter().fold(first.len(), |alike, name| {
            let same = |(a, b): &(&u8, &u8)| a == b;
            first.iter().zip(self.of(*name)).take(alike).take_while(same).count()
        })
    }
}

/// Sorts by what is looked at now and, where that is alike, in the order of the queue.
fn sort_by_head(names: &mut [Named]) {
    let key = |name: &Named| (name.head, name.row);
    if let (.., Some(())) = by_two(names, |_, names| names.sort_unstable_by_key(key)) {
        // Two halves that are sorted are only merged by this.
        names.sort_by_key(key);
    }
}

/// Bytes compared at once.
const HEAD: usize = 8;

/// The first eight bytes as a number that compares as they do.
fn head(key: &[u8]) -> u64 {
    if let Some(first) = key.first_chunk::<HEAD>() {
        return u64::from_be_bytes(*first);
    }
    key.iter()
        .copied()
        .chain(std::iter::repeat(0))
        .take(HEAD)
        .fold(0, |head, byte| head << 8 | u64::from(byte))
}

#[cfg(test)]
#[path = "order_tests.rs"]
mod tests;
