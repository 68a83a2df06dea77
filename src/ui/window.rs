//! The window: takes snapshots and events in, draws, and carries out what is asked for.
//!
//! Invariant: drawing changes nothing but what is chosen, searched and filtered. Everything else
//! goes through `Window::carry_out`, or is a command that a dialog or the details answer with.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use eframe::egui;
use egui::{Context, Popup, Ui, ViewportCommand};

use super::add::AddDialog;
use super::announce::Announcer;
use super::appearance::Appearance;
use super::bars::StatusText;
use super::closing::Left;
use super::copied::Copied;
use super::details::{Details, Tab};
use super::dialog::Dialog;
use super::filter::Filter;
use super::keep::Keeper;
use super::limit;
use super::limit_switch::LimitText;
use super::list::{List, Updated};
use super::present::Front;
use super::raised::Clipboard;
use super::selection::{Reach, Selection};
use super::space::Space;
use super::toasts::Toasts;
use super::view::View;
use super::{details, fonts, theme};
use crate::app::all_done::Ending;
use crate::app::command::Command;
use crate::app::event::Event;
use crate::app::handle::AppHandle;
use crate::app::raise::Shows;
use crate::app::snapshot::Snapshot;
use crate::model::id::JobId;
use crate::model::settings::Language;
use crate::model::ui_state::UiState;
use crate::words::Words;

/// Seconds between two titles while jobs run.
const TITLE_SECS: f64 = 2.0;

/// The window and all it remembers while it is open.
pub struct Window {
    pub(super) handle: AppHandle,
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) words: Words,
    pub(super) list: List,
    pub(super) selection: Selection,
    pub(super) toasts: Toasts,
    pub(super) announcer: Announcer,
    pub(super) dialog: Option<Dialog>,
    /// What the question of closing the window stands over.
    pub(super) covered: Option<Dialog>,
    /// What was typed to be added when another job was to be seen.
    pub(super) draft: Option<Box<AddDialog>>,
    /// Removed jobs whose command has gone out and which the service still shows.
    pub(super) gone: BTreeSet<JobId>,
    /// Events about jobs the snapshot does not hold yet, each with the revision it was met at.
    pub(super) early: Vec<(u64, Event)>,
    /// The highest number there was when jobs were added here that are not shown yet.
    pub(super) added_after: Option<JobId>,
    pub(super) has_ended: bool,
    /// How it was left, once that is settled.
    pub(super) left: Option<Left>,
    /// It is wanted in front.
    pub(super) front: Option<Front>,
    /// What was announced and refused here, until the service has heard of it.
    pub(super) refused_ending: Option<Ending>,
    pub(super) copied: Copied,
    /// What lies in the clipboard is wanted, once it has the focus.
    pub(super) clipboard: Clipboard,
    pub(super) now: f64,
    pub(super) appearance: Appearance,
    pub(super) view: View,
    pub(super) status: StatusText,
    pub(super) details: Option<Details>,
    details_of: Option<details::Made>,
    pub(super) shows_details: bool,
    pub(super) tab: Tab,
    /// The job whose closer look was asked for.
    watches: Option<JobId>,
    /// Height of the details in points.
    pub(super) details_height: u16,
    pub(super) keeper: Keeper,
    pub(super) limit: LimitText,
    pub(super) space: Space,
    /// The settings are opened at the field of the limit.
    pub(super) goes_to_limit: bool,
    pub(super) scroll_to: Option<usize>,
    seen: Option<(u64, usize)>,
    title: String,
    titled_at: f64,
}

impl Window {
    /// A window on what `handle` shows, with what it is to show first.
    pub fn new(handle: AppHandle, shows: Shows) -> Self {
        let snapshot = handle.snapshot();
        let words = Words::new(snapshot.settings.language);
        let state = UiState::clone(&snapshot.ui_state);
        let mut window = Self {
            handle,
            snapshot,
            words,
            list: List::new(),
            selection: Selection::default(),
            toasts: Toasts::default(),
            announcer: Announcer::default(),
            dialog: None,
            covered: None,
            draft: None,
            gone: BTreeSet::new(),
            early: Vec::new(),
            added_after: None,
            has_ended: false,
            left: None,
            front: None,
            refused_ending: None,
            copied: Copied::default(),
            clipboard: Clipboard::default(),
            now: 0.0,
            appearance: Appearance::default(),
            view: View::new(&state),
            status: StatusText::default(),
            details: None,
            details_of: None,
            shows_details: state.shows_details,
            tab: Tab::default(),
            watches: None,
            details_height: state.details_height,
            keeper: Keeper::new(state),
            limit: LimitText::default(),
            space: Space::default(),
            goes_to_limit: false,
            scroll_to: None,
            seen: None,
            title: String::new(),
            titled_at: 0.0,
        };
        window.show_raised(shows);
        window
    }

    /// Its hold on the service.
    pub fn handle(&self) -> &AppHandle {
        &self.handle
    }

    /// Gives `ctx` our fonts and colours. To be done before the first frame.
    pub fn install(ctx: &Context) {
        fonts::install(ctx);
        theme::install(ctx);
    }

    /// Lets the window follow the system's theme and fonts, which tests do without.
    pub(super) fn follow_system(&mut self, ctx: &Context) {
        self.appearance.follow_system(ctx);
    }

    /// Takes in what is new. Done before each frame, and also while the window is hidden. `now`
    /// is in seconds, from any beginning: egui's own clock stands still while the window is hidden.
    pub fn take_in(&mut self, ctx: &Context, now: f64) {
        self.now = now;
        self.snapshot = self.handle.snapshot();
        let settings = Arc::clone(&self.snapshot.settings);
        let is_unreadable = self.appearance.lack.is_in_words()
            && self.words.language() == Language::ChineseSimplified;
        if self.appearance.apply(ctx, &settings) || is_unreadable {
            self.words = self.appearance.words(settings.language);
            self.list.forget_texts();
            self.details_of = None;
            self.seen = None;
        }
        self.take_events(ctx);
        self.end_toasts(ctx);
        self.refresh();
        if let Some(due) = self.list.due(self.snapshot.revision) {
            ctx.request_repaint_after(Duration::from_secs_f64((due - self.now).max(0.001)));
        }
        self.look_into_clipboard(ctx);
        self.set_title(ctx);
        self.follow_ending(ctx);
        self.heed_close(ctx);
    }

    /// Brings the title up to date. Each change costs egui two more frames, so while jobs run it is
    /// seldom changed.
    fn set_title(&mut self, ctx: &Context) {
        if self.title == self.status.title {
            return;
        }
        let is_running = self.list.count(Filter::Active) > 0 && !self.title.is_empty();
        let due = self.titled_at + TITLE_SECS;
        if is_running && self.now < due {
            ctx.request_repaint_after(Duration::from_secs_f64(due - self.now));
            return;
        }
        self.titled_at = self.now;
        self.title.clone_from(&self.status.title);
        ctx.send_viewport_cmd(ViewportCommand::Title(self.title.clone()));
    }

    /// Brings the list, the status and the details up to date with the snapshot.
    pub(super) fn refresh(&mut self) {
        if !self.gone.is_empty() {
            let there: BTreeSet<JobId> = self.snapshot.jobs.iter().map(|job| job.id).collect();
            self.gone.retain(|id| there.contains(id));
        }
        let hidden = self.hidden();
        let (wanted, at) = (self.view.wanted(), (self.selection.cursor(), self.now));
        match self.list.update(&self.snapshot, wanted, &hidden, &self.words, at) {
            Updated::Jobs => self.selection.keep_shown(&self.list),
            Updated::Nothing | Updated::Order => {}
        }
        self.choose_added();
        let seen = Some((self.snapshot.revision, self.list.count(Filter::All)));
        if self.seen != seen {
            self.seen = seen;
            self.status = StatusText::of(&self.snapshot, &self.list, &self.words);
            self.limit = LimitText::of(&self.snapshot.settings, &self.snapshot.regime, &self.words);
        }
        self.watch_space();
        let made = self.details_made();
        if self.details_of != made {
            self.details_of = made;
            let ids = made.map(|_| self.selection.ids_or_cursor()).unwrap_or_default();
            let before = self.details.take();
            self.watch(if let [id] = ids[..] { Some(id) } else { None });
            let focus = self.snapshot.focus.as_ref();
            self.details = Details::of(&self.list.these(&ids), focus, &self.words);
            if let (Some(details), Some(before)) = (&mut self.details, before) {
                details.follow(before);
            }
        }
    }

    /// Has a job looked at closely, or none any more.
    fn watch(&mut self, id: Option<JobId>) {
        // Where the service does not take it, the next choice asks again.
        if self.watches != id && self.handle.send(Command::Watch(id)).is_ok() {
            self.watches = id;
        }
    }

    /// What the details are to be made from; nothing where they are not shown.
    fn details_made(&self) -> Option<details::Made> {
        let is_shown = self.shows_details && self.selection.cursor().is_some();
        is_shown.then_some((self.snapshot.revision, self.selection.changes()))
    }

    /// Chooses the first of the jobs that were added here, once they are shown.
    fn choose_added(&mut self) {
        let Some(after) = self.added_after else { return };
        let added = self.snapshot.jobs.iter().map(|job| job.id).filter(|id| *id > after).min();
        if let Some(first) = added {
            self.added_after = None;
            self.scroll_to = self.selection.these(&[first], &self.list);
        }
    }

    /// Notes that jobs are being added: the next ones with a higher number are these.
    pub(super) fn expect_added(&mut self) {
        let last = self.snapshot.jobs.iter().map(|job| job.id).max();
        self.added_after = Some(last.unwrap_or(JobId(0)));
    }

    /// Ends toasts that are over, and asks for a frame when the next one is.
    fn end_toasts(&mut self, ctx: &Context) {
        let now = self.now;
        let removed = self.toasts.end(now);
        self.remove_for_good(removed);
        if let Some(end) = self.toasts.next_end() {
            ctx.request_repaint_after(Duration::from_secs_f64((end - now).max(0.001)));
        }
    }

    /// Draws one frame and carries out what was asked for in it.
    pub fn frame(&mut self, ui: &mut Ui) {
        let ctx = ui.ctx().clone();
        let mut deeds = Vec::new();
        // An open menu has the keys: what it is open for must not change under it.
        if self.dialog.is_none() && !Popup::is_any_open(&ctx) {
            self.take_keys(&ctx, &mut deeds);
        }
        self.bars(ui, &mut deeds);
        self.refresh();
        let list = self.middle(ui, &mut deeds);
        self.announcer.show(ui, self.now);
        self.toasts.show(&ctx, list, &self.words, &mut deeds);
        self.choose_undone();
        self.show_dialog(&ctx);
        self.paste_if_wanted(&ctx);
        for deed in deeds {
            self.carry_out(&ctx, deed);
        }
        self.tell_of_fonts(&ctx);
        self.keep(&ctx);
        if self.goes_to_limit && self.dialog.is_some() {
            self.goes_to_limit = !limit::go_to_settings(&ctx);
        }
        // What was done in this frame is seen in the next, not in the one after an event.
        if self.is_behind() {
            ctx.request_repaint();
        }
    }

    /// Jobs that are on their way out.
    fn hidden(&self) -> BTreeSet<JobId> {
        let mut hidden = self.toasts.waiting();
        hidden.extend(&self.gone);
        hidden
    }

    fn is_behind(&self) -> bool {
        !self.list.hides(&self.hidden()) || self.details_of != self.details_made()
    }

    /// Lets the details show what is so, whatever was typed there.
    pub(super) fn remake_details(&mut self) {
        self.details_of = None;
    }

    /// Shows or hides the details.
    pub(super) fn turn_details(&mut self) {
        self.shows_details = !self.shows_details;
        if self.shows_details && self.selection.cursor().is_none() {
            self.selection.step(1, Reach::Only, &self.list);
        }
    }

    /// Chooses every shown job.
    pub(super) fn select_all(&mut self) {
        self.selection.all(&self.list);
    }

    /// Sends a command; where the service does not take it, says so.
    pub(super) fn send(&mut self, command: Command) {
        if self.handle.send(command).is_err() {
            let text = self.words.text("service-gone");
            self.toasts.say(super::toasts::Tone::Bad, text, self.now);
        }
    }
}
