//! Blocks of the ledger: 1 MiB of a file and the hash it had when it was written.

use serde::{Deserialize, Serialize};

use super::range::{ByteRange, SpanSet};

/// Size of a block in bytes. The last block of a file is shorter.
pub const BLOCK_BYTES: u64 = 1 << 20;

/// xxh3-128 of one whole block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockHash {
    /// Number of the block: its first byte is `index * BLOCK_BYTES`.
    pub index: u64,
    /// xxh3-128 of the block's bytes.
    pub hash: u128,
}

/// xxh3-128 of the held bytes of a block that is not whole yet, as they were at the last checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenBlock {
    /// The bytes, all within one block.
    pub range: ByteRange,
    /// xxh3-128 of them.
    pub hash: u128,
}

/// The bytes of block `index` in a file of `total` bytes.
pub fn block_range(index: u64, total: u64) -> ByteRange {
    let start = index.saturating_mul(BLOCK_BYTES).min(total);
    ByteRange::new(start, start.saturating_add(BLOCK_BYTES).min(total))
}

/// The blocks a set of ranges touches, in order.
pub fn blocks_of(ranges: &SpanSet) -> Vec<u64> {
    let touched = |range: ByteRange| range.start / BLOCK_BYTES..range.end.div_ceil(BLOCK_BYTES);
    let mut blocks: Vec<u64> = ranges.iter().flat_map(touched).collect();
    blocks.dedup();
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    const B: u64 = BLOCK_BYTES;

    #[test]
    fn a_block_ends_where_the_file_does() {
        for (index, total, start, end) in [
            (0, 3 * B, 0, B),
            (2, 3 * B, 2 * B, 3 * B),
            (2, 2 * B + 1, 2 * B, 2 * B + 1),
            (3, 3 * B, 3 * B, 3 * B),
            (9, 3 * B, 3 * B, 3 * B),
            (u64::MAX, u64::MAX, u64::MAX, u64::MAX),
        ] {
            assert_eq!(block_range(index, total), ByteRange { start, end }, "{index} of {total}");
        }
    }

    #[test]
    fn every_block_touched_is_told_once() {
        for (ranges, expected) in [
            (vec![], vec![]),
            (vec![(0, 1)], vec![0]),
            (vec![(0, B)], vec![0]),
            (vec![(B, B + 1)], vec![1]),
            (vec![(B - 1, B + 1)], vec![0, 1]),
            (vec![(1, 2), (4, 5), (2 * B, 4 * B), (4 * B + 1, 4 * B + 2)], vec![0, 2, 3, 4]),
        ] {
            let spans = ranges.iter().map(|(start, end)| ByteRange::new(*start, *end)).collect();
            assert_eq!(blocks_of(&spans), expected, "{ranges:?}");
        }
    }
}
