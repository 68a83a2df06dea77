//! Another folder for jobs in the window: one is chosen, each job gets it, and what came of it is said.

use std::path::{Path, PathBuf};

use super::toasts::Tone;
use super::window::Window;
use crate::app::command::Command;
use crate::model::id::JobId;
use crate::model::relocation::NotMoved;
use crate::words::Arg;

impl Window {
    /// These jobs are to have this folder.
    pub(super) fn give_folder(&mut self, jobs: Vec<JobId>, dir: &Path) {
        for id in jobs {
            self.send(Command::SetDir { id, dir: PathBuf::from(dir) });
        }
    }

    /// A job's files are in another folder now.
    pub(super) fn moved(&mut self, id: JobId, dir: &Path) {
        let (name, dir) = (self.name_of(id), dir.display().to_string());
        let args = [("name", Arg::Text(&name)), ("dir", Arg::Text(&dir))];
        let text = self.words.with("moved", &args);
        self.toasts.say(Tone::Good, text, self.now);
    }

    /// A job stays in its folder, or is not known to be in another one.
    pub(super) fn not_moved(&mut self, id: JobId, dir: &Path, why: &NotMoved) {
        let name = self.name_of(id);
        let why = self.words.not_moved(why, dir).to_string();
        let args = [("name", Arg::Text(&name)), ("why", Arg::Text(&why))];
        let text = self.words.with("not-moved", &args);
        self.toasts.say(Tone::Bad, text, self.now);
    }
}
