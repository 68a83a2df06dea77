//! How connections end, and what comes after: go on at once, ask otherwise, or end the run.

use super::{Change, ConnectionId, MAX_GARBLED, MAX_SHORT, Move, SHORT_BYTES, SpanSet, Transfer};
use crate::model::failure::{Failure, FailureKind};

impl Transfer {
    /// The connection failed before an answer came.
    pub fn open_failed(&mut self, id: ConnectionId, failure: Failure) -> Move {
        self.close(id);
        if failure.kind == FailureKind::Protocol {
            return self.nonsense(failure);
        }
        if failure.kind != FailureKind::Broken {
            return Move::Exit(failure, None);
        }
        self.odd += 1;
        match self.odd {
            // A pooled connection may have been closed meanwhile.
            1 => Move::Again("the connection was closed before an answer"),
            // Some servers fall over at any Range. Where bytes are held, ranges worked before.
            2 if !self.plain && !self.known.begun => {
                self.plain = true;
                self.falls_over_ranges = true;
                Move::Again("the connection was closed before an answer, asking without a range")
            }
            _ => Move::Exit(failure, None),
        }
    }

    /// The body ended. `broken` says why, where it did not end as it should.
    pub fn ended(&mut self, id: ConnectionId, broken: Option<Failure>) -> Move {
        let Some(connection) = self.connections.get(&id) else { return Move::Again("closed") };
        let (fresh, at, sample) = (connection.fresh, connection.at, connection.sample);
        let chunked = connection.chunked;
        let told = connection.body.and_then(|b| b.until);
        self.close(id);
        if let Some(failure) = broken {
            self.doubt_total();
            return self.after_break(fresh, failure);
        }
        self.total_unproved = false;
        if sample {
            self.sampled = true;
            return Move::Again("the start of the file is the same");
        }
        if self.known.total.is_none() && told.is_none() {
            if at < self.held_end() {
                // Only the connection's end told the length, and more than that was sent before.
                return self.after_break(
                    fresh,
                    Failure::new(FailureKind::Broken, "the answer ended early"),
                );
            }
            self.known.total = Some(at);
            self.length_unproved = !chunked;
        }
        if self.is_complete() {
            return Move::Complete;
        }
        self.short = if fresh < SHORT_BYTES { self.short + 1 } else { 0 };
        if self.short > MAX_SHORT {
            if self.plain {
                let why = "the server sends the file in crumbs";
                return Move::Exit(Failure::new(FailureKind::Broken, why), None);
            }
            self.plain = true;
            self.short = 0;
        }
        if fresh == 0 {
            // Its answers are no longer than what is compared: only one whole answer gets further.
            self.plain = true;
            return self.odd("the answer ended without a new byte");
        }
        Move::Again("the answer ended before the file")
    }

    /// What was fetched counts: after real progress it goes on at once.
    fn after_break(&mut self, fresh: u64, failure: Failure) -> Move {
        if failure.kind == FailureKind::Protocol {
            return self.nonsense(failure);
        }
        if fresh >= SHORT_BYTES && failure.kind == FailureKind::Broken {
            Move::Again("the connection broke")
        } else {
            Move::Exit(failure, None)
        }
    }

    /// What is no HTTP may come from one node or proxy of many.
    fn nonsense(&mut self, failure: Failure) -> Move {
        self.garbled += 1;
        if self.garbled > MAX_GARBLED {
            Move::Exit(failure, None)
        } else {
            Move::Again("the answer was no HTTP, asked once more")
        }
    }

    /// The bytes that came are not those held. `written` is what truly stands in the file.
    pub fn mismatch(&mut self, id: ConnectionId, written: SpanSet) -> Move {
        let body = self.connections.get(&id).and_then(|c| c.body);
        let compared_whole = body.is_some_and(|b| b.at == 0 && !b.ranges_proved);
        self.close(id);
        self.doubt_total();
        self.given = written;
        if self.tried_plain || compared_whole {
            if let Err(failure) = self.restart(Change::Bytes) {
                return Move::Exit(failure, None);
            }
            // The whole differs too: the part told the truth.
            self.plain = self.falls_over_ranges;
            return self.odd("the file's bytes are no longer those held, beginning anew");
        }
        self.tried_plain = true;
        self.plain = true;
        self.odd("the bytes differ from those held, comparing from the start")
    }
}
