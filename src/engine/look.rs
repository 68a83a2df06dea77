//! A look at a run, a few times a second: how its connections fare, how many it may have, and what
//! was written since.

use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::checkpoint;
use super::job::Run;
use super::report::{OpenConnection, What};
use crate::plan::transfer::Held;

/// How often hashes of what is not yet synced are told.
const NOTE: Duration = Duration::from_millis(250);
/// Under a limit below this many bytes a second, more than two connections bring nothing.
const FEW_BELOW_BPS: u64 = 1 << 20;

impl Run {
    /// Looks at how the connections fare, and leaves those that do badly beside others.
    pub(super) async fn look(&mut self) {
        let full = self.target.as_ref().is_some_and(|t| t.writer.queue().is_full());
        let held = if full || self.limit.is_limited() { Held::Back } else { Held::Free };
        self.note();
        self.hear_description().await;
        self.share_connections();
        self.transfer.set_most(self.most_connections());
        self.tell_circumstances(full);
        self.tell_open();
        for (id, why) in self.transfer.look(held) {
            tracing::debug!(job = self.job.id.0, "#{id} is closed: {why:?}");
            self.drop_closed(why).await;
        }
        self.tell_limits().await;
    }

    /// Tells of the connections one by one, where somebody looks.
    fn tell_open(&self) {
        if !self.progress.is_watched() {
            return;
        }
        let open = self.open.received().into_iter().map(|(number, received)| OpenConnection {
            number,
            host: self.sources.host_of(self.transfer.place_of(number)).to_owned(),
            left: self.transfer.left_of(number),
            races: self.transfer.only_races(number),
            received,
        });
        self.progress.set_open(open.collect());
    }

    /// Tells the hashes of blocks that are written and not yet synced: a program that is killed
    /// finds them by that, for the system keeps what it was given.
    fn note(&mut self) {
        if self.note.as_ref().is_some_and(|note| !note.is_finished()) || self.noted.elapsed() < NOTE
        {
            return;
        }
        let Some(target) = &self.target else { return };
        let hashes = target.writer.take_hashes();
        if hashes.is_empty() {
            return;
        }
        let (generation, seams) = (target.generation.number, self.transfer.seams());
        target.seams.set(seams.clone());
        let (reports, job) = (self.reports.clone(), self.job.id);
        let record = target.record.clone();
        self.noted = Instant::now();
        self.note = Some(tokio::spawn(async move {
            let (saved, wait) = oneshot::channel();
            let known = hashes.clone();
            let what = What::Noted { generation, seams, hashes, saved };
            let noted = checkpoint::tell(&reports, job, what, wait).await;
            if let Some(record) = record {
                let kept = tokio::task::spawn_blocking(move || record.keep(&known, &[])).await;
                checkpoint::say_unkept(job, kept.unwrap_or(Ok(())), &reports).await;
            }
            noted
        }));
    }

    /// Connections the job may have at most now, whatever its servers bear.
    pub(super) fn most_connections(&self) -> u32 {
        let asked = u32::from(self.job.options.connections);
        let slow = self.limit.own_bps().is_some_and(|limit| limit < FEW_BELOW_BPS);
        if slow { asked.min(2) } else { asked }
    }
}
