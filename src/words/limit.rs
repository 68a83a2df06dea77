//! A speed limit as it is typed and shown: a decimal number and one of two units, as all speeds
//! have them (1 kB = 1000 bytes).
//!
//! Invariant: what is shown of a limit in whole bytes below 1 MB/s reads back as the same limit.

/// What the number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// 1000 bytes a second.
    Kilo,
    /// 1,000,000 bytes a second.
    Mega,
}

/// Digits behind the point at most.
const DIGITS: usize = 3;

impl Unit {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Kilo, Self::Mega];

    /// The unit a limit reads best in; none is given in kB/s.
    pub fn of(limit_bps: Option<u64>) -> Self {
        if limit_bps.is_some_and(|bps| bps >= Self::Mega.bytes()) { Self::Mega } else { Self::Kilo }
    }

    /// As it is written, in every language.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kilo => "kB/s",
            Self::Mega => "MB/s",
        }
    }

    fn bytes(self) -> u64 {
        match self {
            Self::Kilo => 1000,
            Self::Mega => 1_000_000,
        }
    }

    /// The number of a limit, cut after three digits; nothing for none.
    pub fn number(self, limit_bps: Option<u64>) -> String {
        let Some(bps) = limit_bps else { return String::new() };
        let thousandths = bps / (self.bytes() / 1000);
        let text = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }

    /// The limit a number means, in bytes a second; nothing and 0 mean none. A comma is as good as
    /// a point.
    pub fn read(self, number: &str) -> Result<Option<u64>, NoNumber> {
        let number = number.trim().replace(',', ".");
        if number.is_empty() {
            return Ok(None);
        }
        let (whole, part) = number.split_once('.').unwrap_or((&number, ""));
        let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if !is_number(whole) || !is_number(part) || part.len() > DIGITS || number == "." {
            return Err(NoNumber);
        }
        // The point goes three digits to the right, over the zeros that are not written.
        let digits = format!("{whole}{part:0<DIGITS$}");
        let thousandths: u64 = digits.parse().map_err(|_| NoNumber)?;
        let bps = thousandths.checked_mul(self.bytes() / 1000).ok_or(NoNumber)?;
        Ok(Some(bps).filter(|bps| *bps > 0))
    }
}

/// It is no number that could be a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoNumber;

#[cfg(test)]
mod tests {
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
}
