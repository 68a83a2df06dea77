//! What the last end left undone where it came out of order: the telling, and parts that have had their
//! use.

use jiff::Timestamp;

use super::command::{Command, Reply};
use super::tests::{generation, made, new_job, world};
use crate::model::id::JobId;
use crate::model::job::Generation;
use crate::model::phase::Phase;

/// The end came between the file's name and the telling: whoever asks again hears of that file, once.
#[tokio::test]
async fn what_was_found_finished_is_told_to_who_asks_for_it_again() {
    let files = tempfile::tempdir().unwrap();
    let mut world = world(vec![new_job(files.path())]).await;
    let end = made(files.path().join("a.iso"));
    let done = Phase::Done { path: end.clone(), bytes: 4, at: Timestamp::now() };
    world.is_at(1, generation(&end), done).await;
    world.service.records.get_mut(&JobId(1)).unwrap().untold = true;
    for id in [1, 2] {
        let told = world.ask(Command::Get(Box::new(new_job(files.path())))).await;
        assert_eq!(told, Reply::Added(vec![JobId(id)]));
    }
}

/// The end came before the part of a representation that was left had gone, or that was not durable.
#[tokio::test]
async fn an_older_part_of_a_finished_file_goes_at_the_next_start() {
    let files = tempfile::tempdir().unwrap();
    let mut world = world(vec![new_job(files.path())]).await;
    let older = made(files.path().join("a.iso.part"));
    world.is_at(1, generation(&older), Phase::Stopped).await;
    let end = made(files.path().join("a.iso"));
    let done = Phase::Done { path: end.clone(), bytes: 4, at: Timestamp::now() };
    let part_name = "a.iso.2.part".to_owned();
    world.is_at(1, Generation { number: 2, part_name, ..generation(&end) }, done).await;
    assert!(world.service.records[&JobId(1)].had_older());
    world.service.older_left = vec![JobId(1)];
    world.service.forget_the_left().await;
    assert!(!older.exists() && end.exists());
}
