//! Row B: how ranges are answered (RFC 9110 §14 and §15.3.7). The first run is cut, the second
//! meets the row.

use super::fault_reply::{Asked, End, Origin, Reply};
use super::rows::{CUT, Row, SIZE, usual};

/// Bends an answer to a request that asks for a range.
type Bend = fn(&Asked, Reply) -> Reply;

/// The usual file; in the second run every answer to a range is bent.
fn ranges(bend: Bend) -> Row {
    let origin = usual();
    Row::resumed(&usual(), move |asked| match asked.range() {
        Some(_) => bend(asked, origin.answer(asked)),
        None => origin.whole(),
    })
}

/// The usual file, in the second run the first answer bent.
fn once(bend: Bend) -> Row {
    let origin = usual();
    Row::resumed(&usual(), move |asked| match asked.number {
        0 => bend(asked, origin.answer(asked)),
        _ => origin.answer(asked),
    })
}

/// Ends right, perhaps after comparing everything held with the whole file.
#[track_caller]
fn compares(row: &Row, requests: usize) {
    row.finishes(&usual(), requests);
    row.same_file();
}

#[test]
fn b1_honest_parts() {
    let row = ranges(|_, reply| reply);
    row.keeps(&usual(), CUT, 1);
    assert_eq!(row.asked()[0].header("accept-encoding"), Some("identity"));
}

#[test]
fn b2_ranges_denied_but_honoured() {
    let origin = usual();
    let row = Row::new(move |asked| match asked.number {
        0 => origin.whole().with("Accept-Ranges", "none").cut(CUT, End::Fin),
        1 => Reply::new("503 Later", &[]),
        _ => origin.answer(asked).with("Accept-Ranges", "none"),
    });
    row.stops(3, "busy", CUT, 2);
    row.keeps(&usual(), CUT, 1);
}

#[test]
fn b3_ranges_not_spoken_of() {
    let origin = usual();
    let row = Row::new(move |asked| match asked.number {
        0 => origin.whole().cut(CUT, End::Fin),
        1 => Reply::new("503 Later", &[]),
        _ => origin.answer(asked),
    });
    row.stops(3, "busy", CUT, 2);
    row.keeps(&usual(), CUT, 1);
}

#[test]
fn b4_ranges_promised_and_never_honoured() {
    compares(&ranges(|_, _| usual().whole().with("Accept-Ranges", "bytes")), 2);
}

#[test]
fn b5_only_a_range_from_the_start_is_honoured() {
    let row = ranges(|asked, reply| if asked.first() == 0 { reply } else { usual().whole() });
    compares(&row, 2);
}

#[test]
fn b6_ranges_honoured_for_a_while() {
    let row = Row::resumed(&usual(), |asked| match asked.number {
        0 => usual().answer(asked).cut(200_000, End::Fin),
        _ => usual().whole(),
    });
    compares(&row, 3);
}

#[test]
fn b7_parts_that_begin_on_a_block() {
    let row = ranges(|asked, _| {
        usual().part(asked.first() & !0xffff, asked.range().and_then(|(_, end)| end))
    });
    compares(&row, 1);
}

#[test]
fn b8_parts_that_begin_later() {
    compares(&once(|asked, _| usual().part(asked.first() + 100_000, None)), 2);
    compares(&ranges(|asked, _| usual().part(asked.first() + 100_000, None)), 3);
}

#[test]
fn b9_every_part_claims_to_be_the_first() {
    let place = format!("bytes 0-{}/{SIZE}", SIZE - 1);
    let whole = Row::resumed(&usual(), {
        let place = place.clone();
        move |_| usual().whole().status("206 Part").with("Content-Range", &place)
    });
    compares(&whole, 1);
    let wrong = Row::resumed(&usual(), move |asked| match asked.range() {
        Some(_) => usual()
            .answer(asked)
            .with("Content-Range", &place)
            .without("Content-Length")
            .ends(End::Fin),
        None => usual().whole(),
    });
    compares(&wrong, 2);
}

#[test]
fn b10_at_most_so_much_in_one_answer() {
    let row = ranges(|asked, _| usual().part(asked.first(), Some(asked.first() + 200_000)));
    row.keeps(&usual(), CUT, 6);
}

#[test]
fn b10_answers_no_longer_than_what_is_compared() {
    compares(&ranges(|asked, _| usual().part(asked.first(), Some(asked.first() + 20_000))), 3);
}

#[test]
fn b11_one_byte_in_one_answer() {
    let origin = Origin::new(5000, 0);
    let answer = origin.clone();
    let row = Row::new(move |asked| match asked.range() {
        Some((first, _)) => answer.part(first, Some(first + 1)),
        None => answer.whole(),
    });
    row.finishes(&origin, 80);
}

#[test]
fn b12_longer_than_asked() {
    let row = ranges(|asked, reply| {
        let mut body = usual().content[asked.first()..].to_vec();
        body.extend_from_slice(&[7; 5000]);
        reply.sized(&body)
    });
    compares(&row, 1);
}

#[test]
fn b13_parts_that_do_not_say_which() {
    compares(&ranges(|_, reply| reply.without("Content-Range")), 3);
}

#[test]
fn b14_parts_that_do_not_say_which_from_the_start() {
    compares(&ranges(|_, _| usual().whole().status("206 Part")), 3);
}

#[test]
fn b15_another_total() {
    let row = once(|asked, reply| {
        let last = SIZE - 1;
        reply.with("Content-Range", &format!("bytes {}-{last}/{}", asked.first(), SIZE + 5))
    });
    row.finishes(&usual(), 2);
    assert!(row.story().contains("its size differs"), "{}", row.story());
}

#[test]
fn b16_the_total_is_not_told() {
    for etag in [Some("\"zero\""), None] {
        let origin = usual().known_by(etag, None);
        let row = Row::resumed(&origin.clone(), move |asked| {
            let end = asked.range().and_then(|(_, end)| end).unwrap_or(SIZE);
            let place = format!("bytes {}-{}/*", asked.first(), end - 1);
            origin.answer(asked).with("Content-Range", &place)
        });
        row.keeps(&usual(), CUT, 2);
    }
}

#[test]
fn b17_places_spelled_oddly() {
    for unit in ["bytes=", "bytes: ", "", "BYTES ", "Bytes  "] {
        let row = Row::resumed(&usual(), move |asked| {
            let place = format!("{unit}{}-{}/{SIZE}", asked.first(), SIZE - 1);
            usual().answer(asked).with("Content-Range", &place)
        });
        row.keeps(&usual(), CUT, 1);
    }
}

#[test]
fn b18_places_that_are_nonsense() {
    for place in [
        "bytes 600000-500000/1200007",
        "bytes 434467-1200006/1200006",
        "bytes -5-1200006/1200007",
        "bytes 434467-99999999999999999999/1200007",
        "items 434467-1200006/1200007",
        "",
    ] {
        let row = Row::resumed(&usual(), move |asked| match asked.range() {
            Some(_) => usual().answer(asked).with("Content-Range", place),
            None => usual().whole(),
        });
        compares(&row, 3);
    }
}

#[test]
fn b19_length_and_place_disagree() {
    let row = once(|asked, reply| reply.sized(&usual().content[asked.first()..SIZE - 300_000]));
    row.keeps(&usual(), CUT, 2);
}

#[test]
fn b20_several_parts_in_one() {
    for count in [1, 2] {
        let row = Row::resumed(&usual(), move |asked| match asked.range() {
            Some(_) => several(&usual(), asked, count),
            None => usual().whole(),
        });
        compares(&row, 3);
    }
}

/// `multipart/byteranges` (RFC 9110 §14.6).
fn several(origin: &Origin, asked: &Asked, count: usize) -> Reply {
    let bytes = &origin.content[asked.first()..];
    let mut body = Vec::new();
    for (i, part) in bytes.chunks(bytes.len().div_ceil(count)).enumerate() {
        let first = asked.first() + i * bytes.len().div_ceil(count);
        let last = first + part.len() - 1;
        let head = format!("--cut\r\nContent-Range: bytes {first}-{last}/{SIZE}\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(part);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--cut--\r\n");
    let reply = origin.answer(asked).without("Content-Range").sized(&body);
    reply.with("Content-Type", "multipart/byteranges; boundary=cut")
}

#[test]
fn b21_the_right_part_under_the_wrong_status() {
    ranges(|_, reply| reply.status("200 OK")).keeps(&usual(), CUT, 1);
}

#[test]
fn b22_a_whole_that_claims_to_be_some_part() {
    compares(&ranges(|_, _| usual().whole().with("Content-Range", "bytes 5-9/10")), 2);
}

#[test]
fn b23_a_part_though_the_whole_was_asked_for() {
    let row = Row::resumed(&usual(), |asked| match (asked.range(), asked.number) {
        (Some(_), _) => Reply::new("400 Bad Request", &[]),
        (None, 1) => usual().part(CUT, None),
        (None, _) => usual().whole(),
    });
    compares(&row, 3);
}

#[test]
fn b24_nothing_is_left_and_nothing_is_missing() {
    let row = Row::new(|asked| match asked.number {
        0 => usual().whole().chunked(10_000, "").ends(End::Fin),
        1 => Reply::new("503 Later", &[]),
        _ => Reply::new("416 No", &[]).with("Content-Range", &format!("bytes */{SIZE}")),
    });
    row.stops(3, "busy", SIZE, 2);
    row.keeps(&usual(), SIZE, 1);
}

#[test]
fn b25_a_range_in_the_middle_refused() {
    let row =
        ranges(|_, _| Reply::new("416 No", &[]).with("Content-Range", &format!("bytes */{SIZE}")));
    compares(&row, 3);
}

#[test]
fn b26_refused_because_the_size_is_another() {
    let longer = Origin::new(SIZE + 1000, 0xa5);
    let answer = longer.clone();
    let row = Row::resumed(&usual(), move |asked| match asked.number {
        0 => Reply::new("416 No", &[]).with("Content-Range", &format!("bytes */{}", SIZE + 1000)),
        _ => answer.answer(asked),
    });
    row.finishes(&longer, 2);
    assert!(row.story().contains("its size differs"), "{}", row.story());
}

#[test]
fn b27_refused_without_a_reason_is_not_the_end() {
    compares(&ranges(|_, _| Reply::new("416 No", &[])), 3);
}

#[test]
fn b28_every_range_is_answered_by_a_reset() {
    let row = Row::new(|asked| match asked.range() {
        Some(_) => Reply::nothing(End::Reset),
        None => usual().whole(),
    });
    row.finishes(&usual(), 3);
    let hosts = row.world.run(&["hosts", "--json"]).expect_code(0);
    assert!(hosts.contains("\"plain_get\": true"), "{hosts}");
}

#[test]
fn b28_and_what_is_held_is_compared_on_the_next_run() {
    let row = Row::new(|asked| match (asked.range(), asked.number) {
        (Some(_), _) => Reply::nothing(End::Fin),
        (None, 2) => usual().whole().cut(CUT, End::Fin),
        (None, 3) => Reply::new("503 Later", &[]),
        (None, _) => usual().whole(),
    });
    row.stops(3, "busy", CUT, 4);
    compares(&row, 1);
}

#[test]
fn b29_a_liar_that_begins_at_the_start() {
    let row = ranges(|asked, reply| reply.body(&usual().content[..SIZE - asked.first()]));
    compares(&row, 2);
}

#[test]
fn b30_a_page_dressed_as_the_part() {
    let row = ranges(|asked, reply| {
        let page = b"<html>Please log in</html> ".repeat(SIZE / 20);
        reply.body(&page[..SIZE - asked.first()])
    });
    compares(&row, 2);
}
