//! A job's way from one folder to another: what its files are called there, and what is to be done
//! about each after a break, by what stands where.
//!
//! Invariant: nothing that stands in the new folder is ever in the way of a name chosen here, and
//! nothing is done to a file that is not the one recorded.

use crate::model::job::Generation;
use crate::model::name::{numbered, part_name, safe_name};
use crate::model::relocation::{Carried, Names};

/// What stands at a path where a part file may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// Nothing.
    Nothing,
    /// The file that was recorded.
    Ours,
    /// Something else, or a file that is known by another number now.
    Other,
}

/// What is to be done about one part file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is given its place in the new folder.
    Move,
    /// It has both its names: the one before goes.
    DropBefore,
    /// It stands where it belongs, or nothing of it stands anywhere.
    Leave,
    /// Its name is taken in the new folder: it stays where it is, and the job with it.
    NameTaken,
    /// What stands in its place before is not it: the job stays with that.
    NotOurs,
}

/// What a rename of the newest generation's part that reported an error has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failed {
    /// It was done all the same.
    Done,
    /// It was not done.
    NotDone,
    /// It cannot be told, or both names stand: it is looked at again.
    Unsure,
}

/// What a rename that reported an error has come to, by what stands where after it.
pub fn failed(before: Stands, after: Stands) -> Failed {
    match (before, after) {
        (Stands::Nothing, Stands::Ours) => Failed::Done,
        (Stands::Ours, Stands::Nothing | Stands::Other) => Failed::NotDone,
        (Stands::Ours | Stands::Other, Stands::Ours)
        | (Stands::Nothing | Stands::Other, Stands::Nothing | Stands::Other) => Failed::Unsure,
    }
}

/// What is to be done about the part file of the newest generation. `knows` says that files are known
/// by numbers here.
///
/// A file in the folder before that has another number is not touched: the job stays with it, and the
/// next run finds out by its blocks whether it is ours.
pub fn step(before: Stands, after: Stands, knows: bool) -> Step {
    match (before, after) {
        (Stands::Ours, Stands::Nothing) => Step::Move,
        (Stands::Ours, Stands::Ours) if knows => Step::DropBefore,
        (Stands::Ours, Stands::Ours | Stands::Other) => Step::NameTaken,
        (Stands::Other, Stands::Nothing) => Step::NotOurs,
        (Stands::Nothing | Stands::Other, Stands::Ours | Stands::Other)
        | (Stands::Nothing, Stands::Nothing) => Step::Leave,
    }
}

/// As [`step`], of an older generation's part, which holds nothing that is still wanted: where it
/// cannot go along it stays, and the job does not stay for it.
pub fn step_of_older(before: Stands, after: Stands, knows: bool) -> Step {
    match step(before, after, knows) {
        Step::NameTaken | Step::NotOurs => Step::Leave,
        step @ (Step::Move | Step::DropBefore | Step::Leave) => step,
    }
}

/// The parts of these generations on their way, under the names they get in the new folder: their own,
/// or where any of those is taken the first number that is free for all. The newest comes first; none
/// where no number up to `most` is free.
pub fn carried(
    generations: &[Generation],
    most: u16,
    is_free: impl Fn(&str) -> bool,
) -> Option<Vec<Carried>> {
    let newest = generations.iter().max_by_key(|generation| generation.number)?;
    let plain = safe_name(&newest.name)?;
    let names_at = |n: u16| -> (String, Vec<String>) {
        if n == 0 {
            let parts = generations.iter().map(|generation| generation.part_name.clone());
            return (newest.name.clone(), parts.collect());
        }
        let name = numbered(&plain, n);
        let parts = generations.iter().map(|generation| part_name(&name, generation.number));
        let parts = parts.collect();
        (name.into(), parts)
    };
    let fits = |(name, parts): &(String, Vec<String>)| {
        // As at the begin of a job: what is another's part will be a file of this name.
        let first = safe_name(name).map(|name| part_name(&name, 1));
        is_free(name)
            && first.is_none_or(|first| is_free(&first))
            && parts.iter().all(|part| is_free(part))
    };
    let (name, parts) = (0..=most).map(names_at).find(fits)?;
    let is_renamed = name != newest.name;
    let mut carried: Vec<Carried> = generations
        .iter()
        .zip(parts)
        .map(|(generation, part)| {
            let before =
                Names { name: generation.name.clone(), part: generation.part_name.clone() };
            let after_name = if is_renamed { name.clone() } else { generation.name.clone() };
            Carried {
                generation: generation.number,
                file: generation.file_id,
                before,
                after: Names { name: after_name, part },
            }
        })
        .collect();
    carried.sort_by_key(|part| std::cmp::Reverse(part.generation));
    Some(carried)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use proptest::prelude::*;

    #[test]
    fn table() {
        use Stands::{Nothing, Other, Ours};
        for (before, after, of_newest, of_older) in [
            (Ours, Nothing, Step::Move, Step::Move),
            (Nothing, Ours, Step::Leave, Step::Leave),
            (Other, Ours, Step::Leave, Step::Leave),
            (Ours, Ours, Step::DropBefore, Step::DropBefore),
            (Ours, Other, Step::NameTaken, Step::Leave),
            (Other, Nothing, Step::NotOurs, Step::Leave),
            (Nothing, Other, Step::Leave, Step::Leave),
            (Other, Other, Step::Leave, Step::Leave),
            (Nothing, Nothing, Step::Leave, Step::Leave),
        ] {
            assert_eq!(step(before, after, true), of_newest, "{before:?} {after:?}");
            assert_eq!(step_of_older(before, after, true), of_older, "{before:?} {after:?}");
        }
        assert_eq!(step(Ours, Ours, false), Step::NameTaken, "it may be anybody's");
        for (before, after, told) in [
            (Nothing, Ours, Failed::Done),
            (Ours, Nothing, Failed::NotDone),
            (Ours, Other, Failed::NotDone),
            (Ours, Ours, Failed::Unsure),
            (Other, Ours, Failed::Unsure),
            (Other, Nothing, Failed::Unsure),
            (Other, Other, Failed::Unsure),
            (Nothing, Nothing, Failed::Unsure),
            (Nothing, Other, Failed::Unsure),
        ] {
            assert_eq!(failed(before, after), told, "{before:?} {after:?}");
        }
    }

    fn generation(number: u32, name: &str, part: &str) -> Generation {
        Generation::new(number, name.into(), part.into(), None)
    }

    fn parts(generations: &[Generation], taken: &[&str]) -> Option<Vec<(String, String)>> {
        let carried = carried(generations, 3, |name| !taken.contains(&name))?;
        Some(carried.into_iter().map(|part| (part.after.name, part.after.part)).collect())
    }

    fn pair(name: &str, part: &str) -> (String, String) {
        (name.into(), part.into())
    }

    #[test]
    fn a_taken_name_is_numbered_as_at_the_begin() {
        let one = [generation(1, "a.tar.gz", "a.tar.gz.part")];
        let plain = vec![pair("a.tar.gz", "a.tar.gz.part")];
        let first = vec![pair("a (1).tar.gz", "a (1).tar.gz.part")];
        assert_eq!(parts(&one, &[]), Some(plain));
        for taken in ["a.tar.gz", "a.tar.gz.part"] {
            assert_eq!(parts(&one, &[taken]), Some(first.clone()), "{taken}");
        }
        let all = ["a.tar.gz", "a (1).tar.gz", "a (2).tar.gz.part", "a (3).tar.gz"];
        assert_eq!(parts(&one, &all), None);
        // What it will be called was changed after its part was made; that keeps its name.
        let renamed = [generation(1, "b.iso", "a.iso.part")];
        assert_eq!(parts(&renamed, &[]), Some(vec![pair("b.iso", "a.iso.part")]));
        assert_eq!(
            parts(&renamed, &["b.iso.part"]),
            Some(vec![pair("b (1).iso", "b (1).iso.part")])
        );
    }

    #[test]
    fn all_generations_go_under_one_number_the_newest_first() {
        let two = [generation(1, "a", "a.part"), generation(2, "a", "a.2.part")];
        assert_eq!(parts(&two, &[]), Some(vec![pair("a", "a.2.part"), pair("a", "a.part")]));
        let numbered = vec![pair("a (1)", "a (1).2.part"), pair("a (1)", "a (1).part")];
        assert_eq!(parts(&two, &["a.2.part"]), Some(numbered));
    }

    proptest! {
        /// Whatever stands there, no name that is chosen is taken, no two parts share one, and the
        /// names before are those that were.
        #[test]
        fn names_are_free(
            numbers in prop::collection::btree_set(1u32..5, 1..4),
            name in prop::sample::select(vec!["a.iso", "b", "c (1).txt"]),
            taken in prop::collection::btree_set((0u16..5, 0u32..5), 0..8),
        ) {
            let plain = safe_name(name).unwrap();
            let all: Vec<Generation> = numbers
                .iter()
                .map(|n| generation(*n, name, &part_name(&plain, *n)))
                .collect();
            let at = |(n, part): (u16, u32)| {
                let name = if n == 0 { plain.clone() } else { numbered(&plain, n) };
                if part == 0 { String::from(name) } else { part_name(&name, part) }
            };
            let taken: BTreeSet<String> = taken.into_iter().map(at).collect();
            let found = carried(&all, 9999, |name| !taken.contains(name)).unwrap();
            let parts: BTreeSet<&String> = found.iter().map(|part| &part.after.part).collect();
            prop_assert_eq!(parts.len(), all.len());
            prop_assert!(parts.is_disjoint(&taken.iter().collect()));
            prop_assert!(found.iter().all(|part| !taken.contains(&part.after.name)));
            prop_assert!(found.windows(2).all(|pair| pair[0].generation > pair[1].generation));
            for part in &found {
                let was = all.iter().find(|generation| generation.number == part.generation).unwrap();
                prop_assert_eq!((&part.before.part, &part.before.name), (&was.part_name, &was.name));
            }
        }
    }
}
