//! A digest of a whole file, given by a user as `ALG:HEX` or told by a server.
//! Invariant: a digest has its algorithm's length.

use serde::{Deserialize, Serialize};

/// The algorithms a checksum may be given in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Algorithm {
    /// SHA-256, 32 bytes.
    Sha256,
    /// SHA-512, 64 bytes.
    Sha512,
    /// SHA-1, 20 bytes; finds accidents, not attackers.
    Sha1,
    /// MD5, 16 bytes; finds accidents, not attackers.
    Md5,
    /// BLAKE3, 32 bytes.
    Blake3,
    /// CRC-64/NVME, 8 bytes; finds accidents, not attackers.
    Crc64Nvme,
    /// CRC-32C (Castagnoli), 4 bytes; finds accidents, not attackers.
    Crc32c,
    /// CRC-32 of zip and Ethernet, 4 bytes; finds accidents, not attackers.
    Crc32,
}

impl Algorithm {
    /// All of them, strongest first.
    pub const ALL: [Self; 8] = [
        Self::Sha512,
        Self::Sha256,
        Self::Blake3,
        Self::Sha1,
        Self::Md5,
        Self::Crc64Nvme,
        Self::Crc32c,
        Self::Crc32,
    ];

    /// Its name as written in a checksum.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
            Self::Sha1 => "sha1",
            Self::Md5 => "md5",
            Self::Blake3 => "blake3",
            Self::Crc64Nvme => "crc64nvme",
            Self::Crc32c => "crc32c",
            Self::Crc32 => "crc32",
        }
    }

    /// Its name as people know it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Sha256 => "SHA-256",
            Self::Sha512 => "SHA-512",
            Self::Sha1 => "SHA-1",
            Self::Md5 => "MD5",
            Self::Blake3 => "BLAKE3",
            Self::Crc64Nvme => "CRC-64/NVME",
            Self::Crc32c => "CRC-32C",
            Self::Crc32 => "CRC-32",
        }
    }

    /// Length of its digest in bytes.
    pub fn digest_bytes(self) -> usize {
        match self {
            Self::Sha256 | Self::Blake3 => 32,
            Self::Sha512 => 64,
            Self::Sha1 => 20,
            Self::Md5 => 16,
            Self::Crc64Nvme => 8,
            Self::Crc32c | Self::Crc32 => 4,
        }
    }
}

/// A digest and the algorithm it was made with.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Checksum {
    /// How it was made.
    pub algorithm: Algorithm,
    /// The digest, lower-case hexadecimal, of the algorithm's length.
    pub hex: String,
}

/// Why a text is no checksum.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChecksumError {
    /// No known algorithm stands before the colon.
    #[error("\"{0}\" is no known algorithm; use sha256, sha512, sha1, md5, blake3 or crc32")]
    Algorithm(String),
    /// The digest is not of the algorithm's length or not hexadecimal.
    #[error("a {} checksum has {} hexadecimal digits", .0.name(), .0.digest_bytes() * 2)]
    Digest(Algorithm),
}

impl Checksum {
    /// The digest in these bytes, most significant first; none where their number is not that of
    /// the algorithm.
    pub fn from_bytes(algorithm: Algorithm, digest: &[u8]) -> Option<Self> {
        use std::fmt::Write;
        let hex = digest.iter().fold(String::new(), |mut hex, byte| {
            // Writing to a string cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        (digest.len() == algorithm.digest_bytes()).then_some(Self { algorithm, hex })
    }
}

impl std::str::FromStr for Checksum {
    type Err = ChecksumError;

    fn from_str(text: &str) -> Result<Self, ChecksumError> {
        let (name, hex) = text.trim().split_once(':').unwrap_or((text, ""));
        let wanted = name.trim().to_ascii_lowercase().replace('-', "");
        let algorithm = Algorithm::ALL
            .into_iter()
            .find(|a| a.name() == wanted)
            .ok_or_else(|| ChecksumError::Algorithm(name.trim().to_owned()))?;
        let hex = hex.trim().to_ascii_lowercase();
        if hex.len() != algorithm.digest_bytes() * 2 || !hex.bytes().all(|b| b.is_ascii_hexdigit())
        {
            return Err(ChecksumError::Digest(algorithm));
        }
        Ok(Self { algorithm, hex })
    }
}

impl std::fmt::Display for Checksum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.algorithm.name(), self.hex)
    }
}

/// What a job's file is compared with at the end.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// The digest was given.
    Given(Checksum),
    /// A sidecar beside the link (`NAME.sha256`, `SHA256SUMS`, …) is looked for.
    Sidecar,
    /// Nothing, not even what the server says of it: its word was wrong.
    Nothing,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_a_digest_where_their_number_fits() {
        let crc = Checksum::from_bytes(Algorithm::Crc32c, &[0xe3, 0x06, 0x92, 0x83]);
        assert_eq!(crc, "crc32c:e3069283".parse().ok());
        assert_eq!(Checksum::from_bytes(Algorithm::Crc32c, &[0; 5]), None);
    }

    #[test]
    fn reads_what_people_paste() {
        let md5 = "d41d8cd98f00b204e9800998ecf8427e";
        let ok: Checksum = format!(" MD5:{} ", md5.to_uppercase()).parse().unwrap();
        assert_eq!(ok.to_string(), format!("md5:{md5}"));
        assert!(format!("sha-1:{md5}00000000").parse::<Checksum>().is_ok());
        assert_eq!("md5:xyz".parse::<Checksum>(), Err(ChecksumError::Digest(Algorithm::Md5)));
        assert_eq!("CRC32:CBF43926".parse::<Checksum>().unwrap().hex, "cbf43926");
        assert!(matches!("crc:00".parse::<Checksum>(), Err(ChecksumError::Algorithm(_))));
        assert!(matches!("".parse::<Checksum>(), Err(ChecksumError::Algorithm(_))));
    }
}
