//! What is read out to who does not look, where nothing is shown for it: a job that finishes in view
//! shows it by itself, and is heard only by this.
//!
//! Invariant: each is a node of its own, so that a screen reader says it once, however often it is
//! drawn.

use eframe::egui;
use egui::{Id, Rect, Role, Sense, Ui, Vec2, WidgetInfo};

/// Seconds a text can be read out and found.
const HEARD_SECS: f64 = 10.0;

/// The last thing to be read out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Announcer {
    number: u64,
    text: String,
    ends_at: f64,
}

impl Announcer {
    /// Has a text read out after what is being said. `now` is in seconds.
    pub(crate) fn say(&mut self, text: String, now: f64) {
        self.number += 1;
        self.text = text;
        self.ends_at = now + HEARD_SECS;
    }

    /// Puts it where screen readers find it. Nothing of it is seen.
    pub(crate) fn show(&self, ui: &Ui, now: f64) {
        if self.text.is_empty() || now >= self.ends_at {
            return;
        }
        let id = Id::unique(("announced", self.number));
        let place = Rect::from_min_size(ui.max_rect().min, Vec2::splat(1.0));
        let response = ui.interact(place, id, Sense::empty());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &self.text));
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_live(egui::accesskit::Live::Polite);
        });
    }
}
