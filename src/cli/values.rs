//! Values of options that are no secrets, read from their text. An error is a phrase that clap puts
//! behind the option and the text it was given.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use crate::model::checksum::{Checksum, Expected};
use crate::model::id::JobId;

/// A job's number.
pub(super) fn id(text: &str) -> Result<JobId, &'static str> {
    text.parse().ok().filter(|n| *n > 0).map(JobId).ok_or("a download's number is expected")
}

/// Bytes a second: digits, then perhaps k, M or G (powers of 1024).
pub(super) fn limit(text: &str) -> Result<u64, &'static str> {
    const EXPECTED: &str = "a number above 0 is expected, with k, M or G behind it, as in 500k";
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let step: u64 = match &text[digits.len()..] {
        "" => 1,
        "k" | "K" => 1 << 10,
        "m" | "M" => 1 << 20,
        "g" | "G" => 1 << 30,
        _ => return Err(EXPECTED),
    };
    if digits.starts_with('+') {
        return Err(EXPECTED);
    }
    let bytes = digits.parse::<u64>().ok().and_then(|n| n.checked_mul(step));
    bytes.filter(|n| *n > 0).ok_or(EXPECTED)
}

/// `auto`, `none` or `ALG:HEX`.
pub(super) fn expected(text: &str) -> Result<Expected, String> {
    match text {
        "auto" => Ok(Expected::Sidecar),
        "none" => Ok(Expected::Nothing),
        _ => text.parse::<Checksum>().map(Expected::Given).map_err(|error| error.to_string()),
    }
}

/// A moment in ISO 8601; without a zone, in the system's.
pub(super) fn time(text: &str) -> Result<Timestamp, &'static str> {
    time_in(text, &TimeZone::system())
}

fn time_in(text: &str, zone: &TimeZone) -> Result<Timestamp, &'static str> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    if let Ok(at) = text.parse::<Zoned>() {
        return Ok(at.timestamp());
    }
    text.parse::<DateTime>()
        .and_then(|local| zone.to_timestamp(local))
        .map_err(|_| "a time is expected, as in 2026-11-23T08:00 or 2026-11-23T08:00:00Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_have_suffixes() {
        for (text, expected) in [
            ("1", Some(1)),
            ("500k", Some(500 * 1024)),
            ("2M", Some(2 << 20)),
            ("1g", Some(1 << 30)),
            ("0", None),
            ("-1", None),
            ("+1", None),
            ("1.5M", None),
            ("1T", None),
            ("1kk", None),
            ("k", None),
            ("", None),
            ("99999999999G", None),
        ] {
            assert_eq!(limit(text).ok(), expected, "{text}");
        }
    }

    #[test]
    fn numbers_of_jobs_are_positive() {
        assert_eq!(id("7"), Ok(JobId(7)));
        for text in ["0", "-7", "a", "", "9223372036854775808"] {
            assert!(id(text).is_err(), "{text}");
        }
    }

    #[test]
    fn checksums_or_auto() {
        assert_eq!(expected("auto"), Ok(Expected::Sidecar));
        assert_eq!(expected("none"), Ok(Expected::Nothing));
        assert!(matches!(expected("md5:d41d8cd98f00b204e9800998ecf8427e"), Ok(Expected::Given(_))));
        assert!(expected("sha256:1234").is_err());
        assert!(expected("Auto").is_err());
    }

    #[test]
    fn times_without_a_zone_are_local() {
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        for (text, expected) in [
            ("2026-11-23T08:00:00Z", Some("2026-11-23T08:00:00Z")),
            ("2026-11-23T08:00+01:00", Some("2026-11-23T07:00:00Z")),
            ("2026-11-23T08:00[UTC]", Some("2026-11-23T08:00:00Z")),
            ("2026-11-23T08:00", Some("2026-11-23T06:00:00Z")),
            ("2026-11-23 08:00:30", Some("2026-11-23T06:00:30Z")),
            ("2026-11-23", Some("2026-11-22T22:00:00Z")),
            ("tomorrow", None),
            ("", None),
        ] {
            let expected = expected.map(|at| at.parse::<Timestamp>().unwrap());
            assert_eq!(time_in(text, &zone).ok(), expected, "{text}");
        }
    }
}
