//! `Content-Range` (RFC 9110 §14.4), read tolerantly: the odd spellings servers send are taken
//! where their meaning is plain, everything else is refused.

use crate::model::range::ByteRange;

/// What a `Content-Range` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentRange {
    /// `bytes first-last/total`; the range is half-open here.
    Bytes {
        /// Which bytes the body holds.
        range: ByteRange,
        /// Size of the whole, where it is told.
        total: Option<u64>,
    },
    /// `bytes */total`: none of it, as in a 416.
    Unsatisfied {
        /// Size of the whole.
        total: u64,
    },
}

/// The value cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the Content-Range cannot be used")]
pub struct BadRange;

/// Reads a `Content-Range`. Takes `bytes 0-9/10`, `bytes=0-9/10`, `bytes: 0-9/10`, `0-9/10` in any
/// case; refuses another unit, last before first, total not past last, and what overflows.
pub fn parse(value: &[u8]) -> Result<ContentRange, BadRange> {
    let text = std::str::from_utf8(value).map_err(|_| BadRange)?.trim();
    let unit = text.get(..5).filter(|u| u.eq_ignore_ascii_case("bytes"));
    let rest = match unit {
        Some(unit) => text[unit.len()..].trim_start_matches(['=', ':', ' ', '\t']),
        None => text,
    };
    let (range, total) = rest.split_once('/').ok_or(BadRange)?;
    let total = match total.trim() {
        "*" => None,
        digits => Some(number(digits)?),
    };
    if range.trim() == "*" {
        return total.map(|total| ContentRange::Unsatisfied { total }).ok_or(BadRange);
    }
    let (first, last) = range.split_once('-').ok_or(BadRange)?;
    let (first, last) = (number(first.trim())?, number(last.trim())?);
    let end = last.checked_add(1).ok_or(BadRange)?;
    if last < first || total.is_some_and(|total| total < end) {
        return Err(BadRange);
    }
    Ok(ContentRange::Bytes { range: ByteRange::new(first, end), total })
}

/// Decimal digits only: no sign, no blank; at most what SQLite and files can count.
fn number(digits: &str) -> Result<u64, BadRange> {
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(BadRange);
    }
    digits.parse().ok().filter(|n| i64::try_from(*n).is_ok()).ok_or(BadRange)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_what_servers_send() {
        let ten = ContentRange::Bytes { range: ByteRange::new(0, 10), total: Some(10) };
        for text in [
            "bytes 0-9/10",
            "bytes=0-9/10",
            "bytes: 0-9/10",
            "0-9/10",
            "Bytes  0-9/10",
            "bytes 0 - 9 / 10",
        ] {
            assert_eq!(parse(text.as_bytes()), Ok(ten), "{text}");
        }
        let open = ContentRange::Bytes { range: ByteRange::new(5, 6), total: None };
        assert_eq!(parse(b"bytes 5-5/*"), Ok(open));
        assert_eq!(parse(b"bytes */0"), Ok(ContentRange::Unsatisfied { total: 0 }));
    }

    #[test]
    fn refuses_what_lies() {
        for text in [
            "",
            "bytes",
            "bytes */*",
            "bytes 9-0/10",
            "bytes 0-9/9",
            "bytes -1-9/10",
            "items 0-9/10",
            "bytes 0-9",
            "bytes 0-99999999999999999999/*",
            "bytes 0-18446744073709551615/*",
            "bytes 0-+9/10",
            "bytes 0-9/10/11",
        ] {
            assert_eq!(parse(text.as_bytes()), Err(BadRange), "{text}");
        }
        assert_eq!(parse(b"\xff"), Err(BadRange));
    }

    proptest! {
        #[test]
        fn never_panics_and_never_gives_an_impossible_range(value in prop::collection::vec(any::<u8>(), 0..60)) {
            if let Ok(ContentRange::Bytes { range, total }) = parse(&value) {
                prop_assert!(range.start < range.end && total.is_none_or(|t| range.end <= t));
            }
        }

        #[test]
        fn reads_back_what_is_rightly_written(first in 0..1u64 << 62, len in 1..1u64 << 40, more in 0..1u64 << 40) {
            let range = ByteRange::new(first, first + len);
            let total = range.end + more;
            let text = format!("bytes {first}-{}/{total}", range.end - 1);
            prop_assert_eq!(parse(text.as_bytes()), Ok(ContentRange::Bytes { range, total: Some(total) }));
        }
    }
}
