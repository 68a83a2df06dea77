//! The end of a job: sync, record, check length and checksum, give it its name, sync the folder.
//! Every step can be done again after a crash with the same result.

use std::path::PathBuf;
use std::time::Duration;

use super::disk::{self, Published};
use super::hash::hash_file;
use super::http::HttpSource;
use super::job::{Exit, Run, broken_off, stopped};
use super::report::What;
use super::sidecar;
use crate::model::checksum::{Checksum, Expected};
use crate::model::failure::{Failure, FailureKind};
use crate::plan::fleet::Ended;

/// Finishes a job whose bytes are all given to the file.
pub(super) async fn finish(run: &mut Run, source: &HttpSource) -> Result<Ended, Exit> {
    let Some(total) = run.transfer.total() else {
        return Err(Failure::new(FailureKind::Protocol, "the file's length is not known").into());
    };
    if let Some(target) = &run.target {
        target.writer.end(total);
    }
    run.settle().await?;
    seal(run, total).await?;
    run.save(What::Finishing).await?;
    let expected = expected(run, source).await?;
    if let Some(expected) = expected {
        check(run, &expected).await?;
    }
    let path = publish(run).await?;
    run.drop_older(u64::MAX);
    if run.transfer.length_unproved() {
        run.log("finished; the server did not say how long the file is".to_owned()).await;
    }
    Ok(Ended::Done { path, bytes: total })
}

/// What is in the file must be what was meant, to the byte.
async fn seal(run: &mut Run, total: u64) -> Result<(), Exit> {
    let Some(target) = &mut run.target else { return Err(Exit::Stop) };
    if !target.writer.written().is_whole(total) {
        return Err(Failure::new(FailureKind::DiskError, "bytes are missing at the end").into());
    }
    let part = target.part.clone();
    target.generation.total = Some(total);
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

async fn expected(run: &mut Run, source: &HttpSource) -> Result<Option<Checksum>, Exit> {
    match &run.job.options.expected {
        None => Ok(None),
        Some(Expected::Given(checksum)) => Ok(Some(checksum.clone())),
        Some(Expected::Sidecar) => {
            let mut stop = run.stop.clone();
            let found = tokio::select! {
                biased;
                () = stopped(&mut stop) => return Err(Exit::Stop),
                found = tokio::time::timeout(MAX_SIDECAR, sidecar::find(source, &run.job.url)) => found,
            };
            let slow =
                || Failure::new(FailureKind::Stalled, "the checksum beside the link did not come");
            let Some(checksum) = found.unwrap_or_else(|_| Err(slow()))? else {
                return Err(Failure::new(FailureKind::NoSidecar, "").into());
            };
            run.log(format!("found beside the link: {checksum}")).await;
            Ok(Some(checksum))
        }
    }
}

/// How long looking for a checksum beside the link may take.
const MAX_SIDECAR: Duration = Duration::from_mins(1);

/// A mismatch is never called done: the part stays, the job fails.
async fn check(run: &mut Run, expected: &Checksum) -> Result<(), Exit> {
    let Some(target) = &run.target else { return Err(Exit::Stop) };
    let path = run.job.dir.join(&target.part.name);
    let algorithm = expected.algorithm;
    let stop = run.stop.clone();
    let hashed = tokio::task::spawn_blocking(move || {
        hash_file(&path, algorithm, || *stop.borrow())
            .map_err(|error| (error.kind(), disk::failure_of(&error, &path)))
    })
    .await;
    let found = match hashed {
        Ok(Ok(found)) => found,
        Ok(Err((std::io::ErrorKind::Interrupted, _))) => return Err(Exit::Stop),
        Ok(Err((_, failure))) => return Err(failure.into()),
        Err(_) => return Err(Failure::new(FailureKind::DiskError, "").into()),
    };
    if found == *expected {
        run.log(format!("checksum right: {found}")).await;
        return Ok(());
    }
    Err(Failure::new(FailureKind::ChecksumMismatch, format!("expected {expected}, found {found}"))
        .into())
}

/// A name taken meanwhile is changed and recorded before the next try, so that a crash in between
/// finds the file under the name that is recorded.
async fn publish(run: &mut Run) -> Result<PathBuf, Exit> {
    loop {
        let Some(target) = &mut run.target else { return Err(Exit::Stop) };
        let (dir, part) = (run.job.dir.clone(), target.part.name.clone());
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
