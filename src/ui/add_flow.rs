//! The add dialog in the window: how it is opened, told of what was found, and left.

use std::sync::Arc;

use eframe::egui::Context;

use super::add::AddDialog;
use super::dialog::Dialog;
use super::links::Owner;
use super::toasts::Tone;
use super::window::Window;
use crate::app::command::{Command, IfLive, LinkFrom, NewLink};
use crate::model::id::JobId;
use crate::model::url::SourceUrl;

impl Window {
    /// Opens the add dialog, or puts the links into the one that is open.
    pub(super) fn open_add(&mut self, text: &str) {
        if let Some(Dialog::Add(dialog)) = &mut self.dialog {
            dialog.append(text);
            return;
        }
        if let Some(mut draft) = self.draft.take() {
            draft.reopen();
            if !text.is_empty() {
                draft.append(text);
            }
            self.dialog = Some(Dialog::Add(draft));
            return;
        }
        let jobs = self.snapshot.jobs.iter().map(Arc::as_ref);
        let settings = &self.snapshot.settings;
        let dialog = AddDialog::new(text, &self.snapshot.default_dir, settings, jobs);
        self.dialog = Some(Dialog::Add(Box::new(dialog)));
    }

    /// Keeps what was typed for the next opening, and says so.
    pub(super) fn keep_draft(&mut self, dialog: Dialog) {
        if let Dialog::Add(draft) = dialog {
            self.draft = Some(draft);
            let text = self.words.text("add-kept");
            self.toasts.say(Tone::Plain, text, self.now);
        }
    }

    /// Tells the add dialog, where it is open still.
    pub(super) fn tell_add(&mut self, tell: impl FnOnce(&mut AddDialog)) {
        if let Some(Dialog::Add(dialog)) = &mut self.dialog {
            tell(dialog);
        }
    }

    /// Jobs have links that are to be added.
    pub(super) fn links_known(&mut self, known: Vec<(SourceUrl, JobId)>) {
        for (url, id) in known {
            let job = self.snapshot.jobs.iter().find(|job| job.id == id);
            let Some(owner) = job.map(|job| Owner::of(job)) else { continue };
            self.tell_add(|dialog| dialog.is_known(&url, &owner));
        }
    }

    /// Sends what the open dialog asks for.
    pub(super) fn ask_for(&mut self, ctx: &Context, dialog: &mut Dialog) {
        let asked = match dialog {
            Dialog::Add(dialog) => dialog.take_commands(),
            Dialog::Folder(dialog) => dialog.ask(ctx).into_iter().collect(),
            Dialog::Settings(_)
            | Dialog::Link(_)
            | Dialog::Rename(_)
            | Dialog::When(_)
            | Dialog::Palette(_)
            | Dialog::Shortcuts
            | Dialog::Close(_)
            | Dialog::Ending(_)
            | Dialog::Delete(_) => Vec::new(),
        };
        for command in asked {
            self.send(command);
        }
    }

    /// A dialog was left: what was asked for it is of no use any more.
    pub(super) fn leave(&mut self, dialog: &Dialog) {
        if let Dialog::Add(dialog) = dialog
            && let Some(command) = dialog.end()
        {
            self.send(command);
        }
    }

    /// Chooses a job and brings it into view, whatever is shown now.
    pub(super) fn show_job(&mut self, id: JobId) {
        if self.list.row_of(id).is_none() {
            self.view.clear();
            self.refresh();
        }
        self.scroll_to = self.selection.these(&[id], &self.list);
    }

    /// Gives a job a link that was to be added.
    pub(super) fn give_link(&mut self, job: JobId, url: SourceUrl) {
        let from = LinkFrom::Given(url);
        self.send(Command::Refresh(NewLink { job, from, if_live: IfLive::Stop }));
    }
}
