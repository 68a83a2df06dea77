//! Links as they were pasted or typed, one a line, each with what is to be said about it.

use std::collections::{HashMap, HashSet};

use crate::app::snapshot::JobView;
use crate::model::curl_line;
use crate::model::id::JobId;
use crate::model::phase::State;
use crate::model::url::{SourceUrl, UrlError};

/// Lines read at most.
const MAX_LINES: usize = 1000;
/// Characters of a bad link that are shown.
const SHORT: usize = 48;

/// The job that has a link already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    /// The job.
    pub job: JobId,
    /// Its name.
    pub name: String,
    /// Whether it can be given a fresh link.
    pub takes_link: bool,
}

impl Owner {
    /// That of a job's link.
    pub(crate) fn of(job: &JobView) -> Self {
        let takes_link = !matches!(job.state, State::Completed | State::Verifying);
        Self { job: job.id, name: job.name.clone(), takes_link }
    }
}

/// What is to be said about a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It will be added.
    Good(SourceUrl),
    /// It is not a link.
    Bad(UrlError),
    /// It stands further up already.
    Twice,
    /// A job has it already.
    Known(SourceUrl, Owner),
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    text: String,
    /// What is to be said about it.
    pub verdict: Verdict,
}

impl Line {
    /// Its beginning, short enough to be named in a sentence.
    pub(crate) fn short(&self) -> &str {
        let end = self.text.char_indices().nth(SHORT).map_or(self.text.len(), |(at, _)| at);
        &self.text[..end]
    }

    /// Whether something is wrong with it or to be decided.
    fn rank(&self) -> u8 {
        match self.verdict {
            Verdict::Bad(_) => 0,
            Verdict::Known(..) => 1,
            Verdict::Good(_) | Verdict::Twice => 2,
        }
    }
}

/// The lines of a text, and the links the list has.
pub(crate) struct Links {
    lines: Vec<Line>,
    beyond: u64,
    /// By what views show of their links.
    shown: HashMap<String, Owner>,
    /// By whole links, as the service told.
    told: HashMap<String, Owner>,
    /// Links a job has that are added nevertheless.
    again: HashSet<SourceUrl>,
}

impl Links {
    /// No lines yet; `jobs` are those a link may belong to already. Views carry no query, so a link
    /// with one is taken for a new one until the service tells otherwise.
    pub(crate) fn knowing<'a>(jobs: impl Iterator<Item = &'a JobView>) -> Self {
        let shown = jobs.map(|job| (job.url.clone(), Owner::of(job))).collect();
        let (told, again) = (HashMap::new(), HashSet::new());
        Self { lines: Vec::new(), beyond: 0, shown, told, again }
    }

    /// Takes the service's word that a job has this link.
    pub(crate) fn is_known(&mut self, url: &SourceUrl, owner: &Owner) {
        self.told.insert(url.as_str().to_owned(), owner.clone());
        for line in &mut self.lines {
            if matches!(&line.verdict, Verdict::Good(good) if good == url) {
                line.verdict = Verdict::Known(url.clone(), owner.clone());
            }
        }
    }

    /// Reads `text` anew. Empty lines are passed over.
    pub(crate) fn read(&mut self, text: &str) {
        let mut seen: HashSet<String> = HashSet::new();
        let filled = || text.lines().map(str::trim).filter(|line| !line.is_empty());
        self.beyond = u64::try_from(filled().skip(MAX_LINES).count()).unwrap_or(u64::MAX);
        self.lines = filled()
            .take(MAX_LINES)
            .map(|line| Line { text: line.to_owned(), verdict: self.judge(line, &mut seen) })
            .collect();
    }

    fn judge(&self, line: &str, seen: &mut HashSet<String>) -> Verdict {
        let url = match SourceUrl::parse(line) {
            Ok(url) => url,
            Err(error) => return Verdict::Bad(error),
        };
        if !seen.insert(url.as_str().to_owned()) {
            return Verdict::Twice;
        }
        let has_query = url.request_url().query().is_some();
        let shown = self.shown.get(&url.redacted()).filter(|_| !has_query);
        match shown.or_else(|| self.told.get(url.as_str())) {
            Some(owner) => Verdict::Known(url, owner.clone()),
            None => Verdict::Good(url),
        }
    }

    /// The lines as they are shown: in order while all of them are in view, else those first with
    /// which something is wrong or to be decided.
    pub(crate) fn shown(&self, in_view: usize) -> Vec<&Line> {
        let mut lines: Vec<&Line> = self.lines.iter().collect();
        if lines.len() > in_view {
            lines.sort_by_key(|line| line.rank());
        }
        lines
    }

    /// Lines past [`MAX_LINES`], which are not read.
    pub(crate) fn beyond(&self) -> u64 {
        self.beyond
    }

    /// How many lines are no links.
    pub(crate) fn bad(&self) -> u64 {
        self.count(|v| matches!(v, Verdict::Bad(_)))
    }

    /// How many the list has already.
    pub(crate) fn known(&self) -> u64 {
        self.count(|v| matches!(v, Verdict::Known(..)))
    }

    fn count(&self, is: impl Fn(&Verdict) -> bool) -> u64 {
        u64::try_from(self.lines.iter().filter(|l| is(&l.verdict)).count()).unwrap_or(u64::MAX)
    }

    /// Whether a link that a job has is added nevertheless.
    pub(crate) fn is_again(&self, url: &SourceUrl) -> bool {
        self.again.contains(url)
    }

    /// Has a link that a job has added nevertheless, or not.
    pub(crate) fn set_again(&mut self, url: &SourceUrl, again: bool) {
        if again {
            self.again.insert(url.clone());
        } else {
            self.again.remove(url);
        }
    }

    /// Whether all links that jobs have are added nevertheless.
    pub(crate) fn is_all_again(&self) -> bool {
        self.known_links().all(|url| self.again.contains(url))
    }

    /// Has all links that jobs have added nevertheless, or none.
    pub(crate) fn set_all_again(&mut self, again: bool) {
        self.again = if again { self.known_links().cloned().collect() } else { HashSet::new() };
    }

    fn known_links(&self) -> impl Iterator<Item = &SourceUrl> {
        self.lines.iter().filter_map(|line| match &line.verdict {
            Verdict::Known(url, _) => Some(url),
            Verdict::Good(_) | Verdict::Bad(_) | Verdict::Twice => None,
        })
    }

    /// The links to add, in order.
    pub(crate) fn wanted(&self) -> impl Iterator<Item = &SourceUrl> {
        self.lines.iter().filter_map(|line| match &line.verdict {
            Verdict::Good(url) => Some(url),
            Verdict::Known(url, _) if self.again.contains(url) => Some(url),
            Verdict::Known(..) | Verdict::Bad(_) | Verdict::Twice => None,
        })
    }
}

/// Whether a text that was pasted somewhere in the window is meant for the add dialog: any of its
/// lines is a link, or it is a `curl` command line.
pub(crate) fn has_link(text: &str) -> bool {
    curl_line::is_curl(text)
        || text.lines().take(MAX_LINES).any(|line| SourceUrl::parse(line).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(name: &str) -> Owner {
        Owner { job: JobId(1), name: name.into(), takes_link: true }
    }

    fn knowing(links: &[&str]) -> Links {
        let mut known = Links::knowing(std::iter::empty());
        known.shown = links.iter().map(|link| ((*link).to_owned(), owner("x"))).collect();
        known
    }

    #[test]
    fn every_line_gets_its_verdict() {
        let mut links = knowing(&["https://h/old.iso", "https://h/get?…"]);
        links
            .read("https://h/a\n\n  https://h/a \nnonsense\nhttps://h/old.iso\nhttps://h/get?id=2");
        let verdicts: Vec<&Verdict> = links.lines.iter().map(|l| &l.verdict).collect();
        assert!(matches!(
            verdicts[..],
            [
                Verdict::Good(_),
                Verdict::Twice,
                Verdict::Bad(UrlError::Malformed),
                Verdict::Known(..),
                Verdict::Good(_)
            ]
        ));
        let first = |in_view| links.shown(in_view)[0].short().to_owned();
        assert_eq!((first(5), first(4)), ("https://h/a".to_owned(), "nonsense".to_owned()));
        assert_eq!((links.bad(), links.known(), links.beyond()), (1, 1, 0));
        assert_eq!(links.wanted().count(), 2);
        assert!(!links.is_all_again());
        links.set_all_again(true);
        assert!(links.is_all_again());
        assert_eq!(links.wanted().count(), 3);
        let old = SourceUrl::parse("https://h/old.iso").unwrap();
        links.set_again(&old, false);
        assert_eq!(links.wanted().count(), 2);
    }

    #[test]
    fn what_the_service_tells_counts_from_then_on() {
        let mut links = knowing(&[]);
        let url = SourceUrl::parse("https://h/get?id=2").unwrap();
        links.read(url.as_str());
        links.is_known(&url, &owner("two.zip"));
        assert_eq!((links.known(), links.wanted().count()), (1, 0));
        links.read("https://h/get?id=1\nhttps://h/get?id=2");
        assert_eq!((links.known(), links.wanted().count()), (1, 1));
    }

    #[test]
    fn there_is_a_limit() {
        let mut links = knowing(&[]);
        links.read(&"x\n".repeat(MAX_LINES + 3));
        assert_eq!((links.lines.len(), links.beyond()), (MAX_LINES, 3));
    }

    #[test]
    fn a_bad_link_is_named_by_its_beginning() {
        let line = Line { text: "长".repeat(100), verdict: Verdict::Twice };
        assert_eq!(line.short().chars().count(), SHORT);
    }

    #[test]
    fn text_without_a_link_is_not_for_us() {
        assert!(has_link("see\nhttps://h/a"));
        assert!(has_link("curl 'https://h/a'"));
        assert!(!has_link("see https://h/a"));
    }
}
