//! The arguments as clap reads them. What may be a secret is taken as plain text here and checked
//! in [`super::request`], so that no error message repeats it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, value_parser};
use jiff::Timestamp;

use super::values;
use crate::model::checksum::{Checksum, Expected};
use crate::model::id::JobId;
use crate::model::options::MAX_CONNECTIONS;

/// A download manager that never starts over and never lies
#[derive(Debug, Parser)]
#[command(name = "onward", version, disable_help_subcommand = true)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) program: ProgramArgs,
    #[command(subcommand)]
    pub(super) verb: Option<Verb>,
    /// Without a command: links, or files with links in them, to open the window with
    #[arg(value_name = "URL")]
    pub(super) urls: Vec<String>,
    /// Without a command: start in the tray, or out of the way where there is none
    #[arg(long, conflicts_with_all = ["urls", "from_clipboard"])]
    pub(super) hidden: bool,
    /// Without a command: open the window with the links in the clipboard
    #[arg(long, conflicts_with = "urls")]
    pub(super) from_clipboard: bool,
}

/// Options of the whole program.
#[derive(Debug, Args)]
pub(super) struct ProgramArgs {
    /// Where the database, the settings and the lock live
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        help = "Where the database, the settings and the lock live [env: ONWARD_DATA_DIR]"
    )]
    pub(super) data_dir: Option<PathBuf>,
    /// More log on standard error; twice for still more
    #[arg(short, long = "verbose", global = true, action = clap::ArgAction::Count)]
    pub(super) verbose: u8,
    /// Write the log to a file
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) log_file: Option<PathBuf>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Download one file here and now, without a window
    Get(GetArgs),
    /// Put downloads into the list; a running Onward starts them at once
    Add(AddArgs),
    /// Every download
    List(JsonArgs),
    /// One download: sources, ranges held, last error, its log
    Show(ShowArgs),
    /// Stop and keep everything
    Pause(WhichArgs),
    /// Go on
    Resume(WhichArgs),
    /// No longer wanted; what is held stays until removed
    Cancel(WhichArgs),
    /// Try again what failed, waits or was cancelled
    Retry(WhichArgs),
    /// Forget downloads; finished files stay unless asked
    Remove(RemoveArgs),
    /// Give a download a fresh link; what it holds is kept where it can be shown to fit
    Refresh(RefreshArgs),
    /// Hash a finished file and compare; of an unfinished download, its blocks
    Verify(VerifyArgs),
    /// What was learned of servers
    Hosts(HostsArgs),
    /// Show Onward among the desktop's applications, for this user, where no package does
    Integrate(IntegrateArgs),
}

/// `get`.
#[derive(Debug, Args)]
pub(super) struct GetArgs {
    /// The link
    pub(super) url: String,
    #[command(flatten)]
    pub(super) job: JobArgs,
    /// No progress on standard error
    #[arg(short, long)]
    pub(super) quiet: bool,
}

/// `add`.
#[derive(Debug, Args)]
pub(super) struct AddArgs {
    /// The links; `-` reads them from standard input, one a line
    #[arg(required = true, value_name = "URL")]
    pub(super) urls: Vec<String>,
    #[command(flatten)]
    pub(super) job: JobArgs,
    /// Do not start before it is resumed
    #[arg(long)]
    pub(super) paused: bool,
    /// Do not start before this time (ISO 8601; local time where it names no zone)
    #[arg(long, value_name = "TIME", value_parser = values::time)]
    pub(super) at: Option<Timestamp>,
}

/// Options of `get` and `add`.
#[derive(Debug, Args)]
pub(super) struct JobArgs {
    /// Where the file goes; made where it is missing [default: the download folder]
    #[arg(long, value_name = "DIR")]
    pub(super) dir: Option<PathBuf>,
    /// The file's name [default: what the server says, then the link]
    #[arg(long, value_name = "NAME")]
    pub(super) name: Option<String>,
    /// Connections at most
    #[arg(long, value_name = "N", default_value_t = 8,
        value_parser = value_parser!(u8).range(1..=i64::from(MAX_CONNECTIONS)))]
    pub(super) connections: u8,
    /// Bytes a second at most, with suffixes k, M, G (powers of 1024)
    #[arg(long, value_name = "BYTES", value_parser = values::limit)]
    pub(super) limit: Option<u64>,
    /// A header to send along, 'Name: value', or @FILE with one a line; repeats
    #[arg(long = "header", value_name = "HEADER")]
    pub(super) headers: Vec<String>,
    /// The User-Agent to send
    #[arg(long, value_name = "TEXT")]
    pub(super) user_agent: Option<String>,
    /// The Referer to send
    #[arg(long, value_name = "URL")]
    pub(super) referer: Option<String>,
    /// Cookies to send, 'a=b; c=d', or @FILE
    #[arg(long, value_name = "COOKIES")]
    pub(super) cookie: Option<String>,
    /// User and password, or @FILE
    #[arg(long, value_name = "NAME:PASSWORD")]
    pub(super) user: Option<String>,
    /// Another place with the same bytes (not in this version yet)
    #[arg(long = "mirror", value_name = "URL")]
    pub(super) mirrors: Vec<String>,
    /// What the file must hash to, as sha256:HEX; auto for a sidecar beside the link; none to take it
    /// as it is, whatever the server says of it
    #[arg(long, value_name = "ALG:HEX", value_parser = values::expected)]
    pub(super) checksum: Option<Expected>,
    /// Attempts in a row without one new byte before it gives up; with 0 no lost network is waited for either
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(super) retries: u32,
    /// Seconds without a byte before a connection is replaced
    #[arg(long, value_name = "SECONDS", default_value_t = 30,
        value_parser = value_parser!(u32).range(1..))]
    pub(super) stall_timeout: u32,
    /// Seconds a connection may take to stand
    #[arg(long, value_name = "SECONDS", default_value_t = 15,
        value_parser = value_parser!(u32).range(1..))]
    pub(super) connect_timeout: u32,
    /// The proxy to go through [default: the system's]
    #[arg(long, value_name = "URL")]
    pub(super) proxy: Option<String>,
    /// Accept any certificate
    #[arg(long)]
    pub(super) insecure: bool,
}

/// `list`.
#[derive(Debug, Args)]
pub(super) struct JsonArgs {
    /// As JSON
    #[arg(long)]
    pub(super) json: bool,
}

/// `show`.
#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// The download's number
    #[arg(value_parser = values::id)]
    pub(super) id: JobId,
    /// As JSON
    #[arg(long)]
    pub(super) json: bool,
}

/// `pause`, `resume`, `cancel`, `retry`.
#[derive(Debug, Args)]
pub(super) struct WhichArgs {
    /// The downloads' numbers
    #[arg(value_name = "ID", value_parser = values::id,
        required_unless_present = "all", conflicts_with = "all")]
    pub(super) ids: Vec<JobId>,
    /// Every download it makes sense for
    #[arg(long)]
    pub(super) all: bool,
}

/// `remove`.
#[derive(Debug, Args)]
pub(super) struct RemoveArgs {
    /// The downloads' numbers
    #[arg(value_name = "ID", required = true, value_parser = values::id)]
    pub(super) ids: Vec<JobId>,
    /// Delete finished files too
    #[arg(long)]
    pub(super) delete_files: bool,
}

/// `refresh`.
#[derive(Debug, Args)]
pub(super) struct RefreshArgs {
    /// The download's number
    #[arg(value_parser = values::id)]
    pub(super) id: JobId,
    /// The fresh link
    pub(super) url: String,
}

/// `verify`.
#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    /// A file, or a download's number (write ./7 for a file named 7)
    #[arg(value_name = "FILE|ID")]
    pub(super) what: PathBuf,
    /// What it must hash to
    #[arg(long, value_name = "ALG:HEX")]
    pub(super) checksum: Option<Checksum>,
}

/// `hosts`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct HostsArgs {
    /// As JSON
    #[arg(long)]
    pub(super) json: bool,
    #[command(subcommand)]
    pub(super) verb: Option<HostsVerb>,
}

/// `hosts …`.
#[derive(Debug, Subcommand)]
pub(super) enum HostsVerb {
    /// Forget what was learned of one server
    Forget {
        /// The server, as `onward hosts` names it
        name: String,
    },
}

/// `integrate`.
#[derive(Debug, Args)]
pub(super) struct IntegrateArgs {
    /// Take it away again
    #[arg(long)]
    pub(super) remove: bool,
}
