//! Opening the window on the screen, and closing it without losing anything.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use eframe::egui;
use egui::ViewportBuilder;

use super::error::{Surroundings, WindowError, lies_in};
use super::wake::WakeSlot;
use super::window::Window;
use crate::app::command::Command;
use crate::app::event::Event;
use crate::app::handle::AppHandle;
use crate::model::desktop_entry::APP_ID;
use crate::model::ui_state::{LEAST_SIZE, UiState};

/// How long the service is waited for at the end.
const END_WAIT: Duration = Duration::from_secs(2);
/// How often it is looked at meanwhile.
const END_LOOK: Duration = Duration::from_millis(10);

const ICON: &[u8] = include_bytes!("../../assets/icon/onward-256.png");

/// Whether a window can be opened here at all: a display, and the libraries it needs.
pub fn check() -> Result<(), WindowError> {
    Surroundings::here().check(lies_in)
}

/// Opens the window as it was left in `state` and stays until it is closed. The hold on the service
/// is waited for, and where none comes no window is shown. With `first_links` the add dialog is open.
/// `wake` is filled so that the service can ask for a frame.
pub fn run(
    state: &UiState,
    handle: Receiver<AppHandle>,
    wake: Arc<WakeSlot>,
    first_links: Vec<String>,
) -> Result<(), WindowError> {
    check()?;
    let options = options(state);
    let creator: eframe::AppCreator<'static> = Box::new(move |cc| {
        Window::install(&cc.egui_ctx);
        wake.fill(&cc.egui_ctx);
        let handle = handle.recv()?;
        let mut window = Window::new(handle, &first_links);
        window.follow_system(&cc.egui_ctx);
        Ok(Box::new(Screen { window, opened: Instant::now() }))
    });
    // A missing library is a panic in winit, not an error. Its own report would come before our
    // line and say nothing that helps, so it goes to the log.
    let own = std::panic::take_hook();
    std::panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
    let shown = catch_unwind(AssertUnwindSafe(|| eframe::run_native(APP_ID, options, creator)));
    std::panic::set_hook(own);
    match shown {
        Ok(result) => result.map_err(WindowError::from),
        Err(panic) => Err(WindowError::of_panic(&message(panic.as_ref()))),
    }
}

fn options(state: &UiState) -> eframe::NativeOptions {
    let least = LEAST_SIZE;
    let mut viewport = ViewportBuilder::default()
        .with_app_id(APP_ID)
        .with_title("Onward")
        .with_inner_size([f32::from(state.width), f32::from(state.height)])
        .with_min_inner_size([f32::from(least.0), f32::from(least.1)])
        .with_maximized(state.is_maximised);
    if let Ok(icon) = eframe::icon_data::from_png_bytes(ICON) {
        viewport = viewport.with_icon(icon);
    }
    eframe::NativeOptions {
        viewport,
        // Ours is told which language's shapes to prefer.
        system_font_fallback: false,
        ..eframe::NativeOptions::default()
    }
}

/// What a panic said.
fn message(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_default()
}

/// The window on the screen, with the clock that goes with it.
struct Screen {
    window: Window,
    opened: Instant,
}

impl eframe::App for Screen {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.window.take_in(ctx, self.opened.elapsed().as_secs_f64());
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.window.frame(ui);
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.window.close();
    }
}

impl Window {
    /// Sends what still waits, asks the service to end, and waits for it a while.
    pub fn close(&mut self) {
        let removed = self.toasts.end(f64::INFINITY);
        self.remove_for_good(removed);
        self.hand_over();
        if self.handle.send(Command::Quit).is_err() {
            return;
        }
        let end = Instant::now() + END_WAIT;
        while !self.has_ended && !self.handle.has_ended() && Instant::now() < end {
            self.has_ended = self.handle.drain_events().contains(&Event::Ended);
            std::thread::sleep(END_LOOK);
        }
    }
}
