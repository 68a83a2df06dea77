//! Another name for the finished file, given before the end: saved first, then told to the run that will
//! give the file its name.
//!
//! Invariant: once the end has begun the name is the run's; until then it is the user's, whatever the
//! run tells of its generation.

use super::command::{Refusal, Reply};
use super::service::{Service, refused};
use crate::model::id::JobId;
use crate::model::job::Generation;
use crate::model::name::safe_name;
use crate::model::options::JobOptions;
use crate::model::phase::Phase;

impl Service {
    /// Gives a job's file another name.
    pub(super) async fn rename(&mut self, id: JobId, text: &str) -> Reply {
        let Some(record) = self.records.get(&id) else {
            return Reply::Refused(Refusal::NoJob(id));
        };
        if matches!(record.job.phase, Phase::Finishing | Phase::Done { .. }) {
            let hint = "its file has its name already".to_owned();
            return Reply::Refused(Refusal::NotNow { id, state: record.state().code(), hint });
        }
        let Some(name) = safe_name(text) else { return Reply::Refused(Refusal::NoName) };
        let name = name.as_str().to_owned();
        let options = JobOptions::clone(&record.job.options);
        if let Err(error) = self.store.save_options(id, options, Some(name.clone())).await {
            return refused(error);
        }
        let generation = record.job.generation.as_deref().cloned();
        let generation = generation.map(|held| Generation { name: name.clone(), ..held });
        if let Some(generation) = &generation
            && let Err(error) = self.store.update_generation(id, generation.clone()).await
        {
            return refused(error);
        }
        if let Some(record) = self.records.get_mut(&id) {
            record.job.name = Some(name.clone());
            record.job.generation = generation.map(Box::new);
            record.renamed = record.run.is_some().then_some(name);
        }
        self.changed(id);
        Reply::Ok
    }

    /// A generation as a run tells of it, under the name the user gave meanwhile.
    pub(super) fn under_its_name(&self, id: JobId, generation: &mut Generation) {
        let record = self.records.get(&id);
        if let Some(name) = record.and_then(|record| record.renamed.as_ref()) {
            generation.name.clone_from(name);
        }
    }

    /// The name the finished file is to get, now that it gets it: where the user gave another one.
    pub(super) fn tell_name(&mut self, id: JobId) -> Option<String> {
        self.records.get_mut(&id).and_then(|record| record.renamed.take())
    }
}
