//! The add dialog's further options, pasted `curl` commands, and its keys.

use std::path::PathBuf;

use eframe::egui::{Key, Modifiers, Role};
use egui_kittest::kittest::{NodeT, Queryable};
use onward::app::command::Command;
use onward::app::event::Event;
use onward::model::category::Category;
use onward::model::checksum::Expected;
use onward::model::job::NewJob;
use onward::model::rules::{Rule, When};
use onward::model::settings::{Language, Settings};

use crate::ui_stage::{Stage, snapshot};

const LINK: &str = "https://files.example/a.iso";

fn added(stage: &mut Stage) -> Vec<NewJob> {
    let mut commands = stage.commands();
    assert_eq!(commands.len(), 1, "{commands:?}");
    let Command::Add(jobs) = commands.remove(0) else { panic!("nothing was added") };
    jobs
}

/// The dialog with a link in it and its options open.
fn open() -> Stage {
    let mut stage = Stage::new(vec![]);
    stage.harness.set_size(eframe::egui::vec2(1180.0, 1300.0));
    stage.paste(LINK);
    stage.harness.get_by_label("More options").click();
    stage.harness.run();
    stage
}

fn write(stage: &mut Stage, name: &str, text: &str) {
    let fields = stage.harness.query_all_by_label(name);
    let field = fields.into_iter().find(|f| f.accesskit_node().is_text_input());
    let field = field.unwrap_or_else(|| panic!("no field {name}"));
    field.focus();
    stage.harness.run();
    let fields = stage.harness.query_all_by_label(name);
    let field = fields.into_iter().find(|f| f.accesskit_node().is_text_input());
    field.unwrap().type_text(text);
    stage.harness.run();
}

#[test]
fn what_is_typed_there_goes_with_the_job() {
    let mut stage = open();
    write(&mut stage, "Checksum", &"ab".repeat(32));
    write(&mut stage, "Headers", "X-Token: t");
    write(&mut stage, "Cookies", "a=b");
    write(&mut stage, "Referrer", "https://r/");
    write(&mut stage, "User agent", "ua");
    write(&mut stage, "Mirrors", "https://m/a.iso");
    write(&mut stage, "Proxy", "http://p:3128");
    write(&mut stage, "User", "ann");
    write(&mut stage, "Speed limit", "500");
    stage.press(Modifiers::NONE, Key::Enter);
    let options = added(&mut stage).remove(0).options;
    let Some(Expected::Given(sum)) = options.expected else { panic!("no checksum") };
    assert_eq!(sum.algorithm.name(), "sha256");
    assert_eq!((options.headers.len(), options.headers[0].name.as_str()), (1, "X-Token"));
    assert_eq!(options.cookie.as_deref(), Some("a=b"));
    assert_eq!(options.referer.as_deref(), Some("https://r/"));
    assert_eq!(options.user_agent.as_deref(), Some("ua"));
    assert_eq!(options.mirrors[0].as_str(), "https://m/a.iso");
    assert_eq!(options.proxy.as_deref(), Some("http://p:3128"));
    assert_eq!(options.credentials.map(|c| c.user).as_deref(), Some("ann"));
    assert_eq!((options.limit_bps, options.connections), (Some(500_000), 8));
}

#[test]
fn what_is_wrong_there_is_said_and_nothing_is_added() {
    let mut stage = open();
    for (field, text, said) in [
        ("Checksum", "sha256:12", "A SHA-256 checksum has 64 digits"),
        ("Headers", "X-Token: 1\nRange: bytes=0-", "Line 2: Onward sets Range itself."),
        ("Mirrors", "ftp://m/a", "Line 1: Links that begin with ftp"),
        ("Proxy", "p:1", "Write the proxy as http://host:3128"),
    ] {
        write(&mut stage, field, text);
        assert!(stage.shows(said), "{said}");
    }
    assert!(stage.shows("More options (2 set)"), "the good header and the proxy");
    stage.press(Modifiers::COMMAND, Key::Enter);
    assert!(stage.commands().is_empty());
}

#[test]
fn a_password_is_not_shown_and_the_fold_stays_open() {
    let mut stage = open();
    write(&mut stage, "Password", "geheim");
    assert!(!stage.shows("geheim"));
    stage.press(Modifiers::NONE, Key::Escape);
    stage.press(Modifiers::NONE, Key::Escape);
    assert!(!stage.shows("Add downloads"));
    stage.press(Modifiers::COMMAND, Key::N);
    assert!(stage.shows("Connections"));
}

#[test]
fn the_number_of_connections_goes_by_keys() {
    let mut stage = open();
    let slider = |stage: &Stage| {
        let sliders = stage.harness.query_all_by_label("Connections");
        sliders.into_iter().any(|s| s.accesskit_node().role() == Role::Slider)
    };
    assert!(slider(&stage));
    stage.harness.get_by_role(Role::Slider).focus();
    stage.harness.run();
    stage.press(Modifiers::NONE, Key::ArrowRight);
    stage.click("Add 1 download");
    assert_eq!(added(&mut stage)[0].options.connections, 9);
}

#[test]
fn a_pasted_curl_command_fills_the_dialog() {
    let mut stage = Stage::new(vec![]);
    stage.paste(
        "curl 'https://files.example/get?t=1' \\\n  -H 'accept-language: en' -b 'sid=1' \\\n  \
         -H 'Range: bytes=0-' -u ann:pw -o out.bin --compressed",
    );
    assert!(stage.shows("The curl command was read."));
    assert!(stage.shows("More options (3 set)"));
    stage.press(Modifiers::NONE, Key::Enter);
    let job = added(&mut stage).remove(0);
    assert_eq!(job.url.as_str(), "https://files.example/get?t=1");
    assert_eq!(job.name.as_deref(), Some("out.bin"));
    assert_eq!(job.options.cookie.as_deref(), Some("sid=1"));
    let names: Vec<&str> = job.options.headers.iter().map(|h| h.name.as_str()).collect();
    assert_eq!(names, ["accept-language"]);
    assert_eq!(job.options.credentials.map(|c| c.password).as_deref(), Some("pw"));
}

#[test]
fn a_curl_command_that_sends_is_refused_in_a_sentence() {
    let mut stage = Stage::new(vec![]);
    stage.press(Modifiers::COMMAND, Key::N);
    stage.paste("curl https://files.example/form --data-raw 'a=b'");
    assert!(stage.shows("Onward only fetches."));
    assert!(!stage.shows("Skipped:"), "it is one command, not bad links");
    stage.press(Modifiers::COMMAND, Key::Enter);
    assert!(stage.commands().is_empty());
}

#[test]
fn enter_is_a_new_line_among_links_and_adds_with_ctrl() {
    let mut stage = Stage::new(vec![]);
    stage.press(Modifiers::COMMAND, Key::N);
    stage.harness.get_by_role(Role::MultilineTextInput).type_text(LINK);
    stage.harness.run();
    stage.press(Modifiers::NONE, Key::Enter);
    stage.harness.get_by_role(Role::MultilineTextInput).type_text("https://files.example/b.iso");
    stage.harness.run();
    assert!(stage.commands().is_empty());
    stage.press(Modifiers::COMMAND, Key::Enter);
    assert_eq!(added(&mut stage).len(), 2);
}

#[test]
fn a_paste_beside_the_fields_goes_to_the_links() {
    let mut stage = Stage::new(vec![]);
    stage.paste(LINK);
    stage.paste("https://files.example/b.iso");
    assert!(stage.harness.query_by_label("Add 2 downloads").is_some());
}

#[test]
fn the_keyboard_alone_is_enough_from_top_to_bottom() {
    let mut stage = Stage::new(vec![]);
    stage.paste(LINK);
    stage.harness.get_by_role(Role::MultilineTextInput).focus();
    stage.harness.run();
    let mut tops = Vec::new();
    for _ in 0..4 {
        // A Tab among links would be one of the text.
        stage.press(Modifiers::NONE, Key::Tab);
        let all = stage.harness.query_all_by(|_| true);
        let focused = all.filter(|node| node.accesskit_node().is_focused());
        tops.extend(focused.map(|node| node.rect().top()).next());
    }
    assert!(tops.len() >= 3 && tops.is_sorted(), "{tops:?}");
}

/// What is set for some files goes before the usual folder, and a folder chosen by hand before both.
#[test]
fn rules_choose_the_folder_until_one_is_chosen_by_hand() {
    let films = Rule { when: When::Category(Category::Video), dir: "/srv/films".into() };
    let mut first = snapshot(Vec::new());
    let settings =
        Settings { language: Language::English, rules: vec![films], ..Settings::default() };
    first.settings = settings.into();
    let mut stage = Stage::with(first, &[]);
    stage.paste("https://h.example/a.mkv");
    stage.press(Modifiers::COMMAND, Key::Enter);
    assert_eq!(added(&mut stage)[0].dir.to_str(), Some("/srv/films"));
    stage.paste("https://h.example/a.mkv\nhttps://h.example/b.txt");
    stage.press(Modifiers::COMMAND, Key::Enter);
    let dirs: Vec<_> = added(&mut stage).into_iter().map(|job| job.dir).collect();
    assert_eq!(dirs, [PathBuf::from("/srv/films"), PathBuf::from("/srv/files")]);
    stage.paste("https://h.example/c.mkv");
    stage.happen(Event::FolderChosen(Some("/elsewhere".into())));
    stage.press(Modifiers::COMMAND, Key::Enter);
    assert_eq!(added(&mut stage)[0].dir.to_str(), Some("/elsewhere"));
}
