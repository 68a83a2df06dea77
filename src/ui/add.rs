//! The add dialog: links, one a line, read as they are typed; where to; when.
//!
//! Invariant: what is added is what is shown as good. Nothing here touches the network.

use std::path::{Path, PathBuf};

use eframe::egui;
use egui::text::{CCursor, CCursorRange};
use egui::{Color32, Key, KeyboardShortcut, Modifiers, TextEdit, Ui};

use super::links::{Line, Links, Verdict};
use super::theme::{self, Tokens, tokens};
use super::widget;
use crate::app::snapshot::JobView;
use crate::model::job::NewJob;
use crate::model::options::JobOptions;
use crate::model::phase::Intent;
use crate::words::{Arg, Words};

/// What the dialog was left with.
pub(crate) enum Outcome {
    /// It stays.
    Stay,
    /// It is closed without adding.
    Close,
    /// These are added and it is closed.
    Add(Vec<NewJob>),
    /// A folder is to be chosen.
    Browse,
}

/// The add dialog.
pub(crate) struct AddDialog {
    text: String,
    links: Links,
    dir: String,
    name: String,
    starts_now: bool,
    again: bool,
    fresh: bool,
    options: JobOptions,
}

impl AddDialog {
    /// A dialog with `text` in its field of links, and `dir` as the folder; jobs are fetched by
    /// `options`.
    pub(crate) fn new<'a>(
        text: &str,
        dir: &Path,
        options: JobOptions,
        jobs: impl Iterator<Item = &'a JobView>,
    ) -> Self {
        let mut dialog = Self {
            text: text.to_owned(),
            links: Links::knowing(jobs),
            dir: dir.display().to_string(),
            name: String::new(),
            starts_now: true,
            again: false,
            fresh: true,
            options,
        };
        dialog.links.read(&dialog.text);
        dialog
    }

    /// Puts further links below those that are there.
    pub(crate) fn append(&mut self, text: &str) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        self.text.push_str(text);
        self.links.read(&self.text);
    }

    /// Whether closing it would lose something.
    pub(crate) fn is_filled(&self) -> bool {
        !self.text.trim().is_empty()
    }

    /// Takes the folder that was chosen.
    pub(crate) fn set_dir(&mut self, dir: &Path) {
        self.dir = dir.display().to_string();
    }

    /// Draws it.
    pub(crate) fn show(&mut self, ui: &mut Ui, words: &Words) -> Outcome {
        ui.set_width((ui.ctx().content_rect().width() - 88.0).min(520.0));
        widget::heading(ui, &words.text("add-title"));
        let browse = widget::dialog_body(ui, |ui| self.body(ui, words));
        let outcome = self.foot(ui, words);
        if browse { Outcome::Browse } else { outcome }
    }

    /// All between head and foot. Says whether a folder is to be chosen.
    fn body(&mut self, ui: &mut Ui, words: &Words) -> bool {
        self.links_field(ui, words);
        self.remarks(ui, words);
        let browse = self.dir_field(ui, words);
        let one = self.count() == 1;
        if one {
            let caption = widget::field_caption(ui, &words.text("add-name"));
            let hint = self.links.first_name(self.again).unwrap_or_default();
            let field = TextEdit::singleline(&mut self.name)
                .hint_text(hint)
                .margin(egui::vec2(10.0, 8.0))
                .desired_width(f32::INFINITY);
            let _ = ui.add(field).labelled_by(caption.id);
        }
        self.choices(ui, words);
        browse
    }

    fn links_field(&mut self, ui: &mut Ui, words: &Words) {
        let caption = widget::field_caption(ui, &words.text("add-links"));
        let rows = if ui.ctx().content_rect().height() < 520.0 { 3 } else { 5 };
        let t = tokens(ui);
        // The frame stands around the part that scrolls: its lower edge is always in view.
        let mut frame = egui::Frame::new()
            .fill(t.raised)
            .corner_radius(theme::RADIUS)
            .inner_margin(egui::Margin::symmetric(9, 7))
            .stroke(egui::Stroke::new(1.0, Color32::TRANSPARENT))
            .begin(ui);
        let field = egui::ScrollArea::vertical()
            .id_salt("links")
            .auto_shrink([false, false])
            .max_height(height_of(rows))
            .show(&mut frame.content_ui, |ui| {
                ui.add(
                    TextEdit::multiline(&mut self.text)
                        .hint_text(words.text("add-links-hint"))
                        .desired_rows(rows)
                        .frame(egui::Frame::NONE)
                        .desired_width(f32::INFINITY)
                        // Enter adds; a further line is begun with Shift.
                        .return_key(KeyboardShortcut::new(Modifiers::SHIFT, Key::Enter)),
                )
            })
            .inner
            .labelled_by(caption.id);
        let ring = if field.has_focus() { t.accent } else { Color32::TRANSPARENT };
        // A stroke is part of a frame's size: the field must not jump when it gets the focus.
        frame.frame.stroke.color = ring;
        frame.end(ui);
        if self.fresh {
            self.fresh = false;
            field.request_focus();
            let end = CCursor::new(self.text.chars().count());
            let mut state = TextEdit::load_state(ui.ctx(), field.id).unwrap_or_default();
            state.cursor.set_char_range(Some(CCursorRange::one(end)));
            state.store(ui.ctx(), field.id);
        }
        if field.changed() {
            self.links.read(&self.text);
        }
    }

    /// What is to be said about single lines: first what is wrong, and all of it within reach.
    fn remarks(&self, ui: &mut Ui, words: &Words) {
        const SHOWN: f32 = 4.5;
        let lines = self.links.remarkable();
        if !lines.is_empty() {
            let height = ui.text_style_height(&egui::TextStyle::Small);
            ui.spacing_mut().item_spacing.y = 4.0;
            egui::ScrollArea::vertical()
                .id_salt("remarks")
                .max_height((height + 4.0) * SHOWN)
                .auto_shrink([false, true])
                .show_rows(ui, height, lines.len(), |ui, rows| {
                    for line in lines.get(rows).unwrap_or_default() {
                        let Some((text, colour)) = remark(line, tokens(ui), words) else {
                            continue;
                        };
                        let text = egui::RichText::new(text).font(theme::small()).color(colour);
                        ui.add(egui::Label::new(text).truncate());
                    }
                });
        }
        let beyond = self.links.beyond();
        if beyond > 0 {
            widget::caption(ui, &words.with("add-more", &[("count", Arg::Count(beyond))]));
        }
    }

    fn dir_field(&mut self, ui: &mut Ui, words: &Words) -> bool {
        let caption = widget::field_caption(ui, &words.text("add-dir"));
        let browse = ui.horizontal(|ui| {
            let label = words.text("add-browse");
            let width = ui.available_width() - 108.0;
            let field = TextEdit::singleline(&mut self.dir)
                .margin(egui::vec2(10.0, 8.0))
                .desired_width(width);
            let _ = ui.add(field).labelled_by(caption.id);
            ui.add_sized([100.0, 32.0], egui::Button::new(label)).clicked()
        });
        if self.dir_path().is_none() {
            let colour = tokens(ui).err;
            let text = words.text("add-dir-whole");
            ui.label(egui::RichText::new(text).font(theme::small()).color(colour));
        }
        browse.inner
    }

    fn choices(&mut self, ui: &mut Ui, words: &Words) {
        ui.add_space(8.0);
        widget::check(ui, &mut self.starts_now, &words.text("add-start-now"));
        let known = self.links.known();
        if known > 0 {
            let text = words.with("add-again", &[("count", Arg::Count(known))]);
            widget::check(ui, &mut self.again, &text);
            if self.count() == 0 {
                widget::caption(ui, &words.text("add-nothing-new"));
            }
        }
    }

    fn foot(&self, ui: &mut Ui, words: &Words) -> Outcome {
        let ready = self.count() > 0 && self.dir_path().is_some();
        // Enter adds; with Shift it begins a further line, and on a button it presses that one.
        let on_button = ui.memory(|m| m.focused().is_some()) && !ui.ctx().text_edit_focused();
        let entered = !on_button && ui.input(|i| i.events.iter().any(is_enter));
        let clicked = widget::foot(ui, |ui| {
            let label = words.with("add-button", &[("count", Arg::Count(self.count()))]);
            let add = widget::filled_button(ui, None, &label, ready).clicked();
            let cancel = ui.add_sized([84.0, 32.0], egui::Button::new(words.text("cancel")));
            (add, cancel.clicked())
        });
        match (ready && (clicked.0 || entered), clicked.1) {
            (true, _) => Outcome::Add(self.jobs()),
            (false, true) => Outcome::Close,
            (false, false) => Outcome::Stay,
        }
    }

    /// How many would be added.
    fn count(&self) -> u64 {
        self.links.good() + if self.again { self.links.known() } else { 0 }
    }

    fn dir_path(&self) -> Option<PathBuf> {
        let path = PathBuf::from(self.dir.trim());
        path.is_absolute().then_some(path)
    }

    fn jobs(&self) -> Vec<NewJob> {
        let name = Some(self.name.trim()).filter(|n| !n.is_empty() && self.count() == 1);
        let intent = if self.starts_now { Intent::Run } else { Intent::Hold };
        self.links
            .wanted(self.again)
            .map(|url| NewJob {
                url: url.clone(),
                dir: self.dir_path().unwrap_or_default(),
                name: name.map(str::to_owned),
                options: self.options.clone(),
                intent,
                not_before: None,
            })
            .collect()
    }
}

/// What is to be said about a line, where anything is.
fn remark(line: &Line, t: &Tokens, words: &Words) -> Option<(String, Color32)> {
    match &line.verdict {
        Verdict::Good(_) => None,
        Verdict::Bad(error) => {
            let why = words.url_error(error).to_string();
            let args = [("link", Arg::Text(line.short())), ("why", Arg::Text(&why))];
            Some((words.with("add-bad", &args), t.err))
        }
        Verdict::Twice => {
            Some((words.with("add-twice", &[("link", Arg::Text(line.short()))]), t.dim))
        }
        Verdict::Known(_, name) => {
            Some((words.with("add-known", &[("name", Arg::Text(name))]), t.warn))
        }
    }
}

fn is_enter(event: &egui::Event) -> bool {
    matches!(
        event,
        egui::Event::Key { key: Key::Enter, pressed: true, modifiers, .. } if !modifiers.shift
    )
}

/// Height of a field of `rows` lines.
fn height_of(rows: usize) -> f32 {
    f32::from(u16::try_from(rows).unwrap_or(u16::MAX)) * 17.0
}
