//! What is done with the runs of a writer: written or compared in the order they come, whole blocks
//! hashed on the way.
//!
//! Invariants: `written` holds only what `pwritev` returned for; after a comparison fails or a
//! write errs, nothing more of that connection, or at all, is written.

use std::collections::HashSet;
use std::io;
use std::sync::Arc;

use tokio::sync::mpsc;

use super::super::disk::Part;
use super::super::recheck::read_hash;
use super::super::system;
use super::{Run, Shared, Told, whole_block};
use crate::model::block::{BLOCK_BYTES, BlockHash};
use crate::model::range::ByteRange;
use crate::plan::ledger::Ledger;
use crate::plan::planner::ConnectionId;
use crate::plan::transfer::PieceKind;

/// The blocks in which a range begins and ends.
fn blocks_at_ends(range: ByteRange) -> impl Iterator<Item = u64> {
    let (first, last) = (range.start / BLOCK_BYTES, range.end.saturating_sub(1) / BLOCK_BYTES);
    std::iter::once(first).chain((last != first).then_some(last))
}

/// The one who writes.
pub(super) struct Work {
    part: Part,
    shared: Arc<Shared>,
    tell: mpsc::UnboundedSender<Told>,
    ledger: Ledger,
    distrusted: HashSet<ConnectionId>,
    failed: bool,
}

impl Work {
    pub(super) fn new(part: Part, shared: Arc<Shared>, tell: mpsc::UnboundedSender<Told>) -> Self {
        Self {
            part,
            shared,
            tell,
            ledger: Ledger::default(),
            distrusted: HashSet::new(),
            failed: false,
        }
    }

    /// The file ends here: its last block is hashed.
    pub(super) fn end(&mut self, total: u64) {
        self.ledger.end(total);
        self.keep_hashes();
    }

    /// Writes or compares a run.
    pub(super) fn carry_out(&mut self, run: &Run) {
        if self.failed || self.distrusted.contains(&run.connection) {
            return;
        }
        let outcome = match run.kind {
            PieceKind::Write => self.write(run),
            PieceKind::Prove => self.prove(run),
        };
        if let Err(error) = outcome {
            self.failed = true;
            // The run hears it, or is gone.
            let _ = self.tell.send(Told::Failed(error));
        }
    }

    fn write(&mut self, run: &Run) -> io::Result<()> {
        system::write_all_at(&self.part.file, &run.parts, run.at)?;
        self.prime(run.at)?;
        let mut at = run.at;
        for part in &run.parts {
            self.ledger.feed(at, part);
            at += part.len() as u64;
        }
        let range = ByteRange::new(run.at, at);
        let hashes = self.ledger.take();
        let mut done = self.shared.done();
        done.written.insert(range);
        done.fresh += range.len();
        let is_told = |index| hashes.iter().any(|block: &BlockHash| block.index == index);
        let unhashed: Vec<u64> = blocks_at_ends(range)
            .filter(|index| !is_told(*index) && done.written.contains(whole_block(*index)))
            .collect();
        done.hashes.extend(hashes);
        drop(done);
        self.shared.progress.change_map(|map| map.written.insert(range));
        self.hash_from_file(unhashed)
    }

    /// Blocks that more than one answer filled, in no order, are hashed as they stand in the file.
    fn hash_from_file(&mut self, blocks: Vec<u64>) -> io::Result<()> {
        for index in blocks {
            let hash = read_hash(&self.part, index, u64::MAX)?;
            let mut done = self.shared.done();
            done.hashes.push(BlockHash { index, hash });
        }
        Ok(())
    }

    /// A block gone on with in its middle is hashed from its start, where that is held.
    fn prime(&mut self, at: u64) -> io::Result<()> {
        let Some(before) = self.ledger.wants_before(at) else { return Ok(()) };
        let held = self.shared.done().written.contains(before);
        if held {
            let mut bytes = vec![0; usize::try_from(before.len()).unwrap_or_default()];
            self.part.read_exact_at(&mut bytes, before.start)?;
            self.ledger.prime(before.start / BLOCK_BYTES, &bytes);
        }
        Ok(())
    }

    fn prove(&mut self, run: &Run) -> io::Result<()> {
        let mut at = run.at;
        for part in &run.parts {
            let mut held = vec![0; part.len()];
            match self.part.read_exact_at(&mut held, at) {
                Ok(()) if held == part[..] => {}
                Ok(()) => {
                    let same = held.iter().zip(part).take_while(|(a, b)| a == b).count();
                    return self.distrust(run.connection, at + same as u64);
                }
                // Shorter than what was recorded: it is not what was written.
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    return self.distrust(run.connection, at);
                }
                Err(error) => return Err(error),
            }
            at += part.len() as u64;
        }
        Ok(())
    }

    #[expect(clippy::unnecessary_wraps, reason = "ends a comparison, which can fail")]
    fn distrust(&mut self, connection: ConnectionId, at: u64) -> io::Result<()> {
        self.distrusted.insert(connection);
        // The run hears it, or is gone.
        let _ = self.tell.send(Told::Mismatch(connection, at));
        Ok(())
    }

    fn keep_hashes(&mut self) {
        let hashes = self.ledger.take();
        self.shared.done().hashes.extend(hashes);
    }
}
