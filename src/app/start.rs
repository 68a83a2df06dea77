//! Starting under a window: the list is read by a thread of its own while the window system is opened,
//! which takes as long as reading very many jobs does.

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::command::{Command, Reply};
use super::handle::AppHandle;
use super::instance::{MAX_WAIT, Owned, Purpose, Running, StartError, own};
use super::paths::Paths;
use super::raise::Raise;
use super::service::Wake;
use super::socket;
use crate::model::ui_state::UiState;

/// How the program is to show itself first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Face {
    /// With its window.
    #[default]
    Open,
    /// In the tray; where there is none, with its window out of the way.
    Hidden,
}

/// What a start under a window was asked for.
#[derive(Clone, Debug, Default)]
pub struct Launch {
    /// The data directory, where one was named.
    pub data_dir: Option<PathBuf>,
    /// How it is to show itself.
    pub face: Face,
    /// What the window is to show.
    pub raise: Raise,
}

/// How a start ended.
#[derive(Debug)]
pub enum Started {
    /// This instance is the owner; its service is on the way.
    Here(Starting),
    /// One runs already, and was raised unless this start was to be hidden.
    There,
}

/// What goes on beside the window for as long as the service runs: given the hold on it, inside its
/// runtime.
pub type Attend = Box<dyn FnOnce(AppHandle) -> Attending + Send>;
/// That, as it goes on.
pub type Attending = Pin<Box<dyn Future<Output = ()> + Send>>;

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
    fn begin(owned: Owned, attend: Attend) -> Result<Self, StartError> {
        let ui_state = Arc::clone(&owned.ui_state);
        let (to, handle) = sync_channel(1);
        let start = move || {
            let running = owned.run()?;
            running.spawn(attend(running.handle.clone()));
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
pub fn start_window(launch: &Launch, wake: &Wake, attend: Attend) -> Result<Started, StartError> {
    let paths = Paths::of(launch.data_dir.clone()).ok_or(StartError::NoDirectory)?;
    let deadline = Instant::now() + MAX_WAIT;
    loop {
        if let Some(owned) = own(&paths, Purpose::Window, wake)? {
            return Starting::begin(owned, attend).map(Started::Here);
        }
        let asked = match launch.face {
            Face::Open => Command::Raise(launch.raise.clone()),
            Face::Hidden => Command::Hosts,
        };
        match socket::ask(&paths, asked) {
            Ok(Reply::Refused(_)) => return Err(StartError::NoWindow(paths.dir)),
            Ok(_) => return Ok(Started::There),
            Err(_) if Instant::now() > deadline => return Err(StartError::Silent(paths.dir)),
            Err(_) => std::thread::sleep(Duration::from_millis(50)),
        }
    }
}
