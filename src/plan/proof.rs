//! What a whole file is compared with at the end, and what that proves.
//! Invariant: the user's checksum has the last word; without one the server's strongest digest has, and
//! without that the strongest of a description the server told of.

use crate::model::checksum::{Algorithm, Checksum};
use crate::model::digests::Digests;
use crate::model::failure::{Failure, FailureKind};
use crate::model::log::{OfProof, Whose};
use crate::model::proof::{Proof, Witness};

/// What was said of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// The checksum the user gave or had looked for beside the link.
    pub wanted: Option<(Checksum, Witness)>,
    /// What the server told.
    pub told: Digests,
    /// What a description says that the server told of.
    pub described: Digests,
    /// The end of the file was told by nothing but the end of a connection.
    pub length_unproved: bool,
}

/// What comparing came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// What is to be remembered.
    pub proof: Proof,
    /// Why the file must not be called finished, where it must not.
    pub failure: Option<Failure>,
    /// What the job's log says of it, a line each.
    pub remarks: Vec<OfProof>,
}

impl Claims {
    /// What must be computed of the file to judge; nothing where nothing was said.
    pub fn algorithms(&self) -> Vec<Algorithm> {
        let wanted = self.wanted.as_ref().map(|(checksum, _)| checksum.algorithm);
        let told = self.servers().map(|digest| digest.algorithm);
        wanted.into_iter().chain(told.filter(|told| Some(*told) != wanted)).collect()
    }

    /// The server's digest that is compared, else the description's: beside a checksum that is wanted
    /// one made alike, which costs nothing more, else the strongest.
    fn servers(&self) -> Option<&Checksum> {
        let digests = if self.told.is_empty() { &self.described } else { &self.told };
        let alike = self.wanted.as_ref().and_then(|(wanted, _)| digests.by(wanted.algorithm));
        alike.or_else(|| digests.strongest())
    }

    /// Judges by what was computed.
    pub fn judge(&self, found: &Digests) -> Judgement {
        let mut remarks = Vec::new();
        let whose = if self.told.is_empty() { Whose::Description } else { Whose::Server };
        if let Some((wanted, witness)) = &self.wanted {
            if let Some(told) = self.servers().filter(|told| !has(found, told)) {
                let is = found.by(told.algorithm).cloned();
                remarks.push(OfProof::DigestDiffers(whose, told.clone(), is));
            }
            return compared(wanted, *witness, found, remarks, OfProof::ChecksumRight);
        }
        // Where another of the description's can be computed at no cost, it is compared too.
        if let Some(told) = self.servers() {
            let described = self.described.by(told.algorithm).filter(|known| *known != told);
            remarks.extend(described.cloned().map(OfProof::DescriptionDiffers));
            let right = |digest| OfProof::DigestRight(whose, digest);
            return compared(told, Witness::Server, found, remarks, right);
        }
        let proof = if self.length_unproved { Proof::LengthNotTold } else { Proof::SizeOnly };
        Judgement { proof, failure: None, remarks }
    }
}

fn compared(
    expected: &Checksum,
    from: Witness,
    found: &Digests,
    mut remarks: Vec<OfProof>,
    right: impl FnOnce(Checksum) -> OfProof,
) -> Judgement {
    let algorithm = expected.algorithm;
    let kind = match from {
        Witness::User | Witness::Sidecar => FailureKind::ChecksumMismatch,
        Witness::Server => FailureKind::DigestMismatch,
    };
    if has(found, expected) {
        remarks.push(right(expected.clone()));
        return Judgement { proof: Proof::Proved { algorithm, from }, failure: None, remarks };
    }
    let detail = format!("expected {expected}, found {}", shown(found, algorithm));
    let failure = Some(Failure::new(kind, detail));
    Judgement { proof: Proof::Failed { algorithm, from }, failure, remarks }
}

fn has(found: &Digests, digest: &Checksum) -> bool {
    found.by(digest.algorithm) == Some(digest)
}

fn shown(found: &Digests, algorithm: Algorithm) -> String {
    found.by(algorithm).map_or_else(|| "nothing".to_owned(), Checksum::to_string)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What the file really has is 1 everywhere.
    fn digest(algorithm: Algorithm, fill: u8) -> Checksum {
        Checksum::from_bytes(algorithm, &vec![fill; algorithm.digest_bytes()]).unwrap()
    }

    fn judged(claims: &Claims) -> Judgement {
        claims.judge(&claims.algorithms().into_iter().map(|a| digest(a, 1)).collect())
    }

    fn claims(wanted: Option<(Algorithm, u8)>, told: &[(Algorithm, u8)]) -> Claims {
        Claims {
            wanted: wanted.map(|(a, fill)| (digest(a, fill), Witness::User)),
            told: told.iter().map(|(a, fill)| digest(*a, *fill)).collect(),
            described: Digests::default(),
            length_unproved: false,
        }
    }

    #[test]
    fn who_has_the_last_word() {
        use Algorithm::{Md5, Sha1, Sha256};
        use FailureKind::{ChecksumMismatch, DigestMismatch};
        let proved = |algorithm, from| Proof::Proved { algorithm, from };
        let failed = |algorithm, from| Proof::Failed { algorithm, from };
        let (user, server) = (Witness::User, Witness::Server);
        for (wanted, told, computed, proof, failure) in [
            (None, &[][..], &[][..], Proof::SizeOnly, None),
            (None, &[(Sha1, 1)], &[Sha1], proved(Sha1, server), None),
            (None, &[(Md5, 2), (Sha256, 1)], &[Sha256], proved(Sha256, server), None),
            (None, &[(Sha1, 2)], &[Sha1], failed(Sha1, server), Some(DigestMismatch)),
            (Some((Md5, 1)), &[], &[Md5], proved(Md5, user), None),
            (Some((Md5, 1)), &[(Sha256, 2)], &[Md5, Sha256], proved(Md5, user), None),
            (Some((Md5, 1)), &[(Sha256, 2), (Md5, 1)], &[Md5], proved(Md5, user), None),
            (Some((Md5, 2)), &[(Md5, 1)], &[Md5], failed(Md5, user), Some(ChecksumMismatch)),
            (Some((Md5, 2)), &[(Sha1, 1)], &[Md5, Sha1], failed(Md5, user), Some(ChecksumMismatch)),
        ] {
            let claims = claims(wanted, told);
            let judgement = judged(&claims);
            assert_eq!(claims.algorithms(), computed, "{wanted:?} {told:?}");
            assert_eq!(judgement.proof, proof, "{wanted:?} {told:?}");
            assert_eq!(judgement.failure.map(|f| f.kind), failure, "{wanted:?} {told:?}");
        }
    }

    #[test]
    fn a_difference_with_the_server_is_told_but_decides_nothing() {
        let remarks = judged(&claims(Some((Algorithm::Md5, 1)), &[(Algorithm::Sha1, 2)])).remarks;
        let (told, found) = (digest(Algorithm::Sha1, 2), digest(Algorithm::Sha1, 1));
        let right = OfProof::ChecksumRight(digest(Algorithm::Md5, 1));
        assert_eq!(remarks, [OfProof::DigestDiffers(Whose::Server, told, Some(found)), right]);
        let agreed = judged(&claims(Some((Algorithm::Md5, 1)), &[(Algorithm::Sha1, 1)])).remarks;
        assert_eq!(agreed.len(), 1);
    }

    #[test]
    fn a_description_counts_where_the_server_says_nothing_itself() {
        use Algorithm::{Md5, Sha256, Sha512};
        use OfProof::{ChecksumRight, DescriptionDiffers, DigestDiffers, DigestRight};
        use Whose::{Description, Server};
        let server = Witness::Server;
        let (one, two) = (|a| digest(a, 1), |a| digest(a, 2));
        let differs = DigestDiffers(Description, two(Md5), Some(one(Md5)));
        for (wanted, told, described, computed, is_proved, remark) in [
            (
                None,
                &[][..],
                &[(Sha256, 1)][..],
                &[Sha256][..],
                true,
                Some(DigestRight(Description, one(Sha256))),
            ),
            (None, &[], &[(Sha256, 2)], &[Sha256], false, None),
            (None, &[(Md5, 1)], &[(Sha512, 2)], &[Md5], true, Some(DigestRight(Server, one(Md5)))),
            (None, &[(Md5, 1)], &[(Md5, 2)], &[Md5], true, Some(DescriptionDiffers(two(Md5)))),
            (Some((Md5, 1)), &[], &[(Md5, 2)], &[Md5], true, Some(differs)),
            (
                Some((Md5, 1)),
                &[],
                &[(Sha256, 1)],
                &[Md5, Sha256],
                true,
                Some(ChecksumRight(one(Md5))),
            ),
            (Some((Md5, 2)), &[], &[(Md5, 1)], &[Md5], false, None),
        ] {
            let described = described.iter().map(|(a, fill)| digest(*a, *fill)).collect();
            let claims = Claims { described, ..claims(wanted, told) };
            let judgement = judged(&claims);
            assert_eq!(claims.algorithms(), computed, "{claims:?}");
            assert_eq!(judgement.failure.is_none(), is_proved, "{claims:?}");
            assert_eq!(judgement.remarks.first(), remark.as_ref());
            let from = if wanted.is_some() { Witness::User } else { server };
            let (Proof::Proved { from: by, .. } | Proof::Failed { from: by, .. }) = judgement.proof
            else {
                panic!("{:?}", judgement.proof)
            };
            assert_eq!(by, from);
        }
    }

    #[test]
    fn a_length_that_was_not_told_is_said_unless_a_digest_proves_it() {
        let untold = Claims { length_unproved: true, ..claims(None, &[]) };
        assert_eq!(judged(&untold).proof, Proof::LengthNotTold);
        let digest = Claims { length_unproved: true, ..claims(None, &[(Algorithm::Md5, 1)]) };
        let proof = Proof::Proved { algorithm: Algorithm::Md5, from: Witness::Server };
        assert_eq!(judged(&digest).proof, proof);
    }

    proptest! {
        #[test]
        fn what_does_not_fit_is_never_called_proved(
            wanted in proptest::option::of((0..Algorithm::ALL.len(), 1_u8..3)),
            told in proptest::collection::vec((0..Algorithm::ALL.len(), 1_u8..3), 0..4),
            length_unproved in any::<bool>(),
        ) {
            let of = |(at, fill): (usize, u8)| (Algorithm::ALL[at], fill);
            let told: Vec<_> = told.into_iter().map(of).collect();
            let claims = Claims { length_unproved, ..claims(wanted.map(of), &told) };
            let deciding = match &claims.wanted {
                Some((checksum, _)) => Some(checksum),
                None => claims.told.strongest(),
            };
            let fits = deciding.map(|d| *d == digest(d.algorithm, 1));
            let judgement = judged(&claims);
            let is_proved = matches!(judgement.proof, Proof::Proved { .. });
            prop_assert_eq!(is_proved, fits == Some(true));
            prop_assert_eq!(judgement.failure.is_some(), fits == Some(false));
            prop_assert!(claims.algorithms().len() <= 2);
        }
    }
}
