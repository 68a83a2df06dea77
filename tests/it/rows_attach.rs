//! Row F12: the list of downloads is lost and unfinished files are there. What of them can be proved by
//! the record at their end counts; everything else is left alone.

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use onward::engine::hook::{Deed, Fate, When};
use onward::model::phase::State;

use super::binary::wait_until;
use super::fault_reply::{Asked, End, Origin, Reply};
use super::fault_server::FaultServer;
use super::faults::{Death, Line, within};
use super::rows::{Row, SIZE, TWICE, usual};
use super::rows_crash::cut_power;
use super::stage::{Stage, alone};

/// Four whole blocks and a rest.
const LARGE: usize = 5_000_011;
/// Where the first run is cut: in the fourth block.
const CUT: usize = 3_800_003;
const MIB: usize = 1 << 20;
/// Whole blocks of the first run.
const PROVED: usize = 3 * MIB;
/// Slow enough that an answer that is closed at once has brought little.
const RATE_BPS: u64 = 1 << 20;

fn large() -> Origin {
    static FILE: LazyLock<Origin> = LazyLock::new(|| Origin::new(LARGE, 0));
    FILE.clone()
}

fn another() -> Origin {
    static FILE: LazyLock<Origin> = LazyLock::new(|| Origin::new(LARGE, 0xa5));
    FILE.clone()
}

/// A first run of `before` was cut; from then on `after` answers, slowly, which counts anew.
#[track_caller]
fn cut(before: &Origin, after: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Row {
    let before = before.clone();
    let row = Row::new(move |asked| match asked.number {
        0 => before.answer(asked).cut(CUT, End::Fin),
        1 => Reply::new("503 Later", &[]),
        n => after(&Asked { number: n - 2, ..asked.clone() }).paced(RATE_BPS),
    });
    row.stops(3, "busy", CUT, 2);
    row
}

fn list(row: &Row) -> PathBuf {
    row.world.dir().with_file_name("data").join("onward.db")
}

/// The list is lost.
fn lose(row: &Row) {
    fs::remove_file(list(row)).unwrap();
}

fn part(row: &Row) -> PathBuf {
    row.world.dir().join("a.bin.part")
}

/// Turns the bits of a byte of the part.
fn spoil(row: &Row, at: u64) {
    let file = fs::File::options().read(true).write(true).open(part(row)).unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, at).unwrap();
    file.write_all_at(&[!byte[0]], at).unwrap();
}

/// The file comes whole under its own name; of `proved` bytes only what is compared came again.
#[track_caller]
fn is_taken_up(row: &Row, right: &Origin, proved: usize) {
    row.finishes(right, 24);
    let story = row.story();
    assert!(story.contains(&format!("Taken up again: {proved} bytes of {LARGE} bytes")), "{story}");
    // What the first answer brought until it was closed comes on top.
    let most = LARGE - proved + row.asked().len() * TWICE + 256 * 1024;
    assert!(row.sent() <= most, "{} of {most} bytes\n{story}", row.sent());
}

/// The part is as it was, and the file comes whole under another name.
#[track_caller]
fn is_left_alone(row: &Row, right: &Origin) {
    let before = fs::read(part(row)).unwrap();
    row.get("a.bin", &[]).expect_code(0);
    assert_eq!(row.world.files(), ["a (1).bin", "a.bin.part"], "{}", row.story());
    assert!(fs::read(part(row)).unwrap() == before, "it was touched");
    assert!(fs::read(row.world.dir().join("a (1).bin")).unwrap() == right.content);
}

#[test]
fn f12_without_the_list_a_part_is_taken_up_again() {
    for is_damaged in [true, false] {
        let row = cut(&large(), |asked| large().answer(asked));
        let list = list(&row);
        if is_damaged {
            let len = usize::try_from(fs::metadata(&list).unwrap().len()).unwrap();
            fs::write(&list, vec![b'x'; len]).unwrap();
            let ran = row.world.run(&["list"]);
            assert!(
                ran.err.contains("damaged") && ran.err.contains("add the links again"),
                "{ran:?}"
            );
        } else {
            lose(&row);
        }
        is_taken_up(&row, &large(), PROVED);
        assert!(row.sent() < 2 * MIB + 512 * 1024, "{}", row.sent());
        let beside = fs::read_dir(list.parent().unwrap()).unwrap();
        let names = beside.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let kept = names.filter(|name| name.starts_with("onward.db.") || name.contains("damaged"));
        assert_eq!(kept.count(), usize::from(is_damaged));
    }
}

/// The list is lost, the program is killed while it goes on, and the list is lost again.
#[test]
fn f12_lost_twice() {
    let row = cut(&large(), |asked| large().answer(asked));
    lose(&row);
    let running = row.start(&[]);
    let whole = |file: &fs::File| file.metadata().unwrap().len() > LARGE as u64;
    wait_until("it is gone on with", || whole(&fs::File::open(part(&row)).unwrap()));
    wait_until("more is durable", || {
        row.world
            .list()
            .first()
            .is_some_and(|job| job["done_bytes"].as_u64() > Some(4 * MIB as u64 + MIB as u64 / 2))
    });
    running.signal(rustix::process::Signal::KILL);
    running.end();
    lose(&row);
    is_taken_up(&row, &large(), 4 * MIB);
}

#[test]
fn f12_without_validators_what_is_proved_is_compared_too() {
    let bare = large().known_by(None, None);
    let served = bare.clone();
    let row = cut(&bare, move |asked| served.answer(asked));
    lose(&row);
    is_taken_up(&row, &bare, PROVED);
    assert_eq!(row.show()["by_overlap"], true, "{}", row.story());
    // The server has another file by now, and nothing but its bytes tells.
    let bare = another().known_by(None, None);
    let served = bare.clone();
    let row = cut(&large().known_by(None, None), move |asked| served.answer(asked));
    lose(&row);
    row.get("a.bin", &[]).expect_code(0);
    assert!(fs::read(row.world.dir().join("a.bin")).unwrap() == bare.content, "{}", row.story());
}

#[test]
fn f12_another_tag_leaves_the_part_alone() {
    let row = cut(&large(), |asked| another().known_by(Some("\"new\""), None).answer(asked));
    lose(&row);
    is_left_alone(&row, &another());
}

#[test]
fn f12_a_block_that_is_not_what_was_written_is_fetched_again() {
    let row = cut(&large(), |asked| large().answer(asked));
    lose(&row);
    spoil(&row, MIB as u64 + 77);
    is_taken_up(&row, &large(), PROVED - MIB);
}

#[test]
fn f12_without_a_whole_record_the_part_is_left_alone() {
    let header = LARGE.next_multiple_of(4096) as u64;
    for at in [header, header + 30, header + 4096 + 10] {
        let row = cut(&large(), |asked| large().answer(asked));
        lose(&row);
        spoil(&row, at);
        is_left_alone(&row, &large());
    }
    let row = cut(&large(), |asked| large().answer(asked));
    lose(&row);
    fs::File::options().write(true).open(part(&row)).unwrap().set_len(LARGE as u64).unwrap();
    is_left_alone(&row, &large());
}

#[test]
fn f12_a_part_that_is_a_jobs_is_left_alone() {
    let row = cut(&large(), |asked| large().answer(asked));
    // Another link to the same name: a second job.
    row.get("b/a.bin", &[]).expect_code(0);
    assert_eq!(row.world.files(), ["a (1).bin", "a.bin.part"], "{}", row.story());
    assert!(fs::read(row.world.dir().join("a (1).bin")).unwrap() == large().content);
    row.get("a.bin", &[]).expect_code(0);
    assert_eq!(row.world.files(), ["a (1).bin", "a.bin"]);
    assert!(fs::read(row.world.dir().join("a.bin")).unwrap() == large().content);
}

#[test]
fn f12_what_others_left_is_left_alone() {
    for left in [b"someone's".to_vec(), large().content[..CUT].to_vec(), vec![0; LARGE + 20_000]] {
        let row = Row::new(|asked| large().answer(asked));
        fs::write(part(&row), left).unwrap();
        is_left_alone(&row, &large());
    }
    let row = Row::new(|asked| large().answer(asked));
    fs::create_dir(part(&row)).unwrap();
    row.get("a.bin", &[]).expect_code(0);
    assert_eq!(row.world.files(), ["a (1).bin", "a.bin.part"]);
}

/// Nothing of it can be proved and nothing of it is of use: the same file begins in it anew.
#[test]
fn f12_a_part_without_a_whole_block_is_begun_anew_in_its_place() {
    let row = Row::resumed(&usual(), |asked| usual().answer(asked));
    lose(&row);
    row.finishes(&usual(), 1);
}

#[test]
fn f12_many_parts_of_a_large_file() {
    const HUGE: usize = 40 * MIB + 4711;
    static FILE: LazyLock<Origin> = LazyLock::new(|| Origin::new(HUGE, 0));
    let row = Row::new(|asked| FILE.answer(asked).paced(3 << 20));
    let eight = ["--connections", "8"];
    let running = row.start(&eight);
    let held = || row.world.list().first().and_then(|job| job["done_bytes"].as_u64()).unwrap_or(0);
    wait_until("half of it is here", || held() > HUGE as u64 / 2);
    running.signal(rustix::process::Signal::KILL);
    running.end();
    let spans = row.show()["ranges"].as_array().unwrap().len();
    assert!(spans >= 3, "{spans}");
    lose(&row);
    row.finishes_with(&eight, &FILE, 80);
    let story = row.story();
    let proved = story.split("Taken up again: ").nth(1).and_then(|rest| rest.split(' ').next());
    let proved: usize = proved.unwrap().parse().unwrap();
    assert!(proved > HUGE / 4, "{story}");
    row.kept(&FILE, proved - MIB);
}

/// Whenever the program dies, and the list with it: no file under a finished name is wrong, and the
/// next run has the right one.
#[test]
fn f12_killed_at_any_step_and_the_list_lost() {
    let whole = Row::new(|asked| usual().answer(asked).paced(2 << 20));
    whole.dies(&[], Death::None);
    let deeds = whole.deeds();
    let past = |line: &Line| line.deed == "write" && line.range.0 > SIZE as u64;
    assert!(deeds.iter().any(past), "no record was kept: {deeds:?}");
    let times = |deed| deeds.iter().filter(|line| line.deed == deed && line.is_done).count();
    let last = |deed| (deed, times(deed) - 1);
    let steps = [("make", 0), ("sync_folder", 0), ("reserve", 0), ("sync", 0), ("resize", 0)];
    let ends = [last("write"), last("sync"), last("rename"), last("sync_folder")];
    let steps = [steps.as_slice(), ends.as_slice()].concat();
    std::thread::scope(|scope| {
        for worker in 0..3 {
            let mine: Vec<_> = steps.iter().copied().skip(worker).step_by(3).collect();
            scope.spawn(move || mine.into_iter().for_each(dies_and_loses));
        }
    });
}

/// It dies at this step, with or without the power; then nothing is known of what it did.
fn dies_and_loses((deed, nth): (&'static str, usize)) {
    for (when, seed) in [(When::Before, None), (When::After, None), (When::After, Some(nth + 1))] {
        let row = Row::new(|asked| usual().answer(asked).paced(2 << 20));
        row.dies(&[], Death::Of(deed, when, nth));
        if let Some(seed) = seed {
            cut_power(&row, &row.deeds(), seed as u64);
        }
        // Where it died soon enough there is none.
        let _ = fs::remove_file(list(&row));
        row.get("a.bin", &[]).expect_code(0);
        let files = row.world.files();
        let ended: Vec<_> = files.iter().filter(|name| !name.ends_with("part")).collect();
        assert!(!ended.is_empty(), "{deed} {nth} {when:?} {seed:?}");
        for name in ended {
            let found = fs::read(row.world.dir().join(name)).unwrap();
            assert!(found == usual().content, "{deed} {nth} {when:?} {seed:?}: {name}");
        }
    }
}

/// Another program, with a list of its own, is writing it.
#[test]
fn f12_a_part_in_use_is_left_alone() {
    let row = Row::new(|asked| match asked.number {
        0 => large().answer(asked).cut(CUT, End::Hang),
        _ => large().answer(asked),
    });
    let running = row.start(&[]);
    let len = || fs::metadata(part(&row)).map_or(0, |meta| meta.len());
    wait_until("its record is written", || len() > LARGE as u64);
    let url = row.server.url("a.bin");
    let mut second = row.world.command(&["get", &url, "--dir", ".", "--quiet"]);
    second.env("ONWARD_DATA_DIR", row.world.dir().with_file_name("other"));
    super::binary::Running::start(&mut second).end().expect_code(0);
    assert_eq!(row.world.files(), ["a (1).bin", "a.bin.part"]);
    running.signal(rustix::process::Signal::TERM);
    running.end();
    row.get("a.bin", &[]).expect_code(0);
    for name in ["a.bin", "a (1).bin"] {
        assert!(fs::read(row.world.dir().join(name)).unwrap() == large().content, "{name}");
    }
}

/// What is read of it may be much, and is heard of; a pause waits for none of it.
#[test]
fn f12_a_pause_acts_while_a_part_is_looked_at() {
    let row = cut(&large(), |asked| large().answer(asked));
    let is_slow = Arc::new(AtomicBool::new(true));
    let slow = Arc::clone(&is_slow);
    let stage = Stage::over(move |when, deed, _| {
        let is_block = matches!(deed, Deed::Read(from, to) if to - from == MIB as u64);
        if is_block && when == When::Before && slow.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(400));
        }
        Fate::Done
    });
    fs::create_dir_all(stage.dir()).unwrap();
    fs::copy(part(&row), stage.dir().join("a.bin.part")).unwrap();
    let server = FaultServer::start(|asked| large().answer(asked).paced(RATE_BPS));
    let id = stage.add(&server.url("a.bin"), alone());
    wait_until("it is looked at", || server.log().len() == 1 && stage.view(id).connections == 0);
    within(Duration::from_secs(1), "nobody waits at the server", || server.open() == 0);
    stage.pause(id);
    within(Duration::from_millis(200), "the pause", || {
        stage.view(id).state == State::Paused && !stage.view(id).settling
    });
    is_slow.store(false, Ordering::SeqCst);
    stage.resume(id);
    stage.has_file(id, &large().content);
    let names = fs::read_dir(stage.dir()).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(names.collect::<Vec<_>>(), ["a.bin"]);
    stage.close();
}
