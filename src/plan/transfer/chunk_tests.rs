//! What a chunk is good for, byte by byte, and what is remembered of who wrote it.

use super::super::end_tests::{failure, holding, read};
use super::super::*;
use super::*;
use crate::plan::content_range::ContentRange;
use crate::plan::head::Head;

const HELD: u64 = 100_000;
const TOTAL: u64 = 1_000_000;

fn strong() -> Validator {
    let etag = Some(crate::model::validator::EntityTag("\"one\"".to_owned()));
    Validator { etag, ..Validator::default() }
}

/// Holds this of a file of a million bytes.
fn of_a_million(held: &[(u64, u64)]) -> Transfer {
    let known = Known { total: Some(TOTAL), validator: strong(), begun: true, ..Known::default() };
    let held = held.iter().map(|(start, end)| ByteRange::new(*start, *end)).collect();
    Transfer::new(Begin { known, held, connections: 4, ..Begin::default() })
}

/// An answer that brings this.
fn reads(transfer: &mut Transfer, range: ByteRange) -> ConnectionId {
    let (id, _) = transfer.open(|_, _| 0).unwrap();
    let head = Head {
        status: 206,
        length: Some(range.len()),
        content_range: Some(Ok(ContentRange::Bytes { range, total: Some(TOTAL) })),
        validator: strong(),
        ..Head::default()
    };
    assert_eq!(transfer.answer(id, &head), Move::Read { begin: None });
    id
}

#[test]
fn what_is_in_doubt_is_read_once_more() {
    let mut transfer = of_a_million(&[(0, TOTAL)]);
    transfer.seams.begin(7000);
    transfer.seams.crossed(ByteRange::new(0, 20_000), TOTAL);
    assert!(transfer.is_complete(), "it was read across");
    transfer.doubt(500_000);
    assert!(!transfer.is_complete());
    let unproved: Vec<u64> = transfer.seams.around(TOTAL).map(|around| around.start).collect();
    assert_eq!(unproved, [7000 - SEAM_BYTES, 500_000 - SEAM_BYTES], "nor counts what was read");
}

/// Beside what another wrote there is a seam, where nothing was compared before.
#[test]
fn where_a_run_begins_to_write_there_is_a_seam() {
    for (proof, seam) in [(0, vec![HELD]), (5000, vec![])] {
        let mut transfer = of_a_million(&[(0, HELD)]);
        transfer.seam_tries = 2;
        let id = reads(&mut transfer, ByteRange::new(HELD - proof, TOTAL));
        transfer.take(id, 5000);
        transfer.take(id, 5000);
        assert_eq!(transfer.seams(), seam, "{proof} before");
        assert_eq!(transfer.seam_tries, 2, "nothing was to be read across");
    }
}

/// A part goes on past its claim as far as is needed to read across the seam there, and no further.
#[test]
fn a_part_reads_on_until_the_seam_behind_it_is_proved() {
    let hole = ByteRange::new(HELD, 2 * HELD);
    let mut transfer = of_a_million(&[(0, HELD), (2 * HELD, TOTAL)]);
    transfer.seam_tries = 2;
    let id = reads(&mut transfer, ByteRange::new(hole.start - SEAM_BYTES, TOTAL));
    let take = |transfer: &mut Transfer, len: u64| transfer.take(id, usize::try_from(len).unwrap());
    let first = take(&mut transfer, SEAM_BYTES + hole.len());
    let kinds: Vec<PieceKind> = first.pieces.iter().map(|piece| piece.kind).collect();
    assert_eq!((first.enough, kinds), (false, vec![PieceKind::Prove, PieceKind::Write]));
    assert_eq!(transfer.seams(), [hole.end]);
    let second = take(&mut transfer, SEAM_BYTES - 1);
    let almost = usize::try_from(SEAM_BYTES - 1).unwrap();
    let proves = Piece { at: hole.end, bytes: 0..almost, kind: PieceKind::Prove };
    assert_eq!(second, Taken { pieces: vec![proves], enough: false });
    assert_eq!(transfer.seam_tries, 2);
    assert!(take(&mut transfer, 1).enough);
    assert_eq!(transfer.seam_tries, 0, "it was read across");
    transfer.compared();
    assert!(transfer.seams().is_empty() && transfer.is_complete());
}

/// A part goes on just where it is, a whole at any distance, a sample not at all.
#[test]
fn who_is_through_goes_on_with_what_nobody_has() {
    for (ranges_proved, sample, at, expected) in [
        (true, None, HELD, true),
        (true, None, HELD - 1, false),
        (false, None, HELD, true),
        (false, None, HELD - 1, true),
        (true, Some(HELD), HELD, false),
        (false, Some(HELD), HELD, false),
    ] {
        let mut transfer = of_a_million(&[(0, HELD)]);
        let id = reads(&mut transfer, ByteRange::new(HELD, TOTAL));
        transfer.planner.release(id);
        let connection = transfer.connections.get_mut(&id).unwrap();
        connection.body.as_mut().unwrap().ranges_proved = ranges_proved;
        connection.sample_end = sample;
        assert_eq!(transfer.goes_on(id, at, TOTAL), expected, "{ranges_proved} {sample:?} {at}");
        assert!(!transfer.goes_on(99, at, TOTAL), "it is gone");
    }
}

/// Who wrote what is of use only where several did, and for so many.
#[test]
fn the_last_answers_are_remembered_with_what_they_wrote() {
    for (connections, remembered) in [(1, false), (4, true)] {
        let mut transfer = Transfer::new(Begin { connections, ..Begin::default() });
        transfer.authors = (0..MAX_AUTHORS as u64 - 2)
            .map(|at| [ByteRange::new(at, at + 1)].into_iter().collect())
            .collect();
        let mut gone = |wrote: u64| {
            let (id, _) = transfer.open(|_, _| 0).unwrap();
            let connection = transfer.connections.get_mut(&id).unwrap();
            connection.wrote = [ByteRange::new(0, wrote)].into_iter().collect();
            transfer.close(id);
            (transfer.authors.len(), transfer.authors[0].total(), transfer.authors.last().cloned())
        };
        let full = MAX_AUTHORS - 2;
        assert_eq!(gone(0).0, full, "it wrote nothing");
        for (wrote, count) in [(5, full + 1), (6, full + 2), (7, full + 2), (8, full + 2)] {
            let (there, _, last) = gone(wrote);
            assert_eq!(there, if remembered { count } else { full }, "{wrote}");
            assert_eq!(last.unwrap().total(), if remembered { wrote } else { 1 });
        }
        let oldest = if remembered { 2 } else { 0 };
        assert!(transfer.authors[0].span_at(oldest).is_some(), "the oldest is forgotten first");
    }
}

/// All bytes are there and a seam is open: only then does it matter who does not read across it.
#[test]
fn a_seam_is_missed_only_where_every_byte_is_there() {
    for (end, seam, expected) in [
        (TOTAL, Some(HELD), Some(Move::Again(Cause::SeamNotCompared))),
        (TOTAL, None, None),
        (TOTAL - 1, Some(HELD), None),
    ] {
        let mut transfer = of_a_million(&[(0, end)]);
        if let Some(seam) = seam {
            transfer.seams.begin(seam);
        }
        assert_eq!(transfer.unproved_seam(7), expected, "{end} {seam:?}");
        assert_eq!(transfer.seam_tries, u32::from(expected.is_some()));
    }
}

/// There a wrong byte is most likely to be.
#[test]
fn where_an_answer_broke_off_is_remembered() {
    let mut transfer = holding(ByteRange::new(0, 100));
    let id = read(&mut transfer);
    transfer.take(id, 70_000);
    transfer.ended(id, Some(failure(FailureKind::Broken)));
    assert_eq!(transfer.seams.places().collect::<Vec<_>>(), [100, 70_100]);
}
