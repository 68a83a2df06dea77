//! What is copied anywhere, where that is to be watched: on X11, which tells of it. On Wayland only who
//! has the focus may read it, and the window looks when it gets that.

#[cfg(target_os = "linux")]
use std::sync::Arc;
#[cfg(target_os = "linux")]
use std::sync::atomic::{AtomicBool, Ordering};

use crate::app::handle::AppHandle;

/// Watches the clipboard while that is wanted.
#[derive(Debug, Default)]
pub(super) struct Watcher {
    /// Whether it is wanted, once a thread waits for it.
    #[cfg(target_os = "linux")]
    wanted: Option<Arc<AtomicBool>>,
}

#[cfg(not(target_os = "linux"))]
impl Watcher {
    /// Nothing tells of it here: the window looks when it gets the focus.
    pub(super) fn set(&mut self, _wanted: bool, _handle: &AppHandle) {}
}

#[cfg(target_os = "linux")]
impl Watcher {
    /// It is to be watched from now on, or no longer.
    pub(super) fn set(&mut self, wanted: bool, handle: &AppHandle) {
        match &self.wanted {
            Some(now) => now.store(wanted, Ordering::Relaxed),
            None if wanted && x11::is_here() => {
                let now = Arc::new(AtomicBool::new(true));
                self.wanted = Some(Arc::clone(&now));
                x11::begin(now, handle.clone());
            }
            None => {}
        }
    }
}

#[cfg(target_os = "linux")]
mod x11 {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;

    use arboard::Clipboard;
    use x11rb::connection::Connection as _;
    use x11rb::protocol::Event;
    use x11rb::protocol::xfixes::{ConnectionExt as _, SelectionEventMask};
    use x11rb::protocol::xproto::ConnectionExt as _;
    use x11rb::rust_connection::RustConnection;

    use crate::app::command::Command;
    use crate::app::handle::AppHandle;

    /// Whether the session is one of X11. Beside Wayland an X server knows only what its own windows copy.
    pub(super) fn is_here() -> bool {
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        is_set("DISPLAY") && !is_set("WAYLAND_DISPLAY")
    }

    /// Begins to wait, in a thread that sleeps until something is copied. It ends with the program, or
    /// with the connection to the X server.
    pub(super) fn begin(wanted: Arc<AtomicBool>, handle: AppHandle) {
        let watch = move || {
            if let Err(error) = watch(&wanted, &handle) {
                tracing::info!("the clipboard is not watched: {error}");
            }
        };
        if let Err(error) = thread::Builder::new().name("clipboard".to_owned()).spawn(watch) {
            tracing::info!("the clipboard is not watched: {error}");
        }
    }

    fn watch(wanted: &AtomicBool, handle: &AppHandle) -> Result<(), Box<dyn std::error::Error>> {
        let connection = listen()?;
        let mut clipboard = None;
        loop {
            let Event::XfixesSelectionNotify(_) = connection.wait_for_event()? else { continue };
            if !wanted.load(Ordering::Relaxed) {
                continue;
            }
            let clipboard = match &mut clipboard {
                Some(clipboard) => clipboard,
                None => clipboard.insert(Clipboard::new()?),
            };
            // What is no text is none of ours.
            let Ok(text) = clipboard.get_text() else { continue };
            if handle.send(Command::Copied(text)).is_err() {
                return Ok(());
            }
        }
    }

    /// A connection that hears when the clipboard gets another owner.
    fn listen() -> Result<RustConnection, Box<dyn std::error::Error>> {
        let (connection, screen) = RustConnection::connect(None)?;
        connection.xfixes_query_version(5, 0)?.reply()?;
        let root = connection.setup().roots.get(screen).map_or(0, |screen| screen.root);
        let clipboard = connection.intern_atom(false, b"CLIPBOARD")?.reply()?.atom;
        let events = SelectionEventMask::SET_SELECTION_OWNER;
        connection.xfixes_select_selection_input(root, clipboard, events)?.check()?;
        Ok(connection)
    }
}
