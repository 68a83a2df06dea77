//! The connections of one run, each a future in the job's own task: it waits for an answer's head or
//! for the next chunk, and hands it over together with the body it came from.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::future::{AbortHandle, Abortable, BoxFuture};
use futures_util::stream::FuturesUnordered;
use tokio::time::Instant;

use super::hash::ContentDigest;
use super::limiter::JobLimit;
use super::source::{Body, Opened, Source};
use super::writer::{self, Queue, Writer};
use crate::model::failure::{Failure, FailureKind};
use crate::plan::decide::Ask;
use crate::plan::planner::ConnectionId;
use crate::plan::transfer::{Piece, PieceKind};

/// A run of bytes goes to the writer when it is as long as that wants it, or this old.
const RUN_AGE: Duration = Duration::from_millis(50);

/// What a connection brought.
pub(super) enum Came<B> {
    /// The head of its answer, or why there is none.
    Answer(Result<Box<Opened<B>>, Failure>),
    /// A chunk and the body it came from; none at the body's proper end.
    Chunk(B, Result<Option<Bytes>, Failure>),
}

/// One connection.
#[derive(Debug)]
pub(super) struct Connection {
    /// Shown in the log.
    pub(super) ask: Ask,
    pub(super) asked: Instant,
    pub(super) received: u64,
    /// What it brought was compared with the file, and the outcome is not heard yet.
    pub(super) compares: bool,
    /// What the answer says of its own content, and the content's length.
    pub(super) told: Option<(ContentDigest, u64)>,
    gathered: Gathered,
    abort: AbortHandle,
}

type Waiting<B> = Abortable<BoxFuture<'static, (ConnectionId, Came<B>)>>;

/// All connections of one run.
pub(super) struct Connections<B> {
    open: BTreeMap<ConnectionId, Connection>,
    waiting: FuturesUnordered<Waiting<B>>,
}

impl<B: Body + 'static> Connections<B> {
    pub(super) fn new() -> Self {
        Self { open: BTreeMap::new(), waiting: FuturesUnordered::new() }
    }

    /// Sends a request.
    pub(super) fn open<S>(&mut self, id: ConnectionId, ask: &Ask, source: S)
    where
        S: Source<Body = B> + Clone + 'static,
    {
        let asked = ask.clone();
        let wait = async move { (id, Came::Answer(source.open(&asked).await.map(Box::new))) };
        let abort = self.wait(Box::pin(wait));
        let connection = Connection {
            ask: ask.clone(),
            asked: Instant::now(),
            received: 0,
            compares: false,
            told: None,
            gathered: Gathered { run: None, since: Instant::now() },
            abort,
        };
        self.open.insert(id, connection);
    }

    /// Waits for the next chunk of a body.
    pub(super) fn read(&mut self, id: ConnectionId, mut body: B, from: Reading) {
        let wait = async move {
            let chunk = from.chunk(&mut body).await;
            (id, Came::Chunk(body, chunk))
        };
        let abort = self.wait(Box::pin(wait));
        if let Some(connection) = self.open.get_mut(&id) {
            connection.abort = abort;
        }
    }

    fn wait(&self, wait: BoxFuture<'static, (ConnectionId, Came<B>)>) -> AbortHandle {
        let (abort, registration) = AbortHandle::new_pair();
        self.waiting.push(Abortable::new(wait, registration));
        abort
    }

    /// What comes next from any connection. Pending while there is none.
    pub(super) async fn next(&mut self) -> (ConnectionId, Came<B>) {
        loop {
            match self.waiting.next().await {
                Some(Ok(came)) => return came,
                // It was closed.
                Some(Err(_)) => {}
                None => std::future::pending().await,
            }
        }
    }

    pub(super) fn connection(&mut self, id: ConnectionId) -> Option<&mut Connection> {
        self.open.get_mut(&id)
    }

    /// What each brought so far, in bytes.
    pub(super) fn received(&self) -> BTreeMap<ConnectionId, u64> {
        self.open.iter().map(|(id, connection)| (*id, connection.received)).collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.open.len()).unwrap_or(u32::MAX)
    }

    /// Gathers a piece of a chunk. What is to be compared must find in the file all that came before
    /// it, from whichever connection.
    pub(super) fn add(&mut self, writer: &Writer, id: ConnectionId, chunk: &Bytes, piece: &Piece) {
        if piece.kind == PieceKind::Prove {
            for (_, connection) in self.open.iter_mut().filter(|(other, _)| **other != id) {
                connection.gathered.hand_over(writer);
            }
        }
        let Some(connection) = self.open.get_mut(&id) else { return };
        connection.compares |= piece.kind == PieceKind::Prove;
        connection.gathered.add(writer, id, chunk, piece);
    }

    /// Hands over all that was gathered.
    pub(super) fn hand_over(&mut self, writer: &Writer) {
        for connection in self.open.values_mut() {
            connection.gathered.hand_over(writer);
        }
    }

    /// Hands over what was gathered long enough.
    pub(super) fn hand_over_old(&mut self, writer: &Writer) {
        let now = Instant::now();
        for connection in self.open.values_mut() {
            if connection.gathered.due().is_some_and(|due| due <= now) {
                connection.gathered.hand_over(writer);
            }
        }
    }

    /// When the oldest of what was gathered is to be handed over.
    pub(super) fn due(&self) -> Option<Instant> {
        self.open.values().filter_map(|connection| connection.gathered.due()).min()
    }

    /// Closes connections. What they gathered is in the transfer's books, so it is written.
    pub(super) fn close(
        &mut self,
        writer: Option<&Writer>,
        is_closed: impl Fn(ConnectionId) -> bool,
    ) -> Vec<(ConnectionId, Connection)> {
        let closed: Vec<_> = self.open.extract_if(.., |id, _| is_closed(*id)).collect();
        if self.open.is_empty() {
            // Nobody may look at them any more, and a body that is not dropped keeps its socket.
            self.waiting.clear();
        }
        closed
            .into_iter()
            .map(|(id, mut connection)| {
                connection.abort.abort();
                if let Some(writer) = writer {
                    connection.gathered.hand_over(writer);
                }
                (id, connection)
            })
            .collect()
    }
}

/// What reading a chunk depends on beside the socket.
pub(super) struct Reading {
    pub(super) queue: Queue,
    pub(super) limit: JobLimit,
    pub(super) stall: Duration,
}

impl Reading {
    /// Waits for room in the queue, for a chunk where nothing is left of the last one, and for the
    /// limit, then hands over as much as may be taken at a time. Only a chunk that does not come is a
    /// standstill of the server.
    async fn chunk<B: Body>(&self, body: &mut B) -> Result<Option<Bytes>, Failure> {
        self.queue.room().await;
        if body.rest().is_empty() {
            match tokio::time::timeout(self.stall, body.chunk()).await {
                Ok(Ok(Some(chunk))) => *body.rest() = chunk,
                Ok(end) => return end,
                Err(_) => return Err(Failure::new(FailureKind::Stalled, "")),
            }
        }
        self.limit.ready().await;
        let rest = body.rest();
        Ok(Some(rest.split_to(self.limit.quantum().min(rest.len()))))
    }
}

/// Pieces that follow each other, on their way to the writer.
#[derive(Debug)]
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
        if self.run.as_ref().is_some_and(|run| run.len >= writer.run_bytes()) {
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
