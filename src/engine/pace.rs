//! A job's speed limit: what was taken is paid for before more is taken, so the socket is simply
//! not read and TCP slows the server.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Time that may be saved up while nothing flows.
const BURST: Duration = Duration::from_millis(250);

/// A limit in bytes a second, or none, shared by the connections of a job.
#[derive(Clone, Debug)]
pub(super) struct Pace {
    limit_bps: Option<u64>,
    paid_until: Arc<Mutex<Instant>>,
}

impl Pace {
    pub(super) fn new(limit_bps: Option<u64>) -> Self {
        let paid_until = Arc::new(Mutex::new(Instant::now()));
        Self { limit_bps: limit_bps.filter(|l| *l > 0), paid_until }
    }

    /// `bytes` were taken.
    pub(super) fn take(&self, bytes: usize) {
        let Some(limit) = self.limit_bps else { return };
        let nanos = u128::from(bytes as u64) * 1_000_000_000 / u128::from(limit);
        let cost = Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX));
        let now = Instant::now();
        let floor = now.checked_sub(BURST).unwrap_or(now);
        let mut paid_until = self.paid_until.lock().unwrap_or_else(PoisonError::into_inner);
        *paid_until = (*paid_until).max(floor) + cost;
    }

    pub(super) fn is_limited(&self) -> bool {
        self.limit_bps.is_some()
    }

    /// Waits until more may be taken.
    pub(super) async fn ready(&self) {
        while self.limit_bps.is_some() {
            let until = *self.paid_until.lock().unwrap_or_else(PoisonError::into_inner);
            if until <= Instant::now() {
                return;
            }
            sleep_until(until).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn ten_seconds_at_a_limit_bring_ten_seconds_of_bytes() {
        let pace = Pace::new(Some(1_000_000));
        let start = Instant::now();
        let mut taken = 0;
        while start.elapsed() < Duration::from_secs(10) {
            pace.ready().await;
            pace.take(50_000);
            taken += 50_000;
        }
        assert!((9_700_000..=10_300_000).contains(&taken), "{taken}");
    }
}
