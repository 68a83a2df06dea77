//! SIGINT and SIGTERM, and what stands for them elsewhere.

use std::io;

use super::command::Command;
use super::handle::AppHandle;

/// A wish from outside that the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// `kill`.
    Terminate,
}

impl Signal {
    /// The exit code: 128 and the signal's number.
    pub fn code(self) -> u8 {
        match self {
            Self::Interrupt => 130,
            Self::Terminate => 143,
        }
    }
}

/// Under a window the first signal ends it like its own button, with everything saved; the second
/// ends the program at once.
pub(super) async fn end_window(handle: AppHandle) {
    let mut source = match Source::new() {
        Ok(source) => source,
        Err(error) => return tracing::warn!("signals end the program unsaved: {error}"),
    };
    quit_for(&handle, source.next().await);
    std::process::exit(i32::from(source.next().await.code()));
}

/// Asks the service to end, as the window's own button does.
fn quit_for(handle: &AppHandle, signal: Signal) {
    tracing::info!("ending, as asked from outside ({signal:?})");
    if handle.send(Command::Quit).is_err() {
        tracing::warn!("the service takes no more commands");
    }
}

/// What tells of signals.
#[cfg(unix)]
#[derive(Debug)]
pub struct Source {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Source {
    /// Begins to watch; from here on the signals no longer end the program by themselves.
    pub fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Waits for the next one.
    pub async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.terminate.recv() => Signal::Terminate,
        }
    }
}

/// What tells of signals.
#[cfg(not(unix))]
#[derive(Debug)]
pub struct Source {
    interrupt: tokio::signal::windows::CtrlC,
    close: tokio::signal::windows::CtrlClose,
}

#[cfg(not(unix))]
impl Source {
    /// Begins to watch; from here on the signals no longer end the program by themselves.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            interrupt: tokio::signal::windows::ctrl_c()?,
            close: tokio::signal::windows::ctrl_close()?,
        })
    }

    /// Waits for the next one.
    pub async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.close.recv() => Signal::Terminate,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::instance::first;
    use crate::model::settings::Settings;
    use crate::plan::fleet::Fleet;

    #[test]
    fn a_signal_ends_the_service_as_the_window_does() {
        let fleet = Fleet::new(1, crate::plan::fleet::Scope::All);
        let (handle, mut end) = AppHandle::pair(first(&Settings::default(), &fleet, &[].into()));
        quit_for(&handle, Signal::Terminate);
        assert_eq!(end.commands.try_recv().unwrap().command, Command::Quit);
    }
}
