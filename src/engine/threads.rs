//! A thread for each job that runs, with its sockets, its TLS and the writing to its file: what was
//! received is still in that core's cache when the file takes it, and a disk that lets one job wait
//! lets no other wait, nor the service.
//!
//! Invariants: no two jobs that run share a thread; a thread outlives every job on it that comes to
//! its own end, unless all threads end; a number is given once; no more than [`MAX_IDLE`] threads are without a job.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

/// Threads kept for the jobs to come, with the connections that are open there: as many as usually
/// run at once. Where hundreds ran, the others give back what they take.
pub const MAX_IDLE: usize = 8;

/// What is told the number of a thread that has ended.
type Ended = Arc<dyn Fn(u32) + Send + Sync>;

/// The threads of all jobs. Dropping this ends them, with what runs.
pub struct Threads {
    idle: Idle,
    made: u32,
    ended: Ended,
    /// Nothing is ever sent: its end is the word.
    all: watch::Sender<()>,
}

#[derive(Clone, Debug, Default)]
struct Idle(Arc<Mutex<Vec<Thread>>>);

/// A thread; ends when this is dropped.
#[derive(Debug)]
struct Thread {
    number: u32,
    handle: Handle,
    _end: oneshot::Sender<()>,
}

/// A thread that one job has. It is free again when the job came to its own end, where not enough are
/// free; else it ends: one on which something broke serves nobody any more.
#[derive(Debug)]
pub struct Seat {
    thread: Thread,
    idle: Idle,
}

impl Idle {
    fn lock(&self) -> MutexGuard<'_, Vec<Thread>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Threads {
    /// None yet. `ended` is told the number of each that has ended, on that thread: what belongs to
    /// it is of no more use.
    pub fn new(ended: impl Fn(u32) + Send + Sync + 'static) -> Self {
        let (idle, all) = (Idle::default(), watch::Sender::new(()));
        Self { idle, made: 0, ended: Arc::new(ended), all }
    }

    /// A thread that no job has: the one that was last in use, else a new one. Fails where the system
    /// gives no more threads or files.
    pub fn take(&mut self) -> io::Result<Seat> {
        let free = self.idle.lock().pop();
        let thread = match free {
            Some(thread) => thread,
            None => self.start()?,
        };
        Ok(Seat { thread, idle: self.idle.clone() })
    }

    fn start(&mut self) -> io::Result<Thread> {
        // The service's own has the number 0.
        let number = self.made.saturating_add(1);
        let runtime = Builder::new_current_thread().thread_name("disk").enable_all().build()?;
        let handle = runtime.handle().clone();
        let (end, own) = oneshot::channel();
        let (all, ended) = (self.all.subscribe(), Arc::clone(&self.ended));
        std::thread::Builder::new().name("job".into()).spawn(move || {
            serve(runtime, own, all);
            ended(number);
        })?;
        self.made = number;
        Ok(Thread { number, handle, _end: end })
    }
}

impl fmt::Debug for Threads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut told = f.debug_struct("Threads");
        told.field("idle", &self.idle).field("made", &self.made).finish_non_exhaustive()
    }
}

fn serve(runtime: Runtime, own: oneshot::Receiver<()>, mut all: watch::Receiver<()>) {
    runtime.block_on(async {
        tokio::select! {
            _ = own => {}
            _ = all.changed() => {}
        }
    });
    runtime.shutdown_background();
}

impl Seat {
    /// The thread's number: what belongs to a thread is told apart by it.
    pub fn number(&self) -> u32 {
        self.thread.number
    }

    /// Runs a job there, and gives the thread back at the job's own end.
    pub fn run<T: Send + 'static>(
        self,
        job: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        let handle = self.thread.handle.clone();
        handle.spawn(async move {
            let seat = self;
            let done = job.await;
            seat.leave();
            done
        })
    }

    fn leave(self) {
        let mut idle = self.idle.lock();
        if idle.len() < MAX_IDLE {
            idle.push(self.thread);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::{Duration, Instant};

    use super::*;

    #[tokio::test]
    async fn a_job_that_must_wait_for_its_disk_holds_up_no_other() {
        let mut threads = Threads::new(|_| ());
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
    async fn a_thread_is_used_again_unless_something_broke_there() {
        let mut threads = Threads::new(|_| ());
        let first = threads.take().unwrap();
        let second = threads.take().unwrap();
        let (one, two) = (first.number(), second.number());
        assert_ne!(one, two);
        first.run(async {}).await.unwrap();
        let again = threads.take().unwrap();
        assert_eq!(again.number(), one);
        assert!(again.run(async { panic!("a fault") }).await.is_err());
        let third = threads.take().unwrap();
        assert!(third.number() > two);
        let stuck = second.run(std::future::pending::<()>());
        stuck.abort();
        assert!(stuck.await.unwrap_err().is_cancelled());
        third.run(async {}).await.unwrap();
        assert!(threads.take().unwrap().number() > two);
        assert!(threads.take().unwrap().number() > two + 1);
    }

    #[tokio::test]
    async fn with_the_threads_ends_what_runs_there() {
        let mut threads = Threads::new(|_| ());
        let (held, dropped) = oneshot::channel::<()>();
        let run = threads.take().unwrap().run(async move {
            let _held = held;
            std::future::pending::<()>().await;
        });
        drop(threads);
        assert!(dropped.await.is_err());
        assert!(run.await.unwrap_err().is_cancelled());
    }

    #[tokio::test]
    async fn where_hundreds_ran_few_threads_are_kept() {
        let ended = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&ended);
        let mut threads = Threads::new(move |number| told.lock().unwrap().push(number));
        let seats: Vec<Seat> = (0..100).map(|_| threads.take().unwrap()).collect();
        let runs: Vec<_> = seats.into_iter().map(|seat| seat.run(async {})).collect();
        for run in runs {
            run.await.unwrap();
        }
        let (most, kept) = (Duration::from_secs(20), 100 - MAX_IDLE);
        let begun = Instant::now();
        while ended.lock().unwrap().len() < kept && begun.elapsed() < most {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let numbers: BTreeSet<u32> = ended.lock().unwrap().iter().copied().collect();
        assert_eq!(numbers.len(), kept);
        let kept: Vec<Seat> = (0..MAX_IDLE).map(|_| threads.take().unwrap()).collect();
        assert!(kept.iter().all(|seat| seat.number() <= 100 && !numbers.contains(&seat.number())));
    }
}
