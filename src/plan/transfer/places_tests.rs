//! Which place is asked, and which may be used beside others.

use super::places_stage::{Stage, tagged};
use super::*;
use crate::model::validator::EntityTag;
use crate::plan::decide::Shape;

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
    assert!(matches!(
        stage.transfer.answer(id, &super::places_stage::refused(429)),
        Move::Again(_)
    ));
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

/// A digest that is not compared in the end decides nothing.
#[test]
fn a_told_digest_lets_a_mirror_beside_only_where_it_is_compared() {
    let mut stage = Stage::new();
    stage.transfer.checked = false;
    let digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    stage.transfer.known.validator.digests.add(digest.parse().unwrap());
    assert!(stage.transfer.may_go_beside(&tagged("x")));
    stage.transfer.ignores_digests = true;
    assert!(!stage.transfer.may_go_beside(&tagged("x")));
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
