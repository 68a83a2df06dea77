//! Which places of what is held are compared with what another link leads to. Invariant: each lies in
//! what is held, and they are spread over all of it.

use crate::model::range::{ByteRange, SpanSet};

/// Bytes compared at one place at most.
pub const SAMPLE_BYTES: u64 = 64 << 10;
/// Places compared at most.
pub const MAX_SAMPLES: usize = 32;

/// The places to look at, in order: the first held, the last held, then some from all over, each in
/// a stretch of its own. At most [`MAX_SAMPLES`]; all that is held where that is not more.
pub fn samples(held: &SpanSet, seed: u64) -> Vec<ByteRange> {
    let pieces = |span: ByteRange| span.len().div_ceil(SAMPLE_BYTES);
    let count: u64 = held.iter().map(pieces).sum();
    let piece = |index: u64| {
        let mut index = index;
        held.iter().find_map(|span| {
            if index >= pieces(span) {
                index -= pieces(span);
                return None;
            }
            let start = span.start + index * SAMPLE_BYTES;
            Some(ByteRange::new(start, span.end.min(start + SAMPLE_BYTES)))
        })
    };
    if count <= MAX_SAMPLES as u64 {
        let last = count.checked_sub(1).filter(|last| *last > 0);
        let order = (0..count.min(1)).chain(last).chain(1..count.saturating_sub(1));
        return order.filter_map(piece).collect();
    }
    let Some(end) = held.iter().next_back() else { return Vec::new() };
    let last = ByteRange::new(end.start.max(end.end.saturating_sub(SAMPLE_BYTES)), end.end);
    let between = (MAX_SAMPLES - 2) as u64;
    let scattered = (0..between).map(|n| {
        // Seven is coprime to their number, so that neighbours come far from each other.
        let stretch = n * 7 % between;
        let (from, to) = (stretch * (count - 2) / between, (stretch + 1) * (count - 2) / between);
        1 + from + mixed(seed.wrapping_add(n)) % (to - from).max(1)
    });
    piece(0).into_iter().chain([last]).chain(scattered.filter_map(piece)).collect()
}

/// A number that looks random (splitmix64).
fn mixed(seed: u64) -> u64 {
    let mut z = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// The first three of the generator's own sequence from nought.
    #[test]
    fn numbers_are_mixed_as_splitmix64_does() {
        let first: Vec<u64> = (0..3).map(mixed).collect();
        assert_eq!(first, [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4, 0x06c4_5d18_8009_454f]);
    }

    const B: u64 = SAMPLE_BYTES;

    fn spans(all: &[(u64, u64)]) -> SpanSet {
        all.iter().map(|(start, end)| ByteRange::new(*start, *end)).collect()
    }

    #[test]
    fn little_is_looked_at_whole_both_ends_first() {
        for (held, expected) in [
            (&[][..], &[][..]),
            (&[(5, 6)], &[(5, 6)]),
            (&[(5, B + 5)], &[(5, B + 5)]),
            (&[(0, B + 1)], &[(0, B), (B, B + 1)]),
            (&[(0, 3 * B)], &[(0, B), (2 * B, 3 * B), (B, 2 * B)]),
            (
                &[(7, 8), (B, 3 * B + 9), (9 * B, 9 * B + 1)],
                &[(7, 8), (9 * B, 9 * B + 1), (B, 2 * B), (2 * B, 3 * B), (3 * B, 3 * B + 9)],
            ),
        ] {
            let places: Vec<(u64, u64)> =
                samples(&spans(held), 3).iter().map(|place| (place.start, place.end)).collect();
            assert_eq!(places, expected, "{held:?}");
        }
        let whole = samples(&spans(&[(0, 32 * B)]), 3);
        assert_eq!(whole.iter().map(|place| place.start).collect::<BTreeSet<_>>().len(), 32);
        assert_eq!(whole.iter().copied().collect::<SpanSet>(), spans(&[(0, 32 * B)]));
    }

    #[test]
    fn the_last_place_is_the_very_end() {
        for (held, last) in [
            (vec![(0, 40 * B + 1)], (39 * B + 1, 40 * B + 1)),
            (vec![(0, 40 * B), (50 * B, 50 * B + 9)], (50 * B, 50 * B + 9)),
        ] {
            let places = samples(&spans(&held), 3);
            assert_eq!((places[1].start, places[1].end), last);
        }
    }

    /// Ten places in each stretch: over some seeds each is looked at, and never one outside.
    #[test]
    fn each_stretch_has_a_place_anywhere_in_it() {
        let held = spans(&[(0, 302 * B)]);
        let mut seen: Vec<BTreeSet<u64>> = vec![BTreeSet::new(); 30];
        for seed in 0..200 {
            let places = samples(&held, seed);
            assert_eq!((places.len(), places[0].start, places[1].start), (32, 0, 301 * B));
            for (n, place) in places[2..].iter().enumerate() {
                seen[n].insert(place.start / B);
            }
        }
        let mut stretches = BTreeSet::new();
        for (n, seen) in seen.iter().enumerate() {
            let from = 1 + (seen.first().unwrap() - 1) / 10 * 10;
            assert_eq!(*seen, (from..from + 10).collect::<BTreeSet<u64>>(), "place {n}");
            stretches.insert(from);
        }
        assert_eq!(stretches.len(), 30, "each in another one");
        let firsts: Vec<u64> = seen.iter().map(|seen| *seen.first().unwrap()).collect();
        assert!(firsts.windows(2).all(|two| two[0].abs_diff(two[1]) > 10), "{firsts:?}");
    }
}
