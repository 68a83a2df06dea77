//! Tests of [`super`] against a service that plays a script.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::*;
use crate::app::command::JobDetails;
use crate::app::sample::view;
use crate::model::checksum::{Algorithm, Checksum};
use crate::model::failure::{Failure, FailureKind};
use crate::model::options::JobOptions;
use crate::model::phase::Intent;
use crate::model::url::SourceUrl;

/// What one look at the job shows; none: the service is gone.
type Looks = VecDeque<Option<JobView>>;

#[derive(Clone, Default)]
struct Script {
    /// Looks of each session in turn.
    sessions: Rc<RefCell<VecDeque<Looks>>>,
    asked: Rc<RefCell<Vec<Command>>>,
    closed: Rc<RefCell<u32>>,
    listed: Vec<JobView>,
    is_here: bool,
}

struct Session {
    script: Script,
    looks: RefCell<Looks>,
}

impl Backend for Script {
    fn open(&self, role: Role) -> Result<Box<dyn Service>, String> {
        assert_eq!(role, Role::Get);
        let looks = self.sessions.borrow_mut().pop_front().ok_or("The data folder is busy.")?;
        Ok(Box::new(Session { script: self.clone(), looks: looks.into() }))
    }

    fn hash_file(&self, _: &Path, _: Algorithm) -> io::Result<Checksum> {
        unreachable!("get hashes nothing itself")
    }

    fn download_dir(&self) -> PathBuf {
        unreachable!("the job has its folder")
    }
}

impl Service for Session {
    fn call(&self, command: Command) -> Result<Reply, Unanswered> {
        self.script.asked.borrow_mut().push(command.clone());
        if command == Command::List {
            return Ok(Reply::Jobs(self.script.listed.clone()));
        }
        if matches!(command, Command::Get(_)) {
            return Ok(Reply::Added(vec![view().id]));
        }
        if matches!(command, Command::Show(_)) {
            let view = self.looks.borrow_mut().pop_front().flatten().ok_or(Unanswered::Lost)?;
            return Ok(Reply::Job(Box::new(details(view))));
        }
        Ok(Reply::Ok)
    }

    fn is_here(&self) -> bool {
        self.script.is_here
    }

    fn close(self: Box<Self>) {
        *self.script.closed.borrow_mut() += 1;
    }
}

fn details(view: JobView) -> JobDetails {
    JobDetails {
        view,
        spans: Vec::new(),
        sources: Vec::new(),
        etag: None,
        last_modified: None,
        part: None,
        by_overlap: false,
        log: Vec::new(),
    }
}

fn job() -> NewJob {
    NewJob {
        url: SourceUrl::parse("https://h.example/debian.iso").unwrap(),
        dir: "/srv/iso".into(),
        name: None,
        options: JobOptions::default(),
        intent: Intent::Run,
        not_before: None,
        queue: crate::model::queue::QueueId::MAIN,
    }
}

fn script(sessions: Vec<Vec<Option<JobView>>>) -> Script {
    let sessions: VecDeque<Looks> = sessions.into_iter().map(VecDeque::from).collect();
    Script { sessions: Rc::new(RefCell::new(sessions)), ..Script::default() }
}

fn run(script: &Script, signal_at: Option<u32>) -> u8 {
    let mut waits = 0;
    get(script, job(), Style::Quiet, &mut |_| {
        waits += 1;
        (signal_at == Some(waits)).then_some(Signal::Interrupt)
    })
}

fn ended(state: State, kind: Option<FailureKind>) -> JobView {
    JobView { state, error: kind.map(|k| Failure::new(k, "")), ..view() }
}

#[test]
fn it_follows_the_job_to_its_end() {
    for (last, expected) in [
        (ended(State::Completed, None), OK),
        (ended(State::Failed, Some(FailureKind::NotFound)), FAILED),
        (ended(State::NeedsLink, Some(FailureKind::LinkExpired)), UNFINISHED),
        (ended(State::Waiting, Some(FailureKind::DiskFull)), UNFINISHED),
    ] {
        let script = script(vec![vec![Some(view()), Some(view()), Some(last)]]);
        assert_eq!(run(&script, None), expected);
        assert_eq!(*script.closed.borrow(), 1);
    }
}

#[test]
fn a_service_that_is_gone_is_reached_anew() {
    let sessions =
        vec![vec![Some(view()), None], vec![Some(view()), Some(ended(State::Completed, None))]];
    let found = script(sessions);
    assert_eq!(run(&found, None), OK);
    assert_eq!(*found.closed.borrow(), 2);
    let never = script(vec![vec![Some(view()), None]]);
    assert_eq!(run(&never, None), UNFINISHED);
    assert_eq!(run(&script(vec![]), None), FAILED);
}

#[test]
fn a_signal_pauses_only_what_this_get_started() {
    let paused = Command::Pause(Which::Jobs(vec![view().id]));
    for (listed, is_here, is_paused) in [
        (vec![], false, true),
        (vec![JobView { state: State::Paused, ..view() }], false, true),
        (vec![view()], false, false),
        (vec![view()], true, true),
    ] {
        let mut script = script(vec![vec![Some(view()), Some(view())]]);
        (script.listed, script.is_here) = (listed, is_here);
        assert_eq!(run(&script, Some(2)), 130);
        assert_eq!(script.asked.borrow().contains(&paused), is_paused);
        assert_eq!(*script.closed.borrow(), 1);
    }
}

#[test]
fn a_signal_ends_also_the_search_for_the_service() {
    assert_eq!(run(&script(vec![vec![None]]), Some(1)), 130);
}
