//! Before a part file is gone on with: what stands in blocks that are not whole is compared with what
//! it was at the last checkpoint. After an end that was not in order, blocks that were written and not
//! yet synced are taken back where they carry their recorded hash, and those at the edges of what is
//! held are re-read.

use std::io;

use tokio::sync::oneshot;

use super::disk::{Part, open_part};
use super::generation::blocking;
use super::job::Run;
use super::report::{Report, What};
use crate::model::block::{BLOCK_BYTES, BlockHash, OpenBlock, block_range};
use crate::model::failure::Failure;
use crate::model::job::Generation;
use crate::model::log::{OfHeld, Told};
use crate::model::range::{ByteRange, SpanSet};
use crate::plan::ledger::{Recheck, hash_block, recheck};

impl Run {
    /// What is truly held of a part of which `held` was recorded as durable. Whole blocks are not
    /// looked at again once that has come through.
    pub(super) async fn rechecked(
        &mut self,
        generation: &Generation,
        held: SpanSet,
    ) -> Result<SpanSet, Failure> {
        let total = generation.total.unwrap_or(u64::MAX);
        let mut plan = Recheck::default();
        if self.recheck {
            plan = recheck(&self.hashes(generation.number).await, &held, total);
        }
        let is_held = |open: &&OpenBlock| held.contains(open.range);
        plan.open = generation.open_blocks.iter().filter(is_held).copied().collect();
        let held = self.held_in_truth(generation, held, plan).await?;
        if !self.recheck {
            return Ok(held);
        }
        // Only a service that has ended does not listen.
        let _ = self.reports.send(Report { job: self.job.id, what: What::Rechecked }).await;
        Ok(held)
    }

    /// Blocks that rotted are forgotten durably before anything is written in their place.
    async fn held_in_truth(
        &mut self,
        generation: &Generation,
        held: SpanSet,
        plan: Recheck,
    ) -> Result<SpanSet, Failure> {
        let total = generation.total.unwrap_or(u64::MAX);
        if plan == Recheck::default() {
            return Ok(held);
        }
        let (dir, name) = (self.job.dir.clone(), generation.part_name.clone());
        let read = blocking(move || {
            let part = open_part(&dir, &name)?;
            Ok(reread(&part, &plan, total))
        })
        .await?;
        let mut durable = held.clone();
        for range in &read.rotten {
            durable.remove(*range);
        }
        let mut held = durable.clone();
        for index in &read.taken_back {
            held.insert(block_range(*index, total));
        }
        if !read.taken_back.is_empty() {
            let count = read.taken_back.len() as u64;
            self.log(Told::Held(OfHeld::BlocksKept(count))).await;
        }
        if !read.rotten.is_empty() {
            let count = read.rotten.len() as u64;
            self.log(Told::Held(OfHeld::BlocksRotten(count))).await;
            let dropped = read.rotten.iter().map(|range| range.start / BLOCK_BYTES).collect();
            let (number, seams) = (generation.number, generation.seams.clone());
            let open = generation.open_blocks.clone();
            self.save(|saved| What::Durable {
                generation: number,
                spans: durable,
                seams,
                open,
                hashes: Vec::new(),
                dropped,
                saved,
            })
            .await?;
        }
        Ok(held)
    }

    /// The ledger as it stands in the store; without it nothing is re-read.
    pub(super) async fn hashes(&mut self, generation: u32) -> Vec<BlockHash> {
        let (answer, wait) = oneshot::channel();
        let what = What::Blocks(generation, answer);
        if self.reports.send(Report { job: self.job.id, what }).await.is_err() {
            return Vec::new();
        }
        wait.await.unwrap_or_default()
    }
}

/// What re-reading found: the blocks to count again, the bytes not to count any more.
#[derive(Debug, Default, PartialEq, Eq)]
struct Reread {
    taken_back: Vec<u64>,
    rotten: Vec<ByteRange>,
}

fn reread(part: &Part, plan: &Recheck, total: u64) -> Reread {
    let mut found = Reread::default();
    for block in &plan.unsynced {
        if carries_hash(part, block, total).unwrap_or(false) {
            found.taken_back.push(block.index);
        }
    }
    for block in &plan.edges {
        // What cannot be read now is not known to be wrong: the overlap with the answer tells.
        if !carries_hash(part, block, total).unwrap_or(true) {
            found.rotten.push(block_range(block.index, total));
        }
    }
    for open in &plan.open {
        if !is_as_it_was(part, open).unwrap_or(true) {
            found.rotten.push(open.range);
        }
    }
    found
}

/// Whether a block of the file carries its recorded hash; one that is cut short does not.
pub(super) fn carries_hash(part: &Part, block: &BlockHash, total: u64) -> io::Result<bool> {
    or_cut_short(read_hash(part, block.index, total), block.hash)
}

/// Whether the held bytes of a block that is not whole are what they were.
fn is_as_it_was(part: &Part, open: &OpenBlock) -> io::Result<bool> {
    or_cut_short(read_range_hash(part, open.range), open.hash)
}

fn or_cut_short(read: io::Result<u128>, hash: u128) -> io::Result<bool> {
    match read {
        Ok(read) => Ok(read == hash),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

/// The hashes of bytes as they stand in the file; those that cannot be read have none.
pub(super) fn read_open_blocks(part: &Part, ranges: Vec<ByteRange>) -> Vec<OpenBlock> {
    let read = |range| Some(OpenBlock { range, hash: read_range_hash(part, range).ok()? });
    ranges.into_iter().filter_map(read).collect()
}

/// The hash a block carries in the file.
pub(super) fn read_hash(part: &Part, index: u64, total: u64) -> io::Result<u128> {
    read_range_hash(part, block_range(index, total))
}

fn read_range_hash(part: &Part, range: ByteRange) -> io::Result<u128> {
    let mut bytes = vec![0; usize::try_from(range.len()).unwrap_or_default()];
    part.read_exact_at(&mut bytes, range.start)?;
    Ok(hash_block(&bytes))
}
