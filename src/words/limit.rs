//! A speed limit as it is typed and shown: a decimal number and a unit, of those all speeds are told in
//! (1 kB = 1000 bytes, 1 KiB = 1024). Another unit may be typed behind the number.
//!
//! Invariant: what is shown of a limit in the smaller unit reads back as the same limit.

use super::{Arg, Words, format};
use crate::model::settings::SizeUnits;

/// What the number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// 1000 bytes a second.
    Kilo,
    /// 1,000,000 bytes a second.
    Mega,
    /// 1024 bytes a second.
    Kibi,
    /// 1,048,576 bytes a second.
    Mebi,
}

impl Unit {
    /// The units that speeds are told in on this thread, the smaller first.
    pub fn choices() -> [Self; 2] {
        Self::among(format::counted_in())
    }

    fn among(units: SizeUnits) -> [Self; 2] {
        match units {
            SizeUnits::Decimal => [Self::Kilo, Self::Mega],
            SizeUnits::Binary => [Self::Kibi, Self::Mebi],
        }
    }

    /// The unit a limit reads best in; none is given in the smaller one.
    pub fn of(limit_bps: Option<u64>) -> Self {
        Self::best(limit_bps, Self::choices())
    }

    fn best(limit_bps: Option<u64>, [small, large]: [Self; 2]) -> Self {
        if limit_bps.is_some_and(|bps| bps >= large.bytes()) { large } else { small }
    }

    /// As it is written, in every language.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kilo => "kB/s",
            Self::Mega => "MB/s",
            Self::Kibi => "KiB/s",
            Self::Mebi => "MiB/s",
        }
    }

    fn bytes(self) -> u64 {
        match self {
            Self::Kilo => 1000,
            Self::Mega => 1_000_000,
            Self::Kibi => 1 << 10,
            Self::Mebi => 1 << 20,
        }
    }

    /// Digits behind the point at most: as many as tell bytes apart in the smaller unit.
    fn digits(self) -> usize {
        match self {
            Self::Kilo | Self::Mega => 3,
            Self::Kibi | Self::Mebi => 4,
        }
    }

    /// What one is in the last digit.
    fn scale(self) -> u128 {
        (0..self.digits()).fold(1, |scale, _| scale * 10)
    }

    /// The number of a limit, cut after a few digits; nothing for none.
    pub fn number(self, limit_bps: Option<u64>) -> String {
        let Some(bps) = limit_bps else { return String::new() };
        let scaled = u128::from(bps) * self.scale() / u128::from(self.bytes());
        let (whole, part) = (scaled / self.scale(), scaled % self.scale());
        let text = format!("{whole}.{part:0width$}", width = self.digits());
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }

    /// The unit written behind a number, where one is, and the number before it: `1.5 MiB/s`, `500k`.
    fn split(typed: &str) -> (&str, Option<Self>) {
        let end = typed.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(typed.len());
        let (number, name) = typed.split_at(end);
        let name = name.trim().to_ascii_lowercase();
        let unit = match name.trim_end_matches("/s") {
            "kb" => Some(Self::Kilo),
            "mb" => Some(Self::Mega),
            "kib" => Some(Self::Kibi),
            "mib" => Some(Self::Mebi),
            "k" => Some(Self::choices()[0]),
            "m" => Some(Self::choices()[1]),
            _ => None,
        };
        if unit.is_some() { (number, unit) } else { (typed, None) }
    }

    /// Whether a unit is written behind the number.
    pub fn is_named(typed: &str) -> bool {
        Self::split(typed).1.is_some()
    }

    /// The limit that was typed, in bytes a second, in this unit where none is written behind the
    /// number; nothing and 0 mean none. A comma is as good as a point.
    pub fn read(self, typed: &str) -> Result<Option<u64>, NoNumber> {
        match Self::split(typed.trim()) {
            (number, None) => self.read_number(number),
            (number, Some(_)) if number.trim().is_empty() => Err(NoNumber),
            (number, Some(unit)) => unit.read_number(number),
        }
    }

    fn read_number(self, number: &str) -> Result<Option<u64>, NoNumber> {
        let number = number.trim().replace(',', ".");
        if number.is_empty() {
            return Ok(None);
        }
        let (whole, part) = number.split_once('.').unwrap_or((&number, ""));
        let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let width = self.digits();
        if !is_number(whole) || !is_number(part) || part.len() > width || number == "." {
            return Err(NoNumber);
        }
        // The point goes a few digits to the right, over the zeros that are not written.
        let scaled: u64 = format!("{whole}{part:0<width$}").parse().map_err(|_| NoNumber)?;
        // What was cut when it was shown is given back.
        let bps = (u128::from(scaled) * u128::from(self.bytes())).div_ceil(self.scale());
        let bps = u64::try_from(bps).map_err(|_| NoNumber)?;
        Ok(Some(bps).filter(|bps| *bps > 0))
    }
}

impl Words {
    /// What is expected where a limit is typed.
    pub fn limit_expected(&self) -> String {
        let [_, large] = Unit::choices();
        self.with("limit-number", &[("unit", Arg::Text(large.name()))])
    }
}

/// It is no number that could be a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoNumber;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn limits_are_read() {
        for (unit, number, limit) in [
            (Unit::Kilo, "", Ok(None)),
            (Unit::Kilo, "  ", Ok(None)),
            (Unit::Kilo, "0", Ok(None)),
            (Unit::Mega, "0.000", Ok(None)),
            (Unit::Kilo, "500", Ok(Some(500_000))),
            (Unit::Mega, " 1.5 ", Ok(Some(1_500_000))),
            (Unit::Mega, "1,25", Ok(Some(1_250_000))),
            (Unit::Mega, ".5", Ok(Some(500_000))),
            (Unit::Mega, "2.", Ok(Some(2_000_000))),
            (Unit::Kilo, "0.001", Ok(Some(1))),
            (Unit::Kilo, "0.0001", Err(NoNumber)),
            (Unit::Kilo, ".", Err(NoNumber)),
            (Unit::Kilo, "-1", Err(NoNumber)),
            (Unit::Kilo, "+1", Err(NoNumber)),
            (Unit::Kilo, "1e3", Err(NoNumber)),
            (Unit::Kilo, "1.2.3", Err(NoNumber)),
            (Unit::Kilo, "1 000", Err(NoNumber)),
            (Unit::Kilo, "fast", Err(NoNumber)),
            (Unit::Mega, "99999999999999999999", Err(NoNumber)),
            (Unit::Mega, "18446744073709551", Err(NoNumber)),
            (Unit::Kibi, "512", Ok(Some(524_288))),
            (Unit::Mebi, "1.5", Ok(Some(1_572_864))),
            (Unit::Kibi, "0.0001", Ok(Some(1))),
            (Unit::Kibi, "0.00001", Err(NoNumber)),
            (Unit::Kilo, "1.5 MiB/s", Ok(Some(1_572_864))),
            (Unit::Mebi, "500kB", Ok(Some(500_000))),
            (Unit::Mebi, "2,5 mb/s", Ok(Some(2_500_000))),
            (Unit::Mega, "300 k", Ok(Some(300_000))),
            (Unit::Kilo, "kB/s", Err(NoNumber)),
            (Unit::Kilo, "5 gb", Err(NoNumber)),
        ] {
            assert_eq!(unit.read(number), limit, "{number:?}");
        }
    }

    #[test]
    fn limits_are_shown_as_they_read_best() {
        for (limit, shown) in [
            (None, " kB/s"),
            (Some(1), "0.001 kB/s"),
            (Some(500_000), "500 kB/s"),
            (Some(524_288), "524.288 kB/s"),
            (Some(999_999), "999.999 kB/s"),
            (Some(1_000_000), "1 MB/s"),
            (Some(1_048_576), "1.048 MB/s"),
            (Some(2_500_000), "2.5 MB/s"),
        ] {
            let unit = Unit::of(limit);
            assert_eq!(format!("{} {}", unit.number(limit), unit.name()), shown);
            if unit == Unit::Kilo {
                assert_eq!(unit.read(&unit.number(limit)), Ok(limit));
            }
        }
    }

    #[test]
    fn limits_are_shown_in_the_units_of_all_speeds() {
        let binary = Unit::among(SizeUnits::Binary);
        for (limit, shown) in [
            (None, " KiB/s"),
            (Some(1), "0.0009 KiB/s"),
            (Some(500_000), "488.2812 KiB/s"),
            (Some(524_288), "512 KiB/s"),
            (Some(1_048_576), "1 MiB/s"),
            (Some(1_572_864), "1.5 MiB/s"),
        ] {
            let unit = Unit::best(limit, binary);
            assert_eq!(format!("{} {}", unit.number(limit), unit.name()), shown);
        }
        format::count_in(SizeUnits::Binary);
        assert_eq!((Unit::choices(), Unit::of(Some(1 << 20))), (binary, Unit::Mebi));
        assert_eq!(Unit::Mega.read("2 m"), Ok(Some(2 << 20)));
        format::count_in(SizeUnits::Decimal);
    }

    proptest! {
        #[test]
        fn what_is_shown_in_the_smaller_unit_reads_back(bps in 1_u64..1 << 40) {
            for unit in [Unit::Kilo, Unit::Kibi] {
                let named = format!("{} {}", unit.number(Some(bps)), unit.name());
                prop_assert_eq!(unit.read(&unit.number(Some(bps))), Ok(Some(bps)));
                prop_assert_eq!(Unit::Mega.read(&named), Ok(Some(bps)));
            }
        }
    }
}
