//! How the service wakes the front end without knowing it: the window where one is open, else who waits
//! while there is none.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use eframe::egui;

/// Not zero: `request_repaint_after` then schedules one frame, where zero schedules two.
const SOON: Duration = Duration::from_millis(1);

/// The place where the window leaves its context while it is open.
#[derive(Default)]
pub struct WakeSlot {
    place: Mutex<Place>,
    woken: Condvar,
}

#[derive(Default)]
struct Place {
    window: Option<egui::Context>,
    /// Something is new since the last wait.
    is_new: bool,
}

impl WakeSlot {
    /// An empty place.
    pub fn new() -> Arc<Self> {
        Arc::new(Self::default())
    }

    /// What the service calls when there is something new to see.
    pub fn waker(self: &Arc<Self>) -> Arc<dyn Fn() + Send + Sync> {
        let slot = Arc::clone(self);
        Arc::new(move || slot.wake())
    }

    fn wake(&self) {
        let window = {
            let mut place = self.place();
            place.is_new = true;
            place.window.clone()
        };
        match window {
            Some(ctx) => ctx.request_repaint_after(SOON),
            None => self.woken.notify_all(),
        }
    }

    /// Leaves the window's context here.
    pub(crate) fn fill(&self, ctx: &egui::Context) {
        self.place().window = Some(ctx.clone());
    }

    /// The window is closed.
    pub(crate) fn clear(&self) {
        self.place().window = None;
    }

    /// Waits until something is new, at most so long. Only while there is no window.
    pub(crate) fn wait(&self, at_most: Duration) {
        let place = self.place();
        let is_old = |place: &mut Place| !place.is_new;
        let waited = self.woken.wait_timeout_while(place, at_most, is_old);
        waited.unwrap_or_else(PoisonError::into_inner).0.is_new = false;
    }

    fn place(&self) -> MutexGuard<'_, Place> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for WakeSlot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("WakeSlot").field(&self.place().window.is_some()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Instant;

    use super::*;

    #[test]
    fn wakes_the_window_once_while_it_stands() {
        let slot = WakeSlot::new();
        let wake = slot.waker();
        wake();
        let ctx = egui::Context::default();
        let frames = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&frames);
        ctx.set_request_repaint_callback(move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
        });
        wake();
        assert_eq!(frames.load(Ordering::Relaxed), 0);
        slot.fill(&ctx);
        wake();
        assert_eq!(frames.load(Ordering::Relaxed), 1);
        slot.clear();
        wake();
        assert_eq!(frames.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn who_waits_is_woken_by_what_came_before_or_comes_now() {
        let slot = WakeSlot::new();
        let (wake, begun) = (slot.waker(), Instant::now());
        let long = Duration::from_mins(1);
        wake();
        slot.wait(long);
        let other = std::thread::spawn(move || wake());
        slot.wait(long);
        assert!(begun.elapsed() < long);
        other.join().unwrap();
        slot.wait(Duration::from_millis(1));
    }
}
