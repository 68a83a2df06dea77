//! The progress of `get` on standard error: one live line on a terminal, else a plain line now and
//! then, whenever the state changes its word.

use std::time::{Duration, Instant};

use crate::app::snapshot::JobView;
use crate::model::phase::State;
use crate::words::{Words, format};

use super::output::{err, plain};

/// Time between two plain lines.
const PLAIN_EVERY: Duration = Duration::from_secs(10);

/// Back to the line's start, and no wrapping at the window's edge.
const LINE_BEGIN: &str = "\r\x1b[?7l";

/// Away with what stood there before, and wrapping again.
const LINE_END: &str = "\x1b[K\x1b[?7h";

/// How progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// One line, written over and over.
    Live,
    /// A line now and then.
    Plain,
    /// Not at all.
    Quiet,
}

/// What was shown last.
#[derive(Debug)]
pub(super) struct Progress {
    style: Style,
    words: Words,
    plain_at: Instant,
    state: Option<State>,
    is_line_open: bool,
}

impl Progress {
    /// Nothing shown yet.
    pub(super) fn new(style: Style, words: Words, now: Instant) -> Self {
        Self { style, words, plain_at: now, state: None, is_line_open: false }
    }

    /// Shows what is new.
    pub(super) fn show(&mut self, view: &JobView, now: Instant) {
        if let Some(text) = self.step(view, now) {
            err(&text);
        }
    }

    /// Clears the live line, so that what follows begins a line of its own.
    pub(super) fn clear(&mut self) {
        if self.is_line_open {
            err(&format!("\r{LINE_END}"));
            self.is_line_open = false;
        }
    }

    fn step(&mut self, view: &JobView, now: Instant) -> Option<String> {
        let is_new_wait = view.state == State::Waiting && self.state != Some(State::Waiting);
        self.state = Some(view.state);
        match self.style {
            Style::Live => {
                self.is_line_open = true;
                Some(format!("{LINE_BEGIN}{}{LINE_END}", line(view, &self.words)))
            }
            Style::Plain if is_new_wait || now.duration_since(self.plain_at) >= PLAIN_EVERY => {
                self.plain_at = now;
                Some(format!("{}\n", line(view, &self.words)))
            }
            Style::Plain | Style::Quiet => None,
        }
    }
}

/// How far it is, in one line: what matters first, the name last, where it may be cut.
pub(super) fn line(view: &JobView, words: &Words) -> String {
    let mut parts = Vec::new();
    if view.state != State::Downloading {
        parts.push(waiting_for(view, words));
    }
    parts.push(match view.total_bytes {
        Some(total) => format!(
            "{}  {} of {}",
            words.percent(view.done_bytes, total),
            format::bytes(view.done_bytes),
            format::bytes(total)
        ),
        None => format!("{} so far", format::bytes(view.done_bytes)),
    });
    if view.state == State::Downloading {
        parts.push(format::speed(view.speed_bps));
        parts.extend(view.eta_secs.map(|secs| format!("{} left", words.duration(secs))));
    }
    parts.push(plain(&view.name));
    parts.join("  ")
}

fn waiting_for(view: &JobView, words: &Words) -> String {
    let state = words.state(view.state);
    if view.is_kept() {
        return format!("{state}: {}", words.why(view.why, None));
    }
    match view.error.as_ref().filter(|_| view.state == State::Waiting) {
        Some(failure) => format!("{state}: {}", plain(&words.failure(failure).what)),
        None => state,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::sample::view;
    use crate::model::failure::{Failure, FailureKind};
    use crate::model::settings::Language;

    fn english() -> Words {
        Words::new(Language::English)
    }

    #[test]
    fn a_line_says_how_far_it_is() {
        let words = english();
        assert_eq!(
            line(&view(), &words),
            "25 %  1.00 GB of 4.00 GB  18.4 MB/s  2 m 43 s left  debian.iso"
        );
        let unknown = JobView { total_bytes: None, eta_secs: None, ..view() };
        assert_eq!(line(&unknown, &words), "1.00 GB so far  18.4 MB/s  debian.iso");
        let busy = Some(Failure::status(FailureKind::Busy, 503));
        let waiting = JobView { state: State::Waiting, error: busy, ..view() };
        assert_eq!(
            line(&waiting, &words),
            "Waiting: The server is busy (503).  25 %  1.00 GB of 4.00 GB  debian.iso"
        );
        let rude = JobView { name: "a\x1b[2J".into(), state: State::Connecting, ..view() };
        assert_eq!(line(&rude, &words), "Connecting  25 %  1.00 GB of 4.00 GB  a_[2J");
    }

    #[test]
    fn plain_lines_come_now_and_then() {
        let start = Instant::now();
        let at = |secs| start + Duration::from_secs(secs);
        let mut progress = Progress::new(Style::Plain, english(), start);
        let waiting = JobView { state: State::Waiting, ..view() };
        assert!(progress.step(&view(), at(9)).is_none());
        assert!(progress.step(&view(), at(10)).is_some_and(|t| t.ends_with("debian.iso\n")));
        assert!(progress.step(&view(), at(19)).is_none());
        assert!(progress.step(&waiting, at(19)).is_some());
        assert!(progress.step(&waiting, at(20)).is_none());
        let mut quiet = Progress::new(Style::Quiet, english(), start);
        assert!(quiet.step(&waiting, at(99)).is_none());
        let mut live = Progress::new(Style::Live, english(), start);
        assert!(live.step(&view(), at(0)).is_some_and(|t| t.starts_with('\r')));
        assert!(live.is_line_open);
    }
}
