//! What a view asks for: an action and the jobs it is for, and which actions a row offers.

use eframe::egui;
use egui::KeyboardShortcut;

use super::action::Action;
use crate::model::id::JobId;
use crate::model::phase::State;
use crate::words::{Arg, Words};

/// What there is to do with chosen jobs, in the order of their menu.
pub(crate) const JOB_MENU: [Action; 19] = [
    Action::StartNow,
    Action::Pause,
    Action::Resume,
    Action::Retry,
    Action::NewLink,
    Action::OpenPage,
    Action::Open,
    Action::Reveal,
    Action::CopyLink,
    Action::Rename,
    Action::MoveToFolder,
    Action::Schedule,
    Action::MoveTop,
    Action::MoveUp,
    Action::MoveDown,
    Action::MoveBottom,
    Action::Cancel,
    Action::Remove,
    Action::RemoveFile,
];

/// A shortcut as it stands on the keys.
pub(crate) fn keys_text(ctx: &egui::Context, shortcut: KeyboardShortcut) -> String {
    let text = ctx.format_shortcut(&shortcut);
    let signs = [("Comma", ","), ("Questionmark", "?")];
    let sign = signs.into_iter().find(|(name, _)| text.ends_with(name));
    sign.map_or(text.clone(), |(name, sign)| text.replace(name, sign))
}

impl Action {
    /// Its words with the name of what it is done to: "Pause debian.iso".
    pub(crate) fn on(self, name: &str, words: &Words) -> String {
        let label = words.text(self.key());
        words.with("action-on", &[("action", Arg::Text(&label)), ("name", Arg::Text(name))])
    }

    /// Its words with its shortcut, to be shown when the pointer rests on it.
    pub(crate) fn tip(self, ctx: &egui::Context, words: &Words) -> String {
        let label = words.text(self.key());
        match self.shortcut() {
            Some(shortcut) => format!("{label}  ({})", keys_text(ctx, shortcut)),
            None => label,
        }
    }
}

/// The buttons of a row: what makes sense now, the likeliest last but one. `is_kept` where its hour or
/// the network keeps it from running.
pub fn row_buttons(state: State, is_kept: bool) -> &'static [Action] {
    match state {
        State::Queued | State::Waiting if is_kept => &[Action::StartNow, Action::Pause],
        State::Queued => &[Action::Pause, Action::Remove],
        State::Connecting | State::Downloading => &[Action::Pause, Action::Reveal],
        State::Paused => &[Action::Resume, Action::Reveal],
        State::Waiting => &[Action::Retry, Action::Pause],
        State::NeedsLink => &[Action::NewLink, Action::Retry],
        State::Failed | State::Cancelled => &[Action::Retry, Action::Remove],
        State::Verifying => &[Action::Reveal],
        State::Completed => &[Action::Open, Action::Reveal],
    }
}

/// An action and the jobs it is for, as a view asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Deed {
    /// What is asked.
    pub action: Action,
    /// For which jobs; none for what is not about jobs.
    pub jobs: Vec<JobId>,
}

impl Deed {
    /// What is not about jobs.
    pub(crate) fn plain(action: Action) -> Self {
        Self { action, jobs: Vec::new() }
    }

    /// What is asked for one job.
    pub(crate) fn one(action: Action, job: JobId) -> Self {
        Self { action, jobs: vec![job] }
    }
}
