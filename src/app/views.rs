//! What there is to see of every job, in the order of the queue. A view that changes is put into its
//! place; only where the order changes are all of them gathered anew.

use std::collections::HashMap;
use std::sync::Arc;

use super::snapshot::JobView;
use crate::model::id::JobId;

/// The views.
#[derive(Debug, Default)]
pub(super) struct Views {
    list: Vec<Arc<JobView>>,
    place: HashMap<JobId, usize>,
    is_stale: bool,
}

impl Views {
    /// The order changed, or a job came or went.
    pub(super) fn reorder(&mut self) {
        self.is_stale = true;
    }

    /// Gathers all views anew, where the order changed.
    pub(super) fn gather(&mut self, all: impl FnOnce() -> Vec<Arc<JobView>>) {
        if self.is_stale {
            self.is_stale = false;
            self.list = all();
            self.place = self.list.iter().enumerate().map(|(at, view)| (view.id, at)).collect();
        }
    }

    /// A job is seen otherwise.
    pub(super) fn put(&mut self, view: &Arc<JobView>) {
        let place = self.place.get(&view.id).and_then(|at| self.list.get_mut(*at));
        if let Some(place) = place {
            *place = Arc::clone(view);
        }
    }

    /// All of them.
    pub(super) fn all(&self) -> Arc<[Arc<JobView>]> {
        self.list.iter().cloned().collect()
    }
}
