//! How the window was left, handed to the service: at once after a change, but at most once a
//! second, and at the end. Never while nothing changed.

use std::time::Duration;

use eframe::egui;
use egui::Context;

use super::window::Window;
use crate::app::command::Command;
use crate::model::settings::Language;
use crate::model::ui_state::UiState;
use crate::words::Words;

/// Seconds between two hand-overs.
const EVERY_SECS: f64 = 1.0;

/// What was handed over, and when.
#[derive(Clone, Debug)]
pub(crate) struct Keeper {
    kept: UiState,
    /// As it is now.
    now: UiState,
    sent_at: f64,
}

/// What is to be done now.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Due {
    /// Nothing has changed.
    Nothing,
    /// It is to be handed over in so many seconds.
    In(f64),
    /// It is to be handed over.
    Now,
}

impl Keeper {
    /// Begins with how the window was left.
    pub(crate) fn new(state: UiState) -> Self {
        Self { kept: state.clone(), now: state, sent_at: f64::NEG_INFINITY }
    }

    /// How the window is.
    pub(crate) fn state(&self) -> &UiState {
        &self.now
    }

    fn due(&self, now: f64) -> Due {
        let left = self.sent_at + EVERY_SECS - now;
        match (self.kept == self.now, left > 0.0) {
            (true, _) => Due::Nothing,
            (false, true) => Due::In(left),
            (false, false) => Due::Now,
        }
    }
}

impl Window {
    /// Notes how the window is, and hands it over where that is due.
    pub(super) fn keep(&mut self, ctx: &Context) {
        let (size, is_maximised) = size(ctx);
        let before = self.keeper.state();
        let (width, height) = size.unwrap_or((before.width, before.height));
        let state = UiState {
            width,
            height,
            is_maximised: is_maximised.unwrap_or(before.is_maximised),
            columns: self.view.columns.clone(),
            sort: self.view.sort,
            group: self.view.group,
            folds_categories: self.view.folds_categories,
            shows_details: self.shows_details,
            details_height: self.details_height,
            told_of_fonts: before.told_of_fonts,
            told_of_aside: before.told_of_aside,
        };
        self.keeper.now = state.within_bounds();
        match self.keeper.due(self.now) {
            Due::Nothing => {}
            Due::In(secs) => ctx.request_repaint_after(Duration::from_secs_f64(secs.max(0.001))),
            Due::Now => self.hand_over(),
        }
    }

    /// Says once that a font is missing, where one was needed. The words are English: others may
    /// be what cannot be shown.
    pub(super) fn tell_of_fonts(&mut self, ctx: &Context) {
        if self.keeper.now.told_of_fonts || !self.appearance.lack.is_felt() {
            return;
        }
        self.keeper.now.told_of_fonts = true;
        let text = Words::new(Language::English).text("toast-no-font");
        self.toasts.advise(text, self.now);
        ctx.request_repaint();
    }

    /// Hands over how the window is, where that was not done.
    pub(super) fn hand_over(&mut self) {
        if self.keeper.kept != self.keeper.now {
            self.keeper.kept = self.keeper.now.clone();
            self.keeper.sent_at = self.now;
            self.send(Command::KeepUi(self.keeper.kept.clone()));
        }
    }
}

/// A length in whole points.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast of a float saturates, and bounds are held where it is kept"
)]
pub(crate) fn points(length: f32) -> u16 {
    length.round() as u16
}

/// The size of the window in points, where it does not fill the screen and is not hidden, and
/// whether it fills it.
fn size(ctx: &Context) -> (Option<(u16, u16)>, Option<bool>) {
    ctx.input(|input| {
        let viewport = input.viewport();
        let is_full = viewport.maximized == Some(true) || viewport.fullscreen == Some(true);
        let is_hidden = viewport.minimized == Some(true);
        let inner = viewport.inner_rect.filter(|_| !is_full && !is_hidden);
        let size = inner.map(|rect| (points(rect.width()), points(rect.height())));
        (size, viewport.maximized.filter(|_| !is_hidden))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_handed_over_at_most_once_a_second() {
        let mut keeper = Keeper::new(UiState::default());
        assert_eq!(keeper.due(5.0), Due::Nothing);
        keeper.now.width += 1;
        assert_eq!(keeper.due(5.0), Due::Now);
        (keeper.kept, keeper.sent_at) = (keeper.now.clone(), 5.0);
        assert_eq!(keeper.due(5.1), Due::Nothing);
        keeper.now.width += 1;
        assert_eq!(keeper.due(5.25), Due::In(0.75));
        assert_eq!(keeper.due(6.0), Due::Now);
        keeper.now.width -= 1;
        assert_eq!(keeper.due(6.0), Due::Nothing, "it is as it was");
    }
}
