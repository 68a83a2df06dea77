//! Whether an answer speaks of the representation that was begun (ENGINE: identity comes first).

use crate::model::change::Change;
use crate::model::digests::Agreement;
use crate::model::validator::Validator;

use super::head::Head;

/// What is known of the representation that was begun.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Its size in bytes.
    pub total: Option<u64>,
    /// What it was identified by.
    pub validator: Validator,
    /// The encoding it came in.
    pub encoding: Option<String>,
    /// The content type it came with, lower case, without parameters.
    pub content_type: Option<String>,
    /// Whether bytes of it are held.
    pub begun: bool,
    /// Whether a description of it tells a digest of the whole.
    pub described: bool,
}

impl Known {
    /// Whether it came as a web page.
    pub fn is_page(&self) -> bool {
        self.content_type.as_deref().is_some_and(is_page)
    }
}

/// Whether a content type is that of a web page.
pub fn is_page(content_type: &str) -> bool {
    matches!(content_type, "text/html" | "application/xhtml+xml")
}

/// What the validators say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sameness {
    /// A strong validator is equal.
    Same,
    /// Nothing strong to compare: bytes must prove it.
    Unknown,
    /// It is another representation.
    Changed(Change),
}

/// Compares an answer with what was begun. `total` is what the answer says of the whole.
pub fn identity(head: &Head, total: Option<u64>, known: &Known) -> Sameness {
    if let (Some(now), Some(then)) = (total, known.total)
        && now != then
    {
        return Sameness::Changed(Change::Total);
    }
    match head.validator.digests.agreement(&known.validator.digests) {
        Agreement::Same => return Sameness::Same,
        Agreement::Different => return Sameness::Changed(Change::Digest),
        Agreement::Nothing => {}
    }
    if head.encoding != known.encoding {
        return Sameness::Changed(Change::Encoding);
    }
    by_validator(&head.validator, &known.validator, total.is_some() && known.total.is_some())
}

fn by_validator(now: &Validator, then: &Validator, totals_equal: bool) -> Sameness {
    let date_equal = match (&now.last_modified, &then.last_modified) {
        (Some(now), Some(then)) => Some(now == then),
        _ => None,
    };
    match (&now.etag, &then.etag) {
        (Some(a), Some(b)) if !a.is_weak() && !b.is_weak() => {
            if a == b {
                Sameness::Same
            } else if totals_equal && date_equal == Some(true) {
                Sameness::Changed(Change::TagOnly)
            } else {
                Sameness::Changed(Change::Tag)
            }
        }
        // A weak tag is evidence at best; equal or not, the bytes decide.
        (Some(_), _) | (_, Some(_)) => Sameness::Unknown,
        (None, None) => match date_equal {
            Some(true) if now.strong_date && then.strong_date => Sameness::Same,
            Some(false) => Sameness::Changed(Change::Date),
            Some(true) | None => Sameness::Unknown,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::checksum::Checksum;
    use crate::model::validator::EntityTag;

    fn validator(etag: Option<&str>, date: Option<&str>) -> Validator {
        Validator {
            etag: etag.map(|t| EntityTag(t.into())),
            last_modified: date.map(str::to_owned),
            strong_date: date.is_some(),
            ..Validator::default()
        }
    }

    #[test]
    fn table() {
        use Sameness::{Changed, Same, Unknown};
        let (a, b) = (Some("\"a\""), Some("\"b\""));
        let (weak, day, other) = (Some("W/\"a\""), Some("mon"), Some("tue"));
        for (now, then, totals, expected) in [
            ((a, None), (a, None), Some(1), Same),
            ((a, day), (b, day), Some(1), Changed(Change::TagOnly)),
            ((a, day), (b, other), Some(1), Changed(Change::Tag)),
            ((a, None), (b, None), Some(1), Changed(Change::Tag)),
            ((a, None), (a, None), Some(2), Changed(Change::Total)),
            ((weak, None), (weak, None), Some(1), Unknown),
            ((weak, None), (a, None), Some(1), Unknown),
            ((None, None), (a, None), Some(1), Unknown),
            ((None, day), (None, day), Some(1), Same),
            ((None, day), (None, other), Some(1), Changed(Change::Date)),
            ((None, day), (a, other), Some(1), Unknown),
            ((None, None), (None, None), None, Unknown),
        ] {
            let head = Head { validator: validator(now.0, now.1), ..Head::default() };
            let known =
                Known { total: Some(1), validator: validator(then.0, then.1), ..Known::default() };
            assert_eq!(identity(&head, totals, &known), expected, "{now:?} {then:?} {totals:?}");
        }
    }

    #[test]
    fn a_date_identifies_only_where_it_was_strong_both_times() {
        for (now, then) in [(true, true), (true, false), (false, true), (false, false)] {
            let dated = |strong_date| Validator { strong_date, ..validator(None, Some("mon")) };
            let head = Head { validator: dated(now), ..Head::default() };
            let known = Known { validator: dated(then), ..Known::default() };
            let expected = if now && then { Sameness::Same } else { Sameness::Unknown };
            assert_eq!(identity(&head, None, &known), expected, "{now} {then}");
        }
    }

    #[test]
    fn digest_and_encoding_outrank_tags() {
        let mut head = Head { validator: validator(Some("\"a\""), None), ..Head::default() };
        let mut known = Known { validator: validator(Some("\"a\""), None), ..Known::default() };
        head.encoding = Some("gzip".into());
        assert_eq!(identity(&head, None, &known), Sameness::Changed(Change::Encoding));
        let digest = |text: &str| text.parse::<Checksum>().unwrap();
        head.validator.digests.add(digest("crc32c:00000001"));
        known.validator.digests.add(digest("crc32:00000002"));
        assert_eq!(
            identity(&head, None, &known),
            Sameness::Changed(Change::Encoding),
            "no algorithm in common says nothing"
        );
        known.validator.digests.add(digest("crc32c:00000003"));
        assert_eq!(identity(&head, None, &known), Sameness::Changed(Change::Digest));
        known.validator.digests.clone_from(&head.validator.digests);
        head.validator.etag = None;
        assert_eq!(identity(&head, None, &known), Sameness::Same);
        assert_eq!(
            identity(&head, Some(1), &Known { total: Some(2), ..known }),
            Sameness::Changed(Change::Total)
        );
    }
}
