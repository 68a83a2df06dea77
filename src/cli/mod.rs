//! The command line: arguments in, commands to the service, words and exit codes out.
//!
//! Exit codes: 0 finished, 1 failed for good, 2 wrong usage, 3 unfinished but resumable, 130 and 143
//! ended by SIGINT and SIGTERM. It speaks English whatever the locale, for scripts read it.

mod alike;
mod args;
mod backend;
mod ending;
mod get;
mod installed;
mod json;
mod log;
mod output;
mod progress;
mod report;
mod request;
mod signals;
mod values;
mod verbs;

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use self::args::{Arguments, GetArgs, IntegrateArgs, Verb};
use self::backend::Backend;
use self::ending::{FAILED, MISUSE, OK};
use self::log::LogOptions;
use self::progress::Style;
use self::request::{Misuse, Surroundings};
use self::signals::Signals;
use self::verbs::{Done, Fault};
use crate::app::command::Command;
use crate::app::integrate;
use crate::app::raise::{Raise, Shows};
use crate::app::{Face, Launch};

/// The variable that names the data directory where `--data-dir` does not.
const DATA_DIR_VARIABLE: &str = "ONWARD_DATA_DIR";

/// What is to be done after the arguments were read and, where they are a command, carried out.
#[derive(Debug)]
pub enum Outcome {
    /// The program ends.
    Exit(ExitCode),
    /// The window opens. The log runs already.
    Window(Launch),
}

/// Reads the arguments, the program's name first, and carries out what they ask for.
pub fn run(arguments: impl Iterator<Item = OsString>) -> Outcome {
    let named = std::env::var_os(DATA_DIR_VARIABLE).filter(|dir| !dir.is_empty());
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and the version come here too, with code 0; a reader that has gone is no error.
            let _ = error.print();
            return exit(u8::try_from(error.exit_code()).unwrap_or(MISUSE));
        }
    };
    let data_dir = arguments.program.data_dir.clone().or_else(|| named.map(PathBuf::from));
    let options =
        LogOptions { verbose: arguments.program.verbose, file: arguments.program.log_file.clone() };
    if let Err(sentence) = log::start(&options) {
        output::say(&sentence);
        return exit(FAILED);
    }
    let Some(verb) = &arguments.verb else { return window(data_dir, arguments) };
    if !arguments.urls.is_empty() {
        return refuse(&Misuse::from("links cannot stand before a command"));
    }
    if arguments.hidden || arguments.from_clipboard {
        return refuse(&Misuse::from("--hidden and --from-clipboard are for the window alone"));
    }
    match carry_out(&installed::Installed::new(data_dir), verb) {
        Ok(code) => exit(code),
        Err(Fault::Misuse(misuse)) => refuse(&misuse),
        Err(Fault::Failed(sentence)) => {
            output::say(&sentence);
            exit(FAILED)
        }
    }
}

fn window(data_dir: Option<PathBuf>, arguments: Arguments) -> Outcome {
    let face = if arguments.hidden { Face::Hidden } else { Face::Open };
    let shows = match request::shown(arguments.urls) {
        Ok(Shows::AsItWas) if arguments.from_clipboard => Shows::Clipboard,
        Ok(shows) => shows,
        Err(misuse) => return refuse(&misuse),
    };
    Outcome::Window(Launch { data_dir, face, raise: Raise::by_launcher(shows) })
}

fn exit(code: u8) -> Outcome {
    Outcome::Exit(ExitCode::from(code))
}

/// Wrong usage, in the form clap gives it.
fn refuse(misuse: &Misuse) -> Outcome {
    output::err(&format!("error: {}\n\nFor more information, try 'onward --help'.\n", misuse.0));
    exit(MISUSE)
}

fn carry_out(backend: &dyn Backend, verb: &Verb) -> Done {
    let mut input = io::stdin();
    let mut around = Surroundings { input: Some(&mut input), download_dir: backend.download_dir() };
    match verb {
        Verb::Get(args) => get(backend, args, &mut around),
        Verb::Add(args) => verbs::add(backend, args, &mut around),
        Verb::List(args) => verbs::list(backend, args),
        Verb::Show(args) => verbs::show(backend, args),
        Verb::Pause(args) => verbs::order(backend, &Command::Pause(verbs::which(args))),
        Verb::Resume(args) => verbs::order(backend, &Command::Resume(verbs::which(args))),
        Verb::Cancel(args) => verbs::order(backend, &Command::Cancel(verbs::which(args))),
        Verb::Retry(args) => verbs::order(backend, &Command::Retry(verbs::which(args))),
        Verb::Remove(args) => verbs::remove(backend, args),
        Verb::Refresh(args) => verbs::refresh(backend, args),
        Verb::Verify(args) => verbs::verify(backend, args),
        Verb::Hosts(args) => verbs::hosts(backend, args),
        Verb::Integrate(args) => integrate(args),
    }
}

/// `integrate`: prints what was written or removed, a path a line.
fn integrate(args: &IntegrateArgs) -> Done {
    let changed = if args.remove { integrate::remove() } else { integrate::integrate() };
    let paths = changed.map_err(|error| Fault::Failed(error.to_string()))?;
    let lines: Vec<String> = paths.iter().map(|path| format!("{}\n", path.display())).collect();
    output::out(&lines.concat())?;
    Ok(OK)
}

/// The arguments as they are read, for the pages and completions that packages bring.
pub fn arguments() -> clap::Command {
    Arguments::command()
}

fn get(backend: &dyn Backend, args: &GetArgs, around: &mut Surroundings<'_>) -> Done {
    let job = request::of_get(args, around)?;
    verbs::warn_if_insecure(args.job.insecure);
    let style = match (args.quiet, io::stderr().is_terminal()) {
        (true, _) => Style::Quiet,
        (false, true) => Style::Live,
        (false, false) => Style::Plain,
    };
    let signals = Signals::watch()
        .map_err(|error| Fault::Failed(format!("signals cannot be watched: {error}")))?;
    Ok(get::get(backend, job, style, &mut |at_most| signals.wait(at_most)))
}
