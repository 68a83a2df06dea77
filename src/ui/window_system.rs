//! The window system's loop of events: one for the life of the program, whatever windows come and go.
//!
//! Invariant: what the window system tells is read also while there is no window, and the moves of the
//! mouse outside of windows are not asked for: else it would keep them for a reader that never comes.

use eframe::UserEvent;
use winit::application::ApplicationHandler;
use winit::event::{StartCause, WindowEvent};
use winit::event_loop::{ActiveEventLoop, DeviceEvents, EventLoop};
use winit::platform::run_on_demand::EventLoopExtRunOnDemand;
use winit::window::WindowId;

use super::error::WindowError;
use crate::model::desktop_entry::APP_ID;

/// The loop.
pub(super) struct WindowSystem(EventLoop<UserEvent>);

impl WindowSystem {
    /// Connects to the window system. Where a library is missing this panics: see `run`.
    pub(super) fn connect() -> Result<Self, WindowError> {
        let events = EventLoop::with_user_event().build().map_err(WindowError::of_loop)?;
        events.listen_device_events(DeviceEvents::Never);
        Ok(Self(events))
    }

    /// Shows a window until it is closed. Whether it came to be is known by `creator`: eframe keeps to
    /// itself why it did not.
    pub(super) fn show(
        &mut self,
        options: eframe::NativeOptions,
        creator: eframe::AppCreator<'_>,
    ) -> Result<(), WindowError> {
        let mut app = eframe::create_native(APP_ID, options, creator, &self.0);
        self.0.run_app_on_demand(&mut app).map_err(WindowError::of_loop)
    }

    /// Reads what was told while there is no window.
    pub(super) fn drain(&mut self) {
        // A connection that is gone shows when a window is wanted.
        let _ = self.0.run_app_on_demand(&mut Drain);
    }
}

/// Takes what there is and goes.
struct Drain;

impl ApplicationHandler<UserEvent> for Drain {
    fn new_events(&mut self, _events: &ActiveEventLoop, _cause: StartCause) {}

    fn resumed(&mut self, _events: &ActiveEventLoop) {}

    fn window_event(&mut self, _: &ActiveEventLoop, _: WindowId, _: WindowEvent) {}

    fn about_to_wait(&mut self, events: &ActiveEventLoop) {
        events.exit();
    }
}
