//! Who may take how many bytes when: the limit for all jobs, that of each queue, and each job's own,
//! together.
//!
//! The limits say when bytes may be taken. Who goes first where several wait for a limit they have in
//! common is said by shares of it: a share that is not used holds nobody up, so nothing is left over
//! while somebody waits.
//!
//! Invariant: no limit is passed by more than a burst ([`BURST`](super::pace::BURST)) and what is
//! owed, and what is owed is paid for before anything else is taken.

use std::collections::BTreeMap;
use std::time::Duration;

use super::pace::{Bucket, water_fill};
use crate::model::id::JobId;
use crate::model::queue::QueueId;

/// How often the limits that runs have in common are divided anew.
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
    queue: QueueId,
    own: Option<Bucket>,
    /// Its share of the limits it has in common with others: its turn among those who wait.
    share: Bucket,
    /// Bytes taken since those were divided.
    taken: u64,
    /// Connections that wait now.
    waiting: usize,
    /// One had to wait since then.
    has_waited: bool,
}

impl Lane {
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
    /// Limits of queues, each for all jobs in it together.
    queues: BTreeMap<QueueId, Bucket>,
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

    /// Limits the jobs of each of these queues together, in bytes a second, and those of no other.
    pub fn set_queues(&mut self, limits_bps: &BTreeMap<QueueId, u64>, now: Duration) {
        self.queues.retain(|queue, _| limits_bps.contains_key(queue));
        for (queue, limit) in limits_bps {
            let mut bucket = self.queues.remove(queue);
            change(&mut bucket, Some(*limit), now);
            self.queues.extend(bucket.map(|bucket| (*queue, bucket)));
        }
        self.divide(now);
    }

    /// A run of a job of this queue begins, with the job's own limit in bytes a second.
    pub fn enter(
        &mut self,
        job: JobId,
        queue: QueueId,
        limit_bps: Option<u64>,
        now: Duration,
    ) -> LaneId {
        let id = LaneId(self.next);
        self.next += 1;
        let mut lane = Lane {
            job,
            queue,
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

    /// A job is in another queue from now on.
    pub fn set_job_queue(&mut self, job: JobId, queue: QueueId, now: Duration) {
        for lane in self.runs.values_mut().filter(|lane| lane.job == job) {
            lane.queue = queue;
        }
        self.divide(now);
    }

    /// Whether any limit holds for a run.
    pub fn is_limited(&self, id: LaneId) -> bool {
        self.runs.get(&id).is_some_and(|lane| self.limits(lane).next().is_some())
    }

    /// The limits that hold for a run.
    fn limits<'a>(&'a self, lane: &'a Lane) -> impl Iterator<Item = &'a Bucket> {
        lane.own.iter().chain(self.in_common(lane))
    }

    /// Those of them that it has in common with others.
    fn in_common(&self, lane: &Lane) -> impl Iterator<Item = &Bucket> {
        self.queues.get(&lane.queue).into_iter().chain(&self.total)
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
        let ready = self.limits(lane).map(Bucket::ready_at).max()?;
        if ready > now {
            return Some(ready);
        }
        let mine = lane.share.ready_at();
        let is_rival = |other: &Lane| {
            self.total.is_some() || (other.queue == lane.queue && self.in_common(lane).count() > 0)
        };
        let is_free = |other: &Lane| self.limits(other).all(|limit| limit.ready_at() <= now);
        let is_first = |other: &Lane| {
            other.waiting > 0 && other.share.ready_at() < mine && is_rival(other) && is_free(other)
        };
        let is_held = mine > now && self.runs.values().any(is_first);
        is_held.then(|| mine.min(now + TURN))
    }

    /// A run took `bytes`.
    pub fn take(&mut self, id: LaneId, bytes: u64, now: Duration) {
        if let Some(total) = &mut self.total {
            total.take(bytes, now);
        }
        let Some(lane) = self.runs.get_mut(&id) else { return };
        let of_queue = self.queues.get_mut(&lane.queue);
        let is_shared = self.total.is_some() || of_queue.is_some();
        if let Some(of_queue) = of_queue {
            of_queue.take(bytes, now);
        }
        if is_shared {
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
        let in_common =
            self.in_common(lane).map(|all| share.max(all.rate_bps() / TOTAL_QUANTUM_PART));
        let least = own.into_iter().chain(in_common).min();
        least.map_or(usize::MAX, |q| usize::try_from(q.max(MIN_QUANTUM)).unwrap_or(usize::MAX))
    }

    /// Divides what runs have in common by what each wants. Who wants less than his part may still begin
    /// to want it at any moment, so that nobody's share is less than that.
    fn divide(&mut self, now: Duration) {
        let span = now.saturating_sub(std::mem::replace(&mut self.divided, now));
        if self.total.is_none() && self.queues.is_empty() {
            return;
        }
        let mut demands: Vec<u64> = self.runs.values().map(|lane| lane.demand(span)).collect();
        let mut shares = vec![u64::MAX; demands.len()];
        for (queue, limit) in &self.queues {
            let within = self.runs.values().enumerate().filter(|(_, lane)| lane.queue == *queue);
            let within: Vec<usize> = within.map(|(nth, _)| nth).collect();
            // A queue's own limit is as much as its jobs can want of the one for all.
            give(limit.rate_bps(), &within, &mut demands, &mut shares);
        }
        if let Some(total) = self.total {
            let all: Vec<usize> = (0..demands.len()).collect();
            give(total.rate_bps(), &all, &mut demands, &mut shares);
        }
        for (lane, share) in self.runs.values_mut().zip(shares) {
            lane.share.set_rate(share, now);
            lane.taken = 0;
            lane.has_waited = false;
        }
    }
}

/// Divides a limit among these runs: what each gets of it is all it may want of another, and its share
/// where that is not less already.
fn give(limit_bps: u64, runs: &[usize], demands: &mut [u64], shares: &mut [u64]) {
    let wanted: Vec<u64> = runs.iter().map(|nth| demands[*nth]).collect();
    let part = limit_bps / (runs.len() as u64).max(1);
    for (nth, got) in runs.iter().zip(water_fill(limit_bps, &wanted)) {
        demands[*nth] = got;
        shares[*nth] = shares[*nth].min(got.max(part));
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
#[path = "lanes_shared_tests.rs"]
mod shared_tests;
#[cfg(test)]
#[path = "lanes_tests.rs"]
mod tests;
