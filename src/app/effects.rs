//! Carries out what the fleet decided: saved first, acted on after.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::watch;

use super::event::Event;
use super::record::Running;
use super::service::Service;
use crate::engine::disk::delete_ours;
use crate::engine::job::{self, Order};
use crate::engine::report::Progress;
use crate::model::failure::{Failure, FailureKind};
use crate::model::host::HostFacts;
use crate::model::id::JobId;
use crate::model::job::{FileId, Generation, Job};
use crate::model::phase::{FileFate, Intent, Phase};
use crate::plan::fleet::Effect;
use crate::plan::meter::Meter;

impl Service {
    /// Carries out effects: all that is to be saved in one transaction, then the rest in order.
    pub(super) async fn carry_out(&mut self, effects: Vec<Effect>) {
        self.save(&effects).await;
        for effect in effects {
            match effect {
                Effect::Save(..) => {}
                Effect::Start(id) => self.start(id),
                Effect::Stop(id) => self.stop(id),
                Effect::Forget(id, files) => self.forget(id, files).await,
                Effect::Finished(id) => {
                    self.log(id, "finished");
                    self.drop_older(id).await;
                    drop(self.store.forget_progress(vec![id]));
                    self.tell(Event::Finished(id));
                }
                Effect::GaveUp(id, failure) => self.tell(Event::Stopped(id, failure)),
            }
        }
    }

    async fn save(&mut self, effects: &[Effect]) {
        let mut changes: Vec<(JobId, Intent, Phase, Option<Failure>)> = Vec::new();
        for effect in effects {
            let Effect::Save(id, failure) = effect else { continue };
            let (Some(entry), Some(record)) = (self.fleet.entry(*id), self.records.get_mut(id))
            else {
                continue;
            };
            record.job.intent = entry.intent;
            record.job.phase = entry.phase.clone();
            record.attempt = entry.attempt;
            if failure.is_some() {
                record.job.last_error.clone_from(failure);
            }
            changes.push((*id, entry.intent, entry.phase.clone(), failure.clone()));
        }
        if changes.is_empty() {
            return;
        }
        for (id, ..) in &changes {
            self.changed(*id);
        }
        if let Err(error) = self.store.save_intent_and_phase(changes).await {
            tracing::error!("saving the list: {error}");
            self.tell(Event::Refused(format!("The list of downloads could not be saved: {error}")));
        }
    }

    fn start(&mut self, id: JobId) {
        let Some(record) = self.records.get_mut(&id) else { return };
        let (stop, stop_end) = watch::channel(false);
        let progress = Arc::new(Progress::default());
        let name = record.job.url.authority();
        let host =
            self.hosts.get(&name).cloned().unwrap_or(HostFacts { name, ..HostFacts::default() });
        let order = Order {
            job: record.job.clone(),
            host,
            clients: self.clients.clone(),
            reports: self.reports.clone(),
            stop: stop_end,
            progress: Arc::clone(&progress),
        };
        record.run = Some(Running { stop, progress, meter: Meter::default() });
        tokio::spawn(job::run(order));
    }

    fn stop(&mut self, id: JobId) {
        if let Some(run) = self.records.get(&id).and_then(|r| r.run.as_ref()) {
            // A run that has just ended does not listen, and need not.
            let _ = run.stop.send(true);
        }
    }

    /// Deletes what is ours of a job, then its row, so that a crash in between leaves no stray file.
    async fn forget(&mut self, id: JobId, files: FileFate) {
        let Some(record) = self.records.remove(&id) else { return };
        self.layout += 1;
        let mut ours = self.parts(&record.job, |_| true).await;
        if let (Phase::Done { path, .. }, FileFate::Delete) = (&record.job.phase, files) {
            ours.push((path.clone(), record.job.generation.as_ref().and_then(|g| g.file_id)));
        }
        self.delete(ours).await;
        if let Err(error) = self.store.remove_jobs(vec![id]).await {
            tracing::error!("removing job {id}: {error}");
            self.tell(Event::Refused(format!("The list of downloads could not be saved: {error}")));
        }
    }

    /// Parts of earlier generations have had their use once the file stands.
    async fn drop_older(&mut self, id: JobId) {
        let Some(job) = self.records.get(&id).map(|record| record.job.clone()) else { return };
        let Some(newest) = job.generation.as_ref().map(|g| g.number) else { return };
        let older = self.parts(&job, |g| g.number < newest).await;
        self.delete(older).await;
    }

    /// The part files of a job's generations, and what each is known by.
    async fn parts(
        &self,
        job: &Job,
        which: impl Fn(&Generation) -> bool,
    ) -> Vec<(PathBuf, Option<FileId>)> {
        match self.store.generations(job.id).await {
            Ok(generations) => generations
                .into_iter()
                .filter(which)
                .map(|g| (job.dir.join(&g.part_name), g.file_id))
                .collect(),
            Err(error) => {
                tracing::error!("reading the parts of job {}: {error}", job.id);
                Vec::new()
            }
        }
    }

    /// Deletes files that are ours; what cannot be deleted is told.
    async fn delete(&mut self, ours: Vec<(PathBuf, Option<FileId>)>) {
        let failed = tokio::task::spawn_blocking(move || {
            ours.into_iter()
                .filter_map(|(path, file)| delete_ours(&path, file).err().map(|e| (path, e)))
                .collect::<Vec<_>>()
        })
        .await
        .unwrap_or_default();
        for (path, error) in failed {
            self.tell(Event::Refused(format!("{} could not be deleted: {error}", path.display())));
        }
    }

    /// A line in a job's log.
    pub(super) fn log(&self, id: JobId, text: &str) {
        let line = crate::model::log::LogLine { at: jiff::Timestamp::now(), text: text.to_owned() };
        drop(self.store.append_log(id, vec![line]));
    }
}

/// What a failing store means for a run.
pub(super) fn store_failure(error: &crate::store::StoreError) -> Failure {
    Failure::new(FailureKind::Store, error.to_string())
}
