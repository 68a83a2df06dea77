//! Which place it goes on at, and what becomes of the others then.

use super::places::Standing;
use super::places_stage::{Stage, tagged};
use super::*;
use crate::model::host::Ranges;
use crate::model::range::ByteRange;

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

#[test]
fn another_file_is_asked_of_the_main_place_alone() {
    let mut stage = Stage::new();
    let (a, b) = (stage.mirror("a:80"), stage.mirror("b:80"));
    let places = &mut stage.transfer.places;
    places.main = a;
    for place in &mut places.all {
        place.wrote.insert(ByteRange::new(3, 9));
    }
    places.restart();
    let standings: Vec<Standing> = places.all.iter().map(|place| place.standing).collect();
    let left = Standing::Dismissed;
    assert_eq!((standings, b), (vec![left, Standing::Beside, left], 2));
    assert!(places.all.iter().all(|place| place.wrote.is_empty()));
}

/// Its parts were compared with what is held, and its server is asked as it was found to want it.
#[test]
fn a_mirror_is_asked_as_it_was_found_to_be() {
    for condition in [Condition::IfRange, Condition::Unconditional] {
        let mut stage = Stage::new();
        let place = stage.transfer.admit(Mirror { condition, ..Mirror::default() });
        let manner = Manner { ranges: Ranges::Honest, condition, ..Manner::default() };
        assert_eq!(stage.transfer.learned(place), manner);
        assert_eq!(stage.transfer.learned(place + 1), Manner::default());
    }
    let plain = Transfer::new(Begin { plain: true, ..Begin::default() }).learned(0);
    assert!(plain.plain && plain.falls_over_ranges);
}

/// What is kept then is kept by comparing it alone.
#[test]
fn who_goes_on_in_the_place_of_others_goes_on_by_overlap() {
    for (beside, held, before, expected) in [
        (false, true, false, true),
        (false, false, false, false),
        (false, true, true, true),
        (true, true, false, false),
    ] {
        let mut stage = Stage::new();
        if !held {
            stage.transfer.given = SpanSet::new();
        }
        stage.transfer.by_overlap = before;
        let mirror = stage.transfer.admit(Mirror { beside, ..Mirror::default() });
        stage.transfer.turn_to(mirror);
        assert_eq!(stage.transfer.by_overlap(), expected, "{beside} {held} {before}");
        assert_eq!(stage.transfer.main(), mirror);
        let standing = if beside { Standing::Beside } else { Standing::InPlace };
        assert_eq!(stage.transfer.places.all[0].standing, standing);
    }
}

#[test]
fn further_places_are_of_use_where_one_place_was_tried_and_parts_may_come() {
    let wants = |change: fn(&mut Transfer)| {
        let mut stage = Stage::new();
        change(&mut stage.transfer);
        stage.transfer.wants_places()
    };
    assert!(wants(|_| {}));
    assert!(!wants(Transfer::go_alone));
    assert!(!wants(|transfer| transfer.manner_mut().plain = true));
    assert!(!wants(|transfer| transfer.crew = Crew::new(8, None)), "one connection at first");
}

/// It is what the file is by now: nobody else is known to hold that.
#[test]
fn the_place_that_began_the_file_is_the_one_to_go_on_at() {
    let mut stage = Stage::new();
    let (a, b) = (stage.mirror("a:80"), stage.mirror("b:80"));
    let places = &mut stage.transfer.places;
    places.here = a;
    assert!(!places.is_home() && places.is_begun_at_main());
    places.begin();
    assert_eq!((places.main, places.is_home(), places.is_beside()), (a, true, false));
    assert!(places.is_begun_at_main());
    for other in [0, b] {
        assert_eq!(places.all[other].standing, Standing::Dismissed);
    }
}

#[test]
fn only_the_place_that_began_the_file_speaks_for_it() {
    let mut stage = Stage::new();
    let mirror = stage.mirror("a:80");
    stage.flow(0, 10);
    let (id, _) = stage.open().unwrap();
    assert_eq!(stage.transfer.place_of(id), mirror);
    assert!(stage.transfer.speaks_for_the_file(0) && !stage.transfer.speaks_for_the_file(id));
    // What goes on in its place was only found to hold the same.
    stage.transfer.turn_to(mirror);
    assert!(!stage.transfer.speaks_for_the_file(0) && !stage.transfer.speaks_for_the_file(id));
}

/// A tag like that of what began the file says nothing where something else is gone on with.
#[test]
fn a_mirror_goes_beside_what_began_the_file_or_its_equal() {
    for (beside, expected) in [(true, true), (false, false)] {
        let mut stage = Stage::new();
        stage.transfer.checked = false;
        let validator = tagged("home");
        let turned = Mirror { host: "m:80".into(), validator, beside, ..Mirror::default() };
        let place = stage.transfer.admit(turned);
        assert!(stage.transfer.may_go_beside(&tagged("home")));
        stage.transfer.turn_to(place);
        assert_eq!(stage.transfer.may_go_beside(&tagged("home")), expected);
        assert!(!stage.transfer.may_go_beside(&tagged("x")));
    }
}
