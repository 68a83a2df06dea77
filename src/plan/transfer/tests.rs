//! Properties of a transfer against the model server: never a wrong file, and with an honest server
//! always the right one.

use proptest::prelude::*;

use super::model_driver::{Driver, End, holding};
use super::model_server::{Quirk, Server, Tags, versions};
use super::*;
use crate::model::range::ByteRange;
use crate::plan::decide::Shape;
use crate::plan::head::Head;

pub(super) fn quirk() -> impl Strategy<Value = Quirk> {
    prop_oneof![
        4 => Just(Quirk::Honest),
        4 => (0usize..300_000).prop_map(Quirk::Cut),
        1 => Just(Quirk::IgnoresRange),
        1 => Just(Quirk::IgnoresRangeUnknownLength),
        1 => (0u64..100_000).prop_map(Quirk::StartsEarly),
        1 => (1u64..100_000).prop_map(Quirk::StartsLate),
        1 => (1u64..100_000).prop_map(Quirk::Short),
        1 => Just(Quirk::NoContentRange),
        1 => Just(Quirk::WrongTotal),
        1 => Just(Quirk::FromZero),
        1 => Just(Quirk::PunishesIfRange),
        1 => Just(Quirk::Page),
        1 => Just(Quirk::Resets),
        1 => prop::sample::select(vec![400u16, 403, 404, 410, 416, 429, 500, 503, 304, 204]).prop_map(Quirk::Status),
        1 => Just(Quirk::Unsatisfied),
        1 => Just(Quirk::IgnoresIfRange),
    ]
}

pub(super) fn tags() -> impl Strategy<Value = Tags> {
    prop::sample::select(vec![Tags::Strong, Tags::Weak, Tags::Date, Tags::Nothing])
}

/// A page may be what the link leads to at first; only over a begun file is it never data.
fn first_is_no_page(quirks: &[Quirk]) -> bool {
    !matches!(quirks.first(), Some(Quirk::Page | Quirk::WrongTotal))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn never_a_wrong_file(
        sizes in (1u64..400_000, 1u64..400_000, any::<bool>()),
        tags in tags(),
        quirks in prop::collection::vec(quirk(), 0..14),
        changes_at in 0usize..30,
        runs in prop::collection::vec(1usize..6, 1..8),
        chunk in 1usize..90_000,
    ) {
        prop_assume!(!quirks.contains(&Quirk::Page) || first_is_no_page(&quirks));
        let sizes = [sizes.0, if sizes.2 { sizes.0 } else { sizes.1 }];
        let mut server = Server { sizes, tags, quirks, changes_at, asked: 0 };
        let right = versions(&server);
        let mut driver = Driver::new();
        for requests in runs {
            if let End::Whole(file) = driver.run(&mut server, requests, chunk) {
                let page = b"<html>log in</html>".to_vec();
                prop_assert!(right.contains(&file) || file == page, "a wrong file of {} bytes", file.len());
                return Ok(());
            }
        }
    }

    /// Cut anywhere, resumed any number of times: the file comes, and little comes twice.
    #[test]
    fn an_honest_server_always_gives_the_file(
        size in 1u64..500_000,
        tags in tags(),
        cuts in prop::collection::vec(0usize..120_000, 0..10),
        chunk in 1usize..300_000,
    ) {
        let requests = cuts.len() * 2 + 4;
        let quirks: Vec<_> = cuts.into_iter().map(Quirk::Cut).collect();
        let runs = quirks.len() as u64 + 1;
        let mut server = Server { sizes: [size, size], tags, quirks, changes_at: usize::MAX, asked: 0 };
        let right = versions(&server);
        let mut driver = Driver::new();
        let whole = (0..requests).find_map(|_| match driver.run(&mut server, requests, chunk) {
            End::Whole(file) => Some(file),
            End::Failed(FailureKind::Broken) | End::Asking => None,
            End::Failed(other) => panic!("{other:?}"),
        });
        prop_assert_eq!(whole.as_ref(), Some(&right[0]));
        let twice = driver.received - size;
        prop_assert!(twice <= runs * 2 * (PROOF_BYTES + SAMPLE_BYTES), "{twice} bytes fetched twice");
    }
}

fn one(tags: Tags, quirks: &[Quirk], changes_at: usize) -> (End, Driver, Server) {
    let mut server =
        Server { sizes: [300_000; 2], tags, quirks: quirks.to_vec(), changes_at, asked: 0 };
    let mut driver = Driver::new();
    let end = driver.run(&mut server, 40, 50_000);
    (end, driver, server)
}

/// A first run that is cut half way, then a second with these quirks.
fn resumed(tags: Tags, quirks: &[Quirk], changes: bool) -> (End, Server) {
    let mut all = vec![Quirk::Cut(30_000)];
    all.extend_from_slice(quirks);
    let changes_at = if changes { 1 } else { usize::MAX };
    let mut server = Server { sizes: [300_000; 2], tags, quirks: all, changes_at, asked: 0 };
    let mut driver = Driver::new();
    assert_eq!(driver.run(&mut server, 40, 10_000), End::Failed(FailureKind::Broken));
    (driver.run(&mut server, 40, 10_000), server)
}

#[test]
fn quirks_on_a_resume_end_in_the_right_file() {
    for quirk in [
        Quirk::Honest,
        Quirk::IgnoresRange,
        Quirk::IgnoresRangeUnknownLength,
        Quirk::StartsEarly(10_000),
        Quirk::StartsLate(10),
        Quirk::Short(1000),
        Quirk::NoContentRange,
        Quirk::FromZero,
        Quirk::PunishesIfRange,
        Quirk::Resets,
        Quirk::Unsatisfied,
        Quirk::Status(400),
        Quirk::Status(416),
        Quirk::Status(304),
    ] {
        for tags in [Tags::Strong, Tags::Weak, Tags::Date, Tags::Nothing] {
            let (end, server) = resumed(tags, &[quirk], false);
            assert!(end == End::Whole(versions(&server)[0].clone()), "{quirk:?} {tags:?}");
        }
    }
}

#[test]
fn a_changed_file_is_begun_anew_and_never_mixed() {
    for quirks in [&[][..], &[Quirk::IgnoresIfRange][..]] {
        for tags in [Tags::Strong, Tags::Weak, Tags::Date, Tags::Nothing] {
            let (end, server) = resumed(tags, quirks, true);
            assert!(end == End::Whole(versions(&server)[1].clone()), "{quirks:?} {tags:?}");
        }
    }
}

#[test]
fn ranges_that_told_the_truth_are_asked_for_again() {
    let mut server = Server {
        sizes: [300_000; 2],
        tags: Tags::Nothing,
        quirks: vec![Quirk::Cut(100_000)],
        changes_at: 1,
        asked: 0,
    };
    let mut driver = Driver::new();
    assert_eq!(driver.run(&mut server, 1, 10_000), End::Asking);
    let begin = Begin { known: driver.known, held: driver.held, ..Begin::default() };
    let mut transfer = Transfer::new(begin);
    for shape_is_plain in [false, true, false] {
        let (id, ask) = transfer.open(|_, _| PROOF_BYTES).unwrap();
        assert_eq!(ask.shape == Shape::Plain, shape_is_plain, "{ask:?}");
        transfer.mismatch(id, 0, SpanSet::new());
    }
}

#[test]
fn what_was_reachable_and_is_refused_needs_a_link() {
    for status in [403, 404, 410] {
        let (end, _) =
            resumed(Tags::Strong, &[Quirk::Status(status), Quirk::Status(status)], false);
        assert_eq!(end, End::Failed(FailureKind::LinkExpired), "{status}");
    }
    assert_eq!(resumed(Tags::Strong, &[Quirk::Page; 3], false).0, End::Failed(FailureKind::Page));
}

#[test]
fn first_answers() {
    for (quirk, kind) in [
        (Quirk::Status(403), FailureKind::Forbidden),
        (Quirk::Status(404), FailureKind::NotFound),
        (Quirk::Status(410), FailureKind::Gone),
        (Quirk::Status(401), FailureKind::Unauthorised),
        (Quirk::Status(204), FailureKind::BadStatus),
        (Quirk::Status(503), FailureKind::Busy),
        (Quirk::Status(500), FailureKind::ServerError),
        (Quirk::Status(418), FailureKind::BadStatus),
        (Quirk::Resets, FailureKind::Broken),
    ] {
        assert_eq!(one(Tags::Strong, &[quirk; 3], usize::MAX).0, End::Failed(kind), "{quirk:?}");
    }
}

#[test]
fn an_honest_whole_takes_one_request() {
    let (end, driver, server) = one(Tags::Strong, &[], usize::MAX);
    assert_eq!(
        (end, server.asked, driver.received),
        (End::Whole(versions(&server)[0].clone()), 1, 300_000)
    );
}

#[test]
fn answers_no_longer_than_what_is_compared_end_in_one_whole() {
    for bytes in [1, 1000, PROOF_BYTES] {
        let (end, server) = resumed(Tags::Strong, &[Quirk::Short(bytes); 30], false);
        assert_eq!(end, End::Whole(versions(&server)[0].clone()), "{bytes}");
        assert!(server.asked <= 4, "{bytes}: {}", server.asked);
    }
}

#[test]
fn a_shorter_answer_never_makes_what_is_held_the_whole() {
    let quirks = [Quirk::ClosesEarly(50_000), Quirk::Honest];
    let sizes = [300_000; 2];
    let mut server =
        Server { sizes, tags: Tags::Nothing, quirks: quirks.to_vec(), changes_at: 99, asked: 0 };
    let mut driver = holding(100_000);
    assert_eq!(driver.run(&mut server, 40, 10_000), End::Failed(FailureKind::Broken));
    assert_eq!(driver.run(&mut server, 40, 10_000), End::Whole(versions(&server)[0].clone()));
}

#[test]
fn a_size_told_by_another_file_is_not_believed() {
    for size in [50_000, 100_000, 100_001, 30_000] {
        for quirks in [&[][..], &[Quirk::IgnoresRange][..]] {
            let sizes = [300_000, size];
            let mut server = Server {
                sizes,
                tags: Tags::Nothing,
                quirks: quirks.to_vec(),
                changes_at: 0,
                asked: 0,
            };
            let end = holding(100_000).run(&mut server, 40, 10_000);
            assert!(end == End::Whole(versions(&server)[1].clone()), "{size} {quirks:?}");
        }
    }
}

#[test]
fn a_hole_at_the_start_is_not_filled_before_the_rest_was_compared() {
    for changed in [false, true] {
        let mut driver = holding(100_000);
        driver.held.remove(ByteRange::new(0, 10_000));
        driver.known.total = Some(100_000);
        let changes_at = if changed { 0 } else { 99 };
        let sizes = [100_000; 2];
        let mut server =
            Server { sizes, tags: Tags::Nothing, quirks: Vec::new(), changes_at, asked: 0 };
        let end = driver.run(&mut server, 40, 7_000);
        assert!(end == End::Whole(versions(&server)[usize::from(changed)].clone()), "{changed}");
    }
}

#[test]
fn a_page_in_place_of_a_file_is_no_download_unless_it_is_called_one() {
    let meet = |names_a_file, disposition: Option<&[u8]>| {
        let mut transfer = Transfer::new(Begin { names_a_file, ..Begin::default() });
        let (id, _) = transfer.open(|_, _| PROOF_BYTES).unwrap();
        let page = Head {
            status: 200,
            content_type: Some("text/html".into()),
            disposition: disposition.map(<[u8]>::to_vec),
            ..Head::default()
        };
        matches!(transfer.answer(id, &page), Move::Exit(f, _) if f.kind == FailureKind::Page)
    };
    assert!(meet(true, None));
    assert!(!meet(false, None) && !meet(true, Some(b"attachment; filename=a.zip")));
}
