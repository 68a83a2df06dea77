//! The settings dialog. Every change is sent at once; there is nothing to confirm.

mod told;

use std::path::{Path, PathBuf};

use eframe::egui;
use egui::{ComboBox, DragValue, Id, TextEdit, Ui};

use super::limit::{LimitField, Limited};
use super::widget;
use crate::model::settings::{Language, MAX_LIVE_JOBS, OnLaunch, Settings, Theme};
use crate::words::{Arg, Words};

/// What the dialog was left with.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It stays as it is.
    Stay,
    /// Something was changed.
    Changed(Settings),
    /// A folder is to be chosen.
    Browse,
    /// It is closed.
    Close,
}

/// The settings dialog.
pub(crate) struct SettingsDialog {
    draft: Settings,
    dir: String,
    limit: LimitField,
}

impl SettingsDialog {
    /// A dialog over the settings in force; `default_dir` stands where no folder is set.
    pub(crate) fn new(settings: &Settings, default_dir: &Path) -> Self {
        let dir = settings.dir.as_deref().unwrap_or(default_dir).display().to_string();
        let limit = LimitField::new(settings.limit_bps);
        Self { draft: settings.clone(), dir, limit }
    }

    /// Takes the folder that was chosen. Hands back the settings with it.
    pub(crate) fn set_dir(&mut self, dir: &Path) -> Settings {
        self.dir = dir.display().to_string();
        self.draft.dir = Some(dir.to_owned());
        self.draft.clone()
    }

    /// Takes what was learned of servers.
    pub(crate) fn set_hosts(&mut self, _hosts: Vec<crate::model::host::HostFacts>, _words: &Words) {
    }

    /// Draws it.
    pub(crate) fn show(&mut self, ui: &mut Ui, words: &Words) -> Outcome {
        ui.set_width((ui.ctx().content_rect().width() - 88.0).min(460.0));
        widget::heading(ui, &words.text("settings-title"));
        let before = self.draft.clone();
        let browse = widget::dialog_body(ui, |ui| {
            let browse = self.dir_field(ui, words);
            ui.add_space(8.0);
            self.grid(ui, words);
            browse
        });
        let close = widget::foot(ui, |ui| {
            ui.add_sized([84.0, 32.0], egui::Button::new(words.text("close"))).clicked()
        });
        match (self.draft == before, browse, close) {
            (false, _, _) => Outcome::Changed(self.draft.clone()),
            (true, true, _) => Outcome::Browse,
            (true, false, true) => Outcome::Close,
            (true, false, false) => Outcome::Stay,
        }
    }

    fn grid(&mut self, ui: &mut Ui, words: &Words) {
        egui::Grid::new("settings").num_columns(2).spacing([24.0, 10.0]).show(ui, |ui| {
            self.live_jobs(ui, words);
            self.limit(ui, words);
            let on_launch = [
                (OnLaunch::GoOn, "settings-launch-go-on"),
                (OnLaunch::StayPaused, "settings-launch-stay"),
            ];
            choice(ui, words, "settings-launch", &mut self.draft.on_launch, &on_launch);
            let themes = [
                (Theme::System, "settings-system"),
                (Theme::Light, "settings-light"),
                (Theme::Dark, "settings-dark"),
            ];
            choice(ui, words, "settings-theme", &mut self.draft.theme, &themes);
            let languages = [
                (Language::System, "settings-system"),
                (Language::English, "settings-english"),
                (Language::ChineseSimplified, "settings-chinese"),
            ];
            choice(ui, words, "settings-language", &mut self.draft.language, &languages);
        });
    }

    fn dir_field(&mut self, ui: &mut Ui, words: &Words) -> bool {
        let caption = widget::field_caption(ui, &words.text("settings-dir"));
        let inner = ui.horizontal(|ui| {
            let width = ui.available_width() - 108.0;
            let field = TextEdit::singleline(&mut self.dir)
                .margin(egui::vec2(10.0, 8.0))
                .desired_width(width);
            let field = ui.add(field).labelled_by(caption.id);
            // Only a whole path, once it is typed to its end: half a path is a wrong folder.
            let path = PathBuf::from(self.dir.trim());
            if field.lost_focus() && path.is_absolute() {
                self.draft.dir = Some(path);
            }
            ui.add_sized([100.0, 32.0], egui::Button::new(words.text("add-browse"))).clicked()
        });
        inner.inner
    }

    fn live_jobs(&mut self, ui: &mut Ui, words: &Words) {
        let label = ui.label(words.text("settings-live"));
        ui.horizontal(|ui| {
            let value = &mut self.draft.live_jobs;
            let value = DragValue::new(value).range(1..=MAX_LIVE_JOBS).speed(0.1);
            let _ = ui.add_sized([64.0, 32.0], value).labelled_by(label.id);
            let most = u64::from(MAX_LIVE_JOBS);
            let range = words.with("settings-live-range", &[("most", Arg::Count(most))]);
            widget::caption(ui, &range);
        });
        ui.end_row();
    }

    fn limit(&mut self, ui: &mut Ui, words: &Words) {
        let label = ui.label(words.text("settings-limit"));
        ui.vertical(|ui| {
            let id = Id::unique("limit for all");
            let changed = ui.horizontal(|ui| self.limit.show(ui, words, id, label.id));
            if let Some(Limited(limit_bps)) = changed.inner {
                self.draft.limit_bps = limit_bps;
            }
            self.limit.remark(ui, words);
        });
        ui.end_row();
    }
}

/// One choice among few, with its label, as a row of the grid.
fn choice<T: Copy + PartialEq>(
    ui: &mut Ui,
    words: &Words,
    key: &str,
    value: &mut T,
    choices: &[(T, &str)],
) {
    let label = ui.label(words.text(key));
    let chosen = choices.iter().find(|(v, _)| v == value).map_or("", |(_, word)| word);
    let combo = ComboBox::from_id_salt(key).width(220.0).selected_text(words.text(chosen)).show_ui(
        ui,
        |ui| {
            for (choice, word) in choices {
                ui.selectable_value(value, *choice, words.text(word));
            }
        },
    );
    let _ = combo.response.labelled_by(label.id);
    ui.end_row();
}
