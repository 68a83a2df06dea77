//! Jobs that are taken to another folder, and cancellations that are taken back.

use eframe::egui::{Key, Modifiers, Role};
use egui_kittest::kittest::Queryable;
use onward::app::command::{Command, Which};
use onward::app::event::Event;
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

fn click_in_menu(stage: &mut Stage, row: &str, line: &str) {
    stage.harness.get_by_label_contains(row).click_secondary();
    stage.harness.run();
    stage.harness.get_by_role_and_label(Role::MenuItem, line).click();
    stage.harness.run();
}

#[test]
fn a_cancellation_is_taken_back_to_what_was_wanted() {
    let held = JobView { intent: Intent::Hold, ..job(2, "two.zip", State::Paused) };
    let mut stage = Stage::new(vec![job(1, "one.iso", State::Downloading), held]);
    click_in_menu(&mut stage, "one.iso, Downloading", "Cancel download");
    assert_eq!(stage.commands(), [Command::Cancel(these(&[1]))]);
    assert!(stage.shows("Cancelled one.iso"));
    stage.click("Undo");
    assert_eq!(stage.commands(), [Command::Resume(these(&[1]))]);
    assert!(!stage.shows("Cancelled one.iso"));
    // By the keys, and of both at once.
    stage.press(Modifiers::COMMAND, Key::A);
    click_in_menu(&mut stage, "two.zip, Paused", "Cancel download");
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
    click_in_menu(&mut stage, "one.iso, Downloading", "Cancel download");
    stage.pass(11);
    assert!(!stage.shows("Cancelled one.iso"));
    assert_eq!(stage.commands(), [Command::Cancel(these(&[1]))]);
}

#[test]
fn a_folder_chosen_for_jobs_goes_to_them_whatever_is_open() {
    let mut stage = Stage::new(three());
    click_in_menu(&mut stage, "one.iso, Downloading", "Move to folder…");
    assert_eq!(stage.commands(), [Command::ChooseFolderFor(vec![JobId(1)])]);
    stage.press(Modifiers::COMMAND, Key::Comma);
    stage.commands();
    let dir = std::path::PathBuf::from("/mnt/big");
    stage.happen(Event::FolderChosenFor(vec![JobId(1), JobId(2)], dir.clone()));
    let given = [1, 2].map(|id| Command::SetDir { id: JobId(id), dir: dir.clone() });
    assert_eq!(stage.commands(), given);
    stage.press(Modifiers::NONE, Key::Escape);
    stage.happen(Event::Moved(JobId(1), dir.clone()));
    assert!(stage.shows("one.iso goes to /mnt/big now."));
    stage.happen(Event::NotMoved { job: JobId(2), dir, why: NotMoved::OtherVolume });
    assert!(stage.shows("two.zip: /mnt/big is on another drive"));
    assert!(stage.shows("let it finish and move the file"));
    // What is finished stays where it is.
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
    assert_eq!(stage.commands(), [Command::ChooseFolderFor(vec![JobId(2)])]);
    stage.choose("three.pdf");
    let button = stage.harness.query_by_role_and_label(Role::Button, "Move to folder…");
    assert!(button.is_none());
}
