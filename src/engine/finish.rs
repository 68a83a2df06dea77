//! The end of a job: sync, record, check length and digest, give it its name, sync the folder.
//! Every step can be done again after a crash with the same result.

use std::path::PathBuf;

use tokio::sync::oneshot;

use super::disk::{self, Published};
use super::job::{Exit, Run};
use super::prove::prove;
use super::report::{Report, What};
use super::settle::broken_off;
use crate::model::cause::Cause;
use crate::model::failure::{Failure, FailureKind};
use crate::model::log::Told;
use crate::plan::fleet::Ended;

/// Finishes a job whose bytes are all given to the file. None where some of them turned out not to be
/// there any more, and are to be fetched again first.
pub(super) async fn finish(run: &mut Run) -> Result<Option<Ended>, Exit> {
    let Some(total) = run.transfer.total() else {
        return Err(Failure::because(FailureKind::Protocol, Cause::LengthUnknown).into());
    };
    if let Some(target) = &run.target {
        target.writer.end(total);
        if let Some(record) = &target.record {
            record.close_unless_kept();
        }
    }
    run.settle().await?;
    if run.forgets_rotten().await? {
        return Ok(None);
    }
    seal(run, total).await?;
    run.save(What::Finishing).await?;
    prove(run).await?;
    let path = publish(run).await?;
    run.drop_older(u64::MAX);
    if run.transfer.length_unproved() {
        run.log(Told::LengthNotTold).await;
    }
    Ok(Some(Ended::Done { path, bytes: total }))
}

/// What is in the file must be what was meant, to the byte.
async fn seal(run: &mut Run, total: u64) -> Result<(), Exit> {
    let Some(target) = &mut run.target else { return Err(Exit::Stop) };
    if !target.writer.written().is_whole(total) {
        return Err(Failure::because(FailureKind::DiskError, Cause::BytesMissingAtEnd).into());
    }
    target.close_record();
    let part = target.part.clone();
    target.generation.total = Some(total);
    target.generation.length_unproved |= run.transfer.length_unproved();
    let generation = target.generation.clone();
    let dir = run.job.dir.clone();
    let sealed = tokio::task::spawn_blocking(move || {
        part.seal(total).map_err(|error| disk::failure_of(&error, &dir))
    })
    .await;
    run.believe(sealed.unwrap_or_else(|_| Err(broken_off())))?;
    run.save(|saved| What::Updated(generation, saved)).await?;
    Ok(())
}

/// A name taken meanwhile is changed and recorded before the next try, so that a crash in between
/// finds the file under the name that is recorded.
async fn publish(run: &mut Run) -> Result<PathBuf, Exit> {
    take_name(run).await?;
    loop {
        let Some(target) = &mut run.target else { return Err(Exit::Stop) };
        let (dir, part) = (run.job.dir.clone(), target.part.clone());
        let name = target.generation.name.clone();
        let published =
            tokio::task::spawn_blocking(move || disk::publish(&dir, &part, &name)).await;
        match published.unwrap_or_else(|_| Err(Failure::new(FailureKind::DiskError, "")))? {
            Published::At(path) => return Ok(path),
            Published::Taken(free) => {
                target.generation.name = free.into();
                let generation = target.generation.clone();
                run.save(|saved| What::Updated(generation, saved)).await?;
            }
        }
    }
}

/// From here on the name is the run's. One the user gave meanwhile is recorded before it is used.
async fn take_name(run: &mut Run) -> Result<(), Exit> {
    let (answer, wait) = oneshot::channel();
    let asked = Report { job: run.job.id, what: What::Name(answer) };
    if run.reports.send(asked).await.is_err() {
        return Err(Exit::Stop);
    }
    // Unheard, the file must not get a name that is no longer wanted.
    let told = wait.await.map_err(|_| Exit::Stop)?;
    let (Some(name), Some(target)) = (told, &mut run.target) else { return Ok(()) };
    target.generation.name = name;
    let generation = target.generation.clone();
    run.save(|saved| What::Updated(generation, saved)).await?;
    Ok(())
}
