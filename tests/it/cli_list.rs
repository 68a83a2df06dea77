//! The list of jobs by the command line alone, with no instance running: nothing is fetched.

use serde_json::Value;

use super::binary::World;

/// Nothing listens on port 1 of this machine; no job here is to be started.
const URL: &str = "http://127.0.0.1:1/a.iso";

fn states(world: &World) -> Vec<String> {
    world.list().iter().map(|job| job["state"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_empty_list_is_an_empty_array() {
    let world = World::new();
    assert!(world.list().is_empty());
    assert_eq!(world.run(&["list"]).expect_code(0), "");
    assert_eq!(world.run(&["hosts", "--json"]).expect_code(0), "[]\n");
}

#[test]
fn a_job_is_added_paused_resumed_cancelled_and_removed() {
    let world = World::new();
    let dir = world.dir().join("new");
    let added = world.run(&["add", URL, "http://127.0.0.1:1/b", "--dir", "new"]).expect_code(0);
    assert_eq!(added, "1\n2\n");
    assert_eq!(states(&world), ["queued", "queued"]);
    world.run(&["pause", "1"]).expect_code(0);
    assert_eq!(states(&world), ["paused", "queued"]);
    world.run(&["pause", "--all"]).expect_code(0);
    world.run(&["resume", "2"]).expect_code(0);
    world.run(&["cancel", "1"]).expect_code(0);
    assert_eq!(states(&world), ["cancelled", "queued"]);
    world.run(&["retry", "1"]).expect_code(0);
    assert_eq!(states(&world), ["queued", "queued"]);
    let job = &world.list()[0];
    assert_eq!(job["id"], 1);
    assert_eq!(job["url"], URL);
    assert_eq!(job["name"], "a.iso");
    assert_eq!(job["dir"], dir.to_str().unwrap());
    assert_eq!(job["path"], dir.join("a.iso").to_str().unwrap());
    assert_eq!((&job["total_bytes"], &job["error"]), (&Value::Null, &Value::Null));
    assert_eq!((&job["done_bytes"], &job["speed_bps"]), (&0.into(), &0.into()));
    assert_eq!(job["finished_at"], Value::Null);
    assert!(job["created_at"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok());
    world.run(&["remove", "1"]).expect_code(0);
    // A number is never given twice.
    assert_eq!(world.run(&["add", URL, "--paused"]).expect_code(0), "3\n");
    assert_eq!(states(&world), ["queued", "paused"]);
}

#[test]
fn one_job_is_shown_in_full() {
    let world = World::new();
    world
        .run(&["add", "http://ann:geheim@127.0.0.1:1/a.iso?sig=geheim", "--paused"])
        .expect_code(0);
    let text = world.run(&["show", "1", "--json"]).expect_code(0);
    let job: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(job["id"], 1);
    assert_eq!(job["state"], "paused");
    assert_eq!(job["ranges"], Value::Array(vec![]));
    let plain = world.run(&["show", "1"]).expect_code(0);
    assert!(plain.contains("a.iso") && plain.contains("Paused"), "{plain}");
    assert!(!text.contains("geheim") && !plain.contains("geheim"));
}

#[test]
fn what_is_not_there_is_said() {
    let world = World::new();
    for arguments in [
        &["show", "7"][..],
        &["pause", "7"],
        &["resume", "7"],
        &["cancel", "7"],
        &["retry", "7"],
        &["remove", "7"],
        &["verify", "7"],
        &["verify", "nothing-here"],
        &["hosts", "forget", "h.example"],
    ] {
        let ran = world.run(arguments);
        assert_eq!(ran.code, Some(1), "{arguments:?}: {ran:?}");
        assert!(ran.err.starts_with("onward: ") && ran.err.lines().count() == 1, "{}", ran.err);
    }
}

#[test]
fn links_come_from_standard_input() {
    let world = World::new();
    let ran =
        world.run_with(&["add", "-", "--paused"], "http://127.0.0.1:1/a\n\nhttp://127.0.0.1:1/b\n");
    assert_eq!(ran.expect_code(0), "1\n2\n");
    // One wrong link: none is added.
    let ran = world.run_with(&["add", "-", "--paused"], "http://127.0.0.1:1/c\nnonsense\n");
    assert!(ran.err.contains("line 2"));
    ran.expect_code(2);
    assert_eq!(world.list().len(), 2);
}

#[test]
fn two_data_directories_are_two_worlds() {
    let (world, other) = (World::new(), World::new());
    let data = other.dir().join("data");
    let data = data.to_str().unwrap();
    world.run(&["add", URL, "--paused", "--data-dir", data]).expect_code(0);
    assert!(world.list().is_empty());
    let there = world.run(&["--data-dir", data, "list", "--json"]).expect_code(0);
    assert_eq!(serde_json::from_str::<Vec<Value>>(&there).unwrap().len(), 1);
}

#[test]
fn a_file_is_hashed_and_compared() {
    let world = World::new();
    std::fs::write(world.dir().join("abc"), "abc").unwrap();
    let sha256 = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(world.run(&["verify", "abc"]).expect_code(0), format!("{sha256}\n"));
    world.run(&["verify", "abc", "--checksum", sha256]).expect_code(0);
    let md5 = "md5:900150983cd24fb0d6963f7d28e17f72";
    world.run(&["verify", "./abc", "--checksum", md5]).expect_code(0);
    world.run(&["verify", "abc", "--checksum", &md5.replace('9', "8")]).expect_code(1);
}

#[test]
fn a_settings_file_that_is_none_is_moved_aside_and_said_once() {
    let world = World::new();
    let data = world.dir().join("../data");
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("settings.toml"), "theme = [").unwrap();
    let ran = world.run(&["list"]);
    assert!(ran.err.contains("it was moved aside to"), "{ran:?}");
    ran.expect_code(0);
    let ran = world.run(&["list"]);
    assert!(!ran.err.contains("settings"), "{ran:?}");
    let names = std::fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().file_name());
    let is_broken = |name: &std::ffi::OsString| {
        name.to_str().is_some_and(|name| name.starts_with("settings.toml.broken-"))
    };
    assert_eq!(names.filter(is_broken).count(), 1);
}

#[test]
fn rules_of_folders_are_the_windows_and_not_the_command_lines() {
    let world = World::new();
    let data = world.dir().join("../data");
    std::fs::create_dir(&data).unwrap();
    let rule = "[[rules]]\nhost = \"127.0.0.1\"\ndir = \"/srv/elsewhere\"\n";
    std::fs::write(data.join("settings.toml"), rule).unwrap();
    world.run(&["add", URL, "--paused"]).expect_code(0);
    let dir = world.list()[0]["dir"].as_str().unwrap().to_owned();
    assert!(dir.ends_with("Downloads"), "{dir}");
}
