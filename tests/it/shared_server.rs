//! Several downloads from one server that bears only so many connections over all of them.

use std::time::Duration;

use onward::app::command::{Command, Reply as Told};
use onward::model::host::HostFacts;
use onward::model::id::JobId;
use onward::model::options::JobOptions;
use onward::model::phase::State;

use super::binary::wait_until;
use super::fault_reply::{Origin, Reply};
use super::fault_server::FaultServer;
use super::stage::Stage;

/// A server that gives each connection so many bytes a second and turns away what is more than `most`
/// connections at once.
fn bears(most: usize, origin: &Origin, rate_bps: u64) -> FaultServer {
    let origin = origin.clone();
    FaultServer::start(move |asked| {
        if asked.at_once > most {
            Reply::new("503 Busy", &[]).with("Retry-After", "1")
        } else {
            origin.answer(asked).paced(rate_bps)
        }
    })
}

fn add(stage: &Stage, server: &FaultServer, names: &[&str], connections: u8) -> Vec<JobId> {
    let options = JobOptions { connections, ..JobOptions::default() };
    names.iter().map(|name| stage.add(&server.url(name), options.clone())).collect()
}

/// What was learned of the only server.
fn learned(stage: &Stage) -> Option<HostFacts> {
    let Told::Hosts(mut hosts) = stage.call(Command::Hosts) else { panic!("no hosts") };
    hosts.pop()
}

fn limit(stage: &Stage) -> Option<u32> {
    learned(stage).and_then(|facts| facts.max_connections)
}

fn are_whole(stage: &Stage, ids: &[JobId], origin: &Origin) {
    for id in ids {
        stage.comes_to(*id, State::Completed);
        assert!(std::fs::read(stage.view(*id).path).unwrap() == origin.content, "wrong bytes");
    }
}

fn flows(stage: &Stage, ids: &[JobId]) -> bool {
    ids.iter().all(|id| stage.view(*id).done_bytes > 0)
}

#[test]
fn downloads_that_are_turned_away_wait_for_others_to_end() {
    let origin = Origin::new(2 << 20, 0);
    let server = bears(2, &origin, 512 << 10);
    let stage = Stage::new();
    let first = add(&stage, &server, &["a", "b"], 1);
    wait_until("two flow", || flows(&stage, &first));
    // Others count as flowing once they were looked at.
    std::thread::sleep(Duration::from_millis(300));
    let later = add(&stage, &server, &["c", "d"], 1);
    wait_until("a limit is learned", || limit(&stage).is_some());
    are_whole(&stage, &first, &origin);
    are_whole(&stage, &later, &origin);
    assert_eq!(limit(&stage), Some(2));
    // Each was turned away once at the most, and is not asked for again until there is room.
    let asked = server.log();
    assert!(asked.len() <= 6, "{asked:?}");
    stage.close();
}

#[test]
fn a_connection_that_is_turned_away_says_nothing_of_those_of_others() {
    let origin = Origin::new(6 << 20, 0);
    let server = bears(5, &origin, 1 << 20);
    let stage = Stage::new();
    let ids = add(&stage, &server, &["a", "b", "c"], 2);
    wait_until("a limit is learned", || limit(&stage).is_some());
    are_whole(&stage, &ids, &origin);
    let limit = limit(&stage).unwrap();
    assert!((3..=5).contains(&limit), "{limit}");
    stage.close();
}

/// It may be forbidden for what it is, and not for how many there are.
#[test]
fn what_is_forbidden_beside_others_is_no_limit() {
    let origin = Origin::new(4 << 20, 0);
    let answers = origin.clone();
    let server = FaultServer::start(move |asked| {
        if asked.path.ends_with("forbidden") {
            Reply::new("403 Forbidden", b"no")
        } else {
            answers.answer(asked).paced(1 << 20)
        }
    });
    let stage = Stage::new();
    let first = add(&stage, &server, &["a"], 1);
    wait_until("it flows", || flows(&stage, &first));
    std::thread::sleep(Duration::from_millis(300));
    let forbidden = add(&stage, &server, &["forbidden"], 1);
    stage.comes_to(forbidden[0], State::Waiting);
    are_whole(&stage, &first, &origin);
    assert_eq!(limit(&stage), None);
    stage.close();
}
