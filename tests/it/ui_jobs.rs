//! What can be done with jobs: by their buttons, by keys, to many at once, and what can be undone.

use eframe::egui::{Key, Modifiers, OutputCommand, Role};
use egui_kittest::kittest::{NodeT, Queryable};
use onward::app::command::{Command, Which};
use onward::app::event::Event;
use onward::model::failure::{Failure, FailureKind};
use onward::model::id::JobId;
use onward::model::phase::{FileFate, State};
use onward::model::settings::Language;
use onward::ui::deed::row_buttons;
use onward::words::Words;

use crate::ui_stage::{Stage, job};

fn these(ids: &[i64]) -> Which {
    Which::Jobs(ids.iter().copied().map(JobId).collect())
}

fn three() -> Vec<onward::app::snapshot::JobView> {
    vec![
        job(1, "one.iso", State::Downloading),
        job(2, "two.zip", State::Paused),
        job(3, "three.pdf", State::Completed),
    ]
}

#[test]
fn every_state_has_its_buttons() {
    let words = Words::new(Language::English);
    for state in State::ALL {
        let stage = Stage::new(vec![job(1, "a.iso", state)]);
        let buttons: Vec<String> = row_buttons(state, false)
            .iter()
            .map(|action| format!("{} a.iso", words.text(action.key())))
            .collect();
        for button in &buttons {
            assert!(
                stage.harness.query_by_role_and_label(Role::Button, button).is_some(),
                "{state:?}: {button}"
            );
        }
        let found = stage.harness.query_all_by_label_contains(" a.iso").count();
        assert_eq!(found, buttons.len(), "{state:?}");
    }
}

#[test]
fn a_row_is_one_sentence() {
    let stage =
        Stage::new(vec![job(1, "one.iso", State::Downloading), job(2, "two.zip", State::Failed)]);
    assert_eq!(
        stage.rows(),
        [
            "one.iso, Downloading, 50 %, 5.00 MB/s, 1 m 40 s, 500 MB of 1.00 GB",
            "two.zip, Failed, 50 %, There is no such file on the server (404). Check the link, or \
             copy it again from the page it comes from."
        ]
    );
}

#[test]
fn buttons_send_their_command() {
    let mut stage = Stage::new(vec![
        job(1, "a", State::Downloading),
        job(2, "b", State::Paused),
        job(3, "c", State::Failed),
        job(4, "d", State::Completed),
        job(5, "e", State::Waiting),
    ]);
    for (button, command) in [
        ("Pause a", Command::Pause(these(&[1]))),
        ("Show in folder a", Command::Reveal(JobId(1))),
        ("Resume b", Command::Resume(these(&[2]))),
        ("Retry c", Command::Retry(these(&[3]))),
        ("Open d", Command::Open(JobId(4))),
        ("Retry e", Command::Retry(these(&[5]))),
        ("Pause e", Command::Pause(these(&[5]))),
        ("Pause all", Command::Pause(Which::All)),
        ("Resume all", Command::Resume(Which::All)),
    ] {
        stage.click(button);
        assert_eq!(stage.commands(), [command], "{button}");
    }
}

#[test]
fn the_menu_of_a_row_cancels_it() {
    let mut stage = Stage::new(three());
    stage.harness.get_by_label_contains("one.iso, Downloading").click_secondary();
    stage.harness.run();
    assert!(stage.harness.query_by_role_and_label(Role::MenuItem, "Resume").is_none());
    stage.harness.get_by_role_and_label(Role::MenuItem, "Cancel download").click();
    stage.harness.run();
    assert_eq!(stage.commands(), [Command::Cancel(these(&[1]))]);
}

#[test]
fn an_open_menu_has_the_keys() {
    let mut stage = Stage::new(three());
    stage.harness.get_by_label_contains("one.iso, Downloading").click_secondary();
    stage.harness.run();
    for key in [Key::Delete, Key::ArrowDown, Key::ArrowDown, Key::End] {
        stage.press(Modifiers::NONE, key);
        assert_eq!(stage.chosen(), ["one.iso"], "{key:?}");
        assert_eq!(stage.commands(), [], "{key:?}");
    }
    assert_eq!(stage.rows().len(), 3);
    stage.press(Modifiers::NONE, Key::Escape);
    assert!(stage.harness.query_by_role(Role::MenuItem).is_none());
    assert_eq!(stage.chosen(), ["one.iso"]);
    stage.press(Modifiers::NONE, Key::Escape);
    assert!(stage.chosen().is_empty());
}

#[test]
fn a_removal_can_be_undone() {
    let mut stage = Stage::new(three());
    stage.choose("two.zip");
    stage.press(Modifiers::NONE, Key::Delete);
    assert_eq!(stage.rows().len(), 2);
    assert!(stage.shows("Removed two.zip"));
    assert!(stage.shows("500 MB are deleted in 10 s"));
    assert_eq!(stage.chosen(), ["three.pdf"]);
    stage.pass(7);
    stage.click("Undo");
    assert_eq!(stage.rows().len(), 3);
    assert_eq!(stage.chosen(), ["two.zip"]);
    stage.press(Modifiers::NONE, Key::Delete);
    stage.press(Modifiers::NONE, Key::Delete);
    assert_eq!(stage.chosen(), ["one.iso"]);
    assert!(!stage.shows("three.pdf · "), "a finished file stays");
    stage.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(stage.chosen(), ["three.pdf"]);
    stage.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(stage.chosen(), ["two.zip"]);
    stage.pass(20);
    assert!(stage.commands().is_empty());
}

#[test]
fn a_removal_goes_out_once_when_its_toast_ends() {
    let mut stage = Stage::new(three());
    stage.choose("two.zip");
    stage.press(Modifiers::NONE, Key::Delete);
    stage.pass(11);
    assert_eq!(stage.commands(), [Command::Remove(these(&[2]), FileFate::Keep)]);
    assert!(!stage.shows("Undo"));
    // The service still shows it until the store has forgotten it: it stays hidden.
    assert_eq!(stage.rows().len(), 2);
    stage.put(vec![job(1, "one.iso", State::Downloading), job(3, "three.pdf", State::Completed)]);
    stage.pass(30);
    assert!(stage.commands().is_empty());
}

#[test]
fn closing_the_window_ends_a_waiting_removal() {
    let mut stage = Stage::new(three());
    stage.choose("one.iso");
    stage.press(Modifiers::NONE, Key::Delete);
    stage.end.events.push(Event::Ended);
    stage.harness.state_mut().close();
    let sent = stage.commands();
    assert_eq!(sent, [Command::Remove(these(&[1]), FileFate::Keep), Command::Quit]);
}

#[test]
fn what_was_refused_is_shown_again() {
    let mut stage = Stage::new(three());
    stage.choose("two.zip");
    stage.press(Modifiers::NONE, Key::Delete);
    stage.pass(11);
    stage.happen(Event::Refused("the list of jobs could not be saved".into()));
    assert_eq!(stage.rows().len(), 3);
    assert!(stage.shows("could not be saved"));
}

#[test]
fn deleting_a_file_is_asked_once() {
    let mut stage = Stage::new(three());
    stage.choose("three.pdf");
    stage.press(Modifiers::SHIFT, Key::Delete);
    assert!(stage.shows("Delete three.pdf?"));
    stage.click("Cancel");
    assert!(stage.commands().is_empty());
    stage.press(Modifiers::SHIFT, Key::Delete);
    stage.click("Delete");
    assert_eq!(stage.commands(), [Command::Remove(these(&[3]), FileFate::Delete)]);
    assert_eq!(stage.rows().len(), 2);
}

#[test]
fn keys_alone_are_enough() {
    let mut stage = Stage::new(three());
    stage.press(Modifiers::NONE, Key::ArrowDown);
    assert_eq!(stage.chosen(), ["one.iso"]);
    stage.press(Modifiers::NONE, Key::Space);
    assert_eq!(stage.commands(), [Command::Pause(these(&[1]))]);
    stage.press(Modifiers::NONE, Key::ArrowDown);
    stage.press(Modifiers::NONE, Key::Space);
    assert_eq!(stage.commands(), [Command::Resume(these(&[2]))]);
    stage.press(Modifiers::NONE, Key::End);
    stage.press(Modifiers::NONE, Key::Enter);
    assert_eq!(stage.commands(), [Command::Open(JobId(3))]);
    stage.press(Modifiers::COMMAND, Key::Enter);
    assert_eq!(stage.commands(), [Command::Reveal(JobId(3))]);
    stage.press(Modifiers::SHIFT, Key::ArrowUp);
    assert_eq!(stage.chosen(), ["two.zip", "three.pdf"]);
    stage.press(Modifiers::NONE, Key::Escape);
    assert!(stage.chosen().is_empty());
    stage.press(Modifiers::COMMAND, Key::A);
    assert_eq!(stage.chosen().len(), 3);
    stage.press(Modifiers::NONE, Key::Space);
    let sent = stage.commands();
    assert_eq!(sent, [Command::Pause(these(&[1])), Command::Resume(these(&[2]))]);
}

#[test]
fn clicks_choose_one_more_or_a_range() {
    let mut stage = Stage::new(three());
    stage.choose("one.iso");
    stage.choose_with("three.pdf", Modifiers::COMMAND);
    assert_eq!(stage.chosen(), ["one.iso", "three.pdf"]);
    stage.choose("one.iso");
    stage.choose_with("three.pdf", Modifiers::SHIFT);
    assert_eq!(stage.chosen().len(), 3);
    stage.choose("two.zip");
    assert_eq!(stage.chosen(), ["two.zip"]);
}

#[test]
fn failures_and_unseen_ends_are_told() {
    let mut stage = Stage::new(three());
    stage.happen(Event::Finished(JobId(1)));
    let close = stage.harness.query_by_role_and_label(Role::Button, "Close notice");
    assert!(close.is_none(), "its row is in view");
    stage.pass(11);
    assert!(!stage.shows("one.iso is finished"));
    stage.harness.get_by_label("Failed (0)").click();
    stage.harness.run();
    stage.happen(Event::Finished(JobId(1)));
    assert!(stage.shows("one.iso is finished"));
    stage.click("Open");
    assert_eq!(stage.commands(), [Command::Open(JobId(1))]);
    let failure = Failure::status(FailureKind::Gone, 410);
    stage.happen(Event::Stopped(JobId(2), failure));
    assert!(stage.shows("two.zip: The server has removed this file for good (410)."));
}

#[test]
fn a_failure_told_before_its_job_is_shown_waits_for_the_name() {
    let mut stage = Stage::new(three());
    stage.happen(Event::Stopped(JobId(4), Failure::status(FailureKind::Gone, 410)));
    assert!(!stage.shows("The server has removed"));
    let mut jobs = three();
    jobs.push(job(4, "four.iso", State::Failed));
    stage.put(jobs);
    assert!(stage.shows("four.iso: The server has removed this file for good (410)."));
    // A job that is gone by then has no name, and no colon.
    stage.happen(Event::Stopped(JobId(5), Failure::status(FailureKind::NotFound, 404)));
    stage.put(three());
    let told = stage.harness.query_all_by_label_contains("There is no such file");
    let told: Vec<Option<String>> = told.map(|node| node.accesskit_node().value()).collect();
    assert!(told.iter().flatten().all(|text| text.starts_with("There is no")), "{told:?}");
}

#[test]
fn only_whole_links_are_copied() {
    let mut signed = job(2, "two.zip", State::Paused);
    signed.url = "https://files.example/get?…".into();
    let mut stage = Stage::new(vec![job(1, "one.iso", State::Paused), signed]);
    stage.press(Modifiers::COMMAND, Key::A);
    stage.harness.event(eframe::egui::Event::Copy);
    stage.harness.step();
    let copied = OutputCommand::CopyText("https://files.example/one.iso".into());
    assert!(stage.harness.output().platform_output.commands.contains(&copied));
    stage.harness.get_by_label_contains("two.zip, Paused").click();
    stage.harness.run();
    stage.harness.get_by_label_contains("two.zip, Paused").click_secondary();
    stage.harness.run();
    assert!(stage.harness.query_by_role_and_label(Role::MenuItem, "Resume").is_some());
    assert!(stage.harness.query_by_role_and_label(Role::MenuItem, "Copy link").is_none());
}
