//! The list: sorting by its heads, widths and order of the columns, categories, rows in one line.

use std::sync::Arc;
use std::time::Duration;

use eframe::egui::{Event, Key, Modifiers, PointerButton, Pos2, Role, vec2};
use egui_kittest::kittest::Queryable;
use jiff::{SignedDuration, Timestamp};
use onward::app::snapshot::JobView;
use onward::model::phase::State;
use onward::model::settings::{Density, Language, Settings};

use crate::ui_settings::open_page;
use crate::ui_stage::{Stage, job, snapshot};
use crate::ui_window::{repaint_delay, some};

/// Four jobs whose columns are all in different orders.
fn four() -> Vec<JobView> {
    let at = |secs| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(secs);
    vec![
        JobView { created_at: at(3), ..job(1, "part10.rar", State::Queued) },
        JobView {
            speed_bps: 9,
            eta_secs: Some(7),
            created_at: at(1),
            ..job(2, "part2.rar", State::Downloading)
        },
        JobView {
            speed_bps: 20,
            eta_secs: Some(90),
            total_bytes: Some(600_000_000),
            created_at: at(2),
            ..job(3, "Film.mkv", State::Downloading)
        },
        JobView { total_bytes: None, created_at: at(4), ..job(4, "song.flac", State::Completed) },
    ]
}

/// The names of the rows, from top to bottom.
fn names(stage: &Stage) -> Vec<String> {
    stage.rows().iter().filter_map(|row| row.split(',').next().map(str::to_owned)).collect()
}

fn click_head(stage: &mut Stage, name: &str) {
    stage.harness.get_by_role_and_label(Role::ColumnHeader, name).click();
    stage.harness.run();
}

fn head(stage: &Stage, name: &str) -> eframe::egui::Rect {
    stage.harness.get_by_role_and_label(Role::ColumnHeader, name).rect()
}

/// Presses the pointer at one place and lets go of it at another.
fn drag(stage: &mut Stage, from: Pos2, to: Pos2) {
    stage.harness.drag_at(from);
    stage.harness.run();
    for step in 1_u8..=4 {
        stage.harness.hover_at(from + (to - from) * f32::from(step) / 4.0);
        stage.harness.run();
    }
    stage.harness.drop_at(to);
    stage.harness.run();
}

#[test]
fn a_head_sorts_the_other_way_and_no_longer() {
    let mut stage = Stage::new(four());
    let queue = names(&stage);
    click_head(&mut stage, "Name");
    assert_eq!(names(&stage), ["Film.mkv", "part2.rar", "part10.rar", "song.flac"]);
    click_head(&mut stage, "Name, sorted, A to Z");
    assert_eq!(names(&stage), ["song.flac", "part10.rar", "part2.rar", "Film.mkv"]);
    click_head(&mut stage, "Name, sorted, Z to A");
    assert_eq!(names(&stage), queue);
    click_head(&mut stage, "Speed");
    assert_eq!(names(&stage)[..2], ["Film.mkv", "part2.rar"]);
    click_head(&mut stage, "Time left");
    assert_eq!(names(&stage)[..2], ["part2.rar", "Film.mkv"]);
    assert!(stage.harness.query_by_role_and_label(Role::ColumnHeader, "Speed").is_some());
    assert_eq!(repaint_delay(&stage), Duration::MAX);
}

#[test]
fn heads_work_by_keyboard() {
    let mut stage = Stage::new(four());
    stage.harness.get_by_role_and_label(Role::ColumnHeader, "Progress").focus();
    stage.harness.run();
    stage.press(Modifiers::NONE, Key::ArrowRight);
    stage.press(Modifiers::NONE, Key::Enter);
    assert_eq!(names(&stage)[..2], ["Film.mkv", "part2.rar"]);
    assert!(stage.commands().is_empty(), "Enter is the head's");
    let (before, name) = ("Speed, sorted, fastest first", head(&stage, "Name").width());
    let width = head(&stage, before).width();
    stage.press(Modifiers::COMMAND, Key::ArrowRight);
    assert!((head(&stage, before).width() - width - 16.0).abs() < 0.6);
    assert!((head(&stage, "Name").width() - name + 16.0).abs() < 0.6);
    stage.press(Modifiers::SHIFT, Key::ArrowRight);
    assert!(head(&stage, before).left() > head(&stage, "Time left").left());
    stage.press(Modifiers::SHIFT, Key::F10);
    stage.harness.get_by_role_and_label(Role::MenuItemCheckBox, "Size").click();
    stage.harness.run();
    assert!(stage.harness.query_by_role_and_label(Role::ColumnHeader, "Size").is_some());
    stage.harness.get_by_role_and_label(Role::MenuItem, "As at first").click();
    stage.harness.run();
    assert!(stage.harness.query_by_role_and_label(Role::ColumnHeader, "Size").is_none());
    assert!(head(&stage, before).left() < head(&stage, "Time left").left());
}

#[test]
fn edges_are_dragged_and_a_double_click_puts_them_back() {
    let mut stage = Stage::new(four());
    let before = head(&stage, "Speed");
    drag(&mut stage, before.left_center(), before.left_center() - vec2(40.0, 0.0));
    let after = head(&stage, "Speed");
    assert!((after.width() - before.width() - 40.0).abs() < 1.5, "{before:?} {after:?}");
    assert!((after.right() - before.right()).abs() < 0.5, "its other edge stays");
    drag(&mut stage, after.left_center(), after.left_center() + vec2(500.0, 0.0));
    assert!((head(&stage, "Speed").width() - 72.0).abs() < 0.5, "no narrower than this");
    let edge = head(&stage, "Speed").left_center();
    // All in one frame, since a frame of the stage is longer than a double click may take.
    for pressed in [true, false, true, false] {
        let (button, modifiers) = (PointerButton::Primary, Modifiers::NONE);
        let event = Event::PointerButton { pos: edge, button, pressed, modifiers };
        stage.harness.input_mut().events.push(event);
    }
    stage.harness.run();
    assert!((head(&stage, "Speed").width() - before.width()).abs() < 0.5);
    assert_eq!(names(&stage).len(), 4);
}

#[test]
fn a_head_is_dragged_to_another_place() {
    let mut stage = Stage::new(four());
    let (speed, progress) = (head(&stage, "Speed"), head(&stage, "Progress"));
    drag(&mut stage, speed.center(), progress.left_center() + vec2(20.0, 0.0));
    assert!(head(&stage, "Speed").left() < head(&stage, "Progress").left());
    assert!(stage.harness.query_by_role_and_label(Role::ColumnHeader, "Speed").is_some());
}

#[test]
fn the_choice_and_its_place_stay_while_the_order_changes() {
    let many = |first_speed: u64| -> Vec<JobView> {
        let mut jobs: Vec<JobView> = (1..=300)
            .map(|id| {
                let mut job = job(id, &format!("{id}.iso"), State::Downloading);
                job.speed_bps = u64::try_from(id).unwrap() * 10;
                job
            })
            .collect();
        jobs[149].speed_bps = first_speed;
        jobs
    };
    let mut stage = Stage::new(many(1500));
    click_head(&mut stage, "Speed");
    for _ in 0..150 {
        stage.harness.key_press(Key::ArrowDown);
    }
    stage.harness.run();
    let chosen = stage.chosen();
    let place = |stage: &Stage| {
        let label = format!("{}, Downloading", stage.chosen()[0]);
        stage.harness.get_by_label_contains(&label).rect()
    };
    let before = place(&stage);
    // A slow one above it becomes the fastest: all between move by one.
    let mut next = snapshot(many(9_000_000));
    next.revision = 2;
    stage.pass(2);
    stage.show(next);
    stage.pass(2);
    assert_eq!(stage.chosen(), chosen);
    let after = place(&stage);
    assert!((after.top() - before.top()).abs() < 1.0, "{before:?} {after:?}");
}

#[test]
fn progress_sorts_anew_once_a_second_and_then_rests() {
    let mut stage = Stage::new(four());
    click_head(&mut stage, "Speed");
    stage.pass(2);
    let mut turned = 0;
    for step in 0..8 {
        let mut jobs = four();
        jobs[1].speed_bps = if step % 2 == 0 { 99 } else { 9 };
        let mut next = snapshot(jobs);
        next.revision = 2 + step;
        let before = names(&stage);
        stage.end.snapshots.send(Arc::new(next)).unwrap();
        stage.harness.step();
        turned += usize::from(names(&stage) != before);
    }
    // Eight steps are two seconds.
    assert!((1..=3).contains(&turned), "{turned}");
    stage.pass(2);
    assert_eq!(repaint_delay(&stage), Duration::MAX);
}

#[test]
fn columns_that_fall_away_are_said_under_the_name() {
    let mut stage = Stage::new(some());
    assert!(stage.harness.query_by_role_and_label(Role::ColumnHeader, "Time left").is_some());
    stage.harness.set_size([640.0, 420.0].into());
    stage.harness.run();
    for name in ["Time left", "Size"] {
        assert!(stage.harness.query_by_role_and_label(Role::ColumnHeader, name).is_none());
    }
    let progress = head(&stage, "Progress");
    let button = stage.harness.get_by_role_and_label(Role::Button, "Pause one.iso").rect();
    assert!(progress.right() <= button.left(), "{progress:?} {button:?}");
    assert_eq!(repaint_delay(&stage), Duration::MAX);
}

#[test]
fn categories_filter_together_with_the_groups() {
    let mut stage = Stage::new(some());
    assert!(!stage.shows("Video ("), "there is none");
    let category = |stage: &mut Stage, name: &str| {
        stage.harness.get_by_role_and_label(Role::Button, name).click();
        stage.harness.run();
    };
    category(&mut stage, "Archives (2)");
    assert_eq!(names(&stage), ["two.zip", "five.tar"]);
    category(&mut stage, "Archives (2)");
    assert_eq!(names(&stage).len(), 5);
    category(&mut stage, "Music (1)");
    stage.press(Modifiers::COMMAND, Key::Num4);
    assert!(names(&stage).is_empty() && stage.shows("Nothing here"));
    stage.press(Modifiers::COMMAND, Key::Num5);
    assert_eq!(names(&stage), ["four.flac"]);
    stage.press(Modifiers::COMMAND, Key::Num4);
    stage.click("Show all");
    assert_eq!(names(&stage).len(), 5);
    stage.harness.get_by_role_and_label(Role::DisclosureTriangle, "Categories").click();
    stage.harness.run();
    assert!(!stage.shows("Archives (2)"));
    assert_eq!(repaint_delay(&stage), Duration::MAX);
}

#[test]
fn rows_in_one_line_act_at_once_and_keep_their_parts() {
    let jobs: Vec<JobView> =
        (1..=200).map(|id| job(id, &format!("{id}.iso"), State::Downloading)).collect();
    let mut stage = Stage::new(jobs.clone());
    stage.choose("4.iso,");
    let few = names(&stage).len();
    let mut next = snapshot(jobs);
    next.revision = 2;
    let language = Language::English;
    next.settings = Settings { language, density: Density::Compact, ..Settings::default() }.into();
    stage.show(next);
    assert!(names(&stage).len() > few + 5, "{few}");
    assert_eq!(stage.chosen(), ["4.iso"]);
    let row = stage
        .harness
        .get_by_label("4.iso, Downloading, 50 %, 5.00 MB/s, 1 m 40 s, 500 MB of 1.00 GB")
        .rect();
    assert!((row.height() - 32.0).abs() < 0.5);
    let button = stage.harness.get_by_role_and_label(Role::Button, "Pause 4.iso").rect();
    assert!(row.expand(0.5).contains_rect(button), "{row:?} {button:?}");
    assert_eq!(repaint_delay(&stage), Duration::MAX);
}

#[test]
fn the_settings_offer_rows_in_one_line() {
    let mut stage = Stage::new(some());
    open_page(&mut stage, "Appearance");
    stage.harness.get_by_role_and_label(Role::ComboBox, "Rows of the list").click();
    stage.harness.run();
    stage.harness.get_by_label("Compact").click();
    stage.harness.run();
    let sent = stage.commands();
    let compact =
        Settings { language: Language::English, density: Density::Compact, ..Settings::default() };
    assert_eq!(sent, [onward::app::command::Command::ChangeSettings(compact)]);
}
