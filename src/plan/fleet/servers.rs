//! Servers and links in the queue: how many jobs may be live at one, and jobs whose link is looked at.

use super::{Fleet, Intent, JobId, Phase};

impl Fleet {
    /// The job is not started until [`Fleet::take_back`], whatever the user wants of it.
    pub fn set_aside(&mut self, id: JobId) {
        self.aside.insert(id);
    }

    /// The job may be started again.
    pub fn take_back(&mut self, id: JobId) {
        self.aside.remove(&id);
    }

    /// The job got a fresh link, to `host`: what stopped it is over. It goes on where the user wants
    /// it to.
    pub fn relinked(&mut self, id: JobId, host: String) {
        if let Some(mut entry) = self.jobs.edit(id).filter(|entry| !entry.phase.is_done()) {
            entry.phase = if entry.intent == Intent::Run { Phase::Queued } else { Phase::Stopped };
            entry.attempt = 0;
            entry.host = host;
        }
    }

    /// Changes what a job is started with.
    pub fn set_retries(&mut self, id: JobId, retries: u32) {
        if let Some(mut entry) = self.jobs.edit(id) {
            entry.retries = retries;
        }
    }

    /// Changes how many may be live at one server.
    pub fn set_host_cap(&mut self, host: &str, cap: u32) {
        self.host_caps.insert(host.to_owned(), cap.max(1));
    }

    /// Whether no more jobs may be live at a server.
    pub(super) fn is_full(&self, host: &str) -> bool {
        let Some(cap) = self.host_caps.get(host) else { return false };
        let there =
            self.live.iter().filter(|id| self.jobs.at(**id).is_some_and(|e| e.host == host));
        there.count() >= *cap as usize
    }
}
