//! The one reason why a job stands where it stands, or is no faster than it is.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Why a job stands, or is as slow as it is. What went wrong stands beside it, in the failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Why {
    /// It is finished.
    Done,
    /// The user paused it.
    Paused,
    /// The user cancelled it.
    Cancelled,
    /// Others run, and it waits for its turn.
    Turn,
    /// It is to start then.
    Scheduled {
        /// When.
        at: Timestamp,
    },
    /// These are not its hours, or those of all downloads.
    Hours {
        /// When they begin; none where they never do.
        at: Option<Timestamp>,
    },
    /// The network is paid for by what is taken, and downloads wait for another.
    Metered,
    /// It waits, for what the failure says.
    Waiting {
        /// When it is tried again.
        at: Timestamp,
    },
    /// The server asked to wait.
    Asked {
        /// Until when.
        until: Timestamp,
    },
    /// It needs a fresh link, for what the failure says.
    NeedsLink,
    /// It failed, for what the failure says.
    Failed,
    /// It asks the server and has no byte yet.
    Connecting,
    /// All is here and is being checked.
    Checking,
    /// It is as fast as its speed limit lets it.
    Limit {
        /// The limit, in bytes a second.
        bps: u64,
    },
    /// All downloads together are as fast as their limit lets them.
    LimitOfAll {
        /// The limit, in bytes a second.
        bps: u64,
    },
    /// Those of its queue together are as fast as the hours of that let them.
    LimitOfQueue {
        /// The limit, in bytes a second.
        bps: u64,
    },
    /// The disk takes bytes slower than they come.
    Disk,
    /// Nothing comes just now.
    Standstill,
    /// The server gives the file in one piece alone.
    OnePiece,
    /// The server does not say how long the file is, so it cannot be cut into parts.
    NoLength,
    /// The server bears no more connections.
    ServerCap {
        /// As many as it bears.
        connections: u32,
    },
    /// Too little is left to be worth more connections.
    Little,
    /// One connection was asked for.
    OneAsked,
    /// The server gives each connection so much, and no more were allowed.
    EachConnection {
        /// How many there are.
        connections: u32,
        /// What each brings, in bytes a second.
        each_bps: u64,
    },
    /// Nothing here holds it back: the server or the way to it gives no more.
    Server,
}

/// What keeps a job that is wanted from running.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// The network is metered.
    Metered,
    /// It is to start then.
    Until(Timestamp),
    /// These are not its hours; they begin then, or never.
    Hours(Option<Timestamp>),
}

impl Kept {
    /// When it starts, as far as that is known.
    pub fn until(self) -> Option<Timestamp> {
        match self {
            Self::Metered => None,
            Self::Until(at) => Some(at),
            Self::Hours(at) => at,
        }
    }
}

impl From<Kept> for Why {
    fn from(kept: Kept) -> Self {
        match kept {
            Kept::Metered => Self::Metered,
            Kept::Until(at) => Self::Scheduled { at },
            Kept::Hours(at) => Self::Hours { at },
        }
    }
}

impl Why {
    /// What keeps the job from running, where that is what it says.
    pub fn kept(self) -> Option<Kept> {
        if let Self::Scheduled { at } = self {
            Some(Kept::Until(at))
        } else if let Self::Hours { at } = self {
            Some(Kept::Hours(at))
        } else {
            (self == Self::Metered).then_some(Kept::Metered)
        }
    }

    /// Its name in JSON, as in `server_cap`.
    pub fn code(self) -> String {
        let value = serde_json::to_value(self).ok();
        let kind = value.as_ref().and_then(|value| value.get("kind")?.as_str());
        kind.unwrap_or_default().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_snake_case() {
        assert_eq!(Why::ServerCap { connections: 2 }.code(), "server_cap");
        assert_eq!(Why::Done.code(), "done");
    }

    #[test]
    fn what_keeps_a_job_is_found_again() {
        let at = Timestamp::UNIX_EPOCH;
        for kept in [Kept::Metered, Kept::Until(at), Kept::Hours(Some(at)), Kept::Hours(None)] {
            assert_eq!(Why::from(kept).kept(), Some(kept));
        }
        assert_eq!(Why::Turn.kept(), None);
    }
}
