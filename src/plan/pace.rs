//! The pace of one limit as a bucket in virtual time, and how a limit is divided among those who
//! want some of it.
//!
//! Invariant: in any stretch of time a bucket lets through what its rate allows for that stretch
//! and for [`BURST`] besides, and the last taking, which is paid for before the next.

use std::time::Duration;

/// Time that may be saved up while nothing is taken, so that one who wakes late catches up. The
/// most a change of the rate leaves owed, too: what was taken at the rate before is no reason for
/// a standstill at the new one.
pub const BURST: Duration = Duration::from_millis(150);

/// A limit in bytes a second: what was taken is paid for in time before more may be taken (GCRA).
/// Times are since any fixed moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    rate_bps: u64,
    /// All that was taken is paid for at this moment; before now where time is saved up.
    paid_until: Duration,
}

impl Bucket {
    /// A bucket of `rate_bps` bytes a second, at least 1; nothing is saved, nothing owed.
    pub fn new(rate_bps: u64, now: Duration) -> Self {
        Self { rate_bps: rate_bps.max(1), paid_until: now }
    }

    /// Bytes a second.
    pub fn rate_bps(&self) -> u64 {
        self.rate_bps
    }

    /// `bytes` were taken, more than may be owed where need be.
    pub fn take(&mut self, bytes: u64, now: Duration) {
        let from = self.paid_until.max(now.saturating_sub(BURST));
        self.paid_until = from.saturating_add(scaled(Duration::from_secs(1), bytes, self.rate_bps));
    }

    /// When more may be taken.
    pub fn ready_at(&self) -> Duration {
        self.paid_until
    }

    /// Another rate from `now` on. What is saved up stays as much time, so that a lower rate counts
    /// at once; what is owed is as many bytes at a higher rate, and never more time than before.
    pub fn set_rate(&mut self, rate_bps: u64, now: Duration) {
        let before = std::mem::replace(&mut self.rate_bps, rate_bps.max(1));
        let owed = self.paid_until.saturating_sub(now);
        if !owed.is_zero() {
            let owed = owed.min(scaled(owed, before, self.rate_bps));
            self.paid_until = now.saturating_add(owed.min(BURST));
        }
    }
}

/// `time` times `up` by `down`, as far as that can be told.
fn scaled(time: Duration, up: u64, down: u64) -> Duration {
    let nanos = time.as_nanos().saturating_mul(u128::from(up)) / u128::from(down.max(1));
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

/// Divides `limit_bps` among `demands`, all in bytes a second: everybody gets what he wants up to
/// the same level, and what one does not want flows on to the others. The sum is `limit_bps`, or
/// what is wanted where that is less.
pub fn water_fill(limit_bps: u64, demands: &[u64]) -> Vec<u64> {
    let mut order: Vec<usize> = (0..demands.len()).collect();
    order.sort_by_key(|&index| demands[index]);
    let mut shares = vec![0; demands.len()];
    let mut rest = limit_bps;
    for (index, left) in order.into_iter().zip((1..=demands.len() as u64).rev()) {
        shares[index] = demands[index].min(rest / left);
        rest -= shares[index];
    }
    shares
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MS: Duration = Duration::from_millis(1);
    const SECOND: Duration = Duration::from_secs(1);

    /// Bytes a bucket lets through between `from` and `to`, `quantum` at a time, looked at every
    /// millisecond.
    fn drained(bucket: &mut Bucket, quantum: u64, from: Duration, to: Duration) -> u64 {
        let (mut now, mut taken) = (from, 0);
        while now < to {
            while bucket.ready_at() <= now {
                bucket.take(quantum, now);
                taken += quantum;
            }
            now += MS;
        }
        taken
    }

    #[test]
    fn ten_seconds_at_a_rate_bring_ten_seconds_of_bytes() {
        for rate in [10_000, 1_000_000, 300_000_000] {
            let quantum = (rate / 20).max(4096);
            let taken =
                drained(&mut Bucket::new(rate, SECOND), quantum, SECOND, SECOND + 10 * SECOND);
            assert!(taken.abs_diff(10 * rate) <= quantum, "{taken} at {rate}");
        }
    }

    #[test]
    fn what_is_saved_up_while_nothing_flows_is_little() {
        let mut bucket = Bucket::new(1_000_000, SECOND);
        let taken = drained(&mut bucket, 1000, 60 * SECOND, 61 * SECOND);
        assert!((1_149_000..=1_151_000).contains(&taken), "{taken}");
    }

    #[test]
    fn a_debt_is_paid_before_more_is_taken() {
        let mut bucket = Bucket::new(1_000_000, SECOND);
        bucket.take(400_000, SECOND);
        assert_eq!(bucket.ready_at(), SECOND + 400 * MS);
    }

    #[test]
    fn another_rate_counts_at_once() {
        // Taken at the first rate at one second, changed to the second, and ready so much later.
        for (before, taken, after, ready) in [
            // Four seconds owed, raised a thousandfold.
            (1000, 4000, 1_000_000, Duration::from_millis(4)),
            // Even raised a little, no second of standstill is left.
            (1000, 4000, 2000, BURST),
            (1000, 100, 2000, 50 * MS),
            // Lowered: as long as it was, not a hundred times that.
            (1_000_000, 50_000, 10_000, 50 * MS),
            (1_000_000, 50_000, 1_000_000, 50 * MS),
            (1_000_000, 0, 0, Duration::ZERO),
            (1, u64::MAX, 2, BURST),
        ] {
            let mut bucket = Bucket::new(before, SECOND);
            bucket.take(taken, SECOND);
            bucket.set_rate(after, SECOND);
            assert_eq!(bucket.ready_at(), SECOND + ready, "{before} to {after}");
            assert_eq!(bucket.rate_bps(), after.max(1));
        }
    }

    #[test]
    fn what_was_saved_at_a_high_rate_is_not_spent_at_a_low_one() {
        let mut bucket = Bucket::new(100_000_000, SECOND);
        bucket.set_rate(10_000, 5 * SECOND);
        let taken = drained(&mut bucket, 100, 5 * SECOND, 6 * SECOND);
        assert!(taken <= 11_600, "{taken}");
    }

    #[test]
    fn limits_are_divided() {
        const ALL: u64 = u64::MAX;
        for (limit, demands, shares) in [
            (100, &[][..], &[][..]),
            (100, &[0], &[0]),
            (100, &[30], &[30]),
            (100, &[ALL], &[100]),
            (100, &[ALL, ALL], &[50, 50]),
            (100, &[ALL, 0, ALL], &[50, 0, 50]),
            (100, &[10, ALL, ALL], &[10, 45, 45]),
            (100, &[60, 20, 50], &[40, 20, 40]),
            (100, &[20, 20, 20], &[20, 20, 20]),
            (100, &[ALL, ALL, ALL], &[33, 33, 34]),
            (0, &[ALL, 5], &[0, 0]),
        ] {
            assert_eq!(water_fill(limit, demands), shares, "{limit} among {demands:?}");
        }
    }

    proptest! {
        #[test]
        fn no_stretch_brings_more_than_the_rate(
            rate in 1u64..1_000_000_000,
            steps in prop::collection::vec((0u64..2000, 1u64..1_000_000), 1..40),
        ) {
            let mut bucket = Bucket::new(rate, SECOND);
            let mut now = SECOND;
            let mut taken: Vec<(Duration, u64)> = Vec::new();
            for (wait, bytes) in steps {
                now = (now + Duration::from_millis(wait)).max(bucket.ready_at());
                bucket.take(bytes, now);
                taken.push((now, bytes));
            }
            for first in 0..taken.len() {
                let mut sum = 0;
                for (at, bytes) in &taken[first..] {
                    // The last taking is owed.
                    let allowed = scaled(at.saturating_sub(taken[first].0) + BURST, rate, 1).as_secs();
                    prop_assert!(sum <= allowed + 1, "{sum} of {allowed}");
                    sum += bytes;
                }
            }
        }

        #[test]
        fn shares_are_fair(
            limit in prop_oneof![0u64..1000, any::<u64>()],
            demands in prop::collection::vec(prop_oneof![0u64..500, any::<u64>()], 0..12),
            which in any::<prop::sample::Index>(),
            more in any::<u32>(),
        ) {
            let shares = water_fill(limit, &demands);
            let wanted = demands.iter().fold(0, |sum: u64, d| sum.saturating_add(*d));
            prop_assert_eq!(shares.iter().sum::<u64>(), limit.min(wanted), "all that is wanted flows");
            let level = shares.iter().copied().max().unwrap_or(0);
            for (share, demand) in shares.iter().zip(&demands) {
                prop_assert!(share <= demand);
                let is_level = level - share <= 1;
                prop_assert!(share == demand || is_level, "less than the others, and wants more");
                let starves = *share == 0 && *demand > 0;
                prop_assert!(!starves || limit < demands.len() as u64);
            }
            let higher = water_fill(limit.saturating_add(more.into()), &demands);
            prop_assert!(shares.iter().zip(&higher).all(|(low, high)| low <= high));
            if !demands.is_empty() {
                let index = which.index(demands.len());
                let mut greedy = demands.clone();
                greedy[index] = greedy[index].saturating_add(more.into());
                let others = water_fill(limit, &greedy);
                prop_assert!(others[index] >= shares[index], "who wants more gets no less");
            }
        }
    }
}
