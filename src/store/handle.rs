//! The hold others have on the store.
//!
//! Invariant: the store's thread ends when the store is closed or its last handle is dropped, after
//! the questions already asked.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::error::StoreError;
use super::thread::{self, Lasts, Question};

/// Questions that may wait. Whoever asks waits for the answer, so that this many mean a disk that
/// no longer answers.
const MAX_QUESTIONS: usize = 1024;

/// The answer to a question, once it comes: `.await` it, or wait for it with [`Reply::blocking`].
/// A reply that is dropped does not take the question back.
#[derive(Debug)]
#[must_use = "only the answer says whether it was saved"]
pub struct Reply<T>(oneshot::Receiver<Result<T, StoreError>>);

impl<T> Reply<T> {
    /// Waits for the answer. Not inside a runtime.
    pub fn blocking(self) -> Result<T, StoreError> {
        self.0.blocking_recv().unwrap_or(Err(StoreError::Closed))
    }
}

impl<T> Future for Reply<T> {
    type Output = Result<T, StoreError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map(|got| got.unwrap_or(Err(StoreError::Closed)))
    }
}

/// A hold on the open store. Cheap to clone; asking never blocks.
#[derive(Clone, Debug)]
pub struct StoreHandle(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    questions: Mutex<Option<SyncSender<Question>>>,
    thread: Mutex<Option<JoinHandle<Result<(), StoreError>>>>,
    damaged: Arc<AtomicBool>,
}

impl StoreHandle {
    /// Starts the thread that owns `connection`.
    pub(super) fn start(connection: Connection) -> std::io::Result<Self> {
        let (sender, questions) = sync_channel::<Question>(MAX_QUESTIONS);
        let thread = std::thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || thread::serve(connection, &questions))?;
        Ok(Self(Arc::new(Shared {
            questions: Mutex::new(Some(sender)),
            thread: Mutex::new(Some(thread)),
            damaged: Arc::default(),
        })))
    }

    /// Answers what was already asked, folds the log of writes into the database and ends the
    /// thread. Blocks until that is done; later questions are answered with
    /// [`StoreError::Closed`]. A second close does nothing.
    pub fn close(&self) -> Result<(), StoreError> {
        self.0.end()
    }

    /// Whether the file was found damaged since it was opened, as it will be when looked at.
    pub(super) fn damaged(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0.damaged)
    }

    /// Asks something that only reads.
    pub(super) fn ask<T, F>(&self, question: F) -> Reply<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let (answer, reply) = self.answer();
        self.0.send(Question::Read(Box::new(move |connection| {
            answer(connection.and_then(question));
        })));
        reply
    }

    /// Asks something that writes: all of it is durable when it is answered, or nothing is.
    pub(super) fn write<T, F>(&self, question: F) -> Reply<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        self.write_to_last(Lasts::ThroughAll, question)
    }

    /// As [`StoreHandle::write`], for what need not outlast a power cut: it waits for no disk.
    pub(super) fn keep<T, F>(&self, question: F) -> Reply<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        self.write_to_last(Lasts::ThroughKill, question)
    }

    fn write_to_last<T, F>(&self, lasts: Lasts, question: F) -> Reply<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let (answer, reply) = self.answer();
        self.0.send(Question::Write(
            lasts,
            Box::new(move |connection| {
                let result = connection.and_then(|connection| thread::whole(connection, question));
                Box::new(move |committed| answer(result.and_then(|got| committed.map(|()| got))))
            }),
        ));
        reply
    }

    /// A reply, and what gives it its answer.
    fn answer<T: Send + 'static>(
        &self,
    ) -> (impl FnOnce(Result<T, StoreError>) + Send + 'static + use<T>, Reply<T>) {
        let (sender, receiver) = oneshot::channel();
        let damaged = Arc::clone(&self.0.damaged);
        let answer = move |result| {
            if let Err(StoreError::Damaged) = result {
                damaged.store(true, Ordering::Relaxed);
            }
            // Whoever asked may have gone; what was done stays done.
            let _ = sender.send(result);
        };
        (answer, Reply(receiver))
    }
}

impl Shared {
    fn send(&self, question: Question) {
        let questions = self.questions.lock().unwrap_or_else(PoisonError::into_inner);
        // Without a sender the question is dropped, and its reply says that the store is closed.
        if let Some(sender) = questions.as_ref()
            && let Err(TrySendError::Full(question)) = sender.try_send(question)
        {
            question.refuse(StoreError::Behind);
        }
    }

    fn end(&self) -> Result<(), StoreError> {
        drop(take(&self.questions));
        match take(&self.thread).map(JoinHandle::join) {
            Some(Ok(result)) => result,
            Some(Err(_panic)) => Err(StoreError::Closed),
            None => Ok(()),
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        // Nobody is left to be told; the log of writes is folded in at the next opening.
        let _ = self.end();
    }
}

fn take<T>(slot: &Mutex<Option<T>>) -> Option<T> {
    slot.lock().unwrap_or_else(PoisonError::into_inner).take()
}
