//! Bringing the window to the front: what it is to show then, and the word of who asked for it.

use serde::{Deserialize, Serialize};

use crate::model::id::JobId;

/// The variable a launcher leaves a startup id in (Startup Notification Protocol 0.1).
const STARTUP_ID: &str = "DESKTOP_STARTUP_ID";

/// What the window shows when it comes to the front.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shows {
    /// What it showed.
    #[default]
    AsItWas,
    /// The add dialog with these links, which may be of any kind a text can hold.
    Links(Vec<String>),
    /// The add dialog with what lies in the clipboard.
    Clipboard,
    /// The dialog for a fresh link of this job.
    NewLink(JobId),
    /// This job, chosen in the list.
    Job(JobId),
    /// What lies on the disk at these paths: files with links in them.
    Files(Vec<std::path::PathBuf>),
}

/// A wish to have the window in front.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raise {
    /// What it is to show.
    pub shows: Shows,
    /// The startup id of who asked: without one, a window manager may take it for a window that
    /// pushes itself forward.
    #[serde(default)]
    pub startup_id: Option<String>,
}

impl Raise {
    /// To show `shows`, with the startup id this process was started with.
    pub fn by_launcher(shows: Shows) -> Self {
        let startup_id = std::env::var(STARTUP_ID).ok().filter(|id| !id.is_empty());
        Self { shows, startup_id }
    }

    /// The same where nobody outside asked.
    pub fn of(shows: Shows) -> Self {
        Self { shows, startup_id: None }
    }
}
