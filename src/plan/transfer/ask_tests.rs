//! Which bytes a request names, and where it goes.

use super::super::places_stage::{Stage, tagged};
use super::super::*;
use crate::model::range::ByteRange;
use crate::plan::decide::Shape;

const MIB: u64 = 1 << 20;

fn spans(all: &[(u64, u64)]) -> SpanSet {
    all.iter().map(|(start, end)| ByteRange::new(*start, *end)).collect()
}

fn holding(total: Option<u64>, held: &[(u64, u64)]) -> Begin {
    let known = Known { total, validator: tagged("one"), begun: true, ..Known::default() };
    Begin { known, held: spans(held), connections: 8, ..Begin::default() }
}

/// The next request: its first byte, its end, and where it writes from.
fn next(transfer: &mut Transfer, proof_bytes: u64) -> Option<(u64, Option<u64>, u64)> {
    let (_, ask) = transfer.open(|_, _| proof_bytes)?;
    let Shape::Ranged { first, end, .. } = ask.shape else { panic!("{ask:?}") };
    Some((first, end, ask.write_from))
}

#[test]
fn a_little_is_asked_for_on_both_sides_of_a_hole() {
    let end = Some(10 * MIB);
    for (total, held, proof, expected) in [
        (end, &[][..], 100, (0, None, 0)),
        (end, &[(0, 500)], 100, (400, end, 500)),
        (end, &[(0, 500)], 500, (0, end, 500)),
        (end, &[(0, 500)], 600, (0, end, 500)),
        (end, &[(0, 500)], 0, (500, end, 500)),
        (None, &[(0, 500)], 100, (400, None, 500)),
        // As much as is held before the hole, and behind it where as much is held as is compared.
        (end, &[(0, 10), (50, 90), (MIB, 10 * MIB)], 100, (0, Some(50), 10)),
        (end, &[(0, 50), (MIB, 2 * MIB)], 20, (30, Some(MIB + 4096), 50)),
        (end, &[(0, 50), (MIB, MIB + 4096)], 20, (30, Some(MIB + 4096), 50)),
        (end, &[(0, 50), (MIB, MIB + 4095)], 20, (30, Some(MIB), 50)),
        (end, &[(0, 50), (10 * MIB - 9, 10 * MIB)], 20, (30, end, 50)),
    ] {
        let mut transfer = Transfer::new(holding(total, held));
        assert_eq!(next(&mut transfer, proof), Some(expected), "{held:?} {proof}");
    }
}

#[test]
fn a_part_beside_others_is_no_longer_than_a_lease() {
    for (hole, end) in [
        (8 * MIB - 1, 9 * MIB - 1),
        (8 * MIB, 9 * MIB),
        (8 * MIB + 1, 9 * MIB),
        (50 * MIB, 9 * MIB),
    ] {
        let total = 200 * MIB;
        let held = [(0, 10), (20, MIB), (MIB + hole, total)];
        let mut transfer = Transfer::new(holding(Some(total), &held));
        assert_eq!(next(&mut transfer, 0), Some((10, Some(20 + 4096), 10)), "alone: all of it");
        let told = next(&mut transfer, 0).unwrap();
        // What it asks for whole is compared with what stands behind it.
        let seam = if hole <= 8 * MIB { 4096 } else { 0 };
        assert_eq!(told, (MIB, Some(end + seam), MIB), "{hole}");
    }
}

/// As finely as it was told at the beginning.
#[test]
fn a_lease_is_no_shorter_than_the_grain_says() {
    let grain = Grain { min_lease: MIB, ..Grain::default() };
    let total = 200 * MIB;
    let begin = holding(Some(total), &[(0, 10), (20, MIB), (100 * MIB, total)]);
    let mut transfer = Transfer::new(Begin { grain, ..begin });
    next(&mut transfer, 0).unwrap();
    assert_eq!(next(&mut transfer, 0), Some((MIB, Some(2 * MIB), MIB)));
}

#[test]
fn the_start_is_sampled_once_where_nothing_strong_speaks_for_the_rest() {
    let least = SAMPLE_BYTES + PROOF_BYTES;
    let weak = Validator { etag: None, last_modified: Some("mon".into()), ..Validator::default() };
    for (validator, held, plain, sampled, expected) in [
        (&weak, least, false, false, true),
        (&weak, least - 1, false, false, false),
        (&weak, least, true, false, false),
        (&weak, least, false, true, false),
        (&tagged("one"), least, false, false, false),
    ] {
        let begin = holding(Some(MIB), &[(0, held)]);
        let known = Known { validator: validator.clone(), ..begin.known };
        let mut transfer = Transfer::new(Begin { known, plain, ..begin });
        transfer.sampled = sampled;
        let (_, ask) = transfer.open(|_, _| 0).unwrap();
        let is_sample =
            matches!(ask.shape, Shape::Ranged { first: 0, end: Some(SAMPLE_BYTES), .. });
        assert_eq!(is_sample, expected, "{validator:?} {held} {plain} {sampled}");
        assert_eq!(ask.shape == Shape::Plain, plain);
        assert_eq!(ask.write_from, if expected { 0 } else { held });
    }
}

#[test]
fn seams_that_touch_are_read_across_by_one_answer_each_once() {
    for (seams, expected) in [
        (&[][..], &[][..]),
        (&[3000], &[(0, 7096)]),
        (&[10_000], &[(5904, 14_096)]),
        (&[10_000, 18_192], &[(5904, 22_288)]),
        (&[10_000, 18_193], &[(5904, 14_096), (14_097, 22_289)]),
        (&[10_000, 15_000, 20_000, 90_000], &[(5904, 24_096), (85_904, 94_096)]),
        (&[MIB - 1], &[(MIB - 1 - 4096, MIB)]),
    ] {
        let begin = holding(Some(MIB), &[(0, MIB)]);
        let mut transfer = Transfer::new(Begin { seams: seams.to_vec(), ..begin });
        for (start, end) in expected {
            assert_eq!(next(&mut transfer, 0), Some((*start, Some(*end), *start)), "{seams:?}");
        }
        assert_eq!(next(&mut transfer, 0), None, "{seams:?}");
    }
}

#[test]
fn a_condition_is_sent_where_one_may_be() {
    for (condition, expected) in
        [(Condition::IfRange, Some("\"one\"")), (Condition::Unconditional, None)]
    {
        let begin = Begin { condition, ..holding(Some(MIB), &[(0, 500)]) };
        let (_, ask) = Transfer::new(begin).open(|_, _| 0).unwrap();
        let Shape::Ranged { condition, .. } = ask.shape else { panic!("{:?}", ask.shape) };
        assert_eq!(condition.as_deref(), expected);
    }
}

#[test]
fn the_less_speaks_for_what_is_held_the_more_of_it_is_compared() {
    for (backing, progressed, expected) in [
        (Backing::Strong, true, 4 << 10),
        (Backing::Strong, false, 64 << 10),
        (Backing::Bytes, true, 64 << 10),
        (Backing::Bytes, false, 64 << 10),
        (Backing::FlatBytes, true, MIB),
        (Backing::FlatBytes, false, MIB),
    ] {
        assert_eq!(proof_bytes(backing, progressed), expected, "{backing:?} {progressed}");
    }
}

#[test]
fn others_flow_once_one_of_them_brought_a_byte() {
    let mut transfer = Transfer::new(holding(Some(10 * MIB), &[(0, 500)]));
    for (brought, flow) in [(None, false), (Some(0), false), (Some(1), true), (Some(2), true)] {
        if let Some(fresh) = brought {
            transfer.connections.values_mut().for_each(|connection| connection.fresh = fresh);
        }
        let (_, ask) = transfer.open(|_, _| 0).unwrap();
        assert_eq!(ask.siblings_flow, flow, "{brought:?}");
    }
}

/// Much is compared of what a mirror sends that nothing strong speaks for.
#[test]
fn what_a_mirror_without_a_tag_sends_is_compared_at_length() {
    let begin = holding(Some(10 * MIB), &[(0, 5 * MIB)]);
    let mirror = |validator: Validator| Mirror { validator, ..Mirror::default() };
    for (validator, compared) in [(tagged("m"), 4096), (Validator::default(), MIB)] {
        let mut transfer = Transfer::new(begin.clone());
        let place = transfer.admit(mirror(validator));
        transfer.turn_to(place);
        let told = next(&mut transfer, 4096).unwrap();
        assert_eq!(told, (5 * MIB - compared, Some(10 * MIB), 5 * MIB));
    }
}

/// First one that nothing is known of, then the one that brings most, then where fewest are.
#[test]
fn the_best_place_is_asked_next() {
    for (rates, connections, full, expected) in [
        ([5, 0, 9], [1, 0, 1], None, Some(1)),
        ([5, 7, 9], [1, 0, 1], None, Some(2)),
        ([5, 9, 9], [1, 2, 1], None, Some(2)),
        ([5, 9, 9], [1, 1, 2], None, Some(1)),
        ([5, 7, 9], [1, 1, 1], Some(2), Some(1)),
        ([0, 0, 0], [0, 1, 0], None, Some(0)),
        ([0, 0, 9], [1, 1, 1], None, Some(2)),
    ] {
        let mut stage = Stage::new();
        let _ = (stage.mirror("a:80"), stage.mirror("b:80"));
        let transfer = &mut stage.transfer;
        transfer.connections.clear();
        for (place, (rate_bps, count)) in rates.into_iter().zip(connections).enumerate() {
            transfer.places.all[place].rate_bps = rate_bps;
            for _ in 0..count {
                transfer.planner.clear();
                let (id, _) = transfer.open(|_, _| 0).unwrap();
                transfer.connections.get_mut(&id).unwrap().place = place;
            }
        }
        if let Some(full) = full {
            transfer.set_share(full, 1, false);
        }
        assert_eq!(transfer.choose_place(), expected, "{rates:?} {connections:?}");
        for (place, count) in connections.into_iter().enumerate() {
            assert_eq!(transfer.connections_at_host(place), count);
        }
    }
}

/// Those that brought something within two seconds.
#[test]
fn connections_that_brought_something_lately_flow() {
    let mut stage = Stage::new();
    let mirror = stage.mirror("a:80");
    let transfer = &mut stage.transfer;
    transfer.connections.clear();
    transfer.tell_time(Duration::from_secs(100));
    for (place, last_ms) in
        [(0, Some(99_000)), (0, Some(98_000)), (0, Some(97_999)), (0, None), (mirror, Some(97_000))]
    {
        let (id, _) = transfer.open(|_, _| 0).unwrap();
        let connection = transfer.connections.get_mut(&id).unwrap();
        connection.place = place;
        connection.pulse.last_byte = last_ms.map(Duration::from_millis);
    }
    let counts = |place| (transfer.connections_at(place), transfer.flowing_at(place));
    assert_eq!((counts(0), counts(mirror)), ((4, 2), (1, 0)));
}

#[test]
fn a_place_brings_what_its_connections_do_on_average() {
    let mut stage = Stage::new();
    let mirror = stage.mirror("a:80");
    let transfer = &mut stage.transfer;
    transfer.connections.clear();
    transfer.usual_bps = 77;
    for (place, rate_bps, flows) in
        [(0, 100.0, true), (0, 301.0, true), (0, 9e9, false), (mirror, 9e9, false)]
    {
        let (id, _) = transfer.open(|_, _| 0).unwrap();
        let connection = transfer.connections.get_mut(&id).unwrap();
        connection.place = place;
        connection.pulse =
            Pulse { rate_bps, last_byte: flows.then_some(Duration::ZERO), ..Pulse::default() };
    }
    transfer.places.all[0].rate_bps = 0;
    transfer.measure_places();
    let rates: Vec<u64> = transfer.places.all.iter().map(|place| place.rate_bps).collect();
    assert_eq!(rates, [200, 0]);
    for (here, expected) in [(0, 200), (mirror, 77)] {
        transfer.places.here = here;
        assert_eq!(transfer.expected_bps(), expected);
    }
    let mut alone = Stage::new();
    alone.transfer.usual_bps = 77;
    alone.transfer.places.all[0].rate_bps = 5;
    assert_eq!(alone.transfer.expected_bps(), 77, "one place: what a connection brought at last");
}
