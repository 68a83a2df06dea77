//! Waiting, over a store of its own: a computer that sleeps, a disk that is full or gone.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use super::command::Command;
use super::handle::AppHandle;
use super::snapshot::JobView;
use super::tests::{generation, made, new_job, world};
use super::waits::{Waits, Wall};
use crate::engine::disk::look_at_volume;
use crate::model::failure::{Failure, FailureKind, Room};
use crate::model::id::JobId;
use crate::model::job::{FileId, Generation, NewJob};
use crate::model::phase::{Phase, State};
use crate::model::range::{ByteRange, SpanSet};
use crate::model::url::SourceUrl;
use crate::plan::fleet::Ended;
use crate::plan::volume::Volume;

pub(super) const SIZE: usize = 100_000;
pub(super) const HALF: usize = 50_000;

/// Sends half of the file and then nothing, the first time; honest from then on.
pub(super) fn server() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, asked) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let nth = count.fetch_add(1, Ordering::SeqCst);
            std::thread::spawn(move || drop(serve(stream, nth)));
        }
    });
    (port, asked)
}

fn serve(mut stream: TcpStream, nth: usize) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).to_lowercase();
    let range = head.lines().find_map(|line| line.strip_prefix("range: bytes="));
    let first = range.and_then(|range| range.split('-').next()?.parse().ok()).unwrap_or(0);
    let last = SIZE - 1;
    write!(
        stream,
        "HTTP/1.1 206 Partial Content\r\nETag: \"a\"\r\nContent-Length: {}\r\n\
         Content-Range: bytes {first}-{last}/{SIZE}\r\n\r\n",
        SIZE - first
    )?;
    if nth > 0 {
        return stream.write_all(&vec![7; SIZE - first]);
    }
    stream.write_all(&vec![7; HALF])?;
    // Ends when the other end closes.
    stream.read_exact(&mut [0])
}

/// Waits for a state of job `id`, with a limit.
pub(super) async fn until(handle: &AppHandle, id: i64, is_so: impl Fn(&JobView) -> bool) {
    let begun = Instant::now();
    loop {
        let snapshot = handle.snapshot();
        let job = snapshot.jobs.iter().find(|job| job.id == JobId(id));
        if job.is_some_and(|job| is_so(job)) {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{job:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub(super) fn at_server(dir: &Path, port: u16, name: &str) -> NewJob {
    let url = SourceUrl::parse(&format!("http://127.0.0.1:{port}/{name}")).unwrap();
    NewJob { url, ..new_job(dir) }
}

/// A clock that is set forward by so many seconds.
fn wall(ahead: &Arc<AtomicI64>) -> Wall {
    let ahead = Arc::clone(ahead);
    Arc::new(move || Timestamp::now() + SignedDuration::from_secs(ahead.load(Ordering::SeqCst)))
}

#[tokio::test]
async fn e15_after_a_sleep_dead_connections_are_made_anew_and_waits_are_over() {
    let files = tempfile::tempdir().unwrap();
    let (port, asked) = server();
    let jobs = ["a", "b"].map(|name| at_server(files.path(), port, name));
    let mut world = world(jobs.to_vec()).await;
    let ahead = Arc::new(AtomicI64::new(0));
    world.service.waits = Waits::new(wall(&ahead));
    // The second waits for half an hour yet.
    let why = Failure { wait_secs: Some(1800), ..Failure::status(FailureKind::Busy, 503) };
    let entry = world.service.fleet.entry(JobId(2)).unwrap().clone();
    let until_then = Timestamp::now() + SignedDuration::from_mins(30);
    let phase = Phase::Waiting { until: until_then, attempt: 1, why };
    world.service.fleet.add(JobId(2), crate::plan::fleet::Entry { phase, ..entry });
    world.service.follow_fleet(JobId(2));
    for id in [1, 2] {
        world.service.fleet.admit(JobId(id));
    }
    let handle = world.handle.clone();
    let service = tokio::spawn(world.service.run());
    until(&handle, 1, |job| job.done_bytes == HALF as u64).await;
    // The clocks were compared at least once by now, or are so within a second.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    ahead.store(3600, Ordering::SeqCst);
    let woke = Instant::now();
    for id in [1, 2] {
        until(&handle, id, |job| job.state == State::Completed).await;
    }
    assert!(woke.elapsed() < Duration::from_secs(10), "{:?}", woke.elapsed());
    assert_eq!(asked.load(Ordering::SeqCst), 3);
    assert_eq!(std::fs::read(files.path().join("a")).unwrap(), vec![7; SIZE]);
    handle.send(Command::Quit).unwrap();
    service.await.unwrap();
}

fn full(needed_bytes: u64) -> Failure {
    let room = Some(Room { needed_bytes, free_bytes: 1 });
    Failure { room, ..Failure::new(FailureKind::DiskFull, "/d") }
}

fn waits(why: Failure) -> Phase {
    Phase::Waiting { until: Timestamp::now() + SignedDuration::from_mins(9), attempt: 1, why }
}

#[tokio::test]
async fn f5_who_waits_for_space_looks_when_another_jobs_files_go() {
    let files = tempfile::tempdir().unwrap();
    let mut world = world(vec![new_job(files.path()), new_job(files.path())]).await;
    let part = made(files.path().join("a.iso.part"));
    world.is_at(1, generation(&part), Phase::Stopped).await;
    let other = made(files.path().join("b.part"));
    world.is_at(2, generation(&other), waits(full(1))).await;
    world.service.fleet.admit(JobId(2));
    let handle = world.handle.clone();
    let service = tokio::spawn(world.service.run());
    let ids = super::command::Which::Jobs(vec![JobId(1)]);
    let fate = crate::model::phase::FileFate::Keep;
    handle.ask(Command::Remove(ids, fate)).await.unwrap();
    // It goes on at once, and finds that nobody listens.
    let refused =
        |job: &JobView| job.error.as_ref().is_some_and(|e| e.kind == FailureKind::Refused);
    until(&handle, 2, refused).await;
    handle.send(Command::Quit).unwrap();
    service.await.unwrap();
}

#[tokio::test]
async fn f5_a_look_tells_how_much_is_free() {
    let files = tempfile::tempdir().unwrap();
    let mut world = world(vec![new_job(files.path())]).await;
    let part = made(files.path().join("a.iso.part"));
    world.is_at(1, generation(&part), waits(full(u64::MAX))).await;
    world.service.fleet.admit(JobId(1));
    let seen = Volume { is_there: true, free_bytes: Some(42) };
    world.service.take_volume(JobId(1), seen).await;
    let phase = &world.service.records[&JobId(1)].job.phase;
    let room = Room { needed_bytes: u64::MAX, free_bytes: 42 };
    assert_eq!(phase.failure().and_then(|why| why.room), Some(room));
}

/// A folder whose volume the system tells. A file system of layers, as in a container, does not; the
/// memory's does. None where there is neither.
fn on_a_volume_that_is_told() -> Option<tempfile::TempDir> {
    let folders = [std::env::temp_dir(), "/dev/shm".into(), "/var/tmp".into()];
    let told = folders.iter().find(|folder| crate::engine::disk::device_of(folder).is_some())?;
    tempfile::tempdir_in(told).ok()
}

#[test]
fn f10_a_volume_is_there_with_its_part_or_its_number() {
    let Some(files) = on_a_volume_that_is_told() else { return };
    let part = made(files.path().join("a.part"));
    let ours = generation(&part).file_id;
    let elsewhere = ours.map(|id| FileId { device: id.device + 1, ..id });
    let gone = files.path().join("gone");
    for (dir, name, recorded, is_there) in [
        (files.path(), "a.part", ours, true),
        (files.path(), "a.part", elsewhere, true),
        (files.path(), "deleted.part", ours, true),
        (files.path(), "unmounted.part", elsewhere, false),
        (gone.as_path(), "a.part", ours, false),
    ] {
        let seen = look_at_volume(dir, Some(name), recorded);
        assert_eq!(seen.is_there, is_there, "{name} {recorded:?}");
        assert!(seen.free_bytes.is_some());
    }
}

#[tokio::test]
async fn f10_a_job_whose_volume_is_away_waits_and_keeps_what_it_has() {
    let Some(files) = on_a_volume_that_is_told() else { return };
    let mut world = world(vec![new_job(files.path())]).await;
    let part = files.path().join("a.iso.part");
    made(part.clone());
    let ours = generation(&part);
    std::fs::remove_file(&part).unwrap();
    // The mount point is there, and nothing on it: it is another volume.
    let file_id = ours.file_id.map(|id| FileId { device: id.device + 1, ..id });
    world.is_at(1, Generation { file_id, ..ours }, Phase::Queued).await;
    let spans: SpanSet = [ByteRange::new(0, 3)].into_iter().collect();
    world.service.records.get_mut(&JobId(1)).unwrap().job.spans = spans;
    world.service.fleet.admit(JobId(1));
    let handle = world.handle.clone();
    let service = tokio::spawn(world.service.run());
    let gone =
        |job: &JobView| job.error.as_ref().is_some_and(|e| e.kind == FailureKind::VolumeGone);
    until(&handle, 1, |job| gone(job) && job.state == State::Waiting && job.done_bytes == 3).await;
    assert_eq!(std::fs::read_dir(files.path()).unwrap().count(), 0, "nothing was begun anew");
    // The volume comes back with the part, under its old number or another.
    made(part);
    until(&handle, 1, |job| !gone(job)).await;
    handle.send(Command::Quit).unwrap();
    service.await.unwrap();
}

#[tokio::test]
async fn e13_what_the_network_is_to_blame_for_is_no_attempt() {
    let files = tempfile::tempdir().unwrap();
    let job = |host: &str| {
        let url = SourceUrl::parse(&format!("http://{host}/a")).unwrap();
        NewJob { url, ..new_job(files.path()) }
    };
    let mut world = world(vec![job("a.invalid"), job("b.invalid"), job("127.0.0.1:1")]).await;
    let service = &mut world.service;
    let failed =
        |kind| Ended::Failed { why: Failure::new(kind, ""), progressed: false, retry_after: None };
    let seen = |service: &super::service::Service, id| {
        let entry = service.fleet.entry(JobId(id)).unwrap();
        (entry.attempt, entry.phase.failure().map(|why| why.kind))
    };
    for id in 1..=3 {
        service.ended(JobId(id), failed(FailureKind::UnknownHost)).await;
    }
    for id in 1..=2 {
        assert_eq!(seen(service, id), (0, Some(FailureKind::NoNetwork)), "{id}");
    }
    assert_eq!(seen(service, 3), (1, Some(FailureKind::UnknownHost)), "it is on this machine");
    // A server tells something: all go on.
    service.fleet.admit(JobId(1));
    let later = service.waits.now() + SignedDuration::from_mins(1);
    service.fleet.fill(later);
    assert_eq!(service.fleet.probe(), Some(JobId(1)));
    service.ended(JobId(1), failed(FailureKind::ServerError)).await;
    assert_eq!(service.fleet.entry(JobId(2)).unwrap().phase, Phase::Queued);
}
