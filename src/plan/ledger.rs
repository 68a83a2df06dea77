//! Hashes every block as it is written. A block written from its first byte in order is hashed on
//! the way; one begun in the middle is primed with the bytes before it, read back from the file.

use std::collections::HashMap;

use xxhash_rust::xxh3::Xxh3;

use crate::model::block::{BLOCK_BYTES, BlockHash, OpenBlock, block_range};
use crate::model::range::{ByteRange, SpanSet};

/// xxh3-128 of a whole block.
pub fn hash_block(bytes: &[u8]) -> u128 {
    xxhash_rust::xxh3::xxh3_128(bytes)
}

/// What is re-read of a part file after an end that was not in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recheck {
    /// Blocks that were written and not yet synced: where they carry their hash they count.
    pub unsynced: Vec<BlockHash>,
    /// Durable blocks at the ends of what is held, where damage would be: where they do not carry
    /// their hash they are fetched again.
    pub edges: Vec<BlockHash>,
    /// Held bytes in blocks that are not whole: where they are not what they were at the last
    /// checkpoint, they are fetched again.
    pub open: Vec<OpenBlock>,
}

/// The parts of what is held that are no whole block, each within one, in order. `total` is `u64::MAX`
/// while it is unknown.
pub fn open_parts(held: &SpanSet, total: u64) -> Vec<ByteRange> {
    let mut parts = Vec::new();
    for span in held.iter() {
        let (first, last) = (span.start / BLOCK_BYTES, (span.end - 1) / BLOCK_BYTES);
        for index in std::iter::once(first).chain((last != first).then_some(last)) {
            let block = block_range(index, total);
            let part = ByteRange::new(block.start.max(span.start), block.end.min(span.end));
            if part != block {
                parts.push(part);
            }
        }
    }
    parts
}

/// What to re-read of a part of `total` bytes (`u64::MAX` while unknown), of which `durable` counts.
pub fn recheck(hashes: &[BlockHash], durable: &SpanSet, total: u64) -> Recheck {
    let mut found = Recheck::default();
    for block in hashes {
        let range = block_range(block.index, total);
        if range.is_empty() {
            continue;
        }
        if !durable.contains(range) {
            found.unsynced.push(*block);
        } else if durable.span_at(range.start).is_some_and(|span| {
            range.start < span.start + BLOCK_BYTES || range.end + BLOCK_BYTES > span.end
        }) {
            found.edges.push(*block);
        }
    }
    found
}

struct Open {
    /// Place of the next byte that continues the hash.
    next: u64,
    hasher: Box<Xxh3>,
}

/// The blocks being written. At most one is open for each place where writing goes on.
#[derive(Default)]
pub struct Ledger {
    open: HashMap<u64, Open>,
    done: Vec<BlockHash>,
}

/// Blocks kept open at most: connections, and as many left over from broken ones.
const MAX_OPEN: usize = 64;

impl Ledger {
    /// What must be read back and given to [`Ledger::prime`] before bytes at `at` are fed: the
    /// block's bytes before them, unless the hash already stands there.
    pub fn wants_before(&self, at: u64) -> Option<ByteRange> {
        let index = at / BLOCK_BYTES;
        let start = index * BLOCK_BYTES;
        let follows = self.open.get(&index).is_some_and(|o| o.next == at);
        (at > start && !follows).then(|| ByteRange::new(start, at))
    }

    /// Begins a block with the bytes that stand before the next ones. `bytes` begin at its start.
    pub fn prime(&mut self, index: u64, bytes: &[u8]) {
        let mut hasher = Box::new(Xxh3::new());
        hasher.update(bytes);
        self.keep_few();
        self.open.insert(index, Open { next: index * BLOCK_BYTES + bytes.len() as u64, hasher });
    }

    /// Bytes written at `at`. Those of a block that was neither begun nor primed are passed over:
    /// such a block is simply not proved.
    pub fn feed(&mut self, at: u64, bytes: &[u8]) {
        let mut at = at;
        let mut rest = bytes;
        while !rest.is_empty() {
            let index = at / BLOCK_BYTES;
            let room = usize::try_from((index + 1) * BLOCK_BYTES - at).unwrap_or(usize::MAX);
            let (now, later) = rest.split_at(room.min(rest.len()));
            self.feed_block(index, at, now);
            at += now.len() as u64;
            rest = later;
        }
    }

    fn feed_block(&mut self, index: u64, at: u64, bytes: &[u8]) {
        let start = index * BLOCK_BYTES;
        if at == start && bytes.len() as u64 == BLOCK_BYTES {
            self.open.remove(&index);
            self.done.push(BlockHash { index, hash: hash_block(bytes) });
            return;
        }
        if at == start {
            self.prime(index, bytes);
        } else {
            let Some(open) = self.open.get_mut(&index) else { return };
            if open.next != at {
                self.open.remove(&index);
                return;
            }
            open.hasher.update(bytes);
            open.next += bytes.len() as u64;
        }
        if self.open.get(&index).is_some_and(|o| o.next == start + BLOCK_BYTES) {
            self.close(index);
        }
    }

    /// The file ends at `total`: its last, shorter block is complete.
    pub fn end(&mut self, total: u64) {
        let index = total / BLOCK_BYTES;
        if self.open.get(&index).is_some_and(|o| o.next == total) {
            self.close(index);
        }
    }

    /// The hashes of blocks completed since the last call.
    pub fn take(&mut self) -> Vec<BlockHash> {
        std::mem::take(&mut self.done)
    }

    fn close(&mut self, index: u64) {
        if let Some(open) = self.open.remove(&index) {
            self.done.push(BlockHash { index, hash: open.hasher.digest128() });
        }
    }

    fn keep_few(&mut self) {
        if self.open.len() >= MAX_OPEN {
            self.open.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn content(total: u64) -> Vec<u8> {
        (0..total).map(|n| (n.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0]).collect()
    }

    proptest! {
        /// Written in any pieces, from any point on, every completed block has the hash of its bytes.
        #[test]
        fn the_hash_of_a_block_is_that_of_its_bytes(
            total in 1u64..3 * BLOCK_BYTES,
            from in 0u64..2 * BLOCK_BYTES,
            pieces in prop::collection::vec(1usize..700_000, 1..20),
        ) {
            let file = content(total);
            let from = from.min(total);
            let mut ledger = Ledger::default();
            if let Some(before) = ledger.wants_before(from) {
                let range = usize::try_from(before.start).unwrap()..usize::try_from(before.end).unwrap();
                ledger.prime(before.start / BLOCK_BYTES, &file[range]);
            }
            let mut at = usize::try_from(from).unwrap();
            let mut sizes = pieces.iter().cycle();
            while at < file.len() {
                let next = (at + sizes.next().unwrap()).min(file.len());
                ledger.feed(at as u64, &file[at..next]);
                at = next;
            }
            ledger.end(total);
            let done = ledger.take();
            let first = from / BLOCK_BYTES;
            let expected: Vec<BlockHash> = file
                .chunks(usize::try_from(BLOCK_BYTES).unwrap())
                .enumerate()
                .skip(usize::try_from(first).unwrap())
                .map(|(index, block)| BlockHash { index: index as u64, hash: hash_block(block) })
                .collect();
            // A file that was whole before has nothing fed, but a last block that was primed is told.
            prop_assert_eq!(if from == total { done.clone() } else { expected }, done);
        }
    }

    #[test]
    fn unsynced_blocks_and_edges_are_re_read() {
        let mib = BLOCK_BYTES;
        let durable = [ByteRange::new(0, 4 * mib + 5), ByteRange::new(6 * mib, 9 * mib)];
        let durable = durable.into_iter().collect();
        let hashes: Vec<_> = (0..12).map(|index| BlockHash { index, hash: 0 }).collect();
        let found = recheck(&hashes, &durable, 10 * mib + 7);
        let indices = |blocks: &[BlockHash]| blocks.iter().map(|b| b.index).collect::<Vec<_>>();
        assert_eq!(indices(&found.unsynced), [4, 5, 9, 10]);
        assert_eq!(indices(&found.edges), [0, 3, 6, 8]);
    }

    proptest! {
        /// What is held is whole blocks, which the ledger proves, and these parts, and nothing twice.
        #[test]
        fn every_held_byte_is_in_a_whole_block_or_an_open_part(
            spans in prop::collection::vec((0u64..9 * BLOCK_BYTES, 1u64..3 * BLOCK_BYTES), 0..6),
            total in prop::option::of(1u64..10 * BLOCK_BYTES),
        ) {
            let total = total.unwrap_or(u64::MAX);
            let mut held: SpanSet =
                spans.into_iter().map(|(start, len)| ByteRange::new(start, start + len)).collect();
            held.clip(total);
            let mut rest = held.clone();
            for part in open_parts(&held, total) {
                prop_assert!(rest.contains(part) && part.len() < BLOCK_BYTES);
                prop_assert_eq!(part.start / BLOCK_BYTES, (part.end - 1) / BLOCK_BYTES);
                rest.remove(part);
            }
            for index in 0..12 {
                let block = block_range(index, total);
                if !block.is_empty() && rest.contains(block) {
                    rest.remove(block);
                }
            }
            prop_assert!(rest.is_empty(), "{rest:?}");
        }
    }

    #[test]
    fn what_stands_before_is_read_where_its_hash_is_not_known() {
        let before = |start, end| Some(ByteRange::new(start, end));
        let mut ledger = Ledger::default();
        for (at, expected) in [
            (0, None),
            (5, before(0, 5)),
            (BLOCK_BYTES, None),
            (2 * BLOCK_BYTES + 7, before(2 * BLOCK_BYTES, 2 * BLOCK_BYTES + 7)),
        ] {
            assert_eq!(ledger.wants_before(at), expected, "{at}");
        }
        ledger.feed(0, &[1; 5]);
        ledger.prime(2, &[1; 7]);
        assert_eq!((ledger.wants_before(5), ledger.wants_before(6)), (None, before(0, 6)));
        assert_eq!(ledger.wants_before(2 * BLOCK_BYTES + 7), None);
    }

    #[test]
    fn no_more_blocks_are_open_than_are_of_use() {
        let mut ledger = Ledger::default();
        let known = |ledger: &Ledger, last: u64| {
            (0..=last).filter(|n| ledger.wants_before(n * BLOCK_BYTES + 1).is_none()).count()
        };
        let most = MAX_OPEN as u64;
        for index in 0..most {
            ledger.prime(index, &[1]);
            assert_eq!(known(&ledger, index) as u64, index + 1);
        }
        ledger.prime(most, &[1]);
        assert_eq!((known(&ledger, most), ledger.open.len()), (1, 1));
    }

    #[test]
    fn a_block_is_told_once_and_the_last_one_at_the_end_only() {
        let block = usize::try_from(BLOCK_BYTES).unwrap();
        let mut ledger = Ledger::default();
        ledger.feed(0, &vec![1; block + 10]);
        let first = BlockHash { index: 0, hash: hash_block(&vec![1; block]) };
        assert_eq!((ledger.take(), ledger.take()), (vec![first], vec![]));
        for total in [BLOCK_BYTES + 9, BLOCK_BYTES + 11, 2 * BLOCK_BYTES + 10] {
            ledger.end(total);
            assert!(ledger.take().is_empty(), "{total}");
        }
        ledger.end(BLOCK_BYTES + 10);
        let last = BlockHash { index: 1, hash: hash_block(&[1; 10]) };
        assert_eq!((ledger.take(), ledger.take()), (vec![last], vec![]));
    }

    #[test]
    fn a_block_written_out_of_order_is_not_claimed_to_be_proved() {
        let mut ledger = Ledger::default();
        ledger.feed(10, &[1; 10]);
        ledger.feed(0, &[1; 5]);
        ledger.feed(7, &[1; 5]);
        ledger.end(20);
        assert!(ledger.take().is_empty());
    }
}
