//! What is saved is what is read, for every noun and also after a reopening.

use proptest::prelude::*;

use super::{folder, fresh, new_job, nouns, now, reopened};
use crate::model::block::{BLOCK_BYTES, BlockHash};
use crate::model::history::SpeedHistory;
use crate::model::id::JobId;
use crate::model::job::{Generation, Job};
use crate::model::log::{LogLine, MAX_LOG_LINES, Told};
use crate::model::proof::Proof;
use crate::model::range::{ByteRange, SpanSet};
use crate::model::settings::{Settings, Theme};
use crate::model::ui_state::UiState;
use crate::store::{Durable, StoreHandle};

fn config() -> ProptestConfig {
    ProptestConfig { cases: 24, ..ProptestConfig::default() }
}

fn the_one(store: &StoreHandle) -> Job {
    let mut jobs = store.load_jobs().blocking().unwrap();
    assert_eq!(jobs.len(), 1);
    jobs.remove(0)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn jobs(new in prop::collection::vec(nouns::new_job(), 0..5)) {
        let (_folder, path) = folder();
        let store = reopened(&path).store;
        let added = store.add_jobs(new.clone(), now()).blocking().unwrap();
        for (job, new) in added.iter().zip(&new) {
            prop_assert_eq!(&job.url, &new.url);
            prop_assert_eq!(&job.dir, &new.dir);
            prop_assert!(*job.options == new.options);
            prop_assert_eq!((&job.name, job.intent), (&new.name, new.intent));
            prop_assert_eq!((job.not_before, job.created_at), (new.not_before, now()));
            prop_assert_eq!(job.queue, new.queue);
        }
        store.close().unwrap();
        prop_assert_eq!(reopened(&path).store.load_jobs().blocking().unwrap(), added);
    }

    #[test]
    fn intents_and_phases(
        steps in prop::collection::vec(
            (nouns::intent(), nouns::phase(), prop::option::of(nouns::failure())),
            1..6,
        ),
    ) {
        let (_folder, store) = fresh();
        let mut expected = store.add_jobs(vec![new_job()], now()).blocking().unwrap().remove(0);
        let id = expected.id;
        for (at, (intent, phase, error)) in steps.into_iter().enumerate() {
            if at % 2 == 0 {
                let both = vec![(id, intent, phase.clone(), error.clone())];
                store.save_intent_and_phase(both).blocking().unwrap();
            } else {
                store.save_intent(vec![(id, intent)]).blocking().unwrap();
                store.save_phase(vec![(id, phase.clone(), error.clone())]).blocking().unwrap();
            }
            expected.intent = intent;
            expected.phase = phase;
            expected.last_error = error.or(expected.last_error);
            prop_assert_eq!(&the_one(&store), &expected);
        }
    }

    #[test]
    fn proofs(of in prop::sample::select(Proof::all().collect::<Vec<_>>())) {
        let (_folder, store) = fresh();
        let id = store.add_jobs(vec![new_job()], now()).blocking().unwrap()[0].id;
        prop_assert_eq!(the_one(&store).proof, None);
        store.save_proof(id, of).blocking().unwrap();
        store.save_proof(JobId(id.0 + 1), Proof::SizeOnly).blocking().unwrap();
        prop_assert_eq!(the_one(&store).proof, Some(of));
    }

    #[test]
    fn options(options in nouns::options(), name in prop::option::of(nouns::text())) {
        let (_folder, store) = fresh();
        let id = store.add_jobs(vec![new_job()], now()).blocking().unwrap()[0].id;
        store.save_options(id, options.clone(), name.clone()).blocking().unwrap();
        let job = the_one(&store);
        prop_assert!(*job.options == options);
        prop_assert_eq!(job.name, name);
    }

    #[test]
    fn fresh_links(
        options in nouns::options(),
        before in nouns::generation(1),
        after in nouns::generation(1),
        spans in nouns::spans(),
        intent in nouns::intent(),
        phase in nouns::phase(),
        changes in any::<bool>(),
    ) {
        let (_folder, store) = fresh();
        let id = store.add_jobs(vec![new_job()], now()).blocking().unwrap()[0].id;
        store.add_generation(id, before.clone()).blocking().unwrap();
        let held = crate::store::Durable {
            spans: spans.clone(),
            seams: before.seams.clone(),
            open: before.open_blocks.clone(),
            dropped: Vec::new(),
        };
        store.save_progress(id, 1, held, Vec::new(), None).blocking().unwrap();
        let url = crate::model::url::SourceUrl::parse("https://other.example/b?sig=1").unwrap();
        let after = crate::model::job::Generation { seams: before.seams.clone(), ..after };
        let link = crate::store::FreshLink {
            url: url.clone(),
            options: options.clone(),
            generation: changes.then(|| after.clone()),
            intent,
            phase: phase.clone(),
        };
        store.save_link(id, link.clone()).blocking().unwrap();
        let job = the_one(&store);
        prop_assert!(*job.options == options && job.url == url);
        prop_assert_eq!((job.intent, job.phase, job.spans), (intent, phase, spans));
        prop_assert_eq!(job.generation, Some(Box::new(if changes { after } else { before })));
        prop_assert!(store.save_link(JobId(id.0 + 1), link).blocking().is_err());
    }

    #[test]
    fn generations_and_their_progress(
        first in nouns::generation(1),
        second in nouns::generation(2),
        known in nouns::generation(2),
        spans in nouns::spans(),
        later in nouns::spans(),
        open in prop::collection::vec(nouns::open_block(), 0..4),
        blocks in nouns::blocks(),
        phase in prop::option::of(nouns::phase()),
    ) {
        let (_folder, store) = fresh();
        let id = store.add_jobs(vec![new_job()], now()).blocking().unwrap()[0].id;
        store.add_generation(id, first.clone()).blocking().unwrap();
        store.save_progress(id, 1, spans.clone(), blocks.clone(), None).blocking().unwrap();
        prop_assert_eq!(&the_one(&store).spans, &spans);

        store.add_generation(id, second).blocking().unwrap();
        prop_assert!(the_one(&store).spans.is_empty());
        store.update_generation(id, known.clone()).blocking().unwrap();
        store.save_progress(id, 2, spans, Vec::new(), None).blocking().unwrap();
        let durable = Durable { spans: later.clone(), open: open.clone(), ..Durable::default() };
        store.save_progress(id, 2, durable, Vec::new(), phase.clone()).blocking().unwrap();

        let job = the_one(&store);
        let first = Generation { open_blocks: Vec::new(), ..first };
        let known = Generation { open_blocks: open, ..known };
        prop_assert_eq!(job.generation.as_deref(), Some(&known));
        prop_assert_eq!(job.spans, later);
        prop_assert_eq!(job.phase, phase.unwrap_or(crate::model::phase::Phase::Queued));
        let both = vec![(id, first), (id, known)];
        prop_assert_eq!(store.generations(vec![id]).blocking().unwrap(), both);
        prop_assert_eq!(store.blocks(id, 1).blocking().unwrap(), blocks);
        prop_assert!(store.blocks(id, 2).blocking().unwrap().is_empty());
    }

    #[test]
    fn how_the_window_was_left(width in 640_u16..4000, is_maximised: bool, folds: bool) {
        let (_folder, store) = fresh();
        prop_assert_eq!(store.ui_state().blocking().unwrap(), UiState::default());
        for folds_categories in [folds, !folds] {
            let state = UiState { width, is_maximised, folds_categories, ..UiState::default() };
            store.save_ui_state(&state).blocking().unwrap();
            prop_assert_eq!(store.ui_state().blocking().unwrap(), state);
        }
    }

    #[test]
    fn hosts(host in nouns::host(), other in nouns::host()) {
        let (_folder, store) = fresh();
        let renewed = crate::model::host::HostFacts { name: host.name.clone(), ..other };
        store.save_host(host.clone()).blocking().unwrap();
        store.save_host(renewed.clone()).blocking().unwrap();
        prop_assert_eq!(store.hosts().blocking().unwrap(), vec![renewed]);
        prop_assert!(store.forget_host(host.name.clone()).blocking().unwrap());
        prop_assert!(!store.forget_host(host.name).blocking().unwrap());
    }
}

#[test]
fn old_settings_are_read_and_forgotten() {
    let (_folder, store) = fresh();
    assert_eq!(store.old_settings().blocking().unwrap(), None);
    store.put_old_settings(&[("live_jobs", "7"), ("theme", "\"dark\""), ("gone", "1")]);
    let old = Settings { live_jobs: 7, theme: Theme::Dark, ..Settings::default() };
    assert_eq!(store.old_settings().blocking().unwrap(), Some(old));
    store.put_old_settings(&[("live_jobs", "\"many\"")]);
    assert!(store.old_settings().blocking().is_err());
    store.forget_old_settings().blocking().unwrap();
    assert_eq!(store.old_settings().blocking().unwrap(), None);
}

#[test]
fn a_path_that_is_not_utf8_is_kept() {
    let (_folder, store) = fresh();
    #[cfg(unix)]
    {
        let name: std::ffi::OsString = std::os::unix::ffi::OsStringExt::from_vec(vec![b'/', 0xff]);
        let job = crate::model::job::NewJob { dir: name.clone().into(), ..new_job() };
        store.add_jobs(vec![job], now()).blocking().unwrap();
        assert_eq!(the_one(&store).dir.into_os_string(), name);
    }
}

#[test]
fn blocks_give_way_to_newer_ones_and_can_be_dropped() {
    let (_folder, store) = fresh();
    let id = store.add_jobs(vec![new_job()], now()).blocking().unwrap()[0].id;
    store.add_generation(id, super::generation(1)).blocking().unwrap();
    let block = |index, hash| crate::model::block::BlockHash { index, hash };
    let save = |blocks| store.save_progress(id, 1, SpanSet::new(), blocks, None).blocking();
    save(vec![block(7, 1), block(8, u128::MAX), block(9, 3)]).unwrap();
    save(vec![block(7, 2)]).unwrap();
    let durable = Durable { dropped: vec![9, 100], ..Durable::default() };
    store.save_progress(id, 1, durable, Vec::new(), None).blocking().unwrap();
    assert_eq!(store.blocks(id, 1).blocking().unwrap(), vec![block(7, 2), block(8, u128::MAX)]);
}

#[test]
fn hashes_of_what_was_not_synced_are_forgotten() {
    let (_folder, store) = fresh();
    let id = store.add_jobs(vec![new_job()], now()).blocking().unwrap()[0].id;
    store.add_generation(id, super::generation(1)).blocking().unwrap();
    let blocks: Vec<_> = (0..6).map(|index| BlockHash { index, hash: 7 }).collect();
    let mib = BLOCK_BYTES;
    let durable: SpanSet = [ByteRange::new(0, 2 * mib + 1), ByteRange::new(3 * mib, 5 * mib + 5)]
        .into_iter()
        .collect();
    for (total, kept) in [(None, vec![0, 1, 3, 4]), (Some(5 * mib + 5), vec![0, 1, 3, 4, 5])] {
        store.save_progress(id, 1, durable.clone(), blocks.clone(), None).blocking().unwrap();
        store.forget_unsynced(id, 1, durable.clone(), total).blocking().unwrap();
        let left = store.blocks(id, 1).blocking().unwrap();
        assert_eq!(left.iter().map(|block| block.index).collect::<Vec<_>>(), kept, "{total:?}");
    }
}

#[test]
fn a_speed_history_grows_by_what_each_run_was_like() {
    let (_folder, store) = fresh();
    let id = store.add_jobs(vec![new_job()], now()).blocking().unwrap()[0].id;
    assert_eq!(store.speeds(id).blocking().unwrap(), SpeedHistory::default());
    let mut all = SpeedHistory::default();
    for bytes in [5, 0, 7] {
        let mut run = SpeedHistory::default();
        run.second(bytes);
        all.extend(&run);
        store.extend_speeds(id, run).blocking().unwrap();
    }
    assert_eq!(store.speeds(id).blocking().unwrap(), all);
    assert!(store.extend_speeds(JobId(99), all).blocking().is_err());
}

#[test]
fn a_log_keeps_its_newest_lines() {
    let (_folder, store) = fresh();
    let jobs = store.add_jobs(vec![new_job(), new_job()], now()).blocking().unwrap();
    let line = |number: u32| LogLine { at: now(), told: Told::Slept(number.into()) };
    store.append_log(jobs[1].id, vec![line(0)]).blocking().unwrap();
    let all = 2 * MAX_LOG_LINES;
    for start in (0..all).step_by(50) {
        let lines = (start..start + 50).map(line).collect();
        store.append_log(jobs[0].id, lines).blocking().unwrap();
    }
    let kept = store.log(jobs[0].id).blocking().unwrap();
    assert_eq!(kept, (all - MAX_LOG_LINES..all).map(line).collect::<Vec<_>>());
    assert_eq!(store.log(jobs[1].id).blocking().unwrap(), vec![line(0)]);
    assert!(store.log(JobId(99)).blocking().unwrap().is_empty());
}
