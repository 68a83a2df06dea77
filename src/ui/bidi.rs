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
        let (levels, runs) = info.visual_runs(paragraph, paragraph.range.clone());
        for run in runs {
            if levels[run.start].is_rtl() {
                turn(&text[run], &mut seen);
            } else {
                seen.push_str(&text[run]);
            }
        }
    }
    Cow::Owned(seen)
}

/// What is read from the right, word by word: within a word the shaping orders the letters, but a blank is
/// of another font, and what stands between blanks is laid out as it comes.
fn turn(run: &str, seen: &mut String) {
    let is_of_word =
        |c| matches!(bidi_class(c), BidiClass::R | BidiClass::AL | BidiClass::NSM | BidiClass::BN);
    let mut end = run.len();
    while let Some(last) = run[..end].chars().next_back() {
        let start = if is_of_word(last) {
            let word = run[..end].trim_end_matches(is_of_word);
            word.len()
        } else {
            end - last.len_utf8()
        };
        if is_of_word(last) {
            seen.push_str(&run[start..end]);
        } else {
            seen.push(mirrored(last));
        }
        end = start;
    }
}

/// A bracket as it is seen where the text reads from the right.
fn mirrored(c: char) -> char {
    const PAIRS: [(char, char); 5] = [('(', ')'), ('[', ']'), ('{', '}'), ('<', '>'), ('«', '»')];
    let other = |(open, close): (char, char)| match c {
        c if c == open => Some(close),
        c if c == close => Some(open),
        _ => None,
    };
    PAIRS.into_iter().find_map(other).unwrap_or(c)
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
            // Words change places, the letters of one do not.
            ("שיעור ראשון.mp4", "ראשון שיעור.mp4"),
            ("a חלק ב b.zip", "a ב חלק b.zip"),
            // A number reads from the left within what reads from the right.
            ("חלק 12 סוף.zip", "סוף 12 חלק.zip"),
            ("חלק (ב).zip", "(ב) חלק.zip"),
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
