//! The window as a whole: search, groups, settings, details, rest, and many jobs.

use std::path::PathBuf;
use std::time::Duration;

use eframe::egui::{Key, Modifiers, Role, ViewportCommand, ViewportId};
use egui_kittest::kittest::Queryable;
use onward::app::command::{Command, Which};
use onward::app::event::Event;
use onward::app::snapshot::{JobView, Totals};
use onward::model::checksum::Algorithm;
use onward::model::phase::State;
use onward::model::proof::{Proof, Witness};
use onward::model::settings::{Language, Settings, Theme};
use onward::model::why::Why;

use crate::ui_settings::{open_page, turn_to};
use crate::ui_stage::{Stage, job, snapshot};

/// Jobs in five states.
pub(crate) fn some() -> Vec<JobView> {
    vec![
        job(1, "one.iso", State::Downloading),
        job(2, "two.zip", State::Queued),
        job(3, "three.pdf", State::Completed),
        job(4, "four.flac", State::Failed),
        job(5, "five.tar", State::Cancelled),
    ]
}

/// How long the window would rest now.
pub(crate) fn repaint_delay(stage: &Stage) -> Duration {
    stage.harness.output().viewport_output[&ViewportId::ROOT].repaint_delay
}

#[test]
fn at_rest_nothing_is_drawn() {
    let mut stage = Stage::new(some());
    assert_eq!(repaint_delay(&stage), Duration::MAX);
    stage.choose("one.iso");
    stage.press(Modifiers::COMMAND, Key::I);
    assert_eq!(repaint_delay(&stage), Duration::MAX, "with the details open");
    let empty = Stage::new(vec![]);
    assert_eq!(repaint_delay(&empty), Duration::MAX, "without jobs");
}

#[test]
fn a_notice_wakes_the_window_once_to_end() {
    let mut stage = Stage::new(some());
    stage.happen(Event::Refused("no".into()));
    let delay = repaint_delay(&stage);
    assert!(delay > Duration::from_secs(1) && delay < Duration::from_secs(7), "{delay:?}");
    stage.pass(8);
    stage.harness.run();
    assert_eq!(repaint_delay(&stage), Duration::MAX);
}

#[test]
fn a_job_that_vanishes_while_its_removal_waits_keeps_nothing_awake() {
    let mut stage = Stage::new(some());
    stage.choose("one.iso");
    stage.press(Modifiers::NONE, Key::Delete);
    stage.put(some().split_off(1));
    assert!(repaint_delay(&stage) > Duration::from_secs(1));
    stage.pass(11);
    assert_eq!(stage.commands().len(), 1);
    assert_eq!(repaint_delay(&stage), Duration::MAX);
}

#[test]
fn search_finds_names_servers_and_troubles() {
    let mut stage = Stage::new(some());
    stage.press(Modifiers::COMMAND, Key::F);
    for (needle, found) in [("ONE", 1), ("files.example", 5), ("no such file", 1), ("zzz", 0)] {
        stage.harness.get_by_label("Search downloads").type_text(needle);
        stage.harness.run();
        assert_eq!(stage.rows().len(), found, "{needle}");
        if found == 0 {
            assert!(stage.shows("No download here fits the search"));
        }
        // Escape clears the field and leaves it.
        stage.press(Modifiers::NONE, Key::Escape);
        assert_eq!(stage.rows().len(), 5);
        stage.press(Modifiers::COMMAND, Key::F);
    }
}

#[test]
fn keys_typed_into_the_search_do_nothing_else() {
    let mut stage = Stage::new(some());
    stage.choose("one.iso");
    stage.press(Modifiers::COMMAND, Key::F);
    stage.press(Modifiers::NONE, Key::Delete);
    stage.press(Modifiers::NONE, Key::Space);
    stage.paste("https://files.example/x");
    assert!(stage.commands().is_empty());
    assert!(!stage.shows("Add downloads"));
}

#[test]
fn groups_filter_and_count() {
    let mut stage = Stage::new(some());
    for (group, names) in [
        ("Active (1)", vec!["one.iso"]),
        ("Waiting (2)", vec!["two.zip", "five.tar"]),
        ("Finished (1)", vec!["three.pdf"]),
        ("Failed (1)", vec!["four.flac"]),
        ("All (5)", vec!["one.iso", "two.zip", "three.pdf", "four.flac", "five.tar"]),
    ] {
        stage.harness.get_by_role_and_label(Role::Tab, group).click();
        stage.harness.run();
        assert!(!stage.shows("No download"));
        let rows = stage.rows();
        let found: Vec<&str> = rows.iter().filter_map(|row| row.split(',').next()).collect();
        assert_eq!(found, names, "{group}");
    }
}

#[test]
fn a_change_of_the_settings_is_sent_at_once() {
    let mut stage = Stage::new(some());
    open_page(&mut stage, "Appearance");
    stage.harness.get_by_role_and_label(Role::ComboBox, "Theme").click();
    stage.harness.run();
    stage.harness.get_by_label("Dark").click();
    stage.harness.run();
    let before = Settings { language: Language::English, ..Settings::default() };
    let dark = Settings { theme: Theme::Dark, ..before };
    assert_eq!(stage.commands(), [Command::ChangeSettings(dark.clone())]);
    turn_to(&mut stage, "General");
    stage.click("Browse…");
    assert_eq!(stage.commands(), [Command::ChooseFolder]);
    let dir = PathBuf::from("/mnt/big");
    stage.happen(Event::FolderChosen(Some(dir.clone())));
    let with_dir = Settings { dir: Some(dir), ..dark };
    assert_eq!(stage.commands(), [Command::ChangeSettings(with_dir)]);
    stage.click("Close");
    assert!(!stage.shows("Save new downloads to"));
}

#[test]
fn another_language_is_spoken_at_once() {
    let mut stage = Stage::new(vec![]);
    let mut next = snapshot(vec![]);
    next.revision = 2;
    // The harness has no Chinese font; the words are looked for, not their shapes.
    stage.harness.ctx.set_missing_glyph_policy(eframe::egui::MissingGlyphPolicy::Tofu);
    next.settings =
        Settings { language: Language::ChineseSimplified, ..Settings::default() }.into();
    stage.show(next);
    assert!(stage.shows("添加下载"));
    assert!(!stage.shows("Add download"));
}

#[test]
fn details_tell_of_the_chosen_job() {
    let mut stage = Stage::new(some());
    stage.choose("four.flac");
    assert!(!stage.shows("/srv/files/four.flac"));
    stage.press(Modifiers::COMMAND, Key::I);
    assert!(stage.shows("/srv/files/four.flac"));
    assert!(stage.shows("https://files.example/four.flac"));
    stage.press(Modifiers::COMMAND, Key::A);
    assert!(stage.shows("5 selected"));
    assert!(stage.shows("2.50 GB of 5.00 GB"));
    assert!(stage.shows("5.00 MB/s · 1 m 40 s left"));
    stage.click("Details");
    assert!(!stage.shows("5 selected"));
    assert!(!stage.shows("/srv/files/four.flac"));
}

#[test]
fn details_say_what_the_file_was_proved_by() {
    let proof = Proof::Proved { algorithm: Algorithm::Sha256, from: Witness::Server };
    let done = JobView { proof: Some(proof), ..job(1, "one.iso", State::Completed) };
    let mut stage = Stage::new(vec![done, job(2, "two.iso", State::Paused)]);
    stage.choose("one.iso");
    stage.press(Modifiers::COMMAND, Key::I);
    assert!(stage.shows("Proof") && stage.shows("Has the server's own digest (SHA-256)"));
    stage.choose("two.iso");
    assert!(stage.shows("/srv/files/two.iso") && !stage.shows("Proof"));
}

#[test]
fn details_say_why_a_job_is_no_faster() {
    let limit =
        JobView { why: Why::Limit { bps: 1_000_000 }, ..job(1, "one.iso", State::Downloading) };
    let paused = JobView { why: Why::Paused, ..job(2, "two.zip", State::Paused) };
    let mut stage = Stage::new(vec![limit, paused]);
    stage.click("Details");
    stage.choose("one.iso");
    assert!(stage.shows("It is held to its speed limit of 1.00 MB/s."));
    stage.choose("two.zip");
    assert!(!stage.shows("It was paused here."), "the state says so already");
}

#[test]
fn a_long_name_stays_inside_the_details() {
    let name = format!("{}.part01.rar", "a-very-long-name-".repeat(30));
    let mut stage = Stage::new(vec![job(1, &name, State::Waiting)]);
    stage.choose("a-very");
    stage.press(Modifiers::COMMAND, Key::I);
    let edge = stage.harness.ctx.content_rect().right();
    let places: Vec<_> =
        stage.harness.query_all_by_label_contains("…").map(|label| label.rect()).collect();
    assert_eq!(
        places.len(),
        5,
        "name, link and file, and the buttons for a fresh link and another folder"
    );
    assert!(places.iter().all(|place| place.right() <= edge), "{places:?}");
    assert_eq!(stage.harness.query_all_by_label_contains(".part01.rar").count(), 6);
}

#[test]
fn the_title_tells_how_it_goes() {
    let mut stage = Stage::new(some());
    let mut next = snapshot(some());
    next.revision = 2;
    next.totals =
        Totals { speed_bps: 18_400_000, active_done_bytes: 370, active_total_bytes: 1000 };
    stage.pass(2);
    stage.end.snapshots.send(next.into()).unwrap();
    stage.harness.step();
    let output = &stage.harness.output().viewport_output[&ViewportId::ROOT];
    let title = ViewportCommand::Title("37 % · 18.4 MB/s – Onward".into());
    assert!(output.commands.contains(&title), "{:?}", output.commands);
}

#[test]
fn a_running_job_asks_for_no_frame_but_its_own() {
    let mut stage = Stage::new(some());
    stage.pass(3);
    let mut more = 0;
    for step in 1..=20 {
        let mut next = snapshot(some());
        next.revision = 1 + step;
        next.totals = Totals { speed_bps: 1_000_000 * step, ..Totals::default() };
        stage.end.snapshots.send(next.into()).unwrap();
        stage.harness.step();
        more += u32::from(repaint_delay(&stage) < Duration::from_millis(200));
    }
    // Twenty steps are five seconds: two or three titles, each with the frames egui adds.
    assert!(more <= 7, "{more} of 20");
}

#[test]
fn only_rows_in_view_are_made() {
    let jobs = (1..=100_000).map(|id| job(id, &format!("{id}.iso"), State::Queued)).collect();
    let mut stage = Stage::new(jobs);
    let rows = stage.rows();
    assert!((8..=16).contains(&rows.len()), "{}", rows.len());
    assert!(rows[0].starts_with("1.iso,"));
    stage.press(Modifiers::NONE, Key::End);
    let rows = stage.rows();
    assert!((8..=16).contains(&rows.len()), "{}", rows.len());
    assert!(rows.last().unwrap().starts_with("100000.iso,"), "{rows:?}");
    stage.press(Modifiers::COMMAND, Key::A);
    stage.press(Modifiers::NONE, Key::Space);
    let sent = stage.commands();
    assert!(matches!(&sent[..], [Command::Pause(Which::Jobs(ids))] if ids.len() == 100_000));
}

#[test]
fn a_small_window_keeps_its_buttons() {
    let mut stage = Stage::new(some());
    stage.harness.set_size([640.0, 420.0].into());
    stage.harness.run();
    let edge = stage.harness.ctx.content_rect().right();
    for button in ["Add download", "Settings", "Pause one.iso", "Show in folder one.iso"] {
        let place = stage.harness.get_by_role_and_label(Role::Button, button).rect();
        assert!(place.left() >= 0.0 && place.right() <= edge, "{button}: {place:?}");
    }
}

#[test]
fn dialogs_stand_whole_in_their_first_frame() {
    for (key, button) in [(Key::Comma, "Close"), (Key::N, "Cancel")] {
        let mut stage = Stage::new(some());
        // A lower dialog before it: its height must not be that of the next one.
        stage.choose("one.iso");
        stage.press(Modifiers::SHIFT, Key::Delete);
        stage.press(Modifiers::NONE, Key::Escape);
        stage.harness.key_press_modifiers(Modifiers::COMMAND, key);
        let mut places = Vec::new();
        for _ in 0..6 {
            stage.harness.step();
            let found = stage.harness.query_by_role_and_label(Role::Button, button);
            places.extend(found.map(|button| button.rect()));
        }
        let last = *places.last().unwrap();
        assert!(places.iter().all(|place| *place == last), "{button}: {places:?}");
    }
}
