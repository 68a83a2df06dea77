//! What becomes of the service's events.

use eframe::egui;
use egui::{Context, ViewportCommand};

use super::closing::Left;
use super::dialog::Dialog;
use super::toasts::{self, Tone};
use super::window::Window;
use crate::app::adding::FolderSeen;
use crate::app::event::Event;
use crate::model::id::JobId;
use crate::words::Arg;

impl Window {
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
            | Event::Autostart(_)
            | Event::Offered(_)
            | Event::AllDone(_)
            | Event::QuitWanted
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
            Event::Raised(raise) => self.raise(raise),
            Event::QuitWanted => self.leave_as(ctx, Left::Quits, false),
            Event::FolderChosen(Some(dir)) => self.folder_chosen(&dir),
            // The desktop is asked elsewhere.
            Event::FolderChosen(None) | Event::AllDone(_) => {}
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
            Event::Offered(links) => self.offer_links(links),
            Event::Autostart(so) => {
                if let Some(Dialog::Settings(dialog)) = &mut self.dialog {
                    dialog.set_autostart(so);
                }
            }
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
                | Dialog::When(_)
                | Dialog::Palette(_)
                | Dialog::Close(_)
                | Dialog::Ending(_)
                | Dialog::Shortcuts,
            )
            | None => {}
        }
    }
}
