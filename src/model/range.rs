//! Ranges of bytes and sets of them. All ranges are half-open: `start` is in, `end` is not.
//!
//! Invariant of [`SpanSet`]: sorted, none empty, none touching another.

use serde::{Deserialize, Serialize};

/// The bytes from `start` up to, not including, `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ByteRange {
    /// First byte of the range.
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
}

impl ByteRange {
    /// The range `start..end`; an `end` before `start` gives an empty range.
    pub fn new(start: u64, end: u64) -> Self {
        Self { start, end: end.max(start) }
    }

    /// How many bytes it holds.
    pub fn len(self) -> u64 {
        self.end - self.start
    }

    /// Whether it holds no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// What both ranges have in common; empty where they do not meet.
    #[must_use]
    pub fn meet(self, other: Self) -> Self {
        Self::new(self.start.max(other.start), self.end.min(other.end))
    }
}

/// A set of bytes as sorted, separate, non-empty ranges.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SpanSet {
    spans: Vec<ByteRange>,
}

impl SpanSet {
    /// The empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many bytes are in the set.
    pub fn total(&self) -> u64 {
        self.spans.iter().map(|s| s.len()).sum()
    }

    /// Whether no byte is in the set.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The ranges, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = ByteRange> + '_ {
        self.spans.iter().copied()
    }

    /// How many separate ranges there are.
    pub fn count(&self) -> usize {
        self.spans.len()
    }

    /// Adds a range; what touches or overlaps becomes one.
    pub fn insert(&mut self, range: ByteRange) {
        if range.is_empty() {
            return;
        }
        let first = self.spans.partition_point(|s| s.end < range.start);
        let last = self.spans.partition_point(|s| s.start <= range.end);
        let merged = self.spans[first..last].iter().fold(range, |joined, s| ByteRange {
            start: joined.start.min(s.start),
            end: joined.end.max(s.end),
        });
        self.spans.splice(first..last, [merged]);
    }

    /// Takes a range out.
    pub fn remove(&mut self, range: ByteRange) {
        if range.is_empty() {
            return;
        }
        let first = self.spans.partition_point(|s| s.end <= range.start);
        let last = self.spans.partition_point(|s| s.start < range.end);
        let kept: Vec<ByteRange> = self.spans[first..last]
            .iter()
            .flat_map(|s| {
                [
                    ByteRange::new(s.start, range.start.min(s.end)),
                    ByteRange::new(range.end.max(s.start), s.end),
                ]
            })
            .filter(|s| !s.is_empty())
            .collect();
        self.spans.splice(first..last, kept);
    }

    /// Whether every byte of `range` is in the set. An empty range always is.
    pub fn contains(&self, range: ByteRange) -> bool {
        range.is_empty()
            || self
                .span_at(range.start)
                .is_some_and(|s| s.start <= range.start && range.end <= s.end)
    }

    /// The span that holds byte `at`, if one does.
    pub fn span_at(&self, at: u64) -> Option<ByteRange> {
        let index = self.spans.partition_point(|s| s.end <= at);
        self.spans.get(index).copied().filter(|s| s.start <= at)
    }

    /// The first missing range at or after `from` and before `end`.
    pub fn first_gap(&self, from: u64, end: u64) -> Option<ByteRange> {
        let start = self.span_at(from).map_or(from, |s| s.end);
        if start >= end {
            return None;
        }
        let next = self.spans.partition_point(|s| s.end <= start);
        let stop = self.spans.get(next).map_or(end, |s| s.start.min(end));
        Some(ByteRange::new(start, stop))
    }

    /// Every missing range inside `within`, in order.
    pub fn gaps(&self, within: ByteRange) -> Vec<ByteRange> {
        let mut gaps = Vec::new();
        let mut from = within.start;
        while let Some(gap) = self.first_gap(from, within.end) {
            from = gap.end;
            gaps.push(gap);
        }
        gaps
    }

    /// The parts of `within` that are in the set, in order.
    pub fn held(&self, within: ByteRange) -> Vec<ByteRange> {
        let first = self.spans.partition_point(|s| s.end <= within.start);
        self.spans[first..]
            .iter()
            .take_while(|s| s.start < within.end)
            .map(|s| s.meet(within))
            .filter(|s| !s.is_empty())
            .collect()
    }

    /// Forgets every byte at or past `len`: what a file of that length cannot hold.
    pub fn clip(&mut self, len: u64) {
        self.remove(ByteRange::new(len, u64::MAX));
    }

    /// Whether the set is exactly `0..total`.
    pub fn is_whole(&self, total: u64) -> bool {
        self.contains(ByteRange::new(0, total))
    }
}

impl FromIterator<ByteRange> for SpanSet {
    fn from_iter<I: IntoIterator<Item = ByteRange>>(ranges: I) -> Self {
        let mut set = Self::new();
        for range in ranges {
            set.insert(range);
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SPACE: u64 = 64;

    fn bits(set: &SpanSet) -> Vec<bool> {
        (0..SPACE).map(|at| set.span_at(at).is_some()).collect()
    }

    proptest! {
        #[test]
        fn behaves_like_a_row_of_bits(
            steps in prop::collection::vec((any::<bool>(), 0..SPACE, 0..SPACE), 0..40),
            probe in (0..SPACE, 0..SPACE),
        ) {
            let mut set = SpanSet::new();
            let mut model = vec![false; usize::try_from(SPACE).unwrap()];
            for (add, a, b) in steps {
                let range = ByteRange::new(a.min(b), a.max(b));
                for at in range.start..range.end {
                    model[usize::try_from(at).unwrap()] = add;
                }
                if add { set.insert(range) } else { set.remove(range) }
            }
            prop_assert_eq!(bits(&set), model.clone());
            prop_assert_eq!(set.total(), model.iter().filter(|b| **b).count() as u64);
            let sorted = set.iter().collect::<Vec<_>>();
            prop_assert_eq!(set.count(), sorted.len());
            prop_assert!(sorted.windows(2).all(|w| w[0].end < w[1].start));
            let within = ByteRange::new(probe.0.min(probe.1), probe.0.max(probe.1));
            let slice = &model[usize::try_from(within.start).unwrap()..usize::try_from(within.end).unwrap()];
            prop_assert_eq!(set.contains(within), slice.iter().all(|b| *b));
            let missing: u64 = set.gaps(within).iter().map(|g| g.len()).sum();
            let held: u64 = set.held(within).iter().map(|g| g.len()).sum();
            prop_assert_eq!(missing, slice.iter().filter(|b| !**b).count() as u64);
            prop_assert_eq!(missing + held, within.len());
        }
    }

    #[test]
    fn clip_forgets_what_a_short_file_cannot_hold() {
        let mut set: SpanSet =
            [ByteRange::new(0, 10), ByteRange::new(20, 30)].into_iter().collect();
        set.clip(25);
        assert_eq!(set.total(), 15);
        set.clip(0);
        assert!(set.is_empty());
    }
}
