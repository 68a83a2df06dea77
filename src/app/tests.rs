//! The service over a store of its own, without its loop: what is saved, what is refused, and what
//! of the files goes.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use tempfile::TempDir;

use super::command::{Command, Refusal, Reply, VerifyReport, Which};
use super::handle::AppHandle;
use super::instance::{self, Purpose};
use super::paths::Paths;
use super::queue::entry;
use super::service::{Begin, Service};
use super::settings::Kept;
use crate::engine::disk::look;
use crate::model::block::BlockHash;
use crate::model::id::JobId;
use crate::model::job::{FileId, Generation, NewJob};
use crate::model::options::JobOptions;
use crate::model::phase::{FileFate, Intent, Phase};
use crate::model::proof::Proof;
use crate::model::range::{ByteRange, SpanSet};
use crate::model::settings::Settings;
use crate::model::url::SourceUrl;
use crate::plan::fleet::{Fleet, Scope};
use crate::plan::ledger::hash_block;
use crate::plan::recover::Found;
use crate::store::{self, SettingsFile};

pub(super) struct World {
    pub(super) folder: TempDir,
    pub(super) service: Service,
    pub(super) handle: AppHandle,
}

/// A service that starts only what it is told to get, with these jobs.
pub(super) async fn world(jobs: Vec<NewJob>) -> World {
    let folder = tempfile::tempdir().unwrap();
    let store = store::open(&folder.path().join("onward.db"), Timestamp::now()).unwrap().store;
    let (mut fleet, mut records) = (Fleet::new(4, Scope::Only([].into())), [].into());
    for job in store.add_jobs(jobs, Timestamp::now()).await.unwrap() {
        fleet.add(job.id, entry(&job));
        std::collections::BTreeMap::insert(&mut records, job.id, super::record::Record::new(job));
    }
    let file = SettingsFile::at(folder.path().join("settings.toml"));
    let kept = Kept { file, settings: Settings::default(), wrong: Vec::new() };
    let (handle, end) = AppHandle::pair(instance::first(&kept.settings, &fleet, &records));
    let begin = Begin {
        store,
        fleet,
        records,
        hosts: Vec::new(),
        was_clean: true,
        kept,
        ui_state: Arc::default(),
        end,
        wake: Arc::new(|| {}),
        has_window: false,
        wall: Arc::new(Timestamp::now),
    };
    World { folder, service: Service::new(begin), handle }
}

pub(super) fn new_job(dir: &Path) -> NewJob {
    NewJob {
        // Nothing listens there.
        url: SourceUrl::parse("http://127.0.0.1:1/a.iso").unwrap(),
        dir: dir.to_owned(),
        name: None,
        options: JobOptions::default(),
        intent: Intent::Run,
        not_before: None,
        queue: crate::model::queue::QueueId::MAIN,
    }
}

pub(super) fn generation(path: &Path) -> Generation {
    Generation {
        total: Some(4),
        ..Generation::new(
            1,
            "a.iso".to_owned(),
            path.file_name().unwrap().to_str().unwrap().to_owned(),
            id_of(path),
        )
    }
}

fn id_of(path: &Path) -> Option<FileId> {
    let Found::File { id, .. } = look(path) else { return None };
    id
}

pub(super) fn made(path: PathBuf) -> PathBuf {
    std::fs::write(&path, "part").unwrap();
    path
}

impl World {
    /// The job has this generation and phase, in the store too.
    pub(super) async fn is_at(&mut self, id: i64, generation: Generation, phase: Phase) {
        let (id, service) = (JobId(id), &mut self.service);
        service.store.add_generation(id, generation.clone()).await.unwrap();
        service.store.save_phase(vec![(id, phase.clone(), None)]).await.unwrap();
        let record = service.records.get_mut(&id).unwrap();
        record.job.generation = Some(Box::new(generation));
        record.job.phase = phase;
        service.fleet.add(id, entry(&record.job));
    }

    pub(super) async fn ask(&mut self, command: Command) -> Reply {
        self.service.obey(command, None).await.unwrap().1
    }

    pub(super) async fn remove(&mut self, id: i64, files: FileFate) -> Reply {
        self.ask(Command::Remove(Which::Jobs(vec![JobId(id)]), files)).await
    }

    pub(super) async fn break_store(&self) {
        let store = self.service.store.clone();
        tokio::task::spawn_blocking(move || store.close()).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_part_that_is_now_another_jobs_stays() {
    let files = tempfile::tempdir().unwrap();
    let mut world = world(vec![new_job(files.path()), new_job(files.path())]).await;
    // Both were recorded with the same number: the system gave it out again.
    let part = made(files.path().join("a.iso.part"));
    let end = made(files.path().join("a.iso"));
    let done = Phase::Done { path: end.clone(), bytes: 4, at: Timestamp::now() };
    world.is_at(1, generation(&part), done.clone()).await;
    assert_eq!(world.remove(1, FileFate::Keep).await, Reply::Ok);
    assert!(part.exists() && end.exists());
    // Nor one of a job that is not done, where the other job has it.
    world.is_at(2, generation(&part), Phase::Stopped).await;
    let added = world.ask(Command::Add(vec![new_job(files.path())])).await;
    assert_eq!(added, Reply::Added(vec![JobId(3)]));
    world.is_at(3, generation(&part), Phase::Stopped).await;
    assert_eq!(world.remove(2, FileFate::Keep).await, Reply::Ok);
    assert!(part.exists());
    assert_eq!(world.remove(3, FileFate::Keep).await, Reply::Ok);
    assert!(!part.exists() && end.exists());
    assert!(world.service.store.load_jobs().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_finished_file_goes_only_where_asked() {
    let files = tempfile::tempdir().unwrap();
    let mut world = world(vec![new_job(files.path())]).await;
    let end = made(files.path().join("a.iso"));
    let done = Phase::Done { path: end.clone(), bytes: 4, at: Timestamp::now() };
    let known = Generation { part_name: "a.iso.part".to_owned(), ..generation(&end) };
    world.is_at(1, known, done).await;
    assert_eq!(world.remove(1, FileFate::Delete).await, Reply::Ok);
    assert!(!end.exists());
}

#[tokio::test]
async fn what_was_being_removed_is_removed_at_the_next_start() {
    let files = tempfile::tempdir().unwrap();
    let mut world = world(vec![new_job(files.path()), new_job(files.path())]).await;
    let part = made(files.path().join("a.iso.part"));
    world.is_at(1, generation(&part), Phase::Stopped).await;
    let job = &mut world.service.records.get_mut(&JobId(1)).unwrap().job;
    job.intent = Intent::Remove { files: FileFate::Keep };
    world.service.fleet.add(JobId(1), entry(job));
    // Until then nobody goes on with it.
    let Reply::Added(ids) = world.ask(Command::Get(Box::new(new_job(files.path())))).await else {
        panic!("not added")
    };
    assert_eq!(ids, [JobId(2)]);
    world.service.forget_the_left().await;
    assert!(!part.exists());
    let left: Vec<JobId> = world.service.fleet.ids().collect();
    assert_eq!(left, [JobId(2)]);
    let rows = world.service.store.load_jobs().await.unwrap();
    assert_eq!(rows.iter().map(|job| job.id).collect::<Vec<_>>(), [JobId(2)]);
}

#[tokio::test]
async fn what_cannot_be_saved_is_refused_and_not_done() {
    let files = tempfile::tempdir().unwrap();
    let mut world = world(vec![new_job(files.path())]).await;
    let part = made(files.path().join("a.iso.part"));
    world.is_at(1, generation(&part), Phase::Queued).await;
    world.break_store().await;
    let told = world.remove(1, FileFate::Keep).await;
    assert!(matches!(told, Reply::Refused(Refusal::Store(_))), "{told:?}");
    assert!(part.exists());
    let told = world.ask(Command::Pause(Which::All)).await;
    assert!(matches!(told, Reply::Refused(Refusal::Store(_))), "{told:?}");
    let entry = world.service.fleet.entry(JobId(1)).unwrap().clone();
    assert_eq!((entry.intent, entry.phase), (Intent::Run, Phase::Queued));
    // A start that cannot be saved is put off, and is said.
    world.service.fleet.admit(JobId(1));
    world.service.fill().await;
    assert!(!world.service.fleet.is_live(JobId(1)));
    let record = &world.service.records[&JobId(1)];
    assert!(record.run.is_none() && matches!(record.job.phase, Phase::Waiting { .. }));
    assert_eq!(world.handle.drain_events().len(), 1);
}

#[tokio::test]
async fn one_that_is_fetched_now_does_not_wait_for_its_hour() {
    let files = tempfile::tempdir().unwrap();
    let hour: Timestamp = "2999-01-01T00:00:00Z".parse().unwrap();
    let mut world = world(vec![NewJob { not_before: Some(hour), ..new_job(files.path()) }]).await;
    let told = world.ask(Command::Get(Box::new(new_job(files.path())))).await;
    assert_eq!(told, Reply::Added(vec![JobId(1)]));
    assert_eq!(world.service.store.load_jobs().await.unwrap()[0].not_before, None);
    world.service.fill().await;
    assert!(world.service.fleet.is_live(JobId(1)));
}

#[tokio::test]
async fn limits_are_kept() {
    let files = tempfile::tempdir().unwrap();
    let mut world = world(vec![new_job(files.path()), new_job(files.path())]).await;
    for (told, kept) in [(Some(7), Some(7)), (Some(0), None), (Some(9), Some(9))] {
        assert_eq!(world.ask(Command::Limit(JobId(1), told)).await, Reply::Ok);
        let jobs = world.service.store.load_jobs().await.unwrap();
        assert_eq!((jobs[0].options.limit_bps, jobs[1].options.limit_bps), (kept, None));
        world.service.publish();
        assert_eq!(world.handle.snapshot().jobs.at(0).unwrap().limit_bps, kept);
        let settings = Settings { limit_bps: told, ..Settings::default() };
        assert_eq!(world.ask(Command::ChangeSettings(settings)).await, Reply::Ok);
        let stood = world.service.settings_file.read(Timestamp::now()).unwrap();
        assert_eq!(stood.unwrap_or_default().settings.limit_bps, kept);
    }
    let off = Settings { limit_bps: Some(9), limit_on: false, ..Settings::default() };
    assert_eq!(world.ask(Command::ChangeSettings(off.clone())).await, Reply::Ok);
    let stood = world.service.settings_file.read(Timestamp::now()).unwrap();
    assert_eq!(stood.unwrap_or_default().settings, off, "its value is kept");
    let end = made(files.path().join("a.iso"));
    let done = Phase::Done { path: end.clone(), bytes: 4, at: Timestamp::now() };
    world.is_at(1, generation(&end), done).await;
    for id in [1, 3] {
        let told = world.ask(Command::Limit(JobId(id), Some(7))).await;
        assert!(matches!(told, Reply::Refused(_)), "{id}: {told:?}");
    }
    world.break_store().await;
    let told = world.ask(Command::Limit(JobId(2), Some(7))).await;
    assert!(matches!(told, Reply::Refused(Refusal::Store(_))), "{told:?}");
    assert_eq!(world.service.records[&JobId(2)].job.options.limit_bps, None);
}

/// Asks for the blocks of job 1, lets `meanwhile` happen, and hears the answer.
async fn verified(world: &mut World, meanwhile: impl FnOnce(&mut Service)) -> Reply {
    let (reply, mut answer) = tokio::sync::oneshot::channel();
    let told = world.service.obey(Command::Verify(JobId(1), None), Some(reply)).await;
    assert!(told.is_none(), "it is read beside the loop");
    meanwhile(&mut world.service);
    let later = world.service.later_end.recv().await.unwrap();
    world.service.take_in(later).await;
    answer.try_recv().unwrap()
}

#[tokio::test]
async fn rotten_blocks_are_let_go_unless_the_job_went_on() {
    let files = tempfile::tempdir().unwrap();
    let mut world = world(vec![new_job(files.path())]).await;
    let part = made(files.path().join("a.iso.part"));
    world.is_at(1, generation(&part), Phase::Stopped).await;
    let held: SpanSet = [ByteRange::new(0, 4)].into_iter().collect();
    let rotten = BlockHash { index: 0, hash: hash_block(b"trap") };
    let store = world.service.store.clone();
    store.save_progress(JobId(1), 1, held.clone(), vec![rotten], None).await.unwrap();
    world.service.records.get_mut(&JobId(1)).unwrap().job.spans = held;
    let told = verified(&mut world, |service| {
        service.records.get_mut(&JobId(1)).unwrap().job.spans.clip(3);
    })
    .await;
    assert!(matches!(told, Reply::Refused(Refusal::NotNow { .. })), "{told:?}");
    let held: SpanSet = [ByteRange::new(0, 4)].into_iter().collect();
    world.service.records.get_mut(&JobId(1)).unwrap().job.spans = held;
    let found = VerifyReport::Blocks { good: 0, bad: vec![0], unproved_bytes: 0 };
    assert_eq!(verified(&mut world, |_| {}).await, Reply::Verified(found));
    assert!(store.load_jobs().await.unwrap()[0].spans.is_empty());
    assert!(store.blocks(JobId(1), 1).await.unwrap().is_empty());
}

#[tokio::test]
async fn free_space_comes_from_beside_the_loop() {
    let files = tempfile::tempdir().unwrap();
    let mut world = world(Vec::new()).await;
    let dir = Some(files.path().to_owned());
    let settings = Settings { dir, ..Settings::default() };
    assert_eq!(world.ask(Command::ChangeSettings(settings)).await, Reply::Ok);
    assert_eq!(world.service.free.bytes, None);
    let later = world.service.later_end.recv().await.unwrap();
    world.service.take_in(later).await;
    assert!(world.service.free.bytes.is_some());
    world.service.publish();
    assert_eq!(world.handle.snapshot().free_bytes, world.service.free.bytes);
}

#[test]
fn a_finish_found_at_start_is_saved() {
    let folder = tempfile::tempdir().unwrap();
    let paths = Paths::all_in(folder.path().to_owned());
    let end = made(folder.path().join("a.iso"));
    let known = Generation { part_name: "a.iso.part".to_owned(), ..generation(&end) };
    let opened = store::open(&paths.database(), Timestamp::now()).unwrap().store;
    let job = opened.add_jobs(vec![new_job(folder.path())], Timestamp::now()).blocking().unwrap();
    let durable: SpanSet = [ByteRange::new(0, 4)].into_iter().collect();
    opened.add_generation(job[0].id, known).blocking().unwrap();
    let finishing = Some(Phase::Finishing);
    opened.save_progress(job[0].id, 1, durable, Vec::new(), finishing).blocking().unwrap();
    opened.save_proof(job[0].id, Proof::SizeOnly).blocking().unwrap();
    opened.close().unwrap();
    let silent: super::Wake = Arc::new(|| {});
    instance::own(&paths, Purpose::Command, &silent).unwrap().unwrap().run().unwrap().close();
    let row = store::open(&paths.database(), Timestamp::now()).unwrap().store;
    let job = row.load_jobs().blocking().unwrap().remove(0);
    assert!(matches!(&job.phase, Phase::Done { path, .. } if *path == end), "{:?}", job.phase);
    assert!(job.spans.is_empty());
    assert_eq!(job.proof(), Some(Proof::SizeOnly), "it was saved before the file got its name");
}
