//! Seams: the places in the file where bytes of one answer begin beside bytes of another. One answer
//! read across such a place shows that both sides are of one file, whatever their heads said.

use std::collections::BTreeSet;

use super::Transfer;

use crate::model::range::{ByteRange, SpanSet};

/// Bytes compared on each side of a seam, where there are as many.
pub(super) const SEAM_BYTES: u64 = 4 << 10;

/// The seams of a file.
#[derive(Clone, Debug, Default)]
pub(super) struct Seams {
    /// Nobody has read across these.
    open: BTreeSet<u64>,
    /// These were read across, and what came is still to be compared.
    crossed: BTreeSet<u64>,
    /// Every place where one was, and where an answer broke off.
    places: BTreeSet<u64>,
}

impl Seams {
    /// The seams an earlier run left, where bytes are held on both sides.
    pub(super) fn left(seams: &[u64], held: &SpanSet) -> Self {
        let both = |at: &&u64| {
            at.checked_sub(1).is_none_or(|before| held.span_at(before).is_some())
                && held.span_at(**at).is_some()
        };
        Self { open: seams.iter().filter(both).copied().collect(), ..Self::default() }
    }

    /// An answer's bytes begin to be written at `at`, and nothing before them was compared.
    pub(super) fn begin(&mut self, at: u64) {
        if at > 0 {
            self.open.insert(at);
            self.crossed.remove(&at);
            self.places.insert(at);
        }
    }

    /// What stands at `at` is in doubt.
    pub(super) fn doubt_at(&mut self, at: u64) {
        self.open.insert(at);
    }

    /// One answer was written or compared all through `run`. True where it crossed a seam.
    pub(super) fn crossed(&mut self, run: ByteRange, size: u64) -> bool {
        if self.open.is_empty() {
            return false;
        }
        let before = self.crossed.len();
        let inside: Vec<u64> =
            self.open.range(run.start..run.end.max(run.start)).copied().collect();
        for seam in inside {
            let around = around(seam, size);
            if run.start <= around.start && around.end <= run.end {
                self.open.remove(&seam);
                self.crossed.insert(seam);
            }
        }
        self.crossed.len() > before
    }

    /// Whether a seam lies within `range`, its end included.
    pub(super) fn wants(&self, range: ByteRange) -> bool {
        self.open.range(range.start..=range.end).next().is_some()
    }

    /// Whether the seam that a request up to `end` was for is still not proved.
    pub(super) fn is_open(&self, end: u64, size: u64) -> bool {
        self.around(size).any(|around| around.end == end)
    }

    /// What is to be compared, in order.
    pub(super) fn around(&self, size: u64) -> impl Iterator<Item = ByteRange> + '_ {
        self.open.iter().map(move |seam| around(*seam, size))
    }

    /// The headers alone must do: the server does not answer for this one any more.
    pub(super) fn let_go(&mut self) {
        self.open.clear();
        self.crossed.clear();
    }

    /// An answer broke off at `at`.
    pub(super) fn broke_at(&mut self, at: u64) {
        self.places.insert(at);
    }

    /// Every place where answers met or broke off.
    pub(super) fn places(&self) -> impl Iterator<Item = u64> + '_ {
        self.places.iter().copied()
    }

    /// All that came was compared and found right.
    pub(super) fn compared(&mut self) {
        self.crossed.clear();
    }

    /// Something that came was not what it should be: what was read across counts no more.
    pub(super) fn doubt(&mut self) {
        self.open.append(&mut self.crossed);
    }

    /// Those not proved, in order.
    pub(super) fn unproved(&self) -> Vec<u64> {
        self.open.union(&self.crossed).copied().collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }
}

/// Seams that make all of `range` be compared: as many as touch each other.
pub(super) fn all_through(range: ByteRange) -> impl Iterator<Item = u64> {
    let step = usize::try_from(2 * SEAM_BYTES).unwrap_or(usize::MAX);
    (range.start + SEAM_BYTES..range.end.saturating_add(SEAM_BYTES))
        .step_by(step)
        .map(move |at| at.min(range.end - 1))
}

fn around(seam: u64, size: u64) -> ByteRange {
    ByteRange::new(seam.saturating_sub(SEAM_BYTES), size.min(seam + SEAM_BYTES))
}

impl Transfer {
    /// Where answers meet that nobody has read across, in order: to be kept beside what is held.
    pub fn seams(&self) -> Vec<u64> {
        let mut seams = self.seams.unproved();
        seams.extend(self.connections.values().flat_map(|c| self.not_yet_compared(c)));
        seams.sort_unstable();
        seams.dedup();
        seams
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seams_through_a_range_touch_each_other() {
        for (start, end) in [(0, 1), (50_000, 115_536), (50_000, 60_000), (7, 8199), (7, 8200)] {
            let range = ByteRange::new(start, end);
            let mut reached = start;
            for at in all_through(range) {
                assert!(range.start <= at && at < range.end, "{at} {range:?}");
                let around = around(at, u64::MAX);
                assert!(around.start <= reached, "{at} {range:?}");
                reached = around.end;
            }
            assert!(reached >= end, "{range:?}");
            // They reach as far as they can, each as long as two sides are.
            let needed = range.len().div_ceil(2 * SEAM_BYTES) + 1;
            assert!(all_through(range).count() as u64 <= needed, "{range:?}");
        }
    }

    #[test]
    fn what_runs_across_no_seam_crosses_none() {
        let mut seams = Seams::default();
        assert!(!seams.crossed(ByteRange::new(0, 90_000), 100_000));
        seams.begin(50_000);
        for (run, crosses) in
            [((0, 40_000), false), ((0, 90_000), true), ((0, 90_000), false), ((50_000, 9), false)]
        {
            assert_eq!(seams.crossed(ByteRange::new(run.0, run.1), 100_000), crosses);
        }
        seams.begin(60_000);
        assert!(!seams.crossed(ByteRange::new(0, 40_000), 100_000), "another was crossed before");
    }

    #[test]
    fn what_was_read_across_counts_once_it_was_compared() {
        let mut seams = Seams::default();
        seams.begin(50_000);
        seams.crossed(ByteRange::new(0, 90_000), 100_000);
        assert!(seams.is_empty() && seams.unproved() == [50_000]);
        seams.doubt();
        assert!(!seams.is_empty());
        seams.crossed(ByteRange::new(0, 90_000), 100_000);
        seams.compared();
        seams.doubt();
        assert!(seams.is_empty() && seams.unproved().is_empty());
    }

    #[test]
    fn seams_of_an_earlier_run_count_where_both_sides_are_held() {
        let held = [ByteRange::new(0, 10), ByteRange::new(20, 40)].into_iter().collect();
        assert_eq!(Seams::left(&[0, 5, 10, 20, 30, 40], &held).unproved(), [0, 5, 30]);
    }

    #[test]
    fn a_seam_is_proved_by_what_was_read_across_it() {
        let size = 100_000;
        let mut seams = Seams::default();
        seams.begin(0);
        assert!(seams.is_empty(), "nothing lies before the start");
        seams.begin(50_000);
        seams.begin(99_000);
        for too_little in [(50_000, 90_000), (0, 50_000), (46_000, size - 1), (45_000, 54_000)] {
            seams.crossed(ByteRange::new(too_little.0, too_little.1), size);
            assert_eq!(
                seams.around(size).next(),
                Some(ByteRange::new(45_904, 54_096)),
                "{too_little:?}"
            );
        }
        seams.crossed(ByteRange::new(45_904, 54_096), size);
        assert_eq!(seams.around(size).next(), Some(ByteRange::new(94_904, size)));
        seams.crossed(ByteRange::new(0, size), size);
        assert!(seams.is_empty());
    }
}
