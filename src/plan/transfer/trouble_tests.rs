//! What a place that fails or lies costs, by hand and against model servers.

use proptest::prelude::*;

use super::model_driver::{Driver, End};
use super::model_server::{Quirk, Server, Tags, versions};
use super::places_stage::{MIB, SIZE, Stage, part, refused};
use super::*;
use crate::model::range::ByteRange;

/// A 403 may say that other jobs have all the connections the server bears: it is waited for, not
/// believed to be for good.
#[test]
fn a_refusal_beside_other_jobs_is_waited_for() {
    for (others, status, kind) in [
        (true, 403, FailureKind::Busy),
        (false, 403, FailureKind::Forbidden),
        (true, 410, FailureKind::Gone),
    ] {
        let mut transfer = Transfer::new(Begin::default());
        transfer.set_share(0, 1, others);
        let (id, _) = transfer.open(|_, _| PROOF_BYTES).unwrap();
        let next = transfer.answer(id, &refused(status));
        assert!(matches!(&next, Move::Exit(why, None) if why.kind == kind), "{next:?}");
    }
}

#[test]
fn a_mirror_that_refuses_for_good_is_dismissed_and_asked_nothing_more() {
    for status in [403, 404, 410, 401] {
        let mut stage = Stage::new();
        let mirror = stage.mirror("a:80");
        stage.flow(0, 10);
        let (id, _) = stage.open().unwrap();
        assert_eq!(stage.transfer.place_of(id), mirror);
        let next = stage.transfer.answer(id, &refused(status));
        assert!(matches!(next, Move::Again(_)), "{status}: {next:?}");
        if status != 403 {
            // A 403 beside others may say that there are too many of them.
            assert_eq!(stage.transfer.take_dismissed().len(), 1, "{status}");
        }
        for _ in 0..3 {
            let (id, _) = stage.open().unwrap();
            assert_eq!(stage.transfer.place_of(id), 0, "{status}");
        }
    }
}

#[test]
fn where_the_first_place_dies_the_mirror_goes_on() {
    let mut stage = Stage::new();
    let mirror = stage.mirror("a:80");
    stage.flow(0, 10);
    let (id, _) = stage.read("a:80");
    let broke = || Some(Failure::new(FailureKind::Broken, ""));
    assert!(matches!(stage.transfer.ended(0, broke()), Move::Again(_)));
    stage.flow(id, 5);
    let (back, _) = stage.open().unwrap();
    stage.transfer.answer(back, &refused(404));
    // Alone now, it ends; nothing is lost by that.
    assert!(matches!(stage.transfer.ended(id, broke()), Move::Again(_) | Move::Exit(..)));
    let (next, _) = stage.open().unwrap();
    assert!([0, mirror].contains(&stage.transfer.place_of(next)));
}

/// All bytes are there, a seam is open, and the first place rests; the mirror does not.
fn at_a_seam() -> (Stage, PlaceId) {
    let mut stage = Stage::new();
    let mirror = stage.mirror("a:80");
    stage.transfer.places.here = 0;
    stage.transfer.pause(Some(Duration::from_secs(30)));
    stage.transfer.close(0);
    stage.transfer.given.insert(ByteRange::new(0, SIZE));
    stage.transfer.seams.begin(MIB);
    (stage, mirror)
}

/// A mirror that does not answer for a seam says nothing of the file: the main place is asked.
#[test]
fn a_seam_that_a_mirror_refuses_is_not_given_up() {
    let (mut stage, mirror) = at_a_seam();
    let (id, _) = stage.open().unwrap();
    assert_eq!(stage.transfer.place_of(id), mirror);
    assert!(matches!(stage.transfer.answer(id, &refused(404)), Move::Again(_)));
    assert_eq!((stage.transfer.seam_tries, stage.transfer.take_dismissed().len()), (0, 1));
    let (id, _) = stage.open().unwrap();
    assert_eq!(stage.transfer.place_of(id), 0);
}

/// The main place refuses, and no mirror does better: it ends, and does not ask for ever.
#[test]
fn where_all_places_refuse_it_ends() {
    let mut stage = Stage::new();
    stage.mirror("a:80");
    stage.transfer.close(0);
    let mut asked = 0;
    loop {
        stage.pass(Duration::from_millis(5));
        let (id, _) = stage.open().unwrap();
        asked += 1;
        if let Move::Exit(why, _) = stage.transfer.answer(id, &refused(503)) {
            assert_eq!(why.kind, FailureKind::Busy);
            break;
        }
        assert!(asked < 10, "it asks for ever");
    }
}

/// What is still to be compared at the end is compared where an answer comes.
#[test]
fn a_seam_is_read_at_a_mirror_while_the_first_place_rests() {
    let (mut stage, mirror) = at_a_seam();
    let (id, ask) = stage.open().unwrap();
    assert_eq!((stage.transfer.place_of(id), ask.shape.first()), (mirror, MIB - 4096));
}

#[test]
fn all_that_a_lying_mirror_wrote_is_taken_back() {
    let mut stage = Stage::new();
    let mirror = stage.mirror("a:80");
    stage.flow(0, 10);
    let (id, ask) = stage.read("a:80");
    stage.flow(id, 5);
    let wrote = stage.transfer.wrote(id);
    assert_eq!(wrote.total(), 500_000);
    // The first place reads across what the mirror wrote and finds other bytes.
    let given = stage.transfer.given().clone();
    let next = stage.transfer.mismatch(0, ask.write_from + 10, given.clone());
    assert_eq!(next, Move::Forget(wrote.clone()));
    assert_eq!(stage.transfer.take_dismissed(), [(mirror, Cause::NotTheFilesBytes)]);
    let mut kept = given;
    for range in wrote.iter() {
        kept.remove(range);
    }
    stage.transfer.forget(kept);
    stage.pass(Duration::from_secs(5));
    for _ in 0..3 {
        let Some((id, _)) = stage.open() else { break };
        assert_eq!(stage.transfer.place_of(id), 0);
    }
}

#[test]
fn a_mirror_whose_own_file_changes_is_dismissed() {
    let mut stage = Stage::new();
    stage.mirror("a:80");
    stage.flow(0, 10);
    let (id, ask) = stage.open().unwrap();
    let next = stage.transfer.answer(id, &part(&ask, "another"));
    assert!(matches!(next, Move::Again(_)), "{next:?}");
    assert_eq!(stage.transfer.take_dismissed().len(), 1);
    assert!(stage.transfer.take_change().is_none(), "nothing is said of the file");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    /// A place and a mirror with the same file, each with its own troubles: the file comes.
    #[test]
    fn an_honest_place_and_a_troubled_mirror_give_the_file(
        size in 200_000u64..900_000,
        troubles in prop::collection::vec(
            prop_oneof![
                2 => Just(Quirk::Honest),
                2 => (0usize..60_000).prop_map(Quirk::Cut),
                1 => Just(Quirk::Resets),
                1 => Just(Quirk::Status(503)),
                1 => Just(Quirk::Status(429)),
                1 => Just(Quirk::Status(404)),
                1 => Just(Quirk::Page),
                1 => Just(Quirk::IgnoresRange),
            ],
            0..20,
        ),
        cuts in prop::collection::vec(prop::option::of(0usize..120_000), 0..10),
        chunk in 5_000usize..20_000,
        connections in 2u32..9,
        order in prop::collection::vec(0usize..9, 1..40),
    ) {
        let server = |quirks| Server {
            sizes: [size; 2], tags: Tags::Strong, quirks, changes_at: usize::MAX, asked: 0,
        };
        let quirks = cuts.iter().map(|cut| cut.map_or(Quirk::Honest, Quirk::Cut)).collect();
        let mut home = server(quirks);
        let right = versions(&home);
        let mut driver = Driver::new();
        driver.mirror = Some(server(troubles));
        let whole = (0..30).find_map(|_| match driver.run_with(&mut home, 400, chunk, connections, &order) {
            End::Whole(file) => Some(file),
            End::Failed(FailureKind::Broken) | End::Asking => None,
            End::Failed(other) => panic!("{other:?}"),
        });
        prop_assert!(whole.as_ref() == Some(&right[0]));
    }
}
