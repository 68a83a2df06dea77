//! What each row means at start: the row says what was meant, the files say what is so, and where
//! they differ the files win.

use jiff::Timestamp;

use crate::model::block::{BlockHash, block_range};
use crate::model::cause::Cause;
use crate::model::failure::{Failure, FailureKind};
use crate::model::job::{FileId, Generation, Job};
use crate::model::phase::{Intent, Phase};
use crate::model::range::SpanSet;
use crate::model::settings::OnLaunch;
use crate::plan::trailer::longest_part;

/// What was found where a file should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Nothing,
    /// A regular file with one link.
    File {
        /// What it is known by, where the system tells.
        id: Option<FileId>,
        /// Its length in bytes.
        len: u64,
    },
    /// A link, a folder, a file with several links: not ours to touch.
    Foreign,
}

/// What a job is at start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovered {
    /// What the user wants.
    pub intent: Intent,
    /// What is so.
    pub phase: Phase,
}

/// What becomes of a job at start. `part` and `end` are needed for a job that was finishing.
pub fn recover(
    job: &Job,
    on_launch: OnLaunch,
    part: Found,
    end: Found,
    now: Timestamp,
) -> Recovered {
    let phase = match &job.phase {
        Phase::Live | Phase::Queued => Phase::Queued,
        Phase::Waiting { until, attempt, why } => {
            let until = (*until).min(asked_until(why, now));
            Phase::Waiting { until, attempt: *attempt, why: why.clone() }
        }
        Phase::Finishing => after_finishing(job, part, end, now),
        Phase::NeedsLink(_) | Phase::Stopped | Phase::Failed(_) | Phase::Done { .. } => {
            job.phase.clone()
        }
    };
    let goes_on = matches!(phase, Phase::Queued | Phase::Waiting { .. });
    match (job.intent, on_launch) {
        (Intent::Run, OnLaunch::StayPaused) if goes_on => {
            Recovered { intent: Intent::Hold, phase: Phase::Stopped }
        }
        (Intent::Run, OnLaunch::GoOn | OnLaunch::StayPaused) => {
            Recovered { intent: Intent::Run, phase }
        }
        (intent @ (Intent::Hold | Intent::Cancel), _) if goes_on => {
            Recovered { intent, phase: Phase::Stopped }
        }
        (intent, _) => Recovered { intent, phase },
    }
}

/// Our own pauses end with the program; what a server asked for does not, though no clock that was
/// set back makes it longer than it was.
pub(super) fn asked_until(why: &Failure, now: Timestamp) -> Timestamp {
    let asked = why.wait_secs.and_then(|secs| i64::try_from(secs).ok()).unwrap_or_default();
    now.checked_add(jiff::SignedDuration::from_secs(asked)).unwrap_or(Timestamp::MAX)
}

/// The end was begun: either the file has its name already, or it is simply ended again.
fn after_finishing(job: &Job, part: Found, end: Found, now: Timestamp) -> Phase {
    let (Some(generation), Found::File { id, len }) = (&job.generation, end) else {
        return Phase::Queued;
    };
    let ours =
        generation.file_id.is_some() && generation.file_id == id && generation.total == Some(len);
    if part == Found::Nothing && ours {
        return Phase::Done { path: job.dir.join(&generation.name), bytes: len, at: now };
    }
    Phase::Queued
}

/// What of a generation may be gone on with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reopened {
    /// The part file is ours; these bytes of it count.
    Held(SpanSet),
    /// A file of the right name and length that is known by another number: ours where its blocks
    /// are, as [`settle`] tells.
    Doubtful(SpanSet),
    /// The folder is on another volume than the part file was, which is not there.
    Away,
    /// Nothing of it can be used; a new part file is begun.
    Lost(Option<Failure>),
}

/// Compares the part file with what was recorded of it. `volume` is the one its folder is on now.
///
/// Where nothing stands on the same volume, it was deleted and is begun anew; where nothing stands
/// on another volume, its own was not mounted and is waited for.
pub fn reopen(
    generation: &Generation,
    recorded: &SpanSet,
    part: Found,
    volume: Option<u64>,
) -> Reopened {
    let is_away = |id: FileId| volume.is_some_and(|volume| volume != id.device);
    let lost = |why: Cause| {
        let failure = Failure::because(FailureKind::PartForeign, why);
        Reopened::Lost((!recorded.is_empty()).then_some(failure))
    };
    match part {
        Found::Nothing if !recorded.is_empty() && generation.file_id.is_some_and(is_away) => {
            Reopened::Away
        }
        Found::Nothing => lost(Cause::PartGone),
        Found::Foreign => lost(Cause::PartReplaced),
        Found::File { id, len } if generation.file_id.is_some() && id != generation.file_id => {
            let end = recorded.iter().next_back().map_or(0, |span| span.end);
            let fits =
                len >= end && generation.total.is_none_or(|total| len <= longest_part(total));
            if end > 0 && fits {
                Reopened::Doubtful(recorded.clone())
            } else {
                lost(Cause::PartIsAnother)
            }
        }
        Found::File { len, .. } => {
            let mut spans = recorded.clone();
            spans.clip(len);
            Reopened::Held(spans)
        }
    }
}

/// Blocks compared before a file under another number is taken for ours.
const MAX_SAMPLES: usize = 16;

/// The blocks to compare: the first and the last that are whole and held, and some in between, evenly
/// spread.
pub fn samples(hashes: &[BlockHash], held: &SpanSet, total: Option<u64>) -> Vec<BlockHash> {
    let is_held = |block: &&BlockHash| {
        let range = block_range(block.index, total.unwrap_or(u64::MAX));
        !range.is_empty() && held.contains(range)
    };
    let whole: Vec<&BlockHash> = hashes.iter().filter(is_held).collect();
    let last = whole.len().saturating_sub(1);
    let count = whole.len().min(MAX_SAMPLES);
    let place = |n: usize| if count > 1 { n * last / (count - 1) } else { 0 };
    (0..count).filter_map(|n| whole.get(place(n)).map(|block| **block)).collect()
}

/// What the samples say: `read` are the hashes that were found in the file. One that differs, or
/// nothing to compare, and it is not ours.
pub fn settle(samples: &[BlockHash], read: &[BlockHash], held: SpanSet) -> Reopened {
    if !samples.is_empty() && samples == read {
        return Reopened::Held(held);
    }
    let why = Cause::PartIsAnother;
    Reopened::Lost(Some(Failure::because(FailureKind::PartForeign, why)))
}

#[cfg(test)]
#[path = "recover_tests.rs"]
mod tests;
