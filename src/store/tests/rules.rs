//! The rules of the store: numbers are used once, what hangs on a job goes with it, a question is
//! all or nothing, secrets are private, the end can be told.

use super::{folder, fresh, generation, new_job, now, raw, reopened, with_jobs};
use crate::model::block::BlockHash;
use crate::model::id::JobId;
use crate::model::job::{FileId, Generation, NewJob};
use crate::model::log::{LogLine, Told};
use crate::model::phase::{Intent, Phase};
use crate::model::range::{ByteRange, SpanSet};
use crate::model::url::SourceUrl;
use crate::store::{StoreError, open};

fn spans(start: u64, end: u64) -> SpanSet {
    [ByteRange::new(start, end)].into_iter().collect()
}

#[test]
fn numbers_are_never_used_again() {
    let (_folder, path, jobs) = with_jobs(3);
    let store = reopened(&path).store;
    store.remove_jobs(jobs.iter().map(|job| job.id).collect()).blocking().unwrap();
    store.close().unwrap();
    let store = reopened(&path).store;
    assert!(store.load_jobs().blocking().unwrap().is_empty());
    let next = store.add_jobs(vec![new_job()], now()).blocking().unwrap()[0].id;
    assert!(jobs.iter().all(|job| job.id < next));
}

#[test]
fn jobs_stand_in_the_order_they_were_added() {
    let (_folder, store) = fresh();
    let mut ids = Vec::new();
    for count in [2, 1, 3] {
        let added = store.add_jobs(vec![new_job(); count], now()).blocking().unwrap();
        ids.extend(added.iter().map(|job| job.id));
        if count == 1 {
            store.remove_jobs(vec![ids.remove(0)]).blocking().unwrap();
        }
    }
    let loaded = store.load_jobs().blocking().unwrap();
    assert_eq!(loaded.iter().map(|job| job.id).collect::<Vec<_>>(), ids);
}

#[test]
fn what_hangs_on_a_job_goes_with_it() {
    let (_folder, path, jobs) = with_jobs(2);
    let store = reopened(&path).store;
    for job in &jobs {
        store.add_generation(job.id, generation(1)).blocking().unwrap();
        let blocks = vec![BlockHash { index: 0, hash: 1 }];
        store.save_progress(job.id, 1, spans(0, 9), blocks, None).blocking().unwrap();
        let line = LogLine { at: now(), told: Told::Finished };
        store.append_log(job.id, vec![line]).blocking().unwrap();
    }
    store.remove_jobs(vec![jobs[0].id, JobId(99)]).blocking().unwrap();
    store.close().unwrap();
    let raw = raw(&path);
    for table in ["jobs", "sources", "generations", "spans", "blocks", "log"] {
        let left: u32 =
            raw.query_row(&format!("SELECT count(*) FROM {table}"), (), |row| row.get(0)).unwrap();
        assert_eq!(left, 1, "{table}");
    }
}

#[test]
fn a_question_is_all_or_nothing() {
    let (_folder, store) = fresh();
    let id = store.add_jobs(vec![new_job()], now()).blocking().unwrap()[0].id;
    store.add_generation(id, generation(1)).blocking().unwrap();
    store.save_progress(id, 1, spans(0, 9), Vec::new(), None).blocking().unwrap();

    let too_far = BlockHash { index: u64::MAX, hash: 0 };
    let asked = store.save_progress(id, 1, spans(0, 99), vec![too_far], Some(Phase::Finishing));
    assert!(matches!(asked.blocking(), Err(StoreError::TooLarge(u64::MAX))));
    let job = store.load_jobs().blocking().unwrap().remove(0);
    assert_eq!((job.spans, job.phase), (spans(0, 9), Phase::Queued));
}

#[test]
fn what_is_gone_is_told_or_passed_over() {
    let (_folder, store) = fresh();
    let id = store.add_jobs(vec![new_job()], now()).blocking().unwrap()[0].id;
    let gone = JobId(id.0 + 1);
    store.save_intent(vec![(gone, Intent::Hold), (id, Intent::Hold)]).blocking().unwrap();
    store.save_phase(vec![(gone, Phase::Live, None), (id, Phase::Live, None)]).blocking().unwrap();
    let job = store.load_jobs().blocking().unwrap().remove(0);
    assert_eq!((job.intent, job.phase), (Intent::Hold, Phase::Live));

    let options = crate::model::options::JobOptions::default();
    let no_job = |result| matches!(result, Err(StoreError::NoJob(id)) if id == gone);
    assert!(no_job(store.save_options(gone, options, None).blocking()));
    assert!(no_job(store.add_generation(gone, generation(1)).blocking()));
    assert!(no_job(store.update_generation(gone, generation(1)).blocking()));
    assert!(no_job(store.append_log(gone, Vec::new()).blocking()));
    let no_generation = |result| matches!(result, Err(StoreError::NoGeneration(_, 1)));
    assert!(no_generation(store.save_progress(id, 1, spans(0, 1), Vec::new(), None).blocking()));
}

#[test]
fn a_generation_whose_beginning_was_not_saved_is_saved_later() {
    let (_folder, store) = fresh();
    let id = store.add_jobs(vec![new_job()], now()).blocking().unwrap()[0].id;
    store.update_generation(id, generation(1)).blocking().unwrap();
    store.save_progress(id, 1, spans(0, 1), Vec::new(), None).blocking().unwrap();
    let job = store.load_jobs().blocking().unwrap().remove(0);
    assert_eq!((job.generation, job.spans), (Some(Box::new(generation(1))), spans(0, 1)));
    // What hangs on it stays when more becomes known.
    let known = crate::model::job::Generation { total: None, ..generation(1) };
    store.update_generation(id, known.clone()).blocking().unwrap();
    let job = store.load_jobs().blocking().unwrap().remove(0);
    assert_eq!((job.generation, job.spans), (Some(Box::new(known)), spans(0, 1)));
}

#[test]
fn an_hour_can_be_taken_back() {
    let (_folder, store) = fresh();
    let later = crate::model::job::NewJob { not_before: Some(now()), ..new_job() };
    let jobs = store.add_jobs(vec![later.clone(), later], now()).blocking().unwrap();
    store.clear_hours(vec![jobs[0].id, JobId(99)]).blocking().unwrap();
    let hours: Vec<_> =
        store.load_jobs().blocking().unwrap().iter().map(|job| job.not_before).collect();
    assert_eq!(hours, [None, Some(now())]);
}

#[test]
fn the_end_can_be_told() {
    let (_folder, path) = folder();
    let opened = reopened(&path);
    assert!(opened.was_clean, "a fresh store is clean");
    drop(opened);
    let opened = reopened(&path);
    assert!(!opened.was_clean, "nothing was said at the end");
    opened.store.mark_clean().blocking().unwrap();
    opened.store.close().unwrap();
    assert!(reopened(&path).was_clean);
}

#[test]
fn a_closed_store_says_so_to_every_handle() {
    let (_folder, store) = fresh();
    let other = store.clone();
    let asked_before = other.add_jobs(vec![new_job()], now());
    store.close().unwrap();
    store.close().unwrap();
    assert_eq!(asked_before.blocking().unwrap().len(), 1);
    assert!(matches!(other.load_jobs().blocking(), Err(StoreError::Closed)));
}

#[test]
fn a_reply_that_nobody_waits_for_is_carried_out() {
    let (_folder, path) = folder();
    let store = reopened(&path).store;
    drop(store.add_jobs(vec![new_job()], now()));
    drop(store);
    assert_eq!(reopened(&path).store.load_jobs().blocking().unwrap().len(), 1);
}

#[tokio::test]
async fn replies_can_be_awaited() {
    let (_folder, store) = fresh();
    let added = store.add_jobs(vec![new_job()], now()).await.unwrap();
    assert_eq!(store.load_jobs().await.unwrap(), added);
}

#[cfg(unix)]
#[test]
fn files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    let (folder, _) = folder();
    let path = folder.path().join("made/for/onward.db");
    let opened = open(&path, now()).unwrap();
    opened.store.add_jobs(vec![new_job()], now()).blocking().unwrap();
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    for file in path.parent().unwrap().read_dir().unwrap() {
        assert_eq!(mode(&file.unwrap().path()), 0o600);
    }
    drop(opened);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    drop(reopened(&path));
    assert_eq!(mode(&path), 0o600, "a file that was wider is narrowed");
}

#[test]
fn what_is_removed_is_not_left_in_the_bytes() {
    let (_folder, path, _) = with_jobs(2);
    let holds = || {
        let bytes = std::fs::read(&path).unwrap();
        bytes.windows(b"geheim".len()).any(|window| window == b"geheim")
    };
    let store = reopened(&path).store;
    let url = SourceUrl::parse("http://h/a?signature=geheim").unwrap();
    let job = store.add_jobs(vec![NewJob { url, ..new_job() }], now()).blocking().unwrap()[0].id;
    store.close().unwrap();
    assert!(holds());
    let store = reopened(&path).store;
    store.remove_jobs(vec![job]).blocking().unwrap();
    store.close().unwrap();
    assert!(!holds());
}

#[test]
fn progress_of_what_is_done_can_be_forgotten() {
    let (_folder, store) = fresh();
    let jobs = store.add_jobs(vec![new_job(); 2], now()).blocking().unwrap();
    for job in &jobs {
        store.add_generation(job.id, generation(1)).blocking().unwrap();
        let blocks = vec![BlockHash { index: 0, hash: 1 }];
        store.save_progress(job.id, 1, spans(0, 9), blocks, None).blocking().unwrap();
    }
    store.forget_progress(vec![jobs[0].id]).blocking().unwrap();
    let held: Vec<bool> =
        store.load_jobs().blocking().unwrap().iter().map(|job| job.spans.is_empty()).collect();
    assert_eq!(held, [true, false]);
    assert!(store.blocks(jobs[0].id, 1).blocking().unwrap().is_empty());
    assert_eq!(store.blocks(jobs[1].id, 1).blocking().unwrap().len(), 1);
}

#[test]
fn a_part_is_known_by_its_folder_and_name_or_by_its_number() {
    let (_folder, store) = fresh();
    let job = store.add_jobs(vec![new_job()], now()).blocking().unwrap()[0].clone();
    let file = FileId { device: 3, inode: u64::MAX };
    let ours = Generation { file_id: Some(file), ..generation(1) };
    let part = ours.part_name.clone();
    store.add_generation(job.id, ours).blocking().unwrap();
    let knows = |dir: &str, name: &str, file| {
        store.knows_part(dir.into(), name.to_owned(), file).blocking().unwrap()
    };
    let other = FileId { inode: 4, ..file };
    for is_done in [false, true] {
        assert!(knows("/downloads", &part, Some(file)));
        assert!(knows("/by/another/way", &part, Some(file)));
        // What a job that is done has left its name to may be anyone's.
        assert_eq!(knows("/downloads", &part, Some(other)), !is_done);
        assert_eq!(knows("/downloads", &part, None), !is_done);
        assert!(!knows("/elsewhere", &part, Some(other)) && !knows("/elsewhere", &part, None));
        assert!(!knows("/downloads", "a.iso.part", Some(file)));
        let done = Phase::Done { path: "/downloads/a.iso".into(), bytes: 1, at: now() };
        store.save_phase(vec![(job.id, done, None)]).blocking().unwrap();
    }
}
