//! When downloads may run and how fast, by the hours that are set and by the network: looked at when
//! any of that may have changed, and acted on by gates and limits.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::command::Reply;
use super::service::Service;
use crate::model::id::JobId;
use crate::model::phase::{Intent, Phase};
use crate::model::queue::QueueId;
use crate::model::schedule::{Pace, Schedule};
use crate::model::settings::Settings;
use crate::model::why::Kept;
use crate::plan::fleet::Gates;
use crate::plan::hours::{Opens, kept, next_change, opens, pace_at};
use crate::plan::why::in_common;

/// The longest between two looks while anything is up: the zone of the computer may be another.
const LOOK: SignedDuration = SignedDuration::from_secs(60);

/// What holds for downloads now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Regime {
    /// The network is metered, and downloads wait for another.
    pub metered: bool,
    /// How fast all may be together, by the hour.
    pub pace: Pace,
    /// When that changes.
    pub until: Option<Timestamp>,
    /// The same of each queue beside the main one.
    pub queues: BTreeMap<QueueId, (Pace, Option<Timestamp>)>,
}

impl Regime {
    /// What the settings say at `now`.
    fn of(settings: &Settings, metered: bool, now: Timestamp, zone: &TimeZone) -> Self {
        let of = |schedule| (pace_at(schedule, now, zone), next_change(schedule, now, zone));
        let (pace, until) = of(&settings.schedule);
        let queues = settings.queues.iter().map(|queue| (queue.id, of(&queue.schedule))).collect();
        Self { metered, pace, until, queues }
    }

    /// The limit of all in force: the one that is set by hand or that of the hour, the lower of both.
    pub fn limit_bps(&self, settings: &Settings) -> Option<u64> {
        settings.limit_in_force().into_iter().chain(self.pace.limit_bps()).min()
    }

    /// Whether the limit in force is that of the hour.
    pub fn limits(&self, settings: &Settings) -> bool {
        self.pace.limit_bps().is_some() && self.limit_bps(settings) == self.pace.limit_bps()
    }

    fn gates(&self) -> Gates {
        let stops = self.queues.iter().filter(|(_, (pace, _))| *pace == Pace::Stop);
        Gates {
            metered: self.metered,
            all: self.pace == Pace::Stop,
            queues: stops.map(|(id, _)| *id).collect(),
        }
    }

    fn limits_of_queues(&self) -> BTreeMap<QueueId, u64> {
        let limits =
            self.queues.iter().filter_map(|(id, (pace, _))| Some((*id, pace.limit_bps()?)));
        limits.collect()
    }

    fn next_change(&self) -> Option<Timestamp> {
        self.queues.values().filter_map(|(_, until)| *until).chain(self.until).min()
    }
}

/// What is known of the network, and when was last looked.
#[derive(Debug, Default)]
pub(super) struct Hours {
    looked: Option<Timestamp>,
    /// The network is metered, and whether downloads may use it all the same.
    metered: bool,
    goes_on: bool,
    /// The limit of all that acts, in bytes a second.
    total: Option<u64>,
    /// Jobs were told of limits they are at together.
    told: bool,
    /// When the jobs of queues that stand go on.
    opens: BTreeMap<QueueId, Opens>,
}

impl Hours {
    /// What was found at the last look counts no more.
    pub(super) fn look_again(&mut self) {
        self.looked = None;
    }
}

impl Service {
    /// Looks at the hours where they may have changed, and acts on them.
    pub(super) fn heed_hours(&mut self) {
        let now = self.waits.now();
        let is_fresh = |looked: Timestamp| looked <= now && now.duration_since(looked) < LOOK;
        let has_come = self.regime.next_change().is_some_and(|change| change <= now);
        if !has_come && self.hours.looked.is_some_and(is_fresh) {
            return;
        }
        self.hours.looked = Some(now);
        let waits = self.hours.metered && !self.hours.goes_on && self.settings.pause_on_metered;
        let regime = Regime::of(&self.settings, waits && self.has_window, now, &TimeZone::system());
        if regime != *self.regime {
            self.fleet.set_gates(regime.gates());
            self.limiter.set_queues(&regime.limits_of_queues());
            self.regime = regime.into();
            self.layout += 1;
        }
        let total = self.regime.limit_bps(&self.settings);
        if self.hours.total != total {
            self.hours.total = total;
            self.limiter.set_total(total);
        }
        self.find_openings(now);
        self.keep_all();
    }

    /// Finds when each queue that stands goes on, once for all of its jobs.
    fn find_openings(&mut self, now: Timestamp) {
        let (gates, zone) = (self.regime.gates(), TimeZone::system());
        let queues = self.settings.queues.iter().map(|queue| queue.id).chain([QueueId::MAIN]);
        let stands = queues.filter(|queue| gates.all || gates.queues.contains(queue));
        let opens = stands.map(|queue| (queue, opens(&self.followed(queue), now, &zone)));
        self.hours.opens = opens.collect();
    }

    /// The schedules that the jobs of a queue follow: what has no window follows none.
    fn followed(&self, queue: QueueId) -> Vec<&Schedule> {
        let own = self.settings.queue(queue).map(|queue| &queue.schedule);
        let all = [&self.settings.schedule].into_iter().chain(own);
        all.filter(|_| self.has_window).collect()
    }

    /// How long until the hours change, while anything follows them.
    pub(super) fn until_hours(&self) -> Option<Duration> {
        let at = self.regime.next_change()?;
        let left = Duration::try_from(at.duration_since(self.waits.now())).unwrap_or_default();
        let is_up = self.fleet.any_up() || self.fleet.any_live();
        // The computer may sleep meanwhile, and timers do not count that.
        Some(if is_up { left.min(Duration::from_secs(30)) } else { left })
    }

    /// Every job that may come to run knows what keeps it.
    fn keep_all(&mut self) {
        for id in self.fleet.up_ids() {
            let kept = self.kept(id);
            let record = self.records.get_mut(&id);
            if record.is_some_and(|record| std::mem::replace(&mut record.around.kept, kept) != kept)
            {
                self.changed(id);
            }
        }
    }

    /// What keeps a job that is wanted from running.
    pub(super) fn kept(&self, id: JobId) -> Option<Kept> {
        let entry = self.fleet.entry(id)?;
        let is_up = matches!(entry.phase, Phase::Queued | Phase::Live | Phase::Waiting { .. });
        if entry.intent != Intent::Run || !is_up {
            return None;
        }
        let now = self.waits.now();
        let later = entry.not_before.filter(|at| *at > now);
        kept(self.fleet.kept_by(id), later, || {
            if let Some(at) = later {
                return opens(&self.followed(entry.queue), at, &TimeZone::system());
            }
            // A queue that is not known is the main one.
            let known = &self.hours.opens;
            let found = known.get(&entry.queue).or_else(|| known.get(&QueueId::MAIN));
            found.copied().unwrap_or(Opens::Now)
        })
    }

    /// The network is metered, or no longer.
    pub(super) fn set_metered(&mut self, is_metered: bool) -> Reply {
        if self.hours.metered != is_metered {
            tracing::info!("the network is {}metered", if is_metered { "" } else { "not " });
            self.hours.metered = is_metered;
            self.hours.goes_on = false;
            self.hours.look_again();
        }
        Reply::Ok
    }

    /// Downloads use the network as long as it is this one, though it is metered.
    pub(super) fn go_on_metered(&mut self) -> Reply {
        self.hours.goes_on = self.hours.metered;
        self.hours.look_again();
        Reply::Ok
    }

    /// Says of every running job which limit it is at together with others.
    pub(super) fn feel_limits(&mut self) {
        let (total, limits) = (self.hours.total, self.regime.limits_of_queues());
        let any = total.is_some() || !limits.is_empty();
        if !std::mem::replace(&mut self.hours.told, any) && !any {
            return;
        }
        let (mut all, mut of_queue) = (0u64, BTreeMap::<QueueId, u64>::new());
        for record in self.fleet.live_ids().filter_map(|id| self.records.get(&id)) {
            let speed = record.speed_bps();
            all = all.saturating_add(speed);
            *of_queue.entry(record.job.queue).or_default() += speed;
        }
        for id in self.fleet.live_ids() {
            let Some(record) = self.records.get_mut(&id) else { continue };
            let queue = &record.job.queue;
            let theirs = of_queue.get(queue).copied().unwrap_or_default();
            record.around.in_common = in_common((total, all), (limits.get(queue).copied(), theirs));
        }
    }
}
