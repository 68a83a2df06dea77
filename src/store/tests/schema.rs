//! The schema: the steps are the folder's files, and applying them again changes nothing.

use std::fs;
use std::path::Path;

use rusqlite::Connection;

use crate::store::schema::{MIGRATIONS, migrate, newest, version};

/// Every table and index as it was made.
pub(super) fn dump(connection: &Connection) -> Vec<(String, Option<String>)> {
    connection
        .prepare("SELECT name, sql FROM sqlite_schema ORDER BY name")
        .unwrap()
        .query_map((), |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(|row| row.unwrap())
        .collect()
}

#[test]
fn the_steps_are_the_files_of_the_folder() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut names: Vec<_> =
        fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names.len(), MIGRATIONS.len());
    for ((name, step), number) in names.iter().zip(MIGRATIONS).zip(1..) {
        assert!(name.to_str().unwrap().starts_with(&format!("{number:04}_")), "{name:?}");
        assert_eq!(fs::read_to_string(folder.join(name)).unwrap(), step, "{name:?}");
    }
}

#[test]
fn a_step_is_applied_once() {
    let mut connection = Connection::open_in_memory().unwrap();
    migrate(&mut connection, &MIGRATIONS).unwrap();
    assert_eq!(version(&connection).unwrap(), newest(&MIGRATIONS));
    let before = dump(&connection);
    migrate(&mut connection, &MIGRATIONS).unwrap();
    assert_eq!(dump(&connection), before);
    assert!(before.iter().any(|(name, _)| name == "jobs"));
}

#[test]
fn every_table_is_strict() {
    let mut connection = Connection::open_in_memory().unwrap();
    migrate(&mut connection, &MIGRATIONS).unwrap();
    let loose: Vec<String> = connection
        .prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0")
        .unwrap()
        .query_map((), |row| row.get(0))
        .unwrap()
        .map(|name| name.unwrap())
        .filter(|name: &String| !name.starts_with("sqlite_"))
        .collect();
    assert!(loose.is_empty(), "{loose:?}");
}

#[test]
fn a_word_without_its_particulars_is_refused() {
    let mut connection = Connection::open_in_memory().unwrap();
    migrate(&mut connection, &MIGRATIONS).unwrap();
    let add = |phase: &str| {
        connection.execute(
            "INSERT INTO jobs (position, dir, options, intent, phase, created_at) \
             VALUES (0, x'2f', '{}', 'run', ?1, 0)",
            [phase],
        )
    };
    assert!(add("queued").is_ok());
    for phase in ["waiting", "needs_link", "failed", "done", "lost"] {
        assert!(add(phase).is_err(), "{phase}");
    }
}
