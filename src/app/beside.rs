//! Commands about the desktop beside the window: files shown and opened, the window wanted in front, the
//! program started with the session. What takes a while is done elsewhere and told by an event.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::autostart::Autostart;
use super::command::{Refusal, Reply};
use super::desktop;
use super::dropped;
use super::event::Event;
use super::integrate::IntegrateError;
use super::raise::{Raise, Shows};
use super::record::page;
use super::service::Service;
use crate::model::id::JobId;
use crate::model::phase::Phase;

impl Service {
    pub(super) fn on_desktop(&self, id: JobId, act: fn(&Path) -> Result<(), String>) -> Reply {
        let Some(record) = self.records.get(&id) else { return Reply::Refused(Refusal::NoJob(id)) };
        let path = match (&record.job.phase, &record.job.generation) {
            (Phase::Done { path, .. }, _) => path.clone(),
            (_, Some(generation)) => record.job.dir.join(&generation.part_name),
            (_, None) => record.job.dir.clone(),
        };
        self.do_beside(move || act(&path).err().map(|error| Event::OpenFailed(id, error)))
    }

    pub(super) fn open_page(&self, id: JobId) -> Reply {
        let Some(record) = self.records.get(&id) else { return Reply::Refused(Refusal::NoJob(id)) };
        let Some(page) = page(&record.job) else { return Reply::Refused(Refusal::NoPage(id)) };
        let open = move || desktop::open_page(&page).err();
        self.do_beside(move || open().map(|error| Event::OpenFailed(id, error)))
    }

    pub(super) fn read_links(&self, paths: Vec<PathBuf>) -> Reply {
        self.do_beside(move || {
            Some(match dropped::links_in(&paths) {
                Ok(links) => Event::Raised(Raise::of(Shows::Links(links))),
                Err(why) => Event::Refused(why),
            })
        })
    }

    /// Offers the links in a text that was copied, where that is wanted.
    pub(super) fn offer(&mut self, text: &str) -> Reply {
        if self.settings.watch_clipboard {
            let known: HashSet<&str> = self.records.values().map(|r| r.job.url.as_str()).collect();
            let links = self.offers.of(text, |url| known.contains(url.as_str()));
            if !links.is_empty() {
                self.tell(Event::Offered(
                    links.iter().map(|url| url.as_str().to_owned()).collect(),
                ));
            }
        }
        Reply::Ok
    }

    /// Does something about the entry of the session, and tells what is so then.
    pub(super) fn on_autostart<F>(&self, act: F) -> Reply
    where
        F: FnOnce() -> Result<Autostart, IntegrateError> + Send + 'static,
    {
        self.do_beside(move || match act() {
            Ok(so) => Some(Event::Autostart(so)),
            Err(IntegrateError::NoEntries) => None,
            Err(error) => Some(Event::Refused(error.to_string())),
        })
    }

    /// Does what may take a while where it holds up nothing, and tells what comes of it.
    fn do_beside(&self, act: impl FnOnce() -> Option<Event> + Send + 'static) -> Reply {
        let (events, wake) = (Arc::clone(&self.end.events), self.waker());
        tokio::task::spawn_blocking(move || {
            if let Some(event) = act() {
                events.push(event);
                wake();
            }
        });
        Reply::Ok
    }

    pub(super) fn raise(&self, raise: Raise) -> Reply {
        if !self.has_window {
            return Reply::Refused(Refusal::NoWindow);
        }
        // Who asks is to begin anew, not to wait for a window that will not come.
        if self.is_closing() {
            return Reply::Refused(Refusal::Ended);
        }
        self.tell(Event::Raised(raise));
        Reply::Ok
    }
}
