//! What there is to see, as plain values: made by the service, read by every front end.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::all_done::Ending;
use super::focus::Focus;
use super::hours::Regime;
use super::job_list::JobList;
use crate::model::category::Category;
use crate::model::failure::Failure;
use crate::model::id::JobId;
use crate::model::path;
use crate::model::phase::{Intent, State};
use crate::model::proof::Proof;
use crate::model::queue::QueueId;
use crate::model::range::ByteRange;
use crate::model::settings::Settings;
use crate::model::ui_state::UiState;
use crate::model::why::Why;

/// Spans kept in a view at most; more are joined where the gap between them is smallest.
pub const MAX_VIEW_SPANS: usize = 256;

/// One job as it is seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobView {
    /// Its number.
    pub id: JobId,
    /// The link, without user, password and query values.
    pub url: String,
    /// The server's name.
    pub host: String,
    /// The file's name, or the best guess so far.
    pub name: String,
    /// What kind of file the name tells of.
    #[serde(default)]
    pub category: Category,
    /// Folder the file goes to.
    #[serde(serialize_with = "path::shown")]
    pub dir: PathBuf,
    /// Where the finished file stands or will stand.
    #[serde(serialize_with = "path::shown")]
    pub path: PathBuf,
    /// The state in a word.
    pub state: State,
    /// What the user wants.
    pub intent: Intent,
    /// The user's wish is not reached yet: "Pausing…".
    pub settling: bool,
    /// Size in bytes, once known.
    pub total_bytes: Option<u64>,
    /// Bytes written to the file.
    pub done_bytes: u64,
    /// What is written, as a map for the bar; at most [`MAX_VIEW_SPANS`].
    pub spans: Arc<[ByteRange]>,
    /// Bytes a second, smoothed; 0 while nothing flows.
    pub speed_bps: u64,
    /// Seconds left, where that can be told.
    pub eta_secs: Option<u64>,
    /// Its own limit, in bytes a second.
    pub limit_bps: Option<u64>,
    /// The queue it is in.
    #[serde(default)]
    pub queue: QueueId,
    /// Its own moment to start at, where one was set and it has not started since.
    #[serde(default)]
    pub not_before: Option<Timestamp>,
    /// Connections open now.
    pub connections: u32,
    /// When a waiting job is tried again, or a scheduled one starts.
    pub until: Option<Timestamp>,
    /// Attempts in a row without a new byte.
    pub attempt: u32,
    /// What went wrong, where the state is waiting, `needs_link` or failed.
    pub error: Option<Failure>,
    /// Why it stands, or is no faster.
    pub why: Why,
    /// Until when the link says it is valid, where it says so and the job is not finished.
    pub link_until: Option<Timestamp>,
    /// An older, unfinished job that holds a part of the same file under another link.
    pub same_as: Option<JobId>,
    /// Whether the page it came from is known.
    #[serde(default)]
    pub has_page: bool,
    /// What the file was compared with, where it is finished or failed for it.
    pub proof: Option<Proof>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was finished.
    pub finished_at: Option<Timestamp>,
}

impl JobView {
    /// Whether it is wanted, and its hour or the network keeps it from running.
    pub fn is_kept(&self) -> bool {
        self.why.kept().is_some()
    }
}

/// Sums over all jobs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Bytes a second over all jobs.
    pub speed_bps: u64,
    /// Bytes written of the jobs that run.
    pub active_done_bytes: u64,
    /// Size of the jobs that run and whose size is known.
    pub active_total_bytes: u64,
}

/// All there is to see at one moment.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Grows with every snapshot that differs from the one before.
    pub revision: u64,
    /// Grows when a job is added, removed, or changes anything but its progress.
    pub layout: u64,
    /// Every job, in the order of the queue. Unchanged jobs are shared with the snapshot before.
    pub jobs: JobList,
    /// Sums.
    pub totals: Totals,
    /// The settings in force.
    pub settings: Arc<Settings>,
    /// Folder new files go to.
    pub default_dir: PathBuf,
    /// Bytes free on the volume of the folder that is watched, or of `default_dir` where none is.
    pub free_bytes: Option<u64>,
    /// The job that is looked at closely.
    pub focus: Option<Arc<Focus>>,
    /// How the window was left.
    pub ui_state: Arc<UiState>,
    /// What is going to be done, since all downloads are.
    pub ending: Option<Ending>,
    /// What holds for downloads by the hour and by the network.
    pub regime: Arc<Regime>,
}
