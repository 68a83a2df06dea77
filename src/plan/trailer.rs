//! The record at the end of an unfinished file: what it is a part of, and the hash of each block, so
//! that its bytes can be proved where the list of downloads is lost. It stands past the last byte of
//! the file that is fetched and is cut off with the end. No link and no secret is in it.
//!
//! Invariants: whatever is cut short or changed in it gives no record or fewer hashes, never a wrong
//! one; what was written for one part file is never read as that of another.
//!
//! ```text
//! 0 … total   the file
//! … + 0       header: magic, version, length, JSON, checksum              (4096 bytes)
//! … + 4096    seams: count, checksum, places                              (4096 bytes)
//! … + 8192    leaves: 31 hashes and a checksum each, in order             (512 bytes each)
//! ```

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use crate::model::block::{BLOCK_BYTES, BlockHash};
use crate::model::validator::Validator;

/// Where a record may begin.
const PAGE_BYTES: u64 = 4096;
/// Bytes that a header takes at most.
pub const HEADER_BYTES: usize = 4096;
/// Bytes that the seams take at most.
pub const SEAMS_BYTES: usize = 4096;
/// Bytes of a leaf: what a disk writes whole or not at all.
pub const LEAF_BYTES: usize = 512;
/// Hashes in a leaf.
const LEAF_HASHES: usize = 31;
const HASH_BYTES: usize = 16;
const MAGIC: [u8; 8] = *b"\x89onward\n";
const VERSION: u32 = 1;
/// Magic, version, length of what follows.
const PREFIX_BYTES: usize = 16;
/// Count and checksum.
const SEAMS_PREFIX_BYTES: usize = 24;
const MAX_SEAMS: usize = (SEAMS_BYTES - SEAMS_PREFIX_BYTES) / 8;
/// The count where there are more seams than there is room for.
const TOO_MANY: u64 = u64::MAX;

/// Where the header of a file of `total` bytes stands.
pub fn header_at(total: u64) -> u64 {
    total.div_ceil(PAGE_BYTES).saturating_mul(PAGE_BYTES)
}

/// Where its seams stand.
pub fn seams_at(total: u64) -> u64 {
    header_at(total).saturating_add(HEADER_BYTES as u64)
}

/// Where a leaf stands.
pub fn leaf_at(total: u64, number: u64) -> u64 {
    let before = number.saturating_mul(LEAF_BYTES as u64);
    seams_at(total).saturating_add(SEAMS_BYTES as u64).saturating_add(before)
}

/// Leaves of a file of `total` bytes.
fn leaves(total: u64) -> u64 {
    total.div_ceil(BLOCK_BYTES).div_ceil(LEAF_HASHES as u64)
}

/// The greatest length of an unfinished file of `total` bytes, its record among them.
pub fn longest_part(total: u64) -> u64 {
    leaf_at(total, leaves(total))
}

/// What a part file is a part of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Any number that no other part file has: hashes belong to it.
    pub id: u64,
    /// Size of the whole in bytes.
    pub total: u64,
    /// The name the part file was made under.
    pub name: String,
    /// What the server identified it by.
    pub validator: Validator,
    /// The content type it came with.
    pub content_type: Option<String>,
}

impl Header {
    /// Its bytes, [`HEADER_BYTES`] of them; none where it is longer.
    pub fn encode(&self) -> Option<Vec<u8>> {
        let payload = serde_json::to_vec(self).ok()?;
        let mut bytes = MAGIC.to_vec();
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend(u32::try_from(payload.len()).ok()?.to_le_bytes());
        bytes.extend(payload);
        bytes.extend(checksum(&[&bytes]));
        let fits = bytes.len() <= HEADER_BYTES;
        bytes.resize(HEADER_BYTES, 0);
        fits.then_some(bytes)
    }

    /// Reads it, where it is whole.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let prefix = bytes.get(..PREFIX_BYTES)?;
        let number = |at: usize| Some(u32::from_le_bytes(prefix.get(at..at + 4)?.try_into().ok()?));
        if prefix.get(..8)? != MAGIC || number(8)? != VERSION {
            return None;
        }
        let end = PREFIX_BYTES.checked_add(usize::try_from(number(12)?).ok()?)?;
        let sum = bytes.get(end..end.checked_add(HASH_BYTES)?)?;
        let is_whole = *sum == checksum(&[bytes.get(..end)?]);
        is_whole.then(|| serde_json::from_slice(bytes.get(PREFIX_BYTES..end)?).ok())?
    }

    /// Whether what stands in the file by this header goes on under another one: only what tells of
    /// the server's answers differs.
    pub fn goes_on(&self, other: &Self) -> bool {
        self.total == other.total && self.name == other.name
    }
}

/// The bytes of the places where two answers meet and nobody has read across. As short as may be, so
/// that a disk writes them whole or not at all.
pub fn encode_seams(id: u64, seams: &[u64]) -> Vec<u8> {
    let told = if seams.len() > MAX_SEAMS { &[] } else { seams };
    let count = if seams.len() > MAX_SEAMS { TOO_MANY } else { seams.len() as u64 };
    let places: Vec<u8> = told.iter().flat_map(|seam| seam.to_le_bytes()).collect();
    let mut bytes = count.to_le_bytes().to_vec();
    bytes.extend(checksum(&[&id.to_le_bytes(), &count.to_le_bytes(), &places]));
    bytes.extend(places);
    bytes.resize(bytes.len().next_multiple_of(LEAF_BYTES), 0);
    bytes
}

/// Reads the seams; none where they are not known.
pub fn decode_seams(id: u64, bytes: &[u8]) -> Option<Vec<u64>> {
    let count = bytes.get(..8)?;
    let number = usize::try_from(u64::from_le_bytes(count.try_into().ok()?)).ok()?;
    let end = SEAMS_PREFIX_BYTES.checked_add(number.checked_mul(8)?)?;
    let places = bytes.get(SEAMS_PREFIX_BYTES..end)?;
    let is_whole = bytes.get(8..SEAMS_PREFIX_BYTES)?
        == checksum(&[id.to_le_bytes().as_slice(), count, places]).as_slice();
    let place = |at: &[u8]| at.try_into().map(u64::from_le_bytes).ok();
    is_whole.then(|| places.chunks_exact(8).map(place).collect())?
}

/// The hashes of some blocks that follow each other; nought where one is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leaf([u128; LEAF_HASHES]);

impl Leaf {
    /// The number of the leaf that a block's hash stands in.
    pub fn of(block: u64) -> u64 {
        block / LEAF_HASHES as u64
    }

    /// Its bytes.
    pub fn encode(&self, id: u64, number: u64) -> Vec<u8> {
        let mut bytes: Vec<u8> = self.0.iter().flat_map(|hash| hash.to_le_bytes()).collect();
        bytes.extend(checksum(&[&id.to_le_bytes(), &number.to_le_bytes(), &bytes]));
        bytes
    }

    /// Reads one, where it is whole.
    pub fn decode(id: u64, number: u64, bytes: &[u8]) -> Option<Self> {
        let (hashes, sum) = bytes.get(..LEAF_BYTES)?.split_at(LEAF_HASHES * HASH_BYTES);
        let is_whole = *sum == checksum(&[&id.to_le_bytes(), &number.to_le_bytes(), hashes]);
        let mut leaf = Self::default();
        for (hash, bytes) in leaf.0.iter_mut().zip(hashes.chunks_exact(HASH_BYTES)) {
            *hash = u128::from_le_bytes(bytes.try_into().ok()?);
        }
        is_whole.then_some(leaf)
    }

    /// Sets the hash of a block of this leaf; none where it is not known any more.
    pub fn set(&mut self, block: u64, hash: Option<u128>) {
        let place = usize::try_from(block % LEAF_HASHES as u64).unwrap_or(LEAF_HASHES);
        if let Some(old) = self.0.get_mut(place) {
            *old = hash.unwrap_or_default();
        }
    }

    fn blocks(&self, number: u64) -> impl Iterator<Item = BlockHash> + '_ {
        let first = number.saturating_mul(LEAF_HASHES as u64);
        let known = (first..).zip(&self.0).filter(|(_, hash)| **hash != 0);
        known.map(|(index, hash)| BlockHash { index, hash: *hash })
    }
}

/// A record as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trailer {
    /// What the part file is a part of.
    pub header: Header,
    /// Places where two answers meet and nobody has read across.
    pub seams: Vec<u64>,
    /// The hashes that are known, by block.
    pub hashes: Vec<BlockHash>,
}

impl Trailer {
    /// Reads a record from what stands from [`header_at`] on. Nothing where it is not one of a file of
    /// `total` bytes, or does not tell where its seams are.
    pub fn decode(total: u64, bytes: &[u8]) -> Option<Self> {
        let header = Header::decode(bytes)?;
        let seams = decode_seams(header.id, bytes.get(HEADER_BYTES..)?)?;
        let leaves = bytes.get(HEADER_BYTES + SEAMS_BYTES..).unwrap_or_default();
        let blocks = total.div_ceil(BLOCK_BYTES);
        let mut hashes = Vec::new();
        for (number, bytes) in (0..).zip(leaves.chunks(LEAF_BYTES)) {
            let leaf = Leaf::decode(header.id, number, bytes).unwrap_or_default();
            hashes.extend(leaf.blocks(number).filter(|block| block.index < blocks));
        }
        (header.total == total).then_some(Self { header, seams, hashes })
    }
}

fn checksum(parts: &[&[u8]]) -> [u8; HASH_BYTES] {
    let mut hasher = Xxh3::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.digest128().to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::validator::EntityTag;
    use proptest::prelude::*;

    const TOTAL: u64 = 70 * BLOCK_BYTES + 5;

    fn header() -> Header {
        Header {
            id: 7,
            total: TOTAL,
            name: "a.bin".into(),
            validator: Validator { etag: Some(EntityTag("\"a\"".into())), ..Validator::default() },
            content_type: None,
        }
    }

    fn trailer(known: &[u64]) -> Trailer {
        let hashes = known.iter().map(|&index| BlockHash { index, hash: u128::from(index) + 1 });
        Trailer { header: header(), seams: vec![5, 1 << 40], hashes: hashes.collect() }
    }

    fn encode(trailer: &Trailer) -> Vec<u8> {
        let id = trailer.header.id;
        let mut bytes = trailer.header.encode().unwrap();
        bytes.extend(encode_seams(id, &trailer.seams));
        bytes.resize(HEADER_BYTES + SEAMS_BYTES, 0);
        for number in 0..leaves(trailer.header.total) {
            let mut leaf = Leaf::default();
            for block in trailer.hashes.iter().filter(|block| Leaf::of(block.index) == number) {
                leaf.set(block.index, Some(block.hash));
            }
            bytes.extend(leaf.encode(id, number));
        }
        bytes
    }

    #[test]
    fn it_stands_past_the_file_and_ends_where_that_is_told() {
        for (total, begins) in [(1, 4096), (4096, 4096), (4097, 8192), (TOTAL, 73_404_416)] {
            assert_eq!(header_at(total), begins, "{total}");
            let leaves = total.div_ceil(BLOCK_BYTES).div_ceil(31) * 512;
            assert_eq!(longest_part(total), begins + 8192 + leaves, "{total}");
        }
        assert_eq!(longest_part(u64::MAX), u64::MAX);
        let bytes = encode(&trailer(&[]));
        assert_eq!(header_at(TOTAL) + bytes.len() as u64, longest_part(TOTAL));
    }

    #[test]
    fn what_is_of_another_part_is_not_read() {
        let bytes = encode(&trailer(&[0, 40]));
        assert_eq!(Trailer::decode(TOTAL + 1, &bytes), None);
        let other = encode(&Trailer { header: Header { id: 8, ..header() }, ..trailer(&[]) });
        // The header of one over the hashes, or the seams, of another.
        let leaves = [&other[..HEADER_BYTES + SEAMS_BYTES], &bytes[HEADER_BYTES + SEAMS_BYTES..]];
        assert_eq!(Trailer::decode(TOTAL, &leaves.concat()).unwrap().hashes, []);
        let seams = [&other[..HEADER_BYTES], &bytes[HEADER_BYTES..]];
        assert_eq!(Trailer::decode(TOTAL, &seams.concat()), None);
        // A leaf in another one's place.
        let mut moved = bytes.clone();
        moved
            .copy_within(HEADER_BYTES + SEAMS_BYTES..HEADER_BYTES + SEAMS_BYTES + LEAF_BYTES, 8704);
        let indices: Vec<u64> = Trailer::decode(TOTAL, &moved)
            .unwrap()
            .hashes
            .iter()
            .map(|block| block.index)
            .collect();
        assert_eq!(indices, [0]);
    }

    #[test]
    fn what_does_not_fit_is_not_told_in_part() {
        let long = Header { name: "n".repeat(HEADER_BYTES), ..header() };
        assert_eq!(long.encode(), None);
        let many: Vec<u64> = (0..=MAX_SEAMS as u64).collect();
        let bytes = encode_seams(7, &many[1..]);
        assert_eq!((bytes.len(), decode_seams(7, &bytes)), (SEAMS_BYTES, Some(many[1..].to_vec())));
        assert_eq!(decode_seams(7, &encode_seams(7, &many)), None);
        assert_eq!(encode_seams(7, &many[..61]).len(), LEAF_BYTES);
    }

    #[test]
    fn a_hash_that_is_forgotten_is_not_known() {
        let mut leaf = Leaf::default();
        leaf.set(33, Some(9));
        leaf.set(32, Some(8));
        leaf.set(33, None);
        assert_eq!(leaf.blocks(1).collect::<Vec<_>>(), [BlockHash { index: 32, hash: 8 }]);
        assert_eq!((Leaf::of(30), Leaf::of(31)), (0, 1));
    }

    #[test]
    fn nothing_secret_is_in_it() {
        // A field that is added must be thought of here.
        let json = serde_json::to_value(header()).unwrap();
        let names: Vec<&String> = json.as_object().unwrap().keys().collect();
        assert_eq!(names, ["content_type", "id", "name", "total", "validator"]);
    }

    proptest! {
        #[test]
        fn it_is_read_as_it_was_written(
            known in prop::collection::btree_set(0u64..71, 0..71),
            seams in prop::collection::vec(any::<u64>(), 0..MAX_SEAMS),
        ) {
            let known: Vec<u64> = known.into_iter().collect();
            let written = Trailer { seams, ..trailer(&known) };
            prop_assert_eq!(Trailer::decode(TOTAL, &encode(&written)), Some(written));
        }

        /// Whatever is cut off or changed: no record, or fewer hashes, and none that was not written.
        #[test]
        fn damage_never_makes_a_wrong_hash(
            known in prop::collection::btree_set(0u64..71, 0..71),
            cut in 0usize..12_000,
            flips in prop::collection::vec((0usize..12_000, 0u8..8), 0..4),
        ) {
            let known: Vec<u64> = known.into_iter().collect();
            let written = trailer(&known);
            let mut bytes = encode(&written);
            for (at, bit) in flips {
                let len = bytes.len();
                bytes[at % len] ^= 1 << bit;
            }
            bytes.truncate(cut);
            if let Some(read) = Trailer::decode(TOTAL, &bytes) {
                prop_assert_eq!(read.header, written.header);
                prop_assert_eq!(read.seams, written.seams);
                prop_assert!(read.hashes.iter().all(|block| written.hashes.contains(block)));
            }
        }

        /// Any bytes at all are read without harm.
        #[test]
        fn what_is_none_is_none(bytes in prop::collection::vec(any::<u8>(), 0..9000)) {
            prop_assert_eq!(Trailer::decode(TOTAL, &bytes), None);
        }
    }
}
