//! Reads `Content-Disposition` (RFC 6266) as servers really send it: for the file's name and for
//! whether the answer is meant to be saved.
//!
//! Never fails and never panics: what cannot be read gives no name. The name is raw text from
//! outside; only [`super::name`] makes a file name of it.

use super::encoded_word;
use super::ext_value;

/// Bytes of the header that are looked at.
const MAX_HEADER_BYTES: usize = 16 * 1024;

/// Parameters that are looked at.
const MAX_PARAMETERS: usize = 128;

/// What the server wants done with the answer (RFC 6266 §4.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DispositionKind {
    /// To be shown.
    Inline,
    /// To be saved; also every type that is not known.
    Attachment,
    /// No type was sent, or none that can be read.
    #[default]
    Missing,
}

/// One `Content-Disposition`, read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Disposition {
    /// What is to be done.
    pub kind: DispositionKind,
    /// The name sent, never empty; `filename*` before `filename` (RFC 6266 §4.3).
    pub name: Option<String>,
}

/// Reads the header's value. Of a parameter sent twice the first counts.
pub fn parse(value: &[u8]) -> Disposition {
    let value = &value[..value.len().min(MAX_HEADER_BYTES)];
    let (kind, parameters) = split(value);
    Disposition { kind, name: name_of(&parameters).filter(|name| !name.trim().is_empty()) }
}

/// `filename*`, then its continuations (RFC 2231 §3), then `filename`.
fn name_of(parameters: &[Parameter]) -> Option<String> {
    let first = |wanted: &str| parameters.iter().find(|p| p.name == wanted);
    let extended = first("filename*");
    extended
        .filter(|p| p.form == Form::Token)
        .and_then(|p| ext_value::read(&p.value))
        .filter(|name| !name.is_empty())
        .or_else(|| continued(parameters))
        .or_else(|| first("filename").and_then(|p| plain(&p.value, extended.is_none())))
}

/// A `filename` without declared charset. `alone`: no `filename*` stood beside it, so that a
/// sender that knows only the old form may have percent-encoded it.
fn plain(value: &[u8], alone: bool) -> Option<String> {
    let text = text_of(value);
    if alone && let Some(decoded) = whole_percent_encoded(&text) {
        return Some(decoded);
    }
    encoded_word::decode(&text)
}

/// UTF-8 where it is UTF-8, else ISO-8859-1, which every byte sequence is.
fn text_of(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes)
        .map_or_else(|_| bytes.iter().map(|b| char::from(*b)).collect(), str::to_owned)
}

/// Undoes percent-encoding only where the whole text is what an encoder makes: visible ASCII, every
/// `%` the start of an escape, UTF-8 in the end, and something in it that had to be escaped.
fn whole_percent_encoded(text: &str) -> Option<String> {
    if !text.bytes().all(|b| b.is_ascii_graphic()) {
        return None;
    }
    let decoded = String::from_utf8(ext_value::percent_decode(text.as_bytes())?).ok()?;
    decoded.chars().any(|c| c == ' ' || !c.is_ascii()).then_some(decoded)
}

/// `filename*0*=UTF-8''…; filename*1=…`: sections from 0 on, up to the first that is missing.
fn continued(parameters: &[Parameter]) -> Option<String> {
    let mut charset = None;
    let mut bytes = Vec::new();
    for index in 0..MAX_PARAMETERS {
        let bare = format!("filename*{index}");
        let starred = format!("filename*{index}*");
        let Some(p) = parameters.iter().find(|p| p.name == bare || p.name == starred) else {
            break;
        };
        if p.name == bare {
            bytes.extend_from_slice(&p.value);
        } else if index == 0 {
            let (declared, encoded) = ext_value::split(&p.value)?;
            charset = Some(declared);
            bytes.extend(ext_value::percent_decode(encoded)?);
        } else {
            bytes.extend(ext_value::percent_decode(&p.value)?);
        }
    }
    match charset {
        Some(charset) => charset.text(&bytes),
        None => Some(text_of(&bytes)),
    }
    .filter(|name| !name.is_empty())
}

/// How a parameter's value was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Token,
    Quoted,
}

/// One parameter: its name in lower case, its value without quotes.
#[derive(Debug)]
struct Parameter {
    name: String,
    value: Vec<u8>,
    form: Form,
}

/// The type and the parameters. A first part with `=` in it is a parameter whose type is missing.
fn split(value: &[u8]) -> (DispositionKind, Vec<Parameter>) {
    let mut kind = DispositionKind::Missing;
    let mut parameters = Vec::new();
    let mut rest = value;
    let mut at_start = true;
    while !rest.is_empty() && parameters.len() < MAX_PARAMETERS {
        let quoted = rest.trim_ascii_start().starts_with(b"\"");
        let end = rest.iter().position(|b| matches!(b, b';' | b'=')).unwrap_or(rest.len());
        if quoted {
            // A quoted string where a name belongs: skipped whole, whatever stands in it.
            (_, rest) = quoted_value(&rest.trim_ascii_start()[1..]);
        } else if rest.get(end) == Some(&b'=') {
            let name = text_of(rest[..end].trim_ascii()).to_ascii_lowercase();
            let (value, form, after) = parameter_value(&rest[end + 1..]);
            parameters.push(Parameter { name, value, form });
            rest = after;
        } else {
            if at_start {
                kind = kind_of(rest[..end].trim_ascii());
            }
            rest = rest.get(end + 1..).unwrap_or_default();
        }
        at_start = false;
    }
    (kind, parameters)
}

fn kind_of(token: &[u8]) -> DispositionKind {
    if token.eq_ignore_ascii_case(b"inline") {
        DispositionKind::Inline
    } else if token.is_empty() || !token.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-') {
        DispositionKind::Missing
    } else {
        DispositionKind::Attachment
    }
}

/// The value that begins here, how it was written, and what follows it: a semicolon first, which ends
/// a part without a name.
fn parameter_value(rest: &[u8]) -> (Vec<u8>, Form, &[u8]) {
    let rest = rest.trim_ascii_start();
    if rest.first() == Some(&b'"') {
        let (value, after) = quoted_value(&rest[1..]);
        return (value, Form::Quoted, after);
    }
    let end = rest.iter().position(|b| *b == b';').unwrap_or(rest.len());
    let (value, after) = rest.split_at(end);
    (value.trim_ascii().to_vec(), Form::Token, after)
}

/// A quoted string without its quotes and backslashes (RFC 9110 §5.6.4); unclosed it ends with the
/// header. What stands between its end and the next semicolon is dropped.
fn quoted_value(rest: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut value = Vec::new();
    let mut at = 0;
    while at < rest.len() && rest[at] != b'"' {
        if rest[at] == b'\\' && at + 1 < rest.len() {
            at += 1;
        }
        value.push(rest[at]);
        at += 1;
    }
    let after = rest.get(at + 1..).unwrap_or_default();
    let next = after.iter().position(|b| *b == b';').unwrap_or(after.len());
    (value, &after[next..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name(header: &str) -> Option<String> {
        parse(header.as_bytes()).name
    }

    #[test]
    fn names_by_form() {
        for (header, expected) in [
            ("attachment; filename=\"a b.zip\"", "a b.zip"),
            ("attachment; FileName = a.zip ;", "a.zip"),
            ("inline; filename=a.pdf", "a.pdf"),
            ("filename=a.pdf", "a.pdf"),
            ("attachment; filename=\"a\\\"b\\c.txt\"", "a\"bc.txt"),
            ("attachment; filename=\"a;b.txt\"; x=y", "a;b.txt"),
            ("attachment; x=\"filename=no\"; filename=yes", "yes"),
            ("attachment; filename=\"unclosed.bin", "unclosed.bin"),
            ("attachment; filename=\"a.html\".txt; filename=b", "a.html"),
            ("attachment; filename=one; filename=two", "one"),
            ("\"a; filename=no\"; filename=yes", "yes"),
            ("attachment; filename=plain; filename*=UTF-8''%E4%B8%AD.txt", "中.txt"),
            ("attachment; filename*=utf8'en'A-%2541; filename=b", "A-%41"),
            ("attachment; filename*=ISO-8859-1''%A3.pdf", "£.pdf"),
            ("attachment; filename*=UTF-8''; filename=b", "b"),
            ("attachment; filename*=UTF-8''%zz; filename=b", "b"),
            ("attachment; filename*=KOI8-R''%C1; filename=b%20c", "b%20c"),
            ("attachment; filename*0*=UTF-8''a%20; filename*1=\"b;\"; filename*2*=%C3%A4", "a b;ä"),
            ("attachment; filename=%E4%B8%AD%20a.txt", "中 a.txt"),
            ("attachment; filename=50%.txt", "50%.txt"),
            ("attachment; filename=a%41.txt", "a%41.txt"),
            ("attachment; filename=\"=?UTF-8?B?5Lit?= =?utf-8?q?_a?=.txt\"", "中 a.txt"),
            ("attachment; filename=\"中.txt\"", "中.txt"),
        ] {
            assert_eq!(name(header).as_deref(), Some(expected), "{header}");
        }
        assert_eq!(parse(b"attachment; filename=\"\xA3.txt\"").name.as_deref(), Some("£.txt"));
    }

    #[test]
    fn headers_without_a_name() {
        for header in [
            "",
            "inline",
            "attachment;",
            "attachment filename=a",
            "attachment; xfilename=a",
            "attachment; filename=",
            "attachment; filename=\"  \"",
            "attachment; filename *=UTF-8''a",
            "attachment; filename*=\"UTF-8''a\"",
            "attachment; filename*=UTF-8'a",
            "attachment; filename*1=b; filename*2=c",
            "attachment; filename==?EUC-JP?Q?=B7=DD?=",
        ] {
            assert_eq!(name(header), None, "{header}");
        }
    }

    #[test]
    fn kinds() {
        for (header, expected) in [
            ("INLINE; filename=a", DispositionKind::Inline),
            ("attachment", DispositionKind::Attachment),
            ("foobar; filename=a", DispositionKind::Attachment),
            ("filename=a", DispositionKind::Missing),
            ("\"attachment\"", DispositionKind::Missing),
            ("", DispositionKind::Missing),
        ] {
            assert_eq!(parse(header.as_bytes()).kind, expected, "{header}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(
            bytes in prop::collection::vec(any::<u8>(), 0..200),
            soup in "[afilnem*=;'\"\\\\?%0-9QB_ -]{0,80}",
        ) {
            for header in [bytes, format!("attachment; filename{soup}").into_bytes()] {
                prop_assert!(parse(&header).name.is_none_or(|name| !name.trim().is_empty()));
            }
        }

        #[test]
        fn a_quoted_name_comes_back(name in "[^\\p{C}\\p{Z}%=][^\\p{C}%=]{0,40}[^\\p{C}\\p{Z}%=]") {
            let quoted = name.replace('\\', "\\\\").replace('"', "\\\"");
            let header = format!("attachment; filename=\"{quoted}\"; x=y");
            prop_assert_eq!(parse(header.as_bytes()).name, Some(name));
        }
    }
}
