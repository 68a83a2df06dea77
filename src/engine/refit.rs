//! Looks at a fresh link for a job that has no run: asks for places the job holds and compares them
//! with its part file. Writes nothing; what it means is decided in [`crate::plan::refit`].

use std::path::PathBuf;
use std::time::Duration;

use super::disk::{self, Part};
use super::generation::blocking;
use super::http::{Clients, HttpSource};
use super::source::{Body, Source};
use crate::model::block::{BLOCK_BYTES, BlockHash, block_range};
use crate::model::cause::Cause;
use crate::model::failure::{Failure, FailureKind};
use crate::model::fit::{Fit, Misfit};
use crate::model::job::Generation;
use crate::model::options::JobOptions;
use crate::model::range::{ByteRange, SpanSet};
use crate::model::url::SourceUrl;
use crate::plan::ledger::hash_block;
use crate::plan::recover::{Reopened, reopen};
use crate::plan::refit::{Compared, Held, Refit, Step};

/// How long looking at one link may take, however many requests that are.
pub const MAX_LOOK: Duration = Duration::from_mins(5);

/// A link to look at, and what to compare it with.
#[derive(Debug)]
pub struct Candidate {
    /// The fresh link.
    pub url: SourceUrl,
    /// How it is asked: nothing in it that is secret to another server.
    pub options: JobOptions,
    /// The job's folder.
    pub dir: PathBuf,
    /// What was begun; its spans are those recorded as durable.
    pub held: Held,
    /// What is recorded of whole blocks that are held.
    pub hashes: Vec<BlockHash>,
    /// Chooses the places.
    pub seed: u64,
}

/// What a link that fits brings.
#[derive(Clone, Debug)]
pub struct Fitting {
    /// How it fits.
    pub fit: Fit,
    /// The generation as the new server identifies it; none where nothing is held.
    pub generation: Option<Generation>,
}

/// Looks at a link, in [`MAX_LOOK`] at most.
pub async fn look(clients: &Clients, candidate: Candidate) -> Result<Fitting, Misfit> {
    let told = tokio::time::timeout(MAX_LOOK, compare(clients, candidate)).await;
    told.unwrap_or_else(|_| {
        Err(Misfit::NoFile(Failure::because(FailureKind::Stalled, Cause::TookTooLong)))
    })
}

async fn compare(clients: &Clients, candidate: Candidate) -> Result<Fitting, Misfit> {
    let Candidate { url, options, dir, mut held, hashes, seed } = candidate;
    let stall = Duration::from_secs(options.stall_timeout_secs.max(1).into());
    let source = HttpSource::new(clients, url, &options).map_err(Misfit::NoFile)?;
    let generation = held.generation.clone();
    let total = generation.as_ref().and_then(|g| g.total).unwrap_or(u64::MAX);
    let opened = blocking(move || open(&dir, &mut held).map(|part| (part, held))).await;
    let (part, held) = opened.map_err(Misfit::NotReadable)?;
    let is_held = !held.spans.is_empty();
    let mut refit = Refit::new(held, seed);
    loop {
        let opened = source.open(&refit.ask()).await.map_err(Misfit::NoFile)?;
        let step = match refit.answered(&opened.head) {
            Step::Compare { at, range } => {
                // Without a part there is no place to look at.
                let Some(part) = part.clone() else { return Err(Misfit::NoRanges) };
                let skip = range.start.saturating_sub(at);
                let came = read(opened.body, skip, range.len(), stall).await;
                let came = came.map_err(Misfit::NoFile)?;
                let outcome = compare_with(part.clone(), range, came).await;
                let outcome = outcome.map_err(Misfit::NotReadable)?;
                if let Compared::Differs { at } = outcome {
                    let block = hashes.iter().find(|known| known.index == at / BLOCK_BYTES);
                    if is_damaged(part, block.copied(), total).await {
                        return Err(Misfit::Damaged { at });
                    }
                }
                refit.compared(range, outcome)
            }
            step @ (Step::Ask | Step::Fits(_) | Step::Not(_)) => step,
        };
        match step {
            Step::Ask | Step::Compare { .. } => {}
            Step::Fits(fit) => {
                let generation = generation.filter(|_| is_held).map(|g| refit.renewed(&g, fit));
                return Ok(Fitting { fit, generation });
            }
            Step::Not(misfit) => return Err(misfit),
        }
    }
}

/// Opens the part file, where it is ours, and leaves in `held` what of it can be compared.
fn open(dir: &std::path::Path, held: &mut Held) -> Result<Option<Part>, Failure> {
    let Some(generation) = held.generation.as_ref().filter(|_| !held.spans.is_empty()) else {
        return Ok(None);
    };
    disk::open_folder(dir, true)?;
    let path = dir.join(&generation.part_name);
    let found = disk::look_closely(&path).map_err(|error| disk::failure_of(&error, &path))?;
    match reopen(generation, &held.spans, found, disk::device_of(dir)) {
        Reopened::Away => Err(Failure::new(FailureKind::VolumeGone, dir.display().to_string())),
        // Its bytes are compared with the link's: those of another file do not fit.
        Reopened::Held(spans) | Reopened::Doubtful(spans) if !spans.is_empty() => {
            held.spans = spans;
            disk::open_part(dir, &generation.part_name).map(Some)
        }
        // Nothing of it can be gone on with: a run would begin anew.
        Reopened::Held(_) | Reopened::Doubtful(_) | Reopened::Lost(_) => {
            held.spans = SpanSet::new();
            Ok(None)
        }
    }
}

/// `len` bytes of a body after the first `skip`. No chunk may take longer than `stall`.
async fn read(
    mut body: impl Body,
    mut skip: u64,
    len: u64,
    stall: Duration,
) -> Result<Vec<u8>, Failure> {
    let wanted = usize::try_from(len).unwrap_or(usize::MAX);
    let mut came = Vec::with_capacity(wanted);
    while came.len() < wanted {
        let chunk = tokio::time::timeout(stall, body.chunk()).await;
        let slow = |_| Failure::because(FailureKind::Stalled, Cause::NoByteCame);
        let Some(chunk) = chunk.map_err(slow)?? else {
            return Err(Failure::because(FailureKind::Broken, Cause::Ended));
        };
        let passed = skip.min(chunk.len() as u64);
        skip -= passed;
        let rest = &chunk[usize::try_from(passed).unwrap_or(chunk.len())..];
        came.extend_from_slice(&rest[..rest.len().min(wanted - came.len())]);
    }
    Ok(came)
}

/// Whether a block does not carry its recorded hash any more. One that has none is taken as it is.
async fn is_damaged(part: Part, block: Option<BlockHash>, total: u64) -> bool {
    let Some(known) = block else { return false };
    let read = blocking(move || {
        let range = block_range(known.index, total);
        let mut bytes = vec![0; usize::try_from(range.len()).unwrap_or_default()];
        let read = part.read_exact_at(&mut bytes, range.start);
        Ok(read.is_ok_and(|()| hash_block(&bytes) == known.hash))
    });
    !read.await.unwrap_or(false)
}

async fn compare_with(part: Part, range: ByteRange, came: Vec<u8>) -> Result<Compared, Failure> {
    blocking(move || {
        let mut ours = vec![0; came.len()];
        part.read_exact_at(&mut ours, range.start)
            .map_err(|error| Failure::new(FailureKind::DiskError, error.to_string()))?;
        Ok(match ours.iter().zip(&came).position(|(a, b)| a != b) {
            Some(n) => Compared::Differs { at: range.start + n as u64 },
            None => Compared::Equal { flat: ours.windows(2).all(|pair| pair[0] == pair[1]) },
        })
    })
    .await
}
