//! What a job's run tells the service, and what both share while it goes.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::sync::oneshot;

use super::sources::Origin;
use crate::model::block::{BlockHash, OpenBlock};
use crate::model::failure::Failure;
use crate::model::host::HostFacts;
use crate::model::id::JobId;
use crate::model::job::{FileId, Generation};
use crate::model::log::Told;
use crate::model::pieces::Description;
use crate::model::proof::Proof;
use crate::model::range::{ByteRange, SpanSet};
use crate::model::relocation::FolderChange;
use crate::model::url::SourceUrl;
use crate::plan::fleet::Ended;
use crate::plan::planner::ConnectionId;
use crate::plan::why::Circumstances;

/// Answers once the report is durable in the store.
pub type Saved = oneshot::Sender<Result<(), Failure>>;

/// One report of one job's run.
#[derive(Debug)]
pub struct Report {
    /// The job.
    pub job: JobId,
    /// What it tells.
    pub what: What,
}

/// What is told.
#[derive(Debug)]
pub enum What {
    /// A line for the job's log, without secrets.
    Log(Told),
    /// A generation begins: it must be saved before its first byte is written.
    Begun(Generation, Saved),
    /// A generation begins with a part file that was found, of which these bytes were proved.
    TakenUp {
        /// The generation, with its seams.
        generation: Generation,
        /// The bytes.
        spans: SpanSet,
        /// The hashes of their blocks.
        hashes: Vec<BlockHash>,
        /// Told when saved.
        saved: Saved,
    },
    /// Facts of the generation changed.
    Updated(Generation, Saved),
    /// These bytes are durable, with the hashes of blocks completed since the last time.
    Durable {
        /// Number of the generation.
        generation: u32,
        /// All that is durable of it.
        spans: SpanSet,
        /// Places among them where two answers meet and nobody has read across, in order.
        seams: Vec<u64>,
        /// What of them is in blocks that are not whole, with its hashes.
        open: Vec<OpenBlock>,
        /// New hashes.
        hashes: Vec<BlockHash>,
        /// Blocks whose hashes are forgotten: what they are of turned out to be wrong.
        dropped: Vec<u64>,
        /// Told when saved.
        saved: Saved,
    },
    /// What the end before this run left in doubt was looked at.
    Rechecked,
    /// A sync failed: what is not durable may be gone, though the file still shows it.
    Unsynced,
    /// Hashes of blocks that were written and are not yet synced, and the seams among them: what a
    /// program that is killed leaves behind is told by them.
    Noted {
        /// Number of the generation.
        generation: u32,
        /// As in [`What::Durable`].
        seams: Vec<u64>,
        /// New hashes.
        hashes: Vec<BlockHash>,
        /// Told when saved.
        saved: Saved,
    },
    /// Asks whether a part file in the job's folder is recorded for any job: by its name and what it
    /// is known by.
    Known(String, Option<FileId>, oneshot::Sender<bool>),
    /// Asks for the hashes recorded of a generation.
    Blocks(u32, oneshot::Sender<Vec<BlockHash>>),
    /// Everything is durable; the end begins.
    Finishing(Saved),
    /// What the whole file was compared with, and what came of it.
    Proof(Proof, Saved),
    /// The file did not fit its digest, and what may be wrong with it is fetched again.
    Repairing(Saved),
    /// Asks for the name the user gave the file since the run began, now that it is to get it.
    Name(oneshot::Sender<Option<String>>),
    /// The server told of these mirrors: what is known of their servers is asked for.
    Mirrors(Vec<SourceUrl>, oneshot::Sender<Vec<Origin>>),
    /// Asks for the description kept of a generation.
    Recall(u32, oneshot::Sender<Option<Description>>),
    /// A description of a generation was read; none where that begins anew.
    Described(u32, Option<Description>, Saved),
    /// A change of folder that was left unfinished is finished.
    Moved(FolderChange, Saved),
    /// What was learned of how a server is to be asked. Its limits are told by [`What::Limit`].
    Host(HostFacts),
    /// A server turned a connection away, and bears so many, over all jobs.
    Limit {
        /// Its name.
        host: String,
        /// Connections it bears.
        connections: u32,
    },
    /// The run ended; the last report.
    Ended(Ended),
}

/// One connection as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenConnection {
    /// Its number in this run, as in the log.
    pub number: ConnectionId,
    /// The server, with the port where it is no usual one.
    pub host: String,
    /// What it has still to bring, once that is known.
    pub left: Option<ByteRange>,
    /// Whether it only races another one for the same bytes.
    pub races: bool,
    /// Bytes it brought so far.
    pub received: u64,
}

/// Counts that change too often to be told: written by the run, read by the service.
#[derive(Debug, Default)]
pub struct Progress {
    watched: AtomicBool,
    open: Mutex<Vec<OpenConnection>>,
    received: AtomicU64,
    connections: AtomicU32,
    flowing: AtomicBool,
    map: Mutex<Map>,
    circumstances: Mutex<Circumstances>,
    turns: AtomicU64,
}

/// What stands in the part file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Map {
    /// Size of the whole, once known.
    pub total: Option<u64>,
    /// Bytes written.
    pub written: SpanSet,
}

impl Progress {
    /// Bytes came from the network.
    pub fn received(&self, bytes: usize) {
        self.received.fetch_add(bytes as u64, Ordering::Relaxed);
        self.flowing.store(true, Ordering::Relaxed);
    }

    /// Bytes received in this run.
    pub fn received_bytes(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    /// Whether any byte came in this run.
    pub fn is_flowing(&self) -> bool {
        self.flowing.load(Ordering::Relaxed)
    }

    /// Whether somebody looks at the connections one by one.
    pub fn is_watched(&self) -> bool {
        self.watched.load(Ordering::Relaxed)
    }

    /// Somebody looks at the connections one by one, or nobody any more.
    pub fn watch(&self, watched: bool) {
        self.watched.store(watched, Ordering::Relaxed);
    }

    /// The connections, as they were at the last look while somebody watched.
    pub fn open(&self) -> Vec<OpenConnection> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Tells of the connections one by one.
    pub fn set_open(&self, open: Vec<OpenConnection>) {
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) = open;
    }

    /// Connections open now.
    pub fn connections(&self) -> u32 {
        self.connections.load(Ordering::Relaxed)
    }

    /// Says how many connections are open.
    pub fn set_connections(&self, count: u32) {
        self.connections.store(count, Ordering::Relaxed);
    }

    /// What holds the run back.
    pub fn circumstances(&self) -> Circumstances {
        *self.circumstances.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says what holds the run back.
    pub fn set_circumstances(&self, circumstances: Circumstances) {
        *self.circumstances.lock().unwrap_or_else(PoisonError::into_inner) = circumstances;
    }

    /// How often the run began or ended to listen for what comes next, which comes ten times a second.
    /// Odd while it has nothing else to do; even while it does something, however long that takes.
    pub fn turns(&self) -> u64 {
        self.turns.load(Ordering::Relaxed)
    }

    /// The run begins to listen, or ends.
    pub fn turn(&self) {
        self.turns.fetch_add(1, Ordering::Relaxed);
    }

    /// What stands in the part file now.
    pub fn map(&self) -> Map {
        self.map.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes what is told of the part file.
    pub fn change_map(&self, change: impl FnOnce(&mut Map)) {
        change(&mut self.map.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
