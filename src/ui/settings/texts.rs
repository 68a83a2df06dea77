//! The words of the settings, made once for a language, and the search over them.

use super::super::deed::keys_text;
use super::page::{Line, Number, Page, actions_with_keys};
use crate::model::settings::{Language, Settings, SizeUnits};
use crate::words::{Arg, Words, format};

/// The words of one line.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) line: Line,
    pub(super) label: String,
    pub(super) hint: String,
    /// What it is by default, in words; empty where that is seen without.
    pub(super) default: String,
    /// The name of the button that makes it so.
    pub(super) reset: String,
    /// What is expected, and the unit, of a number.
    pub(super) expected: String,
    pub(super) unit: String,
    /// As it is searched.
    folded: String,
}

/// A shortcut in words.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) label: String,
    pub(super) keys: String,
    folded: String,
}

/// All words of the settings that stand still.
#[derive(Debug)]
pub(super) struct Texts {
    made_in: (Language, SizeUnits),
    lines: Vec<(Page, String, Vec<Text>)>,
    keys: Vec<Key>,
}

/// What a search found: lines under their pages.
pub(super) type Hits = Vec<(Page, Vec<Line>)>;

impl Texts {
    /// The words of a language.
    pub(super) fn new(words: &Words, ctx: &eframe::egui::Context) -> Self {
        let page = |page: Page| {
            let name = words.text(page.key());
            let lines = page.lines().iter().map(|line| text(*line, &name, words)).collect();
            (page, name, lines)
        };
        let key = |(action, shortcut): (super::super::action::Action, _)| {
            let (label, keys) = (words.text(action.key()), keys_text(ctx, shortcut));
            Key { folded: format!("{label} {keys}").to_lowercase(), label, keys }
        };
        Self {
            made_in: (words.language(), format::counted_in()),
            lines: Page::ALL.into_iter().map(page).collect(),
            keys: actions_with_keys().map(key).collect(),
        }
    }

    /// Whether they are in this language, and of the units that are counted in now.
    pub(super) fn is_in(&self, language: Language) -> bool {
        self.made_in == (language, format::counted_in())
    }

    /// The words of a line.
    pub(super) fn of(&self, line: Line) -> Option<&Text> {
        self.lines.iter().flat_map(|(_, _, lines)| lines).find(|text| text.line == line)
    }

    /// The name of a page.
    pub(super) fn name(&self, page: Page) -> &str {
        let found = self.lines.iter().find(|(found, ..)| *found == page);
        found.map_or("", |(_, name, _)| name)
    }

    /// The shortcuts whose words hold all that was typed; all where the page's own do.
    pub(super) fn keys(&self, typed: &str) -> Vec<&Key> {
        let wanted = folded(typed);
        let own = self.of(Line::Keys).is_some_and(|text| holds(&text.folded, &wanted));
        self.keys.iter().filter(|key| own || holds(&key.folded, &wanted)).collect()
    }

    /// The lines whose words hold all that was typed, under their pages.
    pub(super) fn search(&self, typed: &str) -> Hits {
        let wanted = folded(typed);
        let fits = |text: &&Text| {
            holds(&text.folded, &wanted)
                || (text.line == Line::Keys && !self.keys(typed).is_empty())
        };
        let on_page = |(page, _, lines): &(Page, String, Vec<Text>)| {
            let lines: Vec<Line> = lines.iter().filter(fits).map(|text| text.line).collect();
            (!lines.is_empty()).then_some((*page, lines))
        };
        self.lines.iter().filter_map(on_page).collect()
    }
}

fn folded(typed: &str) -> Vec<String> {
    typed.split_whitespace().map(str::to_lowercase).collect()
}

fn holds(folded: &str, wanted: &[String]) -> bool {
    wanted.iter().all(|word| folded.contains(word.as_str()))
}

fn text(line: Line, page: &str, words: &Words) -> Text {
    let label = words.text(line.key());
    let hint = line.hint().map(|key| words.text(key)).unwrap_or_default();
    let reset = words.with("settings-reset", &[("label", Arg::Text(&label))]);
    let number = if let Line::Number(number) = line { Some(number) } else { None };
    let (mut expected, unit) = number.map(|number| of_number(number, words)).unwrap_or_default();
    if line == Line::Limit {
        expected = words.limit_expected();
    }
    let default = default_of(line, words)
        .map(|value| words.with("settings-default", &[("value", Arg::Text(&value))]))
        .unwrap_or_default();
    let folded = format!("{page} {label} {hint}").to_lowercase();
    Text { line, label, hint, default, reset, expected, unit, folded }
}

fn of_number(number: Number, words: &Words) -> (String, String) {
    let (least, most) = number.range();
    let args = [("least", Arg::Count(least.into())), ("most", Arg::Count(most.into()))];
    (words.with("settings-range", &args), words.text(number.unit()))
}

/// What is not seen by itself: choices name theirs.
fn default_of(line: Line, words: &Words) -> Option<String> {
    if let Line::Number(number) = line {
        return Some(number.of(&Settings::default()).to_string());
    }
    (line == Line::Limit).then(|| words.text("limit-none"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_found_by_its_words_in_both_languages() {
        let ctx = eframe::egui::Context::default();
        for language in [Language::English, Language::ChineseSimplified] {
            let texts = Texts::new(&Words::new(language), &ctx);
            for page in Page::ALL {
                let found = texts.search(texts.name(page));
                let own = found.iter().find(|(hit, _)| *hit == page);
                let lines = own.map(|(_, lines)| lines.as_slice()).unwrap_or_default();
                assert_eq!(lines, page.lines(), "{page:?}");
                for line in page.lines() {
                    let label = texts.of(*line).map_or("", |text| &text.label);
                    assert!(!label.is_empty() && !label.starts_with("settings-"), "{label}");
                    let hits = texts.search(label);
                    assert!(hits.iter().any(|(_, lines)| lines.contains(line)), "{label}");
                }
            }
            assert!(texts.search("no such words").is_empty());
            assert_eq!(texts.search("").len(), Page::ALL.len());
        }
    }

    #[test]
    fn single_shortcuts_are_found() {
        let texts = Texts::new(&Words::new(Language::English), &eframe::egui::Context::default());
        let found: Vec<&str> = texts.keys("rename").iter().map(|k| k.label.as_str()).collect();
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(texts.search("F2").iter().any(|(page, _)| *page == Page::Keys));
    }
}
