//! Opening the window on the screen, and closing it without losing anything.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::RecvError;
use std::time::{Duration, Instant};

use eframe::egui;
use egui::{ViewportBuilder, ViewportCommand};

use super::add::AddDialog;
use super::closing::Left;
use super::dialog::Dialog;
use super::error::{Surroundings, WindowError, lies_in};
use super::present;
use super::wake::WakeSlot;
use super::window::Window;
use super::window_system::WindowSystem;
use crate::app::command::Command;
use crate::app::event::Event;
use crate::app::handle::AppHandle;
use crate::app::presence::Sight;
use crate::app::raise::{Raise, Shows};
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

/// What was being typed when a window was closed.
#[derive(Default)]
pub(super) struct Typed {
    dialog: Option<Dialog>,
    draft: Option<Box<AddDialog>>,
}

/// What a window leaves behind where all is to go on without it.
pub(super) struct Behind {
    /// The hold on the service.
    pub handle: AppHandle,
    /// For the next window.
    pub typed: Typed,
}

/// With what the window opens.
#[derive(Default)]
pub(super) struct Opening {
    /// What was being typed in the one before.
    pub typed: Typed,
    /// What it shows, and who asked for it.
    pub raise: Raise,
    /// It opens out of the way, as an entry of the task bar.
    pub is_aside: bool,
    /// What happened while there was none, and is still to be told.
    pub missed: Vec<Event>,
}

/// Opens the window as it was left in `state` and stays until it is closed. The hold on the service
/// is waited for, and where none comes no window is shown. `wake` is filled so that the service can ask
/// for a frame. Answers with what is left behind where all is to go on without a window.
pub(super) fn run(
    system: &mut Option<WindowSystem>,
    state: &UiState,
    handle: impl FnOnce() -> Result<AppHandle, RecvError>,
    wake: &Arc<WakeSlot>,
    opening: Opening,
) -> Result<Option<Behind>, WindowError> {
    let options = options(state, opening.is_aside);
    let (left, was_shown) = (RefCell::new(None), Cell::new(false));
    let creator: eframe::AppCreator<'_> = Box::new(|cc| {
        was_shown.set(true);
        Window::install(&cc.egui_ctx);
        wake.fill(&cc.egui_ctx);
        let handle = handle()?;
        let mut window = Window::new(handle, Shows::AsItWas);
        (window.dialog, window.draft) = (opening.typed.dialog, opening.typed.draft);
        window.show_raised(opening.raise.shows);
        window.early.extend(opening.missed.into_iter().map(|event| (0, event)));
        window.follow_system(&cc.egui_ctx);
        if opening.is_aside {
            cc.egui_ctx.send_viewport_cmd(ViewportCommand::Minimized(true));
        } else {
            window.wants_front(opening.raise.startup_id);
        }
        Ok(Box::new(Screen { window, opened: Instant::now(), wake, left: &left }))
    });
    // A missing library is a panic in winit, not an error. Its own report would come before our
    // line and say nothing that helps, so it goes to the log.
    let own = std::panic::take_hook();
    std::panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
    let shown = catch_unwind(AssertUnwindSafe(|| {
        let system = match system {
            Some(system) => system,
            None => system.insert(WindowSystem::connect()?),
        };
        system.show(options, creator)
    }));
    std::panic::set_hook(own);
    wake.clear();
    match shown {
        // A window nobody could draw in is none.
        Ok(Ok(())) if !was_shown.get() => Err(WindowError::NoGraphics),
        Ok(result) => result.map(|()| left.take()),
        Err(panic) => Err(WindowError::of_panic(&message(panic.as_ref()))),
    }
}

fn options(state: &UiState, is_aside: bool) -> eframe::NativeOptions {
    let least = LEAST_SIZE;
    let mut viewport = ViewportBuilder::default()
        .with_app_id(APP_ID)
        .with_title("Onward")
        .with_inner_size([f32::from(state.width), f32::from(state.height)])
        .with_min_inner_size([f32::from(least.0), f32::from(least.1)])
        .with_maximized(state.is_maximised)
        .with_active(!is_aside);
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
struct Screen<'a> {
    window: Window,
    opened: Instant,
    wake: &'a WakeSlot,
    left: &'a RefCell<Option<Behind>>,
}

impl eframe::App for Screen<'_> {
    fn logic(&mut self, ctx: &egui::Context, frame: &mut eframe::Frame) {
        self.window.take_in(ctx, self.opened.elapsed().as_secs_f64());
        let is_focused = ctx.input(|input| input.focused);
        let sight = if is_focused { Sight::Focused } else { Sight::Aside };
        self.window.handle.presence().set_sight(sight);
        if let Some(wish) = self.window.front.take() {
            present::to_front(ctx, frame, &wish);
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.window.frame(ui);
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.wake.clear();
        match self.window.left {
            Some(Left::GoesOn) => {
                self.window.leave_all();
                self.window.handle.presence().set_sight(Sight::Closed);
                let dialog = self.window.covered.take().or(self.window.dialog.take());
                let dialog = dialog.filter(Dialog::is_filled);
                let typed = Typed { dialog, draft: self.window.draft.take() };
                let handle = self.window.handle.clone();
                *self.left.borrow_mut() = Some(Behind { handle, typed });
            }
            Some(Left::Quits) | None => self.window.close(),
        }
    }
}

impl Window {
    /// Sends what still waits.
    fn leave_all(&mut self) {
        let removed = self.toasts.end(f64::INFINITY);
        self.remove_for_good(removed);
        self.hand_over();
    }

    /// Sends what still waits, asks the service to end, and waits for it a while.
    pub fn close(&mut self) {
        self.leave_all();
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
