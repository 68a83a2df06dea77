//! The settings dialog's lists: rules of folders, and the servers that were met.

use std::path::PathBuf;
use std::time::Duration;

use eframe::egui::{Key, Modifiers, Role};
use egui_kittest::kittest::{NodeT, Queryable};
use onward::app::command::Command;
use onward::app::event::Event;
use onward::model::category::Category;
use onward::model::host::{HostFacts, Ranges};
use onward::model::rules::{Rule, When};

use crate::ui_limits::type_into;
use crate::ui_settings::{changed, choose_in, english, open_page};
use crate::ui_stage::Stage;
use crate::ui_window::{repaint_delay, some};

#[test]
fn rules_are_made_moved_and_taken_away() {
    let mut stage = Stage::new(some());
    open_page(&mut stage, "Folders and categories");
    stage.click("Add a rule");
    assert!(stage.commands().is_empty() && stage.shows("Give the whole path"));
    choose_in(&mut stage, "Category", "Music");
    assert_eq!(stage.commands(), [], "it has no folder yet");
    type_into(&mut stage, "Folder for these files", "/srv/music");
    stage.press(Modifiers::NONE, Key::Enter);
    let music = Rule { when: When::Category(Category::Music), dir: "/srv/music".into() };
    assert_eq!(changed(&mut stage).rules, std::slice::from_ref(&music));
    stage.click("Browse…");
    assert_eq!(stage.commands(), [Command::ChooseFolder]);
    stage.happen(Event::FolderChosen(Some(PathBuf::from("/mnt/music"))));
    let music = Rule { dir: "/mnt/music".into(), ..music };
    assert_eq!(changed(&mut stage).rules, std::slice::from_ref(&music));
    choose_in(&mut stage, "What the rule looks at", "Server");
    assert!(stage.shows("* stands for anything"));
    assert_eq!(changed(&mut stage).rules, [], "it says nothing now");
    type_into(&mut stage, "Server", "*.Example.org");
    stage.press(Modifiers::NONE, Key::Enter);
    let org = Rule { when: When::Host("*.example.org".into()), ..music };
    assert_eq!(changed(&mut stage).rules, [org]);
    stage.click("Remove the rule");
    assert_eq!(changed(&mut stage), english());
}

fn met(name: &str) -> HostFacts {
    HostFacts {
        name: name.into(),
        ranges: Ranges::Honest,
        max_connections: Some(6),
        learned_ms: 1_763_000_000_000,
        ..HostFacts::default()
    }
}

#[test]
fn servers_are_asked_for_shown_capped_and_forgotten() {
    let mut stage = Stage::new(some());
    open_page(&mut stage, "Servers");
    assert_eq!(stage.commands(), [Command::Hosts]);
    stage.happen(Event::Hosts(vec![]));
    assert!(stage.shows("Nothing was learned"));
    let many = (0..10_000).map(|n| met(&format!("s{n}.example:443"))).collect();
    stage.happen(Event::Hosts(many));
    let fields = stage.harness.query_all_by_label_contains("Connections to s").count();
    assert!((1..30).contains(&fields), "{fields} are drawn");
    let cap = "Connections to s0.example:443";
    type_into(&mut stage, cap, "99");
    assert!(stage.shows("A whole number from 1 to 32"));
    stage.press(Modifiers::NONE, Key::Enter);
    assert_eq!(stage.commands(), []);
    type_into(&mut stage, cap, "2");
    stage.press(Modifiers::NONE, Key::Enter);
    let capped = Command::CapHost("s0.example:443".into(), Some(2));
    assert_eq!(stage.commands(), [capped, Command::Hosts]);
    stage.happen(Event::Hosts(vec![HostFacts { cap: Some(2), ..met("s0.example:443") }]));
    let value = stage.harness.get_by_role_and_label(Role::TextInput, cap).accesskit_node().value();
    assert_eq!(value.as_deref(), Some("2"));
    stage.click("Forget s0.example:443");
    let forget = Command::ForgetHost("s0.example:443".into());
    assert_eq!(stage.commands(), [forget, Command::Hosts]);
    stage.click("Forget all");
    assert_eq!(stage.commands(), [Command::ForgetHosts, Command::Hosts]);
    assert_eq!(repaint_delay(&stage), Duration::MAX);
}
