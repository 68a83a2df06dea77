//! A job's way from one folder to another: what is recorded before a file is touched, and what it
//! makes of the job.
//!
//! Invariant: as long as a relocation is recorded, each part file stands in the folder before under
//! its name there, or in the job's folder under its name here.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::failure::Failure;
use super::job::{FileId, Generation, Job};

/// What a part file is called, and what its finished file will be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    /// The finished file's.
    pub name: String,
    /// The part file's.
    pub part: String,
}

/// One part file on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carried {
    /// Number of its generation.
    pub generation: u32,
    /// What it is known by.
    pub file: Option<FileId>,
    /// Its names in the folder before.
    pub before: Names,
    /// Its names in the job's folder.
    pub after: Names,
}

/// A change of folder that was begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relocation {
    /// The folder before.
    #[serde(with = "super::path::exact")]
    pub from: PathBuf,
    /// The part files, that of the newest generation first.
    pub parts: Vec<Carried>,
}

/// How a relocation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// Whatever stands of the job stands in its folder.
    There,
    /// Nothing was moved, for this reason: the job stays in the folder before.
    Back(NotMoved),
}

/// Why a job is not given another folder. Nothing of it was changed, but for [`NotMoved::Unfinished`]
/// and [`NotMoved::Unsure`]: there a move is recorded that is not known to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum NotMoved {
    /// Its file has its name, or is about to get it.
    #[error("its file is finished; move the file itself")]
    Finished,
    /// It is looked at with a fresh link, or already on its way to another folder.
    #[error("something else is being done with it; try again in a moment")]
    Busy,
    /// An earlier move of it, out of this folder, could not be finished, for this reason.
    #[error(
        "it is still on its way from {from}, and that could not be finished ({why}); mend that first",
        from = .0.display(), why = brief(.1)
    )]
    Unfinished(#[serde(with = "super::path::exact")] PathBuf, Failure),
    /// The new folder is not there.
    #[error("the folder is not there; choose one that is")]
    NoFolder,
    /// Nothing may be written to the new folder.
    #[error("nothing may be written there; choose another folder")]
    NotWritable,
    /// The new folder's volume is read-only.
    #[error("that drive is read-only; choose a folder on one that is not")]
    ReadOnly,
    /// The new folder is on another volume.
    #[error(
        "that folder is on another drive; choose one on the same drive, or let it finish and move the file"
    )]
    OtherVolume,
    /// The part file is not to be found, with its folder or its volume.
    #[error("its unfinished file cannot be reached; connect its drive first")]
    Away,
    /// What stands in the part file's place is not what was written, or may not be moved.
    #[error("something else stands in the place of its unfinished file; go on with it first")]
    NotOurs,
    /// Another program uses the part file.
    #[error("another program is using its unfinished file; end that first")]
    InUse,
    /// No name is free in the new folder.
    #[error("no name for it is free there; choose another folder")]
    NameTaken,
    /// Nothing may be taken out of the folder before.
    #[error("nothing may be moved out of its folder; make that writable first")]
    Held,
    /// The disk did not do it.
    #[error("the disk did not do it ({0}); try again")]
    Disk(String),
    /// The list could not be saved.
    #[error("the list of jobs could not be saved: {0}")]
    Store(String),
    /// It is on its way, and could not be told, made durable or saved how far; it is looked at again.
    #[error(
        "it is not confirmed that it is there ({why}); it is looked at again before it goes on",
        why = brief(.0)
    )]
    Unsure(Failure),
}

fn brief(failure: &Failure) -> String {
    let code = failure.kind.code();
    if failure.detail.is_empty() { code } else { format!("{code}: {}", failure.detail) }
}

/// What becomes of a job by a relocation: saved in one transaction, and taken over as it is saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderChange {
    /// The job's folder from now on.
    pub dir: PathBuf,
    /// What is still on its way there.
    pub moved: Option<Relocation>,
    /// The generations whose part has another name from now on: what it was, and what it is. The
    /// finished file's name changes with it where it is still that.
    pub names: Vec<(u32, Names, Names)>,
}

impl FolderChange {
    /// A relocation to `dir` begins; none where no file has to go along.
    pub fn begin(dir: PathBuf, moved: Option<Relocation>) -> Self {
        let parts = moved.iter().flat_map(|moved| &moved.parts);
        let names = parts.map(|part| (part.generation, part.before.clone(), part.after.clone()));
        let names = names.filter(|(_, before, after)| before != after).collect();
        Self { dir, moved, names }
    }

    /// The relocation to `dir` ended like this.
    pub fn end(dir: PathBuf, moved: &Relocation, settled: &Settled) -> Self {
        match settled {
            Settled::There => Self { dir, moved: None, names: Vec::new() },
            Settled::Back(_) => {
                let back = moved.parts.iter();
                let names =
                    back.map(|part| (part.generation, part.after.clone(), part.before.clone()));
                let names = names.filter(|(_, before, after)| before != after).collect();
                Self { dir: moved.from.clone(), moved: None, names }
            }
        }
    }

    /// Makes a job what it is by this.
    pub fn apply(&self, job: &mut Job) {
        job.dir.clone_from(&self.dir);
        job.moved.clone_from(&self.moved);
        if let Some(generation) = &mut job.generation {
            self.rename(generation);
        }
    }

    fn rename(&self, generation: &mut Generation) {
        for (_, before, after) in self.names.iter().filter(|(n, ..)| *n == generation.number) {
            generation.part_name.clone_from(&after.part);
            if generation.name == before.name {
                generation.name.clone_from(&after.name);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::job::tests::job;

    fn names(name: &str) -> Names {
        Names { name: name.to_owned(), part: format!("{name}.part") }
    }

    /// A way out of `/from`: the newer part gets another name, the older one keeps its own.
    fn moved() -> Relocation {
        let carried = |generation, before, after| {
            let (before, after) = (names(before), names(after));
            Carried { generation, file: None, before, after }
        };
        let parts = vec![carried(2, "a", "a (2)"), carried(1, "a", "a")];
        Relocation { from: "/from".into(), parts }
    }

    #[test]
    fn only_names_that_differ_change() {
        let begun = FolderChange::begin("/to".into(), Some(moved()));
        assert_eq!(begun.names, [(2, names("a"), names("a (2)"))]);
        assert_eq!((begun.dir, begun.moved), (PathBuf::from("/to"), Some(moved())));
        assert_eq!(FolderChange::begin("/to".into(), None).names, []);
    }

    #[test]
    fn it_ends_there_or_as_it_was_before() {
        let end = |settled| FolderChange::end("/to".into(), &moved(), &settled);
        let there = FolderChange { dir: "/to".into(), moved: None, names: Vec::new() };
        assert_eq!(end(Settled::There), there);
        let names = vec![(2, names("a (2)"), names("a"))];
        let back = FolderChange { dir: "/from".into(), moved: None, names };
        assert_eq!(end(Settled::Back(NotMoved::NameTaken)), back);
    }

    #[test]
    fn a_job_goes_there_and_back() {
        for (number, name, expected) in [
            (2, "a", ("a (2)", "a (2).part")),
            // What has its name from elsewhere keeps it.
            (2, "mine", ("mine", "a (2).part")),
            (1, "a", ("a", "a.part")),
            (3, "a", ("a", "a.part")),
        ] {
            let before = Job {
                dir: "/from".into(),
                generation: Some(Box::new(Generation::new(
                    number,
                    name.into(),
                    "a.part".into(),
                    None,
                ))),
                ..job("http://h/a")
            };
            let mut job = before.clone();
            FolderChange::begin("/to".into(), Some(moved())).apply(&mut job);
            let generation = job.generation.as_ref().unwrap();
            assert_eq!((generation.name.as_str(), generation.part_name.as_str()), expected);
            assert_eq!((&job.dir, &job.moved), (&PathBuf::from("/to"), &Some(moved())));
            let back = Settled::Back(NotMoved::Held);
            FolderChange::end("/to".into(), &moved(), &back).apply(&mut job);
            assert_eq!(job, before);
        }
    }

    #[test]
    fn what_went_wrong_is_told_in_brief() {
        let why = |detail| Failure::new(crate::model::failure::FailureKind::ReadOnly, detail);
        assert_eq!(brief(&why("")), "read_only");
        assert_eq!(brief(&why("/mnt")), "read_only: /mnt");
    }
}
