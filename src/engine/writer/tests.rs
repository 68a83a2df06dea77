//! The writer over a real file: whoever writes, the file and its hashes are the same, and what was
//! found wrong stops what comes after it.

use proptest::prelude::*;

use super::*;
use crate::engine::disk::{First, create_first};
use crate::engine::hook::{self, Deed, Fate, When};
use crate::model::block::BLOCK_BYTES;
use crate::model::name::safe_name;
use crate::plan::ledger::hash_block;

const A: ConnectionId = 1;
const B: ConnectionId = 2;

fn made(dir: &std::path::Path) -> Part {
    match create_first(dir, &safe_name("a").unwrap(), 0).unwrap() {
        First::Made(_, part) => part,
        First::Stands(..) => unreachable!("the folder is empty"),
    }
}

fn stand(held: &[u8]) -> (tempfile::TempDir, Part, Writer) {
    let dir = tempfile::tempdir().unwrap();
    let part = made(dir.path());
    std::fs::write(dir.path().join(&part.name), held).unwrap();
    let written = [ByteRange::new(0, held.len() as u64)].into_iter().collect();
    let writer = Writer::start(part.clone(), written, Arc::default()).unwrap();
    (dir, part, writer)
}

fn run(connection: ConnectionId, kind: PieceKind, at: u64, bytes: &[u8]) -> Run {
    let parts: Vec<Bytes> = bytes.chunks(1000).map(Bytes::copy_from_slice).collect();
    Run { connection, kind, at, parts, len: bytes.len() as u64 }
}

/// The disk is found slow, or quick again.
fn turn(writer: &Writer, is_slow: bool) {
    *writer.desk() = Desk::default();
    if is_slow {
        writer.desk().wrote(1, writer.begun.elapsed(), writer.begun.elapsed() + STALL);
        assert!(!writer.desk().is_quick(writer.begun.elapsed()));
    }
}

/// Far longer than a quick disk takes for anything.
const STALL: std::time::Duration = std::time::Duration::from_secs(3);

fn content(len: usize) -> Vec<u8> {
    (0..len).map(|n| (n.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0]).collect()
}

#[tokio::test]
async fn a_quick_disk_has_it_when_the_call_returns_and_a_slow_one_later() {
    let (_dir, part, writer) = stand(&[]);
    let bytes = content(100_000);
    assert_eq!(writer.run_bytes(), QUICK_RUN_BYTES);
    writer.push(run(A, PieceKind::Write, 0, &bytes[..50_000]));
    assert_eq!((writer.written().total(), writer.queued()), (50_000, 0));
    turn(&writer, true);
    assert_eq!(writer.run_bytes(), RUN_BYTES);
    // Who holds the work is in the middle of a write that does not return.
    let stuck = writer.work.lock().unwrap();
    writer.push(run(A, PieceKind::Write, 50_000, &bytes[50_000..]));
    turn(&writer, false);
    // The disk is quick by now, but what was handed over before comes before.
    writer.push(run(B, PieceKind::Write, 49_000, &bytes[49_000..51_000]));
    assert_eq!((writer.written().total(), writer.queued()), (50_000, 52_000));
    drop(stuck);
    writer.flush().await;
    assert_eq!((writer.written().total(), writer.queued()), (100_000, 0));
    let mut found = vec![0; bytes.len()];
    part.read_exact_at(&mut found, 0).unwrap();
    assert!(found == bytes);
}

#[tokio::test]
async fn what_does_not_compare_writes_no_more_on_whichever_thread() {
    for is_slow in [false, true] {
        let (_dir, part, mut writer) = stand(&[7; 1000]);
        turn(&writer, is_slow);
        writer.push(run(A, PieceKind::Prove, 0, &[7; 500]));
        writer.push(run(A, PieceKind::Prove, 500, &[8; 500]));
        writer.push(run(A, PieceKind::Write, 1000, &[8; 1000]));
        writer.push(run(B, PieceKind::Write, 2000, &[9; 1000]));
        writer.flush().await;
        // Nothing is in the queue now: a quick disk is written by this thread.
        writer.push(run(A, PieceKind::Write, 3000, &[8; 1000]));
        writer.flush().await;
        assert!(matches!(writer.told_now(), Some(Told::Mismatch(A, 500))));
        let held: Vec<_> = writer.written().iter().collect();
        assert_eq!(held, [ByteRange::new(0, 1000), ByteRange::new(2000, 3000)]);
        assert_eq!(part.file.metadata().unwrap().len(), 3000);
    }
}

#[tokio::test]
async fn a_disk_that_errs_is_told_and_written_no_more_on_whichever_thread() {
    for is_slow in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let _hung = hook::hang(dir.path(), |when, deed, _| match (when, deed) {
            (When::Before, Deed::Write(..)) => Fate::Failed(io::ErrorKind::StorageFull.into()),
            _ => Fate::Done,
        });
        let part = made(dir.path());
        let mut writer = Writer::start(part, SpanSet::default(), Arc::default()).unwrap();
        for at in [0, 10] {
            turn(&writer, is_slow);
            writer.push(run(A, PieceKind::Write, at, &[1; 10]));
            writer.flush().await;
        }
        assert!(matches!(writer.told_now(), Some(Told::Failed(_))));
        assert!(writer.told_now().is_none() && writer.written().is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Two connections, each in order, the disk slow and quick by turns: the file and the hashes of
    /// its blocks are what they are without all that.
    #[test]
    fn whoever_writes_the_file_and_its_hashes_are_the_same(
        pieces in prop::collection::vec((1usize..400_000, any::<bool>(), any::<bool>()), 1..30),
    ) {
        let half = 2 * usize::try_from(BLOCK_BYTES).unwrap() + 12_345;
        let bytes = content(half * 2);
        let (_dir, part, writer) = stand(&[]);
        let mut next = [0, half];
        let mut turns = pieces.iter().cycle();
        while next != [half, bytes.len()] {
            let (len, second, is_slow) = *turns.next().unwrap();
            let (wanted, ends) = (usize::from(second), [half, bytes.len()]);
            // The other one where this is through.
            let side = if next[wanted] == ends[wanted] { 1 - wanted } else { wanted };
            let at = next[side];
            let end = (at + len).min(ends[side]);
            turn(&writer, is_slow);
            writer.push(run([A, B][side], PieceKind::Write, at as u64, &bytes[at..end]));
            next[side] = end;
        }
        writer.end(bytes.len() as u64);
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(writer.flush());
        let mut found = vec![0; bytes.len()];
        part.read_exact_at(&mut found, 0).unwrap();
        prop_assert!(found == bytes);
        prop_assert_eq!(writer.written().total(), bytes.len() as u64);
        let mut hashes = writer.take_hashes();
        hashes.sort_by_key(|block| block.index);
        hashes.dedup();
        for block in hashes {
            let start = usize::try_from(block.index * BLOCK_BYTES).unwrap();
            let end = (start + usize::try_from(BLOCK_BYTES).unwrap()).min(bytes.len());
            prop_assert_eq!(block.hash, hash_block(&bytes[start..end]), "block {}", block.index);
        }
    }
}
