//! The next request of a transfer: which bytes, how much before them is compared, in which shape.

use super::seams::SEAM_BYTES;
use super::{
    Connection, MAX_PROOF_BYTES, Manner, PROOF_BYTES, Pulse, RECONNECT_PROOF_BYTES, SAMPLE_BYTES,
    Transfer,
};
use crate::model::host::{Condition, Ranges};
use crate::model::range::{ByteRange, SpanSet};
use crate::plan::decide::{Ask, Shape};
use crate::plan::planner::{ConnectionId, Newcomer};

/// What speaks for it that held bytes are still those of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backing {
    /// A strong validator.
    Strong,
    /// Nothing but the bytes themselves, and what lies before says something.
    Bytes,
    /// Nothing but the bytes, and what lies before is all one byte value.
    FlatBytes,
}

/// How much before the next byte is compared: little on a reconnect that a strong validator backs,
/// more where what lies there proves little.
pub fn proof_bytes(backing: Backing, progressed: bool) -> u64 {
    match backing {
        Backing::Strong if progressed => RECONNECT_PROOF_BYTES,
        Backing::Strong | Backing::Bytes => PROOF_BYTES,
        Backing::FlatBytes => MAX_PROOF_BYTES,
    }
}

impl Transfer {
    /// The next request, where there is something left to ask for. `proof_bytes` says how much is
    /// compared of what is held before a place.
    pub fn open(
        &mut self,
        proof_bytes: impl FnOnce(&SpanSet, u64) -> u64,
    ) -> Option<(ConnectionId, Ask)> {
        let id = self.next;
        // What is compared at the end, and what goes on alone, is asked of the main place where that
        // does not rest.
        let is_main = self.has_all() || self.connections.is_empty();
        let rests = !self.places.is_ready(self.places.main, self.now);
        let to = if is_main && !rests { None } else { self.choose_place() };
        self.go_to(to);
        let size = self.known.total.unwrap_or(u64::MAX);
        let (ask, sample_end) = if self.wants_sample() {
            (self.ask(self.ranged(0, Some(SAMPLE_BYTES)), 0), Some(SAMPLE_BYTES))
        } else if self.has_all() {
            let seam = self.next_seam(size)?;
            (self.ask(self.ranged(seam.start, Some(seam.end)), seam.start), Some(seam.end))
        } else {
            let newcomer = Newcomer { rate_bps: self.expected_bps(), setup: self.setup };
            let claim = self.planner.claim(id, &self.given, size, newcomer)?;
            let proof_bytes = self.proved_by(proof_bytes(&self.given, claim.start));
            (self.ask_for(claim, proof_bytes), None)
        };
        self.next += 1;
        let connection = Connection {
            place: self.places.number(),
            ask: ask.clone(),
            body: None,
            at: 0,
            fresh: 0,
            wrote: SpanSet::new(),
            sample_end,
            chunked: false,
            run_start: None,
            pulse: Pulse { opened: self.now, ..Pulse::default() },
        };
        self.connections.insert(id, connection);
        if self.places.are_several() {
            self.places.asked.insert(id, self.places.number());
        }
        Some((id, ask))
    }

    /// How much is compared before a claim: much where nothing strong speaks for what a mirror sends,
    /// whatever speaks for what was begun.
    fn proved_by(&self, bytes: u64) -> u64 {
        let known = self.places.known(&self.known);
        let is_weak = !self.places.is_home() && known.validator.is_weak();
        if is_weak { bytes.max(MAX_PROOF_BYTES) } else { bytes }
    }

    /// A seam nobody reads across yet, with those that touch it.
    fn next_seam(&self, size: u64) -> Option<ByteRange> {
        let asked = |seam: &ByteRange| {
            let reads = |c: &Connection| {
                c.ask.shape.first() <= seam.start && c.sample_end.is_some_and(|e| seam.end <= e)
            };
            self.connections.values().any(reads)
        };
        let mut seams = self.seams.around(size).filter(|seam| !asked(seam));
        let first = seams.next()?;
        let touching = |end, seam: ByteRange| if seam.start <= end { Some(seam.end) } else { None };
        let end = seams.scan(first.end, |end, seam| {
            *end = touching(*end, seam)?;
            Some(*end)
        });
        Some(ByteRange::new(first.start, end.last().unwrap_or(first.end)))
    }

    fn wants_sample(&self) -> bool {
        self.known.begun
            && !self.sampled
            && !self.asks_plainly(self.manner())
            && self.places.is_home()
            && self.known.validator.is_weak()
            && self.given.contains(ByteRange::new(0, SAMPLE_BYTES + PROOF_BYTES))
    }

    pub(super) fn asks_plainly(&self, manner: Manner) -> bool {
        manner.plain || (manner.ranges == Ranges::Refused && self.known.begun)
    }

    fn ask(&self, shape: Shape, write_from: u64) -> Ask {
        let siblings_flow = self.connections.values().any(|c| c.fresh > 0);
        Ask { shape, write_from, siblings_flow, names_a_file: self.names_a_file }
    }

    fn ask_for(&self, claim: ByteRange, proof_bytes: u64) -> Ask {
        if self.asks_plainly(self.manner()) {
            return self.ask(Shape::Plain, claim.start);
        }
        if !self.known.begun {
            let shape = Shape::Ranged { first: claim.start, end: None, condition: None };
            return self.ask(shape, claim.start);
        }
        let held = claim.start.checked_sub(1).and_then(|last| self.given.span_at(last));
        let before = held.map_or(0, |span| claim.start - span.start).min(proof_bytes);
        let end = self.known.total.map(|total| self.ask_end(claim, total));
        self.ask(self.ranged(claim.start - before, end), claim.start)
    }

    /// Where a request for a claim ends: beside others not too far ahead, so that what is taken
    /// from a claim was seldom asked for; and a little into what stands after it, to compare.
    fn ask_end(&self, claim: ByteRange, total: u64) -> u64 {
        if !self.connections.is_empty() {
            let lease = claim.start.saturating_add(self.lease_bytes());
            if lease < claim.end {
                return lease;
            }
        }
        let seam = ByteRange::new(claim.end, total.min(claim.end + SEAM_BYTES));
        if self.given.contains(seam) { seam.end.max(claim.end) } else { claim.end }
    }

    fn ranged(&self, first: u64, end: Option<u64>) -> Shape {
        let condition = match self.manner().condition {
            Condition::IfRange => {
                self.places.known(&self.known).validator.if_range().map(str::to_owned)
            }
            Condition::Unconditional => None,
        };
        Shape::Ranged { first, end, condition }
    }
}

#[cfg(test)]
#[path = "ask_tests.rs"]
mod tests;
