//! What the fault server is asked and what it replies: an origin's honest answer, bent as a row of
//! the tests wants it. Header text is bytes shown in Latin-1, so that what is echoed can be compared.

use std::time::Duration;

/// Of every answer of an origin.
const DATE: &str = "Sun, 22 Nov 2026 12:00:00 GMT";

/// One request, as it came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    /// How many requests came before it.
    pub(crate) number: usize,
    /// How many requests came before it on its connection.
    pub(crate) nth: usize,
    /// How many connections came before its own.
    pub(crate) connection: usize,
    /// How many requests are being answered, this one among them.
    pub(crate) at_once: usize,
    /// The path with its query.
    pub(crate) path: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
}

impl Asked {
    /// The value of a header; `name` in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The range asked for: its first byte and, where told, one past its last.
    pub(crate) fn range(&self) -> Option<(usize, Option<usize>)> {
        let (first, last) = self.header("range")?.strip_prefix("bytes=")?.split_once('-')?;
        Some((first.parse().ok()?, last.parse().ok().map(|last: usize| last + 1)))
    }

    /// The first byte asked for.
    pub(crate) fn first(&self) -> usize {
        self.range().map_or(0, |(first, _)| first)
    }
}

/// What happens once a reply's bytes are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The connection waits for the next request.
    Open,
    /// It is closed.
    Fin,
    /// It is reset.
    Reset,
    /// It stays, and nothing more is sent.
    Hang,
}

/// One reply.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    line: String,
    headers: Vec<String>,
    line_end: &'static str,
    body: Vec<u8>,
    /// Bytes of the body that are sent before the end.
    sends: usize,
    /// What comes then.
    pub(crate) end: End,
    /// Sent after this long.
    pub(crate) pause: Duration,
    /// Bytes of the body in a second; nought for as many as go.
    pub(crate) rate_bps: u64,
    /// After so many bytes it goes no faster than so many a second.
    pub(crate) collapse: Option<(u64, u64)>,
}

impl Reply {
    /// A whole reply with its length told.
    pub(crate) fn new(status: &str, body: &[u8]) -> Self {
        let reply = Self {
            line: format!("HTTP/1.1 {status}"),
            headers: Vec::new(),
            line_end: "\r\n",
            body: body.to_vec(),
            sends: usize::MAX,
            end: End::Open,
            pause: Duration::ZERO,
            rate_bps: 0,
            collapse: None,
        };
        reply.with("Content-Length", &body.len().to_string())
    }

    /// Nothing at all, then this end.
    pub(crate) fn nothing(end: End) -> Self {
        Self { line: String::new(), headers: Vec::new(), line_end: "", ..Self::new("", &[]) }
            .ends(end)
    }

    /// A redirect.
    pub(crate) fn redirect(to: &str) -> Self {
        Self::new("302 Found", &[]).with("Location", to)
    }

    /// This status in place of the one there is.
    pub(crate) fn status(self, status: &str) -> Self {
        self.line(&format!("HTTP/1.1 {status}"))
    }

    /// This first line, whatever it is.
    pub(crate) fn line(self, line: &str) -> Self {
        Self { line: line.to_owned(), ..self }
    }

    /// Lines ended like this.
    pub(crate) fn line_end(self, line_end: &'static str) -> Self {
        Self { line_end, ..self }
    }

    /// A header in place of those of its name.
    pub(crate) fn with(self, name: &str, value: &str) -> Self {
        self.without(name).raw(&format!("{name}: {value}"))
    }

    /// A header line, whatever it is.
    pub(crate) fn raw(mut self, line: &str) -> Self {
        self.headers.push(line.to_owned());
        self
    }

    /// No header of this name.
    pub(crate) fn without(mut self, name: &str) -> Self {
        let prefix = format!("{}:", name.to_ascii_lowercase());
        self.headers.retain(|line| !line.to_ascii_lowercase().starts_with(&prefix));
        self
    }

    /// Another body; the headers stay.
    pub(crate) fn body(self, body: &[u8]) -> Self {
        Self { body: body.to_vec(), ..self }
    }

    /// Another body, and its length.
    pub(crate) fn sized(self, body: &[u8]) -> Self {
        self.body(body).with("Content-Length", &body.len().to_string())
    }

    /// The body in chunks of this many bytes, then `last`, which is `0\r\n\r\n` as a rule.
    pub(crate) fn chunked(mut self, size: usize, last: &str) -> Self {
        let mut body = Vec::new();
        for chunk in self.body.chunks(size) {
            body.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
            body.extend_from_slice(chunk);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(last.as_bytes());
        self.body = body;
        self.without("Content-Length").with("Transfer-Encoding", "chunked")
    }

    /// Only the first `bytes` of the body, then this end.
    pub(crate) fn cut(self, bytes: usize, end: End) -> Self {
        Self { sends: bytes, end, ..self }
    }

    /// This end.
    pub(crate) fn ends(self, end: End) -> Self {
        Self { end, ..self }
    }

    /// The body no faster than so many bytes a second.
    pub(crate) fn paced(self, rate_bps: u64) -> Self {
        Self { rate_bps, ..self }
    }

    /// After `bytes` of the body no faster than so many bytes a second.
    pub(crate) fn collapses(self, bytes: u64, rate_bps: u64) -> Self {
        Self { collapse: Some((bytes, rate_bps)), ..self }
    }

    /// How long so many bytes of the body take, in milliseconds.
    pub(crate) fn takes_ms(&self, bytes: u64) -> u64 {
        let (before, slow_bps) = self.collapse.unwrap_or((u64::MAX, 1));
        let fast = (bytes.min(before) * 1000).checked_div(self.rate_bps).unwrap_or(0);
        fast + bytes.saturating_sub(before) * 1000 / slow_bps
    }

    /// Without a length: the end of the connection is the end of the body.
    pub(crate) fn unsized_body(self) -> Self {
        self.without("Content-Length").line("HTTP/1.0 200 OK").ends(End::Fin)
    }

    /// The head as it is sent.
    pub(crate) fn head(&self) -> Vec<u8> {
        if self.line_end.is_empty() {
            return Vec::new();
        }
        let lines = std::iter::once(&self.line).chain(&self.headers);
        let text: String = lines.flat_map(|line| [line.as_str(), self.line_end]).collect();
        bytes_of(&(text + self.line_end))
    }

    /// The body as it is sent.
    pub(crate) fn sent_body(&self) -> &[u8] {
        &self.body[..self.sends.min(self.body.len())]
    }
}

/// The bytes that Latin-1 text stands for.
fn bytes_of(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

/// One file on a server, and what identifies it.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    /// Its bytes.
    pub(crate) content: Vec<u8>,
    /// `ETag`.
    pub(crate) etag: Option<&'static str>,
    /// `Last-Modified`.
    pub(crate) modified: Option<&'static str>,
}

/// Long before the `Date` of an origin's answers.
pub(crate) const OLD: &str = "Sun, 01 Nov 2026 12:00:00 GMT";

impl Origin {
    /// A file of `size` bytes with a strong entity tag. Two seeds share no byte at any place.
    pub(crate) fn new(size: usize, seed: u8) -> Self {
        let etag = if seed == 0 { "\"zero\"" } else { "\"other\"" };
        Self { content: content(size, seed), etag: Some(etag), modified: None }
    }

    /// Its checksum, as an option takes it.
    pub(crate) fn checksum(&self) -> String {
        use sha2::Digest;
        let digest = sha2::Sha256::digest(&self.content);
        digest.iter().fold("sha256:".to_owned(), |text, byte| text + &format!("{byte:02x}"))
    }

    /// The same file, identified otherwise.
    pub(crate) fn known_by(
        &self,
        etag: Option<&'static str>,
        modified: Option<&'static str>,
    ) -> Self {
        Self { etag, modified, ..self.clone() }
    }

    /// The honest answer (RFC 9110 §13.1.5 and §14.2).
    pub(crate) fn answer(&self, asked: &Asked) -> Reply {
        let strong = self.etag.filter(|tag| !tag.starts_with("W/"));
        let unchanged = asked
            .header("if-range")
            .is_none_or(|v| Some(v) == strong || (self.etag.is_none() && Some(v) == self.modified));
        match asked.range() {
            Some((first, end)) if unchanged => self.part(first, end),
            Some(_) | None => self.whole(),
        }
    }

    /// The answer of a server that does not know `If-Range`.
    pub(crate) fn unconditional(&self, asked: &Asked) -> Reply {
        asked.range().map_or_else(|| self.whole(), |(first, end)| self.part(first, end))
    }

    /// 200 with all of it.
    pub(crate) fn whole(&self) -> Reply {
        self.identified(Reply::new("200 OK", &self.content))
    }

    /// 206 from `first` to before `end`, or 416.
    pub(crate) fn part(&self, first: usize, end: Option<usize>) -> Reply {
        let size = self.content.len();
        let end = end.unwrap_or(size).min(size);
        if first >= end {
            return Reply::new("416 Range Not Satisfiable", &[])
                .with("Content-Range", &format!("bytes */{size}"));
        }
        let reply = Reply::new("206 Partial Content", &self.content[first..end]);
        let place = format!("bytes {first}-{}/{size}", end - 1);
        self.identified(reply.with("Content-Range", &place))
    }

    fn identified(&self, reply: Reply) -> Reply {
        let reply = reply.with("Date", DATE).with("Content-Type", "application/octet-stream");
        let reply = self.etag.iter().fold(reply, |reply, tag| reply.with("ETag", tag));
        self.modified.iter().fold(reply, |reply, date| reply.with("Last-Modified", date))
    }
}

/// Bytes that tell their place: two seeds differ at every place.
pub(crate) fn content(size: usize, seed: u8) -> Vec<u8> {
    content_at(0, size, seed)
}

/// Those of them that begin at a place.
pub(crate) fn content_at(at: u64, size: usize, seed: u8) -> Vec<u8> {
    (at..at + size as u64)
        .map(|i| (i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40).to_le_bytes()[0] ^ seed)
        .collect()
}
