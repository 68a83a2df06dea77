//! Settings in the service: kept as a file, in force at once, taken over once, told of where they
//! cannot be used.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::command::{Command, Refusal, Reply};
use super::event::{Event, SettingsTrouble};
use super::instance::{self, Purpose, Running};
use super::paths::Paths;
use super::tests::{new_job, world};
use crate::model::category::Category;
use crate::model::host::HostFacts;
use crate::model::id::JobId;
use crate::model::job::NewJob;
use crate::model::rules::{Rule, When};
use crate::model::settings::{Settings, Theme};
use crate::model::url::SourceUrl;
use crate::store;

fn started(folder: &Path) -> Running {
    let silent: super::Wake = Arc::new(|| {});
    let paths = Paths::all_in(folder.to_owned());
    instance::own(&paths, Purpose::Command, &silent).unwrap().unwrap().run().unwrap()
}

fn set_in(running: &Running) -> Settings {
    Settings::clone(&running.handle.snapshot().settings)
}

#[test]
fn old_settings_are_taken_over_once() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("onward.db");
    let opened = store::open(&database, Timestamp::now()).unwrap().store;
    opened.put_old_settings(&[("live_jobs", "7"), ("limit_bps", "0"), ("theme", "\"dark\"")]);
    opened.close().unwrap();
    let old = Settings { live_jobs: 7, theme: Theme::Dark, ..Settings::default() };
    let running = started(folder.path());
    assert_eq!(set_in(&running), old);
    running.close();
    let file = folder.path().join("settings.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("live_jobs = 7") && text.contains("theme = \"dark\""), "{text}");
    // Who takes the file away begins anew, and not with what once was.
    std::fs::remove_file(&file).unwrap();
    let running = started(folder.path());
    assert_eq!(set_in(&running), Settings::default());
    running.close();
    assert!(!file.exists(), "nothing was set");
}

#[test]
fn what_cannot_be_used_is_told_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("settings.toml");
    std::fs::write(&file, "live_jobs = 0\ntheme = \"dark\"\nretries = \"x\"\n").unwrap();
    let running = started(folder.path());
    assert_eq!(set_in(&running), Settings { theme: Theme::Dark, ..Settings::default() });
    let wrong = SettingsTrouble::Wrong(vec!["live_jobs".into(), "retries".into()]);
    assert_eq!(running.handle.drain_events(), [Event::SettingsTrouble(wrong)]);
    running.close();
    std::fs::write(&file, "theme = [").unwrap();
    let running = started(folder.path());
    let told = running.handle.drain_events();
    let [Event::SettingsTrouble(SettingsTrouble::SetAside(aside))] = &told[..] else {
        panic!("{told:?}")
    };
    assert_eq!(std::fs::read_to_string(aside).unwrap(), "theme = [");
    assert_eq!(set_in(&running), Settings::default());
    running.close();
    std::fs::create_dir(&file).unwrap();
    let running = started(folder.path());
    let told = running.handle.drain_events();
    assert!(
        matches!(&told[..], [Event::SettingsTrouble(SettingsTrouble::Unreadable(_))]),
        "{told:?}"
    );
    let dark = Settings { theme: Theme::Dark, ..Settings::default() };
    let reply = running.handle.call(Command::ChangeSettings(dark)).unwrap();
    assert!(matches!(reply, Reply::Refused(Refusal::Settings(_))), "{reply:?}");
    assert_eq!(set_in(&running), Settings::default());
    running.close();
}

#[tokio::test]
async fn a_change_by_hand_is_kept_and_comes_into_force_with_the_next() {
    let mut world = world(Vec::new()).await;
    let dark = Settings { theme: Theme::Dark, ..Settings::default() };
    assert_eq!(world.ask(Command::ChangeSettings(dark.clone())).await, Reply::Ok);
    let file = world.folder.path().join("settings.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{text}connections = 3\nretries = -1\nmine = 1\n")).unwrap();
    for live_jobs in [9, 10] {
        let next = Settings { live_jobs, ..Settings::clone(&world.service.settings) };
        assert_eq!(world.ask(Command::ChangeSettings(next)).await, Reply::Ok);
        let expected = Settings { connections: 3, live_jobs, ..dark.clone() };
        assert_eq!(*world.service.settings, expected);
    }
    let told = world.handle.drain_events();
    let wrong = SettingsTrouble::Wrong(vec!["retries".into()]);
    assert_eq!(told, [Event::SettingsTrouble(wrong)], "told once");
    assert!(std::fs::read_to_string(&file).unwrap().contains("mine = 1"));
}

#[tokio::test]
async fn a_job_without_a_folder_goes_where_the_rules_say() {
    let files = tempfile::tempdir().unwrap();
    let mut world = world(Vec::new()).await;
    let moving = Rule { when: When::Category(Category::Video), dir: files.path().join("films") };
    let org = Rule { when: When::Host("*.example.org".into()), dir: files.path().join("org") };
    let dir = Some(files.path().join("all"));
    let settings = Settings { rules: vec![org, moving], dir, ..Settings::default() };
    assert_eq!(world.ask(Command::ChangeSettings(settings)).await, Reply::Ok);
    let job = |url: &str, name: Option<&str>, dir: &str| NewJob {
        url: SourceUrl::parse(url).unwrap(),
        name: name.map(str::to_owned),
        ..new_job(Path::new(dir))
    };
    let jobs = vec![
        job("http://a.example.org/x.mkv", None, ""),
        job("http://h/x.mkv?y=1", None, ""),
        job("http://h/get", Some("y.mp4"), ""),
        job("http://h/y.txt", None, ""),
        job("http://h/x.mkv", None, "/by/hand"),
    ];
    assert!(matches!(world.ask(Command::Add(jobs)).await, Reply::Added(_)));
    let went: Vec<_> = world.service.records.values().map(|r| r.job.dir.clone()).collect();
    let to = |name: &str| files.path().join(name);
    assert_eq!(went, [to("org"), to("films"), to("films"), to("all"), "/by/hand".into()]);
}

#[tokio::test]
async fn servers_follow_the_settings_and_what_is_said_of_them() {
    let files = tempfile::tempdir().unwrap();
    let mut world = world(vec![new_job(files.path())]).await;
    let host = "127.0.0.1:1";
    let url = SourceUrl::parse(&format!("http://{host}/a")).unwrap();
    let most = world.service.hosts.join(url, JobId(1)).most;
    let most = || most.load(std::sync::atomic::Ordering::Relaxed);
    let settings =
        |per_server| Command::ChangeSettings(Settings { per_server, ..Settings::default() });
    assert_eq!(world.ask(settings(5)).await, Reply::Ok);
    assert_eq!(most(), 5);
    world.service.learn_limit(host, 3);
    assert_eq!(most(), 3);
    assert_eq!(world.ask(Command::CapHost(host.into(), Some(9))).await, Reply::Ok);
    assert_eq!(most(), 9);
    world.service.learn(HostFacts { name: host.into(), ..HostFacts::default() });
    assert_eq!(most(), 9, "a run knows nothing of it");
    assert_eq!(world.ask(Command::CapHost(host.into(), None)).await, Reply::Ok);
    assert_eq!(most(), 3, "nor of a limit that others met");
    world.service.learn_limit(host, 0);
    assert_eq!(most(), 1);
    world.service.learn_limit(host, 3);
    world.service.hosts.pass(Duration::from_mins(5));
    world.service.believe_less();
    assert_eq!(most(), 4, "one more is tried");
    world.service.learn_limit(host, 3);
    assert_eq!(most(), 3);
    world.service.hosts.pass(Duration::from_hours(24 * 8));
    world.service.learn(HostFacts { name: host.into(), ..HostFacts::default() });
    assert_eq!(most(), 5, "what is forgotten stays so");
    world.service.learn_limit(host, 3);
    assert_eq!(world.ask(Command::CapHost(host.into(), Some(9))).await, Reply::Ok);
    let Reply::Hosts(hosts) = world.ask(Command::Hosts).await else { panic!() };
    assert_eq!((hosts[0].cap, hosts[0].max_connections), (Some(9), Some(3)));
    assert_eq!(world.service.store.hosts().await.unwrap(), hosts);
    assert_eq!(world.ask(Command::ForgetHosts).await, Reply::Ok);
    assert_eq!(most(), 5);
    assert!(world.service.store.hosts().await.unwrap().is_empty());
    let told = world.ask(Command::CapHost(host.into(), None)).await;
    assert_eq!(told, Reply::Refused(Refusal::NoHost(host.into())));
}
