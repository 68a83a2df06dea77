//! Says on standard error where a new job fetches what an older, unfinished one holds a part of.
//! Only said, never acted on; what cannot be learned soon is not said.

use std::thread;
use std::time::{Duration, Instant};

use super::backend::Service;
use super::output::{self, plain};
use crate::app::command::{Command, Reply};
use crate::app::snapshot::JobView;
use crate::model::id::JobId;
use crate::model::phase::State;
use crate::model::settings::Language;
use crate::words::{Words, format};

/// How long the first answers for jobs that were added are waited for.
const MAX_WAIT: Duration = Duration::from_millis(1500);

/// Time between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Says it for one job, where it is so.
pub(super) fn tell(service: &dyn Service, view: &JobView) {
    let Some(old) = view.same_as else { return };
    let Ok(Reply::Job(details)) = service.call(Command::Show(old)) else { return };
    let (old, words) = (details.view, Words::new(Language::English));
    let part = match old.total_bytes {
        Some(total) => words.percent(old.done_bytes, total),
        None => format::bytes(old.done_bytes),
    };
    output::say(&plain(&words.same_file(old.id, &old.name, &part).to_string()));
}

/// Says it for jobs that were just added. Without an instance that runs them nothing is asked of
/// their servers, and nothing can be said; nor where no unfinished job holds anything.
pub(super) fn tell_of_added(service: &dyn Service, ids: &[JobId]) {
    if service.is_here() {
        return;
    }
    let begun = Instant::now();
    let mut left = ids.to_vec();
    while !left.is_empty() && begun.elapsed() < MAX_WAIT {
        let Ok(Reply::Jobs(views)) = service.call(Command::List) else { return };
        let is_candidate = |view: &&JobView| {
            !ids.contains(&view.id) && view.state != State::Completed && view.done_bytes > 0
        };
        if !views.iter().any(|view| is_candidate(&view)) {
            return;
        }
        for view in views.iter().filter(|view| view.same_as.is_some()) {
            if left.contains(&view.id) {
                tell(service, view);
                left.retain(|id| *id != view.id);
            }
        }
        let is_open = |id: &JobId| {
            views.iter().any(|view| view.id == *id && view.total_bytes.is_none() && may_tell(view))
        };
        left.retain(is_open);
        if !left.is_empty() {
            thread::sleep(LOOK_EVERY);
        }
    }
}

/// Whether its first answer may still come soon.
fn may_tell(view: &JobView) -> bool {
    matches!(view.state, State::Queued | State::Connecting | State::Downloading)
}
