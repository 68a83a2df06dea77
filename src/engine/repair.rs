//! A file that is whole and not what its digest says: what may be wrong with it is fetched again,
//! step by step, before it is given up. Wrong bytes are forgotten durably, with their hashes, before
//! anything is written in their place.

use super::checkpoint;
use super::generation::blocking;
use super::job::{Exit, Run};
use super::recheck::carries_hash;
use super::report::What;
use super::settle::broken_off;
use crate::model::block::{block_range, blocks_of};
use crate::model::failure::Failure;
use crate::model::log::{OfHeld, Told};
use crate::model::range::SpanSet;

/// What is looked for, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repair {
    /// Pieces that are not what the file's description says. Whoever is asked in the place of who
    /// brought them may be no better, so twice.
    Pieces,
    /// Blocks that no longer carry the hash they were written with: the disk changed them.
    Rotten,
    /// Blocks in which answers met or broke off, the first and the last.
    Doubtful,
    /// What mirrors brought.
    Mirrors,
}

impl Repair {
    pub(super) const ALL: [Self; 5] =
        [Self::Pieces, Self::Pieces, Self::Rotten, Self::Doubtful, Self::Mirrors];
}

impl Run {
    /// Where a digest did not fit and something is left to try, forgets what may be wrong, so that
    /// it is fetched again; else says why the run ends.
    pub(super) async fn repair(
        &mut self,
        left: Exit,
        repairs: &mut impl Iterator<Item = Repair>,
    ) -> Result<(), Exit> {
        if !matches!(&left, Exit::Failed(why, _) if why.kind.is_mismatch()) {
            return Err(left);
        }
        for repair in repairs {
            let suspects = match repair {
                Repair::Pieces => match self.wrong_pieces().await? {
                    // What is held is what was meant: fetching it again changes nothing.
                    Some(wrong) if wrong.is_empty() => return Err(left),
                    Some(wrong) => wrong,
                    None => continue,
                },
                Repair::Rotten => self.rotten(None).await?,
                Repair::Doubtful => self.transfer.doubtful(),
                Repair::Mirrors => self.transfer.leave_mirrors(),
            };
            // Where most of it is in doubt, the whole is as well fetched anew; but not from those who
            // may be to blame.
            let total = self.transfer.total().unwrap_or_default();
            let may_be_most = matches!(repair, Repair::Mirrors | Repair::Pieces);
            let is_most = suspects.total() > total / 2 && !may_be_most;
            if suspects.is_empty() || is_most {
                continue;
            }
            let bytes = suspects.total();
            self.log(Told::Held(OfHeld::Repaired(bytes))).await;
            let written = self.forget(&suspects).await?;
            self.transfer.forget(written);
            // From here on it can be paused again.
            self.save(What::Repairing).await?;
            return Ok(());
        }
        Err(left)
    }

    /// Before a file is called whole, what earlier runs wrote is read once more, and all of it where
    /// the file was cut short meanwhile: who changed it while nobody looked left no other trace. What no
    /// longer carries its hash is forgotten; true where anything was, so that it is fetched again.
    pub(super) async fn forgets_rotten(&mut self) -> Result<bool, Exit> {
        // Once in a run: on a disk that never gives back what it took this would have no end.
        let Some(carried) = self.carried.take() else { return Ok(false) };
        let is_cut = self.target.as_ref().is_some_and(|target| !target.part.is_without_holes());
        if carried.is_empty() && !is_cut {
            return Ok(false);
        }
        let rotten = self.rotten((!is_cut).then_some(carried)).await?;
        if rotten.is_empty() {
            return Ok(false);
        }
        let count = blocks_of(&rotten).len() as u64;
        self.log(Told::Held(OfHeld::BlocksRotten(count))).await;
        let written = self.forget(&rotten).await?;
        self.transfer.forget(written);
        Ok(true)
    }

    /// The blocks among these bytes, or among all that are held, that no longer carry their recorded hash.
    async fn rotten(&mut self, among: Option<SpanSet>) -> Result<SpanSet, Exit> {
        let Some(target) = &self.target else { return Ok(SpanSet::new()) };
        let (part, number) = (target.part.clone(), target.generation.number);
        let stop = self.stop.clone();
        let (held, total) = (target.writer.written(), target.generation.total.unwrap_or(u64::MAX));
        let hashes = self.hashes(number).await;
        let rotten = blocking(move || {
            let is_rotten = |index, block| {
                let range = block_range(index, total);
                let is_asked = among.as_ref().is_none_or(|among| among.contains(range));
                let counts = is_asked && held.contains(range);
                // What cannot be read is no worse than what is wrong.
                counts && !carries_hash(&part, block, total).unwrap_or(false)
            };
            let mut rotten = SpanSet::new();
            for block in &hashes {
                if *stop.borrow() {
                    return Ok(None);
                }
                if is_rotten(block.index, block) {
                    rotten.insert(block_range(block.index, total));
                }
            }
            Ok(Some(rotten))
        })
        .await?;
        rotten.ok_or(Exit::Stop)
    }

    /// Forgets bytes, durably and with their hashes; answers with what then stands in the file.
    pub(super) async fn forget(&mut self, wrong: &SpanSet) -> Result<SpanSet, Exit> {
        // What was told before and is not saved yet must not come after it.
        if let Some(note) = self.note.take() {
            let _ = note.await;
        }
        if let Some((sync, _)) = self.sync.take() {
            let done = sync.await;
            self.believe(done.unwrap_or_else(|_| Err(broken_off())))?;
        }
        let Some(target) = &self.target else { return Ok(SpanSet::new()) };
        target.writer.forget(wrong);
        let dropped = blocks_of(wrong);
        let (job, seams) = (self.job.id, self.transfer.seams());
        let done = checkpoint::begin(job, target, seams, dropped, self.reports.clone()).await;
        let written = target.writer.written();
        let done: Result<(), Failure> = done.unwrap_or_else(|_| Err(broken_off()));
        self.believe(done)?;
        Ok(written)
    }
}
