//! Which place is asked, and which may be used beside others.

use super::places::Standing;
use super::places_stage::{SIZE, Stage, tagged};
use super::*;
use crate::model::range::ByteRange;
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

fn dismissed(stage: &mut Stage) -> Vec<PlaceId> {
    stage.transfer.take_dismissed().into_iter().map(|(id, _)| id).collect()
}

/// Who wrote what differs, from whom the other bytes came, and who is left for it.
#[test]
fn the_mirror_that_brought_other_bytes_is_left() {
    let at = ByteRange::new(7, 9);
    for (author, here, expected) in [
        (Some(0), 0, None),
        (None, 0, None),
        (Some(1), 0, Some(1)),
        (Some(0), 1, Some(1)),
        (None, 1, Some(1)),
        (Some(1), 1, Some(1)),
        // One mirror against another: what stands there is read from the main place.
        (Some(2), 1, Some(1)),
        (Some(1), 2, Some(2)),
    ] {
        let mut stage = Stage::new();
        let _ = (stage.mirror("a:80"), stage.mirror("b:80"));
        for place in &mut stage.transfer.places.all {
            place.wrote = SpanSet::new();
        }
        if let Some(author) = author {
            stage.transfer.places.all[author].wrote.insert(at);
        }
        stage.transfer.places.here = here;
        let told = stage.transfer.blame_mirror(7);
        let next = match expected {
            None => None,
            Some(left) if Some(left) == author => Some(Move::Forget([at].into_iter().collect())),
            Some(_) => Some(Move::Again(Cause::MirrorDiffers)),
        };
        assert_eq!(told, next, "{author:?} wrote, {here} brought");
        assert_eq!(dismissed(&mut stage), Vec::from_iter(expected));
        let is_doubted = stage.transfer.seams.unproved().contains(&7);
        let of_two_mirrors =
            here != 0 && author.is_some_and(|author| author != 0 && author != here);
        assert_eq!(is_doubted, of_two_mirrors, "{author:?} wrote, {here} brought");
    }
    let mut alone = Stage::new();
    assert_eq!(alone.transfer.blame_mirror(7), None);
}

#[test]
fn what_ends_a_run_at_one_place_is_the_end_of_that_place() {
    let (gone, busy) = (FailureKind::Gone, FailureKind::Busy);
    let again = Move::Again(Cause::PlaceFailedOthersGoOn);
    for (mirrors, here, kind, failures, next, left) in [
        (0, 0, gone, 0, None, vec![]),
        (1, 0, gone, 0, Some(&again), vec![]),
        (1, 1, gone, 0, Some(&again), vec![1]),
        (1, 1, busy, 0, Some(&again), vec![]),
        (1, 1, busy, 2, Some(&again), vec![]),
        (1, 1, busy, 3, Some(&again), vec![1]),
        (1, 0, busy, 3, Some(&again), vec![]),
    ] {
        let mut stage = Stage::new();
        (0..mirrors).for_each(|_| _ = stage.mirror("a:80"));
        stage.transfer.places.here = here;
        stage.transfer.places.all[here].failures = failures;
        (stage.transfer.odd, stage.transfer.short, stage.transfer.garbled) = (1, 1, 1);
        let exit = Move::Exit(Failure::new(kind, ""), None);
        assert_eq!(stage.transfer.settle(exit.clone()), next.cloned().unwrap_or(exit));
        assert_eq!(dismissed(&mut stage), left, "{kind:?} {here} {failures}");
        let is_ready = stage.transfer.places.is_ready(here, stage.transfer.now);
        assert_eq!(is_ready, next.is_none(), "it rests");
        let counts = (stage.transfer.odd, stage.transfer.short, stage.transfer.garbled);
        assert_eq!(counts, if next.is_none() { (1, 1, 1) } else { (0, 0, 0) });
    }
    // Where the others rest, the main place says how the run ends.
    let mut stage = Stage::new();
    stage.transfer.places.here = stage.mirror("a:80");
    stage.transfer.places.rest(stage.transfer.now, None);
    stage.transfer.places.here = 0;
    let exit = Move::Exit(Failure::new(gone, ""), None);
    assert_eq!(stage.transfer.settle(exit.clone()), exit);
    assert_eq!(stage.transfer.settle(Move::Next), Move::Next);
}

#[test]
fn rests_double_until_bytes_come() {
    let mut stage = Stage::new();
    let places = &mut stage.transfer.places;
    let (mut now, secs) = (Duration::from_secs(100), Duration::from_secs);
    for rest in [2, 4, 8, 16, 32, 60, 60, 2] {
        if now > secs(100) && rest == 2 {
            places.succeeded();
        }
        places.rest(now, None);
        now += secs(rest);
        assert!(!places.is_ready(0, now.saturating_sub(Duration::from_nanos(1))), "{rest}");
        assert!(places.is_ready(0, now), "{rest}");
    }
    places.rest(now, Some(secs(90)));
    assert!(!places.is_ready(0, now + secs(89)) && places.is_ready(0, now + secs(90)));
    places.rest(now, Some(secs(1)));
    assert!(!places.is_ready(0, now + secs(7)) && places.is_ready(0, now + secs(8)));
}

#[test]
fn what_a_server_bears_counts_once_for_all_its_places() {
    for (hosts, expected) in [
        (&[][..], 5),
        (&[("home:80", 9)], 5),
        (&[("m:80", 2)], 7),
        (&[("m:80", 2), ("m:80", 9)], 7),
        (&[("m:80", 2), ("n:80", 1)], 8),
        (&[("m:80", 0)], 6),
    ] {
        let mut stage = Stage::new();
        stage.transfer.set_share(0, 5, false);
        for (host, share) in hosts {
            let place = stage.mirror(host);
            stage.transfer.set_share(place, *share, false);
        }
        // What is not used beside the others brings nothing beside them.
        stage.transfer.admit(Mirror { host: "z:80".into(), ..Mirror::default() });
        stage.transfer.set_share(99, 1, true);
        stage.transfer.set_most(32);
        assert_eq!(stage.transfer.most(), expected, "{hosts:?}");
        stage.transfer.set_most(1);
        assert_eq!(stage.transfer.most(), 1);
    }
}

#[test]
fn what_mirrors_wrote_is_known_as_long_as_it_stands() {
    let mut stage = Stage::new();
    let (a, b) = (stage.mirror("a:80"), stage.mirror("b:80"));
    let all = |stage: &Stage| stage.transfer.places.all.iter().map(|p| p.wrote.total()).collect();
    let before: Vec<u64> = all(&stage);
    assert_eq!(before, [3_000_000, 0, 0], "until now it was the main place");
    stage.transfer.places.here = a;
    stage.transfer.places.wrote(ByteRange::new(SIZE - 20, SIZE));
    assert_eq!(all(&stage), [3_000_000, 20, 0]);
    let stands = [ByteRange::new(0, 100), ByteRange::new(SIZE - 5, SIZE)].into_iter().collect();
    stage.transfer.places.forget(&stands);
    assert_eq!(all(&stage), [100, 5, 0]);
    let of_mirrors = stage.transfer.leave_mirrors();
    assert_eq!(of_mirrors, [ByteRange::new(SIZE - 5, SIZE)].into_iter().collect());
    assert_eq!(dismissed(&mut stage), [a], "the other wrote nothing");
    assert_eq!(stage.transfer.places.all[b].standing, Standing::Beside);
}

#[test]
fn a_mirror_is_known_by_its_own_mark_and_the_files_digests() {
    let mut stage = Stage::new();
    let digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    stage.transfer.known.validator.digests.add(digest.parse().unwrap());
    let validator = tagged("own");
    let mirror = Mirror { validator: validator.clone(), cap: Some(3), ..Mirror::default() };
    let place = stage.transfer.admit(mirror);
    assert_eq!(stage.transfer.cap(place), Some(3));
    let file = stage.transfer.known.clone();
    let digests = file.validator.digests.clone();
    let own = Known { validator: Validator { digests, ..validator }, ..file.clone() };
    for (here, expected) in [(0, file), (place, own)] {
        stage.transfer.places.here = here;
        assert_eq!(stage.transfer.places.known(&stage.transfer.known), expected);
    }
}
