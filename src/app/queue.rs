//! What the queue knows of a job, and moving jobs in it: saved first, then so.

use std::collections::BTreeSet;

use super::command::{Reply, Which};
use super::service::{Service, refused};
use crate::model::id::JobId;
use crate::model::job::Job;
use crate::model::phase::Phase;
use crate::model::queue::Towards;
use crate::plan::fleet::Entry;
use crate::plan::order::moved;

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
    }
}
