//! A thread for each job that runs, with its sockets, its TLS and the writing to its file: what was
//! received is still in that core's cache when the file takes it, and a disk that lets one job wait
//! lets no other wait, nor the service.
//!
//! Invariants: no two jobs that run share a thread; a thread outlives every job on it unless all
//! threads end; a number is given once.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// The threads of all jobs, as many as ever ran at once. Dropping this ends them, with what runs.
#[derive(Debug, Default)]
pub struct Threads {
    idle: Idle,
    ends: Vec<oneshot::Sender<()>>,
}

#[derive(Clone, Debug, Default)]
struct Idle(Arc<Mutex<Vec<Thread>>>);

#[derive(Debug)]
struct Thread {
    number: u32,
    handle: Handle,
}

/// A thread that one job has; free again when this is dropped.
#[derive(Debug)]
pub struct Seat {
    number: u32,
    handle: Handle,
    idle: Idle,
}

impl Idle {
    fn lock(&self) -> MutexGuard<'_, Vec<Thread>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Threads {
    /// A thread that no job has: the one that was last in use, else a new one. Fails where the system
    /// gives no more threads or files.
    pub fn take(&mut self) -> io::Result<Seat> {
        let free = self.idle.lock().pop();
        let Thread { number, handle } = match free {
            Some(thread) => thread,
            None => self.start()?,
        };
        Ok(Seat { number, handle, idle: self.idle.clone() })
    }

    fn start(&mut self) -> io::Result<Thread> {
        // The service's own has the number 0.
        let number = u32::try_from(self.ends.len() + 1).unwrap_or(u32::MAX);
        let runtime = Builder::new_current_thread().thread_name("disk").enable_all().build()?;
        let handle = runtime.handle().clone();
        let (end, ended) = oneshot::channel();
        std::thread::Builder::new().name("job".into()).spawn(move || serve(runtime, ended))?;
        self.ends.push(end);
        Ok(Thread { number, handle })
    }
}

fn serve(runtime: Runtime, ended: oneshot::Receiver<()>) {
    // Nothing is ever sent: the sender's end is the word.
    let _ = runtime.block_on(ended);
    runtime.shutdown_background();
}

impl Seat {
    /// The thread's number: what belongs to a thread is told apart by it.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Runs a job there, and gives the thread back at its end.
    pub fn run<T: Send + 'static>(
        self,
        job: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        let handle = self.handle.clone();
        handle.spawn(async move {
            let _seat = self;
            job.await
        })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let thread = Thread { number: self.number, handle: self.handle.clone() };
        self.idle.lock().push(thread);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_job_that_must_wait_for_its_disk_holds_up_no_other() {
        let mut threads = Threads::default();
        let (go_on, disk) = std::sync::mpsc::channel::<()>();
        let stuck = threads.take().unwrap().run(async move { disk.recv().is_ok() });
        let other = threads.take().unwrap();
        assert_ne!(other.number(), 0);
        assert_eq!(other.run(async { 5 }).await.unwrap(), 5);
        assert!(!stuck.is_finished());
        go_on.send(()).unwrap();
        assert!(stuck.await.unwrap());
    }

    #[tokio::test]
    async fn a_thread_is_used_again_after_an_end_of_any_kind() {
        let mut threads = Threads::default();
        let first = threads.take().unwrap();
        let second = threads.take().unwrap();
        let (one, two) = (first.number(), second.number());
        assert_ne!(one, two);
        first.run(async {}).await.unwrap();
        let again = threads.take().unwrap();
        assert_eq!(again.number(), one);
        assert!(again.run(async { panic!("a fault") }).await.is_err());
        assert_eq!(threads.take().unwrap().number(), one);
        drop(second);
        assert_eq!(threads.take().unwrap().number(), two);
    }

    #[tokio::test]
    async fn with_the_threads_ends_what_runs_there() {
        let mut threads = Threads::default();
        let (held, dropped) = oneshot::channel::<()>();
        let run = threads.take().unwrap().run(async move {
            let _held = held;
            std::future::pending::<()>().await;
        });
        drop(threads);
        assert!(dropped.await.is_err());
        assert!(run.await.unwrap_err().is_cancelled());
    }
}
