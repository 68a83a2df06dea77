//! The sidebar: the groups, the categories there are jobs of, and at its foot the speed limit. In a
//! narrow window only the icons are left.

use eframe::egui;
use egui::{Frame, Margin, Panel, Response, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use super::filter::{Filter, category_key};
use super::icons::{self, Icon};
use super::limit_switch::{self, Asked, LimitText};
use super::list::List;
use super::theme::{self, tokens};
use super::view::View;
use super::widget;
use crate::model::category::Category;
use crate::model::settings::{Language, Settings};
use crate::words::{Words, format};

/// Width of the sidebar.
pub(crate) const WIDTH: f32 = 188.0;
/// Its width where only its icons are left.
pub(crate) const WIDTH_ICONS: f32 = 52.0;
/// Width of the window under which only its icons are left.
pub(crate) const NARROW: f32 = 900.0;

/// Draws the groups and the categories, with their counts, and the speed limit. Says what is asked
/// of that.
pub(crate) fn show(
    ui: &mut Ui,
    list: &List,
    view: &mut View,
    limit: (&LimitText, &Settings),
    icons_only: bool,
    words: &Words,
) -> Option<Asked> {
    let foot = Panel::bottom("limit").exact_size(limit_switch::HEIGHT).resizable(false);
    let frame = Frame::new().inner_margin(Margin { top: 6, ..Margin::ZERO });
    let foot = foot.frame(frame).show(ui, |ui| limit_switch::show(ui, limit, icons_only, words));
    let area = ScrollArea::vertical().id_salt("side").auto_shrink([false, false]);
    area.show(ui, |ui| entries(ui, list, view, icons_only, words));
    foot.inner
}

/// What one entry says.
#[derive(Debug)]
struct EntryText {
    name: String,
    count: String,
    /// Both, for those who hear it.
    spoken: String,
}

/// What the sidebar says, made when the counts or the language change.
#[derive(Debug, Default)]
pub(crate) struct SideText {
    made: Option<(Language, u64)>,
    groups: Vec<(Filter, EntryText)>,
    categories: Vec<(Category, usize, EntryText)>,
    heading: String,
}

impl SideText {
    fn refresh(&mut self, list: &List, words: &Words) {
        let made = Some((words.language(), list.builds));
        if self.made == made {
            return;
        }
        let text = |key: &str, count: usize| {
            let name = words.text(key);
            let count = format::count(u64::try_from(count).unwrap_or(u64::MAX));
            EntryText { spoken: format!("{name} ({count})"), name, count }
        };
        let group = |group: Filter| (group, text(group.key(), list.count(group)));
        let category = |category: Category| {
            let count = list.count_of(category);
            (category, count, text(category_key(category), count))
        };
        *self = Self {
            made,
            groups: Filter::ALL.into_iter().map(group).collect(),
            categories: Category::ALL.into_iter().map(category).collect(),
            heading: words.text("categories"),
        };
    }
}

fn entries(ui: &mut Ui, list: &List, view: &mut View, icons_only: bool, words: &Words) {
    let high = if icons_only { 34.0 } else { 36.0 };
    ui.spacing_mut().item_spacing.y = 2.0;
    ui.add_space(10.0);
    let mut side = std::mem::take(&mut view.side);
    side.refresh(list, words);
    for (group, text) in &side.groups {
        let entry = Entry {
            icon: group.icon(),
            text,
            chosen: view.group == *group,
            is_failure: *group == Filter::Failed && list.count(*group) > 0,
            role: Role::Tab,
        };
        if entry.show(ui, high, icons_only).clicked() {
            view.choose_group(*group);
        }
    }
    // What is chosen is seen, so that it can be taken back.
    let is_chosen = |view: &View, category| view.category == Some(category);
    if side.categories.iter().any(|(category, count, _)| *count > 0 || is_chosen(view, *category)) {
        heading(ui, view, &side.heading, icons_only);
    }
    for (category, count, text) in &side.categories {
        let chosen = is_chosen(view, *category);
        let is_there = *count > 0 && !view.folds_categories;
        if !is_there && !chosen {
            continue;
        }
        let icon = icons::for_category(*category);
        let entry = Entry { icon, text, chosen, is_failure: false, role: Role::Button };
        if entry.show(ui, high - 4.0, icons_only).clicked() {
            view.choose_category(*category);
        }
    }
    view.side = side;
}

/// The line between groups and categories: a click folds these away.
fn heading(ui: &mut Ui, view: &mut View, name: &str, icons_only: bool) {
    ui.add_space(if icons_only { 4.0 } else { 10.0 });
    let high = if icons_only { 20.0 } else { 26.0 };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), high), Sense::click());
    let is_open = !view.folds_categories;
    response.widget_info(|| WidgetInfo::selected(Role::DisclosureTriangle, true, is_open, name));
    let t = tokens(ui);
    let ink = if response.hovered() || response.has_focus() { t.text } else { t.faint };
    if response.has_focus() {
        let stroke = egui::Stroke::new(1.5, t.accent);
        ui.painter().rect_stroke(rect, theme::RADIUS, stroke, egui::StrokeKind::Inside);
    }
    let icon = if is_open { Icon::ChevronDown } else { Icon::ChevronRight };
    if icons_only {
        icon.paint(ui.painter(), rect.center(), 14.0, ink);
    } else {
        let label = widget::cut(ui.painter(), name, theme::small(), ink, rect.width() - 48.0);
        let y = rect.center().y;
        ui.painter().galley(pos2(rect.left() + 12.0, y - label.size().y / 2.0), label, ink);
        icon.paint(ui.painter(), pos2(rect.right() - 17.0, y), 14.0, ink);
    }
    let response = if icons_only { response.on_hover_text(name) } else { response };
    if response.clicked() {
        view.folds_categories = is_open;
        ui.ctx().request_repaint();
    }
}

/// One entry of the sidebar.
struct Entry<'a> {
    icon: Icon,
    text: &'a EntryText,
    chosen: bool,
    is_failure: bool,
    role: Role,
}

impl Entry<'_> {
    fn show(&self, ui: &mut Ui, high: f32, icons_only: bool) -> Response {
        let size = vec2(ui.available_width(), high);
        let (rect, response) = ui.allocate_exact_size(size, Sense::click());
        response
            .widget_info(|| WidgetInfo::selected(self.role, true, self.chosen, &self.text.spoken));
        let t = tokens(ui);
        if self.chosen {
            ui.painter().rect_filled(rect, theme::RADIUS, t.soft);
        } else if response.hovered() || response.has_focus() {
            ui.painter().rect_filled(rect, theme::RADIUS, t.raised);
        }
        if response.has_focus() {
            let stroke = egui::Stroke::new(1.5, t.accent);
            ui.painter().rect_stroke(rect, theme::RADIUS, stroke, egui::StrokeKind::Inside);
        }
        let colour = match (self.is_failure, self.chosen) {
            (true, _) => t.err,
            (false, true) => t.accent,
            (false, false) => t.dim,
        };
        let y = rect.center().y;
        if icons_only {
            self.icon.paint(ui.painter(), rect.center(), 17.0, colour);
            return response.on_hover_text(&self.text.spoken);
        }
        self.icon.paint(ui.painter(), pos2(rect.left() + 20.0, y), 17.0, colour);
        let (font, ink) =
            if self.chosen { (theme::strong(), t.text) } else { (theme::body(), t.dim) };
        let count = widget::cut(ui.painter(), &self.text.count, theme::small(), t.faint, 60.0);
        let room = rect.width() - 38.0 - count.size().x - 20.0;
        let label = widget::cut(ui.painter(), &self.text.name, font, ink, room);
        ui.painter().galley(pos2(rect.left() + 38.0, y - label.size().y / 2.0), label, ink);
        let at = pos2(rect.right() - 12.0 - count.size().x, y - count.size().y / 2.0);
        ui.painter().galley(at, count, t.faint);
        response
    }
}
