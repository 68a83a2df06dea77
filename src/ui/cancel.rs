//! Cancelling in the window: done at once, and taken back from its notice, each job to what was wanted
//! of it before.

use super::action::Action;
use super::window::Window;
use crate::app::command::{Command, Which};
use crate::app::snapshot::JobView;
use crate::model::id::JobId;
use crate::model::phase::{Intent, State};
use crate::words::Arg;

/// Whether it went on by itself: what had failed or needed a link rested, and is not begun by an undo.
fn ran(job: &JobView) -> bool {
    let rested = matches!(job.state, State::Failed | State::NeedsLink);
    job.intent == Intent::Run && !rested
}

impl Window {
    /// Cancels jobs, and offers to take that back.
    pub(super) fn cancel(&mut self, jobs: &[JobId]) {
        let views = self.list.these(jobs);
        let views = views.into_iter().filter(|job| Action::Cancel.fits(job.state));
        let (ran, held): (Vec<&JobView>, Vec<&JobView>) = views.partition(|job| ran(job));
        let ids = |views: Vec<&JobView>| -> Vec<JobId> { views.iter().map(|job| job.id).collect() };
        let (ran, held) = (ids(ran), ids(held));
        let jobs = [ran.as_slice(), held.as_slice()].concat();
        if jobs.is_empty() {
            return;
        }
        let mut back = Vec::new();
        if !ran.is_empty() {
            back.push(Command::Resume(Which::Jobs(ran)));
        }
        if !held.is_empty() {
            back.push(Command::Hold(Which::Jobs(held)));
        }
        let name = jobs.first().map(|id| self.name_of(*id)).unwrap_or_default();
        let count = u64::try_from(jobs.len()).unwrap_or(u64::MAX);
        let args = [("name", Arg::Text(&name)), ("count", Arg::Count(count))];
        let key = if jobs.len() == 1 { "cancelled-one" } else { "cancelled-many" };
        let text = self.words.with(key, &args);
        if let Some(command) = Action::Cancel.command(&jobs) {
            self.send(command);
        }
        self.toasts.done(text, back, self.now);
    }
}
