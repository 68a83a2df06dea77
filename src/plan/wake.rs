//! Whether the computer slept: the wall clock goes on during sleep, the steady clock stands still.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// The clocks may part by this much between two looks without meaning anything.
const MAX_DRIFT: SignedDuration = SignedDuration::from_secs(5);
/// After waking, a connection that brings no byte for this long is made anew;
const PATIENCE: Duration = Duration::from_secs(3);
/// but never sooner than so many bytes take under the limit,
const CHUNK_BYTES: u64 = 64 << 10;
/// nor later than this.
const MAX_PATIENCE: Duration = Duration::from_secs(20);

/// How long a connection may bring nothing after waking, beside others under a limit of so many bytes
/// a second.
pub fn patience(limit_bps: Option<u64>, connections: usize) -> Duration {
    let Some(limit) = limit_bps.filter(|limit| *limit > 0) else { return PATIENCE };
    let turn = CHUNK_BYTES.saturating_mul(connections as u64) / limit;
    PATIENCE.saturating_add(Duration::from_secs(turn)).min(MAX_PATIENCE)
}

/// How the clocks parted since the last look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parted {
    /// Not at all.
    No,
    /// The computer slept, or its clock was set forward, by this much.
    Slept(Duration),
    /// The wall clock was set back by this much.
    SetBack(Duration),
}

/// Compares two clocks from look to look.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clocks {
    last: Option<(Timestamp, Duration)>,
}

impl Clocks {
    /// A look: `wall` is the time of day, `steady` the time since any fixed moment on a clock that
    /// stands still while the computer sleeps.
    pub fn look(&mut self, wall: Timestamp, steady: Duration) -> Parted {
        let Some((wall_before, steady_before)) = self.last.replace((wall, steady)) else {
            return Parted::No;
        };
        let steady_step = SignedDuration::try_from(steady.saturating_sub(steady_before));
        let drift = wall.duration_since(wall_before) - steady_step.unwrap_or_default();
        if drift > MAX_DRIFT {
            Parted::Slept(drift.unsigned_abs())
        } else if drift < -MAX_DRIFT {
            Parted::SetBack(drift.unsigned_abs())
        } else {
            Parted::No
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wall(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(1_800_000_000_000 + millis).unwrap()
    }

    #[test]
    fn e15_a_sleep_shows_once() {
        let mut clocks = Clocks::default();
        let steps: [(i64, u64, Parted); 7] = [
            (0, 0, Parted::No),
            (1000, 1000, Parted::No),
            (5900, 2000, Parted::No),
            (3_606_900, 3000, Parted::Slept(Duration::from_hours(1))),
            (3_607_900, 4000, Parted::No),
            (7900, 4000, Parted::SetBack(Duration::from_hours(1))),
            (8900, 5000, Parted::No),
        ];
        for (at, steady, expected) in steps {
            assert_eq!(clocks.look(wall(at), Duration::from_millis(steady)), expected, "{at}");
        }
    }

    #[test]
    fn a_limit_that_holds_a_connection_back_is_no_standstill() {
        for (limit_bps, connections, secs) in [
            (None, 8, 3),
            (Some(0), 8, 3),
            (Some(10 << 20), 8, 3),
            (Some(64 << 10), 2, 5),
            (Some(1), 2, 20),
        ] {
            let expected = Duration::from_secs(secs);
            assert_eq!(patience(limit_bps, connections), expected, "{limit_bps:?}");
        }
    }

    proptest! {
        /// A loop that comes late sees both clocks move and takes it for nothing; a sleep of more
        /// than ten seconds never goes unseen.
        #[test]
        fn only_a_sleep_is_a_sleep(steps in prop::collection::vec((0i64..100_000, 0i64..100), 1..40)) {
            let (mut clocks, mut at, mut steady) = (Clocks::default(), 0, 0);
            clocks.look(wall(0), Duration::ZERO);
            for (awake, asleep) in steps {
                let asleep = if asleep > 90 { asleep * 1000 } else { 0 };
                at += awake + asleep;
                steady += awake.unsigned_abs();
                let parted = clocks.look(wall(at), Duration::from_millis(steady));
                let slept = matches!(parted, Parted::Slept(_));
                prop_assert_eq!(slept, asleep > 0, "{:?}", parted);
            }
        }
    }
}
