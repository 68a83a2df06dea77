//! What the add dialog is told while it is open: what its links lead to, which of them are jobs'
//! already, and what is to be known of the folder. All of it is looked up beside the loop.
//!
//! Invariants: at most `MAX_PROBES` links are looked at at once; a link that is no longer asked for
//! is no longer looked at; nothing is written.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use tokio::task::AbortHandle;

use super::command::Reply;
use super::event::Event;
use super::service::Service;
use crate::engine::disk::{free_bytes, free_name};
use crate::engine::probe::probe;
use crate::model::id::JobId;
use crate::model::job::NewJob;
use crate::model::name::safe_name;
use crate::model::options::JobOptions;
use crate::model::path;
use crate::model::phase::Intent;
use crate::model::url::SourceUrl;
use crate::plan::refit::options_for;

/// Links looked at at once.
const MAX_PROBES: usize = 4;

/// The links that are to be looked at now, in the place of those before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProbeAsk {
    /// The links; none where nobody waits any more.
    pub links: Vec<SourceUrl>,
    /// How they are asked for.
    pub options: JobOptions,
}

/// What is to be known of a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderAsk {
    /// The folder.
    #[serde(with = "path::exact")]
    pub dir: PathBuf,
    /// Names that files in it are to have, in the order they are begun; one stands there as often as
    /// files are to have it.
    pub names: Vec<String>,
}

/// What a folder is like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderSeen {
    /// The folder.
    pub dir: PathBuf,
    /// Bytes free on its volume, or on that of the nearest folder above it that is there.
    pub free_bytes: Option<u64>,
    /// Those of the names that are taken, on disk or by a file before, each with the one its file would
    /// get, in order.
    pub taken: Vec<(String, String)>,
    /// Folders files went to last, the latest first.
    pub recent: Vec<PathBuf>,
}

/// The links that are looked at or were, as long as they are asked for.
#[derive(Debug)]
pub(super) struct Probes {
    options: JobOptions,
    begun: HashMap<SourceUrl, AbortHandle>,
    room: Arc<Semaphore>,
}

impl Default for Probes {
    fn default() -> Self {
        let room = Arc::new(Semaphore::new(MAX_PROBES));
        Self { options: JobOptions::default(), begun: HashMap::new(), room }
    }
}

impl Probes {
    /// Leaves every link that is not among `wanted`, or was asked for otherwise.
    fn keep(&mut self, wanted: &ProbeAsk) {
        let is_same = self.options == wanted.options;
        let links: std::collections::HashSet<&SourceUrl> = wanted.links.iter().collect();
        self.begun.retain(|url, task| {
            let stays = is_same && links.contains(url);
            if !stays {
                task.abort();
            }
            stays
        });
        self.options.clone_from(&wanted.options);
    }
}

impl Service {
    /// Looks at these links, and no longer at others. What comes of it are events.
    pub(super) fn probe(&mut self, wanted: ProbeAsk) -> Reply {
        self.probes.keep(&wanted);
        let first = wanted.links.first().cloned();
        let fresh: Vec<SourceUrl> =
            wanted.links.into_iter().filter(|url| !self.probes.begun.contains_key(url)).collect();
        self.tell_known(&fresh);
        for url in fresh {
            // What is secret was typed, or copied, with the first link.
            let options = first.as_ref().map(|first| options_for(&wanted.options, first, &url).0);
            let options = options.unwrap_or_else(|| wanted.options.clone());
            let clients = self.clients.clone();
            let (events, wake) = (Arc::clone(&self.end.events), self.waker());
            let (room, link) = (Arc::clone(&self.probes.room), url.clone());
            let task = tokio::spawn(async move {
                let Ok(_turn) = room.acquire().await else { return };
                let found = probe(&clients, link.clone(), &options).await;
                events.push(Event::Probed(link, found));
                wake();
            });
            self.probes.begun.insert(url, task.abort_handle());
        }
        Reply::Ok
    }

    /// Tells which of these links a job has; views do not show enough of a link for that.
    fn tell_known(&self, links: &[SourceUrl]) {
        if links.is_empty() {
            return;
        }
        let jobs = self.records.values().map(|record| &record.job);
        let wanted = jobs.filter(|job| !matches!(job.intent, Intent::Remove { .. }));
        let ids: HashMap<&SourceUrl, JobId> = wanted.map(|job| (&job.url, job.id)).collect();
        // A finished download has no user and password in its link any more.
        let bare = |url: &SourceUrl| ids.get(&url.without_credentials()?);
        let id = |url| ids.get(url).or_else(|| bare(url)).copied();
        let known = links.iter().filter_map(|url| Some((url.clone(), id(url)?)));
        let known: Vec<(SourceUrl, JobId)> = known.collect();
        if !known.is_empty() {
            self.tell(Event::LinksKnown(known));
        }
    }

    /// Looks into a folder; answered by the event [`Event::FolderSeen`].
    pub(super) fn look_into_folder(&self, ask: FolderAsk) -> Reply {
        let (events, wake) = (Arc::clone(&self.end.events), self.waker());
        let store = self.store.clone();
        tokio::spawn(async move {
            // Without them there is only less to choose from.
            let recent = store.recent_dirs().await.unwrap_or_default();
            // A thread of its own: on a hung volume it may never come back.
            let seen = tokio::task::spawn_blocking(move || look(ask, recent)).await;
            if let Ok(seen) = seen {
                events.push(Event::FolderSeen(seen));
                wake();
            }
        });
        Reply::Ok
    }

    /// The folders of new jobs are offered again.
    pub(super) fn remember_dirs(&self, jobs: &[NewJob]) {
        let mut dirs: Vec<PathBuf> = jobs.iter().map(|job| job.dir.clone()).collect();
        dirs.dedup();
        let kept = self.store.remember_dirs(dirs);
        tokio::spawn(async move {
            if let Err(error) = kept.await {
                tracing::warn!("the recent folders were not kept: {error}");
            }
        });
    }
}

fn look(ask: FolderAsk, recent: Vec<PathBuf>) -> FolderSeen {
    let FolderAsk { dir, names } = ask;
    let mut given = BTreeSet::new();
    let other = |name: &String| {
        let wanted = safe_name(name)?;
        let free = free_name(&dir, &wanted, &given)?;
        given.insert(free.clone());
        (free.as_str() != name).then(|| (name.clone(), String::from(free)))
    };
    let taken = names.iter().filter_map(other).collect();
    FolderSeen { free_bytes: free_bytes(&dir), taken, recent, dir }
}
