//! What single answers change in a transfer: sizes that are told, ends that are told, files that
//! are others.

use super::super::*;
use crate::model::host::Ranges;
use crate::model::range::ByteRange;
use crate::model::validator::EntityTag;
use crate::plan::content_range;
use crate::plan::decide::Otherwise;
use crate::plan::head::Head;

pub(super) fn validator(tag: &str) -> Validator {
    let etag = Some(EntityTag(format!("\"{tag}\"")));
    Validator { etag, last_modified: Some("mon".into()), ..Validator::default() }
}

/// A transfer that holds this of a file of this size, by parts and with a strong tag.
pub(super) fn holding(total: Option<u64>, held: &[(u64, u64)]) -> Begin {
    Begin {
        known: Known { total, validator: validator("one"), begun: true, ..Known::default() },
        held: held.iter().map(|(start, end)| ByteRange::new(*start, *end)).collect(),
        ..Begin::default()
    }
}

pub(super) fn open(transfer: &mut Transfer) -> (ConnectionId, u64) {
    let (id, ask) = transfer.open(|_, _| 100).expect("something is missing");
    (id, ask.write_from)
}

pub(super) fn answer(status: u16, length: u64, place: &str) -> Head {
    let content_range = (!place.is_empty()).then(|| content_range::parse(place.as_bytes()));
    Head { status, length: Some(length), content_range, ..Head::default() }
}

#[test]
fn a_size_told_without_proof_counts_once_the_bytes_did() {
    for (tag, at_once) in [(Some("one"), Some(1000)), (None, None)] {
        let mut transfer = Transfer::new(holding(None, &[(0, 500)]));
        let (id, from) = open(&mut transfer);
        assert_eq!((from, transfer.total()), (500, None));
        let validator = tag.map(validator).unwrap_or_default();
        let head = Head { validator, ..answer(206, 600, "bytes 400-999/1000") };
        assert_eq!(transfer.answer(id, &head), Move::Read { begin: None });
        assert_eq!((transfer.total(), transfer.by_overlap()), (at_once, tag.is_none()));
        assert!(transfer.take(id, 600).enough);
        transfer.compared();
        assert_eq!(transfer.ended(id, None), Move::Complete);
        assert_eq!(transfer.total(), Some(1000));
    }
}

/// Only where what is held is just the whole that is told.
#[test]
fn nothing_more_to_give_is_the_end_where_all_is_held() {
    let missing = Move::Again(Cause::BytesMissing);
    for (held, before, total, expected) in [
        (&[(0, 30)][..], 0, 30, Move::Complete),
        // Another connection fetches the hole, and this one asked for what comes after all.
        (&[(0, 10), (20, 30)], 1, 30, missing.clone()),
        // More is held than there is said to be.
        (&[(0, 10), (20, 30)], 0, 10, missing),
    ] {
        let mut transfer = Transfer::new(Begin { connections: 2, ..holding(None, held) });
        for _ in 0..before {
            open(&mut transfer);
        }
        let (id, from) = open(&mut transfer);
        assert_eq!(from, total);
        let told = transfer.answer(id, &answer(416, 0, &format!("bytes */{total}")));
        assert_eq!(told, expected, "{held:?}");
        assert_eq!(transfer.total(), (told == Move::Complete).then_some(total));
        assert!(!transfer.is_open(id));
    }
}

#[test]
fn a_file_of_no_bytes_is_one() {
    let mut transfer = Transfer::new(Begin::default());
    let (id, _) = open(&mut transfer);
    let head = Head { validator: validator("one"), ..answer(416, 0, "bytes */0") };
    let facts = Facts { total: Some(0), validator: validator("one"), ..Facts::default() };
    assert_eq!(transfer.answer(id, &head), Move::Read { begin: Some(facts) });
    assert!(transfer.is_complete() && !transfer.is_open(id));
}

/// Another tag alone may be another server's for the same file.
#[test]
fn another_tag_alone_is_suspected_before_it_is_believed() {
    for (checked, length) in [(true, 1000), (false, 1000), (true, 2000), (false, 2000)] {
        let mut transfer = Transfer::new(Begin { checked, ..holding(Some(1000), &[(0, 500)]) });
        let head = Head { validator: validator("two"), ..answer(200, length, "") };
        let mut told = || {
            let (id, _) = open(&mut transfer);
            transfer.answer(id, &head)
        };
        if length == 1000 {
            for _ in 0..MAX_SUSPECTS {
                assert_eq!(told(), Move::Again(Cause::TagOnce));
            }
        }
        if checked && length == 1000 {
            assert_eq!(told(), Move::Again(Cause::TagChecksumDecides));
            assert_eq!(transfer.given().total(), 500);
            assert_eq!(transfer.known.validator.etag, None, "it is not asked for any more");
            continue;
        }
        assert!(matches!(told(), Move::Read { begin: Some(_) }));
        assert_eq!((transfer.given().total(), transfer.total()), (0, Some(length)));
        let why = if length == 1000 { Change::TagOnly } else { Change::Total };
        assert_eq!((transfer.take_change(), transfer.take_change()), (Some(why), None));
    }
}

/// A size that was not known before, and is less than what is held.
#[test]
fn a_file_that_is_shorter_than_what_is_held_is_another() {
    for (head, expected) in [
        (answer(200, 450, ""), None),
        (answer(206, 50, "bytes 400-449/450"), Some(Move::Again(Cause::ChangedAnew))),
    ] {
        let mut transfer = Transfer::new(holding(None, &[(0, 500)]));
        let (id, _) = open(&mut transfer);
        let told = transfer.answer(id, &head);
        match expected {
            None => assert!(matches!(told, Move::Read { begin: Some(_) }), "{told:?}"),
            Some(expected) => assert_eq!(told, expected),
        }
        assert_eq!((transfer.take_change(), transfer.given().total()), (Some(Change::Total), 0));
    }
}

/// Nothing that is held would be compared, and nothing identifies the file.
#[test]
fn a_part_that_proves_nothing_is_not_taken() {
    let nothing = Move::Again(Cause::NothingBefore);
    for (proof, expected) in [(1, Move::Read { begin: None }), (0, nothing)] {
        let mut transfer = Transfer::new(holding(Some(1000), &[(0, 500)]));
        let (id, _) = transfer.open(|_, _| proof).unwrap();
        let first = 500 - proof;
        let head = answer(206, 1000 - first, &format!("bytes {first}-999/1000"));
        assert_eq!(transfer.answer(id, &head), expected, "{proof} before");
        assert_eq!(transfer.manner().plain, proof == 0);
    }
}

/// Two connections, and the second is told something odd.
#[test]
fn what_one_is_told_beside_others_is_not_believed_at_once() {
    let grain = Grain { block: 1, least: 10, most: 100, ..Grain::default() };
    let two = || {
        let begin = holding(Some(1000), &[(0, 100)]);
        let mut transfer = Transfer::new(Begin { connections: 2, grain, ..begin });
        open(&mut transfer);
        let id = open(&mut transfer).0;
        (transfer, id)
    };
    let other = |date: &str| Validator { last_modified: Some(date.into()), ..validator("two") };
    for (date, why) in [("mon", Cause::TagOthersGoOn), ("tue", Cause::OtherFileOnce)] {
        let (mut transfer, id) = two();
        let head = Head { validator: other(date), ..answer(200, 1000, "") };
        assert_eq!(transfer.answer(id, &head), Move::Again(why), "{date}");
        assert_eq!((transfer.given().total(), transfer.is_open(id)), (100, false));
    }
    for (otherwise, odd, condition) in [
        (Otherwise::Plain, 0, Condition::IfRange),
        (Otherwise::Afresh, 0, Condition::IfRange),
        (Otherwise::Unconditional, 1, Condition::Unconditional),
    ] {
        let (mut transfer, id) = two();
        let told = transfer.ask_otherwise(id, otherwise, Cause::NoNewByte);
        assert_eq!(told, Move::Again(Cause::NoNewByte));
        assert_eq!((transfer.odd, transfer.manner().condition), (odd, condition), "{otherwise:?}");
        assert!(!transfer.is_open(id) && !transfer.manner().plain);
    }
}

/// Two answers of another file in a row are believed; one of the file itself in between, and the
/// next is the first again.
#[test]
fn a_second_answer_of_another_file_is_believed_where_none_of_the_file_came_between() {
    let grain = Grain { block: 1, least: 10, most: 100, ..Grain::default() };
    for (between, believed) in
        [(None, true), (Some(validator("one")), false), (Some(Validator::default()), true)]
    {
        let begin = holding(Some(1000), &[(0, 100)]);
        let mut transfer = Transfer::new(Begin { connections: 4, grain, ..begin });
        open(&mut transfer);
        let another = |transfer: &mut Transfer| {
            let (id, _) = open(transfer);
            let validator = Validator { last_modified: Some("tue".into()), ..validator("two") };
            transfer.answer(id, &Head { validator, ..answer(200, 1000, "") })
        };
        assert_eq!(another(&mut transfer), Move::Again(Cause::OtherFileOnce));
        if let Some(validator) = between.clone() {
            transfer.checked = true;
            transfer.manner_mut().ranges = Ranges::Honest;
            let (id, from) = open(&mut transfer);
            let place = format!("bytes {from}-{}/1000", from + 9);
            let head = Head { validator, ..answer(206, 10, &place) };
            assert_eq!(transfer.answer(id, &head), Move::Read { begin: None });
        }
        let told = another(&mut transfer);
        assert_eq!(
            matches!(told, Move::Read { begin: Some(_) }),
            believed,
            "{between:?}: {told:?}"
        );
    }
}

#[test]
fn a_connection_that_is_gone_needs_nothing_more() {
    let mut transfer = Transfer::new(Begin::default());
    assert_eq!(transfer.take(7, 10), Taken { pieces: Vec::new(), enough: true });
    assert_eq!(transfer.answer(7, &answer(200, 9, "")), Move::Again(Cause::Closed));
    assert_eq!(transfer.ended(7, None), Move::Next);
    let (id, _) = open(&mut transfer);
    assert!(transfer.take(id, 10).enough, "no head of it came");
    assert!(transfer.given().is_empty());
}

#[test]
fn so_many_odd_answers_in_a_row_and_no_more() {
    let mut transfer = Transfer::new(Begin::default());
    for _ in 0..MAX_ODD {
        assert_eq!(transfer.odd(Cause::NoNewByte), Move::Again(Cause::NoNewByte));
    }
    let why = Failure::because(FailureKind::Protocol, Cause::NoNewByte);
    assert_eq!(transfer.odd(Cause::NoNewByte), Move::Exit(why, None));
}

/// What lies before its claim is another connection's to write.
#[test]
fn a_part_that_begins_early_writes_its_own_claim() {
    let grain = Grain { block: 1, least: 10, most: 100, ..Grain::default() };
    let begin = holding(Some(1000), &[(0, 100)]);
    let mut transfer = Transfer::new(Begin { connections: 2, grain, ..begin });
    assert_eq!(open(&mut transfer).1, 100);
    let (id, from) = open(&mut transfer);
    assert_eq!(from, 551);
    assert_eq!(transfer.left_of(id), Some(ByteRange::new(551, 1000)));
    assert!(!transfer.only_races(id));
    let head = Head { validator: validator("one"), ..answer(206, 700, "bytes 300-999/1000") };
    assert_eq!(transfer.answer(id, &head), Move::Read { begin: None });
    let piece = Piece { at: 551, bytes: 251..700, kind: PieceKind::Write };
    assert_eq!(transfer.take(id, 700), Taken { pieces: vec![piece], enough: true });
}

/// Alone, the whole is asked for to settle it; where answers met, one place is read once more.
#[test]
fn other_bytes_are_settled_by_who_may_have_brought_them() {
    let held: SpanSet = [ByteRange::new(0, 500)].into_iter().collect();
    for (seams, expected, plain) in
        [(vec![], Cause::BytesFromStart, true), (vec![200], Cause::AnswersDiffer, false)]
    {
        let begin = holding(Some(1000), &[(0, 500)]);
        let mut transfer = Transfer::new(Begin { seams, ..begin });
        let (id, _) = open(&mut transfer);
        let sent = Head { validator: validator("one"), ..answer(206, 600, "bytes 400-999/1000") };
        assert_eq!(transfer.answer(id, &sent), Move::Read { begin: None });
        let next = transfer.mismatch(id, 450, held.clone());
        assert_eq!(next, Move::Again(expected));
        assert_eq!((transfer.manner().plain, transfer.given()), (plain, &held));
    }
}
