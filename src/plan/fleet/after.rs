//! What becomes of a job whose run ended.

use jiff::Timestamp;

use super::{Ended, Entry};
use crate::model::failure::Failure;
use crate::model::phase::{Intent, Phase};
use crate::plan::retry::{self, Decision};

/// What is so after a run ended.
pub(super) fn after_run(entry: &Entry, ended: Ended, now: Timestamp, seed: u64) -> Phase {
    let (why, progressed, retry_after) = match ended {
        Ended::Done { path, bytes } => return Phase::Done { path, bytes, at: now },
        Ended::Stopped => {
            return if entry.intent == Intent::Run { Phase::Queued } else { Phase::Stopped };
        }
        Ended::Failed { why, progressed, retry_after } => (why, progressed, retry_after),
    };
    if entry.intent != Intent::Run {
        return Phase::Stopped;
    }
    match retry::decide(&why, entry.attempt, progressed, entry.retries, retry_after, seed) {
        Decision::Wait { pause, attempt } => {
            let pause = jiff::SignedDuration::try_from(pause).unwrap_or(jiff::SignedDuration::MAX);
            let until = now.checked_add(pause).unwrap_or(Timestamp::MAX);
            let why = Failure { wait_secs: retry_after.map(|after| after.as_secs()), ..why };
            Phase::Waiting { until, attempt, why }
        }
        Decision::NeedsLink => Phase::NeedsLink(why),
        Decision::GiveUp => Phase::Failed(why),
    }
}
