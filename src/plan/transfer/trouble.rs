//! What becomes of a place that fails, bears no more, or brings other bytes than those held.

use std::time::Duration;

use super::places::Place;
use super::{ConnectionId, Move, Transfer, Word};
use crate::model::cause::Cause;
use crate::model::failure::{Failure, Remedy};

/// A mirror that failed so often without a byte is given up.
const MAX_FAILURES: u32 = 3;

impl Transfer {
    /// A connection at the place here failed: nothing is asked there for a while, where there are
    /// other places; else nothing at all.
    pub(super) fn pause(&mut self, after: Option<Duration>) {
        if self.places.are_several() {
            self.places.rest(self.now, after);
        } else {
            self.crew.failed(self.now, after);
        }
    }

    /// The server here bears no more connections than it has from us beside the one it refused.
    pub(super) fn bears_no_more(&mut self, word: Word, after: Option<Duration>) {
        if !self.places.are_several() {
            let others = u32::try_from(self.connections.len()).unwrap_or(u32::MAX);
            self.crew.crowded(others, word, self.now, after);
            return;
        }
        let others = self.connections_at_host(self.places.here).max(1);
        let place = self.places.here_mut();
        place.borne.refused(others, word, self.now);
        self.places.rest(self.now, after);
    }

    /// What ends a run at its only place is, with others, the end of one place: a mirror that will not
    /// do better is given up, any other rests.
    pub(super) fn settle(&mut self, next: Move) -> Move {
        let Move::Exit(failure, after) = next else { return next };
        let here = self.places.here;
        let another =
            (0..self.places.all.len()).any(|id| id != here && self.places.is_ready(id, self.now));
        // The main place says how the run ends, also where it rests.
        if !another && !self.places.is_beside() {
            return Move::Exit(failure, after);
        }
        (self.odd, self.short, self.garbled) = (0, 0, 0);
        if self.places.is_beside()
            && (is_final(&failure) || self.places.here().failures >= MAX_FAILURES)
        {
            self.places.dismiss(here, Cause::GivesNoFile);
        } else {
            self.places.rest(self.now, after);
        }
        Move::Again(Cause::PlaceFailedOthersGoOn)
    }

    /// A mirror beside the main place does what no place may that is used with others.
    pub(super) fn give_up_mirror(&mut self, id: ConnectionId, why: Cause) -> Move {
        self.places.dismiss(self.places.here, why);
        self.close(id);
        Move::Again(why)
    }

    /// The bytes of the place here are not those held, first at `at`. Where a mirror is the one or has
    /// brought the other, it is not the same file there: all it wrote is taken back. None where no
    /// mirror has to do with it.
    pub(super) fn blame_mirror(&mut self, at: u64) -> Option<Move> {
        let wrote_it = |place: &Place| place.wrote.span_at(at).is_some();
        let author = self.places.all.iter().position(wrote_it);
        let main = self.places.main;
        let guilty = match author {
            _ if !self.places.are_several() => return None,
            // One mirror against another: the main place is asked which is right.
            Some(author)
                if author != main && self.places.is_beside() && author != self.places.here =>
            {
                self.seams.doubt_at(at);
                self.places.here
            }
            Some(author) if author != main => author,
            Some(_) | None if self.places.is_beside() => self.places.here,
            Some(_) | None => return None,
        };
        self.places.dismiss(guilty, Cause::NotTheFilesBytes);
        let wrong = std::mem::take(&mut self.places.all[guilty].wrote);
        let why = Cause::MirrorDiffers;
        Some(if wrong.is_empty() { Move::Again(why) } else { Move::Forget(wrong) })
    }
}

/// Whether a place that failed so will not give the file for a good while.
pub(super) fn is_final(failure: &Failure) -> bool {
    match failure.kind.remedy() {
        Remedy::NewLink | Remedy::AskUser | Remedy::GiveUp => true,
        Remedy::Wait
        | Remedy::WaitForHere
        | Remedy::WaitAWhile
        | Remedy::TryOnce
        | Remedy::WaitForNetwork => false,
    }
}
