//! The program among the applications of one user's desktop, where no package put it there: its entry
//! and its icons, below the folder the XDG Base Directory Specification names for data.
//!
//! Invariant: nothing is written and nothing removed but the files named here.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use crate::model::desktop_entry::{APP_ID, entry_for};

/// The icons: the folder below `icons/hicolor` (Icon Theme Specification), and what stands behind the id.
const ICONS: [(&str, &str, &[u8]); 3] = [
    ("scalable/apps", ".svg", include_bytes!("../../assets/icon/onward.svg")),
    ("symbolic/apps", "-symbolic.svg", include_bytes!("../../assets/icon/onward-symbolic.svg")),
    ("256x256/apps", ".png", include_bytes!("../../assets/icon/onward-256.png")),
];

/// Why the program could not be put there.
#[derive(Debug, thiserror::Error)]
pub enum IntegrateError {
    /// This system shows programs in other ways.
    #[error(
        "there are no desktop entries on this system; keep the program where you start it from"
    )]
    NoEntries,
    /// There is no home folder.
    #[error("there is no home folder to put the desktop entry into")]
    NoHome,
    /// The program's own path cannot be told, or cannot stand in an entry.
    #[error(
        "the path of this program cannot stand in a desktop entry; move it to one in plain letters"
    )]
    NoPath,
    /// A file cannot be written or removed.
    #[error("{path} cannot be changed: {error}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

/// Where this program stands.
pub(super) fn own_path() -> Result<String, IntegrateError> {
    let program = std::env::current_exe().map_err(|_| IntegrateError::NoPath)?;
    program.into_os_string().into_string().map_err(|_| IntegrateError::NoPath)
}

/// The folder for one user's data.
fn data_home() -> Result<PathBuf, IntegrateError> {
    if cfg!(any(windows, target_os = "macos")) {
        return Err(IntegrateError::NoEntries);
    }
    let dirs = directories::BaseDirs::new().ok_or(IntegrateError::NoHome)?;
    Ok(dirs.data_dir().to_owned())
}

/// Puts the program among the user's applications. Answers with what was written.
pub fn integrate() -> Result<Vec<PathBuf>, IntegrateError> {
    let home = data_home()?;
    let written = write_all(&home, &own_path()?)?;
    refresh(&home);
    Ok(written)
}

/// Takes the program from among the user's applications. Answers with what was removed.
pub fn remove() -> Result<Vec<PathBuf>, IntegrateError> {
    let home = data_home()?;
    let removed = remove_all(&home)?;
    refresh(&home);
    Ok(removed)
}

/// What stands where, below the folder for data.
fn files(program: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let entry = (entry_path(), entry_for(program).into_bytes());
    let icon = |(folder, ending, bytes): &(&str, &str, &[u8])| {
        let name = format!("{APP_ID}{ending}");
        (Path::new("icons/hicolor").join(folder).join(name), bytes.to_vec())
    };
    std::iter::once(entry).chain(ICONS.iter().map(icon)).collect()
}

fn entry_path() -> PathBuf {
    Path::new("applications").join(format!("{APP_ID}.desktop"))
}

fn write_all(home: &Path, program: &str) -> Result<Vec<PathBuf>, IntegrateError> {
    let mut written = Vec::new();
    for (below, bytes) in files(program) {
        let path = home.join(below);
        replace(&path, &bytes).map_err(|error| IntegrateError::Io { path: path.clone(), error })?;
        written.push(path);
    }
    Ok(written)
}

/// Whole or not at all, and never through a link: what stands there is replaced.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)?;
    let new = folder.join(format!(".{APP_ID}.{}", std::process::id()));
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(&new)?;
    let put = io::Write::write_all(&mut file, bytes).and_then(|()| fs::rename(&new, path));
    if put.is_err() {
        let _ = fs::remove_file(&new);
    }
    put
}

fn remove_all(home: &Path) -> Result<Vec<PathBuf>, IntegrateError> {
    let mut removed = Vec::new();
    for (below, _) in files("") {
        let path = home.join(below);
        match fs::remove_file(&path) {
            Ok(()) => removed.push(path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(IntegrateError::Io { path, error }),
        }
    }
    Ok(removed)
}

/// Desktops look for new icons where the folder of the theme was touched (Icon Theme Specification), and
/// those with a cache where that was made anew. One that is not there is not begun: it would hide the
/// icons that other programs add later.
fn refresh(home: &Path) {
    let theme = home.join("icons/hicolor");
    // Worth doing, not worth failing for: the entry works without.
    let _ = fs::File::open(&theme).and_then(|folder| folder.set_modified(SystemTime::now()));
    if theme.join("icon-theme.cache").exists() {
        let mut command = Command::new("gtk-update-icon-cache");
        command.args(["-q", "-t", "-f"]).arg(theme);
        let _ = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_there_is_taken_away_again_and_nothing_else() {
        let home = tempfile::tempdir().unwrap();
        let own = home.path().join("applications/own.desktop");
        fs::create_dir_all(own.parent().unwrap()).unwrap();
        fs::write(&own, "mine").unwrap();
        let elsewhere = home.path().join("elsewhere");
        fs::write(&elsewhere, "mine").unwrap();
        // A link that stands there is replaced, not followed.
        #[cfg(unix)]
        std::os::unix::fs::symlink(&elsewhere, home.path().join(entry_path())).unwrap();
        for _ in 0..2 {
            let written = write_all(home.path(), "/opt/on ward").unwrap();
            assert_eq!(written.len(), 1 + ICONS.len());
            assert!(written.iter().all(|path| path.is_file() && !path.is_symlink()));
        }
        let entry = fs::read_to_string(home.path().join(entry_path())).unwrap();
        assert!(entry.contains("Exec=\"/opt/on ward\" %U\n"));
        assert_eq!(fs::read_dir(home.path().join("applications")).unwrap().count(), 2);
        assert_eq!(remove_all(home.path()).unwrap().len(), 1 + ICONS.len());
        assert_eq!(remove_all(home.path()).unwrap(), Vec::<PathBuf>::new());
        for path in [own, elsewhere] {
            assert_eq!(fs::read_to_string(path).unwrap(), "mine");
        }
    }

    #[test]
    fn the_theme_is_touched_and_no_cache_begun() {
        let home = tempfile::tempdir().unwrap();
        refresh(home.path());
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0, "there is nothing to touch");
        write_all(home.path(), "/opt/onward").unwrap();
        let theme = home.path().join("icons/hicolor");
        let long_ago = SystemTime::UNIX_EPOCH;
        fs::File::open(&theme).unwrap().set_modified(long_ago).unwrap();
        refresh(home.path());
        assert_ne!(fs::metadata(&theme).unwrap().modified().unwrap(), long_ago);
        assert!(!theme.join("icon-theme.cache").exists());
    }

    #[test]
    fn what_cannot_be_written_is_named() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("applications"), "a file").unwrap();
        let error = write_all(home.path(), "/opt/onward").unwrap_err();
        assert!(error.to_string().contains(&format!("applications/{APP_ID}.desktop")), "{error}");
        assert!(remove_all(home.path()).is_err());
    }
}
