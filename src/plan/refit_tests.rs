//! Tests of [`super`]: a table of answers, and servers that hold the same file or another one.

use proptest::prelude::*;

use super::*;
use crate::model::options::{Credentials, Header};
use crate::model::validator::EntityTag;

const SIZE: u64 = 10 << 20;

fn generation(total: Option<u64>, etag: Option<&str>) -> Generation {
    Generation {
        total,
        validator: Validator {
            etag: etag.map(|tag| EntityTag(tag.into())),
            ..Validator::default()
        },
        content_type: Some("application/octet-stream".into()),
        ..Generation::new(1, "a.bin".into(), "a.bin.part".into(), None)
    }
}

fn half() -> SpanSet {
    [ByteRange::new(0, SIZE / 2)].into_iter().collect()
}

fn look(spans: SpanSet) -> Refit {
    let generation = Some(generation(Some(SIZE), Some("\"a\"")));
    Refit::new(Held { generation, spans, names_a_file: false, is_mirror: false }, 7)
}

fn head(status: u16, length: Option<u64>, headers: &[(&'static str, &str)]) -> Head {
    Head::read(status, length, headers.iter().map(|(n, v)| (*n, v.as_bytes())))
}

/// The honest part for what is asked, of a file of `size` bytes with this tag.
fn part(ask: &Ask, size: u64, etag: &str) -> Head {
    let Shape::Ranged { first, end, .. } = ask.shape else { panic!("asked plainly") };
    let end = end.unwrap_or(size).min(size);
    let place = format!("bytes {first}-{}/{size}", end - 1);
    head(206, Some(end - first), &[("Content-Range", &place), ("ETag", etag)])
}

fn whole(size: u64, etag: &str, kind: &str) -> Head {
    head(200, Some(size), &[("ETag", etag), ("Content-Type", kind)])
}

/// What the first answer leads to.
fn first(held: SpanSet, answer: impl FnOnce(&Ask) -> Head) -> Step {
    let mut refit = look(held);
    let answer = answer(&refit.ask());
    refit.answered(&answer)
}

fn no_file(kind: FailureKind, status: u16) -> Step {
    Step::Not(Misfit::NoFile(Failure::status(kind, status)))
}

#[test]
fn first_answers() {
    let sample = ByteRange::new(0, SAMPLE_BYTES);
    let compare = Step::Compare { at: 0, range: sample };
    let file = "application/zip";
    let other = Step::Not(Misfit::OtherSize { ours: SIZE, theirs: SIZE + 1 });
    assert_eq!(first(half(), |ask| part(ask, SIZE, "\"a\"")), compare);
    assert_eq!(first(half(), |ask| part(ask, SIZE, "\"b\"")), compare);
    assert_eq!(first(half(), |ask| part(ask, SIZE + 1, "\"a\"")), other);
    assert_eq!(first(half(), |_| whole(SIZE, "\"a\"", file)), compare);
    assert_eq!(first(half(), |_| whole(SIZE, "\"b\"", file)), Step::Not(Misfit::NoRanges));
    assert_eq!(first(half(), |_| whole(SIZE + 1, "\"b\"", file)), other);
    assert_eq!(first(half(), |_| whole(900, "\"b\"", "text/html")), Step::Not(Misfit::Page));
    assert_eq!(first(half(), |_| whole(90, "", "application/json")), Step::Not(Misfit::Page));
    for (status, kind) in [
        (401, FailureKind::Unauthorised),
        (403, FailureKind::Forbidden),
        (404, FailureKind::NotFound),
        (410, FailureKind::Gone),
        (418, FailureKind::BadStatus),
        (429, FailureKind::Busy),
        (500, FailureKind::ServerError),
    ] {
        assert_eq!(first(half(), |_| head(status, Some(0), &[])), no_file(kind, status));
    }
    let unsatisfied = |total: &str| head(416, Some(0), &[("Content-Range", total)]);
    assert_eq!(first(half(), |_| unsatisfied("bytes */10485761")), other);
    assert_eq!(first(half(), |_| unsatisfied("bytes */10485760")), Step::Ask, "asked plainly");
}

#[test]
fn digests_and_encodings_tell() {
    let mut refit = look(half());
    let told = |hex: u8| {
        format!("sha-256=:{}:", {
            use base64::Engine as _;
            base64::engine::general_purpose::STANDARD.encode([hex; 32])
        })
    };
    let answer = |digest: &str| {
        let place = format!("bytes 0-{}/{SIZE}", SAMPLE_BYTES - 1);
        head(206, Some(SAMPLE_BYTES), &[("Content-Range", &place), ("Repr-Digest", digest)])
    };
    refit.known.validator.digests = answer(&told(1)).validator.digests;
    refit.validator.digests = refit.known.validator.digests.clone();
    let mut same = refit.clone();
    assert_eq!(refit.answered(&answer(&told(2))), Step::Not(Misfit::OtherDigest));
    let Step::Compare { range, .. } = same.answered(&answer(&told(1))) else { panic!("refused") };
    let equal = Compared::Equal { flat: false };
    assert_eq!(same.compared(range, equal), Step::Fits(Fit::ByValidator));
    let zipped = head(200, Some(SIZE), &[("Content-Encoding", "gzip"), ("ETag", "\"a\"")]);
    assert_eq!(first(half(), |_| zipped), Step::Not(Misfit::OtherEncoding));
}

#[test]
fn an_equal_tag_does_not_outrank_the_bytes_that_came_with_it() {
    let mut refit = look(half());
    let Step::Compare { range, .. } = refit.answered(&part(&refit.ask(), SIZE, "\"a\"")) else {
        panic!("not compared")
    };
    let differs = Compared::Differs { at: 9 };
    assert_eq!(refit.compared(range, differs), Step::Not(Misfit::OtherBytes { at: 9 }));
}

#[test]
fn a_size_that_is_told_by_one_side_only_proves_nothing() {
    let generation = Some(generation(None, Some("\"a\"")));
    let held = Held { generation, spans: half(), names_a_file: false, is_mirror: false };
    let mut refit = Refit::new(held, 7);
    let shorter = part(&refit.ask(), SIZE / 2 - 1, "\"a\"");
    let ours = SIZE / 2;
    let other = Step::Not(Misfit::OtherSize { ours, theirs: ours - 1 });
    assert_eq!(refit.clone().answered(&shorter), other);
    let answer = part(&refit.ask(), SIZE, "\"a\"");
    let Step::Compare { range, .. } = refit.answered(&answer) else { panic!("not compared") };
    assert_eq!(refit.compared(range, Compared::Equal { flat: false }), Step::Ask);
}

#[test]
fn a_tag_that_changes_with_every_answer_is_not_kept() {
    let mut refit = look(half());
    for etag in ["\"x\"", "\"y\""] {
        let answer = part(&refit.ask(), SIZE, etag);
        let Step::Compare { range, .. } = refit.answered(&answer) else { panic!("refused") };
        refit.compared(range, Compared::Equal { flat: false });
    }
    let fit = Fit::ByBytes { samples: 8 };
    let renewed = refit.renewed(&generation(Some(SIZE), Some("\"a\"")), fit);
    assert!(renewed.validator.is_weak() && renewed.by_overlap);
}

#[test]
fn with_nothing_held_any_file_will_do() {
    let nothing = SpanSet::new;
    for etag in ["\"a\"", "\"b\""] {
        assert_eq!(first(nothing(), |ask| part(ask, 9, etag)), Step::Fits(Fit::NothingHeld));
    }
    let file = whole(9, "\"b\"", "application/zip");
    assert_eq!(first(nothing(), |_| file), Step::Fits(Fit::NothingHeld));
    let page = whole(9, "\"b\"", "text/html");
    assert_eq!(first(nothing(), |_| page.clone()), Step::Not(Misfit::Page), "it was a file before");
    let new = Held::default();
    assert_eq!(Refit::new(new.clone(), 1).answered(&page), Step::Fits(Fit::NothingHeld));
    let named = Held { names_a_file: true, ..new };
    assert_eq!(Refit::new(named, 1).answered(&page), Step::Not(Misfit::Page));
    assert_eq!(first(nothing(), |_| head(403, Some(0), &[])), no_file(FailureKind::Forbidden, 403));
    let empty = head(416, Some(0), &[("Content-Range", "bytes */0")]);
    assert_eq!(first(nothing(), |_| empty), Step::Fits(Fit::NothingHeld));
}

#[test]
fn odd_answers_are_given_up() {
    let mut refit = look(half());
    let odd = |refit: &Refit| {
        let Shape::Ranged { first, .. } = refit.ask().shape else { panic!("asked plainly") };
        let place = format!("bytes {}-{}/{SIZE}", first + 1, first + 9);
        head(206, Some(9), &[("Content-Range", &place)])
    };
    for expected in [Step::Ask, Step::Ask, Step::Not(Misfit::NoRanges)] {
        let answer = odd(&refit);
        assert_eq!(refit.answered(&answer), expected);
    }
}

#[test]
fn secrets_stay_with_their_server() {
    let url = |text| SourceUrl::parse(text).unwrap();
    let credentials = |user: &str| Credentials { user: user.into(), password: "p".into() };
    let all = JobOptions {
        headers: vec![Header { name: "X".into(), value: "y".into() }],
        cookie: Some("a=b".into()),
        referer: Some("http://r/".into()),
        credentials: Some(credentials("ann")),
        limit_bps: Some(9),
        ..JobOptions::default()
    };
    let none = JobOptions { limit_bps: Some(9), ..JobOptions::default() };
    let (old, other) = (url("http://h/a"), url("http://h:81/a"));
    assert!(options_for(&all, &old, &url("http://h/b?x=1")) == (all.clone(), false));
    assert!(options_for(&all, &old, &other) == (none.clone(), true));
    assert!(options_for(&none, &old, &other) == (none.clone(), false));
    assert!(options_for(&all, &old, &url("https://h/a")) == (none.clone(), true));
    let with = url("http://bob:q@h/a");
    assert!(options_for(&none, &with, &other) == (none.clone(), true));
    let known = options_for(&none, &with, &old).0.credentials.unwrap();
    assert_eq!((known.user, known.password), ("bob".into(), "q".into()), "the link had them");
    assert!(options_for(&all, &old, &with).0.credentials.is_none(), "those in the link count");
}

fn spans() -> impl Strategy<Value = SpanSet> {
    prop::collection::vec((0u64..64 << 20, 1u64..3 << 20), 0..6)
        .prop_map(|all| all.into_iter().map(|(s, len)| ByteRange::new(s, s + len)).collect())
}

proptest! {
    #[test]
    fn places_are_held_distinct_and_few(held in spans(), seed in any::<u64>()) {
        let places = samples(&held, seed);
        prop_assert!(places.len() <= MAX_SAMPLES);
        prop_assert!(places.iter().all(|p| !p.is_empty() && p.len() <= SAMPLE_BYTES));
        prop_assert!(places.iter().all(|p| held.contains(*p)));
        prop_assert_eq!(places.is_empty(), held.is_empty());
        let distinct: std::collections::BTreeSet<u64> = places.iter().map(|p| p.start).collect();
        prop_assert_eq!(distinct.len(), places.len());
        if let (Some(first), Some(last)) = (held.iter().next(), held.iter().next_back()) {
            prop_assert_eq!(places[0].start, first.start);
            prop_assert_eq!(places[1.min(places.len() - 1)].end, last.end);
        }
        let seen: SpanSet = places.iter().copied().collect();
        prop_assert!(places.len() == MAX_SAMPLES || seen == held, "all of what is not much");
    }

    /// Against any honest server: the same file fits, another one only where no place looked at
    /// tells; and it ends after a few requests.
    #[test]
    fn what_fits_was_compared(
        held in spans(),
        seed in any::<u64>(),
        same in any::<bool>(),
        differs_from in 0u64..64 << 20,
        flat_until in 0u64..64 << 20,
        own_tag in any::<bool>(),
    ) {
        let size = 80 << 20;
        let etag = if own_tag { "\"a\"" } else { "\"b\"" };
        let told = generation(Some(size), Some("\"a\""));
        let mut refit =
            Refit::new(Held { generation: Some(told), spans: held.clone(), names_a_file: true, is_mirror: false }, seed);
        let (mut places, mut tells) = (SpanSet::new(), false);
        let mut step = Step::Ask;
        for _ in 0..=MAX_SAMPLES {
            if step != Step::Ask { break; }
            let answer = part(&refit.ask(), size, etag);
            step = refit.answered(&answer);
            if let Step::Compare { range, .. } = step {
                let differs = !same && range.end > differs_from;
                let outcome = if differs {
                    Compared::Differs { at: range.start.max(differs_from) }
                } else {
                    places.insert(range);
                    let flat = range.end <= flat_until;
                    tells |= !flat;
                    Compared::Equal { flat }
                };
                step = refit.compared(range, outcome);
            }
        }
        match step.clone() {
            Step::Fits(Fit::NothingHeld) => prop_assert!(held.is_empty()),
            Step::Fits(Fit::ByValidator) => prop_assert!(own_tag),
            Step::Fits(Fit::ByBytes { .. }) => prop_assert!(tells || places == held),
            Step::Not(Misfit::OtherBytes { at }) => prop_assert!(!same && at >= differs_from),
            Step::Not(Misfit::ProvesNothing) => prop_assert!(!tells && places != held),
            Step::Ask | Step::Compare { .. } | Step::Not(_) => prop_assert!(false, "{step:?}"),
        }
    }
}
