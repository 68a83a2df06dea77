//! Which bytes of a chunk are written, which compared, and when a body has given enough.

use std::ops::Range;

use super::Transfer;
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
    /// A chunk of `len` bytes came on a connection.
    pub fn take(&mut self, id: ConnectionId, len: usize) -> Taken {
        let mut taken = Taken::default();
        let Some((start, until)) =
            self.connections.get(&id).and_then(|c| Some((c.at, c.body?.until)))
        else {
            return Taken { enough: true, ..taken };
        };
        let size = self.known.total.unwrap_or(u64::MAX);
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
                let offset = |place: u64| usize::try_from(place - start).unwrap_or(usize::MAX);
                taken.pieces.push(Piece { at, bytes: offset(at)..offset(to), kind });
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
            self.planner.claim_ahead(id, &self.given, at, stop);
        }
        let next_held = self.given.first_gap(at, end).map_or(end, |gap| gap.end);
        match self.planner.left(id) {
            Some(claim) if claim.start <= at && at < claim.end => {
                (claim.end.min(next_held), Some(PieceKind::Write))
            }
            Some(claim) if claim.start > at => (claim.start.min(next_held), None),
            Some(_) | None => (next_held, None),
        }
    }

    fn write(&mut self, id: ConnectionId, range: ByteRange) {
        self.given.insert(range);
        self.planner.received(id, range.end);
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.fresh += range.len();
        }
        self.odd = 0;
    }

    /// Whether the rest of the body is of no use: its end is reached, or nothing in it is missing.
    fn has_enough(&self, id: ConnectionId, at: u64, stop: u64) -> bool {
        let Some(connection) = self.connections.get(&id) else { return true };
        if connection.sample {
            return at >= super::SAMPLE_BYTES;
        }
        if stop == u64::MAX {
            return false;
        }
        // Where no strong validator speaks for it, all that is held must be compared in passing.
        if connection.body.is_some_and(|body| !body.same && !body.ranges_proved) {
            return at >= stop;
        }
        at >= stop || self.given.first_gap(at, stop).is_none()
    }
}
