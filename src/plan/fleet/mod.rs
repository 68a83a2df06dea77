//! The queue: intent × phase of every job, at most so many live at once, the rest in order.
//!
//! Invariants: a job is live from its `Start` until its run is reported ended; what is saved
//! stands before what is acted on in the list of effects.

mod after;
mod gate;
mod jobs;
#[cfg(test)]
mod link_tests;
mod network;
#[cfg(test)]
mod random_tests;
mod servers;
mod table;
#[cfg(test)]
mod tests;
mod volume;
#[cfg(test)]
mod waits_tests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;

use crate::model::failure::Failure;
use crate::model::id::JobId;
use crate::model::phase::{FileFate, Intent, Phase};
use crate::model::queue::QueueId;

use after::after_run;
pub use gate::{Gates, Shut};
use jobs::Jobs;
pub use table::Wish;
use table::{Wanted, may_start, wished};

/// What the queue must know of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What the user wants.
    pub intent: Intent,
    /// What is so.
    pub phase: Phase,
    /// Not to be started before.
    pub not_before: Option<Timestamp>,
    /// Attempts in a row without a new byte before it rests.
    pub retries: u32,
    /// Attempts in a row without a new byte so far.
    pub attempt: u32,
    /// The server it is fetched from.
    pub host: String,
    /// Its place in the order, smallest first.
    pub position: i64,
    /// The queue it is in.
    pub queue: QueueId,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It was told to stop, and everything is saved.
    Stopped,
    /// The file stands under its name.
    Done {
        /// Where it stands.
        path: PathBuf,
        /// Its size in bytes.
        bytes: u64,
    },
    /// It cannot go on.
    Failed {
        /// Why.
        why: Failure,
        /// Whether it brought a new byte.
        progressed: bool,
        /// How long the server asked to wait.
        retry_after: Option<Duration>,
    },
}

/// What the service carries out, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Save intent and phase; the failure where one came about.
    Save(JobId, Option<Failure>),
    /// Start the job's run.
    Start(JobId),
    /// Tell the job's run to stop.
    Stop(JobId),
    /// Forget the job and delete its part files, and the finished file where asked.
    Forget(JobId, FileFate),
    /// It is done.
    Finished(JobId),
    /// It stopped for good or needs a link.
    GaveUp(JobId, Failure),
    /// Look at the volume it waits for, and tell [`Fleet::looked`].
    Look(JobId),
}

/// Which jobs may be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every job, as under a window.
    All,
    /// Only these, as under `get`.
    Only(BTreeSet<JobId>),
}

/// The queue.
#[derive(Debug)]
pub struct Fleet {
    jobs: Jobs,
    live: BTreeSet<JobId>,
    /// Not started though they may be: a fresh link for them is looked at, or they are on their way to
    /// another folder.
    aside: BTreeSet<JobId>,
    limit: usize,
    /// Live jobs at most, by server.
    host_caps: BTreeMap<String, u32>,
    scope: Scope,
    closing: bool,
    /// The live job that shows whether there is a network again.
    probe: Option<JobId>,
    gates: Gates,
    /// Jobs that go on though these gates are shut for them.
    at_once: BTreeMap<JobId, Shut>,
}

impl Fleet {
    /// An empty queue with at most `limit` live jobs.
    pub fn new(limit: u32, scope: Scope) -> Self {
        Self {
            jobs: Jobs::default(),
            live: BTreeSet::new(),
            aside: BTreeSet::new(),
            limit: limit.max(1) as usize,
            host_caps: BTreeMap::new(),
            scope,
            closing: false,
            probe: None,
            gates: Gates::default(),
            at_once: BTreeMap::new(),
        }
    }

    /// A job joins at its place in the queue, or what is known of it is replaced.
    pub fn add(&mut self, id: JobId, entry: Entry) {
        self.jobs.put(id, entry);
    }

    /// Jobs got other places in the queue.
    pub fn moved(&mut self, positions: &[(JobId, i64)]) {
        for (id, position) in positions {
            self.jobs.place(*id, *position);
        }
    }

    /// Every job in the order of the queue, with its place.
    pub fn queue(&self) -> impl Iterator<Item = (i64, JobId)> + '_ {
        self.jobs.queue()
    }

    /// Intent and phase of a job.
    pub fn entry(&self, id: JobId) -> Option<&Entry> {
        self.jobs.at(id)
    }

    /// Every job's number, in the order of the queue.
    pub fn ids(&self) -> impl Iterator<Item = JobId> + '_ {
        self.jobs.queue().map(|(_, id)| id)
    }

    /// Whether the job has a run.
    pub fn is_live(&self, id: JobId) -> bool {
        self.live.contains(&id)
    }

    /// Whether any job has a run.
    pub fn any_live(&self) -> bool {
        !self.live.is_empty()
    }

    /// Lets a job be started under `get`.
    pub fn admit(&mut self, id: JobId) {
        if let Scope::Only(ids) = &mut self.scope {
            ids.insert(id);
        }
    }

    /// Changes how many may be live. More than that that already are go on.
    pub fn set_limit(&mut self, limit: u32) {
        self.limit = limit.max(1) as usize;
    }

    /// The user's wish for one job. `None` where it makes no sense now. A wish to go on does not
    /// wait for the hour, nor for what else keeps a job that would run. One that is to be removed stays in
    /// the queue until [`Fleet::forgotten`].
    pub fn wish(&mut self, id: JobId, wish: Wish) -> Option<Vec<Effect>> {
        if matches!(wish, Wish::Resume | Wish::Retry) && self.start_at_once(id) {
            return Some(vec![Effect::Save(id, None)]);
        }
        let mut entry = self.jobs.edit(id)?;
        let Wanted { intent, phase } = wished(wish, entry.intent, &entry.phase)?;
        let stops = self.live.contains(&id) && intent != Intent::Run;
        if wish == Wish::Retry {
            entry.not_before = None;
        }
        entry.intent = intent;
        if let Some(phase) = phase.filter(|_| !self.live.contains(&id)) {
            entry.phase = phase;
        }
        entry.attempt = 0;
        drop(entry);
        if intent != Intent::Run {
            self.wait_like_others(id);
        }
        let mut effects = vec![Effect::Save(id, None)];
        if stops {
            effects.push(Effect::Stop(id));
        } else if let Intent::Remove { files } = intent {
            effects.push(Effect::Forget(id, files));
        }
        Some(effects)
    }

    /// Whether a wish for all means this job too: resume all leaves alone what failed or was cancelled.
    pub fn is_meant_by_all(&self, id: JobId, wish: Wish) -> bool {
        self.jobs.at(id).is_some_and(|e| match wish {
            Wish::Resume => e.intent == Intent::Hold && wished(wish, e.intent, &e.phase).is_some(),
            // One that is kept waits for more than its next attempt.
            Wish::Retry => {
                e.intent != Intent::Hold
                    && !(e.intent == Intent::Run && self.keeps(id, e).any())
                    && wished(wish, e.intent, &e.phase).is_some()
            }
            Wish::Pause | Wish::Cancel | Wish::Hold | Wish::Remove(_) => {
                wished(wish, e.intent, &e.phase).is_some()
            }
        })
    }

    /// What was to be removed when the program ended: it is removed now.
    pub fn left_to_forget(&self) -> Vec<Effect> {
        self.jobs
            .iter()
            .filter_map(|(id, entry)| match entry.intent {
                Intent::Remove { files } => Some(Effect::Forget(id, files)),
                Intent::Run | Intent::Hold | Intent::Cancel => None,
            })
            .collect()
    }

    /// The job's row and files are gone.
    pub fn forgotten(&mut self, id: JobId) {
        self.jobs.remove(id);
        self.aside.remove(&id);
        self.wait_like_others(id);
    }

    /// The job could not be removed: it stays in the list and does nothing.
    pub fn keep(&mut self, id: JobId) {
        if let Some(mut entry) = self.jobs.edit(id) {
            entry.intent = Intent::Hold;
        }
    }

    /// The run has all bytes and begins to finish.
    pub fn finishing(&mut self, id: JobId) {
        if let Some(mut entry) = self.jobs.edit(id) {
            entry.phase = Phase::Finishing;
        }
    }

    /// The run fetches again what may be wrong.
    pub fn repairing(&mut self, id: JobId) {
        if let Some(mut entry) = self.jobs.edit(id) {
            entry.phase = Phase::Live;
        }
    }

    /// A run ended.
    pub fn ended(&mut self, id: JobId, ended: Ended, now: Timestamp, seed: u64) -> Vec<Effect> {
        self.live.remove(&id);
        self.probe = self.probe.filter(|probe| *probe != id);
        let Some(mut entry) = self.jobs.edit(id) else { return Vec::new() };
        let why = match &ended {
            Ended::Failed { why, .. } => Some(why.clone()),
            Ended::Stopped | Ended::Done { .. } => None,
        };
        if let Intent::Remove { files } = entry.intent {
            // A file that was finished first is found, and deleted where that was asked.
            entry.phase = after_run(&entry, ended, now, seed);
            return vec![Effect::Save(id, why), Effect::Forget(id, files)];
        }
        entry.phase = after_run(&entry, ended, now, seed);
        entry.attempt = if let Phase::Waiting { attempt, .. } = entry.phase { attempt } else { 0 };
        let told = match &entry.phase {
            Phase::Done { .. } => Some(Effect::Finished(id)),
            Phase::Failed(why) | Phase::NeedsLink(why) => Some(Effect::GaveUp(id, why.clone())),
            Phase::Queued
            | Phase::Live
            | Phase::Waiting { .. }
            | Phase::Finishing
            | Phase::Stopped => None,
        };
        let mut effects = vec![Effect::Save(id, why)];
        effects.extend(told);
        effects
    }

    /// Stops what may no longer run, and starts what may be started now.
    pub fn fill(&mut self, now: Timestamp) -> Vec<Effect> {
        if self.closing {
            return Vec::new();
        }
        let mut effects = self.to_be_stopped(now);
        while self.live.len() < self.limit {
            let Some(id) = self.next_to_start(now) else { break };
            if let Some(mut entry) = self.jobs.edit(id) {
                if volume::is_looked_for(&entry) {
                    volume::look_later(&mut entry, now);
                    effects.push(Effect::Look(id));
                    continue;
                }
                if network::is_waited_for(&entry) {
                    self.probe = Some(id);
                }
                entry.phase = Phase::Live;
                // It has come: a clock that is set back later is no reason to wait for it again.
                entry.not_before = None;
                self.live.insert(id);
                effects.extend([Effect::Save(id, None), Effect::Start(id)]);
            }
        }
        effects
    }

    /// The first in the queue that may start now and whose server has room.
    fn next_to_start(&self, now: Timestamp) -> Option<JobId> {
        let starts = |id: JobId, entry: &Entry| {
            !self.live.contains(&id)
                && !self.aside.contains(&id)
                && may_start(entry, now)
                && within(&self.scope, id)
                && !self.is_full(&entry.host)
                && !self.keeps(id, entry).any()
                && (self.probe.is_none() || !network::is_waited_for(entry))
        };
        let first = self.of_open_queues().find(|(id, entry)| starts(*id, entry));
        let let_on = self.let_on().filter(|(id, entry)| starts(*id, entry));
        let next = let_on.chain(first).min_by_key(|(id, entry)| (entry.position, *id));
        next.map(|(id, _)| id)
    }

    /// The moment a job will be due by itself; past where [`Fleet::fill`] starts one now. None
    /// while no more may be live: then the end of a run makes room, not the clock.
    pub fn next_due(&self) -> Option<Timestamp> {
        if self.closing || self.live.len() >= self.limit {
            return None;
        }
        // Where one looks for the network, the others wait for what it finds.
        let is_tried = |e: &Entry| self.probe.is_none() || !network::is_waited_for(e);
        let waits = self
            .of_open_queues()
            .chain(self.let_on())
            .filter(|(id, e)| within(&self.scope, *id) && is_tried(e) && !self.aside.contains(id));
        // The same where a server is full, and where more than its moment keeps it.
        let waits = waits.filter(|(_, entry)| !self.is_full(&entry.host));
        let waits = waits.filter(|(id, entry)| !self.keeps(*id, entry).any());
        waits
            .filter_map(|(_, entry)| match &entry.phase {
                Phase::Waiting { until, .. } => {
                    Some(entry.not_before.map_or(*until, |at| at.max(*until)))
                }
                Phase::Queued => entry.not_before,
                Phase::Live
                | Phase::NeedsLink(_)
                | Phase::Finishing
                | Phase::Stopped
                | Phase::Failed(_)
                | Phase::Done { .. } => None,
            })
            .min()
    }

    /// The program ends: nothing is started any more, and every run is told to stop.
    pub fn close(&mut self) -> Vec<Effect> {
        self.closing = true;
        self.live.iter().map(|id| Effect::Stop(*id)).collect()
    }
}

fn within(scope: &Scope, id: JobId) -> bool {
    match scope {
        Scope::All => true,
        Scope::Only(ids) => ids.contains(&id),
    }
}
