//! How much is to be done for what is done most: clicks and keys, counted. And what is read out to who
//! does not see the window.

use eframe::egui::accesskit::Live;
use eframe::egui::{Key, Modifiers, Role};
use egui_kittest::kittest::{NodeT, Queryable};
use onward::app::command::{Command, Which};
use onward::app::event::Event;
use onward::app::snapshot::JobView;
use onward::model::failure::{Failure, FailureKind};
use onward::model::id::JobId;
use onward::model::phase::State;
use onward::model::why::Why;

use crate::ui_stage::{Stage, job};

fn several() -> Stage {
    let error = Some(Failure::status(FailureKind::LinkExpired, 403));
    let why = Why::ServerCap { connections: 2 };
    Stage::new(vec![
        JobView { why, ..job(1, "one.iso", State::Downloading) },
        job(2, "two.pdf", State::Completed),
        JobView { error, ..job(3, "three.zip", State::NeedsLink) },
    ])
}

#[test]
fn a_link_is_added_by_two_keys() {
    let mut stage = several();
    stage.paste("https://files.example/four.iso");
    stage.press(Modifiers::NONE, Key::Enter);
    assert_eq!(stage.counted(), (0, 2));
    assert!(matches!(&stage.commands()[..], [Command::Add(_)]));
}

#[test]
fn a_download_is_paused_by_one_click() {
    let mut stage = several();
    stage.click("Pause one.iso");
    assert_eq!(stage.counted(), (1, 0));
    assert_eq!(stage.commands(), [Command::Pause(Which::Jobs(vec![JobId(1)]))]);
}

#[test]
fn a_finished_file_is_found_and_shown_by_two_clicks() {
    let mut stage = several();
    stage.click_on(Role::Tab, "Finished (1)");
    assert_eq!(stage.rows().len(), 1);
    stage.click("Show in folder two.pdf");
    assert_eq!(stage.counted(), (2, 0));
    assert_eq!(stage.commands(), [Command::Reveal(JobId(2))]);
}

#[test]
fn an_expired_link_is_replaced_by_a_click_and_two_keys() {
    let mut stage = several();
    stage.click("Paste new link… three.zip");
    stage.paste("https://cdn.example/three.zip?sig=abc");
    stage.press(Modifiers::NONE, Key::Enter);
    assert_eq!(stage.counted(), (1, 2));
    assert!(matches!(&stage.commands()[..], [Command::Refresh(link)] if link.job == JobId(3)));
}

#[test]
fn why_it_is_slow_is_seen_by_two_clicks() {
    let mut stage = several();
    stage.choose("one.iso");
    stage.click("Details");
    assert_eq!(stage.counted(), (2, 0));
    assert!(stage.shows("The server bears 2 connections and no more."));
}

/// What is read out by itself: the node, how urgently, and its words.
fn announced(stage: &Stage) -> Vec<(String, Live, String)> {
    let live = stage.harness.query_all(
        egui_kittest::kittest::by()
            .predicate(|node| matches!(node.live(), Live::Polite | Live::Assertive)),
    );
    live.map(|node| {
        let node = node.accesskit_node();
        let said = node.value().or_else(|| node.label()).unwrap_or_default();
        (format!("{:?}", node.id()), node.live(), said)
    })
    .collect()
}

#[test]
fn finishing_and_failing_are_read_out_once() {
    let mut stage = several();
    assert!(announced(&stage).is_empty());
    // Its row is in view, so nothing is shown for it; it is heard all the same.
    stage.happen(Event::Finished(JobId(2)));
    let first = announced(&stage);
    assert!(
        matches!(&first[..], [(_, Live::Polite, said)] if said == "two.pdf is finished"),
        "{first:?}"
    );
    stage.pass(2);
    assert_eq!(announced(&stage), first, "drawn again is not said again");
    let failed = |status| Failure::status(FailureKind::NotFound, status);
    stage.happen(Event::Stopped(JobId(1), failed(404)));
    stage.pass(3);
    stage.happen(Event::Stopped(JobId(3), failed(410)));
    let all = announced(&stage);
    assert_eq!(all.len(), 3, "{all:?}");
    let urgent: Vec<_> = all.iter().filter(|(_, live, _)| *live == Live::Assertive).collect();
    let [_, last] = urgent[..] else { panic!("{all:?}") };
    assert!(
        last.2.starts_with("three.zip: There is no such file on the server (410)."),
        "{last:?}"
    );
    // Those before it go, and what is left keeps its node: a moved text would be read anew.
    stage.pass(5);
    assert_eq!(announced(&stage), std::slice::from_ref(last));
}
