//! A part of the file that was found where the list of downloads did not know of it, gone on with as
//! after any other break. Invariant: its bytes count for what is told of them, no more.

use super::seams::{SEAM_BYTES, Seams};
use super::{Known, SpanSet, Transfer};

/// What of an unfinished file was proved.
#[derive(Clone, Debug, Default)]
pub struct TakenUp {
    /// What identifies the representation it is a part of.
    pub known: Known,
    /// The bytes that were proved: some.
    pub held: SpanSet,
    /// Where answers met in it and nobody had read across.
    pub seams: Vec<u64>,
    /// Whether nothing strong says that it is a part of this representation.
    pub by_overlap: bool,
}

/// Places in what was found that are compared with answers before it counts as the file: no mark that a
/// server gives stands for the bytes of another one.
const FEW: u64 = 4;
/// As many where nothing strong says that it is a part of this representation.
const MANY: u64 = 16;

/// The seams of what was found, and places spread evenly over what is held, near its ends among them:
/// all are compared with answers, and kept until they were.
pub fn doubtful(seams: &[u64], held: &SpanSet, by_overlap: bool) -> Vec<u64> {
    let mut all = seams.to_vec();
    all.extend(spread(held, by_overlap));
    all.sort_unstable();
    all.dedup();
    all
}

fn spread(held: &SpanSet, by_overlap: bool) -> Vec<u64> {
    let (total, count) = (held.total(), if by_overlap { MANY } else { FEW });
    // As many bytes in, counted over what is held alone.
    let place = |offset: u64| {
        let mut before = 0;
        held.iter().find_map(|span| {
            let at = span.start + (offset - before);
            before += span.len();
            (offset < before).then_some(at)
        })
    };
    let near_end = SEAM_BYTES.min(total / 2);
    let places = (0..count).map(|n| {
        let share = u128::from(total - 2 * near_end) * u128::from(n) / u128::from(count - 1);
        near_end + u64::try_from(share).unwrap_or_default()
    });
    places.filter_map(|offset| place(offset.min(total.saturating_sub(1)))).collect()
}

impl Transfer {
    /// What had just begun, and was given up by [`Transfer::unbegin`], is held in part already.
    pub fn take_up(&mut self, found: TakenUp) {
        self.seams = Seams::left(&found.seams, &found.held);
        self.known = Known { begun: true, ..found.known };
        self.fresh = false;
        self.given = found.held;
        self.by_overlap = found.by_overlap;
        self.sampled = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::range::ByteRange;
    use crate::model::validator::{EntityTag, Validator};
    use crate::plan::decide::Shape;
    use crate::plan::transfer::{Begin, PROOF_BYTES, SAMPLE_BYTES};

    const MIB: u64 = 1 << 20;

    fn taken_up(etag: Option<&str>, held: &[ByteRange], by_overlap: bool) -> Transfer {
        let validator =
            Validator { etag: etag.map(|t| EntityTag(t.into())), ..Validator::default() };
        let known = Known { total: Some(5 * MIB), validator, ..Known::default() };
        let mut transfer = Transfer::new(Begin { connections: 1, ..Begin::default() });
        transfer.unbegin();
        let held = held.iter().copied().collect();
        transfer.take_up(TakenUp { known, held, seams: vec![MIB, 3 * MIB], by_overlap });
        transfer
    }

    fn asked(transfer: &mut Transfer) -> Shape {
        transfer.open(|_, _| PROOF_BYTES).unwrap().1.shape
    }

    #[test]
    fn the_rest_is_asked_for_with_what_is_compared_before_it() {
        let held = [ByteRange::new(0, 2 * MIB), ByteRange::new(3 * MIB, 5 * MIB)];
        let mut strong = taken_up(Some("\"a\""), &held, false);
        assert_eq!((strong.total(), strong.seams()), (Some(5 * MIB), vec![MIB]));
        assert!(!strong.is_complete() && !strong.by_overlap());
        // And a little into what stands behind it.
        let end = Some(3 * MIB + (4 << 10));
        let condition = Some("\"a\"".to_owned());
        let first = 2 * MIB - PROOF_BYTES;
        assert_eq!(asked(&mut strong), Shape::Ranged { first, end, condition });
        let mut weak = taken_up(None, &held, true);
        assert!(weak.by_overlap());
        let sample = Shape::Ranged { first: 0, end: Some(SAMPLE_BYTES), condition: None };
        assert_eq!(asked(&mut weak), sample);
    }

    #[test]
    fn what_is_whole_is_read_across_its_seams_and_no_more() {
        let mut whole = taken_up(Some("\"a\""), &[ByteRange::new(0, 5 * MIB)], false);
        assert!(!whole.is_complete());
        let condition = Some("\"a\"".to_owned());
        let (first, end) = (MIB - (4 << 10), Some(MIB + (4 << 10)));
        assert_eq!(asked(&mut whole), Shape::Ranged { first, end, condition });
    }

    #[test]
    fn what_was_found_is_compared_at_places_all_over_it() {
        let held: SpanSet =
            [ByteRange::new(0, 2 * MIB), ByteRange::new(3 * MIB, 5 * MIB)].into_iter().collect();
        for (by_overlap, count) in [(false, 4), (true, 16)] {
            let places = doubtful(&[MIB], &held, by_overlap);
            assert_eq!(places.len(), count + 1, "{places:?}");
            assert!(places.windows(2).all(|pair| pair[0] < pair[1]));
            let both_sides = |at: u64| held.contains(ByteRange::new(at - 1, at + 1));
            assert!(places.iter().all(|at| both_sides(*at)), "{places:?}");
            assert!(places[0] <= SEAM_BYTES && places[count] >= 5 * MIB - 2 * SEAM_BYTES);
        }
        let spans = |all: &[(u64, u64)]| -> SpanSet {
            all.iter().map(|(start, end)| ByteRange::new(*start, *end)).collect()
        };
        // As far from both ends as is compared around a place, and evenly between, gaps not counted.
        for (held, places) in [
            (&[(0, 100_000)][..], [4096, 34_698, 65_301, 95_904]),
            (&[(500, 100_500)], [4596, 35_198, 65_801, 96_404]),
            (&[(0, 50_000), (60_000, 110_000)], [4096, 34_698, 75_301, 105_904]),
            (&[(0, 4096), (5000, 100_904)], [5000, 35_602, 66_205, 96_808]),
        ] {
            assert_eq!(doubtful(&[], &spans(held), false), places, "{held:?}");
        }
        assert_eq!(doubtful(&[9, 9, 7], &spans(&[(0, 8192)]), false), [7, 9, 4096]);
        for len in [1, 2, 3, 8 << 10] {
            let tiny = [ByteRange::new(7, 7 + len)].into_iter().collect();
            assert!(doubtful(&[], &tiny, true).iter().all(|at| (7..7 + len).contains(at)));
        }
    }
}
