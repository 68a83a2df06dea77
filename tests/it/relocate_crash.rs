//! Moves to another folder that break off: a program that dies at any step of one, the next start, and
//! what may stand where by then.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use onward::app::command::Command;
use onward::engine::hook::{Deed, Fate, When, hang};
use onward::engine::relocate::{Wanted, carry, look};
use onward::model::failure::FailureKind;
use onward::model::id::JobId;
use onward::model::job::{FileId, Generation};
use onward::model::relocation::{Carried, Names, NotMoved, Relocation, Settled};

use super::binary::wait_until;
use super::fault_server::FaultServer;
use super::relocate::{begun, folders, goes_on, halting, names};
use super::rows::{CUT, usual};
use super::stage::{Stage, broken};

/// Holds up the n-th thing that is told of a move, as a program that died there, until it is let go;
/// then it fails.
#[derive(Default)]
struct Death {
    point: Mutex<Point>,
    changed: Condvar,
}

#[derive(Default)]
struct Point {
    /// The one it dies at, counted from now; none while it lives.
    at: Option<usize>,
    told: usize,
    is_dead: bool,
    is_over: bool,
}

impl Death {
    fn arm(&self, at: Option<usize>) {
        let mut point = self.point.lock().unwrap();
        (point.at, point.told, point.is_dead) = (at, 0, false);
    }

    fn hear(&self, deed: Deed) -> Fate {
        let mut point = self.point.lock().unwrap();
        if point.at.is_none() || !matches!(deed, Deed::Rename | Deed::SyncFolder) {
            return Fate::Done;
        }
        point.told += 1;
        if point.at != Some(point.told - 1) {
            return Fate::Done;
        }
        point.is_dead = true;
        // A test that failed lets it go too, in the end.
        let held = self.changed.wait_timeout_while(point, LONGEST, |point| !point.is_over);
        drop(held.unwrap());
        broken()
    }

    fn is_dead(&self) -> bool {
        self.point.lock().unwrap().is_dead
    }

    fn is_over(&self) {
        self.point.lock().unwrap().is_over = true;
        self.changed.notify_all();
    }
}

/// The longest a dead program is held.
const LONGEST: Duration = Duration::from_secs(20);

/// Steps of a move, each begun and done: the rename, and both folders synced.
const STEPS: usize = 6;

/// A move that dies at each of these steps in turn, the last time for good; the stage after that, its
/// job, and what is told when all is over.
fn dying(deaths: &[usize]) -> (Stage, JobId, FaultServer, Arc<Death>) {
    let death = Arc::new(Death::default());
    let told = Arc::clone(&death);
    let mut stage = Stage::over(move |_, deed, _| told.hear(deed));
    let server = halting();
    let (_, to) = folders(&stage);
    let id = begun(&stage, &server);
    let (first, rest) = deaths.split_first().unwrap();
    death.arm(Some(*first));
    stage.tell(Command::SetDir { id, dir: to });
    wait_until("it dies", || death.is_dead());
    for next in rest {
        death.arm(Some(*next));
        stage = stage.crash();
        wait_until("it dies again", || death.is_dead());
    }
    death.arm(None);
    (stage, id, server, death)
}

#[test]
fn a_program_that_dies_at_any_step_finishes_the_move_at_the_next_start() {
    let twice = [(0, 0), (0, 1), (1, 0), (2, 1), (1, 3), (5, 2)];
    let twice = twice.map(|(first, second)| vec![first, second]);
    for deaths in (0..STEPS).map(|step| vec![step]).chain(twice) {
        let (stage, id, server, death) = dying(&deaths);
        let stage = stage.crash();
        let (from, to) = folders(&stage);
        wait_until(&format!("{deaths:?}: it is there"), || names(&to) == ["a.bin.part"]);
        assert!(names(&from).is_empty(), "{deaths:?}");
        assert_eq!((stage.details(id).view.dir, stage.view(id).done_bytes), (to, CUT as u64));
        goes_on(&stage, id, &server);
        death.is_over();
        stage.close();
    }
}

#[test]
fn where_its_place_is_taken_after_a_break_it_stays_where_it_is() {
    let (stage, id, server, death) = dying(&[0]);
    let (from, to) = folders(&stage);
    fs::write(to.join("a.bin.part"), b"mine").unwrap();
    let stage = stage.crash();
    wait_until("it is taken back", || stage.details(id).view.dir == from);
    goes_on(&stage, id, &server);
    assert_eq!(stage.view(id).path, from.join("a.bin"));
    assert_eq!(fs::read(to.join("a.bin.part")).unwrap(), b"mine");
    death.is_over();
    stage.close();
}

#[test]
fn under_both_names_it_keeps_the_one_it_is_to_have() {
    let (stage, id, server, death) = dying(&[0]);
    let (from, to) = folders(&stage);
    fs::hard_link(from.join("a.bin.part"), to.join("a.bin.part")).unwrap();
    let stage = stage.crash();
    wait_until("one is left", || names(&from).is_empty());
    goes_on(&stage, id, &server);
    assert_eq!(stage.view(id).path, to.join("a.bin"));
    death.is_over();
    stage.close();
}

#[test]
fn one_that_is_gone_from_both_begins_anew_where_it_was_to_be() {
    let (stage, id, server, death) = dying(&[0]);
    let (from, to) = folders(&stage);
    fs::remove_file(from.join("a.bin.part")).unwrap();
    let stage = stage.crash();
    stage.resume(id);
    stage.has_file(id, &usual().content);
    assert_eq!((stage.view(id).path, names(&from).len()), (to.join("a.bin"), 0));
    assert_eq!(server.log().last().unwrap().first(), 0);
    death.is_over();
    stage.close();
}

#[test]
fn one_that_is_removed_on_its_way_leaves_nothing() {
    let (stage, id, _server, death) = dying(&[0]);
    let (from, to) = folders(&stage);
    stage.remove(id);
    wait_until("it is gone", || stage.views().is_empty());
    assert!(names(&from).is_empty() && names(&to).is_empty());
    death.is_over();
    stage.close();
}

#[test]
fn where_the_folder_before_was_deleted_after_the_rename_it_goes_on_in_the_new_one() {
    let (stage, id, server, death) = dying(&[2]);
    let (from, to) = folders(&stage);
    fs::remove_dir(&from).unwrap();
    let stage = stage.crash();
    goes_on(&stage, id, &server);
    assert_eq!(stage.view(id).path, to.join("a.bin"));
    assert!(!from.exists());
    death.is_over();
    stage.close();
}

#[test]
fn where_the_folder_before_is_away_after_a_break_it_waits_for_it() {
    let (stage, id, server, death) = dying(&[0]);
    let (from, to) = folders(&stage);
    let away = stage.dir().join("away");
    fs::rename(&from, &away).unwrap();
    let stage = stage.crash();
    stage.resume(id);
    stage.waits_for(id, FailureKind::VolumeGone);
    assert!(names(&to).is_empty());
    fs::rename(&away, &from).unwrap();
    goes_on(&stage, id, &server);
    assert_eq!(stage.view(id).path, to.join("a.bin"));
    death.is_over();
    stage.close();
}

fn id_of(path: &Path) -> FileId {
    let meta = fs::metadata(path).unwrap();
    FileId { device: meta.dev(), inode: meta.ino() }
}

/// A part in one folder, recorded as on its way to the other; the folder of both.
fn on_its_way() -> (tempfile::TempDir, Relocation) {
    let dir = tempfile::tempdir().unwrap();
    let from = dir.path().join("a");
    fs::create_dir(&from).unwrap();
    fs::create_dir(dir.path().join("b")).unwrap();
    fs::write(from.join("a.part"), b"ours").unwrap();
    let names = || Names { name: "a".into(), part: "a.part".into() };
    let file = Some(id_of(&from.join("a.part")));
    let part = Carried { generation: 1, file, before: names(), after: names() };
    (dir, Relocation { from, parts: vec![part] })
}

#[test]
fn a_rename_that_was_done_and_reports_an_error_was_done() {
    let (dir, moved) = on_its_way();
    let to = dir.path().join("b");
    let there = to.join("a.part");
    let hung = hang(&moved.from, move |when, deed, path| {
        if (when, deed) != (When::Before, Deed::Rename) {
            return Fate::Done;
        }
        fs::rename(path, &there).unwrap();
        Fate::Failed(io::Error::from_raw_os_error(5))
    });
    assert_eq!(carry(&to, &moved), Ok(Settled::There));
    assert_eq!(names(&to), ["a.part"]);
    drop(hung);
}

#[test]
fn where_a_rename_fails_and_the_part_is_gone_nothing_is_believed() {
    let (dir, moved) = on_its_way();
    let to = dir.path().join("b");
    let hung = hang(&moved.from, move |when, deed, path| {
        if (when, deed) == (When::Before, Deed::Rename) {
            fs::remove_file(path).unwrap();
            return Fate::Failed(io::Error::from_raw_os_error(5));
        }
        Fate::Done
    });
    assert_eq!(carry(&to, &moved).unwrap_err().kind, FailureKind::DiskError);
    drop(hung);
}

#[test]
fn a_folder_before_that_may_not_be_read_is_not_waited_for() {
    let (dir, moved) = on_its_way();
    let to = dir.path().join("b");
    let denied = |error: i32| {
        hang(&moved.from, move |_, deed, _| {
            if deed == Deed::SyncFolder {
                return Fate::Failed(io::Error::from_raw_os_error(error));
            }
            Fate::Done
        })
    };
    let hung = denied(5);
    assert_eq!(carry(&to, &moved).unwrap_err().kind, FailureKind::DiskError);
    drop(hung);
    let hung = denied(13);
    assert_eq!(carry(&to, &moved), Ok(Settled::There));
    drop(hung);
}

#[test]
fn what_keeps_it_where_it_is_has_its_own_reason() {
    let (dir, moved) = on_its_way();
    let to = dir.path().join("b");
    fs::write(to.join("a.part"), b"mine").unwrap();
    assert_eq!(carry(&to, &moved), Ok(Settled::Back(NotMoved::NameTaken)));
    fs::remove_file(to.join("a.part")).unwrap();
    fs::write(moved.from.join("other"), b"other").unwrap();
    fs::rename(moved.from.join("other"), moved.from.join("a.part")).unwrap();
    assert_eq!(carry(&to, &moved), Ok(Settled::Back(NotMoved::NotOurs)));
}

#[test]
fn a_part_whose_folder_is_away_is_not_left_behind_though_nothing_of_it_is_durable() {
    let (dir, moved) = on_its_way();
    let generation = Generation::new(1, "a".into(), "a.part".into(), moved.parts[0].file);
    let (to, away) = (dir.path().join("b"), dir.path().join("away"));
    fs::rename(&moved.from, &away).unwrap();
    let wanted = |generations| {
        let (from, to) = (moved.from.clone(), to.clone());
        look(&Wanted { from, to, generations, holds: false })
    };
    assert_eq!(wanted(vec![generation]), Err(NotMoved::Away));
    assert_eq!(wanted(Vec::new()), Ok(None), "no part was ever made");
}
