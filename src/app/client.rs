//! The command line's hold on a data directory: a service in this process, or the socket of the one
//! that runs.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::command::{Command, Reply};
use super::event::SettingsTrouble;
use super::handle::Unanswered;
pub use super::instance::StartError;
use super::instance::{MAX_WAIT, Owned, Purpose, Running, own};
use super::paths::Paths;
use super::service::Wake;
use super::socket;

/// What the client is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// One command: no job is started.
    Command,
    /// `get`: only what is asked for is started.
    Get,
}

/// A hold on a data directory.
#[derive(Debug)]
pub enum Client {
    /// The service runs here.
    Here(Box<Running>),
    /// It runs in another process.
    There(Paths),
}

impl Client {
    /// Goes through the instance that runs, or becomes the owner where there is none.
    pub fn open(data_dir: Option<PathBuf>, role: Role) -> Result<Self, StartError> {
        let paths = Paths::of(data_dir).ok_or(StartError::NoDirectory)?;
        let purpose = match role {
            Role::Command => Purpose::Command,
            Role::Get => Purpose::Get,
        };
        let silent: Wake = Arc::new(|| {});
        let deadline = Instant::now() + MAX_WAIT;
        loop {
            if let Some(running) = own(&paths, purpose, &silent)?.map(Owned::run).transpose()? {
                return Ok(Self::Here(Box::new(running)));
            }
            if socket::ask(&paths, Command::Hosts).is_ok() {
                return Ok(Self::There(paths));
            }
            if Instant::now() > deadline {
                return Err(StartError::Silent(paths.dir));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Sends a command and waits for the answer.
    pub fn call(&self, command: Command) -> Result<Reply, Unanswered> {
        match self {
            Self::Here(running) => running.handle.call(command),
            Self::There(paths) => {
                let only_asks = command.only_asks();
                socket::ask(paths, command).map_err(|error| {
                    let was_heard = !only_asks && !socket::is_unheard(&error);
                    if was_heard { Unanswered::Lost } else { Unanswered::Unheard }
                })
            }
        }
    }

    /// Whether the service runs in this process.
    pub fn is_here(&self) -> bool {
        matches!(self, Self::Here(_))
    }

    /// Where a damaged database was moved to at this start, where one was.
    pub fn set_aside(&self) -> Option<&PathBuf> {
        match self {
            Self::Here(running) => running.set_aside.as_ref(),
            Self::There(_) => None,
        }
    }

    /// Why the settings are not as they stand in their file, where that was seen at this start.
    pub fn settings_troubles(&self) -> &[SettingsTrouble] {
        match self {
            Self::Here(running) => &running.settings_troubles,
            Self::There(_) => &[],
        }
    }

    /// Saves everything and ends what runs here, within two seconds.
    pub fn close(self) {
        match self {
            Self::Here(running) => running.close(),
            Self::There(_) => {}
        }
    }
}
