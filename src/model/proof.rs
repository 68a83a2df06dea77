//! What can be said of a finished file: what its bytes were compared with.
//! Invariant: nothing is called proved that no digest of the whole file proved.

use serde::{Deserialize, Serialize};

use super::checksum::Algorithm;

/// Whose word a digest is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Witness {
    /// The user gave it.
    User,
    /// A file beside the link holds it.
    Sidecar,
    /// The server told it with the file.
    Server,
}

/// What a job's file was compared with at the end, and what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Proof {
    /// Its bytes have the digest that was told.
    Proved {
        /// How the digest is made.
        algorithm: Algorithm,
        /// Whose word it is.
        from: Witness,
    },
    /// Its size is what the server said; nobody told a digest.
    SizeOnly,
    /// The server did not say how long it is, and nobody told a digest.
    LengthNotTold,
    /// Its bytes do not have the digest that was told.
    Failed {
        /// How the digest is made.
        algorithm: Algorithm,
        /// Whose word it is.
        from: Witness,
    },
}

impl Proof {
    /// All there are.
    pub fn all() -> impl Iterator<Item = Self> {
        let witnesses = [Witness::User, Witness::Sidecar, Witness::Server];
        let by_digest = witnesses.into_iter().flat_map(|from| {
            Algorithm::ALL.into_iter().flat_map(move |algorithm| {
                [Self::Proved { algorithm, from }, Self::Failed { algorithm, from }]
            })
        });
        by_digest.chain([Self::SizeOnly, Self::LengthNotTold])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_read_it_by_its_kind() {
        for (proof, json) in [
            (
                Proof::Proved { algorithm: Algorithm::Crc64Nvme, from: Witness::Server },
                r#"{"kind":"proved","algorithm":"crc64nvme","from":"server"}"#,
            ),
            (Proof::SizeOnly, r#"{"kind":"size_only"}"#),
            (Proof::LengthNotTold, r#"{"kind":"length_not_told"}"#),
        ] {
            assert_eq!(serde_json::to_string(&proof).unwrap(), json);
        }
        // Proved or failed by each way and each witness, and the two without a digest.
        let all: std::collections::HashSet<Proof> = Proof::all().collect();
        assert_eq!(all.len(), 2 * 3 * Algorithm::ALL.len() + 2);
        for proof in all {
            let json = serde_json::to_string(&proof).unwrap();
            assert_eq!(serde_json::from_str::<Proof>(&json).unwrap(), proof);
        }
    }
}
