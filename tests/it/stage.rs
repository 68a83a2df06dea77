//! The service in this process, over a folder of its own, with a hook under its files where a row
//! wants one.

use std::fs;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use onward::app::command::{Command, JobDetails, Reply, Which};
use onward::app::focus::Focus;
use onward::app::snapshot::JobView;
use onward::app::{Attend, Launch, Running, Started, Wake, start_window};
use onward::engine::hook::{Deed, Fate, Hung, When, hang};
use onward::model::failure::FailureKind;
use onward::model::id::JobId;
use onward::model::job::NewJob;
use onward::model::options::JobOptions;
use onward::model::phase::{FileFate, Intent, State};
use onward::model::url::SourceUrl;
use tempfile::TempDir;

use super::binary::wait_until;
use super::fault_server::FaultServer;
use super::rows::usual;

/// A service and where its files go.
pub(crate) struct Stage {
    app: Running,
    folder: TempDir,
    hung: Option<Hung>,
}

/// A service under a window, with its data below `folder` and nothing beside the window.
pub(crate) fn begin(folder: &Path) -> Running {
    let silent: Wake = Arc::new(|| {});
    let launch = Launch { data_dir: Some(folder.join("data")), ..Launch::default() };
    let alone: Attend = Box::new(|_| Box::pin(async {}));
    let Started::Here(app) = start_window(&launch, &silent, alone).unwrap() else {
        panic!("another one runs")
    };
    app.service.wait().unwrap()
}

/// One connection, and no attempt more than the user makes.
pub(crate) fn alone() -> JobOptions {
    JobOptions { connections: 1, retries: 0, ..JobOptions::default() }
}

impl Stage {
    /// A service with nothing to do.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { app: begin(folder.path()), folder, hung: None }
    }

    /// As [`Stage::new`], with this hook over the folder of its files.
    pub(crate) fn over(told: impl Fn(When, Deed, &Path) -> Fate + Send + Sync + 'static) -> Self {
        let stage = Self::new();
        let hung = hang(&stage.dir(), told);
        Self { hung: Some(hung), ..stage }
    }

    /// The service ends and another begins over the same data; how long it took to begin.
    pub(crate) fn restart(self) -> (Self, Duration) {
        let Self { app, folder, hung } = self;
        app.close();
        let begun = Instant::now();
        let app = begin(folder.path());
        (Self { app, folder, hung }, begun.elapsed())
    }

    /// As [`Stage::restart`], with a database as a program leaves it that was killed at this moment.
    pub(crate) fn crash(self) -> Self {
        let (data, kept) = (self.folder.path().join("data"), self.folder.path().join("kept"));
        fs::create_dir(&kept).unwrap();
        let copy = |from: &Path, to: &Path| {
            for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
                if entry.file_name().to_string_lossy().starts_with("onward.db") {
                    fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
                }
            }
        };
        copy(&data, &kept);
        let Self { app, folder, hung } = self;
        app.close();
        for name in ["onward.db", "onward.db-wal"] {
            let _ = fs::remove_file(data.join(name));
        }
        copy(&kept, &data);
        fs::remove_dir_all(kept).unwrap();
        let app = begin(folder.path());
        Self { app, folder, hung }
    }

    pub(crate) fn dir(&self) -> PathBuf {
        self.folder.path().join("files")
    }

    /// Adds a job of `url` for a folder; its number.
    #[track_caller]
    pub(crate) fn add_in(&self, dir: &Path, url: &str, options: JobOptions) -> JobId {
        let job = NewJob {
            url: SourceUrl::parse(url).unwrap(),
            dir: dir.to_owned(),
            name: None,
            options,
            intent: Intent::Run,
            not_before: None,
            queue: onward::model::queue::QueueId::MAIN,
        };
        let Reply::Added(ids) = self.call(Command::Add(vec![job])) else { panic!("not added") };
        ids[0]
    }

    /// Adds a job of `url`; its number.
    #[track_caller]
    pub(crate) fn add(&self, url: &str, options: JobOptions) -> JobId {
        self.add_in(&self.dir(), url, options)
    }

    #[track_caller]
    pub(crate) fn call(&self, command: Command) -> Reply {
        self.app.handle.call(command).unwrap()
    }

    /// Sends a command and goes on.
    pub(crate) fn tell(&self, command: Command) {
        self.app.handle.send(command).unwrap();
    }

    pub(crate) fn pause(&self, id: JobId) {
        assert_eq!(self.call(Command::Pause(Which::Jobs(vec![id]))), Reply::Ok);
    }

    pub(crate) fn resume(&self, id: JobId) {
        assert_eq!(self.call(Command::Resume(Which::Jobs(vec![id]))), Reply::Ok);
    }

    pub(crate) fn retry(&self, id: JobId) {
        assert_eq!(self.call(Command::Retry(Which::Jobs(vec![id]))), Reply::Ok);
    }

    pub(crate) fn remove(&self, id: JobId) {
        let which = Which::Jobs(vec![id]);
        assert_eq!(self.call(Command::Remove(which, FileFate::Keep)), Reply::Ok);
    }

    /// Every job as it is seen, in the order of the queue.
    pub(crate) fn views(&self) -> Vec<Arc<JobView>> {
        self.app.handle.snapshot().jobs.iter().cloned().collect()
    }

    /// What is told of the job that is looked at closely.
    pub(crate) fn focus(&self) -> Option<Arc<Focus>> {
        self.app.handle.snapshot().focus.clone()
    }

    /// The job as it is seen. A new one may take a moment to be.
    #[track_caller]
    pub(crate) fn view(&self, id: JobId) -> JobView {
        let mut view = None;
        wait_until("the job is seen", || {
            let snapshot = self.app.handle.snapshot();
            view = snapshot.jobs.iter().find(|job| job.id == id).map(|job| (**job).clone());
            view.is_some()
        });
        view.unwrap()
    }

    #[track_caller]
    pub(crate) fn details(&self, id: JobId) -> JobDetails {
        let Reply::Job(details) = self.call(Command::Show(id)) else { panic!("no such job") };
        *details
    }

    #[track_caller]
    pub(crate) fn comes_to(&self, id: JobId, state: State) {
        wait_until(&format!("{state:?}"), || {
            let view = self.view(id);
            view.state == state && !view.settling
        });
    }

    /// The job waits, for this reason.
    #[track_caller]
    pub(crate) fn waits_for(&self, id: JobId, why: FailureKind) {
        wait_until(&format!("{why:?}"), || {
            let view = self.view(id);
            view.state == State::Waiting && view.error.is_some_and(|error| error.kind == why)
        });
    }

    /// The finished file is right, and alone in its folder.
    #[track_caller]
    pub(crate) fn has_file(&self, id: JobId, right: &[u8]) {
        self.comes_to(id, State::Completed);
        let view = self.view(id);
        assert!(fs::read(&view.path).unwrap() == right, "wrong bytes");
        assert_eq!(fs::read_dir(&view.dir).unwrap().count(), 1, "something else lies there");
        assert_eq!(view.done_bytes, right.len() as u64);
    }

    /// Every byte recorded as durable stands in the part file; `right` tells what belongs at a place.
    /// How many there are.
    #[track_caller]
    pub(crate) fn durable_is_right(&self, id: JobId, right: impl Fn(u64, usize) -> Vec<u8>) -> u64 {
        let details = self.details(id);
        let part = self.dir().join(format!("{}.part", details.view.name));
        let mut total = 0;
        for span in &details.spans {
            let mut held = vec![0; usize::try_from(span.len()).unwrap()];
            fs::File::open(&part).unwrap().read_exact_at(&mut held, span.start).unwrap();
            assert!(held == right(span.start, held.len()), "{span:?}");
            total += span.len();
        }
        total
    }

    pub(crate) fn close(self) {
        self.app.close();
    }
}

/// How writing fails on a full disk.
pub(crate) fn full() -> Fate {
    Fate::Failed(io::ErrorKind::StorageFull.into())
}

/// How a disk fails that is broken: EIO.
pub(crate) fn broken() -> Fate {
    Fate::Failed(io::Error::from_raw_os_error(5))
}

/// A server that gives the usual file in a second, so that a few checkpoints come before its end.
pub(crate) fn paced() -> FaultServer {
    FaultServer::start(|asked| usual().answer(asked).paced(1 << 20))
}

/// What belongs at a place of the usual file.
pub(crate) fn usual_at(at: u64, len: usize) -> Vec<u8> {
    usual().content[usize::try_from(at).unwrap()..][..len].to_vec()
}
