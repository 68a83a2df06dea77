//! Carries out what the fleet decided: saved first, acted on after.

use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::{JoinError, JoinHandle};

use super::event::Event;
use super::record::Running;
use super::service::Service;
use crate::engine::job::{self, Order};
use crate::engine::report::{Progress, Report, What};
use crate::engine::threads::Seat;
use crate::model::cause::Cause;
use crate::model::failure::{Failure, FailureKind};
use crate::model::id::JobId;
use crate::model::log::{LogLine, Told};
use crate::model::phase::{Intent, Phase};
use crate::plan::fleet::{Effect, Ended, Entry};
use crate::store::{FreshLink, StoreError};

impl Service {
    /// Carries out effects: all that is to be saved in one transaction, then the rest in order.
    /// Where it cannot be saved nothing is started and nothing forgotten; what stops, stops.
    pub(super) async fn carry_out(&mut self, effects: Vec<Effect>) -> Result<(), StoreError> {
        let saved = self.save(&effects).await;
        let mut forgets = Vec::new();
        for effect in effects {
            match effect {
                Effect::Save(..) => {}
                Effect::Start(id) => match &saved {
                    Ok(()) => self.start(id),
                    Err(error) => self.did_not_start(id, error),
                },
                Effect::Stop(id) => self.stop(id),
                Effect::Look(id) => {
                    self.follow_fleet(id);
                    self.look_at_volume(id);
                }
                Effect::Forget(id, files) => forgets.push((id, files)),
                Effect::Finished(id) => {
                    self.log(id, Told::Finished);
                    self.drop_older(id).await;
                    drop(self.store.forget_progress(vec![id]));
                    self.forget_access(id);
                    self.tell(Event::Finished(id));
                }
                Effect::GaveUp(id, failure) => self.tell(Event::Stopped(id, failure)),
            }
        }
        match saved {
            Ok(()) => self.forget(forgets).await,
            Err(error) => {
                for (id, _) in forgets {
                    self.fleet.keep(id);
                    self.follow_fleet(id);
                }
                Err(error)
            }
        }
    }

    /// A finished download needs no password any more, and whoever finds its list need not find one.
    fn forget_access(&mut self, id: JobId) {
        let Some(record) = self.records.get_mut(&id) else { return };
        if record.job.forget_access() {
            // Where it cannot be saved it is forgotten at the next start.
            drop(self.store.save_link(id, FreshLink::of(&record.job)));
        }
    }

    /// As [`Service::carry_out`], where nobody waits to hear that it could not be saved.
    pub(super) async fn carry_on(&mut self, effects: Vec<Effect>) {
        if let Err(error) = self.carry_out(effects).await {
            self.tell(Event::Refused(format!("The list of downloads could not be saved: {error}")));
        }
    }

    async fn save(&mut self, effects: &[Effect]) -> Result<(), StoreError> {
        let mut changes: Vec<(JobId, Intent, Phase, Option<Failure>)> = Vec::new();
        let mut hourless = Vec::new();
        for effect in effects {
            let Effect::Save(id, failure) = effect else { continue };
            let before = self.records.get(id).and_then(|record| record.job.not_before);
            let Some(entry) = self.follow_fleet(*id) else { continue };
            changes.push((*id, entry.intent, entry.phase, failure.clone()));
            if before.is_some() && entry.not_before.is_none() {
                hourless.push(*id);
            }
            if let (Some(failure), Some(record)) = (failure, self.records.get_mut(id)) {
                record.job.last_error = Some(failure.clone());
            }
        }
        if changes.is_empty() {
            return Ok(());
        }
        // Asked first, answered last: the store answers in the order it is asked.
        let hours = (!hourless.is_empty()).then(|| self.store.clear_hours(hourless));
        let mut saved = self.store.save_intent_and_phase(changes).await;
        if let Some(hours) = hours {
            saved = saved.and(hours.await);
        }
        saved.inspect_err(|error| tracing::error!("saving the list: {error}"))
    }

    /// Takes over what the queue holds of a job, and answers with it.
    pub(super) fn follow_fleet(&mut self, id: JobId) -> Option<Entry> {
        let kept = self.kept(id);
        let (entry, record) = (self.fleet.entry(id)?.clone(), self.records.get_mut(&id)?);
        record.around.kept = kept;
        record.job.queue = entry.queue;
        record.job.intent = entry.intent;
        record.job.phase = entry.phase.clone();
        record.job.not_before = entry.not_before;
        record.around.attempt = entry.attempt;
        self.changed(id);
        Some(entry)
    }

    /// A job that may not start, because that could not be saved, waits like one that could not
    /// save what it fetched.
    fn did_not_start(&mut self, id: JobId, error: &StoreError) {
        let why = store_failure(error);
        let ended = Ended::Failed { why, progressed: false, retry_after: None };
        // To save this too would fail alike; it is saved with the job's next change.
        let _ = self.fleet.ended(id, ended, self.waits.now(), 0);
        self.follow_fleet(id);
    }

    fn start(&mut self, id: JobId) {
        let seat = self.threads.take();
        let Some(record) = self.records.get_mut(&id) else { return };
        let (stop, stop_end) = watch::channel(false);
        let (rouse, rouse_end) = watch::channel(0);
        let progress = Arc::new(Progress::default());
        let order = Order {
            job: record.job.clone(),
            origins: self.hosts.origins(id, record.job.sources()),
            clients: self.clients.on_thread(seat.as_ref().map_or(0, Seat::number)),
            reports: self.reports.clone(),
            stop: stop_end,
            rouse: rouse_end,
            progress: Arc::clone(&progress),
            recheck: self.unclean.contains(&id),
            limit: self.limiter.job(id, record.job.queue, record.job.options.limit_bps),
        };
        record.around.in_common = None;
        progress.watch(self.watched.as_ref().is_some_and(|watched| watched.id == id));
        let run = seat.map(|seat| seat.run(job::run(order)));
        let abort = run.as_ref().ok().map(JoinHandle::abort_handle);
        record.run = Some(Box::new(Running::new(stop, rouse, progress, abort)));
        let reports = self.reports.clone();
        tokio::spawn(async move {
            let fault = match run {
                Ok(run) => run.await.err().map(|error| broken_off(&error)),
                Err(error) => Some(Failure::new(FailureKind::SystemLimit, error.to_string())),
            };
            if let Some(why) = fault {
                // It broke off by a fault of ours: without a word the job would be live for ever.
                let log = What::Log(Told::Stopped(why.clone()));
                let ended = Ended::Failed { why, progressed: false, retry_after: None };
                for what in [log, What::Ended(ended)] {
                    let _ = reports.send(Report { job: id, what }).await;
                }
            }
        });
        self.look_for_older(id);
    }

    pub(super) fn stop(&mut self, id: JobId) {
        let Some(run) = self.records.get(&id).and_then(|r| r.run.as_ref()) else { return };
        // A run that has just ended does not listen, and need not.
        let is_first = run.stop.send_if_modified(|stop| !std::mem::replace(stop, true));
        if let Some(kept) = self.kept(id).filter(|_| is_first) {
            self.log(id, Told::Kept(kept));
        }
    }

    /// A line in a job's log.
    pub(super) fn log(&mut self, id: JobId, told: Told) {
        let line = LogLine { at: jiff::Timestamp::now(), told };
        if let Some(watched) = self.watched.as_mut().filter(|watched| watched.id == id) {
            watched.logged(line.clone());
        }
        drop(self.store.append_log(id, vec![line]));
    }
}

/// The failure of a job whose run did not come to its own end.
fn broken_off(error: &JoinError) -> Failure {
    if error.is_cancelled() {
        Failure::because(FailureKind::Stalled, Cause::NoSign)
    } else {
        Failure::because(FailureKind::Broken, Cause::TaskBroke)
    }
}

/// What a failing store means for a run.
pub(super) fn store_failure(error: &StoreError) -> Failure {
    Failure::new(FailureKind::Store, error.to_string())
}
