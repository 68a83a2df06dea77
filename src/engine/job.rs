//! One job's run: opens its part file, drives `plan::transfer` over connections until every byte
//! is durable, then finishes. Carries out and decides nothing itself.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use super::checkpoint;
use super::finish;
use super::generation::Target;
use super::http::{Clients, HttpSource};
use super::limiter::JobLimit;
use super::report::{Progress, Report, Saved, What};
use super::source::{Opened, Source};
use crate::model::failure::{Failure, FailureKind};
use crate::model::host::HostFacts;
use crate::model::job::{Generation, Job};
use crate::model::range::ByteRange;
use crate::plan::checkpoint::Schedule;
use crate::plan::decide::{Ask, Shape};
use crate::plan::fleet::Ended;
use crate::plan::planner::ConnectionId;
use crate::plan::transfer::{
    Begin, MAX_PROOF_BYTES, Move, PROOF_BYTES, RECONNECT_PROOF_BYTES, Transfer,
};

/// What a run is given.
#[derive(Debug)]
pub struct Order {
    /// The job as the store holds it.
    pub job: Job,
    /// What is known of its server.
    pub host: HostFacts,
    /// The clients to connect with.
    pub clients: Clients,
    /// Where reports go.
    pub reports: mpsc::Sender<Report>,
    /// Becomes true when the run is to stop.
    pub stop: watch::Receiver<bool>,
    /// Counts shared with the service.
    pub progress: Arc<Progress>,
    /// When bytes may be taken.
    pub limit: JobLimit,
}

/// Why a run leaves its loop.
#[derive(Debug)]
pub(super) enum Exit {
    Stop,
    Failed(Failure, Option<Duration>),
}

impl From<Failure> for Exit {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure, None)
    }
}

/// One job's run.
pub(super) struct Run {
    pub(super) job: Job,
    pub(super) host: HostFacts,
    pub(super) reports: mpsc::Sender<Report>,
    pub(super) stop: watch::Receiver<bool>,
    pub(super) progress: Arc<Progress>,
    pub(super) limit: JobLimit,
    pub(super) transfer: Transfer,
    pub(super) target: Option<Target>,
    pub(super) schedule: Schedule,
    pub(super) sync: Option<(JoinHandle<Result<(), Failure>>, Duration)>,
    pub(super) begun: Instant,
    /// Older generations' parts and what they hold, kept until the new one has passed them.
    pub(super) older: Vec<(Generation, u64)>,
    /// A sync failed: what was written and not recorded may be gone, and no later sync can be
    /// believed (GUARDS 15).
    pub(super) sync_failed: bool,
    pub(super) progressed: bool,
}

/// Runs a job to its end, whatever that is. The last report is [`What::Ended`].
pub async fn run(order: Order) {
    let id = order.job.id;
    let reports = order.reports.clone();
    let ended = run_to_end(order).await;
    // The service is gone only when the program ends.
    let _ = reports.send(Report { job: id, what: What::Ended(ended) }).await;
}

async fn run_to_end(order: Order) -> Ended {
    let source = match HttpSource::new(&order.clients, order.job.url.clone(), &order.job.options) {
        Ok(source) => source,
        Err(why) => return Ended::Failed { why, progressed: false, retry_after: None },
    };
    let mut run = Run::new(order);
    let exit = match run.open_target().await {
        Ok(()) => run.drive(&source).await,
        Err(failure) => Err(failure.into()),
    };
    let exit = match exit {
        Ok(()) => match finish::finish(&mut run, &source).await {
            Ok(done) => {
                run.tell_learned().await;
                return done;
            }
            Err(exit) => exit,
        },
        Err(exit) => exit,
    };
    run.end(exit).await
}

impl Run {
    fn new(order: Order) -> Self {
        Self {
            job: order.job,
            host: order.host,
            reports: order.reports,
            stop: order.stop,
            progress: order.progress,
            limit: order.limit,
            transfer: Transfer::new(Begin::default()),
            target: None,
            schedule: Schedule::default(),
            sync: None,
            begun: Instant::now(),
            older: Vec::new(),
            sync_failed: false,
            progressed: false,
        }
    }

    pub(super) fn now(&self) -> Duration {
        self.begun.elapsed()
    }

    pub(super) async fn log(&self, text: String) {
        tracing::info!(job = self.job.id.0, "{text}");
        // Only a service that has ended does not listen.
        let _ = self.reports.send(Report { job: self.job.id, what: What::Log(text) }).await;
    }

    /// Tells the service something that must be durable before the run goes on.
    pub(super) async fn save(&self, what: impl FnOnce(Saved) -> What) -> Result<(), Failure> {
        let (saved, wait) = oneshot::channel();
        checkpoint::tell(&self.reports, self.job.id, what(saved), wait).await
    }

    /// Asks and reads until every byte is given to the file.
    async fn drive(&mut self, source: &HttpSource) -> Result<(), Exit> {
        while !self.transfer.is_complete() {
            if *self.stop.borrow() {
                return Err(Exit::Stop);
            }
            let proof = self.proof_bytes();
            let Some((id, ask)) = self.transfer.open(proof) else {
                return Err(
                    Failure::new(FailureKind::Protocol, "nothing is left to ask for").into()
                );
            };
            let next = self.one_request(source, id, &ask).await?;
            match next {
                Move::Read { .. } | Move::Complete => {}
                Move::Again(why) => self.log(why.to_owned()).await,
                Move::Exit(failure, after) => return Err(Exit::Failed(failure, after)),
            }
            self.leave_changed().await;
        }
        Ok(())
    }

    async fn one_request(
        &mut self,
        source: &HttpSource,
        id: ConnectionId,
        ask: &Ask,
    ) -> Result<Move, Exit> {
        let asked = Instant::now();
        self.progress.set_connections(1);
        let answer = tokio::select! {
            biased;
            () = stopped(&mut self.stop) => return Err(Exit::Stop),
            answer = source.open(ask) => answer,
        };
        let next = match answer {
            Err(failure) => {
                self.log(format!("{}: {} {}", shape(ask), failure.kind.code(), failure.detail))
                    .await;
                self.transfer.open_failed(id, failure)
            }
            Ok(opened) => self.read_answer(id, ask, opened, asked).await?,
        };
        self.progress.set_connections(0);
        Ok(next)
    }

    async fn read_answer(
        &mut self,
        id: ConnectionId,
        ask: &Ask,
        mut opened: Opened<<HttpSource as Source>::Body>,
        asked: Instant,
    ) -> Result<Move, Exit> {
        let head = &opened.head;
        self.log(format!(
            "{} -> {} ({} ms), {} from {}",
            shape(ask),
            head.status,
            asked.elapsed().as_millis(),
            head.length.map_or_else(|| "unknown length".to_owned(), |n| format!("{n} bytes")),
            opened.final_url.redacted(),
        ))
        .await;
        let next = self.transfer.answer(id, head);
        self.leave_changed().await;
        let Move::Read { begin } = next else { return Ok(next) };
        match begin {
            Some(facts) => self.begin_generation(facts, &opened).await?,
            None => self.learn_total().await?,
        }
        if self.transfer.total() == Some(0) && self.transfer.is_complete() {
            return Ok(Move::Complete);
        }
        self.reserve().await?;
        self.read_body(id, &mut opened.body).await
    }

    /// How much before the next byte is compared: little on a reconnect that a strong validator
    /// backs, more where no validator does and what lies there is all one value and proves little.
    fn proof_bytes(&self) -> u64 {
        let Some(target) = &self.target else { return PROOF_BYTES };
        if !target.generation.validator.is_weak() {
            return if self.progressed { RECONNECT_PROOF_BYTES } else { PROOF_BYTES };
        }
        let gap = self.transfer.next_gap();
        let Some(held) = gap.checked_sub(1).and_then(|last| self.transfer.given().span_at(last))
        else {
            return PROOF_BYTES;
        };
        let range = ByteRange::new(held.start.max(gap.saturating_sub(PROOF_BYTES)), gap);
        let mut bytes = vec![0; usize::try_from(range.len()).unwrap_or_default()];
        let read = target.part.read_exact_at(&mut bytes, range.start).is_ok();
        let flat = read && bytes.windows(2).all(|pair| pair[0] == pair[1]);
        if flat { MAX_PROOF_BYTES } else { PROOF_BYTES }
    }

    /// Where the representation begun before was left, that is said.
    async fn leave_changed(&mut self) {
        if let Some(why) = self.transfer.take_change() {
            self.log(format!("the file on the server is another one now ({why:?})")).await;
        }
    }

    /// Tells what was learned of the server, where it brought bytes.
    async fn tell_learned(&self) {
        let (ranges, condition, plain_get) = self.transfer.learned();
        let facts = HostFacts { ranges, condition, plain_get, ..self.host.clone() };
        if self.progressed && facts != self.host {
            // Worth knowing, not worth failing for.
            let _ = self.reports.send(Report { job: self.job.id, what: What::Host(facts) }).await;
        }
    }

    /// Saves everything, and tells how the run ended.
    async fn end(mut self, exit: Exit) -> Ended {
        let saved = self.settle().await;
        self.tell_learned().await;
        let (why, retry_after) = match (exit, saved) {
            (Exit::Stop, Ok(())) => return Ended::Stopped,
            (Exit::Failed(why, after), _) => (why, after),
            (Exit::Stop, Err(why)) => (why, None),
        };
        self.log(format!("stopped: {} {}", why.kind.code(), why.detail)).await;
        Ended::Failed { why, progressed: self.progressed, retry_after }
    }

    /// Empties the queue, syncs, and has the last copy recorded.
    pub(super) async fn settle(&mut self) -> Result<(), Failure> {
        if let Some((sync, _)) = self.sync.take() {
            let done = sync.await;
            self.believe(done.unwrap_or_else(|_| Err(broken_off())))?;
        }
        if self.sync_failed {
            return Err(broken_off());
        }
        let Some(target) = &mut self.target else { return Ok(()) };
        target.writer.flush().await;
        if target.writer.take_fresh() > 0 {
            self.progressed = true;
        }
        let number = target.generation.number;
        let (part, writer) = (&target.part, &target.writer);
        let done = checkpoint::begin(self.job.id, number, part, writer, self.reports.clone()).await;
        self.believe(done.unwrap_or_else(|_| Err(broken_off())))
    }

    /// A checkpoint's end. After a failed one none is believed in this run.
    pub(super) fn believe(&mut self, done: Result<(), Failure>) -> Result<(), Failure> {
        self.sync_failed |= done.is_err();
        done
    }
}

/// A sync that did not come to its end.
pub(super) fn broken_off() -> Failure {
    Failure::new(FailureKind::DiskError, "what was written could not be made durable")
}

/// Waits until the run is to stop; the service being gone means it too.
pub(super) async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

fn shape(ask: &Ask) -> String {
    match &ask.shape {
        Shape::Plain => "GET".to_owned(),
        Shape::Ranged { first, end, condition } => {
            let last = end.map_or_else(String::new, |end| (end.saturating_sub(1)).to_string());
            let condition = if condition.is_some() { " if unchanged" } else { "" };
            format!("GET bytes={first}-{last}{condition}")
        }
    }
}
