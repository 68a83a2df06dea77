//! The `Link` header (RFC 8288 §3), as far as it names copies of a file, targets whose relation is
//! `duplicate` (RFC 6249 §3), in the order its `pri` parameters put them, and Metalink documents that
//! describe it, those whose relation is `describedby` (RFC 6249 §4.1).
//!
//! Invariant: whatever comes, no panic and no more than [`MAX_DUPLICATES`] targets of each kind; a
//! target is what stood between the angle brackets, not yet a link.

/// Copies, and descriptions, taken from one answer.
pub const MAX_DUPLICATES: usize = 16;
/// The priority of a copy that names none: the last (RFC 6249 §3.1).
const LAST: u32 = 999_999;
/// Media types of Metalink documents, of version 4 and of version 3.
const METALINKS: [&str; 2] = ["application/metalink4+xml", "application/metalink+xml"];

/// The copies named by the values of an answer's `Link` lines, the preferred first.
pub fn duplicates<'a>(lines: impl IntoIterator<Item = &'a [u8]>) -> Vec<String> {
    targets(lines, |parameters| is_related(parameters, "duplicate"))
}

/// The Metalink documents named by the values of an answer's `Link` lines.
pub fn descriptions<'a>(lines: impl IntoIterator<Item = &'a [u8]>) -> Vec<String> {
    targets(lines, |parameters| {
        let kind = value_of(parameters, "type").and_then(|kind| kind.split(';').next());
        let is_metalink =
            |kind: &str| METALINKS.iter().any(|m| kind.trim().eq_ignore_ascii_case(m));
        is_related(parameters, "describedby") && kind.is_some_and(is_metalink)
    })
}

type Parameters<'a> = [(&'a str, String)];

fn value_of<'a>(parameters: &'a Parameters<'_>, name: &str) -> Option<&'a str> {
    let found = parameters.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.as_str())
}

fn is_related(parameters: &Parameters<'_>, relation: &str) -> bool {
    let relations = value_of(parameters, "rel").unwrap_or_default();
    relations.split_ascii_whitespace().any(|r| r.eq_ignore_ascii_case(relation))
}

/// The targets that are wanted, by their priority.
fn targets<'a>(
    lines: impl IntoIterator<Item = &'a [u8]>,
    is_wanted: impl Fn(&Parameters<'_>) -> bool,
) -> Vec<String> {
    let mut found: Vec<(u32, String)> = Vec::new();
    for line in lines {
        let Ok(line) = std::str::from_utf8(line) else { continue };
        for (target, parameters) in links(line) {
            // A link with an anchor speaks of another file than the one that was asked for.
            let is_of_this = value_of(&parameters, "anchor").is_none();
            if is_of_this && !target.is_empty() && is_wanted(&parameters) {
                let pri = value_of(&parameters, "pri").and_then(|pri| pri.parse().ok());
                let pri = pri.filter(|n| (1..LAST).contains(n)).unwrap_or(LAST);
                found.push((pri, target.to_owned()));
            }
        }
    }
    found.sort_by_key(|(pri, _)| *pri);
    let mut targets: Vec<String> = Vec::new();
    for (_, target) in found {
        if targets.len() < MAX_DUPLICATES && !targets.contains(&target) {
            targets.push(target);
        }
    }
    targets
}

/// Targets of one line with their parameters.
fn links(line: &str) -> Vec<(&str, Vec<(&str, String)>)> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(open) = rest.find('<') {
        let Some((target, after)) = rest[open + 1..].split_once('>') else { break };
        let (parameters, left) = parameters(after);
        found.push((target.trim(), parameters));
        rest = left;
    }
    found
}

/// The parameters behind a target, and what stands after them: the next link, or nothing.
fn parameters(mut rest: &str) -> (Vec<(&str, String)>, &str) {
    let mut found = Vec::new();
    loop {
        rest = rest.trim_start_matches([' ', '\t']);
        let Some(after) = rest.strip_prefix(';') else { return (found, rest) };
        let after = after.trim_start_matches([' ', '\t']);
        let end = after.find([';', ',', '=']).unwrap_or(after.len());
        let (name, left) = (after[..end].trim_end(), &after[end..]);
        let Some(left) = left.strip_prefix('=') else {
            found.push((name, String::new()));
            rest = left;
            continue;
        };
        let (value, left) = value(left.trim_start_matches([' ', '\t']));
        found.push((name, value));
        rest = left;
    }
}

/// A token or a quoted string (RFC 9110 §5.6.4), and what stands after it.
fn value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([';', ',']).unwrap_or(text.len());
        return (text[..end].trim_end().to_owned(), &text[end..]);
    };
    let mut value = String::new();
    let mut escaped = false;
    for (at, c) in quoted.char_indices() {
        match c {
            _ if escaped => {
                value.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => return (value, &quoted[at + 1..]),
            _ => value.push(c),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(lines: &[&str]) -> Vec<String> {
        duplicates(lines.iter().map(|line| line.as_bytes()))
    }

    #[test]
    fn copies_in_the_order_of_their_priority() {
        let cases: [(&[&str], &[&str]); 12] = [
            // RFC 6249 §3: the example.
            (
                &[
                    "<http://www2.example.com/example.ext>; rel=duplicate; pri=1; pref",
                    "<ftp://ftp.example.com/example.ext>; rel=duplicate; pri=2; geo=gb; depth=1",
                    "<http://example.com/example.ext.torrent>; rel=describedby; \
                     type=\"application/x-bittorrent\"; name=\"differentname.ext\"",
                ],
                &["http://www2.example.com/example.ext", "ftp://ftp.example.com/example.ext"],
            ),
            (&["<b>;rel=duplicate;pri=2,<a>;rel=\"duplicate\";pri=1"], &["a", "b"]),
            (&["<c>; rel=duplicate, <d>; pri=7; rel=duplicate"], &["d", "c"]),
            (&["<a,b;c>; rel=\"next duplicate\""], &["a,b;c"]),
            (&["<a>; rel=DUPLICATE", "<a>; rel=duplicate"], &["a"]),
            (&["<a>; title=\"x, <evil>; rel=duplicate\"; rel=duplicate"], &["a"]),
            (&["<a>; title=\"x\\\"; rel=next\"; rel=duplicate"], &["a"]),
            (&["<a>; rel=next, <b>"], &[]),
            (&["<>; rel=duplicate"], &[]),
            (&["<other>; rel=duplicate; anchor=\"/x\""], &[]),
            (&["<a; rel=duplicate", "a>; rel=duplicate", ";;;,,<"], &[]),
            (&["<a> ; pref ; rel = duplicate ; pri = 0"], &["a"]),
        ];
        for (lines, copies) in cases {
            assert_eq!(read(lines), copies, "{lines:?}");
        }
        let many: Vec<String> = (0..50).map(|n| format!("<{n}>; rel=duplicate")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(read(&many).len(), MAX_DUPLICATES);
    }

    #[test]
    fn descriptions_are_metalinks_alone() {
        let cases: [(&[&str], &[&str]); 7] = [
            (
                &[
                    "<http://example.com/example.ext.torrent>; rel=describedby; \
                     type=\"application/x-bittorrent\"",
                    "<http://example.com/example.ext.meta4>; rel=describedby; \
                     type=\"application/metalink4+xml\"",
                ],
                &["http://example.com/example.ext.meta4"],
            ),
            (&["<a>;type=Application/Metalink4+XML;rel=\"next DescribedBy\""], &["a"]),
            (&["<a>;type=\"application/metalink+xml; charset=utf-8\";rel=describedby"], &["a"]),
            (&["<a>; rel=describedby", "<b>; rel=describedby; type=text/html"], &[]),
            (&["<a>; rel=duplicate; type=\"application/metalink4+xml\""], &[]),
            (&["<a>; rel=describedby; type=\"application/metalink4+xml\"; anchor=\"/b\""], &[]),
            (&["<>; rel=describedby; type=\"application/metalink4+xml\""], &[]),
        ];
        for (lines, expected) in cases {
            let found = descriptions(lines.iter().map(|line| line.as_bytes()));
            assert_eq!(found, expected, "{lines:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_comes(
            bytes in prop::collection::vec(any::<u8>(), 0..200),
            text in "[<>;,=\" \\\\a-z]{0,80}(rel=duplicate)?[<>;,=\" \\\\]{0,20}",
        ) {
            for copy in duplicates([&bytes[..], text.as_bytes()]) {
                prop_assert!(!copy.is_empty() && !copy.contains('>'));
            }
        }
    }
}
