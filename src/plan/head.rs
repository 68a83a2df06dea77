//! The head of an answer as the facts that decisions are made from.

use std::time::{Duration, SystemTime};

use crate::model::digests::Digests;
use crate::model::link_header;
use crate::model::url::SourceUrl;
use crate::model::validator::{EntityTag, STRONG_DATE_AGE_SECS, Validator};

use super::content_range::{self, BadRange, ContentRange};
use super::digests::{self, Linked, Message, Told};

/// Longest wait taken from a `Retry-After`; what asks for more is waited for this long and said.
pub const MAX_RETRY_AFTER: Duration = Duration::from_hours(1);

/// What an answer's head says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The status code.
    pub status: u16,
    /// `Content-Range`, where there is one.
    pub content_range: Option<Result<ContentRange, BadRange>>,
    /// Length of the body, where it is told. None for chunked and close-delimited bodies.
    pub length: Option<u64>,
    /// The body ends with a last chunk, so that its end is proved.
    pub chunked: bool,
    /// The transfer codings, lower case, where there are others than one `chunked` at the end of
    /// which the framing takes care (RFC 9112 §6.1): the body is not what it stands for.
    pub coding: Option<String>,
    /// What identifies the representation.
    pub validator: Validator,
    /// Digests of this message's content alone, before any transfer coding.
    pub content_digests: Digests,
    /// What a redirect tells of the file it leads to.
    pub linked: Option<Linked>,
    /// `Content-Type`, lower case, without parameters.
    pub content_type: Option<String>,
    /// `Content-Encoding`, lower case, where it is not `identity`.
    pub encoding: Option<String>,
    /// `Retry-After`, at most [`MAX_RETRY_AFTER`].
    pub retry_after: Option<Duration>,
    /// `Location`.
    pub location: Option<String>,
    /// Copies of the file it names (`Link: <…>; rel=duplicate`, RFC 6249 §3), as they came.
    pub duplicates: Vec<String>,
    /// Metalink documents it names that describe the file (`Link: <…>; rel=describedby`, RFC 6249
    /// §4.1), as they came.
    pub descriptions: Vec<String>,
    /// `Content-Disposition` as it came.
    pub disposition: Option<Vec<u8>>,
}

impl Head {
    /// Reads a head. `length` is what the message's framing says (RFC 9112 §6.3).
    pub fn read<'a>(
        status: u16,
        length: Option<u64>,
        headers: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    ) -> Self {
        let headers: Vec<(&str, &[u8])> = headers.into_iter().collect();
        let mut head = Self { status, length, ..Self::default() };
        let mut date = None;
        let mut retry_after = None;
        let mut codings = Vec::new();
        for (name, value) in headers.iter().copied() {
            match name.to_ascii_lowercase().as_str() {
                "content-range" => head.content_range = Some(content_range::parse(value)),
                "transfer-encoding" => codings.extend(tokens(value)),
                "etag" => head.validator.etag = Some(EntityTag(latin1(value))),
                "last-modified" => head.validator.last_modified = Some(latin1(value)),
                "date" => date = http_date(value),
                "content-type" => head.content_type = first_token(value),
                "content-encoding" => {
                    head.encoding = first_token(value).filter(|e| e != "identity");
                }
                "retry-after" => retry_after = Some(latin1(value)),
                "location" => head.location = Some(location(value)),
                "content-disposition" => head.disposition = Some(value.to_vec()),
                _ => {}
            }
        }
        head.chunked = codings == ["chunked"];
        head.coding = (!head.chunked && !codings.is_empty()).then(|| codings.join(", "));
        head.validator.strong_date = is_strong(head.validator.last_modified.as_deref(), date);
        head.retry_after = retry_after.and_then(|text| wait(&text, date));
        let is_link = |name: &str| name.eq_ignore_ascii_case("link");
        let links = headers.iter().filter(|(name, _)| is_link(name)).map(|(_, value)| *value);
        head.duplicates = link_header::duplicates(links.clone());
        head.descriptions = link_header::descriptions(links);
        head.read_digests(&headers);
        head
    }

    fn read_digests(&mut self, headers: &[(&str, &[u8])]) {
        let (status, is_encoded) = (self.status, self.encoding.is_some());
        let is_whole = match self.content_range {
            Some(Ok(ContentRange::Bytes { range, total })) => {
                range.start == 0 && total == Some(range.end)
            }
            Some(Ok(ContentRange::Unsatisfied { .. }) | Err(_)) => false,
            None => status == 200,
        };
        let Told { whole, content, linked } =
            digests::read(Message { status, is_whole, is_encoded, headers });
        self.validator.digests = whole;
        self.content_digests = content;
        self.linked = linked;
    }

    /// Takes over what the redirect that led here told of the file, where this answer is of that
    /// file's size and does not know better itself.
    pub fn adopt(&mut self, linked: Linked) {
        let total = match self.content_range {
            Some(Ok(ContentRange::Bytes { total, .. })) => total,
            Some(Ok(ContentRange::Unsatisfied { .. }) | Err(_)) | None => self.length,
        };
        let is_file = matches!(self.status, 200 | 206) && self.encoding.is_none();
        if is_file && total == Some(linked.size) {
            self.validator.digests.add(linked.digest);
        }
    }

    /// Takes over the copies and descriptions that a redirect at `there` told of, on the way to this
    /// answer (RFC 6249 §7). What this answer tells itself comes first.
    pub fn hear_of(&mut self, redirect: Self, there: &SourceUrl) {
        let kinds = [
            (&mut self.duplicates, redirect.duplicates),
            (&mut self.descriptions, redirect.descriptions),
        ];
        for (known, told) in kinds {
            let urls = told.iter().filter_map(|to| there.join(to).ok());
            known.extend(urls.map(|url| url.as_str().to_owned()));
            known.truncate(link_header::MAX_DUPLICATES);
        }
    }

    /// Whether the body is a web page.
    pub fn is_page(&self) -> bool {
        self.content_type.as_deref().is_some_and(super::identity::is_page)
    }
}

/// Bytes as text, each byte one character: what is echoed must be what came.
fn latin1(value: &[u8]) -> String {
    value.trim_ascii().iter().map(|b| char::from(*b)).collect()
}

/// A `Location` may hold raw UTF-8.
fn location(value: &[u8]) -> String {
    String::from_utf8(value.trim_ascii().to_vec()).unwrap_or_else(|_| latin1(value))
}

fn first_token(value: &[u8]) -> Option<String> {
    let text = latin1(value);
    let token = text.split([';', ',']).next()?.trim().to_ascii_lowercase();
    (!token.is_empty()).then_some(token)
}

/// The members of a list, lower case. `identity`, once a transfer coding, is none.
fn tokens(value: &[u8]) -> Vec<String> {
    let text = latin1(value).to_ascii_lowercase();
    let members = text.split(',').map(str::trim);
    members.filter(|m| !m.is_empty() && *m != "identity").map(str::to_owned).collect()
}

fn http_date(value: &[u8]) -> Option<SystemTime> {
    httpdate::parse_http_date(&latin1(value)).ok()
}

/// RFC 9110 §8.8.2.2 with the sixty seconds browsers keep.
fn is_strong(last_modified: Option<&str>, date: Option<SystemTime>) -> bool {
    let modified = last_modified.and_then(|text| httpdate::parse_http_date(text).ok());
    match (modified, date) {
        (Some(modified), Some(date)) => date
            .duration_since(modified)
            .is_ok_and(|age| age >= Duration::from_secs(STRONG_DATE_AGE_SECS)),
        _ => false,
    }
}

/// Both forms of `Retry-After` (RFC 9110 §10.2.3); a date is measured against the answer's own.
fn wait(text: &str, date: Option<SystemTime>) -> Option<Duration> {
    let asked = match text.parse::<u64>() {
        Ok(secs) => Duration::from_secs(secs),
        Err(_) => httpdate::parse_http_date(text).ok()?.duration_since(date?).unwrap_or_default(),
    };
    Some(asked.min(MAX_RETRY_AFTER))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(headers: &[(&'static str, &'static str)]) -> Head {
        Head::read(200, None, headers.iter().map(|(n, v)| (*n, v.as_bytes())))
    }

    #[test]
    fn a_date_is_strong_when_a_minute_old() {
        let at = |modified, date| {
            read(&[("Last-Modified", modified), ("Date", date)]).validator.strong_date
        };
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert!(at("Sun, 06 Nov 1994 08:48:37 GMT", date));
        assert!(!at("Sun, 06 Nov 1994 08:48:38 GMT", date));
        assert!(!at("Sun, 06 Nov 1994 09:48:38 GMT", date));
        assert!(!at("yesterday", date));
        assert!(!read(&[("last-modified", date)]).validator.strong_date);
    }

    #[test]
    fn retry_after_in_both_forms_and_capped() {
        let wait = |value| {
            read(&[("Date", "Sun, 06 Nov 1994 08:49:37 GMT"), ("Retry-After", value)]).retry_after
        };
        assert_eq!(wait("3"), Some(Duration::from_secs(3)));
        assert_eq!(wait("Sun, 06 Nov 1994 08:49:47 GMT"), Some(Duration::from_secs(10)));
        assert_eq!(wait("Sun, 06 Nov 1994 08:49:27 GMT"), Some(Duration::ZERO));
        assert_eq!(wait("99999999"), Some(MAX_RETRY_AFTER));
        assert_eq!(wait("soon"), None);
    }

    /// The whole's and the content's digest in a part or a whole, by name of the algorithm.
    fn digests(status: u16, more: &[(&'static str, &'static str)]) -> (Vec<&'static str>, usize) {
        let sent = [
            ("Repr-Digest", "sha=:Kq5sNclPz7QV2+lfQIuc6R7oRu0=:"),
            ("Content-Digest", "md5=:XrY7u+Ae7tCTyyK7j1rNww==:"),
            ("x-amz-checksum-crc32", "DUoRhQ=="),
        ];
        let all = sent.iter().chain(more).map(|(n, v)| (*n, v.as_bytes()));
        let head = Head::read(status, Some(11), all);
        let whole = head.validator.digests.iter().map(|d| d.algorithm.name()).collect();
        (whole, head.content_digests.iter().count())
    }

    #[test]
    fn what_is_the_whole_tells_more_of_it() {
        let all = (vec!["sha1", "md5", "crc32"], 1);
        let part = (vec!["sha1"], 1);
        for (status, more, expected) in [
            (200, &[][..], &all),
            (206, &[("Content-Range", "bytes 0-10/11")], &all),
            (206, &[("Content-Range", "bytes 0-10/12")], &part),
            (206, &[("Content-Range", "bytes 0-10/*")], &part),
            (206, &[("Content-Range", "bytes 1-11/12")], &part),
            (206, &[], &part),
            (200, &[("Content-Range", "bytes 1-11/12")], &part),
            (200, &[("Content-Encoding", "gzip")], &(vec!["sha1", "md5"], 1)),
            (404, &[], &(vec![], 0)),
        ] {
            assert_eq!(digests(status, more), *expected, "{status} {more:?}");
        }
    }

    #[test]
    fn what_a_redirect_told_counts_for_the_file_it_spoke_of() {
        let hex = "ab".repeat(32);
        let linked = Linked { digest: format!("sha256:{hex}").parse().unwrap(), size: 11 };
        let adopted = |status, length, more: &[(&'static str, &'static str)]| {
            let headers = more.iter().map(|(n, v)| (*n, v.as_bytes()));
            let mut head = Head::read(status, Some(length), headers);
            head.adopt(linked.clone());
            head.validator.digests.strongest() == Some(&linked.digest)
        };
        assert!(adopted(200, 11, &[]));
        assert!(adopted(206, 4, &[("Content-Range", "bytes 7-10/11")]));
        assert!(!adopted(206, 11, &[("Content-Range", "bytes 0-10/12")]));
        assert!(!adopted(200, 12, &[]), "a page of another size");
        assert!(!adopted(404, 11, &[]));
        assert!(!adopted(200, 11, &[("Content-Encoding", "br")]));
        let own = "sha-256=:uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=:";
        assert!(!adopted(200, 11, &[("Repr-Digest", own)]), "the file's server knows better");
    }

    #[test]
    fn a_redirect_may_name_copies_and_descriptions() {
        let link =
            "<b>; rel=duplicate, </c.meta4>; rel=describedby; type=application/metalink4+xml";
        let mut head = read(&[("Link", "<http://m/own>; rel=duplicate")]);
        let there = SourceUrl::parse("http://h/dir/a").unwrap();
        head.hear_of(read(&[("Link", link)]), &there);
        assert_eq!(head.duplicates, ["http://m/own", "http://h/dir/b"]);
        assert_eq!(head.descriptions, ["http://h/c.meta4"]);
        let many: Vec<_> = (0..30).map(|n| format!("<{n}>; rel=duplicate")).collect();
        let many = Head::read(302, None, [("Link", many.join(",").as_bytes())]);
        head.hear_of(many, &there);
        assert_eq!(head.duplicates.len(), link_header::MAX_DUPLICATES);
    }

    #[test]
    fn what_is_chunked_and_nothing_else_is_the_file_itself() {
        let codings = |values: &[&'static str]| {
            let fields: Vec<_> = values.iter().map(|v| ("Transfer-Encoding", *v)).collect();
            let head = read(&fields);
            (head.chunked, head.coding)
        };
        let coded = |text: &str| (false, Some(text.to_owned()));
        assert_eq!(codings(&[]), (false, None));
        assert_eq!(codings(&["Chunked"]), (true, None));
        assert_eq!(codings(&["identity"]), (false, None));
        assert_eq!(codings(&["identity, chunked,"]), (true, None));
        assert_eq!(codings(&["gzip, chunked"]), coded("gzip, chunked"));
        assert_eq!(codings(&["gzip", "chunked"]), coded("gzip, chunked"));
        assert_eq!(codings(&["chunked, other"]), coded("chunked, other"));
        assert_eq!(codings(&["chunked", "chunked"]), coded("chunked, chunked"));
    }

    #[test]
    fn reads_the_facts() {
        let head = read(&[
            ("ETag", "\"a\""),
            ("Content-Type", "Text/HTML; charset=x"),
            ("Content-Encoding", "identity"),
            ("Location", "/中"),
        ]);
        assert!(head.is_page());
        assert_eq!((head.encoding, head.location.as_deref()), (None, Some("/中")));
        assert_eq!(head.validator.if_range(), Some("\"a\""));
    }
}
