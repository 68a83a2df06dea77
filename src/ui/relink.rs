//! Fresh links in the window: the dialog is opened, and what came of a look at a link is said, in the
//! dialog where it is open, else in a notice.

use super::action::Action;
use super::deed::Deed;
use super::dialog::Dialog;
use super::new_link::LinkDialog;
use super::toasts::Tone;
use super::window::Window;
use crate::model::fit::{Fit, Misfit};
use crate::model::id::JobId;
use crate::words::Arg;
use crate::words::format::bytes;

impl Window {
    /// Opens the dialog for a fresh link, where one job is meant.
    pub(super) fn open_new_link(&mut self, jobs: &[JobId]) {
        let [id] = jobs else { return };
        let name = self.name_of(*id);
        let Some(job) = self.snapshot.jobs.iter().find(|job| job.id == *id) else { return };
        let dialog = LinkDialog::new(job, &name, &self.words);
        self.dialog = Some(Dialog::Link(Box::new(dialog)));
    }

    /// The dialog that waits for what comes of a link for `id`.
    fn looking(&mut self, id: Option<JobId>) -> Option<&mut LinkDialog> {
        match &mut self.dialog {
            Some(Dialog::Link(dialog))
                if dialog.is_looking() && id.is_none_or(|id| id == dialog.job) =>
            {
                Some(dialog)
            }
            Some(
                Dialog::Link(_)
                | Dialog::Add(_)
                | Dialog::Settings(_)
                | Dialog::Delete(_)
                | Dialog::Rename(_)
                | Dialog::Folder(_)
                | Dialog::When(_)
                | Dialog::Palette(_)
                | Dialog::Close(_)
                | Dialog::Ending(_)
                | Dialog::Shortcuts,
            )
            | None => None,
        }
    }

    /// A fresh link was taken.
    pub(super) fn link_taken(&mut self, id: JobId, fit: Fit) {
        if self.looking(Some(id)).is_some() {
            self.dialog = None;
        }
        let (name, fit) = (self.name_of(id), self.words.fit(fit));
        let args = [("name", Arg::Text(&name)), ("fit", Arg::Text(&fit))];
        let text = self.words.with("link-taken", &args);
        self.toasts.say(Tone::Good, text, self.now);
    }

    /// A fresh link was not taken.
    pub(super) fn link_refused(&mut self, id: JobId, misfit: &Misfit) {
        let why = self.words.misfit(misfit).to_string();
        if let Some(dialog) = self.looking(Some(id)) {
            return dialog.refused(why);
        }
        let name = self.name_of(id);
        let args = [("name", Arg::Text(&name)), ("why", Arg::Text(&why))];
        let text = self.words.with("link-refused", &args);
        self.toasts.say(Tone::Bad, text, self.now);
    }

    /// Something could not be carried out, perhaps the look the dialog waits for.
    pub(super) fn end_look(&mut self, why: &str) {
        if let Some(dialog) = self.looking(None) {
            dialog.refused(why.to_owned());
        }
    }

    /// Two jobs look like one file: it is offered to go on with the older one.
    pub(super) fn offer_older(&mut self, new: JobId, old: JobId) {
        let Some(job) = self.snapshot.jobs.iter().find(|job| job.id == old) else { return };
        let percent = match job.total_bytes {
            Some(total) => self.words.percent(job.done_bytes, total),
            None => bytes(job.done_bytes),
        };
        let (new_name, old_name) = (self.name_of(new), self.name_of(old));
        let args = [
            ("new", Arg::Text(&new_name)),
            ("old", Arg::Text(&old_name)),
            ("percent", Arg::Text(&percent)),
        ];
        let text = self.words.with("link-same-file", &args);
        let deed = Deed { action: Action::ContinueOlder, jobs: vec![old, new] };
        self.toasts.ask(text, deed, self.now);
    }
}
