//! Jobs that move in the queue and get other names, under the service in this process.

use onward::app::command::{Command, Refusal, Reply, Which};
use onward::model::id::JobId;
use onward::model::options::JobOptions;
use onward::model::phase::State;
use onward::model::queue::Towards;
use onward::model::settings::Settings;

use super::binary::wait_until;
use super::fault_reply::Origin;
use super::fault_server::FaultServer;
use super::stage::{Stage, alone};

fn order(stage: &Stage) -> Vec<i64> {
    stage.views().iter().map(|view| view.id.0).collect()
}

#[test]
fn what_is_moved_takes_its_turn_there_and_stays_there() {
    let slow = Origin::new(2 << 20, 0);
    let answer = slow.clone();
    let server = FaultServer::start(move |asked| answer.answer(asked).paced(1 << 20));
    let stage = Stage::new();
    let one = Settings { live_jobs: 1, ..Settings::default() };
    assert_eq!(stage.call(Command::ChangeSettings(one)), Reply::Ok);
    let add = |name: &str| stage.add(&server.url(name), alone());
    let (first, second, third) = (add("a.bin"), add("b.bin"), add("c.bin"));
    wait_until("the first runs", || stage.view(first).state == State::Downloading);
    let which = Which::Jobs(vec![third]);
    assert_eq!(stage.call(Command::Move(which, Towards::Up)), Reply::Ok);
    wait_until("it stands there", || order(&stage) == [first.0, third.0, second.0]);
    stage.comes_to(first, State::Completed);
    wait_until("the next runs", || stage.view(third).state == State::Downloading);
    assert_eq!(stage.view(second).state, State::Queued);
    stage.pause(third);
    stage.comes_to(third, State::Paused);
    let (stage, _) = stage.restart();
    assert_eq!(order(&stage), [first.0, third.0, second.0]);
    stage.close();
}

fn rename(stage: &Stage, id: JobId, name: &str) -> Reply {
    stage.call(Command::Rename(id, name.into()))
}

#[test]
fn a_name_given_while_it_runs_is_the_files() {
    let origin = Origin::new(1 << 20, 0);
    let answer = origin.clone();
    let server = FaultServer::start(move |asked| answer.answer(asked).paced(700_000));
    let stage = Stage::new();
    let id = stage.add(&server.url("a.bin"), JobOptions::default());
    wait_until("bytes flow", || stage.view(id).done_bytes > 0);
    assert_eq!(rename(&stage, id, "other name.iso"), Reply::Ok);
    wait_until("it is seen", || stage.view(id).name == "other name.iso");
    stage.has_file(id, &origin.content);
    assert_eq!(stage.view(id).path, stage.dir().join("other name.iso"));
    assert!(matches!(rename(&stage, id, "late"), Reply::Refused(Refusal::NotNow { .. })));
    stage.close();
}

#[test]
fn a_name_given_while_it_rests_lasts_and_never_leaves_the_folder() {
    let origin = Origin::new(1 << 20, 0);
    let answer = origin.clone();
    let server = FaultServer::start(move |asked| answer.answer(asked).paced(700_000));
    let stage = Stage::new();
    let id = stage.add(&server.url("a.bin"), alone());
    wait_until("bytes flow", || stage.view(id).done_bytes > 0);
    stage.pause(id);
    stage.comes_to(id, State::Paused);
    assert_eq!(rename(&stage, id, "../../b.bin"), Reply::Ok);
    for bad in ["", "..", "/", " . "] {
        assert_eq!(rename(&stage, id, bad), Reply::Refused(Refusal::NoName), "{bad}");
    }
    assert!(matches!(rename(&stage, JobId(99), "x"), Reply::Refused(Refusal::NoJob(_))));
    let (stage, _) = stage.restart();
    assert_eq!(stage.view(id).name, "b.bin");
    // One that stands there meanwhile stays.
    std::fs::write(stage.dir().join("b.bin"), b"mine").unwrap();
    stage.resume(id);
    stage.comes_to(id, State::Completed);
    assert_eq!(stage.view(id).path, stage.dir().join("b (1).bin"));
    assert!(std::fs::read(stage.view(id).path).unwrap() == origin.content);
    assert_eq!(std::fs::read(stage.dir().join("b.bin")).unwrap(), b"mine");
    stage.close();
}
