//! How fast a job was over its life: bytes by the seconds in which it ran, in ever coarser steps, so that
//! an hour takes no more room than a minute.

use serde::{Deserialize, Serialize};

/// Steps kept at most; then neighbours are joined.
pub const MAX_STEPS: usize = 240;

/// Bytes that came in so many seconds of running.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Seconds, at least one.
    pub secs: u32,
    /// Bytes received in them.
    pub bytes: u64,
}

impl Step {
    /// Bytes a second.
    pub fn bps(self) -> u64 {
        self.bytes / u64::from(self.secs.max(1))
    }

    fn with(self, other: Self) -> Self {
        Self {
            secs: self.secs.saturating_add(other.secs),
            bytes: self.bytes.saturating_add(other.bytes),
        }
    }
}

/// A job's speed over the time it ran.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpeedHistory {
    steps: Vec<Step>,
}

impl SpeedHistory {
    /// A second went by in which so many bytes came.
    pub fn second(&mut self, bytes: u64) {
        let width = self.width();
        let second = Step { secs: 1, bytes };
        match self.steps.last_mut().filter(|last| last.secs < width) {
            Some(last) => *last = last.with(second),
            None => self.steps.push(second),
        }
        self.thin();
    }

    /// What came after this.
    pub fn extend(&mut self, later: &Self) {
        self.steps.extend(&later.steps);
        self.thin();
    }

    /// From the first to the last.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Seconds in all.
    pub fn secs(&self) -> u64 {
        self.steps.iter().map(|step| u64::from(step.secs)).sum()
    }

    /// Bytes in all.
    pub fn bytes(&self) -> u64 {
        self.steps.iter().fold(0, |sum, step| sum.saturating_add(step.bytes))
    }

    /// The fastest step, in bytes a second.
    pub fn peak_bps(&self) -> u64 {
        self.steps.iter().map(|step| step.bps()).max().unwrap_or_default()
    }

    /// How long a step is before the next one begins.
    fn width(&self) -> u32 {
        self.steps.first().map_or(1, |first| first.secs)
    }

    fn thin(&mut self) {
        while self.steps.len() > MAX_STEPS {
            let join = |pair: &[Step]| pair.iter().copied().reduce(Step::with);
            self.steps = self.steps.chunks(2).filter_map(join).collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nothing_is_lost_and_it_stays_small(
            runs in prop::collection::vec(prop::collection::vec(0u64..1 << 40, 0..1500), 1..4),
        ) {
            let mut history = SpeedHistory::default();
            for run in &runs {
                let mut part = SpeedHistory::default();
                for bytes in run {
                    part.second(*bytes);
                }
                history.extend(&part);
            }
            prop_assert_eq!(history.bytes(), runs.iter().flatten().sum::<u64>());
            prop_assert_eq!(history.secs(), runs.iter().map(Vec::len).sum::<usize>() as u64);
            prop_assert!(history.steps().len() <= MAX_STEPS);
            prop_assert!(history.steps().iter().all(|step| step.secs > 0));
            let most = runs.iter().flatten().max().copied().unwrap_or_default();
            prop_assert!(history.peak_bps() <= most);
        }
    }

    #[test]
    fn a_steady_stream_is_a_flat_line_however_long() {
        for secs in [3, 240, 241, 100_000] {
            let mut history = SpeedHistory::default();
            (0..secs).for_each(|_| history.second(5_000_000));
            assert!(history.steps().iter().all(|step| step.bps() == 5_000_000), "{secs}");
            assert!(history.steps().len() >= secs.min(120), "{secs}");
            // The last one is still growing.
            let widths: Vec<u32> = history.steps().iter().map(|step| step.secs).collect();
            let (last, others) = widths.split_last().unwrap();
            assert!(others.iter().all(|width| *width == widths[0]) && *last <= widths[0], "{secs}");
        }
    }
}
