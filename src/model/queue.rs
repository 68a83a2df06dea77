//! Queues: which of them a job is in, when each may run, and moving jobs in the order.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::schedule::Schedule;

/// Queues beside the main one at most.
pub const MAX_QUEUES: usize = 16;
/// Characters of a queue's name at most.
pub const MAX_QUEUE_NAME: usize = 60;

/// Which queue a job is in. A job of a queue that is no more is in the main one.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct QueueId(pub u32);

impl QueueId {
    /// The queue of every job that is in no other.
    pub const MAIN: Self = Self(0);
}

/// A queue beside the main one: its jobs run in hours of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    /// Its number, which stays with it; at least 1.
    pub id: QueueId,
    /// What it is called.
    pub name: String,
    /// When its jobs may run, and how fast together.
    #[serde(flatten)]
    pub schedule: Schedule,
}

impl Queue {
    /// Whether it can be used: it has a number of its own and a name.
    pub fn is_whole(&self) -> bool {
        let name = self.name.trim();
        self.id != QueueId::MAIN && !name.is_empty() && name.chars().count() <= MAX_QUEUE_NAME
    }
}

/// Takes out queues that cannot be used, and all but the first of those with one number.
pub fn whole_queues(mut queues: Vec<Queue>) -> Vec<Queue> {
    let mut seen = Vec::new();
    queues.retain(|queue| {
        let is_new = !seen.contains(&queue.id);
        seen.push(queue.id);
        is_new && queue.is_whole()
    });
    queues.truncate(MAX_QUEUES);
    for queue in &mut queues {
        queue.schedule = std::mem::take(&mut queue.schedule).within_bounds();
    }
    queues
}

/// When jobs are to start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// When it is their turn.
    InTurn,
    /// Not before this moment.
    At(Timestamp),
}

/// What is to be another for some jobs; what is none stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct When {
    /// Their queue.
    pub queue: Option<QueueId>,
    /// When they start.
    pub start: Option<Start>,
}

/// Where jobs are moved to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Towards {
    /// Before all others.
    Top,
    /// Before the one before them.
    Up,
    /// Behind the one behind them.
    Down,
    /// Behind all others.
    Bottom,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::schedule::Pace;

    fn queue(id: u32, name: &str) -> Queue {
        Queue { id: QueueId(id), name: name.into(), schedule: Schedule::default() }
    }

    #[test]
    fn queues_that_cannot_be_told_apart_are_not_taken() {
        let all =
            [queue(1, "Nights"), queue(0, "Main"), queue(1, "Days"), queue(2, " "), queue(3, "C")];
        let names: Vec<String> = whole_queues(all.to_vec()).into_iter().map(|q| q.name).collect();
        assert_eq!(names, ["Nights", "C"]);
        assert_eq!(whole_queues((1..99).map(|n| queue(n, "x")).collect()).len(), MAX_QUEUES);
    }

    #[test]
    fn a_queue_is_written_with_its_hours_beside_its_name() {
        let mut nights = queue(1, "Nights");
        nights.schedule.otherwise = Pace::Stop;
        let text = r#"{"id":1,"name":"Nights","on":true,"windows":[],"otherwise":"stop"}"#;
        assert_eq!(serde_json::to_string(&nights).unwrap(), text);
        let short = r#"{"id":1,"name":"Nights","otherwise":"stop"}"#;
        assert_eq!(serde_json::from_str::<Queue>(short).unwrap(), nights);
    }
}
