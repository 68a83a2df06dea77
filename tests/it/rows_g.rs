//! Row G: where the name comes from, and checksums.

use std::fs;
use std::time::{Duration, Instant};

use super::binary::wait_until;
use super::fault_reply::{Asked, End, Origin, Reply};
use super::rows::{Row, usual};

/// A small file: these rows look at its name.
fn small() -> Origin {
    Origin::new(1000, 0)
}

/// The name of what is got from `path`.
#[track_caller]
fn name_of(path: &str, answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> String {
    let row = Row::new(answer);
    row.get(path, &[]).expect_code(0);
    let files = row.world.files();
    assert_eq!(files.len(), 1, "{files:?}");
    assert_eq!(fs::read(row.world.dir().join(&files[0])).unwrap(), small().content);
    files[0].clone()
}

/// The name of what is sent with this `Content-Disposition`, its bytes in Latin-1.
#[track_caller]
fn disposed(value: &'static str) -> String {
    name_of("get?id=7", move |asked| small().answer(asked).with("Content-Disposition", value))
}

#[test]
fn g1_the_extended_name_wins() {
    for value in [
        "attachment; filename=\"plain.bin\"; filename*=UTF-8''%C3%A4.bin",
        "attachment; filename*=UTF-8''%C3%A4.bin; filename=\"plain.bin\"",
    ] {
        assert_eq!(disposed(value), "\u{e4}.bin");
    }
}

#[test]
fn g2_names_in_raw_bytes() {
    for (value, expected) in [
        ("attachment; filename=\"\u{c3}\u{a4}.bin\"", "\u{e4}.bin"),
        ("attachment; filename=\"\u{e4}.bin\"", "\u{e4}.bin"),
        ("attachment; filename=\"=?UTF-8?Q?=C3=A4.bin?=\"", "\u{e4}.bin"),
        ("attachment; filename=\"open.bin", "open.bin"),
        ("attachment; filename=bare name.bin", "bare name.bin"),
        ("filename=\"typeless.bin\"", "typeless.bin"),
        ("attachment; filename=\"a;b.bin\"", "a;b.bin"),
    ] {
        assert_eq!(disposed(value), expected, "{value}");
    }
}

#[test]
fn g3_the_name_of_the_last_place() {
    let hop = |asked: &Asked| match asked.path.as_str() {
        "/there/b.bin" => small().answer(asked),
        _ => Reply::redirect("/there/b.bin")
            .with("Content-Disposition", "attachment; filename=hop.bin"),
    };
    assert_eq!(name_of("a.bin", hop), "b.bin");
    assert_eq!(name_of("dir/%C3%A4%20b.bin?x=1#y", |asked| small().answer(asked)), "\u{e4} b.bin");
    let sent = |asked: &Asked| match asked.path.as_str() {
        "/there/b.bin" => {
            small().answer(asked).with("Content-Disposition", "inline; filename=c.bin")
        }
        _ => Reply::redirect("/there/b.bin"),
    };
    assert_eq!(name_of("a.bin", sent), "c.bin");
}

#[test]
fn g4_a_right_checksum() {
    let row = Row::new(|asked| usual().answer(asked));
    row.finishes_with(&["--checksum", &usual().checksum()], &usual(), 1);
    assert!(row.story().contains("Checksum right"), "{}", row.story());
}

#[test]
fn g4_a_wrong_checksum_keeps_the_part_and_can_be_tried_anew() {
    let row = Row::new(|asked| match asked.number {
        0 => Reply::new("200 OK", &Origin::new(usual().content.len(), 1).content),
        _ => usual().answer(asked),
    });
    let checked = ["--checksum", &usual().checksum()];
    row.stops_with(&checked, (1, "checksum_mismatch"), usual().content.len(), 1);
    assert_eq!(row.world.files(), ["a.bin.part"]);
    row.finishes_with(&checked, &usual(), 1);
}

#[test]
fn g4_a_checksum_beside_the_link() {
    let sum = usual().checksum().replace("sha256:", "");
    for (beside, right) in [(format!("{sum}  a.bin\n"), true), ("0".repeat(64), false)] {
        let row = Row::new(move |asked| match asked.path.as_str() {
            "/a.bin" => usual().answer(asked),
            "/a.bin.sha256" => Reply::new("200 OK", beside.as_bytes()),
            _ => Reply::new("404 No", &[]),
        });
        if right {
            row.finishes_with(&["--checksum", "auto"], &usual(), 8);
        } else {
            let held = usual().content.len();
            row.stops_with(&["--checksum", "auto"], (1, "checksum_mismatch"), held, 8);
        }
    }
    let row = Row::new(|asked| match asked.path.as_str() {
        "/a.bin" => usual().answer(asked),
        _ => Reply::new("404 No", &[]),
    });
    row.stops_with(&["--checksum", "auto"], (1, "no_sidecar"), usual().content.len(), 20);
}

/// The file, and beside it one that never comes whole.
fn silent_beside() -> Row {
    Row::new(|asked| match asked.path.as_str() {
        "/a.bin" => usual().answer(asked),
        "/a.bin.sha256" => Reply::new("200 OK", &[b'0'; 64]).cut(20, End::Hang),
        _ => Reply::new("404 No", &[]),
    })
}

#[test]
fn g4_a_checksum_that_never_comes_is_asked_for_again() {
    let row = silent_beside();
    let line = ["--checksum", "auto", "--stall-timeout", "1", "--connect-timeout", "1"];
    row.stops_with(&line, (3, "stalled"), usual().content.len(), 20);
}

#[cfg(unix)]
#[test]
fn g4_a_checksum_that_never_comes_holds_nobody_up() {
    let row = silent_beside();
    let running = row.start(&["--checksum", "auto"]);
    wait_until("the checksum is asked for", || row.asked().len() == 2);
    let start = Instant::now();
    running.signal(rustix::process::Signal::TERM);
    assert_eq!(running.end().code, Some(143));
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    assert_eq!(row.world.files(), ["a.bin.part"]);
    row.finishes_with(&["--checksum", &usual().checksum()], &usual(), 0);
}
