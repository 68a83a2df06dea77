//! Part files and finished files: the only room for payload file I/O.
//!
//! Invariants: nothing that was not made here is ever opened for writing, replaced or deleted; no
//! link is followed; a finished name appears in one step or not at all.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::system::{self, PartFile};
use crate::model::cause::Cause;
use crate::model::failure::{Failure, FailureKind, Room};
use crate::model::job::FileId;
use crate::model::name::{FileName, numbered, part_name, safe_name};
use crate::plan::recover::Found;
use crate::plan::volume::Volume;

/// Names tried before giving up: `NAME`, `NAME (1)`, …
pub const MAX_NAMES: u16 = 9999;

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

/// Where the part file of a job's first generation may be.
#[derive(Debug)]
pub enum First {
    /// It was made.
    Made(FileName, Part),
    /// A file of the part's name stands there already, for this name of the finished file, which is
    /// free and the so manieth.
    Stands(FileName, u16),
}

/// Makes the part file of a job's first generation, under the first name that is free for the
/// finished file, the first `from` names left out.
pub fn create_first(dir: &Path, wanted: &FileName, from: u16) -> Result<First, Failure> {
    for n in from..=MAX_NAMES {
        let name = if n == 0 { wanted.clone() } else { numbered(wanted, n) };
        if look(&dir.join(name.as_str())) != Found::Nothing {
            continue;
        }
        match create_part(dir, part_name(&name, 1)) {
            Ok(part) => return Ok(First::Made(name, part)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Ok(First::Stands(name, n));
            }
            Err(error) => return Err(failure_of(&error, dir)),
        }
    }
    Err(Failure::new(FailureKind::NotWritable, dir.display().to_string()))
}

/// The name [`create_first`] would give a file now, were those that are `given` there too; none where all
/// numbers are taken. Makes nothing.
pub fn free_name(dir: &Path, wanted: &FileName, given: &BTreeSet<FileName>) -> Option<FileName> {
    let is_free = |name: &FileName| {
        if given.contains(name) {
            return false;
        }
        let parts = [name.as_str().to_owned(), part_name(name, 1)];
        parts.iter().all(|name| look(&dir.join(name)) == Found::Nothing)
    };
    (0..=MAX_NAMES).map(|n| if n == 0 { wanted.clone() } else { numbered(wanted, n) }).find(is_free)
}

/// Makes the part file of a later generation; nothing where something stands there.
pub fn create_next(dir: &Path, name: String) -> Result<Option<Part>, Failure> {
    match create_part(dir, name) {
        Ok(part) => Ok(Some(part)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(None),
        Err(error) => Err(failure_of(&error, dir)),
    }
}

fn create_part(dir: &Path, name: String) -> io::Result<Part> {
    let path = dir.join(&name);
    let file = system::create(&path)?;
    // Whoever was quicker takes it for one that was left behind.
    if !file.lock() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let made = file.metadata().and_then(|meta| {
        system::sync_folder(dir)?;
        Ok(system::file_id(&meta))
    });
    match made {
        Ok(id) => Ok(Part { file: Arc::new(file), name, id }),
        Err(error) => {
            // It is empty and nobody's: left behind, the next attempt would make way for it. The error
            // that is told is the first one.
            let _ = std::fs::remove_file(&path);
            Err(error)
        }
    }
}

/// Takes a file of a part's name for this run alone, where it is a regular file of this user's that no
/// other run has; one that just ends may take `patience` to close it. Whether it is any job's, and what
/// is in it, is not known by that.
pub fn take_stray(dir: &Path, name: &str, patience: Duration) -> Option<Part> {
    let path = dir.join(name);
    let Found::File { id, .. } = look(&path) else { return None };
    let part = open_part(dir, name).ok()?;
    let is_ours = part.file.metadata().is_ok_and(|meta| system::is_ours(&meta));
    if !is_ours || part.id != id {
        return None;
    }
    let begun = Instant::now();
    while !part.take() {
        if begun.elapsed() >= patience {
            return None;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    // Whoever had it may have given it another name before it was let go.
    matches!(look(&path), Found::File { id: now, .. } if now == id).then_some(part)
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

/// So long after it was made a file that is still empty is nobody's any more.
const LEFT_BLANK: Duration = Duration::from_mins(1);

fn is_blank(meta: &std::fs::Metadata) -> bool {
    meta.len() == 0 && system::allocated(meta) == 0
}

impl Part {
    /// Whether nothing was ever written to it.
    pub fn is_blank(&self) -> bool {
        self.file.metadata().is_ok_and(|meta| is_blank(&meta))
    }

    /// Whether it is blank and has been for so long that whoever made it will not write to it any more.
    pub fn is_left_blank(&self) -> bool {
        let is_old = |meta: &std::fs::Metadata| {
            let age = meta.modified().ok().and_then(|at| at.elapsed().ok());
            age.is_some_and(|age| age >= LEFT_BLANK)
        };
        self.file.metadata().is_ok_and(|meta| is_blank(&meta) && is_old(&meta))
    }

    /// Whether every byte of it takes space. Where one does not, somebody cut the file short after it
    /// was written, or the volume presses what is written to it.
    pub fn is_without_holes(&self) -> bool {
        self.file.metadata().is_ok_and(|meta| system::allocated(&meta) >= meta.len())
    }

    /// Its length in bytes.
    pub fn length(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    /// Reserves space for the whole file. True where something may be written past its end at no
    /// cost.
    pub fn reserve(&self, dir: &Path, total: u64) -> Result<bool, Failure> {
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

    /// Cuts what stands past the end, and makes the file durable with its length. Nobody may write
    /// past the end any more.
    pub fn seal(&self, total: u64) -> io::Result<()> {
        if self.length()? != total {
            self.file.set_len(total)?;
        }
        if self.length()? != total {
            return Err(io::Error::other("the file does not get its length"));
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

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> FileName {
        safe_name(text).unwrap()
    }

    fn first(dir: &Path, wanted: &str) -> (FileName, Part) {
        let mut from = 0;
        loop {
            match create_first(dir, &name(wanted), from).unwrap() {
                First::Made(name, part) => return (name, part),
                First::Stands(_, n) => from = n + 1,
            }
        }
    }

    #[test]
    fn a_stray_part_is_taken_where_nobody_has_it() {
        let dir = tempfile::tempdir().unwrap();
        let (_, part) = first(dir.path(), "a");
        assert!(part.is_blank());
        assert!(take_stray(dir.path(), "a.part", Duration::ZERO).is_none(), "it is open elsewhere");
        drop(part);
        let stray = take_stray(dir.path(), "a.part", Duration::ZERO).unwrap();
        assert!(take_stray(dir.path(), "a.part", Duration::ZERO).is_none(), "it was taken");
        drop(stray);
        std::fs::write(dir.path().join("a.part"), b"x").unwrap();
        assert!(!take_stray(dir.path(), "a.part", Duration::ZERO).unwrap().is_blank());
        std::fs::hard_link(dir.path().join("a.part"), dir.path().join("b.part")).unwrap();
        for name in ["a.part", "b.part", "c.part", "."] {
            assert!(take_stray(dir.path(), name, Duration::ZERO).is_none(), "{name}");
        }
    }

    #[test]
    fn what_stands_past_the_end_is_cut_off() {
        let dir = tempfile::tempdir().unwrap();
        let (_, part) = first(dir.path(), "a");
        std::fs::write(dir.path().join("a.part"), b"1234567890").unwrap();
        part.seal(7).unwrap();
        assert_eq!(std::fs::read(dir.path().join("a.part")).unwrap(), b"1234567");
    }

    #[test]
    fn a_taken_name_is_numbered_and_nothing_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.bin"), b"old").unwrap();
        let none = BTreeSet::new();
        assert_eq!(free_name(dir.path(), &name("a.bin"), &none), Some(name("a (1).bin")));
        let (made, part) = first(dir.path(), "a.bin");
        assert_eq!((made.as_str(), part.name.as_str()), ("a (1).bin", "a (1).bin.part"));
        assert_eq!(free_name(dir.path(), &name("a.bin"), &none), Some(name("a (2).bin")));
        let (second, _) = first(dir.path(), "a.bin");
        assert_eq!(second.as_str(), "a (2).bin");
        std::fs::write(dir.path().join("a (1).bin"), b"came meanwhile").unwrap();
        let taken = publish(dir.path(), &part, made.as_str()).unwrap();
        assert_eq!(taken, Published::Taken(name("a (1) (1).bin")));
        let end = publish(dir.path(), &part, "a (1) (1).bin").unwrap();
        assert_eq!(end, Published::At(dir.path().join("a (1) (1).bin")));
        assert_eq!(std::fs::read(dir.path().join("a.bin")).unwrap(), b"old");
    }

    #[test]
    fn what_took_the_place_of_a_part_is_not_given_its_name() {
        let dir = tempfile::tempdir().unwrap();
        let (made, part) = first(dir.path(), "a");
        let path = dir.path().join(&part.name);
        std::fs::write(dir.path().join("new"), b"mine").unwrap();
        std::fs::rename(dir.path().join("new"), &path).unwrap();
        let refused = publish(dir.path(), &part, made.as_str()).unwrap_err();
        assert_eq!(
            (refused.kind, refused.cause),
            (FailureKind::PartForeign, Some(Cause::PartReplaced))
        );
        assert_eq!(std::fs::read(&path).unwrap(), b"mine");
        std::fs::remove_file(&path).unwrap();
        let gone = publish(dir.path(), &part, made.as_str()).unwrap_err();
        assert_eq!((gone.kind, gone.cause), (FailureKind::PartForeign, Some(Cause::PartGone)));
        std::fs::remove_dir_all(dir.path()).unwrap();
        let away = publish(dir.path(), &part, made.as_str()).unwrap_err();
        assert_eq!(
            (away.kind, &*away.detail),
            (FailureKind::VolumeGone, &*dir.path().display().to_string())
        );
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
        let (other, _) = first(dir.path(), "a");
        assert_eq!(other.as_str(), "a (1)");
        delete_ours(&link, None).unwrap();
        std::fs::hard_link(&victim, dir.path().join("b.part")).unwrap();
        assert_eq!(look(&dir.path().join("b.part")), Found::Foreign);
        assert_eq!(std::fs::read(&victim).unwrap(), b"precious");
    }

    #[test]
    fn only_the_recorded_file_is_deleted() {
        let dir = tempfile::tempdir().unwrap();
        let (_, part) = first(dir.path(), "a");
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
