//! `SetDir`: another folder for a job that is not done. A run is stopped in order first; both folders
//! are looked at, the change is saved, the files are carried, and that they are there is saved: beside
//! the loop but for what is saved. The job is not started meanwhile.
//!
//! Invariant: no file is touched before it is recorded where it goes; where nothing could be moved the
//! job is as before; a move that is recorded is finished before another begins; of those to one folder
//! each looks only when the one before it is there, so that they see each other's names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::oneshot;

use super::command::{Refusal, Reply};
use super::desktop;
use super::event::Event;
use super::later::Later;
use super::service::{Service, answer};
use crate::engine::relocate::{Wanted, carry, look};
use crate::model::cause::Cause;
use crate::model::failure::{Failure, FailureKind};
use crate::model::id::JobId;
use crate::model::log::Told;
use crate::model::phase::{Intent, Phase};
use crate::model::relocation::{FolderChange, NotMoved, Relocation, Settled};

type Waiting = Option<oneshot::Sender<Reply>>;

/// Jobs on their way to another folder.
pub(super) type Moves = BTreeMap<JobId, OnWay>;

/// How far one is.
#[derive(Debug)]
pub(super) enum OnWay {
    /// Its run has to end first.
    AfterRun(Ask),
    /// Another job is on its way to that folder.
    InTurn(Ask),
    /// It is looked at or carried to this folder.
    To(PathBuf),
}

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
    /// The folder they are carried to: by an earlier break another one than is asked for.
    dir: PathBuf,
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
        service.moves.insert(id, OnWay::AfterRun(ask));
    } else {
        service.set_out(ask);
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
        if !matches!(self.moves.get(&id), Some(OnWay::AfterRun(_))) {
            return;
        }
        let Some(OnWay::AfterRun(ask)) = self.moves.remove(&id) else { return };
        self.fleet.take_back(id);
        if let Some((waiting, reply)) = begin(self, ask.id, ask.dir, ask.waiting) {
            answer(waiting, reply);
        }
    }

    /// What an earlier break left is carried out first; then it is this one's turn, or that of one
    /// before it.
    fn set_out(&mut self, ask: Ask) {
        let Some(record) = self.records.get(&ask.id) else {
            return self.end_move(ask, Err(NotMoved::Busy));
        };
        if let Some(moved) = record.job.moved.clone() {
            let dir = record.job.dir.clone();
            return self.carry(ask, dir, moved);
        }
        let is_to = |way: &OnWay| matches!(way, OnWay::To(dir) if *dir == ask.dir);
        if self.moves.iter().any(|(id, way)| *id != ask.id && is_to(way)) {
            self.moves.insert(ask.id, OnWay::InTurn(ask));
        } else {
            self.look_at_folders(ask);
        }
    }

    /// One is not on its way to a folder any more: the next that waits for that sets out.
    fn next_to(&mut self, dir: &Path) {
        let is_to = |way: &OnWay| matches!(way, OnWay::To(to) if to == dir);
        let waits = |way: &OnWay| matches!(way, OnWay::InTurn(ask) if ask.dir == dir);
        while !self.moves.values().any(is_to) {
            let next = self.moves.iter().find(|(_, way)| waits(way)).map(|(id, _)| *id);
            let Some(OnWay::InTurn(ask)) = next.and_then(|id| self.moves.remove(&id)) else {
                return;
            };
            self.set_out(ask);
        }
    }

    fn look_at_folders(&mut self, ask: Ask) {
        let Some(record) = self.records.get(&ask.id) else {
            return self.end_move(ask, Err(NotMoved::Busy));
        };
        self.moves.insert(ask.id, OnWay::To(ask.dir.clone()));
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
        self.moves.insert(ask.id, OnWay::To(ask.dir.clone()));
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
                let dir = ask.dir.clone();
                self.carry(ask, dir, moved);
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

    fn carry(&mut self, ask: Ask, dir: PathBuf, moved: Relocation) {
        self.moves.insert(ask.id, OnWay::To(dir.clone()));
        let later = self.later.clone();
        tokio::spawn(async move {
            let (there, on_its_way) = (dir.clone(), moved.clone());
            let told = tokio::task::spawn_blocking(move || carry(&there, &on_its_way)).await;
            let told = told.unwrap_or_else(|_| {
                Err(Failure::because(FailureKind::DiskError, Cause::WorkBrokenOff))
            });
            // Where the service has ended, it is finished at the next start.
            let _ =
                later.send(Later::Carried(Box::new(CarriedOut { ask, dir, moved, told }))).await;
        });
    }

    /// The files are where they are to be, or nothing was moved: that is saved.
    pub(super) async fn take_carried(&mut self, carried: CarriedOut) {
        let CarriedOut { ask, dir, moved, told } = carried;
        let settled = match told {
            Ok(settled) => self.save_end(ask.id, &dir, &moved, settled).await,
            Err(failure) => Err(failure),
        };
        let is_asked = ask.dir == dir;
        match settled {
            Ok(Settled::There) if is_asked => self.end_move(ask, Ok(())),
            Ok(Settled::Back(why)) if is_asked => self.end_move(ask, Err(why)),
            Err(failure) if is_asked => self.end_move(ask, Err(NotMoved::Unsure(failure))),
            Err(failure) => self.end_move(ask, Err(NotMoved::Unfinished(moved.from, failure))),
            // What an earlier break left is done: now what is asked for.
            Ok(Settled::There | Settled::Back(_)) => {
                self.moves.remove(&ask.id);
                match self.may_move(&ask) {
                    Ok(()) => self.set_out(ask),
                    Err(why) => self.end_move(ask, Err(why)),
                }
                self.next_to(&dir);
            }
        }
    }

    /// Saves how it ended, for a job that is still there.
    async fn save_end(
        &mut self,
        id: JobId,
        dir: &Path,
        moved: &Relocation,
        settled: Settled,
    ) -> Result<Settled, Failure> {
        if self.records.contains_key(&id) {
            let change = FolderChange::end(dir.to_owned(), moved, &settled);
            let saved = self.store.save_folder(id, change.clone()).await;
            saved.map_err(|error| Failure::new(FailureKind::Store, error.to_string()))?;
            self.take_over(id, &change);
        }
        Ok(settled)
    }

    fn end_move(&mut self, ask: Ask, told: Result<(), NotMoved>) {
        let way = self.moves.remove(&ask.id);
        self.fleet.take_back(ask.id);
        if let Some(record) = self.records.get(&ask.id) {
            let dir = ask.dir.display().to_string();
            let line = match &told {
                Ok(()) => Told::Moved(dir),
                Err(NotMoved::Unsure(failure) | NotMoved::Unfinished(_, failure)) => {
                    Told::MovedUnsure(record.job.dir.display().to_string(), failure.clone())
                }
                Err(why) => Told::NotMoved(dir, why.clone()),
            };
            self.log(ask.id, line);
        }
        self.answer_move(ask, told);
        if let Some(OnWay::To(dir)) = way {
            self.next_to(&dir);
        }
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
            let dir = ask.dir.clone();
            self.carry(ask, dir, moved);
        }
    }
}
