//! What a description of the file changes: a digest of it decides in the end, and its pieces tell who
//! brought wrong bytes.

use super::places::{PlaceId, Standing};
use super::{ConnectionId, Move, SpanSet, Transfer};
use crate::model::cause::Cause;
use crate::model::range::ByteRange;

/// Why a place is left.
const WRONG: Cause = Cause::BroughtWrongPieces;

impl Transfer {
    /// A description tells a digest of the whole: that will decide. Mirrors which without it could
    /// only be used in the place of others are used beside them.
    pub fn described(&mut self) {
        self.known.described = true;
        // Where it goes on at a place that may not be mixed with others, it goes on alone.
        if self.ignores_digests || !self.places.is_begun_at_main() {
            return;
        }
        for place in &mut self.places.all {
            if place.standing == Standing::InPlace {
                place.standing = Standing::Beside;
                self.crew.hope();
            }
        }
    }

    /// What mirrors wrote beside the main place in this run, as far as it stands in the file.
    pub fn of_mirrors(&self) -> SpanSet {
        let main = self.places.main;
        let mirrors = self.places.all.iter().enumerate().filter(|(id, _)| *id != main);
        mirrors.flat_map(|(_, place)| place.wrote.iter()).collect()
    }

    /// The bytes that came are not those held, first at `at`, and the description says which are right:
    /// `piece`, which is held whole, either `is_right` or is not.
    /// Who brought the others is asked nothing more. Where nobody else is there to ask, or nobody
    /// knows who it was, it is as [`Transfer::mismatch`] without a description.
    pub fn mismatch_in_piece(
        &mut self,
        id: ConnectionId,
        at: u64,
        written: SpanSet,
        (piece, is_right): (ByteRange, bool),
    ) -> Move {
        self.at(id);
        let here = self.places.here;
        let is_left =
            if is_right { self.leave_places(&[here]) } else { self.leave_authors(&[piece]) };
        if !is_left {
            return self.mismatch(id, at, written);
        }
        self.stand_on(written);
        if is_right {
            return Move::Again(Cause::NotAsDescribed);
        }
        Move::Forget([piece].into_iter().collect())
    }

    /// These pieces are wrong: who brought one of them alone is asked nothing more, nor a mirror that
    /// had a hand in one which no such place explains. True where somebody was left.
    pub fn leave_authors(&mut self, wrong: &[ByteRange]) -> bool {
        let ids = || 0..self.places.all.len();
        let wrote = |id: PlaceId| &self.places.all[id].wrote;
        let alone = |id: &PlaceId| wrong.iter().any(|piece| wrote(*id).contains(*piece));
        let mut guilty: Vec<PlaceId> = ids().filter(alone).collect();
        let main = self.places.main;
        for piece in wrong {
            let had_a_hand = |id: &PlaceId| !wrote(*id).held(*piece).is_empty();
            if !guilty.iter().any(had_a_hand) {
                guilty.extend(ids().filter(|id| *id != main && had_a_hand(id)));
            }
        }
        self.leave_places(&guilty)
    }

    /// Asks these places nothing more; the main one only where another is used beside it. True where
    /// one was left.
    fn leave_places(&mut self, guilty: &[PlaceId]) -> bool {
        let main = self.places.main;
        let is_good = |id: &PlaceId| {
            *id != main && !guilty.contains(id) && self.places.all[*id].standing == Standing::Beside
        };
        let another = (0..self.places.all.len()).find(is_good);
        let mut is_left = false;
        for id in guilty.iter().copied().filter(|id| *id != main || another.is_some()) {
            if let Some(another) = another.filter(|_| id == main) {
                self.turn_to(another);
            }
            is_left |= self.places.all[id].standing != Standing::Dismissed;
            self.places.dismiss(id, WRONG);
        }
        is_left
    }
}

#[cfg(test)]
#[path = "described_tests.rs"]
mod tests;
