//! Writes that wait go into one transaction, and each stays all or nothing by itself.

use std::sync::mpsc::{Sender, channel};

use super::{folder, fresh, new_job, now, reopened};
use crate::model::id::JobId;
use crate::model::options::JobOptions;
use crate::store::{Reply, StoreError, StoreHandle};

/// Keeps the store's thread until the returned end is dropped, so that questions wait.
fn hold(store: &StoreHandle) -> Sender<()> {
    let (release, held) = channel();
    let (started, is_held) = channel();
    drop(store.ask(move |_| {
        started.send(()).unwrap();
        // Ends when the other end is dropped.
        let _ = held.recv();
        Ok(())
    }));
    is_held.recv().unwrap();
    release
}

#[test]
fn one_that_fails_does_not_harm_those_beside_it() {
    let (_folder, path) = folder();
    let store = reopened(&path).store;
    let release = hold(&store);
    let before = store.add_jobs(vec![new_job()], now());
    let failing = store.save_options(JobId(99), JobOptions::default(), None);
    let half = store.write(|connection| -> Result<(), StoreError> {
        connection.execute("DELETE FROM jobs", ())?;
        Err(StoreError::TooLarge(1))
    });
    let between = store.load_jobs();
    let after = store.add_jobs(vec![new_job()], now());
    drop(release);
    let mut added = before.blocking().unwrap();
    assert!(matches!(failing.blocking(), Err(StoreError::NoJob(JobId(99)))));
    assert!(matches!(half.blocking(), Err(StoreError::TooLarge(1))));
    assert_eq!(between.blocking().unwrap(), added, "a read sees what was asked before it");
    added.extend(after.blocking().unwrap());
    drop(store);
    assert_eq!(reopened(&path).store.load_jobs().blocking().unwrap(), added);
}

#[test]
fn a_full_disk_is_told_to_all_and_what_was_durable_stays() {
    let (_folder, store) = fresh();
    let kept = store.add_jobs(vec![new_job()], now()).blocking().unwrap();
    let limit = store.ask(|connection| {
        let pages: i64 = connection.query_row("PRAGMA page_count", (), |row| row.get(0))?;
        connection.pragma_update(None, "max_page_count", pages + 4)?;
        Ok(())
    });
    limit.blocking().unwrap();
    let release = hold(&store);
    let small = store.add_jobs(vec![new_job()], now());
    let large = store.add_jobs(vec![new_job(); 1000], now());
    drop(release);
    assert!(matches!(large.blocking(), Err(StoreError::Full(_))));
    let small = small.blocking();
    let loaded = store.load_jobs().blocking().unwrap();
    match small {
        Ok(added) => assert_eq!(loaded, [kept, added].concat()),
        Err(StoreError::TakenBack) => assert_eq!(loaded, kept),
        Err(other) => panic!("{other:?}"),
    }
    assert_eq!(store.add_jobs(vec![new_job()], now()).blocking().unwrap().len(), 1);
}

#[test]
fn past_the_limit_a_question_is_refused_at_once() {
    let (_folder, store) = fresh();
    let release = hold(&store);
    let replies: Vec<_> = (0..2000).map(|_| store.add_jobs(vec![new_job()], now())).collect();
    drop(release);
    let (done, refused): (Vec<_>, Vec<_>) =
        replies.into_iter().map(Reply::blocking).partition(Result::is_ok);
    assert_eq!(done.len(), 1024);
    assert!(refused.iter().all(|reply| matches!(reply, Err(StoreError::Behind))));
    assert_eq!(store.load_jobs().blocking().unwrap().len(), done.len());
}
