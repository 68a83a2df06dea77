//! What the desktop shows beside the window: an icon in the tray, notifications, progress on the
//! launcher. A front end like the window, on the same handle, over the session's bus (D-Bus).
//!
//! Invariant: it decides nothing about downloads, and where there is no bus, or nobody on it who
//! listens, all else works as if it were not here. Untested on Windows and macOS, which have no such bus.

mod attend;
mod launcher;
mod notice;
mod notifier;
mod tray;

use crate::app::handle::AppHandle;
use crate::app::{Attend, Attending};

/// What is to go on beside the window.
pub fn attend() -> Attend {
    Box::new(|handle: AppHandle| -> Attending { Box::pin(attend::attend(handle)) })
}
