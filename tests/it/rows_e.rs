//! Row E: connections that say nothing, stop in the middle or break again and again.

use super::fault_reply::{End, Origin, Reply};
use super::rows::{CUT, Row, SIZE, usual};

/// A short patience, and room for another try.
const IMPATIENT: [&str; 6] = ["--stall-timeout", "1", "--connect-timeout", "1", "--retries", "2"];

#[test]
fn e1_no_answer_ever() {
    let row = Row::resumed(&usual(), |asked| match asked.number {
        0 => Reply::nothing(End::Hang),
        _ => usual().answer(asked),
    });
    row.finishes_with(&IMPATIENT, &usual(), 2);
    row.kept(&usual(), CUT);
}

#[test]
fn e1_no_answer_is_a_standstill() {
    let row = Row::new(|_| Reply::nothing(End::Hang));
    row.stops_with(&["--stall-timeout", "1", "--connect-timeout", "1"], (3, "stalled"), 0, 1);
}

#[test]
fn e2_a_head_then_silence() {
    let row = Row::resumed(&usual(), |asked| match asked.number {
        0 => usual().answer(asked).cut(0, End::Hang),
        _ => usual().answer(asked),
    });
    row.finishes_with(&IMPATIENT, &usual(), 2);
    row.kept(&usual(), CUT);
}

#[test]
fn e2_silence_in_the_middle() {
    let row = Row::new(|asked| match asked.number {
        0 => usual().answer(asked).cut(CUT, End::Hang),
        _ => usual().answer(asked),
    });
    row.finishes_with(&IMPATIENT, &usual(), 2);
    row.kept(&usual(), 0);
}

#[test]
fn e5_every_connection_breaks_after_a_while() {
    let row = Row::new(|asked| usual().answer(asked).cut(200_000, End::Fin));
    row.keeps(&usual(), 0, 9);
}

#[test]
fn e5_every_connection_breaks_after_little() {
    let small = Origin::new(400_000, 0);
    let answer = small.clone();
    let row = Row::new(move |asked| answer.answer(asked).cut(120_000, End::Reset));
    row.finishes_with(&["--retries", "1"], &small, 7);
    row.kept(&small, 0);
}

#[test]
fn e6_every_connection_breaks_at_once() {
    let row = Row::new(|_| Reply::nothing(End::Fin));
    row.stops_with(&["--retries", "1"], (3, "broken"), 0, 6);
    let job = row.show();
    assert_eq!((&job["state"], job["retry_at"].is_string()), (&"waiting".into(), true));
    let row = Row::resumed(&usual(), |asked| match asked.number {
        0..=1 => Reply::nothing(End::Reset),
        _ => usual().answer(asked),
    });
    row.stops(3, "broken", CUT, 2);
    row.keeps(&usual(), CUT, 1);
    assert_eq!(row.asked()[0].range().map(|(_, end)| end), Some(Some(SIZE)));
}
