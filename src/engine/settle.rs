//! The end of a run, however it comes: what was received is written, synced and recorded, and how it
//! ended is told. What the end of a checkpoint makes of what stands.

use super::checkpoint;
use super::disk::failure_of;
use super::job::{Exit, Run};
use super::report::{Report, What};
use super::writer::Told;
use crate::model::cause::Cause;
use crate::model::failure::{Failure, FailureKind, Remedy};
use crate::model::log;
use crate::plan::fleet::Ended;

impl Run {
    /// Saves everything, and tells how the run ended.
    pub(super) async fn end(mut self, exit: Exit) -> Ended {
        self.close_all();
        let saved = self.settle().await;
        self.tell_learned().await;
        if self.sync_failed {
            // Only a service that has ended does not listen.
            let _ = self.reports.send(Report { job: self.job.id, what: What::Unsynced }).await;
        }
        let (why, retry_after) = match (exit, saved) {
            (Exit::Stop, Ok(())) => return Ended::Stopped,
            // What the disk did not take is said, whatever else broke off.
            (Exit::Failed(why, _), Err(worse)) if self.sync_failed && !why.kind.is_of_disk() => {
                (worse, None)
            }
            (Exit::Failed(why, after), _) => (why, after),
            (Exit::Stop, Err(why)) => (why, None),
        };
        let why = self.with_room(why);
        self.log(log::Told::Stopped(why.clone())).await;
        // On a disk that fails only what it took counts.
        let takes = why.kind.remedy() == Remedy::TryOnce;
        let progressed = if takes { self.durable_bytes > self.begun_with } else { self.progressed };
        Ended::Failed { why, progressed, retry_after }
    }

    /// Closes every connection, and has none at any server.
    pub(super) fn close_all(&mut self) {
        self.open.close(self.target.as_ref().map(|t| &t.writer), |_| true);
        self.progress.set_connections(0);
        self.leave_servers();
    }

    /// Empties the queue, syncs, and has the last copy recorded.
    pub(super) async fn settle(&mut self) -> Result<(), Failure> {
        if let Some(note) = self.note.take() {
            // Nobody else can take the part file while it writes; what it told is help in need, and must
            // not come after what forgets it.
            let _ = note.await;
        }
        if let Some((sync, _)) = self.sync.take() {
            let done = sync.await;
            self.believe(done.unwrap_or_else(|_| Err(broken_off())))?;
        }
        if self.sync_failed {
            return Err(broken_off());
        }
        let failed = match self.flush().await {
            // The run ends here; the next one reads there once more.
            Some(Told::Mismatch(_, at)) => {
                self.transfer.doubt(at);
                None
            }
            Some(Told::Failed(error)) => Some(failure_of(&error, &self.job.dir)),
            None => None,
        };
        let Some(target) = &self.target else { return Ok(()) };
        let seams = self.transfer.seams();
        let (job, reports) = (self.job.id, self.reports.clone());
        let done = checkpoint::begin(job, target, seams, Vec::new(), reports).await;
        self.believe(done.unwrap_or_else(|_| Err(broken_off())))?;
        // What was written before is recorded all the same.
        failed.map_or(Ok(()), Err)
    }

    /// A checkpoint's end. After a failed sync none is believed in this run; where only the list could not
    /// be saved, what was synced is on the disk all the same, and the next checkpoint may record it.
    pub(super) fn believe(&mut self, done: Result<(), Failure>) -> Result<(), Failure> {
        self.sync_failed |= done.as_ref().is_err_and(|why| why.kind != FailureKind::Store);
        let held = self.target.as_ref().map_or(0, |t| t.writer.written().total());
        if done.is_ok() {
            self.durable_bytes = self.durable_bytes.max(held);
        }
        done
    }

    /// Older generations go once the new one holds more than they did. Not waited for.
    pub(super) fn drop_older(&mut self, held: u64) {
        let passed: Vec<_> = self.older.extract_if(.., |(_, bytes)| *bytes < held).collect();
        for (old, bytes) in passed {
            let path = self.job.dir.join(&old.part_name);
            tokio::task::spawn_blocking(move || {
                if let Err(error) = super::disk::delete_ours(&path, old.file_id) {
                    tracing::warn!("an older part of {bytes} bytes stays: {error}");
                }
            });
        }
    }
}

/// A sync that did not come to its end.
pub(super) fn broken_off() -> Failure {
    Failure::because(FailureKind::DiskError, Cause::NotDurable)
}
