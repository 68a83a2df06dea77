//! The settings file on disk: read, changed in one step, set aside where it cannot be read.
//!
//! Invariant: at its name there is always one whole text, the old or the new one; what cannot be
//! read is moved and never deleted.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::text;
use crate::model::settings::Settings;

/// The largest file that is read, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// Why settings could not be saved. The file is as it was.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file or its folder cannot be read or written.
    #[error("{path}: {source}", path = .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A folder's name is not UTF-8, which the file must be.
    #[error("a folder's name is not UTF-8")]
    NotText,
}

/// What stood in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stood {
    /// The settings, with defaults for what was not said or could not be used.
    pub settings: Settings,
    /// Keys whose values could not be used.
    pub wrong: Vec<String>,
    /// Where a file that was no TOML went.
    pub set_aside: Option<PathBuf>,
}

/// The file of one instance.
#[derive(Clone, Debug)]
pub struct SettingsFile(PathBuf);

impl SettingsFile {
    /// The file at `path`, which need not be there.
    pub fn at(path: PathBuf) -> Self {
        Self(path)
    }

    /// Reads it; none where there is no file.
    pub fn read(&self, now: Timestamp) -> Result<Option<Stood>, SettingsError> {
        let Some(found) = self.bytes()? else { return Ok(None) };
        match std::str::from_utf8(&found).ok().and_then(|text| text::read(text).ok()) {
            Some(text::Read { settings, wrong }) => {
                Ok(Some(Stood { settings, wrong, set_aside: None }))
            }
            None => Ok(Some(Stood { set_aside: Some(self.set_aside(now)?), ..Stood::default() })),
        }
    }

    /// Saves what `now` has other than `before`, over what stands in the file at this moment: what
    /// was changed there by hand meanwhile is kept, and told by the answer.
    pub fn save(
        &self,
        before: &Settings,
        now: &Settings,
        at: Timestamp,
    ) -> Result<Stood, SettingsError> {
        let found = self.bytes()?;
        let stands = found.as_deref().and_then(|bytes| std::str::from_utf8(bytes).ok());
        let is_broken = found.is_some() && stands.is_none_or(|text| text::read(text).is_err());
        let set_aside = if is_broken { Some(self.set_aside(at)?) } else { None };
        let stands = stands.filter(|_| !is_broken);
        let changed = match stands {
            Some(text) => text::changed(text, before, now).unwrap_or_default(),
            None => text::new(now),
        };
        let text = changed.ok_or(SettingsError::NotText)?;
        if stands != Some(text.as_str()) {
            self.write(text.as_bytes()).map_err(|source| self.failed(source))?;
        }
        let told = text::read(&text).ok();
        let (settings, wrong) =
            told.map_or_else(|| (now.clone(), Vec::new()), |told| (told.settings, told.wrong));
        Ok(Stood { settings, wrong, set_aside })
    }

    fn bytes(&self) -> Result<Option<Vec<u8>>, SettingsError> {
        let read = || -> io::Result<Vec<u8>> {
            if fs::metadata(&self.0)?.len() > MAX_BYTES {
                return Err(io::Error::other("it is too large to be settings"));
            }
            fs::read(&self.0)
        };
        match read() {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.failed(error)),
        }
    }

    fn failed(&self, source: io::Error) -> SettingsError {
        SettingsError::File { path: self.0.clone(), source }
    }

    /// Beside it first, synced, then in its place, and the folder synced.
    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        let folder = self.0.parent().unwrap_or(Path::new("."));
        super::super::file::make_folder(&self.0)?;
        // Settings may be kept elsewhere, and linked to from here: the link stays.
        let place = fs::canonicalize(&self.0).unwrap_or_else(|_| self.0.clone());
        let beside = super::super::file::beside(&place, ".new");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        // A proxy's address may hold a password.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        drop(file);
        fs::rename(&beside, &place)?;
        sync_folder(place.parent().unwrap_or(folder))
    }

    /// Moves it to `NAME.broken-TIME`. Nothing is written over.
    fn set_aside(&self, now: Timestamp) -> Result<PathBuf, SettingsError> {
        let time = now.strftime("%Y%m%dT%H%M%SZ");
        let first = super::super::file::beside(&self.0, &format!(".broken-{time}"));
        let mut target = first.clone();
        for number in 2_u32.. {
            if !target.exists() {
                break;
            }
            target = super::super::file::beside(&first, &format!("-{number}"));
        }
        fs::rename(&self.0, &target).map_err(|source| self.failed(source))?;
        Ok(target)
    }
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}
