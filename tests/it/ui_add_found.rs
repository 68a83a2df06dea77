//! The add dialog and what it is told: looks at links, folders and their space, links the list has.

use std::path::PathBuf;

use eframe::egui::{Key, Modifiers, Role};
use egui_kittest::kittest::Queryable;
use onward::app::adding::{FolderAsk, FolderSeen, ProbeAsk};
use onward::app::command::{Command, IfLive, LinkFrom, NewLink};
use onward::app::event::Event;
use onward::model::failure::{Failure, FailureKind};
use onward::model::id::JobId;
use onward::model::phase::State;
use onward::model::probe::Probed;
use onward::model::url::SourceUrl;

use crate::ui_stage::{Stage, job};

const LINK: &str = "https://files.example/get?id=7";

fn url(link: &str) -> SourceUrl {
    SourceUrl::parse(link).unwrap()
}

fn file(name: &str, total_bytes: Option<u64>) -> Probed {
    Probed {
        name: name.into(),
        total_bytes,
        has_ranges: true,
        host: "cdn.example".into(),
        content_type: Some("application/zip".into()),
        is_page: false,
    }
}

fn found(stage: &mut Stage, link: &str, found: Probed) {
    stage.happen(Event::Probed(url(link), Ok(found)));
}

fn seen(dir: &str, free_bytes: u64, taken: &[(&str, &str)]) -> Event {
    Event::FolderSeen(FolderSeen {
        dir: dir.into(),
        free_bytes: Some(free_bytes),
        taken: taken.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect(),
        recent: vec!["/mnt/big".into(), "/srv/files".into()],
    })
}

/// The links of the last look that was asked for.
fn looked_at(stage: &mut Stage) -> Vec<String> {
    assert!(stage.commands().is_empty());
    let asks = stage.asked.iter().rev();
    let last = asks.into_iter().find_map(|command| {
        if let Command::Probe(ProbeAsk { links, .. }) = command { Some(links) } else { None }
    });
    last.map(|links| links.iter().map(|l| l.as_str().to_owned()).collect()).unwrap_or_default()
}

/// What folders were looked into for, last.
fn looked_into(stage: &mut Stage) -> Option<FolderAsk> {
    assert!(stage.commands().is_empty());
    stage.asked.iter().rev().find_map(|command| {
        if let Command::LookIntoFolder(ask) = command { Some(ask.clone()) } else { None }
    })
}

#[test]
fn a_link_is_looked_at_and_what_was_found_is_shown_beside_it() {
    let mut stage = Stage::new(vec![]);
    stage.paste(LINK);
    assert_eq!(looked_at(&mut stage), [LINK]);
    assert!(stage.shows("get, files.example, looking…"));
    found(&mut stage, LINK, file("debian.iso", Some(3_990_000_000)));
    assert!(stage.shows("debian.iso, cdn.example, 3.99 GB · can be resumed"));
    let name = stage.harness.get_by_role_and_label(Role::TextInput, "Name");
    assert_eq!(name.value().as_deref(), Some("debian.iso"));
    // Not a name that was asked for: the server may give a better one.
    stage.press(Modifiers::NONE, Key::Enter);
    let commands = stage.commands();
    let Some(Command::Add(jobs)) = commands.last() else { panic!("{commands:?}") };
    assert_eq!(jobs[0].name, None);
    assert_eq!(looked_at(&mut stage), Vec::<String>::new(), "nobody waits any more");
}

#[test]
fn what_is_found_out_is_said_in_words() {
    let mut stage = Stage::new(vec![]);
    let link = |n: u8| format!("https://files.example/{n}");
    let all: Vec<String> = (1..=5).map(link).collect();
    stage.paste(&all.join("\n"));
    found(&mut stage, &all[0], Probed { is_page: true, ..file("about.html", None) });
    found(&mut stage, &all[1], file("stream.bin", None));
    found(&mut stage, &all[2], Probed { has_ranges: false, ..file("once.bin", Some(5)) });
    let gone = Failure::status(FailureKind::NotFound, 404);
    stage.happen(Event::Probed(url(&all[3]), Err(gone)));
    for text in [
        "about.html, cdn.example, a web page, not a file",
        "stream.bin, cdn.example, size unknown · can be resumed",
        "once.bin, cdn.example, 5 B · cannot be resumed",
        "4, files.example, There is no such file on the server (404).",
        "5, files.example, looking…",
    ] {
        assert!(stage.shows(text), "{text}");
    }
    // It may be there later: what was not found can be added.
    assert!(stage.harness.query_by_label("Add 5 downloads").is_some());
}

#[test]
fn only_what_stands_there_is_looked_at_and_not_at_every_key() {
    let mut stage = Stage::new(vec![]);
    stage.press(Modifiers::COMMAND, Key::N);
    for end in ["a", "b", "c"] {
        let field = stage.harness.get_by_role(Role::MultilineTextInput);
        field.type_text(if end == "a" { "https://files.example/a" } else { end });
        stage.harness.step();
    }
    stage.pass(1);
    assert_eq!(looked_at(&mut stage), ["https://files.example/abc"]);
    let looks = stage.asked.iter().filter(|c| matches!(c, Command::Probe(_))).count();
    assert_eq!(looks, 1);
    stage.press(Modifiers::NONE, Key::Escape);
    assert_eq!(looked_at(&mut stage), Vec::<String>::new());
    assert!(!stage.shows("Add downloads"));
}

#[test]
fn the_folder_tells_its_space_and_what_is_taken() {
    let mut stage = Stage::new(vec![]);
    stage.paste(LINK);
    found(&mut stage, LINK, file("a.iso", Some(3_990_000_000)));
    stage.pass(1);
    let ask = looked_into(&mut stage).unwrap();
    assert_eq!((ask.dir, ask.names), (PathBuf::from("/srv/files"), vec!["a.iso".to_owned()]));
    stage.happen(seen("/srv/files", 412_000_000_000, &[("a.iso", "a (1).iso")]));
    assert!(stage.shows("412 GB free"));
    assert!(stage.shows("Will be saved as a (1).iso"));
    // What comes of another folder is not of this one.
    stage.happen(seen("/elsewhere", 1, &[]));
    assert!(stage.shows("412 GB free"));
    stage.happen(seen("/srv/files", 2_000_000_000, &[]));
    assert!(stage.shows("Needs 3.99 GB, 2.00 GB free"));
    assert!(!stage.shows("Will be saved as"));
}

#[test]
fn a_recent_folder_is_one_click_away() {
    let mut stage = Stage::new(vec![]);
    stage.paste(LINK);
    stage.happen(seen("/srv/files", 5, &[]));
    stage.click("Recent folders");
    stage.harness.get_by_role_and_label(Role::MenuItem, "/mnt/big").click();
    stage.harness.run();
    stage.pass(1);
    assert_eq!(looked_into(&mut stage).unwrap().dir, PathBuf::from("/mnt/big"));
    assert!(stage.shows("Add downloads"));
}

#[test]
fn a_link_the_list_has_is_shown_there() {
    let mut stage =
        Stage::new(vec![job(1, "old.iso", State::Completed), job(2, "other.iso", State::Paused)]);
    stage.choose("other.iso");
    stage.paste("https://files.example/old.iso");
    assert!(stage.shows("old.iso, in the list"));
    assert!(stage.shows("Nothing is new here."));
    assert!(stage.harness.query_by_label("Give old.iso this link").is_none(), "it is whole");
    stage.press(Modifiers::COMMAND, Key::Enter);
    assert!(stage.commands().is_empty());
    stage.click("Show old.iso in the list");
    assert_eq!(stage.chosen(), ["old.iso"]);
    assert!(!stage.shows("Add downloads"));
}

#[test]
fn a_link_with_a_query_is_known_by_the_services_word_and_given_to_its_job() {
    let mut stage = Stage::new(vec![job(7, "seven.zip", State::Failed)]);
    stage.paste(&format!("{LINK}\nhttps://files.example/new.bin"));
    stage.happen(Event::LinksKnown(vec![(url(LINK), JobId(7))]));
    assert!(stage.shows("seven.zip, in the list"));
    stage.click("Give seven.zip this link");
    let from = LinkFrom::Given(url(LINK));
    let link = NewLink { job: JobId(7), from, if_live: IfLive::Stop };
    assert_eq!(stage.commands(), [Command::Refresh(link)]);
    assert!(!stage.shows("seven.zip, in the list"), "it is used");
    assert_eq!(looked_at(&mut stage), ["https://files.example/new.bin"]);
    stage.click("Add 1 download");
}

#[test]
fn a_link_the_list_has_is_added_again_where_asked() {
    let mut stage = Stage::new(vec![
        job(1, "old.iso", State::Completed),
        job(2, "older.iso", State::Completed),
    ]);
    stage.paste("https://files.example/old.iso\nhttps://files.example/older.iso");
    assert!(stage.shows("2 are in the list already"));
    stage.click("Add old.iso again");
    assert!(stage.harness.query_by_label("Add 1 download").is_some());
    stage.harness.get_by_label("Add the 2 already in the list again").click();
    stage.harness.run();
    stage.click("Add 2 downloads");
    let commands = stage.commands();
    assert!(matches!(&commands[..], [Command::Add(jobs)] if jobs.len() == 2), "{commands:?}");
}

#[test]
fn two_links_of_one_name_show_what_the_second_will_be_called() {
    let mut stage = Stage::new(vec![]);
    let other = "https://other.example/x?id=2";
    stage.paste(&format!("{LINK}\n{other}"));
    found(&mut stage, LINK, file("a.iso", Some(1000)));
    found(&mut stage, other, file("a.iso", Some(2000)));
    stage.pass(1);
    let ask = looked_into(&mut stage).unwrap();
    assert_eq!(ask.names, ["a.iso", "a.iso"]);
    stage.happen(seen("/srv/files", 5_000, &[("a.iso", "a (1).iso")]));
    assert!(stage.shows("a.iso,") && stage.shows("a (1).iso"));
    stage.happen(seen("/srv/files", 5_000, &[("a.iso", "a (1).iso"), ("a.iso", "a (2).iso")]));
    assert!(stage.shows("a (1).iso") && stage.shows("a (2).iso"));
}

#[test]
fn to_show_a_job_keeps_the_other_links_for_the_next_opening() {
    let old = "https://files.example/old.iso";
    let mut stage = Stage::new(vec![job(1, "old.iso", State::Completed)]);
    stage.paste(&format!("{old}\n{LINK}"));
    stage.pass(1);
    stage.commands();
    stage.click("Show old.iso in the list");
    assert_eq!(stage.chosen(), ["old.iso"]);
    assert!(!stage.shows("Add downloads") && stage.shows("The other links are kept."));
    stage.pass(1);
    stage.commands();
    stage.asked.clear();
    stage.click("Add download");
    stage.pass(1);
    assert!(stage.shows("Add downloads"));
    assert_eq!(looked_at(&mut stage), [LINK]);
    stage.press(Modifiers::NONE, Key::Escape);
    stage.click("Add download");
    stage.pass(1);
    assert!(!stage.shows("old.iso, in the list"), "what was left is not kept");
}
