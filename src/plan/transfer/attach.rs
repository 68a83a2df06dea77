//! A part of the file that was found where the list of downloads did not know of it, gone on with as
//! after any other break. Invariant: its bytes count for what is told of them, no more.

use super::seams::Seams;
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
}
