//! Row F: what happens to the files between two runs, and names from outside.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use super::binary::wait_until;
use super::fault_reply::{End, Origin, Reply};
use super::rows::{CUT, Row, usual};

/// What came longer ago than this no kill takes away.
const MOST_LOST: Duration = Duration::from_secs(2);

/// Cut once, then honest; and where the part stands.
fn cut() -> (Row, PathBuf) {
    let row = Row::resumed(&usual(), |asked| usual().answer(asked));
    let part = row.world.dir().join("a.bin.part");
    (row, part)
}

#[test]
fn f1_killed_after_a_checkpoint() {
    let row = Row::new(|asked| match asked.number {
        0 => usual().answer(asked).cut(CUT, End::Hang),
        _ => usual().answer(asked),
    });
    let running = row.start(&[]);
    wait_until("all came", || row.world.list().first().is_some_and(|j| j["done_bytes"] == CUT));
    std::thread::sleep(MOST_LOST + Duration::from_secs(1));
    running.signal(rustix::process::Signal::KILL);
    assert_eq!(running.end().code, None);
    assert_eq!(row.world.files(), ["a.bin.part"]);
    row.keeps(&usual(), CUT, 1);
}

#[test]
fn f8_the_part_is_deleted() {
    let (row, part) = cut();
    fs::remove_file(part).unwrap();
    row.finishes(&usual(), 1);
}

#[test]
fn f8_the_part_is_truncated() {
    let (row, part) = cut();
    fs::File::options().write(true).open(part).unwrap().set_len(300_000).unwrap();
    row.keeps(&usual(), 300_000, 1);
}

#[test]
fn f8_another_file_stands_in_the_parts_place() {
    let (row, part) = cut();
    fs::rename(&part, row.world.dir().join("mine")).unwrap();
    fs::write(&part, b"not yours").unwrap();
    row.get("a.bin", &[]).expect_code(0);
    assert_eq!(fs::read(&part).unwrap(), b"not yours");
    assert!(fs::read(row.world.dir().join("a.bin")).unwrap() == usual().content);
    assert_eq!(row.world.files(), ["a.bin", "a.bin.part", "mine"]);
}

#[cfg(unix)]
#[test]
fn f8_a_link_stands_in_the_parts_place() {
    let (row, part) = cut();
    let victim = row.world.dir().join("victim");
    fs::rename(&part, &victim).unwrap();
    let before = fs::read(&victim).unwrap();
    std::os::unix::fs::symlink(&victim, &part).unwrap();
    row.get("a.bin", &[]).expect_code(0);
    assert!(fs::read(&victim).unwrap() == before, "written through a link");
    assert!(fs::read(row.world.dir().join("a.bin")).unwrap() == usual().content);
    assert_eq!(row.world.files(), ["a.bin", "a.bin.part", "victim"]);
}

#[test]
fn f8_bytes_of_the_part_are_damaged() {
    let (row, part) = cut();
    let mut bytes = fs::read(&part).unwrap();
    bytes[CUT - 1000..CUT].fill(0);
    let file = fs::File::options().write(true).open(&part).unwrap();
    std::io::Write::write_all(&mut &file, &bytes).unwrap();
    row.finishes(&usual(), 3);
}

#[test]
fn f9_the_name_is_taken_meanwhile() {
    let (row, _) = cut();
    fs::write(row.world.dir().join("a.bin"), b"mine").unwrap();
    let out = row.get("a.bin", &[]).expect_code(0);
    assert!(out.ends_with("a (1).bin\n"), "{out}");
    assert_eq!(row.world.files(), ["a (1).bin", "a.bin"]);
    assert_eq!(fs::read(row.world.dir().join("a.bin")).unwrap(), b"mine");
    assert!(fs::read(row.world.dir().join("a (1).bin")).unwrap() == usual().content);
    row.kept(&usual(), CUT);
}

/// The name a file gets that is sent with this `Content-Disposition`, cut and gone on with.
fn named(disposition: String) -> String {
    let row = Row::new(move |asked| match asked.number {
        0 => usual().answer(asked).with("Content-Disposition", &disposition).cut(CUT, End::Fin),
        1 => Reply::new("503 Later", &[]),
        _ => usual().answer(asked).with("Content-Disposition", "attachment; filename=other.bin"),
    });
    row.get("a.bin", &[]).expect_code(3);
    let name = row.world.files()[0].strip_suffix(".part").unwrap().to_owned();
    row.get("a.bin", &[]).expect_code(0);
    assert_eq!(row.world.files(), std::slice::from_ref(&name), "another name after the resume");
    row.kept(&usual(), CUT);
    name
}

#[test]
fn f15_names_from_outside_stay_names() {
    for (sent, expected) in [
        ("../../etc/passwd", "passwd"),
        ("..\\\\..\\\\x.bin", "x.bin"),
        ("CON", "_CON"),
        ("dots.bin...", "dots.bin"),
        ("%F0%9F%98%80.bin", "\u{1f600}.bin"),
        ("run.desktop", "run.desktop.download"),
        ("..", "a.bin"),
    ] {
        assert_eq!(named(format!("attachment; filename=\"{sent}\"")), expected, "{sent}");
    }
    let hidden = named("attachment; filename*=UTF-8''a%E2%80%AEexe.bin".to_owned());
    assert_eq!(hidden, "a_exe.bin");
    let long = named(format!("attachment; filename=\"{}.tar.gz\"", "n".repeat(255)));
    assert!(long.len() <= 250 && long.ends_with("n.tar.gz"), "{long}");
}

/// A file of three blocks, of which two and a little were fetched when the server was busy.
#[cfg(unix)]
fn stopped_in_the_middle() -> (Row, Origin) {
    let long = Origin::new(3 << 20, 0);
    let (answer, cut) = (long.clone(), (2 << 20) + 5);
    let row = Row::new(move |asked| match asked.number {
        0 => answer.answer(asked).cut(cut, End::Fin),
        1 => Reply::new("503 Later", &[]),
        _ => answer.answer(asked),
    });
    row.stops(3, "busy", cut, 2);
    (row, long)
}

#[cfg(unix)]
#[test]
fn f8_damage_in_the_middle_is_found_by_verify() {
    let (row, long) = stopped_in_the_middle();
    let part = fs::File::options().write(true).open(row.world.dir().join("a.bin.part")).unwrap();
    std::os::unix::fs::FileExt::write_all_at(&part, &[0; 4096], 1 << 19).unwrap();
    row.world.run(&["verify", "1"]).expect_code(1);
    row.finishes(&long, 2);
}

/// What was done to a part file between two runs shows in no answer: it is looked for before the end.
#[cfg(unix)]
#[test]
fn f8_damage_between_two_runs_is_fetched_again_unasked() {
    let (row, long) = stopped_in_the_middle();
    super::faults::damage(&row.world.dir().join("a.bin.part"), 1 << 19);
    row.get("a.bin", &["--connections", "1"]).expect_code(0);
    assert!(fs::read(row.world.dir().join("a.bin")).unwrap() == long.content, "{}", row.story());
    assert!(row.story().contains("no longer what was written"), "{}", row.story());
    assert_eq!(row.asked().len(), 2, "only the block is fetched again\n{}", row.story());
}

/// Somebody cuts the part file short, or puts another in its place, while it is written.
#[cfg(unix)]
#[test]
fn f8_a_part_that_is_cut_or_replaced_under_a_run_is_never_called_whole() {
    for is_cut in [true, false] {
        let long = Origin::new(4 << 20, 0);
        let answer = long.clone();
        let row = Row::new(move |asked| {
            answer.answer(asked).paced(if asked.number == 0 { 4 << 20 } else { 0 })
        });
        let running = row.start(&["--connections", "1"]);
        super::binary::wait_until("two blocks are written", || row.server.sent() > 2_600_000);
        let (part, new) = (row.world.dir().join("a.bin.part"), row.world.dir().join("new"));
        if is_cut {
            fs::File::options().write(true).open(&part).unwrap().set_len(1000).unwrap();
        } else {
            fs::write(&new, b"mine").unwrap();
            fs::rename(&new, &part).unwrap();
        }
        let ran = running.end();
        assert_eq!(ran.code, Some(if is_cut { 0 } else { 3 }), "{ran:?}\n{}", row.story());
        if !is_cut {
            assert!(ran.err.contains("something else stands"), "{ran:?}");
            row.get("a.bin", &[]).expect_code(0);
        }
        let found = fs::read(row.world.dir().join("a.bin")).unwrap();
        assert!(found == long.content, "cut: {is_cut}\n{}", row.story());
        assert!(is_cut || fs::read(&part).unwrap() == b"mine", "{}", row.story());
    }
}
