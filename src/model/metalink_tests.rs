//! What is read of Metalink documents, right ones and others.

use proptest::prelude::*;

use super::*;

/// RFC 5854 §1.1, with pieces.
const FOURTH: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<metalink xmlns="urn:ietf:params:xml:ns:metalink">
  <published>2009-05-15T12:23:23Z</published>
  <file name="example.ext">
    <size>14471447</size>
    <identity>Example</identity>
    <hash type="sha-256">3D6FECE8033d146d8611eab4f032df738c8c1283620fd02a1f2bfec6e27d590d</hash>
    <hash type="md5">
      83b1a04f18d6782cfe0407edadac377f
    </hash>
    <hash type="sha3">00</hash>
    <pieces length="9000000" type="sha-1">
      <hash>da39a3ee5e6b4b0d3255bfef95601890afd80709</hash>
      <hash>0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33</hash>
    </pieces>
    <url location="de" priority="2">ftp://ftp.example.com/example.ext</url>
    <url location="fr">http://last.example/example.ext?a=1&amp;b=2</url>
    <url location="fr" priority="1">http://example.com/example.ext</url>
    <metaurl mediatype="torrent" priority="1">http://example.com/example.ext.torrent</metaurl>
  </file>
</metalink>"#;

const THIRD: &str = r#"<metalink version="3.0" xmlns="http://www.metalinker.org/">
  <files>
    <file name="a/b\..\c.iso">
      <size>25</size>
      <verification>
        <hash type="sha1">da39a3ee5e6b4b0d3255bfef95601890afd80709</hash>
        <pieces length="10" type="md5">
          <hash piece="0">83b1a04f18d6782cfe0407edadac377f</hash>
          <hash piece="1">83b1a04f18d6782cfe0407edadac377f</hash>
          <hash piece="2">83b1a04f18d6782cfe0407edadac377f</hash>
        </pieces>
      </verification>
      <resources>
        <url type="http" preference="10">http://slow/c.iso</url>
        <url type="https" preference="100">https://quick/c.iso</url>
        <url type="bittorrent" preference="100">http://quick/c.iso.torrent</url>
      </resources>
    </file>
  </files>
</metalink>"#;

fn one(document: &str) -> DescribedFile {
    let mut files = read(document.as_bytes()).unwrap();
    assert_eq!(files.len(), 1);
    files.remove(0)
}

fn urls_of(file: &DescribedFile) -> Vec<&str> {
    file.urls.iter().map(SourceUrl::as_str).collect()
}

#[test]
fn the_fourth_version() {
    let file = one(FOURTH);
    assert_eq!(file.name.as_ref().map(FileName::as_str), Some("example.ext"));
    assert_eq!(file.size, Some(14_471_447));
    let names: Vec<_> = file.digests.iter().map(|d| (d.algorithm, &d.hex[..6])).collect();
    assert_eq!(names, [(Algorithm::Sha256, "3d6fec"), (Algorithm::Md5, "83b1a0")]);
    let pieces = file.pieces.as_ref().unwrap();
    assert_eq!((pieces.algorithm(), pieces.count()), (Algorithm::Sha1, 2));
    assert_eq!((pieces.piece_bytes(), pieces.total()), (9_000_000, 14_471_447));
    assert_eq!(pieces.digests()[20..24], [0x0b, 0xee, 0xc7, 0xb5]);
    let last = "http://last.example/example.ext?a=1&b=2";
    assert_eq!(urls_of(&file), ["http://example.com/example.ext", last]);
}

#[test]
fn the_third_version() {
    let file = one(THIRD);
    assert_eq!(file.name.as_ref().map(FileName::as_str), Some("c.iso"));
    assert_eq!(file.digests.strongest().map(|d| d.algorithm), Some(Algorithm::Sha1));
    assert_eq!(file.pieces.as_ref().map(Pieces::count), Some(3));
    assert_eq!(urls_of(&file), ["https://quick/c.iso", "http://slow/c.iso"]);
}

#[test]
fn with_a_mark_of_its_byte_order() {
    assert_eq!(one(&format!("\u{feff}{FOURTH}")), one(FOURTH));
}

/// A document of one file that holds this.
fn holding(inner: &str) -> DescribedFile {
    one(&format!("<metalink><file name='x'>{inner}</file></metalink>"))
}

#[test]
fn what_is_wrong_is_passed_over() {
    let sha1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
    let piece = format!("<hash>{sha1}</hash>");
    for (inner, has_pieces) in [
        (format!("<size>20</size><pieces length='10' type='sha-1'>{piece}{piece}</pieces>"), true),
        (format!("<size>20</size><pieces length='10' type='sha-1'>{piece}</pieces>"), false),
        (format!("<pieces length='10' type='sha-1'>{piece}{piece}</pieces>"), false),
        (format!("<size>20</size><pieces length='0' type='sha-1'>{piece}</pieces>"), false),
        (format!("<size>20</size><pieces length='20' type='md5'>{piece}</pieces>"), false),
        (format!("<size>20</size><pieces length='20' type='sha-9'>{piece}</pieces>"), false),
        (format!("<size>20</size><pieces length='-20' type='sha-1'>{piece}</pieces>"), false),
        (format!("<size>-20</size><pieces length='20' type='sha-1'>{piece}</pieces>"), false),
        (
            format!(
                "<size>20</size><pieces length='10' type='sha-1'>\
                 <hash piece='1'>{sha1}</hash><hash piece='0'>{sha1}</hash></pieces>"
            ),
            false,
        ),
    ] {
        assert_eq!(holding(&inner).pieces.is_some(), has_pieces, "{inner}");
    }
    for hash in [
        "<hash type='sha-1'>da39</hash>",
        "<hash type='md5'>zz</hash>",
        "<hash/>",
        "<hash type='md5'>83b1a04f18d6782cfe0407edadac37\u{e9}f</hash>",
        "<hash type='md5'>83b1a04f18d6782cfe0407edadac377</hash>",
    ] {
        assert!(holding(hash).digests.is_empty(), "{hash}");
    }
    for url in ["file:///etc/passwd", "javascript:x", "/relative", "http://", "http://a b/", ""] {
        assert!(holding(&format!("<url>{url}</url>")).urls.is_empty(), "{url}");
    }
    let many: Vec<_> =
        (0..50).map(|n| format!("<url priority='{n}'>http://m{n}/x</url>")).collect();
    let many = holding(&many.concat()).urls;
    assert_eq!((many.len(), many[0].as_str()), (MAX_URLS, "http://m1/x"));
    for (name, safe) in [("../../.bashrc", Some("bashrc")), ("..", None), ("a/", None)] {
        let file = one(&format!("<metalink><file name='{name}'/></metalink>"));
        assert_eq!(file.name.as_ref().map(FileName::as_str), safe, "{name}");
    }
}

#[test]
fn what_is_no_metalink() {
    let bomb = "<!DOCTYPE metalink [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;&a;'>]>\
                <metalink><file name='&b;'/></metalink>";
    let outside = "<!DOCTYPE metalink [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>\
                   <metalink><file name='&a;'/></metalink>";
    let deep = "<a>".repeat(MAX_DOCUMENT_BYTES / 3);
    let wide = format!("<metalink>{}</metalink>", "<a/>".repeat(MAX_NODES as usize));
    let large = " ".repeat(MAX_DOCUMENT_BYTES + 1);
    for (document, error) in [
        ("", MetalinkError::NotXml),
        ("<metalink>", MetalinkError::NotXml),
        (bomb, MetalinkError::NotXml),
        (outside, MetalinkError::NotXml),
        (&deep, MetalinkError::NotXml),
        (&wide, MetalinkError::NotXml),
        (&large, MetalinkError::TooLarge),
        ("<html><body>log in</body></html>", MetalinkError::NotMetalink),
        ("<!doctype html><p>log in", MetalinkError::NotXml),
    ] {
        assert_eq!(
            read(document.as_bytes()),
            Err(error),
            "{}",
            &document[..document.len().min(80)]
        );
    }
    assert_eq!(read(b"<metalink>\xff</metalink>"), Err(MetalinkError::NotXml));
    assert_eq!(read(b"<metalink/>"), Ok(Vec::new()));
    let many = format!("<metalink>{}</metalink>", "<file name='a'/>".repeat(1000));
    assert_eq!(read(many.as_bytes()).unwrap().len(), MAX_FILES);
}

proptest! {
    #[test]
    fn whatever_comes(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "<metalink>", "</metalink>", "<file name='../a'>", "</file>", "<size>", "</size>", "20",
                "<hash type='md5'>", "</hash>", "<pieces length='10' type='md5'>", "</pieces>",
                "83b1a04f18d6782cfe0407edadac377f", "<url>", "</url>", "http://m/a", "<![CDATA[", "]]>",
                "<!--", "-->", "&amp;", "&x;", "\u{0}", " ",
            ]),
            0..40,
        ),
        bytes in prop::collection::vec(any::<u8>(), 0..20),
    ) {
        let mut document = parts.concat().into_bytes();
        document.extend(bytes);
        for file in read(&document).unwrap_or_default() {
            prop_assert!(file.urls.len() <= MAX_URLS);
            if let Some(pieces) = file.pieces {
                prop_assert_eq!(Some(pieces.total()), file.size);
            }
        }
    }
}
