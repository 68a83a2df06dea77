//! The window closed while downloads go on, and wanted in front again.

use eframe::egui::{Role, ViewportCommand, ViewportEvent, ViewportId};
use egui_kittest::kittest::Queryable;
use onward::app::autostart::Autostart;
use onward::app::command::Command;
use onward::app::event::Event;
use onward::app::presence::Tray;
use onward::app::raise::{Raise, Shows};
use onward::model::id::JobId;
use onward::model::phase::State;
use onward::model::settings::{OnClose, Settings};

use crate::ui_settings::open_page;
use crate::ui_stage::{Stage, job, snapshot};

/// Closes the window as its frame's button does; what it then asks of the window system.
fn close(stage: &mut Stage) -> Vec<ViewportCommand> {
    let input = stage.harness.input_mut();
    input.viewports.entry(ViewportId::ROOT).or_default().events.push(ViewportEvent::Close);
    stage.harness.step();
    let asked = stage.harness.output().viewport_output[&ViewportId::ROOT].commands.clone();
    stage.harness.run();
    asked
}

fn running() -> Stage {
    Stage::new(vec![job(1, "one.iso", State::Downloading), job(2, "two.iso", State::Waiting)])
}

const QUESTION: &str = "2 downloads are not finished";

#[test]
fn a_question_covers_what_is_typed_and_gives_it_back() {
    let mut stage = running();
    stage.paste("https://files.example/typed.iso");
    close(&mut stage);
    assert!(stage.shows(QUESTION) && !stage.shows("Add downloads"));
    stage.click("Cancel");
    assert!(stage.shows("Add downloads") && stage.shows("typed.iso"));
}

#[test]
fn quit_from_outside_goes_by_the_window() {
    let mut stage = running();
    stage.end.events.push(Event::QuitWanted);
    stage.harness.step();
    let output = &stage.harness.output().viewport_output[&ViewportId::ROOT];
    assert!(output.commands.contains(&ViewportCommand::Close));
    assert!(!close(&mut stage).contains(&ViewportCommand::CancelClose));
}

#[test]
fn with_nothing_going_on_it_closes() {
    for state in [State::Paused, State::Completed, State::Failed, State::Cancelled] {
        let mut stage = Stage::new(vec![job(1, "one.iso", state)]);
        assert!(!close(&mut stage).contains(&ViewportCommand::CancelClose), "{state:?}");
    }
}

#[test]
fn without_a_tray_it_asks_and_remembers() {
    let mut stage = running();
    assert!(close(&mut stage).contains(&ViewportCommand::CancelClose));
    assert!(stage.shows(QUESTION));
    stage.click("Cancel");
    assert!(!stage.shows(QUESTION));
    for (button, on_close) in
        [("Stop and quit", OnClose::Quit), ("Go on without the window", OnClose::GoOn)]
    {
        let mut stage = running();
        close(&mut stage);
        stage.click(button);
        let changed = stage.commands();
        let [Command::ChangeSettings(settings)] = &changed[..] else { panic!("{changed:?}") };
        assert_eq!(settings.on_close, on_close);
    }
}

#[test]
fn an_answer_for_once_is_not_remembered() {
    let mut stage = running();
    close(&mut stage);
    stage.click_on(Role::CheckBox, "Do this from now on");
    stage.click("Stop and quit");
    assert_eq!(stage.commands(), vec![]);
    // It was asked: it is not asked again.
    assert!(!close(&mut stage).contains(&ViewportCommand::CancelClose));
}

#[test]
fn with_a_tray_or_an_answer_of_before_it_does_not_ask() {
    let mut stage = running();
    stage.harness.state().handle().presence().set_tray(Tray::Shown);
    assert!(!close(&mut stage).contains(&ViewportCommand::CancelClose));
    let with = |on_close| {
        let mut first = snapshot(vec![job(1, "one.iso", State::Downloading)]);
        first.settings = Settings { on_close, ..Settings::clone(&first.settings) }.into();
        Stage::with(first, &[])
    };
    assert!(!close(&mut with(OnClose::GoOn)).contains(&ViewportCommand::CancelClose));
    assert!(!close(&mut with(OnClose::Quit)).contains(&ViewportCommand::CancelClose));
}

#[test]
fn wanted_for_a_job_it_shows_that() {
    let mut stage = running();
    stage.happen(Event::Raised(Raise::of(Shows::Job(JobId(2)))));
    assert_eq!(stage.chosen(), ["two.iso"]);
    stage.happen(Event::Raised(Raise::of(Shows::NewLink(JobId(1)))));
    assert!(stage.shows("New link for one.iso"));
    stage.paste("https://files.example/fresh");
    assert_eq!(
        stage.harness.get_by_label("The fresh link").value().unwrap(),
        "https://files.example/fresh"
    );
}

#[test]
fn wanted_for_the_clipboard_it_asks_for_it_once() {
    let mut stage = Stage::new(vec![]);
    stage.end.events.push(Event::Raised(Raise::of(Shows::Clipboard)));
    let mut asked = 0;
    for _ in 0..6 {
        stage.harness.step();
        let output = &stage.harness.output().viewport_output[&ViewportId::ROOT];
        let pastes = output.commands.iter().filter(|c| **c == ViewportCommand::RequestPaste);
        asked += pastes.count();
    }
    assert_eq!(asked, 1);
    assert!(stage.shows("Add downloads"));
    stage.happen(Event::Raised(Raise::of(Shows::Files(vec!["/srv/links.txt".into()]))));
    assert_eq!(stage.commands(), [Command::ReadLinks(vec!["/srv/links.txt".into()])]);
}

#[test]
fn the_start_with_the_session_is_asked_of_the_desktop() {
    let mut stage = Stage::new(vec![]);
    open_page(&mut stage, "Desktop");
    assert_eq!(stage.commands(), [Command::AskAutostart]);
    stage.happen(Event::Autostart(Autostart::Off));
    stage.click_on(Role::CheckBox, "Start when I log in");
    assert_eq!(stage.commands(), [Command::SetAutostart(Autostart::On)]);
    stage.happen(Event::Autostart(Autostart::On));
    stage.click_on(Role::CheckBox, "Start when I log in");
    assert_eq!(stage.commands(), [Command::SetAutostart(Autostart::Off)]);
    stage.click_on(Role::CheckBox, "Icon in the tray");
    let changed = stage.commands();
    let [Command::ChangeSettings(settings)] = &changed[..] else { panic!("{changed:?}") };
    assert!(!settings.tray && settings.notifications);
}
