//! What there is to see of every job, in the order of the queue. A view that changes is put into its
//! place; only where the order changes are all of them gathered anew.

use std::collections::HashMap;
use std::sync::Arc;

use super::focus::Watched;
use super::job_list::JobList;
use super::service::Service;
use super::snapshot::{JobView, Snapshot, Totals};
use crate::model::id::JobId;

/// The views.
#[derive(Debug, Default)]
pub(super) struct Views {
    list: JobList,
    place: HashMap<JobId, usize>,
    is_stale: bool,
}

impl Views {
    /// The order changed, or a job came or went.
    pub(super) fn reorder(&mut self) {
        self.is_stale = true;
    }

    /// Gathers all views anew, where the order changed.
    pub(super) fn gather(&mut self, all: impl FnOnce() -> JobList) {
        if self.is_stale {
            self.is_stale = false;
            self.list = all();
            self.place = self.list.iter().enumerate().map(|(at, view)| (view.id, at)).collect();
        }
    }

    /// A job is seen otherwise.
    pub(super) fn put(&mut self, view: &Arc<JobView>) {
        if let Some(place) = self.place.get(&view.id) {
            self.list.put(*place, Arc::clone(view));
        }
    }

    /// All of them.
    pub(super) fn all(&self) -> JobList {
        self.list.clone()
    }
}

impl Service {
    /// All there is to see now.
    pub(super) fn snapshot(&self, revision: u64) -> Snapshot {
        let mut totals = Totals::default();
        for record in self.records.values().filter(|r| r.run.is_some()) {
            totals.speed_bps += record.view.speed_bps;
            if let Some(total) = record.view.total_bytes {
                totals.active_done_bytes += record.view.done_bytes;
                totals.active_total_bytes += total;
            }
        }
        let default_dir = self.default_dir();
        Snapshot {
            revision,
            layout: self.layout,
            jobs: self.views.all(),
            totals,
            settings: Arc::clone(&self.settings),
            free_bytes: self.free.bytes,
            default_dir,
            focus: self.watched.as_ref().and_then(Watched::focus),
            ui_state: Arc::clone(&self.ui_state),
            ending: self.ending,
            regime: Arc::clone(&self.regime),
        }
    }
}
