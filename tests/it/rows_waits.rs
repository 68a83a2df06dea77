//! Rows of waiting: a network that is not there, a server that asks to wait, a part file that was
//! moved, copied or is away. Where a wait ends by itself is tested beside the service.

use std::fs;
use std::time::{Duration, Instant};

use super::binary::wait_until;
use super::fault_reply::{End, Origin, Reply};
use super::rows::{CUT, Row, usual};

#[cfg(unix)]
#[test]
fn e13_names_that_cannot_be_looked_up_cost_no_attempt() {
    let row = Row::new(|asked| usual().answer(asked));
    // Longer than a name may be (RFC 1035 §2.3.4), so that nobody on the network is asked for it; and
    // never a name of anything (RFC 2606).
    let running = ["a", "b"].map(|letter| {
        let url = format!("http://{}.invalid/a.bin", letter.repeat(64));
        row.world.start(&["get", &url, "--dir", ".", "--quiet", "--retries", "99"])
    });
    let lost = |job: &serde_json::Value| {
        let code = job["error"]["code"].as_str().unwrap_or_default();
        job["state"] == "waiting" && ["no_network", "no_name_service"].contains(&code)
    };
    let both = || {
        let jobs = row.world.list();
        (jobs.len() == 2 && jobs.iter().all(lost)).then_some(jobs)
    };
    wait_until("both wait for the network", || both().is_some());
    let attempts = |jobs: Vec<serde_json::Value>| -> Vec<u64> {
        jobs.iter().map(|job| job["attempt"].as_u64().unwrap()).collect()
    };
    let before = attempts(both().unwrap());
    let looked = || row.story().lines().filter(|line| line.starts_with("Waits ")).count();
    let looks = looked();
    wait_until("it looks again", || looked() > looks && both().is_some());
    assert_eq!(attempts(both().unwrap()), before, "{}", row.story());
    for running in running {
        running.signal(rustix::process::Signal::TERM);
        assert_eq!(running.end().code, Some(143));
    }
}

#[test]
fn d2_what_a_server_asked_for_survives_a_restart() {
    let row = Row::new(|_| Reply::new("503 Later", &[]).with("Retry-After", "900"));
    row.stops(3, "busy", 0, 1);
    // Each of these is a start of its own.
    for _ in 0..2 {
        let job = row.show();
        let until: jiff::Timestamp = job["retry_at"].as_str().unwrap().parse().unwrap();
        let wait = until.duration_since(jiff::Timestamp::now()).as_secs();
        assert!((850..=900).contains(&wait), "{wait}");
        assert_eq!((&job["state"], &job["why"]["code"]), (&"waiting".into(), &"asked".into()));
    }
    let text = row.world.run(&["show", "1"]).expect_code(0);
    assert!(
        text.contains("Why           The server is busy (503). The server asked to wait until ")
    );
}

#[cfg(unix)]
#[test]
fn what_waits_is_tried_at_once_where_that_is_wished() {
    let row = Row::new(|asked| match asked.number {
        0 => Reply::new("503 Later", &[]).with("Retry-After", "900"),
        _ => usual().answer(asked),
    });
    let running = row.start(&["--retries", "5"]);
    wait_until("it waits", || row.world.list().iter().any(|job| job["state"] == "waiting"));
    let start = Instant::now();
    row.world.run(&["retry", "1"]).expect_code(0);
    running.end().expect_code(0);
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    assert_eq!(row.show()["why"]["code"], "done");
}

#[cfg(unix)]
#[test]
fn a_job_that_runs_says_what_holds_it_back() {
    let row = Row::new(|asked| usual().answer(asked).cut(CUT, End::Hang));
    let running = row.start(&[]);
    let why = || row.world.list().len() == 1 && row.show()["why"]["code"] == "standstill";
    wait_until("nothing comes", why);
    running.signal(rustix::process::Signal::TERM);
    assert_eq!(running.end().code, Some(143));
    assert_eq!(row.show()["why"]["code"], "paused");
}

/// A file of three blocks, of which two and a little came; and how much that is.
fn three_blocks() -> (Row, Origin, usize) {
    let (long, cut) = (Origin::new(3 << 20, 0), (2 << 20) + 5);
    let answer = long.clone();
    let row = Row::new(move |asked| match asked.number {
        0 => answer.answer(asked).cut(cut, End::Fin),
        1 => Reply::new("503 Later", &[]),
        _ => answer.answer(asked),
    });
    row.stops(3, "busy", cut, 2);
    (row, long, cut)
}

/// Puts the part's bytes into another file of its name, changed as told.
fn replace_part(row: &Row, change: impl Fn(&mut Vec<u8>)) {
    let part = row.world.dir().join("a.bin.part");
    let mut bytes = fs::read(&part).unwrap();
    change(&mut bytes);
    // Beside it first, so that the new file cannot be given the old one's number.
    let copy = row.world.dir().join("copy");
    fs::write(&copy, bytes).unwrap();
    fs::rename(copy, part).unwrap();
}

#[cfg(unix)]
#[test]
fn f8_f10_a_part_under_another_number_with_the_right_blocks_is_gone_on_with() {
    let (row, long, cut) = three_blocks();
    replace_part(&row, |_| {});
    row.keeps(&long, cut, 1);
    assert!(row.story().contains("the right bytes"), "{}", row.story());
}

#[cfg(unix)]
#[test]
fn f8_a_part_under_another_number_with_other_blocks_is_left_alone() {
    let (row, long, _) = three_blocks();
    replace_part(&row, |bytes| bytes[7] ^= 1);
    row.get("a.bin", &[]).expect_code(0);
    assert_eq!(row.world.files(), ["a.bin", "a.bin.part"], "somebody else's file stays");
    assert!(fs::read(row.world.dir().join("a.bin")).unwrap() == long.content);
}

#[cfg(unix)]
#[test]
fn f8_a_part_that_is_deleted_while_it_is_written_is_fetched_anew() {
    let row = Row::new(|asked| match asked.number {
        0 => usual().answer(asked).cut(CUT, End::Fin),
        1 => {
            // Long enough for the part to go meanwhile.
            let mut reply = usual().answer(asked);
            reply.pause = Duration::from_secs(2);
            reply
        }
        _ => usual().answer(asked),
    });
    let running = row.start(&["--retries", "3"]);
    wait_until("the rest is asked for", || row.server.log().len() == 2);
    fs::remove_file(row.world.dir().join("a.bin.part")).unwrap();
    running.end().expect_code(0);
    assert_eq!(row.world.files(), ["a.bin"], "{}", row.story());
    assert!(fs::read(row.world.dir().join("a.bin")).unwrap() == usual().content);
    assert!(row.story().contains("the part file is gone"), "{}", row.story());
}

#[test]
fn f10_a_folder_that_is_away_is_waited_for_and_nothing_is_begun_anew() {
    let row = Row::new(|asked| match asked.number {
        0 => usual().answer(asked).cut(CUT, End::Fin),
        1 => Reply::new("503 Later", &[]),
        _ => usual().answer(asked),
    });
    let url = row.server.url("a.bin");
    let line = ["get", &url, "--dir", "disk", "--quiet", "--connections", "1", "--retries", "0"];
    row.world.run(&line).expect_code(3);
    let (disk, away) = (row.world.dir().join("disk"), row.world.dir().join("away"));
    fs::rename(&disk, &away).unwrap();
    let told = row.world.run(&line);
    assert!(told.err.contains("The disk that holds the unfinished file is not there"), "{told:?}");
    told.expect_code(3);
    let job = row.show();
    assert_eq!((&job["state"], &job["error"]["code"]), (&"waiting".into(), &"volume_gone".into()));
    assert_eq!((&job["done_bytes"], row.server.log().len()), (&CUT.into(), 2));
    assert!(!disk.exists(), "a folder was made in the volume's place");
    fs::rename(&away, &disk).unwrap();
    row.world.run(&line).expect_code(0);
    assert!(fs::read(disk.join("a.bin")).unwrap() == usual().content);
    assert_eq!(row.server.log().len(), 3);
    row.same_file();
}
