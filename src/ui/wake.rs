//! How the service wakes the window without knowing it.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use eframe::egui;

/// Not zero: `request_repaint_after` then schedules one frame, where zero schedules two.
const SOON: Duration = Duration::from_millis(1);

/// The place where the window leaves its context. Until it does, waking does nothing.
#[derive(Default)]
pub struct WakeSlot(OnceLock<egui::Context>);

impl WakeSlot {
    /// An empty place.
    pub fn new() -> Arc<Self> {
        Arc::new(Self::default())
    }

    /// What the service calls when there is something new to see.
    pub fn waker(self: &Arc<Self>) -> Arc<dyn Fn() + Send + Sync> {
        let slot = Arc::clone(self);
        Arc::new(move || {
            if let Some(ctx) = slot.0.get() {
                ctx.request_repaint_after(SOON);
            }
        })
    }

    /// Leaves the window's context here; only the first counts, a program has one window.
    pub(crate) fn fill(&self, ctx: &egui::Context) {
        let _ = self.0.set(ctx.clone());
    }
}

impl std::fmt::Debug for WakeSlot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("WakeSlot").field(&self.0.get().is_some()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn wakes_the_window_once_it_stands() {
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
    }
}
