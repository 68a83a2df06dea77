//! Every word a person reads, in every language Onward speaks.
//!
//! A leaf room: names `model` only. Invariant, held by a test: all languages have the same keys,
//! every key used in the sources exists, and none lies unused.

mod catalogue;
pub mod format;
mod hours;
pub mod limit;
mod links;
mod relocation;
mod told;

use catalogue::Catalogue;

use crate::model::cause::Cause;
use crate::model::checksum::Algorithm;
use crate::model::failure::Failure;
use crate::model::phase::State;
use crate::model::proof::{Proof, Witness};
use crate::model::settings::{Language, WhenDone};
use crate::model::url::{SourceUrl, UrlError};
use crate::model::why::Why;

/// The words of one language.
pub struct Words {
    language: Language,
    catalogue: Catalogue,
}

/// What is put into a sentence.
#[derive(Clone, Copy, Debug)]
pub enum Arg<'a> {
    /// A text, put in as it is.
    Text(&'a str),
    /// A number, which also chooses the plural form.
    Count(u64),
}

/// What happened, and what to do about it. Shown as one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// What happened.
    pub what: String,
    /// What to do.
    pub next: String,
}

impl std::fmt::Display for Sentence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A full-width full stop brings its own blank.
        let blank = if self.what.ends_with('。') { "" } else { " " };
        write!(f, "{}{blank}{}", self.what, self.next)
    }
}

impl Words {
    /// The words of `language`; [`Language::System`] asks the system for its locale.
    pub fn new(language: Language) -> Self {
        let language = match language {
            Language::System => of_locale(sys_locale::get_locale().as_deref()),
            Language::English | Language::ChineseSimplified => language,
        };
        Self { language, catalogue: Catalogue::of(language) }
    }

    /// Whether a sign stands in the words of `language`.
    pub fn has_sign(language: Language, sign: char) -> bool {
        Catalogue::source(language).contains(sign)
    }

    /// The language of these words, never [`Language::System`].
    pub fn language(&self) -> Language {
        self.language
    }

    /// The text under `key`; the key itself where there is none.
    pub fn text(&self, key: &str) -> String {
        self.with(key, &[])
    }

    /// The text under `key` with `args` put in.
    pub fn with(&self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        self.catalogue.value(key, args).unwrap_or_else(|| key.to_owned())
    }

    /// Whether there is a text under `key`.
    pub fn has(&self, key: &str) -> bool {
        self.catalogue.has(key)
    }

    /// The word for a state.
    pub fn state(&self, state: State) -> String {
        self.text(&key_of("state", &state.code()))
    }

    /// A failure in a sentence: what happened, then what to do.
    pub fn failure(&self, failure: &Failure) -> Sentence {
        let key = key_of("failure", &failure.kind.code());
        let status = failure.status.map(|s| s.to_string()).unwrap_or_default();
        let room = failure.room.map(|r| [r.needed_bytes, r.free_bytes].map(format::bytes));
        let [needed, free] = room.unwrap_or_default();
        let detail = self.particulars(failure);
        let args = [
            ("status", Arg::Text(&status)),
            ("detail", Arg::Text(&detail)),
            ("needed", Arg::Text(&needed)),
            ("free", Arg::Text(&free)),
        ];
        let variant = |name: &str, known: bool| {
            known.then(|| self.catalogue.attribute(&key, name, &args)).flatten()
        };
        let what = variant("status", !status.is_empty())
            .or_else(|| variant("room", failure.room.is_some()))
            .or_else(|| variant("detail", !detail.is_empty()))
            .unwrap_or_else(|| self.with(&key, &args));
        Sentence { what, next: variant("next", true).unwrap_or_default() }
    }

    /// What is going to be done in so many seconds, since all downloads are.
    pub fn ending(&self, what: WhenDone, secs: u64) -> String {
        let key = match what {
            WhenDone::Nothing | WhenDone::Quit => "ending-quit",
            WhenDone::Sleep => "ending-sleep",
            WhenDone::ShutDown => "ending-shut-down",
        };
        self.with(key, &[("secs", Arg::Count(secs))])
    }

    /// Links that were copied, in a sentence: one by its name and server, more by their number.
    pub fn offered(&self, links: &[String]) -> String {
        let count = Arg::Count(u64::try_from(links.len()).unwrap_or(u64::MAX));
        let first = links.first().and_then(|link| SourceUrl::parse(link).ok());
        let name = first.as_ref().and_then(SourceUrl::last_segment).unwrap_or_default();
        let host = first.as_ref().map(SourceUrl::host).unwrap_or_default();
        self.with(
            "offer-links",
            &[("count", count), ("name", Arg::Text(&name)), ("host", Arg::Text(host))],
        )
    }

    /// What is particular to a failure, in a phrase; may be empty.
    pub(crate) fn particulars(&self, failure: &Failure) -> String {
        let said = failure.cause.map(|cause| self.cause(cause)).unwrap_or_default();
        match (said.as_str(), failure.detail.as_str()) {
            ("", detail) => detail.to_owned(),
            (said, "") => said.to_owned(),
            (said, detail) => self
                .with("cause-with", &[("cause", Arg::Text(said)), ("detail", Arg::Text(detail))]),
        }
    }

    /// A particular reason, in a phrase.
    pub fn cause(&self, cause: Cause) -> String {
        self.text(&key_of("cause", &cause.code()))
    }

    /// Why a job stands, or is no faster, in a sentence. `failure` is what went wrong, where
    /// something did.
    pub fn why(&self, why: Why, failure: Option<&Failure>) -> String {
        let what = failure.map(|failure| self.failure(failure).what).unwrap_or_default();
        let what = Arg::Text(&what);
        let count = |n: u32| Arg::Count(n.into());
        match why {
            Why::Done => self.text("why-done"),
            Why::Paused => self.text("why-paused"),
            Why::Cancelled => self.text("why-cancelled"),
            Why::Turn => self.text("why-turn"),
            Why::Scheduled { at } => {
                self.with("why-scheduled", &[("time", Arg::Text(&self.soon(at)))])
            }
            Why::Hours { at: Some(at) } => {
                self.with("why-hours", &[("time", Arg::Text(&self.soon(at)))])
            }
            Why::Hours { at: None } => self.text("why-hours-never"),
            Why::Metered => self.text("why-metered"),
            Why::Waiting { at } => {
                self.with("why-waiting", &[("what", what), ("time", Arg::Text(&self.clock(at)))])
            }
            Why::Asked { until } => {
                self.with("why-asked", &[("what", what), ("time", Arg::Text(&self.clock(until)))])
            }
            Why::NeedsLink | Why::Failed => {
                failure.map(|failure| self.failure(failure).to_string()).unwrap_or_default()
            }
            Why::Connecting => self.text("why-connecting"),
            Why::Checking => self.text("why-checking"),
            Why::Limit { bps } => {
                self.with("why-limit", &[("speed", Arg::Text(&format::speed(bps)))])
            }
            Why::LimitOfAll { bps } => {
                self.with("why-limit-of-all", &[("speed", Arg::Text(&format::speed(bps)))])
            }
            Why::LimitOfQueue { bps } => {
                self.with("why-limit-of-queue", &[("speed", Arg::Text(&format::speed(bps)))])
            }
            Why::Disk => self.text("why-disk"),
            Why::Standstill => self.text("why-standstill"),
            Why::OnePiece => self.text("why-one-piece"),
            Why::NoLength => self.text("why-no-length"),
            Why::ServerCap { connections } => {
                self.with("why-server-cap", &[("count", count(connections))])
            }
            Why::Little => self.text("why-little"),
            Why::OneAsked => self.text("why-one-asked"),
            Why::EachConnection { connections, each_bps } => {
                let speed = format::speed(each_bps);
                let args = [("count", count(connections)), ("speed", Arg::Text(&speed))];
                self.with("why-each-connection", &args)
            }
            Why::Server => self.text("why-server"),
        }
    }

    /// What a file was compared with and what came of it, in a phrase.
    pub fn proof(&self, proof: Proof) -> String {
        let (key, algorithm) = match proof {
            Proof::SizeOnly => ("proof-size-only", None),
            Proof::LengthNotTold => ("proof-length-not-told", None),
            Proof::Proved { algorithm, from } => (
                match from {
                    Witness::User => "proof-by-user",
                    Witness::Sidecar => "proof-by-sidecar",
                    Witness::Server => "proof-by-server",
                },
                Some(algorithm),
            ),
            Proof::Failed { algorithm, from } => (
                match from {
                    Witness::User => "proof-failed-user",
                    Witness::Sidecar => "proof-failed-sidecar",
                    Witness::Server => "proof-failed-server",
                },
                Some(algorithm),
            ),
        };
        let algorithm = algorithm.map_or("", Algorithm::title);
        self.with(key, &[("algorithm", Arg::Text(algorithm))])
    }

    /// Why a text is not a link, in a sentence.
    pub fn url_error(&self, error: &UrlError) -> Sentence {
        let (key, scheme) = match error {
            UrlError::Empty => ("url-empty", ""),
            UrlError::Blank => ("url-blank", ""),
            UrlError::TooLong => ("url-too-long", ""),
            UrlError::Malformed => ("url-malformed", ""),
            UrlError::NoHost => ("url-no-host", ""),
            UrlError::NotYet(scheme) => ("url-not-yet", scheme.as_str()),
            UrlError::Scheme(scheme) => ("url-scheme", scheme.as_str()),
        };
        let args = [("scheme", Arg::Text(scheme))];
        let next = self.catalogue.attribute(key, "next", &args).unwrap_or_default();
        Sentence { what: self.with(key, &args), next }
    }
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Words").field("language", &self.language).finish_non_exhaustive()
    }
}

fn key_of(kind: &str, code: &str) -> String {
    format!("{kind}-{}", code.replace('_', "-"))
}

/// The language for a locale such as `zh-CN` or `C`: English unless it is Chinese.
fn of_locale(locale: Option<&str>) -> Language {
    let is_chinese = locale.is_some_and(|l| l.to_ascii_lowercase().starts_with("zh"));
    if is_chinese { Language::ChineseSimplified } else { Language::English }
}

#[cfg(test)]
mod tests;
