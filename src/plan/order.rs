//! The order of the queue: what moving jobs changes of their positions.
//!
//! Invariants: those that are moved keep their order among themselves, and so do the others; nothing is
//! changed but what must be.

use std::collections::BTreeSet;

use crate::model::id::JobId;
use crate::model::queue::Towards;

/// The positions that change when `which` are moved. `queue` is in order, each with its position.
pub fn moved(
    queue: &[(i64, JobId)],
    which: &BTreeSet<JobId>,
    towards: Towards,
) -> Vec<(JobId, i64)> {
    let is_moved = |entry: &(i64, JobId)| which.contains(&entry.1);
    let mut order = queue.to_vec();
    match towards {
        Towards::Top => order.sort_by_key(|entry| !is_moved(entry)),
        Towards::Bottom => order.sort_by_key(is_moved),
        Towards::Up => step(&mut order, is_moved),
        Towards::Down => {
            order.reverse();
            step(&mut order, is_moved);
            order.reverse();
        }
    }
    // The places stay, who stands in them changes.
    let mut before = None;
    let mut changed = Vec::new();
    for ((place, _), (was, id)) in queue.iter().zip(&order) {
        // Two that stood in one place do not any more.
        let place = before.map_or(*place, |before: i64| (*place).max(before.saturating_add(1)));
        before = Some(place);
        if place != *was {
            changed.push((*id, place));
        }
    }
    changed
}

/// Each that is moved goes before the one before it, unless that is moved too.
fn step(order: &mut [(i64, JobId)], is_moved: impl Fn(&(i64, JobId)) -> bool) {
    for at in 1..order.len() {
        if is_moved(&order[at]) && !is_moved(&order[at - 1]) {
            order.swap(at - 1, at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn after(queue: &[(i64, JobId)], which: &[i64], towards: Towards) -> Vec<i64> {
        let which = which.iter().map(|id| JobId(*id)).collect();
        let changed = moved(queue, &which, towards);
        let mut after: Vec<(i64, JobId)> = queue.to_vec();
        for (id, place) in changed {
            after.iter_mut().filter(|entry| entry.1 == id).for_each(|entry| entry.0 = place);
        }
        after.sort_unstable();
        after.into_iter().map(|(_, id)| id.0).collect()
    }

    fn queue(len: i64) -> Vec<(i64, JobId)> {
        (1..=len).map(|id| (id * 10, JobId(id))).collect()
    }

    #[test]
    fn jobs_move_and_stop_at_the_ends() {
        for (which, towards, expected) in [
            (&[3][..], Towards::Up, [1, 3, 2, 4, 5]),
            (&[1], Towards::Up, [1, 2, 3, 4, 5]),
            (&[1, 2, 4], Towards::Up, [1, 2, 4, 3, 5]),
            (&[2, 3], Towards::Down, [1, 4, 2, 3, 5]),
            (&[5], Towards::Down, [1, 2, 3, 4, 5]),
            (&[5, 3], Towards::Top, [3, 5, 1, 2, 4]),
            (&[1, 4], Towards::Bottom, [2, 3, 5, 1, 4]),
            (&[9], Towards::Top, [1, 2, 3, 4, 5]),
        ] {
            assert_eq!(after(&queue(5), which, towards), expected, "{which:?} {towards:?}");
        }
    }

    #[test]
    fn a_step_changes_two_places() {
        let which = [JobId(500)].into();
        assert_eq!(moved(&queue(1000), &which, Towards::Up).len(), 2);
        assert!(moved(&queue(1000), &BTreeSet::new(), Towards::Top).is_empty());
    }

    proptest! {
        #[test]
        fn nobody_is_lost_and_each_kind_keeps_its_order(
            places in prop::collection::vec(-3i64..3, 1..12),
            which in prop::collection::btree_set(1i64..13, 0..6),
            towards in prop_oneof![
                Just(Towards::Top), Just(Towards::Up), Just(Towards::Down), Just(Towards::Bottom)
            ],
        ) {
            // Some stand in one place, as no list of ours does.
            let mut queue: Vec<_> = (1..).zip(places).map(|(id, at)| (at, JobId(id))).collect();
            queue.sort_unstable();
            let picked: Vec<i64> = which.iter().copied().collect();
            let after = after(&queue, &picked, towards);
            let before: Vec<i64> = queue.iter().map(|(_, id)| id.0).collect();
            let kind = |all: &[i64], moved: bool| -> Vec<i64> {
                all.iter().copied().filter(|id| which.contains(id) == moved).collect()
            };
            prop_assert_eq!(kind(&after, true), kind(&before, true));
            prop_assert_eq!(kind(&after, false), kind(&before, false));
        }
    }
}
