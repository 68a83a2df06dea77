//! Part files carried from one folder to another on the same volume: looked at first, recorded by the
//! caller, then renamed without replacing, and both folders synced.
//!
//! Invariant: every step can be done again after a break; what is not the file recorded is not touched.

use std::io;
use std::path::{Path, PathBuf};

use super::disk::{self, MAX_NAMES};
use super::generation::blocking;
use super::job::Run;
use super::reopen::MAX_CLOSING;
use super::report::What;
use super::system;
use crate::model::failure::{Failure, FailureKind};
use crate::model::job::{FileId, Generation};
use crate::model::relocation::{Carried, FolderChange, NotMoved, Relocation, Settled};
use crate::plan::recover::Found;
use crate::plan::relocate::{Stands, Step, carried, step, step_of_older};

/// What is to go where.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The job's folder.
    pub from: PathBuf,
    /// The folder it is to have.
    pub to: PathBuf,
    /// All its generations.
    pub generations: Vec<Generation>,
    /// Whether bytes of the newest are held.
    pub holds: bool,
}

/// Looks at both folders before anything is recorded. None where no file has to go along.
pub fn look(wanted: &Wanted) -> Result<Option<Relocation>, NotMoved> {
    let Wanted { from, to, generations, holds } = wanted;
    is_usable(to)?;
    let newest = generations.iter().map(|generation| generation.number).max();
    let mut there = Vec::new();
    for generation in generations {
        let is_newest = Some(generation.number) == newest;
        match look_at_part(from, generation) {
            Ok(true) => there.push(generation.clone()),
            Ok(false) if is_newest && *holds && is_away(from, generation) => {
                return Err(NotMoved::Away);
            }
            Err(why) if is_newest => return Err(why),
            // An older one that is not ours any more is left alone.
            Ok(false) | Err(_) => {}
        }
    }
    if there.is_empty() || is_same(from, to) {
        return Ok(None);
    }
    if volume(from) != volume(to) {
        return Err(NotMoved::OtherVolume);
    }
    system::may_write(from).map_err(|_| NotMoved::Held)?;
    let is_free = |name: &str| disk::look(&to.join(name)) == Found::Nothing;
    let parts = carried(&there, MAX_NAMES, is_free).ok_or(NotMoved::NameTaken)?;
    Ok(Some(Relocation { from: from.clone(), parts }))
}

/// Whether new files may be made in a folder, which must be there.
fn is_usable(dir: &Path) -> Result<(), NotMoved> {
    let meta = std::fs::metadata(dir).map_err(|_| NotMoved::NoFolder)?;
    if !meta.is_dir() {
        return Err(NotMoved::NoFolder);
    }
    system::may_write(dir).map_err(|error| meant_by(&error))
}

/// Whether the part file of a generation stands there. Nobody may have it open.
fn look_at_part(dir: &Path, generation: &Generation) -> Result<bool, NotMoved> {
    let path = dir.join(&generation.part_name);
    match disk::look_closely(&path) {
        Ok(Found::Nothing) => Ok(false),
        Err(_) if !dir.is_dir() => Ok(false),
        Err(error) => Err(NotMoved::Disk(error.to_string())),
        Ok(Found::File { id, .. }) if id == generation.file_id => {
            match disk::take_stray(dir, &generation.part_name, MAX_CLOSING) {
                Some(_) => Ok(true),
                None => Err(NotMoved::InUse),
            }
        }
        Ok(Found::File { .. } | Found::Foreign) => Err(NotMoved::NotOurs),
    }
}

/// Whether a part that is not found may stand on a volume that is not there.
fn is_away(dir: &Path, generation: &Generation) -> bool {
    let is_another =
        generation.file_id.zip(disk::device_of(dir)).is_some_and(|(id, now)| id.device != now);
    is_another || !dir.is_dir()
}

fn is_same(from: &Path, to: &Path) -> bool {
    let canonical = |dir: &Path| std::fs::canonicalize(dir).ok();
    from == to || canonical(from).is_some_and(|from| Some(from) == canonical(to))
}

/// The volume of a folder as its folders have it; none where the system does not tell.
fn volume(dir: &Path) -> Option<u64> {
    system::file_id(&std::fs::metadata(dir).ok()?).map(|id| id.device)
}

/// What an error in the new folder means.
fn meant_by(error: &io::Error) -> NotMoved {
    use io::ErrorKind as E;
    let is_one_of = |kinds: &[E]| kinds.contains(&error.kind());
    if is_one_of(&[E::CrossesDevices]) {
        NotMoved::OtherVolume
    } else if is_one_of(&[E::ReadOnlyFilesystem]) {
        NotMoved::ReadOnly
    } else if is_one_of(&[E::PermissionDenied]) {
        NotMoved::NotWritable
    } else if is_one_of(&[E::NotFound, E::NotADirectory]) {
        NotMoved::NoFolder
    } else if is_one_of(&[E::AlreadyExists]) {
        NotMoved::NameTaken
    } else {
        NotMoved::Disk(error.to_string())
    }
}

/// Carries out a relocation to `dir` that is recorded, as far as it is not done yet. An error says
/// that it could not be told or made durable how far it is: it stays recorded and is done again.
pub fn carry(dir: &Path, moved: &Relocation) -> Result<Settled, Failure> {
    let from = &moved.from;
    for (number, part) in moved.parts.iter().enumerate() {
        let (before, after) = (from.join(&part.before.part), dir.join(&part.after.part));
        let stand = |path: &Path| stands(path, part.file);
        let (old, new) = (stand(&before)?, stand(&after)?);
        let is_newest = number == 0;
        if is_newest && old == Stands::Nothing && new == Stands::Nothing {
            is_reachable(dir, part)?;
        }
        let decide = if is_newest { step } else { step_of_older };
        match decide(old, new, part.file.is_some()) {
            Step::Leave => {}
            Step::Back => return Ok(Settled::Back(NotMoved::NameTaken)),
            Step::DropBefore => drop_name(&before)?,
            Step::Move => match system::rename_new(&before, &after) {
                Ok(()) => {}
                // It did not happen, and nothing happened before it.
                Err(error)
                    if is_newest
                        && (stand(&before)?, stand(&after)?) != (Stands::Ours, Stands::Ours) =>
                {
                    return Ok(Settled::Back(meant_by(&error)));
                }
                Err(_) if !is_newest => {}
                Err(error) => return Err(disk::failure_of(&error, &after)),
            },
        }
    }
    for folder in [dir, from] {
        system::sync_folder(folder).map_err(|error| disk::failure_of(&error, folder))?;
    }
    Ok(Settled::There)
}

/// What stands at a path. A folder that is not there holds nothing.
fn stands(path: &Path, recorded: Option<FileId>) -> Result<Stands, Failure> {
    match std::fs::symlink_metadata(path) {
        Ok(meta) if meta.is_file() && system::file_id(&meta) == recorded => Ok(Stands::Ours),
        Ok(_) => Ok(Stands::Other),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Stands::Nothing),
        Err(error) => Err(disk::failure_of(&error, path)),
    }
}

/// Where a part stands in neither folder it was deleted, unless its volume is not there.
fn is_reachable(dir: &Path, part: &Carried) -> Result<(), Failure> {
    let is_another = part.file.zip(disk::device_of(dir)).is_some_and(|(id, now)| id.device != now);
    if is_another || !dir.is_dir() {
        return Err(Failure::new(FailureKind::VolumeGone, dir.display().to_string()));
    }
    Ok(())
}

fn drop_name(path: &Path) -> Result<(), Failure> {
    std::fs::remove_file(path).map_err(|error| disk::failure_of(&error, path))
}

impl Run {
    /// Finishes a relocation that an earlier break left.
    pub(super) async fn end_relocation(&mut self) -> Result<(), Failure> {
        let Some(moved) = self.job.moved.clone() else { return Ok(()) };
        let (dir, on_its_way) = (self.job.dir.clone(), moved.clone());
        let settled = blocking(move || carry(&dir, &on_its_way)).await?;
        let change = FolderChange::end(self.job.dir.clone(), &moved, &settled);
        change.apply(&mut self.job);
        self.save(|saved| What::Moved(change, saved)).await
    }
}
