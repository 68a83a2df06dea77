//! The next request of a transfer: which bytes, how much before them is compared, in which shape.

use super::{Connection, PROOF_BYTES, SAMPLE_BYTES, Transfer};
use crate::model::host::{Condition, Ranges};
use crate::model::range::ByteRange;
use crate::plan::decide::{Ask, Shape};
use crate::plan::planner::ConnectionId;

impl Transfer {
    /// The next request, where there is something left to ask for. `proof_bytes` is how much
    /// of what is held before it is compared.
    pub fn open(&mut self, proof_bytes: u64) -> Option<(ConnectionId, Ask)> {
        let id = self.next;
        let sample = self.wants_sample();
        let size = self.known.total.unwrap_or(u64::MAX);
        let ask = if sample {
            Ask {
                shape: self.ranged(0, Some(SAMPLE_BYTES)),
                write_from: 0,
                siblings_flow: false,
                names_a_file: self.names_a_file,
            }
        } else {
            let claim = self.planner.claim(id, &self.given, size, 0)?;
            self.ask_for(claim, proof_bytes)
        };
        self.next += 1;
        let connection =
            Connection { ask: ask.clone(), body: None, at: 0, fresh: 0, sample, chunked: false };
        self.connections.insert(id, connection);
        Some((id, ask))
    }

    fn wants_sample(&self) -> bool {
        self.known.begun
            && !self.sampled
            && !self.asks_plainly()
            && self.known.validator.is_weak()
            && self.given.contains(ByteRange::new(0, SAMPLE_BYTES + PROOF_BYTES))
    }

    fn asks_plainly(&self) -> bool {
        self.plain || (self.ranges == Ranges::Refused && self.known.begun)
    }

    fn ask_for(&self, claim: ByteRange, proof_bytes: u64) -> Ask {
        let siblings_flow = self.connections.values().any(|c| c.fresh > 0);
        if self.asks_plainly() {
            return Ask {
                shape: Shape::Plain,
                write_from: claim.start,
                siblings_flow,
                names_a_file: self.names_a_file,
            };
        }
        if !self.known.begun {
            let shape = Shape::Ranged { first: claim.start, end: None, condition: None };
            return Ask {
                shape,
                write_from: claim.start,
                siblings_flow,
                names_a_file: self.names_a_file,
            };
        }
        let held = claim.start.checked_sub(1).and_then(|last| self.given.span_at(last));
        let before = held.map_or(0, |span| claim.start - span.start).min(proof_bytes);
        let end = self.known.total.map(|_| claim.end);
        Ask {
            shape: self.ranged(claim.start - before, end),
            write_from: claim.start,
            siblings_flow,
            names_a_file: self.names_a_file,
        }
    }

    fn ranged(&self, first: u64, end: Option<u64>) -> Shape {
        let condition = match self.condition {
            Condition::IfRange => self.known.validator.if_range().map(str::to_owned),
            Condition::Unconditional => None,
        };
        Shape::Ranged { first, end, condition }
    }
}
