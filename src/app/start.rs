//! Starting under a window: the list is read by a thread of its own while the window system is opened,
//! which takes as long as reading very many jobs does.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::command::{Command, Reply};
use super::handle::AppHandle;
use super::instance::{MAX_WAIT, Owned, Purpose, Running, StartError, own};
use super::paths::Paths;
use super::service::Wake;
use super::socket;
use crate::model::ui_state::UiState;

/// How a start ended.
#[derive(Debug)]
pub enum Started {
    /// This instance is the owner; its service is on the way.
    Here(Starting),
    /// A window runs already and was raised.
    Raised,
}

/// A service on its way.
#[derive(Debug)]
pub struct Starting {
    /// How the window was left.
    pub ui_state: Arc<UiState>,
    /// Where the hold on it comes, once the list is read; nothing comes where the start fails.
    pub handle: Receiver<AppHandle>,
    /// What waits for it.
    pub service: Coming,
}

/// The thread that starts a service.
#[derive(Debug)]
pub struct Coming(JoinHandle<Result<Running, StartError>>);

impl Coming {
    /// Waits until the service runs.
    pub fn wait(self) -> Result<Running, StartError> {
        self.0.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

impl Starting {
    fn begin(owned: Owned) -> Result<Self, StartError> {
        let ui_state = Arc::clone(&owned.ui_state);
        let (to, handle) = sync_channel(1);
        let start = move || {
            let running = owned.run()?;
            // A window that could not be opened takes no hold.
            let _ = to.send(running.handle.clone());
            Ok(running)
        };
        let thread = std::thread::Builder::new().name("start".to_owned());
        let service = Coming(thread.spawn(start).map_err(StartError::System)?);
        Ok(Self { ui_state, handle, service })
    }
}

/// Starts the service under a window, or raises the window that runs.
pub fn start_window(
    data_dir: Option<PathBuf>,
    urls: &[String],
    wake: &Wake,
) -> Result<Started, StartError> {
    let paths = Paths::of(data_dir).ok_or(StartError::NoDirectory)?;
    let deadline = Instant::now() + MAX_WAIT;
    loop {
        if let Some(owned) = own(&paths, Purpose::Window, wake)? {
            return Starting::begin(owned).map(Started::Here);
        }
        match socket::ask(&paths, Command::Raise(urls.to_vec())) {
            Ok(Reply::Refused(_)) => return Err(StartError::NoWindow(paths.dir)),
            Ok(_) => return Ok(Started::Raised),
            Err(_) if Instant::now() > deadline => return Err(StartError::Silent(paths.dir)),
            Err(_) => std::thread::sleep(Duration::from_millis(50)),
        }
    }
}
