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

/// The end of the body tells the size only where neither the file nor the answer did.
#[test]
fn a_size_that_is_known_is_not_told_by_an_early_end() {
    let whole = |length, place: Option<&str>| {
        let place = place.map(|place| ("Content-Range", place.as_bytes()));
        let status = if place.is_some() { 206 } else { 200 };
        Head { validator: strong(), ..Head::read(status, length, place) }
    };
    let (again, end) = (Move::Again(Cause::EndedEarly), Move::Complete);
    for (total, head, expected, known) in [
        (Some(1000), whole(None, None), again.clone(), Some(1000)),
        (None, whole(Some(700), Some("bytes 0-699/*")), again, None),
        (None, whole(None, None), end, Some(700)),
    ] {
        let begun = Known { total, validator: strong(), begun: true, ..Known::default() };
        let held = [ByteRange::new(0, 100)].into_iter().collect();
        let condition = Condition::Unconditional;
        let mut transfer =
            Transfer::new(Begin { known: begun, held, condition, ..Begin::default() });
        let (id, _) = transfer.open(|_, _| 100).unwrap();
        assert_eq!(transfer.answer(id, &head), Move::Read { begin: None });
        transfer.take(id, 700);
        assert_eq!((transfer.ended(id, None), transfer.total()), (expected, known), "{head:?}");
    }
}

/// Small holes one after the other are no crumbs: each answer brought what it was asked for.
#[test]
fn who_brought_all_it_was_asked_for_did_not_end_early() {
    let mut transfer = holding(ByteRange::new(0, SIZE));
    for hole in 1..=2 * u64::from(MAX_SHORT) {
        transfer.given.remove(ByteRange::new(hole * 1000, hole * 1000 + 10));
    }
    for _ in 0..2 * MAX_SHORT {
        assert!(!transfer.is_complete());
        let id = read(&mut transfer);
        let left = transfer.left_of(id).unwrap();
        assert_eq!(left.len(), 10);
        transfer.take(id, 10);
        assert!(matches!(transfer.ended(id, None), Move::Next | Move::Complete));
    }
    assert!(transfer.has_all());
}

/// What no strong validator speaks for is compared to its end, though every byte is there.
#[test]
fn it_is_not_at_its_end_while_someone_compares() {
    for (same, ranges_proved, expected) in [
        (false, false, Move::Next),
        (true, false, Move::Complete),
        (false, true, Move::Complete),
        (true, true, Move::Complete),
    ] {
        let mut transfer = holding(ByteRange::new(0, 100));
        let (last, other) = (read(&mut transfer), read(&mut transfer));
        let body = transfer.connections.get_mut(&other).unwrap().body.as_mut().unwrap();
        (body.same, body.ranges_proved) = (same, ranges_proved);
        transfer.given.insert(ByteRange::new(0, SIZE));
        assert_eq!(transfer.ended(last, None), expected, "{same} {ranges_proved}");
    }
}

#[test]
fn what_is_forgotten_is_asked_for_again() {
    let mut transfer = holding(ByteRange::new(0, SIZE / 2));
    let (one, other) = (read(&mut transfer), read(&mut transfer));
    let stands: SpanSet = [ByteRange::new(0, 100)].into_iter().collect();
    transfer.forget(stands.clone());
    assert_eq!(transfer.given(), &stands);
    assert!(!transfer.is_open(one) && !transfer.is_open(other));
    let (_, ask) = transfer.open(|_, _| 0).unwrap();
    assert_eq!(ask.write_from, 100);
}

/// A whole that differs shows that the file is another one; a part may itself be wrong.
#[test]
fn a_whole_that_differs_is_another_file() {
    for (at, ranges_proved, expected) in [
        (0, false, Cause::BytesAnew),
        (0, true, Cause::BytesFromStart),
        (50, true, Cause::BytesFromStart),
    ] {
        let mut transfer = holding(ByteRange::new(0, 100));
        let id = read(&mut transfer);
        let body = transfer.connections.get_mut(&id).unwrap().body.as_mut().unwrap();
        (body.at, body.ranges_proved) = (at, ranges_proved);
        let held = transfer.given().clone();
        assert_eq!(transfer.mismatch(id, 60, held), Move::Again(expected));
        let is_another = expected == Cause::BytesAnew;
        assert_eq!(transfer.given().is_empty(), is_another);
        assert_eq!(transfer.take_change(), is_another.then_some(Change::Bytes));
    }
}

/// Twice what an answer wrote is taken back, the second time to go on alone; then it is begun anew.
#[test]
fn who_wrote_what_differs_twice_is_taken_back_twice() {
    let mut transfer = holding(ByteRange::new(0, SIZE / 2));
    let of_author = |at: u64| [ByteRange::new(at, at + 10)].into_iter().collect::<SpanSet>();
    let places = [1_000_000, 3_000_000, 5_000_000];
    transfer.authors = places[..2].iter().map(|at| of_author(*at)).collect();
    for (n, at) in places.into_iter().enumerate() {
        let near = at + PROOF_BYTES;
        assert_eq!(transfer.disputed(near), Move::Again(Cause::AnswersDiffer));
        let told = transfer.disputed(at);
        let expected = match n {
            0 | 1 => Move::Forget(of_author(at)),
            _ => Move::Again(Cause::AnswersDifferAnew),
        };
        assert_eq!((told, transfer.is_alone()), (expected, n > 0), "{at}");
    }
    assert_eq!(transfer.take_change(), Some(Change::Bytes));
}
