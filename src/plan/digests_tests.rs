//! Heads as servers send them, and what is read from them.

use proptest::prelude::*;

use super::*;

const WHOLE: Message<'static> =
    Message { status: 200, is_whole: true, is_encoded: false, headers: &[] };
const PART: Message<'static> = Message { status: 206, is_whole: false, ..WHOLE };

/// Of "hello world": what the RFCs, Google and Amazon show of it.
const SHA512: &str =
    "MJ7MSJwS1utMxA9QyQLytNDtd+5RGnx6m808qG1M2G+YndNbxf9JlnDaNCVbRbDP2DDoH2Bdz33FVC6TrpzXbw==";
const SHA256: &str = "uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=";
const SHA1: &str = "Kq5sNclPz7QV2+lfQIuc6R7oRu0=";
const MD5: &str = "XrY7u+Ae7tCTyyK7j1rNww==";
const CRC32C: &str = "yZRlqg==";
const CRC32: &str = "DUoRhQ==";
const CRC64: &str = "jSnVw/bqjr4=";

fn texts(digests: &Digests) -> Vec<String> {
    digests.iter().map(ToString::to_string).collect()
}

fn base64(algorithm: Algorithm, value: &str) -> String {
    decoded(algorithm, value).unwrap().to_string()
}

/// What is told of the whole, and of the content.
fn told(message: Message<'_>, lines: &[&str]) -> (Vec<String>, Vec<String>) {
    let headers: Vec<(&str, &[u8])> = lines
        .iter()
        .map(|line| line.split_once(": ").map_or((*line, ""), |pair| pair))
        .map(|(name, value)| (name, value.as_bytes()))
        .collect();
    let told = read(Message { headers: &headers, ..message });
    (texts(&told.whole), texts(&told.content))
}

fn whole(message: Message<'_>, lines: &[&str]) -> Vec<String> {
    told(message, lines).0
}

#[test]
fn fields_of_rfc_9530() {
    let (sha512, sha256, sha1, md5, crc32c) = (
        base64(Algorithm::Sha512, SHA512),
        base64(Algorithm::Sha256, SHA256),
        base64(Algorithm::Sha1, SHA1),
        base64(Algorithm::Md5, MD5),
        base64(Algorithm::Crc32c, CRC32C),
    );
    assert_eq!(sha256, "sha256:b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9");
    for (value, expected) in [
        (format!("sha-256=:{SHA256}:"), vec![&sha256]),
        (format!("sha-256=:{SHA256}:, sha-512=:{SHA512}:"), vec![&sha512, &sha256]),
        (format!("md5=:{MD5}:,sha=:{SHA1}:, crc32c=:{CRC32C}:"), vec![&sha1, &md5, &crc32c]),
        (format!("unixsum=:MDU3ODI=:, sha-256=:{SHA256}:;x=1, id-sha-512=:YQ==:"), vec![&sha256]),
        ("sha-256=:AAAA:".to_owned(), vec![]),
        (format!("sha-256={SHA256}"), vec![]),
        (format!("sha-256=:{SHA256}"), vec![]),
        (format!("sha-256=(:{SHA256}:)"), vec![]),
        ("sha-256=:*:".to_owned(), vec![]),
        ("sha-256".to_owned(), vec![]),
        (String::new(), vec![]),
    ] {
        for message in [WHOLE, PART] {
            let line = format!("Repr-Digest: {value}");
            assert_eq!(whole(message, &[&line]).iter().collect::<Vec<_>>(), expected, "{value}");
        }
        let line = format!("Content-Digest: {value}");
        let (of_whole, of_content) = told(PART, &[&line]);
        assert_eq!(of_content.iter().collect::<Vec<_>>(), expected, "{value}");
        assert!(of_whole.is_empty(), "a part says nothing of the whole");
        assert_eq!(told(WHOLE, &[&line]), (of_content.clone(), of_content));
    }
}

/// Lines of the RFCs and of the stores' own documents. The SHA-1 of RFC 3230 is no canonical base64.
#[test]
fn examples_as_they_were_published() {
    for (lines, expected) in [
        (
            &["Repr-Digest: sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"][..],
            &["sha256:44aff4ab2d7c3250525675a08f0cfa9591168cffe51791c5f5bbc417c15a6c38"][..],
        ),
        (
            &[
                "Digest: md5=HUXZLQLMuI/KZ5KDcJPcOA==,sha=thvDyvhfIqlvFe+A9MYgxAfm1q5=,unixsum=30637",
            ],
            &["md5:1d45d92d02ccb88fca6792837093dc38"],
        ),
        (&["Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ=="], &["md5:436865636b20496e7465677269747921"]),
        (
            &["x-goog-hash: crc32c=n03x6A==,md5=Ojk9c3dhfxgoKVVHYwFbHQ=="],
            &["md5:3a393d7377617f182829554763015b1d", "crc32c:9f4df1e8"],
        ),
        (&["x-amz-checksum-sha256: wxrD2m3ZcK7jIKKBRAMp3/EzNrTzDpaLHx0WtIAzmpE=-2"], &[]),
    ] {
        assert_eq!(whole(WHOLE, lines), expected, "{lines:?}");
    }
}

#[test]
fn several_lines_are_one_field() {
    let lines = [format!("repr-digest: md5=:{MD5}:"), format!("Repr-Digest: sha=:{SHA1}:")];
    assert_eq!(whole(PART, &lines.each_ref().map(String::as_str)).len(), 2);
    let twice = [format!("Content-MD5: {MD5}"), format!("Content-MD5: {MD5}")];
    assert!(whole(WHOLE, &twice.each_ref().map(String::as_str)).is_empty());
}

#[test]
fn the_older_fields() {
    let (sha256, sha1, md5) = (
        base64(Algorithm::Sha256, SHA256),
        base64(Algorithm::Sha1, SHA1),
        base64(Algorithm::Md5, MD5),
    );
    for (line, expected) in [
        (format!("Digest: SHA-256={SHA256}"), vec![&sha256]),
        (format!("Digest: md5={MD5},SHA={SHA1}, unixsum=30637"), vec![&sha1, &md5]),
        (format!("Digest: sha-256={}", SHA256.trim_end_matches('=')), vec![&sha256]),
        (format!("Digest: sha-256={MD5}, crc32c={CRC32C}, =, sha-512"), vec![]),
        ("Digest: sha-256=".to_owned(), vec![]),
    ] {
        assert_eq!(whole(WHOLE, &[&line]).iter().collect::<Vec<_>>(), expected, "{line}");
        assert_eq!(told(PART, &[&line]), (vec![], vec![]), "{line}");
    }
    let line = format!("Content-MD5: {MD5}");
    assert_eq!(told(WHOLE, &[&line]), (vec![md5.clone()], vec![md5.clone()]));
    assert_eq!(told(PART, &[&line]), (vec![], vec![]), "of what, was never agreed");
    assert!(whole(WHOLE, &["Content-MD5: 5eb63bbbe01eeed093cb22bb8f5acdc3"]).is_empty(), "hex");
}

#[test]
fn the_sums_of_google() {
    let both = vec![base64(Algorithm::Md5, MD5), base64(Algorithm::Crc32c, CRC32C)];
    let (md5, crc32c) =
        (format!("x-goog-hash: md5={MD5}"), format!("x-goog-hash: crc32c={CRC32C}"));
    let joined = format!("x-goog-hash: crc32c={CRC32C},md5={MD5}");
    for (lines, expected) in [
        (vec![crc32c.as_str(), &md5], both.clone()),
        (vec![&joined], both.clone()),
        (vec![&joined, "x-goog-stored-content-encoding: identity"], both),
        (vec![&joined, "x-goog-stored-content-encoding: gzip"], vec![]),
        (vec!["x-goog-hash: crc32c=AAA="], vec![]),
    ] {
        assert_eq!(whole(WHOLE, &lines), expected, "{lines:?}");
        assert_eq!(whole(PART, &lines), expected, "{lines:?}");
        assert!(whole(Message { is_encoded: true, ..WHOLE }, &lines).is_empty(), "{lines:?}");
    }
}

#[test]
fn the_sums_of_amazon() {
    for (name, algorithm, value) in [
        ("sha256", Algorithm::Sha256, SHA256),
        ("sha1", Algorithm::Sha1, SHA1),
        ("crc64nvme", Algorithm::Crc64Nvme, CRC64),
        ("crc32c", Algorithm::Crc32c, CRC32C),
        ("crc32", Algorithm::Crc32, CRC32),
    ] {
        let line = format!("x-amz-checksum-{name}: {value}");
        let expected = [base64(algorithm, value)];
        assert_eq!(whole(WHOLE, &[&line]), expected);
        assert_eq!(whole(WHOLE, &[&line, "x-amz-checksum-type: FULL_OBJECT"]), expected);
        for message in [PART, Message { is_encoded: true, ..WHOLE }] {
            assert!(whole(message, &[&line]).is_empty(), "{message:?}");
        }
        assert!(whole(WHOLE, &[&line, "x-amz-checksum-type: COMPOSITE"]).is_empty());
        assert!(whole(WHOLE, &[&format!("{line}-3")]).is_empty());
    }
}

#[test]
fn the_exacter_field_counts() {
    let (right, other) = (format!("md5=:{MD5}:"), "md5=AAAAAAAAAAAAAAAAAAAAAA==");
    let lines = [
        format!("x-goog-hash: {other}"),
        format!("Digest: {other}"),
        format!("Repr-Digest: {right}"),
    ];
    let found = whole(WHOLE, &lines.each_ref().map(String::as_str));
    assert_eq!(found, [base64(Algorithm::Md5, MD5)]);
}

#[test]
fn other_answers_tell_nothing() {
    let line = format!("Repr-Digest: sha-256=:{SHA256}:");
    for status in [201, 203, 302, 404, 416, 503] {
        assert_eq!(told(Message { status, ..WHOLE }, &[&line]), (vec![], vec![]), "{status}");
    }
}

#[test]
fn a_redirect_may_tell_of_the_file() {
    let hex = "a3c1e6b2".repeat(8);
    let linked = |status, tag: &str| {
        let headers: [(&str, &[u8]); 2] =
            [("X-Linked-Etag", tag.as_bytes()), ("x-linked-size", b"1000")];
        read(Message { status, headers: &headers, ..WHOLE }).linked
    };
    let found = linked(302, &format!("\"{hex}\"")).unwrap();
    assert_eq!((found.digest.to_string(), found.size), (format!("sha256:{hex}"), 1000));
    for tag in [&hex, &format!("W/\"{hex}\""), &format!("\"{}\"", &hex[..40]), "\"", "\"\"", ""] {
        assert_eq!(linked(302, tag), None, "{tag}");
    }
    assert_eq!(linked(200, &format!("\"{hex}\"")), None);
    let tag = format!("\"{hex}\"");
    let sizeless = [("x-linked-etag", tag.as_bytes())];
    assert_eq!(read(Message { status: 302, headers: &sizeless, ..WHOLE }).linked, None);
}

fn names() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "repr-digest",
        "content-digest",
        "digest",
        "content-md5",
        "x-goog-hash",
        "x-amz-checksum-crc32",
        "x-amz-checksum-sha256",
        "x-linked-etag",
        "x-linked-size",
    ])
}

proptest! {
    #[test]
    fn nothing_makes_it_panic(
        status in prop_oneof![Just(200_u16), Just(206), Just(302), any::<u16>()],
        is_whole in any::<bool>(),
        is_encoded in any::<bool>(),
        lines in proptest::collection::vec(
            (names(), prop_oneof![
                proptest::collection::vec(any::<u8>(), 0..60),
                "(sha-256|md5|crc32c|sha)=:?[A-Za-z0-9+/=]{0,48}:?[,;\" ]?".prop_map(String::into_bytes),
            ]),
            0..4,
        ),
    ) {
        let headers: Vec<(&str, &[u8])> = lines.iter().map(|(n, v)| (*n, v.as_slice())).collect();
        let told = read(Message { status, is_whole, is_encoded, headers: &headers });
        for digest in told.whole.iter().chain(told.content.iter()) {
            prop_assert_eq!(digest.hex.len(), digest.algorithm.digest_bytes() * 2);
        }
    }

    #[test]
    fn what_is_sent_is_read(bytes in any::<[u8; 32]>()) {
        use base64::engine::general_purpose::STANDARD;
        let value = STANDARD.encode(bytes);
        let expected = Checksum::from_bytes(Algorithm::Sha256, &bytes).unwrap().to_string();
        for line in [
            format!("Repr-Digest: sha-256=:{value}:"),
            format!("Digest: sha-256={value}"),
            format!("x-amz-checksum-sha256: {value}"),
        ] {
            prop_assert_eq!(whole(WHOLE, &[&line]), [expected.clone()]);
        }
    }
}
