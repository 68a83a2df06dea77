//! The program: arguments, then the window or a command.

use std::process::ExitCode;

use onward::app::{self, Launch, Started};
use onward::cli::{self, Outcome};
use onward::desktop;
use onward::ui::{self, WakeSlot};

fn main() -> ExitCode {
    match cli::run(std::env::args_os()) {
        Outcome::Exit(code) => code,
        Outcome::Window(launch) => window(launch),
    }
}

/// Opens the window over the service, or raises the one that is open.
fn window(launch: Launch) -> ExitCode {
    if let Err(error) = ui::check() {
        return fail(&error);
    }
    let slot = WakeSlot::new();
    let starting = match app::start_window(&launch, &slot.waker(), desktop::attend(slot.waker())) {
        Ok(Started::Here(starting)) => starting,
        Ok(Started::There) => return ExitCode::SUCCESS,
        Err(error) => return fail(&error),
    };
    let shown = ui::stay(&starting.ui_state, &starting.handle, &slot, launch);
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
