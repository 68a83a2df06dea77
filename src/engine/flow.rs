//! A body flows: chunks are cut into pieces, gathered into runs for the writer, paced, watched for
//! a standstill, and checkpointed on the way.

use std::time::Duration;

use bytes::Bytes;
use tokio::time::{Instant, sleep_until};

use super::checkpoint;
use super::disk::failure_of;
use super::job::{Exit, Run, stopped};
use super::limiter::JobLimit;
use super::source::Body;
use super::writer::{self, Queue, Told, Writer};
use crate::model::failure::{Failure, FailureKind};
use crate::plan::planner::ConnectionId;
use crate::plan::transfer::{Move, Piece, PieceKind};

/// A run of bytes goes to the writer when it is this long,
const RUN_BYTES: u64 = 1 << 20;
/// or this old.
const RUN_AGE: Duration = Duration::from_millis(50);

/// Pieces that follow each other, on their way to the writer.
struct Gathered {
    run: Option<writer::Run>,
    since: Instant,
}

impl Gathered {
    fn add(&mut self, writer: &Writer, connection: ConnectionId, chunk: &Bytes, piece: &Piece) {
        let bytes = chunk.slice(piece.bytes.clone());
        let len = bytes.len() as u64;
        let follows = |run: &writer::Run| run.kind == piece.kind && run.at + run.len == piece.at;
        if let Some(run) = self.run.as_mut().filter(|run| follows(run)) {
            run.parts.push(bytes);
            run.len += len;
        } else {
            self.hand_over(writer);
            self.since = Instant::now();
            let parts = vec![bytes];
            self.run = Some(writer::Run { connection, kind: piece.kind, at: piece.at, parts, len });
        }
        if self.run.as_ref().is_some_and(|run| run.len >= RUN_BYTES) {
            self.hand_over(writer);
        }
    }

    fn hand_over(&mut self, writer: &Writer) {
        if let Some(run) = self.run.take() {
            writer.push(run);
        }
    }

    fn due(&self) -> Option<Instant> {
        self.run.as_ref().map(|_| self.since + RUN_AGE)
    }
}

/// What happened next while a body was read.
enum Next {
    Stop,
    Told(Told),
    Synced(Result<(), Failure>),
    Checkpoint,
    Gathered,
    Chunk(Result<Option<Bytes>, Failure>),
}

impl Run {
    /// Reads a body until it ends, gave enough, or must be left.
    pub(super) async fn read_body<B: Body>(
        &mut self,
        id: ConnectionId,
        body: &mut B,
    ) -> Result<Move, Exit> {
        let limit = self.limit.clone();
        let mut rest = Bytes::new();
        let mut gathered = Gathered { run: None, since: Instant::now() };
        let mut last_byte = Instant::now();
        loop {
            match self.next(body, (&limit, &mut rest), &gathered, &mut last_byte).await {
                Next::Stop => {
                    self.hand_over(&mut gathered);
                    return Err(Exit::Stop);
                }
                Next::Told(told) => return self.hear(told).await,
                Next::Synced(done) => self.synced(done)?,
                Next::Checkpoint => {
                    self.hand_over(&mut gathered);
                    self.begin_checkpoint();
                }
                Next::Gathered => self.hand_over(&mut gathered),
                Next::Chunk(Ok(Some(chunk))) => {
                    last_byte = Instant::now();
                    limit.take(chunk.len());
                    if self.take_chunk(id, &chunk, &mut gathered) {
                        self.hand_over(&mut gathered);
                        return self.ended(id, None).await;
                    }
                }
                Next::Chunk(Ok(None)) => {
                    self.hand_over(&mut gathered);
                    return self.ended(id, None).await;
                }
                Next::Chunk(Err(failure)) => {
                    self.hand_over(&mut gathered);
                    return self.ended(id, Some(failure)).await;
                }
            }
        }
    }

    async fn next<B: Body>(
        &mut self,
        body: &mut B,
        limited: (&JobLimit, &mut Bytes),
        gathered: &Gathered,
        last_byte: &mut Instant,
    ) -> Next {
        let begun = self.begun;
        let due = self.schedule.due().filter(|_| self.sync.is_none());
        let due = due.map(|due| Instant::from_std(begun + due));
        let stall = Duration::from_secs(self.job.options.stall_timeout_secs.max(1).into());
        let Self { stop, target, sync, .. } = self;
        let Some(target) = target else { return Next::Stop };
        let (queue, told) = target.writer.split();
        tokio::select! {
            biased;
            () = stopped(stop) => Next::Stop,
            told = told.next() => Next::Told(told),
            done = joined(sync) => Next::Synced(done),
            () = at(due) => Next::Checkpoint,
            () = at(gathered.due()) => Next::Gathered,
            chunk = next_chunk(queue, limited, body, last_byte, stall) => Next::Chunk(chunk),
        }
    }

    /// Hands a chunk's pieces to the writer. True when the body gave enough.
    fn take_chunk(&mut self, id: ConnectionId, chunk: &Bytes, gathered: &mut Gathered) -> bool {
        self.progress.received(chunk.len());
        let taken = self.transfer.take(id, chunk.len());
        let Some(target) = &mut self.target else { return true };
        let mut fresh = 0;
        for piece in &taken.pieces {
            if piece.kind == PieceKind::Write {
                fresh += piece.bytes.len() as u64;
            }
            gathered.add(&target.writer, id, chunk, piece);
        }
        if fresh > 0 {
            let now = self.begun.elapsed();
            self.schedule.wrote(fresh, now);
        }
        taken.enough
    }

    fn hand_over(&mut self, gathered: &mut Gathered) {
        if let Some(target) = &self.target {
            gathered.hand_over(&target.writer);
        }
    }

    /// The body is over. What the writer still has to say about it comes first.
    async fn ended(&mut self, id: ConnectionId, broken: Option<Failure>) -> Result<Move, Exit> {
        if let Some(target) = &mut self.target {
            target.writer.flush().await;
            if target.writer.take_fresh() > 0 {
                self.progressed = true;
            }
            if let Some(told) = target.writer.told_now() {
                return self.hear(told).await;
            }
        }
        let next = self.transfer.ended(id, broken);
        self.tell_total();
        Ok(next)
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

    async fn hear(&mut self, told: Told) -> Result<Move, Exit> {
        match told {
            Told::Failed(error) => Err(failure_of(&error, &self.job.dir).into()),
            Told::Mismatch(connection) => {
                let Some(target) = &self.target else { return Err(Exit::Stop) };
                target.writer.flush().await;
                let written = target.writer.written();
                Ok(self.transfer.mismatch(connection, written))
            }
        }
    }

    fn begin_checkpoint(&mut self) {
        let Some(target) = &self.target else { return };
        self.schedule.began();
        self.progressed |= target.writer.take_fresh() > 0;
        let sync = checkpoint::begin(
            self.job.id,
            target.generation.number,
            &target.part,
            &target.writer,
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

    /// Older generations go once the new one holds more than they did. Not waited for.
    pub(super) fn drop_older(&mut self, held: u64) {
        let passed: Vec<_> = self.older.extract_if(.., |(_, bytes)| *bytes < held).collect();
        for (old, bytes) in passed {
            let path = self.job.dir.join(&old.part_name);
            tokio::task::spawn_blocking(move || {
                if let Err(error) = super::disk::delete_ours(&path, old.file_id) {
                    tracing::warn!("an older part of {bytes} bytes stays: {error}");
                }
            });
        }
    }
}

async fn at(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

async fn joined(
    sync: &mut Option<(tokio::task::JoinHandle<Result<(), Failure>>, Duration)>,
) -> Result<(), Failure> {
    match sync {
        Some((handle, _)) => handle.await.unwrap_or_else(|_| {
            Err(Failure::new(FailureKind::DiskError, "the sync was broken off"))
        }),
        None => std::future::pending().await,
    }
}

/// Waits for room in the queue, for a chunk where nothing is left of the last one, and for the
/// limit, then hands over as much as may be taken at a time; the rest stays in `rest`. Waiting here
/// for ourselves is no standstill.
async fn next_chunk<B: Body>(
    queue: Queue<'_>,
    (limit, rest): (&JobLimit, &mut Bytes),
    body: &mut B,
    last_byte: &mut Instant,
    stall: Duration,
) -> Result<Option<Bytes>, Failure> {
    let asked = Instant::now();
    queue.room().await;
    if asked.elapsed() > Duration::from_millis(1) {
        *last_byte = Instant::now();
    }
    if rest.is_empty() {
        match tokio::time::timeout_at(*last_byte + stall, body.chunk()).await {
            Ok(Ok(Some(chunk))) => *rest = chunk,
            Ok(end) => return end,
            Err(_) => return Err(Failure::new(FailureKind::Stalled, "")),
        }
    }
    limit.ready().await;
    Ok(Some(rest.split_to(limit.quantum().min(rest.len()))))
}
