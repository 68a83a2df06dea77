//! The order of the rows where they are sorted by a column.
//!
//! Invariant: the order is whole and stable: what is equal stays in the order of the queue, and what
//! has no value stands last, in both directions.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use crate::app::snapshot::JobView;
use crate::model::columns::{Column, Direction, Sort};
use crate::model::natural;
use crate::model::phase::State;

/// Sorts the rows in `shown`, places in `jobs`.
pub(crate) fn sort(jobs: &[Arc<JobView>], shown: &mut [u32], sort: Sort) {
    if sort.column == Column::Name {
        sort_by_name(jobs, shown, sort.direction);
        return;
    }
    let mut keyed: Vec<(bool, u64, u32)> = shown
        .iter()
        .map(|row| {
            let value = jobs.get(*row as usize).and_then(|job| value(job, sort.column));
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

/// One name on its way to its place. Most are told apart by their heads, without a look at the rest.
struct Named {
    has_none: bool,
    head: u64,
    key: Range<usize>,
    row: u32,
}

fn sort_by_name(jobs: &[Arc<JobView>], shown: &mut [u32], direction: Direction) {
    let mut keys = Vec::with_capacity(shown.len() * 32);
    let mut names: Vec<Named> = Vec::with_capacity(shown.len());
    for row in shown.iter() {
        let from = keys.len();
        let name = jobs.get(*row as usize).map_or("", |job| job.name.as_str());
        natural::push_key(name, &mut keys);
        let key = from..keys.len();
        names.push(Named { has_none: key.is_empty(), head: 0, key, row: *row });
    }
    let alike = common_start(&keys, &names);
    for name in &mut names {
        let key = keys.get(name.key.clone()).unwrap_or_default();
        name.head = directed(head(key.get(alike..).unwrap_or_default()), direction);
    }
    let key = |name: &Named| keys.get(name.key.clone()).unwrap_or_default();
    names.sort_unstable_by(|a, b| {
        let rest = || match direction {
            Direction::Up => key(a).cmp(key(b)),
            Direction::Down => key(b).cmp(key(a)),
        };
        let heads = (a.has_none, a.head).cmp(&(b.has_none, b.head));
        let order = if heads == Ordering::Equal { rest() } else { heads };
        order.then(a.row.cmp(&b.row))
    });
    for (row, name) in shown.iter_mut().zip(names) {
        *row = name.row;
    }
}

/// How many bytes all keys begin with alike; those of no name do not count.
fn common_start(keys: &[u8], names: &[Named]) -> usize {
    let mut keys = names
        .iter()
        .filter(|name| !name.has_none)
        .map(|name| keys.get(name.key.clone()).unwrap_or_default());
    let Some(first) = keys.next() else { return 0 };
    keys.fold(first.len(), |alike, key| {
        first.iter().zip(key).take(alike).take_while(|(a, b)| a == b).count()
    })
}

/// The first eight bytes as a number that compares as they do.
fn head(key: &[u8]) -> u64 {
    key.iter()
        .copied()
        .chain(std::iter::repeat(0))
        .take(8)
        .fold(0, |head, byte| head << 8 | u64::from(byte))
}

#[cfg(test)]
#[path = "order_tests.rs"]
mod tests;
