//! The queues beside the main one, each a card with its name and its hours.
//!
//! Invariant: a number is never used twice while the dialog is open, so that no job comes into a queue by
//! its number alone.

use eframe::egui;
use egui::{Frame, Id, Margin, Stroke, Ui};

use super::super::icons::Icon;
use super::super::theme::{self, tokens};
use super::super::widget;
use super::field::{Field, Look};
use super::hours::{HoursField, night};
use super::line::remark;
use crate::model::queue::{MAX_QUEUE_NAME, MAX_QUEUES, Queue, QueueId};
use crate::model::schedule::{Pace, Schedule};
use crate::words::Words;

/// One queue as it is being made.
#[derive(Debug)]
struct Card {
    id: QueueId,
    name: Field,
    hours: HoursField,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Queues {
    cards: Vec<Card>,
    next: u32,
}

fn is_name(text: &str) -> bool {
    !text.trim().is_empty() && text.trim().chars().count() <= MAX_QUEUE_NAME
}

impl Card {
    fn new(queue: &Queue) -> Self {
        let id = Id::unique("hours of a queue").with(queue.id.0);
        let hours = HoursField::new(id, &queue.schedule);
        Self { id: queue.id, name: Field::new(queue.name.clone()), hours }
    }

    /// Draws it; whether it changed, and whether it is to go.
    fn show(&mut self, ui: &mut Ui, words: &Words) -> (bool, bool) {
        let head = ui.horizontal(|ui| {
            let name = words.text("queue-name");
            let look = Look {
                id: Id::unique("queue").with(self.id.0),
                width: ui.available_width() - theme::ICON_BUTTON - 8.0,
                hint: &name,
                name: Some(&name),
                label: None,
            };
            let named = self.name.show(ui, look, is_name).is_some();
            let remove = words.text("queue-remove");
            let gone = widget::icon_button(ui, Icon::X, &remove, true).on_hover_text(remove);
            (named, gone.clicked())
        });
        if self.name.is_bad(is_name) {
            remark(ui, &words.text("queue-no-name"));
        }
        let (named, gone) = head.inner;
        (self.hours.show(ui, words) | named, gone)
    }
}

impl Queues {
    /// The cards of these queues; `used` is the highest number that a job has.
    pub(super) fn new(queues: &[Queue], used: QueueId) -> Self {
        let numbers = queues.iter().map(|queue| queue.id.0).chain([used.0]);
        let next = numbers.max().unwrap_or(0).saturating_add(1);
        Self { cards: queues.iter().map(Card::new).collect(), next }
    }

    /// Takes over numbers that were given out before.
    #[must_use]
    pub(super) fn after(mut self, before: &Self) -> Self {
        self.next = self.next.max(before.next);
        self
    }

    /// What is made of them.
    pub(super) fn queues(&self) -> Vec<Queue> {
        let queue = |card: &Card| Queue {
            id: card.id,
            name: card.name.at_rest().trim().to_owned(),
            schedule: card.hours.schedule(),
        };
        self.cards.iter().map(queue).collect()
    }

    /// Draws them. True where anything changed.
    pub(super) fn show(&mut self, ui: &mut Ui, words: &Words) -> bool {
        let (mut changed, mut gone) = (false, None);
        for (at, card) in self.cards.iter_mut().enumerate() {
            let frame = Frame::new()
                .stroke(Stroke::new(1.0, tokens(ui).line))
                .corner_radius(theme::RADIUS)
                .inner_margin(Margin::same(10));
            let (is_other, goes) = frame.show(ui, |ui| card.show(ui, words)).inner;
            changed |= is_other;
            gone = goes.then_some(at).or(gone);
            ui.add_space(2.0);
        }
        if let Some(at) = gone {
            self.cards.remove(at);
            changed = true;
        }
        let has_room = self.cards.len() < MAX_QUEUES;
        let text = words.text("queue-add");
        if ui.add_enabled_ui(has_room, |ui| widget::outlined_button(ui, &text)).inner.clicked() {
            self.add(words.text("queue-first-name"));
            changed = true;
        }
        changed
    }

    /// A queue to begin with: nights only.
    fn add(&mut self, name: String) {
        let schedule =
            Schedule { windows: vec![night()], otherwise: Pace::Stop, ..Schedule::default() };
        self.cards.push(Card::new(&Queue { id: QueueId(self.next), name, schedule }));
        self.next = self.next.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_not_given_out_again() {
        let mut queues = Queues::new(&[], QueueId::MAIN);
        queues.add("A".into());
        queues.add("B".into());
        let all = queues.queues();
        assert_eq!(all.iter().map(|queue| queue.id.0).collect::<Vec<_>>(), [1, 2]);
        assert!(all.iter().all(Queue::is_whole));
        assert_eq!(Queues::new(&all, QueueId::MAIN).queues(), all);
        queues.cards.clear();
        let mut again = Queues::new(&[], QueueId::MAIN).after(&queues);
        again.add("C".into());
        assert_eq!(again.queues()[0].id, QueueId(3));
        let mut left = Queues::new(&all, QueueId(7));
        left.add("D".into());
        assert_eq!(left.queues()[2].id, QueueId(8), "jobs of a queue that is lost stay out of it");
    }
}
