//! What a wish makes of intent and phase: the full table.

use jiff::Timestamp;

use super::Entry;
use crate::model::phase::{FileFate, Intent, Phase};

/// What the user may wish for a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wish {
    /// Stop and keep everything.
    Pause,
    /// Go on.
    Resume,
    /// No longer wanted.
    Cancel,
    /// Wanted after all, though not now: takes a cancellation back.
    Hold,
    /// Try again.
    Retry,
    /// Forget it.
    Remove(FileFate),
}

/// What a wish leads to. The phase is taken only where the job has no run; else its run's end tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) intent: Intent,
    pub(super) phase: Option<Phase>,
}

/// The table; `None` where the wish makes no sense.
pub(super) fn wished(wish: Wish, intent: Intent, phase: &Phase) -> Option<Wanted> {
    let to = |intent, phase: Phase| Some(Wanted { intent, phase: Some(phase) });
    if let Intent::Remove { .. } = intent {
        return None;
    }
    match (wish, phase) {
        (Wish::Remove(files), _) => Some(Wanted { intent: Intent::Remove { files }, phase: None }),
        // The file is about to be there, or is: nothing to stop, nothing to fetch.
        (
            Wish::Pause | Wish::Cancel | Wish::Hold | Wish::Resume | Wish::Retry,
            Phase::Finishing | Phase::Done { .. },
        )
        | (Wish::Pause, Phase::Stopped | Phase::NeedsLink(_) | Phase::Failed(_)) => None,
        (Wish::Pause, Phase::Queued | Phase::Live | Phase::Waiting { .. }) => match intent {
            Intent::Run => to(Intent::Hold, Phase::Stopped),
            Intent::Hold | Intent::Cancel | Intent::Remove { .. } => None,
        },
        (Wish::Cancel, Phase::Stopped) if intent == Intent::Cancel => None,
        (
            Wish::Cancel,
            Phase::Queued
            | Phase::Live
            | Phase::Waiting { .. }
            | Phase::Stopped
            | Phase::NeedsLink(_)
            | Phase::Failed(_),
        ) => to(Intent::Cancel, Phase::Stopped),
        (
            Wish::Hold,
            Phase::Queued
            | Phase::Live
            | Phase::Waiting { .. }
            | Phase::Stopped
            | Phase::NeedsLink(_)
            | Phase::Failed(_),
        ) => match intent {
            Intent::Cancel => to(Intent::Hold, Phase::Stopped),
            Intent::Run | Intent::Hold | Intent::Remove { .. } => None,
        },
        // A run that is stopping goes on after its end; one that runs already needs nothing.
        (Wish::Resume | Wish::Retry, Phase::Live) => match intent {
            Intent::Run => None,
            Intent::Hold | Intent::Cancel | Intent::Remove { .. } => {
                Some(Wanted { intent: Intent::Run, phase: None })
            }
        },
        (Wish::Resume | Wish::Retry, Phase::Queued) => match intent {
            Intent::Run => None,
            Intent::Hold | Intent::Cancel | Intent::Remove { .. } => to(Intent::Run, Phase::Queued),
        },
        (
            Wish::Resume | Wish::Retry,
            Phase::Waiting { .. } | Phase::Stopped | Phase::NeedsLink(_) | Phase::Failed(_),
        ) => to(Intent::Run, Phase::Queued),
    }
}

/// Whether a job is due.
pub(super) fn may_start(entry: &Entry, now: Timestamp) -> bool {
    entry.intent == Intent::Run
        && match &entry.phase {
            Phase::Queued => entry.not_before.is_none_or(|at| at <= now),
            Phase::Waiting { until, .. } => *until <= now,
            Phase::Live
            | Phase::NeedsLink(_)
            | Phase::Finishing
            | Phase::Stopped
            | Phase::Failed(_)
            | Phase::Done { .. } => false,
        }
}
