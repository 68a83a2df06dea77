//! What a description tells of a file (RFC 5854): digests of the whole, and digests of its pieces, each
//! of the same length, the last as long as what is left.
//!
//! Invariant: there is one digest of its algorithm's length for each piece of the size they are of.

use super::checksum::Algorithm;
use super::digests::Digests;
use super::range::{ByteRange, SpanSet};

/// What is kept of a description that fits a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description {
    /// Digests of the whole.
    pub digests: Digests,
    /// Digests of its pieces.
    pub pieces: Option<Pieces>,
}

/// Digests of a file's pieces.
#[derive(Clone, PartialEq, Eq)]
pub struct Pieces {
    algorithm: Algorithm,
    piece_bytes: u64,
    total: u64,
    /// One after the other.
    digests: Vec<u8>,
}

/// One piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// Where it stands in the file.
    pub range: ByteRange,
    /// Its digest.
    pub digest: &'a [u8],
}

impl Pieces {
    /// The pieces of a file of `total` bytes, with their digests one after the other. None where
    /// their number is not that of the pieces.
    pub fn new(
        algorithm: Algorithm,
        piece_bytes: u64,
        total: u64,
        digests: Vec<u8>,
    ) -> Option<Self> {
        let count = if piece_bytes == 0 { 0 } else { total.div_ceil(piece_bytes) };
        let len = usize::try_from(count).ok()?.checked_mul(algorithm.digest_bytes())?;
        let fits = count > 0 && digests.len() == len;
        fits.then_some(Self { algorithm, piece_bytes, total, digests })
    }

    /// How the digests were made.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Length of every piece but the last, in bytes.
    pub fn piece_bytes(&self) -> u64 {
        self.piece_bytes
    }

    /// Size of the file they are of.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// All digests, one after the other.
    pub fn digests(&self) -> &[u8] {
        &self.digests
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.digests.len() / self.algorithm.digest_bytes()
    }

    /// All of them, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = Piece<'_>> {
        let starts = (0..).map(|index: u64| index.saturating_mul(self.piece_bytes));
        starts.zip(self.digests.chunks_exact(self.algorithm.digest_bytes())).map(
            |(start, digest)| {
                let end = start.saturating_add(self.piece_bytes).min(self.total);
                Piece { range: ByteRange::new(start, end), digest }
            },
        )
    }

    /// Those that are held whole and have a byte of `of`.
    pub fn held<'a>(
        &'a self,
        held: &'a SpanSet,
        of: &'a SpanSet,
    ) -> impl Iterator<Item = Piece<'a>> + 'a {
        self.iter().filter(|piece| held.contains(piece.range) && !of.held(piece.range).is_empty())
    }
}

/// Thousands of digests tell nobody anything.
impl std::fmt::Debug for Pieces {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { algorithm, piece_bytes, total, digests: _ } = self;
        write!(f, "Pieces({} of {piece_bytes} of {total} bytes, {algorithm:?})", self.count())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn spans(ranges: &[(u64, u64)]) -> SpanSet {
        ranges.iter().map(|(start, end)| ByteRange::new(*start, *end)).collect()
    }

    #[test]
    fn as_many_digests_as_pieces() {
        for (piece_bytes, total, digests, fits) in [
            (10, 25, 3 * 4, true),
            (10, 30, 3 * 4, true),
            (10, 31, 3 * 4, false),
            (10, 20, 3 * 4, false),
            (10, 25, 3 * 4 - 1, false),
            (u64::MAX, u64::MAX, 4, true),
            (1, u64::MAX, 4, false),
            (0, 25, 4, false),
            (10, 0, 0, false),
        ] {
            let pieces = Pieces::new(Algorithm::Crc32, piece_bytes, total, vec![7; digests]);
            assert_eq!(pieces.is_some(), fits, "{piece_bytes} {total} {digests}");
        }
    }

    #[test]
    fn only_whole_pieces_can_be_compared() {
        let pieces = Pieces::new(Algorithm::Crc32, 10, 25, (0..12).collect()).unwrap();
        let told = |held: &[(u64, u64)], of: &[(u64, u64)]| -> Vec<(u64, u64, u8)> {
            let (held, of) = (spans(held), spans(of));
            let found = pieces.held(&held, &of);
            found.map(|p| (p.range.start, p.range.end, p.digest[0])).collect()
        };
        let whole = [(0, 25)];
        assert_eq!(told(&whole, &whole), [(0, 10, 0), (10, 20, 4), (20, 25, 8)]);
        assert_eq!(told(&whole, &[(9, 11)]), [(0, 10, 0), (10, 20, 4)]);
        assert_eq!(told(&[(1, 25)], &whole), [(10, 20, 4), (20, 25, 8)]);
        assert_eq!(told(&[(0, 19), (20, 24)], &whole), [(0, 10, 0)]);
        assert_eq!(told(&whole, &[]), []);
    }

    proptest! {
        #[test]
        fn pieces_are_the_file(piece_bytes in 1_u64..40, total in 1_u64..500) {
            let count = usize::try_from(total.div_ceil(piece_bytes)).unwrap();
            let pieces = Pieces::new(Algorithm::Md5, piece_bytes, total, vec![0; count * 16]).unwrap();
            prop_assert_eq!(pieces.count(), count);
            let mut at = 0;
            for piece in pieces.iter() {
                prop_assert!(piece.range.start == at && !piece.range.is_empty());
                prop_assert_eq!(piece.digest.len(), 16);
                at = piece.range.end;
            }
            prop_assert_eq!(at, total);
        }
    }
}
