//! The columns of `jobs` that hold intent and phase: a word each, and beside the phase what
//! belongs to it. The table's checks refuse a word without its particulars.

use rusqlite::{Connection, Row};

use crate::model::failure::Failure;
use crate::model::id::JobId;
use crate::model::phase::{FileFate, Intent, Phase};

use super::column::{
    from_bytes, from_noun, from_path, to_bytes, to_noun, to_path, to_time, unsigned,
};
use super::error::StoreError;
use super::handle::{Reply, StoreHandle};

impl StoreHandle {
    /// Saves what the user wants of these jobs. One that is no longer there is passed over.
    pub fn save_intent(&self, intents: Vec<(JobId, Intent)>) -> Reply<()> {
        self.write(move |connection| {
            intents.into_iter().try_for_each(|(id, intent)| write_intent(connection, id, intent))
        })
    }

    /// Saves what is so of these jobs, and what went wrong where something did; with none, what
    /// went wrong last stays. A job that is no longer there is passed over.
    pub fn save_phase(&self, phases: Vec<(JobId, Phase, Option<Failure>)>) -> Reply<()> {
        self.write(move |connection| {
            phases.into_iter().try_for_each(|(id, phase, last_error)| {
                write_phase(connection, id, &phase)?;
                write_last_error(connection, id, last_error.as_ref())
            })
        })
    }

    /// [`StoreHandle::save_intent`] and [`StoreHandle::save_phase`] at once.
    pub fn save_intent_and_phase(
        &self,
        changes: Vec<(JobId, Intent, Phase, Option<Failure>)>,
    ) -> Reply<()> {
        self.write(move |connection| {
            changes.into_iter().try_for_each(|(id, intent, phase, last_error)| {
                write(connection, id, intent, &phase)?;
                write_last_error(connection, id, last_error.as_ref())
            })
        })
    }
}

/// Writes what the user wants of a job and what is so.
pub(super) fn write(
    connection: &Connection,
    id: JobId,
    intent: Intent,
    phase: &Phase,
) -> Result<(), StoreError> {
    write_intent(connection, id, intent)?;
    write_phase(connection, id, phase)
}

fn write_intent(connection: &Connection, id: JobId, intent: Intent) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE jobs SET intent = ?2 WHERE id = ?1")?
        .execute((id.0, intent_word(intent)))?;
    Ok(())
}

/// Writes a job's phase; a job that is no longer there is passed over.
pub(super) fn write_phase(
    connection: &Connection,
    id: JobId,
    phase: &Phase,
) -> Result<(), StoreError> {
    let why = phase.failure().map(from_noun).transpose()?;
    let (until, attempt) = match phase {
        Phase::Waiting { until, attempt, .. } => (Some(until.as_millisecond()), Some(*attempt)),
        Phase::Queued
        | Phase::Live
        | Phase::NeedsLink(_)
        | Phase::Finishing
        | Phase::Stopped
        | Phase::Failed(_)
        | Phase::Done { .. } => (None, None),
    };
    let (path, bytes, at) = match phase {
        Phase::Done { path, bytes, at } => {
            (Some(from_path(path)?), Some(from_bytes(*bytes)?), Some(at.as_millisecond()))
        }
        Phase::Queued
        | Phase::Live
        | Phase::Waiting { .. }
        | Phase::NeedsLink(_)
        | Phase::Finishing
        | Phase::Stopped
        | Phase::Failed(_) => (None, None, None),
    };
    connection
        .prepare_cached(
            "UPDATE jobs SET phase = ?2, wait_until = ?3, wait_attempt = ?4, why = ?5, \
             done_path = ?6, done_bytes = ?7, finished_at = ?8 WHERE id = ?1",
        )?
        .execute((id.0, phase_word(phase), until, attempt, why, path, bytes, at))?;
    Ok(())
}

fn write_last_error(
    connection: &Connection,
    id: JobId,
    last_error: Option<&Failure>,
) -> Result<(), StoreError> {
    if let Some(failure) = last_error {
        connection
            .prepare_cached("UPDATE jobs SET last_error = ?2 WHERE id = ?1")?
            .execute((id.0, from_noun(failure)?))?;
    }
    Ok(())
}

/// The word an intent is kept as.
pub(super) fn intent_word(intent: Intent) -> &'static str {
    match intent {
        Intent::Run => "run",
        Intent::Hold => "hold",
        Intent::Cancel => "cancel",
        Intent::Remove { files: FileFate::Keep } => "remove",
        Intent::Remove { files: FileFate::Delete } => "remove_with_files",
    }
}

/// The intent a word stands for.
pub(super) fn to_intent(word: &str) -> Result<Intent, StoreError> {
    Ok(match word {
        "run" => Intent::Run,
        "hold" => Intent::Hold,
        "cancel" => Intent::Cancel,
        "remove" => Intent::Remove { files: FileFate::Keep },
        "remove_with_files" => Intent::Remove { files: FileFate::Delete },
        other => return Err(StoreError::Unreadable(format!("the intent {other}"))),
    })
}

fn phase_word(phase: &Phase) -> &'static str {
    match phase {
        Phase::Queued => "queued",
        Phase::Live => "live",
        Phase::Waiting { .. } => "waiting",
        Phase::NeedsLink(_) => "needs_link",
        Phase::Finishing => "finishing",
        Phase::Stopped => "stopped",
        Phase::Failed(_) => "failed",
        Phase::Done { .. } => "done",
    }
}

/// The columns a phase is read from, in the order [`to_phase`] takes them.
pub(super) const COLUMNS: &str =
    "phase, wait_until, wait_attempt, why, done_path, done_bytes, finished_at";

/// The phase in a row whose columns from `first` on are [`COLUMNS`]. A row whose word and
/// particulars disagree cannot be read.
pub(super) fn to_phase(row: &Row<'_>, first: usize) -> Result<Phase, StoreError> {
    let why = || -> Result<Failure, StoreError> {
        to_noun(row.get_ref(first + 3)?.as_str().unwrap_or_default(), "why a job stopped")
    };
    Ok(match row.get_ref(first)?.as_str().unwrap_or_default() {
        "queued" => Phase::Queued,
        "live" => Phase::Live,
        "waiting" => Phase::Waiting {
            until: to_time(row.get(first + 1)?)?,
            attempt: unsigned(row.get(first + 2)?)?,
            why: why()?,
        },
        "needs_link" => Phase::NeedsLink(why()?),
        "finishing" => Phase::Finishing,
        "stopped" => Phase::Stopped,
        "failed" => Phase::Failed(why()?),
        "done" => Phase::Done {
            path: to_path(row.get(first + 4)?)?,
            bytes: to_bytes(row.get(first + 5)?)?,
            at: to_time(row.get(first + 6)?)?,
        },
        other => return Err(StoreError::Unreadable(format!("the phase {other}"))),
    })
}
