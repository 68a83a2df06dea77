//! One job's run: opens its part file, drives `plan::transfer` over connections until every byte
//! is durable, then finishes. Carries out and decides nothing itself.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use super::checkpoint;
use super::disk::{self, Part};
use super::finish;
use super::http::{Clients, HttpSource};
use super::report::{Progress, Report, Saved, What};
use super::source::{Opened, Source};
use super::writer::Writer;
use crate::model::disposition;
use crate::model::failure::{Failure, FailureKind};
use crate::model::host::HostFacts;
use crate::model::job::{Generation, Job};
use crate::model::name::choose_name;
use crate::model::range::{ByteRange, SpanSet};
use crate::plan::checkpoint::Schedule;
use crate::plan::decide::{Ask, Shape};
use crate::plan::fleet::Ended;
use crate::plan::identity::Known;
use crate::plan::planner::ConnectionId;
use crate::plan::recover::{Reopened, reopen};
use crate::plan::transfer::{Begin, Facts, MAX_PROOF_BYTES, Move, PROOF_BYTES, Transfer};

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

/// The open part file and the thread that writes it.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) generation: Generation,
    pub(super) part: Part,
    pub(super) writer: Writer,
    /// Space is reserved for the whole.
    pub(super) reserved: bool,
}

/// One job's run.
pub(super) struct Run {
    pub(super) job: Job,
    pub(super) host: HostFacts,
    pub(super) reports: mpsc::Sender<Report>,
    pub(super) stop: watch::Receiver<bool>,
    pub(super) progress: Arc<Progress>,
    pub(super) transfer: Transfer,
    pub(super) target: Option<Target>,
    pub(super) schedule: Schedule,
    pub(super) sync: Option<(JoinHandle<Result<(), Failure>>, Duration)>,
    pub(super) begun: Instant,
    /// An older generation's part, kept until the new one has passed it.
    pub(super) older: Option<(Generation, u64)>,
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
            transfer: Transfer::new(Begin::default()),
            target: None,
            schedule: Schedule::default(),
            sync: None,
            begun: Instant::now(),
            older: None,
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

    /// Opens what an earlier run left, as far as it is ours.
    async fn open_target(&mut self) -> Result<(), Failure> {
        disk::make_folder(&self.job.dir)?;
        let mut begin = Begin {
            ranges: self.host.ranges,
            condition: self.host.condition,
            plain: self.host.plain_get,
            checked: self.job.options.expected.is_some(),
            ..Begin::default()
        };
        if let Some(generation) = self.job.generation.clone() {
            let found = disk::look(&self.job.dir.join(&generation.part_name));
            match reopen(&generation, &self.job.spans, found) {
                // What failed its checksum is fetched anew; the old part goes when it is passed.
                Reopened::Held(held) if self.failed_its_checksum() => {
                    self.older = Some((generation, held.total()));
                }
                Reopened::Held(held) => {
                    begin.known = known(&generation);
                    begin.held = held.clone();
                    self.adopt(generation, held)?;
                }
                Reopened::Lost(failure) => {
                    if let Some(failure) = failure {
                        self.log(format!("{}; beginning anew", failure.detail)).await;
                    }
                    self.older = Some((generation, 0));
                }
            }
        }
        self.transfer = Transfer::new(begin);
        Ok(())
    }

    fn failed_its_checksum(&self) -> bool {
        self.job.last_error.as_ref().is_some_and(|e| e.kind == FailureKind::ChecksumMismatch)
    }

    fn adopt(&mut self, generation: Generation, held: SpanSet) -> Result<(), Failure> {
        let part = disk::open_part(&self.job.dir, &generation.part_name)?;
        self.progress.change_map(|map| map.total = generation.total);
        self.start_writer(generation, part, held)
    }

    fn start_writer(
        &mut self,
        generation: Generation,
        part: Part,
        held: SpanSet,
    ) -> Result<(), Failure> {
        let writer = Writer::start(part.clone(), held, Arc::clone(&self.progress))
            .map_err(|error| Failure::new(FailureKind::SystemLimit, error.to_string()))?;
        self.target = Some(Target { generation, part, writer, reserved: false });
        Ok(())
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
        if self.transfer.is_complete() {
            return Ok(Move::Complete);
        }
        self.reserve()?;
        self.read_body(id, &mut opened.body).await
    }

    /// A representation begins: its part file is made and saved before its first byte is written.
    async fn begin_generation<B>(
        &mut self,
        facts: Facts,
        opened: &Opened<B>,
    ) -> Result<(), Failure> {
        self.progress.change_map(|map| map.total = facts.total);
        if let Some(encoding) =
            facts.encoding.as_deref().filter(|_| !is_stored_encoded(&opened.final_url))
        {
            let detail =
                format!("the server sends the file encoded ({encoding}), though asked not to");
            return Err(Failure::new(FailureKind::Protocol, detail));
        }
        if let Some(target) = &mut self.target
            && target.writer.written().is_empty()
        {
            target.part.empty(&self.job.dir)?;
            target.reserved = false;
            fill_in(&mut target.generation, facts);
            let generation = target.generation.clone();
            return self.save(|saved| What::Updated(generation, saved)).await;
        }
        let old = self.target.take().map(|t| (t.generation, t.writer.written().total()));
        let (generation, part) = match old.as_ref().or(self.older.as_ref()) {
            Some((before, _)) => {
                let (number, part) = disk::create_next(&self.job.dir, &before.name, before.number)?;
                (Generation { number, ..before.clone() }, part)
            }
            None => self.first_generation(&facts, opened)?,
        };
        let mut generation =
            Generation { part_name: part.name.clone(), file_id: part.id, ..generation };
        fill_in(&mut generation, facts);
        self.older = old.or_else(|| self.older.take());
        self.schedule = Schedule::default();
        let saved = generation.clone();
        self.start_writer(generation, part, SpanSet::new())?;
        self.save(|done| What::Begun(saved, done)).await
    }

    fn first_generation<B>(
        &self,
        facts: &Facts,
        opened: &Opened<B>,
    ) -> Result<(Generation, Part), Failure> {
        let sent = opened.head.disposition.as_deref().map(disposition::parse).unwrap_or_default();
        let wanted = choose_name(
            self.job.name.as_deref(),
            &sent,
            &opened.final_url,
            facts.content_type.as_deref(),
        );
        let (name, part) = disk::create_first(&self.job.dir, &wanted)?;
        let generation = Generation {
            number: 1,
            name: name.into(),
            part_name: part.name.clone(),
            file_id: part.id,
            total: None,
            validator: facts.validator.clone(),
            encoding: None,
            content_type: None,
            by_overlap: false,
        };
        Ok((generation, part))
    }

    /// What an answer told of the size, and whether bytes had to prove it, is saved.
    async fn learn_total(&mut self) -> Result<(), Failure> {
        let (total, by_overlap) = (self.transfer.total(), self.transfer.by_overlap());
        let Some(target) = &mut self.target else { return Ok(()) };
        let generation = &mut target.generation;
        if generation.total == total && generation.by_overlap == by_overlap {
            return Ok(());
        }
        generation.total = total;
        generation.by_overlap |= by_overlap;
        let generation = generation.clone();
        self.progress.change_map(|map| map.total = total);
        self.save(|saved| What::Updated(generation, saved)).await
    }

    fn reserve(&mut self) -> Result<(), Failure> {
        if let (Some(target), Some(total)) = (&mut self.target, self.transfer.total())
            && !target.reserved
        {
            target.part.reserve(&self.job.dir, total)?;
            target.reserved = true;
        }
        Ok(())
    }

    /// How much before the next byte is compared: more where it is all one value and proves little.
    fn proof_bytes(&self) -> u64 {
        let Some(target) = &self.target else { return PROOF_BYTES };
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
            sync.await.unwrap_or_else(|_| Err(Failure::new(FailureKind::DiskError, "")))?;
        }
        let Some(target) = &mut self.target else { return Ok(()) };
        target.writer.flush().await;
        if target.writer.take_fresh() > 0 {
            self.progressed = true;
        }
        let number = target.generation.number;
        checkpoint::begin(self.job.id, number, &target.part, &target.writer, self.reports.clone())
            .await
            .unwrap_or_else(|_| Err(Failure::new(FailureKind::DiskError, "")))
    }
}

/// Waits until the run is to stop; the service being gone means it too.
pub(super) async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

fn known(generation: &Generation) -> Known {
    Known {
        total: generation.total,
        validator: generation.validator.clone(),
        encoding: generation.encoding.clone(),
        is_page: matches!(
            generation.content_type.as_deref(),
            Some("text/html" | "application/xhtml+xml")
        ),
        begun: true,
    }
}

fn fill_in(generation: &mut Generation, facts: Facts) {
    generation.total = facts.total;
    generation.validator = facts.validator;
    generation.encoding = facts.encoding;
    generation.content_type = facts.content_type;
    generation.by_overlap = false;
}

/// Files that are stored compressed are often sent with an encoding they are not asked in: their
/// bytes are the file.
fn is_stored_encoded(url: &crate::model::url::SourceUrl) -> bool {
    let name = url.last_segment().unwrap_or_default().to_ascii_lowercase();
    [".gz", ".tgz", ".svgz", ".z", ".bz2", ".xz", ".zst", ".br"]
        .iter()
        .any(|ending| name.ends_with(ending))
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
