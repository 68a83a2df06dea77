//! What an answer's verdict changes in a transfer.

use crate::model::cause::Cause;
use crate::model::change::Change;
use crate::model::failure::{Failure, FailureKind};
use crate::model::host::{Condition, Ranges};
use crate::model::range::{ByteRange, SpanSet};

use super::trouble::is_final;
use super::{Facts, MAX_SUSPECTS, Move, Transfer};
use crate::plan::decide::{Body, Otherwise, Shape, Verdict, decide};
use crate::plan::head::Head;
use crate::plan::identity::Known;
use crate::plan::planner::{ConnectionId, Newcomer};

impl Transfer {
    /// An answer's head came. Nothing of its body may be written before this said `Read`.
    pub fn answer(&mut self, id: ConnectionId, head: &Head) -> Move {
        self.at(id);
        let next = self.answered(id, head);
        self.settle(next)
    }

    fn answered(&mut self, id: ConnectionId, head: &Head) -> Move {
        let others = self.others_open(id) > 0;
        let Some(connection) = self.connections.get_mut(&id) else {
            return Move::Again(Cause::Closed);
        };
        connection.chunked = head.chunked;
        connection.ask.siblings_flow = others;
        let ask = connection.ask.clone();
        let verdict = decide(&ask, head, &self.places.known(&self.known));
        if matches!(verdict, Verdict::Complete { .. } | Verdict::Ask(..) | Verdict::Stop(_))
            && let Some(next) = self.unproved_seam(id)
        {
            return next;
        }
        match verdict {
            // One that goes on alone goes on where it is: the whole would come a second time.
            Verdict::Body(body) if others && !body.ranges_proved => {
                self.not_in_parts(id, Cause::WholeForPart)
            }
            Verdict::Body(body) => self.accept(id, body, head),
            Verdict::Complete { total } => self.told_complete(id, total, head),
            Verdict::Changed { why, body } => self.changed(id, why, body, head),
            Verdict::Redirect => {
                self.leave(id, Failure::status(FailureKind::RedirectLoop, head.status))
            }
            Verdict::Ask(otherwise, why) => self.ask_otherwise(id, otherwise, why),
            Verdict::Retry(failure, after) => {
                self.spare(id, after).unwrap_or(Move::Exit(failure, after))
            }
            Verdict::Crowded(after) => {
                self.crowded(id, Failure::status(FailureKind::Busy, head.status), after)
            }
            // A 404 may come from one node of many: asked once more, plainly.
            Verdict::Stop(failure)
                if failure.kind == FailureKind::NotFound && !self.manner().plain && !others =>
            {
                self.manner_mut().plain = true;
                self.close(id);
                Move::Again(Cause::NotFoundOnce)
            }
            // Other jobs may have all the connections that the server bears.
            Verdict::Stop(failure)
                if failure.status == Some(403) && self.places.here().is_shared && !others =>
            {
                self.leave(id, Failure::status(FailureKind::Busy, head.status))
            }
            Verdict::Stop(failure) => self.leave(id, failure),
        }
    }

    fn leave(&mut self, id: ConnectionId, failure: Failure) -> Move {
        if self.places.is_beside() && is_final(&failure) {
            return self.give_up_mirror(id, Cause::GivesNoFile);
        }
        self.spare(id, None).unwrap_or(Move::Exit(failure, None))
    }

    fn accept(&mut self, id: ConnectionId, body: Body, head: &Head) -> Move {
        self.learn_ranges(&body, id);
        if self.fresh {
            return self.begin(id, body, head);
        }
        if let Some(total) = body.total {
            if total < self.held_end() {
                return self.changed(id, Change::Total, Some(body), head);
            }
            self.total_unproved |= self.known.total.is_none() && !body.same;
            self.known.total = Some(total);
            self.planner.clip(total);
        }
        if body.same && self.places.is_home() {
            self.known.validator.digests.extend(head.validator.digests.iter().cloned());
        } else if !body.same {
            // A whole file compares all that is held in passing; a part must do so at its start.
            let passes_all = body.at == 0 && !body.ranges_proved;
            let proves = passes_all || self.will_prove(id, &body) || self.may_prove_later(head);
            if !proves && self.others_open(id) > 0 {
                return self.not_in_parts(id, Cause::NothingTells);
            }
            if !proves {
                self.manner_mut().plain = true;
                self.close(id);
                return self.odd(Cause::NothingBefore);
            }
            self.by_overlap = true;
        }
        self.suspects = 0;
        self.told_changed &= !body.same;
        self.read(id, body);
        Move::Read { begin: None }
    }

    /// Beside others nothing is held before a part. Where its head looks the same, its seams are
    /// compared before the file is called whole; where a checksum is known, that decides.
    fn may_prove_later(&self, head: &Head) -> bool {
        self.manner().ranges == Ranges::Honest
            && (self.is_decided_in_the_end()
                || self.places.known(&self.known).validator.resembles(&head.validator))
    }

    /// Whether held bytes will be compared before the first new one is written.
    fn will_prove(&self, id: ConnectionId, body: &Body) -> bool {
        let from = self.planner.left(id).map_or(u64::MAX, |claim| claim.start);
        !self.given.held(ByteRange::new(body.at, from)).is_empty()
    }

    /// The first answer of a representation: from now on this is what the file is.
    fn begin(&mut self, id: ConnectionId, body: Body, head: &Head) -> Move {
        if body.at != 0 {
            self.manner_mut().plain = true;
            self.close(id);
            return self.odd(Cause::NotFromStart);
        }
        self.planner.release(id);
        let size = body.total.unwrap_or(u64::MAX);
        if self.planner.claim(id, &self.given, size, Newcomer::default()).is_none() && size > 0 {
            self.close(id);
            return self.odd(Cause::BegunElsewhere);
        }
        self.fresh = false;
        self.places.begin();
        self.given = SpanSet::new();
        self.known = Known {
            total: body.total,
            validator: head.validator.clone(),
            encoding: head.encoding.clone(),
            content_type: head.content_type.clone(),
            begun: true,
            described: false,
        };
        self.read(id, body);
        Move::Read { begin: Some(self.facts(head)) }
    }

    fn facts(&self, head: &Head) -> Facts {
        Facts {
            total: self.known.total,
            validator: head.validator.clone(),
            encoding: head.encoding.clone(),
            content_type: head.content_type.clone(),
        }
    }

    fn read(&mut self, id: ConnectionId, body: Body) {
        let has_all = self.has_all();
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.at = body.at;
            connection.body = Some(body);
            // A whole file in answer to a sample is compared and then goes on where bytes miss.
            if !body.ranges_proved && !has_all {
                connection.sample_end = None;
            }
        }
    }

    fn learn_ranges(&mut self, body: &Body, id: ConnectionId) {
        let ranged =
            self.connections.get(&id).is_some_and(|c| matches!(c.ask.shape, Shape::Ranged { .. }));
        if body.ranges_proved {
            self.manner_mut().ranges = Ranges::Honest;
        } else if ranged && self.known.begun {
            self.manner_mut().ranges = Ranges::Refused;
        }
    }

    fn told_complete(&mut self, id: ConnectionId, total: u64, head: &Head) -> Move {
        self.close(id);
        if total == 0 && self.fresh {
            self.fresh = false;
            self.known.total = Some(0);
            self.known.begun = true;
            return Move::Read { begin: Some(self.facts(head)) };
        }
        if self.given.is_whole(total) && self.held_end() == total {
            self.known.total = Some(total);
            return Move::Complete;
        }
        self.manner_mut().plain = true;
        self.odd(Cause::BytesMissing)
    }

    fn changed(&mut self, id: ConnectionId, why: Change, body: Option<Body>, head: &Head) -> Move {
        if !self.places.is_home() {
            let gone = Failure::because(FailureKind::Changed, Cause::MirrorsFileChanged);
            self.close(id);
            return Move::Exit(gone, None);
        }
        if why == Change::TagOnly && self.others_open(id) > 0 {
            return self.strayed(id, Cause::TagOthersGoOn);
        }
        // One node of many may have an older file: two answers are believed.
        if self.others_open(id) > 0 && !std::mem::replace(&mut self.told_changed, true) {
            return self.strayed(id, Cause::OtherFileOnce);
        }
        if why == Change::TagOnly && self.suspects < MAX_SUSPECTS {
            self.suspects += 1;
            self.close(id);
            return self.odd(Cause::TagOnce);
        }
        // ENGINE 1.5: without the tag the bytes are compared, and the checksum has the last word.
        if why == Change::TagOnly
            && self.is_decided_in_the_end()
            && self.known.validator.etag.take().is_some()
        {
            self.close(id);
            return self.odd(Cause::TagChecksumDecides);
        }
        self.connections.retain(|other, _| *other == id);
        if let Err(failure) = self.restart(why) {
            return self.leave(id, failure);
        }
        if let Some(body) = body.filter(|body| body.at == 0) {
            self.begin(id, body, head)
        } else {
            self.close(id);
            self.odd(Cause::ChangedAnew)
        }
    }

    fn ask_otherwise(&mut self, id: ConnectionId, otherwise: Otherwise, why: Cause) -> Move {
        if self.others_open(id) > 0 && otherwise != Otherwise::Unconditional {
            return self.strayed(id, why);
        }
        self.close(id);
        match otherwise {
            // Where ranges worked before, one odd answer is not believed: the whole is dear.
            Otherwise::Plain if self.known.begun && self.odd == 0 => {}
            Otherwise::Plain => self.manner_mut().plain = true,
            Otherwise::Unconditional => self.manner_mut().condition = Condition::Unconditional,
            // Once the same again; after that there is no reason to hope.
            Otherwise::Afresh => self.manner_mut().plain = self.manner().plain || self.odd > 0,
        }
        self.odd(why)
    }

    /// What had just begun cannot be gone on with: the next answer begins.
    pub fn unbegin(&mut self) {
        self.known = Known::default();
        self.given = SpanSet::new();
        self.planner.clear();
        self.connections.clear();
        self.fresh = true;
    }

    /// Whether something will decide in the end whether every byte is right.
    pub(super) fn is_decided_in_the_end(&self) -> bool {
        let is_told = self.known.described || !self.digests().is_empty();
        self.checked || (!self.ignores_digests && is_told)
    }
}

#[cfg(test)]
#[path = "answer_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "whole_tests.rs"]
mod whole_tests;
