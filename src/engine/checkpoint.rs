//! A checkpoint: copy what is written, sync the data, then have that copy recorded. The sync has a
//! thread of its own and never stops the sockets.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::disk::failure_of;
use super::generation::Target;
use super::recheck::read_open_blocks;
use super::report::{Report, What};
use crate::model::cause::Cause;
use crate::model::failure::{Failure, FailureKind};
use crate::model::id::JobId;
use crate::model::log::{OfHeld, Told};
use crate::plan::ledger::open_parts;

/// The seams of a part file as last told, shared by what saves them one after the other.
#[derive(Clone, Debug, Default)]
pub(super) struct SeamsTold(Arc<Mutex<Vec<u64>>>);

impl SeamsTold {
    pub(super) fn set(&self, seams: Vec<u64>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = seams;
    }

    pub(super) fn now(&self) -> Vec<u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Begins a checkpoint. Its end says whether the bytes written before this call are recorded, with
/// the `seams` among them that nobody has read across, and what the blocks hold that are not whole, so
/// that damage done to them until the next run is found: the ledger knows only whole ones. The hashes of
/// `dropped` blocks are forgotten with it.
pub(super) fn begin(
    job: JobId,
    target: &Target,
    seams: Vec<u64>,
    dropped: Vec<u64>,
    reports: mpsc::Sender<Report>,
) -> JoinHandle<Result<(), Failure>> {
    let (spans, hashes) = target.writer.snapshot();
    let (part, generation) = (target.part.clone(), target.generation.number);
    let parts = open_parts(&spans, target.generation.total.unwrap_or(u64::MAX));
    target.seams.set(seams);
    let (seams, record) = (target.seams.clone(), target.record.clone());
    tokio::spawn(async move {
        let name = part.name.clone();
        let (known, forgotten) = (hashes.clone(), dropped.clone());
        let synced = tokio::task::spawn_blocking(move || {
            let kept = record.map_or(Ok(()), |record| record.keep(&known, &forgotten));
            // Nobody writes to what is written, and it is still in memory.
            let open = read_open_blocks(&part, parts);
            (kept, part.sync().map(|()| open))
        })
        .await;
        let synced = match synced {
            Ok((kept, synced)) => {
                say_unkept(job, kept, &reports).await;
                Ok(synced)
            }
            Err(error) => Err(error),
        };
        let open = match synced {
            Ok(Ok(open)) => open,
            // Never tried again as if good: what was not synced may be gone (GUARDS 15).
            Ok(Err(error)) => return Err(failure_of(&error, name.as_ref())),
            Err(_) => return Err(Failure::because(FailureKind::DiskError, Cause::SyncBrokenOff)),
        };
        let (saved, wait) = oneshot::channel();
        // Those of this moment: what was noted while the sync went on may have added some.
        let seams = seams.now();
        let what = What::Durable { generation, spans, seams, open, hashes, dropped, saved };
        tell(&reports, job, what, wait).await
    })
}

/// The record at the end of the part file could not be written: said once, for it is closed then.
pub(super) async fn say_unkept(job: JobId, kept: io::Result<()>, reports: &mpsc::Sender<Report>) {
    if let Err(error) = kept {
        let told = Told::Held(OfHeld::Unkept(error.to_string()));
        tracing::info!(job = job.0, "{}", told.to_text());
        // Only a service that has ended does not listen.
        let _ = reports.send(Report { job, what: What::Log(told) }).await;
    }
}

/// Sends a report and waits until it is saved.
pub(super) async fn tell(
    reports: &mpsc::Sender<Report>,
    job: JobId,
    what: What,
    wait: oneshot::Receiver<Result<(), Failure>>,
) -> Result<(), Failure> {
    let gone = || Failure::because(FailureKind::Store, Cause::ServiceEnded);
    reports.send(Report { job, what }).await.map_err(|_| gone())?;
    wait.await.map_err(|_| gone())?
}
