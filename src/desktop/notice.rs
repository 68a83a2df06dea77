//! A notification in words: what happened, and what can be done about it from there.

use std::path::Path;

use crate::app::snapshot::{JobView, Snapshot};
use crate::model::id::JobId;
use crate::model::settings::WhenDone;
use crate::plan::notices::News;
use crate::words::{Arg, Words};

/// Names in one notice at most; of the others their number is told.
const MAX_NAMES: usize = 3;
/// Letters of a name at most.
const MAX_NAME: usize = 60;

/// What a notification is about: one of a kind stands at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Downloads that are finished.
    Finished,
    /// Downloads that have stopped.
    Trouble,
    /// Downloads that go on without the window.
    Aside,
    /// What is going to be done, since all downloads are.
    Ending,
    /// Links that were copied.
    Offer,
}

impl Kind {
    /// That of some news.
    pub(super) fn of(news: News) -> Self {
        match news {
            News::Finished => Self::Finished,
            News::Failed | News::NeedsLink => Self::Trouble,
        }
    }

    /// What the specification calls it.
    pub(super) fn category(self) -> &'static str {
        match self {
            Self::Finished => "transfer.complete",
            Self::Trouble => "transfer.error",
            Self::Aside | Self::Ending | Self::Offer => "transfer",
        }
    }
}

/// What can be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// Show the job, or the window: what a click on the notice itself does.
    Show(Option<JobId>),
    /// Open the finished file.
    Open(JobId),
    /// Show it in its folder.
    Reveal(JobId),
    /// Do not do what is announced.
    StayOn,
    /// Give it the link that lies in the clipboard.
    PasteLink(JobId),
    /// Add the links that are offered.
    Add,
}

impl Deed {
    /// What the desktop calls it.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Show(_) => "default",
            Self::Open(_) => "open",
            Self::Reveal(_) => "reveal",
            Self::StayOn => "stay-on",
            Self::PasteLink(_) => "paste-link",
            Self::Add => "add",
        }
    }

    /// The key of its words.
    fn words(self) -> &'static str {
        match self {
            Self::Show(_) => "tray-show",
            Self::Open(_) => "action-open",
            Self::Reveal(_) => "action-reveal",
            Self::StayOn => "ending-no",
            Self::PasteLink(_) => "notice-paste-link",
            Self::Add => "action-add-offered",
        }
    }
}

/// A notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Notice {
    /// What it is about.
    pub(super) kind: Kind,
    /// The headline.
    pub(super) title: String,
    /// What is below it, plain text.
    pub(super) body: String,
    /// What can be done, with its words.
    pub(super) deeds: Vec<(Deed, String)>,
}

impl Notice {
    /// The notice of this news, all of one kind; none where none of the jobs is there any more.
    pub(super) fn of(news: &[(JobId, News)], snapshot: &Snapshot, words: &Words) -> Option<Self> {
        let told: Vec<(&JobView, News)> = news
            .iter()
            .filter_map(|(id, news)| {
                let job = snapshot.jobs.iter().find(|job| job.id == *id)?;
                Some((&**job, *news))
            })
            .collect();
        let deeds = deeds(&told).into_iter();
        let deeds = deeds.map(|deed| (deed, words.text(deed.words()))).collect();
        let kind = told.first().map(|(_, news)| Kind::of(*news))?;
        let body = match told[..] {
            [(job, news)] => one(job, news, words),
            _ => several(&told, words),
        };
        Some(Self { kind, title: title(&told, words), body, deeds })
    }

    /// The notice of what is going to be done in so many seconds.
    pub(super) fn ending(what: WhenDone, secs: u64, words: &Words) -> Self {
        let body = words.ending(what, secs);
        let deeds = [Deed::Show(None), Deed::StayOn];
        let deeds = deeds.map(|deed| (deed, words.text(deed.words()))).to_vec();
        Self { kind: Kind::Ending, title: words.text("ending-title"), body, deeds }
    }

    /// The notice that a file could not be opened.
    pub(super) fn not_opened(job: &JobView, why: &str, words: &Words) -> Self {
        let name = name(job);
        let args = [("name", Arg::Text(&name)), ("why", Arg::Text(why))];
        let show = Deed::Show(Some(job.id));
        let deeds = vec![(show, words.text(show.words()))];
        let body = words.with("toast-open-failed", &args);
        Self { kind: Kind::Trouble, title: "Onward".to_owned(), body, deeds }
    }

    /// The notice of links that were copied.
    pub(super) fn offered(links: &[String], words: &Words) -> Self {
        let deeds = vec![(Deed::Add, words.text(Deed::Add.words()))];
        let body = words.offered(links);
        Self { kind: Kind::Offer, title: words.text("offer-title"), body, deeds }
    }

    /// The notice that it could not be done.
    pub(super) fn not_ended(why: &str, words: &Words) -> Self {
        let body = words.with("ending-failed", &[("why", Arg::Text(why))]);
        Self { kind: Kind::Ending, title: words.text("ending-title"), body, deeds: Vec::new() }
    }

    /// The notice that downloads go on without the window.
    pub(super) fn aside(has_tray: bool, words: &Words) -> Self {
        let body = words.text(if has_tray { "notice-aside-tray" } else { "notice-aside-start" });
        let show = Deed::Show(None);
        let deeds = vec![(show, words.text(show.words()))];
        Self { kind: Kind::Aside, title: words.text("notice-aside"), body, deeds }
    }
}

/// How many of each: "A download failed · 2 downloads need new links".
fn title(told: &[(&JobView, News)], words: &Words) -> String {
    let kinds = [
        (News::Finished, "notice-finished"),
        (News::Failed, "notice-failed"),
        (News::NeedsLink, "notice-needs-link"),
    ];
    let part = |(kind, key): (News, &str)| {
        let count = told.iter().filter(|(_, news)| *news == kind).count();
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        (count > 0).then(|| words.with(key, &[("count", Arg::Count(count))]))
    };
    kinds.into_iter().filter_map(part).collect::<Vec<_>>().join(" · ")
}

fn one(job: &JobView, news: News, words: &Words) -> String {
    let name = name(job);
    match &job.error {
        Some(failure) if news != News::Finished => {
            let why = words.failure(failure).to_string();
            words.with("toast-stopped", &[("name", Arg::Text(&name)), ("why", Arg::Text(&why))])
        }
        _ => name,
    }
}

fn several(told: &[(&JobView, News)], words: &Words) -> String {
    let mut lines: Vec<String> =
        told.iter().rev().take(MAX_NAMES).map(|(job, _)| name(job)).collect();
    let more = told.len() - lines.len();
    if more > 0 {
        let count = u64::try_from(more).unwrap_or(u64::MAX);
        lines.push(words.with("notice-more", &[("count", Arg::Count(count))]));
    }
    lines.join("\n")
}

fn deeds(told: &[(&JobView, News)]) -> Vec<Deed> {
    let Some((last, _)) = told.last() else { return Vec::new() };
    if let [(job, news)] = told {
        let show = Deed::Show(Some(job.id));
        return match news {
            News::Finished => vec![show, Deed::Open(job.id), Deed::Reveal(job.id)],
            News::Failed => vec![show],
            News::NeedsLink => vec![show, Deed::PasteLink(job.id)],
        };
    }
    let folder: &Path = &last.dir;
    let is_one = told.iter().all(|(job, news)| *news == News::Finished && job.dir == folder);
    let mut deeds = vec![Deed::Show(None)];
    deeds.extend(is_one.then_some(Deed::Reveal(last.id)));
    deeds
}

/// A name as it can stand in a notice: one line, and not too long.
fn name(job: &JobView) -> String {
    let name = if job.name.is_empty() { &job.host } else { &job.name };
    let shown = |letter: char| if letter.is_control() { ' ' } else { letter };
    let mut letters = name.chars().map(shown);
    let begin: String = letters.by_ref().take(MAX_NAME).collect();
    if letters.next().is_none() { begin } else { begin + "…" }
}
