//! The details' five tabs: what each says of the job that is looked at, by its labels, and that nobody
//! looks where the details are hidden.

use std::sync::Arc;
use std::time::Duration;

use eframe::egui::{Key, Modifiers, Role, ViewportId};
use egui_kittest::kittest::{NodeT, Queryable};
use onward::app::command::{Command, JobDetails};
use onward::app::focus::{ConnectionView, Focus};
use onward::app::snapshot::JobView;
use onward::engine::report::OpenConnection;
use onward::model::history::SpeedHistory;
use onward::model::id::JobId;
use onward::model::log::{LogLine, Told};
use onward::model::phase::State;
use onward::model::range::ByteRange;

use super::ui_stage::{Stage, job, snapshot};

fn focus(view: &JobView) -> Focus {
    let mut history = SpeedHistory::default();
    (0..100).for_each(|_| history.second(5_000_000));
    let open = |number, received| OpenConnection {
        number,
        host: "files.example:443".into(),
        left: Some(ByteRange::new(500_000_000, 1_000_000_000)),
        races: false,
        received,
    };
    Focus {
        job: JobDetails {
            view: view.clone(),
            spans: view.spans.to_vec(),
            sources: vec![view.url.clone(), "https://mirror.example/one.iso".into()],
            etag: Some("\"abc\"".into()),
            last_modified: None,
            part: Some(view.dir.join("one.iso.part")),
            by_overlap: false,
            log: Vec::new(),
        },
        durable: view.spans.iter().copied().collect(),
        connections: vec![
            ConnectionView { open: open(1, 500_000_000), speed_bps: 5_000_000 },
            ConnectionView { open: open(2, 0), speed_bps: 0 },
        ],
        history: Arc::new(history),
        log: Arc::new(vec![LogLine {
            at: view.created_at,
            told: Told::Plain("#1 GET bytes=0-".into()),
        }]),
    }
}

/// The window with the details of one running job open, and told closely of it.
fn opened() -> Stage {
    let view = job(1, "one.iso", State::Downloading);
    let mut stage = Stage::new(vec![view.clone(), job(2, "two.zip", State::Paused)]);
    stage.choose("one.iso");
    stage.press(Modifiers::COMMAND, Key::I);
    assert_eq!(stage.commands(), [Command::Watch(Some(JobId(1)))]);
    let mut next = snapshot(vec![view.clone(), job(2, "two.zip", State::Paused)]);
    next.revision = 2;
    next.focus = Some(Arc::new(focus(&view)));
    stage.show(next);
    stage
}

fn go_to(stage: &mut Stage, tab: &str) {
    stage.harness.get_by_role_and_label(Role::Tab, tab).click();
    stage.harness.run();
    let output = &stage.harness.output().viewport_output[&ViewportId::ROOT];
    assert_eq!(output.repaint_delay, Duration::MAX, "{tab} does not rest");
}

#[test]
fn the_overview_says_what_it_is_known_by_and_where_it_stands() {
    let stage = opened();
    for said in ["\"abc\"", "/srv/files/one.iso.part", "https://mirror.example/one.iso"] {
        assert!(stage.shows(said), "{said}");
    }
}

#[test]
fn every_tab_says_its_part() {
    let mut stage = opened();
    go_to(&mut stage, "Speed");
    assert!(stage.shows("5.00 MB/s at most, 5.00 MB/s on average, over 1 m 40 s"));
    go_to(&mut stage, "Connections");
    assert!(stage.shows("Connection #1 to files.example:443, Receiving, 500 MB, 5.00 MB/s"));
    assert!(stage.shows("Connection #2 to files.example:443, Asking, 0 B, —"));
    go_to(&mut stage, "Map");
    assert!(stage.shows("Safe on disk") && stage.shows("Missing"));
    go_to(&mut stage, "Log");
    assert!(stage.shows("#1 GET bytes=0-"));
    assert!(stage.shows("Nothing here holds it back"), "the plain answer stands on top");
    go_to(&mut stage, "Overview");
    assert!(stage.shows("/srv/files/one.iso"));
}

#[test]
fn the_tab_stays_while_another_job_is_chosen_and_is_looked_at() {
    let mut stage = opened();
    go_to(&mut stage, "Log");
    stage.choose("two.zip");
    assert_eq!(stage.commands(), [Command::Watch(Some(JobId(2)))]);
    assert!(!stage.shows("#1 GET"), "another job's log");
    let chosen = stage.harness.query_all_by_role(Role::Tab).filter(|tab| {
        tab.accesskit_node().toggled() == Some(eframe::egui::accesskit::Toggled::True)
    });
    let names: Vec<_> = chosen.filter_map(|tab| tab.accesskit_node().label()).collect();
    assert!(names.contains(&"Log".to_owned()), "{names:?}");
    stage.press(Modifiers::COMMAND, Key::A);
    assert_eq!(stage.commands(), [Command::Watch(None)], "of several none is looked at");
    stage.press(Modifiers::COMMAND, Key::I);
    stage.choose("one.iso");
    assert_eq!(stage.commands(), [], "the details are hidden");
}

#[test]
fn a_report_is_copied_without_secrets() {
    let mut stage = opened();
    stage.harness.get_by_role_and_label(Role::Button, "Copy report").click();
    stage.harness.step();
    let copied = stage.harness.output().platform_output.commands.iter().find_map(|command| {
        if let eframe::egui::OutputCommand::CopyText(text) = command {
            Some(text.clone())
        } else {
            None
        }
    });
    let copied = copied.expect("something was copied");
    for said in
        ["Onward 0.1.0", "one.iso", "state: downloading", "#1 GET bytes=0-", "etag: \"abc\""]
    {
        assert!(copied.contains(said), "{said} is missing in {copied}");
    }
}
