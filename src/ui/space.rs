//! Which folder the free space below is of: that of the job the keys are at, where it has another
//! one than new files go to. The service is told when it changes, and looks it up.

use std::path::PathBuf;

use super::window::Window;
use crate::app::command::Command;

/// What the service was told last.
#[derive(Debug, Default)]
pub(crate) struct Space {
    /// The choice and the layout this was made from.
    seen: Option<(u64, u64)>,
    asked: Option<PathBuf>,
}

impl Window {
    /// Tells the service of which folder free space is to be shown, where that has changed.
    pub(super) fn watch_space(&mut self) {
        let seen = Some((self.selection.changes(), self.snapshot.layout));
        if self.space.seen == seen {
            return;
        }
        self.space.seen = seen;
        let ids: Vec<_> = self.selection.cursor().into_iter().collect();
        let dir = self.list.these(&ids).first().map(|job| job.dir.clone());
        let dir = dir.filter(|dir| *dir != self.snapshot.default_dir);
        if self.space.asked != dir {
            self.space.asked.clone_from(&dir);
            self.send(Command::WatchSpace(dir));
        }
    }
}
