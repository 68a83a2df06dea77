//! Table `jobs`, and `sources` with the links they come from.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use jiff::Timestamp;
use rusqlite::{Connection, Row};

use crate::model::id::JobId;
use crate::model::job::{Generation, Job, NewJob};
use crate::model::options::JobOptions;
use crate::model::phase::{Intent, Phase};
use crate::model::proof::Proof;
use crate::model::queue::QueueId;
use crate::model::range::SpanSet;
use crate::model::relocation::FolderChange;
use crate::model::url::SourceUrl;

use super::column::{from_noun, from_path, to_noun, to_path, to_time};
use super::error::StoreError;
use super::handle::{Reply, StoreHandle};
use super::{generations, phase, spans};

/// Jobs handed over at once while they are read.
const PIECE: usize = 512;

/// A job's fresh link, and what changes with it.
#[derive(Clone, Debug)]
pub struct FreshLink {
    /// The link.
    pub url: SourceUrl,
    /// How it is fetched.
    pub options: JobOptions,
    /// The newest generation as the new server identifies it; none where it stays as it is.
    pub generation: Option<Generation>,
    /// What the user wants.
    pub intent: Intent,
    /// What is so.
    pub phase: Phase,
}

impl FreshLink {
    /// What of a job it would replace, as it is.
    pub fn of(job: &Job) -> Self {
        Self {
            url: job.url.clone(),
            options: JobOptions::clone(&job.options),
            generation: job.generation.as_deref().cloned(),
            intent: job.intent,
            phase: job.phase.clone(),
        }
    }
}

impl StoreHandle {
    /// Every job in the order of the queue, each with its newest generation and the durable spans
    /// of that.
    pub fn load_jobs(&self) -> Reply<Vec<Job>> {
        self.ask(|connection| {
            let mut jobs = Vec::new();
            load(connection, |piece| {
                jobs.extend(piece);
                true
            })?;
            Ok(jobs)
        })
    }

    /// As [`StoreHandle::load_jobs`], but handed over in pieces, so that they can be worked on while
    /// the rest is read. What was handed over counts only once the answer is that all were read.
    pub fn read_jobs(&self, to: SyncSender<Vec<Job>>) -> Reply<()> {
        self.ask(move |connection| load(connection, |piece| to.send(piece).is_ok()))
    }

    /// Puts jobs at the end of the queue, all or none, and gives them their numbers. They begin as
    /// [`Phase::Queued`].
    pub fn add_jobs(&self, jobs: Vec<NewJob>, created_at: Timestamp) -> Reply<Vec<Job>> {
        self.write(move |connection| {
            let last: Option<i64> =
                connection.query_row("SELECT max(position) FROM jobs", (), |row| row.get(0))?;
            let first = last.map_or(0, |last| last.saturating_add(1));
            (first..).zip(jobs).map(|(at, job)| add(connection, job, at, created_at)).collect()
        })
    }

    /// Saves how a job is fetched and the name asked for.
    pub fn save_options(&self, id: JobId, options: JobOptions, name: Option<String>) -> Reply<()> {
        self.write(move |connection| {
            let changed = connection
                .prepare_cached("UPDATE jobs SET options = ?2, name = ?3 WHERE id = ?1")?
                .execute((id.0, from_noun(&options)?, name))?;
            if changed == 0 { Err(StoreError::NoJob(id)) } else { Ok(()) }
        })
    }

    /// Gives a job a fresh link, and with it, at once, how it is fetched, what its newest generation
    /// is identified by now, what the user wants of it and what is so.
    pub fn save_link(&self, id: JobId, link: FreshLink) -> Reply<()> {
        self.write(move |connection| {
            require(connection, id)?;
            connection
                .prepare_cached("UPDATE sources SET url = ?2 WHERE job = ?1 AND position = 0")?
                .execute((id.0, link.url.as_str()))?;
            connection
                .prepare_cached("UPDATE jobs SET options = ?2 WHERE id = ?1")?
                .execute((id.0, from_noun(&link.options)?))?;
            if let Some(generation) = &link.generation {
                generations::update(connection, id, generation)?;
            }
            phase::write(connection, id, link.intent, &link.phase)
        })
    }

    /// Gives a job another folder, and its generations the names of their parts there. What is on its
    /// way is recorded with it, before any file is touched.
    pub fn save_folder(&self, id: JobId, change: FolderChange) -> Reply<()> {
        self.write(move |connection| {
            require(connection, id)?;
            let moved = change.moved.as_ref().map(from_noun).transpose()?;
            connection
                .prepare_cached("UPDATE jobs SET dir = ?2, moved_from = ?3 WHERE id = ?1")?
                .execute((id.0, from_path(&change.dir)?, moved))?;
            for (number, before, after) in &change.names {
                generations::rename(connection, id, *number, (before, after))?;
            }
            Ok(())
        })
    }

    /// Saves the places of jobs in the queue. Those that are no longer there are passed over.
    pub fn save_positions(&self, positions: Vec<(JobId, i64)>) -> Reply<()> {
        self.write(move |connection| {
            let mut save =
                connection.prepare_cached("UPDATE jobs SET position = ?2 WHERE id = ?1")?;
            for (id, position) in positions {
                save.execute((id.0, position))?;
            }
            Ok(())
        })
    }

    /// Saves what a job's file was compared with. A job that is no longer there is passed over.
    pub fn save_proof(&self, id: JobId, proof: Proof) -> Reply<()> {
        self.write(move |connection| {
            connection
                .prepare_cached("UPDATE jobs SET proof = ?2 WHERE id = ?1")?
                .execute((id.0, from_noun(&proof)?))?;
            Ok(())
        })
    }

    /// Saves which queue jobs are in, and from when on each may start. Those that are no longer there
    /// are passed over.
    pub fn save_start(&self, starts: Vec<(JobId, QueueId, Option<Timestamp>)>) -> Reply<()> {
        self.write(move |connection| {
            let mut save = connection
                .prepare_cached("UPDATE jobs SET queue = ?2, not_before = ?3 WHERE id = ?1")?;
            for (id, queue, not_before) in starts {
                save.execute((id.0, queue.0, not_before.map(Timestamp::as_millisecond)))?;
            }
            Ok(())
        })
    }

    /// Jobs need no longer wait for their hour. One that is no longer there is passed over.
    pub fn clear_hours(&self, ids: Vec<JobId>) -> Reply<()> {
        self.write(move |connection| {
            let mut clear =
                connection.prepare_cached("UPDATE jobs SET not_before = NULL WHERE id = ?1")?;
            for id in ids {
                clear.execute([id.0])?;
            }
            Ok(())
        })
    }

    /// Forgets jobs and all that hangs on them. Their numbers are not used again. One that is no
    /// longer there is passed over.
    pub fn remove_jobs(&self, ids: Vec<JobId>) -> Reply<()> {
        self.write(move |connection| {
            let mut remove = connection.prepare_cached("DELETE FROM jobs WHERE id = ?1")?;
            for id in ids {
                remove.execute([id.0])?;
            }
            Ok(())
        })
    }
}

/// Refuses what is meant for a job that is not there.
pub(super) fn require(connection: &Connection, id: JobId) -> Result<(), StoreError> {
    let found = connection.prepare_cached("SELECT 1 FROM jobs WHERE id = ?1")?.exists([id.0])?;
    if found { Ok(()) } else { Err(StoreError::NoJob(id)) }
}

fn add(
    connection: &Connection,
    job: NewJob,
    position: i64,
    created_at: Timestamp,
) -> Result<Job, StoreError> {
    let not_before = job.not_before.map(Timestamp::as_millisecond);
    let created_at = created_at.as_millisecond();
    connection
        .prepare_cached(
            "INSERT INTO jobs (position, dir, name, options, intent, phase, not_before, created_at, queue) \
             VALUES (?1, ?2, ?3, ?4, ?5, 'queued', ?6, ?7, ?8)",
        )?
        .execute((
            position,
            from_path(&job.dir)?,
            &job.name,
            from_noun(&job.options)?,
            phase::intent_word(job.intent),
            not_before,
            created_at,
            job.queue.0,
        ))?;
    let id = JobId(connection.last_insert_rowid());
    connection
        .prepare_cached(
            "INSERT INTO sources (job, position, kind, url) VALUES (?1, 0, 'given', ?2)",
        )?
        .execute((id.0, job.url.as_str()))?;
    Ok(Job {
        id,
        position,
        url: job.url,
        dir: job.dir,
        moved: None,
        name: job.name,
        options: Arc::new(job.options),
        intent: job.intent,
        phase: Phase::Queued,
        // As they will be read back, to the millisecond.
        not_before: not_before.map(to_time).transpose()?,
        queue: job.queue,
        generation: None,
        spans: SpanSet::new(),
        last_error: None,
        proof: None,
        created_at: to_time(created_at)?,
    })
}

/// Three ordered reads joined in memory, columns by number: a query per job, or a look-up of every
/// column's name, would take seconds for 100,000 jobs. Ends early where nobody takes the jobs.
fn load(
    connection: &mut Connection,
    mut take: impl FnMut(Vec<Job>) -> bool,
) -> Result<(), StoreError> {
    let mut newest = newest_generations(connection)?;
    let mut statement = connection.prepare_cached(&format!(
        "SELECT id, url, dir, name, options, intent, not_before, last_error, created_at, proof, jobs.position, moved_from, queue, {} \
         FROM jobs JOIN sources ON sources.job = jobs.id AND sources.position = 0 \
         ORDER BY jobs.position, jobs.id",
        phase::COLUMNS,
    ))?;
    let mut rows = statement.query(())?;
    let mut alike = Alike::default();
    let mut piece = Vec::with_capacity(PIECE);
    while let Some(row) = rows.next()? {
        let mut job = read(row, &mut alike)?;
        if let Some((generation, spans)) = newest.remove(&job.id) {
            job.generation = Some(generation);
            job.spans = spans;
        }
        piece.push(job);
        if piece.len() == PIECE && !take(std::mem::replace(&mut piece, Vec::with_capacity(PIECE))) {
            return Ok(());
        }
    }
    take(piece);
    Ok(())
}

/// The newest generation of every job, and its durable spans.
fn newest_generations(
    connection: &Connection,
) -> Result<HashMap<JobId, (Box<Generation>, SpanSet)>, StoreError> {
    let mut newest: HashMap<JobId, (Box<Generation>, SpanSet)> = HashMap::new();
    generations::each(connection, |id, generation| {
        newest.insert(id, (Box::new(generation), SpanSet::new()));
    })?;
    spans::each(connection, |id, number, span| {
        if let Some((generation, spans)) = newest.get_mut(&id)
            && generation.number == number
        {
            spans.insert(span);
        }
    })?;
    Ok(newest)
}

/// The options read last: most jobs are fetched like the one before.
#[derive(Default)]
struct Alike {
    last: Option<(String, Arc<JobOptions>)>,
}

impl Alike {
    fn options(&mut self, json: &str) -> Result<Arc<JobOptions>, StoreError> {
        if let Some((_, options)) = self.last.as_ref().filter(|(last, _)| last == json) {
            return Ok(Arc::clone(options));
        }
        let options = Arc::new(to_noun(json, "the options of a job")?);
        self.last = Some((json.to_owned(), Arc::clone(&options)));
        Ok(options)
    }
}

fn read(row: &Row<'_>, alike: &mut Alike) -> Result<Job, StoreError> {
    let id = JobId(row.get(0)?);
    let text = |column| -> Result<&str, StoreError> {
        Ok(row.get_ref(column)?.as_str().unwrap_or_default())
    };
    let not_before: Option<i64> = row.get(6)?;
    let last_error: Option<String> = row.get(7)?;
    let proof: Option<String> = row.get(9)?;
    let moved: Option<String> = row.get(11)?;
    Ok(Job {
        id,
        position: row.get(10)?,
        url: SourceUrl::parse(text(1)?)
            .map_err(|_| StoreError::Unreadable(format!("the link of job {id}")))?,
        dir: to_path(row.get(2)?)?,
        moved: moved.map(|json| to_noun(&json, "the way of a job")).transpose()?,
        name: row.get(3)?,
        options: alike.options(text(4)?)?,
        intent: phase::to_intent(text(5)?)?,
        phase: phase::to_phase(row, 13)?,
        not_before: not_before.map(to_time).transpose()?,
        queue: QueueId(row.get(12)?),
        generation: None,
        spans: SpanSet::new(),
        last_error: last_error.map(|json| to_noun(&json, "the last error of a job")).transpose()?,
        proof: proof.map(|json| to_noun(&json, "the proof of a job")).transpose()?,
        created_at: to_time(row.get(8)?)?,
    })
}
