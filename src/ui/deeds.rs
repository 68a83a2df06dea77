//! How what is asked for is carried out, and what becomes of the service's events.

use eframe::egui;
use egui::Context;

use super::action::Action;
use super::bars;
use super::closing::Left;
use super::deed::Deed;
use super::dialog::Dialog;
use super::elide;
use super::folder::FolderDialog;
use super::palette::Palette;
use super::rename::RenameDialog;
use super::rows;
use super::settings::{Page, SettingsDialog};
use super::toasts::UNDO_SECS;
use super::when::WhenDialog;
use super::window::Window;
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
            Action::AddOffered => self.add_offered(),
            Action::Find => ctx.memory_mut(|m| m.request_focus(bars::search_id())),
            Action::Details => self.turn_details(),
            Action::Settings => {
                let page = if self.goes_to_limit { Page::Connections } else { Page::General };
                self.open_settings(ctx, page);
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
            Action::Schedule => self.open_when(&jobs),
            Action::Palette => self.open_palette(ctx),
            Action::Shortcuts => self.dialog = Some(Dialog::Shortcuts),
            Action::Quit => self.leave_as(ctx, Left::Quits, false),
            Action::CopyLink => self.copy_links(ctx, &jobs),
            Action::Cancel if !jobs.is_empty() => self.cancel(&jobs),
            Action::Remove if !jobs.is_empty() => self.begin_removal(jobs),
            Action::RemoveFile if !jobs.is_empty() => self.dialog = Some(Dialog::Delete(jobs)),
            Action::Toggle
            | Action::Pause
            | Action::Resume
            | Action::StartNow
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

    /// Opens the settings at a page.
    pub(super) fn open_settings(&mut self, ctx: &Context, page: Page) {
        let dialog = SettingsDialog::new(&self.snapshot, page, ctx, &self.words);
        self.dialog = Some(Dialog::Settings(Box::new(dialog)));
    }

    fn open_when(&mut self, jobs: &[JobId]) {
        if let Some(dialog) = WhenDialog::new(&self.list.these(jobs), &self.snapshot.settings) {
            self.dialog = Some(Dialog::When(Box::new(dialog)));
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
            let is_hidden = matches!(
                action,
                Action::Toggle | Action::ContinueOlder | Action::AddOffered | Action::Palette
            );
            let is_for_one = matches!(action, Action::Rename | Action::NewLink | Action::OpenPage);
            let is_unknown = (*action == Action::OpenPage && !has_page)
                || (*action == Action::StartNow && !jobs.iter().any(|job| job.is_kept()));
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
}
