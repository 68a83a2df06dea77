//! Which connection fetches which bytes: claims, given and taken back.
//!
//! Invariants: claims never overlap each other nor what is written, but for a hedge, which runs
//! over its rival's own claim; every missing byte is written, claimed, or found by the next claim.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::block::BLOCK_BYTES;
use crate::model::range::{ByteRange, SpanSet};

/// A connection's number within its job; never used twice in a run.
pub type ConnectionId = u32;

/// What a connection is through with sooner than this is not worth asking another for.
const LEAST_SECS: f64 = 0.25;

/// How finely a file is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grain {
    /// Cuts fall on multiples of this, where they can.
    pub block: u64,
    /// Least number of bytes worth a connection of its own.
    pub least: u64,
    /// The most that this grows to on a fast line.
    pub most: u64,
    /// Beside others, at least so many bytes are asked for at a time,
    pub min_lease: u64,
    /// and at most so many.
    pub max_lease: u64,
}

impl Default for Grain {
    fn default() -> Self {
        Self {
            block: BLOCK_BYTES,
            least: 256 << 10,
            most: 16 << 20,
            min_lease: 8 << 20,
            max_lease: 256 << 20,
        }
    }
}

/// What is expected of the connection that asks for bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Newcomer {
    /// Bytes a second, nought while nobody knows.
    pub rate_bps: u64,
    /// Time until its first byte.
    pub setup: Duration,
}

/// Bytes given to one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Claim {
    /// Not yet received.
    left: ByteRange,
    /// Its rate in bytes a second, nought while unknown.
    rate_bps: u64,
    /// Runs over another's claim, to be there first.
    hedge: bool,
    /// Another runs over this one.
    hedged: bool,
}

impl Claim {
    fn new(left: ByteRange) -> Self {
        Self { left, rate_bps: 0, hedge: false, hedged: false }
    }

    /// Seconds until it is through, with `usual_bps` while its rate is not known.
    fn rest_secs(&self, usual_bps: u64) -> f64 {
        let rate = if self.rate_bps == 0 { usual_bps } else { self.rate_bps };
        approx(self.left.len()) / approx(rate.max(1))
    }
}

/// The claims of one job.
#[derive(Clone, Debug, Default)]
pub struct Planner {
    claims: BTreeMap<ConnectionId, Claim>,
    grain: Grain,
}

impl Planner {
    /// Cuts as finely as told.
    pub fn new(grain: Grain) -> Self {
        Self { claims: BTreeMap::new(), grain }
    }

    /// How finely it cuts.
    pub fn grain(&self) -> Grain {
        self.grain
    }

    /// Gives a connection bytes to fetch: the first range nobody has; else a part of the claim that
    /// would end last; else, where that one lags far behind, all of it for a race. `written` is what
    /// needs no fetching; `size` the whole, `u64::MAX` while unknown.
    pub fn claim(
        &mut self,
        connection: ConnectionId,
        written: &SpanSet,
        size: u64,
        newcomer: Newcomer,
    ) -> Option<ByteRange> {
        self.tidy(written);
        let claim = match self.first_free(written, 0, size) {
            Some(left) => Claim::new(left),
            // Of an unknown size nobody knows where the end is.
            None if size == u64::MAX => return None,
            None => match self.steal(newcomer) {
                Some(left) => Claim::new(left),
                None => Claim { hedge: true, ..Claim::new(self.hedge(newcomer)?) },
            },
        };
        self.claims.insert(connection, claim);
        Some(claim.left)
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
        self.claims.insert(connection, Claim::new(left));
        Some(left)
    }

    /// Where the next range begins that nobody has, at or after `at`.
    pub fn next_free(&self, written: &SpanSet, at: u64, until: u64) -> Option<u64> {
        self.first_free(written, at, until).map(|free| free.start)
    }

    /// What a connection has still to receive.
    pub fn left(&self, connection: ConnectionId) -> Option<ByteRange> {
        self.claims.get(&connection).map(|c| c.left)
    }

    /// Whether a connection only races another one.
    pub fn is_hedge(&self, connection: ConnectionId) -> bool {
        self.claims.get(&connection).is_some_and(|c| c.hedge)
    }

    /// A connection's rate was measured.
    pub fn measured(&mut self, connection: ConnectionId, rate_bps: u64) {
        if let Some(claim) = self.claims.get_mut(&connection) {
            claim.rate_bps = rate_bps.max(1);
        }
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
        let Some(gone) = self.claims.remove(&connection) else { return };
        if gone.hedge {
            // Its rival may be raced again.
            for claim in self.claims.values_mut().filter(|c| c.left.end == gone.left.end) {
                claim.hedged = false;
            }
        }
    }

    /// Every claim is given up.
    pub fn clear(&mut self) {
        self.claims.clear();
    }

    /// How many connections hold a claim.
    pub fn connections(&self) -> usize {
        self.claims.len()
    }

    /// What another wrote at the ends of a claim in a race is no longer its own to fetch.
    fn tidy(&mut self, written: &SpanSet) {
        for claim in self.claims.values_mut() {
            let at = claim.left.end;
            let start = written.first_gap(claim.left.start, at).map_or(at, |gap| gap.start);
            let end = match at.checked_sub(1).and_then(|last| written.span_at(last)) {
                Some(held) => held.start.max(start),
                None => at,
            };
            claim.left = ByteRange::new(start, end);
        }
    }

    fn first_free(&self, written: &SpanSet, from: u64, size: u64) -> Option<ByteRange> {
        if self.claims.is_empty() {
            return written.first_gap(from, size);
        }
        let mut taken = written.clone();
        for claim in self.claims.values() {
            taken.insert(claim.left);
        }
        taken.first_gap(from, size)
    }

    /// Takes from the end of the claim that would end last, so that both end together:
    /// `x = (rest/r_v − setup) / (1/r_v + 1/r_n)`.
    fn steal(&mut self, newcomer: Newcomer) -> Option<ByteRange> {
        let usual = self.usual_bps(newcomer);
        let least = self.least(newcomer, usual);
        let (block, grain_least) = (self.grain.block, self.grain.least);
        let victim = self.latest(usual)?;
        let own = if victim.rate_bps == 0 { usual } else { victim.rate_bps };
        let rest = victim.left.len();
        let head_start = newcomer.setup.as_secs_f64() * approx(own);
        let share = (approx(rest) - head_start) * approx(usual) / (approx(usual) + approx(own));
        // However slow, it keeps a little: that is raced when nothing else is left.
        let share = round(share).min(rest.saturating_sub(grain_least));
        if share < least {
            return None;
        }
        let middle = victim.left.end - share;
        let aligned = middle.next_multiple_of(block);
        let fits = aligned + grain_least <= victim.left.end;
        let cut = if fits { aligned } else { middle };
        let stolen = ByteRange::new(cut, victim.left.end);
        victim.left = ByteRange::new(victim.left.start, cut);
        Some(stolen)
    }

    /// The rest of the claim that ends last, where a newcomer would be through it in less than half
    /// the time.
    fn hedge(&mut self, newcomer: Newcomer) -> Option<ByteRange> {
        let usual = self.usual_bps(newcomer);
        let victim = self.latest(usual)?;
        let alone = victim.rest_secs(usual);
        let raced = newcomer.setup.as_secs_f64() + approx(victim.left.len()) / approx(usual.max(1));
        if victim.rate_bps == 0 || victim.left.is_empty() || alone <= 2.0 * raced {
            return None;
        }
        victim.hedged = true;
        Some(victim.left)
    }

    /// The claim that would end last, of those nobody races.
    fn latest(&mut self, usual_bps: u64) -> Option<&mut Claim> {
        self.claims
            .values_mut()
            .filter(|c| !c.hedge && !c.hedged)
            .max_by(|a, b| a.rest_secs(usual_bps).total_cmp(&b.rest_secs(usual_bps)))
    }

    /// What a connection brings here: as told, else the middle of those that flow.
    fn usual_bps(&self, newcomer: Newcomer) -> u64 {
        if newcomer.rate_bps > 0 {
            return newcomer.rate_bps;
        }
        let mut rates: Vec<u64> =
            self.claims.values().map(|c| c.rate_bps).filter(|r| *r > 0).collect();
        rates.sort_unstable();
        rates.get(rates.len() / 2).copied().unwrap_or(1)
    }

    /// Less is not worth the time it takes to ask for it.
    fn least(&self, newcomer: Newcomer, usual_bps: u64) -> u64 {
        let worth = (2.0 * newcomer.setup.as_secs_f64()).max(LEAST_SECS) * approx(usual_bps);
        round(worth).clamp(self.grain.least, self.grain.most)
    }
}

/// Bytes, or bytes a second, to reckon with.
#[expect(clippy::cast_precision_loss, reason = "a share of bytes needs no more than 52 bits")]
pub(super) fn approx(bytes: u64) -> f64 {
    bytes as f64
}

/// Whole bytes again.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clipped to what fits first"
)]
pub(super) fn round(bytes: f64) -> u64 {
    bytes.max(0.0).min(approx(u64::MAX / 2)) as u64
}

#[cfg(test)]
#[path = "planner_tests.rs"]
mod tests;
