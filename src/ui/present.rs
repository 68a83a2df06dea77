//! The window brought to the front by the window system's own means.
//!
//! On X11 a window manager takes a window forward for the time of the click that asked for it (Extended
//! Window Manager Hints 1.5, `_NET_ACTIVE_WINDOW`), and the launcher is told that what it started is
//! there (Startup Notification Protocol 0.1, which winit does not do for a window that stands). On Wayland only a token would do, and winit 0.30 takes
//! none for a window that stands: there it asks for attention, which compositors show in the task bar.

use eframe::egui;
use egui::{Context, UserAttentionType, ViewportCommand};

/// A wish to be in front.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Front {
    /// The startup id of who asked for it, where there was one.
    pub startup_id: Option<String>,
}

/// Brings the window of `frame` to the front.
pub(super) fn to_front(ctx: &Context, frame: &eframe::Frame, wish: &Front) {
    ctx.send_viewport_cmd(ViewportCommand::Minimized(false));
    ctx.send_viewport_cmd(ViewportCommand::Focus);
    #[cfg(target_os = "linux")]
    linux::to_front(ctx, frame, wish);
    #[cfg(not(target_os = "linux"))]
    let _ = (frame, wish);
}

/// Asks for the user's attention, where the window has it not.
fn ask_for_attention(ctx: &Context) {
    if !ctx.input(|input| input.focused) {
        let attention = UserAttentionType::Informational;
        ctx.send_viewport_cmd(ViewportCommand::RequestUserAttention(attention));
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use eframe::egui::Context;
    use raw_window_handle::{HasWindowHandle, RawWindowHandle};
    use x11rb::connection::Connection;
    use x11rb::protocol::xproto::{ClientMessageEvent, ConnectionExt, EventMask};
    use x11rb::rust_connection::RustConnection;

    use super::{Front, ask_for_attention};
    use crate::model::startup_id::time_of;

    /// The request comes from a program, not from a pager.
    const FROM_PROGRAM: u32 = 1;

    pub(super) fn to_front(ctx: &Context, frame: &eframe::Frame, wish: &Front) {
        let Ok(window) = frame.window_handle() else { return };
        // winit makes its windows through Xlib.
        let RawWindowHandle::Xlib(handle) = window.as_raw() else { return ask_for_attention(ctx) };
        let Ok(window) = u32::try_from(handle.window) else { return };
        let Some(startup_id) = wish.startup_id.clone() else { return };
        // Round trips to the server, which the window need not wait for.
        let ask = move || {
            let asked = Asker::new().and_then(|asker| asker.ask(window, &startup_id));
            if let Err(error) = asked {
                tracing::info!("the window manager was not asked for the front: {error}");
            }
        };
        let _ = std::thread::Builder::new().name("front".to_owned()).spawn(ask);
    }

    type Asked<T> = Result<T, Box<dyn std::error::Error>>;

    /// A connection of its own to the X server.
    struct Asker {
        connection: RustConnection,
        root: u32,
    }

    impl Asker {
        fn new() -> Asked<Self> {
            let (connection, screen) = x11rb::connect(None)?;
            let root = connection.setup().roots.get(screen).ok_or("no such screen")?.root;
            Ok(Self { connection, root })
        }

        fn ask(&self, window: u32, startup_id: &str) -> Asked<()> {
            if let Some(time) = time_of(startup_id) {
                self.activate(window, time)?;
            }
            self.end_startup(window, startup_id)
        }

        /// Asks the window manager to activate a window, for a click at `time` of the server's clock.
        fn activate(&self, window: u32, time: u32) -> Asked<()> {
            let data = [FROM_PROGRAM, time, 0, 0, 0];
            let atom = self.atom(b"_NET_ACTIVE_WINDOW")?;
            let event = ClientMessageEvent::new(32, window, atom, data);
            let to = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
            Ok(self.connection.send_event(false, self.root, to, event)?.check()?)
        }

        /// Tells the launcher that what it started is there.
        fn end_startup(&self, window: u32, startup_id: &str) -> Asked<()> {
            let begin = self.atom(b"_NET_STARTUP_INFO_BEGIN")?;
            let more = self.atom(b"_NET_STARTUP_INFO")?;
            for (n, part) in parts(startup_id).into_iter().enumerate() {
                let atom = if n == 0 { begin } else { more };
                let event = ClientMessageEvent::new(8, window, atom, part);
                let to = EventMask::PROPERTY_CHANGE;
                self.connection.send_event(false, self.root, to, event)?.check()?;
            }
            Ok(())
        }

        fn atom(&self, name: &[u8]) -> Asked<u32> {
            Ok(self.connection.intern_atom(false, name)?.reply()?.atom)
        }
    }

    /// The message that ends a startup, in the pieces a client message holds. It ends with a nul.
    fn parts(startup_id: &str) -> Vec<[u8; 20]> {
        let quoted = startup_id.replace('\\', "\\\\").replace('"', "\\\"");
        let message = format!("remove: ID=\"{quoted}\"\0");
        let part = |bytes: &[u8]| {
            let mut part = [0; 20];
            part[..bytes.len()].copy_from_slice(bytes);
            part
        };
        message.as_bytes().chunks(20).map(part).collect()
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn the_message_is_cut_into_pieces_and_ends_with_a_nul() {
            assert_eq!(parts("a"), [*b"remove: ID=\"a\"\0\0\0\0\0\0"]);
            let twenty = parts("1234567");
            assert_eq!(twenty, [*b"remove: ID=\"1234567\"", [0; 20]], "the nul needs a piece");
            assert_eq!(parts("a\"b").concat()[..17], *b"remove: ID=\"a\\\"b\"");
        }
    }
}
