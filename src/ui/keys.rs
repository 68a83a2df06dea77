//! The keys that belong to the window. They are taken only while no text is being typed and no
//! dialog is open.

use eframe::egui;
use egui::{Context, Event, Key, KeyboardShortcut, Modifiers};

use super::action::Action;
use super::deed::Deed;
use super::selection::Reach;
use super::window::Window;
use super::{links, rows};
use crate::app::command::Command;
use crate::app::snapshot::JobView;
use crate::model::id::JobId;

/// What the keys ask for in one frame.
#[derive(Debug, Default)]
pub(crate) struct Pressed {
    /// Actions by their shortcuts; those about jobs are for the chosen ones.
    pub actions: Vec<Action>,
    /// Rows the cursor goes by, and what becomes of the choice.
    pub step: Option<(isize, Reach)>,
    /// Take the last removal back.
    pub undo: bool,
    /// Let go of the choice.
    pub escape: bool,
    /// Text that was pasted.
    pub pasted: Option<String>,
}

/// Takes the last removal back while its notice stands.
pub(crate) const UNDO: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::Z);

/// Rows a page key goes by.
const PAGE: isize = 8;

/// Takes the window's keys. Longest shortcuts first, since Ctrl+R fits Ctrl+Shift+R too.
pub(crate) fn take(ctx: &Context) -> Pressed {
    // Escape takes the focus from a field before this frame; it is still the field's.
    let fields = [super::bars::search_id(), super::limit::id_in_details()];
    let was_in_field = ctx.memory(|m| fields.iter().any(|id| m.had_focus_last_frame(*id)));
    if ctx.text_edit_focused() || was_in_field {
        return only_in_text(ctx);
    }
    let has_focus = ctx.memory(|m| m.focused().is_some());
    let mut shortcuts: Vec<(Action, KeyboardShortcut)> =
        Action::ALL.into_iter().filter_map(|a| Some((a, a.shortcut()?))).collect();
    shortcuts.sort_by_key(|(_, s)| std::cmp::Reverse(weight(s.modifiers)));
    ctx.input_mut(|input| {
        let mut pressed = Pressed::default();
        for (action, shortcut) in shortcuts {
            // A button that has the focus is pressed by these.
            let is_buttons = matches!(shortcut.logical_key, Key::Space | Key::Enter)
                && shortcut.modifiers.is_none();
            if !(has_focus && is_buttons) && input.consume_shortcut(&shortcut) {
                pressed.actions.push(action);
            }
        }
        for (modifiers, reach) in [(Modifiers::SHIFT, Reach::Range), (Modifiers::NONE, Reach::Only)]
        {
            for (key, step) in [
                (Key::ArrowUp, -1),
                (Key::ArrowDown, 1),
                (Key::PageUp, -PAGE),
                (Key::PageDown, PAGE),
                (Key::Home, isize::MIN),
                (Key::End, isize::MAX),
            ] {
                let times = input.count_and_consume_key(modifiers, key);
                if times > 0 {
                    let times = isize::try_from(times).unwrap_or(isize::MAX);
                    pressed.step = Some((step.saturating_mul(times), reach));
                }
            }
        }
        pressed.undo = input.consume_shortcut(&UNDO);
        if input.events.contains(&Event::Copy) {
            pressed.actions.push(Action::CopyLink);
        }
        pressed.escape = input.consume_key(Modifiers::NONE, Key::Escape);
        pressed.pasted = input.events.iter().find_map(|event| {
            if let Event::Paste(text) = event { Some(text.clone()) } else { None }
        });
        pressed
    })
}

/// What still works while a field is typed into.
fn only_in_text(ctx: &Context) -> Pressed {
    let actions = [Action::Add, Action::Find, Action::Details, Action::Settings]
        .into_iter()
        .filter(|a| a.shortcut().is_some_and(|s| ctx.input_mut(|i| i.consume_shortcut(&s))))
        .collect();
    Pressed { actions, ..Pressed::default() }
}

fn weight(modifiers: Modifiers) -> u8 {
    [modifiers.command, modifiers.shift, modifiers.alt].into_iter().map(u8::from).sum()
}

impl Window {
    /// Files dropped on the window are read by the service, for the add dialog.
    fn take_drops(&mut self, ctx: &Context) {
        let dropped = ctx.input_mut(|input| std::mem::take(&mut input.raw.dropped_files));
        let paths: Vec<_> = dropped
            .into_iter()
            .map(|file| file.path().to_owned())
            .filter(|path| !path.as_os_str().is_empty())
            .collect();
        if !paths.is_empty() {
            self.send(Command::ReadLinks(paths));
        }
    }

    /// Takes the window's keys, and adds what they ask for to `deeds`.
    pub(super) fn take_keys(&mut self, ctx: &Context, deeds: &mut Vec<Deed>) {
        let pressed = take(ctx);
        self.take_drops(ctx);
        if let Some((step, reach)) = pressed.step {
            self.scroll_to = self.selection.step(step, reach, &self.list);
        }
        if pressed.undo {
            self.toasts.undo();
        }
        if pressed.escape {
            self.selection.clear();
        }
        if let Some(text) = pressed.pasted.filter(|text| links::has_link(text)) {
            self.open_add(&text);
        }
        for action in pressed.actions {
            if action == Action::Toggle {
                self.toggle_deeds(deeds);
            } else {
                deeds.push(Deed { action, jobs: self.meant_by(action) });
            }
        }
    }

    /// What the space bar asks for: each chosen job pauses, goes on or is retried.
    fn toggle_deeds(&self, deeds: &mut Vec<Deed>) {
        for job in self.chosen() {
            if let Some(action) = Action::toggled(job.state) {
                match deeds.iter_mut().find(|deed| deed.action == action) {
                    Some(deed) => deed.jobs.push(job.id),
                    None => deeds.push(Deed::one(action, job.id)),
                }
            }
        }
    }

    fn chosen(&self) -> Vec<&JobView> {
        self.list.these(&self.selection.ids())
    }

    /// The chosen jobs an action makes sense for.
    pub(super) fn meant_by(&self, action: Action) -> Vec<JobId> {
        rows::fitting(action, &self.chosen())
    }
}
