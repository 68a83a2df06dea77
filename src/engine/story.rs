//! What a run tells of its requests in the job's log: range, answer, verdict, bytes, duration, and why
//! it was asked again.

use super::http::HttpBody;
use super::job::Run;
use super::source::Opened;
use crate::model::failure::Failure;
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
        let text = format!(
            "#{id} {} -> {} ({} ms), {} from {}: {}",
            shape(&connection.ask),
            head.status,
            connection.asked.elapsed().as_millis(),
            head.length.map_or_else(|| "unknown length".to_owned(), |n| format!("{n} bytes")),
            opened.final_url.redacted(),
            verdict(next),
        );
        self.log(text).await;
    }

    /// What was asked and why no answer came of it.
    pub(super) async fn log_failed(&mut self, id: ConnectionId, failure: &Failure) {
        let Some(connection) = self.open.connection(id) else { return };
        let asked = shape(&connection.ask);
        self.log(format!("#{id} {asked}: {} {}", failure.kind.code(), failure.detail)).await;
    }

    /// Drops the connections that the transfer no longer counts, and says what they brought.
    pub(super) async fn drop_closed(&mut self, why: &str) {
        let Self { transfer, open, target, .. } = self;
        let closed = open.close(target.as_ref().map(|t| &t.writer), |id| !transfer.is_open(id));
        if closed.is_empty() {
            return;
        }
        for (id, connection) in closed {
            let millis = connection.asked.elapsed().as_millis();
            self.log(format!("#{id}: {} bytes in {millis} ms; {why}", connection.received)).await;
        }
        self.progress.set_connections(self.open.count());
    }
}

/// What was made of an answer, for the log.
fn verdict(next: &Move) -> String {
    match next {
        Move::Read { begin: Some(_) } => "taken, the file begins".to_owned(),
        Move::Read { begin: None } => "taken".to_owned(),
        Move::Next => "not taken, the others go on".to_owned(),
        Move::Again(why) => format!("not taken, {why}"),
        Move::Complete => "nothing is missing".to_owned(),
        Move::Forget(wrong) => format!("not taken, {} bytes held are wrong", wrong.total()),
        Move::Exit(failure, None) => format!("not taken, {}", failure.kind.code()),
        Move::Exit(failure, Some(after)) => {
            format!("not taken, {}, asked to wait {} s", failure.kind.code(), after.as_secs())
        }
    }
}

fn shape(ask: &Ask) -> String {
    match &ask.shape {
        Shape::Plain => "GET".to_owned(),
        Shape::Ranged { first, end, condition } => {
            let last = end.map_or_else(String::new, |end| (end.saturating_sub(1)).to_string());
            let condition = if condition.is_some() { " if unchanged" } else { "" };
            format!("GET bytes={first}-{last}{condition}")
        }
    }
}
