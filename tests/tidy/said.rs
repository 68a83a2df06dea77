//! No words beside the locales: what the window says comes from `words`, never from a literal. Found by
//! the calls that show, name or hint something.

use crate::source::Source;

/// Calls whose texts are read or heard.
const SAYS: [&str; 32] = [
    "label",
    "labeled",
    "selected",
    "heading",
    "small",
    "strong",
    "weak",
    "monospace",
    "colored_label",
    "button",
    "small_button",
    "menu_button",
    "radio",
    "radio_value",
    "checkbox",
    "check",
    "selectable_label",
    "selectable_value",
    "selected_text",
    "toggle_value",
    "hyperlink_to",
    "collapsing",
    "caption",
    "field_caption",
    "on_hover_text",
    "on_disabled_hover_text",
    "hint_text",
    "accessible_name",
    "icon_button",
    "filled_button",
    "say",
    "remark",
];

/// Types whose `new` takes such a text.
const SHOWN: [&str; 6] = ["RichText", "Label", "Button", "Window", "CollapsingHeader", "LayoutJob"];

/// Fields that hold such a text.
const FIELDS: [&str; 4] = ["hint", "label", "title", "tip"];

/// Calls inside whose literals are keys and names, not words.
const KEYS: [&str; 6] = ["text", "with", "unique", "id_salt", "from_id_salt", "new_child"];

/// Everything the window says in `source` that stands there as a literal.
pub(crate) fn complaints(source: &Source) -> Vec<String> {
    if !source.path.starts_with("src/ui/") || source.path.contains("test") {
        return Vec::new();
    }
    let own = source.code.split("#[cfg(test)]").next().unwrap_or_default();
    let page = Page { code: own.chars().collect(), text: source.text.chars().collect() };
    let mut found = Vec::new();
    for at in 0..page.code.len() {
        let Some(name) = page.word_at(at) else { continue };
        let after = at + name.len();
        let is_shown = SAYS.contains(&name.as_str())
            || name == "new" && SHOWN.iter().any(|of| page.is_before(at, &format!("{of}::")));
        let is_call = is_shown && page.code.get(after) == Some(&'(');
        let is_field = FIELDS.contains(&name.as_str()) && page.is_literal_after(after);
        if is_call || is_field {
            page.words_in(after, &mut found);
        }
    }
    found.sort_unstable();
    found.dedup();
    found.into_iter().map(|(line, said)| format!("{}:{line}: says {said}", source.path)).collect()
}

struct Page {
    code: Vec<char>,
    text: Vec<char>,
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

impl Page {
    /// The word that begins here.
    fn word_at(&self, at: usize) -> Option<String> {
        let is_inside = at > 0 && is_word(self.code[at - 1]);
        let word: String = self.code[at..].iter().copied().take_while(|c| is_word(*c)).collect();
        (!is_inside && !word.is_empty()).then_some(word)
    }

    fn is_before(&self, at: usize, what: &str) -> bool {
        let what: Vec<char> = what.chars().collect();
        self.code[..at].ends_with(&what)
    }

    /// Whether `: "` follows.
    fn is_literal_after(&self, at: usize) -> bool {
        let next: String = self.code[at..].iter().copied().take(3).collect();
        next == ": \""
    }

    /// The literals with words from here to the end of the call or of the field, with their lines.
    fn words_in(&self, from: usize, found: &mut Vec<(usize, String)>) {
        let (mut depth, mut at) = (0_usize, from);
        while let Some(&c) = self.code.get(at) {
            match c {
                '(' => depth += 1,
                ')' => depth -= 1,
                '"' => {
                    let end = at + self.code[at..].iter().take_while(|c| **c == '"').count();
                    let literal: String = self.text[at..end].iter().collect();
                    if has_words(&literal) {
                        let line = 1 + self.code[..at].iter().filter(|c| **c == '\n').count();
                        found.push((line, literal));
                    }
                    at = end - 1;
                }
                _ => {}
            }
            if depth == 0 && at > from && (c == ')' || c == '"') {
                return;
            }
            at += 1;
            if let Some(name) = self.word_at(at)
                && KEYS.contains(&name.as_str())
                && self.code.get(at + name.len()) == Some(&'(')
            {
                at = self.after_call(at + name.len());
            }
        }
    }

    /// What follows the call whose bracket opens here.
    fn after_call(&self, from: usize) -> usize {
        let mut depth = 0_usize;
        for (at, c) in (from..).zip(&self.code[from..]) {
            match c {
                '(' => depth += 1,
                ')' if depth == 1 => return at + 1,
                ')' => depth -= 1,
                _ => {}
            }
        }
        self.code.len()
    }
}

/// Whether a literal has a word in it, outside what is put in.
fn has_words(literal: &str) -> bool {
    // A key of the locales, handed on: whether it exists is tested there.
    let is_key_sign = |c: char| c.is_ascii_lowercase() || c == '-';
    if literal.contains('-') && literal.trim_matches('"').chars().all(is_key_sign) {
        return false;
    }
    let outside: String = literal
        .split('{')
        .enumerate()
        .map(|(n, part)| if n == 0 { part } else { part.split_once('}').map_or("", |p| p.1) })
        .collect();
    let mut letters = 0;
    for c in outside.chars() {
        // One sign of Han is a word; one letter is not.
        letters = if c.is_alphabetic() { letters + if c > '\u{2e7f}' { 2 } else { 1 } } else { 0 };
        if letters > 1 {
            return true;
        }
    }
    false
}

#[test]
fn words_beside_the_locales_are_found() {
    for (code, count) in [
        ("fn f() { ui.label(\"Paused\"); }", 1),
        ("fn f() { ui.label(words.text(\"paused\")); }", 0),
        ("fn f() { ui.label(format!(\"{n} of {m}\")); }", 1),
        ("fn f() { ui.label(format!(\"{n} · {m}\")); }", 0),
        ("fn f() { ui.label(RichText::new(\"暂停\")); }", 1),
        ("fn f() { ui.add(egui::Button::new(\"Go on\")); }", 1),
        ("fn f() { b.on_hover_text(words.with(\"a-b\", &[(\"name\", x)])); }", 0),
        ("fn f() { WidgetInfo::labeled(Role::Button, true, \"Close\"); }", 1),
        ("fn f() { Look { hint: \"iso img\", id: Id::unique(\"folder for all\") } }", 1),
        (
            "fn f() { TextEdit::new(t).hint_text(words.text(\"x\")).id(Id::unique(\"a field\")); }",
            0,
        ),
        ("fn f() { ComboBox::from_id_salt(\"the unit\").selected_text(unit.name()); }", 0),
        ("fn f() { toasts.say(Tone::Bad, \"It failed.\".to_owned(), now); }", 1),
        ("fn f() { ui.button(label(\"add-again\")); }", 0),
        ("// ui.label(\"Paused\")\nfn f() {}", 0),
        ("fn f() {}\n#[cfg(test)]\nmod tests { fn f() { ui.label(\"Paused\"); } }", 0),
    ] {
        let found = complaints(&Source::new("src/ui/a.rs", code));
        assert_eq!(found.len(), count, "{code}: {found:?}");
        assert!(complaints(&Source::new("src/cli/a.rs", code)).is_empty());
    }
}
