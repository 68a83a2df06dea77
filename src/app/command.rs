//! What a front end asks for. The window sends commands and goes on; the command line waits for
//! the [`Reply`]. The same values travel over the local socket, one JSON line each way.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::adding::{FolderAsk, ProbeAsk};
use super::autostart::Autostart;
use super::raise::Raise;
use crate::model::checksum::Checksum;
use crate::model::fit::{Fit, Misfit};
use crate::model::host::HostFacts;
use crate::model::id::JobId;
use crate::model::job::NewJob;
use crate::model::log::LogLine;
use crate::model::options::JobOptions;
use crate::model::path;
use crate::model::phase::FileFate;
use crate::model::queue::{Towards, When};
use crate::model::range::ByteRange;
use crate::model::relocation::NotMoved;
use crate::model::settings::Settings;
use crate::model::ui_state::UiState;
use crate::model::url::SourceUrl;

use super::snapshot::JobView;

/// The jobs a command is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// Every job the command makes sense for.
    All,
    /// These.
    Jobs(Vec<JobId>),
}

/// Where a fresh link comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkFrom {
    /// The user gave it.
    Given(SourceUrl),
    /// The user gave it, with what is to be sent along to its server: headers, cookie, referrer, user
    /// agent, user and password. What of these is not given stays as it is by the link alone.
    With(SourceUrl, Box<JobOptions>),
    /// It is that of another job, whose secrets go along; once it is taken, that job is removed.
    Job(JobId),
}

/// What becomes of a job that runs while it is to get a fresh link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IfLive {
    /// The link is refused.
    Refuse,
    /// It is stopped until the link was looked at.
    Stop,
}

/// A fresh link for a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewLink {
    /// The job.
    pub job: JobId,
    /// The link.
    pub from: LinkFrom,
    /// What becomes of the job where it runs.
    pub if_live: IfLive,
}

/// What a front end asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Put jobs into the list. Answered by [`Reply::Added`].
    Add(Vec<NewJob>),
    /// Fetch this now: go on with the unfinished job of the same link, folder and name, or make one.
    /// Answered by [`Reply::Added`] with one id.
    Get(Box<NewJob>),
    /// Stop and keep everything.
    Pause(Which),
    /// Go on.
    Resume(Which),
    /// No longer wanted; what is held stays until removed.
    Cancel(Which),
    /// Take a cancellation back, and stay as it is until resumed.
    Hold(Which),
    /// Try again what failed, waits, needs a link or was cancelled.
    Retry(Which),
    /// Forget jobs and delete their part files; finished files only where asked.
    Remove(Which, FileFate),
    /// Give a job's file another name, before it has one.
    Rename(JobId, String),
    /// Give a job that is not done another folder, and take its unfinished file there. Answered when it
    /// is there, or by the events `Moved` and `NotMoved`.
    SetDir {
        /// The job.
        id: JobId,
        /// The folder, absolute and there.
        #[serde(with = "path::exact")]
        dir: PathBuf,
    },
    /// Give jobs another place in the queue.
    Move(Which, Towards),
    /// Put jobs into a queue, whose hours they follow from now on, and have them start at a moment: what
    /// runs stops until then, what rests goes on then.
    SetWhen(Which, When),
    /// The network is metered, or no longer: told by the desktop.
    SetMetered(bool),
    /// This text was copied: what of it might be wanted is offered by the event `Offered`.
    Copied(String),
    /// Download though the network is metered, for as long as it is this one.
    GoOnMetered,
    /// Every job. Answered by [`Reply::Jobs`].
    List,
    /// One job in full. Answered by [`Reply::Job`].
    Show(JobId),
    /// Look at one job closely, or at none any more: `Snapshot::focus` tells of it.
    Watch(Option<JobId>),
    /// Re-read what a job holds and compare. Answered by [`Reply::Verified`].
    Verify(JobId, Option<Checksum>),
    /// Give a job a fresh link, where it fits what is held. Answered by [`Reply::Fits`] or
    /// [`Reply::Misfit`].
    Refresh(NewLink),
    /// What was learned of servers. Answered by [`Reply::Hosts`].
    Hosts,
    /// Forget what was learned of one server.
    ForgetHost(String),
    /// Forget what was learned of every server.
    ForgetHosts,
    /// Open so many connections to a server at most, whatever is learned of it, or go by what is
    /// learned again.
    CapHost(String, Option<u32>),
    /// Let a job take so many bytes a second at most, or as many as come; kept with the job, and
    /// felt at once where it runs.
    Limit(JobId, Option<u64>),
    /// Change the settings; they act at once.
    ChangeSettings(Settings),
    /// Keep how the window was left.
    KeepUi(UiState),
    /// Keep that it was said that downloads go on without the window.
    ToldOfAside,
    /// Show the free space on the volume of this folder, or of the one new files go to.
    WatchSpace(Option<PathBuf>),
    /// Open a finished file with the program for it.
    Open(JobId),
    /// Open the page a job came from, where that is known.
    OpenPage(JobId),
    /// Show a job's file, or its part, in the file manager.
    Reveal(JobId),
    /// Read links from files that were dropped on the window; answered by the event `Raised`.
    ReadLinks(Vec<PathBuf>),
    /// Look at these links, which are to be added, and no longer at others; answered by the events
    /// `Probed` and `LinksKnown`.
    Probe(ProbeAsk),
    /// Look into a folder that files are to go to; answered by the event `FolderSeen`.
    LookIntoFolder(FolderAsk),
    /// Let the user choose a folder; answered by the event `FolderChosen`.
    ChooseFolder,
    /// Whether the session starts the program; answered by the event `Autostart`, and by nothing where
    /// there are no sessions of that kind.
    AskAutostart,
    /// Let the session start the program, or no longer. Answered alike.
    SetAutostart(Autostart),
    /// Bring the window to the front, opening it where it was closed.
    Raise(Raise),
    /// Do not do what is announced since all downloads are done.
    StayOn,
    /// Let the window, where there is one, hand over what waits in it and end the program.
    QuitByWindow,
    /// Save everything and end.
    Quit,
}

/// The answer to a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// Done, or under way.
    Ok,
    /// The new jobs' numbers, in the order of the links.
    Added(Vec<JobId>),
    /// Every job.
    Jobs(Vec<JobView>),
    /// One job in full.
    Job(Box<JobDetails>),
    /// What `Verify` found.
    Verified(VerifyReport),
    /// The fresh link was taken.
    Fits(Fit),
    /// The fresh link was not taken; all is as before.
    Misfit(Misfit),
    /// What was learned of servers.
    Hosts(Vec<HostFacts>),
    /// The command could not be carried out.
    Refused(Refusal),
}

impl Command {
    /// Whether it changes nothing, so that it may be sent twice.
    pub fn only_asks(&self) -> bool {
        matches!(self, Self::List | Self::Show(_) | Self::Hosts)
    }
}

/// Why a command was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// No such job.
    #[error("there is no job {0}")]
    NoJob(JobId),
    /// No such server.
    #[error("nothing is known of {0}")]
    NoHost(String),
    /// The page a job came from is not known.
    #[error("the page job {0} came from is not known")]
    NoPage(JobId),
    /// The text holds no name a file could have.
    #[error("a file cannot have this name")]
    NoName,
    /// The job is not in a state for this.
    #[error("job {id} is {state}; {hint}")]
    NotNow {
        /// The job.
        id: JobId,
        /// Its state in a word.
        state: String,
        /// What can be done.
        hint: String,
    },
    /// The job is not given another folder, or is not known to be there.
    #[error("the move of job {0} is not done: {1}")]
    NotMoved(JobId, NotMoved),
    /// The list could not be saved.
    #[error("the list of jobs could not be saved: {0}")]
    Store(String),
    /// The settings could not be saved.
    #[error("the settings could not be saved: {0}")]
    Settings(String),
    /// A file could not be read.
    #[error("{0}")]
    File(String),
    /// No window is open.
    #[error("no window is open")]
    NoWindow,
    /// It came when the service had ended: it was not carried out.
    #[error("Onward has just ended; try again")]
    Ended,
}

/// One job in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobDetails {
    /// What the list shows.
    pub view: JobView,
    /// Durable ranges.
    pub spans: Vec<ByteRange>,
    /// Where it comes from, redacted.
    pub sources: Vec<String>,
    /// The server's entity tag.
    pub etag: Option<String>,
    /// The server's date.
    pub last_modified: Option<String>,
    /// Where the part file is.
    #[serde(serialize_with = "path::shown_if_any")]
    pub part: Option<PathBuf>,
    /// Whether it was ever resumed by comparing bytes alone.
    pub by_overlap: bool,
    /// Its log, oldest first.
    pub log: Vec<LogLine>,
}

/// What re-reading a job found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerifyReport {
    /// The finished file has this digest; `matches` where there was one to compare with.
    Digest {
        /// What was computed.
        found: Checksum,
        /// Whether it is the expected one; none where there was nothing to compare with.
        matches: Option<bool>,
    },
    /// The blocks of an unfinished job.
    Blocks {
        /// Blocks that carry their recorded hash.
        good: u64,
        /// Blocks that do not; they are fetched again.
        bad: Vec<u64>,
        /// Durable bytes that no recorded hash covers.
        unproved_bytes: u64,
    },
}
