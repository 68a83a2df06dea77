//! How the very first request may be answered: it is the download already, and what it cannot be
//! taken for is asked for plainly.

use super::fault_reply::{End, Origin, Reply};
use super::rows::{CUT, Row, SIZE, usual};

/// Answers every request for a range with this, every other with the whole.
fn ranges(reply: impl Fn() -> Reply + Send + Sync + 'static) -> Row {
    Row::new(move |asked| if asked.range().is_some() { reply() } else { usual().whole() })
}

#[test]
fn the_first_request_is_the_download() {
    let row = Row::new(|asked| usual().answer(asked));
    row.keeps(&usual(), 0, 1);
    let asked = &row.asked()[0];
    assert_eq!(asked.header("range"), Some("bytes=0-"));
    assert_eq!(asked.header("if-range"), None);
    assert_eq!(asked.header("accept-encoding"), Some("identity"));
    assert!(asked.header("user-agent").is_some_and(|agent| agent.starts_with("Onward/")));
    assert_eq!(asked.header("referer"), None);
}

#[test]
fn a_part_from_the_middle() {
    ranges(|| usual().part(CUT, None)).finishes(&usual(), 3);
}

#[test]
fn a_part_that_does_not_say_which() {
    ranges(|| usual().part(0, None).without("Content-Range")).finishes(&usual(), 2);
    ranges(|| usual().part(0, None).with("Content-Range", "bytes 9-5/7")).finishes(&usual(), 2);
}

#[test]
fn a_part_that_is_encoded() {
    ranges(|| usual().part(0, None).with("Content-Encoding", "gzip")).finishes(&usual(), 2);
}

#[test]
fn a_part_of_an_unknown_total() {
    let row = Row::new(|asked| match asked.number {
        0 => usual().part(0, None).with("Content-Range", "bytes 0-1200006/*"),
        _ => usual().answer(asked),
    });
    row.finishes(&usual(), 2);
    row.same_file();
}

#[test]
fn a_part_that_ends_early_and_does_not_say_of_how_much() {
    let row = Row::new(|asked| match asked.number {
        0 => usual().part(0, Some(CUT)).with("Content-Range", "bytes 0-500002/*"),
        _ => usual().answer(asked),
    });
    row.keeps(&usual(), 0, 2);
}

#[test]
fn a_range_that_is_refused() {
    for status in ["400 Bad", "405 No", "501 No", "416 No", "412 No"] {
        ranges(|| Reply::new(status, &[])).finishes(&usual(), 2);
    }
    ranges(|| Reply::new("416 No", &[]).with("Content-Range", &format!("bytes */{SIZE}")))
        .finishes(&usual(), 2);
}

#[test]
fn an_unknown_length_that_is_cut_is_never_called_whole() {
    let bare = usual().known_by(None, None);
    let row = Row::new(move |asked| match asked.number {
        0 => bare.whole().chunked(9999, "").cut(CUT, End::Reset),
        1 => Reply::new("503 Later", &[]),
        _ => bare.answer(asked),
    });
    let ran = row.get("a.bin", &[]);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert_eq!(row.world.files(), ["a.bin.part"]);
    row.finishes(&usual(), 3);
    row.same_file();
}

#[test]
fn a_page_is_a_file_where_a_page_was_asked_for() {
    let page = Origin { content: b"<html>hello</html>".to_vec(), ..usual() };
    let answer = page.clone();
    Row::new(move |asked| answer.answer(asked).with("Content-Type", "text/html"))
        .finishes(&page, 1);
}

#[test]
fn statuses_that_mean_the_whole() {
    for status in ["200 Fine", "201 Made", "202 Taken", "203 Second hand"] {
        Row::new(move |_| usual().whole().status(status)).finishes(&usual(), 1);
    }
}
