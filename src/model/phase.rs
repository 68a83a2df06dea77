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
