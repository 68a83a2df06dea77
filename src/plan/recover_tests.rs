//! What rows mean at start, by table.

use std::sync::Arc;

use super::*;
use crate::model::block::BLOCK_BYTES;
use crate::model::id::JobId;
use crate::model::range::ByteRange;
use crate::model::url::SourceUrl;
use proptest::prelude::*;

const OURS: FileId = FileId { device: 1, inode: 7 };
const OTHER: FileId = FileId { device: 1, inode: 8 };

fn generation() -> Generation {
    Generation {
        total: Some(100),
        ..Generation::new(1, "a.iso".into(), "a.iso.part".into(), Some(OURS))
    }
}

fn job(intent: Intent, phase: Phase) -> Job {
    Job {
        id: JobId(1),
        position: 0,
        url: SourceUrl::parse("http://h/a.iso").unwrap(),
        dir: "/d".into(),
        moved: None,
        name: None,
        options: Arc::default(),
        intent,
        phase,
        not_before: None,
        queue: crate::model::queue::QueueId::MAIN,
        generation: Some(Box::new(generation())),
        spans: SpanSet::new(),
        last_error: None,
        proof: None,
        created_at: Timestamp::UNIX_EPOCH,
    }
}

fn file(id: FileId, len: u64) -> Found {
    Found::File { id: Some(id), len }
}

fn at_start(
    intent: Intent,
    phase: Phase,
    on_launch: OnLaunch,
    part: Found,
    end: Found,
) -> (Intent, Phase) {
    let found = recover(&job(intent, phase), on_launch, part, end, Timestamp::UNIX_EPOCH);
    (found.intent, found.phase)
}

#[test]
fn those_that_ran_go_on_unless_told_otherwise() {
    let start = |intent, phase, on_launch| {
        at_start(intent, phase, on_launch, Found::Nothing, Found::Nothing)
    };
    assert_eq!(start(Intent::Run, Phase::Live, OnLaunch::GoOn), (Intent::Run, Phase::Queued));
    assert_eq!(
        start(Intent::Run, Phase::Live, OnLaunch::StayPaused),
        (Intent::Hold, Phase::Stopped)
    );
    assert_eq!(start(Intent::Hold, Phase::Live, OnLaunch::GoOn), (Intent::Hold, Phase::Stopped));
    assert_eq!(start(Intent::Hold, Phase::Stopped, OnLaunch::GoOn), (Intent::Hold, Phase::Stopped));
    let failed = Phase::Failed(Failure::new(FailureKind::NotFound, ""));
    assert_eq!(start(Intent::Run, failed.clone(), OnLaunch::StayPaused), (Intent::Run, failed));
}

#[test]
fn d2_what_a_server_asked_for_survives_a_restart() {
    let at = |secs| Timestamp::from_second(secs).unwrap();
    for (wait_secs, until, now, expected) in [
        (None, 100, 50, 50),
        (None, 40, 50, 40),
        (Some(60), 100, 50, 100),
        (Some(60), 100, 120, 100),
        (Some(60), 100, 10, 70),
        (Some(u64::MAX), 100, 50, 50),
    ] {
        let why = Failure { wait_secs, ..Failure::status(FailureKind::Busy, 503) };
        let waiting = |until| Phase::Waiting { until: at(until), attempt: 2, why: why.clone() };
        let job = job(Intent::Run, waiting(until));
        let found = recover(&job, OnLaunch::GoOn, Found::Nothing, Found::Nothing, at(now));
        assert_eq!(found.phase, waiting(expected), "{wait_secs:?} {until} {now}");
    }
}

#[test]
fn a_finish_is_told_by_the_files() {
    let done = Phase::Done { path: "/d/a.iso".into(), bytes: 100, at: Timestamp::UNIX_EPOCH };
    for (part, end, expected) in [
        (file(OURS, 100), Found::Nothing, Phase::Queued),
        (Found::Nothing, file(OURS, 100), done),
        (Found::Nothing, file(OTHER, 100), Phase::Queued),
        (Found::Nothing, file(OURS, 99), Phase::Queued),
        (file(OURS, 100), file(OTHER, 100), Phase::Queued),
        (Found::Nothing, Found::Nothing, Phase::Queued),
        (Found::Nothing, Found::Foreign, Phase::Queued),
    ] {
        assert_eq!(
            at_start(Intent::Run, Phase::Finishing, OnLaunch::GoOn, part, end).1,
            expected,
            "{part:?} {end:?}"
        );
    }
}

fn held(range: ByteRange) -> SpanSet {
    [range].into_iter().collect()
}

#[test]
fn f8_only_our_own_part_counts_and_only_as_far_as_it_goes() {
    let recorded = held(ByteRange::new(0, 60));
    let clipped = Reopened::Held(held(ByteRange::new(0, 50)));
    let reopen = |recorded: &SpanSet, found| reopen(&generation(), recorded, found, Some(1));
    assert_eq!(reopen(&recorded, file(OURS, 100)), Reopened::Held(recorded.clone()));
    assert_eq!(reopen(&recorded, file(OURS, 50)), clipped);
    let longest = longest_part(100);
    for found in [Found::Nothing, Found::Foreign, file(OTHER, 59), file(OTHER, longest + 1)] {
        assert!(matches!(reopen(&recorded, found), Reopened::Lost(Some(_))), "{found:?}");
    }
    for len in [60, 100, longest] {
        let doubtful = Reopened::Doubtful(recorded.clone());
        assert_eq!(reopen(&recorded, file(OTHER, len)), doubtful, "{len}");
    }
    for found in [Found::Nothing, file(OTHER, 100)] {
        assert_eq!(reopen(&SpanSet::new(), found), Reopened::Lost(None), "{found:?}");
    }
}

#[test]
fn f10_what_is_not_on_another_volume_was_not_deleted() {
    let recorded = held(ByteRange::new(0, 60));
    let reopen =
        |recorded: &SpanSet, volume| reopen(&generation(), recorded, Found::Nothing, volume);
    assert_eq!(reopen(&recorded, Some(2)), Reopened::Away);
    assert!(matches!(reopen(&recorded, Some(1)), Reopened::Lost(Some(_))));
    assert!(matches!(reopen(&recorded, None), Reopened::Lost(Some(_))));
    assert_eq!(reopen(&SpanSet::new(), Some(2)), Reopened::Lost(None));
}

fn blocks(indices: impl IntoIterator<Item = u64>) -> Vec<BlockHash> {
    indices.into_iter().map(|index| BlockHash { index, hash: index.into() }).collect()
}

proptest! {
    /// Every sample is a whole block that is held, the first and the last of them among them,
    /// and none twice.
    #[test]
    fn samples_are_held_and_spread(
        total in 1u64..100,
        rest in 0u64..BLOCK_BYTES,
        recorded in prop::collection::btree_set(0u64..100, 0..100),
        from in 0u64..50,
        len in 0u64..100,
    ) {
        let total = total * BLOCK_BYTES + rest;
        let held = held(ByteRange::new(from * BLOCK_BYTES, ((from + len) * BLOCK_BYTES + 5).min(total)));
        let hashes = blocks(recorded);
        let chosen = samples(&hashes, &held, Some(total));
        let whole = |block: &&BlockHash| {
            let range = block_range(block.index, total);
            !range.is_empty() && held.contains(range)
        };
        let all: Vec<&BlockHash> = hashes.iter().filter(whole).collect();
        prop_assert_eq!(chosen.len(), all.len().min(MAX_SAMPLES));
        prop_assert_eq!(chosen.first(), all.first().copied());
        prop_assert_eq!(chosen.last(), all.last().copied());
        prop_assert!(chosen.windows(2).all(|pair| pair[0].index < pair[1].index));
        prop_assert!(chosen.iter().all(|block| all.contains(&block)));
    }
}

#[test]
fn a_file_with_another_number_is_ours_where_its_blocks_are() {
    let held = held(ByteRange::new(0, 3 * BLOCK_BYTES));
    let asked = blocks(0..3);
    assert_eq!(settle(&asked, &asked, held.clone()), Reopened::Held(held.clone()));
    let mut wrong = blocks(0..3);
    wrong[1].hash = 77;
    for read in [wrong, blocks(0..2), Vec::new()] {
        assert!(matches!(settle(&asked, &read, held.clone()), Reopened::Lost(Some(_))));
    }
    assert!(matches!(settle(&[], &[], held), Reopened::Lost(Some(_))));
}
