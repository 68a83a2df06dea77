//! Bytes flow: what the connections bring is judged, cut into pieces, gathered for the writer and
//! checkpointed on the way, until every byte is given to the file.

use std::time::Duration;

use bytes::Bytes;
use tokio::time::{Instant, interval, sleep_until};

use super::checkpoint;
use super::connections::{Came, Reading};
use super::disk::failure_of;
use super::generation::Target;
use super::http::HttpBody;
use super::job::{Exit, Run, stopped};
use super::rouse::roused;
use super::sources::{Fitted, Need};
use super::writer::Told;
use crate::model::cause::Cause;
use crate::model::failure::{Failure, FailureKind};
use crate::model::log::{OfConnection::OtherBytes, Told as Line};
use crate::plan::planner::ConnectionId;
use crate::plan::transfer::{Move, PieceKind};

/// How often it is looked at how the connections fare.
const LOOK: Duration = Duration::from_millis(100);

/// What happened next.
enum Next {
    Stop,
    Told(Told),
    Synced(Result<(), Failure>),
    Checkpoint,
    Gathered,
    Look,
    Roused,
    Looked(usize, Fitted),
    Came(ConnectionId, Came<HttpBody>),
}

impl Run {
    /// Asks and reads until every byte is given to the file.
    pub(super) async fn drive(&mut self) -> Result<(), Exit> {
        let mut looks = interval(LOOK);
        looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        if self.transfer.is_complete() {
            return Ok(());
        }
        loop {
            if *self.stop.borrow() {
                return Err(Exit::Stop);
            }
            if self.transfer.is_complete() && self.open.is_empty() {
                if self.has_come_through().await? {
                    return Ok(());
                }
                continue;
            }
            self.open_connections()?;
            self.progress.turn();
            let next = self.next(&mut looks).await;
            self.progress.turn();
            self.transfer.tell_time(self.now());
            let then = self.follow(next).await?;
            match then {
                Move::Read { .. } | Move::Next => self.drop_closed(Cause::Through).await,
                Move::Again(why) => {
                    self.drop_closed(why).await;
                    self.log(Line::Again(why)).await;
                }
                Move::Forget(wrong) => self.forget_wrong(&wrong).await?,
                Move::Complete => {
                    if self.has_come_through().await? {
                        return Ok(());
                    }
                }
                Move::Exit(failure, after) => return Err(Exit::Failed(failure, after)),
            }
            self.leave_changed().await;
            self.say_dismissed().await;
        }
    }

    async fn next(&mut self, looks: &mut tokio::time::Interval) -> Next {
        let begun = self.begun;
        let due = self.schedule.due().filter(|_| self.sync.is_none());
        let due = due.map(|due| Instant::from_std(begun + due));
        let gathered = self.open.due();
        let Self { stop, rouse, target, sync, open, sources, .. } = self;
        tokio::select! {
            biased;
            () = stopped(stop) => Next::Stop,
            told = told(target.as_mut()) => Next::Told(told),
            done = joined(sync) => Next::Synced(done),
            () = at(due) => Next::Checkpoint,
            () = at(gathered) => Next::Gathered,
            () = roused(rouse) => Next::Roused,
            _ = looks.tick() => Next::Look,
            (of, fitted) = sources.looked() => Next::Looked(of, fitted),
            (id, came) = open.next() => Next::Came(id, came),
        }
    }

    async fn follow(&mut self, next: Next) -> Result<Move, Exit> {
        match next {
            Next::Stop => return Err(Exit::Stop),
            Next::Told(told) => return self.hear(told).await,
            Next::Synced(done) => self.synced(done)?,
            Next::Checkpoint => {
                self.hand_over();
                self.begin_checkpoint();
            }
            Next::Gathered => {
                if let Some(target) = &self.target {
                    self.open.hand_over_old(&target.writer);
                }
            }
            Next::Look => {
                self.drop_silent().await;
                self.look().await;
                self.look_for_mirrors().await;
            }
            Next::Roused => self.rouse_connections(),
            Next::Looked(of, fitted) => drop(self.take_mirror(of, fitted, Need::More).await),
            Next::Came(id, Came::Answer(Ok(opened))) => return self.hear_answer(id, opened).await,
            Next::Came(id, Came::Answer(Err(failure))) => {
                self.log_failed(id, &failure).await;
                return Ok(self.transfer.open_failed(id, failure));
            }
            Next::Came(id, Came::Chunk(body, Ok(Some(chunk)))) => {
                if self.take_chunk(id, &chunk) {
                    return self.ended(id, None).await;
                }
                self.read_on(id, body);
            }
            Next::Came(id, Came::Chunk(_, Ok(None))) => return self.ended(id, None).await,
            Next::Came(id, Came::Chunk(_, Err(failure))) => {
                self.log_failed(id, &failure).await;
                return self.ended(id, Some(failure)).await;
            }
        }
        Ok(Move::Next)
    }

    /// Waits for the next chunk of a body.
    pub(super) fn read_on(&mut self, id: ConnectionId, body: HttpBody) {
        let Some(target) = &self.target else { return };
        let stall = Duration::from_secs(self.job.options.stall_timeout_secs.max(1).into());
        let from = Reading { queue: target.writer.queue(), limit: self.limit.clone(), stall };
        self.open.read(id, body, from);
    }

    /// Hands a chunk's pieces to the writer. True when the body gave enough.
    fn take_chunk(&mut self, id: ConnectionId, chunk: &Bytes) -> bool {
        self.limit.take(chunk.len());
        self.progress.received(chunk.len());
        let taken = self.transfer.take(id, chunk.len());
        let Some(target) = &self.target else { return true };
        if let Some(connection) = self.open.connection(id) {
            connection.received += chunk.len() as u64;
            if let Some((content, _)) = &mut connection.told {
                content.update(chunk);
            }
        }
        let mut fresh = 0;
        for piece in &taken.pieces {
            if piece.kind == PieceKind::Write {
                fresh += piece.bytes.len() as u64;
            }
            self.open.add(&target.writer, id, chunk, piece);
        }
        if fresh > 0 {
            let now = self.begun.elapsed();
            self.schedule.wrote(fresh, now);
        }
        taken.enough
    }

    fn hand_over(&mut self) {
        if let Some(target) = &self.target {
            self.open.hand_over(&target.writer);
        }
    }

    /// A body is over. What the writer still has to say about what it compared comes first.
    async fn ended(&mut self, id: ConnectionId, broken: Option<Failure>) -> Result<Move, Exit> {
        if self.open.connection(id).is_some_and(|connection| connection.compares)
            && let Some(told) = self.flush_unless_stopped().await?
        {
            return self.hear(told).await;
        }
        if broken.is_none() && self.is_corrupt(id) {
            return self.take_back(id).await;
        }
        let next = self.transfer.ended(id, broken);
        self.tell_total();
        Ok(next)
    }

    /// Waits until everything gathered is written, and answers with what the writer has to say.
    pub(super) async fn flush(&mut self) -> Option<Told> {
        self.hand_over();
        let target = self.target.as_mut()?;
        target.writer.flush().await;
        self.progressed |= target.writer.take_fresh() > 0;
        let told = target.writer.told_now();
        if told.is_none() {
            self.transfer.compared();
        }
        told
    }

    /// Every byte is given to the file: true where the writer found nothing wrong with them.
    async fn has_come_through(&mut self) -> Result<bool, Exit> {
        let told = self.flush_unless_stopped().await?;
        self.close_all();
        let Some(told) = told else { return Ok(true) };
        match self.hear(told).await? {
            Move::Exit(failure, after) => Err(Exit::Failed(failure, after)),
            Move::Read { .. } | Move::Next | Move::Complete => Ok(false),
            Move::Forget(wrong) => {
                self.forget_wrong(&wrong).await?;
                Ok(false)
            }
            Move::Again(why) => {
                self.log(Line::Again(why)).await;
                Ok(false)
            }
        }
    }

    /// A size that only the end of the body told.
    fn tell_total(&mut self) {
        if let (Some(target), Some(total)) = (&mut self.target, self.transfer.total())
            && target.generation.total.is_none()
        {
            target.generation.total = Some(total);
            self.progress.change_map(|map| map.total = Some(total));
        }
    }

    pub(super) async fn hear(&mut self, told: Told) -> Result<Move, Exit> {
        match told {
            Told::Failed(error) => Err(failure_of(&error, &self.job.dir).into()),
            Told::Mismatch(connection, at) => {
                self.hand_over();
                let Some(target) = &mut self.target else { return Err(Exit::Stop) };
                tokio::select! {
                    biased;
                    () = stopped(&mut self.stop) => {
                        // The next run reads there once more.
                        self.transfer.doubt(at);
                        return Err(Exit::Stop);
                    }
                    () = target.writer.flush() => {}
                }
                // What else was found before is settled with it; a failing disk is not.
                while let Some(more) = target.writer.told_now() {
                    if let Told::Failed(error) = more {
                        return Err(failure_of(&error, &self.job.dir).into());
                    }
                }
                let written = target.writer.written();
                self.log(Line::Connection(connection, OtherBytes(at))).await;
                self.judge(connection, at, written).await
            }
        }
    }

    fn begin_checkpoint(&mut self) {
        let Some(target) = &self.target else { return };
        self.schedule.began();
        self.progressed |= target.writer.take_fresh() > 0;
        let sync = checkpoint::begin(
            self.job.id,
            target,
            self.transfer.seams(),
            Vec::new(),
            self.reports.clone(),
        );
        self.sync = Some((sync, self.now()));
    }

    fn synced(&mut self, done: Result<(), Failure>) -> Result<(), Exit> {
        if let Some((_, from)) = self.sync.take() {
            let now = self.now();
            self.schedule.ended(from, now);
            // What was still on its way to the file when the copy was taken needs another.
            let late =
                self.target.as_ref().map_or(0, |t| t.writer.take_fresh() + t.writer.queued());
            if late > 0 {
                self.progressed = true;
                self.schedule.wrote(late, now);
            }
        }
        self.believe(done)?;
        let held = self.target.as_ref().map_or(0, |t| t.writer.written().total());
        self.drop_older(held);
        Ok(())
    }
}

async fn at(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

async fn told(target: Option<&mut Target>) -> Told {
    match target {
        Some(target) => target.writer.told().await,
        None => std::future::pending().await,
    }
}

async fn joined(
    sync: &mut Option<(tokio::task::JoinHandle<Result<(), Failure>>, Duration)>,
) -> Result<(), Failure> {
    match sync {
        Some((handle, _)) => handle.await.unwrap_or_else(|_| {
            Err(Failure::because(FailureKind::DiskError, Cause::SyncBrokenOff))
        }),
        None => std::future::pending().await,
    }
}
