//! Options as people type or paste them: header lines, a proxy, a checksum. No error repeats what
//! may be a secret.

use super::checksum::{Algorithm, Checksum, ChecksumError, Expected};
use super::options::Header;

/// Header lines Onward sets itself; another value would break what it proves with them.
pub const OWN_HEADERS: [&str; 6] =
    ["accept-encoding", "connection", "content-length", "if-range", "range", "transfer-encoding"];

/// Schemes of proxies.
const PROXIES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

/// Why a line is no header that can be sent along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderError {
    /// It has no colon.
    NoColon,
    /// What stands before the colon is no header's name.
    Name,
    /// Onward sets this header itself.
    Own(String),
    /// It holds a line break or another control character.
    Broken,
}

/// `Name: value` (RFC 9110 §5.1, §5.5).
pub fn header(line: &str) -> Result<Header, HeaderError> {
    let (name, value) = line.split_once(':').ok_or(HeaderError::NoColon)?;
    let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    if name.is_empty() || !name.bytes().all(is_token) {
        return Err(HeaderError::Name);
    }
    if OWN_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
        return Err(HeaderError::Own(name.to_owned()));
    }
    let value = value.trim();
    if value.chars().any(|c| c.is_control() && c != '\t') {
        return Err(HeaderError::Broken);
    }
    Ok(Header { name: name.to_owned(), value: value.to_owned() })
}

/// Whether this is the address of a proxy: a scheme, a host, perhaps a port.
pub fn is_proxy(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| PROXIES.contains(&url.scheme()) && url.has_host())
}

/// A checksum with its algorithm, or bare, where its length tells the algorithm; `auto` for a sidecar
/// beside the link, `none` to take the file as it is. Blank is nothing asked.
pub fn expected(text: &str) -> Result<Option<Expected>, ChecksumError> {
    let text = text.trim();
    match text.to_ascii_lowercase().as_str() {
        "" => return Ok(None),
        "auto" => return Ok(Some(Expected::Sidecar)),
        "none" => return Ok(Some(Expected::Nothing)),
        _ => {}
    }
    let is_bare = text.bytes().all(|b| b.is_ascii_hexdigit());
    // Of two of one length the usual one: BLAKE3 and CRC-32C are asked for by their names.
    let usual = [
        Algorithm::Sha512,
        Algorithm::Sha256,
        Algorithm::Sha1,
        Algorithm::Md5,
        Algorithm::Crc64Nvme,
        Algorithm::Crc32,
    ];
    let by_length = usual.into_iter().find(|a| is_bare && a.digest_bytes() * 2 == text.len());
    let checksum: Checksum = match by_length {
        Some(algorithm) => format!("{}:{text}", algorithm.name()).parse()?,
        None => text.parse()?,
    };
    Ok(Some(Expected::Given(checksum)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read_or_named() {
        let ok = header("X-Token:  a: b ").unwrap();
        assert_eq!((ok.name.as_str(), ok.value.as_str()), ("X-Token", "a: b"));
        for (line, error) in [
            ("X-Token", HeaderError::NoColon),
            (": x", HeaderError::Name),
            ("X Y: x", HeaderError::Name),
            ("RANGE: bytes=0-", HeaderError::Own("RANGE".into())),
            ("X: a\u{0}b", HeaderError::Broken),
            ("X: a\nY: b", HeaderError::Broken),
        ] {
            assert_eq!(header(line).err(), Some(error), "{line:?}");
        }
    }

    #[test]
    fn proxies_have_a_scheme_and_a_host() {
        for (text, is) in [
            ("http://proxy:3128", true),
            ("socks5h://ann:x@h", true),
            ("proxy:3128", false),
            ("ftp://h", false),
            ("", false),
        ] {
            assert_eq!(is_proxy(text), is, "{text:?}");
        }
    }

    #[test]
    fn a_bare_digest_is_known_by_its_length() {
        let given = |text: &str| match expected(text) {
            Ok(Some(Expected::Given(sum))) => sum.algorithm.name(),
            other => panic!("{text}: {other:?}"),
        };
        for (digits, name) in [
            (128, "sha512"),
            (64, "sha256"),
            (40, "sha1"),
            (32, "md5"),
            (16, "crc64nvme"),
            (8, "crc32"),
        ] {
            assert_eq!(given(&format!(" {} ", "aB".repeat(digits / 2))), name);
        }
        assert_eq!(given(&format!("blake3:{}", "0".repeat(64))), "blake3");
        assert_eq!(expected("  "), Ok(None));
        assert_eq!(expected("Auto"), Ok(Some(Expected::Sidecar)));
        assert_eq!(expected("none"), Ok(Some(Expected::Nothing)));
        assert_eq!(expected("sha1:ab"), Err(ChecksumError::Digest(Algorithm::Sha1)));
        assert!(matches!(expected("abcdef"), Err(ChecksumError::Algorithm(_))));
    }
}
