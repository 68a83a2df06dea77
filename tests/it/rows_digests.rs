//! Rows G4 and G5: what servers tell of a file's digest, and what a finished job says it was proved
//! by.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crc_fast::CrcAlgorithm;
use serde_json::{Value, json};
use sha2::Digest;

use super::fault_reply::{Asked, End, Origin, Reply};
use super::rows::{CUT, Row, other, usual};

/// A digest of a file as servers write it.
fn base64(algorithm: &str, origin: &Origin) -> String {
    let bytes = origin.content.as_slice();
    let crc = |algorithm| crc_fast::checksum(algorithm, bytes).to_be_bytes();
    STANDARD.encode(match algorithm {
        "sha512" => sha2::Sha512::digest(bytes).to_vec(),
        "sha256" => sha2::Sha256::digest(bytes).to_vec(),
        "sha1" => sha1::Sha1::digest(bytes).to_vec(),
        "md5" => md5::Md5::digest(bytes).to_vec(),
        "crc64nvme" => crc(CrcAlgorithm::Crc64Nvme).to_vec(),
        "crc32c" => crc(CrcAlgorithm::Crc32Iscsi)[4..].to_vec(),
        "crc32" => crc(CrcAlgorithm::Crc32IsoHdlc)[4..].to_vec(),
        other => panic!("{other}"),
    })
}

fn repr_digest(origin: &Origin) -> String {
    format!("sha-256=:{}:", base64("sha256", origin))
}

fn by_server(kind: &str, algorithm: &str) -> Value {
    json!({ "kind": kind, "algorithm": algorithm, "from": "server" })
}

/// A server that sends this header with every answer.
fn telling(name: &'static str, value: String) -> Row {
    Row::new(move |asked| usual().answer(asked).with(name, &value))
}

/// What a right value of this header proves, and that a wrong one is never called done.
#[track_caller]
fn proves(name: &'static str, algorithm: &str, value: impl Fn(&str) -> String) {
    let right = telling(name, value(&base64(algorithm, &usual())));
    right.finishes(&usual(), 1);
    assert_eq!(right.show()["proof"], by_server("proved", algorithm), "{name}");
    let wrong = telling(name, value(&base64(algorithm, &other())));
    wrong.stops(1, "digest_mismatch", usual().content.len(), 1);
    assert_eq!(wrong.show()["proof"], by_server("failed", algorithm), "{name}");
    assert_eq!(wrong.world.files(), ["a.bin.part"]);
}

/// What is told in this way proves nothing, right or wrong.
#[track_caller]
fn proves_nothing(reply: impl Fn(Reply) -> Reply + Send + Sync + 'static) {
    let row = Row::new(move |asked| reply(usual().answer(asked)));
    row.finishes(&usual(), 1);
    assert_eq!(row.show()["proof"], json!({ "kind": "size_only" }), "{}", row.story());
}

#[test]
fn g4_repr_digest_right() {
    let row = telling("Repr-Digest", repr_digest(&usual()));
    row.finishes(&usual(), 1);
    assert!(row.story().contains("The server's digest is right: sha256:"), "{}", row.story());
    assert_eq!(row.show()["proof"], by_server("proved", "sha256"));
    let shown = row.world.run(&["show", "1"]).expect_code(0);
    assert!(shown.contains("Has the server's own digest (SHA-256)"), "{shown}");
}

/// The other node tells no digest; the first one's will decide.
#[test]
fn c15_another_tag_for_good_but_the_servers_digest_will_decide() {
    let old = Some("Mon, 01 Jun 2026 00:00:00 GMT");
    let row = Row::new(move |asked| match asked.number {
        0 => {
            let ours = usual().known_by(Some("\"one\""), old).answer(asked);
            ours.with("Repr-Digest", &repr_digest(&usual())).cut(CUT, End::Fin)
        }
        _ => usual().known_by(Some("\"two\""), old).answer(asked),
    });
    row.finishes(&usual(), 6);
    row.same_file();
}

#[test]
fn g4_repr_digest_wrong() {
    let row = Row::new(|asked| match asked.number {
        0 => usual().answer(asked).with("Repr-Digest", &repr_digest(&other())),
        _ => usual().answer(asked).with("Repr-Digest", &repr_digest(&usual())),
    });
    row.stops(1, "digest_mismatch", usual().content.len(), 1);
    assert_eq!(row.world.files(), ["a.bin.part"]);
    let job = row.show();
    assert_eq!(job["proof"], by_server("failed", "sha256"));
    let message = job["error"]["message"].as_str().unwrap();
    assert!(message.contains("the server's own digest says (expected sha256:"), "{message}");
    // It is fetched anew, and proved by what the server says now.
    row.finishes(&usual(), 1);
    assert_eq!(row.show()["proof"], by_server("proved", "sha256"));
}

#[test]
fn g4_repr_digest_wrong_and_kept_anyway() {
    let row = telling("Repr-Digest", repr_digest(&other()));
    row.stops(1, "digest_mismatch", usual().content.len(), 1);
    row.finishes_with(&["--checksum", "none"], &usual(), 0);
    assert_eq!(row.show()["proof"], json!({ "kind": "size_only" }));
}

#[test]
fn g4_the_users_checksum_has_the_last_word() {
    let row = telling("Repr-Digest", repr_digest(&other()));
    row.finishes_with(&["--checksum", &usual().checksum()], &usual(), 1);
    assert!(row.story().contains("The server's own digest differs"), "{}", row.story());
    let by_user = json!({ "kind": "proved", "algorithm": "sha256", "from": "user" });
    assert_eq!(row.show()["proof"], by_user);

    let row = telling("Repr-Digest", repr_digest(&usual()));
    let checked = ["--checksum", &other().checksum()];
    row.stops_with(&checked, (1, "checksum_mismatch"), usual().content.len(), 1);
    let by_user = json!({ "kind": "failed", "algorithm": "sha256", "from": "user" });
    assert_eq!(row.show()["proof"], by_user);
}

#[test]
fn g4_a_digest_outlives_the_run_that_heard_it() {
    for told_first in [true, false] {
        let row = Row::new(move |asked| {
            let told = usual().answer(asked).with("Repr-Digest", &repr_digest(&usual()));
            match asked.number {
                0 if told_first => told.cut(CUT, End::Fin),
                0 => usual().answer(asked).cut(CUT, End::Fin),
                1 => Reply::new("503 Later", &[]),
                _ if told_first => usual().answer(asked),
                _ => told,
            }
        });
        row.stops(3, "busy", CUT, 2);
        row.keeps(&usual(), CUT, 2);
        assert_eq!(row.show()["proof"], by_server("proved", "sha256"), "{told_first}");
    }
}

#[test]
fn g4_another_digest_is_another_file_whatever_the_tag() {
    let after = other().known_by(usual().etag, None);
    let changed = after.clone();
    let row = Row::new(move |asked| match asked.number {
        0 => {
            let reply = usual().answer(asked).with("Repr-Digest", &repr_digest(&usual()));
            reply.cut(CUT, End::Fin)
        }
        1 => Reply::new("503 Later", &[]),
        _ => changed.answer(asked).with("Repr-Digest", &repr_digest(&changed)),
    });
    row.stops(3, "busy", CUT, 2);
    row.finishes(&after, 2);
    assert!(row.story().contains("another one now: its digest differs"), "{}", row.story());
}

#[test]
fn g4_the_same_digest_is_the_same_file_whatever_the_tag() {
    let other_tag = usual().known_by(Some("\"node-7\""), None);
    let row = Row::new(move |asked| match asked.number {
        0 => {
            let reply = usual().answer(asked).with("Repr-Digest", &repr_digest(&usual()));
            reply.cut(CUT, End::Fin)
        }
        1 => Reply::new("503 Later", &[]),
        _ => other_tag.unconditional(asked).with("Repr-Digest", &repr_digest(&usual())),
    });
    row.stops(3, "busy", CUT, 2);
    row.keeps(&usual(), CUT, 1);
}

#[test]
fn g5_repr_digest_of_several_algorithms() {
    proves("Repr-Digest", "sha512", |sha512| {
        format!("unixsum=:AAA=:, sha-256=:{}:, sha-512=:{sha512}:", base64("sha256", &usual()))
    });
}

#[test]
fn g5_content_digest_of_the_whole() {
    proves("Content-Digest", "sha256", |value| format!("sha-256=:{value}:"));
}

#[test]
fn g5_digest() {
    proves("Digest", "sha256", |value| format!("SHA-256={value},unixsum=30637"));
    proves("Digest", "sha512", |value| format!("sha-512={value}"));
    proves("Digest", "sha1", |value| format!("sha={value}"));
}

#[test]
fn g5_digest_of_each_message_is_no_change() {
    for (name, before) in [("Digest", "md5="), ("Content-MD5", "")] {
        let row = Row::new(move |asked| {
            let first = asked.first();
            let sent = Origin { content: usual().content[first..].to_vec(), ..usual() };
            let value = base64("md5", &sent);
            let reply = usual().answer(asked).with(name, &format!("{before}{value}"));
            match asked.number {
                0 => reply.cut(CUT, End::Fin),
                1 => Reply::new("503 Later", &[]),
                _ => reply,
            }
        });
        row.stops(3, "busy", CUT, 2);
        row.keeps(&usual(), CUT, 2);
        assert_eq!(row.show()["proof"], by_server("proved", "md5"), "{name}");
    }
}

#[test]
fn g5_content_md5() {
    proves("Content-MD5", "md5", str::to_owned);
}

#[test]
fn g5_x_goog_hash() {
    proves("x-goog-hash", "md5", |md5| format!("crc32c={},md5={md5}", base64("crc32c", &usual())));
    proves("x-goog-hash", "crc32c", |crc32c| format!("crc32c={crc32c}"));
    let wrong = format!("md5={}", base64("md5", &other()));
    proves_nothing(move |reply| {
        reply.with("x-goog-hash", &wrong).with("x-goog-stored-content-encoding", "gzip")
    });
}

#[test]
fn g5_x_amz_checksum() {
    for (name, algorithm) in [
        ("x-amz-checksum-sha256", "sha256"),
        ("x-amz-checksum-sha1", "sha1"),
        ("x-amz-checksum-crc64nvme", "crc64nvme"),
        ("x-amz-checksum-crc32c", "crc32c"),
        ("x-amz-checksum-crc32", "crc32"),
    ] {
        proves(name, algorithm, str::to_owned);
    }
    let of_parts = base64("sha256", &other());
    let numbered = format!("{of_parts}-3");
    proves_nothing(move |reply| reply.with("x-amz-checksum-sha256", &numbered));
    proves_nothing(move |reply| {
        reply.with("x-amz-checksum-sha256", &of_parts).with("x-amz-checksum-type", "COMPOSITE")
    });
}

/// A hub that redirects to a store and says what `origin` is; the store sends the usual file.
fn hub(origin: &Origin, size: usize) -> Row {
    let tag = origin.checksum().replace("sha256:", "");
    Row::new(move |asked: &Asked| match asked.path.as_str() {
        "/a.bin" => Reply::redirect("/store/a.bin")
            .with("x-linked-etag", &format!("\"{tag}\""))
            .with("x-linked-size", &size.to_string()),
        _ => usual().answer(asked),
    })
}

#[test]
fn g5_x_linked_etag() {
    let size = usual().content.len();
    let right = hub(&usual(), size);
    right.finishes(&usual(), 2);
    assert_eq!(right.show()["proof"], by_server("proved", "sha256"));
    let wrong = hub(&other(), size);
    wrong.stops(1, "digest_mismatch", size, 2);
    let of_another = hub(&other(), size + 1);
    of_another.finishes(&usual(), 2);
    assert_eq!(of_another.show()["proof"], json!({ "kind": "size_only" }));
}

#[test]
fn g5_malformed_digests_are_passed_over() {
    for (name, value) in [
        ("Repr-Digest", "sha-256=:AAAA:"),
        ("Repr-Digest", "sha-256=*"),
        ("Digest", "sha-256=\u{e4}, md5"),
        ("Content-MD5", "x"),
        ("x-goog-hash", ",,=,md5=="),
        ("x-amz-checksum-crc32", "AAAAAAA="),
    ] {
        proves_nothing(move |reply| reply.with(name, value));
    }
}

#[test]
fn g5_a_length_that_was_never_told_is_said_so_in_a_later_run_too() {
    let row = Row::new(|asked| match asked.path.as_str() {
        "/a.bin" => usual().whole().unsized_body(),
        _ => Reply::new("404 No", &[]),
    });
    row.stops_with(&["--checksum", "auto"], (1, "no_sidecar"), usual().content.len(), 20);
    assert_eq!(row.show()["proof"], Value::Null);
    row.finishes(&usual(), 0);
    assert_eq!(row.show()["proof"], json!({ "kind": "length_not_told" }));
    let shown = row.world.run(&["show", "1"]).expect_code(0);
    assert!(shown.contains("did not say how long the file is"), "{shown}");
}

#[test]
fn g5_beside_the_link_in_other_forms() {
    let hex = usual().checksum().replace("sha256:", "").to_uppercase();
    for (file, text) in [
        ("/SHA256SUMS", format!("{}  b.bin\r\n{hex} *./a.bin\r\n", "0".repeat(64))),
        ("/sha256sum.txt", format!("SHA256 (a.bin) = {hex}\n")),
    ] {
        let row = Row::new(move |asked| match asked.path.as_str() {
            "/a.bin" => usual().answer(asked),
            path if path == file => Reply::new("200 OK", text.as_bytes()),
            _ => Reply::new("404 No", &[]),
        });
        row.finishes_with(&["--checksum", "auto"], &usual(), 5);
        let beside = json!({ "kind": "proved", "algorithm": "sha256", "from": "sidecar" });
        assert_eq!(row.show()["proof"], beside);
    }
}
