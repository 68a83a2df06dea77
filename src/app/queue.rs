//! What the queue knows of a job, moving jobs in it, into another one, and to another moment: saved
//! first, then so.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::command::{Reply, Which};
use super::record::Record;
use super::service::{Service, refused};
use crate::model::id::JobId;
use crate::model::job::Job;
use crate::model::phase::Phase;
use crate::model::queue::{QueueId, Start, Towards, When};
use crate::plan::fleet::Entry;
use crate::plan::order::moved;
use crate::store::StoreError;

impl Service {
    /// Gives jobs another place in the queue. All of them is an order already.
    pub(super) async fn move_jobs(&mut self, which: Which, towards: Towards) -> Reply {
        let Which::Jobs(ids) = which else { return Reply::Ok };
        let queue: Vec<(i64, JobId)> = self.fleet.queue().collect();
        let positions = moved(&queue, &ids.into_iter().collect::<BTreeSet<_>>(), towards);
        if positions.is_empty() {
            return Reply::Ok;
        }
        if let Err(error) = self.store.save_positions(positions.clone()).await {
            return refused(error);
        }
        self.fleet.moved(&positions);
        for (id, position) in positions {
            if let Some(record) = self.records.get_mut(&id) {
                record.job.position = position;
            }
        }
        self.views.reorder();
        self.layout += 1;
        Reply::Ok
    }

    /// A job joins the list.
    pub(super) fn enter(&mut self, job: Job) {
        let id = job.id;
        self.cap_host(&job.url.authority());
        self.fleet.add(id, entry(&job));
        self.records.insert(id, Record::new(job));
        self.follow_fleet(id);
        self.views.reorder();
        self.layout += 1;
    }

    /// Puts jobs into a queue, into the main one where there is no such, and has them start at a moment.
    pub(super) async fn set_when(&mut self, which: Which, when: When) -> Reply {
        let known = |queue: QueueId| self.settings.queue(queue).map_or(QueueId::MAIN, |q| q.id);
        let queue = when.queue.map(known);
        let ids = self.unfinished(which);
        let wanted = |id: &JobId| {
            let job = &self.records.get(id)?.job;
            let not_before = match when.start {
                None => job.not_before,
                Some(Start::InTurn) => None,
                Some(Start::At(at)) => Some(at),
            };
            Some((*id, queue.unwrap_or(job.queue), not_before))
        };
        // The moment first: nothing is to run before it, whatever fails.
        if let Err(error) = self.save_start(ids.iter().filter_map(wanted).collect()).await {
            return refused(error);
        }
        if let Some(Start::At(_)) = when.start {
            let queued = ids.iter().filter_map(|id| self.fleet.queue_up(*id)).collect();
            if let Err(error) = self.carry_out(queued).await {
                return refused(error);
            }
        }
        Reply::Ok
    }

    /// Jobs of queues that were taken away are in the main one.
    pub(super) async fn leave_queues(&mut self, gone: &[QueueId]) {
        let theirs = self.records.values().map(|record| &record.job);
        let theirs = theirs.filter(|job| gone.contains(&job.queue));
        let starts = theirs.map(|job| (job.id, QueueId::MAIN, job.not_before)).collect();
        if let Err(error) = self.save_start(starts).await {
            tracing::warn!("jobs could not leave a queue that is no more: {error}");
        }
    }

    async fn save_start(
        &mut self,
        starts: Vec<(JobId, QueueId, Option<Timestamp>)>,
    ) -> Result<(), StoreError> {
        let is_other = |(id, queue, not_before): &(JobId, QueueId, Option<Timestamp>)| {
            let job = self.records.get(id).map(|record| &record.job);
            job.is_some_and(|job| (job.queue, job.not_before) != (*queue, *not_before))
        };
        let starts: Vec<_> = starts.into_iter().filter(is_other).collect();
        if starts.is_empty() {
            return Ok(());
        }
        self.store.save_start(starts.clone()).await?;
        for (id, queue, not_before) in starts {
            self.fleet.set_start(id, queue, not_before);
            if self.fleet.is_live(id) {
                self.limiter.set_job_queue(id, queue);
            }
            self.follow_fleet(id);
        }
        Ok(())
    }

    fn unfinished(&self, which: Which) -> Vec<JobId> {
        let is_left = |id: &JobId| self.fleet.entry(*id).is_some_and(|e| !e.phase.is_done());
        match which {
            Which::All => self.fleet.ids().filter(is_left).collect(),
            Which::Jobs(ids) => ids.into_iter().filter(is_left).collect(),
        }
    }
}

/// What the queue must know of a job.
pub(super) fn entry(job: &Job) -> Entry {
    let attempt = if let Phase::Waiting { attempt, .. } = job.phase { attempt } else { 0 };
    Entry {
        intent: job.intent,
        phase: job.phase.clone(),
        not_before: job.not_before,
        retries: job.options.retries,
        attempt,
        host: job.url.authority(),
        position: job.position,
        queue: job.queue,
    }
}
