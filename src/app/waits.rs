//! What jobs wait for beside a moment: a network, a volume, the end of a sleep. Looked at only while
//! a job runs or waits; nothing of it costs anything while all is idle.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use super::later::Later;
use super::service::Service;
use crate::engine::disk::look_at_volume;
use crate::engine::network::{Watch, routes};
use crate::model::failure::{Failure, FailureKind, Remedy};
use crate::model::id::JobId;
use crate::model::log::Told;
use crate::model::phase::Phase;
use crate::model::place::{Peer, Place};
use crate::plan::fleet::{Effect, Ended};
use crate::plan::meter::Meter;
use crate::plan::network::{Network, Routes, Seen};
use crate::plan::volume::Volume;
use crate::plan::wake::{Clocks, Parted};

/// How often the clocks are compared.
pub(super) const SECOND: Duration = Duration::from_secs(1);

/// The time of day; tests set it as they like.
pub(super) type Wall = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What is known of the network and the clocks.
pub(super) struct Waits {
    wall: Wall,
    begun: Instant,
    clocks: Clocks,
    network: Network,
    pub(super) watch: Option<Watch>,
    /// Looks at volumes that have not come back: on a hung one they never may.
    looking: HashSet<JobId>,
}

impl Waits {
    pub(super) fn new(wall: Wall) -> Self {
        Self {
            wall,
            begun: Instant::now(),
            clocks: Clocks::default(),
            network: Network::default(),
            watch: None,
            looking: HashSet::new(),
        }
    }

    /// The time of day.
    pub(super) fn now(&self) -> Timestamp {
        (self.wall)()
    }

    fn steady(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Waits until the routes change; for ever where nobody watches them.
    pub(super) async fn routes_changed(&mut self) {
        match &mut self.watch {
            Some(watch) => watch.changed().await,
            None => std::future::pending().await,
        }
    }

    /// Routes are watched while anybody cares.
    pub(super) fn watch_routes(&mut self, is_wanted: bool) {
        if !is_wanted {
            self.watch = None;
        } else if self.watch.is_none() {
            // Where it is not allowed, a lost network is found again by looking.
            self.watch = Watch::begin().ok();
        }
    }
}

impl Service {
    /// Whether a job runs or waits, so that a sleep and the network matter.
    pub(super) fn is_anything_up(&self) -> bool {
        self.fleet.any_live() || self.fleet.any_waiting()
    }

    /// Compares the clocks: the computer may have slept.
    pub(super) async fn look_at_clocks(&mut self) {
        self.believe_less();
        let (wall, steady) = (self.waits.now(), self.waits.steady());
        match self.waits.clocks.look(wall, steady) {
            Parted::No => {}
            Parted::Slept(slept) => {
                self.connect_anew(Told::Slept(slept.as_secs())).await;
            }
            Parted::SetBack(by) => {
                tracing::info!("the clock was set back by {} s", by.as_secs());
                let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
                let effects = self.fleet.clock_was_set_back(by, wall);
                self.carry_on(effects).await;
            }
        }
    }

    /// The routes changed: where any is left, what waits for a network looks at once.
    pub(super) async fn take_new_routes(&mut self) {
        if routes() != Routes::Nowhere {
            self.connect_anew(Told::NetworkChanged).await;
        }
    }

    /// Idle connections are forgotten, those in use must show that they live, rates are measured
    /// from nought, and what waits for a network looks for it.
    async fn connect_anew(&mut self, why: Told) {
        tracing::info!("{}", why.to_text());
        self.clients.renew();
        self.waits.network.is_there();
        let mut running = Vec::new();
        for (id, record) in &mut self.records {
            if let Some(run) = &mut record.run {
                run.meter = Meter::default();
                run.rouse.send_modify(|times| *times = times.wrapping_add(1));
                running.push(*id);
            }
        }
        for id in running {
            self.log(id, why.clone());
        }
        let effects = self.fleet.look_for_network(self.waits.now());
        self.carry_on(effects).await;
    }

    /// The job that looks for the network brings bytes: all that wait for it go on.
    pub(super) async fn heed_probe(&mut self) {
        let probe = self.fleet.probe().and_then(|id| self.records.get(&id)?.run.as_ref());
        if probe.is_some_and(|run| run.progress.is_flowing()) {
            self.waits.network.is_there();
            let effects = self.fleet.network_is_there();
            self.carry_on(effects).await;
        }
    }

    /// What a run ended with, where that may be the network's fault.
    pub(super) fn judge(&mut self, id: JobId, ended: Ended) -> Ended {
        let Ended::Failed { why, progressed, retry_after } = ended else { return ended };
        let Some(peer) = self.peer(id) else {
            return Ended::Failed { why, progressed, retry_after };
        };
        let seen = Seen {
            peer: &peer,
            routes: routes(),
            others_flow: self.others_flow(id),
            now: self.waits.steady(),
        };
        let why = self.waits.network.judge(&seen, why);
        Ended::Failed { why, progressed, retry_after }
    }

    /// What follows for others from how a run ended: `probed` says that it looked for the network.
    pub(super) fn draw_conclusions(&mut self, ended: &Ended, probed: bool) -> Vec<Effect> {
        let lacks_network = |why: &Failure| why.kind.remedy() == Remedy::WaitForNetwork;
        match ended {
            Ended::Failed { why, .. } if lacks_network(why) => {
                let mut effects = self.excuse_others(why);
                let pause = self.waits.network.pause(self.waits.steady());
                let pause = SignedDuration::try_from(pause).unwrap_or_default();
                let at = self.waits.now().checked_add(pause).unwrap_or(Timestamp::MAX);
                effects.extend(self.fleet.look_for_network(at));
                effects
            }
            Ended::Failed { .. } | Ended::Done { .. } if probed => self.fleet.network_is_there(),
            Ended::Failed { .. } | Ended::Done { .. } | Ended::Stopped => Vec::new(),
        }
    }

    /// Those that failed a moment before for what turns out to be the same reason.
    fn excuse_others(&mut self, why: &Failure) -> Vec<Effect> {
        if why.kind != FailureKind::NoNetwork {
            return Vec::new();
        }
        let now = self.waits.steady();
        let shares = |id: &JobId| {
            let peer = self.peer(*id)?;
            let before = self.records.get(id)?.job.phase.failure()?;
            self.waits.network.shares(&peer, before, now).then_some(*id)
        };
        let excused: Vec<JobId> = self.records.keys().filter_map(shares).collect();
        excused.into_iter().filter_map(|id| self.fleet.blame_network(id, why.clone())).collect()
    }

    fn peer(&self, id: JobId) -> Option<Peer> {
        let job = &self.records.get(&id)?.job;
        let proxy = job.options.proxy.as_deref().or(self.settings.proxy.address());
        Some(Peer::of(&job.url, proxy))
    }

    fn others_flow(&self, id: JobId) -> bool {
        self.records.values().filter(|record| record.job.id != id).any(|record| {
            let flows = record.run.as_ref().is_some_and(|run| run.meter.speed_bps() > 0);
            flows && self.peer(record.job.id).is_some_and(|peer| peer.place != Place::Here)
        })
    }

    /// Looks at the volume a job waits for, beside the loop.
    pub(super) fn look_at_volume(&mut self, id: JobId) {
        let Some(record) = self.records.get(&id) else { return };
        if !self.waits.looking.insert(id) {
            return;
        }
        let (dir, later) = (record.job.dir.clone(), self.later.clone());
        let generation = record.job.generation.as_ref();
        let part = generation.map(|generation| generation.part_name.clone());
        let recorded = generation.and_then(|generation| generation.file_id);
        tokio::task::spawn_blocking(move || {
            let seen = look_at_volume(&dir, part.as_deref(), recorded);
            // A service that has ended needs no answer.
            let _ = later.blocking_send(Later::Volume(id, seen));
        });
    }

    /// Files went: who waits for space looks at once.
    pub(super) fn look_at_volumes(&mut self) {
        for id in self.fleet.wait_for_volume() {
            self.look_at_volume(id);
        }
    }

    pub(super) async fn take_volume(&mut self, id: JobId, seen: Volume) {
        self.waits.looking.remove(&id);
        let effects = self.fleet.looked(id, seen).into_iter().collect();
        if let Some(Phase::Queued) = self.fleet.entry(id).map(|entry| &entry.phase) {
            self.log(id, Told::RoomAgain);
        }
        self.carry_on(effects).await;
    }
}
