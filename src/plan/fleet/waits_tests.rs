//! Jobs that wait for more than a moment: a network, a volume, a clock that was set back.

use jiff::SignedDuration;

use super::tests::{at, entry, failed, failure};
use super::*;
use crate::model::failure::{FailureKind, Room};
use crate::plan::volume::Volume;

/// A queue of jobs that wait like this, none counted as an attempt.
fn waiting(jobs: i64, limit: u32, kind: FailureKind) -> Fleet {
    let mut fleet = Fleet::new(limit, Scope::All);
    for id in 1..=jobs {
        let phase = Phase::Waiting { until: at(5), attempt: 1, why: failure(kind) };
        fleet.add(JobId(id), Entry { attempt: 1, ..entry(Intent::Run, phase) });
    }
    fleet
}

fn started(effects: &[Effect]) -> Vec<i64> {
    let start = |e: &Effect| if let Effect::Start(id) = e { Some(id.0) } else { None };
    effects.iter().filter_map(start).collect()
}

#[test]
fn e13_one_job_looks_for_the_network_and_all_go_on_with_it() {
    let mut fleet = waiting(3, 2, FailureKind::NoNetwork);
    assert_eq!(fleet.next_due(), Some(at(5)));
    assert!(started(&fleet.fill(at(4))).is_empty());
    assert_eq!(started(&fleet.fill(at(5))), [1]);
    assert_eq!(
        (fleet.probe(), fleet.next_due()),
        (Some(JobId(1)), None),
        "nothing is due meanwhile"
    );
    assert!(started(&fleet.fill(at(6))).is_empty());
    // It finds none: no attempt is counted, and all look again later.
    fleet.ended(JobId(1), failed(FailureKind::NoNameService, false), at(7), 0);
    assert_eq!(fleet.entry(JobId(1)).unwrap().attempt, 1);
    assert_eq!(fleet.look_for_network(at(20)).len(), 3);
    assert_eq!((fleet.look_for_network(at(20)).len(), fleet.next_due()), (0, Some(at(20))));
    assert_eq!(started(&fleet.fill(at(20))), [1]);
    // It brings a byte.
    assert_eq!(fleet.network_is_there().len(), 2);
    assert_eq!(started(&fleet.fill(at(21))), [2]);
    assert!(!fleet.waits_for_network());
}

#[test]
fn a_wish_to_try_now_waits_for_no_probe() {
    for kind in FailureKind::ALL {
        let mut fleet = waiting(2, 2, kind);
        fleet.fill(at(5));
        if fleet.is_live(JobId(2)) {
            // It waited for nothing but the moment.
            continue;
        }
        assert!(matches!(fleet.entry(JobId(2)).unwrap().phase, Phase::Waiting { .. }), "{kind:?}");
        assert!(fleet.wish(JobId(2), Wish::Retry).is_some(), "{kind:?}");
        assert_eq!(started(&fleet.fill(at(0))), [2], "{kind:?}");
    }
}

/// What it waits for, and what the queue says of that.
#[test]
fn what_is_waited_for_is_told() {
    let all = |kind| waiting(1, 1, kind);
    let told = |fleet: &Fleet| {
        let volumes = fleet.wait_for_volume().len();
        (fleet.any_waiting(), fleet.waits_for_network(), volumes)
    };
    assert_eq!(told(&all(FailureKind::Busy)), (true, false, 0));
    assert_eq!(told(&all(FailureKind::NoNetwork)), (true, true, 0));
    assert_eq!(told(&all(FailureKind::DiskFull)), (true, false, 1));
    for kind in [FailureKind::NoNetwork, FailureKind::DiskFull] {
        let mut others = all(kind);
        others.scope = Scope::Only([JobId(2)].into_iter().collect());
        assert_eq!(told(&others), (false, false, 0), "it is none of ours");
        let mut paused = all(kind);
        paused.wish(JobId(1), Wish::Pause);
        assert_eq!(told(&paused), (false, false, 0));
    }
    let mut queue = Fleet::new(1, Scope::All);
    queue.add(JobId(1), entry(Intent::Run, Phase::Queued));
    assert_eq!(told(&queue), (false, false, 0));
    let later = Entry { not_before: Some(at(9)), ..entry(Intent::Run, Phase::Queued) };
    queue.add(JobId(1), later);
    assert_eq!(told(&queue), (true, false, 0));
}

#[test]
fn who_failed_before_the_network_was_blamed_is_excused() {
    let mut fleet = waiting(1, 1, FailureKind::UnknownHost);
    let why = failure(FailureKind::NoNetwork);
    assert_eq!(
        fleet.blame_network(JobId(1), why.clone()),
        Some(Effect::Save(JobId(1), Some(why.clone())))
    );
    assert_eq!(fleet.entry(JobId(1)).unwrap().attempt, 0);
    assert_eq!(fleet.blame_network(JobId(1), why), None);
}

#[test]
fn f5_f10_a_volume_is_looked_at_before_a_server_is_asked() {
    for kind in [FailureKind::DiskFull, FailureKind::VolumeGone] {
        let mut fleet = waiting(1, 1, kind);
        if let Phase::Waiting { why, .. } = &mut fleet.jobs.edit(JobId(1)).unwrap().phase {
            why.room = Some(Room { needed_bytes: 10, free_bytes: 1 });
        }
        assert_eq!(fleet.wait_for_volume(), [JobId(1)]);
        assert_eq!(fleet.fill(at(5)), [Effect::Look(JobId(1))], "{kind:?}");
        assert!(fleet.next_due().is_some_and(|due| due >= at(10)), "it would spin");
        assert!(fleet.fill(at(6)).is_empty());
        fleet.looked(JobId(1), Volume { is_there: false, free_bytes: Some(2) });
        assert!(matches!(fleet.entry(JobId(1)).unwrap().phase, Phase::Waiting { .. }));
        let ready = Volume { is_there: true, free_bytes: Some(10) };
        assert_eq!(fleet.looked(JobId(1), ready), Some(Effect::Save(JobId(1), None)));
        assert_eq!(started(&fleet.fill(at(7))), [1]);
        assert_eq!(fleet.looked(JobId(1), ready), None, "it runs already");
    }
}

#[test]
fn a_clock_that_is_set_back_makes_no_pause_longer() {
    let mut fleet = waiting(2, 1, FailureKind::Refused);
    // Set when it was 8900 on the clock: 100 s are left of one, of the other an hour that was asked for.
    for (id, until, wait_secs) in [(1, 9000, None), (2, 12_500, Some(3600))] {
        let why = Failure { wait_secs, ..failure(FailureKind::Busy) };
        fleet.jobs.edit(JobId(id)).unwrap().phase =
            Phase::Waiting { until: at(until), attempt: 1, why };
    }
    let by = SignedDuration::from_secs(8900);
    assert_eq!(fleet.clock_was_set_back(by, at(0)).len(), 2);
    assert_eq!(fleet.next_due(), Some(at(100)));
    assert!(fleet.clock_was_set_back(by, at(0)).is_empty());
    let Phase::Waiting { until, .. } = &fleet.entry(JobId(2)).unwrap().phase else { panic!() };
    assert_eq!(*until, at(3600));
    // However long it was, no pause of our own becomes longer than five minutes.
    let why = failure(FailureKind::Busy);
    fleet.jobs.edit(JobId(1)).unwrap().phase = Phase::Waiting { until: at(9000), attempt: 1, why };
    fleet.clock_was_set_back(SignedDuration::from_secs(10), at(0));
    assert_eq!(fleet.next_due(), Some(at(300)));
}

#[test]
fn so_many_attempts_are_made_soon_as_are_wished_now() {
    let rests = |retries: Option<u32>| {
        let mut fleet = Fleet::new(1, Scope::All);
        fleet.add(JobId(1), Entry { attempt: 3, ..entry(Intent::Run, Phase::Queued) });
        if let Some(retries) = retries {
            fleet.set_retries(JobId(1), retries);
        }
        fleet.fill(at(0));
        fleet.ended(JobId(1), failed(FailureKind::Refused, false), at(0), 0);
        let phase = &fleet.entry(JobId(1)).unwrap().phase;
        matches!(phase, Phase::Waiting { until, .. } if *until > at(60))
    };
    assert_eq!([None, Some(4), Some(0)].map(rests), [true, false, true]);
}
