//! A moment at which something is to be done once: what is typed is looked at when the typing rests,
//! not at every key.
//!
//! Invariant: no frame is asked for but the one at that moment.

use std::time::Duration;

use eframe::egui::Context;

/// A moment, where there is one.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Due {
    /// Seconds from the next look on.
    wait: Option<f64>,
    /// In egui's time.
    at: Option<f64>,
}

impl Due {
    /// In so many seconds, whatever was before.
    pub(crate) fn after(&mut self, secs: f64) {
        (self.wait, self.at) = (Some(secs), None);
    }

    /// In so many seconds, or earlier where that was so.
    pub(crate) fn within(&mut self, secs: f64) {
        if self.at.is_none() && self.wait.is_none() {
            self.wait = Some(secs);
        }
    }

    /// Whether it has come; then it is over. Else a frame is asked for when it comes.
    pub(crate) fn has_come(&mut self, ctx: &Context) -> bool {
        let now = ctx.input(|input| input.time);
        if let Some(wait) = self.wait.take() {
            self.at = Some(now + wait);
        }
        let Some(at) = self.at else { return false };
        if at > now {
            ctx.request_repaint_after(Duration::from_secs_f64(at - now));
            return false;
        }
        self.at = None;
        true
    }
}
