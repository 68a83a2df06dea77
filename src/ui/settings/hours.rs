//! The hours of a schedule: a card for each window, the pace of all other hours, and the sentence that
//! says it all.
//!
//! Invariant: what is half typed changes nothing.

use eframe::egui;
use egui::{ComboBox, Frame, Id, Margin, Role, Stroke, Ui, WidgetInfo, vec2};
use jiff::civil::Weekday;

use super::super::icons::Icon;
use super::super::limit::{LimitField, Limited};
use super::super::theme::{self, tokens};
use super::super::widget;
use super::field::{Field, Look};
use super::line::remark;
use crate::model::schedule::{Days, MAX_WINDOWS, Pace, Schedule, TimeOfDay, Window, week};
use crate::words::Words;

/// Width of a day, of a time, and of the choice of a pace.
const DAY: f32 = 44.0;
const TIME: f32 = 60.0;
const PACE: f32 = 124.0;
/// What is offered first where a limit is chosen, in bytes a second.
const FIRST_LIMIT: u64 = 500_000;

/// The kinds of pace, whatever the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Full,
    Limit,
    Stop,
}

const KINDS: [(Kind, &str); 3] =
    [(Kind::Full, "hours-full"), (Kind::Limit, "hours-at-most"), (Kind::Stop, "hours-stop")];

/// A pace that can be changed.
#[derive(Debug)]
struct PaceField {
    kind: Kind,
    limit_bps: u64,
    limit: LimitField,
}

impl PaceField {
    fn new(pace: Pace) -> Self {
        let kind = match pace {
            Pace::Full => Kind::Full,
            Pace::Limit(_) => Kind::Limit,
            Pace::Stop => Kind::Stop,
        };
        let limit_bps = pace.limit_bps().unwrap_or(FIRST_LIMIT);
        Self { kind, limit_bps, limit: LimitField::new(Some(limit_bps)) }
    }

    fn pace(&self) -> Pace {
        match self.kind {
            Kind::Full => Pace::Full,
            Kind::Limit => Pace::Limit(self.limit_bps).within_bounds(),
            Kind::Stop => Pace::Stop,
        }
    }

    fn show(&mut self, ui: &mut Ui, words: &Words, id: Id, label: Option<Id>) {
        let name = KINDS.iter().find(|(kind, _)| *kind == self.kind).map_or("", |(_, word)| word);
        let combo = ComboBox::from_id_salt((id, "kind"))
            .width(PACE)
            .selected_text(words.text(name))
            .show_ui(ui, |ui| {
                for (kind, word) in KINDS {
                    ui.selectable_value(&mut self.kind, kind, words.text(word));
                }
            });
        let combo = match label {
            Some(label) => combo.response.labelled_by(label),
            None => combo.response.accessible_name(words.text("hours-pace")),
        };
        if self.kind != Kind::Limit {
            return;
        }
        match self.limit.show(ui, words, id.with((0, "limit")), combo.id) {
            Some(Limited(Some(bps))) => self.limit_bps = bps,
            // No limit is another kind of pace: what was there stays.
            Some(Limited(None)) => self.limit = LimitField::new(Some(self.limit_bps)),
            None => {}
        }
    }
}

/// One window as it is being made.
#[derive(Debug)]
struct Card {
    /// Stays with it.
    number: u64,
    days: Days,
    from: Field,
    to: Field,
    pace: PaceField,
}

impl Card {
    fn new(number: u64, window: &Window) -> Self {
        let (from, to) = (window.from.to_string(), window.to.to_string());
        let (from, to) = (Field::new(from), Field::new(to));
        Self { number, days: window.days, from, to, pace: PaceField::new(window.pace) }
    }

    fn window(&self) -> Option<Window> {
        let time = |field: &Field| TimeOfDay::read(field.at_rest()).ok();
        let (from, to) = (time(&self.from)?, time(&self.to)?);
        Some(Window { days: self.days, from, to, pace: self.pace.pace() })
    }

    /// Draws it; true where it is to go.
    fn show(&mut self, ui: &mut Ui, words: &Words, id: Id) -> bool {
        let id = id.with(self.number);
        let gone = ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            for day in week() {
                self.day(ui, words, day);
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let name = words.text("hours-remove");
                widget::icon_button(ui, Icon::X, &name, true).on_hover_text(name).clicked()
            })
            .inner
        });
        ui.horizontal(|ui| {
            time(ui, words, &mut self.from, id.with((0, "from")), "hours-from");
            ui.label(words.text("hours-to-label"));
            time(ui, words, &mut self.to, id.with((0, "to")), "hours-to");
            self.pace.show(ui, words, id.with((0, "pace")), None);
        });
        self.remark(ui, words);
        gone.inner
    }

    /// A day, on or off.
    fn day(&mut self, ui: &mut Ui, words: &Words, day: Weekday) {
        let (rect, response) = ui.allocate_exact_size(vec2(DAY, 26.0), egui::Sense::click());
        let (is_on, name) = (self.days.has(day), words.weekday(day));
        response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, is_on, &name));
        let t = tokens(ui);
        let fill = if is_on { t.soft } else { t.panel };
        let lit = response.hovered() || response.has_focus();
        let edge = if is_on || lit { t.accent } else { t.line };
        ui.painter().rect_filled(rect, theme::RADIUS, fill);
        let stroke = Stroke::new(if response.has_focus() { 2.0 } else { 1.0 }, edge);
        ui.painter().rect_stroke(rect, theme::RADIUS, stroke, egui::StrokeKind::Inside);
        let ink = if is_on { t.text } else { t.faint };
        let text = words.weekday_short(day);
        let label = widget::cut(ui.painter(), &text, theme::small(), ink, DAY - 6.0);
        ui.painter().galley(rect.center() - label.size() / 2.0, label, ink);
        if response.on_hover_text(name).clicked() {
            self.days = self.days.with(day, !is_on);
        }
    }

    fn remark(&self, ui: &mut Ui, words: &Words) {
        if self.from.is_bad(is_time) || self.to.is_bad(is_time) {
            remark(ui, &words.text("start-no-time"));
        } else if self.days == Days::NONE {
            widget::caption(ui, &words.text("hours-no-day"));
        } else if let Some(Window { from, to, .. }) = self.window()
            && to <= from
            && to != TimeOfDay::default()
        {
            widget::caption(ui, &words.text("hours-next-day"));
        }
    }
}

fn is_time(text: &str) -> bool {
    TimeOfDay::read(text).is_ok()
}

fn time(ui: &mut Ui, words: &Words, field: &mut Field, id: Id, name: &str) {
    let name = words.text(name);
    let look = Look { id, width: TIME, hint: "", name: Some(&name), label: None };
    if let Some(typed) = field.show(ui, look, is_time)
        && let Ok(time) = TimeOfDay::read(&typed)
    {
        field.show_now(time.to_string());
    }
}

/// All hours of a schedule.
#[derive(Debug)]
pub(super) struct HoursField {
    id: Id,
    on: bool,
    cards: Vec<Card>,
    next: u64,
    otherwise: PaceField,
}

impl HoursField {
    /// The hours of a schedule; `id` tells several apart.
    pub(super) fn new(id: Id, schedule: &Schedule) -> Self {
        let mut field = Self {
            id,
            on: schedule.on,
            cards: Vec::new(),
            next: 0,
            otherwise: PaceField::new(schedule.otherwise),
        };
        schedule.windows.iter().for_each(|window| field.add(window));
        field
    }

    fn add(&mut self, window: &Window) {
        self.cards.push(Card::new(self.next, window));
        self.next += 1;
    }

    /// What is made of it.
    pub(super) fn schedule(&self) -> Schedule {
        Schedule {
            on: self.on,
            windows: self.cards.iter().filter_map(Card::window).collect(),
            otherwise: self.otherwise.pace(),
        }
    }

    /// Draws it. True where it changed.
    pub(super) fn show(&mut self, ui: &mut Ui, words: &Words) -> bool {
        let before = self.schedule();
        widget::check(ui, &mut self.on, &words.text("hours-on"));
        ui.add_enabled_ui(self.on, |ui| self.cards(ui, words));
        let now = self.schedule();
        widget::told(ui, &words.schedule(&now), tokens(ui).dim);
        before != now
    }

    fn cards(&mut self, ui: &mut Ui, words: &Words) {
        let mut gone = None;
        let id = self.id;
        for (at, card) in self.cards.iter_mut().enumerate() {
            let frame = Frame::new()
                .stroke(Stroke::new(1.0, tokens(ui).line))
                .corner_radius(theme::RADIUS)
                .inner_margin(Margin::same(8));
            let shown = frame.show(ui, |ui| card.show(ui, words, id));
            gone = shown.inner.then_some(at).or(gone);
        }
        if let Some(at) = gone {
            self.cards.remove(at);
        }
        ui.horizontal(|ui| {
            let name =
                if self.cards.is_empty() { "hours-all-label" } else { "hours-otherwise-label" };
            let label = ui.label(words.text(name)).id;
            self.otherwise.show(ui, words, id.with((0, "otherwise")), Some(label));
        });
        let has_room = self.cards.len() < MAX_WINDOWS;
        let text = words.text("hours-add");
        if ui.add_enabled_ui(has_room, |ui| widget::outlined_button(ui, &text)).inner.clicked() {
            self.add(&night());
        }
    }
}

/// The window that is offered first.
pub(super) fn night() -> Window {
    let hour = |hour| TimeOfDay::new(hour, 0).unwrap_or_default();
    Window { days: Days::ALL, from: hour(1), to: hour(7), pace: Pace::Full }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hours_are_those_they_were_made_of() {
        let evening = Window { days: Days::WEEKEND, pace: Pace::Limit(7), ..night() };
        for schedule in [
            Schedule::default(),
            Schedule { on: false, windows: vec![night(), evening], otherwise: Pace::Stop },
            Schedule { otherwise: Pace::Limit(1234), ..Schedule::default() },
        ] {
            assert_eq!(HoursField::new(Id::unique("x"), &schedule).schedule(), schedule);
        }
    }
}
