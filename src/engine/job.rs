//! One job's run: opens its part file, drives `plan::transfer` over its connections until every byte
//! is durable, then finishes. Carries out and decides nothing itself.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use super::checkpoint;
use super::connections::Connections;
use super::description::Described;
use super::finish;
use super::generation::Target;
use super::hash::ContentDigest;
use super::http::{Clients, HttpBody};
use super::limiter::JobLimit;
use super::repair::Repair;
use super::report::{Progress, Report, Saved, What};
use super::rouse::Roused;
use super::source::Opened;
use super::sources::{Origin, Sources};
use crate::model::cause::Cause;
use crate::model::failure::{Failure, FailureKind};
use crate::model::job::{Generation, Job};
use crate::model::log::Told;
use crate::model::range::{ByteRange, SpanSet};
use crate::plan::checkpoint::Schedule;
use crate::plan::fleet::Ended;
use crate::plan::planner::ConnectionId;
use crate::plan::transfer::{Backing, Begin, Move, PROOF_BYTES, Transfer, proof_bytes};
use crate::plan::why::DiskLoad;

/// What a run is given.
#[derive(Debug)]
pub struct Order {
    /// The job as the store holds it.
    pub job: Job,
    /// Where it is fetched from: the first is where it begins, the others are mirrors.
    pub origins: Vec<Origin>,
    /// The clients to connect with.
    pub clients: Clients,
    /// Where reports go.
    pub reports: mpsc::Sender<Report>,
    /// Becomes true when the run is to stop.
    pub stop: watch::Receiver<bool>,
    /// Changes when every connection must show that it lives.
    pub rouse: watch::Receiver<u32>,
    /// Counts shared with the service.
    pub progress: Arc<Progress>,
    /// The last end was not in order: what the ledger tells of the part file is re-read.
    pub recheck: bool,
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
    pub(super) sources: Sources,
    pub(super) reports: mpsc::Sender<Report>,
    pub(super) stop: watch::Receiver<bool>,
    pub(super) rouse: watch::Receiver<u32>,
    /// Connections that must show until then that they live.
    pub(super) roused: Option<Roused>,
    pub(super) progress: Arc<Progress>,
    pub(super) transfer: Transfer,
    pub(super) open: Connections<HttpBody>,
    pub(super) limit: JobLimit,
    pub(super) recheck: bool,
    /// When the hashes of what is not yet synced were last told.
    pub(super) noted: Instant,
    pub(super) note: Option<JoinHandle<Result<(), Failure>>>,
    pub(super) target: Option<Target>,
    pub(super) description: Described,
    pub(super) schedule: Schedule,
    pub(super) sync: Option<(JoinHandle<Result<(), Failure>>, Duration)>,
    pub(super) begun: Instant,
    /// Older generations' parts and what they hold, kept until the new one has passed them.
    pub(super) older: Vec<(Generation, u64)>,
    /// A sync failed: what was written and not recorded may be gone, and no later sync can be
    /// believed (GUARDS 15).
    pub(super) sync_failed: bool,
    pub(super) progressed: bool,
    /// What was held at its begin, in bytes.
    pub(super) begun_with: u64,
    /// What earlier runs wrote, until it was read once more.
    pub(super) carried: Option<SpanSet>,
    /// The most that became durable, in bytes.
    pub(super) durable_bytes: u64,
    pub(super) disk_load: DiskLoad,
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
    let origins = order.origins.clone();
    let sources = match Sources::new(order.clients.clone(), &order.job, origins) {
        Ok(sources) => sources,
        Err(why) => return Ended::Failed { why, progressed: false, retry_after: None },
    };
    let mut run = Run::new(order, sources);
    let mut exit = match run.open_unless_stopped().await {
        Ok(()) => run.drive().await,
        Err(left) => Err(left),
    };
    let mut repairs = Repair::ALL.into_iter();
    loop {
        let left = match exit {
            Err(left) => match run.elsewhere(left).await {
                Ok(()) => {
                    exit = run.drive().await;
                    continue;
                }
                Err(left) => left,
            },
            Ok(()) => match finish::finish(&mut run).await {
                Ok(Some(done)) => {
                    run.tell_learned().await;
                    return done;
                }
                Ok(None) => {
                    exit = run.drive().await;
                    continue;
                }
                Err(left) => left,
            },
        };
        exit = match run.repair(left, &mut repairs).await {
            Ok(()) => run.drive().await,
            Err(left) => return run.end(left).await,
        };
    }
}

impl Run {
    fn new(order: Order, sources: Sources) -> Self {
        Self {
            job: order.job,
            sources,
            reports: order.reports,
            stop: order.stop,
            rouse: order.rouse,
            roused: None,
            progress: order.progress,
            transfer: Transfer::new(Begin::default()),
            open: Connections::new(),
            limit: order.limit,
            recheck: order.recheck,
            noted: Instant::now(),
            note: None,
            target: None,
            description: Described::default(),
            schedule: Schedule::default(),
            sync: None,
            begun: Instant::now(),
            older: Vec::new(),
            sync_failed: false,
            progressed: false,
            begun_with: 0,
            carried: Some(SpanSet::new()),
            durable_bytes: 0,
            disk_load: DiskLoad::default(),
        }
    }

    pub(super) fn now(&self) -> Duration {
        self.begun.elapsed()
    }

    pub(super) async fn log(&mut self, told: Told) {
        tracing::info!(job = self.job.id.0, "{}", told.to_text());
        // Only a service that has ended does not listen.
        let _ = self.reports.send(Report { job: self.job.id, what: What::Log(told) }).await;
    }

    /// Tells the service something that must be durable before the run goes on.
    pub(super) async fn save(&mut self, what: impl FnOnce(Saved) -> What) -> Result<(), Failure> {
        let (saved, wait) = oneshot::channel();
        checkpoint::tell(&self.reports, self.job.id, what(saved), wait).await
    }

    /// Opens as many connections as are wanted now.
    pub(super) fn open_connections(&mut self) -> Result<(), Failure> {
        while self.transfer.wants_connection() {
            let Self { transfer, target, progressed, .. } = self;
            let proof = |held: &SpanSet, at| {
                let backing = target.as_ref().map_or(Backing::Bytes, |t| backing(t, held, at));
                proof_bytes(backing, *progressed)
            };
            let Some((id, ask)) = transfer.open(proof) else { break };
            let source = self.sources.at(self.transfer.place_of(id));
            self.open.open(id, &ask, source);
        }
        self.progress.set_connections(self.open.count());
        if self.open.is_empty() {
            return Err(Failure::because(FailureKind::Protocol, Cause::NothingToAsk));
        }
        Ok(())
    }

    /// An answer's head came: judged before a byte of it is read.
    pub(super) async fn hear_answer(
        &mut self,
        id: ConnectionId,
        opened: Box<Opened<HttpBody>>,
    ) -> Result<Move, Exit> {
        let next = self.transfer.answer(id, &opened.head);
        self.log_answer(id, &opened, &next).await;
        // What other connections gathered for an older generation goes where it belongs first.
        self.drop_closed(Cause::Unwanted).await;
        self.leave_changed().await;
        let Move::Read { begin } = next else { return Ok(next) };
        if self.transfer.speaks_for_the_file(id) {
            self.learn_mirrors(&opened.head.duplicates, &opened.final_url).await;
        }
        match begin {
            Some(facts) => {
                self.forget_description().await;
                match self.begin_generation(facts, opened.as_ref()).await {
                    Ok(None) => {}
                    Ok(Some(orphan)) => {
                        drop(opened);
                        return self.take_up(*orphan).await;
                    }
                    Err(why) => {
                        // Another place may send it as it can be taken.
                        self.transfer.unbegin();
                        return Err(why.into());
                    }
                }
            }
            None => self.learn_total().await?,
        }
        if self.transfer.speaks_for_the_file(id) {
            self.learn_description(&opened.head.descriptions, &opened.final_url).await;
        }
        if self.transfer.total() == Some(0) && self.transfer.is_complete() {
            return Ok(Move::Complete);
        }
        self.reserve().await?;
        // The digest of a whole is compared at the end, with the choice to keep the file.
        let part = opened.head.length.filter(|length| Some(*length) != self.transfer.total());
        let told = ContentDigest::new(&opened.head.content_digests).zip(part);
        if let Some(connection) = self.open.connection(id) {
            connection.told = told;
        }
        self.read_on(id, opened.body);
        Ok(Move::Next)
    }

    /// Where the representation begun before was left, that is said.
    pub(super) async fn leave_changed(&mut self) {
        if let Some(why) = self.transfer.take_change() {
            self.sources.begin_anew(self.transfer.main());
            self.log(Told::Changed(why)).await;
        }
    }
}

/// Waits until the run is to stop; the service being gone means it too.
pub(super) async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// What speaks for the bytes held before `at`.
fn backing(target: &Target, held: &SpanSet, at: u64) -> Backing {
    if !target.generation.validator.is_weak() {
        return Backing::Strong;
    }
    let Some(span) = at.checked_sub(1).and_then(|last| held.span_at(last)) else {
        return Backing::Bytes;
    };
    let range = ByteRange::new(span.start.max(at.saturating_sub(PROOF_BYTES)), at);
    let mut bytes = vec![0; usize::try_from(range.len()).unwrap_or_default()];
    let read = target.part.read_exact_at(&mut bytes, range.start).is_ok();
    let flat = read && bytes.windows(2).all(|pair| pair[0] == pair[1]);
    if flat { Backing::FlatBytes } else { Backing::Bytes }
}
