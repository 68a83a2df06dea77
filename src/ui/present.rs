//! The window brought to the front by the window system's own means.
//!
//! On X11 a window manager takes a window forward for the time of the click that asked for it (Extended
//! Window Manager Hints 1.5, `_NET_ACTIVE_WINDOW`). On Wayland only a token would do, and winit 0.30 takes
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
    use x11rb::errors::ReplyOrIdError;
    use x11rb::protocol::xproto::{ClientMessageEvent, ConnectionExt, EventMask};

    use super::{Front, ask_for_attention};
    use crate::model::startup_id::time_of;

    /// The request comes from a program, not from a pager.
    const FROM_PROGRAM: u32 = 1;

    pub(super) fn to_front(ctx: &Context, frame: &eframe::Frame, wish: &Front) {
        let Ok(window) = frame.window_handle() else { return };
        // winit makes its windows through Xlib.
        let RawWindowHandle::Xlib(handle) = window.as_raw() else { return ask_for_attention(ctx) };
        let Ok(id) = u32::try_from(handle.window) else { return };
        let Some(time) = wish.startup_id.as_deref().and_then(time_of) else { return };
        // A round trip to the server, which the window need not wait for.
        let ask = move || {
            if let Err(error) = activate(id, time) {
                tracing::info!("the window manager was not asked for the front: {error}");
            }
        };
        let _ = std::thread::Builder::new().name("front".to_owned()).spawn(ask);
    }

    /// Asks the window manager to activate a window, for a click at `time` of the server's clock.
    fn activate(window: u32, time: u32) -> Result<(), Box<dyn std::error::Error>> {
        let (connection, screen) = x11rb::connect(None)?;
        let root = connection.setup().roots.get(screen).ok_or("no such screen")?.root;
        let atom = connection.intern_atom(false, b"_NET_ACTIVE_WINDOW")?.reply()?.atom;
        let data = [FROM_PROGRAM, time, 0, 0, 0];
        let event = ClientMessageEvent::new(32, window, atom, data);
        let to = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
        connection.send_event(false, root, to, event)?.check().map_err(ReplyOrIdError::from)?;
        Ok(())
    }
}
