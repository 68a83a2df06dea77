//! Fields of the settings that are typed into.
//!
//! Invariant: nothing changes while it is typed, and what cannot be used changes nothing and says why.

use eframe::egui;
use egui::{Id, Key, TextEdit, Ui, vec2};

use super::super::theme::tokens;

/// A text that counts once it is typed to its end and can be used.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// What it shows while nobody types.
    rests: String,
    text: String,
    is_typed: bool,
}

/// How a field is drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look<'a> {
    pub(super) id: Id,
    pub(super) width: f32,
    pub(super) hint: &'a str,
    /// What it is called where no label stands beside it.
    pub(super) name: Option<&'a str>,
    pub(super) label: Option<Id>,
}

impl Field {
    /// A field that shows `text`.
    pub(super) fn new(text: String) -> Self {
        Self { rests: text.clone(), text, is_typed: false }
    }

    /// What is in it now.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// What it shows while nobody types: what counts.
    pub(super) fn at_rest(&self) -> &str {
        &self.rests
    }

    /// Shows what is so now, unless something is being typed.
    pub(super) fn follow(&mut self, text: &str) {
        if self.rests != text {
            text.clone_into(&mut self.rests);
            if !self.is_typed {
                text.clone_into(&mut self.text);
            }
        }
    }

    /// Shows this, whatever was typed.
    pub(super) fn show_now(&mut self, text: String) {
        *self = Self::new(text);
    }

    /// Draws it. Hands back what was typed, once that is at its end and `is_good`; what is not is
    /// let go.
    pub(super) fn show(
        &mut self,
        ui: &mut Ui,
        look: Look<'_>,
        is_good: impl Fn(&str) -> bool,
    ) -> Option<String> {
        let t = tokens(ui);
        let colour = if !self.is_typed || is_good(&self.text) { t.text } else { t.err };
        let field = TextEdit::singleline(&mut self.text)
            .id(look.id)
            .hint_text(look.hint)
            .text_color(colour)
            .margin(vec2(10.0, 8.0))
            .desired_width(look.width.max(24.0));
        let mut field = ui.add(field);
        if let Some(label) = look.label {
            field = field.labelled_by(label);
        }
        if let Some(name) = look.name {
            field = field.accessible_name(name);
        }
        if field.changed() {
            self.is_typed = true;
        }
        if !field.lost_focus() {
            return None;
        }
        let is_left = ui.input(|i| i.key_pressed(Key::Escape));
        let is_new = std::mem::take(&mut self.is_typed) && self.text != self.rests;
        if is_left || !is_new || !is_good(&self.text) {
            self.text.clone_from(&self.rests);
            return None;
        }
        self.rests.clone_from(&self.text);
        Some(self.text.clone())
    }

    /// Whether what is being typed cannot be used.
    pub(super) fn is_bad(&self, is_good: impl Fn(&str) -> bool) -> bool {
        self.is_typed && !is_good(&self.text)
    }
}

/// The whole number a text is, where it lies within `range`.
pub(super) fn number(text: &str, range: (u32, u32)) -> Option<u32> {
    let text = text.trim();
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|n| digits && (range.0..=range.1).contains(n))
}

/// By how much the arrows change the number in a field that has the focus.
pub(super) fn arrows(ui: &Ui, id: Id) -> i64 {
    if !ui.memory(|m| m.has_focus(id)) {
        return 0;
    }
    let pressed = |key| i64::from(ui.input(|i| i.key_pressed(key)));
    pressed(Key::ArrowUp) - pressed(Key::ArrowDown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_whole_and_within_bounds() {
        for (text, expected) in [
            ("8", Some(8)),
            (" 32 ", Some(32)),
            ("0", None),
            ("33", None),
            ("+8", None),
            ("-8", None),
            ("1.5", None),
            ("", None),
            ("99999999999", None),
        ] {
            assert_eq!(number(text, (1, 32)), expected, "{text:?}");
        }
    }

    #[test]
    fn what_is_typed_is_not_overtaken() {
        let mut field = Field::new("8".into());
        field.follow("9");
        assert_eq!(field.text(), "9");
        field.is_typed = true;
        field.text = "1".into();
        field.follow("10");
        assert_eq!(field.text(), "1");
    }
}
