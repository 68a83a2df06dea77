//! The strip below the list that says more of the chosen job: where from, where to, when, and what
//! went wrong in full.

use std::sync::Arc;

use eframe::egui;
use egui::{RichText, Ui};

use super::row::state_icon;
use super::theme::{self, tokens};
use super::widget;
use crate::app::snapshot::JobView;
use crate::words::Words;

/// What the strip says, made when the job's view changes.
pub(crate) struct Details {
    job: Arc<JobView>,
    lines: Vec<(String, String)>,
    trouble: Option<String>,
    state: String,
}

impl Details {
    /// What is to be said of `job`.
    pub(crate) fn of(job: &Arc<JobView>, words: &Words) -> Self {
        let mut lines = vec![
            (words.text("details-link"), job.url.clone()),
            (words.text("details-file"), job.path.display().to_string()),
            (words.text("details-added"), words.moment(job.created_at)),
        ];
        if let Some(at) = job.finished_at {
            lines.push((words.text("details-finished"), words.moment(at)));
        }
        if job.connections > 0 {
            lines.push((words.text("details-connections"), job.connections.to_string()));
        }
        Self {
            lines,
            trouble: job.error.as_ref().map(|error| words.failure(error).to_string()),
            state: words.state(job.state),
            job: Arc::clone(job),
        }
    }

    /// Whether it was made from this very view.
    pub(crate) fn is_of(&self, job: &Arc<JobView>) -> bool {
        Arc::ptr_eq(&self.job, job)
    }

    /// Draws it.
    pub(crate) fn show(&self, ui: &mut Ui) {
        let t = tokens(ui);
        egui::ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 6.0;
            ui.horizontal(|ui| {
                let colour = t.of(self.job.state);
                let (spot, _) =
                    ui.allocate_exact_size(egui::vec2(16.0, 18.0), egui::Sense::hover());
                state_icon(self.job.state).paint(ui.painter(), spot.center(), 15.0, colour);
                ui.add(
                    egui::Label::new(RichText::new(&self.job.name).font(theme::strong()))
                        .truncate(),
                );
                ui.label(RichText::new(&self.state).font(theme::small()).color(colour));
            });
            if let Some(trouble) = &self.trouble {
                ui.label(RichText::new(trouble).color(t.of(self.job.state)));
            }
            egui::Grid::new("details")
                .num_columns(2)
                .spacing([20.0, 4.0])
                .min_row_height(18.0)
                .show(ui, |ui| {
                    for (caption, value) in &self.lines {
                        widget::caption(ui, caption);
                        let value = RichText::new(value).font(theme::small()).color(t.text);
                        ui.add(egui::Label::new(value).selectable(true).truncate());
                        ui.end_row();
                    }
                });
        });
    }
}
