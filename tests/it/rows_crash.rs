//! Rows F: a program that dies between two steps, a power cut that takes what was not synced, and two
//! programs over one file.

use std::fs;
use std::os::unix::fs::FileExt;
use std::time::Duration;

use onward::engine::hook::When;

use super::binary::wait_until;
use super::fault_reply::{Asked, End, Reply};
use super::faults::{Death, Line, damage};
use super::rows::{CUT, Row, SIZE, TWICE, other, usual};

/// More than a second for the usual file: two checkpoints and the end.
const RATE_BPS: u64 = 1 << 20;

/// The usual file, slow enough for a few checkpoints in the first run.
fn paced() -> Row {
    Row::new(|asked| match asked.number {
        0 => usual().answer(asked).paced(RATE_BPS),
        _ => usual().answer(asked),
    })
}

/// What a power cut takes from the files: of the writes since the last sync some, whole or in part,
/// and names whose folder was not synced. `seed` chooses.
pub(crate) fn cut_power(row: &Row, deeds: &[Line], mut seed: u64) {
    let mut draw = || {
        seed = seed.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        seed >> 33
    };
    let (mut unsynced, mut begun, mut renamed) = (Vec::new(), 0, false);
    let mut was_synced = false;
    for line in deeds {
        match (line.deed.as_str(), line.is_done) {
            ("write", false) => unsynced.push(line.range),
            ("sync", false) => begun = unsynced.len(),
            ("sync", true) => {
                unsynced.drain(..begun);
                was_synced = true;
            }
            ("rename", true) => renamed = true,
            ("sync_folder", true) => renamed = false,
            _ => {}
        }
    }
    let (part, end) = (row.world.dir().join("a.bin.part"), row.world.dir().join("a.bin"));
    if renamed && draw() % 2 == 0 {
        fs::rename(&end, &part).unwrap();
    }
    let Ok(file) = fs::File::options().write(true).open(&part) else { return };
    for (from, to) in unsynced {
        let kept = match draw() % 4 {
            0 => to - from,
            1 => draw() % (to - from),
            _ => 0,
        };
        let lost = vec![0; usize::try_from(to - from - kept).unwrap()];
        file.write_all_at(&lost, from + kept).unwrap();
    }
    if !was_synced && draw() % 2 == 0 {
        file.set_len(0).unwrap();
    }
}

/// After an end of whatever kind: what is durable is right, and the next run fetches the rest.
#[track_caller]
fn goes_on(row: &Row, requests: usize) {
    let jobs = row.world.list();
    if jobs.first().is_some_and(|job| job["state"] == "completed") {
        return has_ended(row);
    }
    if jobs.first().is_none_or(|job| job["total_bytes"].is_null()) {
        is_stray(row, "a.bin.part");
    }
    let held =
        if jobs.is_empty() { 0 } else { row.durable_is_right("a.bin.part", &usual().content) };
    row.finishes(&usual(), requests);
    row.kept(&usual(), held);
}

/// The file stands there, whole and alone, and nothing was asked for.
#[track_caller]
fn has_ended(row: &Row) {
    assert_eq!(row.world.files(), ["a.bin"], "{}", row.story());
    assert!(fs::read(row.world.dir().join("a.bin")).unwrap() == usual().content);
    assert_eq!((&row.show()["state"], row.server.log().len()), (&"completed".into(), 1));
}

/// A part file that was made and not yet recorded is empty, and the next run takes it.
#[track_caller]
fn is_stray(row: &Row, name: &str) {
    if let Ok(meta) = fs::metadata(row.world.dir().join(name)) {
        assert_eq!(meta.len(), 0, "it was written before it was recorded");
    }
}

/// An empty part that nobody recorded is taken only once it lay there for a while: until then another
/// program may have just made it.
fn a_minute_goes_by(row: &Row) {
    if let Ok(part) = fs::File::options().write(true).open(row.world.dir().join("a.bin.part")) {
        part.set_modified(std::time::SystemTime::now() - Duration::from_mins(2)).unwrap();
    }
}

#[test]
fn f2_a_power_cut_at_any_moment() {
    let whole = paced();
    whole.dies(&[], Death::None);
    let deeds = whole.deeds();
    let syncs = deeds.iter().filter(|line| line.deed == "sync" && line.is_done).count();
    assert!(syncs >= 3, "{deeds:?}");
    // Beside every sync, where most can go wrong, and evenly between.
    let beside = |when| (0..syncs).map(move |nth| Death::Of("sync", when, nth));
    let deaths: Vec<Death> = (1..deeds.len()).step_by(5).map(Death::At).collect();
    let deaths = [deaths, beside(When::Before).collect(), beside(When::After).collect()].concat();
    let cut = |(seed, death): (usize, &Death)| {
        let row = paced();
        row.dies(&[], *death);
        cut_power(&row, &row.deeds(), seed as u64);
        a_minute_goes_by(&row);
        goes_on(&row, 2);
    };
    // Each of them takes the time of a download, and waits for most of it.
    std::thread::scope(|scope| {
        for worker in 0..4 {
            let mine = deaths.iter().enumerate().skip(worker).step_by(4);
            scope.spawn(move || mine.for_each(cut));
        }
    });
}

#[test]
fn f3_a_crash_between_sync_and_record_goes_on_from_the_record_before() {
    for when in [When::Before, When::After] {
        let row = paced();
        row.dies(&[], Death::Of("sync", when, 1));
        let deeds = row.deeds();
        let written = |lines: &[Line]| -> u64 {
            let done = lines.iter().filter(|line| line.deed == "write" && line.is_done);
            done.map(|line| line.range.1 - line.range.0).sum()
        };
        let first = deeds.iter().position(|line| line.deed == "sync").unwrap();
        let held = row.durable_is_right("a.bin.part", &usual().content);
        assert!(held as u64 <= written(&deeds[..first]) && held > 0, "{held} {deeds:?}");
        assert!((held as u64) < written(&deeds), "{held} {deeds:?}");
        goes_on(&row, 1);
    }
}

/// What of a block that is not whole was durable is known again after a crash too, far from where the
/// next run reads across.
#[test]
fn f3_damage_after_a_crash_is_found_in_a_block_that_is_not_whole() {
    let row = paced();
    row.dies(&[], Death::Of("sync", When::Before, 2));
    let held = row.durable_is_right("a.bin.part", &usual().content);
    assert!(held > 100_000 && held < 1 << 20, "{held}");
    damage(&row.world.dir().join("a.bin.part"), 1000);
    row.finishes(&usual(), 2);
    let story = row.story();
    assert!(story.contains("no longer what was written"), "{story}");
}

#[test]
fn f4_a_crash_at_any_step_of_the_end_ends_it_in_the_next_run() {
    let whole = paced();
    whole.dies(&[], Death::None);
    let syncs = whole.deeds().iter().filter(|line| line.deed == "sync" && line.is_done).count();
    for death in [
        Death::Of("sync", When::Before, syncs - 1),
        Death::Of("sync", When::After, syncs - 1),
        Death::Of("rename", When::Before, 0),
        Death::Of("rename", When::After, 0),
        Death::Of("sync_folder", When::Before, 1),
        Death::Of("sync_folder", When::After, 1),
    ] {
        for lost in [false, true] {
            let row = paced();
            row.dies(&[], death);
            if lost {
                cut_power(&row, &row.deeds(), 4);
            }
            // Whoever looks first ends it, or finds that it has ended.
            if row.world.list()[0]["state"] != "completed" {
                row.finishes(&usual(), 0);
            }
            has_ended(&row);
        }
    }
}

#[test]
fn f4_a_name_that_is_taken_between_two_runs_of_the_end_stays() {
    let row = paced();
    row.dies(&[], Death::Of("rename", When::Before, 0));
    fs::write(row.world.dir().join("a.bin"), b"mine").unwrap();
    row.get("a.bin", &[]).expect_code(0);
    assert_eq!(row.world.files(), ["a (1).bin", "a.bin"]);
    assert!(fs::read(row.world.dir().join("a (1).bin")).unwrap() == usual().content);
    assert_eq!(fs::read(row.world.dir().join("a.bin")).unwrap(), b"mine");
    assert_eq!(row.sent(), 0);
}

/// A first run was cut; then the file on the server is another one, and the program dies as told.
fn changed(death: Death, back: bool) -> Row {
    let row = Row::resumed(&usual(), move |asked: &Asked| -> Reply {
        match asked.number {
            0 => other().answer(asked).paced(RATE_BPS),
            _ if back => usual().answer(asked),
            _ => other().answer(asked),
        }
    });
    row.dies(&[], death);
    let old = fs::read(row.world.dir().join("a.bin.part")).unwrap();
    assert!(old[..CUT] == usual().content[..CUT], "the old one was touched: {death:?}");
    row
}

#[test]
fn f13_a_power_cut_as_the_new_file_begins_leaves_the_old_one_whole() {
    for death in [
        Death::Of("make", When::Before, 0),
        Death::Of("make", When::After, 0),
        Death::Of("sync_folder", When::After, 0),
    ] {
        // The new one was never recorded: what was held counts.
        let row = changed(death, true);
        // Made for a generation that does not come, it stays.
        is_stray(&row, "a.bin.2.part");
        let _ = fs::remove_file(row.world.dir().join("a.bin.2.part"));
        row.finishes(&usual(), 1);
        // Whether the dying run could still say why it began anew is chance; what came again is not.
        assert!(row.sent() <= SIZE - CUT + TWICE, "{}\n{}", row.sent(), row.story());
        let row = changed(death, false);
        row.get("a.bin", &[]).expect_code(0);
        assert_eq!(row.world.files(), ["a.bin"], "{}", row.story());
        assert!(fs::read(row.world.dir().join("a.bin")).unwrap() == other().content);
    }
    for death in [
        Death::Of("reserve", When::Before, 0),
        Death::Of("write", When::Before, 0),
        Death::Of("write", When::After, 0),
        Death::Of("sync", When::Before, 0),
        Death::Of("sync", When::After, 0),
    ] {
        for back in [false, true] {
            let right = if back { usual() } else { other() };
            let row = changed(death, back);
            row.get("a.bin", &[]).expect_code(0);
            let found = fs::read(row.world.dir().join("a.bin")).unwrap();
            assert!(found == right.content, "{death:?} {back}\n{}", row.story());
            assert!(row.asked().len() <= 3, "{}", row.story());
        }
    }
}

#[test]
fn f11_two_programs_never_write_one_part() {
    let row = Row::resumed(&usual(), |asked| match asked.number {
        0 => usual().answer(asked).cut(1000, End::Hang),
        _ => usual().answer(asked),
    });
    let data = row.world.dir().with_file_name("data");
    let copy = data.with_file_name("copy");
    fs::create_dir(&copy).unwrap();
    for entry in fs::read_dir(&data).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), copy.join(entry.file_name())).unwrap();
        }
    }
    let running = row.start(&[]);
    wait_until("it has the part", || row.server.log().len() == 3);
    let url = row.server.url("a.bin");
    let line = ["get", &url, "--dir", ".", "--quiet", "--connections", "1", "--retries", "0"];
    let mut second = row.world.command(&line);
    second.env("ONWARD_DATA_DIR", &copy);
    let ran = super::binary::Running::start(&mut second).end();
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(ran.err.contains("Another program is writing the unfinished file"), "{ran:?}");
    assert_eq!(row.server.log().len(), 3, "it asked for what it may not write");
    running.signal(rustix::process::Signal::TERM);
    assert_eq!(running.end().code, Some(143));
    row.keeps(&usual(), CUT, 1);
}

#[test]
fn f11_two_programs_fetch_two_files() {
    let row = Row::new(|asked| match asked.number {
        0 => usual().answer(asked).cut(CUT, End::Hang),
        _ => usual().answer(asked),
    });
    let running = row.start(&[]);
    wait_until("it has begun", || row.world.files() == ["a.bin.part"]);
    let url = row.server.url("a.bin");
    let mut second = row.world.command(&["get", &url, "--dir", ".", "--quiet"]);
    second.env("ONWARD_DATA_DIR", row.world.dir().with_file_name("other"));
    super::binary::Running::start(&mut second).end().expect_code(0);
    assert_eq!(row.world.files(), ["a (1).bin", "a.bin.part"]);
    running.signal(rustix::process::Signal::TERM);
    running.end();
    row.get("a.bin", &[]).expect_code(0);
    for name in ["a.bin", "a (1).bin"] {
        assert!(fs::read(row.world.dir().join(name)).unwrap() == usual().content, "{name}");
    }
}
