//! The real [`Backend`]: the service of one data directory, running already or in this process.

use std::io;
use std::path::{Path, PathBuf};

use super::backend::{Backend, Role, Service};
use super::output;
use crate::app;
use crate::app::client::Client;
use crate::app::command::{Command, Reply};
use crate::app::event::SettingsTrouble;
use crate::app::handle::Unanswered;
use crate::model::checksum::{Algorithm, Checksum};

/// One data directory; the platform's where none is named.
pub(super) struct Installed {
    data_dir: Option<PathBuf>,
}

impl Installed {
    /// Reaches nothing yet.
    pub(super) fn new(data_dir: Option<PathBuf>) -> Self {
        Self { data_dir }
    }
}

impl Backend for Installed {
    fn open(&self, role: Role) -> Result<Box<dyn Service>, String> {
        let role = match role {
            Role::Command => app::client::Role::Command,
            Role::Get => app::client::Role::Get,
        };
        match Client::open(self.data_dir.clone(), role) {
            Ok(client) => {
                if let Some(aside) = client.set_aside() {
                    output::say(&format!(
                        "the list of downloads was damaged; it was moved aside to {} and a new one begun; \
                         add the links again, and unfinished files are gone on with as far as their bytes can be proved",
                        aside.display()
                    ));
                }
                for trouble in client.settings_troubles() {
                    // Not at every command: what else cannot be used stands in the log.
                    if let SettingsTrouble::SetAside(_) = trouble {
                        output::say(&trouble.to_string());
                    }
                }
                Ok(Box::new(client))
            }
            Err(error) => Err(error.to_string()),
        }
    }

    fn hash_file(&self, path: &Path, algorithm: Algorithm) -> io::Result<Checksum> {
        app::hash_file(path, algorithm)
    }

    fn download_dir(&self) -> PathBuf {
        app::paths::download_dir()
    }
}

impl Service for Client {
    fn call(&self, command: Command) -> Result<Reply, Unanswered> {
        Client::call(self, command)
    }

    fn is_here(&self) -> bool {
        Client::is_here(self)
    }

    fn close(self: Box<Self>) {
        Client::close(*self);
    }
}
