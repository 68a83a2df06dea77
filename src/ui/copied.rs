//! Links that are copied while that is watched: offered, never added. The window looks into the clipboard
//! when it gets the focus, since on Wayland nobody may before.

use eframe::egui;
use egui::{Context, Event, ViewportCommand};

use super::action::Action;
use super::deed::Deed;
use super::raised::Clipboard;
use super::window::Window;
use crate::app::command::Command;

/// Seconds in which what lies in the clipboard comes; an empty one never does.
const LOOK_SECS: f64 = 2.0;

/// What was copied, and what is being looked at.
#[derive(Debug, Default)]
pub(super) struct Copied {
    /// Links that are offered.
    links: Vec<String>,
    was_focused: bool,
    /// The clipboard is looked at; what comes until then, in seconds, is no paste.
    until: Option<f64>,
}

impl Window {
    /// Offers links that were copied.
    pub(super) fn offer_links(&mut self, links: Vec<String>) {
        let text = self.words.offered(&links);
        self.copied.links = links;
        // Of two that stand only the newer one's links are known.
        self.toasts.forget(Action::AddOffered);
        self.toasts.ask(text, Deed::plain(Action::AddOffered), self.now);
    }

    /// Opens the add dialog with them.
    pub(super) fn add_offered(&mut self) {
        let links = std::mem::take(&mut self.copied.links);
        if !links.is_empty() {
            self.open_add(&links.join("\n"));
        }
    }

    /// Looks into the clipboard when the window gets the focus, where that is wanted. What is read is
    /// taken before any field sees it; a paste is left alone.
    pub(super) fn look_into_clipboard(&mut self, ctx: &Context) {
        let is_focused = ctx.input(|input| input.focused);
        let was_focused = std::mem::replace(&mut self.copied.was_focused, is_focused);
        let gained = is_focused && !was_focused;
        if self.copied.until.is_some_and(|until| self.now > until) {
            self.copied.until = None;
        }
        if self.copied.until.is_some() {
            if let Some(text) = take_paste(ctx) {
                self.copied.until = None;
                self.send(Command::Copied(text));
            }
            return;
        }
        let is_wanted = self.snapshot.settings.watch_clipboard;
        if gained && is_wanted && self.clipboard == Clipboard::Left {
            self.copied.until = Some(self.now + LOOK_SECS);
            ctx.send_viewport_cmd(ViewportCommand::RequestPaste);
            ctx.request_repaint();
        }
    }
}

/// Takes what was read out of the clipboard from the events of this frame.
fn take_paste(ctx: &Context) -> Option<String> {
    ctx.input_mut(|input| {
        let is_it = |event: &Event| matches!(event, Event::Paste(_));
        let at = input.events.iter().position(is_it)?;
        if let Event::Paste(text) = input.events.remove(at) { Some(text) } else { None }
    })
}
