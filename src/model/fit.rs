//! What comes of looking at a fresh link for a job: how it fits what is held, or why it does not.
//! Invariant: a link is called fitting only where its answers were compared with what is held, or
//! nothing is held.

use serde::{Deserialize, Serialize};

use super::failure::Failure;

/// How a fresh link fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// Nothing is held, and it answers as a file.
    NothingHeld,
    /// Size and a strong validator are equal.
    ByValidator,
    /// Its bytes are those held, in every place looked at.
    ByBytes {
        /// How many places were looked at.
        samples: u32,
    },
}

/// Why a fresh link is not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Misfit {
    /// It leads to a file of another size.
    OtherSize {
        /// Size in bytes of what was begun; where that is not known, the end of what is held.
        ours: u64,
        /// Size in bytes of what it leads to.
        theirs: u64,
    },
    /// It leads to other bytes.
    OtherBytes {
        /// The first place that differs.
        at: u64,
    },
    /// What is held has changed since it was written, where it differs from what the link leads to.
    Damaged {
        /// The place that differs.
        at: u64,
    },
    /// Its server tells another digest of the whole.
    OtherDigest,
    /// Its server sends the file encoded, and what is held is not; or the other way round.
    OtherEncoding,
    /// A web page came.
    Page,
    /// No file came, for this reason.
    NoFile(Failure),
    /// Its server sends no ranges, so that nothing can be compared.
    NoRanges,
    /// What was compared is equal, but every place holds one byte value only, which many files do.
    ProvesNothing,
    /// What is held cannot be read here.
    NotReadable(Failure),
}
