//! Row F14: a disk that is slow or stalls holds up no other job, no pause, and takes no memory.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use onward::engine::hook::{Deed, Fate, When};
use onward::model::id::JobId;
use onward::model::phase::State;

use super::binary::wait_until;
use super::fault_reply::{End, Origin};
use super::fault_server::FaultServer;
use super::faults::{Death, Slow, damage, within};
use super::rows::{Row, TWICE};
use super::stage::{Stage, alone, paced};

/// Two mebibytes a second, and five seconds of nothing now and then.
fn slow(is_slow: &Arc<AtomicBool>) -> impl Fn(When, Deed, &Path) -> Fate + Send + Sync + 'static {
    let is_slow = Arc::clone(is_slow);
    let written = Mutex::new(0);
    move |when, deed, _| {
        if let (When::Before, Deed::Write(at, end), true) =
            (when, deed, is_slow.load(Ordering::SeqCst))
        {
            let mut written = written.lock().unwrap();
            thread::sleep(Duration::from_millis((end - at) * 1000 / (2 << 20)));
            let stalls = *written / (4 << 20) < (*written + end - at) / (4 << 20);
            *written += end - at;
            thread::sleep(if stalls { Duration::from_secs(5) } else { Duration::ZERO });
        }
        Fate::Done
    }
}

#[test]
fn f14_a_slow_disk_holds_nobody_else_up_and_can_be_paused() {
    let is_slow = Arc::new(AtomicBool::new(true));
    let stage = Stage::over(slow(&is_slow));
    let large = Origin::new(24 << 20, 0);
    let origin = large.clone();
    let server = FaultServer::start(move |asked| origin.answer(asked));
    let id = stage.add(&server.url("a.bin"), alone());
    wait_until("the disk is what it waits for", || server.sent() > 12 << 20);
    let other = paced();
    let beside = stage.dir().with_file_name("beside");
    let second = stage.add_in(&beside, &other.url("b.bin"), alone());
    let took = within(Duration::from_secs(6), "another job", || {
        stage.view(second).state == State::Completed
    });
    assert!(took < Duration::from_millis(2500), "{took:?}");
    stage.pause(id);
    within(Duration::from_millis(200), "the pause", || {
        let view = stage.view(id);
        view.connections == 0 && view.state == State::Paused
    });
    within(Duration::from_secs(1), "the socket is closed", || server.open() == 0);
    assert!(stage.view(id).settling, "the disk was through before");
    let sent = server.sent();
    stage.comes_to(id, State::Paused);
    assert_eq!(server.sent(), sent, "it was still read from");
    let right = |at, len| large.content[usize::try_from(at).unwrap()..][..len].to_vec();
    let held = stage.durable_is_right(id, right);
    is_slow.store(false, Ordering::SeqCst);
    stage.resume(id);
    stage.has_file(id, &large.content);
    let again = server.sent() - sent;
    let missing = large.content.len() as u64 - held;
    assert!(held >= 8 << 20 && again <= missing + TWICE as u64, "{held} {again}");
    assert_eq!(server.log().len(), 2);
    stage.close();
}

/// What a process takes of the memory, in bytes: `VmRSS` or `VmHWM`, its highest.
fn memory(pid: u32, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() << 10
}

#[test]
fn f14_a_slow_disk_takes_no_memory() {
    let large = Origin::new(96 << 20, 0);
    let row = Row::new(move |asked| large.answer(asked));
    let slow = Slow { rate_bps: 2 << 20, stall_ms: 5000 };
    let running = row.start_to_die(&["--connections", "4"], Death::None, Some(slow));
    wait_until("it writes", || row.deeds().iter().any(|line| line.deed == "write"));
    let before = memory(running.id(), "VmRSS");
    // All that the program and the system between take stands in queues now.
    let mut sent = 0;
    wait_until("nothing more is taken", || {
        thread::sleep(Duration::from_millis(500));
        std::mem::replace(&mut sent, row.server.sent()) == row.server.sent()
    });
    let most = memory(running.id(), "VmHWM") - before;
    assert!(most <= 16 << 20, "{} KiB more", most >> 10);
    running.signal(rustix::process::Signal::KILL);
    running.end();
}

/// The job's first answer came whole into the queue of a disk that stalls.
fn stalled(job: impl Fn(&Stage, &FaultServer) -> JobId) -> (Stage, FaultServer, JobId) {
    let is_slow = Arc::new(AtomicBool::new(true));
    let stage = Stage::over(slow(&is_slow));
    let large = Origin::new(6 << 20, 0);
    let server = FaultServer::start(move |asked| large.answer(asked));
    let id = job(&stage, &server);
    wait_until("all came", || server.sent() == 6 << 20);
    (stage, server, id)
}

#[test]
fn a_pause_acts_while_the_end_of_a_body_waits_for_the_disk() {
    let (stage, server, id) = stalled(|stage, server| stage.add(&server.url("a.bin"), alone()));
    // Read to its end, and most of it not yet written.
    thread::sleep(Duration::from_millis(500));
    assert_eq!(stage.view(id).connections, 1);
    stage.pause(id);
    within(Duration::from_millis(200), "the pause", || {
        let view = stage.view(id);
        view.connections == 0 && view.state == State::Paused
    });
    stage.comes_to(id, State::Paused);
    assert_eq!(server.log().len(), 1);
    stage.close();
}

#[test]
fn a_pause_acts_while_blocks_are_read_again() {
    let long = Origin::new(3 << 20, 0);
    let (answer, cut) = (long.clone(), (2 << 20) + 5);
    let server = FaultServer::start(move |asked| match asked.number {
        0 => answer.answer(asked).cut(cut, End::Hang),
        _ => answer.answer(asked),
    });
    let reads = Arc::new(AtomicBool::new(false));
    let is_slow = Arc::clone(&reads);
    let stage = Stage::over(move |when, deed, _| {
        if let (When::Before, Deed::Read(..), true) = (when, deed, is_slow.load(Ordering::SeqCst)) {
            thread::sleep(Duration::from_secs(3));
        }
        Fate::Done
    });
    let id = stage.add(&server.url("a.bin"), alone());
    wait_until("all came", || stage.view(id).done_bytes == cut as u64);
    stage.pause(id);
    stage.comes_to(id, State::Paused);
    let stage = stage.crash();
    reads.store(true, Ordering::SeqCst);
    stage.resume(id);
    wait_until("it runs", || stage.view(id).state == State::Connecting);
    thread::sleep(Duration::from_millis(200));
    stage.pause(id);
    within(Duration::from_millis(200), "the pause", || {
        let view = stage.view(id);
        view.state == State::Paused && !view.settling
    });
    assert_eq!(server.log().len(), 1);
    // What was not read again is so in the next run.
    reads.store(false, Ordering::SeqCst);
    damage(&stage.dir().join("a.bin.part"), (1 << 20) + 7);
    stage.resume(id);
    stage.has_file(id, &long.content);
    stage.close();
}
