//! The order of the rows: tables, and a plain sort beside it.

use std::cmp::Ordering;
use std::sync::Arc;

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;

fn view(name: &str) -> JobView {
    JobView {
        name: name.into(),
        total_bytes: None,
        done_bytes: 0,
        speed_bps: 0,
        eta_secs: None,
        created_at: Timestamp::UNIX_EPOCH,
        ..crate::app::sample::view()
    }
}

fn sorted(jobs: Vec<JobView>, column: Column, direction: Direction) -> Vec<u32> {
    let jobs: JobList = jobs.into_iter().map(Arc::new).collect();
    let mut shown: Vec<u32> = (0..).take(jobs.len()).collect();
    sort(&jobs, &mut shown, Sort { column, direction });
    shown
}

#[test]
fn names_are_sorted_as_people_expect_in_both_directions() {
    let jobs = || ["part10", "", "Part2", "part2", "a"].into_iter().map(view).collect();
    assert_eq!(sorted(jobs(), Column::Name, Direction::Up), [4, 2, 3, 0, 1]);
    assert_eq!(sorted(jobs(), Column::Name, Direction::Down), [0, 2, 3, 4, 1]);
}

#[test]
fn very_many_names_are_sorted_as_few_are() {
    let name = |n: u32| match n % 97 {
        0 => String::new(),
        _ => format!("part{}.bin", n.wrapping_mul(2_654_435_761) % 5_000),
    };
    let names: Vec<String> = (0..10_001).map(name).collect();
    let key = |row: &u32| {
        let mut key = Vec::new();
        natural::push_key(&names[*row as usize], &mut key);
        (key.is_empty(), key)
    };
    let mut expected: Vec<u32> = (0..10_001).collect();
    expected.sort_by_key(key);
    let jobs = names.iter().map(|name| view(name)).collect();
    assert_eq!(sorted(jobs, Column::Name, Direction::Up), expected);
}

#[test]
fn each_column_is_sorted_by_its_value_and_what_has_none_stands_last() {
    let jobs = || {
        let done = |done_bytes| JobView { total_bytes: Some(100), done_bytes, ..view("a") };
        vec![
            JobView { speed_bps: 5, eta_secs: Some(9), ..done(50) },
            view("b"),
            JobView { speed_bps: 7, eta_secs: Some(1), ..done(20) },
            JobView {
                state: State::Completed,
                total_bytes: Some(3),
                created_at: Timestamp::UNIX_EPOCH - jiff::SignedDuration::from_secs(1),
                ..view("c")
            },
        ]
    };
    for (column, up, down) in [
        (Column::Progress, [2, 0, 3, 1], [3, 0, 2, 1]),
        (Column::Speed, [0, 2, 1, 3], [2, 0, 1, 3]),
        (Column::Left, [2, 0, 1, 3], [0, 2, 1, 3]),
        (Column::Size, [3, 0, 2, 1], [0, 2, 3, 1]),
        (Column::Added, [3, 0, 1, 2], [0, 1, 2, 3]),
    ] {
        assert_eq!(sorted(jobs(), column, Direction::Up), up, "{column:?}");
        assert_eq!(sorted(jobs(), column, Direction::Down), down, "{column:?}");
    }
}

fn column() -> impl Strategy<Value = Column> {
    proptest::sample::select(Column::ALL.to_vec())
}

fn jobs() -> impl Strategy<Value = Vec<JobView>> {
    let job = (
        "(abcdefgh|ABCDEFGHIJ|abc)?[a-c]{0,9}[0-9]{0,3}([a-b]{8})?",
        proptest::option::of(0_u64..5),
        0_u64..4,
    );
    let job = job.prop_map(|(name, total_bytes, value)| JobView {
        total_bytes,
        done_bytes: value,
        speed_bps: value,
        eta_secs: total_bytes,
        ..view(&name)
    });
    proptest::collection::vec(job, 0..40)
}

/// What a job is compared by, by other means than the sorting's.
fn plain_key(job: &JobView, column: Column) -> Option<Vec<u8>> {
    if column == Column::Name {
        let mut key = Vec::new();
        natural::push_key(&job.name, &mut key);
        return Some(key).filter(|key| !key.is_empty());
    }
    value(job, column).map(|value| value.to_be_bytes().to_vec())
}

proptest! {
    #[test]
    fn the_order_is_that_of_a_plain_stable_sort(jobs in jobs(), column in column(), down: bool) {
        let direction = if down { Direction::Down } else { Direction::Up };
        let mut expected: Vec<u32> = (0..).take(jobs.len()).collect();
        expected.sort_by(|a, b| {
            let key = |row: &u32| plain_key(&jobs[*row as usize], column);
            match (key(a), key(b)) {
                (None, None) => Ordering::Equal,
                (None, Some(_)) => Ordering::Greater,
                (Some(_), None) => Ordering::Less,
                (Some(a), Some(b)) if down => b.cmp(&a),
                (Some(a), Some(b)) => a.cmp(&b),
            }
        });
        prop_assert_eq!(sorted(jobs, column, direction), expected);
    }
}
