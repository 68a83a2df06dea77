//! The clients of the socket that are waited for. Where there are too many or they hold too much, the
//! one goes that has been still for longest.
//!
//! Invariants: nobody is pushed out while the service works on the question, so that no command is
//! carried out without an answer; who takes an answer, however long, is not pushed out for its size.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::task::AbortHandle;

/// Who takes nothing of an answer for so long may have to go.
const STILL: Duration = Duration::from_secs(1);

/// All that are waited for.
#[derive(Debug)]
pub(super) struct Room {
    /// Bytes held of questions, and of answers.
    max_bytes: usize,
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    next: u64,
    clients: BTreeMap<u64, Client>,
}

/// What a client is waited for with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// To ask.
    Question,
    /// To take the answer.
    Answer,
}

#[derive(Debug)]
struct Client {
    task: AbortHandle,
    part: Part,
    bytes: usize,
    /// When it last sent or took something.
    since: Instant,
}

impl Waiting {
    fn bytes(&self, part: Part) -> usize {
        self.clients.values().filter(|client| client.part == part).map(|client| client.bytes).sum()
    }

    /// Ends the one of these that has been still for longest. False where there is none.
    fn push_out(&mut self, is_of_these: impl Fn(&Client) -> bool) -> bool {
        let these = self.clients.iter().filter(|(_, client)| is_of_these(client));
        let Some((&number, _)) = these.min_by_key(|(_, client)| client.since) else { return false };
        if let Some(client) = self.clients.remove(&number) {
            client.task.abort();
        }
        true
    }
}

impl Room {
    pub(super) fn new(max_bytes: usize) -> Self {
        Self { max_bytes, waiting: Mutex::default() }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One more, whose question is waited for; `task` serves it and is what ends with it.
    pub(super) fn enter(self: &Arc<Self>, task: AbortHandle) -> Guest {
        let mut waiting = self.waiting();
        let number = waiting.next;
        waiting.next += 1;
        let client =
            Client { task: task.clone(), part: Part::Question, bytes: 0, since: Instant::now() };
        waiting.clients.insert(number, client);
        Guest { number, task, room: Arc::clone(self) }
    }

    /// Ends the one that has been still for longest, where there is one.
    pub(super) fn push_out_one(&self) {
        self.waiting().push_out(|_| true);
    }
}

/// One client. Dropped, it has left.
#[derive(Debug)]
pub(super) struct Guest {
    number: u64,
    task: AbortHandle,
    room: Arc<Room>,
}

impl Guest {
    /// So much of its question is held, and more is waited for.
    pub(super) fn asks(&self, bytes: usize) {
        let mut waiting = self.room.waiting();
        // One that was pushed out stays out.
        let Some(client) = waiting.clients.get_mut(&self.number) else { return };
        (client.bytes, client.since) = (bytes, Instant::now());
        let asks = |client: &Client| client.part == Part::Question && client.bytes > 0;
        while waiting.bytes(Part::Question) > self.room.max_bytes && waiting.push_out(asks) {}
    }

    /// Its question is here, and is worked on. False where it was pushed out just before.
    pub(super) fn is_ours_now(&self) -> bool {
        self.room.waiting().clients.remove(&self.number).is_some()
    }

    /// It is waited for to take an answer, of which so much is still held.
    pub(super) fn takes(&self, bytes: usize) {
        let mut waiting = self.room.waiting();
        let client =
            Client { task: self.task.clone(), part: Part::Answer, bytes, since: Instant::now() };
        waiting.clients.insert(self.number, client);
        let is_still =
            |client: &Client| client.part == Part::Answer && client.since.elapsed() >= STILL;
        while waiting.bytes(Part::Answer) > self.room.max_bytes && waiting.push_out(is_still) {}
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.room.waiting().clients.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Served = (Guest, tokio::task::JoinHandle<()>);

    /// Guests whose tasks never end by themselves.
    async fn guests(room: &Arc<Room>, count: usize) -> Vec<Served> {
        let tasks = (0..count).map(|_| tokio::spawn(std::future::pending()));
        let all = tasks.map(|task| (room.enter(task.abort_handle()), task)).collect();
        tokio::task::yield_now().await;
        all
    }

    async fn ended(guests: &[Served]) -> Vec<bool> {
        tokio::task::yield_now().await;
        guests.iter().map(|(_, task)| task.is_finished()).collect()
    }

    #[tokio::test]
    async fn the_one_that_is_still_for_longest_goes_but_none_that_is_worked_on() {
        let room = Arc::new(Room::new(100));
        let guests = guests(&room, 4).await;
        assert!(guests[0].0.is_ours_now());
        guests[1].0.asks(1);
        room.push_out_one();
        assert_eq!(ended(&guests).await, [false, false, true, false]);
        guests[2].0.asks(1);
        assert!(!guests[2].0.is_ours_now(), "it is out and stays out");
    }

    #[tokio::test]
    async fn questions_that_pour_make_room_for_each_other() {
        let room = Arc::new(Room::new(100));
        let guests = guests(&room, 3).await;
        guests[0].0.asks(60);
        guests[1].0.asks(40);
        assert_eq!(ended(&guests).await, [false; 3]);
        guests[1].0.asks(50);
        assert_eq!(ended(&guests).await, [true, false, false]);
        assert!(guests[1].0.is_ours_now());
    }

    #[tokio::test]
    async fn an_answer_that_is_taken_stays_and_one_that_is_not_goes() {
        let room = Arc::new(Room::new(100));
        let guests = guests(&room, 3).await;
        for (guest, _) in &guests {
            guest.takes(500);
        }
        assert_eq!(ended(&guests).await, [false; 3], "all were taken of just now");
        tokio::time::sleep(STILL).await;
        guests[1].0.takes(400);
        assert_eq!(ended(&guests).await, [true, false, true]);
        drop(guests);
        assert!(room.waiting().clients.is_empty(), "who has left holds nothing");
    }
}
