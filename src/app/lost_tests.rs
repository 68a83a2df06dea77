//! What is lost while a job runs, over a store of its own: the way to the server, and the room for the
//! list itself.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::command::{Command, Which};
use super::record::{DEAD_AFTER, Running};
use super::service::Service;
use super::tests::world;
use super::waits_tests::{HALF, SIZE, at_server, server, until};
use crate::engine::network::{Watch, routes};
use crate::model::failure::FailureKind;
use crate::model::id::JobId;
use crate::model::phase::State;
use crate::plan::network::Routes;

/// The address changes under a connection that never hears of it.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn e16_where_the_address_changes_silent_connections_are_made_anew() {
    if routes() == Routes::Nowhere {
        // Without any network there is none to change to.
        return;
    }
    let files = tempfile::tempdir().unwrap();
    let (port, asked) = server();
    let mut world = world(vec![at_server(files.path(), port, "a")]).await;
    let change = Duration::from_secs(1);
    world.service.waits.watch = Some(Watch::changing_after(change));
    world.service.fleet.admit(JobId(1));
    let begun = Instant::now();
    let (handle, store) = (world.handle.clone(), world.service.store.clone());
    let service = tokio::spawn(world.service.run());
    until(&handle, 1, |job| job.done_bytes == HALF as u64).await;
    assert!(begun.elapsed() < change && asked.load(Ordering::SeqCst) == 1);
    until(&handle, 1, |job| job.state == State::Completed).await;
    // Nothing came for far less than the half minute that a standstill takes.
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    assert_eq!(std::fs::read(files.path().join("a")).unwrap(), vec![7; SIZE]);
    let log = store.log(JobId(1)).await.unwrap();
    let told = |part: &str| log.iter().any(|line| line.told.to_text().contains(part));
    assert!(told("network_changed") && !told("anew") && told("\"first\":4"), "{log:?}");
    handle.send(Command::Quit).unwrap();
    service.await.unwrap();
}

/// What was synced and could not be recorded is still there, and counts once it can be.
#[tokio::test]
async fn f5_no_space_for_the_list() {
    let files = tempfile::tempdir().unwrap();
    let (port, asked) = server();
    let mut world = world(vec![at_server(files.path(), port, "a")]).await;
    world.service.fleet.admit(JobId(1));
    let (handle, store) = (world.handle.clone(), world.service.store.clone());
    let service = tokio::spawn(world.service.run());
    until(&handle, 1, |job| job.done_bytes > 0).await;
    store.refuse_writes(true).await.unwrap();
    // Where the checkpoint came before, the next step to be saved is the pause.
    let pause = handle.ask(Command::Pause(Which::Jobs(vec![JobId(1)]))).await.unwrap();
    let stands = |job: &super::snapshot::JobView| job.connections == 0 && !job.settling;
    until(&handle, 1, stands).await;
    assert!(!files.path().join("a").exists(), "{pause:?}");
    store.refuse_writes(false).await.unwrap();
    handle.ask(Command::Retry(Which::Jobs(vec![JobId(1)]))).await.unwrap();
    handle.ask(Command::Resume(Which::Jobs(vec![JobId(1)]))).await.unwrap();
    until(&handle, 1, |job| job.state == State::Completed).await;
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    assert_eq!(std::fs::read(files.path().join("a")).unwrap(), vec![7; SIZE]);
    let saved = store.load_jobs().await.unwrap();
    assert!(saved[0].phase.is_done(), "{:?}", saved[0].phase);
    handle.send(Command::Quit).unwrap();
    service.await.unwrap();
}

/// Nothing is begun that could not be recorded: no file, no request; and it waits for what is here.
#[tokio::test]
async fn f5_no_space_for_the_list_before_a_job_begins() {
    let files = tempfile::tempdir().unwrap();
    let (port, asked) = server();
    let mut world = world(vec![at_server(files.path(), port, "a")]).await;
    world.service.fleet.admit(JobId(1));
    let (handle, store) = (world.handle.clone(), world.service.store.clone());
    store.refuse_writes(true).await.unwrap();
    let service = tokio::spawn(world.service.run());
    let waits = |job: &super::snapshot::JobView| {
        job.state == State::Waiting
            && job.error.as_ref().is_some_and(|error| error.kind == FailureKind::Store)
    };
    until(&handle, 1, waits).await;
    assert_eq!(
        (asked.load(Ordering::SeqCst), std::fs::read_dir(files.path()).unwrap().count()),
        (0, 0)
    );
    store.refuse_writes(false).await.unwrap();
    handle.ask(Command::Retry(Which::Jobs(vec![JobId(1)]))).await.unwrap();
    until(&handle, 1, |job| job.done_bytes == HALF as u64).await;
    handle.send(Command::Quit).unwrap();
    service.await.unwrap();
}

/// A run that hangs by a fault of ours is ended and begun again; one that only works long is not.
#[tokio::test]
async fn a_run_without_a_sign_of_life_is_ended_and_begun_again() {
    let files = tempfile::tempdir().unwrap();
    let (port, _) = server();
    // Only its first connection is served badly.
    drop(std::net::TcpStream::connect(("127.0.0.1", port)).unwrap());
    let mut world = world(vec![at_server(files.path(), port, "a")]).await;
    world.service.fleet.admit(JobId(1));
    world.service.fill().await;
    let run = |service: &mut Service| service.records.get_mut(&JobId(1)).unwrap().run.take();
    let mut first = run(&mut world.service).unwrap();
    // What it says of itself is from now on said by nobody.
    first.progress = Arc::default();
    let looks = |run: &mut Running| (0..=DEAD_AFTER).filter(|_| run.end_if_dead()).count();
    assert_eq!(looks(&mut first), 0, "it does something");
    first.progress.turn();
    assert_eq!((0..DEAD_AFTER).filter(|_| first.end_if_dead()).count(), 0);
    first.progress.turn();
    first.progress.turn();
    assert!(!first.end_if_dead(), "a sign");
    assert_eq!(looks(&mut first), 1, "it is ended once");
    world.service.records.get_mut(&JobId(1)).unwrap().run = Some(first);
    let (handle, store) = (world.handle.clone(), world.service.store.clone());
    let service = tokio::spawn(world.service.run());
    until(&handle, 1, |job| job.state == State::Completed).await;
    assert_eq!(std::fs::read(files.path().join("a")).unwrap(), vec![7; SIZE]);
    let log = store.log(JobId(1)).await.unwrap();
    assert!(log.iter().any(|line| line.told.to_text().contains("no_sign")), "{log:?}");
    handle.send(Command::Quit).unwrap();
    service.await.unwrap();
}

/// A run whose server says nothing still shows that it lives.
#[tokio::test]
async fn a_run_that_waits_for_its_server_gives_signs_of_life() {
    let files = tempfile::tempdir().unwrap();
    let (port, _) = server();
    let mut world = world(vec![at_server(files.path(), port, "a")]).await;
    world.service.fleet.admit(JobId(1));
    world.service.fill().await;
    let progress = world.service.records[&JobId(1)].run.as_ref().unwrap().progress.clone();
    let handle = world.handle.clone();
    let service = tokio::spawn(world.service.run());
    until(&handle, 1, |job| job.done_bytes == HALF as u64).await;
    let mut signs = BTreeSet::new();
    for _ in 0..50 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        signs.extend(Some(progress.turns()).filter(|turns| turns % 2 == 1));
    }
    assert!(signs.len() > 2, "{signs:?}");
    handle.send(Command::Quit).unwrap();
    service.await.unwrap();
    assert_eq!(progress.turns() % 2, 0);
}
