//! The one job that is looked at closely: its connections one by one, its speed over its life, its map
//! and its log. Nothing of it is gathered while nobody looks.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::command::{JobDetails, Reply};
use super::record::{Record, Running};
use super::service::Service;
use crate::engine::report::OpenConnection;
use crate::model::history::SpeedHistory;
use crate::model::id::JobId;
use crate::model::log::{LogLine, MAX_LOG_LINES};
use crate::model::range::SpanSet;
use crate::plan::meter::Meter;

/// One connection as it is seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionView {
    /// What the engine tells of it.
    pub open: OpenConnection,
    /// Bytes a second, smoothed.
    pub speed_bps: u64,
}

/// One job closely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Focus {
    /// What `show` tells of it, without its log.
    pub job: JobDetails,
    /// What is durable of it, in the file that is being written.
    pub durable: SpanSet,
    /// The connections open now.
    pub connections: Vec<ConnectionView>,
    /// Its speed over its life.
    pub history: Arc<SpeedHistory>,
    /// Its log, oldest line first.
    pub log: Arc<Vec<LogLine>>,
}

/// The job that is looked at.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) id: JobId,
    log: Arc<Vec<LogLine>>,
    /// Its history before the run it is in.
    before: SpeedHistory,
    meters: BTreeMap<u32, Meter>,
    focus: Option<Arc<Focus>>,
    /// What is told of it may differ.
    is_stale: bool,
}

impl Watched {
    fn new(id: JobId, log: Vec<LogLine>, before: SpeedHistory) -> Self {
        let meters = BTreeMap::new();
        Self { id, log: Arc::new(log), before, meters, focus: None, is_stale: true }
    }

    /// A line was added to its log.
    pub(super) fn logged(&mut self, line: LogLine) {
        let log = Arc::make_mut(&mut self.log);
        log.push(line);
        let over = log.len().saturating_sub(MAX_LOG_LINES as usize);
        log.drain(..over);
        self.is_stale = true;
    }

    /// Its run is over, which was like this.
    pub(super) fn ran(&mut self, history: &SpeedHistory) {
        self.before.extend(history);
        self.meters.clear();
        self.is_stale = true;
    }

    /// Measures its connections.
    pub(super) fn sample(&mut self, run: Option<&Running>, now: Duration) {
        let open = run.map(|run| run.progress.open()).unwrap_or_default();
        self.meters.retain(|number, _| open.iter().any(|connection| connection.number == *number));
        for connection in open {
            self.meters.entry(connection.number).or_default().sample(connection.received, now);
        }
        self.is_stale = true;
    }

    /// What there is to see of it. Says whether it differs from before.
    pub(super) fn look(&mut self, record: &Record, is_dirty: bool) -> bool {
        if !self.is_stale && !is_dirty {
            return false;
        }
        self.is_stale = false;
        let fresh = Focus {
            job: record.details(Vec::new()),
            durable: record.job.spans.clone(),
            connections: self.connections(record.run.as_deref()),
            history: self.history(record.run.as_deref()),
            log: Arc::clone(&self.log),
        };
        if self.focus.as_deref() == Some(&fresh) {
            return false;
        }
        self.focus = Some(Arc::new(fresh));
        true
    }

    fn connections(&self, run: Option<&Running>) -> Vec<ConnectionView> {
        let Some(run) = run.filter(|run| run.progress.connections() > 0) else { return Vec::new() };
        let speed_bps = |number| self.meters.get(&number).map_or(0, Meter::speed_bps);
        let open = run.progress.open().into_iter();
        open.map(|open| ConnectionView { speed_bps: speed_bps(open.number), open }).collect()
    }

    fn history(&self, run: Option<&Running>) -> Arc<SpeedHistory> {
        let mut history = self.before.clone();
        if let Some(run) = run {
            history.extend(&run.history);
        }
        // Most looks find no new second.
        match self.focus.as_ref().map(|focus| &focus.history) {
            Some(before) if **before == history => Arc::clone(before),
            Some(_) | None => Arc::new(history),
        }
    }

    pub(super) fn focus(&self) -> Option<Arc<Focus>> {
        self.focus.clone()
    }
}

impl Service {
    /// Looks at a job closely, or at none any more.
    pub(super) async fn watch(&mut self, id: Option<JobId>) -> Reply {
        if self.watched.as_ref().map(|watched| watched.id) == id {
            return Reply::Ok;
        }
        if let Some(before) = self.watched.take() {
            self.watch_run(before.id, false);
        }
        let Some(id) = id.filter(|id| self.records.contains_key(id)) else {
            self.layout += 1;
            return Reply::Ok;
        };
        // What cannot be read is not shown; the list goes on.
        let log = self.store.log(id).await.unwrap_or_default();
        let before = self.store.speeds(id).await.unwrap_or_default();
        self.watched = Some(Watched::new(id, log, before));
        self.watch_run(id, true);
        Reply::Ok
    }

    /// Lets a run tell of its connections one by one, or not.
    pub(super) fn watch_run(&self, id: JobId, watched: bool) {
        if let Some(run) = self.records.get(&id).and_then(|record| record.run.as_deref()) {
            run.progress.watch(watched);
        }
    }

    /// Measures the connections of the job that is looked at.
    pub(super) fn sample_watched(&mut self, now: Duration) {
        if let Some(watched) = &mut self.watched {
            let record = self.records.get(&watched.id);
            watched.sample(record.and_then(|record| record.run.as_deref()), now);
        }
    }

    /// What the run of a job was like is kept.
    pub(super) fn keep_history(&mut self, id: JobId, history: SpeedHistory) {
        if history.secs() == 0 {
            return;
        }
        if let Some(watched) = self.watched.as_mut().filter(|watched| watched.id == id) {
            watched.ran(&history);
        }
        drop(self.store.extend_speeds(id, history));
    }

    /// Brings what is told of the job that is looked at up to date. Says whether it differs.
    pub(super) fn refresh_focus(&mut self, dirty: &[JobId]) -> bool {
        let Some(watched) = &mut self.watched else { return false };
        if let Some(record) = self.records.get(&watched.id) {
            return watched.look(record, dirty.contains(&watched.id));
        }
        self.watched = None;
        true
    }
}
