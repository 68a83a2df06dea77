//! Part files: made only where nothing stands, opened only where it is ours.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::super::system::{self, PartFile};
use super::{failure_of, look};
use crate::model::failure::{Failure, FailureKind, Room};
use crate::model::job::FileId;
use crate::model::name::{FileName, numbered, part_name};
use crate::plan::recover::Found;

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
