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
    let starting = match app::start_window(data_dir, &urls, &slot.waker()) {
        Ok(Started::Here(starting)) => starting,
        Ok(Started::Raised) => return ExitCode::SUCCESS,
        Err(error) => return fail(&error),
    };
    let shown = ui::run(&starting.ui_state, starting.handle, slot, urls);
    match starting.service.wait() {
        Ok(running) => running.close(),
        Err(error) => return fail(&error),
    }
    match shown {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn fail(error: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("onward: {error}");
    ExitCode::FAILURE
}
