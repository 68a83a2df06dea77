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
