//! `get`: asks for one job and follows it to its end. Where the instance it went through
//! disappears it opens the store anew and goes on; where a signal comes it pauses what it started.

use std::time::{Duration, Instant};

use super::alike;
use super::backend::{Backend, Role, Service};
use super::ending::{self, Ending, FAILED, OK, UNFINISHED};
use super::output;
use super::progress::{Progress, Style};
use super::signals::Signal;
use crate::app::command::{Command, Refusal, Reply, Which};
use crate::app::handle::Unanswered;
use crate::app::snapshot::JobView;
use crate::model::id::JobId;
use crate::model::job::NewJob;
use crate::model::phase::State;
use crate::model::settings::Language;
use crate::words::Words;

/// Time between two looks at the job.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Time between two tries to reach the service again.
const REOPEN_EVERY: Duration = Duration::from_millis(300);

/// Tries in a row to reach the service again.
const MAX_REOPENS: u32 = 10;

/// Waits at most this long for a signal.
pub(super) type Wait<'a> = &'a mut dyn FnMut(Duration) -> Option<Signal>;

/// Fetches `job` and answers with the exit code.
pub(super) fn get(backend: &dyn Backend, job: NewJob, style: Style, wait: Wait<'_>) -> u8 {
    let words = Words::new(Language::English);
    let progress = Progress::new(style, Words::new(Language::English), Instant::now());
    let mut run =
        Run { backend, job, words, progress, last: None, id: None, is_ours: false, told: false };
    let code = run.sessions(wait);
    run.progress.clear();
    code.unwrap_or_else(|sentence| {
        output::say(&sentence);
        FAILED
    })
}

/// One `get`.
struct Run<'a> {
    backend: &'a dyn Backend,
    job: NewJob,
    words: Words,
    progress: Progress,
    /// How the job was seen last.
    last: Option<JobView>,
    /// The job's number, once it has one.
    id: Option<JobId>,
    /// The job runs because of this `get`, not because somebody started it before.
    is_ours: bool,
    /// It was said that an older job holds a part of the same file.
    told: bool,
}

/// Why a session ended.
enum End {
    Job(Ending),
    Signal(Signal),
    /// The service is gone; it may be reached anew.
    Lost,
}

impl Run<'_> {
    /// Sessions, one after the other, until one comes to an end. An error is a sentence.
    fn sessions(&mut self, wait: Wait<'_>) -> Result<u8, String> {
        let mut lost = 0;
        loop {
            let end = match self.backend.open(Role::Get) {
                Ok(service) => self.session(service, wait, &mut lost)?,
                Err(sentence) if lost == 0 => return Err(sentence),
                Err(_) => End::Lost,
            };
            match end {
                End::Job(Ending::Finished(path)) => {
                    self.progress.clear();
                    return match output::out_path(&path) {
                        Ok(()) => Ok(OK),
                        Err(e) => Err(format!("standard output cannot be written: {e}")),
                    };
                }
                End::Job(Ending::Unfinished(reason)) => {
                    self.progress.clear();
                    if let Some(view) = &self.last {
                        output::say(&reason.line(view, &self.words));
                    }
                    return Ok(reason.code());
                }
                End::Signal(signal) => return Ok(signal.code()),
                End::Lost => {}
            }
            lost += 1;
            if lost > MAX_REOPENS {
                self.progress.clear();
                output::say(&self.unanswered());
                return Ok(UNFINISHED);
            }
            if let Some(signal) = wait(REOPEN_EVERY) {
                self.progress.clear();
                output::say(&self.interrupted(true));
                return Ok(signal.code());
            }
        }
    }

    /// Asks for the job, follows it, and closes the service.
    fn session(
        &mut self,
        service: Box<dyn Service>,
        wait: Wait<'_>,
        lost: &mut u32,
    ) -> Result<End, String> {
        let begun = self.begin(&*service);
        let end = begun.and_then(|id| self.follow(&*service, id, wait, lost));
        service.close();
        match end {
            Ok(end) => Ok(end),
            Err(Fail::Refused(refusal)) => Err(refusal.to_string()),
            Err(Fail::Lost) => Ok(End::Lost),
        }
    }

    /// The job's number, once it runs.
    fn begin(&mut self, service: &dyn Service) -> Result<JobId, Fail> {
        if let Some(id) = self.id
            && let Reply::Job(details) = ask(service, Command::Show(id))?
            && details.view.state == State::Completed
        {
            // It came to its end just as the instance it ran in came to its own.
            return Ok(id);
        }
        let Reply::Jobs(before) = ask(service, Command::List)? else { return Err(Fail::Lost) };
        let Reply::Added(ids) = ask(service, Command::Get(Box::new(self.job.clone())))? else {
            return Err(Fail::Lost);
        };
        let id = *ids.first().ok_or(Fail::Lost)?;
        self.id = Some(id);
        let ran_before = before.iter().any(|view| view.id == id && is_active(view.state));
        self.is_ours |= service.is_here() || !ran_before;
        Ok(id)
    }

    /// Looks at the job until it ends, a signal comes, or the service is gone.
    fn follow(
        &mut self,
        service: &dyn Service,
        id: JobId,
        wait: Wait<'_>,
        lost: &mut u32,
    ) -> Result<End, Fail> {
        loop {
            let Reply::Job(details) = ask(service, Command::Show(id))? else {
                return Err(Fail::Lost);
            };
            *lost = 0;
            let view = details.view;
            if let Some(end) = ending::ending(&view, self.job.options.retries) {
                self.last = Some(view);
                return Ok(End::Job(end));
            }
            self.tell_of_older(service, &view);
            self.progress.show(&view, Instant::now());
            self.last = Some(view);
            if let Some(signal) = wait(LOOK_EVERY) {
                self.interrupt(service, id);
                return Ok(End::Signal(signal));
            }
        }
    }

    /// Says once where an older job holds a part of the same file.
    fn tell_of_older(&mut self, service: &dyn Service, view: &JobView) {
        if !self.told && view.same_as.is_some() {
            self.told = true;
            self.progress.clear();
            alike::tell(service, view);
        }
    }

    /// Pauses the job where this `get` started it, and says how to go on.
    fn interrupt(&mut self, service: &dyn Service, id: JobId) {
        let is_paused = self.is_ours
            && matches!(service.call(Command::Pause(Which::Jobs(vec![id]))), Ok(Reply::Ok));
        self.progress.clear();
        output::say(&self.interrupted(is_paused || service.is_here()));
    }

    fn interrupted(&self, has_stopped: bool) -> String {
        if !has_stopped {
            return "Interrupted. The running Onward goes on with this download.".to_owned();
        }
        let held = self.last.as_ref().map(|view| ending::held(view, &self.words));
        let held = held.unwrap_or_else(|| "Nothing is lost.".to_owned());
        format!("Interrupted. {held} To go on, run the same command again.")
    }

    fn unanswered(&self) -> String {
        let held = self.last.as_ref().map(|view| ending::held(view, &self.words));
        let held = held.unwrap_or_default();
        format!("The running Onward does not answer. {held} To go on, run the same command again.")
    }
}

/// Why a question to the service came to nothing.
enum Fail {
    Refused(Refusal),
    Lost,
}

fn ask(service: &dyn Service, command: Command) -> Result<Reply, Fail> {
    match service.call(command) {
        Ok(Reply::Refused(refusal)) => Err(Fail::Refused(refusal)),
        Ok(reply) => Ok(reply),
        Err(Unanswered::Unheard | Unanswered::Lost) => Err(Fail::Lost),
    }
}

/// Whether somebody has it running or waiting to run.
fn is_active(state: State) -> bool {
    match state {
        State::Queued
        | State::Connecting
        | State::Downloading
        | State::Waiting
        | State::Verifying => true,
        State::Paused | State::NeedsLink | State::Completed | State::Failed | State::Cancelled => {
            false
        }
    }
}

#[cfg(test)]
#[path = "get_tests.rs"]
mod tests;
