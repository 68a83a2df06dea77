//! Checksum files beside a link: how they are called, and what one says of a file.
//! Invariant: where a file's lines contradict each other about a name, it says nothing of it.

use crate::model::checksum::{Algorithm, Checksum};

/// The algorithms that are looked for, the likeliest first.
pub const LOOKED_FOR: [Algorithm; 4] =
    [Algorithm::Sha256, Algorithm::Sha512, Algorithm::Sha1, Algorithm::Md5];

/// Where a checksum made by `algorithm` may lie beside `segment`, the last part of a link as it is
/// written there.
pub fn names(segment: &str, algorithm: Algorithm) -> [String; 4] {
    let ending = algorithm.name();
    [
        format!("{segment}.{ending}"),
        format!("{segment}.{ending}sum"),
        format!("{}SUMS", ending.to_uppercase()),
        format!("{ending}sum.txt"),
    ]
}

/// The digest of `name` in a checksum file: `HEX  NAME`, `HEX *NAME`, `ALG (NAME) = HEX`, or the
/// digest alone. A name in another folder counts where no other line is nearer or contradicts it.
pub fn read(text: &str, name: &str, algorithm: Algorithm) -> Option<Checksum> {
    let text = text.trim_start_matches('\u{feff}');
    let lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
    let entries: Vec<_> = lines.clone().filter_map(|line| entry(line, algorithm)).collect();
    let exact = entries.iter().any(|(path, _)| *path == name);
    let last = |path: &str| path.rsplit(['/', '\\']).next() == Some(name);
    let is_meant = |path: &str| if exact { path == name } else { last(path) };
    let mut meant = entries.iter().filter(|(path, _)| is_meant(path)).map(|(_, digest)| digest);
    if let Some(first) = meant.next() {
        return meant.all(|other| other == first).then(|| first.clone());
    }
    let mut lines = lines;
    let only = lines.next().filter(|_| lines.next().is_none())?;
    parse(only, algorithm)
}

/// A line's path, without what marks it, and its digest.
fn entry(line: &str, algorithm: Algorithm) -> Option<(&str, Checksum)> {
    let (path, digest) = tagged(line, algorithm).or_else(|| {
        let (hex, path) = line.split_once(char::is_whitespace)?;
        let path = path.trim_start();
        Some((path.strip_prefix('*').unwrap_or(path), parse(hex, algorithm)?))
    })?;
    Some((path.trim_start_matches("./"), digest))
}

/// `ALG (PATH) = HEX` of BSD, and `ALG(PATH)= HEX` of OpenSSL, which says `SHA2-256` too.
fn tagged(line: &str, algorithm: Algorithm) -> Option<(&str, Checksum)> {
    let (head, hex) = line.rsplit_once('=')?;
    let (tag, path) = head.trim_end().strip_suffix(')')?.split_once('(')?;
    let tag = tag.trim().to_ascii_lowercase().replace('-', "");
    let name = algorithm.name();
    let fits = tag == name || tag == name.replacen("sha", "sha2", 1);
    Some((path, parse(hex.trim(), algorithm).filter(|_| fits)?))
}

fn parse(hex: &str, algorithm: Algorithm) -> Option<Checksum> {
    format!("{}:{hex}", algorithm.name()).parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEX: &str = "d41d8cd98f00b204e9800998ecf8427e";
    const OTHER: &str = "00000000000000000000000000000000";

    fn md5_of(text: &str) -> Option<String> {
        read(text, "a.iso", Algorithm::Md5).map(|checksum| checksum.hex)
    }

    #[test]
    fn the_usual_forms() {
        let upper = HEX.to_uppercase();
        for text in [
            format!("{HEX}  a.iso\n"),
            format!("{HEX} *a.iso\r\n{OTHER} *b.iso\r\n"),
            format!("{OTHER}  b\n{HEX}  ./a.iso"),
            format!("{OTHER}  b\n{HEX} *./x/a.iso"),
            format!("{upper}\ta.iso"),
            format!("\u{feff}# made by hand\n\n{upper} a.iso"),
            format!("MD5 (a.iso) = {HEX}"),
            format!("md5 (./a.iso) = {upper}\r\nMD5 (b (1).iso) = {OTHER}\r\n"),
            format!("MD5(a.iso)= {HEX}"),
            format!("{OTHER}  b=(a.iso)\n{HEX}  a.iso"),
            format!("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\n\n{HEX}  a.iso\n"),
            format!("{OTHER}  gtk/a.iso\n{HEX}  ./a.iso\n{OTHER}  a.iso.sig"),
            format!("{HEX}\n"),
        ] {
            assert_eq!(md5_of(&text).as_deref(), Some(HEX), "{text}");
        }
        let sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        for tag in ["SHA256 ", "SHA2-256", "SHA-256"] {
            let text = format!("{tag}(a.iso)= {sha256}");
            assert!(read(&text, "a.iso", Algorithm::Sha256).is_some(), "{text}");
        }
    }

    #[test]
    fn what_says_nothing_of_the_file() {
        for text in [
            format!("{HEX}  b.iso"),
            format!("{HEX}  aa.iso\n{HEX}  a.iso.asc"),
            format!("{HEX}  gtk/a.iso\n{OTHER}  text/a.iso"),
            format!("{HEX}  a.iso\n{OTHER}  a.iso"),
            format!("{HEX}\n{HEX}\n"),
            format!("{}  a.iso", &HEX[1..]),
            format!("MD4 (a.iso) = {HEX}"),
            format!("MD5 (b.iso) = {HEX}"),
            "<html>".to_owned(),
            String::new(),
        ] {
            assert_eq!(md5_of(&text), None, "{text}");
        }
        let text = format!("SHA3-256 (a.iso) = {}", OTHER.repeat(2));
        assert_eq!(read(&text, "a.iso", Algorithm::Sha256), None);
    }

    #[test]
    fn what_is_asked_for_is_bounded_and_differs() {
        let all = LOOKED_FOR.map(|algorithm| names("a%20b", algorithm)).concat();
        let distinct: std::collections::BTreeSet<&String> = all.iter().collect();
        assert_eq!(distinct.len(), 16);
        for name in ["a%20b.sha256", "a%20b.md5sum", "SHA512SUMS", "sha256sum.txt"] {
            assert!(all.contains(&name.to_owned()), "{name}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in "([a-f0-9]{30,34}|[ *./=()#\\r\\n\u{feff}a]|MD5){0,12}") {
            if let Some(found) = read(&text, "a", Algorithm::Md5) {
                prop_assert!(text.to_ascii_lowercase().contains(&found.hex));
            }
        }
    }
}
