//! Why a job stands, or is no faster: one answer from what is known, the nearest cause first.

use std::time::Duration;

use super::crew::WORTH;
use crate::model::host::Ranges;
use crate::model::phase::{Phase, State};
use crate::model::why::{Kept, Why};

/// A job is as fast as its limit from so many hundredths of it on.
const AT_LIMIT: u128 = 85;
/// Looks at the disk's queue that are remembered.
const LOOKS: u32 = 20;

/// What a run knows of what holds it back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// Connections the job may have.
    pub most: u32,
    /// Connections the server was seen to bear, where a limit was met.
    pub cap: Option<u32>,
    /// Whether the server gives parts.
    pub ranges: Ranges,
    /// The disk is what is waited for.
    pub disk_is_slow: bool,
}

/// Whether the disk's queue was full more often than not.
#[derive(Clone, Copy, Debug, Default)]
pub struct DiskLoad(u32);

impl DiskLoad {
    /// A look at the queue, and what all of the last ones say.
    pub fn look(&mut self, is_full: bool) -> bool {
        self.0 = if is_full { (self.0 + 1).min(LOOKS) } else { self.0.saturating_sub(1) };
        self.0 > LOOKS / 2
    }
}

/// What is known of one job.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Its state in a word.
    pub state: State,
    /// Its phase.
    pub phase: &'a Phase,
    /// What keeps it from running, where it is wanted.
    pub kept: Option<Kept>,
    /// Its speed limit in bytes a second, where it has one.
    pub limit_bps: Option<u64>,
    /// A limit it has in common with others, which they are at together.
    pub in_common: Option<InCommon>,
    /// Bytes a second.
    pub speed_bps: u64,
    /// Connections open now.
    pub connections: u32,
    /// Bytes that are missing, where the size is known.
    pub missing: Option<u64>,
    /// What its run knows.
    pub circumstances: Circumstances,
}

/// A limit of several jobs that they are at together, in bytes a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InCommon {
    /// Of all jobs.
    All(u64),
    /// Of those of one queue.
    Queue(u64),
}

/// Whether bytes come as fast as a limit lets them; both in bytes a second.
fn is_at_limit(speed_bps: u64, limit_bps: u64) -> bool {
    limit_bps > 0 && u128::from(speed_bps) * 100 >= u128::from(limit_bps) * AT_LIMIT
}

/// The limit that jobs are at together: each the limit, where there is one, and how fast they are. That
/// of the queue is the nearer cause.
pub fn in_common(
    (of_all, speed_of_all): (Option<u64>, u64),
    (of_queue, speed_of_queue): (Option<u64>, u64),
) -> Option<InCommon> {
    let queue = of_queue.filter(|limit| is_at_limit(speed_of_queue, *limit)).map(InCommon::Queue);
    let all = of_all.filter(|limit| is_at_limit(speed_of_all, *limit)).map(InCommon::All);
    queue.or(all)
}

/// The answer.
pub fn why(facts: &Facts<'_>) -> Why {
    match facts.state {
        State::Completed => Why::Done,
        State::Paused => Why::Paused,
        State::Cancelled => Why::Cancelled,
        State::NeedsLink => Why::NeedsLink,
        State::Failed => Why::Failed,
        State::Verifying => Why::Checking,
        State::Connecting => Why::Connecting,
        State::Queued => facts.kept.map_or(Why::Turn, Why::from),
        State::Waiting => facts.kept.map_or_else(|| waiting(facts.phase), Why::from),
        State::Downloading => flowing(facts),
    }
}

fn waiting(phase: &Phase) -> Why {
    match phase {
        Phase::Waiting { until, why, .. } if why.wait_secs.is_some() => {
            Why::Asked { until: *until }
        }
        Phase::Waiting { until, .. } => Why::Waiting { at: *until },
        Phase::Queued
        | Phase::Live
        | Phase::NeedsLink(_)
        | Phase::Finishing
        | Phase::Stopped
        | Phase::Failed(_)
        | Phase::Done { .. } => Why::Turn,
    }
}

fn flowing(facts: &Facts<'_>) -> Why {
    let Facts { speed_bps, connections, circumstances, .. } = *facts;
    let Circumstances { most, cap, ranges, disk_is_slow } = circumstances;
    if let Some(bps) = facts.limit_bps.filter(|limit| is_at_limit(speed_bps, *limit)) {
        return Why::Limit { bps };
    }
    match facts.in_common {
        Some(InCommon::All(bps)) => return Why::LimitOfAll { bps },
        Some(InCommon::Queue(bps)) => return Why::LimitOfQueue { bps },
        None => {}
    }
    if disk_is_slow {
        return Why::Disk;
    }
    if speed_bps == 0 {
        return Why::Standstill;
    }
    if most == 0 {
        // Its run has told nothing yet.
        return Why::Server;
    }
    if most == 1 {
        return Why::OneAsked;
    }
    if ranges == Ranges::Refused {
        return Why::OnePiece;
    }
    let Some(missing) = facts.missing else { return Why::NoLength };
    match cap {
        Some(cap) if cap < most && connections >= cap => Why::ServerCap { connections: cap },
        Some(_) | None if connections >= most => {
            Why::EachConnection { connections, each_bps: speed_bps / u64::from(connections.max(1)) }
        }
        Some(_) | None if Duration::from_secs(missing / speed_bps) < WORTH => Why::Little,
        Some(_) | None => Why::Server,
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::model::failure::{Failure, FailureKind};
    use proptest::prelude::*;

    const RUN: Circumstances =
        Circumstances { most: 8, cap: None, ranges: Ranges::Honest, disk_is_slow: false };

    fn facts(state: State, phase: &Phase) -> Facts<'_> {
        Facts {
            state,
            phase,
            kept: None,
            limit_bps: None,
            in_common: None,
            speed_bps: 1000,
            connections: 3,
            missing: Some(1_000_000),
            circumstances: RUN,
        }
    }

    #[test]
    fn the_nearest_cause_comes_first() {
        let live = facts(State::Downloading, &Phase::Live);
        let run = |circumstances| Facts { circumstances, ..live };
        for (facts, expected) in [
            (live, Why::Server),
            (Facts { limit_bps: Some(1100), ..live }, Why::Limit { bps: 1100 }),
            (Facts { limit_bps: Some(2000), ..live }, Why::Server),
            (Facts { limit_bps: Some(0), ..live }, Why::Server),
            (Facts { in_common: Some(InCommon::All(9)), ..live }, Why::LimitOfAll { bps: 9 }),
            (Facts { in_common: Some(InCommon::Queue(9)), ..live }, Why::LimitOfQueue { bps: 9 }),
            (
                Facts { limit_bps: Some(1000), in_common: Some(InCommon::All(9)), ..live },
                Why::Limit { bps: 1000 },
            ),
            (run(Circumstances { disk_is_slow: true, ..RUN }), Why::Disk),
            (Facts { speed_bps: 0, ..live }, Why::Standstill),
            (run(Circumstances::default()), Why::Server),
            (run(Circumstances { ranges: Ranges::Refused, ..RUN }), Why::OnePiece),
            (Facts { missing: None, ..live }, Why::NoLength),
            (run(Circumstances { cap: Some(3), ..RUN }), Why::ServerCap { connections: 3 }),
            (run(Circumstances { cap: Some(4), ..RUN }), Why::Server),
            (run(Circumstances { most: 1, cap: Some(1), ..RUN }), Why::OneAsked),
            (
                Facts { connections: 8, ..live },
                Why::EachConnection { connections: 8, each_bps: 125 },
            ),
            (Facts { missing: Some(1999), ..live }, Why::Little),
        ] {
            assert_eq!(why(&facts), expected, "{facts:?}");
        }
    }

    #[test]
    fn what_stands_says_why() {
        let at = Timestamp::from_second(9).unwrap();
        let busy = Failure::status(FailureKind::Busy, 503);
        let waits = |wait_secs| Phase::Waiting {
            until: at,
            attempt: 1,
            why: Failure { wait_secs, ..busy.clone() },
        };
        let (own, asked) = (waits(None), waits(Some(3)));
        for (facts, expected) in [
            (facts(State::Waiting, &own), Why::Waiting { at }),
            (facts(State::Waiting, &asked), Why::Asked { until: at }),
            (facts(State::Queued, &Phase::Queued), Why::Turn),
            (
                Facts { kept: Some(Kept::Until(at)), ..facts(State::Queued, &Phase::Queued) },
                Why::Scheduled { at },
            ),
            (
                Facts { kept: Some(Kept::Hours(None)), ..facts(State::Queued, &Phase::Queued) },
                Why::Hours { at: None },
            ),
            (Facts { kept: Some(Kept::Metered), ..facts(State::Waiting, &own) }, Why::Metered),
            (facts(State::Paused, &Phase::Stopped), Why::Paused),
            (facts(State::Connecting, &Phase::Live), Why::Connecting),
        ] {
            assert_eq!(why(&facts), expected);
        }
    }

    #[test]
    fn those_that_are_at_their_limit_together() {
        let (all, queue) = (Some(InCommon::All(1000)), Some(InCommon::Queue(1000)));
        for (of_all, of_queue, expected) in [
            ((None, 9000), (None, 9000), None),
            ((Some(1000), 849), (None, 0), None),
            ((Some(1000), 850), (None, 0), all),
            ((Some(1000), 2000), (Some(1000), 500), all),
            ((Some(1000), 2000), (Some(1000), 1000), queue),
            ((Some(0), 2000), (Some(0), 1000), None),
        ] {
            assert_eq!(in_common(of_all, of_queue), expected, "{of_all:?} {of_queue:?}");
        }
    }

    #[test]
    fn one_full_queue_is_no_slow_disk() {
        let mut load = DiskLoad::default();
        assert!(!load.look(true));
        assert!((0..20).filter(|_| load.look(true)).count() > 5, "it never shows");
        assert!(load.look(false), "one free look changes nothing");
        assert!((0..20).any(|_| !load.look(false)), "it never passes");
    }

    proptest! {
        /// Nothing is divided by nought, and a running job never claims to stand by anybody's wish.
        #[test]
        fn every_running_job_has_an_answer(
            speed_bps in 0u64..u64::MAX,
            connections: u32,
            missing: Option<u64>,
            most: u32,
            cap: Option<u32>,
            limit_bps: Option<u64>,
        ) {
            let circumstances = Circumstances { most, cap, ..RUN };
            let live = facts(State::Downloading, &Phase::Live);
            let facts = Facts { limit_bps, speed_bps, connections, missing, circumstances, ..live };
            prop_assert!(!matches!(why(&facts), Why::Paused | Why::Turn | Why::Done));
        }
    }
}
