//! How connections end, and what comes after: go on at once, ask otherwise, or end the run.

use super::{
    Change, ConnectionId, MAX_CORRUPT, MAX_GARBLED, MAX_SEAM_TRIES, MAX_SHORT, MAX_TAKEN_BACK,
    Move, PROOF_BYTES, SHORT_BYTES, SpanSet, Transfer,
};
use crate::model::block::{BLOCK_BYTES, block_range};
use crate::model::cause::Cause;
use crate::model::failure::{Failure, FailureKind};
use crate::model::host::Ranges;
use crate::model::range::ByteRange;

impl Transfer {
    /// The connection failed before an answer came.
    pub fn open_failed(&mut self, id: ConnectionId, failure: Failure) -> Move {
        self.at(id);
        let next = self.unanswered(id, failure);
        self.settle(next)
    }

    fn unanswered(&mut self, id: ConnectionId, failure: Failure) -> Move {
        if matches!(failure.kind, FailureKind::Refused | FailureKind::Broken | FailureKind::Busy) {
            if self.others_open(id) > 0 {
                return self.crowded(id, failure, None);
            }
        } else if let Some(next) = self.spare(id, None) {
            return next;
        }
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
            1 => Move::Again(Cause::ClosedUnanswered),
            // Some servers fall over at any Range. Where bytes are held, ranges worked before.
            2 if !self.manner().plain && !self.known.begun => {
                self.manner_mut().plain = true;
                self.manner_mut().falls_over_ranges = true;
                Move::Again(Cause::ClosedAskedPlainly)
            }
            _ => Move::Exit(failure, None),
        }
    }

    /// The body ended. `broken` says why, where it did not end as it should.
    pub fn ended(&mut self, id: ConnectionId, broken: Option<Failure>) -> Move {
        self.at(id);
        let next = self.over(id, broken);
        self.settle(next)
    }

    fn over(&mut self, id: ConnectionId, broken: Option<Failure>) -> Move {
        let Some(connection) = self.connections.get(&id) else { return Move::Next };
        let (fresh, at) = (connection.fresh, connection.at);
        let (sample_end, chunked) = (connection.sample_end, connection.chunked);
        let told = connection.body.and_then(|b| b.until);
        // Who lost a race did not end early, neither who raced nor who was raced.
        let is_there = |claim: ByteRange| self.given.first_gap(claim.start, claim.end).is_none();
        let through = self.planner.is_hedge(id) || self.planner.left(id).is_none_or(is_there);
        let size = self.known.total.unwrap_or(u64::MAX);
        if broken.is_none()
            && sample_end.is_some_and(|end| self.seams.is_open(end, size))
            && let Some(next) = self.unproved_seam(id)
        {
            return next;
        }
        if let Some(failure) = broken {
            self.seams.broke_at(at);
            return self.broke(id, fresh, failure);
        }
        self.close(id);
        self.total_unproved = false;
        if self.is_complete() {
            return if self.someone_compares() { Move::Next } else { Move::Complete };
        }
        if sample_end.is_some() {
            self.sampled = true;
            return Move::Next;
        }
        if self.known.total.is_none() && told.is_none() {
            if at < self.held_end() {
                // Only the connection's end told the length, and more than that was sent before.
                return self
                    .after_break(fresh, Failure::because(FailureKind::Broken, Cause::Ended));
            }
            self.known.total = Some(at);
            self.length_unproved = !chunked;
            if self.is_complete() {
                return Move::Complete;
            }
        }
        if !self.connections.is_empty() || self.has_all() {
            return if through || fresh >= SHORT_BYTES {
                Move::Next
            } else {
                self.pause(None);
                Move::Again(Cause::EndedOthersGoOn)
            };
        }
        if through && told.is_some() && self.manner().ranges == Ranges::Honest {
            return Move::Next;
        }
        self.ended_early(fresh)
    }

    /// Whether a connection is still open that must be read to its end, since it compares.
    fn someone_compares(&self) -> bool {
        self.connections.values().any(|c| c.body.is_some_and(|b| !b.same && !b.ranges_proved))
    }

    /// An answer alone that was over before the file was.
    fn ended_early(&mut self, fresh: u64) -> Move {
        self.short = if fresh < SHORT_BYTES { self.short + 1 } else { 0 };
        if self.short > MAX_SHORT {
            if self.manner().plain {
                let why = Cause::Crumbs;
                return Move::Exit(Failure::because(FailureKind::Broken, why), None);
            }
            self.manner_mut().plain = true;
            self.short = 0;
        }
        if fresh == 0 {
            // Its answers are no longer than what is compared: only one whole answer gets further.
            self.manner_mut().plain = true;
            return self.odd(Cause::NoNewByte);
        }
        Move::Again(Cause::EndedEarly)
    }

    fn broke(&mut self, id: ConnectionId, fresh: u64, failure: Failure) -> Move {
        if self.others_open(id) > 0 {
            self.close(id);
            if fresh < SHORT_BYTES {
                self.pause(None);
            }
            return Move::Again(Cause::BrokeOthersGoOn);
        }
        self.close(id);
        self.doubt_total();
        self.after_break(fresh, failure)
    }

    /// All bytes are there, and this connection was to read across a seam and did not. Where a
    /// strong validator or a checksum speaks for the file that must do; where neither does, nothing
    /// shows that its parts belong together: it is fetched anew by one connection.
    pub(super) fn unproved_seam(&mut self, id: ConnectionId) -> Option<Move> {
        if !self.has_all() || self.seams.is_empty() {
            return None;
        }
        if self.places.is_beside() {
            return Some(self.give_up_mirror(id, Cause::NoSeam));
        }
        self.close(id);
        self.seam_tries += 1;
        if self.seam_tries <= MAX_SEAM_TRIES {
            return Some(Move::Again(Cause::SeamNotCompared));
        }
        if !self.known.validator.is_weak() || self.is_decided_in_the_end() {
            self.seams.let_go();
            return Some(if self.connections.is_empty() { Move::Complete } else { Move::Next });
        }
        self.go_alone();
        self.connections.clear();
        Some(match self.restart(Change::Unproved) {
            Ok(()) => Move::Again(Cause::PartsUnproved),
            Err(failure) => Move::Exit(failure, None),
        })
    }

    /// What was fetched counts: after real progress it goes on at once.
    fn after_break(&mut self, fresh: u64, failure: Failure) -> Move {
        if failure.kind == FailureKind::Protocol {
            return self.nonsense(failure);
        }
        if fresh >= SHORT_BYTES && failure.kind == FailureKind::Broken {
            Move::Again(Cause::Broke)
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
            Move::Again(Cause::NoHttp)
        }
    }

    /// The blocks where a wrong byte is most likely to be: those in which answers met or broke off,
    /// the first and the last.
    pub fn doubtful(&self) -> SpanSet {
        let total = self.total().unwrap_or_default();
        let ends = [0, total.saturating_sub(1)];
        let around = |at: u64| [at.saturating_sub(1), at.min(total.saturating_sub(1))];
        let places = self.seams.places().flat_map(around).chain(ends);
        places.map(|at| block_range(at / BLOCK_BYTES, total)).filter(|r| !r.is_empty()).collect()
    }

    /// Some of what was given to the file turned out to be wrong; `written` is what still counts.
    pub fn forget(&mut self, written: SpanSet) {
        self.places.forget(&written);
        self.given = written;
        self.planner.clear();
        self.connections.clear();
    }

    /// What a connection wrote.
    pub fn wrote(&self, id: ConnectionId) -> SpanSet {
        self.connections.get(&id).map(|c| c.wrote.clone()).unwrap_or_default()
    }

    /// An answer, read to its end, is what its own digest says.
    pub fn sound(&mut self, id: ConnectionId) {
        self.at(id);
        self.places.here_mut().corrupt = 0;
    }

    /// An answer, read to its end, is not what its own digest says (RFC 9530 §2). What it wrote no
    /// longer stands in the file, as `written` tells, and is fetched again.
    pub fn corrupt(&mut self, id: ConnectionId, written: SpanSet) -> Move {
        self.at(id);
        self.close(id);
        self.places.forget(&written);
        self.given = written;
        self.places.here_mut().corrupt += 1;
        if self.places.here().corrupt > MAX_CORRUPT {
            let why = Cause::AnswersCorrupt;
            let failed = Move::Exit(Failure::because(FailureKind::DigestMismatch, why), None);
            return self.settle(failed);
        }
        Move::Again(Cause::CorruptAnswer)
    }

    /// The bytes that came are not those held, first at `at`. `written` is what truly stands in the
    /// file.
    pub fn mismatch(&mut self, id: ConnectionId, at: u64, written: SpanSet) -> Move {
        self.at(id);
        let next = self.differs(id, at, written);
        self.settle(next)
    }

    fn differs(&mut self, id: ConnectionId, at: u64, written: SpanSet) -> Move {
        let body = self.connections.get(&id).and_then(|c| c.body);
        let compared_whole = body.is_some_and(|b| b.at == 0 && !b.ranges_proved);
        let by_parts = self.connections.len() > 1 || !self.seams.unproved().is_empty();
        self.stand_on(written);
        if let Some(next) = self.blame_mirror(at) {
            return next;
        }
        if by_parts && !compared_whole {
            return self.disputed(at);
        }
        if self.manner().tried_plain || compared_whole {
            if let Err(failure) = self.restart(Change::Bytes) {
                return Move::Exit(failure, None);
            }
            // The whole differs too: the part told the truth.
            self.manner_mut().plain = self.manner().falls_over_ranges;
            return self.odd(Cause::BytesAnew);
        }
        self.manner_mut().tried_plain = true;
        self.manner_mut().plain = true;
        self.odd(Cause::BytesFromStart)
    }

    /// All connections are left, and only what truly stands in the file counts.
    pub(super) fn stand_on(&mut self, written: SpanSet) {
        for mut gone in std::mem::take(&mut self.connections).into_values() {
            // What came after the difference was never written.
            gone.wrote = gone.wrote.iter().flat_map(|range| written.held(range)).collect();
            self.remember(gone);
        }
        self.planner.clear();
        self.doubt_total();
        self.places.forget(&written);
        self.given = written;
        self.seams.doubt();
    }

    /// Of two answers one brought wrong bytes, and nobody knows which. What stands there is read
    /// once more; where that differs too, what the answer wrote that stands there is taken back.
    /// Where nobody knows whose it is, or this happens again and again, the file is fetched anew by
    /// one connection.
    pub(super) fn disputed(&mut self, at: u64) -> Move {
        let before = self.disputes.iter().position(|place| place.abs_diff(at) <= PROOF_BYTES);
        let Some(before) = before else {
            self.disputes.push(at);
            self.seams.doubt_at(at);
            return self.odd(Cause::AnswersDiffer);
        };
        self.disputes.remove(before);
        self.taken_back += 1;
        let author = self.authors.iter().position(|wrote| wrote.span_at(at).is_some());
        if let Some(author) = author.filter(|_| self.taken_back <= MAX_TAKEN_BACK) {
            self.alone |= self.taken_back == MAX_TAKEN_BACK;
            return Move::Forget(self.authors.remove(author));
        }
        self.go_alone();
        match self.restart(Change::Bytes) {
            Ok(()) => self.odd(Cause::AnswersDifferAnew),
            Err(failure) => Move::Exit(failure, None),
        }
    }
}
