//! The speed limit at the foot of the sidebar: one click turns it on or off, a menu offers values.
//!
//! Invariant: turned off it keeps its value; where there is none yet, a click offers values.

use eframe::egui;
use egui::{
    Id, Key, Modifiers, Popup, Rect, Response, Role, Sense, SetOpenCommand, Ui, WidgetInfo, pos2,
    vec2,
};

use super::icons::Icon;
use super::theme::{self, tokens};
use super::widget;
use crate::app::hours::Regime;
use crate::model::settings::{Settings, SizeUnits};
use crate::words::format::speed;
use crate::words::{Arg, Words};

/// Height of the foot.
pub(crate) const HEIGHT: f32 = 48.0;

/// Values that are offered, in bytes a second, where sizes are counted in tens
const VALUES: [u64; 6] = [250_000, 500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000];
/// and where they are counted in twos.
const BINARY_VALUES: [u64; 6] = [256 << 10, 512 << 10, 1 << 20, 2 << 20, 5 << 20, 10 << 20];

/// What is asked of the limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// These settings.
    Change(Settings),
    /// The field in the settings.
    Other,
}

/// What the switch says, made when the settings or the language change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LimitText {
    label: String,
    value: String,
    spoken: String,
    is_on: bool,
    /// The hour limits more than this switch.
    by_hour: bool,
}

impl LimitText {
    /// What is to be said of `settings`, and of what the hours say.
    pub(crate) fn of(settings: &Settings, regime: &Regime, words: &Words) -> Self {
        let name = words.text("limit-switch");
        let label = words.text("limit-label");
        let off = words.text("limit-off");
        let kept = settings.limit_bps.map(speed);
        let is_on = settings.limit_in_force().is_some();
        let value = kept.clone().filter(|_| is_on).unwrap_or_else(|| off.clone());
        let spoken = match (&kept, is_on) {
            (Some(kept), true) => format!("{name}, {kept}"),
            (Some(kept), false) => {
                let args = [("off", Arg::Text(&off)), ("speed", Arg::Text(kept))];
                format!("{name}, {}", words.with("limit-off-kept", &args))
            }
            (None, _) => format!("{name}, {off}"),
        };
        match regime.pace.limit_bps().filter(|_| regime.limits(settings)) {
            Some(limit) => {
                let value = speed(limit);
                let by_hour = words.with("limit-by-hour", &[("speed", Arg::Text(&value))]);
                Self { label, value, spoken: format!("{spoken}. {by_hour}"), is_on, by_hour: true }
            }
            None => Self { label, value, spoken, is_on, by_hour: false },
        }
    }
}

/// Draws the switch, and says what was asked of it.
pub(crate) fn show(
    ui: &mut Ui,
    (text, settings): (&LimitText, &Settings),
    icons_only: bool,
    words: &Words,
) -> Option<Asked> {
    let width = ui.available_width();
    let (rect, _) = ui.allocate_exact_size(vec2(width, 36.0), Sense::hover());
    let arrow_width = if icons_only { 0.0 } else { 30.0 };
    let (main, arrow) = rect.split_left_right_at_x(rect.right() - arrow_width);
    let id = ui.scope_id().with(("side", "limit"));
    let switch = switch(ui, main, id, text, icons_only);
    let mut opens = switch.secondary_clicked() || menu_key(&switch);
    if !icons_only {
        opens |= arrow_button(ui, arrow, id.with(("side", "values")), words).clicked();
    }
    let mut asked = None;
    if switch.clicked() {
        if settings.limit_bps.is_some_and(|limit| limit > 0) {
            let limit_on = !text.is_on;
            asked = Some(Asked::Change(Settings { limit_on, ..settings.clone() }));
        } else {
            opens = true;
        }
    }
    let menu = Popup::menu(&switch).open_memory(opens.then_some(SetOpenCommand::Bool(true)));
    let chosen = menu.show(|ui| values(ui, settings, words));
    asked.or_else(|| chosen.and_then(|shown| shown.inner))
}

fn menu_key(switch: &Response) -> bool {
    switch.has_focus()
        && switch.ctx.input_mut(|input| {
            input.consume_key(Modifiers::SHIFT, Key::F10)
                || input.consume_key(Modifiers::NONE, Key::Menu)
        })
}

fn switch(ui: &Ui, rect: Rect, id: Id, text: &LimitText, icons_only: bool) -> Response {
    let response = ui.interact(rect, id, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Switch, true, text.is_on, &text.spoken));
    let t = tokens(ui);
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, theme::RADIUS, t.raised);
    }
    if response.has_focus() {
        let stroke = egui::Stroke::new(1.5, t.accent);
        ui.painter().rect_stroke(rect, theme::RADIUS, stroke, egui::StrokeKind::Inside);
    }
    let is_felt = text.is_on || text.by_hour;
    let colour = if is_felt { t.accent } else { t.dim };
    let y = rect.center().y;
    if icons_only {
        Icon::Gauge.paint(ui.painter(), rect.center(), 17.0, colour);
        if is_felt {
            // Colour alone would not say it.
            let dot = rect.center() + vec2(9.0, -8.0);
            ui.painter().circle_filled(dot, 3.5, t.accent);
        }
        return response.on_hover_text(&text.spoken);
    }
    Icon::Gauge.paint(ui.painter(), pos2(rect.left() + 20.0, y), 17.0, colour);
    let ink = if is_felt { t.text } else { t.faint };
    let value = widget::cut(ui.painter(), &text.value, theme::small(), ink, 84.0);
    let room = rect.width() - 38.0 - value.size().x - 12.0;
    let name = widget::cut(ui.painter(), &text.label, theme::body(), t.dim, room);
    ui.painter().galley(pos2(rect.left() + 38.0, y - name.size().y / 2.0), name, t.dim);
    let at = pos2(rect.right() - 6.0 - value.size().x, y - value.size().y / 2.0);
    ui.painter().galley(at, value, ink);
    if text.by_hour { response.on_hover_text(&text.spoken) } else { response }
}

fn arrow_button(ui: &Ui, rect: Rect, id: Id, words: &Words) -> Response {
    let response = ui.interact(rect, id, Sense::click());
    let name = words.text("limit-values");
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    let t = tokens(ui);
    let lit = response.hovered() || response.has_focus();
    if lit {
        ui.painter().rect_filled(rect, theme::RADIUS, t.raised);
    }
    if response.has_focus() {
        let stroke = egui::Stroke::new(1.5, t.accent);
        ui.painter().rect_stroke(rect, theme::RADIUS, stroke, egui::StrokeKind::Inside);
    }
    let ink = if lit { t.text } else { t.faint };
    Icon::ChevronDown.paint(ui.painter(), rect.center(), 14.0, ink);
    response.on_hover_text(name)
}

/// The values of the menu: that one is ticked which is in force.
fn values(ui: &mut Ui, settings: &Settings, words: &Words) -> Option<Asked> {
    ui.set_width(164.0);
    ui.spacing_mut().item_spacing.y = 0.0;
    let in_force = settings.limit_in_force();
    let mut asked = None;
    if widget::check_line(ui, in_force.is_none(), true, &words.text("limit-off")).clicked() {
        asked = Some(Settings { limit_on: false, ..settings.clone() });
    }
    let values = match settings.size_units {
        SizeUnits::Decimal => VALUES,
        SizeUnits::Binary => BINARY_VALUES,
    };
    let mut offered = values.to_vec();
    offered.extend(settings.limit_bps.filter(|limit| *limit > 0));
    offered.sort_unstable();
    offered.dedup();
    for value in offered {
        if widget::check_line(ui, in_force == Some(value), true, &speed(value)).clicked() {
            let limit_bps = Some(value);
            asked = Some(Settings { limit_bps, limit_on: true, ..settings.clone() });
        }
    }
    ui.separator();
    if widget::plain_line(ui, &words.text("limit-other")).clicked() {
        return Some(Asked::Other);
    }
    asked.map(Asked::Change)
}
