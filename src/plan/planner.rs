//! Which connection fetches which bytes: claims, given and taken back. Speaks of many connections.
//!
//! Invariants: claims never overlap each other nor what is written; every missing byte is written,
//! claimed, or found by the next claim.

use std::collections::BTreeMap;

use crate::model::range::{ByteRange, SpanSet};

/// A connection's number within its job; never used twice in a run.
pub type ConnectionId = u32;

/// Least number of bytes worth a connection of its own.
pub const MIN_SPLIT_BYTES: u64 = 256 << 10;

/// Bytes given to one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Claim {
    /// Not yet received.
    left: ByteRange,
    /// Its rate in bytes a second, 0 while unknown.
    rate_bps: u64,
}

/// The claims of one job.
#[derive(Clone, Debug, Default)]
pub struct Planner {
    claims: BTreeMap<ConnectionId, Claim>,
}

impl Planner {
    /// Gives a connection bytes to fetch: the first range nobody has, else a part of the claim that
    /// would end last. `written` is what needs no fetching; `size` the whole, `u64::MAX` while unknown.
    pub fn claim(
        &mut self,
        connection: ConnectionId,
        written: &SpanSet,
        size: u64,
        rate_bps: u64,
    ) -> Option<ByteRange> {
        let left = self.first_free(written, 0, size).or_else(|| self.steal(size, rate_bps))?;
        self.claims.insert(connection, Claim { left, rate_bps });
        Some(left)
    }

    /// Gives a connection whose body goes on at `at` the next range nobody has before `until`, so
    /// that one answer can fill several holes.
    pub fn claim_ahead(
        &mut self,
        connection: ConnectionId,
        written: &SpanSet,
        at: u64,
        until: u64,
    ) -> Option<ByteRange> {
        let left = self.first_free(written, at, until)?;
        self.claims.insert(connection, Claim { left, rate_bps: 0 });
        Some(left)
    }

    /// What a connection has still to receive.
    pub fn left(&self, connection: ConnectionId) -> Option<ByteRange> {
        self.claims.get(&connection).map(|c| c.left)
    }

    /// A connection received its claim's bytes up to `to`.
    pub fn received(&mut self, connection: ConnectionId, to: u64) {
        if let Some(claim) = self.claims.get_mut(&connection) {
            claim.left =
                ByteRange::new(claim.left.start.max(to).min(claim.left.end), claim.left.end);
        }
    }

    /// The size became known: no claim goes past it.
    pub fn clip(&mut self, size: u64) {
        for claim in self.claims.values_mut() {
            claim.left = claim.left.meet(ByteRange::new(0, size.max(claim.left.start)));
        }
    }

    /// A connection is gone; what it did not fetch is free again.
    pub fn release(&mut self, connection: ConnectionId) {
        self.claims.remove(&connection);
    }

    /// How many connections hold a claim.
    pub fn connections(&self) -> usize {
        self.claims.len()
    }

    fn first_free(&self, written: &SpanSet, from: u64, size: u64) -> Option<ByteRange> {
        let mut taken = written.clone();
        for claim in self.claims.values() {
            taken.insert(claim.left);
        }
        taken.first_gap(from, size)
    }

    /// Takes from the end of the claim that would end last, so that both end together:
    /// `x = rest · r_thief / (r_victim + r_thief)`.
    fn steal(&mut self, size: u64, rate_bps: u64) -> Option<ByteRange> {
        let victim = self.claims.values_mut().max_by_key(|c| c.left.len() / c.rate_bps.max(1))?;
        let rest = victim.left.len();
        let (thief, owner) = (u128::from(rate_bps.max(1)), u128::from(victim.rate_bps.max(1)));
        let share = u64::try_from(u128::from(rest) * thief / (thief + owner)).ok()?;
        // Of an unknown size nobody knows where the end is.
        if size == u64::MAX || share < MIN_SPLIT_BYTES || rest - share < MIN_SPLIT_BYTES {
            return None;
        }
        let middle = victim.left.end - share;
        let stolen = ByteRange::new(middle, victim.left.end);
        victim.left = ByteRange::new(victim.left.start, middle);
        Some(stolen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn holes_first_then_halves() {
        let mut planner = Planner::default();
        let mib = 1 << 20;
        let written: SpanSet = [ByteRange::new(mib, 2 * mib)].into_iter().collect();
        assert_eq!(planner.claim(1, &written, 8 * mib, 0), Some(ByteRange::new(0, mib)));
        assert_eq!(planner.claim(2, &written, 8 * mib, 0), Some(ByteRange::new(2 * mib, 8 * mib)));
        assert_eq!(planner.claim(3, &written, 8 * mib, 0), Some(ByteRange::new(5 * mib, 8 * mib)));
        planner.release(2);
        assert_eq!(planner.claim(4, &written, 8 * mib, 0), Some(ByteRange::new(2 * mib, 5 * mib)));
    }

    #[test]
    fn an_unknown_size_is_not_split() {
        let mut planner = Planner::default();
        assert!(planner.claim(1, &SpanSet::new(), u64::MAX, 0).is_some());
        assert_eq!(planner.claim(2, &SpanSet::new(), u64::MAX, 0), None);
        planner.clip(1000);
        assert_eq!(planner.left(1), Some(ByteRange::new(0, 1000)));
    }

    proptest! {
        /// Connections come, receive, break and go in any order: nothing is fetched twice at a time,
        /// nothing is forgotten, and it ends.
        #[test]
        fn no_overlap_and_no_gap(size in 1u64..40 << 20, moves in prop::collection::vec((0u32..6, 0u8..4, 0u64..8 << 20), 0..200)) {
            let mut planner = Planner::default();
            let mut written = SpanSet::new();
            let mut live: BTreeMap<u32, ConnectionId> = BTreeMap::new();
            let mut next = 0;
            for (slot, kind, amount) in moves {
                match (live.get(&slot).copied(), kind) {
                    (None, _) => {
                        next += 1;
                        if planner.claim(next, &written, size, amount).is_some() { live.insert(slot, next); }
                    }
                    (Some(id), 0) => { planner.release(id); live.remove(&slot); }
                    (Some(id), _) => {
                        let left = planner.left(id).unwrap();
                        let to = (left.start + amount).min(left.end);
                        prop_assert!(written.held(ByteRange::new(left.start, to)).is_empty(), "fetched twice");
                        written.insert(ByteRange::new(left.start, to));
                        planner.received(id, to);
                        if to == left.end { planner.release(id); live.remove(&slot); }
                    }
                }
                let mut all = SpanSet::new();
                let mut sum = 0;
                for id in live.values() { let left = planner.left(*id).unwrap(); all.insert(left); sum += left.len(); }
                prop_assert_eq!(all.total(), sum, "claims overlap");
                prop_assert_eq!(planner.connections(), live.len());
            }
            for id in live.into_values() { planner.release(id); }
            while let Some(range) = planner.claim(u32::MAX, &written, size, 0) { written.insert(range); planner.release(u32::MAX); }
            prop_assert!(written.is_whole(size));
        }
    }
}
