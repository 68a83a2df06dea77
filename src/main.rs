//! The program: arguments, then the window or a command.

use std::process::ExitCode;

use onward::app::{self, Started};
use onward::cli::{self, Outcome};
use onward::ui::{self, WakeSlot};

fn main() -> ExitCode {
    match cli::run(std::env::args_os()) {
        Outcome::Exit(code) => code,
        Outcome::Window { data_dir, urls } => window(data_dir, urls),
    }
}

/// Opens the window over the service, or raises the one that is open.
fn window(data_dir: Option<std::path::PathBuf>, urls: Vec<String>) -> ExitCode {
    if let Err(error) = ui::check() {
        return fail(&error);
    }
    let slot = WakeSlot::new();
    let running = match app::start_window(data_dir, &urls, &slot.waker()) {
        Ok(Started::Here(running)) => running,
        Ok(Started::Raised) => return ExitCode::SUCCESS,
        Err(error) => return fail(&error),
    };
    let shown = ui::run(running.handle.clone(), slot, urls);
    running.close();
    match shown {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn fail(error: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("onward: {error}");
    ExitCode::FAILURE
}
