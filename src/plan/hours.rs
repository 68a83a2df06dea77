//! What a schedule says at a moment, and when that changes: wall-clock windows laid on the real
//! time of a zone.
//!
//! A window is the real time between two moments, so that nothing of it comes twice where clocks
//! are set back, and nothing is left of one that lies in an hour they skip. A time that comes twice
//! is its first coming; one that is skipped is the moment at which it is skipped.

use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ToSpan as _};

use super::fleet::Shut;
use crate::model::schedule::{Pace, Schedule, TimeOfDay, Window};
use crate::model::why::Kept;

/// Days before a moment on which a window that still lasts may have begun.
const BEFORE: i32 = 2;
/// Days after a moment that are looked through for a change: two weeks, since the hour of a week may be
/// one that is skipped.
const AFTER: i32 = 15;
/// Changes that are looked through for hours in which two schedules agree.
const MAX_TURNS: usize = 512;

/// When a schedule lets downloads run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opens {
    /// Now.
    Now,
    /// Not before then.
    At(Timestamp),
    /// In no hour of the week.
    Never,
}

/// The windows of a schedule around a day in real time, those that count before others first.
fn spans(schedule: &Schedule, today: Date, after: i32, zone: &TimeZone) -> Vec<Span> {
    let of_window = |window: &Window| {
        let (window, zone) = (*window, zone.clone());
        (-BEFORE..=after).filter_map(move |days| {
            let (from, to) = lasting(&window, day(today, days)?, &zone)?;
            Some(Span { from, to, pace: window.pace })
        })
    };
    let windows = schedule.windows.iter().filter(|_| schedule.on);
    windows.flat_map(of_window).collect()
}

/// A window in real time.
struct Span {
    from: Timestamp,
    to: Timestamp,
    pace: Pace,
}

fn pace_in(spans: &[Span], schedule: &Schedule, at: Timestamp) -> Pace {
    let otherwise = if schedule.on { schedule.otherwise } else { Pace::Full };
    let holds = |span: &&Span| span.from <= at && at < span.to;
    spans.iter().find(holds).map_or(otherwise, |span| span.pace)
}

/// How fast downloads may be at `now`.
pub fn pace_at(schedule: &Schedule, now: Timestamp, zone: &TimeZone) -> Pace {
    let today = now.to_zoned(zone.clone()).date();
    pace_in(&spans(schedule, today, 0, zone), schedule, now)
}

/// The moment after `now` from which on downloads may be another pace than at `now`.
pub fn next_change(schedule: &Schedule, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let today = now.to_zoned(zone.clone()).date();
    // What begins on the days behind the last one may hold at its end.
    let spans = spans(schedule, today, AFTER + BEFORE, zone);
    let end = moment(day(today, AFTER)?, TimeOfDay::default(), zone)?;
    let before = pace_in(&spans, schedule, now);
    let edges = spans.iter().flat_map(|span| [span.from, span.to]);
    let mut edges: Vec<Timestamp> = edges.filter(|edge| now < *edge && *edge < end).collect();
    edges.sort_unstable();
    edges.into_iter().find(|edge| pace_in(&spans, schedule, *edge) != before)
}

/// When, from `from` on, all of these schedules let downloads run.
pub fn opens(schedules: &[&Schedule], from: Timestamp, zone: &TimeZone) -> Opens {
    let mut at = from;
    for _ in 0..MAX_TURNS {
        let stops = schedules.iter().filter(|schedule| pace_at(schedule, at, zone) == Pace::Stop);
        // Nothing can run before the last of those that stop it now has changed.
        let mut latest = None;
        for schedule in stops {
            match next_change(schedule, at, zone) {
                Some(change) => latest = latest.max(Some(change)),
                None => return Opens::Never,
            }
        }
        match latest {
            None if at == from => return Opens::Now,
            None => return Opens::At(at),
            Some(change) => at = change,
        }
    }
    Opens::Never
}

/// What keeps a job that is wanted: gates that are shut for it now, its own moment where that is `later`,
/// and the hours it follows, which `opens` tells of from then on, or from now. A network is named before an
/// hour, since it may stand beyond that.
pub fn kept(shut: Shut, later: Option<Timestamp>, opens: impl FnOnce() -> Opens) -> Option<Kept> {
    if shut.metered {
        return Some(Kept::Metered);
    }
    if !shut.hours && later.is_none() {
        return None;
    }
    match opens() {
        Opens::Now => later.map(Kept::Until),
        Opens::At(at) => Some(Kept::Hours(Some(at))),
        Opens::Never => Some(Kept::Hours(None)),
    }
}

fn day(today: Date, days: i32) -> Option<Date> {
    today.checked_add(days.days()).ok()
}

/// The real time of the window that begins on `date`; none where it begins on another day.
fn lasting(window: &Window, date: Date, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
    if !window.days.has(date.weekday()) {
        return None;
    }
    let last = if window.to <= window.from { date.tomorrow().ok()? } else { date };
    let (from, to) = (moment(date, window.from, zone)?, moment(last, window.to, zone)?);
    (from < to).then_some((from, to))
}

/// When a clock on the wall first shows this, or skips it.
fn moment(date: Date, time: TimeOfDay, zone: &TimeZone) -> Option<Timestamp> {
    let (hour, minute) = (i8::try_from(time.hour()).ok()?, i8::try_from(time.minute()).ok()?);
    let shown: DateTime = date.at(hour, minute, 0, 0);
    let found = zone.to_ambiguous_timestamp(shown);
    match found.offset() {
        AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => found.earlier().ok(),
        AmbiguousOffset::Gap { .. } => {
            let before = found.earlier().ok()?;
            Some(zone.following(before).next()?.timestamp())
        }
    }
}

#[cfg(test)]
#[path = "hours_tests.rs"]
mod tests;
