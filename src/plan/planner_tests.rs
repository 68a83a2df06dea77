//! What each connection fetches, by hand and by property.

use super::*;
use proptest::prelude::*;

const NEW: Newcomer = Newcomer { rate_bps: 0, setup: Duration::ZERO };
const MIB: u64 = 1 << 20;

#[test]
fn holes_first_then_halves() {
    let mut planner = Planner::default();
    let mib = MIB;
    let written: SpanSet = [ByteRange::new(mib, 2 * mib)].into_iter().collect();
    assert_eq!(planner.claim(1, &written, 8 * mib, NEW), Some(ByteRange::new(0, mib)));
    assert_eq!(planner.claim(2, &written, 8 * mib, NEW), Some(ByteRange::new(2 * mib, 8 * mib)));
    assert_eq!(planner.claim(3, &written, 8 * mib, NEW), Some(ByteRange::new(5 * mib, 8 * mib)));
    planner.release(2);
    assert_eq!(planner.claim(4, &written, 8 * mib, NEW), Some(ByteRange::new(2 * mib, 5 * mib)));
}

#[test]
fn an_unknown_size_is_not_split() {
    let mut planner = Planner::default();
    assert!(planner.claim(1, &SpanSet::new(), u64::MAX, NEW).is_some());
    assert_eq!(planner.claim(2, &SpanSet::new(), u64::MAX, NEW), None);
    planner.clip(1000);
    assert_eq!(planner.left(1), Some(ByteRange::new(0, 1000)));
}

#[test]
fn a_slow_one_keeps_only_what_it_can_do_meanwhile() {
    let mut planner = Planner::default();
    planner.claim(1, &SpanSet::new(), 100 * MIB, NEW);
    planner.measured(1, MIB / 10);
    let fast = Newcomer { rate_bps: 9 * MIB / 10, setup: Duration::from_millis(200) };
    let stolen = planner.claim(2, &SpanSet::new(), 100 * MIB, fast).unwrap();
    assert_eq!(stolen, ByteRange::new(11 * MIB, 100 * MIB));
    assert_eq!(planner.left(1), Some(ByteRange::new(0, 11 * MIB)));
}

#[test]
fn what_lags_at_the_end_is_raced_once() {
    let size = 200 << 10;
    let mut planner = Planner::default();
    planner.claim(1, &SpanSet::new(), size, NEW);
    let fast = Newcomer { rate_bps: 4 * MIB, setup: Duration::from_millis(100) };
    assert_eq!(planner.claim(2, &SpanSet::new(), size, fast), None, "nothing is known of it");
    planner.measured(1, 2 * MIB);
    assert_eq!(planner.claim(2, &SpanSet::new(), size, fast), None, "it is quick enough");
    planner.measured(1, 50_000);
    assert_eq!(planner.claim(2, &SpanSet::new(), size, fast), Some(ByteRange::new(0, size)));
    assert!(planner.is_hedge(2) && !planner.is_hedge(1));
    assert_eq!(planner.claim(3, &SpanSet::new(), size, fast), None, "one race is enough");
    planner.release(2);
    assert!(planner.claim(3, &SpanSet::new(), size, fast).is_some());
}

/// Claims like these, on a grain of ten bytes at least, a hundred at most where that grows.
fn with(block: u64, claims: &[(u64, u64, u64)]) -> Planner {
    let grain = Grain { block, least: 10, most: 100, ..Grain::default() };
    let mut planner = Planner::new(grain);
    for (id, (start, end, rate_bps)) in (1..).zip(claims) {
        let left = ByteRange::new(*start, *end);
        planner.claims.insert(id, Claim { rate_bps: *rate_bps, ..Claim::new(left) });
    }
    planner
}

fn newcomer(rate_bps: u64, setup_ms: u64) -> Newcomer {
    Newcomer { rate_bps, setup: Duration::from_millis(setup_ms) }
}

#[test]
fn a_cut_is_where_both_end_together() {
    for (block, (start, end, own), (rate, setup_ms), cut) in [
        (1, (0, 1000, 100), (100, 0), Some(500)),
        (1, (1000, 2000, 100), (100, 0), Some(1500)),
        (1, (0, 1000, 100), (300, 0), Some(250)),
        (1, (0, 1000, 300), (100, 0), Some(750)),
        // What the old one fetches until the new one begins.
        (1, (0, 1000, 100), (300, 1000), Some(325)),
        (1, (0, 1000, 100), (100, 9000), None),
        // It keeps the least there is, however slow.
        (1, (0, 1000, 1), (100_000, 0), Some(10)),
        // Less than the least is not worth it: ten, or what takes a quarter of a second.
        (1, (0, 20, 1), (1, 0), Some(10)),
        (1, (0, 19, 1), (1, 0), None),
        (1, (0, 100, 200), (200, 0), Some(50)),
        (1, (0, 98, 200), (200, 0), None),
        // Or twice the time it takes to begin, 40 here; but no more than a hundred.
        (1, (0, 100, 100), (100, 200), Some(60)),
        (1, (0, 99, 100), (100, 200), None),
        (1, (0, 200, 1000), (1000, 0), Some(100)),
        (1, (0, 198, 1000), (1000, 0), None),
        // Nobody knows a rate: half of it.
        (1, (0, 1000, 0), (0, 0), Some(500)),
        (1, (0, 1000, 0), (70, 0), Some(500)),
        // At the end of a block, where enough is left behind it.
        (64, (0, 1000, 100), (100, 0), Some(512)),
        (64, (0, 74, 1), (1, 0), Some(64)),
        (64, (0, 73, 1), (1, 0), Some(37)),
    ] {
        let mut planner = with(block, &[(start, end, own)]);
        let stolen = planner.steal(newcomer(rate, setup_ms));
        let expected = cut.map(|cut| ByteRange::new(cut, end));
        assert_eq!(stolen, expected, "{start}..{end} at {own}, {rate} after {setup_ms}");
        let kept = ByteRange::new(start, cut.unwrap_or(end));
        assert_eq!(planner.left(1), Some(kept));
    }
}

#[test]
fn the_one_that_would_end_last_is_cut() {
    let mut planner = with(1, &[(0, 300, 100), (1000, 1200, 10), (2000, 2900, 100)]);
    assert_eq!(planner.steal(newcomer(10, 0)), Some(ByteRange::new(1100, 1200)));
    // One that is raced is left to the race.
    planner.claims.get_mut(&2).unwrap().hedged = true;
    assert_eq!(planner.steal(newcomer(100, 0)).unwrap().end, 2900);
    planner.claims.get_mut(&3).unwrap().hedge = true;
    assert_eq!(planner.steal(newcomer(100, 0)).unwrap().end, 300);
    assert_eq!(with(1, &[]).steal(newcomer(100, 0)), None);
}

#[test]
fn a_newcomer_nobody_knows_is_like_the_middle_of_those_that_flow() {
    for (rates, told, expected) in [
        (&[][..], 0, 1),
        (&[0, 0], 0, 1),
        (&[30, 0, 10, 20], 0, 20),
        (&[10, 30], 0, 30),
        (&[10, 30], 7, 7),
    ] {
        let claims: Vec<(u64, u64, u64)> = rates.iter().map(|rate| (0, 9, *rate)).collect();
        assert_eq!(with(1, &claims).usual_bps(newcomer(told, 0)), expected, "{rates:?}");
    }
}

#[test]
fn a_claim_shrinks_as_its_bytes_come_and_never_past_its_end() {
    let mut planner = with(1, &[(10, 50, 0), (60, 90, 5)]);
    for (to, left) in [(5, (10, 50)), (20, (20, 50)), (15, (20, 50)), (70, (50, 50))] {
        planner.received(1, to);
        assert_eq!(planner.left(1), Some(ByteRange::new(left.0, left.1)), "{to}");
    }
    planner.measured(2, 0);
    assert_eq!(planner.claims[&2].rate_bps, 1, "it is known to bring next to nothing");
    planner.measured(2, 8);
    assert_eq!(planner.claims[&2].rate_bps, 8);
    for (size, left) in [(100, (60, 90)), (80, (60, 80)), (30, (60, 60))] {
        planner.clip(size);
        assert_eq!(planner.left(2), Some(ByteRange::new(left.0, left.1)), "{size}");
    }
    assert_eq!((planner.left(3), planner.connections()), (None, 2));
    planner.clear();
    assert_eq!((planner.left(2), planner.connections()), (None, 0));
}

#[test]
fn what_goes_on_is_the_next_that_nobody_has() {
    let written: SpanSet = [ByteRange::new(0, 10)].into_iter().collect();
    let mut planner = with(1, &[(20, 30, 0)]);
    for (at, until, free) in [
        (0, 100, Some((10, 20))),
        (12, 100, Some((12, 20))),
        (20, 100, Some((30, 100))),
        (0, 15, Some((10, 15))),
        (20, 30, None),
    ] {
        let expected = free.map(|(start, end)| ByteRange::new(start, end));
        assert_eq!(planner.next_free(&written, at, until), free.map(|free| free.0), "{at}");
        assert_eq!(planner.claim_ahead(7, &written, at, until), expected, "{at} {until}");
        planner.release(7);
    }
}

/// The one that raced is gone: its rival may be raced again, and no other is taken for that.
#[test]
fn a_race_that_is_over_is_forgotten() {
    for (gone, left_raced) in [(3, [false, true]), (1, [true, true])] {
        let mut planner = with(1, &[(0, 50, 0), (60, 90, 0), (20, 50, 0)]);
        for id in [1, 2] {
            planner.claims.get_mut(&id).unwrap().hedged = true;
        }
        planner.claims.get_mut(&3).unwrap().hedge = true;
        planner.release(gone);
        let raced = [1, 2].map(|id| planner.claims.get(&id).is_none_or(|c| c.hedged));
        assert_eq!(raced, left_raced, "{gone}");
    }
}

/// What another brought in a race is not fetched again, at whichever end.
#[test]
fn what_was_written_meanwhile_is_no_longer_claimed() {
    for (written, left) in [
        (&[][..], (10, 50)),
        (&[(0, 20)], (20, 50)),
        (&[(40, 60)], (10, 40)),
        (&[(0, 20), (40, 60)], (20, 40)),
        (&[(20, 30)], (10, 50)),
        (&[(0, 60)], (50, 50)),
        (&[(49, 50)], (10, 49)),
        (&[(50, 60)], (10, 50)),
    ] {
        let spans = written.iter().map(|(start, end)| ByteRange::new(*start, *end)).collect();
        let mut planner = with(1, &[(10, 50, 0)]);
        planner.tidy(&spans);
        assert_eq!(planner.left(1), Some(ByteRange::new(left.0, left.1)), "{written:?}");
    }
}

#[test]
fn a_race_is_worth_it_at_less_than_half_the_time() {
    for ((start, end, own), (rate, setup_ms), raced) in [
        // Ten seconds alone; one, and the time it takes to begin.
        ((50, 150, 10), (100, 3999), true),
        ((50, 150, 10), (100, 4000), false),
        // Nothing is known of it, or nothing is left of it.
        ((50, 150, 0), (100, 0), false),
        ((50, 50, 10), (100, 0), false),
    ] {
        let mut planner = with(1, &[(start, end, own)]);
        let expected = raced.then_some(ByteRange::new(start, end));
        assert_eq!(planner.hedge(newcomer(rate, setup_ms)), expected, "{setup_ms}");
        assert_eq!(planner.claims[&1].hedged, raced);
        assert_eq!(planner.hedge(newcomer(rate, setup_ms)), None, "once");
    }
}

#[test]
fn what_is_not_worth_asking_for_is_not_stolen() {
    let mut planner = Planner::default();
    planner.claim(1, &SpanSet::new(), 8 * MIB, NEW);
    planner.measured(1, 40 * MIB);
    let newcomer = Newcomer { rate_bps: 40 * MIB, setup: Duration::from_millis(100) };
    assert_eq!(planner.claim(2, &SpanSet::new(), 8 * MIB, newcomer), None);
}

proptest! {
    /// Connections come, receive, break and go in any order: nothing is fetched twice at a time,
    /// nothing is forgotten, and it ends.
    #[test]
    fn no_overlap_and_no_gap(size in 1u64..40 << 20, moves in prop::collection::vec((0u32..6, 0u8..4, 0u64..8 << 20), 0..200)) {
        let mut planner = Planner::default();
        let mut written = SpanSet::new();
        let mut live: BTreeMap<u32, ConnectionId> = BTreeMap::new();
        let mut next = 0;
        for (slot, kind, amount) in moves {
            match (live.get(&slot).copied(), kind) {
                (None, _) => {
                    next += 1;
                    if planner.claim(next, &written, size, Newcomer { rate_bps: amount, ..NEW }).is_some() { live.insert(slot, next); }
                }
                (Some(id), 0) => { planner.release(id); live.remove(&slot); }
                (Some(id), _) => {
                    let left = planner.left(id).unwrap();
                    let to = (left.start + amount).min(left.end);
                    prop_assert!(written.held(ByteRange::new(left.start, to)).is_empty(), "fetched twice");
                    written.insert(ByteRange::new(left.start, to));
                    planner.received(id, to);
                    if to == left.end { planner.release(id); live.remove(&slot); }
                }
            }
            let mut all = SpanSet::new();
            let mut sum = 0;
            for id in live.values() { let left = planner.left(*id).unwrap(); all.insert(left); sum += left.len(); }
            prop_assert_eq!(all.total(), sum, "claims overlap");
            prop_assert_eq!(planner.connections(), live.len());
        }
        for id in live.into_values() { planner.release(id); }
        while let Some(range) = planner.claim(u32::MAX, &written, size, NEW) { written.insert(range); planner.release(u32::MAX); }
        prop_assert!(written.is_whole(size));
    }
}
