//! Jobs that wait for space or for a volume: it is looked at, and the server is not asked before.

use jiff::{SignedDuration, Timestamp};

use super::{Effect, Entry, Fleet, JobId, Phase, within};
use crate::plan::volume::{self, Volume};

impl Fleet {
    /// The jobs that wait for space or for a volume.
    pub fn wait_for_volume(&self) -> Vec<JobId> {
        let waits =
            |(id, entry): &(JobId, &Entry)| is_looked_for(entry) && within(&self.scope, *id);
        self.jobs.up().filter(waits).map(|(id, _)| id).collect()
    }

    /// What a look at a job's volume showed. Where it may go on it takes its turn.
    pub fn looked(&mut self, id: JobId, seen: Volume) -> Option<Effect> {
        let mut entry = self.jobs.edit(id).filter(|entry| is_looked_for(entry))?;
        let Phase::Waiting { why, .. } = &mut entry.phase else { return None };
        match volume::looked(why, seen) {
            None => entry.phase = Phase::Queued,
            Some(left) if left != *why => *why = left,
            Some(_) => return None,
        }
        Some(Effect::Save(id, None))
    }
}

/// Whether the job waits for something that a look at its volume shows.
pub(super) fn is_looked_for(entry: &Entry) -> bool {
    matches!(&entry.phase, Phase::Waiting { why, .. } if volume::is_looked_for(why.kind))
}

/// Looked at now; and again after a while.
pub(super) fn look_later(entry: &mut Entry, now: Timestamp) {
    if let Phase::Waiting { until, why, .. } = &mut entry.phase {
        let pause = SignedDuration::try_from(volume::pause(why.kind)).unwrap_or_default();
        *until = now.checked_add(pause).unwrap_or(Timestamp::MAX);
    }
}
