//! Seams: the places in the file where bytes of one answer begin beside bytes of another. One answer
//! read across such a place shows that both sides are of one file, whatever their heads said.

use std::collections::BTreeSet;

use crate::model::range::ByteRange;

/// Bytes compared on each side of a seam, where there are as many.
pub(super) const SEAM_BYTES: u64 = 4 << 10;

/// The seams nobody has read across.
#[derive(Clone, Debug, Default)]
pub(super) struct Seams(BTreeSet<u64>);

impl Seams {
    /// An answer's bytes begin to be written at `at`, and nothing before them was compared.
    pub(super) fn begin(&mut self, at: u64) {
        if at > 0 {
            self.0.insert(at);
        }
    }

    /// One answer was written or compared all through `run`.
    pub(super) fn crossed(&mut self, run: ByteRange, size: u64) {
        if self.0.is_empty() {
            return;
        }
        let inside: Vec<u64> =
            self.0.range(run.start + 1..run.end.max(run.start + 1)).copied().collect();
        for seam in inside {
            let around = around(seam, size);
            if run.start <= around.start && around.end <= run.end {
                self.0.remove(&seam);
            }
        }
    }

    /// Whether a seam lies within `range`, its end included.
    pub(super) fn wants(&self, range: ByteRange) -> bool {
        self.0.range(range.start..=range.end).next().is_some()
    }

    /// What is to be compared, in order.
    pub(super) fn around(&self, size: u64) -> impl Iterator<Item = ByteRange> + '_ {
        self.0.iter().map(move |seam| around(*seam, size))
    }

    /// The headers alone must do: the server does not answer for this one any more.
    pub(super) fn let_go(&mut self) {
        self.0.clear();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn around(seam: u64, size: u64) -> ByteRange {
    ByteRange::new(seam.saturating_sub(SEAM_BYTES), size.min(seam + SEAM_BYTES))
}

#[cfg(test)]
mod tests {
    use super::*;

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
