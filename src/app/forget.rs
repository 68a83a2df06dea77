//! Removing jobs: first what is ours of their files, then their rows, so that a crash in between
//! leaves no stray file.
//!
//! Invariant: a file that stands for another job is never deleted, whatever its number is.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use super::event::Event;
use super::service::Service;
use crate::engine::disk::delete_ours;
use crate::model::id::JobId;
use crate::model::job::{FileId, Generation, Job};
use crate::model::phase::{FileFate, Phase};
use crate::store::StoreError;

impl Service {
    /// Removes what was being removed when the program ended last.
    pub(super) async fn forget_the_left(&mut self) {
        for id in std::mem::take(&mut self.older_left) {
            self.drop_older(id).await;
        }
        let left = self.fleet.left_to_forget();
        self.carry_on(left).await;
    }

    /// Removes jobs whose wish to be removed is saved. Where the store fails they stay in the list,
    /// or are removed at the next start.
    pub(super) async fn forget(
        &mut self,
        wanted: Vec<(JobId, FileFate)>,
    ) -> Result<(), StoreError> {
        if wanted.is_empty() {
            return Ok(());
        }
        let ids: Vec<JobId> = wanted.iter().map(|(id, _)| *id).collect();
        let generations = match self.store.generations(ids.clone()).await {
            Ok(generations) => generations,
            Err(error) => {
                for id in ids {
                    self.fleet.keep(id);
                    self.follow_fleet(id);
                }
                return Err(error);
            }
        };
        let ours = self.files_of(wanted, generations);
        self.delete(ours).await;
        for id in &ids {
            self.records.remove(id);
            self.fleet.forgotten(*id);
        }
        self.views.reorder();
        self.layout += 1;
        self.store.remove_jobs(ids).await
    }

    /// Parts of earlier generations have had their use once the file stands.
    pub(super) async fn drop_older(&mut self, id: JobId) {
        match self.store.generations(vec![id]).await {
            Ok(generations) => {
                let older = self.files_of(vec![(id, FileFate::Keep)], generations);
                self.delete(older).await;
            }
            Err(error) => tracing::error!("reading the parts of job {id}: {error}"),
        }
    }

    /// Deletes files that are ours; what cannot be deleted is told.
    async fn delete(&mut self, ours: Vec<(PathBuf, Option<FileId>)>) {
        let undeleted = tokio::task::spawn_blocking(move || {
            ours.into_iter()
                .filter_map(|(path, file)| delete_ours(&path, file).err().map(|e| (path, e)))
                .collect::<Vec<_>>()
        });
        for (path, error) in undeleted.await.unwrap_or_default() {
            self.tell(Event::Refused(format!("{} could not be deleted: {error}", path.display())));
        }
        self.look_at_volumes();
    }

    fn files_of(
        &self,
        wanted: Vec<(JobId, FileFate)>,
        generations: Vec<(JobId, Generation)>,
    ) -> Vec<(PathBuf, Option<FileId>)> {
        let leaving: HashSet<JobId> = wanted.iter().map(|(id, _)| *id).collect();
        let staying = self.records.values().filter(|r| !leaving.contains(&r.job.id));
        let taken: HashSet<PathBuf> = staying.filter_map(|r| current_part(&r.job)).collect();
        let mut of_job: HashMap<JobId, Vec<Generation>> = HashMap::new();
        for (id, generation) in generations {
            of_job.entry(id).or_default().push(generation);
        }
        let leaving = wanted.into_iter().filter_map(|(id, files)| {
            Some((&self.records.get(&id)?.job, of_job.remove(&id).unwrap_or_default(), files))
        });
        leaving
            .flat_map(|(job, generations, files)| ours(job, &generations, files))
            .filter(|(path, _)| !taken.contains(path))
            .collect()
    }
}

/// The part file a job fetches into; none once it has its name.
fn current_part(job: &Job) -> Option<PathBuf> {
    let generation = job.generation.as_ref().filter(|_| !job.phase.is_done())?;
    Some(job.dir.join(&generation.part_name))
}

/// What a job has made: the parts of all its generations, and the finished file where that goes
/// too. The part of a finished job was renamed away, so that what stands under its old name is
/// somebody else's.
fn ours(job: &Job, generations: &[Generation], files: FileFate) -> Vec<(PathBuf, Option<FileId>)> {
    // First where they may have left for the other folder.
    let moved = job.moved.iter();
    let mut found: Vec<_> = moved
        .flat_map(|moved| {
            moved.parts.iter().map(|part| (moved.from.join(&part.before.part), part.file))
        })
        .filter(|(_, file)| file.is_some())
        .collect();
    let renamed = job.generation.as_ref().filter(|_| job.phase.is_done()).map(|g| g.number);
    let parts = generations
        .iter()
        .filter(|generation| Some(generation.number) != renamed)
        .map(|generation| (job.dir.join(&generation.part_name), generation.file_id));
    found.extend(parts);
    if let (Phase::Done { path, .. }, FileFate::Delete) = (&job.phase, files) {
        found.push((path.clone(), job.generation.as_ref().and_then(|g| g.file_id)));
    }
    found
}
