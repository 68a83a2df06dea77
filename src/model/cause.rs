//! The particular reasons that the program itself knows: why a connection was closed, an answer not
//! taken, a mirror dropped, a part file not gone on with. Values; their words are in both locales.
//!
//! Invariant: a name that was once saved keeps its meaning.

use serde::{Deserialize, Serialize};

macro_rules! causes {
    ($($(#[$doc:meta])+ $name:ident,)+) => {
        /// A particular reason.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Cause {
            $($(#[$doc])+ $name,)+
        }

        impl Cause {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),+];
        }
    };
}

causes! {
    /// Given back, the others go on.
    GivenBack,
    /// The server bears no more connections.
    NoMoreConnections,
    /// The connection was closed before an answer.
    ClosedUnanswered,
    /// The connection was closed before an answer, asking without a range.
    ClosedAskedPlainly,
    /// The answer ended early, the others go on.
    EndedOthersGoOn,
    /// The answer ended before the file.
    EndedEarly,
    /// The connection broke, the others go on.
    BrokeOthersGoOn,
    /// The connection broke.
    Broke,
    /// A seam could not be compared, asked once more.
    SeamNotCompared,
    /// Nothing shows that the parts belong together.
    PartsUnproved,
    /// The answer was no HTTP, asked once more.
    NoHttp,
    /// The answer is not what its own digest says, asked once more.
    CorruptAnswer,
    /// The answer ended without a new byte.
    NoNewByte,
    /// Closed.
    Closed,
    /// Not found, asked once more.
    NotFoundOnce,
    /// One place failed, the others go on.
    PlaceFailedOthersGoOn,
    /// Bytes came that are not what the description says.
    NotAsDescribed,
    /// A mirror brought other bytes.
    MirrorDiffers,
    /// It does not give the file.
    GivesNoFile,
    /// Its bytes are not those of the file.
    NotTheFilesBytes,
    /// It brought bytes that are not what the file's description says.
    BroughtWrongPieces,
    /// The digest of the whole does not fit.
    WholeDigest,
    /// It does not read across a seam.
    NoSeam,
    /// A conditional answer to no such condition.
    OddCondition,
    /// The server dislikes the range.
    DislikesRange,
    /// The connection is for another server.
    OtherServer,
    /// The body was sent in a coding nobody asked for.
    OddCoding,
    /// A part was sent and the whole asked for.
    PartForWhole,
    /// Several parts were sent and one asked for.
    SeveralParts,
    /// A part was sent encoded.
    PartEncoded,
    /// Another range was sent than asked for.
    OtherRange,
    /// A part came that does not say which part it is.
    PartUnnamed,
    /// A part was sent and called the whole.
    PartAsWhole,
    /// The whole was sent though nothing changed.
    WholeUnchanged,
    /// The range was refused without a reason.
    RangeRefusedUnsaid,
    /// The range was refused.
    RangeRefused,
    /// The whole was sent for a part.
    WholeForPart,
    /// Nothing tells that this is the same file.
    NothingTells,
    /// Nothing held lies before what was sent, comparing from the start.
    NothingBefore,
    /// The file was not sent from its start.
    NotFromStart,
    /// Another connection has begun the file.
    BegunElsewhere,
    /// The server says nothing is left, but bytes are missing.
    BytesMissing,
    /// Only the entity tag differs, the others go on.
    TagOthersGoOn,
    /// Another file was sent for a part, asked once more.
    OtherFileOnce,
    /// Only the entity tag differs, asked once more.
    TagOnce,
    /// Only the entity tag differs, the checksum will decide.
    TagChecksumDecides,
    /// The file has changed on the server, beginning anew.
    ChangedAnew,
    /// The file's bytes are no longer those held, beginning anew.
    BytesAnew,
    /// The bytes differ from those held, comparing from the start.
    BytesFromStart,
    /// Two answers differ, asked once more.
    AnswersDiffer,
    /// Two answers differ, beginning anew with one connection.
    AnswersDifferAnew,
    /// More connections brought no more.
    Surplus,
    /// It brought nothing while others did.
    SilentAmongOthers,
    /// It was far slower than the others.
    SlowAmongOthers,
    /// No longer wanted.
    Unwanted,
    /// Through.
    Through,
    /// It brought nothing after the computer woke or the network changed.
    SilentAfterChange,
    /// The place failed.
    PlaceFailed,
    /// An unfinished file is looked at.
    PartIsLookedAt,
    /// The part file is gone.
    PartGone,
    /// Something else stands in the part file's place.
    PartReplaced,
    /// Another file stands in the part file's place.
    PartIsAnother,
    /// The server sends the file in crumbs.
    Crumbs,
    /// Its answers are not what their own digests say.
    AnswersCorrupt,
    /// The server sends another file with every answer.
    AnotherEveryTime,
    /// The mirror's file is another one.
    MirrorsFileChanged,
    /// No route leads there.
    NoRoute,
    /// No server can be reached.
    NoServerReached,
    /// It leads from https to http, where anyone could change the file.
    HttpsToHttp,
    /// It redirects from one address to the next without end.
    RedirectsWithoutEnd,
    /// It redirects and does not say where to.
    RedirectNowhere,
    /// The file's length is not known.
    LengthUnknown,
    /// Bytes are missing at the end.
    BytesMissingAtEnd,
    /// Nothing is left to ask for.
    NothingToAsk,
    /// The server's entity tag cannot be sent back.
    TagUnsendable,
    /// The file's name cannot be used.
    NameUnusable,
    /// The work was broken off.
    WorkBrokenOff,
    /// The sync was broken off.
    SyncBrokenOff,
    /// What was written could not be made durable.
    NotDurable,
    /// The share of the volume that this user is given is used up.
    QuotaUsedUp,
    /// The service has ended.
    ServiceEnded,
    /// The job has no link.
    NoLink,
    /// The proxy's address cannot be used.
    ProxyUnusable,
    /// No answer came.
    NoAnswer,
    /// The checksum beside the link did not come.
    NoChecksumCame,
    /// It took too long.
    TookTooLong,
    /// No byte came.
    NoByteCame,
    /// The answer ended early.
    Ended,
    /// The server sends the file encoded, though asked not to.
    SentEncoded,
    /// Broke off.
    TaskBroke,
    /// The run gave no sign of life.
    NoSign,
}

impl Cause {
    /// Its name in JSON and in the words, as in `part_gone`.
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

    #[test]
    fn codes_are_snake_case_and_all_differ() {
        let mut codes: Vec<String> = Cause::ALL.iter().map(|cause| cause.code()).collect();
        assert!(codes.contains(&"part_gone".to_owned()));
        codes.sort();
        codes.dedup();
        assert_eq!(codes.len(), Cause::ALL.len());
    }
}
