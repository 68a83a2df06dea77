//! The dialog for the queue of downloads and the moment they start at.

use std::sync::Arc;

use eframe::egui;
use egui::Ui;
use jiff::Zoned;
use jiff::tz::TimeZone;

use super::start::{StartField, Starts};
use super::widget;
use crate::app::command::{Command, Which};
use crate::app::snapshot::JobView;
use crate::model::id::JobId;
use crate::model::queue::{QueueId, Start, When};
use crate::model::settings::Settings;
use crate::words::{Arg, Words};

/// What the dialog was left with.
pub(crate) enum Outcome {
    /// It stays.
    Stay,
    /// It is closed.
    Close,
    /// This is to be done, and it is closed.
    Do(Vec<Command>),
    /// The hours of queues are to be seen, and it is closed.
    Hours,
}

/// The dialog for some jobs.
pub(crate) struct WhenDialog {
    jobs: Vec<JobId>,
    /// The name of the first of them.
    name: String,
    /// The queue they are all in; none where they differ.
    queue: Option<QueueId>,
    /// When they all start; none where they differ.
    start: Option<Start>,
    field: StartField,
    settings: Arc<Settings>,
}

impl WhenDialog {
    /// A dialog for these jobs, that shows what is so of them; none where there are none.
    pub(crate) fn new(jobs: &[&JobView], settings: &Arc<Settings>) -> Option<Self> {
        let first = jobs.first()?;
        let now = Zoned::now();
        // One whose queue is no more is in the main one.
        let queue_of = |job: &JobView| settings.queue(job.queue).map_or(QueueId::MAIN, |q| q.id);
        let start_of = |job: &JobView| {
            let ahead = job.not_before.filter(|at| *at > now.timestamp());
            ahead.map_or(Start::InTurn, Start::At)
        };
        let queue = jobs.iter().all(|job| queue_of(job) == queue_of(first));
        let queue = queue.then(|| queue_of(first));
        let start = jobs.iter().all(|job| start_of(job) == start_of(first));
        let start = start.then(|| start_of(first));
        let at = match start {
            Some(Start::At(at)) => Some(at.to_zoned(TimeZone::system())),
            Some(Start::InTurn) | None => None,
        };
        let mut field = StartField::new(queue, at.as_ref(), &now);
        if start.is_none() {
            field.starts = Starts::AsSet;
        }
        let (jobs, name) = (jobs.iter().map(|job| job.id).collect(), first.name.clone());
        Some(Self { jobs, name, queue, start, field, settings: Arc::clone(settings) })
    }

    /// Draws it.
    pub(crate) fn show(&mut self, ui: &mut Ui, words: &Words) -> Outcome {
        ui.set_width((ui.ctx().content_rect().width() - 88.0).min(460.0));
        let now = Zoned::now();
        let count = u64::try_from(self.jobs.len()).unwrap_or(u64::MAX);
        let args = [("count", Arg::Count(count)), ("name", Arg::Text(&self.name))];
        widget::heading(ui, &words.with("when-title", &args));
        ui.add_space(2.0);
        let choices: &[Starts] = match self.start {
            Some(_) => &[Starts::Now, Starts::At],
            None => &[Starts::AsSet, Starts::Now, Starts::At],
        };
        let entered = self.field.show_start(ui, choices, &now, words);
        ui.add_space(6.0);
        if self.settings.queues.is_empty() {
            widget::caption(ui, &words.text("when-no-queues"));
        } else {
            self.field.show_queue(ui, &self.settings, words);
        }
        ui.add_space(2.0);
        let is_whole = self.field.is_whole(&now);
        let when = self.when(&now);
        // It leads elsewhere: nothing that was chosen is to be lost by that.
        let leads = |ui: &mut Ui| ui.link(words.text("when-hours")).clicked();
        let hours = ui.add_enabled_ui(when == When::default(), leads).inner;
        let (done, left) = widget::foot(ui, |ui| {
            let yes = widget::filled_button(ui, None, &words.text("when-yes"), is_whole);
            let left = ui.add_sized([84.0, 32.0], egui::Button::new(words.text("cancel")));
            (yes.clicked(), left.clicked())
        });
        match (hours, done || entered, left) {
            (true, ..) => Outcome::Hours,
            (_, true, _) if is_whole => Outcome::Do(self.command(when).into_iter().collect()),
            (.., true) => Outcome::Close,
            _ => Outcome::Stay,
        }
    }

    /// What is chosen to be another.
    fn when(&self, now: &Zoned) -> When {
        let start = match self.field.starts {
            Starts::Now => Some(Start::InTurn),
            Starts::At => self.field.moment(now).map(Start::At),
            Starts::Later | Starts::AsSet => None,
        };
        let start = start.filter(|start| self.start.is_none_or(|before| !is_alike(before, *start)));
        When { queue: self.field.queue.filter(|queue| self.queue != Some(*queue)), start }
    }

    fn command(&self, when: When) -> Option<Command> {
        let is_other = when != When::default();
        is_other.then(|| Command::SetWhen(Which::Jobs(self.jobs.clone()), when))
    }
}

/// Whether two starts are one to the minute: the field knows no seconds.
fn is_alike(one: Start, other: Start) -> bool {
    match (one, other) {
        (Start::InTurn, Start::InTurn) => true,
        (Start::At(one), Start::At(other)) => {
            one.as_second().div_euclid(60) == other.as_second().div_euclid(60)
        }
        (Start::InTurn, Start::At(_)) | (Start::At(_), Start::InTurn) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::sample::view;
    use crate::model::queue::Queue;
    use crate::model::schedule::Schedule;

    fn settings() -> Arc<Settings> {
        let schedule = Schedule::default();
        let nights = Queue { id: QueueId(1), name: "Nights".into(), schedule };
        Arc::new(Settings { queues: vec![nights], ..Settings::default() })
    }

    #[test]
    fn only_what_is_another_is_sent() {
        let now = Zoned::now();
        let at = now.timestamp() + jiff::SignedDuration::from_hours(30);
        let plain = view();
        let later = JobView { id: JobId(8), not_before: Some(at), ..view() };
        let dialog = |jobs: &[&JobView]| WhenDialog::new(jobs, &settings()).unwrap();
        let nothing = When::default();
        assert_eq!(dialog(&[&plain]).when(&now), nothing);
        assert_eq!(dialog(&[&plain]).command(nothing), None);
        let mut of_later = dialog(&[&later]);
        assert_eq!((of_later.field.starts, of_later.when(&now)), (Starts::At, nothing));
        of_later.field.starts = Starts::Now;
        let in_turn = When { start: Some(Start::InTurn), ..nothing };
        assert_eq!(of_later.when(&now), in_turn);
        let mut other = dialog(&[&plain]);
        (other.field.queue, other.field.starts) = (Some(QueueId(1)), Starts::At);
        let start = other.field.moment(&now).map(Start::At);
        let both = When { queue: Some(QueueId(1)), start };
        assert_eq!(other.when(&now), both);
        let command = Command::SetWhen(Which::Jobs(vec![plain.id]), both);
        assert_eq!(other.command(both), Some(command));
    }

    #[test]
    fn what_differs_stays_as_it_is_unless_it_is_chosen() {
        let now = Zoned::now();
        let at = now.timestamp() + jiff::SignedDuration::from_hours(30);
        let elsewhere = JobView { queue: QueueId(1), not_before: Some(at), ..view() };
        let mut both = WhenDialog::new(&[&view(), &elsewhere], &settings()).unwrap();
        assert_eq!((both.field.queue, both.field.starts), (None, Starts::AsSet));
        assert_eq!(both.when(&now), When::default());
        both.field.queue = Some(QueueId::MAIN);
        assert_eq!(both.when(&now), When { queue: Some(QueueId::MAIN), start: None });
        // One whose queue is no more is in the main one.
        let lost = JobView { queue: QueueId(9), ..view() };
        let lost = WhenDialog::new(&[&lost, &view()], &settings()).unwrap();
        assert_eq!(lost.when(&now), When::default());
    }
}
