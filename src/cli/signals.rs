//! SIGINT and SIGTERM while `get` runs. Whatever the rest of the program does, it has ended
//! [`GRACE`] after the first of them, and at once after the second.

use std::io;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

pub(super) use crate::app::signals::Signal;
use crate::app::signals::Source;

/// Time from the first signal to the end of the program at most; the contract says two seconds.
const GRACE: Duration = Duration::from_millis(1900);

/// The signals that came.
#[derive(Debug)]
pub(super) struct Signals(Receiver<Signal>);

impl Signals {
    /// Begins to watch; from here on the signals no longer end the program by themselves.
    pub(super) fn watch() -> io::Result<Self> {
        let (signals, came) = mpsc::channel();
        let (ready, is_ready) = mpsc::channel();
        thread::Builder::new().name("signals".to_owned()).spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build();
            match runtime {
                Ok(runtime) => runtime.block_on(watch(&signals, &ready)),
                Err(error) => drop(ready.send(Err(error))),
            }
        })?;
        is_ready.recv().map_err(io::Error::other)??;
        Ok(Self(came))
    }

    /// Waits for a signal, at most this long.
    pub(super) fn wait(&self, at_most: Duration) -> Option<Signal> {
        match self.0.recv_timeout(at_most) {
            Ok(signal) => Some(signal),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => {
                // The watcher is gone; time must pass all the same.
                thread::sleep(at_most);
                None
            }
        }
    }
}

async fn watch(signals: &mpsc::Sender<Signal>, ready: &mpsc::Sender<io::Result<()>>) {
    let mut source = match Source::new() {
        Ok(source) => source,
        Err(error) => return drop(ready.send(Err(error))),
    };
    let _ = ready.send(Ok(()));
    let first = source.next().await;
    let _ = signals.send(first);
    let _ = tokio::time::timeout(GRACE, source.next()).await;
    std::process::exit(i32::from(first.code()));
}
