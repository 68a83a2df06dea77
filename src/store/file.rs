//! The database as files: what lies at a path, making it, moving it aside. No SQLite here.
//!
//! Invariant: these run before SQLite opens the file, never while it is open: closing any other
//! descriptor of it would drop the locks SQLite holds (POSIX advisory locks).

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

/// What every SQLite 3 database begins with.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Where the header keeps `user_version`, four bytes, most significant first.
const VERSION_AT: usize = 60;

/// Length of the header in bytes.
const HEADER_BYTES: usize = 100;

/// Endings of the files SQLite keeps beside a database.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// What lies at a path, judged by the file's first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing, or an empty file: a database can be made here.
    Nothing,
    /// A database that says it has this version. Its log of writes may hold a newer one.
    Database {
        /// `user_version` in the header.
        version: u32,
    },
    /// No database, or the rest of one.
    Damaged,
}

/// Looks at what lies at `path` without changing it.
pub(super) fn look(path: &Path) -> io::Result<Found> {
    let mut header = Vec::with_capacity(HEADER_BYTES);
    match File::open(path) {
        Ok(file) => file.take(HEADER_BYTES as u64).read_to_end(&mut header)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        Err(error) => return Err(error),
    };
    let version = header.get(VERSION_AT..).and_then(|rest| rest.first_chunk::<4>());
    Ok(match version {
        // SQLite would delete a log of writes whose database is gone.
        None if header.is_empty() && has_writes_left(path) => Found::Damaged,
        None if header.is_empty() => Found::Nothing,
        Some(version) if header.starts_with(MAGIC) && header.len() == HEADER_BYTES => {
            Found::Database { version: u32::from_be_bytes(*version) }
        }
        Some(_) | None => Found::Damaged,
    })
}

fn has_writes_left(path: &Path) -> bool {
    fs::metadata(beside(path, "-wal")).is_ok_and(|log| log.len() > 0)
}

/// Whether the file or its folder is marked read-only. Someone meant that, so that it holds for
/// root too, whom the system would let write.
pub(super) fn is_marked_read_only(path: &Path) -> bool {
    let marked = |path: &Path| fs::metadata(path).is_ok_and(|meta| meta.permissions().readonly());
    marked(path) || path.parent().is_some_and(marked)
}

/// Makes the folder `path` stands in, for its owner alone. A folder that is there stays as it is.
pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) else {
        return Ok(());
    };
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// Sees to it that there is a file at `path` which only its owner can read: it holds secrets.
/// What SQLite makes beside it takes the same permissions.
pub(super) fn make_private(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_made) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => narrow(path),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
fn narrow(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let is_wide = fs::metadata(path)?.permissions().mode() & 0o077 != 0;
    if is_wide { fs::set_permissions(path, fs::Permissions::from_mode(0o600)) } else { Ok(()) }
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
fn narrow(_path: &Path) -> io::Result<()> {
    Ok(())
}

/// Reads all of a database and what SQLite keeps beside it: whether the disk gives it.
pub(super) fn read_through(path: &Path) -> io::Result<()> {
    for ending in std::iter::once("").chain(BESIDE) {
        match File::open(beside(path, ending)) {
            Ok(mut file) => io::copy(&mut file, &mut io::sink()).map(drop)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Moves a damaged database aside as `NAME.damaged-TIME`, with what SQLite keeps beside it, and
/// says where it went. Nothing is written over.
pub(super) fn set_aside(path: &Path, now: Timestamp) -> io::Result<PathBuf> {
    let time = now.strftime("%Y%m%dT%H%M%SZ");
    let first = beside(path, &format!(".damaged-{time}"));
    let mut target = first.clone();
    for number in 2_u32.. {
        if !is_taken(&target) {
            break;
        }
        target = beside(&first, &format!("-{number}"));
    }
    // The database first: were this cut short, the next start finds a log of writes without its
    // database and moves that aside too.
    rename_if_there(path, &target)?;
    for ending in BESIDE {
        rename_if_there(&beside(path, ending), &beside(&target, ending))?;
    }
    Ok(target)
}

/// Undoes [`set_aside`]: what was begun at `path` instead goes, which holds nothing yet.
pub(super) fn put_back(path: &Path, aside: &Path) -> io::Result<()> {
    for ending in BESIDE {
        match fs::remove_file(beside(path, ending)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    // The database first: a log of writes must never stand beside one it was not written for.
    rename_if_there(aside, path)?;
    for ending in BESIDE {
        rename_if_there(&beside(aside, ending), &beside(path, ending))?;
    }
    Ok(())
}

fn is_taken(path: &Path) -> bool {
    path.exists() || BESIDE.iter().any(|ending| beside(path, ending).exists())
}

fn rename_if_there(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// `path` with `ending` added to its name.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}
