//! Single moves of a transfer, made by hand: where what is told matters more than the bytes.

use super::*;
use crate::model::range::ByteRange;
use crate::model::validator::EntityTag;
use crate::plan::head::Head;

#[test]
fn nonsense_is_asked_for_again_twice() {
    let nonsense = || Failure::new(FailureKind::Protocol, "");
    let mut transfer = Transfer::new(Begin::default());
    for before in [true, false, true] {
        let (id, ask) = transfer.open(|_, _| PROOF_BYTES).unwrap();
        assert_eq!(ask.shape.first(), 0);
        let next = if before {
            transfer.open_failed(id, nonsense())
        } else {
            let head = Head { status: 200, length: Some(9), ..Head::default() };
            assert!(matches!(transfer.answer(id, &head), Move::Read { .. }));
            transfer.ended(id, Some(nonsense()))
        };
        assert_eq!(matches!(next, Move::Again(_)), transfer.garbled <= MAX_GARBLED, "{next:?}");
    }
    assert_eq!(transfer.garbled, 3);
}

#[test]
fn a_file_that_changes_with_every_answer_is_left() {
    let mut transfer = Transfer::new(Begin::default());
    let mut moves = Vec::new();
    for n in 0..20u32 {
        let Some((id, _)) = transfer.open(|_, _| PROOF_BYTES) else { break };
        let etag = Some(EntityTag(format!("\"{n}\"")));
        let head = Head {
            status: 200,
            length: Some(1_000_000),
            validator: Validator { etag, ..Validator::default() },
            ..Head::default()
        };
        let next = transfer.answer(id, &head);
        if let Move::Read { .. } = next {
            transfer.take(id, 100_000);
            transfer.ended(id, Some(Failure::new(FailureKind::Broken, "")));
        }
        moves.push(next);
    }
    let left =
        moves.iter().position(|m| matches!(m, Move::Exit(f, _) if f.kind == FailureKind::Changed));
    assert!(left.is_some_and(|n| n <= 2 * MAX_RESTARTS as usize + 2), "{moves:?}");
}

#[test]
fn an_error_told_as_a_file_of_another_kind_replaces_nothing() {
    let known = Known {
        total: Some(1_000_000),
        content_type: Some("application/zip".into()),
        begun: true,
        ..Known::default()
    };
    let held = [ByteRange::new(0, 500_000)].into_iter().collect();
    let mut transfer = Transfer::new(Begin { known, held, ..Begin::default() });
    let answer = Head {
        status: 200,
        length: Some(60),
        content_type: Some("application/json".into()),
        ..Head::default()
    };
    let mut left = None;
    while let (None, Some((id, _))) = (&left, transfer.open(|_, _| PROOF_BYTES)) {
        if let Move::Exit(failure, _) = transfer.answer(id, &answer) {
            left = Some(failure.kind);
        }
    }
    assert_eq!((left, transfer.given().total()), (Some(FailureKind::Page), 500_000));
}

fn strong() -> Validator {
    Validator { etag: Some(EntityTag("\"one\"".to_owned())), ..Validator::default() }
}

/// The slower of two that fetch the same bytes is through once the other has brought them.
#[test]
fn who_was_raced_and_lost_is_no_failure() {
    let size = 200_000;
    let known = Known { total: Some(size), validator: strong(), begun: true, ..Known::default() };
    let begun = [ByteRange::new(0, 100_000)].into_iter().collect();
    let mut transfer =
        Transfer::new(Begin { known, held: begun, connections: 3, ..Begin::default() });
    let (slow, ask) = transfer.open(|_, _| 0).unwrap();
    assert_eq!(ask.shape.first(), 100_000);
    let answer = Head {
        status: 206,
        length: Some(100_000),
        content_range: Some(crate::plan::content_range::parse(b"bytes 100000-199999/200000")),
        validator: strong(),
        ..Head::default()
    };
    assert!(matches!(transfer.answer(slow, &answer), Move::Read { .. }));
    assert!(!transfer.take(slow, 10_000).enough);
    // Another brought the rest, and one place is left to be compared.
    transfer.given.insert(ByteRange::new(110_000, size));
    transfer.seams.begin(50_000);
    assert!(transfer.take(slow, 1000).enough);
    assert_eq!(transfer.ended(slow, None), Move::Next);
    assert!(transfer.crew.may_open(transfer.now), "the next connection must wait");
}

/// A whole answer without any validator that filled a hole must be compared with what is held after
/// it, not only beside the hole, should it break off before it got there.
#[test]
fn what_a_broken_whole_did_not_compare_is_compared_later() {
    let size = 1_000_000;
    let known = Known { total: Some(size), begun: true, ..Known::default() };
    let held: SpanSet =
        [ByteRange::new(0, 300_000), ByteRange::new(400_000, size)].into_iter().collect();
    for came in [350_000, 405_000, 900_000] {
        let mut transfer = Transfer::new(Begin {
            known: known.clone(),
            held: held.clone(),
            plain: true,
            ..Begin::default()
        });
        let (id, _) = transfer.open(|_, _| PROOF_BYTES).unwrap();
        let answer = Head { status: 200, length: Some(size), ..Head::default() };
        assert!(matches!(transfer.answer(id, &answer), Move::Read { .. }));
        transfer.take(id, came);
        transfer.compared();
        // As a pause or a crash finds it, and as the next answer does.
        let open = transfer.seams();
        transfer.ended(id, Some(Failure::new(FailureKind::Broken, "")));
        assert!(open.iter().all(|at| transfer.seams().contains(at)), "{open:?}");
        let begin = (came as u64).max(400_000);
        let around: Vec<_> = transfer.seams.around(size).collect();
        let mut reached = begin;
        for seam in around.iter().filter(|seam| seam.end > begin) {
            assert!(seam.start <= reached, "{came}: nothing compares {reached} {around:?}");
            reached = seam.end;
        }
        assert!(reached >= begin + PROOF_BYTES, "{came}: only up to {reached}");
    }
}

/// One that fell silent before the others came through is replaced, though nobody else is left when
/// its time is over. Where all fell silent together it is the line, which is waited for.
#[test]
fn who_fell_silent_before_the_others_came_through_is_replaced() {
    for (others_until_ms, replaced) in [(500, 0), (5_000, 1)] {
        let mut transfer = Transfer::new(Begin { connections: 2, ..Begin::default() });
        let (silent, _) = transfer.open(|_, _| PROOF_BYTES).unwrap();
        let length = Some(10 << 20);
        let head = Head { status: 200, length, validator: strong(), ..Head::default() };
        assert!(matches!(transfer.answer(silent, &head), Move::Read { .. }));
        transfer.take(silent, 1000);
        // As another's chunk does that is through then.
        transfer.heard = Duration::from_millis(others_until_ms);
        for (now_ms, expected) in [(7_900, 0), (9_000, replaced), (9_100, 0)] {
            transfer.tell_time(Duration::from_millis(now_ms));
            assert_eq!(transfer.look(Held::Free).len(), expected, "{others_until_ms} {now_ms}");
        }
    }
}
