//! Rows F5 to F7, F14 and F16: a disk that is full, broken, slow, or that cannot reserve, under the
//! service in this process.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use onward::engine::hook::{Deed, Fate, When};
use onward::model::failure::FailureKind;
use onward::model::id::JobId;
use onward::model::options::JobOptions;
use onward::model::phase::State;

use super::binary::wait_until;
use super::fault_reply::{Asked, End, Origin, Reply, content_at};
use super::fault_server::FaultServer;
use super::faults::{Death, Slow, within};
use super::rows::{CUT, Row, SIZE, usual};
use super::stage::{Stage, alone, broken, full};

/// A second for the usual file, so that a few checkpoints come before its end.
const RATE_BPS: u64 = 1 << 20;

/// Compared once more by a request.
const TWICE: usize = (64 + 4) << 10;

fn paced() -> FaultServer {
    FaultServer::start(|asked| usual().answer(asked).paced(RATE_BPS))
}

fn usual_at(at: u64, len: usize) -> Vec<u8> {
    usual().content[usize::try_from(at).unwrap()..][..len].to_vec()
}

/// A job of the usual file over a disk that does as told while `fails`; it fails for this reason,
/// twice, keeps what is durable, and goes on when the disk is in order again.
#[track_caller]
fn fails_and_goes_on(why: FailureKind, fate: impl Fn(Deed) -> Fate + Send + Sync + 'static) -> u64 {
    let fails = Arc::new(AtomicBool::new(true));
    let is_failing = Arc::clone(&fails);
    let stage =
        Stage::over(
            move |_, deed, _| {
                if is_failing.load(Ordering::SeqCst) { fate(deed) } else { Fate::Done }
            },
        );
    let server = paced();
    let id = stage.add(&server.url("a.bin"), alone());
    stage.waits_for(id, why);
    let held = stage.durable_is_right(id, usual_at);
    assert_eq!(server.log().len(), 1);
    stage.retry(id);
    wait_until("it tried", || server.log().len() == 2);
    stage.waits_for(id, why);
    assert!(stage.durable_is_right(id, usual_at) >= held);
    let (held, before) = (stage.durable_is_right(id, usual_at), server.sent());
    fails.store(false, Ordering::SeqCst);
    stage.retry(id);
    stage.has_file(id, &usual().content);
    let sent = usize::try_from(server.sent() - before + held).unwrap();
    // The server counts what the system takes from it before it hears that nobody reads on.
    assert!((SIZE..=SIZE + 2 * TWICE).contains(&sent), "{sent} {held}");
    assert_eq!(server.log().len(), 3);
    stage.close();
    held
}

const HALF: u64 = SIZE as u64 / 2;

#[test]
fn f5_no_space_at_write() {
    let held = fails_and_goes_on(FailureKind::DiskFull, |deed| match deed {
        Deed::Write(_, end) if end > HALF => full(),
        _ => Fate::Done,
    });
    assert!(held > 0);
}

#[test]
fn f5_no_space_at_reserve() {
    let held = fails_and_goes_on(FailureKind::DiskFull, |deed| match deed {
        Deed::Reserve(_) => full(),
        _ => Fate::Done,
    });
    assert_eq!(held, 0);
}

#[test]
fn f6_writing_fails() {
    let held = fails_and_goes_on(FailureKind::DiskError, |deed| match deed {
        Deed::Write(_, end) if end > HALF => broken(),
        _ => Fate::Done,
    });
    assert!(held > 0);
}

/// After a failed sync nothing that was not durable before is believed, though it stands in the file
/// and the next sync succeeds.
#[test]
fn f6_syncing_fails() {
    let synced = Arc::new(AtomicU64::new(0));
    fails_and_goes_on(FailureKind::DiskError, move |deed| match deed {
        // The first is before the half, the second after.
        Deed::Sync if synced.fetch_add(1, Ordering::SeqCst) > 0 => broken(),
        _ => Fate::Done,
    });
}

#[test]
fn f6_syncing_fails_at_the_end() {
    fails_and_goes_on(FailureKind::DiskError, |deed| match deed {
        Deed::Sync => broken(),
        _ => Fate::Done,
    });
}

/// Once: it is fetched again, without anybody's doing.
#[test]
fn f6_what_fails_once_is_fetched_again() {
    let failed = AtomicBool::new(false);
    let stage = Stage::over(move |_, deed, _| match deed {
        Deed::Write(_, end) if end > HALF && !failed.swap(true, Ordering::SeqCst) => broken(),
        _ => Fate::Done,
    });
    let server = paced();
    let id = stage.add(&server.url("a.bin"), alone());
    stage.has_file(id, &usual().content);
    assert_eq!(server.log().len(), 2);
    stage.close();
}

#[test]
fn f7_a_file_system_that_cannot_reserve() {
    let written = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&written);
    let stage = Stage::over(move |when, deed, _| match (when, deed) {
        // EOPNOTSUPP.
        (When::Before, Deed::Reserve(_)) => Fate::Failed(std::io::Error::from_raw_os_error(95)),
        (When::Before, Deed::Write(at, end)) => {
            count.fetch_add(end - at, Ordering::SeqCst);
            Fate::Done
        }
        _ => Fate::Done,
    });
    let server = paced();
    let id = stage.add(&server.url("a.bin"), alone());
    stage.has_file(id, &usual().content);
    assert_eq!(written.load(Ordering::SeqCst), SIZE as u64, "zeros were written");
    assert_eq!(server.log().len(), 1);
    stage.close();
}

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
    let served = large.clone();
    let server = FaultServer::start(move |asked| served.answer(asked));
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
    // What the system had taken of it before counts as sent.
    thread::sleep(Duration::from_millis(100));
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
    let running = row.start_mortal(&["--connections", "4"], Death::None, Some(slow));
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

const HUGE: u64 = 100 << 30;
/// Each answer brings so much and then nothing.
const CRUMB: usize = 4 << 20;

/// A file of a hundred gibibytes.
fn huge(asked: &Asked) -> Reply {
    let (first, end) = asked.range().unwrap_or((0, None));
    let (first, end) = (first as u64, end.map_or(HUGE, |end| end as u64));
    let body = content_at(first, CRUMB.min(usize::try_from(end - first).unwrap()), 0);
    Reply::new("206 Partial Content", &body)
        .with("Content-Length", &(end - first).to_string())
        .with("Content-Range", &format!("bytes {first}-{}/{HUGE}", end - 1))
        .with("ETag", "\"huge\"")
        .paced(2 << 20)
        .ends(End::Hang)
}

#[test]
fn f16_a_hundred_gibibytes_with_holes() {
    // No disk of a machine that runs tests need have the room.
    let stage = Stage::over(|_, deed, _| match deed {
        Deed::Reserve(_) => Fate::PassedOver,
        _ => Fate::Done,
    });
    let server = FaultServer::start(huge);
    let options = JobOptions { connections: 8, retries: 0, ..JobOptions::default() };
    let id = stage.add(&server.url("a.bin"), options);
    wait_until("several bring bytes", || stage.view(id).spans.len() >= 4);
    let quick = Duration::from_millis(200);
    let asked = std::time::Instant::now();
    assert_eq!(stage.details(id).view.total_bytes, Some(HUGE));
    assert!(asked.elapsed() < quick, "{:?}", asked.elapsed());
    stage.pause(id);
    stage.comes_to(id, State::Paused);
    let held = stage.durable_is_right(id, |at, len| content_at(at, len, 0));
    let map = stage.details(id).spans;
    assert!(held > 0 && (4..=16).contains(&map.len()), "{map:?}");
    let before = server.log().len();
    let (stage, took) = stage.restart();
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert_eq!(stage.details(id).spans, map);
    stage.resume(id);
    wait_until("it goes on", || server.log().len() > before);
    let first = server.log()[before].first() as u64;
    let ends: Vec<u64> = map.iter().map(|span| span.end).collect();
    assert!(ends.iter().any(|end| (end - first) <= TWICE as u64), "{first} {ends:?}");
    stage.close();
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

/// Changes one byte of a file.
fn damage(path: &Path, at: u64) {
    use std::os::unix::fs::FileExt;
    let file = std::fs::File::options().read(true).write(true).open(path).unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, at).unwrap();
    file.write_all_at(&[!byte[0]], at).unwrap();
}

#[test]
fn g11_paused_and_resumed_a_hundred_times() {
    let is_slow = Arc::new(AtomicBool::new(true));
    let slowly = Arc::clone(&is_slow);
    let server = FaultServer::start(move |asked| {
        let rate = if slowly.load(Ordering::SeqCst) { 256 << 10 } else { 0 };
        usual().answer(asked).paced(rate)
    });
    let stage = Stage::new();
    let options = JobOptions { connections: 4, retries: 0, ..JobOptions::default() };
    let id = stage.add(&server.url("a.bin"), options);
    wait_until("it brings bytes", || stage.view(id).done_bytes >= CUT as u64 / 5);
    let begun = std::time::Instant::now();
    for _ in 0..100 {
        stage.pause(id);
        thread::sleep(Duration::from_millis(30));
        stage.resume(id);
        thread::sleep(Duration::from_millis(50));
    }
    assert!(begun.elapsed() < Duration::from_secs(12), "{:?}", begun.elapsed());
    stage.pause(id);
    stage.comes_to(id, State::Paused);
    assert!(stage.durable_is_right(id, usual_at) >= CUT as u64 / 5);
    assert!(server.log().len() <= 100 * 4 + 8, "{}", server.log().len());
    within(Duration::from_secs(5), "no connection is left over", || server.open() <= 1);
    is_slow.store(false, Ordering::SeqCst);
    stage.resume(id);
    stage.has_file(id, &usual().content);
    assert!(server.open() <= 5, "{}", server.open());
    stage.close();
    within(Duration::from_secs(5), "all are closed", || server.open() == 0);
}
