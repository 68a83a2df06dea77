//! Until when a signed link says it is valid (ENGINE 6.4). What signs it is never read.
//! Invariant: what cannot be read as a time says nothing; of several the first counts.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::model::url::SourceUrl;

/// Seconds since 1970 that are taken for an expiry: from 2001 to 2286. Other numbers under
/// `Expires` are lengths of time or something else.
const SECONDS: std::ops::Range<i64> = 1_000_000_000..10_000_000_000;

/// When a link says that it expires: `X-Amz-Date` with `X-Amz-Expires`, the same of `X-Goog-`,
/// `Expires` in seconds since 1970, `se` of Azure. None where it does not say.
pub fn expires_at(url: &SourceUrl) -> Option<Timestamp> {
    let of = |name: &str| url.query_value(name);
    let signed = |date: &str, length: &str| {
        let from = basic(&of(date)?)?;
        let seconds: u32 = of(length)?.parse().ok()?;
        from.checked_add(SignedDuration::from_secs(seconds.into())).ok()
    };
    let seconds = of("Expires").and_then(|text| text.parse().ok());
    let told = [
        signed("X-Amz-Date", "X-Amz-Expires"),
        signed("X-Goog-Date", "X-Goog-Expires"),
        seconds.filter(|at| SECONDS.contains(at)).and_then(|at| Timestamp::from_second(at).ok()),
        of("se").and_then(|text| iso(&text)),
    ];
    told.into_iter().flatten().min()
}

/// `20261122T200000Z`.
fn basic(text: &str) -> Option<Timestamp> {
    in_utc(DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()?)
}

/// The forms Azure takes: a moment, one without seconds, a day.
fn iso(text: &str) -> Option<Timestamp> {
    let minute = || in_utc(DateTime::strptime("%Y-%m-%dT%H:%MZ", text).ok()?);
    let day = || {
        in_utc(Date::strptime("%Y-%m-%d", text).ok()?.to_datetime(jiff::civil::time(0, 0, 0, 0)))
    };
    text.parse().ok().or_else(minute).or_else(day)
}

fn in_utc(at: DateTime) -> Option<Timestamp> {
    at.to_zoned(TimeZone::UTC).ok().map(|at| at.timestamp())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(query: &str) -> Option<String> {
        let url = SourceUrl::parse(&format!("https://h/a.bin?{query}")).unwrap();
        expires_at(&url).map(|at| at.to_string())
    }

    #[test]
    fn signed_links_say_when_they_expire() {
        for (query, expected) in [
            ("X-Amz-Date=20261122T200000Z&X-Amz-Expires=3600&X-Amz-Signature=ab", "21:00:00"),
            ("x-goog-date=20261122T200000Z&x-goog-expires=60", "20:01:00"),
            ("Expires=1795377600&Signature=x&Key-Pair-Id=y", "20:00:00"),
            ("sv=2024-11-04&se=2026-11-22T20%3A00%3A00Z&sig=x", "20:00:00"),
            ("se=2026-11-22T20:00Z&sig=x", "20:00:00"),
            ("se=2026-11-22&sig=x", "00:00:00"),
            ("Expires=1795377600&se=2026-11-22T19:00:00Z", "19:00:00"),
        ] {
            assert_eq!(at(query), Some(format!("2026-11-22T{expected}Z")), "{query}");
        }
    }

    #[test]
    fn others_say_nothing() {
        for query in [
            "",
            "se=1",
            "se=asc",
            "Expires=3600",
            "Expires=never",
            "Expires=1795377600000",
            "Expires=-1795377600",
            "X-Amz-Date=20261122T200000Z",
            "X-Amz-Expires=3600",
            "X-Amz-Date=2026&X-Amz-Expires=3600",
            "X-Amz-Date=20261122T200000Z&X-Amz-Expires=-1",
            "X-Amz-Date=99991231T235959Z&X-Amz-Expires=4294967295",
            "noExpires=1795377600",
        ] {
            assert_eq!(at(query), None, "{query}");
        }
    }

    proptest! {
        #[test]
        fn a_moment_comes_back_the_same(from in 1_000_000_000i64..4_000_000_000, length in 0u32..604_801) {
            let moment = Timestamp::from_second(from).unwrap();
            let date = moment.strftime("%Y%m%dT%H%M%SZ");
            let until = Timestamp::from_second(from + i64::from(length)).unwrap().to_string();
            for query in [
                format!("X-Amz-Date={date}&X-Amz-Expires={length}"),
                format!("a=b&Expires={}", from + i64::from(length)),
                format!("se={until}"),
            ] {
                prop_assert_eq!(at(&query), Some(until.clone()), "{}", query);
            }
        }

        #[test]
        fn no_query_breaks_it(query in "[ -~]{0,60}", value in "[0-9TZ:.%+-]{0,24}") {
            for text in [query, format!("X-Amz-Date={value}&X-Amz-Expires={value}"), format!("se={value}")] {
                if let Ok(url) = SourceUrl::parse(&format!("https://h/?{text}")) {
                    expires_at(&url);
                }
            }
        }
    }
}
