//! What is told of the job that is looked at closely: connections, speed, log, while it runs and after.

use std::time::Duration;

use onward::app::command::Command;
use onward::app::focus::Focus;
use onward::model::id::JobId;
use onward::model::log::Told;
use onward::model::options::JobOptions;
use onward::model::phase::State;

use super::binary::wait_until;
use super::fault_reply::Origin;
use super::fault_server::FaultServer;
use super::stage::Stage;

/// A file of 12 MiB that takes six seconds over two connections: on a busy machine too it is still on
/// its way when two seconds of its history are told.
fn slow() -> (FaultServer, Origin) {
    let origin = Origin::new(12 << 20, 0);
    let answer = origin.clone();
    (FaultServer::start(move |asked| answer.answer(asked).paced(1 << 20)), origin)
}

fn watch(stage: &Stage, id: Option<JobId>) {
    stage.call(Command::Watch(id));
}

#[track_caller]
fn focus_where(stage: &Stage, what: &str, is_so: impl Fn(&Focus) -> bool) -> Focus {
    let mut found = None;
    wait_until(what, || {
        found = stage.focus().filter(|focus| is_so(focus));
        found.is_some()
    });
    (*found.unwrap()).clone()
}

#[test]
fn a_job_is_told_closely_while_it_is_looked_at() {
    let (server, origin) = slow();
    let stage = Stage::new();
    let options = JobOptions { connections: 2, ..JobOptions::default() };
    let id = stage.add(&server.url("a.bin"), options);
    assert!(stage.focus().is_none());
    watch(&stage, Some(id));
    let seen = focus_where(&stage, "bytes flow", |focus| {
        focus.connections.iter().any(|c| c.speed_bps > 500_000) && focus.history.secs() >= 2
    });
    assert_eq!(seen.job.view.id, id);
    let host = server.url("").trim_start_matches("http://").trim_end_matches('/').to_owned();
    assert!(seen.connections.iter().all(|c| c.open.host == host), "{:?}", seen.connections);
    assert!(seen.connections.iter().any(|c| c.open.left.is_some_and(|left| !left.is_empty())));
    assert!(seen.log.iter().any(|line| line.told.to_text().contains("206")), "{:?}", seen.log);
    assert!((500_000..20_000_000).contains(&seen.history.peak_bps()), "{:?}", seen.history);
    stage.has_file(id, &origin.content);
    let done = focus_where(&stage, "the end is told", |focus| {
        focus.log.last().is_some_and(|line| line.told == Told::Finished)
    });
    assert!(done.connections.is_empty());
    assert!(done.history.secs() >= seen.history.secs());
    // What it was like is still known by the next program.
    let (stage, _) = stage.restart();
    watch(&stage, Some(id));
    let again = focus_where(&stage, "its history is there", |focus| focus.history.secs() > 0);
    assert_eq!(again.history.secs(), done.history.secs());
    assert_eq!(again.log.last().unwrap().told, Told::Finished);
    watch(&stage, None);
    wait_until("nobody looks", || stage.focus().is_none());
    stage.close();
}

#[test]
fn a_job_that_goes_is_looked_at_no_more() {
    let (server, _) = slow();
    let stage = Stage::new();
    let id = stage.add(&server.url("a.bin"), JobOptions::default());
    watch(&stage, Some(id));
    focus_where(&stage, "it is looked at", |_| true);
    stage.pause(id);
    stage.comes_to(id, State::Paused);
    let paused = focus_where(&stage, "no connection is left", |focus| focus.connections.is_empty());
    assert_eq!(paused.job.view.state, State::Paused);
    stage.remove(id);
    wait_until("it is gone", || stage.focus().is_none());
    std::thread::sleep(Duration::from_millis(50));
    watch(&stage, Some(id));
    assert!(stage.focus().is_none());
    stage.close();
}
