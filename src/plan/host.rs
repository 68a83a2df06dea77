//! What a server was seen to bear: how long that is believed, and how the jobs there share it.

use std::time::Duration;

use super::borne::tried_again;
use crate::model::host::HostFacts;

/// After this long nothing that was learned is believed any more.
const FORGOTTEN_AFTER: Duration = Duration::from_hours(7 * 24);

/// What is believed of a server at `now_ms`, in milliseconds since 1970. A clock set back makes
/// nothing older.
pub fn believed(facts: &HostFacts, now_ms: i64) -> HostFacts {
    let age =
        Duration::from_millis(now_ms.saturating_sub(facts.learned_ms).try_into().unwrap_or(0));
    if age >= FORGOTTEN_AFTER {
        return HostFacts {
            name: facts.name.clone(),
            learned_ms: facts.learned_ms,
            cap: facts.cap,
            ..HostFacts::default()
        };
    }
    let max_connections = facts.max_connections.map(|cap| tried_again(cap, age));
    HostFacts { max_connections, ..facts.clone() }
}

/// Connections to a server at most, over all jobs: what the user allows it, else what was learned and
/// not more than `per_server`, which is what any server gets.
pub fn cap(facts: &HostFacts, per_server: u32) -> u32 {
    let learned = || facts.max_connections.unwrap_or(per_server).clamp(1, per_server.max(1));
    facts.cap.unwrap_or_else(learned).max(1)
}

/// How many of a server's `cap` connections the job in `place` among `jobs` may have: as many each,
/// what is left over to those who came first, and never none, since a live job needs one.
pub fn share(cap: u32, place: u32, jobs: u32) -> u32 {
    let jobs = jobs.max(1);
    (cap / jobs + u32::from(place < cap % jobs)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::host::{Condition, Ranges};

    const DAY_MS: i64 = 24 * 3600 * 1000;

    #[test]
    fn what_was_learned_ages() {
        let facts = HostFacts {
            name: "h:80".into(),
            ranges: Ranges::Honest,
            condition: Condition::Unconditional,
            plain_get: true,
            max_connections: Some(3),
            cap: Some(7),
            learned_ms: 5 * DAY_MS,
        };
        let at = |ms| believed(&facts, ms);
        assert_eq!(at(5 * DAY_MS), facts);
        assert_eq!(at(0), facts, "the clock was set back");
        let four_minutes = 4 * 60 * 1000;
        assert_eq!(at(5 * DAY_MS + four_minutes - 1).max_connections, Some(3));
        assert_eq!(at(5 * DAY_MS + four_minutes).max_connections, Some(4));
        assert_eq!(at(6 * DAY_MS).max_connections, Some(11));
        assert!(at(12 * DAY_MS - 1).plain_get);
        let forgotten = at(12 * DAY_MS);
        assert_eq!((forgotten.plain_get, forgotten.max_connections), (false, None));
        assert_eq!((forgotten.condition, forgotten.cap), (Condition::IfRange, Some(7)));
    }

    #[test]
    fn shares_use_the_cap_up_and_leave_nobody_out() {
        for cap in 1..20 {
            for jobs in 1..8 {
                let shares: Vec<u32> = (0..jobs).map(|place| share(cap, place, jobs)).collect();
                assert!(shares.iter().all(|n| *n >= 1));
                assert!(shares.windows(2).all(|w| w[0] >= w[1] && w[0] - w[1] <= 1), "{shares:?}");
                assert_eq!(shares.iter().sum::<u32>(), cap.max(jobs));
            }
        }
    }

    #[test]
    fn a_cap_is_never_nought() {
        for (learned, by_hand, per_server, expected) in [
            (None, None, 16, 16),
            (Some(0), None, 16, 1),
            (Some(99), None, 16, 16),
            (Some(2), None, 16, 2),
            (Some(9), None, 4, 4),
            (None, None, 0, 1),
            (Some(2), Some(24), 16, 24),
            (None, Some(0), 16, 1),
        ] {
            let facts =
                HostFacts { max_connections: learned, cap: by_hand, ..HostFacts::default() };
            assert_eq!(cap(&facts, per_server), expected, "{learned:?} {by_hand:?}");
        }
    }
}
