//! One job's transfer: which request next, what an answer changes, which bytes of a chunk go where.
//!
//! Invariants: only bytes inside a connection's own claim are written; bytes that are held are
//! compared, never overwritten; nothing of one representation is written among another's; where two
//! answers meet in the file, one of them was read across the seam before the file is called whole.

mod answer;
mod ask;
pub mod attach;
mod choice;
mod chunk;
mod described;
mod end;
#[cfg(test)]
mod end_tests;
mod limits;
#[cfg(test)]
mod model_driver;
#[cfg(test)]
#[expect(clippy::wildcard_enum_match_arm, reason = "a model server answers most quirks alike")]
mod model_server;
#[cfg(test)]
mod moves_tests;
mod places;
#[cfg(test)]
mod places_stage;
#[cfg(test)]
mod places_tests;
mod seams;
mod several;
#[cfg(test)]
mod several_tests;
#[cfg(test)]
mod tests;
mod trouble;
#[cfg(test)]
mod trouble_tests;
#[cfg(test)]
mod turns_tests;

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::cause::Cause;
use crate::model::change::Change;
use crate::model::digests::Digests;
use crate::model::failure::{Failure, FailureKind};
use crate::model::host::Condition;
use crate::model::range::SpanSet;
use crate::model::validator::Validator;

pub use ask::{Backing, proof_bytes};
pub use chunk::{Piece, PieceKind, Taken};
pub use limits::{PROOF_BYTES, SAMPLE_BYTES};
pub use places::{Manner, Mirror, PlaceId};
pub use several::Held;

use super::crew::{Crew, Word};
use super::decide::{Ask, Body};
use super::identity::Known;
use super::planner::{ConnectionId, Grain, Planner};
use limits::{
    FIRST_SETUP, MAX_AUTHORS, MAX_CORRUPT, MAX_GARBLED, MAX_ODD, MAX_PROOF_BYTES, MAX_RESTARTS,
    MAX_SEAM_TRIES, MAX_SHORT, MAX_SUSPECTS, MAX_TAKEN_BACK, RECONNECT_PROOF_BYTES, SHORT_BYTES,
};
use places::Places;
use seams::Seams;

/// What the first answer of a representation tells of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Size in bytes.
    pub total: Option<u64>,
    /// What identifies it.
    pub validator: Validator,
    /// The encoding it comes in, where one was used unasked.
    pub encoding: Option<String>,
    /// Its content type.
    pub content_type: Option<String>,
}

/// What the driver does after an answer or the end of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Move {
    /// Read the body.
    Read {
        /// A new representation begins: give it a part file before the first byte.
        begin: Option<Facts>,
    },
    /// This connection is through with what it was asked for.
    Next,
    /// Close this connection and ask again, for this reason.
    Again(Cause),
    /// All bytes are given to the file.
    Complete,
    /// These bytes of the file are wrong: forget them, durably, and say so by [`Transfer::forget`].
    Forget(SpanSet),
    /// End the run with this failure; the server may have said how long to wait.
    Exit(Failure, Option<Duration>),
}

/// What a transfer begins with.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "facts one by one, not states of one thing")]
pub struct Begin {
    /// What is known of the representation.
    pub known: Known,
    /// What is held of it.
    pub held: SpanSet,
    /// How it is asked whether the file is unchanged.
    pub condition: Condition,
    /// It fails on any range.
    pub plain: bool,
    /// The server of the place it begins with.
    pub host: String,
    /// Whether the link's ending is that of a file which is never a web page.
    pub names_a_file: bool,
    /// A checksum will decide at the end whether the bytes are right.
    pub checked: bool,
    /// What servers tell of digests is not compared at the end.
    pub ignores_digests: bool,
    /// Connections at most; nought means one.
    pub connections: u32,
    /// Connections the server was seen to bear, where a limit was met.
    pub cap: Option<u32>,
    /// How finely the file is cut among them.
    pub grain: Grain,
    /// Where answers of an earlier run met and nobody has read across.
    pub seams: Vec<u64>,
}

#[derive(Debug)]
struct Connection {
    place: PlaceId,
    ask: Ask,
    body: Option<Body>,
    /// Place in the file of the next byte of the body.
    at: u64,
    /// New bytes this connection brought.
    fresh: u64,
    /// Where they stand.
    wrote: SpanSet,
    /// Only compares, up to here.
    sample_end: Option<u64>,
    chunked: bool,
    /// Where what it wrote or compared without a break began.
    run_start: Option<u64>,
    pulse: Pulse,
}

/// How a connection fares.
#[derive(Clone, Copy, Debug, Default)]
struct Pulse {
    opened: Duration,
    /// When the last byte came, if any did.
    last_byte: Option<Duration>,
    received: u64,
    /// What had been received at the last look.
    looked_at: u64,
    /// Bytes a second, smoothed.
    rate_bps: f64,
    slow_since: Option<Duration>,
}

/// One job's transfer.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts learned one by one, not states of one thing"
)]
pub struct Transfer {
    known: Known,
    /// Bytes given to the file.
    given: SpanSet,
    planner: Planner,
    connections: BTreeMap<ConnectionId, Connection>,
    next: ConnectionId,
    places: Places,
    /// The next body accepted begins a new representation.
    fresh: bool,
    sampled: bool,
    by_overlap: bool,
    length_unproved: bool,
    odd: u32,
    suspects: u32,
    checked: bool,
    ignores_digests: bool,
    short: u32,
    garbled: u32,
    names_a_file: bool,
    /// The size was told by an answer whose bytes are still to prove that it is the same file.
    total_unproved: bool,
    restarts: u32,
    change: Option<Change>,
    now: Duration,
    looked: Duration,
    crew: Crew,
    /// Odd answers that came while others flowed.
    astray: u32,
    /// From now on one connection at a time.
    alone: bool,
    seams: Seams,
    seam_tries: u32,
    /// Places where two answers brought different bytes, once each.
    disputes: Vec<u64>,
    /// A part of another file was sent, and only by one answer.
    told_changed: bool,
    /// Times what an answer wrote was taken back.
    taken_back: u32,
    /// What each answer of this run wrote that came beside others.
    authors: Vec<SpanSet>,
    received: u64,
    /// When the last byte came, on whichever connection.
    heard: Duration,
    /// Time until a connection's first byte, smoothed.
    setup: Duration,
    replaced: Option<Duration>,
    /// What a connection brought when there were several, in bytes a second; nought at first.
    usual_bps: u64,
}

impl Transfer {
    /// A transfer that goes on from `begin`.
    pub fn new(begin: Begin) -> Self {
        let fresh = begin.held.is_empty();
        let seams = Seams::left(&begin.seams, &begin.held);
        let mut known = begin.known;
        known.begun = !fresh;
        let manner = Manner {
            condition: begin.condition,
            plain: begin.plain,
            tried_plain: begin.plain,
            falls_over_ranges: begin.plain,
            ..Manner::default()
        };
        Self {
            known: if fresh { Known::default() } else { known },
            given: begin.held,
            planner: Planner::new(begin.grain),
            connections: BTreeMap::new(),
            next: 0,
            places: Places::new(begin.host, manner),
            fresh,
            sampled: false,
            by_overlap: false,
            length_unproved: false,
            odd: 0,
            suspects: 0,
            checked: begin.checked,
            ignores_digests: begin.ignores_digests,
            short: 0,
            garbled: 0,
            names_a_file: begin.names_a_file,
            total_unproved: false,
            restarts: 0,
            change: None,
            now: Duration::ZERO,
            looked: Duration::ZERO,
            crew: Crew::new(begin.connections, begin.cap),
            astray: 0,
            alone: false,
            seams,
            seam_tries: 0,
            disputes: Vec::new(),
            told_changed: false,
            taken_back: 0,
            authors: Vec::new(),
            received: 0,
            heard: Duration::ZERO,
            setup: FIRST_SETUP,
            replaced: None,
            usual_bps: 0,
        }
    }

    /// Size of the whole, once known and proved.
    pub fn total(&self) -> Option<u64> {
        self.known.total.filter(|_| !self.total_unproved)
    }

    /// One past the last byte held.
    fn held_end(&self) -> u64 {
        self.given.iter().next_back().map_or(0, |span| span.end)
    }

    /// What is known of digests of the whole.
    pub fn digests(&self) -> &Digests {
        &self.known.validator.digests
    }

    /// Bytes given to the file.
    pub fn given(&self) -> &SpanSet {
        &self.given
    }

    /// Whether bytes were kept by comparing them alone, without a strong validator.
    pub fn by_overlap(&self) -> bool {
        self.by_overlap
    }

    /// Whether the end of the file was told by nothing but the end of the connection.
    pub fn length_unproved(&self) -> bool {
        self.length_unproved
    }

    /// Why the representation begun before was left, where it was and this was not yet told.
    pub fn take_change(&mut self) -> Option<Change> {
        self.change.take()
    }

    /// Whether every byte was given to the file and nothing is left to be compared.
    pub fn is_complete(&self) -> bool {
        self.has_all() && self.seams.is_empty()
    }

    fn has_all(&self) -> bool {
        !self.fresh && self.total().is_some_and(|total| self.given.is_whole(total))
    }

    /// Gives up a connection that the driver ends itself.
    pub fn close(&mut self, id: ConnectionId) {
        self.planner.release(id);
        let left = self.connections.get(&id).map(|c| self.not_yet_compared(c)).unwrap_or_default();
        for at in left {
            self.seams.doubt_at(at);
        }
        if let Some(gone) = self.connections.remove(&id) {
            self.remember(gone);
        }
    }

    /// What an answer wrote is remembered as long as another might show that it lied.
    fn remember(&mut self, gone: Connection) {
        if self.crew.is_several() && !gone.wrote.is_empty() {
            if self.authors.len() >= MAX_AUTHORS {
                self.authors.remove(0);
            }
            self.authors.push(gone.wrote);
        }
    }

    /// Whether a connection is still wanted. The driver drops those that are not.
    pub fn is_open(&self, id: ConnectionId) -> bool {
        self.connections.contains_key(&id)
    }

    /// What time it is, since any fixed moment. Told before every other call.
    pub fn tell_time(&mut self, now: Duration) {
        self.now = now;
        self.crew.tell_time(now);
    }

    /// What an answer told of the size counts only once its bytes were proved.
    fn doubt_total(&mut self) {
        if std::mem::take(&mut self.total_unproved) {
            self.known.total = None;
        }
    }

    /// Begins anew: the file is another one. One that changes with every answer is not followed.
    fn restart(&mut self, why: Change) -> Result<(), Failure> {
        self.restarts += 1;
        if self.restarts > MAX_RESTARTS {
            let detail = Cause::AnotherEveryTime;
            return Err(Failure::because(FailureKind::Changed, detail));
        }
        self.total_unproved = false;
        self.known = Known::default();
        self.given = SpanSet::new();
        self.places.restart();
        self.planner.clear();
        self.seams = Seams::default();
        self.authors.clear();
        self.disputes.clear();
        self.fresh = true;
        self.sampled = false;
        self.change = Some(why);
        Ok(())
    }

    fn odd(&mut self, why: Cause) -> Move {
        self.odd += 1;
        if self.odd > MAX_ODD {
            Move::Exit(Failure::because(FailureKind::Protocol, why), None)
        } else {
            Move::Again(why)
        }
    }
}
