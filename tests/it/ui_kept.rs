//! What the window remembers, the speed limit at the foot of the sidebar, and the bar below.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use eframe::egui::{Key, Modifiers, Role};
use egui_kittest::kittest::{NodeT, Queryable};
use onward::app::command::Command;
use onward::app::snapshot::{JobView, Snapshot};
use onward::model::columns::{Column, Direction, Sort};
use onward::model::id::JobId;
use onward::model::phase::State;
use onward::model::settings::{Language, Settings};
use onward::model::ui_state::{Group, UiState};

use crate::ui_stage::{Stage, job, snapshot};
use crate::ui_window::{repaint_delay, some};

/// The settings of the stage with this limit.
fn limited(limit_bps: Option<u64>, limit_on: bool) -> Settings {
    Settings { language: Language::English, limit_bps, limit_on, ..Settings::default() }
}

/// Shows these settings, as the service does after a change.
fn set(stage: &mut Stage, settings: Settings) {
    let revision = stage.end.snapshots.borrow().revision + 1;
    let settings = Arc::new(settings);
    stage.show(Snapshot { revision, settings, ..snapshot(some()) });
}

fn click_switch(stage: &mut Stage, name: &str) {
    stage.harness.get_by_role_and_label(Role::Switch, name).click();
    stage.harness.run();
}

fn click_value(stage: &mut Stage, name: &str) {
    stage.harness.get_by_role_and_label(Role::MenuItemCheckBox, name).click();
    stage.harness.run();
}

#[test]
fn the_limit_is_turned_off_and_on_and_keeps_its_value() {
    let mut stage = Stage::new(some());
    let change = |settings| [Command::ChangeSettings(settings)];
    // There is none yet: values are offered.
    click_switch(&mut stage, "Speed limit, Off");
    assert!(stage.commands().is_empty());
    click_value(&mut stage, "2.00 MB/s");
    assert_eq!(stage.commands(), change(limited(Some(2_000_000), true)));
    set(&mut stage, limited(Some(2_000_000), true));
    assert!(stage.shows("limit 2.00 MB/s"), "the bar below says it");
    click_switch(&mut stage, "Speed limit, 2.00 MB/s");
    assert_eq!(stage.commands(), change(limited(Some(2_000_000), false)));
    set(&mut stage, limited(Some(2_000_000), false));
    assert!(!stage.shows("limit 2.00 MB/s"));
    click_switch(&mut stage, "Speed limit, Off (2.00 MB/s when on)");
    assert_eq!(stage.commands(), change(limited(Some(2_000_000), true)));
    assert_eq!(repaint_delay(&stage), Duration::MAX);
}

#[test]
fn the_menu_of_the_limit_leads_to_the_settings() {
    let mut stage = Stage::new(some());
    set(&mut stage, limited(Some(300_000), true));
    stage.click("Other speed limits");
    let ticked = stage.harness.get_by_role_and_label(Role::MenuItemCheckBox, "300 kB/s");
    let on = eframe::egui::accesskit::Toggled::True;
    assert_eq!(ticked.accesskit_node().toggled(), Some(on), "its own value is offered too");
    click_value(&mut stage, "Off");
    assert_eq!(stage.commands(), [Command::ChangeSettings(limited(Some(300_000), false))]);
    stage.click("Other speed limits");
    stage.harness.get_by_role_and_label(Role::MenuItem, "Other…").click();
    stage.harness.run();
    let field = stage.harness.get_by_role_and_label(Role::TextInput, "Speed limit for all");
    assert!(field.is_focused());
}

#[test]
fn a_narrow_window_keeps_the_switch_and_its_menu() {
    let mut stage = Stage::new(some());
    stage.harness.set_size([640.0, 420.0].into());
    stage.harness.run();
    let switch = stage.harness.get_by_role_and_label(Role::Switch, "Speed limit, Off");
    let low = stage.harness.ctx.content_rect().bottom();
    assert!(switch.rect().bottom() <= low - 30.0 && switch.rect().right() <= 52.0);
    switch.focus();
    stage.harness.run();
    stage.press(Modifiers::SHIFT, Key::F10);
    click_value(&mut stage, "500 kB/s");
    assert_eq!(stage.commands(), [Command::ChangeSettings(limited(Some(500_000), true))]);
}

#[test]
fn the_window_opens_as_it_was_left() {
    let mut stage = Stage::new(some());
    stage.harness.get_by_role_and_label(Role::ColumnHeader, "Speed").click();
    stage.harness.run();
    stage.press(Modifiers::COMMAND, Key::Num5);
    stage.harness.get_by_role_and_label(Role::DisclosureTriangle, "Categories").click();
    stage.harness.run();
    stage.choose("four.flac");
    stage.press(Modifiers::COMMAND, Key::I);
    stage.pass(3);
    assert_eq!(stage.commands(), [Command::Watch(Some(JobId(4)))], "nothing else is asked for");
    let left = stage.kept.last().unwrap().clone();
    let sort = Some(Sort { column: Column::Speed, direction: Direction::Down });
    assert_eq!((left.sort, left.group), (sort, Group::Failed));
    assert!(left.folds_categories && left.shows_details);
    let before = stage.kept.len();
    stage.pass(10);
    stage.choose("four.flac");
    assert!(stage.commands().is_empty() && stage.kept.len() == before, "nothing changed");

    let first = Snapshot { ui_state: Arc::new(left), ..snapshot(some()) };
    let mut again = Stage::with(first, &[]);
    let head = "Speed, sorted, fastest first";
    assert!(again.harness.query_by_role_and_label(Role::ColumnHeader, head).is_some());
    assert_eq!(again.rows().len(), 1);
    assert!(!again.shows("Archives (2)"), "folded");
    again.choose("four.flac");
    assert!(again.shows("/srv/files/four.flac"), "the details are shown");
    assert_eq!(again.commands(), [Command::Watch(Some(JobId(4)))]);
    assert!(again.kept.is_empty(), "it is as it was left");
}

#[test]
fn changes_are_handed_over_at_most_once_a_second_and_at_the_end() {
    let mut stage = Stage::new(some());
    let begun = stage.harness.ctx.input(|input| input.time);
    for _ in 0..4 {
        stage.harness.key_press_modifiers(Modifiers::COMMAND, Key::Num2);
        stage.harness.key_press_modifiers(Modifiers::COMMAND, Key::Num3);
    }
    stage.harness.run();
    assert!(stage.commands().is_empty());
    let seconds = stage.harness.ctx.input(|input| input.time) - begun;
    let kept = u32::try_from(stage.kept.len()).unwrap();
    assert!(kept >= 2 && f64::from(kept) <= seconds + 1.0, "{kept} in {seconds} s");
    stage.pass(2);
    stage.harness.key_press_modifiers(Modifiers::COMMAND, Key::Num4);
    stage.harness.step();
    stage.harness.key_press_modifiers(Modifiers::COMMAND, Key::Num5);
    stage.harness.step();
    stage.end.events.push(onward::app::event::Event::Ended);
    stage.harness.state_mut().close();
    assert_eq!(stage.commands(), [Command::Quit]);
    assert_eq!(stage.kept.last().map(|state| state.group), Some(Group::Failed));
}

#[test]
fn columns_that_were_left_come_back() {
    let mut left = UiState::default();
    left.columns.show(Column::Size, true);
    left.columns.move_before(Column::Size, Some(Column::Progress));
    left.columns.set_width(Column::Progress, 180.0);
    let stage = Stage::with(Snapshot { ui_state: Arc::new(left), ..snapshot(some()) }, &[]);
    let head = |name| stage.harness.get_by_role_and_label(Role::ColumnHeader, name).rect();
    assert!(head("Size").right() <= head("Progress").left() + 0.5);
    assert!((head("Progress").width() - 180.0).abs() < 0.5);
}

#[test]
fn free_space_is_that_of_the_chosen_jobs_folder() {
    let elsewhere = |id, name| JobView { dir: "/mnt/big".into(), ..job(id, name, State::Paused) };
    let mut stage = Stage::new(vec![
        job(1, "one.iso", State::Paused),
        elsewhere(2, "two.zip"),
        elsewhere(3, "three.zip"),
    ]);
    assert!(stage.shows("412 GB free"));
    stage.choose("one.iso");
    assert!(stage.commands().is_empty(), "it goes where new files go");
    stage.choose("two.zip");
    stage.choose("three.zip");
    let big = PathBuf::from("/mnt/big");
    assert_eq!(stage.commands(), [Command::WatchSpace(Some(big))], "once for one folder");
    stage.press(Modifiers::NONE, Key::Escape);
    assert_eq!(stage.commands(), [Command::WatchSpace(None)]);
    assert_eq!(repaint_delay(&stage), Duration::MAX);
}
