//! Part files and finished files: the only room for payload file I/O.
//!
//! Invariants: nothing that was not made here is ever opened for writing, replaced or deleted; no
//! link is followed; a finished name appears in one step or not at all.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::system::{self, PartFile};
use crate::model::failure::{Failure, FailureKind, Room};
use crate::model::job::FileId;
use crate::model::name::{FileName, numbered, part_name, safe_name};
use crate::plan::recover::Found;
use crate::plan::volume::Volume;

/// Names tried before giving up: `NAME`, `NAME (1)`, …
const MAX_NAMES: u16 = 9999;

/// An open part file.
#[derive(Clone, Debug)]
pub struct Part {
    /// The file.
    pub file: Arc<PartFile>,
    /// Its name in the job's folder.
    pub name: String,
    /// What it is known by.
    pub id: Option<FileId>,
}

/// What an I/O error means for a job. `path` is what it happened to.
pub fn failure_of(error: &io::Error, path: &Path) -> Failure {
    let kind = kind_of(error);
    let shown = path.display();
    let detail = if kind == FailureKind::DiskError {
        format!("{shown}: {error}")
    } else {
        shown.to_string()
    };
    Failure::new(kind, detail)
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

/// Makes the part file of a job's first generation, under the first name that is free both for it
/// and for the finished file.
pub fn create_first(dir: &Path, wanted: &FileName) -> Result<(FileName, Part), Failure> {
    for n in 0..=MAX_NAMES {
        let name = if n == 0 { wanted.clone() } else { numbered(wanted, n) };
        if look(&dir.join(name.as_str())) != Found::Nothing {
            continue;
        }
        match create_part(dir, part_name(&name, 1)) {
            Ok(part) => return Ok((name, part)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failure_of(&error, dir)),
        }
    }
    Err(Failure::new(FailureKind::NotWritable, dir.display().to_string()))
}

/// The name [`create_first`] would give a file now; none where all numbers are taken. Makes nothing.
pub fn free_name(dir: &Path, wanted: &FileName) -> Option<FileName> {
    let is_free = |name: &FileName| {
        let parts = [name.as_str().to_owned(), part_name(name, 1)];
        parts.iter().all(|name| look(&dir.join(name)) == Found::Nothing)
    };
    (0..=MAX_NAMES).map(|n| if n == 0 { wanted.clone() } else { numbered(wanted, n) }).find(is_free)
}

/// Makes the part file of a later generation; a taken number is passed over.
pub fn create_next(dir: &Path, name: &str, after: u32) -> Result<(u32, Part), Failure> {
    let name = safe_name(name)
        .ok_or_else(|| Failure::new(FailureKind::DiskError, "the file's name cannot be used"))?;
    for number in after + 1..after + u32::from(MAX_NAMES) {
        match create_part(dir, part_name(&name, number)) {
            Ok(part) => return Ok((number, part)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failure_of(&error, dir)),
        }
    }
    Err(Failure::new(FailureKind::NotWritable, dir.display().to_string()))
}

fn create_part(dir: &Path, name: String) -> io::Result<Part> {
    let file = system::create(&dir.join(&name))?;
    // Nobody else knows of it yet.
    file.lock();
    let id = system::file_id(&file.metadata()?);
    system::sync_folder(dir)?;
    Ok(Part { file: Arc::new(file), name, id })
}

/// Opens a part file that was made before. The caller has looked at it.
pub fn open_part(dir: &Path, name: &str) -> Result<Part, Failure> {
    let path = dir.join(name);
    let open = || {
        let file = system::open(&path)?;
        let id = system::file_id(&file.metadata()?);
        Ok(Part { file: Arc::new(file), name: name.to_owned(), id })
    };
    open().map_err(|error: io::Error| failure_of(&error, &path))
}

impl Part {
    /// Reserves space for the whole file.
    pub fn reserve(&self, dir: &Path, total: u64) -> Result<(), Failure> {
        system::reserve(&self.file, total).map_err(|error| failure_of(&error, dir))
    }

    /// What is needed on its volume for a file of `total` bytes, beyond what it takes already.
    pub fn room(&self, dir: &Path, total: u64) -> Option<Room> {
        let taken = system::allocated(&self.file.metadata().ok()?);
        let free_bytes = system::free_bytes(dir)?;
        Some(Room { needed_bytes: total.saturating_sub(taken), free_bytes })
    }

    /// Takes the file for this run alone, until it is closed. False where another one has it.
    pub fn take(&self) -> bool {
        self.file.lock()
    }

    /// Empties the file: it is begun again.
    pub fn empty(&self, dir: &Path) -> Result<(), Failure> {
        self.file.set_len(0).map_err(|error| failure_of(&error, dir))
    }

    /// Reads exactly `buffer` from `at`.
    pub fn read_exact_at(&self, buffer: &mut [u8], at: u64) -> io::Result<()> {
        system::read_exact_at(&self.file, buffer, at)
    }

    /// Makes durable what was written.
    pub fn sync(&self) -> io::Result<()> {
        self.file.sync()
    }

    /// Cuts what was reserved past the end, and makes the file durable with its length.
    pub fn seal(&self, total: u64) -> io::Result<()> {
        if self.file.metadata()?.len() != total {
            self.file.set_len(total)?;
        }
        self.file.sync_all()
    }
}

/// What became of giving a part its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Published {
    /// It stands there, and the folder is synced.
    At(PathBuf),
    /// Something stands there already; this name is free.
    Taken(FileName),
}

/// Gives a sealed part its name. Nothing is ever replaced.
pub fn publish(dir: &Path, part: &str, name: &str) -> Result<Published, Failure> {
    // The name was made safe when it was chosen, and is taken here to the letter.
    let is_plain = Path::new(name).file_name().is_some_and(|last| last == name);
    let wanted = safe_name(name)
        .filter(|_| is_plain)
        .ok_or_else(|| Failure::new(FailureKind::DiskError, "the file's name cannot be used"))?;
    let (from, to) = (dir.join(part), dir.join(name));
    match system::rename_new(&from, &to) {
        Ok(()) => {
            system::sync_folder(dir).map_err(|error| failure_of(&error, dir))?;
            Ok(Published::At(to))
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => (1..=MAX_NAMES)
            .map(|n| numbered(&wanted, n))
            .find(|other| look(&dir.join(other.as_str())) == Found::Nothing)
            .map(Published::Taken)
            .ok_or_else(|| failure_of(&error, &to)),
        // The folder is there: it was deleted while it was open.
        Err(error) if error.kind() == io::ErrorKind::NotFound && dir.is_dir() => {
            Err(Failure::new(FailureKind::PartForeign, "the part file is gone"))
        }
        Err(error) => Err(failure_of(&error, &from)),
    }
}

/// Deletes a file that was recorded as ours, if it still is: a regular file, and the one recorded.
pub fn delete_ours(path: &Path, recorded: Option<FileId>) -> io::Result<()> {
    match look(path) {
        Found::File { id, .. } if recorded.is_none() || id == recorded => {
            std::fs::remove_file(path)
        }
        Found::File { .. } | Found::Nothing | Found::Foreign => Ok(()),
    }
}

/// Bytes free on the volume of `path`, or of the nearest folder above it that is there.
pub fn free_bytes(path: &Path) -> Option<u64> {
    path.ancestors().find_map(system::free_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> FileName {
        safe_name(text).unwrap()
    }

    #[test]
    fn a_taken_name_is_numbered_and_nothing_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.bin"), b"old").unwrap();
        assert_eq!(free_name(dir.path(), &name("a.bin")), Some(name("a (1).bin")));
        let (first, part) = create_first(dir.path(), &name("a.bin")).unwrap();
        assert_eq!((first.as_str(), part.name.as_str()), ("a (1).bin", "a (1).bin.part"));
        assert_eq!(free_name(dir.path(), &name("a.bin")), Some(name("a (2).bin")));
        let (second, _) = create_first(dir.path(), &name("a.bin")).unwrap();
        assert_eq!(second.as_str(), "a (2).bin");
        std::fs::write(dir.path().join("a (1).bin"), b"came meanwhile").unwrap();
        let taken = publish(dir.path(), &part.name, first.as_str()).unwrap();
        assert_eq!(taken, Published::Taken(name("a (1) (1).bin")));
        let end = publish(dir.path(), &part.name, "a (1) (1).bin").unwrap();
        assert_eq!(end, Published::At(dir.path().join("a (1) (1).bin")));
        assert_eq!(std::fs::read(dir.path().join("a.bin")).unwrap(), b"old");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let victim = dir.path().join("victim");
        std::fs::write(&victim, b"precious").unwrap();
        let link = dir.path().join("a.part");
        std::os::unix::fs::symlink(&victim, &link).unwrap();
        assert_eq!(look(&link), Found::Foreign);
        assert!(open_part(dir.path(), "a.part").is_err());
        let (other, _) = create_first(dir.path(), &name("a")).unwrap();
        assert_eq!(other.as_str(), "a (1)");
        delete_ours(&link, None).unwrap();
        std::fs::hard_link(&victim, dir.path().join("b.part")).unwrap();
        assert_eq!(look(&dir.path().join("b.part")), Found::Foreign);
        assert_eq!(std::fs::read(&victim).unwrap(), b"precious");
    }

    #[test]
    fn only_the_recorded_file_is_deleted() {
        let dir = tempfile::tempdir().unwrap();
        let (_, part) = create_first(dir.path(), &name("a")).unwrap();
        let path = dir.path().join("a.part");
        delete_ours(&path, Some(FileId { device: 1, inode: 1 })).unwrap();
        assert!(path.exists());
        delete_ours(&path, part.id).unwrap();
        assert!(!path.exists());
    }

    #[test]
    fn a_folder_below_a_file_is_said_so() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        std::fs::write(&file, b"").unwrap();
        assert_eq!(open_folder(&file.join("sub"), false).unwrap_err().kind, FailureKind::NoFolder);
        let gone = dir.path().join("unplugged");
        assert_eq!(open_folder(&gone, true).unwrap_err().kind, FailureKind::VolumeGone);
        assert!(!gone.exists());
    }
}
