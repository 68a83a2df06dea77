//! Rows F16 and G11: a file of which little is here, and a job that is paused and resumed without end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use onward::engine::hook::{Deed, Fate};
use onward::model::options::JobOptions;
use onward::model::phase::State;

use super::binary::wait_until;
use super::fault_reply::{Asked, End, Reply, content_at};
use super::fault_server::FaultServer;
use super::faults::within;
use super::rows::{CUT, TWICE, usual};
use super::stage::{Stage, usual_at};

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
    let stage =
        Stage::over(
            |_, deed, _| {
                if let Deed::Reserve(_) = deed { Fate::PassedOver } else { Fate::Done }
            },
        );
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
