//! What was begun beside the loop and comes back to it: slow reads of files and volumes, and looks
//! at links, so that neither a hung disk nor a slow server holds up the list.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::command::Reply;
use super::refresh::LinkFound;
use super::relocate::{CarriedOut, Looked};
use super::service::Service;
use super::verify::BlocksFound;
use crate::engine::disk::free_bytes;
use crate::model::id::JobId;
use crate::plan::volume::Volume;

/// Reads that may wait to be heard.
pub(super) const MAX_LATER: usize = 64;

/// How often free space is looked up at most.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// What came back.
pub(super) enum Later {
    /// The blocks of a part were read.
    Blocks(BlocksFound),
    /// What was seen of the volume a job waits for.
    Volume(JobId, Volume),
    /// A fresh link was looked at.
    Link(Box<LinkFound>),
    /// Both folders of a job that is to get another one were looked at.
    Looked(Box<Looked>),
    /// A job's files were carried to its folder.
    Carried(Box<CarriedOut>),
    /// Bytes free on the volume of this folder.
    Free(PathBuf, Option<u64>),
}

/// Free space as it was seen last.
#[derive(Debug, Default)]
pub(super) struct FreeSpace {
    /// The folder that is watched; none for the one new files go to.
    pub(super) dir: Option<PathBuf>,
    /// Bytes; none where not known, or not yet.
    pub(super) bytes: Option<u64>,
    /// When it was looked at last.
    looked: Option<Instant>,
    /// A look that has not come back: on a hung volume it never may.
    is_out: bool,
}

impl FreeSpace {
    /// Of this folder, not yet looked at.
    pub(super) fn of(dir: Option<PathBuf>) -> Self {
        Self { dir, ..Self::default() }
    }
}

impl Service {
    /// Free space is shown of this folder from now on.
    pub(super) fn watch_space(&mut self, dir: Option<PathBuf>) -> Reply {
        if self.free.dir != dir {
            self.free = FreeSpace::of(dir);
            self.look_for_space();
        }
        Reply::Ok
    }

    fn watched_dir(&self) -> PathBuf {
        self.free.dir.clone().unwrap_or_else(|| self.default_dir())
    }

    /// Takes in what came back.
    pub(super) async fn take_in(&mut self, later: Later) {
        match later {
            Later::Blocks(found) => self.take_blocks(found).await,
            Later::Volume(id, seen) => self.take_volume(id, seen).await,
            Later::Link(found) => self.take_link(*found).await,
            Later::Looked(looked) => self.take_looked(*looked).await,
            Later::Carried(carried) => self.take_carried(*carried).await,
            // One that was looked at for another folder comes too late.
            Later::Free(dir, bytes) if dir == self.watched_dir() => {
                self.free.is_out = false;
                self.free.bytes = bytes;
            }
            Later::Free(..) => {}
        }
    }

    /// Looks free space up anew, beside the loop, where the last look is a while ago.
    pub(super) fn look_for_space(&mut self) {
        let is_recent = self.free.looked.is_some_and(|at| at.elapsed() < LOOK_EVERY);
        if is_recent || self.free.is_out {
            return;
        }
        self.free.is_out = true;
        self.free.looked = Some(Instant::now());
        let (dir, later) = (self.watched_dir(), self.later.clone());
        tokio::task::spawn_blocking(move || {
            let bytes = free_bytes(&dir);
            // A service that has ended needs no answer.
            let _ = later.blocking_send(Later::Free(dir, bytes));
        });
    }
}
