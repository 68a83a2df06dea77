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

/// xxh3-128 of the held bytes of a block that is not whole yet, as they were when its run ended.
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
