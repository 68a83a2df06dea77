//! Where things live: the data directory with its database, lock and socket, the settings, and the
//! folder new files go to.

use std::path::{Path, PathBuf};

use directories::{BaseDirs, ProjectDirs, UserDirs};

/// The files of one data directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// The directory.
    pub dir: PathBuf,
    /// The folder of the settings: the platform's for such, or the same as `dir` where that was
    /// named, so that one folder holds all.
    pub config: PathBuf,
}

/// The file beside the program that makes it a portable one.
const PORTABLE: &str = "portable.txt";

/// Where a portable program keeps everything: beside itself, so that it is carried along with it.
fn portable_dir(program: &Path) -> Option<PathBuf> {
    let folder = program.parent()?;
    folder.join(PORTABLE).is_file().then(|| folder.join("data"))
}

/// The longest path a Unix socket can have, with some room.
const MAX_SOCKET_PATH: usize = 100;

impl Paths {
    /// The directory asked for; else the one beside a portable program; else the platform's. None where
    /// the platform has no home for it.
    pub fn of(asked: Option<PathBuf>) -> Option<Self> {
        if let Some(dir) = asked {
            return Some(Self::all_in(std::path::absolute(dir).ok()?));
        }
        let program = std::env::current_exe().ok();
        if let Some(dir) = program.as_deref().and_then(portable_dir) {
            return Some(Self::all_in(dir));
        }
        let platform = ProjectDirs::from("", "", "onward")?;
        let (dir, config) = (platform.data_dir().to_owned(), platform.config_dir().to_owned());
        Some(Self { dir, config })
    }

    /// Everything in one directory.
    pub fn all_in(dir: PathBuf) -> Self {
        Self { config: dir.clone(), dir }
    }

    /// The settings.
    pub fn settings(&self) -> PathBuf {
        self.config.join("settings.toml")
    }

    /// The database.
    pub fn database(&self) -> PathBuf {
        self.dir.join("onward.db")
    }

    /// The lock that the owner of the directory holds.
    pub fn lock(&self) -> PathBuf {
        self.dir.join("onward.lock")
    }

    /// The socket others reach the owner by. Beside the lock, or, where that path is too long for
    /// a socket, in a folder of our own named after it.
    pub fn socket(&self) -> PathBuf {
        let beside = self.dir.join("onward.sock");
        if beside.as_os_str().len() <= MAX_SOCKET_PATH {
            return beside;
        }
        let name = xxhash_rust::xxh3::xxh3_64(beside.as_os_str().as_encoded_bytes());
        socket_folder().join(format!("{name:016x}.sock"))
    }
}

/// A folder of this user's own. Where the system has none for the session it is one beside other
/// users' files, and must be looked at before it is trusted.
fn socket_folder() -> PathBuf {
    let of_session = BaseDirs::new().and_then(|dirs| dirs.runtime_dir().map(Path::to_owned));
    of_session.map_or_else(|| std::env::temp_dir().join(own_name()), |dir| dir.join("onward"))
}

#[cfg(unix)]
fn own_name() -> String {
    format!("onward-{}", rustix::process::geteuid().as_raw())
}

#[cfg(not(unix))]
fn own_name() -> String {
    "onward".to_owned()
}

/// The folder new files go to where none was set: the platform's download folder, else
/// `Downloads` in the home folder, made on first use.
pub fn download_dir() -> PathBuf {
    let user = UserDirs::new();
    let known = user.as_ref().and_then(|dirs| dirs.download_dir().map(Path::to_owned));
    known
        .or_else(|| user.map(|dirs| dirs.home_dir().join("Downloads")))
        .unwrap_or_else(|| PathBuf::from("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_portable_program_keeps_all_beside_itself() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("onward");
        assert_eq!(portable_dir(&program), None);
        std::fs::create_dir(folder.path().join(PORTABLE)).unwrap();
        assert_eq!(portable_dir(&program), None, "a folder says nothing");
        std::fs::remove_dir(folder.path().join(PORTABLE)).unwrap();
        std::fs::write(folder.path().join(PORTABLE), "").unwrap();
        assert_eq!(portable_dir(&program), Some(folder.path().join("data")));
    }

    #[test]
    fn a_socket_path_is_always_short_and_its_own() {
        let long = |n: &str| Paths::all_in(Path::new("/x").join("y".repeat(200)).join(n));
        assert!(long("a").socket().as_os_str().len() <= MAX_SOCKET_PATH + 8);
        assert_ne!(long("a").socket(), long("b").socket());
        assert_eq!(Paths::all_in("/d".into()).socket(), Path::new("/d/onward.sock"));
    }
}
