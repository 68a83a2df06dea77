//! An unfinished file that stands where a job is to make its own, and that no job knows of: whether it
//! is a part of the same file is asked of its record, and its bytes are proved one block after the
//! other (`plan/attach.rs`).
//!
//! Invariants: a file that is any job's, another user's or in use is not touched; of one that is taken
//! up only blocks that carry their recorded hash count, and they are recorded before anything is
//! written.

use std::ops::Range;
use std::sync::Arc;

use tokio::sync::{oneshot, watch};

use super::disk::{self, MAX_NAMES, Part, failure_of};
use super::generation::{blocking, fill_in, known};
use super::job::{Exit, Run, stopped};
use super::recheck::carries_hash;
use super::record::read_record;
use super::reopen::MAX_CLOSING;
use super::report::{Report, What};
use crate::model::block::{BlockHash, block_range};
use crate::model::cause::Cause;
use crate::model::failure::{Failure, FailureKind};
use crate::model::job::Generation;
use crate::model::log::{OfHeld, Told};
use crate::model::name::{FileName, part_name, safe_name};
use crate::model::range::SpanSet;
use crate::plan::attach::{Attach, attach};
use crate::plan::head::Head;
use crate::plan::trailer::Trailer;
use crate::plan::transfer::attach::{TakenUp, doubtful};
use crate::plan::transfer::{Facts, Move};

/// Blocks read between two looks at whether the run is to stop.
const BLOCKS_AT_ONCE: usize = 16;

/// A part of the file that is to be fetched, taken for this run.
#[derive(Debug)]
pub(super) struct Orphan {
    name: FileName,
    part: Part,
    record: Trailer,
    facts: Facts,
    by_overlap: bool,
}

/// What a job's first generation begins with.
#[derive(Debug)]
pub(super) enum First {
    /// An empty part file.
    Empty(FileName, Part),
    /// One in which bytes may count.
    Orphan(Box<Orphan>),
}

impl Run {
    /// The part file of the first generation, under the first name that is free.
    pub(super) async fn first_part(
        &mut self,
        wanted: &FileName,
        facts: &Facts,
        head: &Head,
    ) -> Result<First, Failure> {
        let mut from = 0;
        loop {
            let (dir, wanted) = (self.job.dir.clone(), wanted.clone());
            match blocking(move || disk::create_first(&dir, &wanted, from)).await? {
                disk::First::Made(name, part) => return Ok(First::Empty(name, part)),
                disk::First::Stands(name, n) => {
                    if let Some(first) = self.stray(name, facts, head).await? {
                        return Ok(first);
                    }
                    from = n + 1;
                }
            }
        }
    }

    /// The part file of a later generation, with its number: a taken number is passed over, unless what
    /// stands there was made for it and never recorded.
    pub(super) async fn next_part(&mut self, before: &Generation) -> Result<(u32, Part), Failure> {
        let why = Cause::NameUnusable;
        let name =
            safe_name(&before.name).ok_or_else(|| Failure::because(FailureKind::DiskError, why))?;
        for number in before.number + 1..before.number + u32::from(MAX_NAMES) {
            let (dir, part) = (self.job.dir.clone(), part_name(&name, number));
            let found = blocking(move || match disk::create_next(&dir, part.clone())? {
                Some(part) => Ok((Some(part), false)),
                None => {
                    Ok((disk::take_stray(&dir, &part, MAX_CLOSING).filter(Part::is_blank), true))
                }
            })
            .await?;
            match found {
                (Some(part), false) => return Ok((number, part)),
                (Some(part), true) if !self.is_any_jobs(&part).await => return Ok((number, part)),
                (Some(_) | None, _) => {}
            }
        }
        Err(Failure::new(FailureKind::NotWritable, self.job.dir.display().to_string()))
    }

    /// What stands where the part of `name` would: taken where nothing speaks against it.
    async fn stray(
        &mut self,
        name: FileName,
        facts: &Facts,
        head: &Head,
    ) -> Result<Option<First>, Failure> {
        let (dir, part) = (self.job.dir.clone(), part_name(&name, 1));
        let total = facts.total;
        let found = blocking(move || {
            let part = disk::take_stray(&dir, &part, MAX_CLOSING);
            Ok(part.map(|part| (total.and_then(|total| read_record(&part, total)), part)))
        })
        .await?;
        let Some((record, part)) = found else { return Ok(None) };
        if !part.is_left_blank() && record.is_none() || self.is_any_jobs(&part).await {
            return Ok(None);
        }
        // It was made and not yet recorded, or nothing of it can be proved.
        let Some(record) = record else { return Ok(Some(First::Empty(name, part))) };
        let (facts, by_overlap) = match attach(&record.header, &part.name, head, total) {
            Attach::Alone => return Ok(None),
            Attach::Same => (facts.clone(), false),
            Attach::ByOverlap(_) if record.hashes.is_empty() => return Ok(None),
            Attach::ByOverlap(validator) => (Facts { validator, ..facts.clone() }, true),
        };
        if record.hashes.is_empty() {
            part.empty(&self.job.dir)?;
            return Ok(Some(First::Empty(name, part)));
        }
        Ok(Some(First::Orphan(Box::new(Orphan { name, part, record, facts, by_overlap }))))
    }

    /// Whether the list tells of a job that the part is of. What cannot be told is taken for one.
    async fn is_any_jobs(&mut self, part: &Part) -> bool {
        let (answer, wait) = oneshot::channel();
        let what = What::Known(part.name.clone(), part.id, answer);
        let sent = self.reports.send(Report { job: self.job.id, what }).await;
        sent.is_err() || wait.await.unwrap_or(true)
    }

    /// Takes up an orphan: what of it is proved is recorded as durable, and the rest is asked for.
    /// Nobody listens to a server meanwhile, so the answer that led here is given up.
    pub(super) async fn take_up(&mut self, orphan: Orphan) -> Result<Move, Exit> {
        self.transfer.unbegin();
        self.drop_closed(Cause::PartIsLookedAt).await;
        self.progress.set_connections(0);
        let proved = self.proved(&orphan).await?;
        let Orphan { name, part, record, facts, by_overlap } = orphan;
        let total = record.header.total;
        let held: SpanSet = proved.iter().map(|block| block_range(block.index, total)).collect();
        let (dir, synced) = (self.job.dir.clone(), part.clone());
        let is_none = held.is_empty();
        blocking(move || {
            if is_none {
                synced.empty(&dir)?;
            }
            synced.sync().map_err(|error| failure_of(&error, &dir))
        })
        .await?;
        let mut generation = Generation::new(1, name.into(), part.name.clone(), part.id);
        fill_in(&mut generation, facts);
        generation.by_overlap = by_overlap && !is_none;
        generation.seams = doubtful(&record.seams, &held, by_overlap);
        (generation.begun_at, generation.mirrors) = (self.begun_at(), self.sources.told());
        let (begun, known) = (generation.clone(), known(&generation));
        let seams = generation.seams.clone();
        self.start_writer(generation, part, held.clone())?;
        let (count, spans) = (held.total(), held.clone());
        self.save(|saved| What::TakenUp { generation: begun, spans, hashes: proved, saved })
            .await?;
        if !is_none {
            self.transfer.take_up(TakenUp { known, held, seams, by_overlap });
        }
        self.log(Told::Held(OfHeld::TakenUp { proved: count, total })).await;
        Ok(Move::Next)
    }

    /// The blocks that carry their recorded hash, all of them read.
    async fn proved(&mut self, orphan: &Orphan) -> Result<Vec<BlockHash>, Exit> {
        let total = orphan.record.header.total;
        let hashes = Arc::new(orphan.record.hashes.clone());
        let mut proved: Vec<BlockHash> = Vec::new();
        let mut held = SpanSet::new();
        for from in (0..hashes.len()).step_by(BLOCKS_AT_ONCE) {
            let range = from..(from + BLOCKS_AT_ONCE).min(hashes.len());
            let (part, recorded) = (orphan.part.clone(), Arc::clone(&hashes));
            let stop = self.stop.clone();
            let read = blocking(move || Ok(right(&part, &recorded, range, total, &stop)));
            let right = tokio::select! {
                biased;
                () = stopped(&mut self.stop) => return Err(Exit::Stop),
                right = read => right?,
            };
            for block in right {
                held.insert(block_range(block.index, total));
                proved.push(block);
            }
            self.progress.change_map(|map| map.written = held.clone());
        }
        Ok(proved)
    }
}

/// Those of some blocks that carry their hash; what cannot be read does not. Once the run is to stop
/// nobody asks for them any more.
fn right(
    part: &Part,
    hashes: &[BlockHash],
    range: Range<usize>,
    total: u64,
    stop: &watch::Receiver<bool>,
) -> Vec<BlockHash> {
    let blocks = hashes.get(range).unwrap_or_default().iter().take_while(|_| !*stop.borrow());
    blocks.filter(|block| carries_hash(part, block, total).unwrap_or(false)).copied().collect()
}
