//! Compares a whole part file with what was said of it. Invariant: a file that does not fit is never
//! published, and what was found is saved before anything else happens.

use std::time::Duration;

use super::disk;
use super::hash::hash_file_by;
use super::job::{Exit, Run, stopped};
use super::report::What;
use super::sidecar;
use crate::model::cause::Cause;
use crate::model::checksum::{Checksum, Expected};
use crate::model::digests::Digests;
use crate::model::failure::{Failure, FailureKind};
use crate::model::log::{OfProof, Told};
use crate::model::proof::Witness;
use crate::plan::proof::Claims;

/// How long looking for a checksum beside the link may take.
const MAX_SIDECAR: Duration = Duration::from_mins(1);

/// Compares the part file and saves what came of it. A mismatch is never called done: the part
/// stays, the job fails.
pub(super) async fn prove(run: &mut Run) -> Result<(), Exit> {
    // One that came while the last bytes were written counts; one that did not is not waited for.
    run.hear_description().await;
    let claims = claims(run).await?;
    let found = compute(run, &claims).await?;
    let judgement = claims.judge(&found);
    for remark in judgement.remarks {
        run.log(Told::Proof(remark)).await;
    }
    let proof = judgement.proof;
    run.save(|saved| What::Proof(proof, saved)).await?;
    match judgement.failure {
        Some(failure) => Err(failure.into()),
        None => Ok(()),
    }
}

async fn claims(run: &mut Run) -> Result<Claims, Exit> {
    let Some(target) = &run.target else { return Err(Exit::Stop) };
    let (told, length_unproved) =
        (target.generation.validator.digests.clone(), target.generation.length_unproved);
    let described = run.description.digests(target.generation.number);
    let (wanted, told) = match &run.job.options.expected {
        None => (None, told),
        Some(Expected::Nothing) => (None, Digests::default()),
        Some(Expected::Given(checksum)) => (Some((checksum.clone(), Witness::User)), told),
        Some(Expected::Sidecar) => (Some((beside(run).await?, Witness::Sidecar)), told),
    };
    let is_compared = run.job.options.expected != Some(Expected::Nothing);
    let described = described.filter(|_| is_compared).unwrap_or_default();
    Ok(Claims { wanted, told, described, length_unproved })
}

async fn beside(run: &mut Run) -> Result<Checksum, Exit> {
    let source = run.sources.at(run.transfer.main());
    let mut stop = run.stop.clone();
    let found = tokio::select! {
        biased;
        () = stopped(&mut stop) => return Err(Exit::Stop),
        found = tokio::time::timeout(MAX_SIDECAR, sidecar::find(&source, &run.job.url)) => found,
    };
    let slow = || Failure::because(FailureKind::Stalled, Cause::NoChecksumCame);
    let Some(checksum) = found.unwrap_or_else(|_| Err(slow()))? else {
        return Err(Failure::new(FailureKind::NoSidecar, "").into());
    };
    run.log(Told::Proof(OfProof::Beside(checksum.clone()))).await;
    Ok(checksum)
}

async fn compute(run: &mut Run, claims: &Claims) -> Result<Digests, Exit> {
    let Some(target) = &run.target else { return Err(Exit::Stop) };
    let algorithms = claims.algorithms();
    if algorithms.is_empty() {
        return Ok(Digests::default());
    }
    let path = run.job.dir.join(&target.part.name);
    let stop = run.stop.clone();
    let hashed = tokio::task::spawn_blocking(move || {
        hash_file_by(&path, &algorithms, || *stop.borrow())
            .map_err(|error| (error.kind(), disk::failure_of(&error, &path)))
    })
    .await;
    match hashed {
        Ok(Ok(found)) => Ok(found),
        Ok(Err((std::io::ErrorKind::Interrupted, _))) => Err(Exit::Stop),
        Ok(Err((_, failure))) => Err(failure.into()),
        Err(_) => Err(Failure::new(FailureKind::DiskError, "").into()),
    }
}
