//! What runs tell: saved in the order it comes, answered once it is durable. The loop does not wait
//! for the store here; the store answers in the order it was asked.

use jiff::Timestamp;

use super::effects::store_failure;
use super::service::Service;
use crate::engine::report::{Report, Saved, What};
use crate::model::block::BlockHash;
use crate::model::id::JobId;
use crate::model::job::Generation;
use crate::model::log::Told;
use crate::model::phase::Phase;
use crate::model::range::SpanSet;
use crate::model::relocation::FolderChange;
use crate::plan::fleet::Ended;
use crate::store::{Durable, Reply};

impl Service {
    /// Hears one report.
    pub(super) async fn hear(&mut self, report: Report) {
        let id = report.job;
        match report.what {
            What::Log(told) => self.log(id, told),
            What::Begun(generation, saved) => self.begun(id, generation, saved),
            What::TakenUp { generation, spans, hashes, saved } => {
                self.taken_up(id, generation, spans, hashes, saved);
            }
            What::Updated(generation, saved) => self.updated(id, generation, saved),
            What::Durable { generation, spans, seams, open, hashes, dropped, saved } => {
                let durable = Durable { spans, seams, open, dropped };
                self.keep_durable(id, generation, &durable);
                pass_on(self.store.save_progress(id, generation, durable, hashes, None), saved);
            }
            What::Noted { generation, seams, hashes, saved } => {
                if let Some(record) = self.records.get_mut(&id)
                    && let Some(held) = &mut record.job.generation
                    && held.number == generation
                {
                    held.seams.clone_from(&seams);
                }
                pass_on(self.store.note_progress(id, generation, seams, hashes), saved);
            }
            What::Unsynced => self.forget_unsynced(id),
            What::Rechecked => {
                self.unclean.remove(&id);
            }
            What::Blocks(generation, answer) => {
                let reply = self.store.blocks(id, generation);
                // Without its ledger a run goes on by what is durable.
                tokio::spawn(async move { answer.send(reply.await.unwrap_or_default()) });
            }
            What::Known(part, file, answer) => {
                let dir = self.records.get(&id).map(|record| record.job.dir.clone());
                let reply = self.store.knows_part(dir.unwrap_or_default(), part, file);
                // What nobody can tell is taken for someone's.
                tokio::spawn(async move { answer.send(reply.await.unwrap_or(true)) });
            }
            What::Finishing(saved) => {
                self.fleet.finishing(id);
                self.change(id, |job| job.phase = Phase::Finishing);
                pass_on(self.store.save_phase(vec![(id, Phase::Finishing, None)]), saved);
            }
            What::Proof(proof, saved) => {
                self.change(id, |job| job.proof = Some(proof));
                pass_on(self.store.save_proof(id, proof), saved);
            }
            What::Repairing(saved) => {
                self.fleet.repairing(id);
                self.change(id, |job| job.phase = Phase::Live);
                pass_on(self.store.save_phase(vec![(id, Phase::Live, None)]), saved);
            }
            What::Name(tell) => {
                // A run that was dropped meanwhile does not listen.
                let _ = tell.send(self.tell_name(id));
            }
            What::Mirrors(urls, tell) => {
                // A run that was dropped meanwhile does not listen.
                let _ = tell.send(self.hosts.origins(id, urls));
            }
            What::Recall(generation, answer) => {
                let reply = self.store.description(id, generation);
                // Without it the file is compared with what its server tells itself.
                tokio::spawn(async move { answer.send(reply.await.unwrap_or_default()) });
            }
            What::Described(generation, description, saved) => {
                pass_on(self.store.save_description(id, generation, description), saved);
            }
            What::Moved(change, saved) => self.moved(id, change, saved),
            What::Host(facts) => self.learn(facts),
            What::Limit { host, connections } => self.learn_limit(&host, connections),
            What::Ended(ended) => self.ended(id, ended).await,
        }
    }

    fn moved(&mut self, id: JobId, change: FolderChange, saved: Saved) {
        self.change(id, |job| change.apply(job));
        pass_on(self.store.save_folder(id, change), saved);
    }

    fn begun(&mut self, id: JobId, mut generation: Generation, saved: Saved) {
        self.under_its_name(id, &mut generation);
        self.change(id, |job| {
            job.generation = Some(Box::new(generation.clone()));
            job.spans = SpanSet::new();
        });
        pass_on(self.store.add_generation(id, generation), saved);
        self.look_for_older(id);
    }

    fn taken_up(
        &mut self,
        id: JobId,
        mut generation: Generation,
        spans: SpanSet,
        hashes: Vec<BlockHash>,
        saved: Saved,
    ) {
        self.under_its_name(id, &mut generation);
        self.change(id, |job| {
            job.generation = Some(Box::new(generation.clone()));
            job.spans = spans.clone();
        });
        let durable = Durable { spans, seams: generation.seams.clone(), ..Durable::default() };
        pass_on(self.store.take_up(id, generation, durable, hashes), saved);
        self.look_for_older(id);
    }

    fn updated(&mut self, id: JobId, mut generation: Generation, saved: Saved) {
        self.under_its_name(id, &mut generation);
        // The run knows the seams and open blocks of its begin; what it told since is newer.
        let held = self.records.get(&id).and_then(|record| record.job.generation.as_ref());
        if let Some(held) = held.filter(|held| held.number == generation.number) {
            generation.seams.clone_from(&held.seams);
            generation.open_blocks.clone_from(&held.open_blocks);
        }
        self.change(id, |job| job.generation = Some(Box::new(generation.clone())));
        pass_on(self.store.update_generation(id, generation), saved);
        self.look_for_older(id);
    }

    fn change(&mut self, id: JobId, change: impl FnOnce(&mut crate::model::job::Job)) {
        if let Some(record) = self.records.get_mut(&id) {
            change(&mut record.job);
            self.changed(id);
        }
    }

    fn keep_durable(&mut self, id: JobId, generation: u32, durable: &Durable) {
        if let Some(record) = self.records.get_mut(&id)
            && let Some(held) = &mut record.job.generation
            && held.number == generation
        {
            held.seams.clone_from(&durable.seams);
            held.open_blocks.clone_from(&durable.open);
            record.job.spans.clone_from(&durable.spans);
        }
    }

    pub(super) async fn ended(&mut self, id: JobId, ended: Ended) {
        if let Some(record) = self.records.get_mut(&id) {
            record.renamed = None;
            let history = record.run.take().map(|run| run.history);
            self.hosts.leave(id);
            self.keep_history(id, history.unwrap_or_default());
        }
        self.changed(id);
        let ended = self.judge(id, ended);
        let probed = self.fleet.probe() == Some(id);
        let now = self.waits.now();
        // Any number that differs from one failure to the next.
        let seed = u64::try_from(now.as_nanosecond() & i128::from(i64::MAX)).unwrap_or_default();
        let mut effects = self.fleet.ended(id, ended.clone(), now, seed ^ id.0.unsigned_abs());
        effects.extend(self.draw_conclusions(&ended, probed));
        self.log_wait(id, now);
        self.carry_on(effects).await;
        self.go_on_with_link(id);
        self.go_on_with_move(id);
    }

    /// After a failed sync the file may show what the disk does not hold: the ledger forgets all that
    /// was not made durable before, so that no later start takes it back.
    fn forget_unsynced(&self, id: JobId) {
        let Some(record) = self.records.get(&id) else { return };
        if let Some(generation) = &record.job.generation {
            let (durable, total) = (record.job.spans.clone(), generation.total);
            drop(self.store.forget_unsynced(id, generation.number, durable, total));
        }
    }

    /// Why and how long a job waits that was cut off, in its log.
    fn log_wait(&mut self, id: JobId, now: Timestamp) {
        let phase = self.fleet.entry(id).map(|entry| &entry.phase);
        let Some(Phase::Waiting { until, attempt, why }) = phase else { return };
        let secs = until.duration_since(now).as_secs();
        let secs = u64::try_from(secs).unwrap_or_default();
        let (why, attempt, asked) = (why.kind, *attempt, why.wait_secs);
        self.log(id, Told::Waits { secs, why, attempt, asked });
    }
}

/// Passes the store's answer on to the run, once it comes.
fn pass_on(reply: Reply<()>, saved: Saved) {
    tokio::spawn(async move {
        let told = reply.await.map_err(|error| store_failure(&error));
        // A run that was dropped meanwhile does not listen.
        let _ = saved.send(told);
    });
}
