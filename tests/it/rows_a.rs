//! Row A: how an answer is framed (RFC 9112 §6 to §8).

use super::fault_reply::{Asked, End, Origin, Reply};
use super::rows::{CUT, Row, SIZE, usual};

/// The usual file, every answer bent the same way.
fn always(bend: impl Fn(Reply) -> Reply + Send + Sync + 'static) -> Row {
    let origin = usual();
    Row::new(move |asked| bend(origin.answer(asked)))
}

/// The usual file, the first answer bent.
fn at_first(bend: impl Fn(Reply) -> Reply + Send + Sync + 'static) -> Row {
    let origin = usual();
    Row::new(move |asked| match asked.number {
        0 => bend(origin.answer(asked)),
        _ => origin.answer(asked),
    })
}

/// A whole answer without ranges, bent.
fn whole(origin: &Origin, bend: impl Fn(Reply) -> Reply + Send + Sync + 'static) -> Row {
    let origin = origin.clone();
    Row::new(move |_| bend(origin.whole()))
}

#[test]
fn a1_length_exact_keeps_the_connection() {
    let origin = usual();
    let row = Row::new(move |asked| match asked.path.as_str() {
        "/a.bin" => Reply::redirect("/there/a.bin"),
        _ => origin.answer(asked),
    });
    row.finishes(&usual(), 2);
    assert_eq!(row.server.connections(), 1);
}

#[test]
fn a2_body_short_fin() {
    at_first(|reply| reply.cut(CUT, End::Fin)).keeps(&usual(), 0, 2);
}

#[test]
fn a3_body_short_reset() {
    at_first(|reply| reply.cut(CUT, End::Reset)).keeps(&usual(), 0, 2);
}

#[test]
fn a4_body_longer_than_its_length() {
    let mut long = usual().content;
    long.extend_from_slice(b"of no use");
    always(move |reply| reply.body(&long).ends(End::Fin)).keeps(&usual(), 0, 1);
}

#[test]
fn a5_ended_by_the_connection_alone_is_said_so() {
    let row = whole(&usual(), Reply::unsized_body);
    row.finishes(&usual(), 1);
    assert!(row.story().contains("did not say how long"), "{}", row.story());
}

#[test]
fn a6_ended_by_the_connection_but_the_total_is_known() {
    at_first(|reply| reply.without("Content-Length").line("HTTP/1.0 206 Part").cut(CUT, End::Fin))
        .keeps(&usual(), 0, 2);
}

#[test]
fn a9_chunked() {
    for (size, last) in [(40_000, "0\r\n\r\n"), (7777, "0\r\nX-Sum: 1\r\nY: 2\r\n\r\n")] {
        whole(&usual(), move |reply| reply.chunked(size, last)).finishes(&usual(), 1);
    }
    let small = Origin::new(20_000, 0);
    whole(&small, |reply| reply.chunked(1, "0\r\n\r\n")).finishes(&small, 1);
}

#[test]
fn a10_chunked_and_cut_goes_on() {
    at_first(|reply| {
        reply.without("Content-Range").status("200 OK").chunked(9999, "").cut(CUT, End::Fin)
    })
    .keeps(&usual(), 0, 2);
}

#[test]
fn a10_chunked_and_cut_without_ranges_is_compared() {
    let origin = usual().known_by(None, None);
    let row = Row::new(move |asked| match asked.number {
        0 => origin.whole().chunked(9999, "").cut(CUT, End::Fin),
        _ => origin.whole().chunked(9999, "0\r\n\r\n"),
    });
    row.finishes(&usual(), 3);
    row.same_file();
}

#[test]
fn a11_the_last_chunk_missing_is_never_complete() {
    let row = whole(&usual(), |reply| reply.chunked(10_000, "").ends(End::Fin));
    row.stops(3, "broken", SIZE, 4);
    row.stops(3, "broken", SIZE, 4);
}

#[test]
fn a12_a_chunk_that_is_nonsense_is_asked_for_again() {
    for nonsense in ["zz\r\n", "fffffffffffffffff\r\n", "-5\r\nabcde\r\n"] {
        at_first(move |reply| {
            let cut = reply.body(&usual().content[..1000]).without("Content-Range");
            cut.status("200 OK").chunked(1000, nonsense).ends(End::Fin)
        })
        .keeps(&usual(), 0, 2);
        let row = whole(&usual(), move |reply| reply.body(&[]).chunked(1, nonsense).ends(End::Fin));
        row.stops(1, "protocol", 0, 4);
    }
}

#[test]
fn a13_chunks_outrank_a_length() {
    for length in ["5", "999999999"] {
        whole(&usual(), move |reply| {
            reply.chunked(50_000, "0\r\n\r\n").raw(&format!("Content-Length: {length}"))
        })
        .finishes(&usual(), 1);
    }
}

#[test]
fn a13_codings_nobody_asked_for_are_not_the_file() {
    for coding in ["gzip", "gzip, gzip", "chunked, gzip", "gzip, chunked"] {
        let row = whole(&usual(), move |reply| {
            reply.chunked(50_000, "0\r\n\r\n").with("Transfer-Encoding", coding).ends(End::Fin)
        });
        row.stops(1, "protocol", 0, 3);
        assert!(row.world.files().is_empty());
    }
}

#[test]
fn a14_a_length_told_twice() {
    always(|reply| reply.raw(&format!("Content-Length: {SIZE}"))).finishes(&usual(), 1);
    always(|reply| reply.with("Content-Length", &format!("{SIZE}, {SIZE}"))).finishes(&usual(), 1);
}

#[test]
fn a15_lengths_that_are_nonsense() {
    for length in ["-5", "10abc", "99999999999999999999999", "1000, 2000"] {
        let row = whole(&usual(), move |reply| reply.with("Content-Length", length));
        row.stops(1, "protocol", 0, 3);
        assert!(row.world.files().is_empty());
    }
    let row = whole(&usual(), |reply| reply.raw("Content-Length: 12"));
    row.stops(1, "protocol", 0, 3);
}

#[test]
fn a15_a_length_no_disk_holds() {
    let row =
        whole(&usual(), |reply| reply.with("Content-Length", "9300000000000000000").ends(End::Fin));
    let ran = row.get("a.bin", &[]);
    assert!(matches!(ran.code, Some(1 | 3)), "{ran:?}\n{}", row.story());
    assert!(!row.world.files().contains(&"a.bin".to_owned()), "{}", row.story());
    assert!(row.asked().len() <= 4, "{}", row.story());
}

#[test]
fn a16_interim_answers() {
    for interim in ["HTTP/1.1 103 Early Hints\r\nLink: </x>", "HTTP/1.1 100 Continue"] {
        always(move |reply| reply.line(&format!("{interim}\r\n\r\nHTTP/1.1 206 Part")))
            .finishes(&usual(), 1);
    }
}

#[test]
fn a17_many_headers_and_long_ones() {
    always(|reply| (0..150).fold(reply, |reply, i| reply.raw(&format!("X-{i}: {i}"))))
        .finishes(&usual(), 1);
    let long = "x".repeat(64 << 10);
    always(move |reply| reply.with("X-Long", &long)).finishes(&usual(), 1);
    let row = always(|reply| (0..300).fold(reply, |reply, i| reply.raw(&format!("X-{i}: {i}"))));
    row.stops(1, "protocol", 0, 3);
}

#[test]
fn a18_odd_header_lines() {
    for line in ["X-Odd : 1", "X-Fold: 1\r\n  2", "X-B\u{1}d: 1", "no colon at all"] {
        always(move |reply| reply.raw(line)).finishes(&usual(), 1);
    }
    always(|reply| reply.line_end("\n")).finishes(&usual(), 1);
}

#[test]
fn a19_an_old_connection_closed_is_no_failure() {
    let origin = usual();
    let row = Row::new(move |asked| match (asked.path.as_str(), asked.number) {
        ("/a.bin", _) => Reply::redirect("/there/a.bin"),
        _ if asked.nth == 1 && asked.number == 1 => Reply::nothing(End::Fin),
        _ => origin.answer(asked),
    });
    row.finishes(&usual(), 4);
}

#[test]
fn a20_no_answer_passes() {
    let origin = usual();
    let row = Row::new(move |asked: &Asked| match asked.number {
        0..=3 => Reply::nothing(End::Fin),
        _ => origin.answer(asked),
    });
    row.finishes_with(&["--retries", "2"], &usual(), 5);
}

#[test]
fn a21_no_http_at_all() {
    for line in ["<html>hello", "ICY 200 OK", "HTTP/1.1 abc", "HTTP/9.9 200 OK"] {
        let row = always(move |reply| reply.line(line).ends(End::Fin));
        row.stops(1, "protocol", 0, 3);
        assert!(row.world.files().is_empty());
    }
}

#[test]
fn a22_an_empty_file() {
    let empty = Origin::new(0, 0);
    whole(&empty, |reply| reply).finishes(&empty, 1);
    whole(&empty, |reply| reply.chunked(1, "0\r\n\r\n")).finishes(&empty, 1);
}

#[test]
fn a23_an_empty_file_refuses_any_range() {
    let empty = Origin::new(0, 0);
    let answer = empty.clone();
    Row::new(move |asked| answer.answer(asked)).finishes(&empty, 1);
}
