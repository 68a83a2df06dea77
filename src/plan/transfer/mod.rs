//! One job's transfer: which request next, what an answer changes, which bytes of a chunk go where.
//!
//! Invariants: only bytes inside a connection's own claim are written; bytes that are held are
//! compared, never overwritten; nothing of one representation is written among another's.

mod answer;
mod ask;
mod chunk;
mod end;
#[cfg(test)]
#[expect(clippy::wildcard_enum_match_arm, reason = "a model server answers most quirks alike")]
mod model_server;
#[cfg(test)]
mod moves_tests;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::model::failure::{Failure, FailureKind};
use crate::model::host::{Condition, Ranges};
use crate::model::range::SpanSet;
use crate::model::validator::Validator;

pub use chunk::{Piece, PieceKind, Taken};

use super::decide::{Ask, Body};
use super::identity::{Change, Known};
use super::planner::{ConnectionId, Planner};

/// Bytes compared before a resumed range, where there are as many.
pub const PROOF_BYTES: u64 = 64 << 10;
/// Bytes compared where a run goes on after its own connection broke and a strong validator speaks
/// for the rest.
pub const RECONNECT_PROOF_BYTES: u64 = 4 << 10;
/// The most that is compared where what lies before is all one byte value and proves little.
pub const MAX_PROOF_BYTES: u64 = 1 << 20;
/// Bytes at the start of the file compared before a resume that no strong validator backs.
pub const SAMPLE_BYTES: u64 = 4 << 10;
/// Requests answered oddly in a row before it gives up.
const MAX_ODD: u32 = 8;
/// Requests repeated because only the entity tag differs.
const MAX_SUSPECTS: u32 = 3;
/// A request that brought less counts as short.
const SHORT_BYTES: u64 = 64 << 10;
/// Times a file may turn out to be another one within a run.
const MAX_RESTARTS: u32 = 3;
/// Short requests in a row before the file is asked for in one piece.
const MAX_SHORT: u32 = 64;
/// Answers that are no HTTP in one run before it gives up.
const MAX_GARBLED: u32 = 2;

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
    /// Close this connection and ask again, for this reason.
    Again(&'static str),
    /// All bytes are given to the file.
    Complete,
    /// End the run with this failure; the server may have said how long to wait.
    Exit(Failure, Option<std::time::Duration>),
}

/// What a transfer begins with.
#[derive(Clone, Debug, Default)]
pub struct Begin {
    /// What is known of the representation.
    pub known: Known,
    /// What is held of it.
    pub held: SpanSet,
    /// How it is asked whether the file is unchanged.
    pub condition: Condition,
    /// It fails on any range.
    pub plain: bool,
    /// Whether the link's ending is that of a file which is never a web page.
    pub names_a_file: bool,
    /// A checksum will decide at the end whether the bytes are right.
    pub checked: bool,
}

#[derive(Debug)]
struct Connection {
    ask: Ask,
    body: Option<Body>,
    /// Place in the file of the next byte of the body.
    at: u64,
    /// New bytes this connection brought.
    fresh: u64,
    /// Only compares the start of the file.
    sample: bool,
    chunked: bool,
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
    ranges: Ranges,
    condition: Condition,
    plain: bool,
    /// The next body accepted begins a new representation.
    fresh: bool,
    sampled: bool,
    by_overlap: bool,
    length_unproved: bool,
    odd: u32,
    suspects: u32,
    checked: bool,
    short: u32,
    garbled: u32,
    tried_plain: bool,
    falls_over_ranges: bool,
    names_a_file: bool,
    /// The size was told by an answer whose bytes are still to prove that it is the same file.
    total_unproved: bool,
    restarts: u32,
    change: Option<Change>,
}

impl Transfer {
    /// A transfer that goes on from `begin`.
    pub fn new(begin: Begin) -> Self {
        let fresh = begin.held.is_empty();
        let mut known = begin.known;
        known.begun = !fresh;
        Self {
            known: if fresh { Known::default() } else { known },
            given: begin.held,
            planner: Planner::default(),
            connections: BTreeMap::new(),
            next: 0,
            ranges: Ranges::Unknown,
            condition: begin.condition,
            plain: begin.plain,
            fresh,
            sampled: false,
            by_overlap: false,
            length_unproved: false,
            odd: 0,
            suspects: 0,
            checked: begin.checked,
            short: 0,
            garbled: 0,
            tried_plain: begin.plain,
            falls_over_ranges: begin.plain,
            names_a_file: begin.names_a_file,
            total_unproved: false,
            restarts: 0,
            change: None,
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

    /// What was learned of the server: ranges, condition, and whether it must be asked plainly.
    pub fn learned(&self) -> (Ranges, Condition, bool) {
        (self.ranges, self.condition, self.falls_over_ranges)
    }

    /// Whether every byte was given to the file.
    pub fn is_complete(&self) -> bool {
        !self.fresh && self.total().is_some_and(|total| self.given.is_whole(total))
    }

    /// Where the next request will write first: what lies before it is compared.
    pub fn next_gap(&self) -> u64 {
        self.given.first_gap(0, u64::MAX).map_or(0, |gap| gap.start)
    }

    /// Gives up a connection that the driver ends itself.
    pub fn close(&mut self, id: ConnectionId) {
        self.planner.release(id);
        self.connections.remove(&id);
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
            let detail = "the server sends another file with every answer";
            return Err(Failure::new(FailureKind::Changed, detail));
        }
        self.total_unproved = false;
        self.known = Known::default();
        self.given = SpanSet::new();
        self.planner = Planner::default();
        self.fresh = true;
        self.sampled = false;
        self.change = Some(why);
        Ok(())
    }

    fn odd(&mut self, why: &'static str) -> Move {
        self.odd += 1;
        if self.odd > MAX_ODD {
            Move::Exit(Failure::new(FailureKind::Protocol, why), None)
        } else {
            Move::Again(why)
        }
    }
}
