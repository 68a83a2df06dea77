//! The service loop: the only owner of the list of jobs. Commands, reports and time come in one
//! after the other; the fleet decides; effects are carried out; a snapshot goes out where it differs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;

use super::adding::Probes;
use super::all_done::Ending;
use super::command::{Command, Refusal, Reply};
use super::event::Event;
use super::focus::Watched;
use super::handle::{Envelope, ServiceEnd};
use super::hosts::Hosts;
use super::hours::{Hours, Regime};
use super::later::{FreeSpace, Later, MAX_LATER};
use super::record::Record;
use super::refresh::Links;
use super::relocate::Moves;
use super::settings::Kept;
use super::views::Views;
use super::waits::{SECOND, Waits, Wall};
use crate::engine::http::Clients;
use crate::engine::limiter::Limiter;
use crate::engine::report::Report;
use crate::engine::threads::Threads;
use crate::model::host::HostFacts;
use crate::model::id::JobId;
use crate::model::settings::Settings;
use crate::model::ui_state::UiState;
use crate::plan::all_done::AllDone;
use crate::plan::fleet::Fleet;
use crate::plan::offers::Offers;
use crate::store::{SettingsFile, StoreHandle};

/// Snapshots while something runs.
const TICK: Duration = Duration::from_millis(200);
/// How long the end may take.
const MAX_CLOSING: Duration = Duration::from_millis(1500);
/// Reports that may wait for the service.
const MAX_REPORTS: usize = 256;

/// What a front end is told by: called after a snapshot that differs.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// The service of one data directory.
pub(super) struct Service {
    pub(super) store: StoreHandle,
    pub(super) fleet: Fleet,
    pub(super) records: BTreeMap<JobId, Box<Record>>,
    pub(super) hosts: Hosts,
    /// Jobs not gone on with since an end that was not in order.
    pub(super) unclean: BTreeSet<JobId>,
    /// Jobs that are done, whose older parts may not all have gone before the last end.
    pub(super) older_left: Vec<JobId>,
    pub(super) settings: Arc<Settings>,
    pub(super) ui_state: Arc<UiState>,
    pub(super) settings_file: SettingsFile,
    /// Keys of that file whose values could not be used.
    pub(super) settings_wrong: Vec<String>,
    pub(super) clients: Clients,
    pub(super) limiter: Limiter,
    pub(super) threads: Threads,
    pub(super) reports: mpsc::Sender<Report>,
    pub(super) end: ServiceEnd,
    pub(super) has_window: bool,
    pub(super) later: mpsc::Sender<Later>,
    pub(super) free: FreeSpace,
    pub(super) waits: Waits,
    pub(super) links: Links,
    pub(super) moves: Moves,
    pub(super) probes: Probes,
    pub(super) watched: Option<Watched>,
    pub(super) views: Views,
    pub(super) all_done: AllDone,
    /// What is announced.
    pub(super) ending: Option<Ending>,
    pub(super) hours: Hours,
    pub(super) offers: Offers,
    pub(super) regime: Arc<Regime>,
    reports_end: mpsc::Receiver<Report>,
    pub(super) later_end: mpsc::Receiver<Later>,
    wake: Wake,
    pub(super) begun: Instant,
    pub(super) layout: u64,
    pub(super) dirty: Vec<JobId>,
    closing_since: Option<Instant>,
}

/// What a service begins with.
pub(super) struct Begin {
    pub(super) store: StoreHandle,
    pub(super) fleet: Fleet,
    pub(super) records: BTreeMap<JobId, Box<Record>>,
    pub(super) hosts: Vec<HostFacts>,
    pub(super) was_clean: bool,
    pub(super) kept: Kept,
    pub(super) ui_state: Arc<UiState>,
    pub(super) end: ServiceEnd,
    pub(super) wake: Wake,
    pub(super) has_window: bool,
    pub(super) wall: Wall,
}

impl Service {
    pub(super) fn new(begin: Begin) -> Self {
        let (reports, reports_end) = mpsc::channel(MAX_REPORTS);
        let (later, later_end) = mpsc::channel(MAX_LATER);
        let unfinished = begin.records.values().filter(|record| !record.job.phase.is_done());
        let unclean = unfinished.map(|record| record.job.id).filter(|_| !begin.was_clean).collect();
        let older_left = begin.records.values().filter(|r| !begin.was_clean && r.had_older());
        let older_left = older_left.map(|record| record.job.id).collect();
        let mut views = Views::default();
        views.reorder();
        let clients = Clients::default();
        let ended = clients.clone();
        Self {
            store: begin.store,
            fleet: begin.fleet,
            records: begin.records,
            hosts: Hosts::new(begin.hosts),
            unclean,
            older_left,
            settings: Arc::new(begin.kept.settings),
            settings_file: begin.kept.file,
            settings_wrong: begin.kept.wrong,
            ui_state: begin.ui_state,
            clients,
            limiter: Limiter::default(),
            threads: Threads::new(move |number| ended.forget_thread(number)),
            reports,
            end: begin.end,
            has_window: begin.has_window,
            later,
            free: FreeSpace::default(),
            waits: Waits::new(begin.wall),
            links: Links::default(),
            moves: Moves::default(),
            probes: Probes::default(),
            watched: None,
            views,
            all_done: AllDone::default(),
            ending: None,
            hours: Hours::default(),
            offers: Offers::default(),
            regime: Arc::default(),
            reports_end,
            later_end,
            wake: begin.wake,
            begun: Instant::now(),
            layout: 1,
            dirty: Vec::new(),
            closing_since: None,
        }
    }

    /// Runs until told to quit, or until every handle is gone.
    pub(super) async fn run(mut self) {
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut seconds = tokio::time::interval(SECOND);
        seconds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        self.look_for_space();
        self.act_on_settings();
        self.forget_the_left().await;
        self.finish_moves();
        self.fill().await;
        self.publish();
        while !self.has_closed() {
            let due = self.next_due();
            let is_up = self.is_anything_up();
            self.waits.watch_routes(is_up);
            tokio::select! {
                envelope = self.end.commands.recv() => match envelope {
                    Some(envelope) => self.receive(envelope).await,
                    None => self.close().await,
                },
                Some(report) = self.reports_end.recv() => self.hear(report).await,
                Some(later) = self.later_end.recv() => self.take_in(later).await,
                _ = tick.tick(), if self.fleet.any_live() || self.closing_since.is_some() => self.measure(),
                _ = seconds.tick(), if is_up => self.look_at_clocks().await,
                () = self.waits.routes_changed() => self.take_new_routes().await,
                () = sleep(due), if due.is_some() => {}
            }
            self.fill().await;
            self.look_at_end().await;
            self.publish();
        }
        self.leave().await;
    }

    fn next_due(&self) -> Option<Duration> {
        let now = self.waits.now();
        let job = self.fleet.next_due().map(|due| {
            let left = Duration::try_from(due.duration_since(now)).unwrap_or_default();
            left.min(Duration::from_secs(30))
        });
        job.into_iter().chain(self.until_end()).chain(self.until_hours()).min()
    }

    async fn receive(&mut self, envelope: Envelope) {
        let Envelope { command, reply } = envelope;
        if let Command::Quit = command {
            self.close().await;
            answer(reply, Reply::Ok);
            return;
        }
        let unheard = reply.is_none();
        if let Some((reply, told)) = self.obey(command, reply).await {
            if unheard {
                self.tell_unheard(&told);
            }
            answer(reply, told);
        }
    }

    /// Starts what may be started.
    pub(super) async fn fill(&mut self) {
        self.heed_probe().await;
        self.heed_hours();
        let effects = self.fleet.fill(self.waits.now());
        self.carry_on(effects).await;
    }

    fn measure(&mut self) {
        self.look_for_space();
        let now = self.begun.elapsed();
        for (id, record) in &mut self.records {
            if record.run.is_some() {
                record.sample(now);
                self.dirty.push(*id);
            }
            if record.run.as_mut().is_some_and(|run| run.end_if_dead()) {
                tracing::error!(job = id.0, "the run gave no sign of life and is ended");
                // What it wrote since its last checkpoint counts by its hashes, as after a crash.
                self.unclean.insert(*id);
            }
        }
        self.feel_limits();
        self.sample_watched(now);
    }

    /// Sends out a snapshot, where anything differs.
    pub(super) fn publish(&mut self) {
        let mut differs = false;
        let dirty = std::mem::take(&mut self.dirty);
        for id in &dirty {
            let Some(record) = self.records.get_mut(id) else { continue };
            if record.refresh() {
                self.views.put(&record.view);
                differs = true;
            }
        }
        differs |= self.refresh_focus(&dirty);
        let before = self.end.snapshots.borrow().clone();
        if !differs && before.layout == self.layout && before.free_bytes == self.free.bytes {
            return;
        }
        let (records, fleet) = (&self.records, &self.fleet);
        self.views.gather(|| {
            let records = fleet.ids().filter_map(|id| records.get(&id));
            records.map(|record| Arc::clone(&record.view)).collect()
        });
        let snapshot = self.snapshot(before.revision + 1);
        self.end.snapshots.send_replace(Arc::new(snapshot));
        (self.wake)();
    }

    /// Something other than progress changed.
    pub(super) fn changed(&mut self, id: JobId) {
        self.layout += 1;
        self.dirty.push(id);
    }

    /// What wakes the front end.
    pub(super) fn waker(&self) -> Wake {
        Arc::clone(&self.wake)
    }

    /// Wakes the front end for an event.
    pub(super) fn tell(&self, event: Event) {
        self.end.events.push(event);
        (self.wake)();
    }

    pub(super) async fn close(&mut self) {
        if self.closing_since.is_none() {
            self.closing_since = Some(Instant::now());
            let effects = self.fleet.close();
            self.carry_on(effects).await;
        }
    }

    pub(super) fn is_closing(&self) -> bool {
        self.closing_since.is_some()
    }

    fn has_closed(&self) -> bool {
        self.closing_since
            .is_some_and(|since| !self.fleet.any_live() || since.elapsed() > MAX_CLOSING)
    }

    /// Everything is saved; the store is closed and the front end told.
    async fn leave(mut self) {
        // Who sent something since is not left to wonder.
        self.end.commands.close();
        while let Ok(Envelope { reply, .. }) = self.end.commands.try_recv() {
            answer(reply, Reply::Refused(Refusal::Ended));
        }
        if !self.fleet.any_live() && self.store.mark_clean().await.is_err() {
            tracing::warn!("the end could not be marked as clean");
        }
        let store = self.store.clone();
        match tokio::task::spawn_blocking(move || store.close()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!("closing the store: {error}"),
            Err(error) => tracing::error!("closing the store: {error}"),
        }
        self.end.events.push(Event::Ended);
        (self.wake)();
    }
}

/// Answers where someone waits; who left meanwhile hears nothing.
pub(super) fn answer(reply: Option<tokio::sync::oneshot::Sender<Reply>>, told: Reply) {
    if let Some(reply) = reply {
        let _ = reply.send(told);
    }
}

/// A store's refusal in words.
pub(super) fn refused(error: impl std::fmt::Display) -> Reply {
    Reply::Refused(Refusal::Store(error.to_string()))
}

async fn sleep(due: Option<Duration>) {
    if let Some(due) = due {
        tokio::time::sleep(due).await;
    }
}
