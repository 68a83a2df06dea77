//! Jobs that wait for a network: one of them at a time looks whether it is back, and all go on when
//! it is.

use jiff::{SignedDuration, Timestamp};

use super::{Effect, Entry, Fleet, Intent, JobId, Phase, within};
use crate::model::failure::{Failure, Remedy};

impl Fleet {
    /// Whether any job that may run waits for a network.
    pub fn waits_for_network(&self) -> bool {
        self.jobs.up().any(|(id, e)| is_waited_for(e) && within(&self.scope, id))
    }

    /// The jobs that have a run.
    pub fn live_ids(&self) -> impl Iterator<Item = JobId> + '_ {
        self.live.iter().copied()
    }

    /// The jobs that may come to run without anybody's doing.
    pub fn up_ids(&self) -> Vec<JobId> {
        self.jobs.up_where(|_| true)
    }

    /// Whether any job may come to run without anybody's doing.
    pub fn any_up(&self) -> bool {
        self.jobs.up().any(|(id, _)| within(&self.scope, id))
    }

    /// Whether any job that may run waits for a moment.
    pub fn any_waiting(&self) -> bool {
        let waits = |e: &Entry| matches!(e.phase, Phase::Waiting { .. }) || e.not_before.is_some();
        self.jobs.up().any(|(id, e)| waits(e) && within(&self.scope, id))
    }

    /// The live job whose first byte shows that the network is back.
    pub fn probe(&self) -> Option<JobId> {
        self.probe
    }

    /// The next look for the network is at this moment.
    pub fn look_for_network(&mut self, at: Timestamp) -> Vec<Effect> {
        let waiting = self.jobs.up_where(is_waited_for).into_iter();
        let moved = waiting.filter_map(|id| {
            let mut entry = self.jobs.edit(id)?;
            let Phase::Waiting { until, .. } = &mut entry.phase else { return None };
            (std::mem::replace(until, at) != at).then_some(Effect::Save(id, None))
        });
        moved.collect()
    }

    /// The network is back: all that waited for it take their turn.
    pub fn network_is_there(&mut self) -> Vec<Effect> {
        self.probe = None;
        let waiting = self.jobs.up_where(is_waited_for).into_iter();
        let freed = waiting.filter_map(|id| {
            self.jobs.edit(id)?.phase = Phase::Queued;
            Some(Effect::Save(id, None))
        });
        freed.collect()
    }

    /// A job that waits was found to wait for the network: its last attempt was none.
    pub fn blame_network(&mut self, id: JobId, why: Failure) -> Option<Effect> {
        let mut entry = self.jobs.edit(id)?;
        let Phase::Waiting { attempt, why: before, .. } = &mut entry.phase else { return None };
        if before.kind.remedy() == Remedy::WaitForNetwork {
            return None;
        }
        *before = why.clone();
        *attempt = attempt.saturating_sub(1);
        let left = *attempt;
        entry.attempt = left;
        Some(Effect::Save(id, Some(why)))
    }

    /// The wall clock was set back by so much: a pause that would become longer than the longest of its
    /// kind is as long as it was.
    pub fn clock_was_set_back(&mut self, by: SignedDuration, now: Timestamp) -> Vec<Effect> {
        let waiting = self.jobs.up_where(|entry| matches!(entry.phase, Phase::Waiting { .. }));
        let shortened = waiting.into_iter().filter_map(|id| {
            let mut entry = self.jobs.edit(id)?;
            let Phase::Waiting { until, why, .. } = &mut entry.phase else { return None };
            let least = crate::plan::recover::asked_until(why, now);
            let longest = now.checked_add(LONGEST_PAUSE).unwrap_or(Timestamp::MAX).max(least);
            let is_late = *until > longest;
            if is_late {
                *until = until.checked_sub(by).unwrap_or(now).clamp(now, longest);
            }
            is_late.then_some(Effect::Save(id, None))
        });
        shortened.collect()
    }
}

/// No pause of our own is longer.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(5);

/// Whether the job waits for a network.
pub(super) fn is_waited_for(entry: &Entry) -> bool {
    let Phase::Waiting { why, .. } = &entry.phase else { return false };
    entry.intent == Intent::Run && why.kind.remedy() == Remedy::WaitForNetwork
}
