//! Table `speeds`: how fast each job was over its life.

use rusqlite::{Connection, OptionalExtension};

use crate::model::history::SpeedHistory;
use crate::model::id::JobId;

use super::column::{from_noun, to_noun};
use super::error::StoreError;
use super::handle::{Reply, StoreHandle};
use super::jobs;

impl StoreHandle {
    /// Adds what a run was like to a job's history. The last may be missing after a power cut.
    pub fn extend_speeds(&self, id: JobId, later: SpeedHistory) -> Reply<()> {
        self.keep(move |connection| {
            jobs::require(connection, id)?;
            let mut history = read(connection, id)?;
            history.extend(&later);
            connection
                .prepare_cached(
                    "INSERT INTO speeds (job, history) VALUES (?1, ?2) \
                     ON CONFLICT (job) DO UPDATE SET history = excluded.history",
                )?
                .execute((id.0, from_noun(&history)?))?;
            Ok(())
        })
    }

    /// A job's history; empty where it never ran.
    pub fn speeds(&self, id: JobId) -> Reply<SpeedHistory> {
        self.ask(move |connection| read(connection, id))
    }
}

fn read(connection: &Connection, id: JobId) -> Result<SpeedHistory, StoreError> {
    let found: Option<String> = connection
        .prepare_cached("SELECT history FROM speeds WHERE job = ?1")?
        .query_row([id.0], |row| row.get(0))
        .optional()?;
    found.map_or_else(|| Ok(SpeedHistory::default()), |json| to_noun(&json, "a speed history"))
}
