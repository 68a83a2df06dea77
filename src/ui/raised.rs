//! The window wanted in front, by another start of the program, the tray or a notification: what it
//! shows then, and what the clipboard holds where that was wanted.

use eframe::egui;
use egui::{Context, ViewportCommand};

use super::present::Front;
use super::window::Window;
use crate::app::command::Command;
use crate::app::raise::{Raise, Shows};

/// Whether what lies in the clipboard is to be pasted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Clipboard {
    /// It is left there.
    #[default]
    Left,
    /// It is, once the window has the focus.
    Wanted,
}

impl Window {
    /// Comes to the front and shows what was asked for.
    pub(super) fn raise(&mut self, raise: Raise) {
        self.wants_front(raise.startup_id);
        self.show_raised(raise.shows);
    }

    /// Notes that the window is wanted in front.
    pub(super) fn wants_front(&mut self, startup_id: Option<String>) {
        self.front = Some(Front { startup_id });
    }

    /// Shows what was asked for.
    pub(super) fn show_raised(&mut self, shows: Shows) {
        match shows {
            Shows::AsItWas => {}
            Shows::Links(links) => {
                if !links.is_empty() {
                    self.open_add(&links.join("\n"));
                }
            }
            Shows::Files(paths) => self.send(Command::ReadLinks(paths)),
            Shows::Clipboard => {
                self.open_add("");
                self.clipboard = Clipboard::Wanted;
            }
            Shows::NewLink(job) => {
                self.show_job(job);
                self.open_new_link(&[job]);
                if self.dialog.is_some() {
                    self.clipboard = Clipboard::Wanted;
                }
            }
            Shows::Job(job) => self.show_job(job),
        }
    }

    /// Has the clipboard pasted where that was wanted: only who has the focus may read it (Wayland).
    pub(super) fn paste_if_wanted(&mut self, ctx: &Context) {
        if self.clipboard == Clipboard::Wanted && ctx.input(|input| input.focused) {
            self.clipboard = Clipboard::Left;
            ctx.send_viewport_cmd(ViewportCommand::RequestPaste);
        }
    }
}
