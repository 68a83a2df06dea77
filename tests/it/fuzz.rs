//! Header values and documents nobody would send, made of those that are sent: cut, doubled, spliced and flipped.
//! Whatever comes, nothing panics and what every reader promises holds. Each test runs for
//! `ONWARD_FUZZ_SECS` (a second unless set); `tests/scripts/fuzz` runs them for ten minutes each.

use onward::model::disposition;
use onward::model::link_header::{MAX_DUPLICATES, descriptions, duplicates};
use onward::model::metalink::{self, MAX_FILES, MAX_URLS};
use onward::model::name::choose_name;
use onward::model::url::SourceUrl;
use onward::plan::content_range::{self, ContentRange};
use onward::plan::decide::{Ask, Shape, Verdict, decide};
use onward::plan::head::{Head, MAX_RETRY_AFTER};
use onward::plan::identity::Known;

use super::dice::fuzz;

const NUMBERS: [&str; 12] = [
    "0",
    "1",
    "9",
    "10",
    "18446744073709551615",
    "18446744073709551616",
    "-1",
    "+1",
    "1e3",
    "",
    "0x10",
    "99999999999999999999999999",
];

#[test]
fn content_range() {
    let seeds =
        ["bytes 0-9/10", "bytes=0-9/10", "bytes: 0-9/*", "0-9/10", "bytes */10", "Bytes 5-5/6"];
    let words = [&["bytes", "-", "/", "*", "=", ":", " ", "\t"][..], &NUMBERS].concat();
    fuzz(&seeds, &words, |value, _| match content_range::parse(value) {
        Ok(ContentRange::Bytes { range, total }) => {
            assert!(range.start < range.end);
            assert!(total.is_none_or(|total| range.end <= total));
        }
        Ok(ContentRange::Unsatisfied { .. }) | Err(_) => {}
    });
}

#[test]
fn content_disposition() {
    let seeds = [
        "attachment; filename=\"a.bin\"",
        "attachment; filename*=UTF-8''%e4%b8%ad.zip; filename=\"x\"",
        "inline; filename*0=\"a\"; filename*1*=%20b",
        "attachment; filename=\"=?UTF-8?B?5Lit?=\"",
        "form-data; name=x; filename=..\\..\\evil.exe",
    ];
    let words = [
        "filename",
        "filename*",
        "=",
        ";",
        "\"",
        "\\",
        "../",
        "/",
        "%2f",
        "%00",
        "UTF-8''",
        "CON",
        ".",
        " ",
        "\u{202e}",
        "=?",
        "?=",
        "*0",
        "*1",
        "'",
        "~",
        "%",
        "\u{7f}",
        ".desktop",
        "\n",
    ];
    let url = SourceUrl::parse("http://h/dir/file.bin?x=/../y").unwrap();
    fuzz(&seeds, &words, |value, dice| {
        let sent = disposition::parse(value);
        let kind = dice.pick(&["text/html", "application/zip", "a/b"]);
        let name = choose_name(None, &sent, &url, Some(kind));
        let name = name.as_str();
        assert!(!name.is_empty() && name.len() <= 255, "{name:?}");
        assert!(
            !name.contains(['/', '\\', '\0']) && !name.chars().any(char::is_control),
            "{name:?}"
        );
        assert!(!name.starts_with('.') && !name.ends_with(['.', ' ']), "{name:?}");
        assert!(!name.contains(['\u{202a}', '\u{202e}', '\u{2066}', '\u{2069}']), "{name:?}");
    });
}

#[test]
fn retry_after() {
    let seeds = [
        "3",
        "99999",
        "Sun, 22 Nov 2026 12:00:00 GMT",
        "-1",
        "1.5",
        "Sunday, 06-Nov-94 08:49:37 GMT",
    ];
    let words = [&["GMT", "Sun", ",", " ", ":", "2026", "Nov", "9999"][..], &NUMBERS].concat();
    fuzz(&seeds, &words, |value, dice| {
        let date = dice.value(&seeds, &words);
        let headers: [(&str, &[u8]); 2] = [("Retry-After", value), ("Date", &date)];
        let head = Head::read(503, Some(0), headers);
        assert!(head.retry_after.is_none_or(|wait| wait <= MAX_RETRY_AFTER));
    });
}

#[test]
fn digests() {
    let seeds = [
        "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:",
        "sha-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=,md5=1B2M2Y8AsgTpgAmY7PhCfg==",
        "1B2M2Y8AsgTpgAmY7PhCfg==",
        "crc32c=AAAAAA==,md5=1B2M2Y8AsgTpgAmY7PhCfg==",
        "\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"",
    ];
    let words = [
        "sha-256",
        "sha-512",
        "md5",
        "=",
        ":",
        ",",
        ";",
        "==",
        "\"",
        "+",
        "/",
        " ",
        "crc32c",
        "id-sha-256",
    ];
    let names = [
        "Repr-Digest",
        "Content-Digest",
        "Digest",
        "Content-MD5",
        "x-goog-hash",
        "x-amz-checksum-sha256",
        "x-amz-checksum-crc32c",
        "x-amz-checksum-crc64nvme",
        "x-linked-etag",
        "ETag",
    ];
    fuzz(&seeds, &words, |value, dice| {
        let (first, second) = (dice.pick(&names), dice.pick(&names));
        let more = dice.value(&seeds, &words);
        let headers: [(&str, &[u8]); 3] =
            [(first, value), (second, &more), ("x-linked-size", b"10")];
        for status in [200, 206, 302] {
            let head = Head::read(status, Some(10), headers);
            for digest in head.validator.digests.iter().chain(head.content_digests.iter()) {
                let (algorithm, hex) = digest
                    .to_string()
                    .split_once(':')
                    .map(|(a, h)| (a.to_owned(), h.to_owned()))
                    .unwrap();
                let known =
                    onward::model::checksum::Algorithm::ALL.iter().find(|a| a.name() == algorithm);
                assert_eq!(hex.len(), 2 * known.unwrap().digest_bytes());
            }
        }
    });
}

#[test]
fn link() {
    let seeds = [
        "<http://m/a>; rel=duplicate; pri=1; pref",
        "<a>;rel=\"next duplicate\",<b>; rel=duplicate; geo=gb",
        "</a>; rel=describedby; type=\"application/metalink4+xml\"",
    ];
    let words = [
        &["<", ">", ";", ",", "\"", "\\", "rel", "=", "duplicate", "pri", "anchor", " "][..],
        &["describedby", "type", "application/metalink4+xml"],
        &NUMBERS,
    ]
    .concat();
    let base = SourceUrl::parse("https://h/dir/").unwrap();
    fuzz(&seeds, &words, |value, dice| {
        let more = dice.value(&seeds, &words);
        let copies = duplicates([value, &more[..]]);
        let described = descriptions([value, &more[..]]);
        assert!(copies.len() <= MAX_DUPLICATES && described.len() <= MAX_DUPLICATES);
        for copy in copies.into_iter().chain(described) {
            assert!(!copy.is_empty() && !copy.contains('>'));
            if let Ok(url) = base.join(&copy) {
                assert!(url.as_str().starts_with("http"), "{url:?}");
            }
        }
    });
}

/// Parts in a multipart body are never taken for the part that was asked for.
#[test]
fn multipart_byteranges() {
    let seeds = [
        "multipart/byteranges; boundary=THIS_STRING",
        "multipart/byteranges",
        "Multipart/ByteRanges;boundary=\"a b\"",
    ];
    let words = ["multipart", "/", "byteranges", ";", "boundary", "=", "\"", " ", "\t"];
    fuzz(&seeds, &words, |value, dice| {
        let first = dice.roll() % 1000;
        let range = format!("bytes {first}-1999/2000");
        let headers: [(&str, &[u8]); 2] =
            [("Content-Type", value), ("Content-Range", range.as_bytes())];
        let head = Head::read(206, Some(2000 - first), headers);
        let is_multipart = head.content_type.as_deref() == Some("multipart/byteranges");
        let verdict = decide(&ask(first), &head, &Known::default());
        assert!(!is_multipart || matches!(verdict, Verdict::Ask(..)), "{verdict:?}");
    });
}

/// Cookies change nothing: none is kept, and none is sent that the user did not give.
#[test]
fn set_cookie() {
    let seeds = [
        "sid=1; Path=/; HttpOnly",
        "a=b; Domain=.evil.example; Secure",
        "=; Max-Age=-1",
        "x=\"y;z\"; Expires=Thu, 01 Jan 1970",
    ];
    let words = [";", "=", ",", "\"", "Path", "Domain", "__Host-", "\r\n", "\0", " "];
    fuzz(&seeds, &words, |value, _| {
        let plain: [(&str, &[u8]); 2] = [("ETag", b"\"a\""), ("Content-Range", b"bytes 0-9/10")];
        let with = plain.iter().copied().chain([("Set-Cookie", value), ("Set-Cookie2", value)]);
        assert_eq!(Head::read(206, Some(10), plain), Head::read(206, Some(10), with));
    });
}

/// No answer of any head makes a body stand where it was not asked for.
#[test]
fn verdicts() {
    let ranges = [
        "bytes 0-9/10",
        "bytes 5-1999/2000",
        "bytes 900-1999/2000",
        "bytes */2000",
        "bytes 1000-1500/*",
    ];
    let words = [&["bytes", "-", "/", "*", " "][..], &NUMBERS].concat();
    let statuses = [200, 203, 206, 206, 206, 206, 302, 304, 400, 403, 416, 429, 503];
    fuzz(&ranges, &words, |value, dice| {
        let first = dice.roll() % 1500;
        let status = statuses[dice.below(statuses.len())];
        let tag: &[u8] = if dice.below(2) == 0 { b"\"a\"" } else { b"W/\"a\"" };
        let headers: [(&str, &[u8]); 2] = [("Content-Range", value), ("ETag", tag)];
        let head = Head::read(status, Some(dice.roll() % 3000), headers);
        let begun = dice.below(2) == 0;
        let known = Known { begun, total: begun.then_some(2000), ..Known::default() };
        if let Verdict::Body(body) = decide(&ask(first), &head, &known) {
            assert!(matches!(status, 200..=203 | 206), "{status}");
            assert!(body.at <= first, "{body:?}");
            assert!(body.until.is_none_or(|until| until >= body.at), "{body:?}");
            assert!(!begun || body.total.is_none_or(|total| total == 2000), "{body:?}");
        }
    });
}

fn ask(first: u64) -> Ask {
    let shape = Shape::Ranged { first, end: None, condition: None };
    Ask { shape, write_from: first, siblings_flow: false, names_a_file: true }
}

/// What a document says is bounded, whatever it holds.
#[test]
fn metalink() {
    let seeds = [
        "<metalink xmlns=\"urn:ietf:params:xml:ns:metalink\"><file name=\"a.iso\"><size>20</size>\
         <hash type=\"sha-256\">00</hash><pieces length=\"10\" type=\"md5\">\
         <hash>83b1a04f18d6782cfe0407edadac377f</hash><hash>83b1a04f18d6782cfe0407edadac377f</hash>\
         </pieces><url priority=\"1\">http://m/a.iso</url></file></metalink>",
        "<metalink version=\"3.0\"><files><file name=\"../b\"><size>1</size><verification>\
         <pieces length=\"1\" type=\"sha1\"><hash piece=\"0\">\
         da39a3ee5e6b4b0d3255bfef95601890afd80709</hash></pieces></verification><resources>\
         <url type=\"http\" preference=\"9\">http://m/b</url></resources></file></files></metalink>",
        "<!DOCTYPE metalink [<!ENTITY a \"b\">]><metalink>&a;</metalink>",
    ];
    let words = [
        &["<file>", "</file>", "<url>", "</url>", "<a ", "/>", "&#x0;", "&lt;", "<![CDATA[", "]]>"]
            [..],
        &["<!--", "-->", "<?", "name='CON'", "type='", "'", "\"", "\u{feff}", "xmlns:a='b' a:"],
        &NUMBERS,
    ]
    .concat();
    fuzz(&seeds, &words, |value, _| {
        let files = metalink::read(value).unwrap_or_default();
        assert!(files.len() <= MAX_FILES);
        for file in files {
            assert!(file.urls.len() <= MAX_URLS);
            assert!(file.urls.iter().all(|url| url.as_str().starts_with("http")));
            let name = file.name.map(String::from).unwrap_or_default();
            assert!(!name.contains(['/', '\\', '\0']) && !name.starts_with('.'), "{name:?}");
            if let Some(pieces) = file.pieces {
                let end = pieces.iter().last().map(|piece| piece.range.end);
                assert_eq!((end, Some(pieces.total())), (file.size, file.size));
            }
        }
    });
}
