//! `Verify`: re-reads a finished file, or the blocks of an unfinished one, and compares.

use std::io;
use std::path::Path;

use tokio::sync::oneshot;

use super::command::{Refusal, Reply, VerifyReport};
use super::service::{Service, answer, refused};
use crate::engine::hash;
use crate::engine::verify::read_blocks;
use crate::model::checksum::{Algorithm, Checksum, Expected};
use crate::model::id::JobId;
use crate::model::phase::Phase;

type Waiting = Option<oneshot::Sender<Reply>>;

/// Hashes a file the user names.
pub fn hash_file(path: &Path, algorithm: Algorithm) -> io::Result<Checksum> {
    hash::hash_file(path, algorithm, || false)
}

/// Begins to verify a job; the answer comes when it was read.
pub(super) async fn begin(
    service: &mut Service,
    id: JobId,
    expected: Option<Checksum>,
    waiting: Waiting,
) -> Option<(Waiting, Reply)> {
    let Some(record) = service.records.get(&id) else {
        return Some((waiting, Reply::Refused(Refusal::NoJob(id))));
    };
    if let Phase::Done { path, .. } = &record.job.phase {
        let known = match &record.job.options.expected {
            Some(Expected::Given(checksum)) => Some(checksum.clone()),
            Some(Expected::Sidecar) | None => None,
        };
        verify_file(path.clone(), expected.or(known), waiting);
        return None;
    }
    if !service.is_idle(id) {
        let (state, hint) = (record.state().code(), "pause it first".to_owned());
        return Some((waiting, Reply::Refused(Refusal::NotNow { id, state, hint })));
    }
    Some((waiting, verify_blocks(service, id).await))
}

fn verify_file(path: std::path::PathBuf, expected: Option<Checksum>, waiting: Waiting) {
    let algorithm = expected.as_ref().map_or(Algorithm::Sha256, |c| c.algorithm);
    tokio::task::spawn_blocking(move || {
        let told = match hash_file(&path, algorithm) {
            Ok(found) => {
                let matches = expected.map(|expected| expected == found);
                Reply::Verified(VerifyReport::Digest { found, matches })
            }
            Err(error) => Reply::Refused(Refusal::File(format!("{}: {error}", path.display()))),
        };
        answer(waiting, told);
    });
}

/// Rotten blocks are forgotten, so that they are fetched again; the rest is kept.
async fn verify_blocks(service: &mut Service, id: JobId) -> Reply {
    let Some(record) = service.records.get(&id) else { return Reply::Refused(Refusal::NoJob(id)) };
    let Some(generation) = record.job.generation.clone() else {
        return Reply::Verified(VerifyReport::Blocks {
            good: 0,
            bad: Vec::new(),
            unproved_bytes: 0,
        });
    };
    let hashes = match service.store.blocks(id, generation.number).await {
        Ok(hashes) => hashes,
        Err(error) => return refused(error),
    };
    let path = record.job.dir.join(&generation.part_name);
    let spans = record.job.spans.clone();
    let total = generation.total.unwrap_or(u64::MAX);
    let read =
        tokio::task::spawn_blocking(move || read_blocks(&path, &hashes, &spans, total)).await;
    let found = match read {
        Ok(Ok(found)) => found,
        Ok(Err(error)) => return Reply::Refused(Refusal::File(error.to_string())),
        Err(error) => return Reply::Refused(Refusal::File(error.to_string())),
    };
    if !found.bad.is_empty()
        && let Err(error) = service
            .store
            .save_progress(id, generation.number, found.spans.clone(), Vec::new(), None)
            .await
    {
        return refused(error);
    }
    if let Some(record) = service.records.get_mut(&id) {
        record.job.spans = found.spans;
    }
    drop(service.store.drop_blocks(id, generation.number, found.bad.clone()));
    service.changed(id);
    Reply::Verified(VerifyReport::Blocks {
        good: found.good,
        bad: found.bad,
        unproved_bytes: found.unproved_bytes,
    })
}
