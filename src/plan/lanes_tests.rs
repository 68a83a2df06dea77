//! Limits over simulated runs: each has so many bytes a second to give and takes them as told.

use super::*;

pub(super) const MS: Duration = Duration::from_millis(1);
pub(super) const MIB: u64 = 1 << 20;
pub(super) const NIGHTS: QueueId = QueueId(1);
/// A server that gives whatever is taken.
pub(super) const ALL: u64 = u64::MAX;

/// One run and its server.
pub(super) struct Run {
    pub(super) lane: LaneId,
    /// Bytes a second the server gives.
    gives_bps: u64,
    /// Bytes that came and were not taken yet, in thousandths.
    came: u64,
    /// When each of its connections asks again; none where it does not wait.
    asks: Vec<Option<Duration>>,
    taken: u64,
}

pub(super) struct World {
    pub(super) lanes: Lanes,
    pub(super) runs: Vec<Run>,
    pub(super) now: Duration,
}

impl World {
    pub(super) fn new(total: Option<u64>) -> Self {
        let mut lanes = Lanes::default();
        lanes.set_total(total, MS);
        Self { lanes, runs: Vec::new(), now: MS }
    }

    /// A run of job 0, 1, … with so many connections.
    pub(super) fn enter(&mut self, gives_bps: u64, own: Option<u64>, connections: usize) {
        self.enter_queue(QueueId::MAIN, gives_bps, own, connections);
    }

    pub(super) fn enter_queue(
        &mut self,
        queue: QueueId,
        gives_bps: u64,
        own: Option<u64>,
        connections: usize,
    ) {
        let job = JobId(i64::try_from(self.runs.len()).unwrap());
        let lane = self.lanes.enter(job, queue, own, self.now);
        let asks = vec![None; connections];
        self.runs.push(Run { lane, gives_bps, came: 0, asks, taken: 0 });
    }

    fn set_job(&mut self, run: usize, limit: Option<u64>) {
        self.lanes.set_job(JobId(i64::try_from(run).unwrap()), limit, self.now);
        self.ask_anew();
    }

    pub(super) fn set_total(&mut self, limit: Option<u64>) {
        self.lanes.set_total(limit, self.now);
        self.ask_anew();
    }

    pub(super) fn set_queue(&mut self, limit: Option<u64>) {
        let limits = limit.map(|limit| (NIGHTS, limit)).into_iter().collect();
        self.lanes.set_queues(&limits, self.now);
        self.ask_anew();
    }

    /// A change wakes all who wait.
    pub(super) fn ask_anew(&mut self) {
        for ask in self.runs.iter_mut().flat_map(|run| &mut run.asks).flatten() {
            *ask = self.now;
        }
    }

    /// Lets `time` pass, and says what each run took in it.
    pub(super) fn pass(&mut self, time: Duration) -> Vec<u64> {
        let before: Vec<u64> = self.runs.iter().map(|run| run.taken).collect();
        let end = self.now + time;
        while self.now < end {
            self.now += MS;
            // Not always the same one first.
            let first = usize::try_from(self.now.as_millis()).unwrap();
            for n in 0..self.runs.len() {
                let index = (first + n) % self.runs.len();
                step(&mut self.lanes, &mut self.runs[index], self.now);
            }
        }
        self.runs.iter().zip(before).map(|(run, before)| run.taken - before).collect()
    }
}

/// One millisecond of one run.
fn step(lanes: &mut Lanes, run: &mut Run, now: Duration) {
    // What the server cannot send, since nobody reads, it does not send later.
    let most = 400 << 10;
    run.came = run.came.saturating_add(run.gives_bps).min(most * 1000);
    for ask in &mut run.asks {
        if ask.is_some_and(|at| at > now) {
            continue;
        }
        loop {
            let bytes = (run.came / 1000).min(lanes.quantum(run.lane) as u64);
            let held = if bytes == 0 { None } else { lanes.held_until(run.lane, now) };
            match (held, *ask) {
                (Some(_), None) => lanes.wait(run.lane),
                (None, Some(_)) => lanes.wait_no_more(run.lane),
                (Some(_), Some(_)) | (None, None) => {}
            }
            *ask = held;
            if bytes == 0 || held.is_some() {
                break;
            }
            lanes.take(run.lane, bytes, now);
            run.came -= bytes * 1000;
            run.taken += bytes;
            if run.gives_bps == ALL {
                run.came = most * 1000;
            }
        }
    }
}

#[track_caller]
pub(super) fn assert_near(got: u64, wanted: u64, per_cent: u64) {
    let most = wanted * per_cent / 100 + MIN_QUANTUM;
    assert!(got.abs_diff(wanted) <= most, "{got} is not {wanted}");
}

#[test]
fn without_a_limit_nobody_waits() {
    let mut lanes = Lanes::default();
    let lane = lanes.enter(JobId(1), QueueId::MAIN, Some(0), MS);
    lanes.take(lane, ALL, MS);
    assert_eq!(lanes.held_until(lane, MS), None);
    assert_eq!((lanes.quantum(lane), lanes.is_limited(lane)), (usize::MAX, false));
}

#[test]
fn what_a_stalled_run_does_not_use_flows_on() {
    let mut world = World::new(Some(MIB));
    for gives in [ALL, ALL, 0] {
        world.enter(gives, None, 1);
    }
    world.pass(500 * MS);
    let taken = world.pass(4000 * MS);
    assert_near(taken.iter().sum(), 4 * MIB, 2);
    assert_near(taken[0], 2 * MIB, 3);
    assert_eq!(taken[2], 0);
    // It comes back, and gets its part at once.
    world.runs[2].gives_bps = ALL;
    world.pass(300 * MS);
    let taken = world.pass(3000 * MS);
    assert_near(taken.iter().sum(), 3 * MIB, 2);
    assert_near(taken[2], MIB, 4);
    // Another one is over.
    let gone = world.runs.remove(0);
    world.lanes.leave(gone.lane, world.now);
    world.pass(200 * MS);
    assert_near(world.pass(2000 * MS)[0], MIB, 4);
}

#[test]
fn connections_of_a_job_share_its_allowance() {
    let mut world = World::new(Some(MIB));
    world.enter(ALL, None, 8);
    world.enter(ALL, None, 1);
    world.pass(300 * MS);
    for taken in world.pass(4000 * MS) {
        assert_near(taken, 2 * MIB, 5);
    }
    let mut alone = World::new(None);
    alone.enter(ALL, Some(MIB), 8);
    alone.pass(300 * MS);
    assert_near(alone.pass(4000 * MS)[0], 4 * MIB, 2);
}

#[test]
fn both_limits_hold() {
    let mut world = World::new(Some(MIB));
    world.enter(ALL, Some(MIB / 8), 2);
    world.enter(ALL, None, 2);
    world.pass(300 * MS);
    let taken = world.pass(4000 * MS);
    assert_near(taken[0], MIB / 2, 3);
    assert_near(taken.iter().sum(), 4 * MIB, 2);
}

#[test]
fn a_change_counts_within_three_tenths_of_a_second() {
    // From one limit to another; what comes after 300 ms is as the new one says.
    for (from, to) in [
        (10_000, 1_000_000),
        (1_000, 50_000),
        (50_000_000, 100_000),
        (100_000, 50_000_000),
        (1_000_000, 900_000),
    ] {
        let mut own = World::new(None);
        own.enter(ALL, Some(from), 2);
        let mut all = World::new(Some(from));
        all.enter(ALL, None, 2);
        for world in [&mut own, &mut all] {
            world.pass(1500 * MS);
        }
        own.set_job(0, Some(to));
        all.set_total(Some(to));
        for world in [&mut own, &mut all] {
            world.pass(300 * MS);
            assert_near(world.pass(1000 * MS)[0], to, 5);
        }
    }
}

#[test]
fn a_limit_lifted_holds_nobody() {
    let mut world = World::new(Some(100));
    world.enter(ALL, Some(100), 1);
    world.pass(1000 * MS);
    world.set_job(0, None);
    assert!(world.lanes.is_limited(world.runs[0].lane));
    world.set_total(None);
    let lane = world.runs[0].lane;
    assert!(!world.lanes.is_limited(lane));
    assert_eq!(world.lanes.held_until(lane, world.now), None);
}

#[test]
fn who_took_more_than_his_share_lets_others_go_first() {
    let at = |ms| Duration::from_millis(ms);
    let mut lanes = Lanes::default();
    lanes.set_total(Some(1_000_000), at(1000));
    let (greedy, other) = (JobId(1), JobId(2));
    let mut enter = |job| lanes.enter(job, QueueId::MAIN, None, at(1000));
    let (greedy, other) = (enter(greedy), enter(other));
    // Half a second of all, and a whole one of its share.
    lanes.take(greedy, 500_000, at(1000));
    assert_eq!(lanes.until(greedy, at(1499)), Some(at(1500)), "the limit for all");
    assert_eq!(lanes.until(other, at(1499)), Some(at(1500)), "the limit for all");
    assert_eq!(lanes.until(greedy, at(1500)), None, "nobody else waits");
    lanes.wait(other);
    assert_eq!(lanes.until(greedy, at(1500)), Some(at(1510)), "it is the other's turn");
    assert_eq!(lanes.until(greedy, at(1995)), Some(at(2000)), "its own turn comes sooner");
    assert_eq!(lanes.until(greedy, at(2000)), None);
    assert_eq!(lanes.until(other, at(1500)), None);
    // One that may not take anything itself holds nobody up.
    lanes.set_job(JobId(2), Some(1000), at(1500));
    lanes.take(other, 1000, at(1500));
    assert_eq!(lanes.until(greedy, at(1600)), None);
    assert_eq!(lanes.own_bps(other), Some(1000));
    assert_eq!((lanes.own_bps(greedy), lanes.own_bps(LaneId(9))), (None, None));
    lanes.set_job(JobId(2), None, at(1600));
    assert_eq!(lanes.until(greedy, at(1600)), Some(at(1610)));
    lanes.wait_no_more(other);
    assert_eq!(lanes.until(greedy, at(1600)), None, "nobody waits any more");
    // Without a limit for all there are no turns.
    lanes.wait(other);
    lanes.set_total(None, at(1600));
    assert_eq!(lanes.until(greedy, at(1600)), None);
}

#[test]
fn so_much_is_handed_over_at_a_time() {
    for (own, total, runs, quantum) in [
        (Some(1000), None, 1, 4096),
        (Some(2_000_000), None, 1, 100_000),
        (None, Some(2_000_000), 1, 100_000),
        (None, Some(2_000_000), 2, 50_000),
        (Some(200_000), Some(2_000_000), 2, 10_000),
        (None, Some(2_000_000), 40, 20_000),
    ] {
        let mut world = World::new(total);
        for _ in 0..runs {
            world.enter(0, own, 1);
        }
        assert_eq!(world.lanes.quantum(world.runs[0].lane), quantum, "{own:?} of {total:?}");
    }
}

/// What it took, over the time it took it in; who had to wait would take all it may.
#[test]
fn a_run_would_take_what_it_took() {
    let bucket = |bps| Bucket::new(bps, MS);
    for (taken, own, waiting, has_waited, span, expected) in [
        (500, None, 0, false, 500, 1000),
        (500, Some(700), 0, false, 500, 700),
        (500, Some(7000), 0, false, 500, 1000),
        (0, Some(7000), 0, false, 500, 0),
        (500, Some(7000), 1, false, 500, 7000),
        (500, Some(7000), 0, true, 500, 7000),
        (500, None, 0, true, 500, u64::MAX),
        (500, None, 0, false, 0, 500_000_000_000),
    ] {
        let own = own.map(bucket);
        let (job, queue) = (JobId(1), QueueId::MAIN);
        let lane = Lane { job, queue, own, share: bucket(1), taken, waiting, has_waited };
        assert_eq!(lane.demand(MS * span), expected, "{taken} in {span} ms");
    }
}
