//! What happened once. Rare, and never needed to know what is so: that is the snapshot's.

use std::path::PathBuf;

use super::adding::FolderSeen;
use super::autostart::Autostart;
use super::raise::Raise;
use crate::model::failure::Failure;
use crate::model::fit::{Fit, Misfit};
use crate::model::host::HostFacts;
use crate::model::id::JobId;
use crate::model::probe::Probed;
use crate::model::relocation::NotMoved;
use crate::model::settings::WhenDone;
use crate::model::url::SourceUrl;

/// Why the settings are not as they stand in their file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsTrouble {
    /// The file was no TOML; it was moved to this path, and the defaults hold.
    #[error("the settings file could not be read; it was moved aside to {path} and the defaults are used", path = .0.display())]
    SetAside(PathBuf),
    /// The values of these keys cannot be used; their defaults hold.
    #[error("the settings file has values that cannot be used, for {}; their defaults are used", .0.join(", "))]
    Wrong(Vec<String>),
    /// The file could not be read; the defaults hold.
    #[error("the settings file could not be read ({0}); the defaults are used")]
    Unreadable(String),
}

/// What happened once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A job was finished.
    Finished(JobId),
    /// A job stopped for good or needs a link.
    Stopped(JobId, Failure),
    /// A job's fresh link was taken.
    LinkTaken(JobId, Fit),
    /// A job's fresh link was not taken; all is as before.
    LinkRefused(JobId, Misfit),
    /// A new job fetches what an older, unfinished one holds a part of.
    SameFile {
        /// The new one.
        new: JobId,
        /// The older one.
        old: JobId,
    },
    /// A link that is to be added was looked at; the error is what a run would meet now.
    Probed(SourceUrl, Result<Probed, Failure>),
    /// Links that are to be added and that jobs have already.
    LinksKnown(Vec<(SourceUrl, JobId)>),
    /// A folder was looked into.
    FolderSeen(FolderSeen),
    /// The window is wanted in front: by another start of the program, the tray, or a notification.
    Raised(Raise),
    /// The user chose a folder; none where the dialog was left or there is none.
    FolderChosen(Option<PathBuf>),
    /// A job's folder is this one now.
    Moved(JobId, PathBuf),
    /// A job was not given another folder: all is as before, or it is on its way and looked at again,
    /// as the reason says.
    NotMoved {
        /// The job.
        job: JobId,
        /// The folder it was to get.
        dir: PathBuf,
        /// Why it does not.
        why: NotMoved,
    },
    /// A file could not be opened or shown.
    OpenFailed(JobId, String),
    /// The database was damaged; it was moved to this path and a new one begun.
    StoreSetAside(PathBuf),
    /// The settings are not as they stand in their file.
    SettingsTrouble(SettingsTrouble),
    /// What was learned of servers, as it was asked for.
    Hosts(Vec<HostFacts>),
    /// The program is to end: the window goes as by its own button, with what waits in it.
    QuitWanted,
    /// All downloads are done, and the computer is to do this.
    AllDone(WhenDone),
    /// These links were copied, and might be wanted.
    Offered(Vec<String>),
    /// Whether the session starts the program.
    Autostart(Autostart),
    /// A command of the window could not be carried out.
    Refused(String),
    /// The service has saved everything and ended.
    Ended,
}
