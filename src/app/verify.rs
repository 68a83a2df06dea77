//! `Verify`: re-reads a finished file, or the blocks of an unfinished one, and compares.

use std::io;
use std::path::Path;

use tokio::sync::oneshot;

use super::command::{Refusal, Reply, VerifyReport};
use super::later::Later;
use super::service::{Service, answer, refused};
use crate::engine::hash;
use crate::engine::verify::{BlocksRead, read_blocks};
use crate::model::checksum::{Algorithm, Checksum, Expected};
use crate::model::id::JobId;
use crate::model::phase::Phase;
use crate::model::range::SpanSet;
use crate::store::Durable;

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
            Some(Expected::Sidecar | Expected::Nothing) | None => None,
        };
        verify_file(path.clone(), expected.or(known), waiting);
        return None;
    }
    if !service.is_idle(id) {
        let (state, hint) = (record.state().code(), "pause it first".to_owned());
        return Some((waiting, Reply::Refused(Refusal::NotNow { id, state, hint })));
    }
    verify_blocks(service, id, waiting).await
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

/// What re-reading the blocks of a part found, and what it was asked for.
pub(super) struct BlocksFound {
    id: JobId,
    generation: u32,
    /// What the job held when it was asked for.
    spans: SpanSet,
    read: io::Result<BlocksRead>,
    waiting: Waiting,
}

/// Begins to read a part; what it finds is taken in by the loop.
async fn verify_blocks(
    service: &mut Service,
    id: JobId,
    waiting: Waiting,
) -> Option<(Waiting, Reply)> {
    let Some(record) = service.records.get(&id) else {
        return Some((waiting, Reply::Refused(Refusal::NoJob(id))));
    };
    let Some(generation) = record.job.generation.clone() else {
        let nothing = VerifyReport::Blocks { good: 0, bad: Vec::new(), unproved_bytes: 0 };
        return Some((waiting, Reply::Verified(nothing)));
    };
    let hashes = match service.store.blocks(id, generation.number).await {
        Ok(hashes) => hashes,
        Err(error) => return Some((waiting, refused(error))),
    };
    let path = record.job.dir.join(&generation.part_name);
    let spans = record.job.spans.clone();
    let total = generation.total.unwrap_or(u64::MAX);
    let later = service.later.clone();
    tokio::task::spawn_blocking(move || {
        let read = read_blocks(&path, &hashes, &spans, total);
        let found = BlocksFound { id, generation: generation.number, spans, read, waiting };
        // Where the service has ended, who waits is told so by the lost answer.
        let _ = later.blocking_send(Later::Blocks(found));
    });
    None
}

impl Service {
    /// Rotten blocks are forgotten, so that they are fetched again; the rest is kept.
    pub(super) async fn take_blocks(&mut self, found: BlocksFound) {
        let BlocksFound { id, generation, spans, read, waiting } = found;
        let told = match read {
            Ok(read) if self.still_holds(id, generation, &spans) => {
                self.drop_rotten(id, generation, read).await
            }
            Ok(_) => self.went_on(id),
            Err(error) => Reply::Refused(Refusal::File(error.to_string())),
        };
        answer(waiting, told);
    }

    fn still_holds(&self, id: JobId, generation: u32, spans: &SpanSet) -> bool {
        self.is_idle(id)
            && self.records.get(&id).is_some_and(|record| {
                let number = record.job.generation.as_ref().map(|g| g.number);
                number == Some(generation) && record.job.spans == *spans
            })
    }

    pub(super) fn went_on(&self, id: JobId) -> Reply {
        Reply::Refused(match self.records.get(&id) {
            Some(record) => {
                let (state, hint) = (record.state().code(), "pause it and try again");
                Refusal::NotNow { id, state, hint: hint.to_owned() }
            }
            None => Refusal::NoJob(id),
        })
    }

    async fn drop_rotten(&mut self, id: JobId, generation: u32, found: BlocksRead) -> Reply {
        let BlocksRead { good, bad, unproved_bytes, spans } = found;
        if !bad.is_empty() {
            let held = self.records.get(&id).and_then(|record| record.job.generation.as_ref());
            let seams = held.map(|held| held.seams.clone()).unwrap_or_default();
            let open = held.map(|held| held.open_blocks.clone()).unwrap_or_default();
            let kept = Durable { spans: spans.clone(), seams, open, dropped: bad.clone() };
            let saved = self.store.save_progress(id, generation, kept, Vec::new(), None).await;
            if let Err(error) = saved {
                return refused(error);
            }
        }
        if let Some(record) = self.records.get_mut(&id) {
            record.job.spans = spans;
        }
        self.changed(id);
        Reply::Verified(VerifyReport::Blocks { good, bad, unproved_bytes })
    }
}
