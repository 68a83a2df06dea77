//! Opening what must not be touched: newer, in use, read-only; and what is new or older.

use std::fs;

use super::{files, folder, new_job, now, raw, reopened, with_jobs};
use crate::store::open::open_with;
use crate::store::{OpenError, open, schema};

/// The version these tests begin with.
const NOW: u32 = 10;

/// The steps of a later Onward.
fn with_later(step: &'static str) -> Vec<&'static str> {
    schema::MIGRATIONS.into_iter().chain([step]).collect()
}

#[test]
fn a_newer_database_is_refused_and_not_touched() {
    let (folder, path, _) = with_jobs(1);
    raw(&path).pragma_update(None, "user_version", 99).unwrap();
    let before = files(folder.path());
    let refused = open(&path, now()).unwrap_err();
    assert!(matches!(refused, OpenError::Newer { found: 99, known: NOW, .. }));
    assert!(refused.to_string().contains("update Onward"));
    assert_eq!(files(folder.path()), before);
}

#[test]
fn a_newer_version_that_stands_only_in_the_log_of_writes_is_not_touched_either() {
    let (folder, path, _) = with_jobs(1);
    let other = tempfile::tempdir().unwrap();
    let writer = raw(&path);
    writer.pragma_update(None, "user_version", 99).unwrap();
    for name in ["onward.db", "onward.db-wal"] {
        fs::copy(folder.path().join(name), other.path().join(name)).unwrap();
    }
    let before = files(other.path());
    let refused = open(&other.path().join("onward.db"), now()).unwrap_err();
    assert!(matches!(refused, OpenError::Newer { found: 99, known: NOW, .. }));
    assert_eq!(files(other.path()), before);
}

#[test]
fn a_database_in_use_is_refused() {
    let (_folder, path) = folder();
    let opened = reopened(&path);
    opened.store.add_jobs(vec![new_job()], now()).blocking().unwrap();
    assert!(matches!(open(&path, now()), Err(OpenError::Busy(_))));
    assert_eq!(opened.store.load_jobs().blocking().unwrap().len(), 1);
}

#[cfg(unix)]
#[test]
fn a_read_only_file_or_folder_is_refused_and_not_touched() {
    use std::os::unix::fs::PermissionsExt;
    let set = |path: &std::path::Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    let (folder, path, _) = with_jobs(1);
    let before = files(folder.path());
    set(&path, 0o400);
    let refused = open(&path, now()).unwrap_err();
    assert!(matches!(refused, OpenError::ReadOnly(_)));
    assert!(refused.to_string().contains("writable"));
    set(&path, 0o600);
    set(folder.path(), 0o500);
    assert!(matches!(open(&path, now()), Err(OpenError::ReadOnly(_))));
    set(folder.path(), 0o700);
    assert_eq!(files(folder.path()), before);
}

#[test]
fn an_empty_file_is_a_new_database() {
    let (folder, path) = folder();
    fs::write(&path, "").unwrap();
    let opened = reopened(&path);
    assert_eq!((&opened.set_aside, &opened.backup, opened.was_clean), (&None, &None, true));
    drop(opened);
    assert_eq!(files(folder.path()).len(), 1);
}

#[test]
fn a_folder_in_the_way_is_told() {
    let (_folder, path) = folder();
    fs::create_dir(&path).unwrap();
    assert!(matches!(open(&path, now()), Err(OpenError::File { .. })));
}

#[test]
fn an_older_database_is_copied_and_then_brought_up_to_date() {
    let (folder, path, jobs) = with_jobs(2);
    let steps = with_later("CREATE TABLE later (x INTEGER) STRICT;");
    let opened = open_with(&path, now(), &steps).unwrap();
    let backup = opened.backup.clone().unwrap();
    assert_eq!(backup, folder.path().join(format!("onward.db.backup-v{NOW}")));
    assert_eq!(opened.store.load_jobs().blocking().unwrap(), jobs);
    opened.store.close().unwrap();
    assert_eq!(schema::version(&raw(&path)).unwrap(), NOW + 1);
    assert_eq!(reopened(&backup).store.load_jobs().blocking().unwrap(), jobs);

    let again = open_with(&path, now(), &steps).unwrap();
    assert_eq!(again.backup, None, "nothing is left to bring up to date");
}

#[test]
fn a_step_that_fails_leaves_the_older_database_as_it_was() {
    let (_folder, path, jobs) = with_jobs(1);
    let steps = with_later("CREATE TABLE later (x INTEGER) STRICT; CREATE TABLE jobs (x) STRICT;");
    for _ in 0..2 {
        assert!(matches!(open_with(&path, now(), &steps), Err(OpenError::Sqlite { .. })));
    }
    assert_eq!(reopened(&path).store.load_jobs().blocking().unwrap(), jobs);
    let later = raw(&path).prepare("SELECT * FROM later").map(drop);
    assert!(later.is_err(), "half a step was kept");
}
