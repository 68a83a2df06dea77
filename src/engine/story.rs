//! What a run tells of its requests in the job's log: range, answer, verdict, bytes, duration, and why
//! it was asked again.

use tokio::time::Instant;

use super::http::HttpBody;
use super::job::Run;
use super::source::Opened;
use crate::model::cause::Cause;
use crate::model::failure::Failure;
use crate::model::log::{Asked, OfConnection, Told, Verdict};
use crate::plan::decide::{Ask, Shape};
use crate::plan::planner::ConnectionId;
use crate::plan::transfer::Move;

impl Run {
    /// What was asked, what came, and what was made of it.
    pub(super) async fn log_answer(
        &mut self,
        id: ConnectionId,
        opened: &Opened<HttpBody>,
        next: &Move,
    ) {
        let head = &opened.head;
        let Some(connection) = self.open.connection(id) else { return };
        let answer = OfConnection::Answer {
            asked: asked(&connection.ask),
            status: head.status,
            millis: millis(connection.asked),
            bytes: head.length,
            from: opened.final_url.redacted(),
            verdict: verdict(next),
        };
        self.log(Told::Connection(id, answer)).await;
    }

    /// What was asked and why no answer came of it.
    pub(super) async fn log_failed(&mut self, id: ConnectionId, failure: &Failure) {
        let Some(connection) = self.open.connection(id) else { return };
        let failed = OfConnection::Failed(asked(&connection.ask), failure.clone());
        self.log(Told::Connection(id, failed)).await;
    }

    /// Drops the connections that the transfer no longer counts, and says what they brought.
    pub(super) async fn drop_closed(&mut self, why: Cause) {
        let Self { transfer, open, target, .. } = self;
        let closed = open.close(target.as_ref().map(|t| &t.writer), |id| !transfer.is_open(id));
        if closed.is_empty() {
            return;
        }
        for (id, connection) in closed {
            let (bytes, millis) = (connection.received, millis(connection.asked));
            self.log(Told::Connection(id, OfConnection::Closed { bytes, millis, why })).await;
        }
        self.progress.set_connections(self.open.count());
    }
}

/// Milliseconds since then.
fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// What was made of an answer.
fn verdict(next: &Move) -> Verdict {
    match next {
        Move::Read { begin: Some(_) } => Verdict::Begins,
        Move::Read { begin: None } => Verdict::Taken,
        Move::Next => Verdict::OthersGoOn,
        Move::Again(why) => Verdict::Not(*why),
        Move::Complete => Verdict::Complete,
        Move::Forget(wrong) => Verdict::Wrong(wrong.total()),
        Move::Exit(failure, after) => Verdict::Failed(failure.kind, after.map(|a| a.as_secs())),
    }
}

/// What was asked for.
fn asked(ask: &Ask) -> Asked {
    match &ask.shape {
        Shape::Plain => Asked::Whole,
        Shape::Ranged { first, end, condition } => Asked::Range {
            first: *first,
            last: end.map(|end| end.saturating_sub(1)),
            if_unchanged: condition.is_some(),
        },
    }
}
