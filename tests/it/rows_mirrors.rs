//! Mirrors: used side by side only where a digest or equal validators allow it, else in the place of
//! a link that fails; never a wrong byte from one that holds another file.

use super::binary::Ran;
use super::fault_reply::{Asked, End, Origin, Reply};
use super::fault_server::FaultServer;
use super::rows::Row;

/// Size of the file.
const SIZE: usize = 12 << 20;
/// Bytes a second on each connection.
const RATE_BPS: u64 = 1_000_000;

fn file() -> Origin {
    static FILE: std::sync::LazyLock<Origin> = std::sync::LazyLock::new(|| Origin::new(SIZE, 0));
    FILE.clone()
}

/// The same file under another tag.
fn retagged() -> Origin {
    file().known_by(Some("\"theirs\""), Some("Mon, 01 Jun 2026 00:00:00 GMT"))
}

/// A server that gives each connection so much.
fn server(origin: &Origin, rate_bps: u64) -> FaultServer {
    let origin = origin.clone();
    FaultServer::start(move |asked| origin.answer(asked).paced(rate_bps))
}

fn link(mirror: &FaultServer) -> String {
    mirror.url("a.bin")
}

fn checksum() -> Vec<String> {
    vec!["--checksum".to_owned(), file().checksum()]
}

fn with(mirrors: &[&FaultServer], more: &[String]) -> Vec<String> {
    let mut line = vec!["--connections".to_owned(), "8".to_owned()];
    for mirror in mirrors {
        line.extend(["--mirror".to_owned(), link(mirror)]);
    }
    line.extend(more.iter().cloned());
    line
}

#[track_caller]
fn finishes(row: &Row, line: &[String]) -> Ran {
    let line: Vec<&str> = line.iter().map(String::as_str).collect();
    let ran = row.get("a.bin", &line);
    assert_eq!(ran.code, Some(0), "{ran:?}\n{}", row.story());
    assert_eq!(row.world.files(), ["a.bin"], "{}", row.story());
    let found = std::fs::read(row.world.dir().join("a.bin")).unwrap();
    assert!(found == file().content, "wrong bytes\n{}", row.story());
    ran
}

fn origin_of(rate_bps: u64) -> Row {
    Row::new(move |asked| file().answer(asked).paced(rate_bps))
}

/// What came of a mirror beside what was compared of it.
fn wrote(mirror: &FaultServer) -> u64 {
    mirror.sent().saturating_sub(8 * (64 << 10))
}

/// A digest decides in the end: tags need not be equal.
#[test]
fn mirrors_are_used_side_by_side_where_a_digest_decides() {
    let (row, mirror) = (origin_of(RATE_BPS / 4), server(&retagged(), 2 * RATE_BPS));
    finishes(&row, &with(&[&mirror], &checksum()));
    assert!(row.story().contains("used beside"), "{}", row.story());
    assert!(wrote(&mirror) > 1 << 20, "{} bytes\n{}", mirror.sent(), row.story());
    assert!(row.sent() as u64 + mirror.sent() < SIZE as u64 * 5 / 4, "{}", row.story());
}

#[test]
fn mirrors_are_used_side_by_side_where_tags_are_equal() {
    let (row, mirror) = (origin_of(RATE_BPS / 4), server(&file(), 2 * RATE_BPS));
    finishes(&row, &with(&[&mirror], &[]));
    assert!(row.story().contains("used beside"), "{}", row.story());
    assert!(wrote(&mirror) > 1 << 20, "{} bytes\n{}", mirror.sent(), row.story());
}

/// The server names the mirror itself.
#[test]
fn g8_link_duplicate_with_equal_tags_is_used() {
    let mirror = server(&file(), 2 * RATE_BPS);
    let told = format!("<{}>; rel=duplicate; pri=1", link(&mirror));
    let row = Row::new(move |asked| file().answer(asked).with("Link", &told).paced(RATE_BPS / 4));
    finishes(&row, &with(&[], &[]));
    assert!(row.story().contains("tells of a mirror"), "{}", row.story());
    let sources = row.show()["sources"].as_array().cloned().unwrap_or_default();
    assert!(sources.contains(&link(&mirror).into()), "{sources:?}");
    assert!(wrote(&mirror) > 1 << 20, "{} bytes\n{}", mirror.sent(), row.story());
}

#[test]
fn g8_link_duplicate_without_digest_and_with_other_tags_is_not_mixed_in() {
    let mirror = server(&retagged(), RATE_BPS);
    let told = format!("<{}>; rel=duplicate", link(&mirror));
    let row = Row::new(move |asked| file().answer(asked).with("Link", &told).paced(RATE_BPS / 4));
    finishes(&row, &with(&[], &[]));
    assert!(row.story().contains("used in their place"), "{}", row.story());
    assert_eq!(wrote(&mirror), 0, "{}", row.story());
}

/// The link dies at the half: the mirror goes on with what is held.
#[test]
fn g8_a_mirror_takes_over_where_the_link_dies() {
    for refusal in ["403 Forbidden", "404 Not Found", "503 Busy", "500 Broken"] {
        let mirror = server(&retagged(), 0);
        let told = format!("<{}>; rel=duplicate", link(&mirror));
        let row = Row::new(move |asked| match asked.number {
            0 => file().answer(asked).with("Link", &told).cut(SIZE / 2, End::Fin),
            _ => Reply::new(refusal, b"no"),
        });
        finishes(&row, &with(&[], &[]));
        assert!(row.story().contains("Going on at mirror"), "{refusal}\n{}", row.story());
        let most = SIZE as u64 / 2 + 20 * (64 << 10);
        assert!(mirror.sent() < most, "{refusal}: {} bytes\n{}", mirror.sent(), row.story());
        row.same_file();
    }
}

/// A refused connection at once: the mirror begins the file, and a later run knows where it began.
#[test]
fn a_mirror_begins_where_the_link_never_answers() {
    let mirror = {
        let origin = retagged();
        FaultServer::start(move |asked| match asked.number {
            0 => origin.answer(asked).cut(SIZE / 2, End::Fin),
            1 => Reply::new("503 Later", b""),
            _ => origin.answer(asked),
        })
    };
    let row = Row::new(|_| Reply::new("404 Not Found", b""));
    let line = with(&[&mirror], &[]);
    let line: Vec<&str> = line.iter().map(String::as_str).collect();
    let ran = row.get("a.bin", &line);
    assert_eq!(ran.code, Some(3), "{ran:?}\n{}", row.story());
    assert_eq!(row.show()["done_bytes"], SIZE / 2, "{}", row.story());
    finishes(&row, &line.iter().map(|&word| word.to_owned()).collect::<Vec<_>>());
    assert!(mirror.sent() < SIZE as u64 + (1 << 20), "{} bytes\n{}", mirror.sent(), row.story());
    row.same_file();
}

/// Other bytes from the first on, another size, a page, none: each is dropped by name before a byte of
/// it is written.
#[test]
fn a_mirror_with_another_file_is_dropped_by_name() {
    let other = Origin::new(SIZE, 0xa5).known_by(Some("\"x\""), None);
    let shorter = Origin::new(SIZE - 1, 0).known_by(Some("\"x\""), None);
    let bad: [(&str, FaultServer); 4] = [
        ("other bytes", server(&other, 0)),
        ("bytes, and this one", server(&shorter, 0)),
        (
            "web page",
            FaultServer::start(|_| {
                Reply::new("200 OK", b"<html>log in</html>").with("Content-Type", "text/html")
            }),
        ),
        ("not_found", FaultServer::start(|_| Reply::new("404 Not Found", b""))),
    ];
    let row = origin_of(RATE_BPS);
    let mirrors: Vec<&FaultServer> = bad.iter().map(|(_, mirror)| mirror).collect();
    finishes(&row, &with(&mirrors, &checksum()));
    let story = row.story();
    for (why, mirror) in &bad {
        let dropped = format!("Mirror {} is dropped", link(mirror));
        let line = story.lines().find(|line| line.contains(&dropped));
        assert!(line.is_some_and(|line| line.contains(why)), "{why}: {line:?}\n{story}");
    }
    row.kept(&file(), 0);
}

/// Its first two thirds are right: what was compared fits. The digest of the whole does not, and what
/// it brought is fetched again elsewhere.
#[test]
fn g7_a_bad_mirror_is_found_by_the_digest_and_its_bytes_fetched_elsewhere() {
    let mut content = file().content.clone();
    for byte in &mut content[SIZE * 2 / 3..] {
        *byte ^= 0x11;
    }
    let bad = FaultServer::start(move |asked| bent(asked, &content).paced(RATE_BPS));
    let row = origin_of(RATE_BPS / 2);
    finishes(&row, &with(&[&bad], &checksum()));
    let story = row.story();
    assert!(story.contains(&format!("Mirror {} is dropped", link(&bad))), "{story}");
    assert!(row.sent() < SIZE * 3 / 2, "{} bytes\n{story}", row.sent());
}

/// The answer of the file with other content of the same length.
fn bent(asked: &Asked, content: &[u8]) -> Reply {
    let honest = file().answer(asked);
    let (from, length) = (asked.first(), honest.sent_body().len());
    honest.body(&content[from..from + length])
}

/// One server bears one connection, the other two: together they bear three.
#[test]
fn caps_are_per_server() {
    let bears = |most: usize| {
        move |asked: &Asked| {
            if asked.at_once > most {
                Reply::new("429 Too Many Requests", b"")
            } else {
                file().answer(asked).paced(RATE_BPS)
            }
        }
    };
    let (row, mirror) = (Row::new(bears(1)), FaultServer::start(bears(2)));
    finishes(&row, &with(&[&mirror], &checksum()));
    assert!(wrote(&mirror) > 1 << 20, "{} bytes\n{}", mirror.sent(), row.story());
    assert!(row.sent() as u64 + mirror.sent() < SIZE as u64 * 5 / 4, "{}", row.story());
}

/// A mirror that dies in the middle is given up; the rest comes from the link.
#[test]
fn a_mirror_that_dies_costs_nothing() {
    let dies = FaultServer::start(|asked| {
        if asked.number < 10 {
            file().answer(asked).paced(RATE_BPS / 2).cut(300_000, End::Reset)
        } else {
            Reply::new("410 Gone", b"")
        }
    });
    let row = origin_of(RATE_BPS);
    finishes(&row, &with(&[&dies], &checksum()));
    assert!(row.sent() as u64 + dies.sent() < SIZE as u64 * 5 / 4, "{}", row.story());
}

/// What the link sends cannot be taken; the mirror sends the file as it is.
#[test]
fn a_mirror_takes_over_where_the_link_sends_the_file_encoded() {
    let mirror = server(&retagged(), 0);
    let row = Row::new(|asked| file().answer(asked).with("Content-Encoding", "br"));
    finishes(&row, &with(&[&mirror], &[]));
    assert!(row.story().contains("Going on at mirror"), "{}", row.story());
}

/// What is secret to the job's server is not sent to a mirror.
#[test]
fn no_secret_goes_to_a_mirror() {
    let (row, mirror) = (origin_of(RATE_BPS), server(&file(), RATE_BPS));
    let secrets = ["--cookie", "sid=geheim", "--header", "X-Key: geheim", "--user", "ann:geheim"];
    let secrets: Vec<String> = secrets.iter().map(|&word| word.to_owned()).collect();
    finishes(&row, &with(&[&mirror], &secrets));
    assert!(row.asked().iter().all(|asked| asked.header("cookie") == Some("sid=geheim")));
    assert!(!mirror.log().is_empty());
    for asked in mirror.log() {
        for secret in ["cookie", "x-key", "authorization", "referer"] {
            assert_eq!(asked.header(secret), None);
        }
    }
}
