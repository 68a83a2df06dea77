//! The schema and how an older one becomes the newest: numbered files, each applied once, in one
//! transaction with the number it raises `PRAGMA user_version` to.

use rusqlite::{Connection, TransactionBehavior};

/// Every step, oldest first: step n leads to version n. A released step is never edited.
pub(super) const MIGRATIONS: [&str; 10] = [
    include_str!("../../migrations/0001_first.sql"),
    include_str!("../../migrations/0002_proofs.sql"),
    include_str!("../../migrations/0003_seams.sql"),
    include_str!("../../migrations/0004_mirrors.sql"),
    include_str!("../../migrations/0005_open_blocks.sql"),
    include_str!("../../migrations/0006_speeds.sql"),
    include_str!("../../migrations/0007_pieces.sql"),
    include_str!("../../migrations/0008_ui_state.sql"),
    include_str!("../../migrations/0009_moved_from.sql"),
    include_str!("../../migrations/0010_queues.sql"),
];

/// The version this crate works with, by the steps it has.
pub(super) fn newest(steps: &[&str]) -> u32 {
    u32::try_from(steps.len()).unwrap_or(u32::MAX)
}

/// The version a database has; 0 for one without any table.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<u32> {
    connection.query_row("PRAGMA user_version", (), |row| row.get(0))
}

/// Applies the steps a database does not have yet. Applying none, or again, changes nothing.
pub(super) fn migrate(connection: &mut Connection, steps: &[&str]) -> rusqlite::Result<()> {
    let has = version(connection)?;
    for (number, step) in (1_u32..).zip(steps).filter(|(number, _)| *number > has) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "user_version", number)?;
        transaction.commit()?;
    }
    Ok(())
}
