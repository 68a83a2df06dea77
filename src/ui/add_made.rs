//! What is drawn of the links of the add dialog, as texts. They are made anew when something they
//! tell has changed.

use std::collections::HashMap;

use super::add::AddDialog;
use super::add_rows::{self, LinkRow, Seen};
use super::links::{Line, Verdict};
use crate::model::url::SourceUrl;
use crate::words::format::bytes;
use crate::words::{Arg, Words};

/// The texts.
pub(super) struct Made {
    /// The links.
    pub(super) rows: Vec<LinkRow>,
    /// What is skipped, and that nothing is new.
    pub(super) summary: String,
    /// What the button does.
    pub(super) button: String,
    /// What all files take, where there are several.
    pub(super) sum: String,
    /// Bytes of the files whose size is known.
    pub(super) needed: u64,
    /// Links that would be added.
    pub(super) count: u64,
    /// The only file's name as its link has it.
    pub(super) hint: String,
    /// What the only file will be called, where that is not what is asked for.
    pub(super) saved_as: Option<String>,
}

impl AddDialog {
    /// Makes the texts, and fills in the name that was found where none was typed.
    pub(super) fn make(&mut self, words: &Words) -> Made {
        let wanted: Vec<&SourceUrl> = self.links.wanted().collect();
        let count = u64::try_from(wanted.len()).unwrap_or(u64::MAX);
        let only = if let [url] = wanted[..] { Some(url) } else { None };
        let found = only.and_then(|url| self.found(url)).map(|found| found.name.as_str());
        let name = self.own_name().or(found);
        let saved_as =
            name.map(|name| self.place.saved_as(name, 0, 1)).filter(|saved| Some(*saved) != name);
        let needed = wanted.iter().filter_map(|url| self.found(url)?.total_bytes);
        let needed = needed.fold(0, u64::saturating_add);
        let total = bytes(needed);
        let sum = words.with("add-sum", &[("size", Arg::Text(&total))]);
        let made = Made {
            rows: self.rows(words),
            summary: self.summary(count, words),
            button: words.with("add-button", &[("count", Arg::Count(count))]),
            sum: if count > 1 && needed > 0 { sum } else { String::new() },
            needed,
            count,
            hint: only.and_then(SourceUrl::last_segment).unwrap_or_default(),
            saved_as: saved_as.map(str::to_owned),
        };
        let found = found.map(str::to_owned).unwrap_or_default();
        if !self.name.is_typed {
            self.name.text = found;
        }
        made
    }

    fn rows(&self, words: &Words) -> Vec<LinkRow> {
        let own = self.own_name();
        let saved = self.saved_names();
        let row = |line: &Line| {
            let url = match &line.verdict {
                Verdict::Good(url) => Some(url),
                Verdict::Known(..) | Verdict::Bad(_) | Verdict::Twice => None,
            };
            let found = url.and_then(|url| self.looks.of(url));
            let told = found.and_then(|found| found.as_ref().ok()).map(|found| found.name.as_str());
            let name = own.filter(|_| url.is_some()).or(told);
            let name = url.and_then(|url| saved.get(url).copied()).or(name);
            LinkRow::of(line, &self.links, &Seen { found, name }, words)
        };
        self.links.shown(add_rows::IN_VIEW).into_iter().map(row).collect()
    }

    /// The names the files will have whose names are known and which go to the folder that is shown:
    /// those of one name are numbered, as they are begun.
    fn saved_names(&self) -> HashMap<&SourceUrl, &str> {
        let named: Vec<(&SourceUrl, &str)> = self.named_here().collect();
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for (_, name) in &named {
            *counts.entry(name).or_default() += 1;
        }
        let mut before: HashMap<&str, usize> = HashMap::new();
        let saved = named.into_iter().map(|(url, name)| {
            let nth = before.entry(name).or_default();
            *nth += 1;
            let count = counts.get(name).copied().unwrap_or(1);
            (url, self.place.saved_as(name, *nth - 1, count))
        });
        saved.collect()
    }

    /// What is to be said of all lines together. What there is one of says it itself.
    fn summary(&self, count: u64, words: &Words) -> String {
        let (bad, known) = (self.links.bad(), self.links.known());
        let told = |key: &str, number| words.with(key, &[("count", Arg::Count(number))]);
        let mut parts = Vec::new();
        if bad > 1 {
            parts.push(told("add-skipped", bad));
        }
        if known > 1 {
            parts.push(told("add-in-list", known));
        }
        if self.links.beyond() > 0 {
            parts.push(told("add-more", self.links.beyond()));
        }
        if count == 0 && known > 0 {
            parts.push(words.text("add-nothing-new"));
        }
        parts.join(" · ")
    }
}
