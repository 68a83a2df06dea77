//! Whether an unfinished file that no job knows of is a part of what an answer brings, by the record
//! at its end. Invariant: where anything speaks against it, it is left alone.

use super::head::Head;
use super::identity::{Known, Sameness, identity};
use super::trailer::Header;
use crate::model::validator::Validator;

/// What an unfinished file is to a job that has just begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attach {
    /// A part of the same representation: what of it is proved by its hash counts.
    Same,
    /// Nothing speaks against it, and nothing strong for it: what is proved by its hash counts once
    /// answers were compared with it. From now on this identifies it.
    ByOverlap(Validator),
    /// Not ours to touch.
    Alone,
}

/// Compares the record with the first answer. `name` is the one the part was found under, and `total` what the answer says of its size.
pub fn attach(record: &Header, name: &str, head: &Head, total: Option<u64>) -> Attach {
    // One that was given another name is someone's.
    if total != Some(record.total) || name != record.name {
        return Attach::Alone;
    }
    let known = Known {
        total: Some(record.total),
        validator: record.validator.clone(),
        // No record is made of what comes encoded.
        encoding: None,
        content_type: record.content_type.clone(),
        begun: true,
        described: false,
    };
    match identity(head, total, &known) {
        Sameness::Same => Attach::Same,
        Sameness::Changed(_) => Attach::Alone,
        Sameness::Unknown if speaks_against(record, head) => Attach::Alone,
        Sameness::Unknown => Attach::ByOverlap(weaker(&record.validator, &head.validator)),
    }
}

/// Whether the weak evidence of the two differs.
fn speaks_against(record: &Header, head: &Head) -> bool {
    let (then, now) = (&record.validator, &head.validator);
    let tags = then.etag.as_ref().zip(now.etag.as_ref());
    let dates = then.last_modified.as_ref().zip(now.last_modified.as_ref());
    tags.is_some_and(|(then, now)| then.opaque() != now.opaque())
        || dates.is_some_and(|(then, now)| then != now)
        || record.content_type != head.content_type
}

/// What does not say more than both do: later answers are compared with what is held, whatever one
/// of the two alone would say of them.
fn weaker(then: &Validator, now: &Validator) -> Validator {
    let digests = now.digests.clone();
    let weak = [now, then].into_iter().find(|validator| validator.is_weak());
    Validator { digests, ..weak.cloned().unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::checksum::Checksum;
    use crate::model::validator::EntityTag;
    use proptest::prelude::*;

    const TOTAL: u64 = 100;

    fn validator((etag, date): (Option<&str>, Option<&str>)) -> Validator {
        Validator {
            etag: etag.map(|tag| EntityTag(tag.into())),
            last_modified: date.map(str::to_owned),
            ..Validator::default()
        }
    }

    fn record(told: (Option<&str>, Option<&str>)) -> Header {
        let validator = validator(told);
        Header { id: 1, total: TOTAL, name: "a".into(), validator, content_type: None }
    }

    fn head(told: (Option<&str>, Option<&str>)) -> Head {
        Head { validator: validator(told), ..Head::default() }
    }

    #[test]
    fn table() {
        let by = |told| Attach::ByOverlap(validator(told));
        let (a, b, weak, other) = (Some("\"a\""), Some("\"b\""), Some("W/\"a\""), Some("W/\"b\""));
        let (mon, tue) = (Some("mon"), Some("tue"));
        for (then, now, expected) in [
            ((a, None), (a, None), Attach::Same),
            ((a, mon), (a, tue), Attach::Same),
            ((a, mon), (b, mon), Attach::Alone),
            ((a, None), (b, None), Attach::Alone),
            ((None, None), (None, None), by((None, None))),
            ((weak, mon), (weak, mon), by((weak, mon))),
            ((weak, None), (other, None), Attach::Alone),
            ((weak, None), (b, None), Attach::Alone),
            ((weak, mon), (weak, tue), Attach::Alone),
            ((None, mon), (None, mon), by((None, mon))),
            ((None, mon), (None, tue), Attach::Alone),
            ((None, mon), (None, None), by((None, None))),
            // Neither of the two says what it is strongly for both.
            ((a, None), (None, None), by((None, None))),
            ((None, None), (a, None), by((None, None))),
            ((a, None), (weak, None), by((weak, None))),
            ((weak, mon), (a, None), by((weak, mon))),
        ] {
            assert_eq!(attach(&record(then), "a", &head(now), Some(TOTAL)), expected, "{then:?}");
        }
    }

    #[test]
    fn digests_told_now_are_kept_for_the_end() {
        let (then, mut now) = (record((None, Some("mon"))), head((None, Some("mon"))));
        now.validator.digests.add("crc32c:00000001".parse().unwrap());
        let found = attach(&then, "a", &now, Some(TOTAL));
        assert_eq!(found, Attach::ByOverlap(now.validator));
    }

    #[test]
    fn what_differs_otherwise_is_left_alone() {
        let tag = (Some("\"a\""), None);
        let (record, head) = (record(tag), head(tag));
        assert_eq!(attach(&record, "b", &head, Some(TOTAL)), Attach::Alone);
        assert_eq!(attach(&record, "a", &head, Some(TOTAL + 1)), Attach::Alone);
        assert_eq!(attach(&record, "a", &head, None), Attach::Alone);
        let encoded = Head { encoding: Some("gzip".into()), ..head.clone() };
        assert_eq!(attach(&record, "a", &encoded, Some(TOTAL)), Attach::Alone);
        let bare = Head { content_type: Some("text/plain".into()), ..Head::default() };
        assert_eq!(attach(&record, "a", &bare, Some(TOTAL)), Attach::Alone);
        let digest = |text: &str| text.parse::<Checksum>().unwrap();
        let (mut then, mut now) = (record, head);
        then.validator.digests.add(digest("crc32c:00000001"));
        now.validator.digests.add(digest("crc32c:00000002"));
        assert_eq!(attach(&then, "a", &now, Some(TOTAL)), Attach::Alone);
    }

    #[test]
    fn two_strong_ones_that_cannot_be_compared_are_no_proof() {
        let dated = Validator { strong_date: true, ..validator((None, Some("mon"))) };
        let head = Head { validator: dated, ..Head::default() };
        let found = attach(&record((Some("\"a\""), None)), "a", &head, Some(TOTAL));
        assert_eq!(found, Attach::ByOverlap(Validator::default()));
    }

    fn any_validator() -> impl Strategy<Value = Validator> {
        let tags = prop::sample::select(vec![None, Some("\"a\""), Some("\"b\""), Some("W/\"a\"")]);
        let dates = prop::sample::select(vec![None, Some("mon"), Some("tue")]);
        (tags, dates, any::<bool>()).prop_map(|(etag, date, strong_date)| Validator {
            strong_date: strong_date && date.is_some(),
            ..validator((etag, date))
        })
    }

    proptest! {
        /// What is not the same by something strong is never gone on with as if it were, and two
        /// strong tags that differ are never one file.
        #[test]
        fn nothing_is_trusted_without_a_reason(then in any_validator(), now in any_validator()) {
            let strong = |v: &Validator| v.etag.clone().filter(|tag| !tag.is_weak());
            let record = Header { validator: then.clone(), ..record((None, None)) };
            let head = Head { validator: now.clone(), ..Head::default() };
            match attach(&record, "a", &head, Some(TOTAL)) {
                Attach::Same => prop_assert!(!then.is_weak() && !now.is_weak()),
                Attach::ByOverlap(validator) => {
                    prop_assert!(validator.is_weak());
                    prop_assert!(strong(&then).is_none() || strong(&now).is_none());
                }
                Attach::Alone => {}
            }
        }
    }
}
