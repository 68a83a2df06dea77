//! Who may take how many bytes when: the limit for all jobs, and each job's own, together.
//!
//! The limits say when bytes may be taken. Who goes first where several wait for the limit for all
//! is said by shares of it: a share that is not used holds nobody up, so nothing is left over while
//! somebody waits.
//!
//! Invariant: no limit is passed by more than a burst ([`BURST`](super::pace::BURST)) and what is
//! owed, and what is owed is paid for before anything else is taken.

use std::collections::BTreeMap;
use std::time::Duration;

use super::pace::{Bucket, water_fill};
use crate::model::id::JobId;

/// How often the limit for all is divided anew.
const DIVIDE_EVERY: Duration = Duration::from_millis(100);
/// How long one waits for another whose turn it is, who may have gone meanwhile.
const TURN: Duration = Duration::from_millis(10);
/// The least that is handed over at a time, in bytes.
const MIN_QUANTUM: u64 = 4096;
/// This part of a second's bytes of a job is handed over at a time,
const QUANTUM_PART: u64 = 20;
/// and this part of a second's of all, so that many jobs do not mean as many wake-ups.
const TOTAL_QUANTUM_PART: u64 = 100;

/// One run of a job, as long as it lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LaneId(u64);

/// What one run takes and may take.
#[derive(Debug)]
struct Lane {
    job: JobId,
    own: Option<Bucket>,
    /// Its share of the limit for all: its turn among those who wait.
    share: Bucket,
    /// Bytes taken since the limit for all was divided.
    taken: u64,
    /// Connections that wait now.
    waiting: usize,
    /// One had to wait since the limit for all was divided.
    has_waited: bool,
}

impl Lane {
    fn is_free(&self, now: Duration) -> bool {
        self.own.is_none_or(|own| own.ready_at() <= now)
    }

    /// Bytes a second it would take, `span` after the last division.
    fn demand(&self, span: Duration) -> u64 {
        let most = self.own.map_or(u64::MAX, |own| own.rate_bps());
        if self.has_waited || self.waiting > 0 {
            return most;
        }
        let rate = u128::from(self.taken) * 1_000_000_000 / span.as_nanos().max(1);
        u64::try_from(rate).unwrap_or(u64::MAX).min(most)
    }
}

/// All limits. Times are since any fixed moment.
#[derive(Debug, Default)]
pub struct Lanes {
    total: Option<Bucket>,
    runs: BTreeMap<LaneId, Lane>,
    next: u64,
    divided: Duration,
}

impl Lanes {
    /// Limits all jobs together, in bytes a second.
    pub fn set_total(&mut self, limit_bps: Option<u64>, now: Duration) {
        change(&mut self.total, limit_bps, now);
        self.divide(now);
    }

    /// A run begins, with its job's own limit in bytes a second.
    pub fn enter(&mut self, job: JobId, limit_bps: Option<u64>, now: Duration) -> LaneId {
        let id = LaneId(self.next);
        self.next += 1;
        let mut lane = Lane {
            job,
            own: None,
            share: Bucket::new(1, now),
            taken: 0,
            waiting: 0,
            has_waited: false,
        };
        change(&mut lane.own, limit_bps, now);
        self.runs.insert(id, lane);
        self.divide(now);
        id
    }

    /// A run is over.
    pub fn leave(&mut self, id: LaneId, now: Duration) {
        self.runs.remove(&id);
        self.divide(now);
    }

    /// Limits the runs of a job, in bytes a second.
    pub fn set_job(&mut self, job: JobId, limit_bps: Option<u64>, now: Duration) {
        for lane in self.runs.values_mut().filter(|lane| lane.job == job) {
            change(&mut lane.own, limit_bps, now);
        }
    }

    /// Whether any limit holds for a run.
    pub fn is_limited(&self, id: LaneId) -> bool {
        self.total.is_some() || self.runs.get(&id).is_some_and(|lane| lane.own.is_some())
    }

    /// A run's own limit, in bytes a second.
    pub fn own_bps(&self, id: LaneId) -> Option<u64> {
        self.runs.get(&id)?.own.map(|own| own.rate_bps())
    }

    /// One more connection of a run waits.
    pub fn wait(&mut self, id: LaneId) {
        if let Some(lane) = self.runs.get_mut(&id) {
            lane.waiting += 1;
        }
    }

    /// One connection of a run waits no longer.
    pub fn wait_no_more(&mut self, id: LaneId) {
        if let Some(lane) = self.runs.get_mut(&id) {
            lane.waiting = lane.waiting.saturating_sub(1);
        }
    }

    /// When a run is to ask again; none where it may take bytes now.
    pub fn held_until(&mut self, id: LaneId, now: Duration) -> Option<Duration> {
        if now.saturating_sub(self.divided) >= DIVIDE_EVERY {
            self.divide(now);
        }
        let until = self.until(id, now)?;
        if let Some(lane) = self.runs.get_mut(&id) {
            lane.has_waited = true;
        }
        Some(until)
    }

    fn until(&self, id: LaneId, now: Duration) -> Option<Duration> {
        let lane = self.runs.get(&id)?;
        let limits = [lane.own, self.total];
        let ready = limits.iter().flatten().map(Bucket::ready_at).max()?;
        if ready > now {
            return Some(ready);
        }
        let mine = lane.share.ready_at();
        let is_first =
            |other: &Lane| other.waiting > 0 && other.is_free(now) && other.share.ready_at() < mine;
        let is_held = self.total.is_some() && mine > now && self.runs.values().any(is_first);
        is_held.then(|| mine.min(now + TURN))
    }

    /// A run took `bytes`.
    pub fn take(&mut self, id: LaneId, bytes: u64, now: Duration) {
        if let Some(total) = &mut self.total {
            total.take(bytes, now);
        }
        let Some(lane) = self.runs.get_mut(&id) else { return };
        if self.total.is_some() {
            lane.taken = lane.taken.saturating_add(bytes);
            lane.share.take(bytes, now);
        }
        if let Some(own) = &mut lane.own {
            own.take(bytes, now);
        }
    }

    /// The most bytes a run is to take at a time, so that they flow smoothly.
    pub fn quantum(&self, id: LaneId) -> usize {
        let Some(lane) = self.runs.get(&id) else { return usize::MAX };
        let own = lane.own.map(|own| own.rate_bps() / QUANTUM_PART);
        let share = lane.share.rate_bps() / QUANTUM_PART;
        let total = self.total.map(|total| share.max(total.rate_bps() / TOTAL_QUANTUM_PART));
        let least = own.into_iter().chain(total).min();
        least.map_or(usize::MAX, |q| usize::try_from(q.max(MIN_QUANTUM)).unwrap_or(usize::MAX))
    }

    /// Divides the limit for all by what each wants. Who wants less than his part may still begin to
    /// want it at any moment, so that nobody's share is less than that.
    fn divide(&mut self, now: Duration) {
        let span = now.saturating_sub(std::mem::replace(&mut self.divided, now));
        let (Some(total), count) = (self.total, self.runs.len() as u64) else { return };
        let demands: Vec<u64> = self.runs.values().map(|lane| lane.demand(span)).collect();
        let shares = water_fill(total.rate_bps(), &demands);
        let part = total.rate_bps() / count.max(1);
        for (lane, share) in self.runs.values_mut().zip(shares) {
            lane.share.set_rate(share.max(part), now);
            lane.taken = 0;
            lane.has_waited = false;
        }
    }
}

/// Sets, changes or lifts a limit; none of it at all is no limit.
fn change(bucket: &mut Option<Bucket>, limit_bps: Option<u64>, now: Duration) {
    match (bucket.as_mut(), limit_bps.filter(|limit| *limit > 0)) {
        (Some(bucket), Some(limit)) => bucket.set_rate(limit, now),
        (Some(_) | None, limit) => *bucket = limit.map(|limit| Bucket::new(limit, now)),
    }
}

#[cfg(test)]
#[path = "lanes_tests.rs"]
mod tests;
