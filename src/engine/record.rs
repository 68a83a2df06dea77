//! The record at the end of an unfinished file (`plan/trailer.rs`): written on the way as blocks are
//! completed, read where a part is found that no job knows of. It is help in need: where it cannot be
//! written, the download goes on without.
//!
//! Invariants: nothing is written past the end once it was closed, whoever is still about to; seams
//! go before the hashes they belong to.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

use super::checkpoint::SeamsTold;
use super::disk::Part;
use super::generation::Target;
use super::job::Run;
use super::system::write_all_at;
use crate::model::block::BlockHash;
use crate::model::job::Generation;
use crate::plan::trailer::{
    HEADER_BYTES, Header, LEAF_BYTES, Leaf, Trailer, encode_seams, header_at, leaf_at,
    longest_part, seams_at,
};

/// The record of one part file, while that is written.
#[derive(Debug)]
pub(super) struct Record {
    part: Part,
    seams: SeamsTold,
    stage: Mutex<Stage>,
}

#[derive(Debug)]
enum Stage {
    /// Nothing was written in this run. What an earlier one completed stands in it where its header
    /// goes on, and else is written anew.
    Begun(Header, Vec<BlockHash>),
    /// It is kept, under this id and with these seams, of a file of so many bytes.
    Kept { id: u64, total: u64, seams: Vec<u64> },
    /// Nothing is written any more.
    Closed,
}

impl Record {
    fn new(part: Part, seams: SeamsTold, header: Header, left: Vec<BlockHash>) -> Self {
        Self { part, seams, stage: Mutex::new(Stage::Begun(header, left)) }
    }

    /// Writes hashes of blocks that were completed, and forgets those of `dropped`. After an error it
    /// is closed.
    pub(super) fn keep(&self, hashes: &[BlockHash], dropped: &[u64]) -> io::Result<()> {
        let mut stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *stage, Stage::Closed);
        *stage = self.kept(before, hashes, dropped)?;
        Ok(())
    }

    /// Nothing is written past the end from now on.
    pub(super) fn close(&self) {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = Stage::Closed;
    }

    /// As [`Record::close`], where nothing was written until now: it is not begun for a file that is
    /// whole.
    pub(super) fn close_unless_kept(&self) {
        let mut stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*stage, Stage::Begun(..)) {
            *stage = Stage::Closed;
        }
    }

    fn kept(&self, stage: Stage, hashes: &[BlockHash], dropped: &[u64]) -> io::Result<Stage> {
        let mut changes: BTreeMap<u64, Option<u128>> = BTreeMap::new();
        let known = |blocks: &[BlockHash], changes: &mut BTreeMap<u64, Option<u128>>| {
            changes.extend(blocks.iter().map(|block| (block.index, Some(block.hash))));
        };
        let (id, total, told, header) = match stage {
            Stage::Closed => return Ok(Stage::Closed),
            Stage::Kept { id, total, seams } => (id, total, Some(seams), None),
            Stage::Begun(mut header, left) => {
                let total = header.total;
                let stands = read_header(&self.part, total)?.filter(|old| old.goes_on(&header));
                match &stands {
                    Some(old) => header.id = old.id,
                    None => known(&left, &mut changes),
                }
                let header = (stands.as_ref() != Some(&header)).then_some(header.clone());
                let id = header.as_ref().or(stands.as_ref()).map_or(0, |header| header.id);
                (id, total, None, header)
            }
        };
        known(hashes, &mut changes);
        changes.extend(dropped.iter().map(|index| (*index, None)));
        let seams = self.seams.now();
        if told.as_ref() != Some(&seams) {
            self.write(encode_seams(id, &seams), seams_at(total))?;
        }
        self.write_leaves(id, total, &changes)?;
        if let Some(bytes) = header.and_then(|header| header.encode()) {
            self.write(bytes, header_at(total))?;
        }
        Ok(Stage::Kept { id, total, seams })
    }

    fn write_leaves(
        &self,
        id: u64,
        total: u64,
        changes: &BTreeMap<u64, Option<u128>>,
    ) -> io::Result<()> {
        let mut leaves: BTreeMap<u64, Leaf> = BTreeMap::new();
        for (block, hash) in changes {
            let number = Leaf::of(*block);
            let stands = || {
                let bytes = read(&self.part, leaf_at(total, number), LEAF_BYTES)?;
                io::Result::Ok(Leaf::decode(id, number, &bytes).unwrap_or_default())
            };
            let leaf = match leaves.entry(number) {
                std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
                std::collections::btree_map::Entry::Vacant(entry) => entry.insert(stands()?),
            };
            leaf.set(*block, *hash);
        }
        for (number, leaf) in leaves {
            self.write(leaf.encode(id, number), leaf_at(total, number))?;
        }
        Ok(())
    }

    fn write(&self, bytes: Vec<u8>, at: u64) -> io::Result<()> {
        write_all_at(&self.part.file, &[Bytes::from(bytes)], at)
    }
}

impl Run {
    /// Space is reserved for the whole, and something may be written past its end.
    pub(super) async fn begin_record(&mut self, total: u64) {
        let Some(target) = &self.target else { return };
        let (number, is_new) = (target.generation.number, target.writer.written().is_empty());
        if target.generation.encoding.is_some() || total == 0 {
            return;
        }
        let left = if is_new { Vec::new() } else { self.hashes(number).await };
        let Some(target) = &mut self.target else { return };
        let header = header(&target.generation, total);
        if header.encode().is_some() {
            let (part, seams) = (target.part.clone(), target.seams.clone());
            target.record = Some(std::sync::Arc::new(Record::new(part, seams, header, left)));
        }
    }
}

impl Target {
    /// From now on nothing is written past the end of the part file.
    pub(super) fn close_record(&mut self) {
        if let Some(record) = self.record.take() {
            record.close();
        }
    }
}

fn header(generation: &Generation, total: u64) -> Header {
    Header {
        id: RandomState::new().hash_one(total),
        total,
        name: generation.part_name.clone(),
        validator: generation.validator.clone(),
        content_type: generation.content_type.clone(),
    }
}

/// The record at the end of a part of `total` bytes, where there is one.
pub(super) fn read_record(part: &Part, total: u64) -> Option<Trailer> {
    let len = usize::try_from(longest_part(total) - header_at(total)).ok()?;
    Trailer::decode(total, &read(part, header_at(total), len).ok()?)
}

fn read_header(part: &Part, total: u64) -> io::Result<Option<Header>> {
    Ok(Header::decode(&read(part, header_at(total), HEADER_BYTES)?))
}

/// As many bytes as there are from `at` on, `len` at most.
fn read(part: &Part, at: u64, len: usize) -> io::Result<Vec<u8>> {
    let there = usize::try_from(part.length()?.saturating_sub(at)).unwrap_or(usize::MAX);
    let mut bytes = vec![0; len.min(there)];
    part.read_exact_at(&mut bytes, at)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::disk::{First, create_first};
    use crate::engine::hook::{self, Deed, Fate, When};
    use crate::model::block::BLOCK_BYTES;
    use crate::model::name::safe_name;

    const TOTAL: u64 = 40 * BLOCK_BYTES + 7;

    fn made(dir: &std::path::Path) -> Part {
        match create_first(dir, &safe_name("a").unwrap(), 0).unwrap() {
            First::Made(_, part) => part,
            First::Stands(..) => unreachable!("the folder is empty"),
        }
    }

    fn blocks(indices: &[u64]) -> Vec<BlockHash> {
        indices.iter().map(|&index| BlockHash { index, hash: u128::from(index) + 1 }).collect()
    }

    fn record(part: &Part, left: &[u64]) -> (Record, SeamsTold) {
        let generation = Generation::new(1, "a".into(), "a.part".into(), None);
        let seams = SeamsTold::default();
        let header = header(&generation, TOTAL);
        (Record::new(part.clone(), seams.clone(), header, blocks(left)), seams)
    }

    fn indices(part: &Part) -> Vec<u64> {
        read_record(part, TOTAL).unwrap().hashes.iter().map(|block| block.index).collect()
    }

    #[test]
    fn what_is_kept_is_read_and_gone_on_with() {
        let dir = tempfile::tempdir().unwrap();
        let part = made(dir.path());
        assert!(read_record(&part, TOTAL).is_none());
        let (first, seams) = record(&part, &[2]);
        first.keep(&blocks(&[0, 33]), &[]).unwrap();
        assert_eq!(indices(&part), [0, 2, 33]);
        seams.set(vec![5]);
        first.keep(&blocks(&[40]), &[0]).unwrap();
        let read = read_record(&part, TOTAL).unwrap();
        assert_eq!((read.seams, read.hashes), (vec![5], blocks(&[2, 33, 40])));
        // The next run goes on; what its list tells stands there already.
        let (second, _) = record(&part, &[7]);
        second.keep(&blocks(&[1]), &[]).unwrap();
        let again = read_record(&part, TOTAL).unwrap();
        assert_eq!((again.header, again.seams), (read.header, vec![]));
        assert_eq!(indices(&part), [1, 2, 33, 40]);
        assert!(part.length().unwrap() <= longest_part(TOTAL));
        // That of a file of another name is not gone on with.
        let (third, _) = record(&part, &[7]);
        if let Stage::Begun(header, _) = &mut *third.stage.lock().unwrap() {
            header.name = "b".into();
        }
        third.keep(&[], &[]).unwrap();
        assert_eq!(indices(&part), [7]);
    }

    #[test]
    fn nothing_is_written_once_it_is_closed() {
        let dir = tempfile::tempdir().unwrap();
        let part = made(dir.path());
        let (begun, _) = record(&part, &[]);
        begun.close_unless_kept();
        begun.keep(&blocks(&[0]), &[]).unwrap();
        assert_eq!(part.length().unwrap(), 0);
        let (kept, _) = record(&part, &[]);
        kept.keep(&blocks(&[0]), &[]).unwrap();
        kept.close_unless_kept();
        kept.keep(&blocks(&[1]), &[]).unwrap();
        assert_eq!(indices(&part), [0, 1]);
        kept.close();
        part.seal(TOTAL).unwrap();
        kept.keep(&blocks(&[2]), &[]).unwrap();
        assert_eq!(part.length().unwrap(), TOTAL);
    }

    #[test]
    fn a_disk_that_errs_is_told_once() {
        let dir = tempfile::tempdir().unwrap();
        let _hung = hook::hang(dir.path(), |when, deed, _| match (when, deed) {
            (When::Before, Deed::Write(..)) => Fate::Failed(io::ErrorKind::StorageFull.into()),
            _ => Fate::Done,
        });
        let part = made(dir.path());
        let (record, _) = record(&part, &[]);
        assert!(record.keep(&blocks(&[0]), &[]).is_err());
        assert!(record.keep(&blocks(&[0]), &[]).is_ok());
        assert_eq!(part.length().unwrap(), 0);
    }
}
