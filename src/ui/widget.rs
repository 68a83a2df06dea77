//! The few widgets of the window's own: the icon button, the filled button, and text cut to fit.

use std::sync::Arc;

use eframe::egui;
use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{
    Color32, FontId, Galley, Id, Painter, Rect, Response, RichText, Role, Sense, Ui, WidgetInfo,
    pos2, vec2,
};

use super::icons::Icon;
use super::theme::{self, tokens};

/// A frameless square button that holds an icon, at the place the layout gives it.
pub(crate) fn icon_button(ui: &mut Ui, icon: Icon, name: &str, enabled: bool) -> Response {
    let side = theme::ICON_BUTTON;
    let (id, rect) = ui.allocate_space(vec2(side, side));
    icon_button_at(ui, rect, id, icon, name, enabled)
}

/// A frameless square button that holds an icon, at `rect`.
pub(crate) fn icon_button_at(
    ui: &Ui,
    rect: Rect,
    id: Id,
    icon: Icon,
    name: &str,
    enabled: bool,
) -> Response {
    let sense = if enabled { Sense::click() } else { Sense::hover() };
    let response = ui.interact(rect, id, sense);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
    let t = tokens(ui);
    let lit = enabled && (response.hovered() || response.has_focus());
    if lit {
        let fill = if response.is_pointer_button_down_on() { t.line } else { t.raised };
        ui.painter().rect_filled(rect, theme::RADIUS, fill);
    }
    if response.has_focus() {
        let stroke = egui::Stroke::new(1.5, t.accent);
        ui.painter().rect_stroke(rect, theme::RADIUS, stroke, egui::StrokeKind::Inside);
    }
    let colour = match (enabled, lit) {
        (false, _) => t.faint.gamma_multiply(0.5),
        (true, false) => t.dim,
        (true, true) => t.text,
    };
    icon.paint(ui.painter(), rect.center(), 17.0, colour);
    response
}

/// As [`icon_button_at`], with its words beside the icon: at the right end of `rect`, where they have
/// `room`. What it is called by is more than its words.
pub(crate) fn told_button_at(
    ui: &Ui,
    (rect, room): (Rect, f32),
    id: Id,
    icon: Icon,
    (label, name): (&str, &str),
) -> Response {
    let t = tokens(ui);
    let font = FontId::new(theme::small().size, super::fonts::semibold());
    let text = ui.painter().layout_no_wrap(label.to_owned(), font, t.accent);
    let wide = text.size().x + 42.0;
    if wide > room {
        return icon_button_at(ui, rect, id, icon, name, true);
    }
    let rect = Rect::from_min_max(pos2(rect.right() - wide, rect.top()), rect.max);
    let response = ui.interact(rect, id, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    let fill = if response.hovered() { t.raised } else { t.bg };
    let painter = ui.painter();
    painter.rect_filled(rect, theme::RADIUS, fill);
    let (width, colour) = if response.has_focus() { (2.0, t.accent) } else { (1.0, t.line) };
    let stroke = egui::Stroke::new(width, colour);
    painter.rect_stroke(rect, theme::RADIUS, stroke, egui::StrokeKind::Inside);
    icon.paint(painter, pos2(rect.left() + 20.0, rect.center().y), 15.0, t.accent);
    let at = pos2(rect.left() + 32.0, rect.center().y - text.size().y / 2.0);
    painter.galley(at, text, t.accent);
    response
}

/// The one filled button of a view.
pub(crate) fn filled_button(
    ui: &mut Ui,
    icon: Option<Icon>,
    text: &str,
    enabled: bool,
) -> Response {
    let t = tokens(ui);
    filled(ui, icon, text, enabled, [t.button, t.button_hover, t.on_button])
}

/// The filled button that does what cannot be undone.
pub(crate) fn danger_button(ui: &mut Ui, text: &str) -> Response {
    let t = tokens(ui);
    filled(ui, None, text, true, [t.err, t.err_hover, t.bg])
}

/// A filled button in the colours of its ground, of its ground under the pointer, and of its words.
fn filled(
    ui: &mut Ui,
    icon: Option<Icon>,
    text: &str,
    enabled: bool,
    [ground, lit, ink]: [Color32; 3],
) -> Response {
    let t = tokens(ui);
    let font = FontId::new(13.0, super::fonts::semibold());
    let galley = ui.painter().layout_no_wrap(text.to_owned(), font, ink);
    let lead = if icon.is_some() { 22.0 } else { 0.0 };
    let size = vec2(galley.size().x + lead + 28.0, 32.0);
    let sense = if enabled { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(size, sense);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, text));
    let fill = if !enabled {
        ground.gamma_multiply(0.45)
    } else if response.hovered() {
        lit
    } else {
        ground
    };
    let painter = ui.painter();
    painter.rect_filled(rect, theme::RADIUS, fill);
    if response.has_focus() {
        let ring = rect.expand(2.0);
        let stroke = egui::Stroke::new(1.5, t.accent);
        painter.rect_stroke(ring, theme::RADIUS + 2, stroke, egui::StrokeKind::Inside);
    }
    if let Some(icon) = icon {
        icon.paint(painter, pos2(rect.left() + 22.0, rect.center().y), 16.0, ink);
    }
    let at = pos2(rect.left() + 14.0 + lead, rect.center().y - galley.size().y / 2.0);
    painter.galley(at, galley, ink);
    response
}

/// One line of text, cut with an ellipsis where it is longer than `width`.
pub(crate) fn cut(
    painter: &Painter,
    text: &str,
    font: FontId,
    colour: Color32,
    width: f32,
) -> Arc<Galley> {
    let mut job = LayoutJob::single_section(text.to_owned(), TextFormat::simple(font, colour));
    job.wrap = TextWrapping::truncate_at_width(width.max(0.0));
    job.break_on_newline = false;
    painter.layout_job(job)
}

/// Quiet text above a field of a dialog.
pub(crate) fn field_caption(ui: &mut Ui, text: &str) -> Response {
    ui.add_space(6.0);
    caption(ui, text)
}

/// Quiet text.
pub(crate) fn caption(ui: &mut Ui, text: &str) -> Response {
    let colour = tokens(ui).dim;
    ui.label(RichText::new(text).font(theme::small()).color(colour))
}

/// What was found out meanwhile, or is wrong: announced when it comes, without interrupting.
pub(crate) fn told(ui: &mut Ui, text: &str, colour: Color32) {
    let said =
        ui.add(egui::Label::new(RichText::new(text).font(theme::small()).color(colour)).wrap());
    ui.ctx().accesskit_node_builder(said.id, |node| {
        node.set_live(egui::accesskit::Live::Polite);
    });
}

/// The head of a dialog.
pub(crate) fn heading(ui: &mut Ui, text: &str) -> Response {
    ui.label(RichText::new(text).font(theme::title()))
}

/// A button as quiet as the others, with an outline, for a place of its own.
pub(crate) fn outlined_button(ui: &mut Ui, text: &str) -> Response {
    let t = tokens(ui);
    let stroke = egui::Stroke::new(1.0, t.line);
    ui.add(egui::Button::new(text).fill(t.panel).stroke(stroke).min_size(vec2(0.0, 34.0)))
}

/// One line of a menu: icon, words, shortcut.
pub(crate) fn menu_line(ui: &mut Ui, icon: Icon, label: &str, shortcut: &str) -> Response {
    let t = tokens(ui);
    let painter = ui.painter();
    let text = painter.layout_no_wrap(label.to_owned(), theme::body(), t.text);
    let keys = painter.layout_no_wrap(shortcut.to_owned(), theme::small(), t.faint);
    let width = (36.0 + text.size().x + 32.0 + keys.size().x + 10.0).max(ui.available_width());
    let (rect, response) = ui.allocate_exact_size(vec2(width, 30.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::MenuItem, true, label));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, theme::RADIUS - 2, t.raised);
    }
    let y = rect.center().y;
    icon.paint(ui.painter(), pos2(rect.left() + 18.0, y), 15.0, t.dim);
    let at = pos2(rect.left() + 36.0, y - text.size().y / 2.0);
    ui.painter().galley(at, text, t.text);
    let at = pos2(rect.right() - 10.0 - keys.size().x, y - keys.size().y / 2.0);
    ui.painter().galley(at, keys, t.faint);
    response
}

/// How far outside of what it moves a dialog's bar stands.
const BAR_IN_MARGIN: f32 = -13.0;

/// What stands between a dialog's head and foot; scrolls where the window is too low for it.
pub(crate) fn dialog_body<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> R {
    let height = (ui.ctx().content_rect().height() - 150.0).max(120.0);
    // The room is what the window leaves, not what the dialog took in the frame before.
    let room = Rect::from_min_size(ui.cursor().min, vec2(ui.available_width(), height));
    let body = ui.scope_builder(egui::UiBuilder::new().max_rect(room), |ui| {
        let area = egui::ScrollArea::vertical().id_salt("dialog").max_height(height);
        let beside = ui.spacing().scroll.bar_outer_margin;
        // The bar stands in the dialog's margin, not on what it moves.
        ui.spacing_mut().scroll.bar_outer_margin = BAR_IN_MARGIN;
        let shown = area.show(ui, |ui| {
            ui.spacing_mut().scroll.bar_outer_margin = beside;
            ui.spacing_mut().item_spacing.y = 5.0;
            content(ui)
        });
        shown.inner
    });
    body.inner
}

/// A box to tick.
pub(crate) fn check(ui: &mut Ui, value: &mut bool, text: &str) -> Response {
    ui.scope(|ui| {
        let line = egui::Stroke::new(1.0, tokens(ui).faint);
        let widgets = &mut ui.visuals_mut().widgets;
        for widget in [&mut widgets.inactive, &mut widgets.hovered, &mut widgets.active] {
            widget.bg_stroke = line;
            widget.corner_radius = egui::CornerRadius::same(4);
        }
        ui.spacing_mut().interact_size.y = 26.0;
        ui.spacing_mut().icon_width = 16.0;
        ui.spacing_mut().icon_spacing = 8.0;
        ui.checkbox(value, text)
    })
    .inner
}

/// The buttons at the foot of a dialog, from the right. Exactly as high as they are: a layout that
/// takes what height is left would keep a dialog as high as it once was.
pub(crate) fn foot<R>(ui: &mut Ui, buttons: impl FnOnce(&mut Ui) -> R) -> R {
    ui.add_space(8.0);
    let size = vec2(ui.available_width(), 32.0);
    ui.allocate_ui_with_layout(size, egui::Layout::right_to_left(egui::Align::Center), buttons)
        .inner
}

/// One line of a menu with a tick before it where it is chosen.
pub(crate) fn check_line(ui: &mut Ui, chosen: bool, enabled: bool, label: &str) -> Response {
    let info = WidgetInfo::selected(Role::MenuItemCheckBox, enabled, chosen, label);
    let icon = chosen.then_some(Icon::Check);
    line(ui, icon, enabled, label, &info)
}

/// One line of a menu without an icon.
pub(crate) fn plain_line(ui: &mut Ui, label: &str) -> Response {
    line(ui, None, true, label, &WidgetInfo::labeled(Role::MenuItem, true, label))
}

fn line(
    ui: &mut Ui,
    icon: Option<Icon>,
    enabled: bool,
    label: &str,
    info: &WidgetInfo,
) -> Response {
    let t = tokens(ui);
    let ink = if enabled { t.text } else { t.faint };
    let text = ui.painter().layout_no_wrap(label.to_owned(), theme::body(), ink);
    let width = (36.0 + text.size().x + 10.0).max(ui.available_width());
    let sense = if enabled { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(vec2(width, 30.0), sense);
    response.widget_info(|| info.clone());
    if enabled && (response.hovered() || response.has_focus()) {
        ui.painter().rect_filled(rect, theme::RADIUS - 2, t.raised);
    }
    let y = rect.center().y;
    if let Some(icon) = icon {
        let colour = if enabled { t.accent } else { t.faint };
        icon.paint(ui.painter(), pos2(rect.left() + 18.0, y), 15.0, colour);
    }
    ui.painter().galley(pos2(rect.left() + 36.0, y - text.size().y / 2.0), text, ink);
    response
}
