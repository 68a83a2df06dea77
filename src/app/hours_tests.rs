//! Hours, queues and metered networks over a store of its own, at times the test sets.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::command::{Command, Reply, Which};
use super::queue::entry;
use super::tests::{World, new_job, world};
use super::waits::Waits;
use crate::model::id::JobId;
use crate::model::log::Told;
use crate::model::phase::{Intent, Phase};
use crate::model::queue::{Queue, QueueId, Start, When};
use crate::model::schedule::{Days, Pace, Schedule, TimeOfDay, Window};
use crate::model::settings::Settings;
use crate::model::why::{Kept, Why};
use crate::plan::fleet::{Fleet, Scope};

const ONE: JobId = JobId(1);
const TWO: JobId = JobId(2);

/// A service under a window, whose clock stands where it is put.
struct Clocked {
    world: World,
    now: Arc<AtomicI64>,
    _files: tempfile::TempDir,
}

/// A moment of a winter's day here, wherever that is.
fn at(hour: i8, minute: i8) -> Timestamp {
    let day = jiff::civil::date(2026, 1, 15).at(hour, minute, 0, 0);
    day.to_zoned(TimeZone::system()).unwrap().timestamp()
}

fn only(from: u16, to: u16, otherwise: Pace) -> Schedule {
    let hour = |hour| TimeOfDay::new(hour, 0).unwrap();
    let window = Window { days: Days::ALL, from: hour(from), to: hour(to), pace: Pace::Full };
    Schedule { windows: vec![window], otherwise, ..Schedule::default() }
}

fn jobs(ids: &[JobId]) -> Which {
    Which::Jobs(ids.to_vec())
}

fn into(ids: &[JobId], queue: u32) -> Command {
    let when = When { queue: Some(QueueId(queue)), start: None };
    Command::SetWhen(jobs(ids), when)
}

fn start(ids: &[JobId], start: Start) -> Command {
    Command::SetWhen(jobs(ids), When { queue: None, start: Some(start) })
}

impl Clocked {
    async fn new() -> Self {
        let files = tempfile::tempdir().unwrap();
        let mut world = world(vec![new_job(files.path()), new_job(files.path())]).await;
        let service = &mut world.service;
        service.has_window = true;
        service.fleet = Fleet::new(4, Scope::All);
        for (id, record) in &service.records {
            service.fleet.add(*id, entry(&record.job));
        }
        let now = Arc::new(AtomicI64::new(at(12, 0).as_second()));
        let clock = Arc::clone(&now);
        let wall = move || Timestamp::from_second(clock.load(Ordering::SeqCst)).unwrap();
        service.waits = Waits::new(Arc::new(wall));
        Self { world, now, _files: files }
    }

    async fn set(&mut self, settings: Settings) {
        assert_eq!(self.world.ask(Command::ChangeSettings(settings)).await, Reply::Ok);
    }

    async fn do_it(&mut self, command: Command) {
        assert_eq!(self.world.ask(command).await, Reply::Ok);
    }

    async fn at(&mut self, at: Timestamp) {
        self.now.store(at.as_second(), Ordering::SeqCst);
        self.world.service.fill().await;
        self.world.service.publish();
    }

    fn is_live(&self, id: JobId) -> bool {
        self.world.service.fleet.is_live(id)
    }

    /// Whether the job's run was told to stop.
    fn is_told_to_stop(&self, id: JobId) -> bool {
        let run = self.world.service.records.get(&id).unwrap().run.as_ref();
        run.is_some_and(|run| *run.stop.borrow())
    }

    fn why(&self, id: JobId) -> Why {
        let snapshot = self.world.handle.snapshot();
        snapshot.jobs.iter().find(|job| job.id == id).unwrap().why
    }

    async fn stored(&self, id: JobId) -> crate::model::job::Job {
        let jobs = self.world.service.store.load_jobs().await.unwrap();
        jobs.into_iter().find(|job| job.id == id).unwrap()
    }
}

#[tokio::test]
async fn downloads_run_in_their_hours_and_stop_after_them() {
    let mut it = Clocked::new().await;
    it.set(Settings { schedule: only(13, 14, Pace::Stop), ..Settings::default() }).await;
    it.at(at(12, 0)).await;
    assert!(!it.is_live(ONE) && !it.is_live(TWO));
    assert_eq!(it.why(ONE), Why::Hours { at: Some(at(13, 0)) });
    assert_eq!(it.world.service.until_hours(), Some(std::time::Duration::from_secs(30)));
    // One does not wait for them.
    it.do_it(Command::Resume(jobs(&[ONE]))).await;
    it.at(at(12, 1)).await;
    assert!(it.is_live(ONE) && !it.is_live(TWO));
    it.at(at(13, 0)).await;
    assert!(it.is_live(TWO) && !it.is_told_to_stop(ONE));
    it.at(at(14, 0)).await;
    assert!(it.is_told_to_stop(ONE) && it.is_told_to_stop(TWO), "its exception is over");
    it.at(at(14, 0)).await;
    let log = it.world.service.store.log(TWO).await.unwrap();
    let tomorrow = at(13, 0) + SignedDuration::from_hours(24);
    let told: Vec<&Told> = log.iter().map(|line| &line.told).collect();
    let stopped = Told::Kept(Kept::Hours(Some(tomorrow)));
    assert_eq!(told.iter().filter(|told| ***told == stopped).count(), 1, "{told:?}");
}

#[tokio::test]
async fn limits_by_the_hour_act_and_are_told() {
    let mut it = Clocked::new().await;
    let day = Settings {
        schedule: only(13, 14, Pace::Limit(500_000)),
        limit_bps: Some(2_000_000),
        ..Settings::default()
    };
    it.set(day.clone()).await;
    let in_force = |it: &Clocked| it.world.handle.snapshot().regime.limit_bps(&day);
    it.at(at(12, 0)).await;
    assert!(it.is_live(ONE));
    assert_eq!(in_force(&it), Some(500_000), "the lower of both");
    assert_eq!(it.world.handle.snapshot().regime.until, Some(at(13, 0)));
    it.at(at(13, 0)).await;
    assert_eq!(in_force(&it), Some(2_000_000));
    it.at(at(14, 0)).await;
    assert_eq!(in_force(&it), Some(500_000));
    // The clock was set back: what holds is what holds then.
    it.at(at(13, 30)).await;
    assert_eq!(in_force(&it), Some(2_000_000));
}

#[tokio::test]
async fn a_queue_has_hours_of_its_own_and_may_go() {
    let mut it = Clocked::new().await;
    let nights = Queue { id: QueueId(3), name: "Nights".into(), schedule: only(1, 7, Pace::Stop) };
    it.set(Settings { queues: vec![nights], ..Settings::default() }).await;
    it.do_it(into(&[TWO], 3)).await;
    it.at(at(12, 0)).await;
    assert!(it.is_live(ONE) && !it.is_live(TWO));
    let night = at(1, 0) + SignedDuration::from_hours(24);
    assert_eq!(it.why(TWO), Why::Hours { at: Some(night) });
    assert_eq!(it.stored(TWO).await.queue, QueueId(3));
    // What runs stops where it is put there.
    it.do_it(into(&[ONE], 3)).await;
    it.at(at(12, 0)).await;
    assert!(it.is_told_to_stop(ONE));
    it.set(Settings::default()).await;
    it.at(at(12, 1)).await;
    assert!(it.is_live(TWO));
    assert_eq!(it.stored(TWO).await.queue, QueueId::MAIN);
    it.do_it(into(&[TWO], 9)).await;
    assert_eq!(it.stored(TWO).await.queue, QueueId::MAIN, "there is no such queue");
}

#[tokio::test]
async fn downloads_wait_while_the_network_is_metered() {
    let mut it = Clocked::new().await;
    it.do_it(Command::SetMetered(true)).await;
    it.at(at(12, 0)).await;
    assert_eq!((it.why(ONE), it.is_live(ONE)), (Why::Metered, false));
    assert!(it.world.handle.snapshot().regime.metered);
    // For one, for all as long as it is this network, and by the settings.
    it.do_it(Command::Resume(jobs(&[ONE]))).await;
    it.at(at(12, 0)).await;
    assert!(it.is_live(ONE) && !it.is_live(TWO));
    it.do_it(Command::GoOnMetered).await;
    it.at(at(12, 0)).await;
    assert!(it.is_live(TWO) && !it.world.handle.snapshot().regime.metered);
    it.do_it(Command::SetMetered(false)).await;
    it.at(at(12, 1)).await;
    it.do_it(Command::SetMetered(true)).await;
    it.at(at(12, 2)).await;
    assert!(it.is_told_to_stop(ONE) && it.is_told_to_stop(TWO), "another network");
    it.set(Settings { pause_on_metered: false, ..Settings::default() }).await;
    it.at(at(12, 3)).await;
    assert!(!it.world.handle.snapshot().regime.metered);
}

#[tokio::test]
async fn a_job_starts_at_its_moment_whatever_it_did_before() {
    let mut it = Clocked::new().await;
    it.do_it(Command::Pause(jobs(&[TWO]))).await;
    it.at(at(12, 0)).await;
    assert!(it.is_live(ONE));
    it.do_it(start(&[ONE, TWO], Start::At(at(15, 0)))).await;
    it.at(at(12, 1)).await;
    assert!(it.is_told_to_stop(ONE) && !it.is_live(TWO));
    assert_eq!(it.why(TWO), Why::Scheduled { at: at(15, 0) });
    let stored = it.stored(TWO).await;
    assert_eq!((stored.intent, stored.phase), (Intent::Run, Phase::Queued));
    assert_eq!(stored.not_before, Some(at(15, 0)));
    it.at(at(15, 0)).await;
    assert!(it.is_live(TWO));
    // A moment that lies outside the hours waits for these.
    it.set(Settings { schedule: only(15, 16, Pace::Stop), ..Settings::default() }).await;
    it.do_it(start(&[TWO], Start::At(at(20, 0)))).await;
    it.at(at(15, 1)).await;
    assert!(it.is_told_to_stop(TWO));
    let kept = it.world.service.kept(TWO);
    assert_eq!(kept, Some(Kept::Hours(Some(at(15, 0) + SignedDuration::from_hours(24)))));
}

#[tokio::test]
async fn in_its_turn_is_not_at_once() {
    let mut it = Clocked::new().await;
    it.set(Settings { schedule: only(13, 14, Pace::Stop), ..Settings::default() }).await;
    it.do_it(start(&[ONE], Start::At(at(13, 30)))).await;
    it.at(at(12, 0)).await;
    assert_eq!(it.why(ONE), Why::Scheduled { at: at(13, 30) });
    it.do_it(start(&[ONE], Start::InTurn)).await;
    it.at(at(12, 1)).await;
    assert_eq!((it.why(ONE), it.is_live(ONE)), (Why::Hours { at: Some(at(13, 0)) }, false));
    assert_eq!(it.stored(ONE).await.not_before, None);
    it.at(at(13, 0)).await;
    assert!(it.is_live(ONE));
}

#[tokio::test]
async fn a_queue_that_cannot_be_read_keeps_its_jobs() {
    let mut it = Clocked::new().await;
    let nights = Queue { id: QueueId(3), name: "Nights".into(), schedule: only(1, 7, Pace::Stop) };
    let settings = Settings { queues: vec![nights], ..Settings::default() };
    it.set(settings.clone()).await;
    it.do_it(into(&[TWO], 3)).await;
    let file = it.world.folder.path().join("settings.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("01:00", "25:00")).unwrap();
    it.set(Settings { live_jobs: 9, ..settings }).await;
    assert_eq!(it.world.service.settings_wrong, ["queues"]);
    assert_eq!(it.stored(TWO).await.queue, QueueId(3));
}
