//! Hours in words: moments that are soon, days of the week, and what a schedule says.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{Arg, Words, format};
use crate::model::schedule::{Days, Pace, Schedule, TimeOfDay, Window};
use crate::model::why::Kept;

/// A moment within this is told by the clock alone,
const A_DAY: SignedDuration = SignedDuration::from_hours(24);
/// and one within this by the day of the week.
const A_WEEK: SignedDuration = SignedDuration::from_hours(6 * 24);

impl Words {
    /// A moment to come, in the system's time zone: the time of day where it is the next of its kind, with
    /// the day where it is further away.
    pub fn soon(&self, at: Timestamp) -> String {
        self.soon_in(at, Timestamp::now(), &TimeZone::system())
    }

    fn soon_in(&self, at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
        let there = at.to_zoned(zone.clone());
        let time = there.strftime("%H:%M").to_string();
        let left = at.duration_since(now);
        if left < SignedDuration::ZERO || left >= A_WEEK {
            return self.moment(at);
        }
        if left < A_DAY {
            return time;
        }
        let day = self.weekday(there.weekday());
        self.with("time-on-day", &[("time", Arg::Text(&time)), ("day", Arg::Text(&day))])
    }

    /// What stopped a run, in a line of a log.
    pub(super) fn stopped_by(&self, kept: Kept) -> String {
        match kept {
            Kept::Metered => self.text("log-kept-metered"),
            Kept::Hours(None) => self.text("log-kept-never"),
            Kept::Until(at) | Kept::Hours(Some(at)) => {
                self.with("log-kept", &[("time", Arg::Text(&self.moment(at)))])
            }
        }
    }

    /// A day of the week.
    pub fn weekday(&self, day: Weekday) -> String {
        match day {
            Weekday::Monday => self.text("day-monday"),
            Weekday::Tuesday => self.text("day-tuesday"),
            Weekday::Wednesday => self.text("day-wednesday"),
            Weekday::Thursday => self.text("day-thursday"),
            Weekday::Friday => self.text("day-friday"),
            Weekday::Saturday => self.text("day-saturday"),
            Weekday::Sunday => self.text("day-sunday"),
        }
    }

    /// The same, as short as it goes.
    pub fn weekday_short(&self, day: Weekday) -> String {
        match day {
            Weekday::Monday => self.text("day-monday-short"),
            Weekday::Tuesday => self.text("day-tuesday-short"),
            Weekday::Wednesday => self.text("day-wednesday-short"),
            Weekday::Thursday => self.text("day-thursday-short"),
            Weekday::Friday => self.text("day-friday-short"),
            Weekday::Saturday => self.text("day-saturday-short"),
            Weekday::Sunday => self.text("day-sunday-short"),
        }
    }

    /// How fast downloads may be, in a phrase.
    pub fn pace(&self, pace: Pace) -> String {
        match pace {
            Pace::Full => self.text("pace-full"),
            Pace::Stop => self.text("pace-stop"),
            Pace::Limit(bps) => {
                self.with("pace-limit", &[("speed", Arg::Text(&format::speed(bps)))])
            }
        }
    }

    /// What a schedule says, in a sentence.
    pub fn schedule(&self, schedule: &Schedule) -> String {
        if !schedule.says_anything() {
            return self.text("hours-always");
        }
        let windows = schedule.windows.iter().filter(|window| window.days != Days::NONE);
        let mut said: Vec<String> = windows.map(|window| self.window(*window)).collect();
        if said.is_empty() {
            return match schedule.otherwise {
                Pace::Full => self.text("hours-always"),
                Pace::Stop => self.text("hours-never"),
                Pace::Limit(bps) => {
                    self.with("hours-limit", &[("speed", Arg::Text(&format::speed(bps)))])
                }
            };
        }
        let pace = self.pace(schedule.otherwise);
        said.push(self.with("hours-otherwise", &[("pace", Arg::Text(&pace))]));
        let said = capitalised(&said.join(&self.text("hours-joint")));
        self.with("hours-sentence", &[("hours", Arg::Text(&said))])
    }

    fn window(&self, window: Window) -> String {
        let (days, pace) = (self.days(window.days), self.pace(window.pace));
        let (from, to) = (window.from.to_string(), window.to.to_string());
        let (days, pace) = (("days", Arg::Text(&days)), ("pace", Arg::Text(&pace)));
        let midnight = TimeOfDay::default();
        if (window.from, window.to) == (midnight, midnight) {
            return self.with("hours-whole-day", &[days, pace]);
        }
        self.with("hours-window", &[days, pace, ("from", Arg::Text(&from)), ("to", Arg::Text(&to))])
    }

    fn days(&self, days: Days) -> String {
        match days {
            Days::ALL => self.text("days-all"),
            Days::WORKING => self.text("days-working"),
            Days::WEEKEND => self.text("days-weekend"),
            _ => {
                let names: Vec<String> = days.iter().map(|day| self.weekday(day)).collect();
                names.join(&self.text("days-joint"))
            }
        }
    }
}

/// With a capital letter where the first one has one.
fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::settings::Language;

    fn both() -> [Words; 2] {
        [Words::new(Language::English), Words::new(Language::ChineseSimplified)]
    }

    #[test]
    fn what_is_soon_is_told_by_the_clock() {
        let [en, zh] = both();
        let now: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
        for (at, english, chinese) in [
            ("2026-11-24T12:00:00Z", "12:00", "12:00"),
            ("2026-11-25T01:00:00Z", "01:00", "01:00"),
            ("2026-11-25T11:59:59Z", "11:59", "11:59"),
            ("2026-11-25T12:00:00Z", "12:00 on Wednesday", "周三 12:00"),
            ("2026-11-29T01:00:00Z", "01:00 on Sunday", "周日 01:00"),
        ] {
            let at: Timestamp = at.parse().unwrap();
            assert_eq!(en.soon_in(at, now, &TimeZone::UTC), english);
            assert_eq!(zh.soon_in(at, now, &TimeZone::UTC), chinese);
        }
        for far in ["2026-12-02T01:00:00Z", "2026-11-24T11:59:59Z"] {
            let far: Timestamp = far.parse().unwrap();
            assert_eq!(en.soon_in(far, now, &TimeZone::UTC), en.moment(far));
        }
    }

    fn schedule(windows: &[(Days, &str, &str, Pace)], otherwise: Pace) -> Schedule {
        let time = |text| TimeOfDay::read(text).unwrap();
        let windows = windows.iter().map(|(days, from, to, pace)| Window {
            days: *days,
            from: time(from),
            to: time(to),
            pace: *pace,
        });
        Schedule { windows: windows.collect(), otherwise, ..Schedule::default() }
    }

    #[test]
    fn a_schedule_is_a_sentence() {
        let [en, zh] = both();
        let slow = Pace::Limit(500_000);
        let wednesday = Days::NONE.with(Weekday::Wednesday, true).with(Weekday::Monday, true);
        for (schedule, english, chinese) in [
            (
                schedule(&[(Days::ALL, "1", "7", Pace::Full)], slow),
                "Every day from 01:00 to 07:00 at full speed; otherwise at most 500 kB/s.",
                "每天 01:00 至 07:00 全速；其他时间最高 500 kB/s。",
            ),
            (
                schedule(
                    &[(Days::WORKING, "8", "18", Pace::Stop), (wednesday, "0", "24", slow)],
                    Pace::Full,
                ),
                "Monday to Friday from 08:00 to 18:00 not at all; Monday, Wednesday all day at most 500 kB/s; otherwise at full speed.",
                "周一至周五 08:00 至 18:00 不下载；周一、周三全天最高 500 kB/s；其他时间全速。",
            ),
            (schedule(&[], Pace::Stop), "Not at all.", "不下载。"),
            (schedule(&[], Pace::Full), "At any time, at full speed.", "任何时间，全速。"),
        ] {
            assert_eq!(en.schedule(&schedule), english);
            assert_eq!(zh.schedule(&schedule), chinese);
        }
    }
}
