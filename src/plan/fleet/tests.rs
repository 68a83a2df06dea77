//! The queue, by what it is told.

use super::*;
use crate::model::failure::FailureKind;

pub(super) fn failure(kind: FailureKind) -> Failure {
    Failure::new(kind, "")
}

pub(super) fn at(secs: i64) -> Timestamp {
    Timestamp::from_second(secs).unwrap()
}

pub(super) fn phases() -> Vec<Phase> {
    vec![
        Phase::Queued,
        Phase::Live,
        Phase::Waiting { until: at(9), attempt: 3, why: failure(FailureKind::Refused) },
        Phase::NeedsLink(failure(FailureKind::Page)),
        Phase::Finishing,
        Phase::Stopped,
        Phase::Failed(failure(FailureKind::NotFound)),
        Phase::Done { path: "/d/a".into(), bytes: 1, at: at(0) },
    ]
}

pub(super) fn entry(intent: Intent, phase: Phase) -> Entry {
    Entry {
        intent,
        phase,
        not_before: None,
        retries: 3,
        attempt: 0,
        host: "h:80".into(),
        position: 0,
        queue: QueueId::MAIN,
    }
}

/// A queue of these jobs, numbered from 1.
pub(super) fn fleet_of(limit: u32, entries: impl IntoIterator<Item = Entry>) -> Fleet {
    let mut fleet = Fleet::new(limit, Scope::All);
    for (id, entry) in (1..).zip(entries) {
        fleet.add(JobId(id), entry);
    }
    fleet
}

pub(super) const REMOVE: Wish = Wish::Remove(FileFate::Keep);

pub(super) fn failed(kind: FailureKind, progressed: bool) -> Ended {
    Ended::Failed { why: failure(kind), progressed, retry_after: None }
}

#[test]
fn what_a_run_tells_of_itself_is_so() {
    let mut fleet = Fleet::new(0, Scope::All);
    for (id, position) in [(1, 5), (2, 3), (3, 4)] {
        fleet.add(JobId(id), Entry { position, ..entry(Intent::Run, Phase::Queued) });
    }
    let order = |fleet: &Fleet| fleet.ids().map(|id| id.0).collect::<Vec<_>>();
    assert_eq!(order(&fleet), [2, 3, 1]);
    fleet.moved(&[(JobId(1), 1), (JobId(2), 6)]);
    assert_eq!(fleet.queue().collect::<Vec<_>>(), [(1, JobId(1)), (4, JobId(3)), (6, JobId(2))]);
    assert!(!fleet.any_live());
    fleet.fill(at(0));
    assert!(fleet.any_live() && fleet.is_live(JobId(1)) && !fleet.is_live(JobId(3)));
    let phase = |fleet: &Fleet| fleet.entry(JobId(1)).unwrap().phase.clone();
    assert_eq!(phase(&fleet), Phase::Live);
    fleet.finishing(JobId(1));
    assert_eq!(phase(&fleet), Phase::Finishing);
    fleet.repairing(JobId(1));
    assert_eq!(phase(&fleet), Phase::Live);
    fleet.set_limit(0);
    assert!(fleet.fill(at(0)).is_empty());
    fleet.ended(JobId(1), Ended::Done { path: "/a".into(), bytes: 1 }, at(0), 0);
    assert!(!fleet.any_live());
    assert_eq!(fleet.fill(at(0)).len(), 2, "one at least");
    fleet.add(JobId(4), entry(Intent::Run, Phase::Queued));
    assert!(fleet.fill(at(0)).is_empty());
    fleet.set_limit(2);
    assert_eq!(fleet.fill(at(0)).len(), 2, "one more");
}

#[test]
fn what_a_run_ends_in() {
    let end = |intent, ended| {
        let mut fleet = Fleet::new(1, Scope::All);
        fleet.add(JobId(1), entry(Intent::Run, Phase::Queued));
        assert_eq!(fleet.fill(at(0)).len(), 2);
        fleet.jobs.edit(JobId(1)).unwrap().intent = intent;
        fleet.ended(JobId(1), ended, at(0), 0);
        fleet.entry(JobId(1)).unwrap().phase.clone()
    };
    assert_eq!(end(Intent::Run, Ended::Stopped), Phase::Queued);
    assert_eq!(end(Intent::Hold, Ended::Stopped), Phase::Stopped);
    assert_eq!(end(Intent::Hold, failed(FailureKind::NotFound, false)), Phase::Stopped);
    assert!(matches!(
        end(Intent::Hold, Ended::Done { path: "/a".into(), bytes: 1 }),
        Phase::Done { .. }
    ));
    assert!(matches!(
        end(Intent::Run, failed(FailureKind::Refused, false)),
        Phase::Waiting { attempt: 1, .. }
    ));
    assert!(matches!(end(Intent::Run, failed(FailureKind::NotFound, false)), Phase::Failed(_)));
    assert!(matches!(
        end(Intent::Run, failed(FailureKind::LinkExpired, true)),
        Phase::NeedsLink(_)
    ));
}

#[test]
fn attempts_are_counted_over_runs_and_forgotten_by_a_wish() {
    let mut fleet = Fleet::new(1, Scope::All);
    fleet.add(JobId(1), entry(Intent::Run, Phase::Queued));
    for attempt in 1..=3 {
        assert_eq!(fleet.fill(at(attempt * 1000)).len(), 2);
        fleet.ended(JobId(1), failed(FailureKind::Refused, false), at(attempt * 1000), 1);
        assert_eq!(i64::from(fleet.entry(JobId(1)).unwrap().attempt), attempt);
    }
    fleet.wish(JobId(1), Wish::Resume).unwrap();
    assert_eq!(fleet.entry(JobId(1)).unwrap().attempt, 0);
}

#[test]
fn a_scheduled_job_starts_at_its_hour() {
    let mut fleet = Fleet::new(1, Scope::All);
    fleet.add(JobId(1), Entry { not_before: Some(at(100)), ..entry(Intent::Run, Phase::Queued) });
    assert!(fleet.fill(at(99)).is_empty());
    assert_eq!(fleet.next_due(), Some(at(100)));
    assert_eq!(fleet.fill(at(100)).len(), 2);
}

#[test]
fn one_that_is_due_without_a_free_place_waits_for_the_place() {
    let mut fleet = Fleet::new(1, Scope::All);
    let why = failure(FailureKind::Refused);
    fleet.add(JobId(1), entry(Intent::Run, Phase::Queued));
    fleet.add(JobId(2), entry(Intent::Run, Phase::Waiting { until: at(9), attempt: 1, why }));
    assert_eq!(fleet.next_due(), Some(at(9)));
    assert_eq!(fleet.fill(at(8)).len(), 2);
    assert_eq!(fleet.next_due(), None);
    fleet.ended(JobId(1), Ended::Done { path: "/a".into(), bytes: 1 }, at(10), 0);
    assert_eq!(fleet.next_due(), Some(at(9)));
    fleet.close();
    assert_eq!(fleet.next_due(), None);
}

#[test]
fn the_user_does_not_wait_for_the_hour() {
    let mut fleet = Fleet::new(1, Scope::All);
    let later = Entry { not_before: Some(at(100)), ..entry(Intent::Run, Phase::Queued) };
    for wish in [Wish::Resume, Wish::Retry] {
        fleet.add(JobId(1), later.clone());
        assert!(!fleet.is_meant_by_all(JobId(1), wish));
        assert_eq!(fleet.wish(JobId(1), wish), Some(vec![Effect::Save(JobId(1), None)]));
        assert_eq!(fleet.entry(JobId(1)).unwrap().not_before, None);
    }
    assert_eq!(fleet.fill(at(0)).len(), 2);
}

#[test]
fn one_removed_is_saved_first_and_stays_until_it_is_forgotten() {
    let mut fleet = Fleet::new(1, Scope::All);
    let files = FileFate::Delete;
    let asked = [Effect::Save(JobId(1), None), Effect::Forget(JobId(1), files)];
    fleet.add(JobId(1), entry(Intent::Run, Phase::Queued));
    assert_eq!(fleet.wish(JobId(1), Wish::Remove(files)).unwrap(), asked);
    assert_eq!(fleet.entry(JobId(1)).unwrap().intent, Intent::Remove { files });
    assert!(fleet.fill(at(0)).is_empty());
    assert_eq!(fleet.left_to_forget(), asked[1..]);
    fleet.keep(JobId(1));
    assert!(fleet.left_to_forget().is_empty());
    fleet.wish(JobId(1), Wish::Remove(files)).unwrap();
    fleet.forgotten(JobId(1));
    assert_eq!(fleet.entry(JobId(1)), None);
}

#[test]
fn one_removed_while_it_finishes_is_done_before_it_is_forgotten() {
    let mut fleet = Fleet::new(1, Scope::All);
    let files = FileFate::Delete;
    fleet.add(JobId(1), entry(Intent::Run, Phase::Queued));
    fleet.fill(at(0));
    fleet.finishing(JobId(1));
    fleet.wish(JobId(1), Wish::Remove(files)).unwrap();
    let done = Ended::Done { path: "/a".into(), bytes: 1 };
    let effects = fleet.ended(JobId(1), done, at(1), 0);
    assert_eq!(effects, [Effect::Save(JobId(1), None), Effect::Forget(JobId(1), files)]);
    assert!(fleet.entry(JobId(1)).unwrap().phase.is_done());
}

#[test]
fn under_get_only_what_was_asked_for_is_started() {
    let mut fleet = Fleet::new(4, Scope::Only(BTreeSet::new()));
    for id in 1..=3 {
        fleet.add(JobId(id), entry(Intent::Run, Phase::Queued));
    }
    assert!(fleet.fill(at(0)).is_empty());
    fleet.admit(JobId(2));
    assert_eq!(fleet.fill(at(0)), [Effect::Save(JobId(2), None), Effect::Start(JobId(2))]);
}

#[test]
fn resume_all_leaves_alone_what_failed_or_was_cancelled() {
    let mut fleet = Fleet::new(4, Scope::All);
    fleet.add(JobId(1), entry(Intent::Hold, Phase::Stopped));
    fleet.add(JobId(2), entry(Intent::Cancel, Phase::Stopped));
    fleet.add(JobId(3), entry(Intent::Run, Phase::Failed(failure(FailureKind::NotFound))));
    let meant: Vec<bool> =
        (1..=3).map(|id| fleet.is_meant_by_all(JobId(id), Wish::Resume)).collect();
    assert_eq!(meant, [true, false, false]);
    let meant: Vec<bool> =
        (1..=3).map(|id| fleet.is_meant_by_all(JobId(id), Wish::Retry)).collect();
    assert_eq!(meant, [false, true, true]);
}

#[test]
fn a_server_that_is_full_holds_nobody_else_up() {
    let mut fleet = Fleet::new(4, Scope::All);
    fleet.set_host_cap("h:80", 1);
    for id in 1..=3 {
        fleet.add(JobId(id), entry(Intent::Run, Phase::Queued));
    }
    let elsewhere = Entry { host: "other:80".into(), ..entry(Intent::Run, Phase::Queued) };
    fleet.add(JobId(4), elsewhere);
    let waiting = Phase::Waiting { until: at(0), attempt: 1, why: failure(FailureKind::Busy) };
    fleet.add(JobId(5), entry(Intent::Run, waiting));
    fleet.fill(at(10));
    let live = |fleet: &Fleet| (1..=5).filter(|id| fleet.is_live(JobId(*id))).collect::<Vec<_>>();
    assert_eq!(live(&fleet), [1, 4]);
    assert_eq!(fleet.next_due(), None, "the end of a run makes room, not the clock");
    fleet.ended(JobId(1), Ended::Stopped, at(11), 0);
    fleet.wish(JobId(1), Wish::Pause);
    fleet.set_host_cap("h:80", 2);
    fleet.fill(at(12));
    assert_eq!(live(&fleet), [2, 3, 4]);
}
