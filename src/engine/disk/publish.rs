//! The end of a part file: its last name, in one step and in no one's place.

use std::io;
use std::path::{Path, PathBuf};

use super::super::system;
use super::part::{MAX_NAMES, Part};
use super::{failure_of, look};
use crate::model::cause::Cause;
use crate::model::failure::{Failure, FailureKind};
use crate::model::job::FileId;
use crate::model::name::{FileName, numbered, safe_name};
use crate::plan::recover::Found;

/// What became of giving a part its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Published {
    /// It stands there, and the folder is synced.
    At(PathBuf),
    /// Something stands there already; this name is free.
    Taken(FileName),
}

/// Gives a sealed part its name. Nothing is ever replaced, and what took the part's place meanwhile is
/// not given the name of a file that was checked.
pub fn publish(dir: &Path, part: &Part, name: &str) -> Result<Published, Failure> {
    // The name was made safe when it was chosen, and is taken here to the letter.
    let is_plain = Path::new(name).file_name().is_some_and(|last| last == name);
    let wanted = safe_name(name)
        .filter(|_| is_plain)
        .ok_or_else(|| Failure::because(FailureKind::DiskError, Cause::NameUnusable))?;
    let (from, to) = (dir.join(&part.name), dir.join(name));
    let is_another = match look(&from) {
        Found::File { id, .. } => id != part.id,
        Found::Foreign => true,
        Found::Nothing => false,
    };
    if is_another {
        return Err(Failure::because(FailureKind::PartForeign, Cause::PartReplaced));
    }
    match system::rename_new(&from, &to) {
        Ok(()) => match system::sync_folder(dir) {
            Ok(()) => Ok(Published::At(to)),
            Err(error) => {
                // Nothing stands there that a power cut could take away again. Where this fails too,
                // the next run finds it.
                let _ = system::rename_new(&to, &from);
                Err(failure_of(&error, dir))
            }
        },
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => (1..=MAX_NAMES)
            .map(|n| numbered(&wanted, n))
            .find(|other| look(&dir.join(other.as_str())) == Found::Nothing)
            .map(Published::Taken)
            .ok_or_else(|| failure_of(&error, &to)),
        // The folder is there: it was deleted while it was open.
        Err(error) if error.kind() == io::ErrorKind::NotFound && dir.is_dir() => {
            Err(Failure::because(FailureKind::PartForeign, Cause::PartGone))
        }
        // The folder went with it: it, or its volume, may come back.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(Failure::new(FailureKind::VolumeGone, dir.display().to_string()))
        }
        Err(error) => Err(failure_of(&error, &from)),
    }
}

/// Makes durable which names stand in a folder.
pub fn sync_names(dir: &Path) -> io::Result<()> {
    system::sync_folder(dir)
}

/// Gives a part its own name again that has the finished file's already, where that is the one
/// recorded, of `total` bytes, and no part stands: it is ended once more.
pub fn take_name_back(
    dir: &Path,
    (part, name): (&str, &str),
    recorded: FileId,
    total: u64,
) -> io::Result<()> {
    let (part, named) = (dir.join(part), dir.join(name));
    let ours = Found::File { id: Some(recorded), len: total };
    if look(&part) == Found::Nothing && look(&named) == ours {
        return system::rename_new(&named, &part);
    }
    Ok(())
}
