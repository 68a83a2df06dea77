//! When downloads start, and the queue whose hours they follow: fields that the add dialog and the dialog
//! of downloads that are there have in common.

use eframe::egui;
use egui::{ComboBox, Id, Key, TextEdit, Ui, vec2};
use jiff::civil::Date;
use jiff::{Span, Timestamp, Zoned};

use super::theme::tokens;
use super::widget;
use crate::model::queue::QueueId;
use crate::model::schedule::TimeOfDay;
use crate::model::settings::Settings;
use crate::words::{Arg, Words};

/// Days that can be chosen, from today on.
const DAYS: i32 = 15;
/// Width of a choice, of the day, and of the time.
const CHOICE: f32 = 190.0;
const DAY: f32 = 150.0;
const TIME: f32 = 58.0;
/// The time that is offered first: nights are when lines are free.
const FIRST: u16 = 1;

/// When they start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Starts {
    /// When it is their turn.
    Now,
    /// At a moment.
    At,
    /// When the user says so.
    Later,
    /// Each as it is.
    AsSet,
}

/// The fields.
#[derive(Clone, Debug)]
pub(crate) struct StartField {
    pub(crate) starts: Starts,
    /// The queue; none where each stays in its own.
    pub(crate) queue: Option<QueueId>,
    day: Date,
    time: String,
}

impl StartField {
    /// Fields that show this. The moment to begin with is the next night, where none is given.
    pub(crate) fn new(queue: Option<QueueId>, at: Option<&Zoned>, now: &Zoned) -> Self {
        let night = TimeOfDay::new(FIRST, 0).unwrap_or_default();
        let tonight = if now.hour() < 1 { now.date() } else { day_after(now.date(), 1) };
        let (day, time) = match at {
            Some(at) => (at.date(), at.strftime("%H:%M").to_string()),
            None => (tonight, night.to_string()),
        };
        let starts = if at.is_some() { Starts::At } else { Starts::Now };
        Self { starts, queue, day, time }
    }

    /// The moment that is chosen, where it can be read and lies ahead.
    pub(crate) fn moment(&self, now: &Zoned) -> Option<Timestamp> {
        let time = TimeOfDay::read(&self.time).ok()?;
        let (hour, minute) = (i8::try_from(time.hour()).ok()?, i8::try_from(time.minute()).ok()?);
        let at = self.day.at(hour, minute, 0, 0).to_zoned(now.time_zone().clone()).ok()?;
        Some(at.timestamp()).filter(|at| *at > now.timestamp())
    }

    /// Whether what is chosen can be had.
    pub(crate) fn is_whole(&self, now: &Zoned) -> bool {
        self.starts != Starts::At || self.moment(now).is_some()
    }

    /// Draws when they start. True where Enter was pressed in the time.
    pub(crate) fn show_start(
        &mut self,
        ui: &mut Ui,
        choices: &[Starts],
        now: &Zoned,
        words: &Words,
    ) -> bool {
        let caption = widget::field_caption(ui, &words.text("start-caption"));
        let shown = ui.horizontal(|ui| {
            let combo = ComboBox::from_id_salt("starts").width(CHOICE);
            let combo = combo.selected_text(words.text(key(self.starts))).show_ui(ui, |ui| {
                for choice in choices {
                    ui.selectable_value(&mut self.starts, *choice, words.text(key(*choice)));
                }
            });
            let _ = combo.response.labelled_by(caption.id);
            if self.starts == Starts::At {
                self.day_choice(ui, now, words);
                return self.time_field(ui, words);
            }
            false
        });
        if self.starts == Starts::At {
            self.remark(ui, now, words);
        }
        shown.inner
    }

    fn day_choice(&mut self, ui: &mut Ui, now: &Zoned, words: &Words) {
        let name = |day: Date| day_name(day, now.date(), words);
        let combo = ComboBox::from_id_salt("day").width(DAY).selected_text(name(self.day));
        let combo = combo.show_ui(ui, |ui| {
            for days in 0..DAYS {
                let day = day_after(now.date(), days);
                ui.selectable_value(&mut self.day, day, name(day));
            }
        });
        let _ = combo.response.accessible_name(words.text("start-day"));
    }

    fn time_field(&mut self, ui: &mut Ui, words: &Words) -> bool {
        let t = tokens(ui);
        let is_good = TimeOfDay::read(&self.time).is_ok();
        let field = TextEdit::singleline(&mut self.time)
            .id(Id::unique("start time"))
            .text_color(if is_good { t.text } else { t.err })
            .margin(vec2(10.0, 7.0))
            .desired_width(TIME);
        let field = ui.add(field).accessible_name(words.text("start-time"));
        if field.lost_focus()
            && let Ok(time) = TimeOfDay::read(&self.time)
        {
            self.time = time.to_string();
        }
        field.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter))
    }

    /// What the clock will show, or why that cannot be.
    fn remark(&self, ui: &mut Ui, now: &Zoned, words: &Words) {
        let t = tokens(ui);
        match (TimeOfDay::read(&self.time).is_ok(), self.moment(now)) {
            (false, _) => widget::told(ui, &words.text("start-no-time"), t.err),
            (true, None) => widget::told(ui, &words.text("start-past"), t.err),
            (true, Some(at)) => {
                let left = at.duration_since(now.timestamp()).as_secs();
                let left = words.duration(u64::try_from(left).unwrap_or_default());
                widget::caption(ui, &words.with("start-in", &[("time", Arg::Text(&left))]));
            }
        }
    }

    /// Draws which queue they are in, and what its hours are.
    pub(crate) fn show_queue(&mut self, ui: &mut Ui, settings: &Settings, words: &Words) {
        let caption = widget::field_caption(ui, &words.text("start-queue"));
        let differs = self.queue.is_none();
        let name = |id: Option<QueueId>| match id {
            None => words.text("start-as-set"),
            Some(id) => {
                let queue = settings.queue(id);
                queue.map_or_else(|| words.text("queue-main"), |queue| queue.name.clone())
            }
        };
        let combo = ComboBox::from_id_salt("queue").width(CHOICE).selected_text(name(self.queue));
        let combo = combo.show_ui(ui, |ui| {
            let ids = settings.queues.iter().map(|queue| queue.id);
            let ids = [QueueId::MAIN].into_iter().chain(ids).map(Some);
            for id in differs.then_some(None).into_iter().chain(ids) {
                ui.selectable_value(&mut self.queue, id, name(id));
            }
        });
        let _ = combo.response.labelled_by(caption.id);
        if let Some(id) = self.queue {
            let hours = settings.queue(id).map_or(&settings.schedule, |queue| &queue.schedule);
            widget::caption(ui, &words.schedule(hours));
        }
    }
}

fn key(starts: Starts) -> &'static str {
    match starts {
        Starts::Now => "start-now",
        Starts::At => "start-at",
        Starts::Later => "start-later",
        Starts::AsSet => "start-as-set",
    }
}

fn day_after(date: Date, days: i32) -> Date {
    date.checked_add(Span::new().days(days)).unwrap_or(date)
}

fn day_name(day: Date, today: Date, words: &Words) -> String {
    let weekday = words.weekday(day.weekday());
    match day.since(today).map_or(i32::MAX, |span| span.get_days()) {
        0 => words.text("start-today"),
        1 => words.text("start-tomorrow"),
        2..=6 => weekday,
        _ => {
            let date = words.date(day);
            words.with("start-date", &[("day", Arg::Text(&weekday)), ("date", Arg::Text(&date))])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::settings::Language;

    fn zoned(text: &str) -> Zoned {
        text.parse().unwrap()
    }

    #[test]
    fn the_next_night_is_offered_first() {
        for (now, expected) in [
            ("2026-11-24T12:00[UTC]", "2026-11-25T01:00:00Z"),
            ("2026-11-24T00:30[UTC]", "2026-11-24T01:00:00Z"),
            ("2026-11-24T01:00[UTC]", "2026-11-25T01:00:00Z"),
        ] {
            let now = zoned(now);
            let field = StartField::new(Some(QueueId::MAIN), None, &now);
            assert_eq!((field.starts, field.is_whole(&now)), (Starts::Now, true));
            assert_eq!(field.moment(&now), Some(expected.parse().unwrap()), "{now}");
        }
    }

    #[test]
    fn a_moment_lies_ahead() {
        let now = zoned("2026-11-24T12:00[UTC]");
        let at = zoned("2026-11-26T07:30[UTC]");
        let mut field = StartField::new(Some(QueueId::MAIN), Some(&at), &now);
        assert_eq!((field.starts, field.moment(&now)), (Starts::At, Some(at.timestamp())));
        for (day, time, is_whole) in [
            (now.date(), "12:00", false),
            (now.date(), "12:01", true),
            (now.date(), "noon", false),
            (at.date(), "0:00", true),
        ] {
            (field.day, field.time) = (day, time.into());
            assert_eq!(field.is_whole(&now), is_whole, "{day} {time}");
        }
        field.starts = Starts::Later;
        assert!(field.is_whole(&now));
    }

    #[test]
    fn days_are_named_as_people_name_them() {
        let (today, words) = (zoned("2026-11-24T12:00[UTC]").date(), Words::new(Language::English));
        let names = [0, 1, 2, 6, 7].map(|days| day_name(day_after(today, days), today, &words));
        let expected = ["Today", "Tomorrow", "Thursday", "Monday", "Tuesday, 1 Dec"];
        assert_eq!(names, expected);
    }
}
