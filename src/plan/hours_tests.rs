//! Schedules on real weeks, on nights on which clocks are set, and against a look at every moment.

use jiff::SignedDuration;
use proptest::prelude::*;

use super::*;
use crate::model::schedule::{Days, week};

/// Central Europe by its rule, so that no table of the system's is needed.
fn berlin() -> TimeZone {
    TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn window(days: Days, from: &str, to: &str, pace: Pace) -> Window {
    let time = |text| TimeOfDay::read(text).unwrap();
    Window { days, from: time(from), to: time(to), pace }
}

fn only(window: Window, otherwise: Pace) -> Schedule {
    Schedule { windows: vec![window], otherwise, ..Schedule::default() }
}

/// What is so at each of these moments of Central Europe.
fn seen(schedule: &Schedule, moments: &[&str]) -> Vec<Pace> {
    moments.iter().map(|text| pace_at(schedule, at(text), &berlin())).collect()
}

const SLOW: Pace = Pace::Limit(500_000);

#[test]
fn nights_at_full_speed_and_days_at_less() {
    let nights = only(window(Days::ALL, "01:00", "07:00", Pace::Full), SLOW);
    let moments = [
        "2026-01-15T00:59:59+01",
        "2026-01-15T01:00:00+01",
        "2026-01-15T06:59:59+01",
        "2026-01-15T07:00:00+01",
    ];
    assert_eq!(seen(&nights, &moments), [SLOW, Pace::Full, Pace::Full, SLOW]);
    let change = |now| next_change(&nights, at(now), &berlin());
    assert_eq!(change("2026-01-15T12:00+01"), Some(at("2026-01-16T01:00+01")));
    assert_eq!(change("2026-01-16T01:00+01"), Some(at("2026-01-16T07:00+01")));
}

#[test]
fn a_window_past_midnight_belongs_to_the_day_it_begins_on() {
    // 2026-01-16 is a Friday.
    let friday = Days::NONE.with(jiff::civil::Weekday::Friday, true);
    let late = only(window(friday, "22:00", "06:00", Pace::Full), Pace::Stop);
    let moments = [
        "2026-01-16T05:00+01",
        "2026-01-16T22:00+01",
        "2026-01-17T05:59+01",
        "2026-01-17T06:00+01",
        "2026-01-17T22:00+01",
    ];
    let (full, stop) = (Pace::Full, Pace::Stop);
    assert_eq!(seen(&late, &moments), [stop, full, full, stop, stop]);
    let whole = only(window(friday, "00:00", "24:00", full), stop);
    let moments = ["2026-01-16T00:00+01", "2026-01-16T23:59+01", "2026-01-17T00:00+01"];
    assert_eq!(seen(&whole, &moments), [full, full, stop]);
    let next = opens(&[&whole], at("2026-01-17T00:00+01"), &berlin());
    assert_eq!(next, Opens::At(at("2026-01-23T00:00+01")));
}

#[test]
fn the_first_window_that_holds_counts() {
    let mut schedule = only(window(Days::ALL, "08:00", "18:00", SLOW), Pace::Full);
    schedule.windows.insert(0, window(Days::WEEKEND, "00:00", "00:00", Pace::Stop));
    let moments = ["2026-01-16T12:00+01", "2026-01-17T12:00+01", "2026-01-16T19:00+01"];
    assert_eq!(seen(&schedule, &moments), [SLOW, Pace::Stop, Pace::Full]);
    let off = Schedule { on: false, ..schedule };
    assert_eq!(seen(&off, &moments), [Pace::Full; 3]);
    assert_eq!(next_change(&off, at("2026-01-16T12:00+01"), &berlin()), None);
}

#[test]
fn where_clocks_skip_an_hour_a_window_begins_when_it_is_skipped() {
    // At 02:00+01 the clock becomes 03:00+02.
    let (full, stop) = (Pace::Full, Pace::Stop);
    let begins = only(window(Days::ALL, "02:30", "07:00", full), stop);
    let moments = ["2026-03-29T01:59:59+01", "2026-03-29T03:00+02", "2026-03-29T07:00+02"];
    assert_eq!(seen(&begins, &moments), [stop, full, stop]);
    let ends = only(window(Days::ALL, "01:00", "02:30", full), stop);
    assert_eq!(seen(&ends, &moments), [full, stop, stop]);
    let skipped = only(window(Days::ALL, "02:10", "02:50", full), stop);
    let next = opens(&[&skipped], at("2026-03-28T12:00+01"), &berlin());
    assert_eq!(next, Opens::At(at("2026-03-30T02:10+02")));
}

#[test]
fn a_week_whose_hour_is_skipped_is_followed_by_the_next() {
    // The Sunday on which 02:00 to 03:00 does not come.
    let sunday = Days::NONE.with(jiff::civil::Weekday::Sunday, true);
    let weekly = only(window(sunday, "02:00", "03:00", Pace::Full), Pace::Stop);
    let from = at("2026-03-22T03:00+01");
    let next = Opens::At(at("2026-04-05T02:00+02"));
    assert_eq!(opens(&[&weekly], from, &berlin()), next);
    assert_eq!(opens(&[&weekly], at("2026-03-29T12:00+02"), &berlin()), next);
}

#[test]
fn where_clocks_show_an_hour_twice_nothing_begins_twice() {
    // At 03:00+02 the clock becomes 02:00+01.
    let (full, stop) = (Pace::Full, Pace::Stop);
    let moments = [
        "2026-10-25T02:29+02",
        "2026-10-25T02:30+02",
        "2026-10-25T02:10+01",
        "2026-10-25T02:45+01",
    ];
    let begins = only(window(Days::ALL, "02:30", "07:00", full), stop);
    assert_eq!(seen(&begins, &moments), [stop, full, full, full]);
    let ends = only(window(Days::ALL, "01:00", "02:30", full), stop);
    assert_eq!(seen(&ends, &moments), [full, stop, stop, stop]);
}

#[test]
fn two_schedules_open_where_both_do() {
    let nights = only(window(Days::ALL, "01:00", "07:00", Pace::Full), Pace::Stop);
    let early = only(window(Days::ALL, "06:00", "12:00", SLOW), Pace::Stop);
    let (now, never) = (
        at("2026-01-15T13:00+01"),
        only(window(Days::ALL, "00:00", "00:00", Pace::Stop), Pace::Full),
    );
    let both = |schedules: &[&Schedule]| opens(schedules, now, &berlin());
    assert_eq!(both(&[&nights, &early]), Opens::At(at("2026-01-16T06:00+01")));
    assert_eq!(both(&[&nights, &never]), Opens::Never);
    assert_eq!(both(&[]), Opens::Now);
    let apart = only(window(Days::ALL, "08:00", "12:00", SLOW), Pace::Stop);
    assert_eq!(both(&[&nights, &apart]), Opens::Never);
    let none = Schedule { otherwise: Pace::Stop, ..Schedule::default() };
    assert_eq!(both(&[&none]), Opens::Never);
}

#[test]
fn what_keeps_a_job_is_named_by_what_comes_last() {
    let nights = only(window(Days::ALL, "01:00", "07:00", Pace::Full), Pace::Stop);
    let (night, noon) = (at("2026-01-15T02:00+01"), at("2026-01-15T12:00+01"));
    let next_night = Some(Kept::Hours(Some(at("2026-01-16T01:00+01"))));
    let open = Shut::default();
    let hours = Shut { hours: true, ..open };
    let both = Shut { metered: true, hours: true };
    let early = at("2026-01-15T03:00+01");
    for (shut, not_before, now, expected) in [
        (open, None, night, None),
        (open, Some(night), night, None),
        (open, Some(early), night, Some(Kept::Until(early))),
        (open, Some(noon), night, next_night),
        (hours, None, noon, next_night),
        (hours, Some(night), noon, next_night),
        (both, None, noon, Some(Kept::Metered)),
        // It was let go on though these are not its hours.
        (open, None, noon, None),
    ] {
        let later = not_before.filter(|at| *at > now);
        let opens = || opens(&[&nights], later.unwrap_or(now), &berlin());
        assert_eq!(kept(shut, later, opens), expected, "{shut:?} {now}");
    }
    let never = Schedule { otherwise: Pace::Stop, ..Schedule::default() };
    let opens = || opens(&[&never], noon, &berlin());
    assert_eq!(kept(hours, None, opens), Some(Kept::Hours(None)));
}

fn paces() -> impl Strategy<Value = Pace> {
    prop_oneof![Just(Pace::Full), Just(Pace::Stop), Just(SLOW)]
}

fn windows() -> impl Strategy<Value = Window> {
    let days = proptest::collection::vec(0usize..7, 0..7).prop_map(|all| {
        all.into_iter().fold(Days::NONE, |days, n| days.with(week().nth(n).unwrap(), true))
    });
    let time = (0u16..24, prop_oneof![Just(0u16), Just(30), 0u16..60])
        .prop_map(|(hour, minute)| TimeOfDay::new(hour, minute).unwrap());
    (days, time.clone(), time, paces()).prop_map(|(days, from, to, pace)| Window {
        days,
        from,
        to,
        pace,
    })
}

fn zones() -> impl Strategy<Value = TimeZone> {
    // Half an hour of summer time, none, and the other half of the year.
    let rules = [
        "CET-1CEST,M3.5.0,M10.5.0/3",
        "LHST-10:30LHDT-11,M10.1.0,M4.1.0",
        "UTC0",
        "NST3:30NDT,M3.2.0,M11.1.0",
    ];
    proptest::sample::select(rules.to_vec()).prop_map(|rule| TimeZone::posix(rule).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Between `now` and the next change nothing changes, and there it does. A look every few
    /// minutes around nights on which clocks are set.
    #[test]
    fn the_next_change_is_the_first(
        windows in proptest::collection::vec(windows(), 0..4),
        otherwise in paces(),
        zone in zones(),
        start in proptest::sample::select(vec![
            "2026-03-27T00:00Z", "2026-10-23T00:00Z", "2026-10-02T00:00Z", "2026-04-03T00:00Z", "2026-07-01T00:00Z",
        ]),
        minutes in 0i64..4320,
    ) {
        let schedule = Schedule { windows, otherwise, ..Schedule::default() };
        let now = at(start) + SignedDuration::from_mins(minutes);
        let before = pace_at(&schedule, now, &zone);
        let change = next_change(&schedule, now, &zone);
        if let Some(change) = change {
            prop_assert!(change > now);
            prop_assert_ne!(pace_at(&schedule, change, &zone), before);
        }
        let until = change.unwrap_or(now + SignedDuration::from_hours(24 * 7));
        let mut look = now;
        while look < until {
            prop_assert_eq!(pace_at(&schedule, look, &zone), before, "{} before {:?}", look, change);
            look += SignedDuration::from_mins(17);
        }
        match opens(&[&schedule], now, &zone) {
            Opens::Now => prop_assert_ne!(before, Pace::Stop),
            Opens::At(at) => {
                prop_assert!(at > now && before == Pace::Stop);
                prop_assert_ne!(pace_at(&schedule, at, &zone), Pace::Stop);
            }
            Opens::Never => prop_assert_eq!(before, Pace::Stop),
        }
    }
}
