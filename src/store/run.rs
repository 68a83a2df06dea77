//! Table `run`: whether the last run ended in order. Set to "not" at every opening, and to "so"
//! only by the word of the service, after everything else was saved.

use std::sync::atomic::Ordering;

use rusqlite::Connection;

use super::error::StoreError;
use super::handle::{Reply, StoreHandle};

impl StoreHandle {
    /// Says that all is saved and nothing more will come: the next start need not look everything
    /// over. Refused where the file was found damaged since it was opened.
    pub fn mark_clean(&self) -> Reply<()> {
        let damaged = self.damaged();
        self.write(move |connection| {
            if damaged.load(Ordering::Relaxed) {
                return Err(StoreError::Damaged);
            }
            Ok(set_clean(connection, true)?)
        })
    }
}

pub(super) fn is_clean(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT clean FROM run", (), |row| row.get(0))
}

pub(super) fn set_clean(connection: &Connection, clean: bool) -> rusqlite::Result<()> {
    connection.execute("UPDATE run SET clean = ?1", [clean]).map(drop)
}
