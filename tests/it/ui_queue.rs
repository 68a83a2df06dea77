//! The queue's order, names and the palette, by keys, menus and labels.

use eframe::egui::{Key, Modifiers, Role};
use egui_kittest::kittest::Queryable;
use onward::app::command::{Command, Which};
use onward::model::id::JobId;
use onward::model::phase::State;
use onward::model::queue::Towards;

use super::ui_stage::{Stage, job};

fn some() -> Stage {
    Stage::new(vec![
        job(1, "one.iso", State::Downloading),
        job(2, "two.tar.gz", State::Queued),
        job(3, "three.pdf", State::Completed),
    ])
}

#[test]
fn chosen_jobs_move_by_keys() {
    let mut stage = some();
    stage.choose("two.tar.gz");
    for (key, towards) in [
        (Key::ArrowUp, Towards::Up),
        (Key::ArrowDown, Towards::Down),
        (Key::Home, Towards::Top),
        (Key::End, Towards::Bottom),
    ] {
        stage.press(Modifiers::ALT, key);
        let moved = Command::Move(Which::Jobs(vec![JobId(2)]), towards);
        assert_eq!(stage.commands(), [moved], "{key:?}");
        assert_eq!(stage.chosen(), ["two.tar.gz"], "the choice stays");
    }
    stage.choose("three.pdf");
    stage.press(Modifiers::ALT, Key::ArrowUp);
    let commands = stage.commands();
    assert!(!commands.iter().any(|c| matches!(c, Command::Move(..))), "{commands:?}");
}

#[test]
fn a_name_is_changed_up_to_its_ending() {
    let mut stage = some();
    stage.choose("one.iso");
    stage.press(Modifiers::NONE, Key::F2);
    assert!(stage.shows("New name for the file"));
    // What is chosen is all but the ending.
    let field = stage.harness.get_by_role_and_label(Role::TextInput, "New name for the file");
    field.type_text("debian");
    stage.harness.run();
    stage.press(Modifiers::NONE, Key::Enter);
    assert_eq!(stage.commands(), [Command::Rename(JobId(1), "debian.iso".into())]);
    assert!(!stage.shows("New name for the file"));
    stage.press(Modifiers::NONE, Key::F2);
    stage.press(Modifiers::NONE, Key::Escape);
    assert_eq!(stage.commands(), []);
}

#[test]
fn every_action_is_found_by_its_words() {
    let mut stage = some();
    stage.choose("two.tar.gz");
    stage.press(Modifiers::COMMAND, Key::K);
    let lines = |stage: &Stage| stage.rows();
    assert!(lines(&stage).iter().any(|line| line == "Move to the bottom"));
    assert!(!lines(&stage).iter().any(|line| line == "Open"), "it is not finished");
    let field = |stage: &mut Stage, text: &str| {
        stage
            .harness
            .get_by_role_and_label(Role::TextInput, "What do you want to do?")
            .type_text(text);
        stage.harness.run();
    };
    field(&mut stage, "bottom MOVE");
    stage.press(Modifiers::NONE, Key::Enter);
    let moved = Command::Move(Which::Jobs(vec![JobId(2)]), Towards::Bottom);
    assert_eq!(stage.commands(), [moved]);
    stage.press(Modifiers::COMMAND, Key::K);
    field(&mut stage, "pause");
    stage.press(Modifiers::NONE, Key::ArrowDown);
    stage.press(Modifiers::NONE, Key::Enter);
    assert_eq!(stage.commands(), [Command::Pause(Which::Jobs(vec![JobId(2)]))]);
    stage.press(Modifiers::COMMAND, Key::K);
    field(&mut stage, "zzz");
    assert!(stage.shows("No action has these words."));
    stage.press(Modifiers::NONE, Key::Enter);
    stage.press(Modifiers::NONE, Key::Escape);
    assert_eq!(stage.commands(), []);
    assert!(!stage.shows("No action has these words."));
}

#[test]
fn all_shortcuts_are_listed() {
    let mut stage = some();
    stage.press(Modifiers::NONE, Key::Questionmark);
    assert!(stage.shows("Keyboard shortcuts") && stage.shows("Pause or resume"));
    stage.click("Close");
    assert!(!stage.shows("Keyboard shortcuts"));
}
