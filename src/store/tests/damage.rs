//! Damaged files: moved aside whole, never deleted, and a fresh store begun in their place.

use std::fs::{self, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use super::{files, folder, generation, new_job, now, raw, reopened, with_jobs};
use crate::store::open::open_with;
use crate::store::{OpenError, StoreError};

const ASIDE: &str = "onward.db.damaged-20261122T160000Z";

/// Opens what `damage` made of a database and sees that it lies aside with its bytes.
fn is_set_aside(damage: impl FnOnce(&Path)) {
    let (folder, path, _) = with_jobs(400);
    damage(&path);
    let before = fs::read(&path).unwrap();
    let opened = reopened(&path);
    let aside = opened.set_aside.clone().unwrap();
    assert_eq!(aside, folder.path().join(ASIDE));
    assert_eq!(fs::read(aside).unwrap(), before);
    assert!(opened.was_clean);
    assert!(opened.store.load_jobs().blocking().unwrap().is_empty());
    opened.store.add_jobs(vec![new_job()], now()).blocking().unwrap();
    drop(opened);
    let opened = reopened(&path);
    assert_eq!(opened.set_aside, None);
    assert_eq!(opened.store.load_jobs().blocking().unwrap().len(), 1);
}

fn overwrite(path: &Path, at: u64, bytes: &[u8]) {
    let mut file = OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(bytes).unwrap();
}

#[test]
fn garbage() {
    is_set_aside(|path| fs::write(path, "this is no database, however long it may be").unwrap());
    is_set_aside(|path| fs::write(path, "short").unwrap());
    is_set_aside(|path| fs::write(path, vec![0xa5; 65_536]).unwrap());
}

#[test]
fn zeros() {
    is_set_aside(|path| {
        let length = fs::metadata(path).unwrap().len();
        fs::write(path, vec![0; usize::try_from(length).unwrap()]).unwrap();
    });
    is_set_aside(|path| {
        let length = fs::metadata(path).unwrap().len();
        overwrite(path, 4096, &vec![0; usize::try_from(length - 4096).unwrap()]);
    });
}

#[test]
fn one_page_of_zeros_in_the_middle() {
    is_set_aside(|path| {
        let page: u64 = raw(path)
            .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'jobs'", (), |row| {
                row.get(0).map(i64::cast_unsigned)
            })
            .unwrap();
        overwrite(path, (page - 1) * 4096, &[0; 4096]);
    });
}

#[test]
fn truncated() {
    for kept in [50, 100, 4096, 5000, 20_000] {
        is_set_aside(|path| {
            OpenOptions::new().write(true).open(path).unwrap().set_len(kept).unwrap();
        });
    }
}

#[test]
fn two_in_one_second_keep_both() {
    let (folder, path) = folder();
    for text in ["one thing", "another"] {
        fs::write(&path, text).unwrap();
        assert!(reopened(&path).set_aside.is_some());
    }
    let found = files(folder.path());
    assert!(found.contains(&(ASIDE.to_owned(), b"one thing".to_vec())));
    assert!(found.contains(&(format!("{ASIDE}-2"), b"another".to_vec())));
}

#[test]
fn a_log_of_writes_goes_with_its_database() {
    let (folder, path) = folder();
    fs::write(&path, "").unwrap();
    fs::write(folder.path().join("onward.db-wal"), "writes without their database").unwrap();
    assert!(reopened(&path).set_aside.is_some());
    let aside = fs::read(folder.path().join(format!("{ASIDE}-wal"))).unwrap();
    assert_eq!(aside, b"writes without their database");
}

/// Where nothing can be begun in its place it stays where it was: the next start finds it and says so.
#[test]
fn what_cannot_be_replaced_stays() {
    let (folder, path) = folder();
    fs::write(&path, "no database").unwrap();
    fs::write(folder.path().join("onward.db-wal"), "its log of writes").unwrap();
    let before = files(folder.path());
    let refused = open_with(&path, now(), &["CREATE nothing at all"]);
    assert!(matches!(refused, Err(OpenError::Sqlite { .. })));
    assert_eq!(files(folder.path()), before);
    assert!(reopened(&path).set_aside.is_some());
}

#[test]
fn writes_not_yet_in_the_database_outlive_a_kill() {
    let (folder, path) = folder();
    let opened = reopened(&path);
    let added = opened.store.add_jobs(vec![new_job(); 3], now()).blocking().unwrap();
    let killed = tempfile::tempdir().unwrap();
    for (name, bytes) in files(folder.path()) {
        fs::write(killed.path().join(name), bytes).unwrap();
    }
    let after = reopened(&killed.path().join("onward.db"));
    assert!(!after.was_clean);
    assert_eq!(after.set_aside, None);
    assert_eq!(after.store.load_jobs().blocking().unwrap(), added);
}

#[test]
fn damage_found_while_open_is_told_and_the_end_is_not_called_clean() {
    let (_folder, path, jobs) = with_jobs(12_000);
    let opened = reopened(&path);
    let length = fs::metadata(&path).unwrap().len();
    overwrite(&path, 8192, &vec![0xff; usize::try_from(length - 8192).unwrap()]);
    assert!(matches!(opened.store.load_jobs().blocking(), Err(StoreError::Damaged)));
    assert!(matches!(opened.store.mark_clean().blocking(), Err(StoreError::Damaged)));
    let _ = opened.store.add_generation(jobs[11_999].id, generation(1)).blocking();
    drop(opened);
    assert!(reopened(&path).set_aside.is_some());
}
