//! Fresh links as the window gives them: to jobs that run, without waiting for the answer, and with
//! the link of a newer job.

use std::path::Path;
use std::time::Duration;

use onward::app::Running;
use onward::app::command::{Command, IfLive, LinkFrom, NewLink, Refusal, Reply, Which};
use onward::app::event::Event;
use onward::app::snapshot::JobView;
use onward::model::fit::{Fit, Misfit};
use onward::model::id::JobId;
use onward::model::job::NewJob;
use onward::model::options::JobOptions;
use onward::model::phase::{FileFate, Intent, State};
use onward::model::url::SourceUrl;
use tempfile::TempDir;

use super::binary::wait_until;
use super::fault_reply::{Asked, End, Reply as Answer};
use super::fault_server::FaultServer;
use super::rows::{CUT, other, usual};
use super::rows_refresh::serves;
use super::stage::begin;

/// The service under a window, and where its files go.
struct Stage {
    app: Running,
    folder: TempDir,
}

impl Stage {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { app: begin(folder.path()), folder }
    }

    fn dir(&self) -> std::path::PathBuf {
        self.folder.path().join("files")
    }

    /// Adds a job of `url`; its number.
    fn add(&self, url: &str) -> JobId {
        let job = NewJob {
            url: SourceUrl::parse(url).unwrap(),
            dir: self.dir(),
            name: None,
            options: JobOptions { connections: 1, retries: 0, ..JobOptions::default() },
            intent: Intent::Run,
            not_before: None,
            queue: onward::model::queue::QueueId::MAIN,
        };
        let Reply::Added(ids) = self.app.handle.call(Command::Add(vec![job])).unwrap() else {
            panic!("not added")
        };
        ids[0]
    }

    fn view(&self, id: JobId) -> Option<JobView> {
        let snapshot = self.app.handle.snapshot();
        snapshot.jobs.iter().find(|job| job.id == id).map(|job| (**job).clone())
    }

    #[track_caller]
    fn comes_to(&self, id: JobId, state: State) {
        wait_until(&format!("{state:?}"), || self.view(id).is_some_and(|v| v.state == state));
    }

    /// Holds [`CUT`] bytes at least, and runs.
    #[track_caller]
    fn has_come(&self, id: JobId) {
        wait_until("it came", || self.view(id).is_some_and(|v| v.done_bytes >= CUT as u64));
    }

    #[track_caller]
    fn has_file(&self, name: &str) {
        assert!(read(&self.dir().join(name)) == usual().content, "wrong bytes");
    }

    fn events(&self) -> Vec<Event> {
        self.app.handle.drain_events()
    }
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

fn link(job: JobId, from: LinkFrom) -> Command {
    Command::Refresh(NewLink { job, from, if_live: IfLive::Stop })
}

fn given(url: &str) -> LinkFrom {
    LinkFrom::Given(SourceUrl::parse(url).unwrap())
}

/// A server of the usual file whose first answer stays away after [`CUT`] bytes; `after` answers
/// from then on.
fn stays_away(after: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> FaultServer {
    FaultServer::start(move |asked| match asked.number {
        0 => usual().answer(asked).cut(CUT, End::Hang),
        _ => after(asked),
    })
}

#[test]
fn a_job_that_runs_is_stopped_for_the_look_and_goes_on_by_itself() {
    let stage = Stage::new();
    let (old, fresh) = (stays_away(|_| Answer::new("403 No", &[])), serves(&usual()));
    let id = stage.add(&old.url("a.bin"));
    stage.has_come(id);
    let taken = stage.app.handle.call(link(id, given(&fresh.url("b.bin")))).unwrap();
    assert_eq!(taken, Reply::Fits(Fit::ByValidator));
    stage.comes_to(id, State::Completed);
    stage.has_file("a.bin");
    let sent = fresh.sent();
    assert!(sent < (usual().content.len() - CUT + 4 * (68 << 10)) as u64, "{sent}");
    assert_eq!(old.log().len(), 1);
    stage.app.close();
}

#[test]
fn one_whose_link_is_refused_goes_on_with_the_old_one() {
    let stage = Stage::new();
    let old = stays_away(|asked| usual().answer(asked));
    let id = stage.add(&old.url("a.bin"));
    stage.has_come(id);
    let wrong = serves(&other());
    stage.app.handle.send(link(id, given(&wrong.url("a.bin")))).unwrap();
    let mut heard = Vec::new();
    wait_until("it is said", || {
        heard.extend(stage.events());
        heard.contains(&Event::LinkRefused(id, Misfit::OtherBytes { at: 0 }))
    });
    stage.comes_to(id, State::Completed);
    stage.has_file("a.bin");
    assert_eq!(stage.view(id).unwrap().url, old.url("a.bin"));
    stage.app.close();
}

#[test]
fn an_older_job_goes_on_with_the_newer_ones_link_once_that_fits() {
    let stage = Stage::new();
    let old = FaultServer::start(|asked| match asked.number {
        0 => usual().answer(asked).cut(CUT, End::Fin),
        _ => Answer::new("410 Gone", &[]),
    });
    let first = stage.add(&old.url("a.bin"));
    stage.comes_to(first, State::NeedsLink);
    // The newer job's own body stays away, so that it is not done before it is asked.
    let fresh = stays_away(|asked| usual().answer(asked));
    let second = stage.add(&fresh.url("b.bin"));
    let mut heard = Vec::new();
    wait_until("it is offered", || {
        heard.extend(stage.events());
        heard.contains(&Event::SameFile { new: second, old: first })
    });
    assert_eq!(stage.view(second).unwrap().same_as, Some(first));
    assert_eq!(stage.view(first).unwrap().state, State::NeedsLink, "nothing happens by itself");
    // One that does not fit removes nothing.
    let wrong = FaultServer::start(|asked| match asked.number {
        0 => other().answer(asked).cut(CUT, End::Hang),
        _ => other().answer(asked),
    });
    let third = stage.add(&wrong.url("a.bin"));
    stage.has_come(third);
    let refused = stage.app.handle.call(link(first, LinkFrom::Job(third))).unwrap();
    assert_eq!(refused, Reply::Misfit(Misfit::OtherBytes { at: 0 }));
    assert!(stage.view(third).is_some());
    stage.app.handle.send(link(first, LinkFrom::Job(second))).unwrap();
    wait_until("it is taken", || {
        heard.extend(stage.events());
        heard.contains(&Event::LinkTaken(first, Fit::ByValidator))
    });
    wait_until("the newer one is gone", || stage.view(second).is_none());
    stage.comes_to(first, State::Completed);
    stage.has_file("a.bin");
    stage.app.handle.call(Command::Remove(Which::Jobs(vec![third]), FileFate::Keep)).unwrap();
    wait_until("only the file is there", || std::fs::read_dir(stage.dir()).unwrap().count() == 1);
    stage.app.close();
}

#[cfg(unix)]
#[test]
fn add_through_the_window_names_the_older_job() {
    use super::binary::{Running as Process, World};
    let stage = Stage::new();
    let old = FaultServer::start(|asked| match asked.number {
        0 => usual().answer(asked).cut(CUT, End::Fin),
        _ => Answer::new("403 No", &[]),
    });
    let first = stage.add(&old.url("a.bin"));
    stage.comes_to(first, State::NeedsLink);
    let world = World::new();
    let added = |url: &str| {
        let mut add = world.command(&["add", url, "--dir", "."]);
        add.env("ONWARD_DATA_DIR", stage.folder.path().join("data"));
        let ran = Process::start(&mut add).end();
        assert_eq!(ran.code, Some(0), "{ran:?}");
        ran
    };
    let alike = stays_away(|asked| usual().answer(asked));
    let ran = added(&alike.url("b.bin"));
    assert_eq!(ran.out, "2\n");
    assert!(ran.err.contains("onward refresh 1 URL") && ran.err.lines().count() == 1, "{ran:?}");
    let unlike = serves(&other());
    let ran = added(&unlike.url("c.bin"));
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("3\n", ""));
    stage.app.close();
}

#[test]
fn one_removed_while_its_link_is_looked_at_is_gone() {
    let stage = Stage::new();
    let old = stays_away(|asked| usual().answer(asked));
    let id = stage.add(&old.url("a.bin"));
    stage.has_come(id);
    let slow = FaultServer::start(|asked| {
        let mut answer = usual().answer(asked);
        answer.pause = Duration::from_millis(400);
        answer
    });
    let url = slow.url("a.bin");
    let handle = stage.app.handle.clone();
    let looking = std::thread::spawn(move || handle.call(link(id, given(&url))).unwrap());
    wait_until("it is looked at", || !slow.log().is_empty());
    // A second one has to wait for the first.
    let second = stage.app.handle.call(link(id, given(&slow.url("b.bin")))).unwrap();
    assert!(matches!(second, Reply::Refused(Refusal::NotNow { .. })), "{second:?}");
    stage.app.handle.call(Command::Remove(Which::Jobs(vec![id]), FileFate::Keep)).unwrap();
    assert_eq!(looking.join().unwrap(), Reply::Refused(Refusal::NoJob(id)));
    assert!(stage.view(id).is_none());
    stage.app.close();
}

#[test]
fn what_is_given_with_a_link_goes_to_its_server_and_stays_with_the_job() {
    let stage = Stage::new();
    let old = stays_away(|_| Answer::new("403 No", &[]));
    let fresh = FaultServer::start(|asked| match asked.header("cookie") {
        Some("sid=new") => usual().answer(asked),
        _ => Answer::new("403 No", &[]),
    });
    let id = stage.add(&old.url("a.bin"));
    stage.has_come(id);
    let url = fresh.url("a.bin");
    let bare = stage.app.handle.call(link(id, given(&url))).unwrap();
    assert!(matches!(bare, Reply::Misfit(_)), "{bare:?}");
    let along = JobOptions { cookie: Some("sid=new".into()), ..JobOptions::default() };
    let with = LinkFrom::With(SourceUrl::parse(&url).unwrap(), Box::new(along));
    let taken = stage.app.handle.call(link(id, with)).unwrap();
    assert_eq!(taken, Reply::Fits(Fit::ByValidator));
    stage.app.handle.call(Command::Retry(Which::Jobs(vec![id]))).unwrap();
    stage.comes_to(id, State::Completed);
    stage.has_file("a.bin");
    assert!(old.log().iter().all(|asked| asked.header("cookie").is_none()));
    let Reply::Job(details) = stage.app.handle.call(Command::Show(id)).unwrap() else {
        panic!("no such job")
    };
    assert!(!serde_json::to_string(&details).unwrap().contains("sid=new"));
    assert_eq!(
        stage.app.handle.call(Command::OpenPage(id)).unwrap(),
        Reply::Refused(Refusal::NoPage(id))
    );
    stage.app.close();
}
