//! The store's thread: it owns the one connection and carries out questions in the order in which
//! they were asked.
//!
//! Invariant: a write is answered after it is durable. Writes that wait while the disk syncs go
//! together into the next transaction, so that a slow disk is asked to sync less often, not later;
//! each of them is all or nothing by itself.

use std::sync::mpsc::Receiver;

use rusqlite::Connection;

use super::error::StoreError;

/// Writes that go into one transaction at most, so that the first of them need not wait long.
const MAX_TOGETHER: usize = 128;

type Read = Box<dyn FnOnce(Result<&mut Connection, StoreError>) + Send>;
type Write = Box<dyn FnOnce(Result<&mut Connection, StoreError>) -> Answer + Send>;

/// Tells who asked, once it is known whether the transaction is durable.
type Answer = Box<dyn FnOnce(Result<(), StoreError>)>;

/// How long what is written lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lasts {
    /// Through a power cut: the disk is waited for.
    ThroughAll,
    /// Through the end of the program, however it comes. After a power cut it may be missing, with all
    /// that was written after it and lasts no longer either.
    ThroughKill,
}

/// What the thread is asked. Each is given the connection, or the reason why there is none.
pub(super) enum Question {
    /// Answered at once.
    Read(Read),
    /// Answered when what it wrote is durable, or only kept.
    Write(Lasts, Write),
}

impl Question {
    /// Answers without asking.
    pub(super) fn refuse(self, why: StoreError) {
        match self {
            Self::Read(read) => read(Err(why)),
            Self::Write(_, write) => write(Err(why))(Ok(())),
        }
    }
}

/// Carries out questions until nobody is left to ask any, then folds the log of writes into the
/// database.
pub(super) fn serve(
    mut connection: Connection,
    questions: &Receiver<Question>,
) -> Result<(), StoreError> {
    let mut next = questions.recv().ok();
    while let Some(question) = next {
        let after = match question {
            Question::Read(read) => {
                read(Ok(&mut connection));
                None
            }
            Question::Write(lasts, write) => {
                write_together(&mut connection, lasts, write, questions)
            }
        };
        next = after.or_else(|| questions.recv().ok());
    }
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(()))?;
    connection.close().map_err(|(_, error)| error.into())
}

/// Carries out one write, all or nothing, inside the transaction that is open.
pub(super) fn whole<T>(
    connection: &mut Connection,
    write: impl FnOnce(&Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let savepoint = connection.savepoint()?;
    let result = write(&savepoint)?;
    savepoint.commit()?;
    Ok(result)
}

/// Carries out `first` and the writes that already wait behind it as one transaction: those that are
/// to last longer only where it is. Gives back the question that came after them, where one did.
fn write_together(
    connection: &mut Connection,
    lasts: Lasts,
    first: Write,
    questions: &Receiver<Question>,
) -> Option<Question> {
    // A commit in this mode writes the log and does not wait for the disk; the next one that does
    // makes it durable too.
    let begin = match lasts {
        Lasts::ThroughAll => "PRAGMA synchronous = FULL; BEGIN IMMEDIATE",
        Lasts::ThroughKill => "PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE",
    };
    if let Err(error) = connection.execute_batch(begin) {
        Question::Write(lasts, first).refuse(error.into());
        return None;
    }
    let mut answers = vec![first(Ok(connection))];
    let mut after = None;
    while answers.len() < MAX_TOGETHER && !connection.is_autocommit() {
        match questions.try_recv() {
            Ok(Question::Write(others, write)) if others == lasts || lasts == Lasts::ThroughAll => {
                answers.push(write(Ok(connection)));
            }
            Ok(other @ (Question::Write(..) | Question::Read(_))) => {
                after = Some(other);
                break;
            }
            Err(_none_waits) => break,
        }
    }
    let committed = commit(connection);
    for answer in answers {
        answer(committed.clone());
    }
    after
}

fn commit(connection: &Connection) -> Result<(), StoreError> {
    // A full or failing disk makes SQLite take back the whole transaction at once.
    if connection.is_autocommit() {
        return Err(StoreError::TakenBack);
    }
    connection.execute_batch("COMMIT").map_err(|error| {
        if !connection.is_autocommit() {
            // The error that matters is the commit's.
            let _ = connection.execute_batch("ROLLBACK");
        }
        error.into()
    })
}
