//! Speed limits over all runs: drives [`plan::lanes`](crate::plan::lanes) by the clock. Who must
//! wait does not read, and TCP slows the server.
//!
//! Invariant: no lock is held across an `.await`, and nothing here wakes up but for a connection
//! that has bytes to take and must wait with them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use crate::model::id::JobId;
use crate::model::queue::QueueId;
use crate::plan::lanes::{LaneId, Lanes};

/// The longest sleep before it is asked again: not every clock can tell a moment in a thousand years.
const LONGEST_SLEEP: Duration = Duration::from_hours(1);

/// The limits of all runs. Clones are holds on the same ones.
#[derive(Clone, Debug, Default)]
pub struct Limiter(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    begun: Instant,
    book: Mutex<Book>,
    /// A limit was changed: who waits asks again.
    changed: Notify,
}

#[derive(Debug, Default)]
struct Book {
    lanes: Lanes,
    /// Whether a limit holds for a lane, where its connections see it without the lock.
    flags: BTreeMap<LaneId, Arc<AtomicBool>>,
}

/// One run's allowance, shared by its connections: clones are holds on the same one, and with the
/// last of them the run takes no part any more.
#[derive(Clone, Debug)]
pub struct JobLimit(Arc<Registered>);

#[derive(Debug)]
struct Registered {
    shared: Arc<Shared>,
    lane: LaneId,
    is_limited: Arc<AtomicBool>,
}

/// A connection that waits.
struct Waiting<'a>(&'a Registered);

impl Default for Shared {
    fn default() -> Self {
        Self { begun: Instant::now(), book: Mutex::default(), changed: Notify::new() }
    }
}

impl Shared {
    /// Does something with the limits, as of now.
    fn with<T>(&self, act: impl FnOnce(&mut Book, Duration) -> T) -> T {
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        // The lock may have been waited for: time is asked for after it, so that it never goes back.
        let now = self.begun.elapsed();
        act(&mut book, now)
    }

    /// Changes a limit and lets everybody ask again.
    fn change(&self, act: impl FnOnce(&mut Lanes, Duration)) {
        self.with(|book, now| {
            act(&mut book.lanes, now);
            for (lane, flag) in &book.flags {
                flag.store(book.lanes.is_limited(*lane), Ordering::Relaxed);
            }
        });
        self.changed.notify_waiters();
    }
}

impl Limiter {
    /// Limits all jobs together, in bytes a second; acts at once.
    pub fn set_total(&self, limit_bps: Option<u64>) {
        self.0.change(|lanes, now| lanes.set_total(limit_bps, now));
    }

    /// Limits a job that runs, in bytes a second; acts at once.
    pub fn set_job(&self, id: JobId, limit_bps: Option<u64>) {
        self.0.change(|lanes, now| lanes.set_job(id, limit_bps, now));
    }

    /// Limits the jobs of each of these queues together, in bytes a second, and those of no other;
    /// acts at once.
    pub fn set_queues(&self, limits_bps: &BTreeMap<QueueId, u64>) {
        self.0.change(|lanes, now| lanes.set_queues(limits_bps, now));
    }

    /// A job that may run is in another queue from now on.
    pub fn set_job_queue(&self, id: JobId, queue: QueueId) {
        self.0.change(|lanes, now| lanes.set_job_queue(id, queue, now));
    }

    /// A run of a job of this queue begins, with the job's own limit in bytes a second. It takes part
    /// until the last clone of what it is given is dropped.
    pub fn job(&self, id: JobId, queue: QueueId, own_limit: Option<u64>) -> JobLimit {
        let (lane, is_limited) = self.0.with(|book, now| {
            let lane = book.lanes.enter(id, queue, own_limit, now);
            let is_limited = Arc::new(AtomicBool::new(book.lanes.is_limited(lane)));
            book.flags.insert(lane, Arc::clone(&is_limited));
            (lane, is_limited)
        });
        JobLimit(Arc::new(Registered { shared: Arc::clone(&self.0), lane, is_limited }))
    }
}

impl JobLimit {
    /// Waits until bytes may be taken; a limit that changes meanwhile counts at once. Best asked
    /// with bytes in hand: who waits here is taken to want his share. Dropping the future loses
    /// nothing.
    pub async fn ready(&self) {
        if !self.is_limited() || self.held_until().is_none() {
            return;
        }
        let _waiting = Waiting::begin(&self.0);
        loop {
            // Made before it is asked, so that no change in between is missed.
            let changed = self.0.shared.changed.notified();
            let Some(until) = self.held_until() else { return };
            tokio::select! {
                () = sleep_until(until) => {}
                () = changed => {}
            }
        }
    }

    /// `bytes` were taken; more than a quantum is paid for later.
    pub fn take(&self, bytes: usize) {
        if self.is_limited() {
            let (shared, lane) = (&self.0.shared, self.0.lane);
            shared.with(|book, now| book.lanes.take(lane, bytes as u64, now));
        }
    }

    /// The most bytes to take at a time, so that they flow smoothly: about 50 ms worth, and at
    /// least 4 KiB. Without a limit any number.
    pub fn quantum(&self) -> usize {
        if !self.is_limited() {
            return usize::MAX;
        }
        self.0.shared.with(|book, _| book.lanes.quantum(self.0.lane))
    }

    /// Whether any limit holds, the job's own or that for all.
    pub fn is_limited(&self) -> bool {
        self.0.is_limited.load(Ordering::Relaxed)
    }

    /// The job's own limit now, in bytes a second.
    pub fn own_bps(&self) -> Option<u64> {
        self.0.shared.with(|book, _| book.lanes.own_bps(self.0.lane))
    }

    fn held_until(&self) -> Option<Instant> {
        let (shared, lane) = (&self.0.shared, self.0.lane);
        let (until, now) = shared.with(|book, now| (book.lanes.held_until(lane, now), now));
        until.map(|until| shared.begun + until.min(now + LONGEST_SLEEP))
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.shared.with(|book, now| {
            book.lanes.leave(self.lane, now);
            book.flags.remove(&self.lane);
        });
    }
}

impl<'a> Waiting<'a> {
    fn begin(run: &'a Registered) -> Self {
        run.shared.with(|book, _| book.lanes.wait(run.lane));
        Self(run)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.shared.with(|book, _| book.lanes.wait_no_more(self.0.lane));
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use tokio::time::timeout;

    use super::*;

    const ID: JobId = JobId(1);

    /// Takes as it may until `end`.
    async fn taken_until(limit: &JobLimit, end: Instant) -> usize {
        let mut taken = 0;
        while timeout(end.saturating_duration_since(Instant::now()), limit.ready()).await.is_ok() {
            if Instant::now() >= end {
                break;
            }
            let bytes = limit.quantum().min(400 << 10);
            limit.take(bytes);
            taken += bytes;
        }
        taken
    }

    #[tokio::test(start_paused = true)]
    async fn ten_seconds_at_a_limit_bring_ten_seconds_of_bytes() {
        let limiter = Limiter::default();
        let limit = limiter.job(ID, QueueId::MAIN, Some(1_000_000));
        let end = Instant::now() + Duration::from_secs(10);
        // Two connections of one job have no more than one.
        let both = tokio::join!(taken_until(&limit, end), taken_until(&limit, end));
        assert!((9_900_000..=10_200_000).contains(&(both.0 + both.1)), "{both:?}");
        assert!(both.0.abs_diff(both.1) < 1_000_000, "{both:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_hears_of_a_change() {
        let limiter = Limiter::default();
        let limit = limiter.job(ID, QueueId::MAIN, Some(1));
        limit.take(1 << 20);
        let start = Instant::now();
        let change = async {
            tokio::time::sleep(Duration::from_secs(5)).await;
            limiter.set_job(ID, None);
        };
        tokio::join!(limit.ready(), change);
        assert_eq!((start.elapsed(), limit.quantum()), (Duration::from_secs(5), usize::MAX));
        assert!(!limit.is_limited());
        limiter.set_total(Some(1));
        limit.take(1 << 20);
        let change = async { limiter.set_total(Some(100 << 20)) };
        tokio::join!(limit.ready(), change);
        let waited = start.elapsed().saturating_sub(Duration::from_secs(5));
        assert!(waited < Duration::from_millis(160), "{waited:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_run_that_is_over_leaves_its_share() {
        let limiter = Limiter::default();
        limiter.set_total(Some(1_000_000));
        let (one, two) =
            (limiter.job(ID, QueueId::MAIN, None), limiter.job(JobId(2), QueueId::MAIN, None));
        let half = Instant::now() + Duration::from_secs(10);
        let taken = tokio::join!(taken_until(&one, half), taken_until(&two, half));
        assert!(taken.0.abs_diff(taken.1) < 500_000, "{taken:?}");
        // One that is only held, and dropped while it waited.
        drop(timeout(Duration::from_millis(1), two.ready()).await);
        drop(two);
        let end = half + Duration::from_secs(11);
        let taken = taken_until(&one, end).await;
        assert!((10_500_000..=11_500_000).contains(&taken), "{taken}");
        assert_eq!((one.quantum(), limiter.0.with(|book, _| book.flags.len())), (50_000, 1));
    }

    #[test]
    fn without_a_limit_nothing_is_counted() {
        let limiter = Limiter::default();
        let limit = limiter.job(ID, QueueId::MAIN, None);
        // Nobody else has the lock meanwhile: it is not asked for.
        let _book = limiter.0.book.lock().unwrap();
        assert_eq!(limit.ready().now_or_never(), Some(()));
        limit.take(usize::MAX);
        assert_eq!(limit.quantum(), usize::MAX);
    }
}
