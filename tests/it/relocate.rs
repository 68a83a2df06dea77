//! Jobs that are given another folder before they are done: nothing is fetched twice, nothing is
//! replaced, and what cannot be is refused.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use onward::app::command::{Command, Refusal, Reply};
use onward::engine::hook::{Deed, Fate, When};
use onward::model::failure::FailureKind;
use onward::model::id::JobId;
use onward::model::log::Told;
use onward::model::phase::State;
use onward::model::relocation::NotMoved;

use super::binary::wait_until;
use super::fault_reply::End;
use super::fault_server::FaultServer;
use super::rows::{CUT, SIZE, TWICE, usual};
use super::stage::{Stage, alone, paced};

/// A server whose first answer stays out after a while.
pub(crate) fn halting() -> FaultServer {
    FaultServer::start(|asked| match asked.number {
        0 => usual().answer(asked).cut(CUT, End::Hang),
        _ => usual().answer(asked),
    })
}

/// The folders of these tests, made: the job's, and the one it is to get.
pub(crate) fn folders(stage: &Stage) -> (PathBuf, PathBuf) {
    let folders = (stage.dir().join("a"), stage.dir().join("b"));
    fs::create_dir_all(&folders.1).unwrap();
    folders
}

/// A paused job in the first folder that holds a part of the usual file.
pub(crate) fn begun(stage: &Stage, server: &FaultServer) -> JobId {
    let id = stage.add_in(&stage.dir().join("a"), &server.url("a.bin"), alone());
    wait_until("a part is there", || stage.view(id).done_bytes == CUT as u64);
    stage.pause(id);
    stage.comes_to(id, State::Paused);
    id
}

fn set_dir(stage: &Stage, id: JobId, dir: &Path) -> Reply {
    stage.call(Command::SetDir { id, dir: dir.to_owned() })
}

#[track_caller]
fn is_refused(stage: &Stage, id: JobId, dir: &Path, right: &NotMoved) {
    let (before, part) = (stage.details(id).view.dir, stage.details(id).part.unwrap());
    let Reply::Refused(Refusal::NotMoved(_, why)) = set_dir(stage, id, dir) else {
        panic!("it was moved to {}", dir.display())
    };
    assert_eq!(&why, right);
    assert_eq!(
        (stage.details(id).view.dir, stage.details(id).part.unwrap()),
        (before, part.clone())
    );
    assert!(part.exists());
}

pub(crate) fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = entries.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names
}

/// It goes on where it was, and its file is right.
#[track_caller]
pub(crate) fn goes_on(stage: &Stage, id: JobId, server: &FaultServer) {
    stage.resume(id);
    stage.has_file(id, &usual().content);
    let sent = usize::try_from(server.sent()).unwrap();
    assert!(sent <= SIZE + TWICE, "{sent}");
}

#[test]
fn one_that_rests_goes_to_another_folder_and_back() {
    let (stage, server) = (Stage::new(), halting());
    let (from, to) = folders(&stage);
    let id = begun(&stage, &server);
    let inode = fs::metadata(from.join("a.bin.part")).unwrap().ino();
    for (here, there) in [(&from, &to), (&to, &from), (&from, &to)] {
        assert_eq!(set_dir(&stage, id, there), Reply::Ok);
        assert!(names(here).is_empty());
        assert_eq!(names(there), ["a.bin.part"]);
        assert_eq!(stage.view(id).done_bytes, CUT as u64);
    }
    assert_eq!(fs::metadata(to.join("a.bin.part")).unwrap().ino(), inode);
    let (stage, _) = stage.restart();
    assert_eq!(stage.details(id).view.dir, to);
    goes_on(&stage, id, &server);
    let late = set_dir(&stage, id, &from);
    assert_eq!(late, Reply::Refused(Refusal::NotMoved(id, NotMoved::Finished)));
    stage.close();
}

#[test]
fn one_that_runs_blinks_and_goes_on_there() {
    let (stage, server) = (Stage::new(), paced());
    let (from, to) = folders(&stage);
    let id = stage.add_in(&from, &server.url("a.bin"), alone());
    wait_until("bytes flow", || stage.view(id).done_bytes > 0);
    assert_eq!(set_dir(&stage, id, &to), Reply::Ok);
    stage.has_file(id, &usual().content);
    assert_eq!(stage.view(id).path, to.join("a.bin"));
    assert!(names(&from).is_empty());
    assert_eq!(server.log().len(), 2);
    assert!(server.log()[1].first() > 0, "it began anew");
    stage.close();
}

#[test]
fn one_that_has_nothing_yet_only_gets_the_folder() {
    let (stage, server) =
        (Stage::new(), FaultServer::start(|asked| usual().answer(asked).cut(0, End::Hang)));
    let (from, to) = folders(&stage);
    let id = stage.add_in(&from, &server.url("a.bin"), alone());
    stage.pause(id);
    stage.comes_to(id, State::Paused);
    assert_eq!(set_dir(&stage, id, &to), Reply::Ok);
    assert_eq!(stage.details(id).view.dir, to);
    stage.close();
}

#[test]
fn a_taken_name_is_numbered_and_nothing_is_replaced() {
    let (stage, server) = (Stage::new(), halting());
    let (from, to) = folders(&stage);
    let id = begun(&stage, &server);
    fs::write(to.join("a.bin"), b"mine").unwrap();
    fs::write(to.join("a (1).bin.part"), b"mine too").unwrap();
    assert_eq!(set_dir(&stage, id, &to), Reply::Ok);
    assert!(names(&from).is_empty());
    assert_eq!(names(&to), ["a (1).bin.part", "a (2).bin.part", "a.bin"]);
    assert_eq!(stage.details(id).view.name, "a (2).bin");
    let (stage, _) = stage.restart();
    stage.resume(id);
    stage.comes_to(id, State::Completed);
    assert_eq!(stage.view(id).path, to.join("a (2).bin"));
    assert!(fs::read(stage.view(id).path).unwrap() == usual().content);
    assert_eq!(fs::read(to.join("a.bin")).unwrap(), b"mine");
    assert_eq!(fs::read(to.join("a (1).bin.part")).unwrap(), b"mine too");
    stage.close();
}

#[test]
fn what_cannot_be_is_refused_and_nothing_changes() {
    let (stage, server) = (Stage::new(), halting());
    let (from, to) = folders(&stage);
    let id = begun(&stage, &server);
    fs::write(stage.dir().join("file"), b"").unwrap();
    std::os::unix::fs::symlink(stage.dir().join("nowhere"), stage.dir().join("link")).unwrap();
    for missing in ["c", "file", "link"] {
        is_refused(&stage, id, &stage.dir().join(missing), &NotMoved::NoFolder);
    }
    is_refused(&stage, id, Path::new("b"), &NotMoved::NoFolder);
    let memory = tempfile::tempdir_in("/dev/shm").unwrap();
    if fs::metadata(memory.path()).unwrap().dev() != fs::metadata(&from).unwrap().dev() {
        is_refused(&stage, id, memory.path(), &NotMoved::OtherVolume);
    }
    // Under two names it is not only ours.
    fs::hard_link(from.join("a.bin.part"), from.join("twin")).unwrap();
    is_refused(&stage, id, &to, &NotMoved::NotOurs);
    fs::remove_file(from.join("twin")).unwrap();
    let other = fs::File::open(from.join("a.bin.part")).unwrap();
    other.lock().unwrap();
    is_refused(&stage, id, &to, &NotMoved::InUse);
    drop(other);
    assert_eq!(
        stage.call(Command::SetDir { id: JobId(9), dir: to.clone() }),
        Reply::Refused(Refusal::NoJob(JobId(9)))
    );
    goes_on(&stage, id, &server);
    assert_eq!(stage.view(id).path, from.join("a.bin"));
    stage.close();
}

#[test]
fn a_folder_under_another_name_is_the_same_folder() {
    let (stage, server) = (Stage::new(), halting());
    let (from, _) = folders(&stage);
    let id = begun(&stage, &server);
    let alias = stage.dir().join("alias");
    std::os::unix::fs::symlink(&from, &alias).unwrap();
    assert_eq!(set_dir(&stage, id, &alias), Reply::Ok);
    assert_eq!(names(&from), ["a.bin.part"]);
    assert_eq!(stage.details(id).view.dir, alias);
    goes_on(&stage, id, &server);
    stage.close();
}

#[test]
fn what_the_disk_does_not_take_is_taken_back() {
    let fails = Arc::new(Mutex::new(None));
    let told = Arc::clone(&fails);
    let stage = Stage::over(move |when, deed, _| match *told.lock().unwrap() {
        Some((fails, error)) if when == When::Before && deed == fails => {
            Fate::Failed(io::Error::from_raw_os_error(error))
        }
        _ => Fate::Done,
    });
    let server = halting();
    let (from, to) = folders(&stage);
    let id = begun(&stage, &server);
    // EXDEV, EROFS, EACCES.
    for (error, why) in
        [(18, NotMoved::OtherVolume), (30, NotMoved::ReadOnly), (13, NotMoved::NotWritable)]
    {
        *fails.lock().unwrap() = Some((Deed::Rename, error));
        is_refused(&stage, id, &to, &why);
        assert!(names(&to).is_empty());
    }
    // It is there, but nobody can tell whether it stays: it is looked at again before it goes on.
    *fails.lock().unwrap() = Some((Deed::SyncFolder, 5));
    let Reply::Refused(Refusal::NotMoved(_, NotMoved::Unsure(_))) = set_dir(&stage, id, &to) else {
        panic!("it was believed")
    };
    let last = stage.details(id).log.last().unwrap().told.clone();
    let Told::MovedUnsure(dir, why) = last else { panic!("{last:?}") };
    assert_eq!(Path::new(&dir), to);
    assert_eq!(why.kind, FailureKind::DiskError);
    // It is tried again before anything else is asked of it, and what is in the way is said.
    let again = set_dir(&stage, id, &from);
    let unfinished = NotMoved::Unfinished(from.clone(), why);
    assert_eq!(again, Reply::Refused(Refusal::NotMoved(id, unfinished)));
    assert_eq!(stage.details(id).view.dir, to);
    *fails.lock().unwrap() = None;
    assert_eq!(set_dir(&stage, id, &from), Reply::Ok);
    assert_eq!((names(&from), names(&to).len()), (vec!["a.bin.part".to_owned()], 0));
    // The same folder asked for again is the same move done again.
    *fails.lock().unwrap() = Some((Deed::SyncFolder, 5));
    for _ in 0..2 {
        let told = set_dir(&stage, id, &to);
        assert!(
            matches!(told, Reply::Refused(Refusal::NotMoved(_, NotMoved::Unsure(_)))),
            "{told:?}"
        );
    }
    *fails.lock().unwrap() = None;
    assert_eq!(set_dir(&stage, id, &to), Reply::Ok);
    goes_on(&stage, id, &server);
    assert_eq!(stage.view(id).path, to.join("a.bin"));
    assert!(names(&from).is_empty());
    stage.close();
}

#[test]
fn several_of_one_name_that_go_to_one_folder_at_once_are_numbered() {
    let stage = Stage::new();
    let server = FaultServer::start(|asked| usual().answer(asked).cut(CUT, End::Hang));
    let (_, to) = folders(&stage);
    let jobs: Vec<JobId> = (0..6)
        .map(|n| {
            let from = stage.dir().join(format!("from {n}"));
            let id = stage.add_in(&from, &server.url("a.bin"), alone());
            wait_until("a part is there", || stage.view(id).done_bytes == CUT as u64);
            stage.pause(id);
            stage.comes_to(id, State::Paused);
            id
        })
        .collect();
    for id in &jobs {
        stage.tell(Command::SetDir { id: *id, dir: to.clone() });
    }
    let moved = |id: &JobId| stage.details(*id).log.iter().any(|line| is_told(&line.told));
    wait_until("all are told", || jobs.iter().all(moved));
    let mut right: Vec<String> = (1..6).map(|n| format!("a ({n}).bin.part")).collect();
    right.push("a.bin.part".to_owned());
    assert_eq!(names(&to), right);
    for id in &jobs {
        assert_eq!(stage.details(*id).view.dir, to);
    }
    stage.close();
}

fn is_told(told: &Told) -> bool {
    matches!(told, Told::Moved(_) | Told::NotMoved(..) | Told::MovedUnsure(..))
}
