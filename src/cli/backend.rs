//! What the command line needs of the service, as a trait, so that tests can stand in its place.

use std::io;
use std::path::{Path, PathBuf};

use crate::app::command::{Command, Reply};
use crate::app::handle::Unanswered;
use crate::model::checksum::{Algorithm, Checksum};

/// What a command needs the service for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Change or read the list; no job is started.
    Command,
    /// Fetch what is asked for, here or in the running instance.
    Get,
}

/// A way to the service of one data directory.
pub(super) trait Backend {
    /// Reaches it. An error is a sentence with what to do.
    fn open(&self, role: Role) -> Result<Box<dyn Service>, String>;

    /// Hashes a file.
    fn hash_file(&self, path: &Path, algorithm: Algorithm) -> io::Result<Checksum>;

    /// Where a file goes that was given no folder.
    fn download_dir(&self) -> PathBuf;
}

/// The service, reached.
pub(super) trait Service {
    /// Asks and waits for the answer.
    fn call(&self, command: Command) -> Result<Reply, Unanswered>;

    /// Whether it runs in this process and ends with it.
    fn is_here(&self) -> bool;

    /// Saves everything and ends; bounded.
    fn close(self: Box<Self>);
}
