//! The bar on top, and the bar below.

use eframe::egui;
use egui::{Frame, Id, Margin, Panel, Sense, TextEdit, Ui, pos2, vec2};

use super::action::Action;
use super::deed::Deed;
use super::filter::Filter;
use super::icons::Icon;
use super::limit_switch::Asked;
use super::list::List;
use super::settings::Page;
use super::side;
use super::standing::{self, Offer, StandingText};
use super::theme::{self, tokens};
use super::widget;
use super::window::Window;
use crate::app::command::Command;
use crate::app::snapshot::Snapshot;
use crate::model::phase::State;
use crate::words::format::{bytes, speed};
use crate::words::{Arg, Words};

/// Height of the top bar.
pub(crate) const TOP: f32 = 52.0;
/// Height of the status bar.
pub(crate) const STATUS: f32 = 30.0;
/// Width of the search field, where there is room.
const SEARCH: f32 = 240.0;

/// The search field's id, so that keys can go there.
pub(crate) fn search_id() -> Id {
    Id::unique("search field")
}

/// The bar on top: add, resume and pause all, search, details, settings.
pub(crate) fn top(
    ui: &mut Ui,
    list: &List,
    search: &mut String,
    words: &Words,
    out: &mut Vec<Deed>,
) {
    ui.horizontal_centered(|ui| {
        ui.add_space(12.0);
        let add = widget::filled_button(ui, Some(Icon::Plus), &words.text("action-add"), true)
            .on_hover_text(Action::Add.tip(ui.ctx(), words));
        if add.clicked() {
            out.push(Deed::plain(Action::Add));
        }
        ui.add_space(4.0);
        for action in [Action::ResumeAll, Action::PauseAll] {
            plain_button(ui, action, action.fits_any(list.states()), words, out);
        }
        // From left to right, as the eye and the Tab key go.
        let buttons = 2.0 * (theme::ICON_BUTTON + 8.0) + 12.0;
        let room = ui.available_width() - buttons - 12.0;
        let search_width = room.clamp(80.0, SEARCH);
        ui.add_space((room - search_width).max(0.0));
        search_field(ui, search, search_width, words);
        plain_button(ui, Action::Details, true, words, out);
        plain_button(ui, Action::Settings, true, words, out);
    });
}

fn plain_button(ui: &mut Ui, action: Action, enabled: bool, words: &Words, out: &mut Vec<Deed>) {
    let name = words.text(action.key());
    let button = widget::icon_button(ui, action.icon(), &name, enabled);
    if button.on_hover_text(action.tip(ui.ctx(), words)).clicked() {
        out.push(Deed::plain(action));
    }
}

fn search_field(ui: &mut Ui, search: &mut String, width: f32, words: &Words) {
    let hint = words.text("search-hint");
    let field = TextEdit::singleline(search)
        .id(search_id())
        .hint_text(hint.clone())
        .margin(egui::Margin { left: 32, right: 10, top: 8, bottom: 8 })
        .desired_width(width);
    let response = ui.add(field).accessible_name(hint);
    let t = tokens(ui);
    let glass = pos2(response.rect.left() + 18.0, response.rect.center().y);
    Icon::Search.paint(ui.painter(), glass, 15.0, t.faint);
    // The field itself lets go of the focus on Escape.
    if response.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Escape)) {
        search.clear();
    }
}

/// What the bar below says, made when the snapshot changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct StatusText {
    speed: String,
    counts: String,
    limit: String,
    free: String,
    /// Why all downloads stand, where there is one reason.
    pub standing: Option<StandingText>,
    /// The title of the window.
    pub title: String,
}

impl StatusText {
    /// What is to be said of `snapshot`.
    pub(crate) fn of(snapshot: &Snapshot, list: &List, words: &Words) -> Self {
        let active = list.count(Filter::Active) > 0;
        let waiting = list.count_in(State::Queued) + list.count_in(State::Waiting);
        let counts: Vec<String> = [
            (list.count(Filter::Active), "status-active"),
            (waiting, "status-waiting"),
            (list.count_in(State::Paused), "status-paused"),
            (list.count(Filter::Failed), "status-failed"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, key)| {
            let count = u64::try_from(count).unwrap_or(u64::MAX);
            words.with(key, &[("count", Arg::Count(count))])
        })
        .collect();
        let free = snapshot.free_bytes.map(bytes);
        let limit = limit(snapshot, words);
        Self {
            speed: if active { speed(snapshot.totals.speed_bps) } else { String::new() },
            counts: counts.join(" · "),
            limit: limit.unwrap_or_default(),
            standing: StandingText::of(&snapshot.regime, waiting, words),
            free: free
                .map(|free| words.with("status-free", &[("size", Arg::Text(&free))]))
                .unwrap_or_default(),
            title: title(snapshot, list, words),
        }
    }
}

/// The limit in force, and until when where it is that of the hour.
fn limit(snapshot: &Snapshot, words: &Words) -> Option<String> {
    let (regime, settings) = (&snapshot.regime, &snapshot.settings);
    let limit = speed(regime.limit_bps(settings)?);
    let is_hours = regime.limits(settings);
    match regime.until.filter(|_| is_hours) {
        Some(until) => {
            let until = words.soon(until);
            let args = [("speed", Arg::Text(&limit)), ("time", Arg::Text(&until))];
            Some(words.with("status-limit-until", &args))
        }
        None => Some(words.with("status-limit", &[("speed", Arg::Text(&limit))])),
    }
}

fn title(snapshot: &Snapshot, list: &List, words: &Words) -> String {
    let totals = &snapshot.totals;
    if list.count(Filter::Active) == 0 {
        return "Onward".to_owned();
    }
    let rate = speed(totals.speed_bps);
    if totals.active_total_bytes == 0 {
        return format!("{rate} – Onward");
    }
    let percent = words.percent(totals.active_done_bytes, totals.active_total_bytes);
    format!("{percent} · {rate} – Onward")
}

/// The bar below: total speed, counts, free space.
pub(crate) fn status(ui: &mut Ui, text: &StatusText) {
    let t = tokens(ui);
    ui.horizontal_centered(|ui| {
        ui.add_space(12.0);
        if !text.speed.is_empty() {
            let (spot, _) = ui.allocate_exact_size(vec2(12.0, 16.0), Sense::hover());
            Icon::ArrowDown.paint(ui.painter(), spot.center(), 13.0, t.accent);
            ui.label(egui::RichText::new(&text.speed).font(theme::small()).color(t.text));
        }
        ui.label(egui::RichText::new(&text.counts).font(theme::small()).color(t.dim));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.add_space(12.0);
            ui.label(egui::RichText::new(&text.free).font(theme::small()).color(t.dim));
            if !text.limit.is_empty() {
                ui.add_space(4.0);
                ui.label(egui::RichText::new(&text.limit).font(theme::small()).color(t.dim));
                let (spot, _) = ui.allocate_exact_size(vec2(14.0, 16.0), Sense::hover());
                Icon::Gauge.paint(ui.painter(), spot.center(), 13.0, t.accent);
            }
        });
    });
}

impl Window {
    /// The bars around the list, and what is asked of them.
    pub(super) fn bars(&mut self, ui: &mut Ui, deeds: &mut Vec<Deed>) {
        let t = tokens(ui);
        let frame = Frame::new().fill(t.panel);
        let words = &self.words;
        Panel::top("top").exact_size(TOP).resizable(false).frame(frame).show(ui, |ui| {
            top(ui, &self.list, &mut self.view.search, words, deeds);
        });
        let below = Panel::bottom("status").exact_size(STATUS).resizable(false).frame(frame);
        below.show(ui, |ui| status(ui, &self.status));
        let narrow = ui.ctx().content_rect().width() < side::NARROW;
        let width = if narrow { side::WIDTH_ICONS } else { side::WIDTH };
        let frame = frame.inner_margin(Margin::symmetric(8, 0));
        let name = if narrow { "side icons" } else { "side" };
        let mut asked = None;
        Panel::left(name).exact_size(width).resizable(false).frame(frame).show(ui, |ui| {
            let limit = (&self.limit, &*self.snapshot.settings);
            asked = side::show(ui, &self.list, &mut self.view, limit, narrow, words);
        });
        match asked {
            Some(Asked::Change(settings)) => self.send(Command::ChangeSettings(settings)),
            Some(Asked::Other) => {
                deeds.push(Deed::plain(Action::Settings));
                self.goes_to_limit = true;
            }
            None => {}
        }
        if let Some(said) = &self.status.standing {
            match standing::show(ui, said) {
                Some(Offer::GoOn) => self.send(Command::GoOnMetered),
                Some(Offer::Hours) => self.open_settings(&ui.ctx().clone(), Page::Hours),
                None => {}
            }
        }
    }
}
