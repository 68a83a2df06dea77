//! The log of the whole program: to standard error with `-v`, or to a file. Only Onward's own lines
//! are written; those of the HTTP library may hold what must not be seen.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::writer::BoxMakeWriter;

/// Where the log goes and how much of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LogOptions {
    /// How often `-v` was given.
    pub(super) verbose: u8,
    /// The file of `--log-file`.
    pub(super) file: Option<PathBuf>,
}

/// Begins the log. Without `-v` and `--log-file` there is none.
pub(super) fn start(options: &LogOptions) -> Result<(), String> {
    let Some(level) = level(options) else { return Ok(()) };
    let writer = match &options.file {
        Some(path) => BoxMakeWriter::new(Mutex::new(open(path).map_err(|error| {
            format!("The log file {} cannot be written: {error}", path.display())
        })?)),
        None => BoxMakeWriter::new(io::stderr),
    };
    let filter = EnvFilter::new(format!("onward={level}"));
    // Fails only where a log is running already, as in a test.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_writer(writer)
        .try_init();
    Ok(())
}

fn level(options: &LogOptions) -> Option<&'static str> {
    match (options.verbose, &options.file) {
        (0, None) => None,
        (0, Some(_)) | (1, None) => Some("info"),
        (1, Some(_)) | (2, _) => Some("debug"),
        (_, _) => Some("trace"),
    }
}

/// Appends; readable by its owner alone.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_much_is_logged() {
        let level = |verbose, file: Option<&str>| {
            super::level(&LogOptions { verbose, file: file.map(PathBuf::from) })
        };
        assert_eq!(level(0, None), None);
        assert_eq!(level(1, None), Some("info"));
        assert_eq!(level(0, Some("log")), Some("info"));
        assert_eq!(level(2, None), Some("debug"));
        assert_eq!(level(1, Some("log")), Some("debug"));
        assert_eq!(level(9, None), Some("trace"));
    }

    #[test]
    fn a_log_file_that_cannot_be_opened_is_said() {
        let file = Some(PathBuf::from("/nonexistent/folder/log"));
        assert!(start(&LogOptions { verbose: 0, file }).is_err());
    }
}
