//! Adding downloads: by paste, by typing, with bad and known links, from another start.

use std::path::PathBuf;

use eframe::egui::{Key, Modifiers, Role};
use egui_kittest::kittest::{NodeT, Queryable};
use onward::app::command::Command;
use onward::app::event::Event;
use onward::app::raise::{Raise, Shows};
use onward::model::job::NewJob;
use onward::model::phase::{Intent, State};

use crate::ui_settings::choose_in;
use crate::ui_stage::{Stage, job, snapshot};

/// Another start brought these links.
fn raised(links: Vec<String>) -> Event {
    Event::Raised(Raise::of(Shows::Links(links)))
}

/// The jobs of the only command sent.
fn added(stage: &mut Stage) -> Vec<NewJob> {
    let mut commands = stage.commands();
    assert_eq!(commands.len(), 1, "{commands:?}");
    let Command::Add(jobs) = commands.remove(0) else { panic!("nothing was added") };
    jobs
}

#[test]
fn a_pasted_link_is_added_by_enter() {
    let mut stage = Stage::new(vec![]);
    stage.paste("https://files.example/a.iso");
    assert!(stage.shows("Add downloads"));
    stage.press(Modifiers::NONE, Key::Enter);
    let jobs = added(&mut stage);
    assert_eq!(jobs.len(), 1);
    assert_eq!(jobs[0].url.as_str(), "https://files.example/a.iso");
    assert_eq!(jobs[0].dir, PathBuf::from("/srv/files"));
    assert_eq!((jobs[0].name.as_deref(), jobs[0].intent), (None, Intent::Run));
    assert!(!stage.shows("Add downloads"));
}

#[test]
fn a_dropped_file_is_read_by_the_service() {
    let mut stage = Stage::new(vec![]);
    stage.drop_file("/home/ann/links.txt");
    assert_eq!(stage.commands(), [Command::ReadLinks(vec![PathBuf::from("/home/ann/links.txt")])]);
}

#[test]
fn what_was_added_is_chosen_and_in_view() {
    let jobs = |count| (1..=count).map(|id| job(id, &format!("{id}.iso"), State::Queued)).collect();
    let mut stage = Stage::new(jobs(40));
    stage.paste("https://files.example/a\nhttps://files.example/b");
    stage.press(Modifiers::NONE, Key::Enter);
    stage.put(jobs(42));
    assert_eq!(stage.chosen(), ["41.iso"]);
    assert!(stage.rows().iter().any(|row| row.starts_with("41.iso")));
    // Only what was added here: not what another start of the program adds.
    stage.press(Modifiers::NONE, Key::Home);
    stage.put(jobs(43));
    assert_eq!(stage.chosen(), ["1.iso"]);
}

#[test]
fn bad_links_are_named_and_skipped() {
    let mut stage = Stage::new(vec![]);
    stage
        .paste("https://files.example/a\nnonsense\nftp://files.example/b\nhttps://files.example/c");
    assert!(stage.shows("nonsense, Skipped: This is not a link."));
    assert!(stage.shows("ftp://files.example/b, Skipped: "));
    assert!(stage.shows("2 lines are no links and are skipped"));
    stage.click("Add 2 downloads");
    let urls: Vec<String> =
        added(&mut stage).iter().map(|job| job.url.as_str().to_owned()).collect();
    assert_eq!(urls, ["https://files.example/a", "https://files.example/c"]);
}

#[test]
fn many_links_keep_their_field_and_the_bad_ones_come_first() {
    let mut stage = Stage::new(vec![job(1, "old.iso", State::Completed)]);
    let same = "https://files.example/old.iso\n".repeat(30);
    stage.paste(&format!("{same}nonsense"));
    let first = stage.harness.get_by_label_contains("nonsense, Skipped").rect();
    let known = stage.harness.get_by_label_contains("old.iso, in the list").rect();
    assert!(first.bottom() <= known.top(), "{first:?} {known:?}");
    let add = stage.harness.get_by_role_and_label(Role::Button, "Add").rect();
    assert!(add.bottom() < 740.0, "{add:?}");
}

#[test]
fn a_thousand_links_are_drawn_by_those_in_view() {
    let mut stage = Stage::new(vec![]);
    let links: Vec<String> = (0..1000).map(|n| format!("https://files.example/{n}.bin")).collect();
    stage.paste(&links.join("\n"));
    assert!(stage.harness.query_by_label("Add 1,000 downloads").is_some());
    let rows = stage.harness.query_all_by_role(Role::ListItem).count();
    assert!((5..=7).contains(&rows), "{rows} rows are drawn");
}

#[test]
fn nothing_good_cannot_be_added() {
    let mut stage = Stage::new(vec![]);
    stage.press(Modifiers::COMMAND, Key::N);
    stage.press(Modifiers::NONE, Key::Enter);
    assert!(stage.shows("Add downloads"));
    assert!(stage.commands().is_empty());
    stage.press(Modifiers::NONE, Key::Escape);
    assert!(!stage.shows("Add downloads"));
}

#[test]
fn a_name_a_folder_and_a_later_start_are_taken() {
    let mut stage = Stage::new(vec![]);
    stage.paste("https://files.example/a.iso");
    let name = stage.harness.get_by_label("Name");
    name.focus();
    stage.harness.run();
    stage.harness.get_by_label("Name").type_text("b.iso");
    stage.harness.run();
    stage.click("Browse…");
    assert_eq!(stage.commands(), [Command::ChooseFolder]);
    stage.happen(Event::FolderChosen(None));
    stage.happen(Event::FolderChosen(Some(PathBuf::from("/mnt/big"))));
    choose_in(&mut stage, "Start", "Not yet (paused)");
    stage.press(Modifiers::NONE, Key::Enter);
    let jobs = added(&mut stage);
    assert_eq!(jobs[0].name.as_deref(), Some("b.iso"));
    assert_eq!(jobs[0].dir, PathBuf::from("/mnt/big"));
    assert_eq!(jobs[0].intent, Intent::Hold);
}

#[test]
fn a_folder_must_be_a_whole_path() {
    let mut stage = Stage::new(vec![]);
    stage.paste("https://files.example/a.iso");
    stage.happen(Event::FolderChosen(Some(PathBuf::from("files"))));
    assert!(stage.shows("Give the whole path"));
    stage.press(Modifiers::NONE, Key::Enter);
    assert!(stage.commands().is_empty());
}

#[test]
fn links_of_another_start_open_the_dialog_and_join_what_is_there() {
    let links = ["https://files.example/1".to_owned()];
    let mut stage = Stage::with(snapshot(vec![]), &links);
    assert!(stage.shows("Add downloads"));
    stage.happen(raised(vec!["https://files.example/2".into()]));
    stage.happen(raised(vec![]));
    stage.click("Add 2 downloads");
    assert_eq!(added(&mut stage).len(), 2);
}

#[test]
fn text_that_is_no_link_opens_nothing() {
    let mut stage = Stage::new(vec![]);
    stage.paste("just some words");
    assert!(!stage.shows("Add downloads"));
}

#[test]
fn every_field_has_a_name() {
    let mut stage = Stage::new(vec![]);
    stage.paste("https://files.example/a.iso");
    for name in ["Links, one per line", "Save to", "Name"] {
        let fields = stage.harness.query_all_by_label(name);
        assert!(fields.into_iter().any(|f| f.accesskit_node().is_text_input()), "{name}");
    }
}

#[test]
fn a_click_beside_the_dialog_takes_only_an_empty_one_away() {
    let mut stage = Stage::new(vec![]);
    let beside = |stage: &mut Stage| {
        let at = eframe::egui::pos2(30.0, 600.0);
        for pressed in [true, false] {
            let button = eframe::egui::PointerButton::Primary;
            let modifiers = Modifiers::NONE;
            stage.harness.hover_at(at);
            let click = eframe::egui::Event::PointerButton { pos: at, button, pressed, modifiers };
            stage.harness.event(click);
            stage.harness.step();
        }
        stage.harness.run();
    };
    stage.paste("https://files.example/a.iso");
    beside(&mut stage);
    assert!(stage.shows("Add downloads"));
    stage.press(Modifiers::NONE, Key::Escape);
    stage.press(Modifiers::COMMAND, Key::N);
    assert!(stage.shows("Add downloads"));
    beside(&mut stage);
    assert!(!stage.shows("Add downloads"));
}
