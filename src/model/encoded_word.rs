//! Encoded words of mail in a header of HTTP (RFC 2047): not allowed there, sent nevertheless.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::ext_value::Charset;

/// Base64 with or without its padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The text with its encoded words read. Nothing where a word is in a charset that is not known or
/// is broken: a name nobody can read is worse than the link's.
pub(super) fn decode(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut after_word = false;
    while let Some(at) = rest.find("=?") {
        let (before, here) = rest.split_at(at);
        let Some((word, after)) = Word::first(here) else {
            out.push_str(before);
            out.push_str("=?");
            rest = &here[2..];
            after_word = false;
            continue;
        };
        // Blanks between two words only separate them (RFC 2047 §6.2).
        if !(after_word && before.trim().is_empty()) {
            out.push_str(before);
        }
        out.push_str(&word.text()?);
        rest = after;
        after_word = true;
    }
    out.push_str(rest);
    // A word that was cut off: nothing of it is a name.
    (!out.starts_with("=?")).then_some(out)
}

/// `=?charset?Q|B?text?=`, in its parts.
struct Word<'a> {
    charset: &'a str,
    encoding: &'a str,
    body: &'a str,
}

impl<'a> Word<'a> {
    /// The word `text` begins with, and what follows it.
    fn first(text: &'a str) -> Option<(Self, &'a str)> {
        let (charset, rest) = text.strip_prefix("=?")?.split_once('?')?;
        let (encoding, rest) = rest.split_once('?')?;
        let (body, after) = rest.split_once("?=")?;
        let spaced = charset.contains(char::is_whitespace) || encoding.len() != 1;
        (!spaced).then_some((Self { charset, encoding, body }, after))
    }

    fn text(&self) -> Option<String> {
        // RFC 2231 §5 allows a language behind the charset.
        let name = self.charset.split('*').next().unwrap_or_default();
        let bytes = match self.encoding {
            "q" | "Q" => quoted(self.body.as_bytes())?,
            "b" | "B" => BASE64.decode(self.body).ok()?,
            _ => return None,
        };
        Charset::named(name.as_bytes())?.text(&bytes)
    }
}

/// The `Q` encoding (RFC 2047 §4.2): `_` is a blank, `=XX` a byte.
fn quoted(body: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(body.len());
    let mut rest = body;
    while let [first, after @ ..] = rest {
        rest = after;
        match first {
            b'_' => bytes.push(b' '),
            b'=' => {
                let [high, low, after @ ..] = after else { return None };
                let digit = |b: u8| char::from(b).to_digit(16);
                bytes.push(u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()?);
                rest = after;
            }
            other => bytes.push(*other),
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_and_other_text_left_alone() {
        for (text, expected) in [
            ("plain.txt", Some("plain.txt")),
            ("what=?.txt", Some("what=?.txt")),
            ("=?UTF-8?Q?=E8=8A=B8_3=2Epng?=", Some("芸 3.png")),
            ("=?utf-8*ja?b?6Iq4?=", Some("芸")),
            ("=?utf-8?B?6Iq4?= \t=?utf-8?B?6Iq4?=.png", Some("芸芸.png")),
            ("a =?ISO-8859-1?Q?=E4?= b", Some("a ä b")),
            ("a =?utf 8?Q?b?=", Some("a =?utf 8?Q?b?=")),
            ("a =?utf-8?QQ?b?=", Some("a =?utf-8?QQ?b?=")),
            ("=?EUC-JP?Q?=B7=DD?=", None),
            ("=?utf-8?Q?=E?=", None),
            ("=?utf-8?Q?=zz?=", None),
            ("=?utf-8?X?a?=", None),
            ("=?utf-8?Q?cut off", None),
            ("=?utf-8?B?***?=", None),
        ] {
            assert_eq!(decode(text).as_deref(), expected, "{text}");
        }
    }
}
