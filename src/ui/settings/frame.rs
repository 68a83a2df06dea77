//! The settings as a whole: head with the search, pages, the body, the foot.

use std::rc::Rc;

use eframe::egui;
use egui::{
    Align, ComboBox, Layout, Role, ScrollArea, Sense, TextEdit, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use super::super::icons::Icon;
use super::super::theme::{self, tokens};
use super::super::widget;
use super::page::Page;
use super::texts::Texts;
use super::{Outcome, SettingsDialog};
use crate::app::snapshot::Snapshot;
use crate::words::Words;

/// Width of the dialog at most, and of the list of pages.
const WIDTH: f32 = 760.0;
const PAGES: f32 = 196.0;
const GAP: f32 = 20.0;
/// Under which width of the dialog the pages are a choice on top.
const NARROW: f32 = 640.0;
/// Height of the body at most, and what stands above and below it.
const HEIGHT: f32 = 500.0;
const AROUND: f32 = 190.0;
/// Width of the search.
const SEARCH: f32 = 200.0;

impl SettingsDialog {
    /// Draws it.
    pub(crate) fn show(&mut self, ui: &mut Ui, words: &Words, snapshot: &Snapshot) -> Outcome {
        self.follow(snapshot);
        if !self.texts.is_in(words.language()) {
            self.texts = Rc::new(Texts::new(words, ui.ctx()));
            self.hits = self.texts.search(&self.search);
            self.servers.say_again(words);
        }
        let content = ui.ctx().content_rect();
        let width = (content.width() - 88.0).min(WIDTH);
        ui.set_width(width);
        let narrow = width < NARROW;
        let height = (content.height() - AROUND).clamp(120.0, HEIGHT);
        self.head(ui, words);
        ui.add_space(4.0);
        if narrow {
            self.page_choice(ui, words);
            self.body_area(ui, words, vec2(width, height - 40.0));
        } else {
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = GAP;
                let down = Layout::top_down(Align::Min);
                ui.allocate_ui_with_layout(vec2(PAGES, height), down, |ui| self.page_list(ui));
                self.body_area(ui, words, vec2(width - PAGES - GAP, height));
            });
        }
        let close = widget::foot(ui, |ui| {
            ui.add_sized([84.0, 32.0], egui::Button::new(words.text("close"))).clicked()
        });
        let changed = self.changed();
        self.out.extend(changed);
        Outcome { commands: std::mem::take(&mut self.out), close }
    }

    fn head(&mut self, ui: &mut Ui, words: &Words) {
        ui.horizontal(|ui| {
            widget::heading(ui, &words.text("settings-title"));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let hint = words.text("settings-search");
                let field = TextEdit::singleline(&mut self.search)
                    .hint_text(hint.clone())
                    .margin(vec2(10.0, 8.0))
                    .desired_width(SEARCH);
                if ui.add(field).accessible_name(hint).changed() {
                    self.hits = self.texts.search(&self.search);
                }
            });
        });
    }

    fn turn_to(&mut self, page: Page) {
        self.page = page;
        self.search.clear();
        self.servers.ask_again();
    }

    fn page_list(&mut self, ui: &mut Ui) {
        let texts = Rc::clone(&self.texts);
        ui.spacing_mut().item_spacing.y = 2.0;
        let is_searching = self.is_searching();
        for page in Page::ALL {
            let chosen = page == self.page && !is_searching;
            if page_row(ui, (page.icon(), texts.name(page)), chosen) {
                self.turn_to(page);
            }
        }
    }

    fn page_choice(&mut self, ui: &mut Ui, words: &Words) {
        let texts = Rc::clone(&self.texts);
        let mut chosen = self.page;
        let combo = ComboBox::from_id_salt("page")
            .width(ui.available_width())
            .selected_text(texts.name(self.page));
        let shown = combo.show_ui(ui, |ui| {
            for page in Page::ALL {
                ui.selectable_value(&mut chosen, page, texts.name(page));
            }
        });
        let _ = shown.response.accessible_name(words.text("settings-page"));
        if chosen != self.page {
            self.turn_to(chosen);
        }
    }

    /// Whether hits are shown in place of a page.
    pub(super) fn is_searching(&self) -> bool {
        !self.search.trim().is_empty()
    }

    fn body_area(&mut self, ui: &mut Ui, words: &Words, size: Vec2) {
        let salt = if self.is_searching() { "hits" } else { self.page.key() };
        ui.allocate_ui_with_layout(size, Layout::top_down(Align::Min), |ui| {
            ui.set_min_size(size);
            ui.spacing_mut().item_spacing.x = 8.0;
            let area = ScrollArea::vertical().id_salt(salt).auto_shrink([false, false]);
            area.max_height(size.y).show(ui, |ui| {
                // The scroll bar floats: nothing may lie below it.
                ui.set_max_width(size.x - 12.0);
                ui.spacing_mut().item_spacing.y = 5.0;
                self.body(ui, words);
            });
        });
    }
}

fn page_row(ui: &mut Ui, (icon, name): (Icon, &str), chosen: bool) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(PAGES, 32.0), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, chosen, name));
    let t = tokens(ui);
    if chosen {
        ui.painter().rect_filled(rect, theme::RADIUS, t.soft);
    } else if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, theme::RADIUS, t.raised);
    }
    if response.has_focus() {
        let stroke = egui::Stroke::new(1.5, t.accent);
        ui.painter().rect_stroke(rect, theme::RADIUS, stroke, egui::StrokeKind::Inside);
    }
    let (font, ink) = if chosen { (theme::strong(), t.text) } else { (theme::body(), t.dim) };
    let mark = if chosen { t.accent } else { t.dim };
    icon.paint(ui.painter(), pos2(rect.left() + 20.0, rect.center().y), 16.0, mark);
    let label = widget::cut(ui.painter(), name, font, ink, PAGES - 46.0);
    let at = pos2(rect.left() + 38.0, rect.center().y - label.size().y / 2.0);
    ui.painter().galley(at, label, ink);
    response.clicked()
}
