//! How what is asked for is carried out, and what becomes of the service's events.

use eframe::egui;
use egui::{Context, ViewportCommand};

use super::action::Action;
use super::bars;
use super::deed::Deed;
use super::dialog::Dialog;
use super::elide;
use super::folder::FolderDialog;
use super::palette::Palette;
use super::rename::RenameDialog;
use super::rows;
use super::settings::{Page, SettingsDialog};
use super::toasts::{self, Tone, UNDO_SECS};
use super::window::Window;
use crate::app::adding::FolderSeen;
use crate::app::event::Event;
use crate::model::id::JobId;
use crate::model::phase::State;
use crate::words::Arg;
use crate::words::format::bytes;

impl Window {
    /// Carries out what a button, a key or a menu asked for.
    pub(super) fn carry_out(&mut self, ctx: &Context, deed: Deed) {
        let Deed { action, jobs } = deed;
        match action {
            Action::Add => self.open_add(""),
            Action::Find => ctx.memory_mut(|m| m.request_focus(bars::search_id())),
            Action::Details => self.turn_details(),
            Action::Settings => {
                let snapshot = &self.snapshot;
                let page = if self.goes_to_limit { Page::Connections } else { Page::General };
                let dialog = SettingsDialog::new(snapshot, page, ctx, &self.words);
                self.dialog = Some(Dialog::Settings(Box::new(dialog)));
            }
            Action::Group(group) => self.view.choose_group(group),
            Action::SelectAll => self.select_all(),
            Action::ResumeAll | Action::PauseAll => {
                if let Some(command) = action.command(&[]) {
                    self.send(command);
                }
            }
            Action::NewLink => self.open_new_link(&jobs),
            Action::Rename => self.open_rename(&jobs),
            Action::MoveToFolder => self.open_folder(&jobs),
            Action::Palette => self.open_palette(ctx),
            Action::Shortcuts => self.dialog = Some(Dialog::Shortcuts),
            Action::CopyLink => self.copy_links(ctx, &jobs),
            Action::Cancel if !jobs.is_empty() => self.cancel(&jobs),
            Action::Remove if !jobs.is_empty() => self.begin_removal(jobs),
            Action::RemoveFile if !jobs.is_empty() => self.dialog = Some(Dialog::Delete(jobs)),
            Action::Toggle
            | Action::Pause
            | Action::Resume
            | Action::Retry
            | Action::OpenPage
            | Action::ContinueOlder
            | Action::Open
            | Action::Reveal
            | Action::Cancel
            | Action::MoveTop
            | Action::MoveUp
            | Action::MoveDown
            | Action::MoveBottom
            | Action::Remove
            | Action::RemoveFile => {
                if let Some(command) = action.command(&jobs).filter(|_| !jobs.is_empty()) {
                    self.send(command);
                }
            }
        }
    }

    fn open_rename(&mut self, jobs: &[JobId]) {
        let [id] = jobs else { return };
        if let [job] = self.list.these(&[*id])[..] {
            self.dialog = Some(Dialog::Rename(Box::new(RenameDialog::new(job))));
        }
    }

    fn open_folder(&mut self, jobs: &[JobId]) {
        if let Some(dialog) = FolderDialog::new(&self.list.these(jobs)) {
            self.dialog = Some(Dialog::Folder(Box::new(dialog)));
        }
    }

    /// A palette of what can be done now with what is chosen.
    fn open_palette(&mut self, ctx: &Context) {
        let ids = self.selection.ids_or_cursor();
        let jobs = self.list.these(&ids);
        let chosen: Vec<State> = jobs.iter().map(|job| job.state).collect();
        let has_page = jobs.first().is_some_and(|job| job.has_page);
        let all: Vec<State> = self.list.states().collect();
        let fits = |action: &Action| {
            let is_for_all =
                matches!(action, Action::ResumeAll | Action::PauseAll | Action::SelectAll);
            // Not by itself: it is what the space bar means, or is offered where it makes sense.
            let is_hidden =
                matches!(action, Action::Toggle | Action::ContinueOlder | Action::Palette);
            let is_for_one = matches!(action, Action::Rename | Action::NewLink | Action::OpenPage);
            let is_unknown = *action == Action::OpenPage && !has_page;
            let states = if is_for_all { &all } else { &chosen };
            !is_hidden
                && !is_unknown
                && (!is_for_one || chosen.len() == 1)
                && action.fits_any(states.iter().copied())
        };
        let actions = Action::ALL.into_iter().filter(fits).collect();
        let palette = Palette::new(actions, ctx, &self.words);
        self.dialog = Some(Dialog::Palette(Box::new(palette)));
    }

    fn copy_links(&self, ctx: &Context, jobs: &[JobId]) {
        let jobs = self.list.these(jobs);
        let whole = jobs.into_iter().filter(|job| rows::has_whole_link(job));
        let links: Vec<&str> = whole.map(|job| job.url.as_str()).collect();
        if !links.is_empty() {
            ctx.copy_text(links.join("\n"));
        }
    }

    /// Hides jobs at once; their command waits in a toast that can be undone.
    fn begin_removal(&mut self, jobs: Vec<JobId>) {
        let text = self.removed_text(&jobs);
        self.selection.step_over(&jobs, &self.list);
        self.toasts.remove(jobs, text, self.now);
    }

    /// What is said of a removal: a finished file stays, what is not finished goes.
    fn removed_text(&self, jobs: &[JobId]) -> String {
        let views = self.list.these(jobs);
        let parts = views.iter().filter(|job| job.state != State::Completed);
        let lost = parts.map(|job| job.done_bytes).fold(0, u64::saturating_add);
        let name = jobs.first().map(|id| self.name_of(*id)).unwrap_or_default();
        let size = bytes(lost);
        let args = [
            ("name", Arg::Text(&name)),
            ("count", Arg::Count(u64::try_from(jobs.len()).unwrap_or(u64::MAX))),
            ("size", Arg::Text(&size)),
            ("secs", Arg::Count(UNDO_SECS)),
        ];
        let key = match (jobs.len() == 1, lost > 0) {
            (true, false) => "removed-one",
            (true, true) => "removed-one-part",
            (false, false) => "removed-many",
            (false, true) => "removed-many-part",
        };
        self.words.with(key, &args)
    }

    /// Chooses again what came back by an undo, and has the rest of it done.
    pub(super) fn choose_undone(&mut self) {
        for command in self.toasts.take_back() {
            self.send(command);
        }
        let undone = self.toasts.take_undone();
        if !undone.is_empty() {
            self.refresh();
            self.scroll_to = self.selection.these(&undone, &self.list);
        }
    }

    /// The name of a job, cut in the middle where it is long; its server's where it has none yet,
    /// and empty only where the job is gone.
    pub(super) fn name_of(&self, id: JobId) -> String {
        const LONGEST: usize = 48;
        let job = self.snapshot.jobs.iter().find(|job| job.id == id);
        let name = job.map(|job| if job.name.is_empty() { &job.host } else { &job.name });
        name.map(|name| elide::middle(name, LONGEST)).unwrap_or_default()
    }

    /// Sends the command of removals that can no longer be undone.
    pub(super) fn remove_for_good(&mut self, jobs: Vec<JobId>) {
        if jobs.is_empty() {
            return;
        }
        if let Some(command) = Action::Remove.command(&jobs) {
            self.send(command);
        }
        self.gone.extend(jobs);
    }

    /// Deletes jobs with their files: asked, and answered with yes.
    pub(super) fn delete(&mut self, jobs: Vec<JobId>) {
        self.selection.step_over(&jobs, &self.list);
        if let Some(command) = Action::RemoveFile.command(&jobs) {
            self.send(command);
        }
        self.gone.extend(jobs);
    }

    /// What happened since the last frame.
    pub(super) fn take_events(&mut self, ctx: &Context) {
        let revision = self.snapshot.revision;
        let new = self.handle.drain_events().into_iter().map(|event| (revision, event));
        let events: Vec<(u64, Event)> =
            std::mem::take(&mut self.early).into_iter().chain(new).collect();
        for (seen, event) in events {
            if seen == revision && self.is_early(&event) {
                self.early.push((seen, event));
            } else {
                self.take_event(ctx, event);
            }
        }
        if self.has_ended || self.handle.has_ended() {
            ctx.send_viewport_cmd(ViewportCommand::Close);
        }
    }

    /// Whether the job an event is about is not in the snapshot yet: the service tells first and
    /// shows then.
    fn is_early(&self, event: &Event) -> bool {
        match event {
            Event::Finished(id)
            | Event::Stopped(id, _)
            | Event::LinkTaken(id, _)
            | Event::LinkRefused(id, _)
            | Event::Moved(id, _)
            | Event::NotMoved { job: id, .. }
            | Event::SameFile { new: id, .. }
            | Event::OpenFailed(id, _) => !self.snapshot.jobs.iter().any(|job| job.id == *id),
            Event::Probed(..)
            | Event::LinksKnown(_)
            | Event::FolderSeen(_)
            | Event::Raised(_)
            | Event::FolderChosen(_)
            | Event::StoreSetAside(_)
            | Event::SettingsTrouble(_)
            | Event::Hosts(_)
            | Event::Refused(_)
            | Event::Ended => false,
        }
    }

    fn take_event(&mut self, ctx: &Context, event: Event) {
        match event {
            Event::Finished(id) => self.finished(ctx, id),
            Event::Stopped(id, failure) => {
                let name = self.name_of(id);
                let why = self.words.failure(&failure).to_string();
                let args = [("name", Arg::Text(&name)), ("why", Arg::Text(&why))];
                let told = self.words.with("toast-stopped", &args);
                let text = if name.is_empty() { why } else { told };
                self.toasts.say(Tone::Bad, text, self.now);
            }
            Event::LinkTaken(id, fit) => self.link_taken(id, fit),
            Event::LinkRefused(id, misfit) => self.link_refused(id, &misfit),
            Event::SameFile { new, old } => self.offer_older(new, old),
            Event::Probed(url, found) => self.tell_add(|dialog| dialog.probed(&url, found)),
            Event::LinksKnown(known) => self.links_known(known),
            Event::FolderSeen(seen) => self.folder_seen(seen),
            Event::Raised(links) => {
                if !links.is_empty() {
                    self.open_add(&links.join("\n"));
                }
                ctx.send_viewport_cmd(ViewportCommand::Minimized(false));
                ctx.send_viewport_cmd(ViewportCommand::Focus);
            }
            Event::FolderChosen(Some(dir)) => self.folder_chosen(&dir),
            Event::FolderChosen(None) => {}
            Event::Moved(id, dir) => self.moved(id, &dir),
            Event::NotMoved { job, dir, why } => self.not_moved(job, &dir, &why),
            Event::OpenFailed(id, why) => {
                let name = self.name_of(id);
                let args = [("name", Arg::Text(&name)), ("why", Arg::Text(&why))];
                let text = self.words.with("toast-open-failed", &args);
                self.toasts.say(Tone::Bad, text, self.now);
            }
            Event::StoreSetAside(path) => {
                let path = path.display().to_string();
                let text = self.words.with("toast-store-aside", &[("path", Arg::Text(&path))]);
                self.toasts.say(Tone::Bad, text, self.now);
            }
            Event::SettingsTrouble(trouble) => self.settings_trouble(&trouble),
            Event::Hosts(hosts) => self.hosts_told(hosts),
            Event::Refused(why) => {
                self.added_after = None;
                // What was refused may have been a removal, or a change of a limit: what is still
                // so is shown again.
                self.gone.clear();
                self.end_look(&why);
                if let Some(Dialog::Settings(dialog)) = &mut self.dialog {
                    dialog.refused();
                }
                self.remake_details();
                self.toasts.say(Tone::Bad, why, self.now);
            }
            Event::Ended => self.has_ended = true,
        }
    }

    /// A notice only where the row that tells it is out of sight.
    fn finished(&mut self, ctx: &Context, id: JobId) {
        let focused = ctx.input(|i| i.focused);
        let in_view =
            self.list.row_of(id).is_some_and(|row| self.list.sight.visible.contains(&row));
        let name = self.name_of(id);
        let text = self.words.with("toast-finished", &[("name", Arg::Text(&name))]);
        if focused && in_view {
            self.announcer.say(text, self.now);
            return;
        }
        self.toasts.offer(Tone::Good, text, toasts::open(id), self.now);
    }

    fn folder_seen(&mut self, seen: FolderSeen) {
        if let Some(Dialog::Folder(dialog)) = &mut self.dialog {
            dialog.folder_seen(seen);
        } else {
            self.tell_add(|dialog| dialog.folder_seen(seen));
        }
    }

    fn folder_chosen(&mut self, dir: &std::path::Path) {
        match &mut self.dialog {
            Some(Dialog::Add(dialog)) => dialog.set_dir(dir),
            Some(Dialog::Folder(dialog)) => dialog.set_dir(dir),
            Some(Dialog::Settings(dialog)) => {
                if let Some(command) = dialog.set_dir(dir) {
                    self.send(command);
                }
            }
            Some(
                Dialog::Delete(_)
                | Dialog::Link(_)
                | Dialog::Rename(_)
                | Dialog::Palette(_)
                | Dialog::Shortcuts,
            )
            | None => {}
        }
    }
}
