//! Table `spans`: the durable bytes of a generation. Only what was synced before it was told to the
//! store stands here (GUARDS 12).

use rusqlite::Connection;

use crate::model::block::{BlockHash, OpenBlock};
use crate::model::id::JobId;
use crate::model::job::Generation;
use crate::model::phase::Phase;
use crate::model::range::{ByteRange, SpanSet};

use super::column::{from_bytes, to_bytes, unsigned};
use super::error::StoreError;
use super::handle::{Reply, StoreHandle};
use super::{blocks, generations, phase};

/// What is durable of a generation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Durable {
    /// The bytes.
    pub spans: SpanSet,
    /// Places among them where two answers meet and nobody has read across, in order.
    pub seams: Vec<u64>,
    /// What of them is in blocks that are not whole, with its hashes.
    pub open: Vec<OpenBlock>,
    /// Blocks whose recorded hashes are of bytes that turned out to be wrong.
    pub dropped: Vec<u64>,
}

impl From<SpanSet> for Durable {
    fn from(spans: SpanSet) -> Self {
        Self { spans, ..Self::default() }
    }
}

impl StoreHandle {
    /// Saves one checkpoint at once: all that is durable of a generation, the hashes of blocks new
    /// since the last one, and the phase where it changed with it.
    pub fn save_progress(
        &self,
        id: JobId,
        generation: u32,
        durable: impl Into<Durable>,
        new_blocks: Vec<BlockHash>,
        new_phase: Option<Phase>,
    ) -> Reply<()> {
        let durable = durable.into();
        self.write(move |connection| {
            generations::require(connection, id, generation)?;
            replace(connection, id, generation, &durable.spans)?;
            generations::write_seams(connection, (id, generation), &durable.seams)?;
            generations::write_open(connection, (id, generation), &durable.open)?;
            blocks::drop_some(connection, id, generation, &durable.dropped)?;
            blocks::add(connection, id, generation, &new_blocks)?;
            match &new_phase {
                Some(new_phase) => phase::write_phase(connection, id, new_phase),
                None => Ok(()),
            }
        })
    }

    /// Begins a generation of which these bytes are durable already, at once: it is never there without
    /// them.
    pub fn take_up(
        &self,
        id: JobId,
        generation: Generation,
        durable: Durable,
        blocks: Vec<BlockHash>,
    ) -> Reply<()> {
        self.write(move |connection| {
            let number = generation.number;
            generations::begin(connection, id, &generation)?;
            replace(connection, id, number, &durable.spans)?;
            generations::write_seams(connection, (id, number), &durable.seams)?;
            blocks::add(connection, id, number, &blocks)
        })
    }

    /// Saves what is told of blocks that were written and are not yet synced: their hashes, and the
    /// seams of the generation, which they may have added to. What a power cut takes of it is of no use
    /// after one.
    pub fn note_progress(
        &self,
        id: JobId,
        generation: u32,
        seams: Vec<u64>,
        new_blocks: Vec<BlockHash>,
    ) -> Reply<()> {
        self.keep(move |connection| {
            generations::require(connection, id, generation)?;
            generations::write_seams(connection, (id, generation), &seams)?;
            blocks::add(connection, id, generation, &new_blocks)
        })
    }

    /// Forgets spans and hashes of jobs that are done: their files are whole, and a long list stays
    /// small.
    pub fn forget_progress(&self, ids: Vec<JobId>) -> Reply<()> {
        self.write(move |connection| {
            for table in ["spans", "blocks"] {
                let sql = format!("DELETE FROM {table} WHERE job = ?1");
                let mut forget = connection.prepare_cached(&sql)?;
                for id in &ids {
                    forget.execute([id.0])?;
                }
            }
            Ok(())
        })
    }
}

fn replace(
    connection: &Connection,
    id: JobId,
    generation: u32,
    durable: &SpanSet,
) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM spans WHERE job = ?1 AND generation = ?2")?
        .execute((id.0, generation))?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO spans (job, generation, start_byte, end_byte) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for span in durable.iter() {
        insert.execute((id.0, generation, from_bytes(span.start)?, from_bytes(span.end)?))?;
    }
    Ok(())
}

/// Hands over every span, those of one generation in order.
pub(super) fn each(
    connection: &Connection,
    mut take: impl FnMut(JobId, u32, ByteRange),
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT job, generation, start_byte, end_byte FROM spans \
         ORDER BY job, generation, start_byte",
    )?;
    let mut rows = statement.query(())?;
    while let Some(row) = rows.next()? {
        let span = ByteRange::new(to_bytes(row.get(2)?)?, to_bytes(row.get(3)?)?);
        take(JobId(row.get(0)?), unsigned(row.get(1)?)?, span);
    }
    Ok(())
}
