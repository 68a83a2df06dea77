//! What a row says, made once for each view of a job.

use super::action::Action;
use super::deed::row_buttons;
use crate::app::snapshot::JobView;
use crate::model::columns::Fallen;
use crate::model::failure::Remedy;
use crate::model::phase::{Intent, State};
use crate::model::why::Kept;
use crate::words::format::{NONE, bytes, speed};
use crate::words::{Arg, Words};

/// What a row says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RowText {
    /// The line under the name: how much, what has no column of its own, from where; or what went
    /// wrong and what to do.
    pub under: String,
    /// The line under the name tells of trouble.
    pub is_trouble: bool,
    /// The state in a word.
    pub state: String,
    /// How much is here, in per cent; empty where that is not known or no longer of interest.
    pub percent: String,
    /// Bytes a second.
    pub speed: String,
    /// Time left.
    pub left: String,
    /// Size of the whole.
    pub size: String,
    /// When it was put into the list.
    pub added: String,
    /// All of it in one sentence, for those who hear it.
    pub spoken: String,
    /// The buttons that make sense now, each with a name that names its job.
    pub buttons: Vec<(Action, String)>,
    /// The words on the broad button of a job that needs a link.
    pub new_link: Option<String>,
}

impl RowText {
    /// What the row of `job` says, where `fallen` has no column of its own.
    pub(crate) fn of(job: &JobView, fallen: Fallen, words: &Words) -> Self {
        let state = state_word(job, words);
        let percent = percent(job, words);
        let (speed, left) = rates(job, words);
        let amount = amount(job, words);
        let trouble = trouble(job, words);
        let kept = kept(job, words).unwrap_or_default();
        let added = words.moment(job.created_at);
        let told = |is_told: bool, text: String| if is_told { text } else { String::new() };
        let under = joined(&[
            &kept,
            &amount,
            &told(fallen.left, left.clone()),
            &told(fallen.speed, speed.clone()),
            &job.host,
            &told(fallen.added, words.with("row-added", &[("time", Arg::Text(&added))])),
        ]);
        let last = trouble.as_ref().unwrap_or(&amount);
        let parts = [job.name.as_str(), &state, &kept, &percent, &speed, &left, last];
        let spoken: Vec<&str> = parts.into_iter().filter(|part| is_telling(part)).collect();
        Self {
            spoken: spoken.join(&words.text("comma")),
            buttons: row_buttons(job.state, job.is_kept())
                .iter()
                .map(|a| (*a, a.on(&job.name, words)))
                .collect(),
            new_link: (job.state == State::NeedsLink).then(|| words.text(Action::NewLink.key())),
            is_trouble: trouble.is_some(),
            under: trouble.unwrap_or(under),
            state,
            percent,
            speed,
            left,
            size: job.total_bytes.map_or_else(|| NONE.to_owned(), bytes),
            added,
        }
    }
}

fn is_telling(part: &str) -> bool {
    !part.is_empty() && part != NONE
}

fn joined(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts.iter().copied().filter(|part| is_telling(part)).collect();
    parts.join(" · ")
}

/// The state in a word, or that it is on its way.
pub(crate) fn state_word(job: &JobView, words: &Words) -> String {
    match (job.settling, job.state, job.intent) {
        (true, State::Paused, Intent::Hold) => words.text("state-pausing"),
        (true, State::Cancelled, Intent::Cancel) => words.text("state-cancelling"),
        _ => words.state(job.state),
    }
}

fn percent(job: &JobView, words: &Words) -> String {
    match job.total_bytes {
        Some(total) if job.state != State::Completed && total > 0 => {
            words.percent(job.done_bytes, total)
        }
        Some(_) | None => String::new(),
    }
}

/// Speed and time left; a dash where a running job has none yet, nothing where it is at rest.
fn rates(job: &JobView, words: &Words) -> (String, String) {
    match job.state {
        State::Downloading => (
            if job.speed_bps == 0 { NONE.to_owned() } else { speed(job.speed_bps) },
            job.eta_secs.map_or_else(|| NONE.to_owned(), |secs| words.duration(secs)),
        ),
        State::Connecting | State::Verifying => (NONE.to_owned(), NONE.to_owned()),
        State::Queued
        | State::Paused
        | State::Waiting
        | State::NeedsLink
        | State::Completed
        | State::Failed
        | State::Cancelled => (String::new(), String::new()),
    }
}

/// How much is here, and of how much.
pub(crate) fn amount(job: &JobView, words: &Words) -> String {
    let done = bytes(job.done_bytes);
    match job.total_bytes {
        Some(total) if job.state == State::Completed => bytes(total),
        Some(total) => words
            .with("amount-of", &[("done", Arg::Text(&done)), ("total", Arg::Text(&bytes(total)))]),
        None if job.state == State::Completed => done,
        None if job.done_bytes == 0 => words.text("amount-unknown"),
        None => words.with("amount-so-far", &[("done", Arg::Text(&done))]),
    }
}

/// What went wrong; before it when it is tried again, or after it what to do where that is the
/// user's to do.
pub(crate) fn trouble(job: &JobView, words: &Words) -> Option<String> {
    match (job.state, job.error.as_ref()) {
        (State::Failed, Some(error)) => Some(words.failure(error).to_string()),
        (State::NeedsLink, Some(error)) => {
            let sentence = words.failure(error).to_string();
            let until = link_until(job, words).map(|until| format!(" {until}"));
            Some(sentence + &until.unwrap_or_default())
        }
        (State::Waiting, Some(_)) if job.is_kept() => None,
        (State::Waiting, Some(error)) => {
            // What passes by itself asks nothing of anybody; a full disk does.
            let sentence = words.failure(error);
            let what = match error.kind.remedy() {
                Remedy::WaitForHere | Remedy::WaitAWhile | Remedy::TryOnce => sentence.to_string(),
                Remedy::Wait
                | Remedy::WaitForNetwork
                | Remedy::NewLink
                | Remedy::AskUser
                | Remedy::GiveUp => sentence.what,
            };
            let what = what.trim_end_matches(['.', '。']);
            match next_try(job, words).as_deref() {
                Some(next) => Some(format!("{next} · {what}")),
                None => Some(what.to_owned()),
            }
        }
        _ => None,
    }
}

/// Until when the link was to be valid, in a sentence, where it said so.
pub(crate) fn link_until(job: &JobView, words: &Words) -> Option<String> {
    let until = words.moment(job.link_until?);
    Some(words.with("link-until", &[("time", Arg::Text(&until))]))
}

/// When a waiting job is tried again, or begins.
pub(crate) fn next_try(job: &JobView, words: &Words) -> Option<String> {
    let until = job.until.filter(|_| job.state == State::Waiting)?;
    Some(words.with("next-try", &[("time", Arg::Text(&words.clock(until)))]))
}

/// What keeps a job that is wanted from running, where that is no trouble: its hour, or the network.
pub(crate) fn kept(job: &JobView, words: &Words) -> Option<String> {
    let starts = |at| words.with("starts-at", &[("time", Arg::Text(&words.soon(at)))]);
    Some(match job.why.kept()? {
        Kept::Until(at) | Kept::Hours(Some(at)) => starts(at),
        Kept::Hours(None) => words.text("starts-never"),
        Kept::Metered => words.text("starts-unmetered"),
    })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::Arc;

    use jiff::Timestamp;

    use super::*;
    use crate::model::failure::{Failure, FailureKind};
    use crate::model::id::JobId;
    use crate::model::settings::Language;
    use crate::model::why::Why;

    fn view(state: State) -> JobView {
        JobView {
            id: JobId(1),
            url: "https://h.example/a".into(),
            host: "h.example".into(),
            name: "a".into(),
            category: crate::model::category::Category::Other,
            dir: PathBuf::new(),
            path: PathBuf::new(),
            state,
            intent: Intent::Run,
            settling: false,
            total_bytes: Some(2000),
            done_bytes: 1000,
            spans: Arc::from([]),
            speed_bps: 500,
            eta_secs: Some(2),
            limit_bps: None,
            queue: crate::model::queue::QueueId::MAIN,
            not_before: None,
            connections: 0,
            until: None,
            attempt: 0,
            error: None,
            why: Why::Server,
            link_until: None,
            same_as: None,
            has_page: false,
            proof: None,
            created_at: Timestamp::UNIX_EPOCH,
            finished_at: None,
        }
    }

    fn text(job: &JobView) -> RowText {
        RowText::of(job, Fallen::default(), &Words::new(Language::English))
    }

    #[test]
    fn a_wish_on_its_way_is_said_so() {
        for (state, intent, word) in [
            (State::Paused, Intent::Hold, "Pausing…"),
            (State::Cancelled, Intent::Cancel, "Cancelling…"),
            (State::Downloading, Intent::Run, "Downloading"),
        ] {
            let job = JobView { settling: true, intent, ..view(state) };
            assert_eq!(text(&job).state, word);
        }
    }

    #[test]
    fn only_what_runs_has_a_speed() {
        for state in State::ALL {
            let RowText { speed, left, .. } = text(&view(state));
            let expected = if state == State::Downloading {
                ("500 B/s", "2 s")
            } else if matches!(state, State::Connecting | State::Verifying) {
                ("—", "—")
            } else {
                ("", "")
            };
            assert_eq!((&*speed, &*left), expected, "{state:?}");
        }
        let stalled = JobView { speed_bps: 0, eta_secs: None, ..view(State::Downloading) };
        assert_eq!(text(&stalled).speed, "—");
    }

    #[test]
    fn sizes_are_told_as_far_as_they_are_known() {
        let known = view(State::Downloading);
        assert_eq!(text(&known).under, "1.00 kB of 2.00 kB · h.example");
        let fallen = Fallen { speed: true, left: true, added: false };
        let narrow = RowText::of(&known, fallen, &Words::new(Language::English));
        assert_eq!(narrow.under, "1.00 kB of 2.00 kB · 2 s · 500 B/s · h.example");
        let open = JobView { total_bytes: None, ..view(State::Downloading) };
        assert_eq!(text(&open).under, "1.00 kB · size unknown · h.example");
        assert_eq!(text(&open).percent, "");
        let none = JobView { total_bytes: None, done_bytes: 0, ..view(State::Connecting) };
        assert_eq!(text(&none).under, "Size not known yet · h.example");
        assert_eq!(text(&view(State::Completed)).under, "2.00 kB · h.example");
        assert_eq!(text(&view(State::Completed)).percent, "");
    }

    #[test]
    fn trouble_says_when_it_is_tried_again() {
        let error = Some(Failure::status(FailureKind::Busy, 503));
        let until = Some(Timestamp::UNIX_EPOCH);
        let job = JobView { error: error.clone(), until, ..view(State::Waiting) };
        let under = text(&job).under;
        assert!(under.starts_with("Next try at "), "{under}");
        assert!(under.ends_with(" · The server is busy (503)"), "{under}");
        let why = Why::Hours { at: until };
        let later = JobView { error: error.clone(), until, why, ..view(State::Waiting) };
        assert!(text(&later).under.starts_with("Starts at ") && !text(&later).is_trouble);
        let queued = JobView { why: Why::Metered, ..view(State::Queued) };
        let under = "Waits for a network that is not metered · 1.00 kB of 2.00 kB · h.example";
        assert_eq!(text(&queued).under, under);
        assert_eq!(text(&queued).buttons[0].1, "Start now a");
        let over = JobView { error, ..view(State::Paused) };
        assert!(!text(&over).is_trouble, "what is paused by the user is no trouble");
    }
}
