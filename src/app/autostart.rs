//! Whether the user's session starts the program: an entry of our name in the folder the Desktop
//! Application Autostart Specification 0.5 names. The file is what is so; no setting repeats it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::integrate::{IntegrateError, own_path, replace};
use crate::model::desktop_entry::{APP_ID, autostart_for, starts};

/// Whether the session starts the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Autostart {
    /// At its beginning, in the tray.
    On,
    /// Not.
    Off,
}

/// Where the entry stands.
fn entry() -> Result<PathBuf, IntegrateError> {
    if cfg!(any(windows, target_os = "macos")) {
        return Err(IntegrateError::NoEntries);
    }
    let dirs = directories::BaseDirs::new().ok_or(IntegrateError::NoHome)?;
    Ok(dirs.config_dir().join("autostart").join(format!("{APP_ID}.desktop")))
}

/// Whether the session starts the program. Its settings may have turned the entry off.
pub(super) fn state() -> Result<Autostart, IntegrateError> {
    state_of(&entry()?)
}

/// Lets the session start this program, or no longer. Answers with what is so then.
pub(super) fn set(wanted: Autostart) -> Result<Autostart, IntegrateError> {
    set_of(&entry()?, wanted, &own_path()?)
}

fn state_of(entry: &Path) -> Result<Autostart, IntegrateError> {
    match fs::read_to_string(entry) {
        Ok(text) if starts(&text) => Ok(Autostart::On),
        Ok(_) => Ok(Autostart::Off),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Autostart::Off),
        Err(error) => Err(IntegrateError::Io { path: entry.to_owned(), error }),
    }
}

fn set_of(entry: &Path, wanted: Autostart, program: &str) -> Result<Autostart, IntegrateError> {
    let changed = match wanted {
        Autostart::On => replace(entry, autostart_for(program).as_bytes()),
        Autostart::Off => match fs::remove_file(entry) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => removed,
        },
    };
    changed.map_err(|error| IntegrateError::Io { path: entry.to_owned(), error })?;
    state_of(entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_turned_on_is_there_and_turned_off_is_gone() {
        let home = tempfile::tempdir().unwrap();
        let entry = home.path().join("not/there/yet/x.desktop");
        assert_eq!(state_of(&entry).unwrap(), Autostart::Off);
        assert_eq!(set_of(&entry, Autostart::Off, "/opt/onward").unwrap(), Autostart::Off);
        for _ in 0..2 {
            assert_eq!(set_of(&entry, Autostart::On, "/opt/on ward").unwrap(), Autostart::On);
        }
        let text = fs::read_to_string(&entry).unwrap();
        assert!(text.contains("Exec=\"/opt/on ward\" --hidden\n"), "{text}");
        // As the settings of a desktop turn it off.
        fs::write(&entry, text.clone() + "Hidden=true\n").unwrap();
        assert_eq!(state_of(&entry).unwrap(), Autostart::Off);
        assert_eq!(set_of(&entry, Autostart::Off, "").unwrap(), Autostart::Off);
        assert!(!entry.exists());
    }

    #[test]
    fn what_cannot_be_changed_is_named() {
        let home = tempfile::tempdir().unwrap();
        let entry = home.path().join("x.desktop");
        fs::create_dir(&entry).unwrap();
        let told = set_of(&entry, Autostart::Off, "/opt/onward").unwrap_err().to_string();
        assert!(told.contains("x.desktop"), "{told}");
        assert!(state_of(&entry).is_err());
    }
}
