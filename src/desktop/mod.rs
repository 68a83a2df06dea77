//! What the desktop shows beside the window: an icon in the tray, notifications, progress on the
//! launcher; and what it knows: whether the network is metered, and what
//! is copied. A front end like the window, on the same handle, over the session's bus (D-Bus).
//!
//! Invariant: it decides nothing about downloads, and where there is no bus, or nobody on it who
//! listens, all else works as if it were not here. Untested on Windows and macOS, which have no such bus.

mod attend;
mod awake;
mod clipboard;
mod launcher;
mod metered;
mod notice;
mod notifier;
mod states;
mod tray;

use std::time::Duration;

use zbus::Connection;
use zbus::connection::Builder;

use crate::app::handle::AppHandle;
use crate::app::{Attend, Attending, Wake};

/// How long an answer on the bus is waited for: who hangs there holds up nothing for longer.
const PATIENCE: Duration = Duration::from_secs(3);

/// A connection to a bus.
async fn bus(builder: zbus::Result<Builder<'_>>) -> zbus::Result<Connection> {
    builder?.method_timeout(PATIENCE).build().await
}

/// What is to go on beside the window; `wake` wakes who waits while there is none.
pub fn attend(wake: Wake) -> Attend {
    Box::new(|handle: AppHandle| -> Attending { Box::pin(attend::attend(handle, wake)) })
}
