//! One instance per data directory: a lock on a file, let go by the system however the owner ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

/// The lock, held while this lives.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock; none where another instance holds it.
    pub(super) fn take(path: &Path) -> io::Result<Option<Self>> {
        if let Some(dir) = path.parent() {
            make_private(dir)?;
        }
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let file = options.open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

/// Makes the folder, for this user alone where it is made now.
fn make_private(dir: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(dir)
}

/// Makes a folder for this user alone. One that is there must be just that: a folder and no link,
/// ours, and closed to others.
pub(super) fn make_own(dir: &Path) -> io::Result<()> {
    make_private(dir)?;
    let metadata = std::fs::symlink_metadata(dir)?;
    if metadata.is_dir() && is_closed(&metadata) {
        return Ok(());
    }
    let text = format!("{} is not a folder of this user alone", dir.display());
    Err(io::Error::new(io::ErrorKind::PermissionDenied, text))
}

#[cfg(unix)]
fn is_closed(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    const OTHERS: u32 = 0o077;
    metadata.uid() == rustix::process::geteuid().as_raw() && metadata.mode() & OTHERS == 0
}

#[cfg(not(unix))]
fn is_closed(_: &std::fs::Metadata) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn an_own_folder_is_made_or_checked() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let dir = tempfile::tempdir().unwrap();
        let (own, link) = (dir.path().join("own"), dir.path().join("link"));
        make_own(&own).unwrap();
        make_own(&own).unwrap();
        symlink(&own, &link).unwrap();
        assert!(make_own(&link).is_err());
        std::fs::set_permissions(&own, std::fs::Permissions::from_mode(0o750)).unwrap();
        assert!(make_own(&own).is_err());
        std::fs::write(dir.path().join("file"), "").unwrap();
        assert!(make_own(&dir.path().join("file")).is_err());
    }

    #[test]
    fn one_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep/onward.lock");
        let held = Lock::take(&path).unwrap();
        assert!(held.is_some());
        assert!(Lock::take(&path).unwrap().is_none());
        drop(held);
        assert!(Lock::take(&path).unwrap().is_some());
    }
}
