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
use crate::plan::relocate::{Failed, Stands, Step, carried, failed, step, step_of_older};

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
            // One with a number was made, though nothing of it may be durable yet.
            Ok(false)
                if is_newest
                    && (*holds || generation.file_id.is_some())
                    && is_away(from, generation.file_id) =>
            {
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
fn is_away(dir: &Path, file: Option<FileId>) -> bool {
    let is_another = file.zip(disk::device_of(dir)).is_some_and(|(id, now)| id.device != now);
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
    for (number, part) in moved.parts.iter().enumerate() {
        if let Some(why) = carry_part(dir, &moved.from, part, number == 0)? {
            return Ok(Settled::Back(why));
        }
    }
    sync(dir, &moved.from)?;
    Ok(Settled::There)
}

/// Gives one part its place in the new folder. A reason says that the job stays where it was: only
/// the newest generation, which comes first, has any.
fn carry_part(
    dir: &Path,
    from: &Path,
    part: &Carried,
    is_newest: bool,
) -> Result<Option<NotMoved>, Failure> {
    let (before, after) = (from.join(&part.before.part), dir.join(&part.after.part));
    let (old, new) = stand_at(&before, &after, part.file)?;
    if is_newest && old == Stands::Nothing && new == Stands::Nothing {
        // It was deleted, unless a folder that may hold it is not there.
        for folder in [from, dir] {
            is_reachable(folder, part.file)?;
        }
    }
    let decide = if is_newest { step } else { step_of_older };
    match decide(old, new, part.file.is_some()) {
        Step::Leave => Ok(None),
        Step::NameTaken => Ok(Some(NotMoved::NameTaken)),
        Step::NotOurs => Ok(Some(NotMoved::NotOurs)),
        Step::DropBefore => drop_name(&before).map(|()| None),
        Step::Move => match system::rename_new(&before, &after) {
            Ok(()) => Ok(None),
            // An older one that cannot go along stays.
            Err(_) if !is_newest => Ok(None),
            Err(error) => {
                let (old, new) = stand_at(&before, &after, part.file)?;
                match failed(old, new) {
                    Failed::Done => Ok(None),
                    Failed::NotDone => Ok(Some(meant_by(&error))),
                    Failed::Unsure => Err(disk::failure_of(&error, &after)),
                }
            }
        },
    }
}

/// Makes durable what both folders hold. One that files were taken out of may be gone by now, or
/// closed to us: what is found in the new one stays there without it.
fn sync(dir: &Path, from: &Path) -> Result<(), Failure> {
    use io::ErrorKind as E;
    system::sync_folder(dir).map_err(|error| disk::failure_of(&error, dir))?;
    match system::sync_folder(from) {
        Err(error)
            if ![E::NotFound, E::NotADirectory, E::PermissionDenied].contains(&error.kind()) =>
        {
            Err(disk::failure_of(&error, from))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// What stands at the place before and at the new one. Where the part is at the new one, the one
/// before need not be told: it may be closed to us.
fn stand_at(
    before: &Path,
    after: &Path,
    recorded: Option<FileId>,
) -> Result<(Stands, Stands), Failure> {
    let new = stands(after, recorded)?;
    match stands(before, recorded) {
        Err(_) if recorded.is_some() && new == Stands::Ours => Ok((Stands::Other, new)),
        old => Ok((old?, new)),
    }
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

/// An error where a folder that may hold a part is not there, or is another volume's now.
fn is_reachable(folder: &Path, file: Option<FileId>) -> Result<(), Failure> {
    if is_away(folder, file) {
        return Err(Failure::new(FailureKind::VolumeGone, folder.display().to_string()));
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
