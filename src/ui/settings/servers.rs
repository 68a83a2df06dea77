//! What was learned of servers: a table, drawn by its visible rows. One can be forgotten, or all; and
//! each can be told how many connections it gets.

use eframe::egui;
use egui::{Id, RichText, ScrollArea, Ui, pos2, vec2};

use super::super::icons::Icon;
use super::super::theme::{self, tokens};
use super::super::widget;
use super::field::{Field, Look, number};
use super::line::remark;
use crate::app::command::Command;
use crate::model::host::{HostFacts, Ranges};
use crate::model::settings::MAX_PER_SERVER;
use crate::words::{Arg, Words};

/// Height of a row, and of all that are in view at once.
const ROW: f32 = 40.0;
const HIGH: f32 = 264.0;
/// Widths of the columns behind the name.
const CONNECTIONS: f32 = 84.0;
const RANGES: f32 = 92.0;
const WHEN: f32 = 144.0;
const FORGET: f32 = 36.0;

/// One server as it is shown.
#[derive(Debug)]
struct Shown {
    name: String,
    ranges: String,
    when: String,
    /// What was learned, where nothing is said by hand.
    learned: String,
    cap: Field,
    /// The names of its field and its button.
    cap_name: String,
    forget_name: String,
}

/// The servers, once they were told.
#[derive(Debug, Default)]
pub(super) struct Servers {
    hosts: Vec<HostFacts>,
    shown: Option<Vec<Shown>>,
    is_asked: bool,
}

impl Servers {
    /// Takes what was learned.
    pub(super) fn set(&mut self, hosts: Vec<HostFacts>, words: &Words) {
        self.shown = Some(hosts.iter().map(|facts| Shown::new(facts, words)).collect());
        self.hosts = hosts;
    }

    /// Says it in other words.
    pub(super) fn say_again(&mut self, words: &Words) {
        if self.shown.is_some() {
            let hosts = std::mem::take(&mut self.hosts);
            self.set(hosts, words);
        }
    }

    /// Asks anew when it is shown next.
    pub(super) fn ask_again(&mut self) {
        self.is_asked = false;
    }

    /// Draws them. Hands back what is to be asked for.
    pub(super) fn show(&mut self, ui: &mut Ui, words: &Words) -> Vec<Command> {
        let mut out = Vec::new();
        if !std::mem::replace(&mut self.is_asked, true) {
            out.push(Command::Hosts);
        }
        let Some(shown) = &mut self.shown else { return out };
        if shown.is_empty() {
            widget::caption(ui, &words.text("settings-servers-none"));
            return out;
        }
        heads(ui, words);
        let mut change = None;
        let width = ui.available_width();
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let area = ScrollArea::vertical().id_salt("servers").max_height(HIGH);
            area.auto_shrink([false, true]).show_rows(ui, ROW, shown.len(), |ui, rows| {
                for host in shown.get_mut(rows).unwrap_or_default() {
                    change = host.show(ui, width).or(change.take());
                }
            });
        });
        if shown.iter().any(|host| host.cap.is_bad(is_cap)) {
            let args = [("least", Arg::Count(1)), ("most", Arg::Count(MAX_PER_SERVER.into()))];
            remark(ui, &words.with("settings-range", &args));
        }
        ui.add_space(4.0);
        if widget::outlined_button(ui, &words.text("settings-servers-forget-all")).clicked() {
            change = Some(Command::ForgetHosts);
        }
        if let Some(change) = change {
            // The answer to the second is what the first made of it.
            out.extend([change, Command::Hosts]);
        }
        out
    }
}

/// Nothing is as good as a number: then what was learned counts.
fn is_cap(text: &str) -> bool {
    text.trim().is_empty() || number(text, (1, MAX_PER_SERVER)).is_some()
}

impl Shown {
    fn new(facts: &HostFacts, words: &Words) -> Self {
        let ranges = match facts.ranges {
            Ranges::Unknown => "settings-ranges-unknown",
            Ranges::Honest => "settings-ranges-yes",
            Ranges::Refused => "settings-ranges-no",
        };
        let when = jiff::Timestamp::from_millisecond(facts.learned_ms);
        let on = |key| words.with(key, &[("server", Arg::Text(&facts.name))]);
        Self {
            ranges: words.text(ranges),
            when: when.map(|at| words.moment(at)).unwrap_or_default(),
            learned: facts.max_connections.map(|n| n.to_string()).unwrap_or_default(),
            cap: Field::new(facts.cap.map(|n| n.to_string()).unwrap_or_default()),
            cap_name: on("settings-server-cap"),
            forget_name: on("settings-server-forget"),
            name: facts.name.clone(),
        }
    }

    /// Draws it; hands back what is to be changed.
    fn show(&mut self, ui: &mut Ui, width: f32) -> Option<Command> {
        let t = tokens(ui);
        let mut change = None;
        let (rect, _) = ui.allocate_exact_size(vec2(width, ROW), egui::Sense::hover());
        let columns = columns(rect);
        let painter = ui.painter();
        painter.hline(rect.x_range(), rect.bottom() - 0.5, egui::Stroke::new(1.0, t.line));
        let cell = |x: f32, room: f32, text: &str, colour| {
            let galley = widget::cut(painter, text, theme::body(), colour, room);
            let at = pos2(x, rect.center().y - galley.size().y / 2.0);
            painter.galley(at, galley, colour);
        };
        cell(columns[0], columns[1] - columns[0] - 8.0, &self.name, t.text);
        cell(columns[2], RANGES - 8.0, &self.ranges, t.dim);
        cell(columns[3], WHEN - 4.0, &self.when, t.dim);
        let place = egui::Rect::from_min_size(
            pos2(columns[1], rect.center().y - 16.0),
            vec2(CONNECTIONS - 16.0, 32.0),
        );
        let look = Look {
            id: Id::unique("cap").with(&self.name),
            width: place.width(),
            hint: if self.learned.is_empty() { "—" } else { &self.learned },
            name: Some(&self.cap_name),
            label: None,
        };
        // A child of its own: a scope would end the row where the field ends.
        let mut field = ui.new_child(egui::UiBuilder::new().max_rect(place));
        if let Some(text) = self.cap.show(&mut field, look, is_cap) {
            let cap = number(&text, (1, MAX_PER_SERVER));
            change = Some(Command::CapHost(self.name.clone(), cap));
        }
        let spot = egui::Rect::from_center_size(
            pos2(columns[4] + FORGET / 2.0, rect.center().y),
            egui::Vec2::splat(theme::ICON_BUTTON - 2.0),
        );
        let id = Id::unique("forget").with(&self.name);
        let forget = widget::icon_button_at(ui, spot, id, Icon::X, &self.forget_name, true);
        if forget.on_hover_text(&self.forget_name).clicked() {
            change = Some(Command::ForgetHost(self.name.clone()));
        }
        change
    }
}

/// Where the columns begin.
fn columns(rect: egui::Rect) -> [f32; 5] {
    let forget = rect.right() - FORGET;
    let when = forget - WHEN;
    let ranges = when - RANGES;
    [rect.left(), ranges - CONNECTIONS, ranges, when, forget]
}

fn heads(ui: &mut Ui, words: &Words) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 22.0), egui::Sense::hover());
    let keys = [
        "settings-servers-name",
        "settings-servers-connections",
        "settings-servers-ranges",
        "settings-servers-when",
    ];
    for (x, key) in columns(rect).into_iter().zip(keys) {
        let place = egui::Rect::from_min_max(pos2(x, rect.top()), rect.max);
        let text = RichText::new(words.text(key)).font(theme::small()).color(tokens(ui).dim);
        ui.put(place, |ui: &mut Ui| {
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                ui.label(text);
            })
            .response
        });
    }
}
