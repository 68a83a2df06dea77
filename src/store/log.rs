//! Table `log`: what happened to a job, the newest [`MAX_LOG_LINES`] lines of it.

use rusqlite::Connection;

use crate::model::id::JobId;
use crate::model::log::{LogLine, MAX_LOG_LINES, Told};

use super::column::to_time;
use super::error::StoreError;
use super::handle::{Reply, StoreHandle};
use super::jobs;

/// Lines past [`MAX_LOG_LINES`] that may stand before the oldest are deleted, so that not every
/// line costs a deletion.
const SLACK_LINES: u32 = 100;

impl StoreHandle {
    /// Adds lines to a job's log. The last may be missing after a power cut.
    pub fn append_log(&self, id: JobId, lines: Vec<LogLine>) -> Reply<()> {
        self.keep(move |connection| {
            jobs::require(connection, id)?;
            let mut insert =
                connection.prepare_cached("INSERT INTO log (job, at, text) VALUES (?1, ?2, ?3)")?;
            for line in lines {
                insert.execute((id.0, line.at.as_millisecond(), line.told.to_text()))?;
            }
            trim(connection, id)
        })
    }

    /// A job's log, oldest line first, at most [`MAX_LOG_LINES`].
    pub fn log(&self, id: JobId) -> Reply<Vec<LogLine>> {
        self.ask(move |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT at, text FROM log WHERE job = ?1 ORDER BY id DESC LIMIT ?2",
            )?;
            let mut rows = statement.query((id.0, MAX_LOG_LINES))?;
            let mut lines = Vec::new();
            while let Some(row) = rows.next()? {
                let told = Told::of_text(row.get(1)?);
                lines.push(LogLine { at: to_time(row.get(0)?)?, told });
            }
            lines.reverse();
            Ok(lines)
        })
    }
}

fn trim(connection: &Connection, id: JobId) -> Result<(), StoreError> {
    let lines: u32 = connection
        .prepare_cached("SELECT count(*) FROM log WHERE job = ?1")?
        .query_row([id.0], |row| row.get(0))?;
    if lines > MAX_LOG_LINES + SLACK_LINES {
        connection
            .prepare_cached(
                "DELETE FROM log WHERE job = ?1 AND id <= \
                 (SELECT id FROM log WHERE job = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
            )?
            .execute((id.0, MAX_LOG_LINES))?;
    }
    Ok(())
}
