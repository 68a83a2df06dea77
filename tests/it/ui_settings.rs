//! The settings dialog: every page, the search, going back to a default, a narrow window, and rest.

use std::sync::Arc;
use std::time::Duration;

use eframe::egui::{Key, Modifiers, Role, Vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use onward::app::command::Command;
use onward::app::event::{Event, SettingsTrouble};
use onward::model::proxy::{Proxy, ProxyUrl};
use onward::model::settings::{Language, OnLaunch, Settings, SizeUnits};

use crate::ui_limits::type_into;
use crate::ui_stage::{Stage, job, snapshot};
use crate::ui_window::{repaint_delay, some};

/// Opens the settings at a page.
pub(crate) fn open_page(stage: &mut Stage, page: &str) {
    stage.press(Modifiers::COMMAND, Key::Comma);
    turn_to(stage, page);
}

/// Turns the open settings to a page.
pub(crate) fn turn_to(stage: &mut Stage, page: &str) {
    stage.harness.get_by_role_and_label(Role::Tab, page).click();
    stage.harness.run();
}

/// Chooses in the list of this name.
pub(crate) fn choose_in(stage: &mut Stage, name: &str, choice: &str) {
    stage.harness.get_by_role_and_label(Role::ComboBox, name).click();
    stage.harness.run();
    stage.harness.get_by_role_and_label(Role::Button, choice).click();
    stage.harness.run();
}

pub(crate) fn english() -> Settings {
    Settings { language: Language::English, ..Settings::default() }
}

/// The settings the last command changed.
#[track_caller]
pub(crate) fn changed(stage: &mut Stage) -> Settings {
    let commands = stage.commands();
    let [Command::ChangeSettings(settings)] = &commands[..] else { panic!("{commands:?}") };
    settings.clone()
}

#[test]
fn the_general_page_sets_the_folder_and_the_start() {
    let mut stage = Stage::new(some());
    open_page(&mut stage, "General");
    let folder = "Save new downloads to";
    type_into(&mut stage, folder, "Downloads");
    assert!(stage.shows("Give the whole path"));
    stage.press(Modifiers::NONE, Key::Enter);
    assert_eq!(stage.commands(), [], "half a path changes nothing");
    type_into(&mut stage, folder, "/mnt/big");
    stage.press(Modifiers::NONE, Key::Enter);
    let with_dir = Settings { dir: Some("/mnt/big".into()), ..english() };
    assert_eq!(changed(&mut stage), with_dir);
    choose_in(&mut stage, "At the start, unfinished downloads", "stay paused");
    assert_eq!(changed(&mut stage), Settings { on_launch: OnLaunch::StayPaused, ..with_dir });
    stage.click("Reset “Save new downloads to” to its default");
    let reset = changed(&mut stage);
    assert_eq!(reset, Settings { on_launch: OnLaunch::StayPaused, ..english() });
    assert!(!stage.shows("Reset “Save new"), "it is as by default");
}

#[test]
fn numbers_have_units_defaults_and_bounds() {
    let mut stage = Stage::new(some());
    open_page(&mut stage, "Speed and connections");
    for (label, default, unit) in [
        ("Connections per download", "Default: 8", "connections"),
        ("Downloads at once", "Default: 4", "downloads"),
        ("Attempts", "Default: 10", "attempts"),
        ("Standstill", "Default: 30", "seconds"),
    ] {
        assert!(stage.shows(label) && stage.shows(default) && stage.shows(unit), "{label}");
    }
    let field = "Connections per download";
    for bad in ["0", "33", "many", "1.5"] {
        type_into(&mut stage, field, bad);
        assert!(stage.shows("A whole number from 1 to 32"), "{bad}");
        stage.press(Modifiers::NONE, Key::Enter);
        assert!(!stage.shows("A whole number"));
        assert_eq!(stage.commands(), [], "{bad}");
    }
    type_into(&mut stage, field, "12");
    assert_eq!(stage.commands(), [], "it is still typed");
    stage.press(Modifiers::NONE, Key::Tab);
    assert_eq!(changed(&mut stage).connections, 12);
    stage.harness.get_by_role_and_label(Role::TextInput, "Downloads at once").focus();
    stage.harness.run();
    stage.press(Modifiers::NONE, Key::ArrowUp);
    assert_eq!(changed(&mut stage), Settings { connections: 12, live_jobs: 5, ..english() });
    stage.click("Reset “Connections per download” to its default");
    assert_eq!(changed(&mut stage), Settings { live_jobs: 5, ..english() });
}

#[test]
fn the_limit_can_be_turned_off_and_keeps_its_value() {
    let limited = Settings { limit_bps: Some(500_000), ..english() };
    let mut first = snapshot(some());
    first.settings = Arc::new(limited.clone());
    let mut stage = Stage::with(first, &[]);
    open_page(&mut stage, "Speed and connections");
    stage.harness.get_by_role_and_label(Role::CheckBox, "Use the limit").click();
    stage.harness.run();
    assert_eq!(changed(&mut stage), Settings { limit_on: false, ..limited });
    type_into(&mut stage, "Speed limit for all", "700");
    stage.press(Modifiers::NONE, Key::Enter);
    assert_eq!(changed(&mut stage), Settings { limit_bps: Some(700_000), ..english() });
}

#[test]
fn a_proxy_counts_once_its_address_is_there() {
    let mut stage = Stage::new(some());
    open_page(&mut stage, "Speed and connections");
    choose_in(&mut stage, "Proxy", "Another");
    assert_eq!(stage.commands(), []);
    type_into(&mut stage, "Address", "proxy:3128");
    assert!(stage.shows("Give a link such as http://host:3128"));
    stage.press(Modifiers::NONE, Key::Enter);
    assert_eq!(stage.commands(), []);
    let address = "socks5h://localhost:1080";
    type_into(&mut stage, "Address", address);
    stage.press(Modifiers::NONE, Key::Enter);
    let at = Proxy::At(ProxyUrl::parse(address).unwrap());
    assert_eq!(changed(&mut stage), Settings { proxy: at, ..english() });
    choose_in(&mut stage, "Proxy", "None");
    assert_eq!(changed(&mut stage).proxy, Proxy::Direct);
    stage.click("Reset “Proxy” to its default");
    assert_eq!(changed(&mut stage), english());
}

#[test]
fn sizes_are_counted_as_the_settings_say_at_once() {
    let mut stage = Stage::new(some());
    open_page(&mut stage, "Appearance");
    choose_in(&mut stage, "Sizes", "1 MiB = 1,048,576 bytes");
    let binary = changed(&mut stage);
    assert_eq!(binary, Settings { size_units: SizeUnits::Binary, ..english() });
    let mut next = snapshot(some());
    (next.revision, next.settings) = (2, Arc::new(binary));
    stage.show(next);
    assert!(stage.rows()[0].contains("476 MiB of 953 MiB"), "{:?}", stage.rows());
}

#[test]
fn the_dialog_speaks_another_language_at_once() {
    let mut stage = Stage::new(some());
    stage.harness.ctx.set_missing_glyph_policy(eframe::egui::MissingGlyphPolicy::Tofu);
    open_page(&mut stage, "General");
    choose_in(&mut stage, "Language of the window", "简体中文");
    let chinese = changed(&mut stage);
    let mut next = snapshot(some());
    (next.revision, next.settings) = (2, Arc::new(chinese));
    stage.show(next);
    assert!(stage.shows("窗口语言") && !stage.shows("Language of the window"));
    assert_eq!(stage.commands(), []);
}

#[test]
fn keys_are_listed() {
    let mut stage = Stage::new(some());
    open_page(&mut stage, "Keys");
    assert!(stage.shows("Pause all") && stage.shows("Ctrl+Shift+P"));
}

#[test]
fn a_search_finds_lines_on_all_pages_and_they_work_there() {
    let mut stage = Stage::new(some());
    stage.press(Modifiers::COMMAND, Key::Comma);
    type_into(&mut stage, "Search settings", "CONNECTIONS");
    for found in ["Connections per download", "Connections to one server"] {
        assert!(stage.shows(found), "{found}");
    }
    assert!(!stage.shows("Save new downloads to"));
    stage.commands();
    type_into(&mut stage, "Search settings", "limit all");
    assert!(stage.shows("Speed limit for all") && !stage.shows("Connections per download"));
    type_into(&mut stage, "Speed limit for all", "5");
    stage.press(Modifiers::NONE, Key::Enter);
    assert_eq!(changed(&mut stage).limit_bps, Some(5000));
    type_into(&mut stage, "Search settings", "F2");
    assert!(stage.shows("Rename") && !stage.shows("Pause all downloads"));
    type_into(&mut stage, "Search settings", "xyzzy");
    assert!(stage.shows("No setting has these words."));
    turn_to(&mut stage, "General");
    assert!(stage.shows("Save new downloads to"));
    assert_eq!(repaint_delay(&stage), Duration::MAX);
}

#[test]
fn what_changes_elsewhere_is_shown_and_not_overwritten() {
    let mut stage = Stage::new(some());
    open_page(&mut stage, "Speed and connections");
    type_into(&mut stage, "Downloads at once", "9");
    stage.press(Modifiers::NONE, Key::Enter);
    let ours = changed(&mut stage);
    let show = |stage: &mut Stage, revision, settings: &Settings| {
        let mut next = snapshot(some());
        (next.revision, next.settings) = (revision, Arc::new(settings.clone()));
        stage.show(next);
    };
    show(&mut stage, 2, &ours);
    // By hand in the file, and found with that change.
    let theirs = Settings { retries: 3, ..ours };
    show(&mut stage, 3, &theirs);
    let field = stage.harness.get_by_role_and_label(Role::TextInput, "Attempts");
    assert_eq!(field.accesskit_node().value().as_deref(), Some("3"));
    assert_eq!(stage.commands(), []);
    type_into(&mut stage, "Standstill", "60");
    stage.press(Modifiers::NONE, Key::Enter);
    assert_eq!(changed(&mut stage), Settings { stall_timeout_secs: 60, ..theirs.clone() });
    stage.happen(Event::Refused("the settings could not be saved: no room".into()));
    let field = stage.harness.get_by_role_and_label(Role::TextInput, "Standstill");
    assert_eq!(field.accesskit_node().value().as_deref(), Some("30"));
    assert_eq!(stage.commands(), []);
}

#[test]
fn a_narrow_window_has_a_choice_of_pages_and_all_of_it_fits() {
    let mut stage = Stage::new(some());
    stage.harness.set_size(Vec2::new(640.0, 420.0));
    stage.harness.run();
    stage.press(Modifiers::COMMAND, Key::Comma);
    for page in ["Folders and categories", "Speed and connections", "Servers", "Appearance", "Keys"]
    {
        choose_in(&mut stage, "Page", page);
        let close = stage.harness.get_by_role_and_label(Role::Button, "Close").rect();
        assert!(close.bottom() <= 420.0 && close.right() <= 640.0, "{page}: {close}");
    }
    choose_in(&mut stage, "Page", "General");
    assert!(stage.shows("Save new downloads to"));
    stage.click("Close");
    assert!(!stage.shows("Save new downloads to"));
}

#[test]
fn nothing_is_drawn_again_while_the_dialog_rests() {
    let mut stage = Stage::new(vec![job(1, "one.iso", onward::model::phase::State::Paused)]);
    for page in ["General", "Speed and connections", "Servers", "Keys"] {
        open_page(&mut stage, page);
        assert_eq!(repaint_delay(&stage), Duration::MAX, "{page}");
        stage.click("Close");
    }
}

#[test]
fn what_could_not_be_used_is_told_by_its_key() {
    let mut stage = Stage::new(some());
    let wrong = SettingsTrouble::Wrong(vec!["retries".into(), "theme".into()]);
    stage.happen(Event::SettingsTrouble(wrong));
    assert!(stage.shows("values that cannot be used, for retries, theme"));
    let aside = SettingsTrouble::SetAside("/c/settings.toml.broken-1".into());
    stage.happen(Event::SettingsTrouble(aside));
    assert!(stage.shows("It was moved to /c/settings.toml.broken-1"));
}
