//! Hours, queues and moments in the window: what is typed and clicked there, and what is said of them.

use std::sync::Arc;

use eframe::egui::{Key, Modifiers, Role};
use egui_kittest::kittest::Queryable;
use jiff::{SignedDuration, Timestamp};
use onward::app::command::{Command, Which};
use onward::app::hours::Regime;
use onward::app::snapshot::{JobView, Snapshot};
use onward::model::id::JobId;
use onward::model::phase::{Intent, State};
use onward::model::queue::{Queue, QueueId, Start, When};
use onward::model::schedule::{Days, Pace, Schedule};
use onward::model::settings::Settings;
use onward::model::why::Why;

use crate::ui_limits::type_into;
use crate::ui_settings::{changed, choose_in, english, open_page};
use crate::ui_stage::{Stage, job, snapshot};

fn these(ids: &[i64]) -> Which {
    Which::Jobs(ids.iter().copied().map(JobId).collect())
}

fn nights() -> Queue {
    Queue { id: QueueId(1), name: "Nights".into(), schedule: Schedule::default() }
}

/// A window over these jobs, with a queue beside the main one.
fn with_queue(jobs: Vec<JobView>) -> Stage {
    let settings = Arc::new(Settings { queues: vec![nights()], ..english() });
    Stage::with(Snapshot { settings, ..snapshot(jobs) }, &[])
}

#[test]
fn the_hours_of_all_downloads_are_made_in_the_settings() {
    let mut stage = Stage::new(vec![]);
    open_page(&mut stage, "Hours and queues");
    assert!(stage.shows("At any time, at full speed."));
    choose_in(&mut stage, "At any time", "At most");
    assert_eq!(changed(&mut stage).schedule.otherwise, Pace::Limit(500_000));
    assert!(stage.shows("At any time, at most 500 kB/s."));
    stage.click("Add hours");
    let night = changed(&mut stage).schedule;
    assert_eq!((night.windows.len(), night.windows[0].days), (1, Days::ALL));
    assert!(
        stage.shows("Every day from 01:00 to 07:00 at full speed; otherwise at most 500 kB/s.")
    );
    for day in ["Saturday", "Sunday"] {
        stage.harness.get_by_role_and_label(Role::CheckBox, day).click();
        stage.harness.run();
    }
    stage.commands();
    type_into(&mut stage, "From", "noon");
    assert!(stage.shows("A time of day, as in 01:30"));
    stage.press(Modifiers::NONE, Key::Enter);
    assert_eq!(stage.commands(), [], "what is no time changes nothing");
    type_into(&mut stage, "From", "2230");
    stage.press(Modifiers::NONE, Key::Enter);
    let late = changed(&mut stage).schedule;
    assert_eq!(
        (late.windows[0].days, late.windows[0].from.to_string()),
        (Days::WORKING, "22:30".into())
    );
    assert!(stage.shows("Ends on the next day"));
    assert!(stage.shows("Monday to Friday from 22:30 to 07:00"));
    stage.click("Remove these hours");
    assert!(changed(&mut stage).schedule.windows.is_empty());
    stage.click("Reset “All downloads” to its default");
    assert_eq!(changed(&mut stage), english());
    assert!(stage.shows("At any time, at full speed."));
}

#[test]
fn queues_are_made_named_and_taken_away() {
    let mut stage = Stage::new(vec![]);
    open_page(&mut stage, "Hours and queues");
    stage.click("Add a queue");
    let first = changed(&mut stage).queues;
    assert_eq!((first[0].id, first[0].name.as_str()), (QueueId(1), "Nights"));
    assert_eq!(first[0].schedule.otherwise, Pace::Stop);
    type_into(&mut stage, "Name of the queue", "Weekend");
    stage.press(Modifiers::NONE, Key::Enter);
    assert_eq!(changed(&mut stage).queues[0].name, "Weekend");
    type_into(&mut stage, "Name of the queue", "  ");
    stage.press(Modifiers::NONE, Key::Enter);
    assert_eq!(stage.commands(), [], "a queue has a name");
    stage.click("Remove this queue; its downloads go to the main one");
    assert_eq!(changed(&mut stage), english());
    stage.click("Add a queue");
    assert_eq!(changed(&mut stage).queues[0].id, QueueId(2), "a number is not used again");
}

#[test]
fn a_download_is_put_into_a_queue_and_to_a_moment() {
    let mut stage = with_queue(vec![job(1, "one.iso", State::Downloading)]);
    stage.click_in_menu("one.iso, Downloading", "Queue and start time…");
    assert!(stage.shows("When one.iso starts"));
    choose_in(&mut stage, "Queue", "Nights");
    choose_in(&mut stage, "Start", "At a time");
    assert!(stage.shows("In "));
    type_into(&mut stage, "Time of day", "nought");
    assert!(stage.shows("A time of day, as in 01:30"));
    stage.press(Modifiers::NONE, Key::Enter);
    assert_eq!(stage.commands(), []);
    type_into(&mut stage, "Time of day", "23:59");
    choose_in(&mut stage, "Day", "Tomorrow");
    stage.harness.get_by_label("Time of day").focus();
    stage.harness.run();
    stage.press(Modifiers::NONE, Key::Enter);
    let commands = stage.commands();
    let [Command::SetWhen(which, When { queue: Some(QueueId(1)), start: Some(Start::At(at)) })] =
        &commands[..]
    else {
        panic!("{commands:?}")
    };
    assert_eq!(which, &these(&[1]));
    let ahead = at.duration_since(Timestamp::now());
    let day = SignedDuration::from_hours(24);
    assert!(ahead > SignedDuration::ZERO && ahead < day * 2, "{ahead}");
    assert!(!stage.shows("When one.iso starts"));
}

#[test]
fn what_waits_for_its_hour_says_so_and_starts_at_a_click() {
    let at = Timestamp::now() + SignedDuration::from_hours(2);
    let later = JobView { why: Why::Hours { at: Some(at) }, ..job(1, "one.iso", State::Queued) };
    let metered = JobView { why: Why::Metered, ..job(2, "two.iso", State::Queued) };
    let mut stage = Stage::new(vec![later, metered, job(3, "three.iso", State::Queued)]);
    let rows = stage.rows();
    assert!(rows[0].contains("Starts at "), "{rows:?}");
    assert!(rows[1].contains("Waits for a network that is not metered"), "{rows:?}");
    stage.click("Start now two.iso");
    assert_eq!(stage.commands(), [Command::Resume(these(&[2]))]);
    assert!(!stage.shows("Start now three.iso"), "it waits for its turn");
    // Of all that are chosen only those that wait for more than their turn.
    stage.press(Modifiers::COMMAND, Key::A);
    stage.click_in_menu("one.iso, Queued", "Start now");
    assert_eq!(stage.commands(), [Command::Resume(these(&[1, 2]))]);
}

#[test]
fn one_line_says_why_everything_stands() {
    let jobs = || vec![job(1, "one.iso", State::Queued)];
    let with = |regime: Regime, revision| Snapshot {
        regime: Arc::new(regime),
        revision,
        layout: revision,
        ..snapshot(jobs())
    };
    let mut stage = Stage::new(jobs());
    assert!(!stage.shows("metered"));
    stage.show(with(Regime { metered: true, ..Regime::default() }, 2));
    assert!(stage.shows("This network is metered: downloads wait for another one."));
    stage.click("Download anyway");
    assert_eq!(stage.commands(), [Command::GoOnMetered]);
    let until = Some(Timestamp::now() + SignedDuration::from_hours(1));
    stage.show(with(Regime { pace: Pace::Stop, until, ..Regime::default() }, 3));
    assert!(stage.shows("These are not the hours for downloads: they go on at "));
    stage.click("Hours…");
    assert!(stage.shows("Follow these hours"));
    stage.press(Modifiers::NONE, Key::Escape);
    // A limit by the hour stands where limits stand, with its end.
    stage.show(with(Regime { pace: Pace::Limit(500_000), until, ..Regime::default() }, 4));
    assert!(!stage.shows("These are not the hours") && stage.shows("limit 500 kB/s until "));
}

#[test]
fn new_downloads_may_start_later_and_in_a_queue() {
    let mut stage = with_queue(vec![]);
    stage.paste("https://files.example/a.iso");
    choose_in(&mut stage, "Start", "At a time");
    choose_in(&mut stage, "Queue", "Nights");
    choose_in(&mut stage, "Day", "Today");
    type_into(&mut stage, "Time of day", "00:00");
    assert!(stage.shows("This time has passed"));
    stage.press(Modifiers::NONE, Key::Enter);
    assert_eq!(stage.commands(), [], "what has passed cannot be waited for");
    choose_in(&mut stage, "Day", "Tomorrow");
    stage.click("Add 1 download");
    let commands = stage.commands();
    let [Command::Add(jobs)] = &commands[..] else { panic!("{commands:?}") };
    assert_eq!((jobs[0].queue, jobs[0].intent), (QueueId(1), Intent::Run));
    assert!(jobs[0].not_before.is_some_and(|at| at > Timestamp::now()));
}
