//! Moving jobs in the queue: saved first, then so.

use std::collections::BTreeSet;

use super::command::{Reply, Which};
use super::service::{Service, refused};
use crate::model::id::JobId;
use crate::model::queue::Towards;
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
