//! Which jobs are shown: a group of states, chosen in the sidebar, and a text searched for.

use super::icons::Icon;
use crate::app::snapshot::JobView;
use crate::model::phase::State;
use crate::words::Words;

/// A group of jobs in the sidebar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Filter {
    /// Every job.
    #[default]
    All,
    /// What runs now.
    Active,
    /// What waits for its turn, a time, or the user.
    Waiting,
    /// What is there.
    Finished,
    /// What stopped by a failure or needs a link.
    Failed,
}

impl Filter {
    /// All of them, in their order in the sidebar.
    pub(crate) const ALL: [Self; 5] =
        [Self::All, Self::Active, Self::Waiting, Self::Finished, Self::Failed];

    /// The key of its word.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::All => "filter-all",
            Self::Active => "filter-active",
            Self::Waiting => "filter-waiting",
            Self::Finished => "filter-finished",
            Self::Failed => "filter-failed",
        }
    }

    /// Its icon.
    pub(crate) fn icon(self) -> Icon {
        match self {
            Self::All => Icon::Layers,
            Self::Active => Icon::ArrowDownToLine,
            Self::Waiting => Icon::Clock,
            Self::Finished => Icon::CircleCheck,
            Self::Failed => Icon::CircleAlert,
        }
    }

    /// The group of a state, besides [`Filter::All`]. What was paused or cancelled waits for the
    /// user.
    pub(crate) fn of(state: State) -> Self {
        match state {
            State::Connecting | State::Downloading | State::Verifying => Self::Active,
            State::Queued | State::Paused | State::Waiting | State::Cancelled => Self::Waiting,
            State::Completed => Self::Finished,
            State::NeedsLink | State::Failed => Self::Failed,
        }
    }

    /// Its place in [`Filter::ALL`].
    pub(crate) fn index(self) -> usize {
        Self::ALL.iter().position(|f| *f == self).unwrap_or_default()
    }

    fn takes(self, state: State) -> bool {
        self == Self::All || self == Self::of(state)
    }
}

/// A filter and a search, ready to be asked for many jobs.
pub(crate) struct Sieve<'a> {
    filter: Filter,
    needle: String,
    words: &'a Words,
}

impl<'a> Sieve<'a> {
    /// A sieve for `filter` and what was typed into the search field.
    pub(crate) fn new(filter: Filter, search: &str, words: &'a Words) -> Self {
        Self { filter, needle: search.trim().to_lowercase(), words }
    }

    /// Whether `job` is shown: its name, server or trouble holds what is searched for.
    pub(crate) fn takes(&self, job: &JobView) -> bool {
        self.filter.takes(job.state) && (self.needle.is_empty() || self.finds(job))
    }

    fn finds(&self, job: &JobView) -> bool {
        let holds = |text: &str| text.to_lowercase().contains(&self.needle);
        holds(&job.name)
            || holds(&job.host)
            || job.error.as_ref().is_some_and(|e| holds(&self.words.failure(e).what))
    }
}
