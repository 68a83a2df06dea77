//! Places by hand and against model servers: which is asked, what a mirror that fails or lies costs.

use proptest::prelude::*;

use super::model_driver::{Driver, End};
use super::model_server::{Quirk, Server, Tags, versions};
use super::*;
use crate::model::range::ByteRange;
use crate::model::validator::EntityTag;
use crate::plan::content_range::ContentRange;
use crate::plan::decide::Shape;
use crate::plan::head::Head;

const MIB: u64 = 1 << 20;
const SIZE: u64 = 64 * MIB;

fn tagged(tag: &str) -> Validator {
    Validator { etag: Some(EntityTag(format!("\"{tag}\""))), ..Validator::default() }
}

/// The head of a part as asked for.
fn part(ask: &Ask, tag: &str) -> Head {
    let Shape::Ranged { first, end, .. } = &ask.shape else { panic!("asked for the whole") };
    let range = ByteRange::new(*first, end.unwrap_or(SIZE));
    Head {
        status: 206,
        length: Some(range.len()),
        content_range: Some(Ok(ContentRange::Bytes { range, total: Some(SIZE) })),
        validator: tagged(tag),
        ..Head::default()
    }
}

fn refused(status: u16) -> Head {
    Head { status, length: Some(0), ..Head::default() }
}

/// A transfer that has begun at its first place and found several connections worth trying.
struct Stage {
    transfer: Transfer,
    now: Duration,
}

impl Stage {
    fn new() -> Self {
        let begin =
            Begin { connections: 8, host: "home:80".into(), checked: true, ..Begin::default() };
        let mut stage = Self { transfer: Transfer::new(begin), now: Duration::ZERO };
        let (first, _) = stage.read("home");
        stage.flow(first, 30);
        assert!(stage.transfer.wants_places());
        stage
    }

    /// A mirror with this host that may be used beside the others.
    fn mirror(&mut self, host: &str) -> PlaceId {
        let validator = tagged(host);
        self.transfer.admit(Mirror {
            host: host.into(),
            validator,
            beside: true,
            ..Mirror::default()
        })
    }

    fn pass(&mut self, time: Duration) {
        self.now += time;
        self.transfer.tell_time(self.now);
        self.transfer.look(Held::Free);
    }

    fn open(&mut self) -> Option<(ConnectionId, Ask)> {
        self.transfer.wants_connection().then(|| self.transfer.open(|_, _| PROOF_BYTES)).flatten()
    }

    /// Opens a connection whose answer is as asked for.
    fn read(&mut self, tag: &str) -> (ConnectionId, Ask) {
        let (id, ask) = self.open().expect("a connection is wanted");
        let next = self.transfer.answer(id, &part(&ask, tag));
        assert!(matches!(next, Move::Read { .. }), "{next:?}");
        (id, ask)
    }

    /// A connection brings a little, so many times.
    fn flow(&mut self, id: ConnectionId, times: u32) {
        for _ in 0..times {
            self.pass(Duration::from_millis(100));
            self.transfer.take(id, 100_000);
        }
    }
}

#[test]
fn a_new_mirror_is_tried_before_another_connection_to_the_same_server() {
    let mut stage = Stage::new();
    let (first, second) = (stage.mirror("a:80"), stage.mirror("b:80"));
    stage.flow(0, 10);
    let (id, ask) = stage.read("a:80");
    assert_eq!(stage.transfer.place_of(id), first);
    let Shape::Ranged { condition, .. } = &ask.shape else { panic!("{ask:?}") };
    assert_eq!(condition.as_deref(), Some("\"a:80\""), "its own validator is its condition");
    let (id, _) = stage.read("b:80");
    assert_eq!(stage.transfer.place_of(id), second);
}

#[test]
fn a_mirror_is_not_used_beside_others_where_nothing_speaks_for_it() {
    let mut stage = Stage::new();
    assert!(stage.transfer.may_go_beside(&tagged("x")), "the checksum decides");
    stage.transfer.checked = false;
    assert!(stage.transfer.may_go_beside(&tagged("home")));
    for other in [tagged("x"), Validator::default()] {
        assert!(!stage.transfer.may_go_beside(&other), "{other:?}");
    }
    let weak = |tag: &str| Validator { etag: Some(EntityTag(tag.into())), ..Validator::default() };
    stage.transfer.known.validator = weak("W/\"a\"");
    assert!(!stage.transfer.may_go_beside(&weak("W/\"a\"")), "weak tags prove nothing");
    let place = stage.transfer.admit(Mirror { host: "m:80".into(), ..Mirror::default() });
    stage.flow(0, 10);
    for _ in 0..3 {
        let (id, _) = stage.open().unwrap();
        assert_ne!(stage.transfer.place_of(id), place);
    }
}

#[test]
fn what_one_server_bears_says_nothing_of_another() {
    let mut stage = Stage::new();
    let mirror = stage.mirror("a:80");
    stage.flow(0, 10);
    let (id, _) = stage.open().unwrap();
    assert_eq!(stage.transfer.place_of(id), mirror);
    assert!(matches!(stage.transfer.answer(id, &refused(429)), Move::Again(_)));
    assert_eq!((stage.transfer.cap(0), stage.transfer.cap(mirror)), (None, Some(1)));
    let (id, _) = stage.open().unwrap();
    assert_eq!(stage.transfer.place_of(id), 0, "the mirror rests");
    stage.pass(Duration::from_secs(3));
    let (id, _) = stage.open().unwrap();
    assert_eq!(stage.transfer.place_of(id), mirror, "and is asked again");
}

#[test]
fn connections_to_one_host_count_together() {
    let mut stage = Stage::new();
    let (a, b) = (stage.mirror("m:80"), stage.mirror("m:80"));
    for place in [a, b] {
        stage.transfer.set_share(place, 1, false);
    }
    stage.transfer.set_share(0, 2, false);
    stage.transfer.set_most(8);
    assert_eq!(stage.transfer.most(), 3);
    stage.flow(0, 10);
    let mut there = 0;
    while let Some((id, _)) = stage.open() {
        there += u32::from(stage.transfer.place_of(id) != 0);
    }
    assert_eq!(there, 1);
}

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

/// Nothing speaks for it beside the place that began the file: once it goes on, that is not asked too.
#[test]
fn a_mirror_in_the_place_of_others_goes_on_without_them() {
    let mut stage = Stage::new();
    stage.transfer.checked = false;
    let mirror = stage.transfer.admit(Mirror { host: "m:80".into(), ..Mirror::default() });
    stage.transfer.turn_to(mirror);
    stage.pass(Duration::from_mins(5));
    let (first, _) = stage.open().unwrap();
    assert_eq!(stage.transfer.place_of(first), mirror);
    while let Some((id, _)) = stage.open() {
        assert_eq!(stage.transfer.place_of(id), mirror);
    }
}

/// What is still to be compared at the end is compared where an answer comes.
#[test]
fn a_seam_is_read_at_a_mirror_while_the_first_place_rests() {
    let mut stage = Stage::new();
    let mirror = stage.mirror("a:80");
    stage.transfer.places.here = 0;
    stage.transfer.pause(Some(Duration::from_secs(30)));
    stage.transfer.close(0);
    stage.transfer.given.insert(ByteRange::new(0, SIZE));
    stage.transfer.seams.begin(MIB);
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
    assert_eq!(stage.transfer.take_dismissed(), [(mirror, "its bytes are not those of the file")]);
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
