//! What the queue knows of a job, moving jobs in it, into another one, and to another moment: saved
//! first, then so.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::command::{Reply, Which};
use super::record::Record;
use super::service::{Service, refused};
use crate::model::id::JobId;
use crate::model::job::Job;
use crate::model::phase::{Intent, Phase};
use crate::model::queue::{QueueId, Towards};
use crate::plan::fleet::{Entry, Wish};
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

    /// Puts jobs into a queue; into the main one where there is no such.
    pub(super) async fn set_queue(&mut self, which: Which, queue: QueueId) -> Reply {
        let is_there = self.settings.queue(queue).is_some();
        let queue = if is_there { queue } else { QueueId::MAIN };
        let ids = self.unfinished(which);
        match self.put_into(&ids, queue).await {
            Ok(()) => Reply::Ok,
            Err(error) => refused(error),
        }
    }

    pub(super) async fn put_into(
        &mut self,
        ids: &[JobId],
        queue: QueueId,
    ) -> Result<(), StoreError> {
        let job = |id: &JobId| self.records.get(id).map(|record| &record.job);
        let starts = ids.iter().filter_map(|id| Some((*id, queue, job(id)?.not_before)));
        self.save_start(starts.collect()).await
    }

    /// Has jobs start at a moment: what runs stops until then, and what does not goes on then.
    pub(super) async fn start_at(&mut self, which: Which, at: Timestamp) -> Reply {
        let ids = self.unfinished(which);
        let rests = |id: &&JobId| {
            let entry = self.fleet.entry(**id);
            entry.is_some_and(|e| {
                e.intent != Intent::Run || !matches!(e.phase, Phase::Queued | Phase::Live)
            })
        };
        let resting: Vec<JobId> = ids.iter().filter(rests).copied().collect();
        let queue = |id: &JobId| self.records.get(id).map(|record| record.job.queue);
        let starts = ids.iter().filter_map(|id| Some((*id, queue(id)?, Some(at)))).collect();
        // The moment first: nothing is to run before it, whatever fails.
        if let Err(error) = self.save_start(starts).await {
            return refused(error);
        }
        match self.wish_for(&resting, Wish::Resume).await {
            Ok(()) => Reply::Ok,
            Err(error) => refused(error),
        }
    }

    async fn save_start(
        &mut self,
        starts: Vec<(JobId, QueueId, Option<Timestamp>)>,
    ) -> Result<(), StoreError> {
        if starts.is_empty() {
            return Ok(());
        }
        self.store.save_start(starts.clone()).await?;
        for (id, queue, not_before) in starts {
            self.fleet.set_start(id, queue, not_before);
            self.limiter.set_job_queue(id, queue);
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
