//! The middle of the window: the list, and below it the details, as high as they were left.
//!
//! Invariant: the list keeps more than half of the height.

use eframe::egui;
use egui::{CentralPanel, Frame, Margin, Panel, Rect, Ui};

use super::deed::Deed;
use super::filter::Filter;
use super::theme::tokens;
use super::window::Window;
use super::{empty, keep, rows};

impl Window {
    /// The details and over them the list; where the list stands.
    pub(super) fn middle(&mut self, ui: &mut Ui, deeds: &mut Vec<Deed>) -> Rect {
        let t = tokens(ui);
        let mut changed = None;
        if let Some(details) = &mut self.details {
            let frame = Frame::new().fill(t.panel).inner_margin(Margin::symmetric(20, 12));
            // The list is what the window is for: it keeps more than half of the height.
            let most = (ui.ctx().content_rect().height() * 0.4).clamp(96.0, 320.0);
            let (words, tab) = (&self.words, &mut self.tab);
            let shown = Panel::bottom("details")
                .default_size(f32::from(self.details_height))
                .size_range(96.0..=most)
                .resizable(true)
                .frame(frame)
                .show(ui, |ui| details.show(ui, tab, words, deeds));
            changed = shown.inner;
            // Only what was dragged is remembered, not what a low window made of it.
            if ui.input(|input| input.pointer.primary_down()) {
                self.details_height = keep::points(shown.response.rect.height());
            }
        }
        if let Some(command) = changed {
            self.send(command);
        }
        let frame =
            Frame::new().fill(t.bg).inner_margin(Margin { left: 10, right: 2, top: 2, bottom: 0 });
        let shown = CentralPanel::default().frame(frame).show(ui, |ui| {
            if self.list.count(Filter::All) == 0 {
                empty::no_jobs(ui, &self.words, deeds);
            } else if self.list.len() == 0 {
                if empty::no_match(ui, &self.view.search, &self.words) {
                    self.view.clear();
                    ui.ctx().request_repaint();
                }
            } else {
                let scroll_to = self.scroll_to.take();
                let seen = (&mut self.list, &mut self.view, self.snapshot.settings.density);
                rows::show(ui, seen, &mut self.selection, scroll_to, &self.words, deeds);
            }
        });
        shown.response.rect
    }
}
