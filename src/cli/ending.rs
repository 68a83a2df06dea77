//! When `get` ends, and with which code: a pure rule over what the job looks like.

use std::path::PathBuf;

use crate::app::snapshot::JobView;
use crate::model::failure::{Failure, Remedy};
use crate::model::phase::State;
use crate::words::{Words, format};

use super::output::plain;

/// Finished.
pub(super) const OK: u8 = 0;
/// Failed for good.
pub(super) const FAILED: u8 = 1;
/// Wrong usage.
pub(super) const MISUSE: u8 = 2;
/// Unfinished, and can go on.
pub(super) const UNFINISHED: u8 = 3;

/// How `get` ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// The file stands here.
    Finished(PathBuf),
    /// It does not, and why.
    Unfinished(Reason),
}

/// Why the file does not stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// Trying again as it is would change nothing.
    Failed(Option<Failure>),
    /// It can go on after a while, or once something has changed here.
    CanGoOn(Failure),
    /// Only a fresh link helps.
    NeedsLink(Option<Failure>),
    /// Somebody paused it meanwhile.
    Paused,
    /// Somebody cancelled it meanwhile.
    Cancelled,
}

impl Reason {
    /// The exit code.
    pub(super) fn code(&self) -> u8 {
        match self {
            Self::Failed(_) => FAILED,
            Self::CanGoOn(_) | Self::NeedsLink(_) | Self::Paused | Self::Cancelled => UNFINISHED,
        }
    }

    /// One line: what happened, what to do, and where it can go on, how.
    pub(super) fn line(&self, view: &JobView, words: &Words) -> String {
        let again = "To go on, run the same command again.";
        let said = |failure: &Failure| words.failure(failure).to_string();
        let text = match self {
            Self::Failed(None) => "It failed, and nothing is known of why.".to_owned(),
            Self::Failed(Some(failure)) => said(failure),
            Self::CanGoOn(failure) => format!("{} {} {again}", said(failure), held(view, words)),
            Self::NeedsLink(failure) => {
                let why = failure.as_ref().map(|f| words.failure(f).what).unwrap_or_default();
                let id = view.id;
                format!(
                    "{why} {} To go on, give it a fresh link with onward refresh {id} URL, or run \
                     the same command again once the link works.",
                    held(view, words)
                )
            }
            Self::Paused => format!("It was paused. {} {again}", held(view, words)),
            Self::Cancelled => format!("It was cancelled. {} {again}", held(view, words)),
        };
        plain(&format!("{}: {}", view.name, text.trim()))
    }
}

/// How much is kept, as a sentence.
pub(super) fn held(view: &JobView, words: &Words) -> String {
    let done = format::bytes(view.done_bytes);
    match view.total_bytes {
        Some(total) => format!("{} is kept ({done}).", words.percent(view.done_bytes, total)),
        None => format!("{done} are kept."),
    }
}

/// Whether `get` is over for a job that looks like this; none while it goes on. `retries`: attempts
/// in a row without a new byte that are allowed.
pub(super) fn ending(view: &JobView, retries: u32) -> Option<Ending> {
    let unfinished = |reason| Some(Ending::Unfinished(reason));
    let error = view.error.clone();
    match view.state {
        State::Completed => Some(Ending::Finished(view.path.clone())),
        State::Failed => unfinished(of_failed(error, view.done_bytes)),
        State::NeedsLink => unfinished(Reason::NeedsLink(error)),
        State::Waiting => error
            .filter(|e| has_waited_enough(e, view.attempt, retries))
            .and_then(|error| unfinished(Reason::CanGoOn(error))),
        State::Paused if !view.settling => unfinished(Reason::Paused),
        State::Cancelled if !view.settling => unfinished(Reason::Cancelled),
        State::Queued
        | State::Connecting
        | State::Downloading
        | State::Verifying
        | State::Paused
        | State::Cancelled => None,
    }
}

/// A failure that is final in the list may still leave something to go on with.
fn of_failed(failure: Option<Failure>, done_bytes: u64) -> Reason {
    let Some(failure) = failure else { return Reason::Failed(None) };
    match failure.kind.remedy() {
        Remedy::Wait
        | Remedy::WaitForHere
        | Remedy::WaitAWhile
        | Remedy::TryOnce
        | Remedy::WaitForNetwork => Reason::CanGoOn(failure),
        Remedy::NewLink => Reason::NeedsLink(Some(failure)),
        Remedy::AskUser if done_bytes > 0 => Reason::CanGoOn(failure),
        Remedy::AskUser | Remedy::GiveUp => Reason::Failed(Some(failure)),
    }
}

/// What must change here first will not change while a script waits. A network comes back by
/// itself, and what a disk failed to take is fetched again once: that is waited for, unless nothing was
/// to be tried again.
fn has_waited_enough(failure: &Failure, attempt: u32, retries: u32) -> bool {
    match failure.kind.remedy() {
        Remedy::WaitForHere | Remedy::WaitAWhile => true,
        Remedy::WaitForNetwork | Remedy::TryOnce => retries == 0,
        Remedy::Wait | Remedy::NewLink | Remedy::AskUser | Remedy::GiveUp => attempt > retries,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::sample::view;
    use crate::model::failure::FailureKind;
    use crate::model::settings::Language;

    fn code(view: &JobView) -> Option<u8> {
        ending(view, 10).map(|ending| match ending {
            Ending::Finished(_) => OK,
            Ending::Unfinished(reason) => reason.code(),
        })
    }

    #[test]
    fn states_decide() {
        for (state, expected) in [
            (State::Queued, None),
            (State::Connecting, None),
            (State::Downloading, None),
            (State::Verifying, None),
            (State::Waiting, None),
            (State::Completed, Some(OK)),
            (State::Failed, Some(FAILED)),
            (State::NeedsLink, Some(UNFINISHED)),
            (State::Paused, Some(UNFINISHED)),
            (State::Cancelled, Some(UNFINISHED)),
        ] {
            assert_eq!(code(&JobView { state, ..view() }), expected, "{state:?}");
        }
        let settling = JobView { state: State::Paused, settling: true, ..view() };
        assert_eq!(code(&settling), None);
    }

    #[test]
    fn failures_decide() {
        for (kind, done_bytes, expected) in [
            (FailureKind::NotFound, 5, FAILED),
            (FailureKind::ChecksumMismatch, 5, FAILED),
            (FailureKind::Broken, 0, UNFINISHED),
            (FailureKind::DiskFull, 0, UNFINISHED),
            (FailureKind::LinkExpired, 0, UNFINISHED),
            (FailureKind::Unauthorised, 0, FAILED),
            (FailureKind::Unauthorised, 5, UNFINISHED),
        ] {
            let error = Some(Failure::new(kind, ""));
            let failed = JobView { state: State::Failed, error, done_bytes, ..view() };
            assert_eq!(code(&failed), Some(expected), "{kind:?} with {done_bytes} bytes");
        }
    }

    #[test]
    fn waiting_has_an_end() {
        for (kind, attempt, expected) in [
            (FailureKind::Broken, 10, None),
            (FailureKind::Broken, 11, Some(UNFINISHED)),
            (FailureKind::DiskFull, 1, Some(UNFINISHED)),
            (FailureKind::ReadOnly, 1, Some(UNFINISHED)),
            (FailureKind::DiskError, 1, None),
            (FailureKind::NoNetwork, 11, None),
        ] {
            let error = Some(Failure::new(kind, ""));
            let waiting = JobView { state: State::Waiting, error, attempt, ..view() };
            assert_eq!(code(&waiting), expected, "{kind:?} {attempt}");
        }
    }

    #[test]
    fn the_line_says_what_happened_and_how_to_go_on() {
        let words = Words::new(Language::English);
        let said = |view: &JobView| match ending(view, 10) {
            Some(Ending::Unfinished(reason)) => reason.line(view, &words),
            other => panic!("{other:?}"),
        };
        let failure = |kind| Some(Failure::new(kind, ""));
        let gone =
            JobView { state: State::Failed, error: failure(FailureKind::NotFound), ..view() };
        assert_eq!(
            said(&gone),
            "debian.iso: There is no such file on the server. Check the link, or copy it again \
             from the page it comes from."
        );
        let full =
            JobView { state: State::Waiting, error: failure(FailureKind::DiskFull), ..view() };
        assert_eq!(
            said(&full),
            "debian.iso: The disk is full. Free some space; it goes on from here. 25 % is kept \
             (1.00 GB). To go on, run the same command again."
        );
        let link = JobView {
            state: State::NeedsLink,
            error: failure(FailureKind::LinkExpired),
            name: "a\nb".into(),
            total_bytes: None,
            ..view()
        };
        assert_eq!(
            said(&link),
            "a_b: The server closed the link. 1.00 GB are kept. To go on, give it a fresh link \
             with onward refresh 7 URL, or run the same command again once the link works."
        );
    }
}
