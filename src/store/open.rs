//! Opening the store: what is there is looked at first, a newer or damaged file is never written
//! to, and only then is anything made, migrated or marked.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::error::{OpenError, is_damage};
use super::file::{self, Found};
use super::handle::StoreHandle;
use super::{run, schema};

/// How long another program's lock is waited for: time enough for one that is just ending.
const BUSY_WAIT: Duration = Duration::from_millis(500);

/// A database up to this size is looked over at every start (well under a tenth of a second); a
/// larger one only when the last run did not end in order, so that a start stays quick.
const ALWAYS_CHECKED_BYTES: i64 = 32 << 20;

/// The store, open, and what the opening found.
#[derive(Debug)]
pub struct Opened {
    /// The hold on it.
    pub store: StoreHandle,
    /// Where a damaged database was moved to, where there was one; the store then is a fresh one.
    pub set_aside: Option<PathBuf>,
    /// The copy made before an older database was brought up to date, where that was needed.
    pub backup: Option<PathBuf>,
    /// Whether the run before said at its end that all was saved ([`StoreHandle::mark_clean`]).
    /// A fresh store counts as clean.
    pub was_clean: bool,
}

/// Opens the store at `path`, making it and its folder where there is none. `now` names what has
/// to be moved aside. Until it is closed no other program can open it.
pub fn open(path: &Path, now: Timestamp) -> Result<Opened, OpenError> {
    open_with(path, now, &schema::MIGRATIONS)
}

/// [`open`] with the steps of the schema given.
pub(super) fn open_with(path: &Path, now: Timestamp, steps: &[&str]) -> Result<Opened, OpenError> {
    file::make_folder(path).map_err(|error| OpenError::from_io(path, error))?;
    let found = file::look(path).map_err(|error| OpenError::from_io(path, error))?;
    refuse_newer(path, found, steps)?;
    if file::is_marked_read_only(path) {
        return Err(OpenError::ReadOnly(path.to_owned()));
    }
    let attempt = match found {
        Found::Damaged => Err(Trouble::Damaged),
        Found::Nothing | Found::Database { .. } => open_twice(path, steps),
    };
    let (ready, set_aside) = match attempt {
        Ok(ready) => (ready, None),
        Err(Trouble::Other(error)) => return Err(error),
        Err(Trouble::Damaged) => {
            let aside = file::set_aside(path, now)
                .map_err(|source| OpenError::NotSetAside { path: path.to_owned(), source })?;
            let fresh = open_file(path, steps).map_err(|again| {
                // Else the next start would find nothing, and not say where the list went. The error that
                // is told is the first one.
                let _ = file::put_back(path, &aside);
                again.into_error(path)
            })?;
            (fresh, Some(aside))
        }
    };
    let store =
        StoreHandle::start(ready.connection).map_err(|error| OpenError::from_io(path, error))?;
    Ok(Opened { store, set_aside, backup: ready.backup, was_clean: ready.was_clean })
}

fn refuse_newer(path: &Path, found: Found, steps: &[&str]) -> Result<(), OpenError> {
    let known = schema::newest(steps);
    match found {
        Found::Database { version: found } if found > known => {
            Err(OpenError::Newer { path: path.to_owned(), found, known })
        }
        Found::Database { .. } | Found::Nothing | Found::Damaged => Ok(()),
    }
}

/// Why a file could not be opened as it is.
enum Trouble {
    /// It is damaged and can be moved aside.
    Damaged,
    /// It must stay where it is.
    Other(OpenError),
}

impl Trouble {
    fn from_sqlite(path: &Path, error: rusqlite::Error) -> Self {
        if is_damage(&error) {
            return Self::Damaged;
        }
        Self::Other(OpenError::from_sqlite(path, error))
    }

    /// The error where a file just made turns out damaged: only a failing disk does that.
    fn into_error(self, path: &Path) -> OpenError {
        match self {
            Self::Damaged => OpenError::File {
                path: path.to_owned(),
                source: std::io::Error::other("a database just made cannot be read back"),
            },
            Self::Other(error) => error,
        }
    }
}

/// SQLite calls a page damaged that the disk did not give it. What can be read is looked at again,
/// what cannot stays where it is: neither is a reason to begin a new list.
fn open_twice(path: &Path, steps: &[&str]) -> Result<Ready, Trouble> {
    match open_file(path, steps) {
        Err(Trouble::Damaged) => {
            file::read_through(path)
                .map_err(|error| Trouble::Other(OpenError::from_io(path, error)))?;
            open_file(path, steps)
        }
        done => done,
    }
}

struct Ready {
    connection: Connection,
    backup: Option<PathBuf>,
    was_clean: bool,
}

fn open_file(path: &Path, steps: &[&str]) -> Result<Ready, Trouble> {
    file::make_private(path).map_err(|error| Trouble::Other(OpenError::from_io(path, error)))?;
    let sqlite = |error| Trouble::from_sqlite(path, error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(sqlite)?;
    let keep_writes = DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
    // Until the file is known to be good and ours, closing it must not change it.
    connection.set_db_config(keep_writes, true).map_err(sqlite)?;
    let version = lock(&connection).map_err(sqlite)?;
    refuse_newer(path, Found::Database { version }, steps).map_err(Trouble::Other)?;
    if connection.is_readonly("main").map_err(sqlite)? {
        return Err(Trouble::Other(OpenError::ReadOnly(path.to_owned())));
    }
    set_up(&connection).map_err(sqlite)?;
    let was_clean = version == 0 || run::is_clean(&connection).map_err(sqlite)?;
    if !is_sound(&connection, was_clean).map_err(sqlite)? {
        return Err(Trouble::Damaged);
    }
    let is_older = (1..schema::newest(steps)).contains(&version);
    let backup = is_older.then(|| back_up(&connection, path, version)).transpose()?;
    schema::migrate(&mut connection, steps).map_err(sqlite)?;
    run::set_clean(&connection, false).map_err(sqlite)?;
    connection.set_db_config(keep_writes, false).map_err(sqlite)?;
    Ok(Ready { connection, backup, was_clean })
}

/// Takes the file for this connection alone and says which version it has. With the lock taken
/// before the first read, SQLite needs no shared memory file.
fn lock(connection: &Connection) -> rusqlite::Result<u32> {
    connection.busy_timeout(BUSY_WAIT)?;
    connection.query_row("PRAGMA locking_mode = EXCLUSIVE", (), |_| Ok(()))?;
    schema::version(connection)
}

/// Durability as the house wants it: under a power cut NORMAL was seen to lose commits (GUARDS 13).
fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA journal_mode = WAL", (), |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // What is removed held secrets: links that are signed, cookies, passwords.
    connection.query_row("PRAGMA secure_delete = ON", (), |_| Ok(()))?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)
}

/// Whether the file is whole, as far as it is looked at ([`ALWAYS_CHECKED_BYTES`]).
fn is_sound(connection: &Connection, was_clean: bool) -> rusqlite::Result<bool> {
    let pages: i64 = connection.query_row("PRAGMA page_count", (), |row| row.get(0))?;
    let page_bytes: i64 = connection.query_row("PRAGMA page_size", (), |row| row.get(0))?;
    if was_clean && pages.saturating_mul(page_bytes) > ALWAYS_CHECKED_BYTES {
        return Ok(true);
    }
    let first: String = connection.query_row("PRAGMA quick_check(1)", (), |row| row.get(0))?;
    Ok(first == "ok")
}

/// Copies the database beside itself as `NAME.backup-vN`, whole before it takes that name.
fn back_up(connection: &Connection, path: &Path, version: u32) -> Result<PathBuf, Trouble> {
    let io = |error| Trouble::Other(OpenError::from_io(path, error));
    let target = file::beside(path, &format!(".backup-v{version}"));
    let unfinished = file::beside(&target, ".new");
    if unfinished.exists() {
        std::fs::remove_file(&unfinished).map_err(io)?;
    }
    file::make_private(&unfinished).map_err(io)?;
    let name = unfinished.to_str().ok_or_else(|| {
        io(std::io::Error::new(std::io::ErrorKind::InvalidFilename, "not a name in UTF-8"))
    })?;
    connection
        .execute("VACUUM INTO ?1", [name])
        .map_err(|error| Trouble::from_sqlite(path, error))?;
    File::open(&unfinished).and_then(|copy| copy.sync_all()).map_err(io)?;
    std::fs::rename(&unfinished, &target).map_err(io)?;
    Ok(target)
}
