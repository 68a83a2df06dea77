//! Why a job stands, or is no faster: one answer from what is known, the nearest cause first.

use std::time::Duration;

use jiff::Timestamp;

use super::crew::WORTH;
use crate::model::host::Ranges;
use crate::model::phase::{Phase, State};
use crate::model::why::Why;

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
    /// When it is to start, where that was set.
    pub not_before: Option<Timestamp>,
    /// Its speed limit in bytes a second, where it has one.
    pub limit_bps: Option<u64>,
    /// Bytes a second.
    pub speed_bps: u64,
    /// Connections open now.
    pub connections: u32,
    /// Bytes that are missing, where the size is known.
    pub missing: Option<u64>,
    /// What its run knows.
    pub circumstances: Circumstances,
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
        State::Queued => facts.not_before.map_or(Why::Turn, |at| Why::Scheduled { at }),
        State::Waiting => waiting(facts.phase),
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
    let at_limit =
        |limit: &u64| u128::from(speed_bps) * 100 >= u128::from(*limit) * AT_LIMIT && *limit > 0;
    if let Some(bps) = facts.limit_bps.filter(at_limit) {
        return Why::Limit { bps };
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
    use super::*;
    use crate::model::failure::{Failure, FailureKind};
    use proptest::prelude::*;

    const RUN: Circumstances =
        Circumstances { most: 8, cap: None, ranges: Ranges::Honest, disk_is_slow: false };

    fn facts(state: State, phase: &Phase) -> Facts<'_> {
        Facts {
            state,
            phase,
            not_before: None,
            limit_bps: None,
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
                Facts { not_before: Some(at), ..facts(State::Queued, &Phase::Queued) },
                Why::Scheduled { at },
            ),
            (facts(State::Paused, &Phase::Stopped), Why::Paused),
            (facts(State::Connecting, &Phase::Live), Why::Connecting),
        ] {
            assert_eq!(why(&facts), expected);
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
