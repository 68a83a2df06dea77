//! What each row means at start: the row says what was meant, the files say what is so, and where
//! they differ the files win.

use jiff::Timestamp;

use crate::model::failure::{Failure, FailureKind};
use crate::model::job::{FileId, Generation, Job};
use crate::model::phase::{Intent, Phase};
use crate::model::range::SpanSet;
use crate::model::settings::OnLaunch;

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
fn asked_until(why: &Failure, now: Timestamp) -> Timestamp {
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
    /// Nothing of it can be used; a new part file is begun.
    Lost(Option<Failure>),
}

/// Compares the part file with what was recorded of it.
pub fn reopen(generation: &Generation, recorded: &SpanSet, part: Found) -> Reopened {
    let lost = |why: &str| {
        let failure = Failure::new(FailureKind::PartForeign, why);
        Reopened::Lost((!recorded.is_empty()).then_some(failure))
    };
    match part {
        Found::Nothing => lost("the part file is gone"),
        Found::Foreign => lost("something else stands in the part file's place"),
        Found::File { id, .. } if generation.file_id.is_some() && id != generation.file_id => {
            lost("another file stands in the part file's place")
        }
        Found::File { len, .. } => {
            let mut spans = recorded.clone();
            spans.clip(len);
            Reopened::Held(spans)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::JobId;
    use crate::model::options::JobOptions;
    use crate::model::range::ByteRange;
    use crate::model::url::SourceUrl;
    use crate::model::validator::Validator;

    const OURS: FileId = FileId { device: 1, inode: 7 };
    const OTHER: FileId = FileId { device: 1, inode: 8 };

    fn generation() -> Generation {
        Generation {
            number: 1,
            name: "a.iso".into(),
            part_name: "a.iso.part".into(),
            file_id: Some(OURS),
            total: Some(100),
            validator: Validator::default(),
            encoding: None,
            content_type: None,
            by_overlap: false,
            seams: Vec::new(),
            length_unproved: false,
        }
    }

    fn job(intent: Intent, phase: Phase) -> Job {
        Job {
            id: JobId(1),
            url: SourceUrl::parse("http://h/a.iso").unwrap(),
            dir: "/d".into(),
            name: None,
            options: JobOptions::default(),
            intent,
            phase,
            not_before: None,
            generation: Some(generation()),
            spans: SpanSet::new(),
            last_error: None,
            proof: None,
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn file(id: FileId, len: u64) -> Found {
        Found::File { id: Some(id), len }
    }

    fn at_start(
        intent: Intent,
        phase: Phase,
        on_launch: OnLaunch,
        part: Found,
        end: Found,
    ) -> (Intent, Phase) {
        let found = recover(&job(intent, phase), on_launch, part, end, Timestamp::UNIX_EPOCH);
        (found.intent, found.phase)
    }

    #[test]
    fn those_that_ran_go_on_unless_told_otherwise() {
        let start = |intent, phase, on_launch| {
            at_start(intent, phase, on_launch, Found::Nothing, Found::Nothing)
        };
        assert_eq!(start(Intent::Run, Phase::Live, OnLaunch::GoOn), (Intent::Run, Phase::Queued));
        assert_eq!(
            start(Intent::Run, Phase::Live, OnLaunch::StayPaused),
            (Intent::Hold, Phase::Stopped)
        );
        assert_eq!(
            start(Intent::Hold, Phase::Live, OnLaunch::GoOn),
            (Intent::Hold, Phase::Stopped)
        );
        assert_eq!(
            start(Intent::Hold, Phase::Stopped, OnLaunch::GoOn),
            (Intent::Hold, Phase::Stopped)
        );
        let failed = Phase::Failed(Failure::new(FailureKind::NotFound, ""));
        assert_eq!(start(Intent::Run, failed.clone(), OnLaunch::StayPaused), (Intent::Run, failed));
    }

    #[test]
    fn d2_what_a_server_asked_for_survives_a_restart() {
        let at = |secs| Timestamp::from_second(secs).unwrap();
        for (wait_secs, until, now, expected) in [
            (None, 100, 50, 50),
            (None, 40, 50, 40),
            (Some(60), 100, 50, 100),
            (Some(60), 100, 120, 100),
            (Some(60), 100, 10, 70),
            (Some(u64::MAX), 100, 50, 50),
        ] {
            let why = Failure { wait_secs, ..Failure::status(FailureKind::Busy, 503) };
            let waiting = |until| Phase::Waiting { until: at(until), attempt: 2, why: why.clone() };
            let job = job(Intent::Run, waiting(until));
            let found = recover(&job, OnLaunch::GoOn, Found::Nothing, Found::Nothing, at(now));
            assert_eq!(found.phase, waiting(expected), "{wait_secs:?} {until} {now}");
        }
    }

    #[test]
    fn a_finish_is_told_by_the_files() {
        let done = Phase::Done { path: "/d/a.iso".into(), bytes: 100, at: Timestamp::UNIX_EPOCH };
        for (part, end, expected) in [
            (file(OURS, 100), Found::Nothing, Phase::Queued),
            (Found::Nothing, file(OURS, 100), done),
            (Found::Nothing, file(OTHER, 100), Phase::Queued),
            (Found::Nothing, file(OURS, 99), Phase::Queued),
            (file(OURS, 100), file(OTHER, 100), Phase::Queued),
            (Found::Nothing, Found::Nothing, Phase::Queued),
            (Found::Nothing, Found::Foreign, Phase::Queued),
        ] {
            assert_eq!(
                at_start(Intent::Run, Phase::Finishing, OnLaunch::GoOn, part, end).1,
                expected,
                "{part:?} {end:?}"
            );
        }
    }

    #[test]
    fn only_our_own_part_counts_and_only_as_far_as_it_goes() {
        let recorded: SpanSet = [ByteRange::new(0, 60)].into_iter().collect();
        let clipped: SpanSet = [ByteRange::new(0, 50)].into_iter().collect();
        assert_eq!(
            reopen(&generation(), &recorded, file(OURS, 100)),
            Reopened::Held(recorded.clone())
        );
        assert_eq!(reopen(&generation(), &recorded, file(OURS, 50)), Reopened::Held(clipped));
        for found in [Found::Nothing, Found::Foreign, file(OTHER, 100)] {
            assert!(
                matches!(reopen(&generation(), &recorded, found), Reopened::Lost(Some(_))),
                "{found:?}"
            );
        }
        assert_eq!(reopen(&generation(), &SpanSet::new(), Found::Nothing), Reopened::Lost(None));
    }
}
