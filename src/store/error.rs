//! What can go wrong with the store, in words that say what to do. Every message is one sentence. The
//! cause stands in `source`; in the words too where they do not tell it by themselves.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::ErrorCode;

use crate::model::id::JobId;

/// Why the store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A newer Onward made it. It was not touched.
    #[error(
        "the list of downloads {} was made by a newer Onward (it has version {found}, this Onward \
         knows up to {known}); update Onward, or give it another data folder", .path.display()
    )]
    Newer {
        /// The database.
        path: PathBuf,
        /// Version it has.
        found: u32,
        /// Newest version known here.
        known: u32,
    },
    /// The file, or the folder it stands in, cannot be written to.
    #[error(
        "the list of downloads {} cannot be written to; make the file and its folder writable, or \
         give Onward another data folder", .0.display()
    )]
    ReadOnly(PathBuf),
    /// Another program holds it.
    #[error(
        "the list of downloads {} is in use by another program; close that one and try again",
        .0.display()
    )]
    Busy(PathBuf),
    /// No space is left on its volume.
    #[error(
        "no space is left for the list of downloads {}; free some on that volume and try again",
        .0.display()
    )]
    Full(PathBuf),
    /// It is damaged and could not be moved aside.
    #[error(
        "the list of downloads {} is damaged and could not be moved aside ({source}); move it away \
         by hand and try again", .path.display()
    )]
    NotSetAside {
        /// The database.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The system refused to make, read or write it.
    #[error(
        "the list of downloads {} could not be opened ({source}); look at the folder and its \
         permissions", .path.display()
    )]
    File {
        /// The database.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// SQLite could not open it or bring it up to date.
    #[error(
        "the list of downloads {} could not be opened or brought up to date ({source}); it was left \
         as it is, so look at its disk and try again, or give Onward another data folder",
        .path.display()
    )]
    Sqlite {
        /// The database.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
}

impl OpenError {
    /// What a failed call of the system means for opening `path`.
    pub(super) fn from_io(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        if let io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem = source.kind() {
            return Self::ReadOnly(path);
        }
        if let io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded = source.kind() {
            return Self::Full(path);
        }
        Self::File { path, source }
    }

    /// What a failed call of SQLite means for opening `path`.
    pub(super) fn from_sqlite(path: &Path, source: rusqlite::Error) -> Self {
        let path = path.to_owned();
        match source.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy(path),
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly(path),
            Some(ErrorCode::DiskFull) => Self::Full(path),
            Some(_) | None => Self::Sqlite { path, source },
        }
    }
}

/// Why a question to the open store was not answered. Nothing of it was saved.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// No space is left on the store's volume.
    #[error("no space is left for the list of downloads; free some on its volume")]
    Full(#[source] Arc<rusqlite::Error>),
    /// The volume went read-only, or lost a right, while it was open.
    #[error("the list of downloads can no longer be written to; look at its volume")]
    ReadOnly(#[source] Arc<rusqlite::Error>),
    /// The file was found damaged while it was open.
    #[error("the list of downloads is damaged; start Onward again to have it looked over")]
    Damaged,
    /// A row holds what cannot be read back.
    #[error("the list of downloads holds a row that cannot be read ({0}); update Onward")]
    Unreadable(String),
    /// A number does not fit into what SQLite can hold.
    #[error("{0} is more than the list of downloads can hold")]
    TooLarge(u64),
    /// A path or value cannot be written down on this system.
    #[error("{0} cannot be kept in the list of downloads; choose another name")]
    Unwritable(String),
    /// The job is not there, or no longer.
    #[error("there is no job {0} in the list of downloads")]
    NoJob(JobId),
    /// The job has no such generation.
    #[error("job {0} has no generation {1} in the list of downloads")]
    NoGeneration(JobId, u32),
    /// Another change in the same transaction met a full or failing disk.
    #[error("the list of downloads could not be saved; look at its disk")]
    TakenBack,
    /// More questions wait than the store takes.
    #[error("the list of downloads is far behind; its disk may be failing")]
    Behind,
    /// The store was closed.
    #[error("the list of downloads is closed; start Onward again")]
    Closed,
    /// SQLite refused for another reason.
    #[error("the list of downloads could not be read or saved; look at its disk")]
    Sqlite(#[source] Arc<rusqlite::Error>),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        if is_damage(&error) {
            return Self::Damaged;
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full(Arc::new(error)),
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
                Self::ReadOnly(Arc::new(error))
            }
            Some(_) | None => Self::Sqlite(Arc::new(error)),
        }
    }
}

/// Whether SQLite says that the file is no database, or not a whole one.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}
