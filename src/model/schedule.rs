//! When bytes may be taken, and how many: hours of the week on the clock of the wall, each with its
//! pace, and the pace of all other hours. Kept in the settings, so that people may write it by hand.

use jiff::civil::Weekday;
use serde::{Deserialize, Serialize};

/// Windows of one schedule at most.
pub const MAX_WINDOWS: usize = 32;
/// The highest limit, in bytes a second: what a TOML integer holds.
const MAX_BPS: u64 = i64::MAX.unsigned_abs();
/// Minutes of a day.
const DAY: u16 = 24 * 60;

/// A time of day on the clock of the wall, to the minute: `07:00`.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub struct TimeOfDay(u16);

/// A text is no time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a time of day is expected, as in 07:30")]
pub struct NoTime;

impl TimeOfDay {
    /// This hour and minute; none past 23:59.
    pub fn new(hour: u16, minute: u16) -> Option<Self> {
        (hour < 24 && minute < 60).then_some(Self(hour * 60 + minute))
    }

    /// Its hour, 0 to 23.
    pub fn hour(self) -> u16 {
        self.0 / 60
    }

    /// Its minute, 0 to 59.
    pub fn minute(self) -> u16 {
        self.0 % 60
    }

    /// Reads what people type: `7`, `7:30`, `07:30`, `0730`, and `24:00` for the end of a day.
    pub fn read(text: &str) -> Result<Self, NoTime> {
        let text = text.trim();
        // As TOML writes a time that stands without quotes.
        let text = text.strip_suffix(":00").filter(|rest| rest.contains(':')).unwrap_or(text);
        let (hour, minute) = match text.split_once([':', '.', '：']) {
            Some(parts) => parts,
            None if matches!(text.len(), 3 | 4) && text.is_ascii() => text.split_at(text.len() - 2),
            None => (text, "00"),
        };
        let is_short = |part: &str| (1..=2).contains(&part.len());
        let is_number = |part: &str| is_short(part) && part.bytes().all(|b| b.is_ascii_digit());
        if !is_number(hour) || !is_number(minute) || minute.len() != 2 {
            return Err(NoTime);
        }
        let number = |part: &str| part.parse::<u16>().map_err(|_| NoTime);
        let (hour, minute) = (number(hour)?, number(minute)?);
        if hour * 60 + minute == DAY {
            return Ok(Self(0));
        }
        Self::new(hour, minute).ok_or(NoTime)
    }
}

impl std::fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.hour(), self.minute())
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = NoTime;

    fn try_from(text: String) -> Result<Self, NoTime> {
        Self::read(&text)
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> Self {
        time.to_string()
    }
}

/// Days of the week; a window belongs to the day it begins on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct Days(u8);

/// A text is no day of the week.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no day of the week; mon, tue, wed, thu, fri, sat and sun are")]
pub struct NoDay(String);

const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Days {
    /// Every day.
    pub const ALL: Self = Self(0b111_1111);
    /// Monday to Friday.
    pub const WORKING: Self = Self(0b001_1111);
    /// Saturday and Sunday.
    pub const WEEKEND: Self = Self(0b110_0000);
    /// No day.
    pub const NONE: Self = Self(0);

    /// Whether a day is among them.
    pub fn has(self, day: Weekday) -> bool {
        self.0 & Self::bit(day) != 0
    }

    /// These with a day, or without it.
    #[must_use]
    pub fn with(self, day: Weekday, is_in: bool) -> Self {
        if is_in { Self(self.0 | Self::bit(day)) } else { Self(self.0 & !Self::bit(day)) }
    }

    /// Those among them, from Monday on.
    pub fn iter(self) -> impl Iterator<Item = Weekday> {
        week().filter(move |day| self.has(*day))
    }

    fn bit(day: Weekday) -> u8 {
        1 << day.to_monday_zero_offset()
    }
}

/// Every day, from Monday on.
pub fn week() -> impl Iterator<Item = Weekday> {
    Weekday::Monday.cycle_forward().take(7)
}

impl Default for Days {
    fn default() -> Self {
        Self::ALL
    }
}

impl TryFrom<Vec<String>> for Days {
    type Error = NoDay;

    fn try_from(names: Vec<String>) -> Result<Self, NoDay> {
        let mut days = Self::NONE;
        for name in names {
            let lower = name.to_lowercase();
            let day = week().zip(NAMES).find(|(_, known)| lower == *known);
            let (day, _) = day.ok_or(NoDay(name))?;
            days = days.with(day, true);
        }
        Ok(days)
    }
}

impl From<Days> for Vec<String> {
    fn from(days: Days) -> Self {
        week().zip(NAMES).filter(|(day, _)| days.has(*day)).map(|(_, name)| name.into()).collect()
    }
}

/// How fast downloads may be in some hours. In the settings `"full"`, `"stop"` or bytes a second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Said", into = "Said")]
pub enum Pace {
    /// As fast as they come.
    #[default]
    Full,
    /// So many bytes a second together at most, at least 1.
    Limit(u64),
    /// Not at all.
    Stop,
}

impl Pace {
    /// This pace with a limit that a file can hold.
    #[must_use]
    pub fn within_bounds(self) -> Self {
        match self {
            Self::Limit(bps) => Self::Limit(bps.clamp(1, MAX_BPS)),
            Self::Full | Self::Stop => self,
        }
    }

    /// The limit, in bytes a second, where it is one.
    pub fn limit_bps(self) -> Option<u64> {
        match self {
            Self::Limit(bps) => Some(bps),
            Self::Full | Self::Stop => None,
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Said {
    Word(String),
    Bps(u64),
}

/// What a pace cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("full, stop or a number of bytes a second is expected")]
pub struct NoPace;

impl TryFrom<Said> for Pace {
    type Error = NoPace;

    fn try_from(said: Said) -> Result<Self, NoPace> {
        match said {
            Said::Word(word) if word == "full" => Ok(Self::Full),
            Said::Word(word) if word == "stop" => Ok(Self::Stop),
            Said::Bps(bps) if (1..=MAX_BPS).contains(&bps) => Ok(Self::Limit(bps)),
            Said::Word(_) | Said::Bps(_) => Err(NoPace),
        }
    }
}

impl From<Pace> for Said {
    fn from(pace: Pace) -> Self {
        match pace {
            Pace::Full => Self::Word("full".to_owned()),
            Pace::Stop => Self::Word("stop".to_owned()),
            Pace::Limit(bps) => Self::Bps(bps),
        }
    }
}

/// Some hours of some days, and how fast downloads may be in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Window {
    /// The days it begins on.
    #[serde(default)]
    pub days: Days,
    /// When it begins.
    pub from: TimeOfDay,
    /// When it ends: on the next day where that is no later than its beginning.
    pub to: TimeOfDay,
    /// How fast.
    pub pace: Pace,
}

/// A week of windows: the first that holds counts, and in all other hours the pace beside them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Schedule {
    /// Whether it counts.
    pub on: bool,
    /// Its windows, the first that holds before the others.
    pub windows: Vec<Window>,
    /// How fast in all other hours.
    pub otherwise: Pace,
}

impl Default for Schedule {
    fn default() -> Self {
        Self { on: true, windows: Vec::new(), otherwise: Pace::Full }
    }
}

impl Schedule {
    /// Whether it ever says anything but "as fast as they come".
    pub fn says_anything(&self) -> bool {
        let paces = self.windows.iter().map(|window| window.pace);
        self.on && paces.chain([self.otherwise]).any(|pace| pace != Pace::Full)
    }

    /// This schedule with all that is out of bounds brought within.
    #[must_use]
    pub fn within_bounds(mut self) -> Self {
        self.windows.truncate(MAX_WINDOWS);
        self.otherwise = self.otherwise.within_bounds();
        for window in &mut self.windows {
            window.pace = window.pace.within_bounds();
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_type_them() {
        for (text, expected) in [
            ("07:30", Some("07:30")),
            ("7:30", Some("07:30")),
            (" 7 ", Some("07:00")),
            ("0730", Some("07:30")),
            ("730", Some("07:30")),
            ("7.30", Some("07:30")),
            ("23:59", Some("23:59")),
            ("24:00", Some("00:00")),
            ("24", Some("00:00")),
            ("07:30:00", Some("07:30")),
            ("07:30:01", None),
            ("24:01", None),
            ("25:00", None),
            ("07:60", None),
            ("7:3", None),
            ("7:300", None),
            ("-7:00", None),
            ("+7", None),
            ("seven", None),
            ("é7", None),
            ("", None),
        ] {
            let read = TimeOfDay::read(text).ok().map(|time| time.to_string());
            assert_eq!(read.as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn days_are_named_from_monday_on() {
        let json = |days: Days| serde_json::to_string(&days).unwrap();
        assert_eq!(json(Days::WEEKEND), r#"["sat","sun"]"#);
        assert_eq!(json(Days::NONE.with(Weekday::Wednesday, true)), r#"["wed"]"#);
        let read: Days = serde_json::from_str(r#"["Sun","mon"]"#).unwrap();
        assert_eq!(read.iter().collect::<Vec<_>>(), [Weekday::Monday, Weekday::Sunday]);
        assert!(serde_json::from_str::<Days>(r#"["noday"]"#).is_err());
        assert_eq!(
            Days::ALL.with(Weekday::Saturday, false).with(Weekday::Sunday, false),
            Days::WORKING
        );
    }

    #[test]
    fn a_schedule_is_written_as_people_would_write_it() {
        let nights = Schedule {
            windows: vec![Window {
                days: Days::WORKING,
                from: TimeOfDay::new(1, 0).unwrap(),
                to: TimeOfDay::new(7, 0).unwrap(),
                pace: Pace::Full,
            }],
            otherwise: Pace::Limit(500_000),
            ..Schedule::default()
        };
        let text = r#"{"on":true,"windows":[{"days":["mon","tue","wed","thu","fri"],"from":"01:00","to":"07:00","pace":"full"}],"otherwise":500000}"#;
        assert_eq!(serde_json::to_string(&nights).unwrap(), text);
        assert_eq!(serde_json::from_str::<Schedule>(text).unwrap(), nights);
        let short = r#"{"windows":[{"from":"1:00","to":"7","pace":"stop"}]}"#;
        let read: Schedule = serde_json::from_str(short).unwrap();
        assert_eq!((read.on, read.windows[0].days), (true, Days::ALL));
        for bad in [r#""fast""#, "0", "-1", "18446744073709551615", "1.5"] {
            assert!(serde_json::from_str::<Pace>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn only_what_slows_or_stops_says_anything() {
        let full = Schedule::default();
        assert!(!full.says_anything());
        let stops = Schedule { otherwise: Pace::Stop, ..full };
        assert!(stops.says_anything());
        assert!(!Schedule { on: false, ..stops }.says_anything());
    }
}
