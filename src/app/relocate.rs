//! `SetDir`: another folder for a job that is not done. A run is stopped in order first; both folders
//! are looked at, the change is saved, the files are carried, and that they are there is saved: beside
//! the loop but for what is saved. The job is not started meanwhile.
//!
//! Invariant: no file is touched before it is recorded where it goes; where nothing could be moved the
//! job is as before.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::oneshot;

use super::command::{Refusal, Reply};
use super::desktop;
use super::event::Event;
use super::later::Later;
use super::service::{Service, answer};
use crate::engine::relocate::{Wanted, carry, look};
use crate::model::failure::Failure;
use crate::model::id::JobId;
use crate::model::log::Told;
use crate::model::phase::{Intent, Phase};
use crate::model::relocation::{FolderChange, NotMoved, Relocation, Settled};

type Waiting = Option<oneshot::Sender<Reply>>;

/// Jobs on their way to another folder; those whose run has to end first with what is wanted.
pub(super) type Moves = BTreeMap<JobId, Option<Ask>>;

/// What is asked for one job, and who waits for the answer.
#[derive(Debug)]
pub(super) struct Ask {
    id: JobId,
    dir: PathBuf,
    waiting: Waiting,
    /// Left by an earlier break: nobody has just asked for it.
    is_left: bool,
}

/// What was seen of both folders.
pub(super) struct Looked {
    ask: Ask,
    told: Result<Option<Relocation>, NotMoved>,
}

/// What became of the files.
pub(super) struct CarriedOut {
    ask: Ask,
    moved: Relocation,
    told: Result<Settled, Failure>,
}

/// Begins to give a job another folder; the answer comes when its files are there.
pub(super) fn begin(
    service: &mut Service,
    id: JobId,
    dir: PathBuf,
    waiting: Waiting,
) -> Option<(Waiting, Reply)> {
    let Some(record) = service.records.get(&id) else {
        return Some((waiting, Reply::Refused(Refusal::NoJob(id))));
    };
    if record.job.dir == dir && record.job.moved.is_none() {
        return Some((waiting, Reply::Ok));
    }
    let ask = Ask { id, dir, waiting, is_left: false };
    if let Err(why) = service.may_move(&ask) {
        service.answer_move(ask, Err(why));
        return None;
    }
    service.fleet.set_aside(id);
    if service.fleet.is_live(id) {
        service.stop(id);
        service.moves.insert(id, Some(ask));
    } else {
        service.moves.insert(id, None);
        service.look_at_folders(ask);
    }
    None
}

impl Service {
    fn may_move(&self, ask: &Ask) -> Result<(), NotMoved> {
        let Some(record) = self.records.get(&ask.id) else { return Err(NotMoved::Busy) };
        let job = &record.job;
        if self.links.contains_key(&ask.id) || self.moves.contains_key(&ask.id) || self.is_closing()
        {
            return Err(NotMoved::Busy);
        }
        if let Some(moved) = &job.moved {
            return Err(NotMoved::Unfinished(moved.from.clone()));
        }
        if !ask.dir.is_absolute() {
            return Err(NotMoved::NoFolder);
        }
        match (&job.phase, job.intent) {
            (Phase::Finishing | Phase::Done { .. }, _) => Err(NotMoved::Finished),
            (_, Intent::Remove { .. }) => Err(NotMoved::Busy),
            (_, Intent::Run | Intent::Hold | Intent::Cancel) => Ok(()),
        }
    }

    /// A run ended: where another folder waited for that, it is looked at now.
    pub(super) fn go_on_with_move(&mut self, id: JobId) {
        if !matches!(self.moves.get(&id), Some(Some(_))) {
            return;
        }
        let Some(ask) = self.moves.remove(&id).flatten() else { return };
        self.fleet.take_back(id);
        if let Some((waiting, reply)) = begin(self, ask.id, ask.dir, ask.waiting) {
            answer(waiting, reply);
        }
    }

    fn look_at_folders(&mut self, ask: Ask) {
        let Some(record) = self.records.get(&ask.id) else { return };
        let (from, holds) = (record.job.dir.clone(), !record.job.spans.is_empty());
        let (store, later) = (self.store.clone(), self.later.clone());
        tokio::spawn(async move {
            let told = match store.generations(vec![ask.id]).await {
                Ok(generations) => {
                    let generations = generations.into_iter().map(|(_, generation)| generation);
                    let to = ask.dir.clone();
                    let wanted = Wanted { from, to, generations: generations.collect(), holds };
                    tokio::task::spawn_blocking(move || look(&wanted))
                        .await
                        .unwrap_or_else(|error| Err(NotMoved::Disk(error.to_string())))
                }
                Err(error) => Err(NotMoved::Store(error.to_string())),
            };
            // Where the service has ended, who waits is told so by the lost answer.
            let _ = later.send(Later::Looked(Box::new(Looked { ask, told }))).await;
        });
    }

    /// Both folders were looked at: what is to go where is saved, and then carried there.
    pub(super) async fn take_looked(&mut self, looked: Looked) {
        let Looked { ask, told } = looked;
        // What happened meanwhile counts.
        self.moves.remove(&ask.id);
        let told = match self.may_move(&ask) {
            Ok(()) => told,
            Err(why) => Err(why),
        };
        match told {
            Ok(moved) => self.save_way(ask, moved).await,
            Err(why) => self.end_move(ask, Err(why)),
        }
    }

    async fn save_way(&mut self, ask: Ask, moved: Option<Relocation>) {
        let change = FolderChange::begin(ask.dir.clone(), moved.clone());
        if let Err(error) = self.store.save_folder(ask.id, change.clone()).await {
            return self.end_move(ask, Err(NotMoved::Store(error.to_string())));
        }
        self.take_over(ask.id, &change);
        match moved {
            Some(moved) => {
                self.moves.insert(ask.id, None);
                self.carry(ask, moved);
            }
            None => self.end_move(ask, Ok(())),
        }
    }

    fn take_over(&mut self, id: JobId, change: &FolderChange) {
        if let Some(record) = self.records.get_mut(&id) {
            change.apply(&mut record.job);
        }
        self.changed(id);
    }

    fn carry(&self, ask: Ask, moved: Relocation) {
        let later = self.later.clone();
        tokio::task::spawn_blocking(move || {
            let told = carry(&ask.dir, &moved);
            // Where the service has ended, it is finished at the next start.
            let _ = later.blocking_send(Later::Carried(Box::new(CarriedOut { ask, moved, told })));
        });
    }

    /// The files are where they are to be, or nothing was moved: that is saved.
    pub(super) async fn take_carried(&mut self, carried: CarriedOut) {
        let CarriedOut { ask, moved, told } = carried;
        let settled = match told {
            Ok(settled) => settled,
            Err(failure) => return self.end_move(ask, Err(NotMoved::Unsure(failure.detail))),
        };
        if self.records.contains_key(&ask.id) {
            let change = FolderChange::end(ask.dir.clone(), &moved, &settled);
            if let Err(error) = self.store.save_folder(ask.id, change.clone()).await {
                return self.end_move(ask, Err(NotMoved::Store(error.to_string())));
            }
            self.take_over(ask.id, &change);
        }
        match settled {
            Settled::There => self.end_move(ask, Ok(())),
            Settled::Back(why) => self.end_move(ask, Err(why)),
        }
    }

    fn end_move(&mut self, ask: Ask, told: Result<(), NotMoved>) {
        self.moves.remove(&ask.id);
        self.fleet.take_back(ask.id);
        let dir = ask.dir.display().to_string();
        let line = match &told {
            Ok(()) => Told::Moved(dir),
            Err(why) => Told::NotMoved(dir, why.clone()),
        };
        if self.records.contains_key(&ask.id) {
            self.log(ask.id, line);
        }
        self.answer_move(ask, told);
    }

    /// Answers whoever waits; where nobody does it is an event.
    fn answer_move(&self, ask: Ask, told: Result<(), NotMoved>) {
        let Ask { id, dir, waiting, is_left } = ask;
        if waiting.is_some() {
            let reply = match told {
                Ok(()) => Reply::Ok,
                Err(why) => Reply::Refused(Refusal::NotMoved(id, why)),
            };
            return answer(waiting, reply);
        }
        if !self.records.contains_key(&id) {
            return;
        }
        match told {
            // It is finished in silence; what still stands in the way is told by the job's next run.
            Ok(()) | Err(NotMoved::Unsure(_)) if is_left => {}
            Ok(()) => self.tell(Event::Moved(id, dir)),
            Err(why) => self.tell(Event::NotMoved { job: id, dir, why }),
        }
    }

    /// Lets the user choose a folder for whatever dialog is open.
    pub(super) fn choose_folder(&self) -> Reply {
        let (from, events) = (self.default_dir(), Arc::clone(&self.end.events));
        let wake = self.waker();
        tokio::spawn(async move {
            events.push(Event::FolderChosen(desktop::choose_folder(&from).await));
            wake();
        });
        Reply::Ok
    }

    /// Finishes what an earlier break left on its way.
    pub(super) fn finish_moves(&mut self) {
        let left = self.records.values().filter_map(|record| {
            let moved = record.job.moved.clone()?;
            let (id, dir) = (record.job.id, record.job.dir.clone());
            Some((Ask { id, dir, waiting: None, is_left: true }, moved))
        });
        for (ask, moved) in left.collect::<Vec<_>>() {
            self.fleet.set_aside(ask.id);
            self.moves.insert(ask.id, None);
            self.carry(ask, moved);
        }
    }
}
