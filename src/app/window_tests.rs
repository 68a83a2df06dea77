//! What the window leaves with the service: how it was, and the folder it shows free space of.

use super::command::{Command, Reply};
use super::tests::world;
use crate::model::ui_state::UiState;

#[tokio::test]
async fn how_the_window_was_left_is_kept_within_bounds() {
    let mut world = world(vec![]).await;
    let state = UiState { width: 1, is_maximised: true, ..UiState::default() };
    assert_eq!(world.ask(Command::KeepUi(state.clone())).await, Reply::Ok);
    let kept = UiState { width: 640, ..state };
    assert_eq!(world.service.store.ui_state().await.unwrap(), kept);
    assert_eq!(*world.service.ui_state, kept);
}

#[tokio::test]
async fn free_space_is_that_of_the_folder_that_is_watched() {
    let files = tempfile::tempdir().unwrap();
    let mut world = world(vec![]).await;
    let missing = files.path().join("not/there");
    assert_eq!(world.ask(Command::WatchSpace(Some(missing))).await, Reply::Ok);
    let there = Some(files.path().to_owned());
    assert_eq!(world.ask(Command::WatchSpace(there.clone())).await, Reply::Ok);
    while world.service.free.bytes.is_none() {
        let later = world.service.later_end.recv().await.unwrap();
        world.service.take_in(later).await;
    }
    assert_eq!(world.service.free.dir, there, "what was seen of the other one comes too late");
    assert!(world.service.free.bytes > Some(0));
}
