//! The rows that need several connections, and others' rows beside connections that flow: every
//! answer comes at a pace that makes more connections worth while.

use std::sync::LazyLock;

use super::fault_reply::{Asked, End, OLD, Origin, Reply};
use super::rows::Row;

/// Long enough for several connections.
const SIZE: usize = 5_000_011;
/// What one connection is given in a second.
const RATE_BPS: u64 = 640 << 10;

fn large() -> Origin {
    static LARGE: LazyLock<Origin> = LazyLock::new(|| Origin::new(SIZE, 0));
    LARGE.clone()
}

fn another() -> Origin {
    static ANOTHER: LazyLock<Origin> = LazyLock::new(|| Origin::new(SIZE, 0xa5));
    ANOTHER.clone()
}

const EIGHT: [&str; 2] = ["--connections", "8"];

/// A row whose server bends every answer but the first.
fn bent(bend: impl Fn(Reply, &Asked) -> Reply + Send + Sync + 'static) -> Row {
    Row::new(move |asked| {
        let honest = large().answer(asked).paced(RATE_BPS);
        if asked.number == 0 { honest } else { bend(honest, asked) }
    })
}

/// How many requests the server answered at once.
fn most_at_once(row: &Row) -> usize {
    row.asked().iter().map(|asked| asked.at_once).max().unwrap_or_default()
}

#[test]
fn b1_parts_side_by_side() {
    let row = bent(|honest, _| honest);
    row.finishes_with(&EIGHT, &large(), 40);
    row.kept(&large(), 0);
    assert!(most_at_once(&row) >= 4, "{}", row.story());
    assert!(row.asked().iter().skip(1).all(|asked| asked.header("if-range") == Some("\"zero\"")));
}

#[test]
fn b5_ranges_from_the_start_only() {
    let row = bent(|_, _| large().whole().paced(RATE_BPS));
    row.finishes_with(&EIGHT, &large(), 20);
    row.kept(&large(), 0);
}

#[test]
fn b8_starts_later_beside_others() {
    let row = bent(|honest, asked| match asked.range() {
        Some((first, end)) => large().part(first + 100, end).paced(RATE_BPS),
        None => honest,
    });
    row.finishes_with(&EIGHT, &large(), 20);
}

#[test]
fn b10_short_answers_beside_others() {
    let row = bent(|honest, asked| match asked.range() {
        Some((first, end)) => {
            let end = end.unwrap_or(SIZE).min(first + 300_000);
            large().part(first, Some(end)).paced(RATE_BPS)
        }
        None => honest,
    });
    row.finishes_with(&EIGHT, &large(), 60);
}

#[test]
fn b13_no_content_range_beside_others() {
    let row = bent(|honest, _| honest.without("Content-Range"));
    row.finishes_with(&EIGHT, &large(), 20);
}

#[test]
fn b15_another_total_beside_others_is_never_mixed_in() {
    let row = bent(|honest, asked| match asked.range() {
        Some((first, end)) if first > 0 && asked.number < 5 => {
            let last = end.unwrap_or(SIZE) - 1;
            honest.with("Content-Range", &format!("bytes {first}-{last}/{}", SIZE + 1))
        }
        Some(_) | None => honest,
    });
    row.finishes_with(&EIGHT, &large(), 40);
}

/// The heads are right, the bytes are those from the start: only where answers meet it shows.
#[test]
fn b29_a_liar_is_found_at_the_seams() {
    let row = bent(|honest, asked| {
        let length = honest.sent_body().len();
        if asked.first() > 0 { honest.body(&large().content[..length]) } else { honest }
    });
    row.finishes_with(&EIGHT, &large(), 60);
    assert!(row.story().contains("other bytes"), "{}", row.story());
}

#[test]
fn b30_pages_of_the_right_length_are_found_at_the_seams() {
    let row = bent(|honest, asked| {
        let page = b"<p>log in</p>".repeat(honest.sent_body().len() / 13 + 1);
        let length = honest.sent_body().len();
        if asked.first() > 0 { honest.body(&page[..length]) } else { honest }
    });
    row.finishes_with(&EIGHT, &large(), 60);
}

#[test]
fn c4_changed_between_parts_is_begun_anew() {
    let row = Row::new(|asked| {
        let file = if asked.number < 3 { large() } else { another() };
        file.unconditional(asked).paced(RATE_BPS)
    });
    row.finishes_with(&EIGHT, &another(), 60);
    assert!(row.story().contains("another one now"), "{}", row.story());
}

#[test]
fn c7_weak_tags_are_cut_and_every_seam_is_compared() {
    let weak = large().known_by(Some("W/\"v\""), Some(OLD));
    let row = Row::new(move |asked| weak.answer(asked).paced(RATE_BPS));
    row.finishes_with(&EIGHT, &large(), 40);
    assert!(most_at_once(&row) >= 3, "{}", row.story());
}

#[test]
fn c11_without_validators_one_connection() {
    let bare = large().known_by(None, None);
    let row = Row::new(move |asked| bare.answer(asked).paced(4 * RATE_BPS));
    row.finishes_with(&EIGHT, &large(), 1);
}

/// Every other connection reaches a node with another tag for the same file.
#[test]
fn c14_tags_that_differ_by_node() {
    let row = Row::new(|asked| {
        let tag = if asked.connection.is_multiple_of(2) { "\"a\"" } else { "\"b\"" };
        large().known_by(Some(tag), Some(OLD)).answer(asked).paced(RATE_BPS)
    });
    row.finishes_with(&EIGHT, &large(), 60);
    row.same_file();
}

/// A server that bears so many at once and answers the rest with `refusal`.
fn bears(most: usize, refusal: impl Fn() -> Reply + Send + Sync + 'static) -> Row {
    bent(move |honest, asked| if asked.at_once > most { refusal() } else { honest })
}

fn borne(row: &Row, most: usize) {
    row.finishes_with(&EIGHT, &large(), 40);
    row.kept(&large(), 0);
    let hosts = row.world.run(&["hosts", "--json"]).expect_code(0);
    let hosts: serde_json::Value = serde_json::from_str(&hosts).unwrap();
    let learned = hosts[0]["max_connections"].as_u64().unwrap();
    assert!((1..=most as u64).contains(&learned), "{hosts}\n{}", row.story());
}

#[test]
fn d3_429_above_two() {
    borne(&bears(2, || Reply::new("429 Too Many Requests", &[])), 2);
}

#[test]
fn d4_403_above_one() {
    borne(&bears(1, || Reply::new("403 Forbidden", b"no")), 1);
}

#[test]
fn d5_closed_without_an_answer_above_two() {
    let row = bears(2, || Reply::nothing(End::Reset));
    row.finishes_with(&EIGHT, &large(), 40);
    row.kept(&large(), 0);
}

#[test]
fn e3_a_trickle_among_others_is_stolen_from() {
    let row = bent(|honest, asked| if asked.number == 2 { honest.paced(2_000) } else { honest });
    let begun = std::time::Instant::now();
    row.finishes_with(&EIGHT, &large(), 60);
    // Alone that one would need minutes for its share.
    assert!(begun.elapsed().as_secs() < 12, "{:?}\n{}", begun.elapsed(), row.story());
}

#[test]
fn e5_every_answer_broken_off() {
    let row = bent(|honest, _| honest.cut(400_000, End::Fin));
    row.finishes_with(&EIGHT, &large(), 80);
    row.same_file();
}

#[test]
fn f1_killed_with_parts_and_gone_on() {
    let row = Row::new(|asked| large().answer(asked).paced(RATE_BPS / 4));
    let running = row.start(&EIGHT);
    super::binary::wait_until("parts are asked for", || row.server.log().len() > 2);
    super::binary::wait_until("parts are durable", || {
        row.show()["ranges"].as_array().is_some_and(|ranges| ranges.len() >= 3)
    });
    running.signal(rustix::process::Signal::KILL);
    running.end();
    let held: u64 = row.show()["done_bytes"].as_u64().unwrap();
    assert!(held > 0);
    row.finishes_with(&EIGHT, &large(), 60);
    row.kept(&large(), usize::try_from(held).unwrap());
}

#[test]
fn g12_steal_storm() {
    let row = bent(|honest, _| honest);
    row.finishes_with(&["--connections", "32"], &large(), 200);
    row.kept(&large(), 0);
}

/// A part is corrupted on its way, and says itself what it should be.
#[test]
fn g6_content_digest_of_a_part_wrong() {
    let row = Row::new(|asked| {
        let honest = large().answer(asked);
        let digest = content_digest(honest.sent_body());
        let mut body = honest.sent_body().to_vec();
        match asked.number {
            0 => honest.cut(2_000_000, End::Fin),
            1 => {
                body[1_000_000] ^= 1;
                honest.with("Content-Digest", &digest).body(&body)
            }
            _ => honest.with("Content-Digest", &digest),
        }
    });
    row.finishes_with(&["--connections", "1"], &large(), 3);
    assert!(row.story().contains("its own digest"), "{}", row.story());
}

#[test]
fn g6_content_digest_always_wrong() {
    let row = Row::new(|asked| match asked.number {
        0 => large().answer(asked).cut(2_000_000, End::Fin),
        _ => large().answer(asked).with("Content-Digest", &content_digest(b"something else")),
    });
    row.stops_with(&["--connections", "1"], (1, "digest_mismatch"), 2_000_000, 4);
}

fn content_digest(content: &[u8]) -> String {
    use base64::Engine;
    use sha2::Digest;
    let digest = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(content));
    format!("sha-256=:{digest}:")
}

/// The disk changes a byte of a durable block while the rest comes: only that block comes again.
#[test]
fn a_rotten_block_is_repaired_and_the_rest_kept() {
    let row =
        Row::new(|asked| large().answer(asked).paced(if asked.number == 0 { RATE_BPS } else { 0 }));
    let checksum = large().checksum();
    let running = row.start(&["--connections", "1", "--checksum", &checksum]);
    let part = row.world.dir().join("a.bin.part");
    super::binary::wait_until("two blocks are written", || row.server.sent() > 2_600_000);
    damage(&part, 1_500_000);
    let ran = running.end();
    assert_eq!(ran.code, Some(0), "{ran:?}\n{}", row.story());
    let found = std::fs::read(row.world.dir().join("a.bin")).unwrap();
    assert!(found == large().content, "wrong bytes\n{}", row.story());
    assert!(row.sent() < SIZE + (2 << 20), "{} bytes\n{}", row.sent(), row.story());
    assert!(row.story().contains("does not fit"), "{}", row.story());
}

/// One answer brings a wrong byte beside a place where two answers meet.
#[test]
fn a_wrong_byte_at_a_seam_is_repaired() {
    let origin = Origin::new(3 * SIZE, 0);
    let served = origin.clone();
    let row = Row::new(move |asked| {
        let honest = served.answer(asked).paced(3 * RATE_BPS);
        if asked.number != 2 {
            return honest;
        }
        let mut body = honest.sent_body().to_vec();
        body[1000] ^= 1;
        honest.body(&body)
    });
    row.finishes_with(&["--connections", "3"], &origin, 60);
    assert!(row.story().contains("bytes held are wrong"), "{}", row.story());
    assert!(row.sent() < 3 * SIZE * 3 / 2, "{} bytes\n{}", row.sent(), row.story());
}

/// Changes one byte of a file.
fn damage(path: &std::path::Path, at: u64) {
    use std::os::unix::fs::FileExt;
    let file = std::fs::OpenOptions::new().read(true).write(true).open(path).unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, at).unwrap();
    file.write_all_at(&[!byte[0]], at).unwrap();
}
