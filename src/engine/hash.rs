//! Digests of files and of answers while they flow. Every byte is read once, whatever is computed.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crc_fast::CrcAlgorithm;
use sha2::Digest;

use crate::model::checksum::{Algorithm, Checksum};
use crate::model::digests::Digests;
use crate::model::range::ByteRange;

/// Bytes read at a time.
const BUFFER_BYTES: usize = 1 << 20;

/// One digest while it is computed.
enum Hasher {
    Sha512(sha2::Sha512),
    Sha256(sha2::Sha256),
    Blake3(Box<blake3::Hasher>),
    Sha1(sha1::Sha1),
    Md5(md5::Md5),
    Crc64(crc_fast::Digest),
    Crc32(crc_fast::Digest),
}

impl Hasher {
    fn new(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Sha512 => Self::Sha512(sha2::Sha512::new()),
            Algorithm::Sha256 => Self::Sha256(sha2::Sha256::new()),
            Algorithm::Blake3 => Self::Blake3(Box::default()),
            Algorithm::Sha1 => Self::Sha1(sha1::Sha1::new()),
            Algorithm::Md5 => Self::Md5(md5::Md5::new()),
            Algorithm::Crc64Nvme => Self::Crc64(crc_fast::Digest::new(CrcAlgorithm::Crc64Nvme)),
            Algorithm::Crc32c => Self::Crc32(crc_fast::Digest::new(CrcAlgorithm::Crc32Iscsi)),
            Algorithm::Crc32 => Self::Crc32(crc_fast::Digest::new(CrcAlgorithm::Crc32IsoHdlc)),
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha512(hasher) => hasher.update(bytes),
            Self::Sha256(hasher) => hasher.update(bytes),
            Self::Blake3(hasher) => {
                hasher.update(bytes);
            }
            Self::Sha1(hasher) => hasher.update(bytes),
            Self::Md5(hasher) => hasher.update(bytes),
            Self::Crc64(hasher) | Self::Crc32(hasher) => hasher.update(bytes),
        }
    }

    fn finish(self) -> Vec<u8> {
        match self {
            Self::Sha512(hasher) => hasher.finalize().to_vec(),
            Self::Sha256(hasher) => hasher.finalize().to_vec(),
            Self::Blake3(hasher) => hasher.finalize().as_bytes().to_vec(),
            Self::Sha1(hasher) => hasher.finalize().to_vec(),
            Self::Md5(hasher) => hasher.finalize().to_vec(),
            Self::Crc64(hasher) => hasher.finalize().to_be_bytes().to_vec(),
            // A sum of 32 bits stands in the lower half.
            Self::Crc32(hasher) => hasher.finalize().to_be_bytes()[4..].to_vec(),
        }
    }
}

/// The digest of a whole file. `stop` is asked between reads and ends it with `Interrupted`.
pub fn hash_file(
    path: &Path,
    algorithm: Algorithm,
    stop: impl Fn() -> bool,
) -> io::Result<Checksum> {
    let found = hash_file_by(path, &[algorithm], stop)?;
    found.by(algorithm).cloned().ok_or_else(|| io::Error::other("no digest was computed"))
}

/// As [`hash_file`], by several algorithms while the file is read once.
pub fn hash_file_by(
    path: &Path,
    algorithms: &[Algorithm],
    stop: impl Fn() -> bool,
) -> io::Result<Digests> {
    hash(&mut File::open(path)?, algorithms, stop)
}

/// The digest of a range of what is read at places.
pub(super) fn hash_range(
    read_at: impl Fn(&mut [u8], u64) -> io::Result<()>,
    range: ByteRange,
    algorithm: Algorithm,
) -> io::Result<Vec<u8>> {
    let mut hasher = Hasher::new(algorithm);
    let len = |at| usize::try_from(range.end - at).unwrap_or(usize::MAX).min(BUFFER_BYTES);
    let mut buffer = vec![0; len(range.start)];
    let mut at = range.start;
    while at < range.end {
        let bytes = &mut buffer[..len(at)];
        read_at(bytes, at)?;
        hasher.update(bytes);
        at += bytes.len() as u64;
    }
    Ok(hasher.finish())
}

fn hash(
    source: &mut impl Read,
    algorithms: &[Algorithm],
    stop: impl Fn() -> bool,
) -> io::Result<Digests> {
    let mut hashers: Vec<_> = algorithms.iter().map(|a| (*a, Hasher::new(*a))).collect();
    feed(source, stop, |bytes| {
        for (_, hasher) in &mut hashers {
            hasher.update(bytes);
        }
    })?;
    let found = hashers.into_iter();
    Ok(found.filter_map(|(a, hasher)| Checksum::from_bytes(a, &hasher.finish())).collect())
}

fn feed(
    source: &mut impl Read,
    stop: impl Fn() -> bool,
    mut take: impl FnMut(&[u8]),
) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        if stop() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        match source.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(n) => take(&buffer[..n]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Compares the content of one answer, while it flows, with what its head says of it
/// (RFC 9530 §2, `Content-Digest`).
pub struct ContentDigest {
    told: Checksum,
    hasher: Hasher,
}

impl ContentDigest {
    /// Begins with the strongest digest that was told; none where none was.
    pub fn new(told: &Digests) -> Option<Self> {
        let told = told.strongest()?.clone();
        Some(Self { hasher: Hasher::new(told.algorithm), told })
    }

    /// Takes in the next bytes of the content, all of them and in order.
    pub fn update(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
    }

    /// Whether the content, which is at its end, is what was told.
    pub fn verdict(self) -> bool {
        Checksum::from_bytes(self.told.algorithm, &self.hasher.finish()) == Some(self.told)
    }
}

impl std::fmt::Debug for ContentDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ContentDigest").field("told", &self.told).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of "123456789", as the catalogues of CRCs and the tools say.
    const KNOWN: [(Algorithm, &str); 6] = [
        (Algorithm::Sha256, "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"),
        (Algorithm::Sha1, "f7c3bc1d808e04732adf679965ccc34ca7ae3441"),
        (Algorithm::Md5, "25f9e794323b453885f5181f1b624d0b"),
        (Algorithm::Crc64Nvme, "ae8b14860a799888"),
        (Algorithm::Crc32c, "e3069283"),
        (Algorithm::Crc32, "cbf43926"),
    ];

    fn digests(bytes: &[u8], algorithms: &[Algorithm]) -> Digests {
        hash(&mut &bytes[..], algorithms, || false).unwrap()
    }

    #[test]
    fn known_digests() {
        let algorithms = KNOWN.map(|(algorithm, _)| algorithm);
        let at_once = digests(b"123456789", &algorithms);
        for (algorithm, hex) in KNOWN {
            let alone = digests(b"123456789", &[algorithm]);
            assert_eq!(alone.strongest().map(|c| c.hex.as_str()), Some(hex), "{algorithm:?}");
            assert_eq!(at_once.by(algorithm), alone.strongest());
        }
        for (algorithm, start) in [
            (Algorithm::Sha512, "ddaf35a193617abacc417349ae204131"),
            (Algorithm::Blake3, "6437b3ac38465133ffb63b75273a8db5"),
        ] {
            let found = digests(b"abc", &[algorithm]);
            assert!(found.strongest().unwrap().hex.starts_with(start), "{found:?}");
        }
    }

    #[test]
    fn a_range_is_hashed_alone() {
        let file: Vec<u8> = (0..3_000_000_u32).map(|n| n.to_le_bytes()[1]).collect();
        let read = |buffer: &mut [u8], at: u64| {
            let from = usize::try_from(at).unwrap();
            let there = file.get(from..from + buffer.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
            buffer.copy_from_slice(there);
            Ok(())
        };
        for (start, end) in [(0_usize, 0_usize), (0, 10), (5, 1_100_000), (100, 3_000_000)] {
            let range = ByteRange::new(start as u64, end as u64);
            let found = hash_range(read, range, Algorithm::Sha1).unwrap();
            assert_eq!(found, sha1::Sha1::digest(&file[start..end]).to_vec(), "{range:?}");
        }
        assert!(hash_range(read, ByteRange::new(0, 3_000_001), Algorithm::Sha1).is_err());
    }

    #[test]
    fn it_stops_when_told() {
        let stopped = hash(&mut &b"abc"[..], &[Algorithm::Md5], || true).unwrap_err();
        assert_eq!(stopped.kind(), io::ErrorKind::Interrupted);
    }

    #[test]
    fn content_is_compared_as_it_flows() {
        for algorithm in Algorithm::ALL {
            let told = digests(b"123456789", &[algorithm]);
            for (chunks, right) in [
                (&[&b"1234"[..], b"", b"56789"][..], true),
                (&[b"123456789"], true),
                (&[b"123456780"], false),
                (&[b"12345678"], false),
                (&[], false),
            ] {
                let mut content = ContentDigest::new(&told).unwrap();
                for chunk in chunks {
                    content.update(chunk);
                }
                assert_eq!(content.verdict(), right, "{algorithm:?} {chunks:?}");
            }
        }
        assert!(ContentDigest::new(&Digests::default()).is_none());
    }

    #[test]
    fn the_strongest_that_was_told_decides() {
        let mut told = digests(b"other", &[Algorithm::Crc32]);
        told.extend(digests(b"right", &[Algorithm::Sha256]).iter().cloned());
        let mut content = ContentDigest::new(&told).unwrap();
        content.update(b"right");
        assert!(content.verdict());
    }
}
