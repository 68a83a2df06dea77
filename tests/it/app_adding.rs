//! What the service tells the add dialog: looks at links against servers of all kinds, none of which
//! writes anything, and looks into folders.

use std::path::PathBuf;

use onward::app::Running;
use onward::app::adding::{FolderAsk, FolderSeen, ProbeAsk};
use onward::app::command::{Command, Reply, Which};
use onward::app::event::Event;
use onward::model::failure::{Failure, FailureKind};
use onward::model::job::NewJob;
use onward::model::options::JobOptions;
use onward::model::phase::{Intent, State};
use onward::model::probe::Probed;
use onward::model::url::SourceUrl;
use tempfile::TempDir;

use super::binary::wait_until;
use super::fault_reply::{Asked, End, Origin, Reply as Answer};
use super::fault_server::FaultServer;
use super::stage::begin;

/// The service under a window, and what it told so far.
struct Stage {
    app: Running,
    folder: TempDir,
    told: Vec<Event>,
}

impl Stage {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { app: begin(folder.path()), folder, told: Vec::new() }
    }

    fn dir(&self) -> PathBuf {
        self.folder.path().join("files")
    }

    fn probe(&self, links: &[String], options: JobOptions) {
        let links = links.iter().map(|link| SourceUrl::parse(link).unwrap()).collect();
        let ask = Command::Probe(ProbeAsk { links, options });
        assert_eq!(self.app.handle.call(ask).unwrap(), Reply::Ok);
    }

    /// What a look at a link told, once it did.
    #[track_caller]
    fn found(&mut self, link: &str) -> Result<Probed, Failure> {
        let mut found = None;
        wait_until(link, || {
            self.told.extend(self.app.handle.drain_events());
            for event in &self.told {
                if let Event::Probed(url, told) = event
                    && url.as_str() == link
                {
                    found = Some(told.clone());
                }
            }
            found.is_some()
        });
        found.unwrap()
    }

    #[track_caller]
    fn looked_into(&mut self, names: &[&str]) -> FolderSeen {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        let ask = FolderAsk { dir: self.dir(), names };
        self.app.handle.call(Command::LookIntoFolder(ask)).unwrap();
        let mut seen = None;
        wait_until("the folder was looked into", || {
            let told = self.app.handle.drain_events();
            seen = told.into_iter().find_map(|event| {
                if let Event::FolderSeen(seen) = event { Some(seen) } else { None }
            });
            seen.is_some()
        });
        seen.unwrap()
    }

    /// The links that were told to be in the list already.
    fn known(&self) -> Vec<String> {
        let told = self.told.iter().filter_map(|event| {
            if let Event::LinksKnown(known) = event { Some(known) } else { None }
        });
        told.flatten().map(|(url, _)| url.as_str().to_owned()).collect()
    }

    fn add(&self, link: &str) {
        let job = NewJob {
            url: SourceUrl::parse(link).unwrap(),
            dir: self.dir(),
            name: None,
            options: JobOptions::default(),
            intent: Intent::Hold,
            not_before: None,
            queue: onward::model::queue::QueueId::MAIN,
        };
        let added = self.app.handle.call(Command::Add(vec![job])).unwrap();
        assert!(matches!(added, Reply::Added(_)), "{added:?}");
    }
}

/// Every kind of answer, by the path.
fn answers(asked: &Asked) -> Answer {
    let page = || Answer::new("200 OK", b"<html>").with("Content-Type", "text/html");
    match asked.path.split('?').next().unwrap_or_default() {
        "/file.zip" => Origin::new(5000, 0).answer(asked),
        "/plain.bin" => Origin::new(5000, 0).whole(),
        "/moved" => Answer::redirect("/file.zip"),
        "/about" | "/login.iso" => page(),
        "/endless.bin" => Answer::new("200 OK", &[7; 100]).unsized_body(),
        "/named" => Origin::new(9, 0)
            .answer(asked)
            .with("Content-Disposition", "attachment; filename=\"real name.pdf\""),
        "/picky.bin" if asked.range().is_some() => Answer::new("400 Bad Request", &[]),
        "/picky.bin" => Origin::new(70, 0).whole(),
        "/slow" => Answer::nothing(End::Hang),
        _ => Answer::new("404 Not Found", &[]),
    }
}

#[test]
fn links_are_looked_at_and_nothing_is_written() {
    let server = FaultServer::start(answers);
    let mut stage = Stage::new();
    let paths = ["file.zip", "plain.bin", "moved", "about", "login.iso", "endless.bin", "named"];
    let more = ["picky.bin", "gone.zip"];
    let links: Vec<String> = paths.iter().chain(&more).map(|path| server.url(path)).collect();
    stage.probe(&links, JobOptions::default());
    let mut of = |path: &str| stage.found(&server.url(path));
    for (path, name, total, has_ranges, is_page) in [
        ("file.zip", "file.zip", Some(5000), true, false),
        ("plain.bin", "plain.bin", Some(5000), false, false),
        ("moved", "file.zip", Some(5000), true, false),
        ("about", "about.html", Some(6), false, true),
        ("endless.bin", "endless.bin", None, false, false),
        ("named", "real name.pdf", Some(9), true, false),
        ("picky.bin", "picky.bin", Some(70), false, false),
    ] {
        let found = of(path).unwrap();
        let told = (found.name.as_str(), found.total_bytes, found.has_ranges, found.is_page);
        assert_eq!(told, (name, total, has_ranges, is_page), "{path}");
        assert_eq!(found.host, "127.0.0.1");
    }
    assert_eq!(of("gone.zip").unwrap_err().kind, FailureKind::NotFound);
    assert_eq!(of("login.iso").unwrap_err().kind, FailureKind::Page);
    assert!(!stage.dir().exists(), "nothing is made for a look");
    assert!(stage.app.handle.snapshot().jobs.is_empty());
}

#[test]
fn a_link_is_asked_for_as_its_job_would_and_once() {
    let server = FaultServer::start(answers);
    let mut stage = Stage::new();
    let (one, two) = (server.url("file.zip"), server.url("plain.bin"));
    let options = JobOptions { cookie: Some("sid=1".into()), ..JobOptions::default() };
    stage.probe(std::slice::from_ref(&one), options.clone());
    stage.found(&one).unwrap();
    stage.probe(&[one.clone(), two.clone()], options);
    stage.found(&two).unwrap();
    let log = server.log();
    assert_eq!(log.len(), 2, "what was looked at is not looked at again");
    assert!(log.iter().all(|asked| asked.header("cookie") == Some("sid=1")));
    assert_eq!(log[0].header("range"), Some("bytes=0-0"));
    // Asked for otherwise it is another answer.
    stage.told.clear();
    stage.probe(std::slice::from_ref(&one), JobOptions::default());
    stage.found(&one).unwrap();
    assert_eq!(server.log()[2].header("cookie"), None);
}

#[test]
fn a_slow_server_is_left_when_the_dialog_is() {
    let server = FaultServer::start(answers);
    let mut stage = Stage::new();
    let slow: Vec<String> = (0..9).map(|n| server.url(&format!("slow?{n}"))).collect();
    stage.probe(&slow, JobOptions::default());
    wait_until("four are looked at", || server.log().len() == 4);
    // One goes: the next has its turn, and there are four again.
    let first = server.log()[0].path.trim_start_matches('/').to_owned();
    let rest: Vec<String> =
        slow.iter().filter(|link| **link != server.url(&first)).cloned().collect();
    stage.probe(&rest, JobOptions::default());
    wait_until("the next is looked at", || server.log().len() == 5);
    wait_until("the one that went is left", || server.open() == 4);
    stage.probe(&[], JobOptions::default());
    wait_until("all are left", || server.open() == 0);
    // There is room again at once.
    stage.probe(&[server.url("file.zip")], JobOptions::default());
    stage.found(&server.url("file.zip")).unwrap();
    assert_eq!(server.log().len(), 6);
    let is_slow = |e: &Event| matches!(e, Event::Probed(url, _) if url.as_str().contains("slow"));
    assert!(!stage.told.iter().any(is_slow), "nobody is told of what was left");
}

#[test]
fn a_link_with_a_query_is_known_by_all_of_it() {
    let server = FaultServer::start(answers);
    let mut stage = Stage::new();
    let (known, other) = (server.url("file.zip?id=1"), server.url("file.zip?id=2"));
    stage.add(&known);
    stage.probe(&[known.clone(), other.clone()], JobOptions::default());
    stage.found(&other).unwrap();
    assert_eq!(stage.known(), [known]);
}

/// The list no longer has the password of a finished one; the link is known with it all the same.
#[test]
fn a_finished_link_is_known_with_its_password() {
    let server = FaultServer::start(answers);
    let mut stage = Stage::new();
    let url = |path: &str| server.url(path).replace("http://", "http://ann:geheim@");
    stage.add(&url("file.zip?id=1"));
    stage.app.handle.call(Command::Resume(Which::All)).unwrap();
    wait_until("it is done", || {
        stage.app.handle.snapshot().jobs.iter().all(|job| job.state == State::Completed)
    });
    assert!(server.log()[0].header("authorization").is_some());
    stage.probe(&[url("file.zip?id=1"), url("file.zip?id=2")], JobOptions::default());
    stage.found(&url("file.zip?id=2")).unwrap();
    assert_eq!(stage.known(), [url("file.zip?id=1")]);
}

#[test]
fn a_folder_tells_its_space_its_names_and_those_used_before() {
    let mut stage = Stage::new();
    let first = stage.looked_into(&["a.bin"]);
    assert!(first.free_bytes.is_some_and(|bytes| bytes > 0), "of the folder above");
    assert!(first.taken.is_empty() && first.recent.is_empty());
    assert!(!stage.dir().exists());
    std::fs::create_dir(stage.dir()).unwrap();
    std::fs::write(stage.dir().join("a.bin"), b"x").unwrap();
    std::fs::write(stage.dir().join("b.bin.part"), b"x").unwrap();
    stage.add("http://127.0.0.1:1/x");
    let seen = stage.looked_into(&["a.bin", "b.bin", "c.bin", "d/e.bin"]);
    let taken: Vec<(&str, &str)> =
        seen.taken.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    assert_eq!(taken, [("a.bin", "a (1).bin"), ("b.bin", "b (1).bin"), ("d/e.bin", "e.bin")]);
    assert_eq!(seen.recent, [stage.dir()]);
    let twice = stage.looked_into(&["c.bin", "c.bin", "a.bin", "a.bin"]).taken;
    let twice: Vec<&str> = twice.iter().map(|(_, other)| other.as_str()).collect();
    assert_eq!(twice, ["c (1).bin", "a (1).bin", "a (2).bin"]);
}
