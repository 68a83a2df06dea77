//! Part files and finished files: the only room for payload file I/O.
//!
//! Invariants: nothing that was not made here is ever opened for writing, replaced or deleted; no
//! link is followed; a finished name appears in one step or not at all.

use std::io;
use std::path::Path;

use super::system;
use crate::model::cause::Cause;
use crate::model::failure::{Failure, FailureKind};
use crate::model::job::FileId;
use crate::plan::recover::Found;
use crate::plan::volume::Volume;

mod part;
mod publish;
#[cfg(test)]
mod tests;

pub use part::{
    First, MAX_NAMES, Part, create_first, create_next, free_name, open_part, take_stray,
};
pub use publish::{Published, publish, sync_names, take_name_back};

/// What an I/O error means for a job. `path` is what it happened to.
pub fn failure_of(error: &io::Error, path: &Path) -> Failure {
    let kind = kind_of(error);
    let shown = path.display();
    // The volume may show much free space all the same.
    let cause = (error.kind() == io::ErrorKind::QuotaExceeded).then_some(Cause::QuotaUsedUp);
    let detail = if kind == FailureKind::DiskError {
        format!("{shown}: {error}")
    } else {
        shown.to_string()
    };
    Failure { cause, ..Failure::new(kind, detail) }
}

fn kind_of(error: &io::Error) -> FailureKind {
    use io::ErrorKind as E;
    let is_one_of = |kinds: &[E]| kinds.contains(&error.kind());
    if is_one_of(&[E::StorageFull, E::QuotaExceeded]) {
        FailureKind::DiskFull
    } else if is_one_of(&[E::ReadOnlyFilesystem]) {
        FailureKind::ReadOnly
    } else if is_one_of(&[E::PermissionDenied]) {
        FailureKind::NotWritable
    } else if is_one_of(&[E::StaleNetworkFileHandle, E::NotConnected])
        || matches!(error.raw_os_error(), Some(ENXIO | ENODEV))
    {
        FailureKind::VolumeGone
    } else if is_one_of(&[E::NotFound, E::NotADirectory, E::AlreadyExists]) {
        FailureKind::NoFolder
    } else if matches!(error.raw_os_error(), Some(ENFILE | EMFILE)) {
        FailureKind::SystemLimit
    } else {
        FailureKind::DiskError
    }
}

/// Too many open files in the system, in this process: the same numbers on every Unix.
const ENFILE: i32 = 23;
const EMFILE: i32 = 24;
/// No such device or address, no such device: it was pulled out.
const ENXIO: i32 = 6;
const ENODEV: i32 = 19;

/// Makes the folder where it is missing. A folder that should hold files already is never made:
/// its volume is not there.
pub fn open_folder(dir: &Path, expects_files: bool) -> Result<(), Failure> {
    if expects_files {
        return match std::fs::metadata(dir) {
            Ok(meta) if meta.is_dir() => Ok(()),
            Ok(_) => Err(Failure::new(FailureKind::NoFolder, dir.display().to_string())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(Failure::new(FailureKind::VolumeGone, dir.display().to_string()))
            }
            Err(error) => Err(failure_of(&error, dir)),
        };
    }
    std::fs::create_dir_all(dir).map_err(|error| failure_of(&error, dir))
}

/// The volume a folder is on, where that can be told.
pub fn device_of(dir: &Path) -> Option<u64> {
    system::device(dir)
}

/// Looks at the volume that holds `part`, an unfinished file recorded as `recorded`, or is to hold
/// it.
pub fn look_at_volume(dir: &Path, part: Option<&str>, recorded: Option<FileId>) -> Volume {
    let is_part_there = part.is_some_and(|part| look(&dir.join(part)) != Found::Nothing);
    let is_another = recorded.zip(device_of(dir)).is_some_and(|(file, now)| file.device != now);
    Volume { is_there: is_part_there || (dir.is_dir() && !is_another), free_bytes: free_bytes(dir) }
}

/// What stands at a path; what cannot be looked at is nobody's to touch.
pub fn look(path: &Path) -> Found {
    look_closely(path).unwrap_or(Found::Foreign)
}

/// What stands at a path. An error says that it could not be told.
pub fn look_closely(path: &Path) -> io::Result<Found> {
    match std::fs::symlink_metadata(path) {
        Ok(meta) if meta.is_file() && system::has_one_link(&meta) => {
            Ok(Found::File { id: system::file_id(&meta), len: meta.len() })
        }
        Ok(_) => Ok(Found::Foreign),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Found::Nothing),
        Err(error) => Err(error),
    }
}

/// Deletes a file that was recorded as ours, if it still is: a regular file, and the one recorded.
pub fn delete_ours(path: &Path, recorded: Option<FileId>) -> io::Result<()> {
    match look(path) {
        Found::File { id, .. } if recorded.is_none() || id == recorded => {
            match std::fs::remove_file(path) {
                // It went meanwhile.
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
                done => done,
            }
        }
        Found::File { .. } | Found::Nothing | Found::Foreign => Ok(()),
    }
}

/// Bytes free on the volume of `path`, or of the nearest folder above it that is there.
pub fn free_bytes(path: &Path) -> Option<u64> {
    path.ancestors().find_map(system::free_bytes)
}
