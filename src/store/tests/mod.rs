//! The store in use and in trouble. What more than one of the tests needs stands here.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::Connection;
use tempfile::TempDir;

use super::{Opened, StoreHandle, open};
use crate::model::job::{Generation, Job, NewJob};
use crate::model::options::JobOptions;
use crate::model::phase::Intent;
use crate::model::url::SourceUrl;

mod damage;
mod descriptions;
mod load;
pub(super) mod nouns;
mod opening;
mod round_trips;
mod rules;
mod schema;
mod together;
mod upgrade;

impl StoreHandle {
    /// From now on nothing can be saved, as on a full or failing disk; or it can again.
    pub(crate) fn refuse_writes(&self, refuses: bool) -> super::Reply<()> {
        self.ask(move |connection| Ok(connection.pragma_update(None, "query_only", refuses)?))
    }
}

impl StoreHandle {
    /// Settings as they were kept before they were a file.
    pub(crate) fn put_old_settings(&self, fields: &[(&str, &str)]) {
        let fields: Vec<(String, String)> =
            fields.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let put = self.write(move |connection| {
            for field in fields {
                connection.execute("INSERT OR REPLACE INTO settings VALUES (?1, ?2)", field)?;
            }
            Ok(())
        });
        put.blocking().unwrap();
    }
}

/// The time the tests open at.
fn now() -> Timestamp {
    "2026-11-22T16:00:00Z".parse().unwrap()
}

/// A folder for a database, and where that will be.
fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("onward.db");
    (folder, path)
}

fn reopened(path: &Path) -> Opened {
    open(path, now()).unwrap()
}

fn fresh() -> (TempDir, StoreHandle) {
    let (folder, path) = folder();
    let store = reopened(&path).store;
    (folder, store)
}

/// A closed database with jobs in it, and those jobs.
fn with_jobs(count: usize) -> (TempDir, PathBuf, Vec<Job>) {
    let (folder, path) = folder();
    let store = reopened(&path).store;
    let jobs = store.add_jobs(vec![new_job(); count], now()).blocking().unwrap();
    store.mark_clean().blocking().unwrap();
    store.close().unwrap();
    (folder, path, jobs)
}

fn new_job() -> NewJob {
    NewJob {
        url: SourceUrl::parse("https://h.example/a.iso").unwrap(),
        dir: "/downloads".into(),
        name: None,
        options: JobOptions::default(),
        intent: Intent::Run,
        not_before: None,
        queue: crate::model::queue::QueueId::MAIN,
    }
}

fn generation(number: u32) -> Generation {
    Generation {
        total: Some(1 << 30),
        ..Generation::new(number, "a.iso".to_owned(), format!(".a.iso.1-g{number}.part"), None)
    }
}

/// The database as SQLite sees it, past the store.
fn raw(path: &Path) -> Connection {
    Connection::open(path).unwrap()
}

/// Every file in a folder with what it holds, by name.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, std::fs::read(entry.path()).unwrap())
        })
        .collect();
    found.sort();
    found
}
