//! Table `descriptions`: what a description of a generation tells of its bytes. Saved once it was read,
//! and forgotten where the generation begins anew.

use rusqlite::{OptionalExtension, Row};

use crate::model::id::JobId;
use crate::model::pieces::{Description, Pieces};

use super::column::{from_bytes, from_noun, to_bytes, to_noun};
use super::error::StoreError;
use super::generations;
use super::handle::{Reply, StoreHandle};

impl StoreHandle {
    /// The description of a generation, where one was read.
    pub fn description(&self, id: JobId, generation: u32) -> Reply<Option<Description>> {
        self.ask(move |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT digests, piece_algorithm, piece_bytes, piece_total, piece_digests \
                 FROM descriptions WHERE job = ?1 AND generation = ?2",
            )?;
            let found = statement.query_row((id.0, generation), |row| Ok(read(row))).optional()?;
            found.transpose()
        })
    }

    /// Saves the description of a generation in place of the one there was; none forgets that.
    pub fn save_description(
        &self,
        id: JobId,
        generation: u32,
        description: Option<Description>,
    ) -> Reply<()> {
        self.write(move |connection| {
            generations::require(connection, id, generation)?;
            let Some(Description { digests, pieces }) = description else {
                connection
                    .prepare_cached("DELETE FROM descriptions WHERE job = ?1 AND generation = ?2")?
                    .execute((id.0, generation))?;
                return Ok(());
            };
            let pieces = pieces.as_ref();
            let bytes = |of: fn(&Pieces) -> u64| pieces.map(|p| from_bytes(of(p))).transpose();
            connection
                .prepare_cached(
                    "INSERT OR REPLACE INTO descriptions VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )?
                .execute((
                    id.0,
                    generation,
                    from_noun(&digests)?,
                    pieces.map(|p| from_noun(&p.algorithm())).transpose()?,
                    bytes(Pieces::piece_bytes)?,
                    bytes(Pieces::total)?,
                    pieces.map(Pieces::digests),
                ))?;
            Ok(())
        })
    }
}

fn read(row: &Row<'_>) -> Result<Description, StoreError> {
    let digests: String = row.get(0)?;
    let algorithm: Option<String> = row.get(1)?;
    let pieces = match algorithm {
        Some(algorithm) => Pieces::new(
            to_noun(&algorithm, "an algorithm")?,
            to_bytes(row.get(2)?)?,
            to_bytes(row.get(3)?)?,
            row.get(4)?,
        ),
        None => None,
    };
    Ok(Description { digests: to_noun(&digests, "digests")?, pieces })
}
