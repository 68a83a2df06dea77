//! The settings file: what is read, what is kept, and what is left by a power cut.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use proptest::prelude::*;

use super::super::tests::nouns;
use super::file::{SettingsError, SettingsFile};
use super::text::{self, changed, read};
use crate::model::category::Category;
use crate::model::proxy::Proxy;
use crate::model::rules::{Rule, When};
use crate::model::schedule::{Days, Pace};
use crate::model::settings::{Settings, Theme};

fn rule(when: When, dir: &str) -> Rule {
    Rule { when, dir: PathBuf::from(dir) }
}

fn videos() -> Rule {
    rule(When::Category(Category::Video), "/srv/films")
}

fn hosts() -> Rule {
    rule(When::Host("*.example.org".into()), "/srv/org")
}

/// A file of these settings by hand.
const BY_HAND: &str = "\
# mine
theme = \"dark\" # at night

# Onward of 2030
hologram = { depth = 3 }
connections = 12

[[rules]] # films
category = \"video\"
dir = \"/srv/films\"

[[rules]]
host = \"*.example.org\"
dir = \"/srv/org\"

[extra]
x = 1
";

#[test]
fn what_is_not_changed_stays_as_it_was_written() {
    let before = read(BY_HAND).unwrap();
    assert!(before.wrong.is_empty());
    assert_eq!((before.settings.theme, before.settings.connections), (Theme::Dark, 12));
    assert_eq!(before.settings.rules, [videos(), hosts()]);
    let same = changed(BY_HAND, &before.settings, &before.settings).unwrap().unwrap();
    assert_eq!(same, BY_HAND);
    let now = Settings { theme: Theme::Light, live_jobs: 9, ..before.settings.clone() };
    let text = changed(BY_HAND, &before.settings, &now).unwrap().unwrap();
    let expected = BY_HAND
        .replace("\"dark\"", "\"light\"")
        .replace("connections = 12\n", "connections = 12\nlive_jobs = 9\n");
    assert_eq!(text, expected);
    assert_eq!(read(&text).unwrap().settings, now);
}

#[test]
fn rules_keep_their_comments_where_they_move() {
    let before = read(BY_HAND).unwrap().settings;
    let music = rule(When::Endings(vec!["mp3".into(), "flac".into()]), "/srv/music");
    let now = Settings { rules: vec![hosts(), music, videos()], ..before.clone() };
    let text = changed(BY_HAND, &before, &now).unwrap().unwrap();
    assert_eq!(read(&text).unwrap().settings, now, "{text}");
    assert!(text.contains("[[rules]] # films") && text.contains("[extra]\nx = 1"), "{text}");
    let none = changed(&text, &now, &Settings { rules: vec![], ..now.clone() }).unwrap().unwrap();
    assert!(!none.contains("rules") && none.contains("[extra]"), "{none}");
}

#[test]
fn hours_are_written_by_hand_as_one_would_guess() {
    let text = "\
[schedule]
otherwise = 500000
[[schedule.windows]]
from = 01:00:00
to = \"7:00\"
pace = \"full\"

[[queues]]
id = 1
name = \"Nights\"
otherwise = \"stop\"
windows = [{ days = [\"sat\", \"sun\"], from = \"1:00\", to = \"07:00\", pace = \"full\" }]
";
    let found = read(text).unwrap();
    assert!(found.wrong.is_empty(), "{found:?}");
    let Settings { schedule, queues, .. } = &found.settings;
    assert_eq!((schedule.on, schedule.otherwise), (true, Pace::Limit(500_000)));
    assert_eq!(schedule.windows[0].from.to_string(), "01:00");
    assert_eq!((queues[0].name.as_str(), queues[0].schedule.otherwise), ("Nights", Pace::Stop));
    assert_eq!(queues[0].schedule.windows[0].days, Days::WEEKEND);
    let mut now = found.settings.clone();
    now.schedule.on = false;
    now.queues[0].name = "Days".into();
    let changed = changed(text, &found.settings, &now).unwrap().unwrap();
    assert_eq!(read(&changed).unwrap().settings, now, "{changed}");
}

#[test]
fn comments_outlive_the_keys_below_them() {
    let limited = Settings { limit_bps: Some(5), rules: vec![videos()], ..Settings::default() };
    let text = text::new(&limited).unwrap();
    assert!(text.starts_with("# Settings of Onward") && text.contains("limit_bps = 5\n"), "{text}");
    let free = changed(&text, &limited, &Settings::default()).unwrap().unwrap();
    assert!(free.starts_with("# Settings of Onward") && !free.contains("limit_bps"), "{free}");
    let again = changed(&free, &Settings::default(), &limited).unwrap().unwrap();
    assert_eq!(read(&again).unwrap().settings, limited);
    assert_eq!(again.matches("# Settings").count(), 1, "{again}");
    let by_hand = "live_jobs = 2\n# for the night\nlimit_bps = 5 # slow\n# below\nretries = 3\n";
    let before = read(by_hand).unwrap().settings;
    let now = Settings { limit_bps: None, ..before.clone() };
    let text = changed(by_hand, &before, &now).unwrap().unwrap();
    assert_eq!(text, "live_jobs = 2\n# for the night\n# below\nretries = 3\n");
}

#[test]
fn a_wrong_value_costs_only_itself_and_is_named() {
    for (line, key) in [
        ("connections = 0", "connections"),
        ("connections = 33", "connections"),
        ("connections = \"many\"", "connections"),
        ("live_jobs = 2.5", "live_jobs"),
        ("retries = -1", "retries"),
        ("per_server = 1000", "per_server"),
        ("stall_timeout_secs = 1", "stall_timeout_secs"),
        ("limit_bps = 0", "limit_bps"),
        ("limit_on = \"yes\"", "limit_on"),
        ("dir = \"Downloads\"", "dir"),
        ("theme = \"pink\"", "theme"),
        ("language = 2026-11-23", "language"),
        ("proxy = \"ftp://h\"", "proxy"),
        ("rules = 1", "rules"),
        ("rules = [{ host = \"h\", dir = \"x\" }]", "rules"),
        ("rules = [{ dir = \"/x\" }]", "rules"),
        ("size_units = [\"binary\"]", "size_units"),
        ("on_launch = { }", "on_launch"),
        ("schedule = { otherwise = \"fast\" }", "schedule"),
        ("schedule = { windows = [{ from = \"25\", to = \"1\", pace = \"stop\" }] }", "schedule"),
        ("queues = [{ id = 0, name = \"Main\" }]", "queues"),
        ("queues = [{ id = 1, name = \"A\" }, { id = 1, name = \"B\" }]", "queues"),
    ] {
        let found = read(&format!("{line}\n[unknown]\ny = 1\n")).unwrap();
        assert_eq!(found.wrong, [key], "{line}");
        assert_eq!(found.settings, Settings::default(), "{line}");
    }
    assert_eq!(read("proxy = \"none\"").unwrap().settings.proxy, Proxy::Direct);
    assert!(read("theme = ").is_err() && read("a = 1\na = 2").is_err());
}

proptest! {
    #[test]
    fn settings_come_back_the_same(first in nouns::settings(), second in nouns::settings()) {
        let (first, second) = (first.within_bounds(), second.within_bounds());
        let text = text::new(&first).unwrap();
        let back = read(&text).unwrap();
        prop_assert!(back.wrong.is_empty(), "{:?} in {text}", back.wrong);
        prop_assert_eq!(&back.settings, &first);
        let text = changed(&text, &first, &second).unwrap().unwrap();
        prop_assert_eq!(read(&text).unwrap().settings, second);
    }

    #[test]
    fn no_text_is_too_wild(text in "\\PC{0,40}", key in "(theme|rules|proxy|dir)") {
        let _ = read(&text);
        let _ = read(&format!("{key} = {text}"));
    }
}

fn file_in(folder: &Path) -> SettingsFile {
    SettingsFile::at(folder.join("deep/settings.toml"))
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder.join("deep")).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_change_goes_over_what_stands_there_now() {
    let folder = tempfile::tempdir().unwrap();
    let (file, now) = (file_in(folder.path()), Timestamp::now());
    assert_eq!(file.read(now).unwrap(), None);
    let first = Settings::default();
    let second = Settings { theme: Theme::Dark, ..first.clone() };
    assert_eq!(file.save(&first, &second, now).unwrap().settings, second);
    let path = folder.path().join("deep/settings.toml");
    let text = fs::read_to_string(&path).unwrap();
    // By hand, meanwhile.
    fs::write(&path, format!("{text}connections = 3\nretries = -4\n")).unwrap();
    let third = Settings { live_jobs: 7, ..second.clone() };
    let stood = file.save(&second, &third, now).unwrap();
    assert_eq!(stood.settings, Settings { connections: 3, ..third });
    assert_eq!((stood.wrong, stood.set_aside), (vec!["retries".to_owned()], None));
    assert_eq!(file.read(now).unwrap().unwrap().settings, stood.settings);
    assert_eq!(names(folder.path()), ["settings.toml"]);
}

#[cfg(unix)]
#[test]
fn it_is_the_owners_alone_and_a_link_stays_a_link() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = tempfile::tempdir().unwrap();
    let (file, now) = (file_in(folder.path()), Timestamp::now());
    fs::create_dir(folder.path().join("deep")).unwrap();
    let (there, link) = (folder.path().join("mine.toml"), folder.path().join("deep/settings.toml"));
    fs::write(&there, "# kept elsewhere\n").unwrap();
    symlink(&there, &link).unwrap();
    let dark = Settings { theme: Theme::Dark, ..Settings::default() };
    file.save(&Settings::default(), &dark, now).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(&there).unwrap(), "# kept elsewhere\ntheme = \"dark\"\n");
    assert_eq!(fs::metadata(&there).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_broken_file_is_set_aside_and_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let (file, now) = (file_in(folder.path()), Timestamp::now());
    let path = folder.path().join("deep/settings.toml");
    fs::create_dir(folder.path().join("deep")).unwrap();
    for broken in [&b"theme = "[..], &b"\xff\xfe"[..]] {
        fs::write(&path, broken).unwrap();
        let stood = file.read(now).unwrap().unwrap();
        assert_eq!(stood.settings, Settings::default());
        assert_eq!(fs::read(stood.set_aside.unwrap()).unwrap(), broken);
        assert_eq!(file.read(now).unwrap(), None);
    }
    // It breaks while the program runs.
    fs::write(&path, "theme = ").unwrap();
    let dark = Settings { theme: Theme::Dark, live_jobs: 2, ..Settings::default() };
    let before = Settings { live_jobs: 2, ..Settings::default() };
    let stood = file.save(&before, &dark, now).unwrap();
    assert_eq!(stood.settings, dark, "all of what is in force is in the new one");
    assert_eq!(fs::read_to_string(stood.set_aside.unwrap()).unwrap(), "theme = ");
    assert_eq!(names(folder.path()).len(), 4);
}

/// The states a power cut can leave: the new text unfinished beside the file, or whole beside it.
#[test]
fn a_write_that_was_cut_short_is_as_if_never_begun() {
    let folder = tempfile::tempdir().unwrap();
    let (file, now) = (file_in(folder.path()), Timestamp::now());
    let dark = Settings { theme: Theme::Dark, ..Settings::default() };
    file.save(&Settings::default(), &dark, now).unwrap();
    for left in ["", "theme = \"li", "theme = \"light\"\n"] {
        fs::write(folder.path().join("deep/settings.toml.new"), left).unwrap();
        assert_eq!(file.read(now).unwrap().unwrap().settings, dark);
        let next = Settings { live_jobs: 2, ..dark.clone() };
        assert_eq!(file.save(&dark, &next, now).unwrap().settings, next);
        assert_eq!(names(folder.path()), ["settings.toml"]);
        file.save(&next, &dark, now).unwrap();
    }
}

#[test]
fn what_cannot_be_saved_is_said_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let now = Timestamp::now();
    fs::write(folder.path().join("deep"), "no folder").unwrap();
    let dark = Settings { theme: Theme::Dark, ..Settings::default() };
    let refused = file_in(folder.path()).save(&Settings::default(), &dark, now).unwrap_err();
    assert!(matches!(refused, SettingsError::File { .. }), "{refused}");
    #[cfg(unix)]
    {
        let name: std::ffi::OsString = std::os::unix::ffi::OsStringExt::from_vec(vec![b'/', 0xff]);
        let named = Settings { dir: Some(name.into()), ..Settings::default() };
        let file = SettingsFile::at(folder.path().join("settings.toml"));
        let refused = file.save(&Settings::default(), &named, now).unwrap_err();
        assert!(matches!(refused, SettingsError::NotText), "{refused}");
        assert_eq!(file.read(now).unwrap(), None);
    }
}
