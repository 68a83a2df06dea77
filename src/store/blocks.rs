//! Table `blocks`: the ledger, one hash per whole block of a generation that was written, synced or
//! not. A block that is not durable counts only where the file still carries its hash.

use rusqlite::Connection;

use crate::model::block::{BlockHash, block_range};
use crate::model::id::JobId;
use crate::model::range::SpanSet;

use super::column::{from_bytes, to_bytes};
use super::error::StoreError;
use super::handle::{Reply, StoreHandle};

impl StoreHandle {
    /// The hashes recorded of a generation, by block number.
    pub fn blocks(&self, id: JobId, generation: u32) -> Reply<Vec<BlockHash>> {
        self.ask(move |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT block, hash FROM blocks WHERE job = ?1 AND generation = ?2 ORDER BY block",
            )?;
            let mut rows = statement.query((id.0, generation))?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(BlockHash {
                    index: to_bytes(row.get(0)?)?,
                    hash: u128::from_be_bytes(row.get(1)?),
                });
            }
            Ok(found)
        })
    }

    /// Forgets the hashes of blocks of which not every byte is in `durable`, in a file of `total` bytes.
    pub fn forget_unsynced(
        &self,
        id: JobId,
        generation: u32,
        durable: SpanSet,
        total: Option<u64>,
    ) -> Reply<()> {
        self.write(move |connection| {
            let mut statement = connection
                .prepare_cached("SELECT block FROM blocks WHERE job = ?1 AND generation = ?2")?;
            let mut rows = statement.query((id.0, generation))?;
            let mut unsynced = Vec::new();
            while let Some(row) = rows.next()? {
                let index = to_bytes(row.get(0)?)?;
                if !durable.contains(block_range(index, total.unwrap_or(u64::MAX))) {
                    unsynced.push(index);
                }
            }
            drop_some(connection, id, generation, &unsynced)
        })
    }
}

/// Forgets hashes of blocks that are fetched again.
pub(super) fn drop_some(
    connection: &Connection,
    id: JobId,
    generation: u32,
    indices: &[u64],
) -> Result<(), StoreError> {
    let mut forget = connection
        .prepare_cached("DELETE FROM blocks WHERE job = ?1 AND generation = ?2 AND block = ?3")?;
    for index in indices {
        forget.execute((id.0, generation, from_bytes(*index)?))?;
    }
    Ok(())
}

/// Records hashes; one recorded before gives way.
pub(super) fn add(
    connection: &Connection,
    id: JobId,
    generation: u32,
    hashes: &[BlockHash],
) -> Result<(), StoreError> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO blocks (job, generation, block, hash) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (job, generation, block) DO UPDATE SET hash = excluded.hash",
    )?;
    for block in hashes {
        insert.execute((id.0, generation, from_bytes(block.index)?, block.hash.to_be_bytes()))?;
    }
    Ok(())
}
