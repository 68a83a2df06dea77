//! Speed limits in the window: the field in the settings and in the details.

use std::sync::Arc;
use std::time::Duration;

use eframe::egui::{Key, Modifiers, Role};
use egui_kittest::kittest::{NodeT, Queryable};
use onward::app::command::Command;
use onward::model::id::JobId;
use onward::model::settings::{Language, Settings, SizeUnits};

use crate::ui_settings::open_page;
use crate::ui_stage::Stage;
use crate::ui_window::{repaint_delay, some};

/// Types into the field of this name, over what is there.
pub(crate) fn type_into(stage: &mut Stage, name: &str, text: &str) {
    stage.harness.get_by_role_and_label(Role::TextInput, name).focus();
    stage.harness.run();
    stage.press(Modifiers::COMMAND, Key::A);
    stage.harness.get_by_role_and_label(Role::TextInput, name).type_text(text);
    stage.harness.run();
}

/// Chooses another unit of the limit.
fn choose_unit(stage: &mut Stage, unit: &str) {
    stage.harness.get_by_role_and_label(Role::ComboBox, "Unit of the speed limit").click();
    stage.harness.run();
    stage.harness.get_by_role_and_label(Role::Button, unit).click();
    stage.harness.run();
}

#[test]
fn the_limit_for_all_is_set_as_a_number_and_a_unit() {
    let mut stage = Stage::new(some());
    let field = "Speed limit for all";
    open_page(&mut stage, "Speed and connections");
    let limited = |limit_bps| {
        Command::ChangeSettings(Settings {
            language: Language::English,
            limit_bps,
            ..Settings::default()
        })
    };
    type_into(&mut stage, field, "500");
    assert!(stage.commands().is_empty(), "it is still typed");
    stage.press(Modifiers::NONE, Key::Enter);
    assert_eq!(stage.commands(), [limited(Some(500_000))]);
    choose_unit(&mut stage, "MB/s");
    assert_eq!(stage.commands(), [limited(Some(500_000_000))]);
    type_into(&mut stage, field, "fast");
    assert!(stage.shows("A number, as in"));
    stage.press(Modifiers::NONE, Key::Enter);
    assert!(stage.commands().is_empty() && !stage.shows("A number, as in"));
    type_into(&mut stage, field, "1");
    stage.press(Modifiers::NONE, Key::Escape);
    assert!(stage.commands().is_empty(), "what was typed is let go");
    open_page(&mut stage, "Speed and connections");
    type_into(&mut stage, field, "0");
    stage.press(Modifiers::NONE, Key::Tab);
    assert_eq!(stage.commands(), [], "there was none");
}

#[test]
fn limits_are_in_the_units_of_all_speeds() {
    let english = Settings { language: Language::English, ..Settings::default() };
    let limit_bps = Some(500_000);
    let mut stage = Stage::new(some());
    let mut next = crate::ui_stage::snapshot(some());
    next.settings = Arc::new(Settings { limit_bps, ..english.clone() });
    next.revision = 2;
    stage.show(next.clone());
    open_page(&mut stage, "Speed and connections");
    let field = "Speed limit for all";
    let typed = |stage: &Stage| {
        let field = stage.harness.get_by_role_and_label(Role::TextInput, field);
        field.accesskit_node().value().unwrap_or_default()
    };
    assert_eq!(typed(&stage), "500");
    let size_units = SizeUnits::Binary;
    next.settings = Arc::new(Settings { limit_bps, size_units, ..english.clone() });
    next.revision = 3;
    stage.show(next);
    assert_eq!(typed(&stage), "488.2812");
    type_into(&mut stage, field, "1.5 mib");
    stage.press(Modifiers::NONE, Key::Enter);
    let limit_bps = Some(1_572_864);
    let asked = Settings { limit_bps, size_units, ..english.clone() };
    assert_eq!(stage.commands(), [Command::ChangeSettings(asked)]);
    assert_eq!(typed(&stage), "1.5");
    choose_unit(&mut stage, "KiB/s");
    let asked = Settings { limit_bps: Some(1536), size_units, ..english };
    assert_eq!(stage.commands(), [Command::ChangeSettings(asked)]);
    type_into(&mut stage, field, "fast");
    assert!(stage.shows("A number, as in 500 or 1.5; also with a unit, as in 1.5 MiB/s"));
}

#[test]
fn a_jobs_limit_is_changed_in_the_details() {
    let mut stage = Stage::new(some());
    stage.choose("three.pdf");
    stage.press(Modifiers::COMMAND, Key::I);
    let field = stage.harness.query_by_role_and_label(Role::TextInput, "Speed limit");
    assert!(field.is_none(), "it is finished");
    stage.choose("one.iso");
    type_into(&mut stage, "Speed limit", "1.5");
    // Progress goes on meanwhile, and touches nothing of it.
    stage.put(some());
    choose_unit(&mut stage, "MB/s");
    let commands = stage.commands();
    assert_eq!(commands.last(), Some(&Command::Limit(JobId(1), Some(1_500_000))), "{commands:?}");
    let mut limited = some();
    limited[0].limit_bps = Some(1_500_000);
    stage.put(limited);
    type_into(&mut stage, "Speed limit", "7");
    stage.press(Modifiers::NONE, Key::Escape);
    assert_eq!(stage.chosen(), ["one.iso"], "Escape is the field's");
    stage.harness.get_by_role_and_label(Role::TextInput, "Speed limit").focus();
    stage.harness.run();
    stage.press(Modifiers::COMMAND, Key::A);
    stage.press(Modifiers::NONE, Key::Backspace);
    stage.press(Modifiers::NONE, Key::Enter);
    assert_eq!(stage.commands(), [Command::Limit(JobId(1), None)]);
    assert_eq!(repaint_delay(&stage), Duration::MAX);
}
