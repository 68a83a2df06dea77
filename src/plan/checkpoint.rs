//! When to make durable what is written: soon at first, then at doubling distances.

use std::time::Duration;

/// The first checkpoint comes this long after a run's first byte.
pub const FIRST: Duration = Duration::from_millis(250);
/// The longest distance between two.
pub const LONGEST: Duration = Duration::from_secs(2);
/// As many bytes bring one forward.
pub const BYTES: u64 = 64 << 20;
/// The next is never sooner than this many times what the last one cost.
const COST_FACTOR: u32 = 20;

/// The schedule of one run. Times are since any fixed moment.
#[derive(Clone, Debug, Default)]
pub struct Schedule {
    distance: Duration,
    due: Option<Duration>,
    not_before: Duration,
    written: u64,
}

impl Schedule {
    /// Bytes were written.
    pub fn wrote(&mut self, bytes: u64, now: Duration) {
        self.written += bytes;
        if self.due.is_none() {
            self.distance = if self.distance.is_zero() { FIRST } else { self.distance };
            self.due = Some((now + self.distance).max(self.not_before));
        }
        if self.written >= BYTES {
            self.due = self.due.map(|due| due.min(now.max(self.not_before)));
        }
    }

    /// When the next one is due, if anything was written since the last.
    pub fn due(&self) -> Option<Duration> {
        self.due
    }

    /// A checkpoint begins: what is written from now on belongs to the next.
    pub fn began(&mut self) {
        self.due = None;
        self.written = 0;
        self.distance = (self.distance * 2).min(LONGEST);
    }

    /// A checkpoint that began at `from` ended at `now`.
    pub fn ended(&mut self, from: Duration, now: Duration) {
        self.not_before = now + now.saturating_sub(from) * COST_FACTOR;
        self.due = self.due.map(|due| due.max(self.not_before));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn doubles_up_to_the_longest() {
        let mut schedule = Schedule::default();
        let mut now = Duration::ZERO;
        let mut distances = Vec::new();
        for _ in 0..6 {
            schedule.wrote(1, now);
            let due = schedule.due().unwrap();
            distances.push(due.saturating_sub(now).as_millis());
            now = due;
            schedule.began();
            schedule.ended(now, now);
        }
        assert_eq!(distances, [250, 500, 1000, 2000, 2000, 2000]);
    }

    #[test]
    fn many_bytes_bring_it_forward_and_a_dear_one_pushes_it_back() {
        let mut schedule = Schedule::default();
        schedule.wrote(1, Duration::ZERO);
        schedule.wrote(BYTES, 10 * MS);
        assert_eq!(schedule.due(), Some(10 * MS));
        schedule.began();
        assert_eq!(schedule.due(), None);
        schedule.wrote(BYTES, 20 * MS);
        schedule.ended(10 * MS, 110 * MS);
        assert_eq!(schedule.due(), Some(2110 * MS));
    }

    #[test]
    fn nothing_written_nothing_due() {
        assert_eq!(Schedule::default().due(), None);
    }
}
