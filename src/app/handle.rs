//! What a front end holds of the service: a way in for commands, the newest snapshot, and the
//! events not yet seen. Cheap to clone; never blocks but in [`AppHandle::call`].

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{broadcast, mpsc, oneshot, watch};

use super::command::{Command, Refusal, Reply};
use super::event::Event;
use super::presence::Presence;
use super::snapshot::Snapshot;

/// Commands that may wait for the service.
const MAX_COMMANDS: usize = 1024;

/// Events kept for a front end that does not look; the oldest go first.
const MAX_EVENTS: usize = 256;

/// A command and where its answer goes.
#[derive(Debug)]
pub struct Envelope {
    /// What is asked.
    pub command: Command,
    /// Where the answer goes, where someone waits for it.
    pub reply: Option<oneshot::Sender<Reply>>,
}

/// No answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the download service does not answer")]
pub enum Unanswered {
    /// The service has ended, or is so far behind that it takes no more commands: this one was not
    /// carried out, and may be sent again to whoever comes next.
    Unheard,
    /// Whether it was carried out is not known.
    Lost,
}

/// A front end's hold on the service.
#[derive(Clone, Debug)]
pub struct AppHandle {
    commands: mpsc::Sender<Envelope>,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    events: Arc<EventQueue>,
    presence: Presence,
}

/// What a second listener hears beside the window: it takes nothing from it.
#[derive(Debug)]
pub struct Follower {
    /// The newest snapshot, and that it changed.
    pub snapshots: watch::Receiver<Arc<Snapshot>>,
    /// What happens from now on. Who is slow misses some.
    pub events: broadcast::Receiver<Event>,
}

/// The service's end of a handle; tests of a front end hold it in the service's place.
#[derive(Debug)]
pub struct ServiceEnd {
    /// Commands as they come.
    pub commands: mpsc::Receiver<Envelope>,
    /// Where new snapshots go.
    pub snapshots: watch::Sender<Arc<Snapshot>>,
    /// Where events go.
    pub events: Arc<EventQueue>,
}

/// Events not yet seen.
#[derive(Debug)]
pub struct EventQueue {
    waiting: Mutex<VecDeque<Event>>,
    followed: broadcast::Sender<Event>,
}

impl Default for EventQueue {
    fn default() -> Self {
        Self { waiting: Mutex::default(), followed: broadcast::Sender::new(MAX_EVENTS) }
    }
}

impl EventQueue {
    /// Adds an event; past a limit the oldest is dropped.
    pub fn push(&self, event: Event) {
        // Most often nobody else listens.
        let _ = self.followed.send(event.clone());
        let mut queue = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if queue.len() == MAX_EVENTS {
            queue.pop_front();
        }
        queue.push_back(event);
    }

    fn drain(&self) -> Vec<Event> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).drain(..).collect()
    }
}

fn heard(told: Result<Reply, oneshot::error::RecvError>) -> Result<Reply, Unanswered> {
    match told {
        Ok(Reply::Refused(Refusal::Ended)) => Err(Unanswered::Unheard),
        Ok(reply) => Ok(reply),
        Err(_) => Err(Unanswered::Lost),
    }
}

impl AppHandle {
    /// A handle and the service's end of it, beginning with `first`.
    pub fn pair(first: Snapshot) -> (Self, ServiceEnd) {
        let (commands, command_end) = mpsc::channel(MAX_COMMANDS);
        let (snapshot_end, snapshots) = watch::channel(Arc::new(first));
        let events = Arc::new(EventQueue::default());
        let presence = Presence::default();
        let handle = Self { commands, snapshots, events: Arc::clone(&events), presence };
        (handle, ServiceEnd { commands: command_end, snapshots: snapshot_end, events })
    }

    /// Sends a command and goes on. What becomes of it shows in the snapshots.
    pub fn send(&self, command: Command) -> Result<(), Unanswered> {
        self.commands.try_send(Envelope { command, reply: None }).map_err(|_| Unanswered::Unheard)
    }

    /// Sends a command and waits for the answer. Not for the window's thread, nor inside a runtime.
    pub fn call(&self, command: Command) -> Result<Reply, Unanswered> {
        let (reply, answer) = oneshot::channel();
        self.commands
            .blocking_send(Envelope { command, reply: Some(reply) })
            .map_err(|_| Unanswered::Unheard)?;
        heard(answer.blocking_recv())
    }

    /// As [`AppHandle::call`], inside a runtime.
    pub async fn ask(&self, command: Command) -> Result<Reply, Unanswered> {
        let (reply, answer) = oneshot::channel();
        self.commands
            .send(Envelope { command, reply: Some(reply) })
            .await
            .map_err(|_| Unanswered::Unheard)?;
        heard(answer.await)
    }

    /// The newest snapshot.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshots.borrow())
    }

    /// Listens to what the window is told too.
    pub fn follow(&self) -> Follower {
        Follower { snapshots: self.snapshots.clone(), events: self.events.followed.subscribe() }
    }

    /// How the program is there for its user.
    pub fn presence(&self) -> &Presence {
        &self.presence
    }

    /// Whether the service has ended and will answer no more.
    pub fn has_ended(&self) -> bool {
        self.commands.is_closed()
    }

    /// What happened since the last look.
    pub fn drain_events(&self) -> Vec<Event> {
        self.events.drain()
    }
}
