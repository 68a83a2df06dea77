//! Re-reads the blocks of a part file and compares them with the ledger.

use std::io;
use std::path::Path;

use super::disk;
use super::recheck::carries_hash;
use crate::model::block::{BlockHash, block_range};
use crate::model::range::SpanSet;

/// What re-reading found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlocksRead {
    /// Blocks that carry their recorded hash.
    pub good: u64,
    /// Blocks that do not.
    pub bad: Vec<u64>,
    /// Durable bytes that no recorded hash covers.
    pub unproved_bytes: u64,
    /// What is held, without the bad blocks.
    pub spans: SpanSet,
}

/// Reads every recorded block that is held of a part of `total` bytes.
pub fn read_blocks(
    path: &Path,
    hashes: &[BlockHash],
    spans: &SpanSet,
    total: u64,
) -> io::Result<BlocksRead> {
    let dir = path.parent().unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let part = disk::open_part(dir, &name).map_err(|failure| io::Error::other(failure.detail))?;
    let mut read = BlocksRead { good: 0, bad: Vec::new(), unproved_bytes: 0, spans: spans.clone() };
    let mut unproved = spans.clone();
    for block in hashes {
        let range = block_range(block.index, total);
        if range.is_empty() || !spans.contains(range) {
            continue;
        }
        unproved.remove(range);
        if carries_hash(&part, block, total)? {
            read.good += 1;
        } else {
            read.bad.push(block.index);
            read.spans.remove(range);
        }
    }
    read.unproved_bytes = unproved.total();
    Ok(read)
}
