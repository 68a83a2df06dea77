//! Links that are copied while that is watched: looked for when the window gets the focus, offered, and
//! never taken for a paste.

use std::sync::Arc;

use eframe::egui::{Event as Input, Key, Modifiers, ViewportCommand, ViewportId};
use onward::app::command::Command;
use onward::app::event::Event;
use onward::app::snapshot::Snapshot;
use onward::model::settings::Settings;

use crate::ui_settings::english;
use crate::ui_stage::{Stage, snapshot};

const LINK: &str = "https://files.example/a.iso";

/// A window that watches the clipboard, or does not; without the focus.
fn watching(watch_clipboard: bool) -> Stage {
    let settings = Arc::new(Settings { watch_clipboard, ..english() });
    let mut stage = Stage::with(Snapshot { settings, ..snapshot(vec![]) }, &[]);
    focus(&mut stage, false);
    // It looked when it came; nothing was there.
    stage.pass(3);
    stage.commands();
    stage
}

/// Whether it has the focus from now on.
fn focus(stage: &mut Stage, has: bool) {
    stage.harness.input_mut().focused = has;
    stage.harness.step();
}

/// Whether the clipboard was asked for in the last frame.
fn asked(stage: &Stage) -> bool {
    let output = stage.harness.output();
    let commands = output.viewport_output.get(&ViewportId::ROOT);
    commands.is_some_and(|of| of.commands.contains(&ViewportCommand::RequestPaste))
}

#[test]
fn it_looks_only_when_it_gets_the_focus_and_only_where_that_is_wanted() {
    let mut stage = watching(false);
    focus(&mut stage, true);
    assert!(!asked(&stage));
    let mut stage = watching(true);
    focus(&mut stage, true);
    assert!(asked(&stage));
    stage.harness.event(Input::Paste(LINK.to_owned()));
    stage.harness.run();
    assert!(!asked(&stage) && !stage.shows("Add downloads"), "it is no paste");
    assert_eq!(stage.commands(), [Command::Copied(LINK.to_owned())]);
    // The next one is.
    stage.paste(LINK);
    assert!(stage.shows("Add downloads"));
    assert_eq!(stage.commands(), []);
}

#[test]
fn where_nothing_comes_a_later_paste_is_one() {
    let mut stage = watching(true);
    focus(&mut stage, true);
    stage.pass(3);
    stage.paste(LINK);
    assert!(stage.shows("Add downloads"));
    assert_eq!(stage.commands(), []);
}

#[test]
fn what_is_offered_is_added_by_a_click_and_the_newest_stands() {
    let mut stage = Stage::new(vec![]);
    stage.happen(Event::Offered(vec!["https://files.example/old.iso".into()]));
    stage.happen(Event::Offered(vec![LINK.into(), "https://files.example/b.iso".into()]));
    assert!(!stage.shows("old.iso") && stage.shows("2 links were copied"));
    stage.click("Add…");
    assert!(stage.shows("Add 2 downloads"));
    assert_eq!(stage.commands(), [], "nothing is added by itself");
    stage.press(Modifiers::NONE, Key::Escape);
    assert!(!stage.shows("2 links were copied"));
}
