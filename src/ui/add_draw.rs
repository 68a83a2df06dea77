//! How the add dialog is drawn, from top to bottom, and what Enter means in it.

use eframe::egui;
use egui::{Key, Modifiers, Popup, RichText, TextEdit, Ui};
use jiff::Zoned;

use super::add::{AddDialog, Outcome};
use super::add_made::Made;
use super::add_rows::{self, Asked};
use super::start::Starts;
use super::theme::{self, tokens};
use super::{add_more, widget};
use crate::words::{Arg, Words};

/// The widest the dialog becomes.
const WIDEST: f32 = 584.0;
/// The window's height below which the field of links is small.
const LOW: f32 = 520.0;

/// What was done between head and foot.
#[derive(Default)]
struct Done {
    asked: Option<Asked>,
    browse: bool,
    /// A field of several lines has the focus: Enter is its own.
    in_lines: bool,
}

impl AddDialog {
    /// Draws it.
    pub(crate) fn show(&mut self, ui: &mut Ui, words: &Words) -> Outcome {
        ui.set_width((ui.ctx().content_rect().width() - 88.0).min(WIDEST));
        // Taken before a field sees it.
        let adds = ui.input_mut(|i| i.consume_key(Modifiers::COMMAND, Key::Enter));
        self.take_paste(ui);
        widget::heading(ui, &words.text("add-title"));
        let mut made = self.made.take().filter(|_| !self.is_stale);
        let shown = made.get_or_insert_with(|| self.make(words));
        self.is_stale = false;
        let done = widget::dialog_body(ui, |ui| self.body(ui, shown, words));
        if std::mem::take(&mut self.is_stale) {
            *shown = self.make(words);
        }
        let outcome = self.foot(ui, shown, adds, done.in_lines, words);
        self.made = made;
        self.ask(ui.ctx());
        match done.asked {
            Some(asked) => self.after(asked),
            None if done.browse => Outcome::Browse,
            None => outcome,
        }
    }

    /// A paste where no field is typed into is meant for the links.
    fn take_paste(&mut self, ui: &Ui) {
        // What opened the dialog is in it already.
        if self.is_ready || ui.ctx().text_edit_focused() {
            return;
        }
        let pasted = ui.input(|i| {
            i.events.iter().find_map(|event| {
                if let egui::Event::Paste(text) = event { Some(text.clone()) } else { None }
            })
        });
        if let Some(text) = pasted {
            self.append(&text);
        }
    }

    fn body(&mut self, ui: &mut Ui, made: &Made, words: &Words) -> Done {
        let mut done = Done::default();
        let rows = if ui.ctx().content_rect().height() < LOW { 3 } else { 4 };
        if self.is_ready && made.count > 0 {
            self.field.leave_focus();
        }
        let edited = self.field.show(ui, rows, words);
        self.edited(&edited);
        done.in_lines = edited.has_focus;
        if !made.rows.is_empty() {
            ui.add_space(2.0);
            done.asked = add_rows::show(ui, &made.rows, words);
        }
        self.remarks(ui, made, words);
        done.browse = self.place.show(ui, made.needed, words);
        if made.count == 1 {
            self.name_field(ui, made, words);
        }
        let all = [Starts::Now, Starts::At, Starts::Later];
        self.start.show_start(ui, &all, &Zoned::now(), words);
        if !self.settings.queues.is_empty() {
            self.start.show_queue(ui, &self.settings, words);
        }
        let read = &self.read;
        let typed = add_more::show(ui, &mut self.more, read.set, &read.wrong, words);
        if typed.changed {
            self.options_changed();
        }
        done.in_lines |= typed.in_lines;
        done
    }

    /// What is to be said of all links together.
    fn remarks(&mut self, ui: &mut Ui, made: &Made, words: &Words) {
        if !made.summary.is_empty() {
            widget::told(ui, &made.summary, tokens(ui).dim);
        }
        let known = self.links.known();
        if known > 1 {
            let text = words.with("add-again-all", &[("count", Arg::Count(known))]);
            let mut all = self.links.is_all_again();
            if widget::check(ui, &mut all, &text).changed() {
                self.set_all_again(all);
            }
        }
    }

    fn name_field(&mut self, ui: &mut Ui, made: &Made, words: &Words) {
        let caption = widget::field_caption(ui, &words.text("add-name"));
        let field = TextEdit::singleline(&mut self.name.text)
            .hint_text(made.hint.as_str())
            .margin(egui::vec2(10.0, 8.0))
            .desired_width(f32::INFINITY);
        if ui.add(field).labelled_by(caption.id).changed() {
            self.name.is_typed = !self.name.text.trim().is_empty();
            self.choice_changed();
        }
        if let Some(name) = &made.saved_as {
            let text = words.with("add-saved-as", &[("name", Arg::Text(name))]);
            widget::told(ui, &text, tokens(ui).warn);
        }
    }

    /// Draws the foot. Enter adds, but in fields of several lines and on buttons, whose own it is;
    /// with Ctrl everywhere.
    fn foot(
        &mut self,
        ui: &mut Ui,
        made: &Made,
        adds: bool,
        in_lines: bool,
        words: &Words,
    ) -> Outcome {
        let is_whole = self.place.dir().is_some() && self.start.is_whole(&Zoned::now());
        let ready = made.count > 0 && is_whole && self.read.wrong.is_empty();
        let on_button = ui.memory(|m| m.focused().is_some()) && !ui.ctx().text_edit_focused();
        let is_free = !in_lines && !on_button && !Popup::is_any_open(ui.ctx());
        let entered = adds || (is_free && ui.input(|i| i.events.iter().any(is_enter)));
        let takes_focus = std::mem::take(&mut self.is_ready) && ready;
        let clicked = widget::foot(ui, |ui| {
            let add = widget::filled_button(ui, None, &made.button, ready);
            if takes_focus {
                add.request_focus();
            }
            let cancel = ui.add_sized([84.0, 32.0], egui::Button::new(words.text("cancel")));
            if !made.sum.is_empty() {
                let text = RichText::new(&made.sum).font(theme::small()).color(tokens(ui).dim);
                ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                    ui.add(egui::Label::new(text).truncate());
                });
            }
            (add.clicked(), cancel.clicked())
        });
        match (ready && (clicked.0 || entered), clicked.1) {
            (true, _) => Outcome::Add(self.jobs()),
            (false, true) => Outcome::Close,
            (false, false) => Outcome::Stay,
        }
    }
}

fn is_enter(event: &egui::Event) -> bool {
    matches!(
        event,
        egui::Event::Key { key: Key::Enter, pressed: true, modifiers, .. } if modifiers.is_none()
    )
}
