//! `get` against a server of this process: to the end, to its failures, and through signals.

use std::time::{Duration, Instant};

use super::binary::{World, part_bytes, wait_until};
use super::file_server::{FileServer, body};

const SIZE: usize = 3 << 20;

#[test]
fn the_final_path_alone_goes_to_standard_output() {
    let (world, server) = (World::new(), FileServer::start(body(SIZE)));
    let ran = world.run(&["get", &server.url("a.bin"), "--dir", "."]);
    let path = world.dir().join("a.bin");
    assert_eq!(ran.expect_code(0), format!("{}\n", path.display()));
    assert_eq!(std::fs::read(path).unwrap(), body(SIZE));
    assert_eq!(world.files(), ["a.bin"]);
    let job = &world.list()[0];
    assert_eq!((&job["state"], &job["total_bytes"]), (&"completed".into(), &SIZE.into()));
    assert!(job["finished_at"].is_string());
}

#[test]
fn an_existing_file_is_never_overwritten() {
    let (world, server) = (World::new(), FileServer::start(body(1000)));
    std::fs::write(world.dir().join("a.bin"), "mine").unwrap();
    let out = world.run(&["get", &server.url("a.bin"), "--dir", ".", "--quiet"]).expect_code(0);
    assert_eq!(out, format!("{}\n", world.dir().join("a (1).bin").display()));
    assert_eq!(std::fs::read(world.dir().join("a.bin")).unwrap(), b"mine");
    assert_eq!(world.files(), ["a (1).bin", "a.bin"]);
}

#[test]
fn a_name_is_never_a_path() {
    let (world, server) = (World::new(), FileServer::start(body(1000)));
    let url = server.url("a.bin");
    world.run(&["get", &url, "--dir", "in", "--name", "../../b.bin"]).expect_code(0);
    assert!(world.dir().join("in/b.bin").exists());
    assert_eq!(world.files(), ["in"]);
}

#[test]
fn a_failure_for_good_is_one_line() {
    let (world, server) = (World::new(), FileServer::start(body(1000)));
    let ran = world.run(&["get", &server.url("no/a.bin"), "--dir", "."]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{ran:?}");
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    assert!(ran.err.contains("no such file") && ran.err.contains("Check the link"), "{}", ran.err);
    assert!(world.files().is_empty());
}

#[test]
fn a_wrong_checksum_is_a_failure_and_nothing_takes_the_name() {
    let (world, server) = (World::new(), FileServer::start(body(1000)));
    let wrong = format!("md5:{}", "0".repeat(32));
    let ran = world.run(&["get", &server.url("a.bin"), "--dir", ".", "--checksum", &wrong]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(!world.dir().join("a.bin").exists());
}

#[test]
fn retries_have_an_end_and_it_can_go_on() {
    let world = World::new();
    let ran = world.run(&["get", "http://127.0.0.1:1/a.bin", "--dir", ".", "--retries", "0"]);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(ran.err.contains("same command again"), "{}", ran.err);
}

/// Starts a slow `get`, ends it by `signal` half-way, and lets the same command finish it.
#[cfg(unix)]
fn interrupted_by(signal: rustix::process::Signal, code: i32) {
    let (world, server) = (World::new(), FileServer::start(body(SIZE)));
    server.slow(20);
    let url = server.url("a.bin");
    let line = ["get", &url, "--dir", ".", "--connections", "1"];
    let running = world.start(&line);
    wait_until("a megabyte came", || {
        server.sent() > 1 << 20 && part_bytes(&world.dir(), "a.bin") > 0
    });
    let start = Instant::now();
    running.signal(signal);
    let ran = running.end();
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    assert_eq!((ran.code, ran.out.as_str()), (Some(code), ""), "{ran:?}");
    assert!(ran.err.contains("same command again"), "{}", ran.err);
    assert_eq!(world.files(), ["a.bin.part"]);
    assert!(world.list()[0]["done_bytes"].as_u64().unwrap() > 0);
    server.slow(0);
    let before = server.sent();
    world.run(&line).expect_code(0);
    assert!(server.sent() - before < SIZE as u64, "it started over");
    assert_eq!(std::fs::read(world.dir().join("a.bin")).unwrap(), body(SIZE));
    assert_eq!(world.list().len(), 1);
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_everything() {
    interrupted_by(rustix::process::Signal::INT, 130);
}

#[cfg(unix)]
#[test]
fn a_kill_by_term_keeps_everything() {
    interrupted_by(rustix::process::Signal::TERM, 143);
}

#[cfg(unix)]
#[test]
fn a_second_command_goes_through_the_running_get() {
    let (world, server) = (World::new(), FileServer::start(body(SIZE)));
    server.slow(20);
    let running = world.start(&["get", &server.url("a.bin"), "--dir", ".", "--connections", "1"]);
    wait_until("it downloads", || world.list().iter().any(|job| job["state"] == "downloading"));
    world.run(&["pause", "--all"]).expect_code(0);
    let ran = running.end();
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(ran.err.contains("paused"), "{}", ran.err);
    assert_eq!(world.list()[0]["state"], "paused");
}
