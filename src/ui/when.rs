//! The dialog for the queue of downloads and the moment they start at.

use std::sync::Arc;

use eframe::egui;
use egui::{Key, Ui};
use jiff::Zoned;
use jiff::tz::TimeZone;

use super::start::{StartField, Starts};
use super::widget;
use crate::app::command::{Command, Which};
use crate::app::snapshot::JobView;
use crate::model::id::JobId;
use crate::model::queue::QueueId;
use crate::model::settings::Settings;
use crate::model::why::Kept;
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
    /// Those that wait for a moment of their own.
    scheduled: Vec<JobId>,
    field: StartField,
    settings: Arc<Settings>,
}

impl WhenDialog {
    /// A dialog for these jobs, that shows what is so of the first; none where there are none.
    pub(crate) fn new(jobs: &[&JobView], settings: &Arc<Settings>) -> Option<Self> {
        let first = jobs.first()?;
        let (now, zone) = (Zoned::now(), TimeZone::system());
        let moment = |job: &JobView| match job.why.kept()? {
            Kept::Until(at) => Some(at),
            Kept::Hours(_) | Kept::Metered => None,
        };
        let at = moment(first).map(|at| at.to_zoned(zone));
        let is_scheduled = |job: &&&JobView| moment(job).is_some();
        let queue = if settings.queue(first.queue).is_some() { first.queue } else { QueueId::MAIN };
        Some(Self {
            jobs: jobs.iter().map(|job| job.id).collect(),
            name: first.name.clone(),
            queue: jobs.iter().all(|job| job.queue == first.queue).then_some(queue),
            scheduled: jobs.iter().filter(is_scheduled).map(|job| job.id).collect(),
            field: StartField::new(queue, at.as_ref(), &now),
            settings: Arc::clone(settings),
        })
    }

    /// Draws it.
    pub(crate) fn show(&mut self, ui: &mut Ui, words: &Words) -> Outcome {
        ui.set_width((ui.ctx().content_rect().width() - 88.0).min(460.0));
        let now = Zoned::now();
        let count = u64::try_from(self.jobs.len()).unwrap_or(u64::MAX);
        let args = [("count", Arg::Count(count)), ("name", Arg::Text(&self.name))];
        widget::heading(ui, &words.with("when-title", &args));
        ui.add_space(2.0);
        self.field.show_start(ui, &[Starts::Now, Starts::At], &now, words);
        ui.add_space(6.0);
        let mut hours = false;
        if self.settings.queues.is_empty() {
            widget::caption(ui, &words.text("when-no-queues"));
        } else {
            self.field.show_queue(ui, &self.settings, words);
        }
        ui.add_space(2.0);
        hours |= ui.link(words.text("when-hours")).clicked();
        let is_whole = self.field.is_whole(&now);
        let entered = ui.input(|i| i.key_pressed(Key::Enter)) && ui.ctx().text_edit_focused();
        let (done, left) = widget::foot(ui, |ui| {
            let yes = widget::filled_button(ui, None, &words.text("when-yes"), is_whole);
            let left = ui.add_sized([84.0, 32.0], egui::Button::new(words.text("cancel")));
            (yes.clicked(), left.clicked())
        });
        match (hours, done || entered, left) {
            (true, ..) => Outcome::Hours,
            (_, true, _) if is_whole => Outcome::Do(self.commands(&now)),
            (.., true) => Outcome::Close,
            _ => Outcome::Stay,
        }
    }

    /// What is to be sent for what is chosen.
    fn commands(&self, now: &Zoned) -> Vec<Command> {
        let mut commands = Vec::new();
        if self.queue != Some(self.field.queue) {
            commands.push(Command::SetQueue(Which::Jobs(self.jobs.clone()), self.field.queue));
        }
        match (self.field.starts, self.field.moment(now)) {
            (Starts::At, Some(at)) => {
                commands.push(Command::StartAt(Which::Jobs(self.jobs.clone()), at));
            }
            (Starts::Now, _) if !self.scheduled.is_empty() => {
                commands.push(Command::Resume(Which::Jobs(self.scheduled.clone())));
            }
            (Starts::At | Starts::Now | Starts::Later, _) => {}
        }
        commands
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::sample::view;
    use crate::model::queue::Queue;
    use crate::model::schedule::Schedule;
    use crate::model::why::Why;

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
        let later = JobView { id: JobId(8), why: Why::Scheduled { at }, ..view() };
        let dialog = |jobs: &[&JobView]| WhenDialog::new(jobs, &settings()).unwrap();
        assert!(dialog(&[&plain]).commands(&now).is_empty());
        let mut of_later = dialog(&[&later, &plain]);
        assert_eq!(of_later.field.starts, Starts::At, "it shows what is so");
        of_later.field.starts = Starts::Now;
        let resume = Command::Resume(Which::Jobs(vec![JobId(8)]));
        assert_eq!(of_later.commands(&now), [resume]);
        let mut other = dialog(&[&plain]);
        (other.field.queue, other.field.starts) = (QueueId(1), Starts::At);
        let which = || Which::Jobs(vec![plain.id]);
        let expected = other.field.moment(&now).unwrap();
        let commands =
            [Command::SetQueue(which(), QueueId(1)), Command::StartAt(which(), expected)];
        assert_eq!(other.commands(&now), commands);
        // Of several in different queues none is left where it is.
        let elsewhere = JobView { queue: QueueId(1), ..view() };
        let both = dialog(&[&plain, &elsewhere]).commands(&now);
        assert!(matches!(both[..], [Command::SetQueue(_, QueueId::MAIN)]));
        // One whose queue is no more is in the main one.
        let lost = JobView { queue: QueueId(9), ..view() };
        assert!(dialog(&[&lost]).commands(&now).is_empty());
    }
}
