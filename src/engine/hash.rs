//! Digests of finished files, read once from start to end.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::Digest;

use crate::model::checksum::{Algorithm, Checksum};

/// Bytes read at a time.
const BUFFER_BYTES: usize = 1 << 20;

/// Hashes a whole file. `stop` is asked between reads and ends it with `Interrupted`.
pub fn hash_file(
    path: &Path,
    algorithm: Algorithm,
    stop: impl Fn() -> bool,
) -> io::Result<Checksum> {
    hash(&mut File::open(path)?, algorithm, stop)
}

/// Hashes all that `source` gives.
pub fn hash(
    source: &mut impl Read,
    algorithm: Algorithm,
    stop: impl Fn() -> bool,
) -> io::Result<Checksum> {
    let digest = match algorithm {
        Algorithm::Sha256 => digest::<sha2::Sha256>(source, stop)?,
        Algorithm::Sha512 => digest::<sha2::Sha512>(source, stop)?,
        Algorithm::Sha1 => digest::<sha1::Sha1>(source, stop)?,
        Algorithm::Md5 => digest::<md5::Md5>(source, stop)?,
        Algorithm::Blake3 => {
            let mut hasher = blake3::Hasher::new();
            feed(source, stop, |bytes| {
                hasher.update(bytes);
            })?;
            hasher.finalize().as_bytes().to_vec()
        }
    };
    let hex = digest.iter().fold(String::new(), |mut hex, byte| {
        use std::fmt::Write;
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    Ok(Checksum { algorithm, hex })
}

fn digest<D: Digest>(source: &mut impl Read, stop: impl Fn() -> bool) -> io::Result<Vec<u8>> {
    let mut hasher = D::new();
    feed(source, stop, |bytes| hasher.update(bytes))?;
    Ok(hasher.finalize().to_vec())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_digests_of_abc() {
        for (algorithm, hex) in [
            (Algorithm::Sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (Algorithm::Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (Algorithm::Md5, "900150983cd24fb0d6963f7d28e17f72"),
            (Algorithm::Blake3, "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85"),
        ] {
            assert_eq!(hash(&mut &b"abc"[..], algorithm, || false).unwrap().hex, hex);
        }
        let long = hash(&mut &b"abc"[..], Algorithm::Sha512, || false).unwrap().hex;
        assert!(long.starts_with("ddaf35a193617aba") && long.len() == 128);
    }

    #[test]
    fn it_stops_when_told() {
        let stopped = hash(&mut &b"abc"[..], Algorithm::Md5, || true).unwrap_err();
        assert_eq!(stopped.kind(), io::ErrorKind::Interrupted);
    }
}
