//! Every action by its words: typed for, chosen by the arrows or a click, carried out by Enter.
//! Also the list of all shortcuts.

use eframe::egui;
use egui::{Key, Modifiers, Role, ScrollArea, Sense, TextEdit, Ui, WidgetInfo, pos2, vec2};

use super::action::Action;
use super::deed::keys_text;
use super::theme::{self, tokens};
use super::widget;
use crate::words::Words;

/// Height of a line.
const LINE: f32 = 32.0;
/// Lines in view at most.
const SHOWN: f32 = 9.0;

/// One action that can be done now.
struct Entry {
    action: Action,
    label: String,
    /// As it is searched.
    folded: String,
    keys: String,
}

/// The palette.
pub(crate) struct Palette {
    entries: Vec<Entry>,
    text: String,
    /// Which of those that fit is chosen.
    at: usize,
    fresh: bool,
}

impl Palette {
    /// A palette of what can be done now.
    pub(crate) fn new(actions: Vec<Action>, ctx: &egui::Context, words: &Words) -> Self {
        let entry = |action: Action| {
            let label = words.text(action.key());
            let keys = action.shortcut().map(|s| keys_text(ctx, s)).unwrap_or_default();
            Entry { action, folded: label.to_lowercase(), label, keys }
        };
        let entries = actions.into_iter().map(entry).collect();
        Self { entries, text: String::new(), at: 0, fresh: true }
    }

    /// Those whose words hold every word that was typed.
    fn fitting(&self) -> Vec<&Entry> {
        let typed = self.text.to_lowercase();
        let wanted: Vec<&str> = typed.split_whitespace().collect();
        let fits = |entry: &&Entry| wanted.iter().all(|word| entry.folded.contains(word));
        self.entries.iter().filter(fits).collect()
    }

    /// Draws it. Says what is to be done, once that is chosen.
    pub(crate) fn show(&mut self, ui: &mut Ui, words: &Words) -> Option<Action> {
        ui.set_width((ui.ctx().content_rect().width() - 88.0).min(460.0));
        // Before the field takes them.
        let (up, down, enter) = ui.input_mut(|input| {
            (
                input.count_and_consume_key(Modifiers::NONE, Key::ArrowUp),
                input.count_and_consume_key(Modifiers::NONE, Key::ArrowDown),
                input.consume_key(Modifiers::NONE, Key::Enter),
            )
        });
        let hint = words.text("palette-hint");
        let field = TextEdit::singleline(&mut self.text)
            .hint_text(hint.clone())
            .margin(vec2(10.0, 8.0))
            .desired_width(f32::INFINITY);
        let field = ui.add(field).accessible_name(hint);
        if std::mem::take(&mut self.fresh) {
            field.request_focus();
        }
        if field.changed() {
            self.at = 0;
        }
        let fitting = self.fitting();
        let last = fitting.len().saturating_sub(1);
        let at = (self.at + down).min(last).saturating_sub(up);
        let clicked = lines(ui, &fitting, at, up + down > 0);
        if fitting.is_empty() {
            widget::caption(ui, &words.text("palette-none"));
        }
        let chosen = clicked.or(enter.then_some(at)).and_then(|n| fitting.get(n));
        let action = chosen.map(|entry| entry.action);
        self.at = at;
        action
    }
}

/// The lines; says which was clicked.
fn lines(ui: &mut Ui, fitting: &[&Entry], at: usize, moved: bool) -> Option<usize> {
    let mut clicked = None;
    ui.spacing_mut().item_spacing.y = 0.0;
    let area = ScrollArea::vertical().max_height(SHOWN * LINE).auto_shrink([false, true]);
    area.show(ui, |ui| {
        for (n, entry) in fitting.iter().enumerate() {
            let size = vec2(ui.available_width() - 8.0, LINE);
            let (rect, response) = ui.allocate_exact_size(size, Sense::click());
            let is_at = n == at;
            response.widget_info(|| {
                WidgetInfo::selected(Role::ListBoxOption, true, is_at, &entry.label)
            });
            let t = tokens(ui);
            if is_at || response.hovered() {
                let ground = if is_at { t.soft } else { t.raised };
                ui.painter().rect_filled(rect, theme::RADIUS, ground);
            }
            if is_at && moved {
                response.scroll_to_me(None);
            }
            entry.action.icon().paint(
                ui.painter(),
                pos2(rect.left() + 18.0, rect.center().y),
                15.0,
                t.dim,
            );
            let left = widget::cut(ui.painter(), &entry.label, theme::body(), t.text, 300.0);
            let middle = |height: f32| rect.center().y - height / 2.0;
            ui.painter().galley(pos2(rect.left() + 36.0, middle(left.size().y)), left, t.text);
            let keys = ui.painter().layout_no_wrap(entry.keys.clone(), theme::small(), t.dim);
            let x = rect.right() - 10.0 - keys.size().x;
            ui.painter().galley(pos2(x, middle(keys.size().y)), keys, t.dim);
            if response.clicked() {
                clicked = Some(n);
            }
        }
    });
    clicked
}

/// Draws all shortcuts. True where it is to be closed.
pub(crate) fn shortcuts(ui: &mut Ui, words: &Words) -> bool {
    ui.set_width((ui.ctx().content_rect().width() - 88.0).min(560.0));
    widget::heading(ui, &words.text("action-shortcuts"));
    widget::dialog_body(ui, |ui| {
        let t = tokens(ui);
        let with_keys = Action::ALL.into_iter().filter_map(|a| Some((a, a.shortcut()?)));
        let all: Vec<_> = with_keys.collect();
        let half = all.len().div_ceil(2);
        let wide = ui.available_width() > 480.0;
        egui::Grid::new("shortcuts")
            .num_columns(if wide { 4 } else { 2 })
            .spacing([16.0, 8.0])
            .show(ui, |ui| {
                let one = |ui: &mut Ui, (action, keys): &(Action, egui::KeyboardShortcut)| {
                    let keys = keys_text(ui.ctx(), *keys);
                    ui.label(egui::RichText::new(keys).font(theme::strong()).color(t.text));
                    ui.label(words.text(action.key()));
                };
                if wide {
                    for n in 0..half {
                        one(ui, &all[n]);
                        if let Some(entry) = all.get(half + n) {
                            one(ui, entry);
                        }
                        ui.end_row();
                    }
                } else {
                    for entry in &all {
                        one(ui, entry);
                        ui.end_row();
                    }
                }
            });
    });
    widget::foot(ui, |ui| {
        ui.add_sized([84.0, 32.0], egui::Button::new(words.text("close"))).clicked()
    })
}
