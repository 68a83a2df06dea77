//! Row G7: a description of the file that its server told of, right, wrong, of another file or none at
//! all. Its pieces say exactly which bytes of a bad mirror are fetched again; a bad description costs
//! nothing.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::json;
use sha2::Digest;

use super::fault_reply::{Asked, End, Origin, Reply};
use super::fault_server::FaultServer;
use super::rows::{Row, TWICE};

/// Size of the file; no round number of pieces.
const SIZE: usize = (12 << 20) + 7;
/// Length of a piece.
const PIECE: usize = 256 << 10;
/// Bytes a second on each connection.
const RATE_BPS: u64 = 1_000_000;

fn file() -> Origin {
    static FILE: std::sync::LazyLock<Origin> = std::sync::LazyLock::new(|| Origin::new(SIZE, 0));
    FILE.clone()
}

fn hex(digest: &[u8]) -> String {
    digest.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// A description of these bytes under these links. The digest of the whole may be another.
fn description(content: &[u8], size: usize, whole: &str, urls: &[String]) -> String {
    let mut text = format!(
        "<?xml version=\"1.0\"?><metalink xmlns=\"urn:ietf:params:xml:ns:metalink\">\
         <file name=\"a.bin\"><size>{size}</size>{whole}<pieces length=\"{PIECE}\" type=\"sha-1\">"
    );
    for piece in content.chunks(PIECE) {
        write!(text, "<hash>{}</hash>", hex(&sha1::Sha1::digest(piece))).unwrap();
    }
    text += "</pieces>";
    for (priority, url) in (1..).zip(urls) {
        write!(text, "<url priority=\"{priority}\">{url}</url>").unwrap();
    }
    text + "</file></metalink>"
}

fn whole(content: &[u8]) -> String {
    format!("<hash type=\"sha-256\">{}</hash>", hex(&sha2::Sha256::digest(content)))
}

fn right(urls: &[String]) -> String {
    let content = &file().content;
    description(content, SIZE, &whole(content), urls)
}

/// A server of descriptions.
fn describing(reply: impl Fn() -> Reply + Send + Sync + 'static) -> FaultServer {
    FaultServer::start(move |_| reply())
}

fn document(text: &str) -> FaultServer {
    let reply = Reply::new("200 OK", text.as_bytes());
    describing(move || reply.clone().with("Content-Type", "application/metalink4+xml"))
}

fn told_of(description: &FaultServer) -> String {
    let url = description.url("a.meta4");
    format!("<{url}>; rel=describedby; type=\"application/metalink4+xml\"")
}

/// A job whose server tells of this description.
fn described_by(description: &FaultServer, rate_bps: u64) -> Row {
    let link = told_of(description);
    Row::new(move |asked| file().answer(asked).with("Link", &link).paced(rate_bps))
}

const SEVERAL: [&str; 2] = ["--connections", "8"];

#[track_caller]
fn finishes(row: &Row, more: &[&str]) {
    row.finishes_with(&[&SEVERAL[..], more].concat(), &file(), 200);
}

/// The answer of a mirror that has other bytes in `bad`, and how many of these it sent.
fn bent(asked: &Asked, content: &[u8], bad: (usize, usize), sent: &AtomicU64) -> Reply {
    let honest = file().answer(asked);
    let (from, length) = (asked.first(), honest.sent_body().len());
    let met = (from + length).min(bad.1).saturating_sub(from.max(bad.0));
    sent.fetch_add(met as u64, Ordering::SeqCst);
    honest.body(&content[from..from + length])
}

/// Two mirrors by description, one of them with other bytes in the last third of the file.
#[test]
fn g7_only_bad_pieces_are_fetched_again_and_their_mirror_is_dropped_by_name() {
    let good = FaultServer::start(|asked| file().answer(asked).paced(RATE_BPS / 2));
    let bad_bytes = (SIZE * 2 / 3, SIZE);
    let mut content = file().content;
    for byte in &mut content[bad_bytes.0..bad_bytes.1] {
        *byte ^= 0x11;
    }
    let wrong = Arc::new(AtomicU64::new(0));
    let sent = Arc::clone(&wrong);
    let bad = FaultServer::start(move |asked| {
        bent(asked, &content, bad_bytes, &sent).paced(2 * RATE_BPS)
    });
    let meta = document(&right(&[bad.url("a.bin"), good.url("a.bin")]));
    let row = described_by(&meta, RATE_BPS / 2);
    finishes(&row, &[]);
    let story = row.story();
    assert_eq!(meta.log().len(), 1, "{story}");
    assert!(story.contains(&format!("The description {} fits", meta.url("a.meta4"))), "{story}");
    assert!(story.contains("used beside"), "{story}");
    assert!(wrong.load(Ordering::SeqCst) > 0, "it was never asked for them\n{story}");
    let dropped = format!("Mirror {} is dropped", bad.url("a.bin"));
    assert!(story.contains(&dropped), "{story}");
    assert!(!story.contains(&format!("Mirror {} is dropped", good.url("a.bin"))), "{story}");
    // Whole pieces with the bad bytes, and what is compared of each answer and of each mirror.
    let all = row.sent() as u64 + good.sent() + bad.sent();
    let is_bad = |asked: &Asked| asked.range().is_some_and(|(_, end)| end > Some(bad_bytes.0));
    let stretches = bad.log().into_iter().filter(is_bad).count();
    let compared = (row.asked().len() + 16 + good.log().len() + bad.log().len()) * TWICE;
    let again = wrong.load(Ordering::SeqCst) + (stretches * 2 * PIECE + compared) as u64;
    assert!(all < SIZE as u64 + again, "{all} bytes, {again} again at most\n{story}");
    let proof = json!({ "kind": "proved", "algorithm": "sha256", "from": "server" });
    assert_eq!(row.show()["proof"], proof, "{story}");
}

/// The link's own bytes are wrong from some place on, those of a mirror are right.
#[test]
fn g7_where_the_link_itself_is_bad_its_pieces_come_from_a_mirror() {
    let good = FaultServer::start(|asked| file().answer(asked).paced(RATE_BPS));
    let meta = document(&right(&[good.url("a.bin")]));
    let bad_bytes = (SIZE * 5 / 6, SIZE);
    let mut content = file().content;
    for byte in &mut content[bad_bytes.0..] {
        *byte ^= 0x11;
    }
    let (link, sent) = (told_of(&meta), AtomicU64::new(0));
    let row = Row::new(move |asked| {
        bent(asked, &content, bad_bytes, &sent).with("Link", &link).paced(RATE_BPS)
    });
    finishes(&row, &[]);
    let story = row.story();
    assert!(story.contains(&format!("Mirror {} is dropped", row.server.url("a.bin"))), "{story}");
    let all = row.sent() as u64 + good.sent();
    let again = SIZE / 6 + 2 * PIECE + (row.asked().len() + 16 + good.log().len()) * TWICE;
    assert!(all < (SIZE + again) as u64, "{all} bytes\n{story}");
}

/// Servers that choose a mirror tell of the description with the redirect there.
#[test]
fn g7_a_redirect_tells_of_the_description() {
    let meta = document(&right(&[]));
    let link = told_of(&meta);
    let row = Row::new(move |asked| match asked.path.as_str() {
        "/a.bin" => Reply::redirect("/mirror/a.bin").with("Link", &link),
        _ => file().answer(asked).paced(8 * RATE_BPS),
    });
    row.finishes(&file(), 2);
    assert!(row.story().contains("The description's digest is right: sha256:"), "{}", row.story());
}

/// What an earlier run read of the description is known to the next one, which is not told of it.
#[test]
fn g7_a_description_is_fetched_once_and_outlives_the_run() {
    let meta = document(&right(&[]));
    let link = told_of(&meta);
    let row = Row::new(move |asked| match asked.number {
        0 => file().answer(asked).with("Link", &link).paced(8 * RATE_BPS).cut(SIZE / 2, End::Fin),
        1 => Reply::new("503 Later", b""),
        _ => file().answer(asked),
    });
    row.stops(3, "busy", SIZE / 2, 2);
    row.keeps(&file(), SIZE / 2, 2);
    assert_eq!(meta.log().len(), 1, "{}", row.story());
    assert!(row.story().contains("The description's digest is right: sha256:"), "{}", row.story());
}

/// Another size, another digest than the server's own: said, and not used.
#[test]
fn g7_a_description_of_another_file_is_not_used() {
    let content = file().content;
    let nowhere = ["http://127.0.0.1:1/a.bin".to_owned()];
    let own = format!("sha-256=:{}:", base64_of(&sha2::Sha256::digest(&content)));
    for (text, why) in [
        (description(&content, SIZE + 1, &whole(&content), &nowhere), "it is of a file of"),
        (description(&content, SIZE, &whole(b"other"), &nowhere), "its digest is not the one that"),
        ("<metalink/>".to_owned(), "it describes no file"),
    ] {
        let meta = document(&text);
        let (link, own) = (told_of(&meta), own.clone());
        let row = Row::new(move |asked| {
            let reply = file().answer(asked).with("Link", &link).with("Repr-Digest", &own);
            reply.paced(8 * RATE_BPS)
        });
        row.finishes(&file(), 1);
        let story = row.story();
        assert!(story.contains(&format!("{} is not used: {why}", meta.url("a.meta4"))), "{story}");
        assert!(
            story.contains("The server's digest is right")
                && !story.to_lowercase().contains("mirror"),
            "{story}"
        );
    }
}

fn base64_of(digest: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(digest)
}

/// The digest of the whole in it is wrong, its pieces are right: nothing is fetched again or thrown
/// away, and the file can be kept.
#[test]
fn g7_a_wrong_digest_in_a_description_costs_no_byte() {
    let content = file().content;
    let meta = document(&description(&content, SIZE, &whole(b"other"), &[]));
    let row = described_by(&meta, 8 * RATE_BPS);
    row.stops(1, "digest_mismatch", SIZE, 1);
    assert_eq!(row.world.files(), ["a.bin.part"]);
    assert!(row.story().contains("Every piece is what the description says"), "{}", row.story());
    row.finishes_with(&["--checksum", "none"], &file(), 0);
}

/// Pieces of another file: not believed, nothing is fetched again for them.
#[test]
fn g7_pieces_of_another_file_are_not_believed() {
    let other = Origin::new(SIZE, 0xa5).content;
    let meta = document(&description(&other, SIZE, &whole(&other), &[]));
    let row = described_by(&meta, 8 * RATE_BPS);
    row.stops(1, "digest_mismatch", SIZE, 3);
    assert!(row.story().contains("it is not believed"), "{}", row.story());
    assert!(row.sent() < SIZE + 4 * (1 << 20), "{} bytes\n{}", row.sent(), row.story());
    row.finishes_with(&["--checksum", "none"], &file(), 0);
}

/// A page, an endless answer, ten megabytes, none at all, a refusal, a loop: the download is what it
/// would have been without, and as quick.
#[test]
fn g7_whatever_comes_in_place_of_a_description_costs_nothing() {
    let page = |body: &[u8]| Reply::new("200 OK", body).with("Content-Type", "text/html");
    let endless = vec![b' '; 1 << 20];
    let mut late = Reply::new("200 OK", b"");
    late.pause = Duration::from_secs(20);
    let replies: [(&str, Reply); 7] = [
        ("it cannot be read as XML", page(b"<!doctype html><p>log in")),
        ("it is no Metalink", page(b"<html><p>log in</p></html>")),
        ("it is too large", Reply::new("200 OK", &vec![b' '; 10 << 20])),
        ("bad_status", Reply::new("404 Not Found", b"")),
        ("redirect_loop", Reply::redirect("/a.meta4")),
        ("", Reply::new("200 OK", &endless).with("Content-Length", "99999999").ends(End::Hang)),
        ("", late),
    ];
    for (why, reply) in replies {
        let meta = describing(move || reply.clone());
        let row = described_by(&meta, 8 * RATE_BPS);
        let begun = std::time::Instant::now();
        row.finishes(&file(), 1);
        // A second and a half is what it takes by its pace.
        assert!(begun.elapsed() < Duration::from_secs(15), "{why}: {:?}", begun.elapsed());
        let story = row.story();
        assert!(story.contains("The server tells of a description"), "{story}");
        let is_said = story.contains(&format!("is not used: {why}"));
        assert!(is_said || why.is_empty(), "{why}\n{story}");
        assert_eq!(row.show()["proof"], json!({ "kind": "size_only" }), "{why}");
        assert!(!meta.log().is_empty());
    }
}

/// What is secret to the job's server is not sent to the description's.
#[test]
fn g7_no_secret_goes_to_a_description() {
    let meta = document(&right(&[]));
    let row = described_by(&meta, 8 * RATE_BPS);
    let secrets = ["--cookie", "sid=geheim", "--header", "X-Key: geheim", "--user", "ann:geheim"];
    row.finishes_with(&secrets, &file(), 1);
    assert!(row.asked().iter().all(|asked| asked.header("cookie") == Some("sid=geheim")));
    assert_eq!(meta.log().len(), 1);
    for secret in ["cookie", "x-key", "authorization", "referer"] {
        assert_eq!(meta.log()[0].header(secret), None);
    }
}

/// A link to a description is a file like any other: it is what was asked for.
#[test]
fn g7_a_description_that_is_asked_for_itself_is_the_file() {
    let text = right(&["http://127.0.0.1:1/a.bin".to_owned()]);
    let origin = Origin { content: text.into_bytes(), ..file() };
    let sent = origin.clone();
    let row =
        Row::new(move |asked| sent.answer(asked).with("Content-Type", "application/metalink4+xml"));
    row.finishes(&origin, 1);
}
