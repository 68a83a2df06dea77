//! Table `generations`: every representation of a job's file that was begun. Older ones stay until
//! the job goes, so that their part files can still be told from other people's files.

use std::path::PathBuf;

use rusqlite::types::ToSql;
use rusqlite::{Connection, Row, named_params};
use serde::Serialize;

use crate::model::block::OpenBlock;
use crate::model::digests::Digests;
use crate::model::id::JobId;
use crate::model::job::{FileId, Generation};
use crate::model::relocation::Names;
use crate::model::url::SourceUrl;
use crate::model::validator::{EntityTag, Validator};

use super::column::{from_bytes, from_noun, from_path, to_bytes, to_noun, unsigned};
use super::error::StoreError;
use super::handle::{Reply, StoreHandle};
use super::jobs;

/// What a generation is read from, in the order [`read`] takes it.
const COLUMNS: &str = "job, number, name, part_name, device, inode, total, etag, last_modified, \
    strong_date, digest, encoding, content_type, by_overlap, length_unproved, seams, \
    begun_at, mirrors, open_blocks";

const INSERT: &str = "INSERT INTO generations (job, number, name, part_name, device, inode, total, \
    etag, last_modified, strong_date, digest, encoding, content_type, by_overlap, \
    length_unproved, begun_at, mirrors, open_blocks) \
    VALUES (:job, :number, :name, :part_name, :device, :inode, :total, \
    :etag, :last_modified, :strong_date, :digest, :encoding, :content_type, :by_overlap, \
    :length_unproved, :begun_at, :mirrors, :open_blocks)";

/// Behind [`INSERT`], where the generation may be there already.
const OR_UPDATE: &str = "ON CONFLICT (job, number) DO UPDATE SET name = :name, \
    part_name = :part_name, device = :device, inode = :inode, total = :total, etag = :etag, \
    last_modified = :last_modified, strong_date = :strong_date, digest = :digest, \
    encoding = :encoding, content_type = :content_type, by_overlap = :by_overlap, \
    length_unproved = :length_unproved, begun_at = :begun_at, mirrors = :mirrors, \
    open_blocks = :open_blocks";

impl StoreHandle {
    /// Begins a generation, without any durable byte.
    pub fn add_generation(&self, id: JobId, generation: Generation) -> Reply<()> {
        self.write(move |connection| begin(connection, id, &generation))
    }

    /// Saves what has become known of a generation: size, validator, part file, by overlap, name.
    /// One whose beginning could not be saved is saved now, so that the job goes on.
    pub fn update_generation(&self, id: JobId, generation: Generation) -> Reply<()> {
        self.write(move |connection| {
            jobs::require(connection, id)?;
            update(connection, id, &generation)
        })
    }

    /// Every generation of these jobs, those of one job from the oldest to the newest.
    pub fn generations(&self, ids: Vec<JobId>) -> Reply<Vec<(JobId, Generation)>> {
        self.ask(move |connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM generations WHERE job = ?1 ORDER BY number"
            ))?;
            let mut found = Vec::new();
            for id in ids {
                let mut rows = statement.query([id.0])?;
                while let Some(row) = rows.next()? {
                    found.push((id, read(row)?));
                }
            }
            Ok(found)
        })
    }

    /// Whether a part file is recorded for any job: one of this name in this folder for one that is
    /// not done, or, however its folder is called, one of this name that is known by this number; or one on its
    /// way to another folder, whatever its name.
    pub fn knows_part(&self, dir: PathBuf, name: String, file: Option<FileId>) -> Reply<bool> {
        self.ask(move |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT 1 FROM generations g JOIN jobs j ON j.id = g.job WHERE (g.part_name = ?1 \
                 AND ((j.dir = ?2 AND j.phase <> 'done') OR (g.device = ?3 AND g.inode = ?4))) \
                 OR (j.moved_from IS NOT NULL AND g.device = ?3 AND g.inode = ?4)",
            )?;
            let device = file.map(|file| file.device.cast_signed());
            let inode = file.map(|file| file.inode.cast_signed());
            Ok(statement.exists((name, from_path(&dir)?, device, inode))?)
        })
    }
}

/// Writes a generation that is not there yet.
pub(super) fn begin(
    connection: &Connection,
    id: JobId,
    generation: &Generation,
) -> Result<(), StoreError> {
    jobs::require(connection, id)?;
    write(connection, INSERT, id, generation)
}

/// Gives a generation's part another name, and its finished file where that is still called as before.
pub(super) fn rename(
    connection: &Connection,
    id: JobId,
    number: u32,
    (before, after): (&Names, &Names),
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE generations SET part_name = ?3, \
             name = CASE WHEN name = ?4 THEN ?5 ELSE name END WHERE job = ?1 AND number = ?2",
        )?
        .execute((id.0, number, &after.part, &before.name, &after.name))?;
    Ok(())
}

/// Saves where answers meet that nobody has read across.
pub(super) fn write_seams(
    connection: &Connection,
    of: (JobId, u32),
    seams: &[u64],
) -> Result<(), StoreError> {
    write_one(
        connection,
        "UPDATE generations SET seams = ?3 WHERE job = ?1 AND number = ?2",
        of,
        &seams,
    )
}

/// Saves what the blocks hold that are not whole.
pub(super) fn write_open(
    connection: &Connection,
    of: (JobId, u32),
    open: &[OpenBlock],
) -> Result<(), StoreError> {
    let sql = "UPDATE generations SET open_blocks = ?3 WHERE job = ?1 AND number = ?2";
    write_one(connection, sql, of, &open)
}

fn write_one(
    connection: &Connection,
    sql: &str,
    (id, number): (JobId, u32),
    noun: &impl Serialize,
) -> Result<(), StoreError> {
    connection.prepare_cached(sql)?.execute((id.0, number, from_noun(noun)?))?;
    Ok(())
}

/// Hands over every generation, those of one job from the oldest to the newest.
pub(super) fn each(
    connection: &Connection,
    mut take: impl FnMut(JobId, Generation),
) -> Result<(), StoreError> {
    let mut statement = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM generations ORDER BY job, number"))?;
    let mut rows = statement.query(())?;
    while let Some(row) = rows.next()? {
        take(JobId(row.get(0)?), read(row)?);
    }
    Ok(())
}

/// Refuses what is meant for a generation that is not there.
pub(super) fn require(connection: &Connection, id: JobId, number: u32) -> Result<(), StoreError> {
    let found = connection
        .prepare_cached("SELECT 1 FROM generations WHERE job = ?1 AND number = ?2")?
        .exists((id.0, number))?;
    if found { Ok(()) } else { Err(StoreError::NoGeneration(id, number)) }
}

/// Writes what is known of a generation, whether it is there already or not.
pub(super) fn update(
    connection: &Connection,
    id: JobId,
    generation: &Generation,
) -> Result<(), StoreError> {
    write(connection, &format!("{INSERT} {OR_UPDATE}"), id, generation)
}

fn write(
    connection: &Connection,
    sql: &str,
    id: JobId,
    generation: &Generation,
) -> Result<(), StoreError> {
    let Generation { number, name, part_name, file_id, total, validator, .. } = generation;
    let total = total.map(from_bytes).transpose()?;
    let digests = &validator.digests;
    let digest = (!digests.is_empty()).then(|| from_noun(digests)).transpose()?;
    let etag: &dyn ToSql = &validator.etag.as_ref().map(|tag| tag.0.as_str());
    connection.prepare_cached(sql)?.execute(named_params! {
        ":job": id.0,
        ":number": number,
        ":name": name,
        ":part_name": part_name,
        ":device": file_id.map(|file| file.device.cast_signed()),
        ":inode": file_id.map(|file| file.inode.cast_signed()),
        ":total": total,
        ":etag": etag,
        ":last_modified": validator.last_modified,
        ":strong_date": validator.strong_date,
        ":digest": digest,
        ":encoding": generation.encoding,
        ":content_type": generation.content_type,
        ":by_overlap": generation.by_overlap,
        ":length_unproved": generation.length_unproved,
        ":begun_at": generation.begun_at.as_ref().map(SourceUrl::as_str),
        ":mirrors": from_noun(&generation.mirrors)?,
        ":open_blocks": from_noun(&generation.open_blocks)?,
    })?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<Generation, StoreError> {
    let device: Option<i64> = row.get(4)?;
    let inode: Option<i64> = row.get(5)?;
    let total: Option<i64> = row.get(6)?;
    let digest: Option<String> = row.get(10)?;
    let begun_at: Option<String> = row.get(16)?;
    Ok(Generation {
        number: unsigned(row.get(1)?)?,
        name: row.get(2)?,
        part_name: row.get(3)?,
        file_id: device.zip(inode).map(|(device, inode)| FileId {
            device: device.cast_unsigned(),
            inode: inode.cast_unsigned(),
        }),
        total: total.map(to_bytes).transpose()?,
        validator: Validator {
            etag: row.get::<_, Option<String>>(7)?.map(EntityTag),
            last_modified: row.get(8)?,
            strong_date: row.get(9)?,
            digests: digest
                .map_or_else(|| Ok(Digests::default()), |json| to_noun(&json, "digests"))?,
        },
        encoding: row.get(11)?,
        content_type: row.get(12)?,
        by_overlap: row.get(13)?,
        length_unproved: row.get(14)?,
        seams: to_noun(row.get_ref(15)?.as_str().unwrap_or_default(), "the seams of a file")?,
        begun_at: begun_at.and_then(|url| SourceUrl::parse(&url).ok()),
        mirrors: to_noun(row.get_ref(17)?.as_str().unwrap_or_default(), "mirrors")?,
        open_blocks: to_noun(row.get_ref(18)?.as_str().unwrap_or_default(), "open blocks")?,
    })
}
