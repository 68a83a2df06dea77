//! Digests that several algorithms made of the same bytes.
//! Invariant: at most one of each algorithm, the strongest first.

use serde::{Deserialize, Serialize};

use super::checksum::{Algorithm, Checksum};

/// Digests of the same bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Digests(Vec<Checksum>);

/// What the digests of two answers say of each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Agreement {
    /// Equal in an algorithm both have, and different in none.
    Same,
    /// Different in an algorithm both have.
    Different,
    /// They have no algorithm in common.
    Nothing,
}

impl Digests {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, strongest first.
    pub fn iter(&self) -> impl Iterator<Item = &Checksum> {
        self.0.iter()
    }

    /// The one that proves most.
    pub fn strongest(&self) -> Option<&Checksum> {
        self.0.first()
    }

    /// The one made by `algorithm`.
    pub fn by(&self, algorithm: Algorithm) -> Option<&Checksum> {
        self.0.iter().find(|known| known.algorithm == algorithm)
    }

    /// Takes a digest in; where there is one of its algorithm already, that one stays.
    pub fn add(&mut self, digest: Checksum) {
        if self.by(digest.algorithm).is_none() {
            let rank = |algorithm| Algorithm::ALL.iter().position(|a| *a == algorithm);
            let at = self.0.partition_point(|k| rank(k.algorithm) < rank(digest.algorithm));
            self.0.insert(at, digest);
        }
    }

    /// Compares algorithm by algorithm.
    pub fn agreement(&self, other: &Self) -> Agreement {
        let common = self.0.iter().filter_map(|ours| Some((ours, other.by(ours.algorithm)?)));
        common.fold(Agreement::Nothing, |so_far, (ours, theirs)| match so_far {
            Agreement::Same | Agreement::Nothing if ours == theirs => Agreement::Same,
            Agreement::Same | Agreement::Nothing | Agreement::Different => Agreement::Different,
        })
    }
}

impl Extend<Checksum> for Digests {
    fn extend<T: IntoIterator<Item = Checksum>>(&mut self, digests: T) {
        digests.into_iter().for_each(|digest| self.add(digest));
    }
}

impl FromIterator<Checksum> for Digests {
    fn from_iter<T: IntoIterator<Item = Checksum>>(digests: T) -> Self {
        let mut all = Self::default();
        all.extend(digests);
        all
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn digest(algorithm: Algorithm, fill: u8) -> Checksum {
        Checksum::from_bytes(algorithm, &vec![fill; algorithm.digest_bytes()]).unwrap()
    }

    fn digests(of: &[(Algorithm, u8)]) -> Digests {
        of.iter().map(|(algorithm, fill)| digest(*algorithm, *fill)).collect()
    }

    #[test]
    fn two_answers_agree_where_one_is_equal_and_none_different() {
        use Algorithm::{Md5, Sha1, Sha256};
        for (ours, theirs, expected) in [
            (&[][..], &[(Md5, 1)][..], Agreement::Nothing),
            (&[(Sha1, 1)], &[(Md5, 1)], Agreement::Nothing),
            (&[(Sha1, 1), (Md5, 1)], &[(Md5, 1), (Sha256, 1)], Agreement::Same),
            (&[(Sha1, 1)], &[(Sha1, 2)], Agreement::Different),
            (&[(Sha1, 1), (Md5, 1)], &[(Md5, 1), (Sha1, 2)], Agreement::Different),
            (&[(Sha1, 1), (Md5, 1)], &[(Md5, 2), (Sha1, 1)], Agreement::Different),
        ] {
            assert_eq!(digests(ours).agreement(&digests(theirs)), expected, "{ours:?} {theirs:?}");
            assert_eq!(digests(theirs).agreement(&digests(ours)), expected, "{theirs:?} {ours:?}");
        }
    }

    proptest! {
        #[test]
        fn one_of_each_the_strongest_first(
            picks in proptest::collection::vec((0..Algorithm::ALL.len(), any::<u8>()), 0..12),
        ) {
            let told: Vec<_> = picks.iter().map(|(at, fill)| (Algorithm::ALL[*at], *fill)).collect();
            let all = digests(&told);
            let ranks: Vec<_> = all
                .iter()
                .map(|d| Algorithm::ALL.iter().position(|a| *a == d.algorithm).unwrap())
                .collect();
            prop_assert!(ranks.windows(2).all(|pair| pair[0] < pair[1]), "{ranks:?}");
            for (algorithm, _) in &told {
                let first = told.iter().find(|(a, _)| a == algorithm).unwrap();
                prop_assert_eq!(all.by(*algorithm), Some(&digest(first.0, first.1)));
            }
            prop_assert_eq!(all.strongest(), all.iter().next());
        }
    }
}
