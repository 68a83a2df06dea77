//! Taking up a part file again: whether it is the one that was written, and where it is not known by
//! its number any more, whether its blocks are.

use std::time::Duration;

use super::disk;
use super::generation::blocking;
use super::job::Run;
use super::recheck::read_hash;
use super::report::What;
use crate::model::block::BlockHash;
use crate::model::failure::{Failure, FailureKind};
use crate::model::job::{FileId, Generation};
use crate::model::log::{OfHeld, Told};
use crate::plan::recover::{Found, Reopened, reopen, samples, settle};

/// How long a run that ended may take to close its part file.
pub(super) const MAX_CLOSING: Duration = Duration::from_secs(1);

impl Run {
    /// What of a generation may be gone on with. One whose volume came back under another number is
    /// known by that from now on. Fails where its volume is not there.
    pub(super) async fn reopened(
        &mut self,
        generation: &mut Generation,
    ) -> Result<Reopened, Failure> {
        self.take_name_back(generation).await?;
        let (dir, path) = (self.job.dir.clone(), self.job.dir.join(&generation.part_name));
        let (found, device) = blocking(move || {
            let found =
                disk::look_closely(&path).map_err(|error| disk::failure_of(&error, &path))?;
            Ok((found, disk::device_of(&dir)))
        })
        .await?;
        match reopen(generation, &self.job.spans, found, device) {
            Reopened::Away => {
                let dir = self.job.dir.display().to_string();
                Err(Failure::new(FailureKind::VolumeGone, dir))
            }
            Reopened::Doubtful(held) => {
                let recorded = self.hashes(generation.number).await;
                let (dir, part) = (self.job.dir.clone(), generation.part_name.clone());
                let total = generation.total;
                let wanted = samples(&recorded, &held, total);
                let asked = wanted.clone();
                let read = blocking(move || read(&dir, &part, &wanted, total)).await?;
                let settled = settle(&asked, &read, held);
                if let (Reopened::Held(_), Found::File { id, .. }) = (&settled, found) {
                    self.adopt_file(generation, id).await?;
                }
                Ok(settled)
            }
            other @ (Reopened::Held(_) | Reopened::Lost(_)) => Ok(other),
        }
    }

    /// An end that was broken off between the file's name and making that durable is undone: all of it
    /// is done again.
    async fn take_name_back(&mut self, generation: &Generation) -> Result<(), Failure> {
        let (Some(file), Some(total)) = (generation.file_id, generation.total) else {
            return Ok(());
        };
        if !self.job.spans.is_whole(total) {
            return Ok(());
        }
        let dir = self.job.dir.clone();
        let (part, name) = (generation.part_name.clone(), generation.name.clone());
        blocking(move || {
            disk::take_name_back(&dir, (&part, &name), file, total)
                .map_err(|error| disk::failure_of(&error, &dir))
        })
        .await
    }

    /// Takes a part file for this run alone: two programs never write one file. The run before may
    /// still be closing it.
    pub(super) async fn take_alone(&mut self, part: &disk::Part) -> Result<(), Failure> {
        let begun = tokio::time::Instant::now();
        while !part.take() {
            if begun.elapsed() > MAX_CLOSING {
                let path = self.job.dir.join(&part.name).display().to_string();
                return Err(Failure::new(FailureKind::PartBusy, path));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    async fn adopt_file(
        &mut self,
        generation: &mut Generation,
        id: Option<FileId>,
    ) -> Result<(), Failure> {
        generation.file_id = id;
        let saved = generation.clone();
        self.save(|done| What::Updated(saved, done)).await?;
        self.log(Told::Held(OfHeld::OtherNumber)).await;
        Ok(())
    }

    /// What a full disk lacks, as far as it is known.
    pub(super) fn with_room(&self, why: Failure) -> Failure {
        let total = self.transfer.total().or_else(|| self.job.total());
        let room = self.target.as_ref().zip(total).filter(|_| why.kind == FailureKind::DiskFull);
        let room = room.and_then(|(target, total)| target.part.room(&self.job.dir, total));
        // A volume with room enough that takes nothing lacks something else.
        let room = room.filter(|room| room.free_bytes < room.needed_bytes);
        Failure { room, ..why }
    }
}

/// The hashes that these blocks carry in the file; those that cannot be read are left out.
fn read(
    dir: &std::path::Path,
    part: &str,
    wanted: &[BlockHash],
    total: Option<u64>,
) -> Result<Vec<BlockHash>, Failure> {
    let part = disk::open_part(dir, part)?;
    let mut found = Vec::new();
    for block in wanted {
        if let Ok(hash) = read_hash(&part, block.index, total.unwrap_or(u64::MAX)) {
            found.push(BlockHash { index: block.index, hash });
        }
    }
    Ok(found)
}
