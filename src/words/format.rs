//! Numbers as people read them: sizes, speeds, lengths of time, per cent.
//!
//! Three digits that count, cut and never rounded up: what is shown is never more than what is so.

use std::cell::Cell;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Arg, Words};
use crate::model::settings::{Language, SizeUnits};

const DECIMAL: [&str; 7] = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
const BINARY: [&str; 7] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

thread_local! {
    /// What sizes are counted in on this thread: the window's is told, all others count in tens.
    static SIZE_UNITS: Cell<SizeUnits> = const { Cell::new(SizeUnits::Decimal) };
}

/// Counts sizes in these units from now on, on this thread.
pub fn count_in(units: SizeUnits) {
    SIZE_UNITS.set(units);
}

/// What sizes are counted in on this thread.
pub fn counted_in() -> SizeUnits {
    SIZE_UNITS.get()
}

/// Shown where a value is not known, or is nothing to speak of.
pub const NONE: &str = "—";

/// A number of bytes: `812 B`, `74.0 MB`, `2.48 GB` (1 MB = 10^6 bytes), or `70.5 MiB` where
/// [`count_in`] says so.
pub fn bytes(bytes: u64) -> String {
    bytes_in(bytes, SIZE_UNITS.get())
}

fn bytes_in(bytes: u64, units: SizeUnits) -> String {
    let (base, names) = match units {
        SizeUnits::Decimal => (1000, DECIMAL),
        SizeUnits::Binary => (1024, BINARY),
    };
    let mut step = 1_u64;
    let mut unit = 0;
    // Never four digits: 1000 KiB are 0.97 MiB.
    while unit + 1 < names.len() && bytes / step >= 1000 {
        step *= base;
        unit += 1;
    }
    let whole = bytes / step;
    let name = names[unit];
    if unit == 0 || whole >= 100 {
        return format!("{whole} {name}");
    }
    let thousandths = u128::from(bytes % step) * 1000 / u128::from(step);
    if whole >= 10 {
        format!("{whole}.{} {name}", thousandths / 100)
    } else {
        format!("{whole}.{:02} {name}", thousandths / 10)
    }
}

/// How many: `100,013`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Bytes a second: `18.4 MB/s`.
pub fn speed(bps: u64) -> String {
    format!("{}/s", bytes(bps))
}

impl Words {
    /// A length of time by its two greatest units: `45 s`, `1 m 22 s`, `3 h 05 m`, `2 d 4 h`.
    pub fn duration(&self, secs: u64) -> String {
        let (minutes, hours, days) = (secs / 60, secs / 3600, secs / 86_400);
        let two = |n: u64| format!("{n:02}");
        if days > 0 {
            let args = [("d", Arg::Count(days)), ("h", Arg::Count(hours % 24))];
            self.with("time-days", &args)
        } else if hours > 0 {
            let rest = two(minutes % 60);
            self.with("time-hours", &[("h", Arg::Count(hours)), ("m", Arg::Text(&rest))])
        } else if minutes > 0 {
            let rest = two(secs % 60);
            self.with("time-minutes", &[("m", Arg::Count(minutes)), ("s", Arg::Text(&rest))])
        } else {
            self.with("time-seconds", &[("s", Arg::Count(secs))])
        }
    }

    /// How much of `total` is `done`, in whole per cent; 100 only where nothing is missing.
    pub fn percent(&self, done: u64, total: u64) -> String {
        let percent =
            if total == 0 { 100 } else { u128::from(done.min(total)) * 100 / u128::from(total) };
        match self.language() {
            Language::ChineseSimplified => format!("{percent}%"),
            Language::System | Language::English => format!("{percent} %"),
        }
    }

    /// A moment in the system's time zone: the day as the language writes it, and the minute. No form of
    /// English that one half of its readers takes for another day.
    pub fn moment(&self, at: Timestamp) -> String {
        self.moment_in(at, TimeZone::system())
    }

    fn moment_in(&self, at: Timestamp, zone: TimeZone) -> String {
        let form = match self.language() {
            Language::System | Language::English => "%-d %b %Y %H:%M",
            Language::ChineseSimplified => "%Y/%m/%d %H:%M",
        };
        at.to_zoned(zone).strftime(form).to_string()
    }

    /// A day of this year or the next, without the year.
    pub fn date(&self, date: Date) -> String {
        let form = match self.language() {
            Language::System | Language::English => "%-d %b",
            Language::ChineseSimplified => "%m/%d",
        };
        date.strftime(form).to_string()
    }

    /// The time of day of a moment in the system's time zone, to the second.
    pub fn clock(&self, at: Timestamp) -> String {
        at.to_zoned(TimeZone::system()).strftime("%H:%M:%S").to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both() -> (Words, Words) {
        (Words::new(Language::English), Words::new(Language::ChineseSimplified))
    }

    #[test]
    fn bytes_have_three_digits() {
        for (count, expected) in [
            (0, "0 B"),
            (812, "812 B"),
            (999, "999 B"),
            (1000, "1.00 kB"),
            (1009, "1.00 kB"),
            (74_000_000, "74.0 MB"),
            (352_349_000, "352 MB"),
            (999_999_999, "999 MB"),
            (2_489_999_999, "2.48 GB"),
            (86_400_000_000, "86.4 GB"),
            (1_005_000_000_000, "1.00 TB"),
            (u64::MAX, "18.4 EB"),
        ] {
            assert_eq!(bytes(count), expected);
        }
        assert_eq!(speed(18_400_000), "18.4 MB/s");
    }

    #[test]
    fn binary_units_are_counted_where_they_are_asked_for() {
        for (count, expected) in [
            (999, "999 B"),
            (1000, "0.97 KiB"),
            (1024, "1.00 KiB"),
            (1_048_575, "0.99 MiB"),
            (1_048_576, "1.00 MiB"),
            (74_000_000, "70.5 MiB"),
            (1 << 40, "1.00 TiB"),
            (u64::MAX, "15.9 EiB"),
        ] {
            assert_eq!(bytes_in(count, SizeUnits::Binary), expected);
        }
        count_in(SizeUnits::Binary);
        assert_eq!((bytes(1 << 20), speed(1 << 20)), ("1.00 MiB".into(), "1.00 MiB/s".into()));
        let elsewhere = std::thread::spawn(|| bytes(1 << 20)).join().unwrap();
        assert_eq!(elsewhere, "1.04 MB");
        count_in(SizeUnits::Decimal);
    }

    #[test]
    fn durations_name_two_units() {
        let (en, zh) = both();
        for (secs, english, chinese) in [
            (0, "0 s", "0 秒"),
            (45, "45 s", "45 秒"),
            (82, "1 m 22 s", "1 分 22 秒"),
            (3605, "1 h 00 m", "1 小时 00 分"),
            (11_100, "3 h 05 m", "3 小时 05 分"),
            (187_300, "2 d 4 h", "2 天 4 小时"),
        ] {
            assert_eq!(en.duration(secs), english);
            assert_eq!(zh.duration(secs), chinese);
        }
    }

    #[test]
    fn thousands_are_parted() {
        for (number, expected) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (100_013, "100,013"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(count(number), expected);
        }
        let many = [("count", Arg::Count(100_013))];
        for words in [both().0, both().1] {
            assert!(words.with("status-waiting", &many).contains("100,013"));
        }
    }

    #[test]
    fn per_cent_is_whole_only_when_all_is_there() {
        let (en, zh) = both();
        for (done, total, english) in
            [(0, 10, "0 %"), (37, 100, "37 %"), (999_999, 1_000_000, "99 %"), (5, 5, "100 %")]
        {
            assert_eq!(en.percent(done, total), english);
            assert_eq!(zh.percent(done, total), english.replace(' ', ""));
        }
        assert_eq!(en.percent(u64::MAX - 1, u64::MAX), "99 %");
        assert_eq!(en.percent(0, 0), "100 %");
    }

    #[test]
    fn moments_are_in_the_given_zone_as_the_language_writes_them() {
        let at: Timestamp = "2026-11-02T14:02:03Z".parse().unwrap();
        let (en, zh) = both();
        assert_eq!(en.moment_in(at, TimeZone::UTC), "2 Nov 2026 14:02");
        assert_eq!(zh.moment_in(at, TimeZone::UTC), "2026/11/02 14:02");
    }
}
