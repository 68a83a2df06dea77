//! Whether a description speaks of the file at hand, and whether its pieces are believed.
//!
//! Invariants: one of another size, or that contradicts what the file's own server tells, is not used;
//! which of several files is meant is never guessed.

use crate::model::digests::{Agreement, Digests};
use crate::model::log::Unused;
use crate::model::metalink::DescribedFile;
use crate::model::name::FileName;
use crate::model::range::{ByteRange, SpanSet};

/// The file of a description that is the one at hand, of `total` bytes and with these digests told by
/// its server. Only among several that fit the name counts.
pub fn choose(
    files: Vec<DescribedFile>,
    total: u64,
    told: &Digests,
    names: &[FileName],
) -> Result<DescribedFile, Unused> {
    let Some(first) = files.first() else { return Err(Unused::NoFile) };
    let unfit = first.size.map_or(Unused::NoSize, Unused::OtherSize);
    let mut left = files;
    left.retain(|file| file.size == Some(total));
    if left.is_empty() {
        return Err(unfit);
    }
    left.retain(|file| file.digests.agreement(told) != Agreement::Different);
    for is_better in [
        &|file: &DescribedFile| file.digests.agreement(told) == Agreement::Same,
        &|file: &DescribedFile| file.name.as_ref().is_some_and(|name| names.contains(name)),
    ] as [&dyn Fn(&DescribedFile) -> bool; 2]
    {
        if left.iter().any(is_better) {
            left.retain(is_better);
        }
    }
    match (left.pop(), left.is_empty()) {
        (Some(file), true) => Ok(file),
        (Some(_), false) => Err(Unused::Several),
        (None, _) => Err(Unused::OtherDigest),
    }
}

/// Whether pieces that differ from their digests are believed to be wrong. Where most of the file
/// would be, and not because of what mirrors brought, the description is of another one.
pub fn are_believed(wrong: &SpanSet, of_mirrors: &SpanSet, total: u64) -> bool {
    let from_mirrors: u64 =
        wrong.iter().flat_map(|range| of_mirrors.held(range)).map(ByteRange::len).sum();
    wrong.total() - from_mirrors <= total / 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::checksum::{Algorithm, Checksum};
    use crate::model::name::safe_name;

    fn digests(of: &[(Algorithm, u8)]) -> Digests {
        let digest = |(algorithm, fill): &(Algorithm, u8)| {
            Checksum::from_bytes(*algorithm, &vec![*fill; algorithm.digest_bytes()]).unwrap()
        };
        of.iter().map(digest).collect()
    }

    fn file(name: &str, size: Option<u64>, of: &[(Algorithm, u8)]) -> DescribedFile {
        let digests = digests(of);
        DescribedFile { name: safe_name(name), size, digests, pieces: None, urls: Vec::new() }
    }

    #[test]
    fn only_what_speaks_of_this_file() {
        use Algorithm::{Md5, Sha256};
        let (size, other) = (Some(10), Some(11));
        let sha = [(Sha256, 1)];
        let choose = |files: &[DescribedFile], told: &[(Algorithm, u8)]| {
            let names = [safe_name("a").unwrap()];
            choose(files.to_vec(), 10, &digests(told), &names).map(|file| file.name.unwrap())
        };
        let name = |text: &str| Ok(safe_name(text).unwrap());
        for (files, told, expected) in [
            (&[][..], &[][..], Err(Unused::NoFile)),
            (&[file("b", size, &[])], &[], name("b")),
            (&[file("a", None, &[])], &[], Err(Unused::NoSize)),
            (&[file("a", other, &sha)], &sha, Err(Unused::OtherSize(11))),
            (&[file("a", size, &sha)], &[(Sha256, 2)], Err(Unused::OtherDigest)),
            (&[file("a", size, &sha)], &[(Md5, 2)], name("a")),
            (&[file("b", size, &sha), file("c", other, &sha)], &[], name("b")),
            (&[file("b", size, &sha), file("c", size, &sha)], &[], Err(Unused::Several)),
            (&[file("b", size, &sha), file("a", size, &sha)], &[], name("a")),
            (&[file("a", size, &sha), file("a", size, &sha)], &[], Err(Unused::Several)),
            (&[file("b", size, &sha), file("a", size, &[])], &sha, name("b")),
            (&[file("b", size, &[]), file("a", size, &sha)], &[(Sha256, 2)], name("b")),
        ] {
            assert_eq!(choose(files, told), expected, "{files:?} {told:?}");
        }
    }

    #[test]
    fn a_description_of_another_file_is_not_believed() {
        let spans = |ranges: &[(u64, u64)]| -> SpanSet {
            ranges.iter().map(|(start, end)| ByteRange::new(*start, *end)).collect()
        };
        for (wrong, of_mirrors, believed) in [
            (&[(0, 50)][..], &[][..], true),
            (&[(0, 51)], &[], false),
            (&[(0, 51)], &[(0, 1)], true),
            (&[(0, 100)], &[(20, 80)], true),
            (&[(0, 100)], &[(20, 60)], false),
            (&[], &[], true),
        ] {
            let is = are_believed(&spans(wrong), &spans(of_mirrors), 100);
            assert_eq!(is, believed, "{wrong:?} {of_mirrors:?}");
        }
    }
}
