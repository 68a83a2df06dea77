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
            Phase::Waiting { until, .. } => {
                *until <= now && entry.not_before.is_none_or(|at| at <= now)
            }
            Phase::Live
            | Phase::NeedsLink(_)
            | Phase::Finishing
            | Phase::Stopped
            | Phase::Failed(_)
            | Phase::Done { .. } => false,
        }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{REMOVE, phases};
    use super::*;

    /// One letter a cell: `-` no sense, `h` held, `c` cancelled, `q` queued, `g` goes on after its end,
    /// `x` removed. Columns are the phases in the order above.
    #[test]
    fn the_full_table_of_wishes() {
        for (wish, intent, row) in [
            (Wish::Pause, Intent::Run, "hhh-----"),
            (Wish::Pause, Intent::Hold, "--------"),
            (Wish::Pause, Intent::Cancel, "--------"),
            (Wish::Resume, Intent::Run, "--qq-qq-"),
            (Wish::Resume, Intent::Hold, "qgqq-qq-"),
            (Wish::Resume, Intent::Cancel, "qgqq-qq-"),
            (Wish::Retry, Intent::Run, "--qq-qq-"),
            (Wish::Retry, Intent::Hold, "qgqq-qq-"),
            (Wish::Retry, Intent::Cancel, "qgqq-qq-"),
            (Wish::Hold, Intent::Run, "--------"),
            (Wish::Hold, Intent::Hold, "--------"),
            (Wish::Hold, Intent::Cancel, "hhhh-hh-"),
            (Wish::Cancel, Intent::Run, "cccc-cc-"),
            (Wish::Cancel, Intent::Hold, "cccc-cc-"),
            (Wish::Cancel, Intent::Cancel, "cccc--c-"),
            (REMOVE, Intent::Run, "xxxxxxxx"),
            (REMOVE, Intent::Hold, "xxxxxxxx"),
            (REMOVE, Intent::Cancel, "xxxxxxxx"),
            (REMOVE, Intent::Remove { files: FileFate::Keep }, "--------"),
        ] {
            let seen: String = phases()
                .iter()
                .map(|phase| match wished(wish, intent, phase) {
                    None => '-',
                    Some(Wanted { intent: Intent::Hold, phase: Some(Phase::Stopped) }) => 'h',
                    Some(Wanted { intent: Intent::Cancel, phase: Some(Phase::Stopped) }) => 'c',
                    Some(Wanted { intent: Intent::Run, phase: Some(Phase::Queued) }) => 'q',
                    Some(Wanted { intent: Intent::Run, phase: None }) => 'g',
                    Some(Wanted { intent: Intent::Remove { .. }, phase: None }) => 'x',
                    Some(other) => panic!("{other:?}"),
                })
                .collect();
            assert_eq!(seen, row, "{wish:?} {intent:?}");
        }
    }
}
