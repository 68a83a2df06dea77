//! The dialog for another folder of jobs that are not finished: the folder, what room is there, the
//! folders used last, and the system's own dialog where there is one.

use std::path::{Path, PathBuf};

use eframe::egui;
use egui::{Key, Ui};

use super::add_place::{Place, field};
use super::widget;
use crate::app::adding::FolderSeen;
use crate::app::command::Command;
use crate::app::snapshot::JobView;
use crate::model::id::JobId;
use crate::words::{Arg, Words};

/// What the dialog was left with.
pub(crate) enum Outcome {
    /// It stays.
    Stay,
    /// It is closed.
    Close,
    /// A folder is to be chosen by the system's dialog.
    Browse,
    /// The jobs are to have this folder.
    Move(PathBuf),
}

/// The dialog for some jobs.
pub(crate) struct FolderDialog {
    jobs: Vec<JobId>,
    /// The name of the first of them.
    name: String,
    /// Where they all go now; none where they differ.
    before: Option<PathBuf>,
    /// Bytes that are still to come.
    needed: u64,
    place: Place,
    fresh: bool,
}

impl FolderDialog {
    /// A dialog for these jobs, beginning in the folder of the first; none where there are none.
    pub(crate) fn new(jobs: &[&JobView]) -> Option<Self> {
        let first = jobs.first()?;
        let missing = |job: &&JobView| job.total_bytes.unwrap_or(0).saturating_sub(job.done_bytes);
        let before = jobs.iter().all(|job| job.dir == first.dir).then(|| first.dir.clone());
        Some(Self {
            jobs: jobs.iter().map(|job| job.id).collect(),
            name: first.name.clone(),
            before,
            needed: jobs.iter().map(missing).fold(0, u64::saturating_add),
            place: Place::new(&first.dir),
            fresh: true,
        })
    }

    /// The jobs.
    pub(crate) fn into_jobs(self) -> Vec<JobId> {
        self.jobs
    }

    /// Whether closing it would lose something.
    pub(crate) fn is_filled(&self) -> bool {
        self.place.is_by_hand()
    }

    /// A folder was chosen by the system's dialog.
    pub(crate) fn set_dir(&mut self, dir: &Path) {
        self.place.set(dir);
    }

    /// A folder was looked into.
    pub(crate) fn folder_seen(&mut self, seen: FolderSeen) {
        self.place.take(seen);
    }

    /// What is to be found out, where it is time for that.
    pub(crate) fn ask(&mut self, ctx: &egui::Context) -> Option<Command> {
        self.place.is_due(ctx).then(|| self.place.ask(Vec::new())).flatten()
    }

    /// Draws it.
    pub(crate) fn show(&mut self, ui: &mut Ui, words: &Words) -> Outcome {
        ui.set_width((ui.ctx().content_rect().width() - 88.0).min(520.0));
        let count = u64::try_from(self.jobs.len()).unwrap_or(u64::MAX);
        let args = [("count", Arg::Count(count)), ("name", Arg::Text(&self.name))];
        widget::heading(ui, &words.with("folder-title", &args));
        widget::caption(ui, &words.text("folder-hint"));
        let browse = self.place.show(ui, self.needed, words);
        if std::mem::take(&mut self.fresh) {
            ui.memory_mut(|memory| memory.request_focus(field()));
        }
        // The field lets go of the keys by Enter; a button that has them means itself.
        let has_none = ui.memory(|memory| memory.focused().is_none());
        let entered = has_none && ui.input(|input| input.key_pressed(Key::Enter));
        let dir = self.place.dir().filter(|dir| self.before.as_ref() != Some(dir));
        let (moved, left) = widget::foot(ui, |ui| {
            let yes = widget::filled_button(ui, None, &words.text("folder-yes"), dir.is_some());
            let left = ui.add_sized([84.0, 32.0], egui::Button::new(words.text("cancel")));
            (yes.clicked(), left.clicked())
        });
        match dir {
            _ if browse => Outcome::Browse,
            _ if left => Outcome::Close,
            Some(dir) if moved || entered => Outcome::Move(dir),
            Some(_) | None => Outcome::Stay,
        }
    }
}
