//! A fresh link in the window: where it is asked for, what is said of it, and what is offered where
//! two jobs look like one file.

use eframe::egui::{Key, Modifiers, Role};
use egui_kittest::kittest::{NodeT, Queryable};
use onward::app::command::{Command, IfLive, LinkFrom, NewLink};
use onward::app::event::Event;
use onward::app::snapshot::JobView;
use onward::model::failure::{Failure, FailureKind};
use onward::model::fit::{Fit, Misfit};
use onward::model::id::JobId;
use onward::model::options::JobOptions;
use onward::model::phase::State;
use onward::model::url::SourceUrl;

use crate::ui_stage::{Stage, job};

const FRESH: &str = "https://cdn.example/one.iso?sig=abc";

fn needs_link() -> JobView {
    let error = Some(Failure::status(FailureKind::LinkExpired, 403));
    let link_until = Some("2026-11-22T12:00:00Z".parse().unwrap());
    JobView { error, link_until, ..job(1, "one.iso", State::NeedsLink) }
}

fn asked(job: i64, url: &str) -> Command {
    let from = LinkFrom::Given(SourceUrl::parse(url).unwrap());
    Command::Refresh(NewLink { job: JobId(job), from, if_live: IfLive::Stop })
}

#[test]
fn a_job_that_needs_a_link_gets_one_by_its_button_a_paste_and_enter() {
    let mut stage = Stage::new(vec![needs_link(), job(2, "two.zip", State::Paused)]);
    assert!(stage.rows()[0].contains("give it a fresh link"), "{:?}", stage.rows());
    assert!(stage.rows()[0].contains("The link was to be valid until 2"));
    stage.click("Paste new link… one.iso");
    assert!(stage.shows("New link for one.iso"));
    assert!(stage.shows("Until now from files.example · 500 MB of 1.00 GB"));
    stage.press(Modifiers::NONE, Key::Enter);
    assert!(stage.commands().is_empty(), "nothing was pasted yet");
    stage.harness.get_by_label("The fresh link").focus();
    stage.harness.run();
    stage.paste(FRESH);
    stage.press(Modifiers::NONE, Key::Enter);
    assert_eq!(stage.commands(), [asked(1, FRESH)]);
    assert!(stage.shows("It is compared with what is here"));
    stage.happen(Event::LinkRefused(JobId(1), Misfit::OtherBytes { at: 77 }));
    assert!(stage.shows("it differs at byte 77"));
    assert!(stage.shows("New link for one.iso"), "another can be given at once");
    stage.click("Use this link");
    assert_eq!(stage.commands(), [asked(1, FRESH)]);
    stage.happen(Event::LinkTaken(JobId(1), Fit::ByBytes { samples: 8 }));
    assert!(!stage.shows("New link for one.iso"));
    assert!(stage.shows("one.iso: The new link fits: 8 places were compared"));
}

#[test]
fn what_is_no_link_is_said_and_not_sent() {
    let mut stage = Stage::new(vec![needs_link()]);
    stage.choose("one.iso");
    stage.press(Modifiers::COMMAND, Key::L);
    stage.paste("nonsense");
    assert!(stage.shows("This is not a link."));
    stage.press(Modifiers::NONE, Key::Enter);
    stage.click("Cancel");
    assert!(stage.commands().is_empty() && !stage.shows("New link for"));
}

#[test]
fn a_refusal_for_another_reason_ends_the_look() {
    let mut stage = Stage::new(vec![needs_link()]);
    stage.click("Paste new link… one.iso");
    stage.paste(FRESH);
    stage.press(Modifiers::NONE, Key::Enter);
    stage.happen(Event::Refused("the list of jobs could not be saved".into()));
    assert!(!stage.shows("It is compared with what is here"));
    stage.click("Use this link");
    assert_eq!(stage.commands().len(), 2);
    stage.click("Cancel");
    // The look goes on; what comes of it is a notice.
    stage.happen(Event::LinkRefused(JobId(1), Misfit::Page));
    assert!(stage.shows("one.iso: The new link leads to a web page, not to the file."));
}

#[test]
fn any_unfinished_job_has_it_in_its_menu_and_its_details() {
    for state in State::ALL {
        let can = !matches!(state, State::Completed | State::Verifying);
        let mut stage = Stage::new(vec![job(1, "one.iso", state)]);
        stage.choose("one.iso");
        stage.press(Modifiers::COMMAND, Key::I);
        let button = stage.harness.query_by_role_and_label(Role::Button, "Paste new link…");
        assert_eq!(button.is_some(), can, "{state:?}");
        if can {
            stage.click("Paste new link…");
            assert!(stage.shows("New link for one.iso"), "{state:?}");
            stage.click("Cancel");
        }
        stage.harness.get_by_label_contains("one.iso, ").click_secondary();
        stage.harness.run();
        let line = stage.harness.query_by_role_and_label(Role::MenuItem, "Paste new link…");
        assert_eq!(line.is_some(), can, "{state:?}");
    }
    let mut two = Stage::new(vec![needs_link(), job(2, "two.zip", State::Paused)]);
    two.press(Modifiers::COMMAND, Key::A);
    two.press(Modifiers::COMMAND, Key::L);
    assert!(!two.shows("New link for"), "one link is for one job");
}

#[test]
fn details_say_until_when_the_link_is_valid() {
    let mut stage = Stage::new(vec![needs_link()]);
    stage.choose("one.iso");
    stage.press(Modifiers::COMMAND, Key::I);
    assert!(stage.shows("Link valid until"));
    let values: Vec<String> = stage
        .harness
        .query_all_by_label_contains("Nov 2026 ")
        .filter_map(|node| node.accesskit_node().value())
        .collect();
    assert!(!values.is_empty());
}

#[test]
fn a_newer_job_of_the_same_file_offers_the_older_one() {
    let mut stage = Stage::new(vec![needs_link(), job(2, "one (1).iso", State::Downloading)]);
    stage.happen(Event::SameFile { new: JobId(2), old: JobId(1) });
    assert!(
        stage.shows("one (1).iso looks like one.iso, of which 50 % is here under another link")
    );
    stage.pass(10);
    assert!(stage.commands().is_empty(), "never by itself");
    stage.click("Continue the older one with this link");
    let link = NewLink { job: JobId(1), from: LinkFrom::Job(JobId(2)), if_live: IfLive::Stop };
    assert_eq!(stage.commands(), [Command::Refresh(link)]);
    stage.happen(Event::LinkTaken(JobId(1), Fit::ByValidator));
    assert!(stage.shows("one.iso: The new link fits: the size and the server's mark"));
}

/// What is sent along with a link that was looked at.
fn sent_along(stage: &mut Stage) -> (String, JobOptions) {
    let commands = stage.commands();
    let [Command::Refresh(NewLink { from: LinkFrom::With(url, options), .. })] = &commands[..]
    else {
        panic!("{commands:?}")
    };
    (url.as_str().to_owned(), (**options).clone())
}

#[test]
fn a_curl_line_brings_the_link_and_what_goes_with_it() {
    let mut stage = Stage::new(vec![needs_link()]);
    stage.click("Paste new link… one.iso");
    stage.paste("curl 'https://cdn.example/one.iso' \\\n  -H 'X-Token: t1' \\\n  -b 'sid=2'");
    assert!(stage.shows("The curl command was read."));
    stage.click("Use this link");
    let (url, options) = sent_along(&mut stage);
    assert_eq!(url, "https://cdn.example/one.iso");
    assert_eq!(options.cookie.as_deref(), Some("sid=2"));
    assert_eq!((options.headers[0].name.as_str(), options.headers.len()), ("X-Token", 1));
    stage.happen(Event::LinkTaken(JobId(1), Fit::ByValidator));
    stage.click("Paste new link… one.iso");
    stage.paste("curl https://a.example/1 https://a.example/2");
    assert!(stage.shows("Several commands stand here."));
    stage.press(Modifiers::NONE, Key::Enter);
    assert_eq!(stage.commands(), []);
}

#[test]
fn what_a_curl_line_told_for_its_server_goes_to_no_other() {
    let mut stage = Stage::new(vec![needs_link()]);
    stage.click("Paste new link… one.iso");
    stage.paste("curl https://a.example/one.iso -b sid=2 -u ann:geheim");
    stage.press(Modifiers::COMMAND, Key::A);
    stage.paste("https://b.example/one.iso");
    stage.click("Use this link");
    let commands = stage.commands();
    let [Command::Refresh(NewLink { from: LinkFrom::Given(url), .. })] = &commands[..] else {
        panic!("{commands:?}")
    };
    assert_eq!(url.as_str(), "https://b.example/one.iso");
}

#[test]
fn a_login_is_renewed_by_a_cookie_typed_under_more() {
    let mut stage = Stage::new(vec![needs_link()]);
    stage.click("Paste new link… one.iso");
    stage.paste(FRESH);
    stage.harness.get_by_label_contains("More options").click();
    stage.harness.run();
    stage.pass(1);
    stage.harness.get_by_label("Cookies").focus();
    stage.harness.run();
    stage.paste("sid=new");
    stage.click("Use this link");
    let (url, options) = sent_along(&mut stage);
    assert_eq!((url.as_str(), options.cookie.as_deref()), (FRESH, Some("sid=new")));
}

#[test]
fn the_page_it_came_from_is_offered_where_it_is_known() {
    let known = JobView { has_page: true, ..needs_link() };
    let mut stage = Stage::new(vec![known, job(2, "two.zip", State::NeedsLink)]);
    stage.choose("one.iso");
    stage.press(Modifiers::COMMAND, Key::I);
    stage.commands();
    stage.click("Open the page it came from");
    assert_eq!(stage.commands(), [Command::OpenPage(JobId(1))]);
    let offered = |stage: &mut Stage, row: &str| {
        stage.harness.get_by_label_contains(row).click_secondary();
        stage.harness.run();
        let line = "Open the page it came from";
        let found = stage.harness.query_by_role_and_label(Role::MenuItem, line).is_some();
        stage.press(Modifiers::NONE, Key::Escape);
        found
    };
    assert!(offered(&mut stage, "one.iso, "));
    assert!(!offered(&mut stage, "two.zip, "));
    stage.choose("two.zip");
    let button = "Open the page it came from";
    assert!(stage.harness.query_by_role_and_label(Role::Button, button).is_none());
}
