//! Text in the order in which it is seen, where parts of it are written from the right (Unicode Standard
//! Annex 9): what draws it lays the parts out from left to right as they come, and orders only within one.
//!
//! Invariant: text without such parts is left as it is, and none loses or gains a character.

use std::borrow::Cow;

use unicode_bidi::{BidiClass, BidiInfo, Level, bidi_class};

/// One line as it is to be drawn. The whole reads from the left, so that a name's ending stays at its
/// end.
pub(crate) fn visual(text: &str) -> Cow<'_, str> {
    let is_from_right = |c| matches!(bidi_class(c), BidiClass::R | BidiClass::AL);
    if text.is_ascii() || !text.chars().any(is_from_right) {
        return Cow::Borrowed(text);
    }
    let info = BidiInfo::new(text, Some(Level::ltr()));
    let mut seen = String::with_capacity(text.len());
    for paragraph in &info.paragraphs {
        let (_, runs) = info.visual_runs(paragraph, paragraph.range.clone());
        seen.extend(runs.into_iter().map(|run| &text[run]));
    }
    Cow::Owned(seen)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn table() {
        for (text, expected) in [
            ("plain.iso", "plain.iso"),
            ("中文.mp4", "中文.mp4"),
            // One part is ordered where it is drawn.
            ("שיעור ראשון.mp4", "שיעור ראשון.mp4"),
            // A number reads from the left within what reads from the right.
            ("חלק 12 סוף.zip", " סוף12חלק .zip"),
            ("a חלק ב b.zip", "a חלק ב b.zip"),
        ] {
            assert_eq!(visual(text), expected);
        }
    }

    proptest! {
        #[test]
        fn no_character_comes_or_goes(text in "[a-c0-9 .\u{5d0}-\u{5d4}\u{627}-\u{62a}\u{202e}]{0,24}") {
            let sorted = |text: &str| {
                let mut all: Vec<char> = text.chars().collect();
                all.sort_unstable();
                all
            };
            prop_assert_eq!(sorted(&visual(&text)), sorted(&text));
        }
    }
}
