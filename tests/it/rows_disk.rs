//! Rows F5 to F7: a disk that is full, broken, or that cannot reserve, under the service in this
//! process.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use onward::engine::hook::{Deed, Fate, When};
use onward::model::failure::FailureKind;
use onward::model::phase::State;

use super::binary::wait_until;
use super::fault_reply::Origin;
use super::fault_server::FaultServer;
use super::faults::damage;
use super::rows::{CUT, Row, SIZE, TWICE, usual};
use super::stage::{Stage, alone, broken, full, paced, usual_at};

/// A job of the usual file over a disk that does as told while `fails`; it fails for this reason,
/// twice, keeps what is durable, and goes on when the disk is in order again.
#[track_caller]
fn fails_and_goes_on(why: FailureKind, fate: impl Fn(Deed) -> Fate + Send + Sync + 'static) -> u64 {
    let fails = Arc::new(AtomicBool::new(true));
    let is_failing = Arc::clone(&fails);
    let stage =
        Stage::over(
            move |_, deed, _| {
                if is_failing.load(Ordering::SeqCst) { fate(deed) } else { Fate::Done }
            },
        );
    let server = paced();
    let id = stage.add(&server.url("a.bin"), alone());
    stage.waits_for(id, why);
    let held = stage.durable_is_right(id, usual_at);
    assert_eq!(server.log().len(), 1);
    stage.retry(id);
    wait_until("it tried", || server.log().len() == 2);
    stage.waits_for(id, why);
    assert!(stage.durable_is_right(id, usual_at) >= held);
    let (held, before) = (stage.durable_is_right(id, usual_at), server.sent());
    fails.store(false, Ordering::SeqCst);
    stage.retry(id);
    stage.has_file(id, &usual().content);
    let sent = usize::try_from(server.sent() - before + held).unwrap();
    // The server counts what the system takes from it before it hears that nobody reads on.
    assert!((SIZE..=SIZE + 2 * TWICE).contains(&sent), "{sent} {held}");
    assert_eq!(server.log().len(), 3);
    stage.close();
    held
}

/// Something is written into the second half of the usual file.
fn past_half(deed: Deed) -> bool {
    matches!(deed, Deed::Write(_, end) if end > SIZE as u64 / 2 && end <= SIZE as u64)
}

#[test]
fn f5_no_space_at_write() {
    let held =
        fails_and_goes_on(
            FailureKind::DiskFull,
            |deed| {
                if past_half(deed) { full() } else { Fate::Done }
            },
        );
    assert!(held > 0);
}

#[test]
fn f5_no_space_at_reserve() {
    let held = fails_and_goes_on(FailureKind::DiskFull, |deed| {
        if let Deed::Reserve(_) = deed { full() } else { Fate::Done }
    });
    assert_eq!(held, 0);
}

/// A job of the usual file over a disk that fails as `fate` says, so many requests long; then it is the
/// user's, keeps what is durable, and goes on when the disk is in order again.
#[track_caller]
fn gives_up_and_goes_on(
    requests: usize,
    fate: impl Fn(Deed) -> Fate + Send + Sync + 'static,
) -> u64 {
    let fails = Arc::new(AtomicBool::new(true));
    let is_failing = Arc::clone(&fails);
    let stage =
        Stage::over(
            move |_, deed, _| {
                if is_failing.load(Ordering::SeqCst) { fate(deed) } else { Fate::Done }
            },
        );
    let server = paced();
    let id = stage.add(&server.url("a.bin"), alone());
    stage.comes_to(id, State::Failed);
    assert_eq!(stage.view(id).error.unwrap().kind, FailureKind::DiskError);
    let held = stage.durable_is_right(id, usual_at);
    assert_eq!(server.log().len(), requests);
    let before = server.sent();
    fails.store(false, Ordering::SeqCst);
    stage.retry(id);
    stage.has_file(id, &usual().content);
    let sent = usize::try_from(server.sent() - before + held).unwrap();
    assert!((SIZE..=SIZE + 2 * TWICE).contains(&sent), "{sent} {held}");
    assert_eq!(server.log().len(), requests + 1);
    stage.close();
    held
}

/// What it took is made durable and kept, the rest is asked for once more, at once.
#[test]
fn f6_writing_fails() {
    let held = gives_up_and_goes_on(2, |deed| if past_half(deed) { broken() } else { Fate::Done });
    assert!(held > 0);
}

/// After a failed sync nothing that was not durable before is believed, though it stands in the file
/// and the next sync succeeds.
#[test]
fn f6_syncing_fails() {
    let synced = Arc::new(AtomicU64::new(0));
    gives_up_and_goes_on(2, move |deed| {
        // The first checkpoint succeeds.
        let fails = deed == Deed::Sync && synced.fetch_add(1, Ordering::SeqCst) > 0;
        if fails { broken() } else { Fate::Done }
    });
}

#[test]
fn f6_syncing_fails_at_the_end() {
    let held =
        gives_up_and_goes_on(2, |deed| if deed == Deed::Sync { broken() } else { Fate::Done });
    assert_eq!(held, 0);
}

/// What a failed sync left in the file is not taken back by a later start either, though it carries its
/// hashes: the file shows what the disk may not hold.
#[test]
fn f6_what_was_not_synced_is_not_taken_back_later() {
    let fails = Arc::new(AtomicBool::new(true));
    let is_failing = Arc::clone(&fails);
    let stage = Stage::over(move |_, deed, _| {
        let fails = deed == Deed::Sync && is_failing.load(Ordering::SeqCst);
        if fails { broken() } else { Fate::Done }
    });
    let origin = Origin::new(5 << 20, 0);
    let answer = origin.clone();
    let server = FaultServer::start(move |asked| answer.answer(asked));
    let id = stage.add(&server.url("a.bin"), alone());
    stage.comes_to(id, State::Failed);
    let stage = stage.crash();
    let before = server.sent();
    fails.store(false, Ordering::SeqCst);
    stage.retry(id);
    stage.has_file(id, &origin.content);
    assert!(server.sent() - before >= 5 << 20, "{}", server.sent() - before);
    stage.close();
}

/// Once: it is fetched again, without anybody's doing.
#[test]
fn f6_what_fails_once_is_fetched_again() {
    let failed = AtomicBool::new(false);
    let stage = Stage::over(move |_, deed, _| {
        let fails = past_half(deed) && !failed.swap(true, Ordering::SeqCst);
        if fails { broken() } else { Fate::Done }
    });
    let server = paced();
    let id = stage.add(&server.url("a.bin"), alone());
    stage.has_file(id, &usual().content);
    assert_eq!(server.log().len(), 2);
    stage.close();
}

/// The names in the folder of downloads.
fn names(stage: &Stage) -> Vec<String> {
    let name = |entry: std::fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    std::fs::read_dir(stage.dir()).unwrap().map(|entry| name(entry.unwrap())).collect()
}

/// A folder that is not made durable while it fails, from its `first` time on; with `stays`, a file that
/// has its name then does not lose it again. Where it failed, only `left` stands in it, and in the end
/// only the file; so many requests are made in all.
#[track_caller]
fn folder_fails_and_goes_on(first: u64, stays: bool, left: &[&str], requests: usize) {
    let (fails, synced) = (Arc::new(AtomicBool::new(true)), AtomicU64::new(1));
    let is_failing = Arc::clone(&fails);
    let stage = Stage::over(move |when, deed, path| {
        let is_folder = (when, deed) == (When::Before, Deed::SyncFolder);
        let is_sync = is_folder && synced.fetch_add(1, Ordering::SeqCst) >= first;
        let is_back = deed == Deed::Rename && path.ends_with("a.bin") && stays;
        let fails = is_failing.load(Ordering::SeqCst) && (is_sync || is_back);
        if fails { full() } else { Fate::Done }
    });
    let origin = usual();
    let server = FaultServer::start(move |asked| origin.answer(asked));
    let id = stage.add(&server.url("a.bin"), alone());
    stage.waits_for(id, FailureKind::DiskFull);
    assert_eq!(names(&stage), left);
    fails.store(false, Ordering::SeqCst);
    stage.retry(id);
    stage.has_file(id, &usual().content);
    assert_eq!((names(&stage), server.log().len()), (vec!["a.bin".to_owned()], requests));
    stage.close();
}

#[test]
fn f5_no_space_for_the_name_of_a_part() {
    folder_fails_and_goes_on(1, false, &[], 2);
}

/// What is whole is not fetched again, and not under another name.
#[test]
fn f5_no_space_for_the_name_of_the_file() {
    folder_fails_and_goes_on(2, false, &["a.bin.part"], 1);
    folder_fails_and_goes_on(2, true, &["a.bin"], 1);
}

/// What is kept behind the file is help in need, and no need itself.
#[test]
fn f5_no_space_for_the_record() {
    let tried = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&tried);
    let stage = Stage::over(move |when, deed, _| match (when, deed) {
        (When::Before, Deed::Write(at, _)) if at >= SIZE as u64 => {
            count.fetch_add(1, Ordering::SeqCst);
            Fate::Failed(std::io::ErrorKind::StorageFull.into())
        }
        _ => Fate::Done,
    });
    let server = paced();
    let id = stage.add(&server.url("a.bin"), alone());
    stage.has_file(id, &usual().content);
    assert_eq!((tried.load(Ordering::SeqCst), server.log().len()), (1, 1));
    stage.close();
}

#[test]
fn f7_a_file_system_that_cannot_reserve() {
    let written = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&written);
    let stage = Stage::over(move |when, deed, _| match (when, deed) {
        // EOPNOTSUPP.
        (When::Before, Deed::Reserve(_)) => Fate::Failed(std::io::Error::from_raw_os_error(95)),
        (When::Before, Deed::Write(at, end)) => {
            count.fetch_add(end - at, Ordering::SeqCst);
            Fate::Done
        }
        _ => Fate::Done,
    });
    let server = paced();
    let id = stage.add(&server.url("a.bin"), alone());
    stage.has_file(id, &usual().content);
    assert_eq!(written.load(Ordering::SeqCst), SIZE as u64, "zeros were written");
    assert_eq!(server.log().len(), 1);
    stage.close();
}

/// The ledger knows whole blocks; what of others is held is known again too, wherever it was damaged and
/// whatever identifies the file, also while the program did not run.
#[test]
fn damage_in_a_block_that_is_not_whole_is_found() {
    for origin in [usual(), usual().known_by(None, None)] {
        for at in [0, 1000, CUT as u64 - 1] {
            let answer = origin.clone();
            let row = Row::resumed(&origin, move |asked| answer.answer(asked));
            damage(&row.world.dir().join("a.bin.part"), at);
            row.finishes(&origin, 2);
            let story = row.story();
            assert!(story.contains("no longer what was written"), "{at} {story}");
        }
    }
}
