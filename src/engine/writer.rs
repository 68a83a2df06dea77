//! The writer of one part file. Takes runs of bytes in order: while the disk is quick they are
//! written by who brings them, so that they are still in the cache of that core; once it is not, by a
//! thread behind a queue of bounded size.
//!
//! Invariants: a run is carried out after all that were handed over before it, whoever does it; a
//! file is read for a comparison by the thread alone.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use tokio::sync::{Notify, mpsc, oneshot};

use self::work::Work;
use super::disk::Part;
use super::report::Progress;
use crate::model::block::{BlockHash, block_range};
use crate::model::range::{ByteRange, SpanSet};
use crate::plan::desk::Desk;
use crate::plan::planner::ConnectionId;
use crate::plan::transfer::PieceKind;

#[cfg(test)]
mod tests;
mod work;

/// Bytes that may wait for the disk; then the socket is not read.
const MAX_QUEUED_BYTES: u64 = 8 << 20;

/// A run goes to the thread when it is this long: each costs it a waking.
const RUN_BYTES: u64 = 1 << 20;
/// Where it is written by who brings it, sooner: so much stays in the core's cache, and the memory it
/// came in serves for what comes next.
const QUICK_RUN_BYTES: u64 = 256 << 10;

/// Bytes that follow each other in the file, from one connection.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) connection: ConnectionId,
    pub(super) kind: PieceKind,
    pub(super) at: u64,
    pub(super) parts: Vec<Bytes>,
    pub(super) len: u64,
}

#[derive(Debug)]
enum Order {
    Run(Run),
    End(u64),
    Flush(oneshot::Sender<()>),
}

/// What the writer tells of itself.
#[derive(Debug)]
pub(super) enum Told {
    /// Bytes of this connection are not those in the file, first at this place.
    Mismatch(ConnectionId, u64),
    /// The disk failed; nothing more is written.
    Failed(io::Error),
}

/// What is written and which blocks were completed, always of one moment.
#[derive(Debug, Default)]
struct Done {
    written: SpanSet,
    hashes: Vec<BlockHash>,
    fresh: u64,
}

#[derive(Debug)]
struct Shared {
    done: Mutex<Done>,
    queue: Mutex<Queued>,
    room: Notify,
    progress: Arc<Progress>,
}

/// What was handed to the thread and is not carried out.
#[derive(Clone, Copy, Debug, Default)]
struct Queued {
    orders: u64,
    bytes: u64,
}

impl Shared {
    fn done(&self) -> MutexGuard<'_, Done> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn queue(&self) -> MutexGuard<'_, Queued> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An order with so many bytes is carried out.
    fn carried_out(&self, bytes: u64) {
        let mut queue = self.queue();
        queue.orders -= 1;
        queue.bytes -= bytes;
        drop(queue);
        self.room.notify_waiters();
    }
}

/// A hold on the writer. Dropping it ends the thread once its queue is empty.
pub(super) struct Writer {
    orders: mpsc::UnboundedSender<Order>,
    told: mpsc::UnboundedReceiver<Told>,
    shared: Arc<Shared>,
    /// Held by whoever carries out an order: the thread while there are any, else who brings one.
    work: Arc<Mutex<Work>>,
    desk: Mutex<Desk>,
    begun: Instant,
}

impl Writer {
    /// Starts the writer of `part`, of which `written` stands already.
    pub(super) fn start(part: Part, written: SpanSet, progress: Arc<Progress>) -> io::Result<Self> {
        progress.change_map(|map| map.written = written.clone());
        let shared = Arc::new(Shared {
            done: Mutex::new(Done { written, ..Done::default() }),
            queue: Mutex::default(),
            room: Notify::new(),
            progress,
        });
        // Bounded by `MAX_QUEUED_BYTES`, which every sender waits for.
        let (orders, order_end) = mpsc::unbounded_channel();
        let (tell, told) = mpsc::unbounded_channel();
        let work = Arc::new(Mutex::new(Work::new(part, Arc::clone(&shared), tell)));
        let (there, counts) = (Arc::clone(&work), Arc::clone(&shared));
        // It ends when this writer is dropped and its queue is empty.
        std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || serve(&there, &counts, order_end))?;
        let (desk, begun) = (Mutex::default(), Instant::now());
        Ok(Self { orders, told, shared, work, desk, begun })
    }

    /// How long a run should be.
    pub(super) fn run_bytes(&self) -> u64 {
        let is_quick = self.is_idle() && self.desk().is_quick(self.begun.elapsed());
        if is_quick { QUICK_RUN_BYTES } else { RUN_BYTES }
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands over a run. While the disk is quick it is written when this returns.
    pub(super) fn push(&self, run: Run) {
        let mut desk = self.desk();
        let now = self.begun.elapsed();
        // A comparison may have to fetch from the disk what the file holds.
        if self.is_idle() && run.kind == PieceKind::Write && desk.is_quick(now) {
            carry_out(&self.work, &run);
            desk.wrote(run.len, now, self.begun.elapsed());
        } else {
            self.order(run.len, Order::Run(run));
        }
    }

    /// Says where the file ends, so that its last block is hashed.
    pub(super) fn end(&self, total: u64) {
        self.order(0, Order::End(total));
    }

    /// Waits until everything handed over is written, or dropped after a failure.
    pub(super) async fn flush(&self) {
        let (done, wait) = oneshot::channel();
        self.order(0, Order::Flush(done));
        // An error means the thread is gone, and with it the queue.
        let _ = wait.await;
    }

    fn is_idle(&self) -> bool {
        self.shared.queue().orders == 0
    }

    fn order(&self, bytes: u64, order: Order) {
        let mut queue = self.shared.queue();
        queue.orders += 1;
        queue.bytes += bytes;
        drop(queue);
        // The thread ends only after this sender is dropped, or by a panic that `flush` shows.
        let _ = self.orders.send(order);
    }

    /// The queue, to wait for room in it.
    pub(super) fn queue(&self) -> Queue {
        Queue(Arc::clone(&self.shared))
    }

    /// The next thing told. Pending while there is nothing.
    pub(super) async fn told(&mut self) -> Told {
        match self.told.recv().await {
            Some(told) => told,
            // The thread ends only when this is dropped, or by a panic.
            None => Told::Failed(io::Error::other("the writer broke off")),
        }
    }

    /// What was told and not yet heard.
    pub(super) fn told_now(&mut self) -> Option<Told> {
        self.told.try_recv().ok()
    }

    /// What is written.
    pub(super) fn written(&self) -> SpanSet {
        self.shared.done().written.clone()
    }

    /// Bytes handed over and not yet written.
    pub(super) fn queued(&self) -> u64 {
        self.shared.queue().bytes
    }

    /// New bytes written since the last call.
    pub(super) fn take_fresh(&self) -> u64 {
        std::mem::take(&mut self.shared.done().fresh)
    }

    /// Forgets bytes that turned out to be wrong. Everything handed over was written before.
    pub(super) fn forget(&self, wrong: &SpanSet) {
        let mut done = self.shared.done();
        for range in wrong.iter() {
            done.written.remove(range);
        }
        let Done { written, hashes, .. } = &mut *done;
        hashes.retain(|block| written.contains(whole_block(block.index)));
        let written = written.clone();
        drop(done);
        self.shared.progress.change_map(|map| map.written = written);
    }

    /// The hashes completed since the last call.
    pub(super) fn take_hashes(&self) -> Vec<BlockHash> {
        let mut done = self.shared.done();
        std::mem::take(&mut done.hashes)
    }

    /// What is written and the hashes completed since the last call, of one moment: what a sync
    /// that begins after this call makes durable.
    pub(super) fn snapshot(&self) -> (SpanSet, Vec<BlockHash>) {
        let mut done = self.shared.done();
        (done.written.clone(), std::mem::take(&mut done.hashes))
    }
}

/// The writer's queue, seen by those who bring bytes.
#[derive(Clone, Debug)]
pub(super) struct Queue(Arc<Shared>);

impl Queue {
    /// Waits until the queue has room.
    pub(super) async fn room(&self) {
        loop {
            // Made before the look, so that what is freed in between is not missed.
            let freed = self.0.room.notified();
            if !self.is_full() {
                return;
            }
            freed.await;
        }
    }

    /// Whether the disk is what everybody waits for.
    pub(super) fn is_full(&self) -> bool {
        self.0.queue().bytes >= MAX_QUEUED_BYTES
    }
}

fn whole_block(index: u64) -> ByteRange {
    block_range(index, u64::MAX)
}

fn carry_out(work: &Mutex<Work>, run: &Run) {
    work.lock().unwrap_or_else(PoisonError::into_inner).carry_out(run);
}

/// The thread.
fn serve(work: &Mutex<Work>, shared: &Shared, mut orders: mpsc::UnboundedReceiver<Order>) {
    while let Some(order) = orders.blocking_recv() {
        let bytes = match order {
            Order::Run(run) => {
                carry_out(work, &run);
                run.len
            }
            Order::End(total) => {
                work.lock().unwrap_or_else(PoisonError::into_inner).end(total);
                0
            }
            Order::Flush(done) => {
                // Nobody waits any more: the run was dropped meanwhile.
                let _ = done.send(());
                0
            }
        };
        shared.carried_out(bytes);
    }
}
