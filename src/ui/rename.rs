//! The dialog for another name: the field holds the name, chosen up to its ending; Enter gives it.

use eframe::egui;
use egui::text::{CCursor, CCursorRange};
use egui::text_edit::TextEditState;
use egui::{Id, Key, TextEdit, Ui};

use super::widget;
use crate::app::snapshot::JobView;
use crate::model::id::JobId;
use crate::words::Words;

/// What the dialog was left with.
pub(crate) enum Outcome {
    /// It stays.
    Stay,
    /// It is closed.
    Close,
    /// The file is to have this name.
    Rename(String),
}

/// The dialog for one job.
pub(crate) struct RenameDialog {
    /// The job.
    pub job: JobId,
    before: String,
    name: String,
    fresh: bool,
}

impl RenameDialog {
    /// A dialog for `job`.
    pub(crate) fn new(job: &JobView) -> Self {
        Self { job: job.id, before: job.name.clone(), name: job.name.clone(), fresh: true }
    }

    /// Whether closing it would lose something.
    pub(crate) fn is_filled(&self) -> bool {
        self.name != self.before
    }

    /// Draws it.
    pub(crate) fn show(&mut self, ui: &mut Ui, words: &Words) -> Outcome {
        ui.set_width((ui.ctx().content_rect().width() - 88.0).min(460.0));
        let title = widget::heading(ui, &words.text("rename-title"));
        ui.add_space(6.0);
        let id = Id::unique("rename");
        let field = TextEdit::singleline(&mut self.name)
            .id(id)
            .margin(egui::vec2(10.0, 8.0))
            .desired_width(f32::INFINITY);
        let field = ui.add(field).labelled_by(title.id);
        // After it was drawn: while its size is measured it lets go of the keys.
        if std::mem::take(&mut self.fresh) {
            choose_stem(ui, id, &self.name);
        }
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let name = self.name.trim();
        let is_usable = !name.is_empty() && name != self.before;
        let (renamed, left) = widget::foot(ui, |ui| {
            let yes = widget::filled_button(ui, None, &words.text("rename-yes"), is_usable);
            let left = ui.add_sized([84.0, 32.0], egui::Button::new(words.text("cancel")));
            (yes.clicked(), left.clicked())
        });
        match (renamed || entered, is_usable) {
            (true, true) => Outcome::Rename(name.to_owned()),
            (true, false) => Outcome::Close,
            (false, _) if left => Outcome::Close,
            (false, _) => Outcome::Stay,
        }
    }
}

/// Puts the keys into the field, with all of the name chosen but its ending.
fn choose_stem(ui: &Ui, id: Id, name: &str) {
    let stem = name.rfind('.').filter(|at| *at > 0).unwrap_or(name.len());
    let end = name[..stem].chars().count();
    let mut state = TextEditState::load(ui.ctx(), id).unwrap_or_default();
    state.cursor.set_char_range(Some(CCursorRange::two(CCursor::new(0), CCursor::new(end))));
    state.store(ui.ctx(), id);
    ui.ctx().memory_mut(|memory| memory.request_focus(id));
}
