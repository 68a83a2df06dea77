//! A `curl` command line, as browsers copy it ("Copy as cURL") for bash and for cmd: which link it
//! fetches, and with what.
//!
//! Invariants: never panics; no header holds a line break; what would not fetch the same is an error
//! and never passed over: only what Onward sets itself and what concerns curl's own output is left out.

use super::option_text;
use super::options::{Credentials, Header};
use super::shell_words::{self, Flavour};

/// What a command line asks for.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct CurlLine {
    /// The links, at least one.
    pub links: Vec<String>,
    /// Header lines, but for those below.
    pub headers: Vec<Header>,
    /// `Cookie`.
    pub cookie: Option<String>,
    /// `User-Agent`.
    pub user_agent: Option<String>,
    /// `Referer`.
    pub referer: Option<String>,
    /// User and password.
    pub credentials: Option<Credentials>,
    /// The file's name.
    pub name: Option<String>,
    /// The proxy, with its scheme.
    pub proxy: Option<String>,
    /// Accept any certificate.
    pub insecure: bool,
}

impl std::fmt::Debug for CurlLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Nearly all of it may be secret, the links' queries too.
        f.debug_struct("CurlLine")
            .field("links", &self.links.len())
            .field("headers", &self.headers.len())
            .finish_non_exhaustive()
    }
}

/// Why a command line cannot be fetched as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CurlError {
    /// A quote is not closed, or the line breaks off.
    Unfinished,
    /// Several commands stand there.
    Several,
    /// It names no link.
    NoLink,
    /// It sends something, as a form does; a download asks for something.
    Sends,
    /// It reads a file of this computer.
    ReadsFile,
    /// A header that cannot be sent; this is its name, as far as it is one.
    Header(String),
    /// An option that Onward has nothing like.
    Option(String),
}

/// Whether a text is meant as a `curl` command line.
pub fn is_curl(text: &str) -> bool {
    let word = text.split_whitespace().next().unwrap_or_default();
    let has_more = text.trim().len() > word.len();
    has_more && ["curl", "curl.exe"].iter().any(|name| word.eq_ignore_ascii_case(name))
}

/// Options without a value that change nothing of what comes: progress, redirects (followed always),
/// versions of the protocol, and the like.
const FLAGS: [&str; 40] = [
    "location",
    "compressed",
    "silent",
    "show-error",
    "fail",
    "fail-with-body",
    "fail-early",
    "verbose",
    "include",
    "globoff",
    "progress-bar",
    "no-progress-meter",
    "remote-name",
    "remote-name-all",
    "remote-header-name",
    "remote-time",
    "get",
    "http1.0",
    "http1.1",
    "http2",
    "http2-prior-knowledge",
    "http3",
    "ipv4",
    "ipv6",
    "no-buffer",
    "no-keepalive",
    "tcp-nodelay",
    "tcp-fastopen",
    "ssl",
    "ssl-reqd",
    "tlsv1",
    "tlsv1.0",
    "tlsv1.1",
    "tlsv1.2",
    "tlsv1.3",
    "create-dirs",
    "parallel",
    "raw",
    "disable",
    "path-as-is",
];

/// Options with a value that change nothing of what comes, or that Onward decides itself.
const PASSED_OVER: [&str; 22] = [
    "max-time",
    "connect-timeout",
    "retry",
    "retry-delay",
    "retry-max-time",
    "range",
    "continue-at",
    "write-out",
    "cookie-jar",
    "dump-header",
    "output-dir",
    "speed-limit",
    "speed-time",
    "keepalive-time",
    "max-redirs",
    "ciphers",
    "tls13-ciphers",
    "curves",
    "stderr",
    "trace",
    "trace-ascii",
    "max-filesize",
];

/// Options that send something.
const SENDING: [&str; 9] = [
    "data",
    "data-raw",
    "data-binary",
    "data-ascii",
    "data-urlencode",
    "json",
    "form",
    "form-string",
    "upload-file",
];

/// Options by their letters.
const LETTERS: [(char, &str); 43] = [
    ('H', "header"),
    ('b', "cookie"),
    ('u', "user"),
    ('A', "user-agent"),
    ('e', "referer"),
    ('o', "output"),
    ('x', "proxy"),
    ('X', "request"),
    ('d', "data"),
    ('F', "form"),
    ('T', "upload-file"),
    ('m', "max-time"),
    ('r', "range"),
    ('C', "continue-at"),
    ('w', "write-out"),
    ('c', "cookie-jar"),
    ('D', "dump-header"),
    ('Y', "speed-limit"),
    ('y', "speed-time"),
    ('L', "location"),
    ('s', "silent"),
    ('S', "show-error"),
    ('f', "fail"),
    ('v', "verbose"),
    ('i', "include"),
    ('g', "globoff"),
    ('#', "progress-bar"),
    ('O', "remote-name"),
    ('J', "remote-header-name"),
    ('R', "remote-time"),
    ('G', "get"),
    ('0', "http1.0"),
    ('4', "ipv4"),
    ('6', "ipv6"),
    ('N', "no-buffer"),
    ('k', "insecure"),
    ('I', "head"),
    ('1', "tlsv1"),
    ('Z', "parallel"),
    ('q', "disable"),
    ('K', "config"),
    ('E', "cert"),
    ('U', "proxy-user"),
];

/// Options with a value that are read.
const READ: [&str; 9] =
    ["header", "cookie", "user", "user-agent", "referer", "output", "proxy", "request", "url"];

/// Reads a command line.
pub fn read(text: &str) -> Result<CurlLine, CurlError> {
    let flavour = Flavour::of(text);
    let words = shell_words::split(text, flavour).map_err(|error| match error {
        shell_words::SplitError::Unfinished => CurlError::Unfinished,
        shell_words::SplitError::Several => CurlError::Several,
    })?;
    let mut line = CurlLine::default();
    // The first is curl itself.
    let mut words = words.into_iter().skip(1);
    while let Some(word) = words.next() {
        match word.strip_prefix("--") {
            Some(long) if !long.is_empty() => {
                let (name, value) =
                    long.split_once('=').map_or((long, None), |(n, v)| (n, Some(v)));
                line.take(name, value.map(str::to_owned), &mut words)?;
            }
            Some(_) => {}
            None if word.len() > 1 && word.starts_with('-') => {
                line.take_letters(&word[1..], &mut words)?;
            }
            None => line.link(&word),
        }
    }
    if line.links.is_empty() { Err(CurlError::NoLink) } else { Ok(line) }
}

impl CurlLine {
    /// `-sSL`, `-H value`, `-Hvalue`.
    fn take_letters(
        &mut self,
        letters: &str,
        words: &mut impl Iterator<Item = String>,
    ) -> Result<(), CurlError> {
        let mut rest = letters.chars();
        while let Some(letter) = rest.next() {
            let known = LETTERS.iter().find(|(l, _)| *l == letter);
            let Some((_, name)) = known else {
                return Err(CurlError::Option(format!("-{letter}")));
            };
            let joined = Some(rest.as_str()).filter(|rest| !rest.is_empty() && has_value(name));
            self.take(name, joined.map(str::to_owned), words)?;
            if has_value(name) {
                return Ok(());
            }
        }
        Ok(())
    }

    fn take(
        &mut self,
        name: &str,
        joined: Option<String>,
        words: &mut impl Iterator<Item = String>,
    ) -> Result<(), CurlError> {
        if SENDING.contains(&name) {
            return Err(CurlError::Sends);
        }
        if name == "insecure" {
            self.insecure = true;
            return Ok(());
        }
        if FLAGS.contains(&name) {
            return Ok(());
        }
        if !has_value(name) {
            return Err(CurlError::Option(format!("--{name}")));
        }
        let value = joined.or_else(|| words.next()).ok_or(CurlError::Unfinished)?;
        self.put(name, value)
    }

    fn put(&mut self, name: &str, value: String) -> Result<(), CurlError> {
        let one_line = |value: String| {
            let is_broken = value.chars().any(char::is_control);
            if is_broken { Err(CurlError::Header(name.to_owned())) } else { Ok(value) }
        };
        match name {
            "header" => self.header(&value)?,
            "cookie" if !value.contains('=') => return Err(CurlError::ReadsFile),
            "cookie" => self.cookie = Some(one_line(value)?),
            "user-agent" => self.user_agent = Some(one_line(value)?),
            // `;auto` is curl's own word for what it does behind a redirect.
            "referer" => {
                let link = value.trim_end_matches(";auto").to_owned();
                self.referer = Some(one_line(link)?).filter(|link| !link.is_empty());
            }
            "user" => {
                let value = one_line(value)?;
                let (user, password) = value.split_once(':').unwrap_or((&value, ""));
                let (user, password) = (user.to_owned(), password.to_owned());
                self.credentials = Some(Credentials { user, password });
            }
            "output" => {
                let last = value.rsplit(['/', '\\']).next().unwrap_or_default();
                let is_name = !matches!(value.as_str(), "-" | "/dev/null" | "NUL");
                self.name = Some(last.to_owned()).filter(|name| is_name && !name.is_empty());
            }
            "proxy" => {
                let proxy = if value.contains("://") { value } else { format!("http://{value}") };
                if !option_text::is_proxy(&proxy) {
                    return Err(CurlError::Option("--proxy".to_owned()));
                }
                self.proxy = Some(proxy);
            }
            "request" if !value.eq_ignore_ascii_case("GET") => return Err(CurlError::Sends),
            "url" => self.link(&value),
            // What Onward decides itself.
            _ => {}
        }
        Ok(())
    }

    fn link(&mut self, text: &str) {
        let has_scheme = text.contains("://");
        self.links.push(if has_scheme { text.to_owned() } else { format!("http://{text}") });
    }

    fn header(&mut self, line: &str) -> Result<(), CurlError> {
        if line.starts_with('@') {
            return Err(CurlError::ReadsFile);
        }
        let name = line.split([':', ';']).next().unwrap_or_default().trim().to_ascii_lowercase();
        // HTTP/2's own fields are copied along by some browsers; a field without a value is curl's
        // way not to send it.
        if is_own(&name) || line.starts_with(':') {
            return Ok(());
        }
        let read = option_text::header(line).map_err(|_| CurlError::Header(name.clone()))?;
        match name.as_str() {
            _ if read.value.is_empty() => {}
            "cookie" => self.cookie = Some(read.value),
            "user-agent" => self.user_agent = Some(read.value),
            "referer" => self.referer = Some(read.value),
            _ => self.headers.push(read),
        }
        Ok(())
    }
}

/// Whether an option is followed by a value.
fn has_value(name: &str) -> bool {
    READ.contains(&name) || PASSED_OVER.contains(&name) || SENDING.contains(&name)
}

/// Whether Onward sets a header itself; `name` in lower case.
fn is_own(name: &str) -> bool {
    let more =
        ["host", "te", "upgrade", "keep-alive", "proxy-connection", "upgrade-insecure-requests"];
    option_text::OWN_HEADERS.contains(&name) || more.contains(&name) || name.starts_with("if-")
}

#[cfg(test)]
#[path = "curl_line_tests.rs"]
mod tests;
