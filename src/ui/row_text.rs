//! What a row says, made once for each view of a job.

use super::action::{Action, row_buttons};
use crate::app::snapshot::JobView;
use crate::model::phase::{Intent, State};
use crate::words::format::{NONE, bytes, speed};
use crate::words::{Arg, Words};

/// What a row says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RowText {
    /// The line under the name: how much, from where; or what went wrong and what to do.
    pub under: String,
    /// The same where there is no room for columns: speed and time left come first.
    pub under_narrow: String,
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
    /// All of it in one sentence, for those who hear it.
    pub spoken: String,
    /// The buttons that make sense now, each with a name that names its job.
    pub buttons: Vec<(Action, String)>,
}

impl RowText {
    /// What the row of `job` says.
    pub(crate) fn of(job: &JobView, words: &Words) -> Self {
        let state = state_word(job, words);
        let percent = percent(job, words);
        let (speed, left) = rates(job, words);
        let amount = amount(job, words);
        let trouble = trouble(job, words);
        let from = format!("{amount} · {}", job.host);
        let running: Vec<&str> = [speed.as_str(), left.as_str(), amount.as_str()]
            .into_iter()
            .filter(|part| !part.is_empty() && *part != NONE)
            .collect();
        let narrow = running.join(" · ");
        let told = trouble.clone().unwrap_or_else(|| amount.clone());
        let parts = [job.name.as_str(), &state, &percent, &speed, &left, &told];
        let spoken: Vec<&str> =
            parts.into_iter().filter(|part| !part.is_empty() && *part != NONE).collect();
        Self {
            spoken: spoken.join(", "),
            buttons: row_buttons(job.state).iter().map(|a| (*a, a.on(&job.name, words))).collect(),
            under: trouble.clone().unwrap_or(from),
            under_narrow: trouble.clone().unwrap_or(narrow),
            is_trouble: trouble.is_some(),
            state,
            percent,
            speed,
            left,
        }
    }
}

fn state_word(job: &JobView, words: &Words) -> String {
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

fn amount(job: &JobView, words: &Words) -> String {
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

/// What went wrong, and what to do or when it is tried again.
fn trouble(job: &JobView, words: &Words) -> Option<String> {
    let sentence = words.failure(job.error.as_ref()?);
    match job.state {
        State::Failed | State::NeedsLink => Some(sentence.to_string()),
        State::Waiting => Some(match job.until {
            Some(until) => words.with(
                "waits-until",
                &[("what", Arg::Text(&sentence.what)), ("time", Arg::Text(&words.clock(until)))],
            ),
            None => sentence.to_string(),
        }),
        State::Queued
        | State::Connecting
        | State::Downloading
        | State::Paused
        | State::Verifying
        | State::Completed
        | State::Cancelled => None,
    }
}
