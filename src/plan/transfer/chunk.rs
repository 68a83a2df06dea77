//! Which bytes of a chunk are written, which compared, and when a body has given enough.

use std::ops::Range;

use super::seams::{SEAM_BYTES, all_through};
use super::{Connection, PROOF_BYTES, SHORT_BYTES, Transfer};
use crate::model::range::ByteRange;
use crate::plan::planner::ConnectionId;

/// What is done with a piece of a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceKind {
    /// Written to the file.
    Write,
    /// Compared with the file.
    Prove,
}

/// A piece of a chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Its place in the file.
    pub at: u64,
    /// Which bytes of the chunk.
    pub bytes: Range<usize>,
    /// What is done with it.
    pub kind: PieceKind,
}

/// What a chunk is good for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Its pieces, in order; what is in none of them is of no use.
    pub pieces: Vec<Piece>,
    /// Nothing of what still comes is needed: close the connection.
    pub enough: bool,
}

impl Transfer {
    /// What stands at `at` is to be read once more before the file is whole.
    pub fn doubt(&mut self, at: u64) {
        self.seams.doubt();
        self.seams.doubt_at(at);
    }

    /// All that was to be compared until now was found right.
    pub fn compared(&mut self) {
        self.seams.compared();
    }

    /// A chunk of `len` bytes came on a connection.
    pub fn take(&mut self, id: ConnectionId, len: usize) -> Taken {
        let mut taken = Taken::default();
        let Some((start, until)) =
            self.connections.get(&id).and_then(|c| Some((c.at, c.body?.until)))
        else {
            return Taken { enough: true, ..taken };
        };
        let size = self.known.total.unwrap_or(u64::MAX);
        self.at(id);
        self.beat(id, len);
        // What comes past the end told by the answer or the file is nobody's.
        let stop = until.unwrap_or(u64::MAX).min(size);
        let end = start.saturating_add(len as u64);
        let mut at = start;
        while at < end.min(stop) {
            let (to, kind) = self.next_piece(id, at, end.min(stop), stop);
            if let Some(kind) = kind {
                if kind == PieceKind::Write {
                    self.write(id, ByteRange::new(at, to));
                }
                self.follow_run(id, at, to, kind);
                let offset = |place: u64| usize::try_from(place - start).unwrap_or(usize::MAX);
                taken.pieces.push(Piece { at, bytes: offset(at)..offset(to), kind });
            } else if let Some(connection) = self.connections.get_mut(&id) {
                connection.run_start = None;
            }
            at = to;
        }
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.at = end;
        }
        taken.enough = self.has_enough(id, end, stop);
        taken
    }

    /// The piece that begins at `at`: how far it goes and what is done with it.
    fn next_piece(
        &mut self,
        id: ConnectionId,
        at: u64,
        end: u64,
        stop: u64,
    ) -> (u64, Option<PieceKind>) {
        if let Some(held) = self.given.span_at(at) {
            return (held.end.min(end), Some(PieceKind::Prove));
        }
        if self.planner.left(id).is_none_or(|claim| claim.is_empty() || claim.end <= at) {
            self.planner.release(id);
            if self.goes_on(id, at, stop) {
                self.planner.claim_ahead(id, &self.given, at, stop);
            }
        }
        let next_held = self.given.first_gap(at, end).map_or(end, |gap| gap.end);
        // What claim there is now, ends behind `at`.
        match self.planner.left(id) {
            Some(claim) if claim.start <= at => (claim.end.min(next_held), Some(PieceKind::Write)),
            Some(claim) => (claim.start.min(next_held), None),
            None => (next_held, None),
        }
    }

    fn write(&mut self, id: ConnectionId, range: ByteRange) {
        if self.given.span_at(range.end).is_some() {
            self.seams.begin(range.end);
        }
        self.given.insert(range);
        self.places.wrote(range);
        self.planner.received(id, range.end);
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.fresh += range.len();
            connection.wrote.insert(range);
            if connection.fresh >= SHORT_BYTES {
                self.garbled = 0;
            }
        }
        self.odd = 0;
    }

    /// Bytes of one answer that follow each other: where they begin beside bytes of another, there
    /// is a seam; where they run across one, it is proved.
    fn follow_run(&mut self, id: ConnectionId, at: u64, to: u64, kind: PieceKind) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        let start = *connection.run_start.get_or_insert_with(|| {
            if kind == PieceKind::Write {
                self.seams.begin(at);
            }
            at
        });
        if self.seams.crossed(ByteRange::new(start, to), self.known.total.unwrap_or(u64::MAX)) {
            self.seam_tries = 0;
        }
    }

    /// Whether a body that is through with its claim goes on with what nobody has: a part only
    /// where that begins just there, a whole at any distance.
    fn goes_on(&self, id: ConnectionId, at: u64, stop: u64) -> bool {
        let Some(connection) = self.connections.get(&id) else { return false };
        if connection.sample_end.is_some() {
            return false;
        }
        connection.body.is_some_and(|body| !body.ranges_proved)
            || self.planner.next_free(&self.given, at, stop) == Some(at)
    }

    /// Whether the rest of the body is of no use: its end is reached, or nothing in it is missing.
    fn has_enough(&self, id: ConnectionId, at: u64, stop: u64) -> bool {
        let Some(connection) = self.connections.get(&id) else { return true };
        if let Some(end) = connection.sample_end {
            return at >= end;
        }
        let Some(body) = connection.body else { return true };
        if stop == u64::MAX {
            return false;
        }
        if body.ranges_proved {
            return at >= stop || !self.is_of_use(id, at, stop);
        }
        // Where no strong validator speaks for it, all that is held must be compared in passing.
        at >= stop || (body.same && self.given.first_gap(at, stop).is_none())
    }

    /// Where what is held is still to be compared with what a whole answer brought that no strong
    /// validator speaks for, should it end here: as much as before a resume, in each part of the file
    /// that lies ahead.
    pub(super) fn not_yet_compared(&self, connection: &Connection) -> Vec<u64> {
        let compares = connection.body.is_some_and(|body| !body.same && !body.ranges_proved);
        if !compares || connection.fresh == 0 {
            return Vec::new();
        }
        let ahead = |span: &ByteRange| ByteRange::new(span.start.max(connection.at), span.end);
        let near = |span: ByteRange| {
            ByteRange::new(span.start, span.end.min(span.start.saturating_add(PROOF_BYTES)))
        };
        let spans = self.given.iter().filter(|span| span.end > connection.at);
        spans.flat_map(|span| all_through(near(ahead(&span)))).collect()
    }

    /// Whether a part still brings something at `at`: bytes of its claim, bytes nobody has, or what
    /// the seam there needs.
    fn is_of_use(&self, id: ConnectionId, at: u64, stop: u64) -> bool {
        let claim = self.planner.left(id).filter(|claim| !claim.is_empty());
        claim.is_some_and(|claim| self.given.first_gap(at, claim.end).is_some())
            || self.planner.next_free(&self.given, at, stop) == Some(at)
            || (self.given.span_at(at).is_some()
                && self.seams.wants(ByteRange::new(at.saturating_sub(SEAM_BYTES), at)))
    }
}

#[cfg(test)]
#[path = "chunk_tests.rs"]
mod tests;
