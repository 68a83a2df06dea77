//! When to try again, and when to stop trying.

use std::time::Duration;

use super::network::FIRST_PROBE;
use super::volume;
use crate::model::failure::{Failure, FailureKind, Remedy};

/// Longest pause between two attempts that are still counted.
const MAX_BACKOFF: Duration = Duration::from_mins(1);
/// Shortest pause: jitter may draw zero, and a refused connection answers at once.
const MIN_BACKOFF: Duration = Duration::from_millis(250);
/// How long a job rests when its attempts are used up: it is never simply dropped.
const REST: Duration = Duration::from_mins(5);
/// How often a full disk or a system limit is looked at again.
pub const LOOK_AGAIN: Duration = Duration::from_secs(30);
/// What may have failed this once is tried again after this: long enough that no fault makes it spin.
const AT_ONCE: Duration = Duration::from_secs(1);
/// Looks at a disk that takes no writes before that is called its end: five minutes of them.
const MAX_LOOKS: u32 = 10;
/// Least pause after a server said it is busy without saying for how long.
const BUSY: Duration = Duration::from_secs(5);

/// What to do about a failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Try again after this long; the attempt number is this one.
    Wait {
        /// How long.
        pause: Duration,
        /// Attempts in a row without a new byte, this one included.
        attempt: u32,
    },
    /// Only a fresh link helps.
    NeedsLink,
    /// Stop until the user tries again.
    GiveUp,
}

/// Decides. `attempt` counts the failures in a row before this one, `progressed` says whether a new
/// byte came since, `limit` is the job's `--retries`, `seed` any number that differs from call to call.
pub fn decide(
    failure: &Failure,
    attempt: u32,
    progressed: bool,
    limit: u32,
    retry_after: Option<Duration>,
    seed: u64,
) -> Decision {
    let before = if progressed { 0 } else { attempt };
    let attempt = before.saturating_add(1);
    match failure.kind.remedy() {
        Remedy::Wait => {
            let pause = if attempt > limit { REST } else { backoff(attempt, seed) };
            let least = if failure.kind == FailureKind::Busy { BUSY } else { Duration::ZERO };
            let floor = retry_after.unwrap_or(least);
            Decision::Wait { pause: pause.max(floor), attempt }
        }
        Remedy::WaitAWhile if attempt > MAX_LOOKS => Decision::GiveUp,
        Remedy::TryOnce if attempt > 1 => Decision::GiveUp,
        Remedy::TryOnce => Decision::Wait { pause: AT_ONCE, attempt },
        Remedy::WaitForHere | Remedy::WaitAWhile => {
            Decision::Wait { pause: volume::pause(failure.kind), attempt }
        }
        // What this machine lacks is no attempt at the server.
        Remedy::WaitForNetwork => Decision::Wait { pause: FIRST_PROBE, attempt: before },
        Remedy::NewLink => Decision::NeedsLink,
        Remedy::AskUser | Remedy::GiveUp => Decision::GiveUp,
    }
}

/// Full jitter over a doubling ceiling: anything between nothing and `2^n` seconds, so that many
/// jobs that failed together do not come back together.
fn backoff(attempt: u32, seed: u64) -> Duration {
    let ceiling = MAX_BACKOFF.min(Duration::from_secs(1 << attempt.min(6)));
    ceiling.mul_f64(fraction(seed)).max(MIN_BACKOFF)
}

/// A number in `0..1` made from a seed (`SplitMix64`'s finish).
fn fraction(seed: u64) -> f64 {
    let mut x = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let top = u32::try_from((x ^ (x >> 31)) >> 32).unwrap_or_default();
    f64::from(top) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wait(kind: FailureKind, attempt: u32, progressed: bool, after: Option<u64>) -> Decision {
        decide(&Failure::new(kind, ""), attempt, progressed, 10, after.map(Duration::from_secs), 7)
    }

    #[test]
    fn progress_resets_the_count() {
        assert!(matches!(
            wait(FailureKind::Broken, 9, true, None),
            Decision::Wait { attempt: 1, .. }
        ));
        assert!(matches!(
            wait(FailureKind::Broken, 9, false, None),
            Decision::Wait { attempt: 10, .. }
        ));
    }

    #[test]
    fn used_up_attempts_rest_and_are_not_dropped() {
        let Decision::Wait { pause, attempt } = wait(FailureKind::Refused, 10, false, None) else {
            panic!()
        };
        assert_eq!((pause, attempt), (REST, 11));
    }

    #[test]
    fn each_remedy_has_its_decision() {
        assert_eq!(wait(FailureKind::Page, 0, false, None), Decision::NeedsLink);
        assert_eq!(wait(FailureKind::NotFound, 0, false, None), Decision::GiveUp);
        assert_eq!(wait(FailureKind::Certificate, 0, false, None), Decision::GiveUp);
        assert_eq!(
            wait(FailureKind::DiskFull, 0, false, None),
            Decision::Wait { pause: LOOK_AGAIN, attempt: 1 }
        );
    }

    #[test]
    fn a_disk_that_takes_no_writes_is_looked_at_for_a_while() {
        let kind = FailureKind::ReadOnly;
        for attempt in 0..MAX_LOOKS {
            let looked = Decision::Wait { pause: LOOK_AGAIN, attempt: attempt + 1 };
            assert_eq!(wait(kind, attempt, false, None), looked);
        }
        assert_eq!(wait(kind, MAX_LOOKS, false, None), Decision::GiveUp);
        assert!(matches!(wait(kind, MAX_LOOKS, true, None), Decision::Wait { attempt: 1, .. }));
    }

    #[test]
    fn f6_what_a_failing_disk_took_is_fetched_again_once() {
        let again = Decision::Wait { pause: AT_ONCE, attempt: 1 };
        for (attempt, progressed, decision) in [
            (0, false, &again),
            (1, true, &again),
            (9, true, &again),
            (1, false, &Decision::GiveUp),
        ] {
            assert_eq!(&wait(FailureKind::DiskError, attempt, progressed, None), decision);
        }
    }

    #[test]
    fn no_attempt_is_counted_without_a_network() {
        for (attempt, progressed, counted) in [(0, false, 0), (3, false, 3), (3, true, 0)] {
            let decision = wait(FailureKind::NoNetwork, attempt, progressed, None);
            assert_eq!(decision, Decision::Wait { pause: FIRST_PROBE, attempt: counted });
        }
    }

    proptest! {
        #[test]
        fn pauses_stay_within_their_bounds(attempt in 0u32..40, seed: u64, after in prop::option::of(0u64..4000)) {
            let decision = decide(&Failure::new(FailureKind::Busy, ""), attempt, false, 30, after.map(Duration::from_secs), seed);
            let Decision::Wait { pause, .. } = decision else { panic!() };
            let floor = Duration::from_secs(after.unwrap_or(5));
            prop_assert!(pause >= floor && pause <= REST.max(floor));
        }

        #[test]
        fn jitter_is_a_fraction(seed: u64) {
            prop_assert!((0.0..1.0).contains(&fraction(seed)));
        }
    }

    #[test]
    fn pauses_spread_from_nothing_to_a_doubling_ceiling() {
        for (attempt, ceiling_secs) in [(0, 1), (1, 2), (3, 8), (5, 32), (6, 60), (40, 60)] {
            let ceiling = Duration::from_secs(ceiling_secs);
            let pauses: Vec<Duration> = (0..2000).map(|seed| backoff(attempt, seed)).collect();
            let (least, most) = (pauses.iter().min().unwrap(), pauses.iter().max().unwrap());
            assert!(*most <= ceiling && *most > ceiling.mul_f64(0.99), "{attempt}: {most:?}");
            assert!(*least >= MIN_BACKOFF, "{attempt}: {least:?}");
            assert!(*least <= MIN_BACKOFF.max(ceiling.mul_f64(0.01)), "{attempt}: {least:?}");
        }
    }

    #[test]
    fn jitter_spreads() {
        let mean: f64 = (0..1000u64).map(fraction).sum::<f64>() / 1000.0;
        assert!((0.45..0.55).contains(&mean), "{mean}");
    }
}
