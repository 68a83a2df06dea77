//! The writer: one thread for one part file. Takes runs of bytes from a queue of bounded size,
//! writes or compares them in order, and hashes whole blocks on the way.
//!
//! Invariants: `written` holds only what `pwritev` returned for; after a comparison fails or a
//! write errs, nothing more of that connection, or at all, is written.

use std::collections::HashSet;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use tokio::sync::{Notify, mpsc, oneshot};

use super::disk::Part;
use super::recheck::read_hash;
use super::report::Progress;
use super::system;
use crate::model::block::{BLOCK_BYTES, BlockHash, block_range};
use crate::model::range::{ByteRange, SpanSet};
use crate::plan::ledger::Ledger;
use crate::plan::planner::ConnectionId;
use crate::plan::transfer::PieceKind;

/// Bytes that may wait for the disk; then the socket is not read.
const MAX_QUEUED_BYTES: u64 = 8 << 20;

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
    queued: Mutex<u64>,
    room: Notify,
    progress: Arc<Progress>,
}

/// A hold on the writer. Dropping it ends the thread once its queue is empty.
#[derive(Debug)]
pub(super) struct Writer {
    orders: mpsc::UnboundedSender<Order>,
    told: mpsc::UnboundedReceiver<Told>,
    shared: Arc<Shared>,
}

impl Writer {
    /// Starts the writer of `part`, of which `written` stands already.
    pub(super) fn start(part: Part, written: SpanSet, progress: Arc<Progress>) -> io::Result<Self> {
        progress.change_map(|map| map.written = written.clone());
        let shared = Arc::new(Shared {
            done: Mutex::new(Done { written, ..Done::default() }),
            queued: Mutex::new(0),
            room: Notify::new(),
            progress,
        });
        // Bounded by `MAX_QUEUED_BYTES`, which every sender waits for.
        let (orders, order_end) = mpsc::unbounded_channel();
        let (tell, told) = mpsc::unbounded_channel();
        let work = Work {
            part,
            shared: Arc::clone(&shared),
            tell,
            ledger: Ledger::default(),
            distrusted: HashSet::new(),
            failed: false,
        };
        // It ends when this writer is dropped and its queue is empty.
        std::thread::Builder::new().name("writer".into()).spawn(move || work.serve(order_end))?;
        Ok(Self { orders, told, shared })
    }

    /// Hands over a run.
    pub(super) fn push(&self, run: Run) {
        *self.shared.queued.lock().unwrap_or_else(PoisonError::into_inner) += run.len;
        self.order(Order::Run(run));
    }

    /// Says where the file ends, so that its last block is hashed.
    pub(super) fn end(&self, total: u64) {
        self.order(Order::End(total));
    }

    /// Waits until everything handed over is written, or dropped after a failure.
    pub(super) async fn flush(&self) {
        let (done, wait) = oneshot::channel();
        self.order(Order::Flush(done));
        // An error means the thread is gone, and with it the queue.
        let _ = wait.await;
    }

    fn order(&self, order: Order) {
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
        self.shared.done.lock().unwrap_or_else(PoisonError::into_inner).written.clone()
    }

    /// Bytes handed over and not yet written.
    pub(super) fn queued(&self) -> u64 {
        *self.shared.queued.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// New bytes written since the last call.
    pub(super) fn take_fresh(&self) -> u64 {
        std::mem::take(&mut self.shared.done.lock().unwrap_or_else(PoisonError::into_inner).fresh)
    }

    /// Forgets bytes that turned out to be wrong. Everything handed over was written before.
    pub(super) fn forget(&self, wrong: &SpanSet) {
        let mut done = self.shared.done.lock().unwrap_or_else(PoisonError::into_inner);
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
        let mut done = self.shared.done.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut done.hashes)
    }

    /// What is written and the hashes completed since the last call, of one moment: what a sync
    /// that begins after this call makes durable.
    pub(super) fn snapshot(&self) -> (SpanSet, Vec<BlockHash>) {
        let mut done = self.shared.done.lock().unwrap_or_else(PoisonError::into_inner);
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
        *self.0.queued.lock().unwrap_or_else(PoisonError::into_inner) >= MAX_QUEUED_BYTES
    }
}

/// The blocks in which a range begins and ends.
fn blocks_at_ends(range: ByteRange) -> impl Iterator<Item = u64> {
    let (first, last) = (range.start / BLOCK_BYTES, range.end.saturating_sub(1) / BLOCK_BYTES);
    std::iter::once(first).chain((last != first).then_some(last))
}

fn whole_block(index: u64) -> ByteRange {
    block_range(index, u64::MAX)
}

struct Work {
    part: Part,
    shared: Arc<Shared>,
    tell: mpsc::UnboundedSender<Told>,
    ledger: Ledger,
    distrusted: HashSet<ConnectionId>,
    failed: bool,
}

impl Work {
    fn serve(mut self, mut orders: mpsc::UnboundedReceiver<Order>) {
        while let Some(order) = orders.blocking_recv() {
            match order {
                Order::Run(run) => {
                    let len = run.len;
                    self.carry_out(&run);
                    drop(run);
                    *self.shared.queued.lock().unwrap_or_else(PoisonError::into_inner) -= len;
                    self.shared.room.notify_waiters();
                }
                Order::End(total) => {
                    self.ledger.end(total);
                    self.keep_hashes();
                }
                // Nobody waits any more: the run was dropped meanwhile.
                Order::Flush(done) => drop(done.send(())),
            }
        }
    }

    fn carry_out(&mut self, run: &Run) {
        if self.failed || self.distrusted.contains(&run.connection) {
            return;
        }
        let outcome = match run.kind {
            PieceKind::Write => self.write(run),
            PieceKind::Prove => self.prove(run),
        };
        if let Err(error) = outcome {
            self.failed = true;
            // The run hears it, or is gone.
            let _ = self.tell.send(Told::Failed(error));
        }
    }

    fn write(&mut self, run: &Run) -> io::Result<()> {
        system::write_all_at(&self.part.file, &run.parts, run.at)?;
        self.prime(run.at)?;
        let mut at = run.at;
        for part in &run.parts {
            self.ledger.feed(at, part);
            at += part.len() as u64;
        }
        let range = ByteRange::new(run.at, at);
        let hashes = self.ledger.take();
        let mut done = self.shared.done.lock().unwrap_or_else(PoisonError::into_inner);
        done.written.insert(range);
        done.fresh += range.len();
        let is_told = |index| hashes.iter().any(|block: &BlockHash| block.index == index);
        let unhashed: Vec<u64> = blocks_at_ends(range)
            .filter(|index| !is_told(*index) && done.written.contains(whole_block(*index)))
            .collect();
        done.hashes.extend(hashes);
        drop(done);
        self.shared.progress.change_map(|map| map.written.insert(range));
        self.hash_from_file(unhashed)
    }

    /// Blocks that more than one answer filled, in no order, are hashed as they stand in the file.
    fn hash_from_file(&mut self, blocks: Vec<u64>) -> io::Result<()> {
        for index in blocks {
            let hash = read_hash(&self.part, index, u64::MAX)?;
            let mut done = self.shared.done.lock().unwrap_or_else(PoisonError::into_inner);
            done.hashes.push(BlockHash { index, hash });
        }
        Ok(())
    }

    /// A block gone on with in its middle is hashed from its start, where that is held.
    fn prime(&mut self, at: u64) -> io::Result<()> {
        let Some(before) = self.ledger.wants_before(at) else { return Ok(()) };
        let held = self
            .shared
            .done
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .written
            .contains(before);
        if held {
            let mut bytes = vec![0; usize::try_from(before.len()).unwrap_or_default()];
            self.part.read_exact_at(&mut bytes, before.start)?;
            self.ledger.prime(before.start / BLOCK_BYTES, &bytes);
        }
        Ok(())
    }

    fn prove(&mut self, run: &Run) -> io::Result<()> {
        let mut at = run.at;
        for part in &run.parts {
            let mut held = vec![0; part.len()];
            match self.part.read_exact_at(&mut held, at) {
                Ok(()) if held == part[..] => {}
                Ok(()) => {
                    let same = held.iter().zip(part).take_while(|(a, b)| a == b).count();
                    return self.distrust(run.connection, at + same as u64);
                }
                // Shorter than what was recorded: it is not what was written.
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    return self.distrust(run.connection, at);
                }
                Err(error) => return Err(error),
            }
            at += part.len() as u64;
        }
        Ok(())
    }

    #[expect(clippy::unnecessary_wraps, reason = "ends a comparison, which can fail")]
    fn distrust(&mut self, connection: ConnectionId, at: u64) -> io::Result<()> {
        self.distrusted.insert(connection);
        // The run hears it, or is gone.
        let _ = self.tell.send(Told::Mismatch(connection, at));
        Ok(())
    }

    fn keep_hashes(&mut self) {
        let hashes = self.ledger.take();
        self.shared.done.lock().unwrap_or_else(PoisonError::into_inner).hashes.extend(hashes);
    }
}
