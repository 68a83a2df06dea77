//! Starting: the lock, the store, the jobs as they were, the service and its socket. Whoever holds
//! the lock is the owner; everybody else goes through the socket.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use jiff::Timestamp;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use super::command::Command;
use super::event::{Event, SettingsTrouble};
use super::handle::AppHandle;
use super::lock::Lock;
use super::paths::{Paths, download_dir};
use super::queue::entry;
use super::record::Record;
use super::service::{Begin, Service, Wake};
use super::settings::{self, Kept};
use super::signals;
use super::snapshot::{Snapshot, Totals};
use super::socket;
use super::start::Attending;
use crate::engine::descriptors;
use crate::engine::disk::{look, sync_names};
use crate::model::failure::Failure;
use crate::model::id::JobId;
use crate::model::job::Job;
use crate::model::phase::Phase;
use crate::model::settings::{OnLaunch, Settings};
use crate::model::ui_state::UiState;
use crate::plan::fleet::{Fleet, Scope};
use crate::plan::recover::{Found, recover};
use crate::store::{self, FreshLink, OpenError, Opened, SettingsFile, StoreError, StoreHandle};

/// How long an instance that is just ending or beginning is waited for.
pub(super) const MAX_WAIT: Duration = Duration::from_secs(5);
/// Pieces of the list that may wait to be taken in.
const MAX_PIECES: usize = 8;
/// How long the end may take.
const MAX_END: Duration = Duration::from_millis(1900);

/// Why the service could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// There is no place for data.
    #[error("no data directory is known here; name one with --data-dir DIR")]
    NoDirectory,
    /// The data directory cannot be used.
    #[error(
        "the data directory {dir} cannot be used ({cause}); make it writable or name another with --data-dir DIR"
    )]
    Directory {
        /// The directory.
        dir: PathBuf,
        /// What is wrong with it.
        cause: io::Error,
    },
    /// The database cannot be used.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// The list could not be read.
    #[error(
        "the list of jobs could not be read: {0}; try again, and where that does not help, move the database away to begin a new one"
    )]
    List(#[from] StoreError),
    /// The runtime could not be started.
    #[error("the system gives no more threads or files ({0}); close other programs and try again")]
    System(io::Error),
    /// Another instance holds the lock and does not answer.
    #[error("another Onward is using {0} and does not answer; end it and try again")]
    Silent(PathBuf),
    /// A download from the command line holds the data directory.
    #[error(
        "a download from the command line is using {0}; open the window when it has ended, or use --data-dir DIR"
    )]
    NoWindow(PathBuf),
}

/// What an instance is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A window: every job runs.
    Window,
    /// One command: no job runs.
    Command,
    /// `get`: only what is asked for runs.
    Get,
}

/// A service in this process.
#[derive(Debug)]
pub struct Running {
    /// The hold on it.
    pub handle: AppHandle,
    /// The database was damaged and moved to this path.
    pub set_aside: Option<PathBuf>,
    /// Why the settings are not as they stand in their file.
    pub settings_troubles: Vec<SettingsTrouble>,
    runtime: Runtime,
    service: JoinHandle<()>,
    _lock: Lock,
}

impl Running {
    /// Lets something go on beside the service, until the program ends.
    pub(super) fn spawn(&self, attending: Attending) {
        drop(self.runtime.spawn(attending));
    }

    /// Saves everything and ends, within two seconds.
    pub fn close(self) {
        // A service that is gone already has saved everything.
        let _ = self.handle.send(Command::Quit);
        let service = self.service;
        let ended = self.runtime.block_on(async { tokio::time::timeout(MAX_END, service).await });
        if ended.is_err() {
            tracing::warn!("the service did not end in time");
        }
        self.runtime.shutdown_background();
    }
}

/// The owner, with the store open and what is quickly read of it; the list is not read yet.
pub(super) struct Owned {
    paths: Paths,
    purpose: Purpose,
    wake: Wake,
    lock: Lock,
    opened: Opened,
    kept: Kept,
    troubles: Vec<SettingsTrouble>,
    pub(super) ui_state: Arc<UiState>,
}

/// Becomes the owner; none where another instance is.
pub(super) fn own(
    paths: &Paths,
    purpose: Purpose,
    wake: &Wake,
) -> Result<Option<Owned>, StartError> {
    let lock = Lock::take(&paths.lock())
        .map_err(|cause| StartError::Directory { dir: paths.dir.clone(), cause })?;
    let Some(lock) = lock else { return Ok(None) };
    let opened = store::open(&paths.database(), Timestamp::now())?;
    if !opened.was_clean {
        tracing::info!("the last run did not end in order; every resume is compared with the file");
    }
    let file = SettingsFile::at(paths.settings());
    let (kept, troubles) = settings::load(file, &opened.store)?;
    let ui_state = Arc::new(opened.store.ui_state().blocking()?);
    let (paths, wake) = (paths.clone(), Arc::clone(wake));
    Ok(Some(Owned { paths, purpose, wake, lock, opened, kept, troubles, ui_state }))
}

impl Owned {
    /// Reads the list and lets the service run.
    pub(super) fn run(self) -> Result<Running, StartError> {
        let Self { paths, purpose, wake, lock, opened, kept, troubles, ui_state } = self;
        let settings = &kept.settings;
        let hosts = opened.store.hosts().blocking()?;
        let is_window = purpose == Purpose::Window;
        let scope = if is_window { Scope::All } else { Scope::Only(BTreeSet::new()) };
        let on_launch = if is_window { settings.on_launch } else { OnLaunch::GoOn };
        let Jobs { fleet, records, finished, bare } =
            read_jobs(&opened.store, Fleet::new(settings.live_jobs, scope), on_launch)?;
        save_finished(&opened.store, finished);
        for (id, link) in bare {
            drop(opened.store.save_link(id, link));
        }
        descriptors::take_all();
        let runtime = begin_runtime()?;
        let (handle, end) = AppHandle::pair(Snapshot {
            ui_state: Arc::clone(&ui_state),
            ..first(settings, &fleet, &records)
        });
        let set_aside = opened.set_aside;
        if let Some(path) = &set_aside {
            end.events.push(Event::StoreSetAside(path.clone()));
        }
        for trouble in &troubles {
            tracing::warn!("{trouble}");
            end.events.push(Event::SettingsTrouble(trouble.clone()));
        }
        let begin = Begin {
            store: opened.store,
            fleet,
            records,
            hosts,
            was_clean: opened.was_clean,
            kept,
            ui_state,
            end,
            wake,
            has_window: is_window,
            wall: Arc::new(Timestamp::now),
        };
        let service = runtime.spawn(Service::new(begin).run());
        if is_window {
            runtime.spawn(signals::end_window(handle.clone()));
        }
        serve_others(&paths, &runtime, &handle);
        let settings_troubles = troubles;
        Ok(Running { handle, set_aside, settings_troubles, runtime, service, _lock: lock })
    }
}

/// The jobs as they were left, and those that are finished though the store does not know it.
struct Jobs {
    fleet: Fleet,
    records: BTreeMap<JobId, Box<Record>>,
    finished: Vec<(JobId, Phase, Option<Failure>)>,
    /// Those that are finished and still had what lets somebody in.
    bare: Vec<(JobId, FreshLink)>,
}

/// Takes the jobs in while the store still reads: with very many that is half of the time.
fn read_jobs(store: &StoreHandle, fleet: Fleet, on_launch: OnLaunch) -> Result<Jobs, StoreError> {
    let (records, finished, bare) = (BTreeMap::new(), Vec::new(), Vec::new());
    let mut jobs = Jobs { fleet, records, finished, bare };
    let (to, pieces) = mpsc::sync_channel(MAX_PIECES);
    let all = store.read_jobs(to);
    for job in pieces.into_iter().flatten() {
        let was_done = job.phase.is_done();
        let mut job = recovered(job, on_launch);
        let untold = job.phase.is_done() && !was_done;
        if untold {
            jobs.finished.push((job.id, job.phase.clone(), None));
        }
        // One whose end nobody heard of yet is still asked for by the whole link.
        if was_done && job.forget_access() {
            jobs.bare.push((job.id, FreshLink::of(&job)));
        }
        jobs.fleet.add(job.id, entry(&job));
        let (id, mut record) = (job.id, Record::new(job));
        record.untold = untold;
        jobs.records.insert(id, record);
    }
    all.blocking()?;
    Ok(jobs)
}

/// Lets other instances reach this one; without that, everything else works.
fn serve_others(paths: &Paths, runtime: &Runtime, handle: &AppHandle) {
    let listener = {
        let _inside = runtime.enter();
        socket::listen(paths)
    };
    match listener {
        Ok(listener) => drop(runtime.spawn(socket::serve(listener, handle.clone()))),
        Err(error) => tracing::warn!("no socket for other instances: {error}"),
    }
}

fn begin_runtime() -> Result<Runtime, StartError> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(1).thread_name("engine").enable_all().build().map_err(StartError::System)
}

/// What the files show to be finished is saved before anything can happen to them. Where that fails
/// it shows again at the next start.
fn save_finished(store: &StoreHandle, finished: Vec<(JobId, Phase, Option<Failure>)>) {
    if finished.is_empty() {
        return;
    }
    let ids = finished.iter().map(|(id, ..)| *id).collect();
    let saved = store.save_phase(finished).blocking();
    if let Err(error) = saved.and_then(|()| store.forget_progress(ids).blocking()) {
        tracing::error!("saving the list: {error}");
    }
}

fn recovered(job: Job, on_launch: OnLaunch) -> Job {
    let (part, end) = match (&job.phase, &job.generation) {
        (Phase::Finishing, Some(g)) => {
            let end = look(&job.dir.join(&g.name));
            // The name may have been given just before the end, and not be durable yet. Where it cannot
            // be made so, the job is ended again, which says why not.
            let stands = end != Found::Nothing && sync_names(&job.dir).is_ok();
            let end = if stands { end } else { Found::Nothing };
            (look(&job.dir.join(&g.part_name)), end)
        }
        _ => (Found::Nothing, Found::Nothing),
    };
    let found = recover(&job, on_launch, part, end, Timestamp::now());
    Job { intent: found.intent, phase: found.phase, ..job }
}

pub(super) fn first(
    settings: &Settings,
    fleet: &Fleet,
    records: &BTreeMap<JobId, Box<Record>>,
) -> Snapshot {
    Snapshot {
        revision: 1,
        layout: 1,
        jobs: fleet
            .ids()
            .filter_map(|id| records.get(&id))
            .map(|record| Arc::clone(&record.view))
            .collect(),
        totals: Totals::default(),
        settings: Arc::new(settings.clone()),
        default_dir: settings.dir.clone().unwrap_or_else(download_dir),
        free_bytes: None,
        focus: None,
        ui_state: Arc::default(),
        ending: None,
        regime: Arc::default(),
    }
}
