//! The head of an answer as the facts that decisions are made from.

use std::time::{Duration, SystemTime};

use crate::model::validator::{EntityTag, STRONG_DATE_AGE_SECS, Validator};

use super::content_range::{self, BadRange, ContentRange};

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
    /// What identifies the representation.
    pub validator: Validator,
    /// `Content-Type`, lower case, without parameters.
    pub content_type: Option<String>,
    /// `Content-Encoding`, lower case, where it is not `identity`.
    pub encoding: Option<String>,
    /// `Retry-After`, at most [`MAX_RETRY_AFTER`].
    pub retry_after: Option<Duration>,
    /// `Location`.
    pub location: Option<String>,
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
        let mut head = Self { status, length, ..Self::default() };
        let mut date = None;
        let mut retry_after = None;
        for (name, value) in headers {
            match name.to_ascii_lowercase().as_str() {
                "content-range" => head.content_range = Some(content_range::parse(value)),
                "transfer-encoding" => {
                    head.chunked = latin1(value).to_ascii_lowercase().ends_with("chunked");
                }
                "etag" => head.validator.etag = Some(EntityTag(latin1(value))),
                "last-modified" => head.validator.last_modified = Some(latin1(value)),
                "date" => date = http_date(value),
                "repr-digest" => head.validator.digest = Some(latin1(value)),
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
        head.validator.strong_date = is_strong(head.validator.last_modified.as_deref(), date);
        head.retry_after = retry_after.and_then(|text| wait(&text, date));
        head
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
