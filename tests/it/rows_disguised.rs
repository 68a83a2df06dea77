//! Rows B21 and B22: parts, and nothing at all, that a server calls the whole (RFC 9110 §15.3.1).

use super::fault_reply::Reply;
use super::rows::{CUT, Row, SIZE, usual};

#[test]
fn b21_parts_under_the_wrong_status_where_nothing_identifies_the_file() {
    let bare = usual().known_by(None, None);
    let answer = bare.clone();
    let row = Row::resumed(&bare, move |asked| answer.unconditional(asked).status("200 OK"));
    row.keeps(&usual(), CUT, 2);
}

#[test]
fn b21_parts_under_the_wrong_status_from_the_first_on() {
    let row = Row::new(|asked| {
        let (first, end) = asked.range().unwrap();
        let end = end.unwrap_or(SIZE).min(first + 500_000);
        usual().part(first, Some(end)).status("200 OK")
    });
    row.keeps(&usual(), 0, 4);
}

#[test]
fn b21_parts_that_are_called_the_whole_in_every_way() {
    type Bend = fn(Reply) -> Reply;
    let bends: [Bend; 3] = [
        |reply| reply.without("Content-Range"),
        |reply| reply.with("Content-Range", "bytes 434467-"),
        |reply| reply.chunked(50_000, "0\r\n\r\n"),
    ];
    for (bend, etag) in bends.into_iter().flat_map(|b| [(b, None), (b, Some("\"zero\""))]) {
        let origin = usual().known_by(etag, None);
        let row = Row::resumed(&origin.clone(), move |asked| match asked.range() {
            Some(_) => bend(origin.unconditional(asked).status("200 OK")),
            None => origin.whole(),
        });
        row.finishes(&usual(), 3);
        row.same_file();
    }
}

#[test]
fn b21_a_part_called_the_whole_for_good_is_not_the_file() {
    let row = Row::new(|_| {
        usual().part(0, Some(1000)).with("Content-Range", "bytes 7-1006/1200007").status("200 OK")
    });
    row.stops(1, "protocol", 0, 9);
    assert!(row.world.files().is_empty());
}

#[test]
fn b22_nothing_at_all_in_the_place_of_what_is_held() {
    let row = Row::resumed(&usual().known_by(None, None), |asked| match asked.number {
        0 => Reply::new("200 OK", &[]),
        _ => usual().answer(asked),
    });
    row.stops(3, "server_error", CUT, 1);
    row.keeps(&usual(), CUT, 2);
}
