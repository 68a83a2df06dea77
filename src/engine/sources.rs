//! The places of a run, with what is asked at each and what is known of its server.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use super::http::{Clients, HttpSource};
use super::job::Exit;
use super::learned::Presence;
use super::refit::Fitting;
use crate::model::cause::Cause;
use crate::model::failure::{Failure, FailureKind, Remedy};
use crate::model::fit::Misfit;
use crate::model::host::HostFacts;
use crate::model::job::Job;
use crate::model::url::SourceUrl;
use crate::plan::borne::Limit;
use crate::plan::refit::options_for;
use crate::plan::transfer::PlaceId;

/// Places a job is fetched from at most.
const MAX_SOURCES: usize = 24;

/// A place a job may be fetched from, and what is known of its server.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The link.
    pub url: SourceUrl,
    /// What is known of its server.
    pub host: HostFacts,
    /// Connections its server has for the job at most, which changes as other jobs come and go.
    pub most: Arc<AtomicU32>,
    /// Jobs that are live at its server, this one among them.
    pub jobs: Arc<AtomicU32>,
    /// Connections at its server, over all jobs.
    pub traffic: Arc<Traffic>,
}

/// Connections at one server, over all jobs.
#[derive(Debug, Default)]
pub struct Traffic {
    /// All, those that wait for their answer too.
    pub(super) open: AtomicU32,
    /// Those that bring bytes.
    pub(super) flowing: AtomicU32,
}

/// One place of a run.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) origin: Origin,
    source: Arc<HttpSource>,
    /// Its number in the transfer, once it may be asked there.
    pub(super) place: Option<PlaceId>,
    /// It was asked in this run and will not do.
    pub(super) spent: bool,
    /// Looks that found it busy, and when it is looked at again.
    pub(super) tries: u32,
    pub(super) not_before: Option<Instant>,
    /// Why it failed, where it was the place to go on at.
    pub(super) failed: Option<(Failure, Option<Duration>)>,
    /// What its server said last that it bears.
    pub(super) told: Option<Limit>,
    pub(super) presence: Presence,
    /// Jobs that were there when the server was last seen to bear no more.
    pub(super) jobs_when_told: Option<u32>,
}

/// The places of a run; the first is the one it begins with.
#[derive(Debug)]
pub(super) struct Sources {
    pub(super) clients: Clients,
    pub(super) all: Vec<Entry>,
    /// A mirror that is being compared with what is held.
    pub(super) look: Option<(usize, Look)>,
    /// Mirrors the server told of.
    pub(super) told: Vec<SourceUrl>,
}

/// What a mirror is looked at for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// To go on faster.
    More,
    /// To go on at all.
    Now,
}

/// What a look at a mirror brought.
pub(super) type Fitted = Result<Fitting, Misfit>;

/// A look at a mirror, beside the run. Dropped, it ends.
#[derive(Debug)]
pub(super) struct Look(pub(super) JoinHandle<Fitted>);

impl Drop for Look {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Sources {
    /// The places of a job. Fails where the first cannot be asked at all.
    pub(super) fn new(clients: Clients, job: &Job, origins: Vec<Origin>) -> Result<Self, Failure> {
        let told = job.generation.as_ref().map(|g| g.mirrors.clone()).unwrap_or_default();
        let mut sources = Self { clients, all: Vec::new(), look: None, told };
        for origin in origins {
            let added = sources.add(job, origin);
            if sources.all.is_empty() {
                added?;
            }
        }
        match sources.all.first_mut() {
            Some(first) => first.place = Some(0),
            None => return Err(Failure::because(FailureKind::BadOption, Cause::NoLink)),
        }
        Ok(sources)
    }

    /// Adds a place, where it is not known yet. Fails where it cannot be asked at all.
    pub(super) fn add(&mut self, job: &Job, origin: Origin) -> Result<(), Failure> {
        let is_known = self.all.iter().any(|known| known.origin.url == origin.url);
        if is_known || self.all.len() >= MAX_SOURCES {
            return Ok(());
        }
        // What is secret to the job's own server stays with it.
        let (options, _) = options_for(&job.options, &job.url, &origin.url);
        let source = HttpSource::new(&self.clients, origin.url.clone(), &options)?;
        let told = origin.host.max_connections;
        let told = told.map(|connections| Limit { connections, met: Duration::ZERO });
        let presence = Presence::new(Arc::clone(&origin.traffic));
        let source = Arc::new(source);
        self.all.push(Entry {
            origin,
            source,
            place: None,
            spent: false,
            tries: 0,
            not_before: None,
            failed: None,
            told,
            presence,
            jobs_when_told: None,
        });
        Ok(())
    }

    /// Where a place stands among all, as long as it may be asked.
    pub(super) fn index_of(&self, place: PlaceId) -> Option<usize> {
        self.all.iter().position(|entry| entry.place == Some(place))
    }

    /// The entry a place was made for.
    fn entry(&self, place: PlaceId) -> &Entry {
        // One that was given up in the meantime ends where the run began.
        &self.all[self.index_of(place).unwrap_or(0)]
    }

    /// What is asked at a place.
    pub(super) fn at(&self, place: PlaceId) -> Arc<HttpSource> {
        Arc::clone(&self.entry(place).source)
    }

    /// The server of a place.
    pub(super) fn host_of(&self, place: PlaceId) -> &str {
        &self.entry(place).origin.host.name
    }

    /// What is known of the server of the place the run begins with.
    pub(super) fn first(&self) -> &Origin {
        &self.all[0].origin
    }

    /// The server told of mirrors.
    pub(super) fn hear_of(&mut self, urls: Vec<SourceUrl>) {
        for url in urls {
            if self.told.len() < MAX_SOURCES && !self.told.contains(&url) {
                self.told.push(url);
            }
        }
    }

    /// Mirrors the server told of.
    pub(super) fn told(&self) -> Vec<SourceUrl> {
        self.told.clone()
    }

    /// A mirror that may be looked at: any that was not dropped, where one is needed to go on at all.
    pub(super) fn candidate(&self, need: Need) -> Option<usize> {
        let now = Instant::now();
        let rests = |entry: &Entry| entry.not_before.is_some_and(|at| now < at);
        self.all.iter().position(|entry| {
            let is_free = entry.place.is_none() && !entry.spent;
            is_free && (need == Need::Now || !rests(entry))
        })
    }

    /// The end of a look at a mirror. Pending while there is none.
    pub(super) async fn looked(&mut self) -> (usize, Fitted) {
        let Some((of, look)) = &mut self.look else { return std::future::pending().await };
        let (of, fitted) = (*of, (&mut look.0).await);
        self.look = None;
        let broke =
            |_| Err(Misfit::NoFile(Failure::because(FailureKind::SystemLimit, Cause::TaskBroke)));
        (of, fitted.unwrap_or_else(broke))
    }

    /// The file is another one now: no mirror is known to hold that.
    pub(super) fn begin_anew(&mut self, main: PlaceId) {
        self.look = None;
        for entry in self.all.iter_mut().filter(|entry| entry.place != Some(main)) {
            entry.place = None;
        }
    }

    /// Of why each place failed, what leaves most hope, and else what the job's own link says.
    pub(super) fn best_failure(&self, own: &SourceUrl) -> Option<Exit> {
        let failed = || {
            self.all.iter().filter_map(|e| e.failed.as_ref().map(|failed| (&e.origin.url, failed)))
        };
        let passes = |why: &Failure| why.kind.remedy() == Remedy::Wait;
        let hopeful = failed().find(|(_, (why, _))| passes(why));
        let best = hopeful.or_else(|| failed().find(|(url, _)| *url == own)).or(failed().next());
        best.map(|(_, (why, after))| Exit::Failed(why.clone(), *after))
    }
}
