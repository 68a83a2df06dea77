//! Intent is what the user wants, phase is what is so. Commands change the one, reports the other.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::failure::Failure;

/// What becomes of a finished file when its job is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileFate {
    /// The finished file stays where it is. The rule.
    Keep,
    /// The finished file is deleted too; only when asked for.
    Delete,
}

/// What the user wants of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// Fetch it.
    Run,
    /// Stay as it is until resumed.
    Hold,
    /// No longer wanted; what is held stays until it is removed.
    Cancel,
    /// Forget it.
    Remove {
        /// What becomes of a finished file.
        files: FileFate,
    },
}

/// What is so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Waits for its turn.
    Queued,
    /// Has a task of its own.
    Live,
    /// Waits for a time, after a failure that passes.
    Waiting {
        /// When it is tried again.
        until: Timestamp,
        /// Attempts in a row without a new byte.
        attempt: u32,
        /// What it waits for.
        why: Failure,
    },
    /// Waits for a fresh link; everything is kept.
    NeedsLink(Failure),
    /// All bytes are durable; being checked and given its name.
    Finishing,
    /// Not running, by the user's wish.
    Stopped,
    /// Stopped for good, until the user tries again.
    Failed(Failure),
    /// The file stands under its name, complete and checked.
    Done {
        /// Where it stands.
        path: PathBuf,
        /// Its size in bytes.
        bytes: u64,
        /// When it was finished.
        at: Timestamp,
    },
}

impl Phase {
    /// Whether nothing more will be fetched.
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Done { .. })
    }

    /// What went wrong, where something did.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Waiting { why, .. } | Self::NeedsLink(why) | Self::Failed(why) => Some(why),
            Self::Queued | Self::Live | Self::Finishing | Self::Stopped | Self::Done { .. } => None,
        }
    }
}

/// The state people and scripts see: intent and phase as one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waits for its turn.
    Queued,
    /// Live, and no byte has come yet in this run.
    Connecting,
    /// Live, bytes flow.
    Downloading,
    /// The user paused it.
    Paused,
    /// Waits for a time or for something to change.
    Waiting,
    /// Waits for a fresh link.
    NeedsLink,
    /// Being checked and given its name.
    Verifying,
    /// Finished.
    Completed,
    /// Failed for good.
    Failed,
    /// The user cancelled it.
    Cancelled,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Queued,
        Self::Connecting,
        Self::Downloading,
        Self::Paused,
        Self::Waiting,
        Self::NeedsLink,
        Self::Verifying,
        Self::Completed,
        Self::Failed,
        Self::Cancelled,
    ];

    /// The one word for an intent and a phase. `flowing`: bytes came in this run.
    pub fn of(intent: Intent, phase: &Phase, flowing: bool) -> Self {
        match (phase, intent) {
            (Phase::Done { .. }, _) => Self::Completed,
            (Phase::Failed(_), Intent::Run | Intent::Hold | Intent::Remove { .. }) => Self::Failed,
            (Phase::NeedsLink(_), Intent::Run | Intent::Hold | Intent::Remove { .. }) => {
                Self::NeedsLink
            }
            (Phase::Finishing, _) => Self::Verifying,
            (_, Intent::Cancel) => Self::Cancelled,
            (_, Intent::Hold | Intent::Remove { .. }) => Self::Paused,
            (Phase::Queued | Phase::Stopped, Intent::Run) => Self::Queued,
            (Phase::Waiting { .. }, Intent::Run) => Self::Waiting,
            (Phase::Live, Intent::Run) if flowing => Self::Downloading,
            (Phase::Live, Intent::Run) => Self::Connecting,
        }
    }

    /// What it is with so many bytes held and missing: where all are here, what is left to be done of a
    /// live job is checking.
    #[must_use]
    pub fn of_bytes(self, held: u64, missing: Option<u64>) -> Self {
        let is_live = matches!(self, Self::Connecting | Self::Downloading);
        if is_live && held > 0 && missing == Some(0) { Self::Verifying } else { self }
    }

    /// Its word in JSON, as in `needs_link`.
    pub fn code(self) -> String {
        serde_json::to_value(self)
            .ok()
            .and_then(|v| v.as_str().map(str::to_owned))
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::failure::FailureKind;

    fn why() -> Failure {
        Failure::new(FailureKind::Busy, "")
    }

    #[test]
    fn one_word_for_intent_and_phase() {
        let at = Timestamp::UNIX_EPOCH;
        let (run, hold, cancel) = (Intent::Run, Intent::Hold, Intent::Cancel);
        let remove = Intent::Remove { files: FileFate::Keep };
        let waiting = Phase::Waiting { until: at, attempt: 1, why: why() };
        let done = Phase::Done { path: "/a".into(), bytes: 1, at };
        let of_all = |state| [state; 4];
        let (paused, cancelled) = (State::Paused, State::Cancelled);
        for (phase, expected) in [
            (Phase::Queued, [State::Queued, paused, paused, cancelled]),
            (Phase::Stopped, [State::Queued, paused, paused, cancelled]),
            (Phase::Live, [State::Connecting, paused, paused, cancelled]),
            (waiting, [State::Waiting, paused, paused, cancelled]),
            (
                Phase::NeedsLink(why()),
                [State::NeedsLink, State::NeedsLink, State::NeedsLink, cancelled],
            ),
            (Phase::Failed(why()), [State::Failed, State::Failed, State::Failed, cancelled]),
            (Phase::Finishing, of_all(State::Verifying)),
            (done, of_all(State::Completed)),
        ] {
            let told = [run, hold, remove, cancel].map(|intent| State::of(intent, &phase, false));
            assert_eq!(told, expected, "{phase:?}");
        }
        assert_eq!(State::of(run, &Phase::Live, true), State::Downloading);
        assert_eq!(State::of(hold, &Phase::Live, true), paused);
        assert_eq!(State::of(run, &Phase::Queued, true), State::Queued);
    }

    #[test]
    fn a_live_job_that_has_all_is_checked() {
        for state in State::ALL {
            let is_live = matches!(state, State::Connecting | State::Downloading);
            let checked = if is_live { State::Verifying } else { state };
            assert_eq!(state.of_bytes(1, Some(0)), checked);
            assert_eq!(state.of_bytes(0, Some(0)), state);
            assert_eq!(state.of_bytes(1, Some(1)), state);
            assert_eq!(state.of_bytes(1, None), state);
        }
    }

    #[test]
    fn only_what_went_wrong_has_a_failure() {
        let waiting = Phase::Waiting { until: Timestamp::UNIX_EPOCH, attempt: 1, why: why() };
        for phase in [waiting, Phase::NeedsLink(why()), Phase::Failed(why())] {
            assert_eq!(phase.failure(), Some(&why()));
            assert!(!phase.is_done());
        }
        for phase in [Phase::Queued, Phase::Live, Phase::Finishing, Phase::Stopped] {
            assert_eq!(phase.failure(), None);
            assert!(!phase.is_done());
        }
    }

    #[test]
    fn codes_are_words_for_scripts() {
        assert_eq!(State::NeedsLink.code(), "needs_link");
        let mut codes = State::ALL.map(State::code).to_vec();
        codes.sort();
        codes.dedup();
        assert_eq!(codes.len(), State::ALL.len());
    }
}
