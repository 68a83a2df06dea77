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
#[path = "trailer_tests.rs"]
mod tests;
