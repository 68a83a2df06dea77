//! Everything a person can do to jobs and to the window: its words, icon, shortcut, when it makes
//! sense, and the command it sends. Menus, buttons and keys all draw from here.

use crate::app::command::{Command, IfLive, LinkFrom, NewLink, Which};
use crate::app::snapshot::JobView;
use crate::model::id::JobId;
use crate::model::phase::{FileFate, State};
use crate::model::queue::Towards;
use crate::model::ui_state::Group;

/// Something a person can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Open the add dialog.
    Add,
    /// Open it with links that were copied and are offered.
    AddOffered,
    /// Resume every job that is paused.
    ResumeAll,
    /// Pause every job that runs or waits.
    PauseAll,
    /// Go to the search field.
    Find,
    /// Show or hide the details.
    Details,
    /// Open the settings.
    Settings,
    /// Show the jobs of one group.
    Group(Group),
    /// Choose every job in the list.
    SelectAll,
    /// Pause what runs, else resume or retry: the space bar.
    Toggle,
    /// Stop and keep everything.
    Pause,
    /// Go on.
    Resume,
    /// Wait no longer for its hour, or for another network.
    StartNow,
    /// Try again now.
    Retry,
    /// Give it a fresh link.
    NewLink,
    /// Open the page it came from.
    OpenPage,
    /// Go on with an older job that holds a part of the same file, with this one's link.
    ContinueOlder,
    /// Open the finished file.
    Open,
    /// Show the file in its folder.
    Reveal,
    /// Copy the link.
    CopyLink,
    /// No longer wanted; what is here stays.
    Cancel,
    /// Take it off the list; a finished file stays.
    Remove,
    /// Take it off the list and delete its file.
    RemoveFile,
    /// Give its file another name.
    Rename,
    /// Take its unfinished file to another folder.
    MoveToFolder,
    /// Choose its queue and when it starts.
    Schedule,
    /// Before all others in the queue.
    MoveTop,
    /// Before the one before it.
    MoveUp,
    /// Behind the one behind it.
    MoveDown,
    /// Behind all others.
    MoveBottom,
    /// Every action by its words.
    Palette,
    /// All shortcuts.
    Shortcuts,
    /// End the program.
    Quit,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 37] = [
        Self::Add,
        Self::AddOffered,
        Self::ResumeAll,
        Self::PauseAll,
        Self::Find,
        Self::Details,
        Self::Settings,
        Self::Group(Group::All),
        Self::Group(Group::Active),
        Self::Group(Group::Waiting),
        Self::Group(Group::Finished),
        Self::Group(Group::Failed),
        Self::SelectAll,
        Self::Toggle,
        Self::Pause,
        Self::Resume,
        Self::StartNow,
        Self::Retry,
        Self::NewLink,
        Self::OpenPage,
        Self::ContinueOlder,
        Self::Open,
        Self::Reveal,
        Self::CopyLink,
        Self::Cancel,
        Self::Remove,
        Self::RemoveFile,
        Self::Rename,
        Self::MoveToFolder,
        Self::Schedule,
        Self::MoveTop,
        Self::MoveUp,
        Self::MoveDown,
        Self::MoveBottom,
        Self::Palette,
        Self::Shortcuts,
        Self::Quit,
    ];

    /// The key of its words.
    pub fn key(self) -> &'static str {
        match self {
            Self::Add => "action-add",
            Self::AddOffered => "action-add-offered",
            Self::ResumeAll => "action-resume-all",
            Self::PauseAll => "action-pause-all",
            Self::Find => "action-find",
            Self::Details => "action-details",
            Self::Settings => "action-settings",
            Self::Group(Group::All) => "action-group-all",
            Self::Group(Group::Active) => "action-group-active",
            Self::Group(Group::Waiting) => "action-group-waiting",
            Self::Group(Group::Finished) => "action-group-finished",
            Self::Group(Group::Failed) => "action-group-failed",
            Self::SelectAll => "action-select-all",
            Self::Toggle => "action-toggle",
            Self::Pause => "action-pause",
            Self::Resume => "action-resume",
            Self::StartNow => "action-start-now",
            Self::Retry => "action-retry",
            Self::NewLink => "action-new-link",
            Self::OpenPage => "action-open-page",
            Self::ContinueOlder => "action-continue-older",
            Self::Open => "action-open",
            Self::Reveal => "action-reveal",
            Self::CopyLink => "action-copy-link",
            Self::Cancel => "action-cancel",
            Self::Remove => "action-remove",
            Self::RemoveFile => "action-remove-file",
            Self::Rename => "action-rename",
            Self::MoveToFolder => "action-move-to-folder",
            Self::Schedule => "action-schedule",
            Self::MoveTop => "action-move-top",
            Self::MoveUp => "action-move-up",
            Self::MoveDown => "action-move-down",
            Self::MoveBottom => "action-move-bottom",
            Self::Palette => "action-palette",
            Self::Shortcuts => "action-shortcuts",
            Self::Quit => "action-quit",
        }
    }

    /// Whether it makes sense for a job in `state`.
    pub fn fits(self, state: State) -> bool {
        use State as S;
        match self {
            Self::Pause => {
                matches!(state, S::Queued | S::Connecting | S::Downloading | S::Waiting)
            }
            Self::Resume => state == S::Paused,
            Self::StartNow => matches!(state, S::Queued | S::Waiting),
            Self::Retry => {
                matches!(state, S::Waiting | S::NeedsLink | S::Failed | S::Cancelled)
            }
            Self::Toggle
            | Self::NewLink
            | Self::OpenPage
            | Self::Rename
            | Self::MoveToFolder
            | Self::Schedule
            | Self::MoveTop
            | Self::MoveUp
            | Self::MoveDown
            | Self::MoveBottom => !matches!(state, S::Verifying | S::Completed),
            Self::Open => state == S::Completed,
            Self::Cancel => !matches!(state, S::Verifying | S::Completed | S::Cancelled),
            Self::Reveal | Self::CopyLink | Self::Remove | Self::RemoveFile => true,
            Self::Add
            | Self::AddOffered
            | Self::ResumeAll
            | Self::PauseAll
            | Self::Find
            | Self::Details
            | Self::Settings
            | Self::Group(_)
            | Self::SelectAll
            | Self::Palette
            | Self::Shortcuts
            | Self::Quit
            // Offered only where two jobs look like one file.
            | Self::ContinueOlder => false,
        }
    }

    /// Whether it makes sense for this job.
    pub(crate) fn fits_job(self, job: &JobView) -> bool {
        self.fits(job.state) && (self != Self::StartNow || job.is_kept())
    }

    /// Whether there is anything to do for it among jobs in these states.
    pub(crate) fn fits_any(self, mut states: impl Iterator<Item = State>) -> bool {
        match self {
            Self::PauseAll => states.any(|state| Self::Pause.fits(state)),
            Self::ResumeAll => states.any(|state| Self::Resume.fits(state)),
            Self::SelectAll => states.next().is_some(),
            Self::Add
            | Self::AddOffered
            | Self::Find
            | Self::Details
            | Self::Settings
            | Self::Group(_)
            | Self::Palette
            | Self::Shortcuts
            | Self::Quit => true,
            Self::Toggle
            | Self::Rename
            | Self::MoveToFolder
            | Self::Schedule
            | Self::MoveTop
            | Self::MoveUp
            | Self::MoveDown
            | Self::MoveBottom
            | Self::Pause
            | Self::Resume
            | Self::StartNow
            | Self::Retry
            | Self::NewLink
            | Self::OpenPage
            | Self::ContinueOlder
            | Self::Open
            | Self::Reveal
            | Self::CopyLink
            | Self::Cancel
            | Self::Remove
            | Self::RemoveFile => states.any(|state| self.fits(state)),
        }
    }

    /// The command it sends for `jobs`; none where it only changes the window, or needs more first.
    pub(crate) fn command(self, jobs: &[JobId]) -> Option<Command> {
        let which = || Which::Jobs(jobs.to_vec());
        let first = jobs.first().copied();
        match self {
            Self::ResumeAll => Some(Command::Resume(Which::All)),
            Self::PauseAll => Some(Command::Pause(Which::All)),
            Self::Pause => Some(Command::Pause(which())),
            Self::Resume | Self::StartNow => Some(Command::Resume(which())),
            Self::Retry => Some(Command::Retry(which())),
            Self::Cancel => Some(Command::Cancel(which())),
            Self::ContinueOlder => match jobs {
                [old, new] => Some(Command::Refresh(NewLink {
                    job: *old,
                    from: LinkFrom::Job(*new),
                    if_live: IfLive::Stop,
                })),
                _ => None,
            },
            Self::OpenPage => first.map(Command::OpenPage),
            Self::Open => first.map(Command::Open),
            Self::Reveal => first.map(Command::Reveal),
            Self::Remove => Some(Command::Remove(which(), FileFate::Keep)),
            Self::RemoveFile => Some(Command::Remove(which(), FileFate::Delete)),
            Self::MoveTop => Some(Command::Move(which(), Towards::Top)),
            Self::MoveUp => Some(Command::Move(which(), Towards::Up)),
            Self::MoveDown => Some(Command::Move(which(), Towards::Down)),
            Self::MoveBottom => Some(Command::Move(which(), Towards::Bottom)),
            Self::Add
            | Self::AddOffered
            | Self::Find
            | Self::Details
            | Self::Settings
            | Self::Group(_)
            | Self::SelectAll
            | Self::Toggle
            | Self::NewLink
            | Self::Rename
            | Self::MoveToFolder
            | Self::Schedule
            | Self::Palette
            | Self::Shortcuts
            | Self::Quit
            | Self::CopyLink => None,
        }
    }

    /// What the space bar does for a job in `state`.
    pub(crate) fn toggled(state: State) -> Option<Self> {
        [Self::Pause, Self::Resume, Self::Retry].into_iter().find(|a| a.fits(state))
    }
}

#[cfg(test)]
mod tests {
    use super::super::deed::row_buttons;
    use super::*;
    use crate::model::settings::Language;
    use crate::words::Words;

    #[test]
    fn every_action_has_words_and_no_two_share_keys() {
        let words = Words::new(Language::English);
        let mut shortcuts = Vec::new();
        for action in Action::ALL {
            assert!(words.has(action.key()), "{action:?}");
            if let Some(shortcut) = action.shortcut() {
                assert!(!shortcuts.contains(&shortcut), "{action:?}");
                shortcuts.push(shortcut);
            }
        }
    }

    #[test]
    fn every_state_offers_only_what_fits() {
        for state in State::ALL {
            let buttons = row_buttons(state, false);
            assert!(!buttons.is_empty() && buttons.len() <= 2, "{state:?}");
            assert!(buttons.iter().all(|b| b.fits(state)), "{state:?}");
            let likeliest = Action::toggled(state);
            assert!(
                likeliest.is_none_or(|a| buttons.contains(&a)),
                "{state:?}: {likeliest:?} is not among {buttons:?}"
            );
        }
    }
}
