//! Commands that go through the socket of the instance that runs, and what is left where that is
//! killed.

#![cfg(unix)]

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;

use super::binary::{Running, World, part_bytes, wait_until};
use super::file_server::{FileServer, body};

const SIZE: usize = 3 << 20;

/// A `get` that takes its time, and a server to hold it.
fn slow_get(world: &World) -> (FileServer, Running) {
    let server = FileServer::start(body(SIZE));
    server.slow(20);
    let running = world.start(&["get", &server.url("a.bin"), "--dir", ".", "--connections", "1"]);
    wait_until("a megabyte came", || {
        server.sent() > 1 << 20 && part_bytes(&world.dir(), "a.bin") > 0
    });
    (server, running)
}

#[test]
fn one_removed_elsewhere_is_gone_with_its_part() {
    let world = World::new();
    let (_server, running) = slow_get(&world);
    assert_eq!(world.run(&["add", "http://127.0.0.1:1/b.bin", "--paused"]).expect_code(0), "2\n");
    world.run(&["remove", "1"]).expect_code(0);
    let ran = running.end();
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{ran:?}");
    assert!(world.files().is_empty(), "{:?}", world.files());
    let list = world.list();
    assert_eq!(list.len(), 1);
    assert_eq!((&list[0]["id"], &list[0]["state"]), (&2.into(), &"paused".into()));
}

#[test]
fn one_cancelled_elsewhere_keeps_what_it_has() {
    let world = World::new();
    let (server, running) = slow_get(&world);
    world.run(&["cancel", "1"]).expect_code(0);
    let ran = running.end();
    assert!(ran.code != Some(0) && ran.out.is_empty(), "{ran:?}");
    assert_eq!(world.files(), ["a.bin.part"]);
    assert_eq!(world.list()[0]["state"], "cancelled");
    server.slow(0);
    let before = server.sent();
    world.run(&["get", &server.url("a.bin"), "--dir", "."]).expect_code(0);
    assert!(server.sent() - before < SIZE as u64, "it started over");
}

#[test]
fn after_a_kill_it_goes_on() {
    let world = World::new();
    let (server, running) = slow_get(&world);
    wait_until("something is saved", || {
        world.list().iter().any(|job| job["done_bytes"].as_u64() > Some(1 << 20))
    });
    // Pausing and resuming makes all of it durable, whatever the pace of the checkpoints.
    world.run(&["pause", "1"]).expect_code(0);
    assert_eq!(running.end().code, Some(3));
    let again = world.start(&["get", &server.url("a.bin"), "--dir", ".", "--connections", "1"]);
    wait_until("it downloads", || world.list().iter().any(|job| job["state"] == "downloading"));
    again.signal(rustix::process::Signal::KILL);
    assert_eq!(again.end().code, None);
    assert!(world.list()[0]["done_bytes"].as_u64() > Some(1 << 20));
    server.slow(0);
    let before = server.sent();
    world.run(&["get", &server.url("a.bin"), "--dir", "."]).expect_code(0);
    assert!(server.sent() - before < SIZE as u64, "it started over");
    assert_eq!(std::fs::read(world.dir().join("a.bin")).unwrap(), body(SIZE));
}

#[test]
fn a_folder_that_is_not_utf8_spoils_no_list() {
    let world = World::new();
    let (_server, _running) = slow_get(&world);
    let odd = OsStr::from_bytes(b"d\xff");
    let mut add = world.command(&["add", "http://127.0.0.1:1/b.bin", "--paused", "--dir"]);
    assert_eq!(Running::start(add.arg(odd)).end().expect_code(0), "2\n");
    assert_eq!(world.list().len(), 2);
    world.run(&["show", "2"]).expect_code(0);
    // It came over as it is: the same link, folder and name are the same job.
    let mut get = world.command(&["get", "http://127.0.0.1:1/b.bin", "--retries", "0", "--dir"]);
    assert_eq!(Running::start(get.arg(odd)).end().code, Some(3));
    assert_eq!(world.list().len(), 2);
}

#[test]
fn a_long_data_directory_has_its_socket_in_a_folder_of_our_own() {
    let (world, server) = (World::new(), FileServer::start(body(SIZE)));
    server.slow(20);
    let (data, session) = (world.dir().join("d".repeat(120)), world.dir().join("run"));
    std::fs::create_dir(&session).unwrap();
    let there = |arguments: &[&str]| {
        let mut command = world.command(arguments);
        command.env("ONWARD_DATA_DIR", &data).env("XDG_RUNTIME_DIR", &session);
        Running::start(&mut command)
    };
    let running = there(&["get", &server.url("a.bin"), "--dir", ".", "--connections", "1"]);
    wait_until("it came", || part_bytes(&world.dir(), "a.bin") > 0);
    there(&["pause", "--all"]).end().expect_code(0);
    assert_eq!(running.end().code, Some(3));
    let folder = std::fs::metadata(session.join("onward")).unwrap();
    assert_eq!(folder.mode() & 0o777, 0o700);
}
