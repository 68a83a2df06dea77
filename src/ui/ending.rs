//! What is going to be done since all downloads are: said with the seconds that are left, and refused by
//! one key.

use std::time::Duration;

use eframe::egui;
use egui::{Context, RichText, Ui};
use jiff::Timestamp;

use super::dialog::Dialog;
use super::theme::tokens;
use super::widget;
use super::window::Window;
use crate::app::all_done::Ending;
use crate::words::Words;

/// Draws it. Whether it is refused.
pub(super) fn show(ui: &mut Ui, words: &Words, ending: &Ending, now: Timestamp) -> bool {
    ui.set_width((ui.ctx().content_rect().width() - 88.0).min(420.0));
    let secs = u64::try_from(ending.at.duration_since(now).as_secs()).unwrap_or_default();
    widget::heading(ui, &words.text("ending-title"));
    let text = words.ending(ending.what, secs);
    ui.label(RichText::new(text).color(tokens(ui).dim));
    widget::foot(ui, |ui| widget::filled_button(ui, None, &words.text("ending-no"), true).clicked())
}

impl Window {
    /// Shows what is announced, unless something else is being answered or it was refused here.
    pub(super) fn follow_ending(&mut self, ctx: &Context) {
        let announced = self.snapshot.ending;
        let is_shown = matches!(self.dialog, Some(Dialog::Ending(_)));
        if self.refused_ending.is_some() && self.refused_ending != announced {
            self.refused_ending = None;
        }
        match announced {
            Some(ending) if self.refused_ending.is_none() => {
                if self.dialog.is_none() || is_shown {
                    self.dialog = Some(Dialog::Ending(ending));
                }
                ctx.request_repaint_after(Duration::from_secs(1));
            }
            Some(_) | None if is_shown => self.dialog = None,
            Some(_) | None => {}
        }
    }
}
