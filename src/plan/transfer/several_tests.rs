//! Several connections against the model server: parts in any order, from a server that lies, breaks
//! off and changes its file, never make a wrong file.

use proptest::prelude::*;

use super::model_driver::{Driver, End};
use super::model_server::{Quirk, Server, Tags, versions};
use super::tests::{quirk, tags};
use super::*;
use crate::model::range::ByteRange;

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn never_a_wrong_file_by_parts(
        sizes in (100_000u64..600_000, 100_000u64..600_000, any::<bool>()),
        tags in tags(),
        quirks in prop::collection::vec(prop_oneof![3 => Just(Quirk::Honest), 2 => quirk()], 0..30),
        changes_at in 0usize..40,
        runs in prop::collection::vec(1usize..30, 1..5),
        chunk in 5_000usize..40_000,
        connections in 2u32..9,
        order in prop::collection::vec(0usize..9, 1..40),
    ) {
        let page = quirks.iter().any(|q| matches!(q, Quirk::Page));
        let sizes = [sizes.0, if sizes.2 { sizes.0 } else { sizes.1 }];
        let mut server = Server { sizes, tags, quirks, changes_at, asked: 0 };
        let right = versions(&server);
        let mut driver = Driver::new();
        for requests in runs {
            if let End::Whole(file) = driver.run_with(&mut server, requests, chunk, connections, &order) {
                let is_page = page && file == b"<html>log in</html>";
                prop_assert!(right.contains(&file) || is_page, "a wrong file of {} bytes", file.len());
                return Ok(());
            }
        }
    }

    /// Whatever the order and wherever it is cut: the file comes, and little comes twice.
    #[test]
    fn an_honest_server_gives_the_file_by_parts(
        size in 200_000u64..900_000,
        strong in any::<bool>(),
        cuts in prop::collection::vec(prop::option::of(0usize..120_000), 0..10),
        chunk in 5_000usize..20_000,
        connections in 2u32..9,
        order in prop::collection::vec(0usize..9, 1..40),
    ) {
        let tags = if strong { Tags::Strong } else { Tags::Weak };
        let quirks = cuts.iter().map(|cut| cut.map_or(Quirk::Honest, Quirk::Cut)).collect();
        let mut server = Server { sizes: [size, size], tags, quirks, changes_at: usize::MAX, asked: 0 };
        let right = versions(&server);
        let mut driver = Driver::new();
        let whole = (0..30).find_map(|_| match driver.run_with(&mut server, 400, chunk, connections, &order) {
            End::Whole(file) => Some(file),
            End::Failed(FailureKind::Broken) | End::Asking => None,
            End::Failed(other) => panic!("{other:?}"),
        });
        prop_assert!(whole.as_ref() == Some(&right[0]));
        let twice = driver.received - size;
        let each = PROOF_BYTES + SAMPLE_BYTES + 40_000;
        prop_assert!(twice <= server.asked as u64 * each, "{twice} bytes twice in {} requests", server.asked);
    }
}

fn by_parts(tags: Tags, quirks: Vec<Quirk>) -> (End, Driver, Server) {
    let sizes = [900_000; 2];
    let mut server = Server { sizes, tags, quirks, changes_at: usize::MAX, asked: 0 };
    let mut driver = Driver::new();
    let end = driver.run_with(&mut server, 400, 10_000, 8, &[0, 1, 2, 3, 4, 5, 6, 7]);
    (end, driver, server)
}

#[test]
fn an_honest_server_is_asked_by_parts() {
    let (end, driver, server) = by_parts(Tags::Strong, Vec::new());
    assert!(end == End::Whole(versions(&server)[0].clone()));
    assert!(server.asked >= 3, "{} requests", server.asked);
    let most = 900_000 + server.asked as u64 * PROOF_BYTES;
    assert!(driver.received < most, "{} bytes in {} requests", driver.received, server.asked);
}

/// Right heads over wrong bytes: only the seams show it.
#[test]
fn a_liar_is_found_at_the_seams() {
    for tags in [Tags::Strong, Tags::Weak, Tags::Date] {
        let mut quirks = vec![Quirk::FromZero; 40];
        quirks[0] = Quirk::Honest;
        let (end, _, server) = by_parts(tags, quirks);
        assert!(end == End::Whole(versions(&server)[0].clone()), "{tags:?}: {end:.60?}");
    }
}

#[test]
fn what_cannot_be_told_apart_is_not_cut() {
    let (end, _, server) = by_parts(Tags::Nothing, Vec::new());
    assert!(end == End::Whole(versions(&server)[0].clone()));
    assert_eq!(server.asked, 1);
}

#[test]
fn refusals_beside_others_cost_nothing_but_connections() {
    for status in [403, 429, 503] {
        let mut quirks = vec![Quirk::Status(status); 6];
        quirks[0] = Quirk::Honest;
        quirks[2] = Quirk::Honest;
        let (end, driver, server) = by_parts(Tags::Strong, quirks);
        assert!(end == End::Whole(versions(&server)[0].clone()), "{status}");
        assert!(driver.received < 1_100_000, "{status}: {} bytes", driver.received);
    }
}

/// All bytes are there and seams are open: whatever the server answers now, it ends.
#[test]
fn an_open_seam_always_ends() {
    let held: SpanSet = [ByteRange::new(0, 900_000)].into_iter().collect();
    for tags in [Tags::Strong, Tags::Weak] {
        for quirk in [
            Quirk::IgnoresRange,
            Quirk::Status(403),
            Quirk::Status(416),
            Quirk::NoContentRange,
            Quirk::Short(100),
            Quirk::Unsatisfied,
            Quirk::StartsLate(10),
        ] {
            let sizes = [900_000; 2];
            let quirks = vec![quirk; 400];
            let mut server = Server { sizes, tags, quirks, changes_at: usize::MAX, asked: 0 };
            let mut driver = Driver::whole(&server, held.clone(), vec![100_000, 500_000]);
            let end = driver.run_with(&mut server, 60, 10_000, 8, &[0]);
            let whole = End::Whole(versions(&server)[0].clone());
            assert!(
                end == whole || matches!(end, End::Failed(_)),
                "{tags:?} {quirk:?}: {end:.60?}"
            );
            assert!(tags == Tags::Weak || end == whole, "{quirk:?}: {end:.60?}");
        }
    }
}
