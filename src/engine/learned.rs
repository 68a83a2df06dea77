//! What a run learns of its servers: how they are to be asked, told when bytes came; and how many
//! connections they bear over all runs, told when that was met.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::job::Run;
use super::report::{Report, What};
use super::sources::{Entry, Sources, Traffic};
use crate::model::failure::{Failure, FailureKind};
use crate::model::host::HostFacts;
use crate::plan::borne::Limit;
use crate::plan::transfer::Manner;

/// Connections of one run at a server, among those of all runs there. Dropped, it has none.
#[derive(Debug)]
pub(super) struct Presence {
    all: Arc<Traffic>,
    own: Count,
}

/// Connections at a server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    open: u32,
    flowing: u32,
}

impl Presence {
    /// None yet, among `all` that there are.
    pub(super) fn new(all: Arc<Traffic>) -> Self {
        Self { all, own: Count::default() }
    }

    fn set(&mut self, own: Count) {
        let Traffic { open, flowing } = &*self.all;
        open.fetch_add(own.open.wrapping_sub(self.own.open), Ordering::Relaxed);
        flowing.fetch_add(own.flowing.wrapping_sub(self.own.flowing), Ordering::Relaxed);
        self.own = own;
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.set(Count::default());
    }
}

impl Sources {
    /// Connections of other runs at a server.
    fn elsewhere(&self, host: &str) -> Count {
        let there = || self.all.iter().filter(|entry| entry.origin.host.name == host);
        let presences = || there().map(|entry| &entry.presence);
        let Some(Presence { all, .. }) = presences().next() else { return Count::default() };
        let others = |all: &AtomicU32, own: u32| all.load(Ordering::Relaxed).saturating_sub(own);
        Count {
            open: others(&all.open, presences().map(|presence| presence.own.open).sum()),
            flowing: others(&all.flowing, presences().map(|presence| presence.own.flowing).sum()),
        }
    }
}

impl Run {
    /// Tells the transfer how many connections each server has for it now, and the other runs how many
    /// it has there.
    pub(super) fn share_connections(&mut self) {
        for entry in &mut self.sources.all {
            let Some(place) = entry.place else {
                entry.presence.set(Count::default());
                continue;
            };
            let jobs = entry.origin.jobs.load(Ordering::Relaxed);
            self.transfer.set_share(place, entry.origin.most.load(Ordering::Relaxed), jobs > 1);
            if entry.jobs_when_told.take_if(|then| jobs < *then).is_some() {
                // What others had there is free: the job's share says how many it may have.
                self.transfer.forget_limit(place);
            }
            let (open, flowing) =
                (self.transfer.connections_at(place), self.transfer.flowing_at(place));
            entry.presence.set(Count { open, flowing });
        }
    }

    /// The run has no connection any more.
    pub(super) fn leave_servers(&mut self) {
        for entry in &mut self.sources.all {
            entry.presence.set(Count::default());
        }
    }

    /// Tells of each server that said since the last call how many connections it bears: so many as
    /// this run has there, and those of the others.
    pub(super) async fn tell_limits(&mut self) {
        for of in 0..self.sources.all.len() {
            let entry = &self.sources.all[of];
            let told = entry.place.map_or(entry.told, |place| self.transfer.told_limit(place));
            let met = |limit: Option<Limit>| limit.map(|limit| limit.met);
            let Some(limit) = told.filter(|_| met(told) > met(entry.told)) else { continue };
            let is_there = entry.place.is_some_and(|place| self.transfer.connections_at(place) > 0);
            let entry = &mut self.sources.all[of];
            entry.told = told;
            entry.jobs_when_told = Some(entry.origin.jobs.load(Ordering::Relaxed));
            self.tell_limit(of, if is_there { limit.connections } else { 0 }).await;
        }
    }

    async fn tell_limit(&mut self, of: usize, own: u32) {
        let host = self.sources.all[of].origin.host.name.clone();
        let others = self.sources.elsewhere(&host);
        if own == 0 && others.flowing == 0 {
            // The server is ill, and says nothing of how many it bears.
            return;
        }
        let connections = own.saturating_add(others.open);
        let what = What::Limit { host, connections };
        // Worth knowing, not worth failing for.
        let _ = self.reports.send(Report { job: self.job.id, what }).await;
    }

    /// The run fails where it is. A server that turned away its only connection beside those of others
    /// bears no more than those; a 403 may as well be of this file alone.
    pub(super) async fn tell_turned_away(&mut self, why: &Failure) {
        self.leave_servers();
        let of = self.sources.index_of(self.transfer.main());
        if let (FailureKind::Busy, Some(of)) = (why.kind, of)
            && why.status != Some(403)
        {
            self.tell_limit(of, 0).await;
        }
    }

    /// Tells what was learned of how the servers are to be asked, where bytes came.
    pub(super) async fn tell_learned(&mut self) {
        self.tell_limits().await;
        if !self.progressed {
            return;
        }
        for facts in self.learned_facts() {
            // Worth knowing, not worth failing for.
            let _ = self.reports.send(Report { job: self.job.id, what: What::Host(facts) }).await;
        }
    }

    /// How the servers are to be asked, each where it differs from what was known.
    fn learned_facts(&self) -> Vec<HostFacts> {
        let fact = |entry: &Entry| {
            let Manner { ranges, condition, falls_over_ranges, .. } =
                self.transfer.learned(entry.place?);
            let host = entry.origin.host.clone();
            let facts = HostFacts { ranges, condition, plain_get: falls_over_ranges, ..host };
            (facts != entry.origin.host).then_some(facts)
        };
        self.sources.all.iter().filter_map(fact).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_run_has_is_counted_until_it_is_gone() {
        let all = Arc::new(Traffic::default());
        let count = || (all.open.load(Ordering::Relaxed), all.flowing.load(Ordering::Relaxed));
        let mut one = Presence::new(Arc::clone(&all));
        let mut other = Presence::new(Arc::clone(&all));
        one.set(Count { open: 4, flowing: 3 });
        other.set(Count { open: 2, flowing: 0 });
        assert_eq!(count(), (6, 3));
        one.set(Count { open: 1, flowing: 1 });
        assert_eq!(count(), (3, 1));
        drop(other);
        assert_eq!(count(), (1, 1));
        drop(one);
        assert_eq!(count(), (0, 0));
    }
}
