//! What keeps jobs from running that are wanted and due: hours in which their queue stands, and a
//! network that is paid for by what is taken. Those that run are stopped, and go on by themselves.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::jobs::is_up;
use super::{Effect, Entry, Fleet, Intent, JobId, Phase, Scope};
use crate::model::queue::QueueId;

/// What stands now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gates {
    /// Every job, since the network is metered.
    pub metered: bool,
    /// Every job, by the hour.
    pub all: bool,
    /// The jobs of these queues, by the hour.
    pub queues: BTreeSet<QueueId>,
}

/// Which gates keep a job, or do not though they are shut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shut {
    /// The network is metered.
    pub metered: bool,
    /// These are not its hours.
    pub hours: bool,
}

impl Shut {
    /// Whether any does.
    pub fn any(self) -> bool {
        self.metered || self.hours
    }

    fn without(self, but: Self) -> Self {
        Self { metered: self.metered && !but.metered, hours: self.hours && !but.hours }
    }

    fn and(self, other: Self) -> Self {
        Self { metered: self.metered && other.metered, hours: self.hours && other.hours }
    }
}

impl Gates {
    /// Which are shut for the jobs of a queue.
    fn of(&self, queue: QueueId) -> Shut {
        Shut { metered: self.metered, hours: self.all || self.queues.contains(&queue) }
    }
}

impl Fleet {
    /// This stands from now on, and nothing else. A job that was let go on all the same is no exception
    /// any more where nothing would keep it.
    pub fn set_gates(&mut self, gates: Gates) {
        let jobs = &self.jobs;
        self.at_once.retain(|id, but| {
            *but = jobs.at(*id).map_or(Shut::default(), |entry| but.and(gates.of(entry.queue)));
            but.any()
        });
        self.gates = gates;
    }

    /// The job goes on though these gates are shut; what shuts later keeps it.
    pub fn let_go_on(&mut self, id: JobId) {
        let Some(shut) = self.jobs.at(id).map(|entry| self.gates.of(entry.queue)) else { return };
        if shut.any() {
            self.at_once.insert(id, shut);
        }
    }

    /// The job waits from now on as others do.
    pub(super) fn wait_like_others(&mut self, id: JobId) {
        self.at_once.remove(&id);
    }

    /// A job that would run, but for its hour or what else keeps it, no longer waits for that.
    pub(super) fn start_at_once(&mut self, id: JobId) -> bool {
        let is_kept = self.kept_by(id).any();
        let Some(mut entry) = self.jobs.edit(id) else { return false };
        if !is_up(&entry) || !(entry.not_before.is_some() || is_kept) {
            return false;
        }
        entry.not_before = None;
        entry.phase = Phase::Queued;
        entry.attempt = 0;
        drop(entry);
        self.let_go_on(id);
        true
    }

    /// What keeps a job from running now, whatever is wanted of it. What a front end of one download asked
    /// for is kept by nothing.
    pub fn kept_by(&self, id: JobId) -> Shut {
        self.jobs.at(id).map_or(Shut::default(), |entry| self.keeps(id, entry))
    }

    pub(super) fn keeps(&self, id: JobId, entry: &Entry) -> Shut {
        match self.scope {
            Scope::All => {
                let but = self.at_once.get(&id).copied().unwrap_or_default();
                self.gates.of(entry.queue).without(but)
            }
            Scope::Only(_) => Shut::default(),
        }
    }

    /// Jobs that may come to run, of queues that do not stand, in order.
    pub(super) fn of_open_queues(&self) -> impl Iterator<Item = (JobId, &Entry)> + '_ {
        self.jobs.up_in(|queue| self.is_open(queue))
    }

    /// Those of queues that stand which go on all the same, in any order.
    pub(super) fn let_on(&self) -> impl Iterator<Item = (JobId, &Entry)> + '_ {
        let let_on = self.at_once.keys().filter_map(|id| Some((*id, self.jobs.at(*id)?)));
        let_on.filter(|(_, entry)| !self.is_open(entry.queue) && is_up(entry))
    }

    fn is_open(&self, queue: QueueId) -> bool {
        self.scope != Scope::All || !self.gates.of(queue).any()
    }

    /// The jobs that run and may not, or not yet. One that has all its bytes needs nothing more.
    pub(super) fn to_be_stopped(&self, now: Timestamp) -> Vec<Effect> {
        let runs = self.live.iter().filter(|id| {
            self.jobs.at(**id).is_some_and(|entry| {
                let is_early = entry.not_before.is_some_and(|at| at > now);
                let is_wanted = entry.intent == Intent::Run && entry.phase == Phase::Live;
                is_wanted && (is_early || self.keeps(**id, entry).any())
            })
        });
        runs.map(|id| Effect::Stop(*id)).collect()
    }

    /// The job is in this queue from now on, and is not to be started before that moment.
    pub fn set_start(&mut self, id: JobId, queue: QueueId, not_before: Option<Timestamp>) {
        self.wait_like_others(id);
        if let Some(mut entry) = self.jobs.edit(id) {
            entry.queue = queue;
            entry.not_before = not_before;
        }
    }

    /// The job is wanted, whatever it rests for, and takes its turn when its moment has come. None where
    /// it makes no sense.
    pub fn queue_up(&mut self, id: JobId) -> Option<Effect> {
        let mut entry = self.jobs.edit(id)?;
        match (entry.intent, &entry.phase) {
            (Intent::Remove { .. }, _) | (_, Phase::Done { .. } | Phase::Finishing) => return None,
            (_, Phase::Live) => {}
            (
                _,
                Phase::Queued
                | Phase::Waiting { .. }
                | Phase::Stopped
                | Phase::NeedsLink(_)
                | Phase::Failed(_),
            ) => entry.phase = Phase::Queued,
        }
        entry.intent = Intent::Run;
        entry.attempt = 0;
        Some(Effect::Save(id, None))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{at, entry, failed, failure, fleet_of, phases};
    use super::super::{Ended, Wish};
    use super::*;
    use crate::model::failure::FailureKind;

    const ONE: JobId = JobId(1);
    const NIGHTS: QueueId = QueueId(1);

    fn shut(queues: &[QueueId]) -> Gates {
        Gates { queues: queues.iter().copied().collect(), ..Gates::default() }
    }

    fn queued(queue: QueueId) -> Entry {
        Entry { queue, ..entry(Intent::Run, Phase::Queued) }
    }

    #[test]
    fn what_stands_is_not_started_and_what_runs_is_stopped() {
        let mut fleet = fleet_of(4, [queued(QueueId::MAIN), queued(NIGHTS)]);
        fleet.set_gates(shut(&[NIGHTS]));
        assert_eq!(fleet.fill(at(0)).last(), Some(&Effect::Start(ONE)));
        assert!(!fleet.is_live(JobId(2)) && !fleet.kept_by(ONE).any());
        assert_eq!(fleet.kept_by(JobId(2)), Shut { hours: true, metered: false });
        fleet.set_gates(Gates { all: true, ..Gates::default() });
        assert_eq!(fleet.fill(at(1)), [Effect::Stop(ONE)]);
        let saved = fleet.ended(ONE, Ended::Stopped, at(2), 0);
        assert_eq!(saved, [Effect::Save(ONE, None)]);
        assert_eq!(fleet.entry(ONE).unwrap().phase, Phase::Queued, "it goes on by itself");
        assert_eq!((fleet.fill(at(3)), fleet.next_due()), (vec![], None));
        fleet.set_gates(Gates::default());
        assert_eq!(fleet.fill(at(4)).len(), 4, "both start");
    }

    #[test]
    fn what_has_all_its_bytes_is_not_stopped() {
        let mut fleet = fleet_of(4, [queued(QueueId::MAIN)]);
        fleet.fill(at(0));
        fleet.finishing(ONE);
        fleet.set_gates(Gates { all: true, ..Gates::default() });
        assert_eq!(fleet.fill(at(1)), []);
        fleet.repairing(ONE);
        assert_eq!(fleet.fill(at(1)), [Effect::Stop(ONE)]);
    }

    #[test]
    fn a_wish_to_go_on_now_counts_until_the_hours_come() {
        let mut fleet = fleet_of(4, [queued(NIGHTS)]);
        fleet.set_gates(shut(&[NIGHTS]));
        assert_eq!(fleet.fill(at(0)), []);
        assert_eq!(fleet.wish(ONE, Wish::Resume), Some(vec![Effect::Save(ONE, None)]));
        assert_eq!(fleet.fill(at(1)).last(), Some(&Effect::Start(ONE)));
        // The same matter by another schedule; then after the hours came and went.
        fleet.set_gates(Gates { all: true, ..Gates::default() });
        assert_eq!(fleet.fill(at(2)), []);
        fleet.set_gates(Gates::default());
        fleet.set_gates(shut(&[NIGHTS]));
        assert_eq!(fleet.fill(at(3)), [Effect::Stop(ONE)]);
    }

    #[test]
    fn who_goes_on_before_the_hour_is_not_taken_to_a_metered_network() {
        let mut fleet = fleet_of(4, [queued(NIGHTS)]);
        fleet.set_gates(shut(&[NIGHTS]));
        fleet.let_go_on(ONE);
        assert_eq!(fleet.fill(at(1)).last(), Some(&Effect::Start(ONE)));
        fleet.set_gates(Gates { metered: true, ..shut(&[NIGHTS]) });
        assert_eq!(fleet.kept_by(ONE), Shut { metered: true, hours: false });
        assert_eq!(fleet.fill(at(2)), [Effect::Stop(ONE)]);
        fleet.ended(ONE, Ended::Stopped, at(3), 0);
        fleet.let_go_on(ONE);
        assert_eq!(fleet.fill(at(4)).last(), Some(&Effect::Start(ONE)));
    }

    #[test]
    fn who_is_paused_and_goes_on_waits_like_others() {
        let mut fleet = fleet_of(4, [queued(NIGHTS)]);
        fleet.set_gates(shut(&[NIGHTS]));
        fleet.wish(ONE, Wish::Resume).unwrap();
        fleet.wish(ONE, Wish::Pause).unwrap();
        fleet.wish(ONE, Wish::Resume).unwrap();
        assert!(fleet.kept_by(ONE).any());
    }

    #[test]
    fn what_is_to_start_later_stops_and_starts_then() {
        let mut fleet = fleet_of(4, [queued(QueueId::MAIN)]);
        fleet.fill(at(0));
        fleet.set_start(ONE, QueueId::MAIN, Some(at(60)));
        assert_eq!(fleet.fill(at(1)), [Effect::Stop(ONE)]);
        fleet.ended(ONE, Ended::Stopped, at(2), 0);
        assert_eq!((fleet.fill(at(3)), fleet.next_due()), (vec![], Some(at(60))));
        assert_eq!(fleet.fill(at(60)).last(), Some(&Effect::Start(ONE)));
    }

    #[test]
    fn whatever_it_rests_for_it_waits_for_its_moment() {
        for (intent, phase) in [Intent::Run, Intent::Hold, Intent::Cancel]
            .into_iter()
            .flat_map(|intent| phases().into_iter().map(move |phase| (intent, phase)))
        {
            let mut fleet = fleet_of(4, [Entry { queue: NIGHTS, ..entry(intent, phase.clone()) }]);
            // Nothing of it depends on gates.
            fleet.set_gates(shut(&[NIGHTS]));
            fleet.set_start(ONE, NIGHTS, Some(at(60)));
            let queued = fleet.queue_up(ONE);
            let is_over = matches!(phase, Phase::Done { .. } | Phase::Finishing);
            assert_eq!(queued.is_some(), !is_over, "{intent:?} {phase:?}");
            fleet.set_gates(Gates::default());
            assert_eq!(fleet.fill(at(59)), [], "{intent:?} {phase:?}");
            let starts = fleet.fill(at(60)).contains(&Effect::Start(ONE));
            assert_eq!(starts, !is_over && phase != Phase::Live, "{intent:?} {phase:?}");
        }
    }

    #[test]
    fn a_run_that_fails_before_it_stops_still_waits_for_its_moment() {
        let mut fleet = fleet_of(4, [queued(QueueId::MAIN)]);
        fleet.fill(at(0));
        fleet.set_start(ONE, QueueId::MAIN, Some(at(600)));
        fleet.ended(ONE, failed(FailureKind::Broken, true), at(1), 0);
        assert_eq!((fleet.fill(at(599)), fleet.next_due()), (vec![], Some(at(600))));
        assert_eq!(fleet.wish(ONE, Wish::Retry), Some(vec![Effect::Save(ONE, None)]));
        assert_eq!(fleet.fill(at(599)).last(), Some(&Effect::Start(ONE)), "it does not wait");
        assert_eq!(fleet.entry(ONE).unwrap().not_before, None);
    }

    #[test]
    fn retrying_all_leaves_what_is_kept() {
        let waits = Phase::Waiting { until: at(9), attempt: 1, why: failure(FailureKind::Busy) };
        let mut fleet = fleet_of(4, [Entry { queue: NIGHTS, ..entry(Intent::Run, waits) }]);
        assert!(fleet.is_meant_by_all(ONE, Wish::Retry));
        fleet.set_gates(shut(&[NIGHTS]));
        assert!(!fleet.is_meant_by_all(ONE, Wish::Retry));
    }

    #[test]
    fn what_one_download_alone_asked_for_is_held_by_nothing() {
        let mut fleet = Fleet::new(4, Scope::Only([ONE].into()));
        fleet.add(ONE, queued(NIGHTS));
        fleet.set_gates(Gates { metered: true, all: true, queues: [NIGHTS].into() });
        assert_eq!(fleet.fill(at(0)).last(), Some(&Effect::Start(ONE)));
    }
}
