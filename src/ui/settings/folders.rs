//! The rules of folders, each a card: what it looks at, where that goes, its place among the others.
//!
//! Invariant: only rules that are whole count; what is still missing is said on the card.

use std::path::{Path, PathBuf};

use eframe::egui;
use egui::{ComboBox, Frame, Id, Margin, Stroke, Ui};

use super::super::icons::Icon;
use super::super::theme::{self, tokens};
use super::super::widget;
use super::field::{Field, Look};
use super::line::remark;
use crate::model::category::Category;
use crate::model::rules::{MAX_RULES, Rule, When, endings, is_pattern, pattern};
use crate::words::Words;

/// Width of the choice of what a rule looks at.
const KIND: f32 = 130.0;

/// What a rule looks at, whatever is filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Category,
    Endings,
    Host,
}

const KINDS: [(Kind, &str); 3] = [
    (Kind::Category, "settings-rule-category"),
    (Kind::Endings, "settings-rule-endings"),
    (Kind::Host, "settings-rule-host"),
];

/// One rule as it is being made.
#[derive(Debug)]
struct Card {
    /// Stays with it wherever it moves.
    number: u64,
    kind: Kind,
    category: Category,
    endings: Field,
    host: Field,
    dir: Field,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Folders {
    cards: Vec<Card>,
    next: u64,
}

/// What was asked for in a frame.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// The rules are others now.
    pub(super) changed: bool,
    /// A folder is to be chosen for this rule.
    pub(super) browse: Option<usize>,
}

/// What is to be done with a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Move {
    Up,
    Down,
    Away,
}

impl Card {
    fn new(number: u64, rule: Option<&Rule>) -> Self {
        let when = rule.map(|rule| &rule.when);
        let (kind, category, endings, host) = match when {
            Some(When::Endings(list)) => {
                (Kind::Endings, Category::Video, list.join(" "), String::new())
            }
            Some(When::Host(pattern)) => {
                (Kind::Host, Category::Video, String::new(), pattern.clone())
            }
            Some(When::Category(category)) => {
                (Kind::Category, *category, String::new(), String::new())
            }
            None => (Kind::Category, Category::Video, String::new(), String::new()),
        };
        let dir = rule.map(|rule| rule.dir.display().to_string()).unwrap_or_default();
        let (endings, host, dir) = (Field::new(endings), Field::new(host), Field::new(dir));
        Self { number, kind, category, endings, host, dir }
    }

    fn rule(&self) -> Option<Rule> {
        let when = match self.kind {
            Kind::Category => When::Category(self.category),
            Kind::Endings => When::Endings(endings(self.endings.text())),
            Kind::Host => When::Host(pattern(self.host.text())),
        };
        let rule = Rule { when, dir: PathBuf::from(self.dir.text().trim()) };
        Some(rule).filter(Rule::is_whole)
    }

    /// What is still missing, or wrong while it is typed.
    fn missing(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Endings if endings(self.endings.text()).is_empty() => {
                Some("settings-rule-no-endings")
            }
            Kind::Host if !is_pattern(&pattern(self.host.text())) => Some("settings-rule-no-host"),
            Kind::Category | Kind::Endings | Kind::Host => {
                let is_whole = Path::new(self.dir.text().trim()).is_absolute();
                (!is_whole).then_some("add-dir-whole")
            }
        }
    }

    fn id(&self, part: &str) -> Id {
        Id::unique("rule").with((self.number, part))
    }

    /// What it looks at. True where that changed.
    fn when(&mut self, ui: &mut Ui, words: &Words) -> bool {
        let before = self.kind;
        let chosen = KINDS.iter().find(|(kind, _)| *kind == before).map_or("", |(_, word)| word);
        let combo = ComboBox::from_id_salt(self.id("kind"))
            .width(KIND)
            .selected_text(words.text(chosen))
            .show_ui(ui, |ui| {
                for (kind, word) in KINDS {
                    ui.selectable_value(&mut self.kind, kind, words.text(word));
                }
            });
        let _ = combo.response.accessible_name(words.text("settings-rule-kind"));
        let width = ui.available_width() - 3.0 * (theme::ICON_BUTTON + 4.0) - 8.0;
        let changed = match self.kind {
            Kind::Category => self.category_choice(ui, words, width),
            Kind::Endings => {
                let name = words.text("settings-rule-endings");
                let hint = words.text("settings-rule-endings-hint");
                let look = Look {
                    id: self.id("endings"),
                    width,
                    hint: &hint,
                    name: Some(&name),
                    label: None,
                };
                self.endings.show(ui, look, |text| !endings(text).is_empty()).is_some()
            }
            Kind::Host => {
                let name = words.text("settings-rule-host");
                let hint = words.text("settings-rule-host-hint");
                let look = Look {
                    id: self.id("host"),
                    width,
                    hint: &hint,
                    name: Some(&name),
                    label: None,
                };
                self.host.show(ui, look, |text| is_pattern(&pattern(text))).is_some()
            }
        };
        changed || before != self.kind
    }

    fn category_choice(&mut self, ui: &mut Ui, words: &Words, width: f32) -> bool {
        let before = self.category;
        let combo = ComboBox::from_id_salt(self.id("category"))
            .width(width)
            .selected_text(words.text(category_key(before)))
            .show_ui(ui, |ui| {
                for category in Category::ALL {
                    let name = words.text(category_key(category));
                    ui.selectable_value(&mut self.category, category, name);
                }
            });
        let _ = combo.response.accessible_name(words.text("settings-rule-category"));
        before != self.category
    }

    /// Where it goes; says whether that changed, and whether a folder is to be chosen.
    fn folder(&mut self, ui: &mut Ui, words: &Words) -> (bool, bool) {
        let name = words.text("settings-rule-dir");
        let look = Look {
            id: self.id("dir"),
            width: ui.available_width() - theme::ICON_BUTTON - 8.0,
            hint: &name,
            name: Some(&name),
            label: None,
        };
        let is_whole = |text: &str| Path::new(text.trim()).is_absolute();
        let changed = self.dir.show(ui, look, is_whole).is_some();
        let browse = words.text("add-browse");
        let browse = widget::icon_button(ui, Icon::FolderOpen, &browse, true).on_hover_text(browse);
        (changed, browse.clicked())
    }
}

impl Folders {
    /// The cards of these rules.
    pub(super) fn new(rules: &[Rule]) -> Self {
        let mut folders = Self::default();
        for rule in rules {
            folders.add(Some(rule));
        }
        folders
    }

    fn add(&mut self, rule: Option<&Rule>) {
        self.cards.push(Card::new(self.next, rule));
        self.next += 1;
    }

    /// The rules that are whole, in their order.
    pub(super) fn rules(&self) -> Vec<Rule> {
        self.cards.iter().filter_map(Card::rule).collect()
    }

    /// Takes the folder that was chosen for a rule.
    pub(super) fn set_dir(&mut self, at: usize, dir: &Path) {
        if let Some(card) = self.cards.get_mut(at) {
            card.dir.show_now(dir.display().to_string());
        }
    }

    /// Draws them.
    pub(super) fn show(&mut self, ui: &mut Ui, words: &Words) -> Asked {
        let mut asked = Asked::default();
        let mut moved = None;
        let last = self.cards.len().saturating_sub(1);
        for (at, card) in self.cards.iter_mut().enumerate() {
            let t = tokens(ui);
            let frame = Frame::new()
                .stroke(Stroke::new(1.0, t.line))
                .corner_radius(theme::RADIUS)
                .inner_margin(Margin::same(8));
            frame.show(ui, |ui| {
                ui.horizontal(|ui| {
                    asked.changed |= card.when(ui, words);
                    ui.spacing_mut().item_spacing.x = 4.0;
                    moved = moves(ui, words, at, last).map(|step| (at, step)).or(moved);
                });
                ui.horizontal(|ui| {
                    let (changed, browse) = card.folder(ui, words);
                    asked.changed |= changed;
                    asked.browse = browse.then_some(at).or(asked.browse);
                });
                if let Some(missing) = card.missing() {
                    remark(ui, &words.text(missing));
                }
            });
        }
        if let Some((at, step)) = moved {
            self.carry_out(at, step);
            asked.changed = true;
        }
        ui.add_space(4.0);
        let has_room = self.cards.len() < MAX_RULES;
        let text = words.text("settings-rule-add");
        if ui.add_enabled_ui(has_room, |ui| widget::outlined_button(ui, &text)).inner.clicked() {
            self.add(None);
        }
        asked
    }

    fn carry_out(&mut self, at: usize, step: Move) {
        match step {
            Move::Up if at > 0 => self.cards.swap(at, at - 1),
            Move::Down if at + 1 < self.cards.len() => self.cards.swap(at, at + 1),
            Move::Up | Move::Down => {}
            Move::Away => drop(self.cards.remove(at)),
        }
    }
}

fn moves(ui: &mut Ui, words: &Words, at: usize, last: usize) -> Option<Move> {
    let all = [
        (Move::Up, Icon::ArrowUp, "settings-rule-up", at > 0),
        (Move::Down, Icon::ArrowDown, "settings-rule-down", at < last),
        (Move::Away, Icon::X, "settings-rule-remove", true),
    ];
    let mut done = None;
    for (step, icon, word, enabled) in all {
        let name = words.text(word);
        let button = widget::icon_button(ui, icon, &name, enabled).on_hover_text(name);
        done = button.clicked().then_some(step).or(done);
    }
    done
}

fn category_key(category: Category) -> &'static str {
    match category {
        Category::Video => "category-video",
        Category::Music => "category-music",
        Category::Pictures => "category-pictures",
        Category::Documents => "category-documents",
        Category::Archives => "category-archives",
        Category::Programs => "category-programs",
        Category::DiskImages => "category-disk-images",
        Category::Other => "category-other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_are_the_rules_they_were_made_of() {
        let rules = [
            Rule { when: When::Category(Category::Music), dir: "/music".into() },
            Rule {
                when: When::Endings(vec!["iso".into(), "tar.gz".into()]),
                dir: "/packed".into(),
            },
            Rule { when: When::Host("*.example.org".into()), dir: "/org".into() },
        ];
        let mut folders = Folders::new(&rules);
        assert_eq!(folders.rules(), rules);
        folders.add(None);
        assert_eq!(folders.rules(), rules, "it says nothing yet");
        assert_eq!(folders.cards[3].missing(), Some("add-dir-whole"));
        folders.set_dir(3, Path::new("/films"));
        assert_eq!(folders.rules().len(), 4);
        folders.carry_out(3, Move::Up);
        folders.carry_out(0, Move::Up);
        folders.carry_out(1, Move::Away);
        let dirs: Vec<_> = folders.rules().into_iter().map(|rule| rule.dir).collect();
        assert_eq!(dirs, ["/music", "/films", "/org"].map(PathBuf::from));
    }
}
