//! What went wrong, as a value. The engine returns it; front ends find the words for it.

use serde::{Deserialize, Serialize};

use super::cause::Cause;

/// Every way a job can stop short, each with one remedy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The host's name is unknown.
    UnknownHost,
    /// The server refused the connection.
    Refused,
    /// No connection could be made.
    Unreachable,
    /// This machine has no way to any server.
    NoNetwork,
    /// The service that looks up names does not answer.
    NoNameService,
    /// The connection broke, or the answer ended early.
    Broken,
    /// No byte came for the stall time.
    Stalled,
    /// The certificate was not accepted.
    Certificate,
    /// TLS failed in another way.
    Tls,
    /// The proxy refused or asked for a password.
    Proxy,
    /// The server is busy or limits us: 429, 503.
    Busy,
    /// The server failed: other 5xx, 408, 425.
    ServerError,
    /// 401: name and password are needed.
    Unauthorised,
    /// 403.
    Forbidden,
    /// 404.
    NotFound,
    /// 410 or 451: gone for good.
    Gone,
    /// The link worked before and is refused now.
    LinkExpired,
    /// A web page came where a file was expected.
    Page,
    /// Another status that is no file.
    BadStatus,
    /// Too many redirects, or in a circle, or without a target.
    RedirectLoop,
    /// A redirect to where Onward does not go: another scheme, https to http.
    RedirectRefused,
    /// The answer contradicts itself or the protocol.
    Protocol,
    /// The file on the server is not the one that was begun.
    Changed,
    /// The finished file is not what its checksum says.
    ChecksumMismatch,
    /// The finished file is not what the server's own digest says.
    DigestMismatch,
    /// A sidecar checksum was asked for and none was found.
    NoSidecar,
    /// No space is left on the volume.
    DiskFull,
    /// The folder cannot be made or is not there.
    NoFolder,
    /// The folder or volume cannot be written to.
    NotWritable,
    /// The volume that holds the unfinished file is not there.
    VolumeGone,
    /// The volume takes no writes for now.
    ReadOnly,
    /// The disk failed to read or write.
    DiskError,
    /// Too many open files, or another limit of this system.
    SystemLimit,
    /// The part file is not the one that was written.
    PartForeign,
    /// Another program writes to the part file.
    PartBusy,
    /// No certificate authorities are installed.
    NoRoots,
    /// An option of the job cannot be used (header, proxy).
    BadOption,
    /// The list of jobs could not be saved.
    Store,
}

/// What helps against a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Remedy {
    /// It passes by itself: try again after a while.
    Wait,
    /// It may pass, but something must change here first (space, folder): look again now and then.
    WaitForHere,
    /// As [`Remedy::WaitForHere`], and given up after a while.
    WaitAWhile,
    /// It may have been this once: what it took is fetched again, at once, and then it is given up.
    TryOnce,
    /// It passes when this machine has a network again; no attempt is counted until then.
    WaitForNetwork,
    /// Only a fresh link helps.
    NewLink,
    /// Only the user can help (name and password, certificate, an option).
    AskUser,
    /// Nothing helps; trying again is the user's to decide.
    GiveUp,
}

impl FailureKind {
    /// All of them.
    pub const ALL: [Self; 38] = [
        Self::UnknownHost,
        Self::Refused,
        Self::Unreachable,
        Self::NoNetwork,
        Self::NoNameService,
        Self::Broken,
        Self::Stalled,
        Self::Certificate,
        Self::Tls,
        Self::Proxy,
        Self::Busy,
        Self::ServerError,
        Self::Unauthorised,
        Self::Forbidden,
        Self::NotFound,
        Self::Gone,
        Self::LinkExpired,
        Self::Page,
        Self::BadStatus,
        Self::RedirectLoop,
        Self::RedirectRefused,
        Self::Protocol,
        Self::Changed,
        Self::ChecksumMismatch,
        Self::DigestMismatch,
        Self::NoSidecar,
        Self::DiskFull,
        Self::NoFolder,
        Self::NotWritable,
        Self::VolumeGone,
        Self::ReadOnly,
        Self::DiskError,
        Self::SystemLimit,
        Self::PartForeign,
        Self::PartBusy,
        Self::NoRoots,
        Self::BadOption,
        Self::Store,
    ];

    /// What helps.
    pub fn remedy(self) -> Remedy {
        match self {
            Self::UnknownHost
            | Self::Refused
            | Self::Unreachable
            | Self::Broken
            | Self::Stalled
            | Self::Tls
            | Self::Busy
            | Self::ServerError
            | Self::PartForeign => Remedy::Wait,
            Self::NoNetwork | Self::NoNameService => Remedy::WaitForNetwork,
            Self::DiskFull
            | Self::VolumeGone
            | Self::SystemLimit
            | Self::PartBusy
            | Self::Store => Remedy::WaitForHere,
            Self::ReadOnly => Remedy::WaitAWhile,
            Self::DiskError => Remedy::TryOnce,
            Self::LinkExpired | Self::Page => Remedy::NewLink,
            Self::Certificate
            | Self::Proxy
            | Self::Unauthorised
            | Self::NoRoots
            | Self::BadOption => Remedy::AskUser,
            Self::Forbidden
            | Self::NotFound
            | Self::Gone
            | Self::BadStatus
            | Self::RedirectLoop
            | Self::RedirectRefused
            | Self::Protocol
            | Self::Changed
            | Self::ChecksumMismatch
            | Self::DigestMismatch
            | Self::NoSidecar
            | Self::NoFolder
            | Self::NotWritable => Remedy::GiveUp,
        }
    }

    /// Whether the finished file was not what somebody said of it.
    pub fn is_mismatch(self) -> bool {
        matches!(self, Self::ChecksumMismatch | Self::DigestMismatch)
    }

    /// Whether a folder, a volume or a disk is to blame.
    pub fn is_of_disk(self) -> bool {
        matches!(
            self,
            Self::DiskFull
                | Self::NoFolder
                | Self::NotWritable
                | Self::VolumeGone
                | Self::ReadOnly
                | Self::DiskError
        )
    }

    /// Its name in JSON and in the words, as in `disk_full`.
    pub fn code(self) -> String {
        serde_json::to_value(self)
            .ok()
            .and_then(|v| v.as_str().map(str::to_owned))
            .unwrap_or_default()
    }
}

/// One failure: its kind and what is particular to it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Failure {
    /// What went wrong.
    pub kind: FailureKind,
    /// The particulars, without secrets: a cause, a path. May be empty.
    pub detail: String,
    /// The reason, where it is one that the program itself knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// The HTTP status, where a server gave one.
    pub status: Option<u16>,
    /// Seconds the server asked to wait, where it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_secs: Option<u64>,
    /// Space on the volume, where there is too little.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<Room>,
}

/// Space on a volume that has too little of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Room {
    /// Bytes that must be free for the job to go on.
    pub needed_bytes: u64,
    /// Bytes that were free at the last look.
    pub free_bytes: u64,
}

impl Failure {
    /// A failure with particulars.
    pub fn new(kind: FailureKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), cause: None, status: None, wait_secs: None, room: None }
    }

    /// A failure for a reason that the program itself knows.
    pub fn because(kind: FailureKind, cause: Cause) -> Self {
        Self { cause: Some(cause), ..Self::new(kind, "") }
    }

    /// A failure that is an answer's status.
    pub fn status(kind: FailureKind, status: u16) -> Self {
        Self { status: Some(status), ..Self::new(kind, "") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_disk_is_to_blame_or_the_file() {
        use FailureKind as F;
        let of_disk =
            [F::DiskFull, F::NoFolder, F::NotWritable, F::VolumeGone, F::ReadOnly, F::DiskError];
        let mismatches = [F::ChecksumMismatch, F::DigestMismatch];
        for kind in F::ALL {
            assert_eq!(kind.is_of_disk(), of_disk.contains(&kind), "{kind:?}");
            assert_eq!(kind.is_mismatch(), mismatches.contains(&kind), "{kind:?}");
        }
    }

    #[test]
    fn a_failure_says_what_it_was_made_of() {
        let kind = FailureKind::Protocol;
        let bare = Failure {
            kind,
            detail: String::new(),
            cause: None,
            status: None,
            wait_secs: None,
            room: None,
        };
        assert_eq!(Failure::new(kind, "x"), Failure { detail: "x".into(), ..bare.clone() });
        let because = Failure { cause: Some(Cause::NoHttp), ..bare.clone() };
        assert_eq!(Failure::because(kind, Cause::NoHttp), because);
        assert_eq!(Failure::status(kind, 599), Failure { status: Some(599), ..bare });
    }

    #[test]
    fn codes_are_snake_case_and_all_differ() {
        let mut codes: Vec<String> = FailureKind::ALL.iter().map(|k| k.code()).collect();
        assert!(codes.contains(&"disk_full".to_owned()));
        codes.sort();
        codes.dedup();
        assert_eq!(codes.len(), FailureKind::ALL.len());
    }
}
