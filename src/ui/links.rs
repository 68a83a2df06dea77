//! Links as they were pasted or typed, one a line, each with what is to be said about it.

use std::collections::{HashMap, HashSet};

use crate::app::snapshot::JobView;
use crate::model::url::{SourceUrl, UrlError};

/// Lines read at most.
const MAX_LINES: usize = 1000;
/// Characters of a bad link that are shown.
const SHORT: usize = 48;

/// What is to be said about a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It will be added.
    Good(SourceUrl),
    /// It is not a link.
    Bad(UrlError),
    /// It stands further up already.
    Twice,
    /// A job has it already; this is the job's name.
    Known(SourceUrl, String),
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
}

/// The lines of a text, and the links the list has.
pub(crate) struct Links {
    lines: Vec<Line>,
    beyond: u64,
    known: HashMap<String, String>,
}

impl Links {
    /// No lines yet; `jobs` are those a link may belong to already. Views carry no query, so a link
    /// with one cannot be told from another of the same path, and is taken for a new one.
    pub(crate) fn knowing<'a>(jobs: impl Iterator<Item = &'a JobView>) -> Self {
        let known = jobs.map(|job| (job.url.clone(), job.name.clone())).collect();
        Self { lines: Vec::new(), beyond: 0, known }
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
        match self.known.get(&url.redacted()) {
            Some(name) if !has_query => Verdict::Known(url, name.clone()),
            Some(_) | None => Verdict::Good(url),
        }
    }

    /// The lines there is something to say about: the bad ones first, then those the list has, then
    /// those given twice; each kind in order.
    pub(crate) fn remarkable(&self) -> Vec<&Line> {
        let kinds: [fn(&Verdict) -> bool; 3] = [
            |v| matches!(v, Verdict::Bad(_)),
            |v| matches!(v, Verdict::Known(..)),
            |v| matches!(v, Verdict::Twice),
        ];
        kinds.iter().flat_map(|is| self.lines.iter().filter(|l| is(&l.verdict))).collect()
    }

    /// Lines past [`MAX_LINES`], which are not read.
    pub(crate) fn beyond(&self) -> u64 {
        self.beyond
    }

    /// How many are good.
    pub(crate) fn good(&self) -> u64 {
        self.count(|v| matches!(v, Verdict::Good(_)))
    }

    /// How many the list has already.
    pub(crate) fn known(&self) -> u64 {
        self.count(|v| matches!(v, Verdict::Known(..)))
    }

    fn count(&self, is: impl Fn(&Verdict) -> bool) -> u64 {
        u64::try_from(self.lines.iter().filter(|l| is(&l.verdict)).count()).unwrap_or(u64::MAX)
    }

    /// The links to add, in order; those the list has already only `again`.
    pub(crate) fn wanted(&self, again: bool) -> impl Iterator<Item = &SourceUrl> {
        self.lines.iter().filter_map(move |line| match &line.verdict {
            Verdict::Good(url) => Some(url),
            Verdict::Known(url, _) if again => Some(url),
            Verdict::Known(..) | Verdict::Bad(_) | Verdict::Twice => None,
        })
    }

    /// The name the first link to add suggests.
    pub(crate) fn first_name(&self, again: bool) -> Option<String> {
        self.wanted(again).next()?.last_segment()
    }
}

/// Whether a text that was pasted somewhere in the window is meant for the add dialog: any of its
/// lines is a link.
pub(crate) fn has_link(text: &str) -> bool {
    text.lines().take(MAX_LINES).any(|line| SourceUrl::parse(line).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_gets_its_verdict() {
        let mut links = Links { lines: Vec::new(), beyond: 0, known: HashMap::new() };
        links.known.insert("https://h/old.iso".into(), "old.iso".into());
        links.known.insert("https://h/get?…".into(), "x".into());
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
        let told: Vec<&str> = links.remarkable().iter().map(|line| line.short()).collect();
        assert_eq!(told, ["nonsense", "https://h/old.iso", "https://h/a"]);
        assert_eq!((links.good(), links.known(), links.beyond()), (2, 1, 0));
        assert_eq!(links.wanted(false).count(), 2);
        assert_eq!(links.wanted(true).count(), 3);
        assert_eq!(links.first_name(false).as_deref(), Some("a"));
        links.read("https://h/old.iso\nhttps://h/new.iso");
        assert_eq!(links.first_name(false).as_deref(), Some("new.iso"));
    }

    #[test]
    fn there_is_a_limit() {
        let mut links = Links { lines: Vec::new(), beyond: 0, known: HashMap::new() };
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
        assert!(!has_link("see https://h/a"));
    }
}
