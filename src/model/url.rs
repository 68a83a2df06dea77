//! The link of a job: parsed once, its parse used everywhere (GUARDS 16, 17, 20).

use serde::{Deserialize, Serialize};
use url::Url;

use super::options::Credentials;

/// The longest link taken, in bytes.
pub const MAX_URL_BYTES: usize = 16 * 1024;

/// An http or https link with a host. User and password are kept out of what is shown.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SourceUrl {
    url: Url,
}

/// Why a text is not a link Onward can fetch.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Nothing was given.
    #[error("no link was given")]
    Empty,
    /// It holds a blank, a line break or another control character.
    #[error("the link holds a blank or a line break")]
    Blank,
    /// It is longer than [`MAX_URL_BYTES`].
    #[error("the link is too long")]
    TooLong,
    /// It cannot be read as a link at all.
    #[error("this is not a link")]
    Malformed,
    /// It has no host, as in `http://`.
    #[error("the link names no server")]
    NoHost,
    /// Its scheme will be served later (`ftp`, `ftps`).
    #[error("{0} links cannot be fetched yet")]
    NotYet(String),
    /// Its scheme is not one a download comes from (`file`, `javascript`, …).
    #[error("{0} links are not fetched")]
    Scheme(String),
}

impl SourceUrl {
    /// Reads a link. Blanks around it are dropped, blanks inside it refused.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(UrlError::Empty);
        }
        if text.len() > MAX_URL_BYTES {
            return Err(UrlError::TooLong);
        }
        if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(UrlError::Blank);
        }
        Self::accept(Url::parse(text).map_err(|error| {
            if error == url::ParseError::EmptyHost { UrlError::NoHost } else { UrlError::Malformed }
        })?)
    }

    /// Where `location` leads, seen from here (RFC 9110 §10.2.2). A fragment is not kept.
    pub fn join(&self, location: &str) -> Result<Self, UrlError> {
        if location.chars().any(char::is_control) {
            return Err(UrlError::Blank);
        }
        Self::accept(self.url.join(location.trim()).map_err(|_| UrlError::Malformed)?)
    }

    fn accept(mut url: Url) -> Result<Self, UrlError> {
        match url.scheme() {
            "http" | "https" => {}
            "ftp" | "ftps" | "sftp" => return Err(UrlError::NotYet(url.scheme().to_owned())),
            other => return Err(UrlError::Scheme(other.to_owned())),
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(UrlError::NoHost);
        }
        url.set_fragment(None);
        Ok(Self { url })
    }

    /// The whole link, secrets included: for the request and the store only.
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }

    /// The link as it goes on the wire, without user and password.
    pub fn request_url(&self) -> Url {
        let mut url = self.url.clone();
        // Both fail only where a link has no host, which `accept` refused.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        url
    }

    /// User and password that stood in the link, percent-decoded.
    pub fn credentials(&self) -> Option<Credentials> {
        let decode = |text: &str| percent_decode(text);
        (!self.url.username().is_empty() || self.url.password().is_some()).then(|| Credentials {
            user: decode(self.url.username()),
            password: decode(self.url.password().unwrap_or_default()),
        })
    }

    /// The link without user and password, where it has any.
    pub fn without_credentials(&self) -> Option<Self> {
        self.credentials().map(|_| Self { url: self.request_url() })
    }

    /// The host's name, for people.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// `host:port`, what a server is known by.
    pub fn authority(&self) -> String {
        format!("{}:{}", self.host(), self.url.port_or_known_default().unwrap_or(0))
    }

    /// Whether secrets meant for `self` may go to `other`: same scheme, host and port.
    pub fn same_origin(&self, other: &Self) -> bool {
        self.url.origin() == other.url.origin()
    }

    /// Whether it is fetched over TLS.
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// The link without user, password, query: what may stand in a log or on the screen.
    pub fn redacted(&self) -> String {
        let url = &self.url;
        if url.username().is_empty() && url.password().is_none() && url.query().is_none() {
            return url.as_str().to_owned();
        }
        let mut url = self.request_url();
        let had_query = url.query().is_some();
        url.set_query(None);
        if had_query { format!("{url}?…") } else { url.to_string() }
    }

    /// The first value in the query under `name`, whose case does not count. Never to be shown:
    /// it may sign the link.
    pub fn query_value(&self, name: &str) -> Option<String> {
        let mut pairs = self.url.query_pairs();
        pairs.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.into_owned())
    }

    /// Whether the link's ending is that of a file which is never a web page.
    pub fn names_a_file(&self) -> bool {
        let segment = self.last_segment().unwrap_or_default().to_ascii_lowercase();
        let ending = segment.rsplit_once('.').map_or("", |(_, ending)| ending);
        FILE_ENDINGS.binary_search(&ending).is_ok()
    }

    /// The last non-empty segment of the path, percent-decoded once where that gives UTF-8.
    pub fn last_segment(&self) -> Option<String> {
        let segment = self.url.path_segments()?.rfind(|s| !s.is_empty())?;
        Some(percent_decode(segment))
    }
}

/// Endings of what is never a web page.
const FILE_ENDINGS: [&str; 46] = [
    "7z",
    "aac",
    "apk",
    "appimage",
    "avi",
    "bin",
    "bz2",
    "cab",
    "deb",
    "dmg",
    "epub",
    "exe",
    "flac",
    "flv",
    "gguf",
    "gz",
    "img",
    "iso",
    "jar",
    "jpg",
    "lz",
    "lz4",
    "m4a",
    "m4v",
    "mkv",
    "mov",
    "mp3",
    "mp4",
    "mpg",
    "msi",
    "ogg",
    "opus",
    "pkg",
    "png",
    "qcow2",
    "rar",
    "rpm",
    "safetensors",
    "tar",
    "tgz",
    "vhd",
    "wav",
    "webm",
    "xz",
    "zip",
    "zst",
];

/// Undoes `%XX`; what is then not UTF-8 stays as it was.
pub fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = |i: usize| bytes.get(i).and_then(|b| char::from(*b).to_digit(16));
        if bytes[at] == b'%'
            && let (Some(high), Some(low)) = (hex(at + 1), hex(at + 2))
        {
            out.push(u8::try_from(high * 16 + low).unwrap_or_default());
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

impl TryFrom<String> for SourceUrl {
    type Error = UrlError;

    fn try_from(text: String) -> Result<Self, UrlError> {
        Self::parse(&text)
    }
}

impl From<SourceUrl> for String {
    fn from(url: SourceUrl) -> Self {
        url.url.into()
    }
}

impl std::fmt::Debug for SourceUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.redacted())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_with_a_reason() {
        for (text, expected) in [
            ("", UrlError::Empty),
            ("   ", UrlError::Empty),
            ("http://", UrlError::NoHost),
            ("http:///", UrlError::NoHost),
            ("hello", UrlError::Malformed),
            ("http://h/a b", UrlError::Blank),
            ("http://h/a\r\nX: y", UrlError::Blank),
            ("ftp://h/a", UrlError::NotYet("ftp".into())),
            ("file:///etc/passwd", UrlError::Scheme("file".into())),
            ("javascript:alert(1)", UrlError::Scheme("javascript".into())),
            ("http://[::1", UrlError::Malformed),
        ] {
            assert_eq!(SourceUrl::parse(text), Err(expected), "{text:?}");
        }
    }

    #[test]
    fn secrets_stay_out_of_what_is_shown() {
        let url =
            SourceUrl::parse("https://ann:p%40ss@h.example:8443/a/b.zip?sig=secret#frag").unwrap();
        assert_eq!(url.redacted(), "https://h.example:8443/a/b.zip?…");
        assert_eq!(format!("{url:?}"), url.redacted());
        assert_eq!(url.request_url().as_str(), "https://h.example:8443/a/b.zip?sig=secret");
        assert_eq!(url.credentials().unwrap().password, "p@ss");
        assert_eq!(url.authority(), "h.example:8443");
        assert_eq!(url.last_segment().as_deref(), Some("b.zip"));
    }

    #[test]
    fn a_link_may_be_so_long_and_no_longer() {
        let begin = "http://h/";
        let long = format!("{begin}{}", "a".repeat(MAX_URL_BYTES - begin.len()));
        assert!(SourceUrl::parse(&long).is_ok());
        assert_eq!(SourceUrl::parse(&format!("{long}a")), Err(UrlError::TooLong));
    }

    #[test]
    fn each_secret_is_left_out_by_itself() {
        for (text, shown) in [
            ("http://h/a#b", "http://h/a"),
            ("http://h/a?s", "http://h/a?…"),
            ("http://h/a?", "http://h/a?…"),
            ("http://ann@h/a", "http://h/a"),
            ("http://:p@h/a", "http://h/a"),
            ("http://ann:p@h/a", "http://h/a"),
            ("http://ann@h/a?s", "http://h/a?…"),
            ("http://:p@h/a?s", "http://h/a?…"),
        ] {
            let url = SourceUrl::parse(text).unwrap();
            assert_eq!(url.redacted(), shown, "{text}");
            assert_eq!(url.credentials().is_some(), text.contains('@'), "{text}");
            let bare = url.without_credentials().map(String::from);
            assert_eq!(bare.is_some_and(|bare| !bare.contains('@')), text.contains('@'), "{text}");
        }
    }

    #[test]
    fn follows_locations() {
        let url = SourceUrl::parse("http://h/a/b?q=1").unwrap();
        assert_eq!(url.join("c").unwrap().as_str(), "http://h/a/c");
        assert_eq!(url.join("//x/y").unwrap().as_str(), "http://x/y");
        assert_eq!(url.join("file:///etc/passwd"), Err(UrlError::Scheme("file".into())));
        assert!(!url.same_origin(&url.join("https://h/a").unwrap()));
        assert!(url.same_origin(&url.join("http://h:80/z").unwrap()));
    }

    #[test]
    fn a_links_ending_tells_a_file_from_a_page() {
        assert!(FILE_ENDINGS.is_sorted());
        let names = |text| SourceUrl::parse(text).unwrap().names_a_file();
        assert!(names("http://h/a.ISO?x=1") && names("http://h/a%2Etar.gz"));
        assert!(!names("http://h/") && !names("http://h/zip") && !names("http://h/a.html"));
    }

    #[test]
    fn decodes_once_and_only_utf8() {
        assert_eq!(percent_decode("%E4%B8%AD%2520"), "中%20");
        assert_eq!(percent_decode("%ff%zz%"), "%ff%zz%");
    }
}
