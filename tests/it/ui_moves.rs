//! Jobs that are taken to another folder, and cancellations that are taken back.

use std::path::PathBuf;

use eframe::egui::{Event, Key, Modifiers, Role};
use egui_kittest::kittest::Queryable;
use onward::app::command::{Command, Which};
use onward::app::event::Event as Said;
use onward::app::snapshot::JobView;
use onward::model::id::JobId;
use onward::model::phase::{Intent, State};
use onward::model::relocation::NotMoved;

use crate::ui_stage::{Stage, job};

fn these(ids: &[i64]) -> Which {
    Which::Jobs(ids.iter().copied().map(JobId).collect())
}

fn three() -> Vec<JobView> {
    vec![
        job(1, "one.iso", State::Downloading),
        job(2, "two.zip", State::Paused),
        job(3, "three.pdf", State::Completed),
    ]
}

#[test]
fn a_cancellation_is_taken_back_to_what_was_wanted() {
    let held = JobView { intent: Intent::Hold, ..job(2, "two.zip", State::Paused) };
    let mut stage = Stage::new(vec![job(1, "one.iso", State::Downloading), held]);
    stage.click_in_menu("one.iso, Downloading", "Cancel download");
    assert_eq!(stage.commands(), [Command::Cancel(these(&[1]))]);
    assert!(stage.shows("Cancelled one.iso"));
    stage.click("Undo");
    assert_eq!(stage.commands(), [Command::Resume(these(&[1]))]);
    assert!(!stage.shows("Cancelled one.iso"));
    // By the keys, and of both at once.
    stage.press(Modifiers::COMMAND, Key::A);
    stage.click_in_menu("two.zip, Paused", "Cancel download");
    assert_eq!(stage.commands(), [Command::Cancel(these(&[1, 2]))]);
    assert!(stage.shows("Cancelled 2 downloads"));
    stage.press(Modifiers::COMMAND, Key::Z);
    let back = [Command::Resume(these(&[1])), Command::Hold(these(&[2]))];
    assert_eq!(stage.commands(), back);
    stage.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(stage.commands(), [], "it was taken back once");
}

#[test]
fn a_cancellation_stays_when_its_notice_ends() {
    let mut stage = Stage::new(three());
    stage.click_in_menu("one.iso, Downloading", "Cancel download");
    stage.pass(11);
    assert!(!stage.shows("Cancelled one.iso"));
    assert_eq!(stage.commands(), [Command::Cancel(these(&[1]))]);
}

fn type_folder(stage: &mut Stage, dir: &str) {
    stage.harness.get_by_role_and_label(Role::TextInput, "Save to").focus();
    stage.harness.run();
    stage.press(Modifiers::COMMAND, Key::A);
    stage.harness.event(Event::Text(dir.into()));
    stage.harness.run();
}

fn given(ids: &[i64], dir: &str) -> Vec<Command> {
    ids.iter().map(|id| Command::SetDir { id: JobId(*id), dir: dir.into() }).collect()
}

#[test]
fn a_folder_is_typed_and_enter_takes_the_job_there() {
    let mut stage = Stage::new(three());
    stage.click_in_menu("one.iso, Downloading", "Move to folder…");
    assert!(stage.shows("Move one.iso to another folder"));
    stage.press(Modifiers::NONE, Key::Enter);
    assert_eq!(stage.commands(), [], "it is there already");
    type_folder(&mut stage, "mnt");
    assert!(stage.shows("Give the whole path"));
    stage.press(Modifiers::NONE, Key::Enter);
    assert_eq!(stage.commands(), []);
    type_folder(&mut stage, "/mnt/big");
    stage.press(Modifiers::NONE, Key::Enter);
    assert_eq!(stage.commands(), given(&[1], "/mnt/big"));
    assert!(!stage.shows("Move one.iso to another folder"));
    let dir = PathBuf::from("/mnt/big");
    stage.happen(Said::Moved(JobId(1), dir.clone()));
    assert!(stage.shows("one.iso goes to /mnt/big now."));
    stage.happen(Said::NotMoved { job: JobId(2), dir, why: NotMoved::OtherVolume });
    assert!(stage.shows("two.zip: /mnt/big is on another drive"));
    assert!(stage.shows("let it finish and move the file"));
}

#[test]
fn a_folder_is_chosen_for_several_and_what_is_finished_stays() {
    let mut stage = Stage::new(three());
    stage.press(Modifiers::COMMAND, Key::A);
    stage.click_in_menu("one.iso, Downloading", "Move to folder…");
    assert!(stage.shows("Move 2 downloads to another folder"));
    stage.click("Browse…");
    assert_eq!(stage.commands(), [Command::ChooseFolder]);
    stage.happen(Said::FolderChosen(None));
    stage.happen(Said::FolderChosen(Some("/mnt/big".into())));
    stage.click("Move");
    assert_eq!(stage.commands(), given(&[1, 2], "/mnt/big"));
    stage.harness.get_by_label_contains("three.pdf, ").click_secondary();
    stage.harness.run();
    // The menu is of all that are chosen; by itself it has no such line.
    stage.press(Modifiers::NONE, Key::Escape);
    stage.choose("three.pdf");
    stage.harness.get_by_label_contains("three.pdf, ").click_secondary();
    stage.harness.run();
    assert!(stage.harness.query_by_role_and_label(Role::MenuItem, "Move to folder…").is_none());
}

#[test]
fn the_details_offer_another_folder_beside_the_file() {
    let mut stage = Stage::new(three());
    stage.choose("two.zip");
    stage.press(Modifiers::COMMAND, Key::I);
    stage.commands();
    stage.click("Move to folder…");
    assert!(stage.shows("Move two.zip to another folder"));
    stage.click("Cancel");
    assert_eq!(stage.commands(), []);
    stage.choose("three.pdf");
    let button = stage.harness.query_by_role_and_label(Role::Button, "Move to folder…");
    assert!(button.is_none());
}
