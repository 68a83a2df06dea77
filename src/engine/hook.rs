//! A seam for tests, at the lowest place: what is done to part files is told to a hook where a test
//! has hung one over their folder, which may hold it up, fail it or pass over it.
//!
//! Invariant: no program hangs one. Then all of this is a look at an empty list when a file is
//! opened or renamed.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

/// What is done to a part file or its folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// The file is made.
    Make,
    /// Space is reserved for so many bytes.
    Reserve(u64),
    /// Bytes are written from one place to before another.
    Write(u64, u64),
    /// Bytes are read from one place to before another.
    Read(u64, u64),
    /// The file gets this length.
    Resize(u64),
    /// What was written is made durable.
    Sync,
    /// It gets its last name.
    Rename,
    /// The folder's entries are made durable.
    SyncFolder,
}

/// When a hook is told of a deed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// It is about to be done.
    Before,
    /// It was done, or failed; what the hook answers counts for nothing.
    After,
}

/// What becomes of a deed.
#[derive(Debug)]
pub enum Fate {
    /// It is done.
    Done,
    /// It is passed over, as if it had been done.
    PassedOver,
    /// It fails like this.
    Failed(io::Error),
}

type Told = dyn Fn(When, Deed, &Path) -> Fate + Send + Sync;

#[derive(Clone)]
struct Hook {
    folder: PathBuf,
    told: Arc<Told>,
}

static HOOKS: RwLock<Vec<Hook>> = RwLock::new(Vec::new());

/// Keeps a hook hung up as long as it lives. Files that are open keep it longer.
#[derive(Debug)]
pub struct Hung(PathBuf);

/// Hangs a hook over all part files below `folder` that are opened from now on.
#[doc(hidden)]
pub fn hang(
    folder: &Path,
    told: impl Fn(When, Deed, &Path) -> Fate + Send + Sync + 'static,
) -> Hung {
    let hook = Hook { folder: folder.to_owned(), told: Arc::new(told) };
    HOOKS.write().unwrap_or_else(PoisonError::into_inner).push(hook);
    Hung(folder.to_owned())
}

impl Drop for Hung {
    fn drop(&mut self) {
        let mut hooks = HOOKS.write().unwrap_or_else(PoisonError::into_inner);
        hooks.retain(|hook| hook.folder != self.0);
    }
}

/// The hook over a path, where one hangs there.
#[derive(Clone)]
pub(super) struct Over(Option<(Arc<Told>, PathBuf)>);

impl Over {
    pub(super) fn path(path: &Path) -> Self {
        let hooks = HOOKS.read().unwrap_or_else(PoisonError::into_inner);
        let hook = hooks.iter().find(|hook| path.starts_with(&hook.folder));
        Self(hook.map(|hook| (Arc::clone(&hook.told), path.to_owned())))
    }

    /// Does a deed, unless the hook wants it otherwise.
    pub(super) fn carry_out<T: Default>(
        &self,
        deed: Deed,
        act: impl FnOnce() -> io::Result<T>,
    ) -> io::Result<T> {
        let Some((told, path)) = &self.0 else { return act() };
        match told(When::Before, deed, path) {
            Fate::Done => {
                let done = act();
                told(When::After, deed, path);
                done
            }
            Fate::PassedOver => Ok(T::default()),
            Fate::Failed(error) => Err(error),
        }
    }
}

impl fmt::Debug for Over {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Over").field(&self.0.as_ref().map(|(_, path)| path)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn deeds_are_done_failed_or_passed_over_as_the_hook_wants() {
        let dir = tempfile::tempdir().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&seen);
        let hung = hang(dir.path(), move |when, deed, _| {
            told.lock().unwrap().push((when, deed));
            match deed {
                Deed::Write(..) => Fate::Failed(io::ErrorKind::StorageFull.into()),
                Deed::Sync => Fate::PassedOver,
                Deed::Make
                | Deed::Reserve(_)
                | Deed::Read(..)
                | Deed::Resize(_)
                | Deed::Rename
                | Deed::SyncFolder => Fate::Done,
            }
        });
        let over = Over::path(&dir.path().join("sub/a.part"));
        assert_eq!(over.carry_out(Deed::Make, || Ok(7)).unwrap(), 7);
        assert!(over.carry_out(Deed::Write(0, 1), || Ok(7)).is_err());
        assert_eq!(over.carry_out(Deed::Sync, || Ok(7)).unwrap(), 0);
        let expected = [
            (When::Before, Deed::Make),
            (When::After, Deed::Make),
            (When::Before, Deed::Write(0, 1)),
            (When::Before, Deed::Sync),
        ];
        assert_eq!(*seen.lock().unwrap(), expected);
        assert!(Over::path(Path::new("/elsewhere/a.part")).0.is_none());
        drop(hung);
        assert!(Over::path(&dir.path().join("a.part")).0.is_none());
    }
}
