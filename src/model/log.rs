//! The log of a job: what was asked, what came back, what was made of it. Told as values; a front end
//! finds the words for them.
//!
//! Invariants: no line holds a secret (links are redacted before they come here), and a line that was
//! saved is read as what it was, or as plain text, for ever.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::cause::Cause;
use super::change::Change;
use super::checksum::{Algorithm, Checksum};
use super::failure::{Failure, FailureKind};
use super::fit::{Fit, Misfit};
use super::id::JobId;
use super::metalink::MetalinkError;
use super::relocation::NotMoved;
use super::why::Kept;

/// Lines kept of one job; the oldest go first.
pub const MAX_LOG_LINES: u32 = 500;

/// One line of a job's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub told: Told,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// A text from before lines were values, shown as it stands.
    Plain(String),
    /// Of one connection, by its number in the run.
    Connection(u32, OfConnection),
    /// A connection was closed and the server asked again, for this reason.
    Again(Cause),
    /// What was begun cannot be gone on with.
    Anew(Failure),
    /// The file on the server is another one now.
    Changed(Change),
    /// Of a place with the same file, by its redacted link.
    Mirror(String, OfMirror),
    /// Of a description of the file, by its redacted link.
    Description(String, OfDescription),
    /// Of the bytes that are held.
    Held(OfHeld),
    /// Of what the whole file is compared with.
    Proof(OfProof),
    /// Of a fresh link.
    Link(OfLink),
    /// The job waits.
    Waits {
        /// So many seconds.
        secs: u64,
        /// For this.
        why: FailureKind,
        /// Attempts in a row without a new byte.
        attempt: u32,
        /// Seconds the server asked to wait, where it did.
        asked: Option<u64>,
    },
    /// The run is stopped, and the job goes on by itself when this no longer keeps it.
    Kept(Kept),
    /// The computer slept for so many seconds.
    Slept(u64),
    /// The network changed.
    NetworkChanged,
    /// The volume has room again, or is back.
    RoomAgain,
    /// The job has this folder now.
    Moved(String),
    /// The job was not given this folder.
    NotMoved(String, NotMoved),
    /// The job is on its way to this folder, and it is not known that it is there.
    MovedUnsure(String, Failure),
    /// The run ended with a failure.
    Stopped(Failure),
    /// The file is finished, and its server did not say how long it is.
    LengthNotTold,
    /// The file is finished.
    Finished,
}

/// What happened to a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfConnection {
    /// An answer came.
    Answer {
        /// What was asked for.
        asked: Asked,
        /// The HTTP status.
        status: u16,
        /// Milliseconds from the question.
        millis: u64,
        /// Bytes it has, where it says so.
        bytes: Option<u64>,
        /// The redacted link that answered.
        from: String,
        /// What was made of it.
        verdict: Verdict,
    },
    /// No answer came of it.
    Failed(Asked, Failure),
    /// It was closed.
    Closed {
        /// Bytes it brought.
        bytes: u64,
        /// Milliseconds from the question.
        millis: u64,
        /// Why it was closed.
        why: Cause,
    },
    /// It brought other bytes than those held, first at this place.
    OtherBytes(u64),
}

/// What a server was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// The whole.
    Whole,
    /// A range.
    Range {
        /// The first byte.
        first: u64,
        /// The last byte, where there is one.
        last: Option<u64>,
        /// Only if the file is unchanged (RFC 9110 §13.1.5).
        if_unchanged: bool,
    },
}

/// What was made of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Taken; the file begins with it.
    Begins,
    /// Taken.
    Taken,
    /// Not taken; other connections go on.
    OthersGoOn,
    /// Not taken, for this reason.
    Not(Cause),
    /// Nothing is missing.
    Complete,
    /// Not taken; so many bytes that are held are wrong.
    Wrong(u64),
    /// Not taken: a failure, and the seconds the server asked to wait.
    Failed(FailureKind, Option<u64>),
}

/// What happened with a mirror.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfMirror {
    /// The server told of it.
    Known,
    /// It fits so; used beside the others, or in their place.
    Fits(Fit, bool),
    /// It is looked at again in so many seconds, for this failure.
    Later(u64, FailureKind),
    /// It differs at this place, where what is held is wrong.
    DiffersRightly(u64),
    /// It is dropped, since it does not fit.
    Misfit(Misfit),
    /// It is dropped for what it did.
    Dropped(Cause),
    /// It is dropped, since it cannot be asked at all.
    Unusable(Failure),
    /// The job goes on there, since this failed elsewhere.
    TurnedTo(FailureKind),
}

/// What happened with a description.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfDescription {
    /// The server told of it.
    Known,
    /// It is of this file.
    Fits {
        /// What its digests of the whole are made with.
        digests: Vec<Algorithm>,
        /// Pieces whose digests it has.
        pieces: u64,
        /// Links it has.
        links: u64,
    },
    /// It is not used.
    Unused(Unused),
}

/// Why a description is not used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unused {
    /// It did not come.
    Failed(Failure),
    /// It did not come in time.
    Late,
    /// Reading it was broken off.
    BrokenOff,
    /// It has more bytes than are read.
    TooLarge,
    /// It is no XML.
    NotXml,
    /// It is XML of another kind.
    NotMetalink,
    /// It describes no file.
    NoFile,
    /// It does not say how large the file is.
    NoSize,
    /// It is of a file of so many bytes.
    OtherSize(u64),
    /// Its digest is not the one that the server itself tells.
    OtherDigest,
    /// Several of its files may be this one.
    Several,
}

/// What happened to bytes that are held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfHeld {
    /// The part file has another number, and its bytes are right.
    OtherNumber,
    /// So many blocks written before the last end are right and kept.
    BlocksKept(u64),
    /// So many blocks are no longer what was written.
    BlocksRotten(u64),
    /// A part file without a job was taken up.
    TakenUp {
        /// Bytes that were proved.
        proved: u64,
        /// Bytes of the whole.
        total: u64,
    },
    /// Two answers say that so many bytes are wrong.
    Wrong(u64),
    /// So many of them are what the description says.
    WrongKept(u64),
    /// The digest does not fit, and so many bytes are fetched again.
    Repaired(u64),
    /// Every piece is what the description says.
    PiecesRight,
    /// So many pieces differ from the description, too many to believe it.
    PiecesNotBelieved(u64),
    /// The record at the end of the part file is not kept any more, for this reason of the system's.
    Unkept(String),
    /// Pieces are not what the description says.
    PiecesWrong {
        /// How many.
        count: u64,
        /// Bytes of all of them.
        bytes: u64,
    },
}

/// Whose digest it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// The server's own.
    Server,
    /// That of a description the server told of.
    Description,
}

/// What was compared with the whole file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfProof {
    /// A checksum was found beside the link.
    Beside(Checksum),
    /// The checksum that was wanted is right.
    ChecksumRight(Checksum),
    /// A digest is right.
    DigestRight(Whose, Checksum),
    /// A digest differs from what was found, which is told last.
    DigestDiffers(Whose, Checksum, Option<Checksum>),
    /// The description's digest is another than the server's.
    DescriptionDiffers(Checksum),
}

/// What happened with a fresh link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfLink {
    /// It is looked at; redacted.
    Looked(String),
    /// It is not taken.
    Misfit(Misfit),
    /// It is taken.
    Fits {
        /// How it fits.
        fit: Fit,
        /// Headers, cookie and password are not sent there.
        bare: bool,
    },
    /// This job holds a part of what seems to be the same file.
    SameFile(JobId),
}

impl From<MetalinkError> for Unused {
    fn from(error: MetalinkError) -> Self {
        match error {
            MetalinkError::TooLarge => Self::TooLarge,
            MetalinkError::NotXml => Self::NotXml,
            MetalinkError::NotMetalink => Self::NotMetalink,
        }
    }
}

impl Told {
    /// The one line of text that it is saved as.
    pub fn to_text(&self) -> String {
        // Values of plain nouns always have a text.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What a saved line tells; one that is no value is told as it stands.
    pub fn of_text(text: String) -> Self {
        serde_json::from_str(&text).unwrap_or(Self::Plain(text))
    }
}

#[cfg(test)]
#[path = "log_samples.rs"]
pub(crate) mod samples;

#[cfg(test)]
#[path = "log_tests.rs"]
mod tests;
