//! When the whole is asked for and when a whole is read; how long it is.

use super::super::*;
use super::tests::{answer, holding, open, validator};
use crate::model::host::{Condition, Ranges};
use crate::plan::decide::Otherwise;
use crate::plan::head::Head;

/// Where ranges worked before, one odd answer is not believed.
#[test]
fn the_whole_is_asked_for_where_ranges_never_worked_or_twice_not() {
    for (begun, odd, expected) in
        [(true, 0, false), (true, 1, true), (false, 0, true), (false, 1, true)]
    {
        let held: &[_] = if begun { &[(0, 500)] } else { &[] };
        let mut transfer = Transfer::new(holding(Some(1000), held));
        transfer.odd = odd;
        let (id, _) = open(&mut transfer);
        transfer.ask_otherwise(id, Otherwise::Plain, Cause::NoNewByte);
        assert_eq!(transfer.manner().plain, expected, "{begun} {odd}");
    }
}

/// A whole in answer to a range of a file that was begun; of one that was not, it is what was asked for.
#[test]
fn ranges_are_refused_where_a_range_was_asked_for() {
    for (held, plain, proved, expected) in [
        (&[(0, 500)][..], false, false, Ranges::Refused),
        (&[(0, 500)], false, true, Ranges::Honest),
        (&[(0, 500)], true, false, Ranges::Unknown),
        (&[], false, false, Ranges::Unknown),
        (&[], false, true, Ranges::Honest),
    ] {
        let condition = Condition::Unconditional;
        let begin = Begin { condition, plain, ..holding(Some(1000), held) };
        let mut transfer = Transfer::new(begin);
        let (id, from) = open(&mut transfer);
        let from = from.saturating_sub(100);
        let place = format!("bytes {from}-999/1000");
        let head = if proved { answer(206, 1000 - from, &place) } else { answer(200, 1000, "") };
        let head = Head { validator: validator("one"), ..head };
        assert!(matches!(transfer.answer(id, &head), Move::Read { .. }));
        assert_eq!(transfer.manner().ranges, expected, "{held:?} {plain} {proved}");
    }
}

/// A part from the start passes only what is held in it, which is nothing; a whole passes all.
#[test]
fn a_part_before_what_is_held_proves_nothing() {
    let nothing = Move::Again(Cause::NothingBefore);
    for (head, expected) in [
        (answer(206, 500, "bytes 0-499/1000"), nothing),
        (answer(200, 1000, ""), Move::Read { begin: None }),
    ] {
        let mut transfer = Transfer::new(holding(Some(1000), &[(500, 1000)]));
        let (id, from) = open(&mut transfer);
        assert_eq!(from, 0);
        assert_eq!(transfer.answer(id, &head), expected);
    }
}

/// One that goes on alone is not given up for it.
#[test]
fn a_whole_beside_others_is_not_read() {
    let grain = Grain { block: 1, least: 10, most: 100, ..Grain::default() };
    for others in [false, true] {
        let begin = holding(Some(1000), &[(0, 100)]);
        let condition = Condition::Unconditional;
        let mut transfer = Transfer::new(Begin { connections: 2, grain, condition, ..begin });
        if others {
            open(&mut transfer);
        }
        let (id, _) = open(&mut transfer);
        let head = Head { validator: validator("one"), ..answer(200, 1000, "") };
        let again = Move::Again(Cause::WholeForPart);
        let expected = if others { again } else { Move::Read { begin: None } };
        assert_eq!(transfer.answer(id, &head), expected);
        assert_eq!(transfer.is_alone(), others);
    }
}

#[test]
fn an_answer_of_no_bytes_begins_a_file_of_none() {
    let mut transfer = Transfer::new(Begin::default());
    let (id, _) = open(&mut transfer);
    let facts = Facts { total: Some(0), ..Facts::default() };
    let told = transfer.answer(id, &answer(200, 0, ""));
    assert_eq!(told, Move::Read { begin: Some(facts) });
    assert_eq!(transfer.ended(id, None), Move::Complete);
    assert!(!transfer.length_unproved());
}

/// Where nothing tells the length, the end of the connection does; chunks tell it.
#[test]
fn a_length_that_only_the_end_told_is_not_proved() {
    for (chunked, unproved) in [(false, true), (true, false)] {
        let mut transfer = Transfer::new(Begin::default());
        let (id, _) = open(&mut transfer);
        let head = Head { length: None, chunked, ..answer(200, 0, "") };
        assert!(matches!(transfer.answer(id, &head), Move::Read { .. }));
        assert!(!transfer.take(id, 700).enough);
        assert!(!transfer.length_unproved());
        assert_eq!(transfer.ended(id, None), Move::Complete);
        assert_eq!((transfer.total(), transfer.length_unproved()), (Some(700), unproved));
    }
}

/// The same is asked for once more before the whole is.
#[test]
fn what_is_asked_afresh_is_asked_plainly_at_the_second_time() {
    for (plain, odd, expected) in
        [(false, 0, false), (false, 1, true), (false, 2, true), (true, 0, true), (true, 1, true)]
    {
        let mut transfer = Transfer::new(Begin { plain, ..holding(Some(1000), &[(0, 500)]) });
        transfer.odd = odd;
        let (id, _) = open(&mut transfer);
        let told = transfer.ask_otherwise(id, Otherwise::Afresh, Cause::NoNewByte);
        assert_eq!((told, transfer.odd), (Move::Again(Cause::NoNewByte), odd + 1));
        assert_eq!(transfer.manner().plain, expected, "{plain} {odd}");
    }
}
