//! What the service holds of one job: the row, its run while it has one, and the view made of both.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::task::AbortHandle;

use super::command::JobDetails;
use super::snapshot::{JobView, MAX_VIEW_SPANS};
use crate::engine::report::Progress;
use crate::model::category::Category;
use crate::model::history::SpeedHistory;
use crate::model::id::JobId;
use crate::model::job::Job;
use crate::model::log::LogLine;
use crate::model::phase::{Intent, Phase, State};
use crate::model::range::{ByteRange, SpanSet};
use crate::model::url::SourceUrl;
use crate::model::why::Kept;
use crate::plan::expiry::expires_at;
use crate::plan::meter::Meter;
use crate::plan::why::{Facts, InCommon, why};

/// A run that listens hears something ten times a second. One that heard nothing through so many looks,
/// a minute's, is dead, however busy this computer is; time alone says nothing, for the program may
/// have been stopped as a whole.
pub(super) const DEAD_AFTER: u32 = 300;

/// A run as the service holds it.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) stop: watch::Sender<bool>,
    /// Changes when its connections must show that they live.
    pub(super) rouse: watch::Sender<u32>,
    pub(super) progress: Arc<Progress>,
    /// Ends it from outside, which is done once at most.
    abort: Option<AbortHandle>,
    /// Its turns at the last look, and how many looks before found it listening in the same one.
    turns: u64,
    quiet: u32,
    pub(super) meter: Meter,
    /// What this run was like so far.
    pub(super) history: SpeedHistory,
    /// When its last whole second began, and what had come by then.
    second: Option<(Duration, u64)>,
}

impl Running {
    pub(super) fn new(
        stop: watch::Sender<bool>,
        rouse: watch::Sender<u32>,
        progress: Arc<Progress>,
        abort: Option<AbortHandle>,
    ) -> Self {
        let (meter, history) = (Meter::default(), SpeedHistory::default());
        let (turns, quiet) = (0, 0);
        Self { stop, rouse, progress, abort, turns, quiet, meter, history, second: None }
    }

    /// A look at whether the run lives: one that gave no sign for so many looks that none will come is
    /// ended. True where it is ended now; a thread that hangs in the system ends later, and its job
    /// with it.
    pub(super) fn end_if_dead(&mut self) -> bool {
        let turns = self.progress.turns();
        let listens = turns % 2 == 1;
        self.quiet = if listens && turns == self.turns { self.quiet + 1 } else { 0 };
        self.turns = turns;
        let is_dead = self.quiet >= DEAD_AFTER;
        let abort = self.abort.take_if(|_| is_dead);
        abort.inspect(AbortHandle::abort).is_some()
    }

    fn sample(&mut self, now: Duration) {
        let received = self.progress.received_bytes();
        self.meter.sample(received, now);
        let (since, before) = *self.second.get_or_insert((now, received));
        let secs = now.saturating_sub(since).as_secs();
        if secs == 0 {
            return;
        }
        // Where the look came late, what came is spread over the seconds since the last.
        let (came, share) = (received - before, (received - before) / secs);
        for n in 0..secs {
            self.history.second(if n == 0 { came - share * (secs - 1) } else { share });
        }
        self.second = Some((since + Duration::from_secs(secs), received));
    }
}

/// What is so of a job beside its row and its run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Around {
    pub(super) attempt: u32,
    /// What keeps it from running, where it is wanted.
    pub(super) kept: Option<Kept>,
    /// A limit it is at together with others.
    pub(super) in_common: Option<InCommon>,
}

/// One job.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) job: Job,
    pub(super) run: Option<Box<Running>>,
    pub(super) around: Around,
    /// The name the user gave the file since its run began.
    pub(super) renamed: Option<String>,
    /// It was found finished when the program started: whoever waited for it was not told.
    pub(super) untold: bool,
    /// An older, unfinished job that holds a part of the same file.
    pub(super) same_as: Option<JobId>,
    link_until: Option<Timestamp>,
    pub(super) view: Arc<JobView>,
}

impl Record {
    /// Boxed: it is large, and kept in a tree whose nodes are rarely full.
    pub(super) fn new(job: Job) -> Box<Self> {
        let link_until = expires_at(&job.url);
        let (is_done, around) = (job.phase.is_done(), Around::default());
        let first =
            JobView { link_until: link_until.filter(|_| !is_done), ..view(&job, None, around) };
        let (renamed, untold, same_as, view) = (None, false, None, Arc::new(first));
        Box::new(Self { job, run: None, around, renamed, untold, same_as, link_until, view })
    }

    /// The job comes from another link now.
    pub(super) fn set_url(&mut self, url: SourceUrl) {
        self.link_until = expires_at(&url);
        self.job.url = url;
    }

    /// Whether it is done and was begun anew on the way, so that there were older parts.
    pub(super) fn had_older(&self) -> bool {
        self.job.phase.is_done() && self.job.generation.as_ref().is_some_and(|g| g.number > 1)
    }

    /// Bytes a second that come now.
    pub(super) fn speed_bps(&self) -> u64 {
        self.run.as_ref().map_or(0, |run| run.meter.speed_bps())
    }

    /// Measures a run's rate.
    pub(super) fn sample(&mut self, now: Duration) {
        if let Some(run) = &mut self.run {
            run.sample(now);
        }
    }

    /// Makes the view anew. True where it differs from before.
    pub(super) fn refresh(&mut self) -> bool {
        let is_done = self.job.phase.is_done();
        let fresh = JobView {
            link_until: self.link_until.filter(|_| !is_done),
            same_as: self.same_as.filter(|_| !is_done),
            ..view(&self.job, self.run.as_deref(), self.around)
        };
        if *self.view == fresh {
            return false;
        }
        self.view = Arc::new(fresh);
        true
    }

    /// All there is to tell of it, with this log.
    pub(super) fn details(&self, log: Vec<LogLine>) -> JobDetails {
        let (job, generation) = (&self.job, self.job.generation.as_ref());
        let validator = generation.map(|g| &g.validator);
        let written = self.run.as_ref().map(|run| run.progress.map().written);
        let spans = written.filter(|w| !w.is_empty()).unwrap_or_else(|| job.spans.clone());
        JobDetails {
            view: (*self.view).clone(),
            spans: spans.iter().collect(),
            sources: job.sources().iter().map(SourceUrl::redacted).collect(),
            etag: validator.and_then(|v| v.etag.as_ref().map(|e| e.0.clone())),
            last_modified: validator.and_then(|v| v.last_modified.clone()),
            part: generation.filter(|_| !job.phase.is_done()).map(|g| job.dir.join(&g.part_name)),
            by_overlap: generation.is_some_and(|g| g.by_overlap),
            log,
        }
    }

    /// The state in a word.
    pub(super) fn state(&self) -> State {
        self.view.state
    }
}

/// When a job goes on by itself, as far as that is known.
fn until(phase: &Phase, kept: Option<Kept>) -> Option<Timestamp> {
    match phase {
        Phase::Waiting { until, .. } => kept.map_or(Some(*until), Kept::until),
        Phase::Queued => kept.and_then(Kept::until),
        Phase::Live
        | Phase::NeedsLink(_)
        | Phase::Finishing
        | Phase::Stopped
        | Phase::Failed(_)
        | Phase::Done { .. } => None,
    }
}

fn view(job: &Job, run: Option<&Running>, around: Around) -> JobView {
    let Around { attempt, kept, in_common } = around;
    let flowing = run.is_some_and(|r| r.progress.is_flowing());
    let map = run.map(|r| r.progress.map());
    let total = job.total().or_else(|| map.as_ref().and_then(|m| m.total));
    let name = job.display_name();
    let done = if let Phase::Done { path, bytes, at } = &job.phase {
        Some((path, *bytes, *at))
    } else {
        None
    };
    let path = done.map_or_else(|| job.dir.join(&name), |(path, ..)| path.clone());
    let finished_at = done.map(|(.., at)| at);
    // Nothing is written yet in this run, or there is none: what is durable is what there is.
    let written = map.map(|m| m.written).filter(|w| !w.is_empty());
    let written = written.as_ref().unwrap_or(&job.spans);
    let done_bytes = done.map_or_else(|| written.total(), |(_, bytes, _)| bytes);
    let missing = total.map(|t| t.saturating_sub(done_bytes));
    let state = State::of(job.intent, &job.phase, flowing).of_bytes(done_bytes, missing);
    let is_live = matches!(job.phase, Phase::Live);
    let meter = run.filter(|_| is_live).map(|r| &r.meter);
    let speed_bps = meter.map_or(0, Meter::speed_bps);
    let connections = run.map_or(0, |r| r.progress.connections());
    let name = path.file_name().map_or(name, |n| n.to_string_lossy().into_owned());
    JobView {
        id: job.id,
        url: job.url.redacted(),
        host: job.url.host().to_owned(),
        category: Category::of(&name),
        name,
        dir: job.dir.clone(),
        path,
        state,
        intent: job.intent,
        settling: is_live && job.intent != Intent::Run,
        total_bytes: total,
        done_bytes,
        spans: if finished_at.is_some() { Arc::default() } else { few_spans(written) },
        speed_bps,
        eta_secs: meter.zip(missing).and_then(|(m, missing)| m.eta_secs(missing)),
        limit_bps: job.options.limit_bps,
        queue: job.queue,
        not_before: job.not_before,
        connections,
        until: until(&job.phase, kept),
        attempt,
        error: job.phase.failure().cloned(),
        why: why(&Facts {
            state,
            phase: &job.phase,
            kept,
            limit_bps: job.options.limit_bps,
            in_common,
            speed_bps,
            connections,
            missing,
            circumstances: run.map(|r| r.progress.circumstances()).unwrap_or_default(),
        }),
        link_until: None,
        same_as: None,
        has_page: page(job).is_some(),
        proof: job.proof(),
        created_at: job.created_at,
        finished_at,
    }
}

/// The page a job came from, where it was told with its link.
pub(super) fn page(job: &Job) -> Option<SourceUrl> {
    job.options.referer.as_deref().and_then(|page| SourceUrl::parse(page).ok())
}

/// At most [`MAX_VIEW_SPANS`] spans: where there are more, the smallest gaps are not shown.
fn few_spans(spans: &SpanSet) -> Arc<[ByteRange]> {
    if spans.count() <= MAX_VIEW_SPANS {
        return spans.iter().collect();
    }
    let all: Vec<ByteRange> = spans.iter().collect();
    let mut gaps: Vec<(u64, usize)> =
        all.windows(2).enumerate().map(|(n, w)| (w[1].start - w[0].end, n)).collect();
    gaps.sort_unstable_by_key(|(len, _)| std::cmp::Reverse(*len));
    gaps.truncate(MAX_VIEW_SPANS - 1);
    let mut cuts: Vec<usize> = gaps.into_iter().map(|(_, n)| n).collect();
    cuts.sort_unstable();
    cuts.push(all.len() - 1);
    let mut first = 0;
    let join = |last: usize| {
        let joined = ByteRange::new(all[first].start, all[last].end);
        first = last + 1;
        joined
    };
    cuts.into_iter().map(join).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{generation, made, new_job, world};
    use super::*;
    use crate::model::why::Why;

    #[test]
    fn many_spans_are_shown_as_few_with_the_widest_gaps_kept() {
        let mut spans = SpanSet::new();
        let mut at = 0;
        for n in 0..1000u64 {
            spans.insert(ByteRange::new(at, at + 10));
            at += 10 + if n % 10 == 0 { 100 } else { 1 };
        }
        let few = few_spans(&spans);
        assert_eq!(few.len(), MAX_VIEW_SPANS);
        let wide = few.windows(2).filter(|w| w[1].start - w[0].end == 100).count();
        assert_eq!(wide, 100);
        assert_eq!(
            (few[0].start, few[few.len() - 1].end),
            (0, spans.iter().next_back().unwrap().end)
        );
    }

    #[tokio::test]
    async fn where_every_byte_is_here_it_is_being_checked() {
        let files = tempfile::tempdir().unwrap();
        let mut world = world(vec![new_job(files.path())]).await;
        let part = made(files.path().join("a.iso.part"));
        world.is_at(1, generation(&part), Phase::Live).await;
        let record = world.service.records.get_mut(&JobId(1)).unwrap();
        for (held, state) in [(3, State::Connecting), (4, State::Verifying)] {
            record.job.spans.insert(ByteRange::new(0, held));
            record.refresh();
            assert_eq!((record.view.state, record.view.done_bytes), (state, held));
        }
        assert_eq!(record.view.why, Why::Checking);
        record.job.phase = Phase::Stopped;
        record.refresh();
        assert_eq!(record.view.state, State::Queued);
    }
}
