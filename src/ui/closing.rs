//! Closing the window while downloads go on: into the tray where there is one, else as the user says.
//!
//! Invariant: nothing that goes on is stopped without a word, and nothing goes on where it cannot be
//! found again.

use eframe::egui;
use egui::{Context, RichText, Ui, ViewportCommand};

use super::dialog::Dialog;
use super::theme::tokens;
use super::widget;
use super::window::Window;
use crate::app::command::Command;
use crate::app::presence::Tray;
use crate::app::snapshot::JobView;
use crate::model::phase::State;
use crate::model::settings::{OnClose, Settings};
use crate::words::{Arg, Words};

/// How the window was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// The program ends with it.
    Quits,
    /// Downloads go on without it.
    GoesOn,
}

/// What closing the window means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Closing {
    Leaves(Left),
    Asks,
}

/// Whether a job goes on by itself, now or later.
pub(super) fn goes_on(job: &JobView) -> bool {
    use State as S;
    job.settling
        || match job.state {
            S::Queued | S::Connecting | S::Downloading | S::Waiting | S::Verifying => true,
            S::Paused | S::NeedsLink | S::Completed | S::Failed | S::Cancelled => false,
        }
}

/// What closing the window means, where something goes on or nothing does.
fn closing(is_going: bool, tray: Tray, on_close: OnClose) -> Closing {
    match (is_going, on_close, tray) {
        (false, ..) | (true, OnClose::Quit, _) => Closing::Leaves(Left::Quits),
        (true, OnClose::GoOn, _) | (true, OnClose::Ask, Tray::Shown) => {
            Closing::Leaves(Left::GoesOn)
        }
        (true, OnClose::Ask, Tray::Absent) => Closing::Asks,
    }
}

/// It is asked what closing the window is to mean.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CloseDialog {
    /// Downloads that go on.
    count: u64,
    /// Whether the answer holds from now on.
    remembers: bool,
}

/// What the dialog was left with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// Nothing yet.
    Open,
    /// The window stays.
    Stay,
    /// It is left so.
    Leave {
        /// How.
        left: Left,
        /// Whether that holds from now on.
        remembers: bool,
    },
}

impl CloseDialog {
    /// Draws it.
    pub(super) fn show(&mut self, ui: &mut Ui, words: &Words) -> Answer {
        ui.set_width((ui.ctx().content_rect().width() - 88.0).min(440.0));
        let args = [("count", Arg::Count(self.count))];
        widget::heading(ui, &words.with("close-title", &args));
        ui.label(RichText::new(words.with("close-body", &args)).color(tokens(ui).dim));
        ui.add_space(8.0);
        widget::check(ui, &mut self.remembers, &words.text("close-remember"));
        let clicked = widget::foot(ui, |ui| {
            let stays = widget::filled_button(ui, None, &words.text("close-go-on"), true);
            let quits =
                ui.add(egui::Button::new(words.text("close-quit")).min_size([84.0, 32.0].into()));
            let cancel = ui.add_sized([84.0, 32.0], egui::Button::new(words.text("cancel")));
            (stays.clicked(), quits.clicked(), cancel.clicked())
        });
        let remembers = self.remembers;
        match clicked {
            (true, ..) => Answer::Leave { left: Left::GoesOn, remembers },
            (_, true, _) => Answer::Leave { left: Left::Quits, remembers },
            (.., true) => Answer::Stay,
            _ => Answer::Open,
        }
    }
}

impl Window {
    /// Heeds a wish to close the window, where there is one.
    pub(super) fn heed_close(&mut self, ctx: &Context) {
        let is_wanted = ctx.input(|input| input.viewport().close_requested());
        if !is_wanted || self.left.is_some() || self.has_ended || self.handle.has_ended() {
            return;
        }
        let on_close = self.snapshot.settings.on_close;
        let going = self.snapshot.jobs.iter().filter(|job| goes_on(job)).count();
        match closing(going > 0, self.handle.presence().tray(), on_close) {
            Closing::Leaves(left) => self.left = Some(left),
            Closing::Asks if matches!(self.dialog, Some(Dialog::Close(_))) => {
                ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            }
            Closing::Asks => {
                self.covered = self.dialog.take();
                ctx.send_viewport_cmd(ViewportCommand::CancelClose);
                self.wants_front(None);
                let count = u64::try_from(going).unwrap_or(u64::MAX);
                self.dialog = Some(Dialog::Close(CloseDialog { count, remembers: true }));
                ctx.request_repaint();
            }
        }
    }

    /// Closes the window for good.
    pub(super) fn leave_as(&mut self, ctx: &Context, left: Left, remembers: bool) {
        if remembers {
            let on_close = match left {
                Left::Quits => OnClose::Quit,
                Left::GoesOn => OnClose::GoOn,
            };
            let settings = Settings { on_close, ..Settings::clone(&self.snapshot.settings) };
            self.send(Command::ChangeSettings(settings));
        }
        self.left = Some(left);
        ctx.send_viewport_cmd(ViewportCommand::Close);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_stopped_without_a_word() {
        use {Closing as C, OnClose as O, Tray as T};
        let (quits, goes_on) = (C::Leaves(Left::Quits), C::Leaves(Left::GoesOn));
        for (is_going, tray, on_close, expected) in [
            (false, T::Shown, O::Ask, quits),
            (false, T::Absent, O::GoOn, quits),
            (true, T::Shown, O::Ask, goes_on),
            (true, T::Absent, O::Ask, C::Asks),
            (true, T::Shown, O::GoOn, goes_on),
            (true, T::Absent, O::GoOn, goes_on),
            (true, T::Shown, O::Quit, quits),
            (true, T::Absent, O::Quit, quits),
        ] {
            let found = closing(is_going, tray, on_close);
            assert_eq!(found, expected, "{is_going} {tray:?} {on_close:?}");
        }
    }
}
