//! The queue under a random user.

use proptest::prelude::*;

use super::tests::{REMOVE, at, entry, failed};
use super::*;
use crate::model::failure::FailureKind;
use crate::plan::volume::Volume;

#[derive(Clone, Debug)]
enum Step {
    Add,
    Wish(usize, Wish),
    End(usize, u8),
    Pass(i64),
    Limit(u32),
    Gates(Gates),
}

fn step() -> impl Strategy<Value = Step> {
    let wish = prop::sample::select(vec![
        Wish::Pause,
        Wish::Resume,
        Wish::Cancel,
        Wish::Hold,
        Wish::Retry,
        REMOVE,
    ]);
    prop_oneof![
        2 => Just(Step::Add),
        6 => (0usize..8, wish).prop_map(|(n, w)| Step::Wish(n, w)),
        6 => (0usize..8, 0u8..8).prop_map(|(n, k)| Step::End(n, k)),
        2 => (1i64..400).prop_map(Step::Pass),
        1 => (1u32..5).prop_map(Step::Limit),
        2 => (any::<[bool; 3]>()).prop_map(|[metered, all, one]| {
            let queues = one.then_some(QueueId(1)).into_iter().collect();
            Step::Gates(Gates { metered, all, queues })
        }),
    ]
}

proptest! {
    /// A random user and random ends: runs are never doubled, never more start than allowed, every
    /// run told to stop was running, what is kept neither starts nor runs on, and once the user resumes all, everything comes to an end.
    #[test]
    fn the_queue_holds_under_a_random_user(steps in prop::collection::vec(step(), 0..120)) {
        let (mut fleet, mut runs, mut now, mut next) = (Fleet::new(2, Scope::All), BTreeSet::new(), 0, 0);
        let mut limit = 2;
        for step in steps {
            let effects = match step {
                Step::Add => {
                    next += 1;
                    let queue = QueueId(u32::try_from(next % 2).unwrap_or_default());
                    fleet.add(JobId(next), Entry { queue, ..entry(Intent::Run, Phase::Queued) });
                    Vec::new()
                }
                Step::Wish(n, wish) => { let id = fleet.ids().nth(n); id.and_then(|id| fleet.wish(id, wish)).unwrap_or_default() }
                Step::End(n, kind) => match runs.iter().copied().nth(n) {
                    Some(id) => { runs.remove(&id); fleet.ended(id, ended_of(kind), at(now), 5) }
                    None => Vec::new(),
                },
                Step::Pass(secs) => { now += secs; Vec::new() }
                Step::Gates(gates) => { fleet.set_gates(gates); Vec::new() }
                Step::Limit(n) => { limit = n as usize; fleet.set_limit(n); Vec::new() }
            };
            for effect in effects {
                match effect {
                    Effect::Stop(id) => prop_assert!(runs.contains(&id), "stopped and not running"),
                    Effect::Start(_) => prop_assert!(false, "only fill starts"),
                    Effect::Forget(id, _) => {
                        prop_assert!(!runs.contains(&id), "forgotten while it runs");
                        fleet.forgotten(id);
                    }
                    Effect::Save(..) | Effect::Finished(_) | Effect::GaveUp(..) => {}
                    Effect::Look(_) => prop_assert!(false, "only fill looks"),
                }
            }
            let before = runs.len();
            let wanted = |fleet: &Fleet, id| fleet.entry(id).is_some_and(|e| e.intent == Intent::Run);
            let kept: BTreeSet<JobId> = runs.iter().copied().filter(|id| fleet.kept_by(*id).any() && wanted(&fleet, *id)).collect();
            let effects = fleet.fill(at(now));
            let stopped = effects.iter().filter_map(|e| if let Effect::Stop(id) = e { Some(*id) } else { None });
            prop_assert_eq!(stopped.collect::<BTreeSet<_>>(), kept);
            for effect in effects {
                if let Effect::Start(id) = effect {
                    prop_assert!(runs.insert(id), "started twice");
                    prop_assert!(!fleet.kept_by(id).any(), "started though it is kept");
                }
                if let Effect::Look(id) = effect { fleet.looked(id, Volume { is_there: true, free_bytes: None }); }
            }
            prop_assert!(runs.len() <= limit.max(before));
        }
        fleet.set_gates(Gates::default());
        for id in fleet.ids().collect::<Vec<_>>() { fleet.wish(id, Wish::Resume); }
        for _ in 0..1000 {
            now += 1000;
            fleet.fill(at(now));
            let live: Vec<JobId> = fleet.ids().filter(|id| fleet.is_live(*id)).collect();
            if live.is_empty() { break; }
            for id in live { fleet.ended(id, Ended::Done { path: "/a".into(), bytes: 1 }, at(now), 0); }
        }
        prop_assert!(fleet.ids().all(|id| fleet.entry(id).unwrap().phase.is_done()));
    }
}

fn ended_of(kind: u8) -> Ended {
    match kind {
        0 => Ended::Stopped,
        1 => Ended::Done { path: "/a".into(), bytes: 1 },
        2 => failed(FailureKind::Refused, false),
        3 => failed(FailureKind::Broken, true),
        4 => failed(FailureKind::NotFound, false),
        5 => failed(FailureKind::NoNetwork, false),
        6 => failed(FailureKind::DiskFull, true),
        _ => failed(FailureKind::LinkExpired, true),
    }
}
