//! What comes after a connection ended, however it did.

use super::*;
use crate::model::block::BLOCK_BYTES;
use crate::model::range::ByteRange;
use crate::model::validator::EntityTag;
use crate::plan::content_range::ContentRange;
use crate::plan::decide::Shape;
use crate::plan::head::Head;

const SIZE: u64 = 10 * BLOCK_BYTES + 5;

fn strong() -> Validator {
    Validator { etag: Some(EntityTag("\"one\"".to_owned())), ..Validator::default() }
}

pub(super) fn holding(held: ByteRange) -> Transfer {
    let known = Known { total: Some(SIZE), validator: strong(), begun: true, ..Known::default() };
    let held = [held].into_iter().collect();
    Transfer::new(Begin { known, held, connections: 4, ..Begin::default() })
}

/// Opens a connection whose answer is just what it asked for.
pub(super) fn read(transfer: &mut Transfer) -> ConnectionId {
    let (id, ask) = transfer.open(|_, _| 0).unwrap();
    let Shape::Ranged { first, end, .. } = ask.shape else { panic!("{ask:?}") };
    let range = ByteRange::new(first, end.unwrap_or(SIZE));
    let head = Head {
        status: 206,
        length: Some(range.len()),
        content_range: Some(Ok(ContentRange::Bytes { range, total: Some(SIZE) })),
        validator: strong(),
        ..Head::default()
    };
    assert!(matches!(transfer.answer(id, &head), Move::Read { .. }));
    id
}

pub(super) fn failure(kind: FailureKind) -> Failure {
    Failure::new(kind, "")
}

fn short() -> usize {
    usize::try_from(SHORT_BYTES).unwrap()
}

#[test]
fn who_breaks_beside_others_is_replaced_at_once_where_it_was_of_use() {
    for (brought, at_once) in [(0, false), (short() - 1, false), (short(), true), (1 << 20, true)] {
        let mut transfer = holding(ByteRange::new(0, 100));
        let (broken, other) = (read(&mut transfer), read(&mut transfer));
        transfer.take(broken, brought);
        let next = transfer.ended(broken, Some(failure(FailureKind::Broken)));
        assert_eq!(next, Move::Again(Cause::BrokeOthersGoOn));
        assert_eq!(transfer.crew.may_open(transfer.now), at_once, "{brought}");
        assert!(transfer.is_open(other) && !transfer.is_open(broken));
    }
}

#[test]
fn who_breaks_alone_goes_on_at_once_after_real_progress() {
    let exit = |kind| Move::Exit(failure(kind), None);
    for (brought, kind, expected) in [
        (short() - 1, FailureKind::Broken, exit(FailureKind::Broken)),
        (short(), FailureKind::Broken, Move::Again(Cause::Broke)),
        (short(), FailureKind::Stalled, exit(FailureKind::Stalled)),
        (short(), FailureKind::Protocol, Move::Again(Cause::NoHttp)),
    ] {
        let mut transfer = holding(ByteRange::new(0, 100));
        let id = read(&mut transfer);
        transfer.take(id, brought);
        assert_eq!(transfer.ended(id, Some(failure(kind))), expected, "{brought} {kind:?}");
        assert_eq!(transfer.given().total(), 100 + brought as u64);
    }
}

#[test]
fn who_is_not_answered_asks_in_other_ways() {
    let exit = |kind| Move::Exit(failure(kind), None);
    let again = |why| Move::Again(why);
    for (held, kind, expected) in [
        (
            0,
            FailureKind::Broken,
            vec![
                again(Cause::ClosedUnanswered),
                again(Cause::ClosedAskedPlainly),
                exit(FailureKind::Broken),
            ],
        ),
        // Ranges worked before.
        (100, FailureKind::Broken, vec![again(Cause::ClosedUnanswered), exit(FailureKind::Broken)]),
        (0, FailureKind::UnknownHost, vec![exit(FailureKind::UnknownHost)]),
        (0, FailureKind::Refused, vec![exit(FailureKind::Refused)]),
    ] {
        let mut transfer = holding(ByteRange::new(0, held));
        for (n, next) in expected.into_iter().enumerate() {
            let (id, ask) = transfer.open(|_, _| 0).unwrap();
            assert_eq!(ask.shape == Shape::Plain, n == 2, "{ask:?}");
            assert_eq!(transfer.open_failed(id, failure(kind)), next, "{held} {kind:?}");
            assert!(!transfer.is_open(id));
        }
    }
}

/// Each ends early: so it goes on until it is clear that it will not do.
#[test]
fn crumbs_are_taken_for_a_while() {
    let mut transfer = holding(ByteRange::new(0, 100));
    let mut crumb = |bytes| {
        let id = read(&mut transfer);
        transfer.take(id, bytes);
        assert_eq!(transfer.ended(id, None), Move::Again(Cause::EndedEarly));
    };
    (0..MAX_SHORT).for_each(|_| crumb(10));
    // A larger one in between, and it is counted anew.
    crumb(short());
    (0..MAX_SHORT).for_each(|_| crumb(short() - 1));
    crumb(10);
    let (_, ask) = transfer.open(|_, _| 0).unwrap();
    assert_eq!(ask.shape, Shape::Plain, "one answer is to bring it all");
}

#[test]
fn answers_that_belie_their_own_digests_are_left_after_a_few() {
    let mut transfer = holding(ByteRange::new(0, 100));
    let held: SpanSet = [ByteRange::new(0, 100)].into_iter().collect();
    let mut belied = |sound| {
        let id = read(&mut transfer);
        transfer.take(id, 1000);
        if sound {
            transfer.sound(id);
        }
        let next = transfer.corrupt(id, held.clone());
        assert_eq!((transfer.given(), transfer.is_open(id)), (&held, false));
        next
    };
    let again = Move::Again(Cause::CorruptAnswer);
    for sound in [false, false, true, false] {
        assert_eq!(belied(sound), again);
    }
    let why = Failure::because(FailureKind::DigestMismatch, Cause::AnswersCorrupt);
    assert_eq!(belied(false), Move::Exit(why, None));
}

#[test]
fn what_is_doubtful_is_where_answers_met_and_both_ends() {
    for (size, seams, blocks) in [
        (SIZE, vec![], vec![0, 10]),
        (SIZE, vec![3 * BLOCK_BYTES], vec![0, 2, 3, 10]),
        (SIZE, vec![5 * BLOCK_BYTES + 9], vec![0, 5, 10]),
        (SIZE, vec![BLOCK_BYTES + 1, SIZE], vec![0, 1, 10]),
        (BLOCK_BYTES, vec![], vec![0]),
        (0, vec![], vec![]),
    ] {
        let mut transfer = holding(ByteRange::new(0, 100));
        transfer.known.total = Some(size);
        transfer.given = [ByteRange::new(0, size)].into_iter().collect();
        for at in &seams {
            transfer.seams.begin(*at);
        }
        let range = |block: &u64| {
            ByteRange::new(block * BLOCK_BYTES, ((block + 1) * BLOCK_BYTES).min(size))
        };
        let expected: SpanSet = blocks.iter().map(range).collect();
        assert_eq!(transfer.doubtful(), expected, "{seams:?} of {size}");
    }
}

#[test]
fn who_ends_early_beside_others_is_replaced_at_once_where_it_was_of_use() {
    for (brought, expected) in [
        (short() - 1, Move::Again(Cause::EndedOthersGoOn)),
        (short(), Move::Next),
        (1 << 20, Move::Next),
    ] {
        let mut transfer = holding(ByteRange::new(0, 100));
        let (early, _) = (read(&mut transfer), read(&mut transfer));
        transfer.take(early, brought);
        let at_once = expected == Move::Next;
        assert_eq!(transfer.ended(early, None), expected, "{brought}");
        assert_eq!(transfer.crew.may_open(transfer.now), at_once, "{brought}");
    }
}
