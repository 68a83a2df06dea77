//! What answers mean, row by row.

use super::*;

const SIZE: u64 = 1000;

fn ranged(first: u64, end: Option<u64>) -> Ask {
    let shape = Shape::Ranged { first, end, condition: None };
    Ask { shape, write_from: first, siblings_flow: false, names_a_file: false }
}

fn whole_of(length: Option<u64>, place: Option<&str>) -> Head {
    let place = place.map(|place| ("Content-Range", place.as_bytes()));
    Head::read(200, length, place)
}

/// The whole, with these fields.
fn answer(fields: &[(&str, Vec<u8>)]) -> Head {
    Head::read(200, Some(SIZE), fields.iter().map(|(name, value)| (*name, &value[..])))
}

fn begun() -> Known {
    Known { total: Some(SIZE), begun: true, ..Known::default() }
}

/// What a verdict comes to, in a word; where it fails, with the answer's status.
fn told(verdict: &Verdict) -> String {
    let code = |failure: &Failure| {
        assert!(failure.status.is_some(), "{failure:?}");
        failure.kind.code()
    };
    match verdict {
        Verdict::Stop(failure) => code(failure),
        Verdict::Retry(failure, after) => format!("{} {after:?}", code(failure)),
        Verdict::Crowded(after) => format!("crowded {after:?}"),
        Verdict::Ask(otherwise, _) => format!("{otherwise:?}").to_lowercase(),
        Verdict::Redirect => "redirect".into(),
        other @ (Verdict::Body(_) | Verdict::Complete { .. } | Verdict::Changed { .. }) => {
            format!("{other:?}")
        }
    }
}

/// Of the job's first request, one beside others that flow, one of a file that was begun, and one
/// without a range.
#[test]
fn each_status_means_what_it_says() {
    let (busy, sick, full) = ("busy Some(7s)", "server_error Some(7s)", "crowded Some(7s)");
    let (plain, bad) = ("plain", "bad_status");
    for (statuses, expected) in [
        (&[100, 199, 207, 226, 299, 402, 406, 418, 600, 999][..], [bad; 4]),
        (&[204, 205], [bad; 4]),
        (&[301, 302, 303, 307, 308], ["redirect"; 4]),
        (&[300], ["redirect_loop"; 4]),
        (&[304, 412, 400, 405, 501, 416], [plain, plain, plain, bad]),
        (&[401], ["unauthorised"; 4]),
        (&[407], ["proxy"; 4]),
        (&[403], ["forbidden", "crowded None", "link_expired", "forbidden"]),
        (&[404], ["not_found", "not_found", "link_expired", "not_found"]),
        (&[410, 451], ["gone", "gone", "link_expired", "gone"]),
        (&[421], ["afresh", full, "afresh", "afresh"]),
        (&[429, 503, 509], [busy, full, busy, busy]),
        (&[408, 425, 500, 502, 504, 508, 510, 599], [sick; 4]),
    ] {
        let first = ranged(0, None);
        let beside = Ask { siblings_flow: true, ..ranged(0, None) };
        let without = Ask { shape: Shape::Plain, ..ranged(0, None) };
        for status in statuses {
            let head = Head::read(*status, None, [("Retry-After", &b"7"[..])]);
            let fresh = Known::default();
            let asked =
                [(&first, &fresh), (&beside, &fresh), (&first, &begun()), (&without, &fresh)]
                    .map(|(ask, known)| told(&decide(ask, &head, known)));
            assert_eq!(asked, expected, "{status}");
        }
    }
}

#[test]
fn a_200_that_is_a_part_is_never_the_whole() {
    let plain = Ask { shape: Shape::Plain, ..ranged(0, None) };
    let (rest, sample, start) = (ranged(400, None), ranged(0, Some(100)), ranged(0, None));
    let known = begun();
    let fresh = Known::default();
    let at = |at, until| Some((at, Some(until)));
    for (ask, known, length, place, expected) in [
        // It says which part it is, and that is the one asked for.
        (&rest, &known, Some(600), Some("bytes 400-999/1000"), at(400, 1000)),
        (&sample, &known, Some(100), Some("bytes 0-99/1000"), at(0, 100)),
        (&start, &fresh, Some(100), Some("bytes 0-99/1000"), at(0, 100)),
        // Another one, or its length is not told.
        (&rest, &known, Some(200), Some("bytes 800-999/1000"), None),
        (&rest, &known, None, Some("bytes 400-999/1000"), None),
        (&plain, &known, Some(600), Some("bytes 400-999/1000"), None),
        (&plain, &fresh, Some(100), Some("bytes 0-99/1000"), None),
        // It does not say, or not so that it can be read, but its length does.
        (&rest, &known, Some(600), None, None),
        (&rest, &known, Some(600), Some("bytes 400-"), None),
        (&sample, &known, Some(100), None, None),
        // Wholes, whatever they say.
        (&rest, &known, Some(1000), None, at(0, 1000)),
        (&rest, &known, Some(1000), Some("bytes 5-9/10"), at(0, 1000)),
        (&start, &fresh, Some(1000), Some("bytes 0-999/1000"), at(0, 1000)),
        (&plain, &known, Some(1000), Some("bytes 0-999/1000"), at(0, 1000)),
    ] {
        let verdict = decide(ask, &whole_of(length, place), known);
        let body = if let Verdict::Body(body) = &verdict {
            Some((body.at, body.until))
        } else {
            let is_plain = ask.shape == Shape::Plain;
            let next = if is_plain { Otherwise::Afresh } else { Otherwise::Plain };
            assert!(matches!(&verdict, Verdict::Ask(o, _) if *o == next), "{verdict:?}");
            None
        };
        assert_eq!(body, expected, "{ask:?} {length:?} {place:?}");
    }
}

/// The same file in answer to "if it is the same, a part of it": the condition is not understood.
#[test]
fn an_unchanged_whole_is_asked_for_without_a_condition() {
    let tag = |tag: &str| ("ETag", format!("\"{tag}\"").into_bytes());
    let known = Known { validator: answer(&[tag("a")]).validator, ..begun() };
    let same = |verdict: &Verdict| {
        if let Verdict::Body(Body { at: 0, same, .. }) = verdict { Some(*same) } else { None }
    };
    let condition = || Some("\"a\"".to_owned());
    for (first, condition, sent, expected) in [
        (400, condition(), "a", Err(Otherwise::Unconditional)),
        (0, condition(), "a", Ok(true)),
        (400, None, "a", Ok(true)),
        (400, condition(), "", Ok(false)),
    ] {
        let shape = Shape::Ranged { first, end: None, condition };
        let ask = Ask { shape, ..ranged(first, None) };
        let head = if sent.is_empty() { answer(&[]) } else { answer(&[tag(sent)]) };
        let verdict = decide(&ask, &head, &known);
        match expected {
            Ok(is_same) => assert_eq!(same(&verdict), Some(is_same), "{verdict:?}"),
            Err(otherwise) => {
                assert!(matches!(&verdict, Verdict::Ask(o, _) if *o == otherwise), "{verdict:?}");
            }
        }
    }
}

#[test]
fn nothing_in_the_place_of_something_is_waited_out() {
    let empty = |known: &Known| decide(&ranged(400, None), &whole_of(Some(0), None), known);
    assert!(matches!(empty(&begun()), Verdict::Retry(..)));
    assert!(matches!(empty(&Known { total: None, ..begun() }), Verdict::Retry(..)));
    assert!(matches!(empty(&Known { total: Some(0), ..begun() }), Verdict::Body(_)));
    assert!(matches!(empty(&Known::default()), Verdict::Body(_)));
}

#[test]
fn what_is_still_coded_is_not_the_file() {
    let coding = ("Transfer-Encoding", &b"gzip, chunked"[..]);
    let plain = Ask { shape: Shape::Plain, ..ranged(0, None) };
    for status in [200, 206] {
        let head = Head::read(status, None, [coding]);
        let asked = decide(&ranged(0, None), &head, &Known::default());
        assert!(matches!(asked, Verdict::Ask(Otherwise::Plain, _)), "{asked:?}");
        let last = decide(&plain, &head, &Known::default());
        let why = Failure::new(FailureKind::Protocol, "gzip, chunked");
        assert_eq!(last, Verdict::Stop(Failure { cause: Some(Cause::OddCoding), ..why }));
    }
    let head = Head::read(503, None, [coding]);
    assert!(matches!(decide(&plain, &head, &Known::default()), Verdict::Retry(..)));
}

/// Too late leaves a hole, too early is compared with what is held, where something is.
#[test]
fn a_part_is_where_it_was_asked_for() {
    for (first, place, is_begun, expected) in [
        (100, "bytes 100-999/1000", true, None),
        (100, "bytes 100-999/1000", false, None),
        (100, "bytes 101-999/1000", true, Some(Otherwise::Afresh)),
        (100, "bytes 50-999/1000", true, None),
        (100, "bytes 50-999/1000", false, Some(Otherwise::Plain)),
        // All of it lies before what was asked for.
        (100, "bytes 50-99/1000", true, Some(Otherwise::Afresh)),
        (100, "bytes 50-100/1000", true, None),
    ] {
        let fields = [("Content-Range", place.as_bytes())];
        let head = Head::read(206, None, fields);
        let known = if is_begun { begun() } else { Known::default() };
        let verdict = decide(&ranged(first, None), &head, &known);
        match expected {
            None => assert!(matches!(verdict, Verdict::Body(body) if body.ranges_proved)),
            Some(next) => assert_eq!(verdict, Verdict::Ask(next, Cause::OtherRange)),
        }
    }
}
