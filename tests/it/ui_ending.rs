//! What is announced when all downloads are done, and refused.

use eframe::egui::{Key, Modifiers};
use jiff::{SignedDuration, Timestamp};
use onward::app::all_done::Ending;
use onward::app::command::Command;
use onward::app::snapshot::Snapshot;
use onward::model::phase::State;
use onward::model::settings::WhenDone;

use crate::ui_stage::{Stage, job, snapshot};

fn with(ending: Option<Ending>, revision: u64) -> Snapshot {
    Snapshot { ending, revision, layout: revision, ..snapshot(vec![job(1, "a", State::Completed)]) }
}

fn soon(what: WhenDone) -> Ending {
    // Half a second more, so that the seconds do not turn while it is drawn.
    let left = SignedDuration::from_millis(40_500);
    Ending { what, at: Timestamp::now() + left }
}

#[test]
fn it_says_what_and_when_and_is_refused_by_a_click_or_a_key() {
    for (what, text) in [
        (WhenDone::Sleep, "The computer goes to sleep in 40"),
        (WhenDone::ShutDown, "The computer shuts down in 40"),
        (WhenDone::Quit, "Onward quits in 40"),
    ] {
        let mut stage = Stage::new(vec![]);
        stage.show(with(Some(soon(what)), 2));
        assert!(stage.shows(text), "{what:?}");
        stage.click("Not now");
        assert_eq!(stage.commands(), [Command::StayOn]);
        assert!(!stage.shows(text), "it does not come again before the service has heard");
        stage.show(with(None, 3));
        stage.show(with(Some(soon(what)), 4));
        assert!(stage.shows(text), "another time it does");
        stage.press(Modifiers::NONE, Key::Escape);
        assert_eq!(stage.commands(), [Command::StayOn]);
    }
}

#[test]
fn what_is_taken_back_goes_and_what_is_typed_stays() {
    let mut stage = Stage::new(vec![]);
    stage.show(with(Some(soon(WhenDone::Sleep)), 2));
    stage.show(with(None, 3));
    assert!(!stage.shows("All downloads are done"));
    stage.press(Modifiers::COMMAND, Key::N);
    stage.show(with(Some(soon(WhenDone::Sleep)), 4));
    assert!(stage.shows("Add downloads"));
    assert_eq!(stage.commands(), vec![]);
    stage.press(Modifiers::NONE, Key::Escape);
    stage.harness.run();
    assert!(stage.shows("All downloads are done"));
}
