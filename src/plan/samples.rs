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
