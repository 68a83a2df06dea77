//! Which dialog is open, and how it is closed.

use std::path::PathBuf;

use eframe::egui;
use egui::{Color32, Context, CornerRadius, Frame, Id, Margin, Modal, RichText, Stroke, Ui};
use jiff::Timestamp;

use super::action::Action;
use super::add::{self, AddDialog};
use super::closing::{Answer, CloseDialog, Left};
use super::deed::Deed;
use super::ending;
use super::folder::{self, FolderDialog};
use super::new_link::{self, LinkDialog};
use super::palette::{self, Palette};
use super::rename::{self, RenameDialog};
use super::settings::{self, Page, SettingsDialog};
use super::theme::{self, tokens};
use super::when::{self, WhenDialog};
use super::widget;
use super::window::Window;
use crate::app::all_done::Ending;
use crate::app::command::{Command, IfLive, NewLink};
use crate::model::id::JobId;
use crate::model::job::NewJob;
use crate::model::url::SourceUrl;
use crate::words::{Arg, Words};

/// The dialog that is open.
pub(crate) enum Dialog {
    /// Links are being added.
    Add(Box<AddDialog>),
    /// Settings are being changed.
    Settings(Box<SettingsDialog>),
    /// A job is given a fresh link.
    Link(Box<LinkDialog>),
    /// A job's file is given another name.
    Rename(Box<RenameDialog>),
    /// Jobs are given another folder.
    Folder(Box<FolderDialog>),
    /// Jobs are given another queue, or a moment to start at.
    When(Box<WhenDialog>),
    /// Every action by its words.
    Palette(Box<Palette>),
    /// All shortcuts.
    Shortcuts,
    /// It is asked what closing the window is to mean.
    Close(CloseDialog),
    /// What is going to be done, since all downloads are.
    Ending(Ending),
    /// It is asked whether these jobs' files are to be deleted.
    Delete(Vec<JobId>),
}

impl Dialog {
    /// What tells the places of the dialogs apart.
    fn salt(&self) -> &'static str {
        match self {
            Self::Add(_) => "add",
            Self::Settings(_) => "settings",
            Self::Link(_) => "link",
            Self::Rename(_) => "rename",
            Self::Folder(_) => "folder",
            Self::When(_) => "when",
            Self::Palette(_) => "palette",
            Self::Shortcuts => "shortcuts",
            Self::Close(_) => "close",
            Self::Ending(_) => "ending",
            Self::Delete(_) => "delete",
        }
    }

    /// Whether closing it would lose something.
    pub(super) fn is_filled(&self) -> bool {
        match self {
            Self::Add(dialog) => dialog.is_filled(),
            Self::Link(dialog) => dialog.is_filled(),
            Self::Rename(dialog) => dialog.is_filled(),
            Self::Folder(dialog) => dialog.is_filled(),
            Self::Settings(_)
            | Self::When(_)
            | Self::Palette(_)
            | Self::Shortcuts
            | Self::Close(_)
            | Self::Ending(_)
            | Self::Delete(_) => false,
        }
    }
}

/// What is to be done after a dialog was drawn.
enum Next {
    Keep,
    Close,
    Send(Vec<Command>),
    SendLast(Vec<Command>),
    Hours,
    Add(Vec<NewJob>),
    Show(JobId, bool),
    Give(JobId, SourceUrl),
    Rename(JobId, String),
    Move(PathBuf),
    Do(Action),
    Delete,
    Leave(Left, bool),
}

impl Window {
    /// Draws the open dialog and does what it was left with.
    pub(super) fn show_dialog(&mut self, ctx: &Context) {
        let Some(mut dialog) = self.dialog.take() else { return };
        let words = &self.words;
        let delete_name = match &dialog {
            Dialog::Delete(jobs) => jobs.first().map(|id| self.name_of(*id)),
            Dialog::Add(_)
            | Dialog::Settings(_)
            | Dialog::Link(_)
            | Dialog::Rename(_)
            | Dialog::Folder(_)
            | Dialog::When(_)
            | Dialog::Palette(_)
            | Dialog::Close(_)
            | Dialog::Ending(_)
            | Dialog::Shortcuts => None,
        };
        let shown = modal(ctx, dialog.salt()).show(ctx, |ui| match &mut dialog {
            Dialog::Add(dialog) => after_add(dialog.show(ui, words)),
            Dialog::Settings(dialog) => after_settings(dialog.show(ui, words, &self.snapshot)),
            Dialog::Link(dialog) => after_link(dialog.job, dialog.show(ui, words)),
            Dialog::Rename(dialog) => after_rename(dialog.job, dialog.show(ui, words)),
            Dialog::Folder(dialog) => after_folder(dialog.show(ui, words)),
            Dialog::When(dialog) => after_when(dialog.show(ui, words)),
            Dialog::Palette(palette) => palette.show(ui, words).map_or(Next::Keep, Next::Do),
            Dialog::Shortcuts if palette::shortcuts(ui, words) => Next::Close,
            Dialog::Close(dialog) => after_close(dialog.show(ui, words)),
            Dialog::Ending(it) if ending::show(ui, words, it, Timestamp::now()) => Next::Close,
            Dialog::Shortcuts | Dialog::Ending(_) => Next::Keep,
            Dialog::Delete(jobs) => ask(ui, words, jobs, &delete_name.unwrap_or_default()),
        });
        // A click beside the dialog is easily an accident: it takes away only what is empty.
        let beside = shown.backdrop_response.clicked() && dialog.is_filled();
        let left = matches!(shown.inner, Next::Keep) && !beside && shown.should_close();
        let next = if left { Next::Close } else { shown.inner };
        self.ask_for(ctx, &mut dialog);
        self.after_dialog(ctx, dialog, next);
    }

    fn close_dialog(&mut self, dialog: &Dialog) {
        if let Dialog::Ending(ending) = dialog {
            self.refused_ending = Some(*ending);
            self.send(Command::StayOn);
        }
        self.leave(dialog);
        if matches!(dialog, Dialog::Close(_)) {
            self.dialog = self.covered.take();
        }
    }

    fn after_dialog(&mut self, ctx: &Context, dialog: Dialog, next: Next) {
        match next {
            Next::Keep => self.dialog = Some(dialog),
            Next::Close => {
                self.close_dialog(&dialog);
                ctx.request_repaint();
            }
            Next::Send(commands) => {
                self.dialog = Some(dialog);
                for command in commands {
                    self.send(command);
                }
                // What was done to the draft is seen in the next frame.
                ctx.request_repaint();
            }
            Next::SendLast(commands) => {
                for command in commands {
                    self.send(command);
                }
                ctx.request_repaint();
            }
            Next::Hours => self.open_settings(ctx, Page::Hours),
            Next::Add(jobs) => {
                self.leave(&dialog);
                self.expect_added();
                self.send(Command::Add(jobs));
                ctx.request_repaint();
            }
            Next::Show(job, keeps) => {
                self.leave(&dialog);
                if keeps {
                    self.keep_draft(dialog);
                }
                self.show_job(job);
                ctx.request_repaint();
            }
            Next::Give(job, url) => {
                self.give_link(job, url);
                // What else is in it waits there.
                if dialog.is_filled() {
                    self.dialog = Some(dialog);
                } else {
                    self.leave(&dialog);
                }
                ctx.request_repaint();
            }
            Next::Rename(job, name) => {
                self.send(Command::Rename(job, name));
                ctx.request_repaint();
            }
            Next::Move(dir) => {
                if let Dialog::Folder(dialog) = dialog {
                    self.give_folder(dialog.into_jobs(), &dir);
                }
                ctx.request_repaint();
            }
            Next::Do(action) => {
                let jobs = self.meant_by(action);
                self.carry_out(ctx, Deed { action, jobs });
                ctx.request_repaint();
            }
            Next::Leave(left, remembers) => self.leave_as(ctx, left, remembers),
            Next::Delete => {
                if let Dialog::Delete(jobs) = dialog {
                    self.delete(jobs);
                }
                ctx.request_repaint();
            }
        }
    }
}

/// A modal that is as large as its dialog from the first frame on, whatever was open before it.
fn modal(ctx: &Context, salt: &str) -> Modal {
    let area = Modal::default_area(Id::unique("dialog").with(salt));
    let is_new = !ctx.memory(|m| m.areas().visible_last_frame(&area.layer()));
    let area = area.sizing_pass(is_new);
    let dark = ctx.global_style().visuals.dark_mode;
    let t = if dark { &theme::DARK } else { &theme::LIGHT };
    Modal::new(Id::unique("dialog"))
        .area(area)
        .backdrop_color(Color32::from_black_alpha(110))
        .frame(
            Frame::new()
                .fill(t.panel)
                .stroke(Stroke::new(1.0, t.line))
                .corner_radius(CornerRadius::same(theme::RADIUS_LARGE))
                .shadow(ctx.global_style().visuals.window_shadow)
                .inner_margin(Margin::same(20)),
        )
}

fn after_add(outcome: add::Outcome) -> Next {
    match outcome {
        add::Outcome::Stay => Next::Keep,
        add::Outcome::Close => Next::Close,
        add::Outcome::Add(jobs) => Next::Add(jobs),
        add::Outcome::Show { job, keeps } => Next::Show(job, keeps),
        add::Outcome::Give(job, url) => Next::Give(job, url),
        add::Outcome::Browse => Next::Send(vec![Command::ChooseFolder]),
    }
}

fn after_settings(outcome: settings::Outcome) -> Next {
    match (outcome.commands.is_empty(), outcome.close) {
        (false, _) => Next::Send(outcome.commands),
        (true, true) => Next::Close,
        (true, false) => Next::Keep,
    }
}

fn after_rename(job: JobId, outcome: rename::Outcome) -> Next {
    match outcome {
        rename::Outcome::Stay => Next::Keep,
        rename::Outcome::Close => Next::Close,
        rename::Outcome::Rename(name) => Next::Rename(job, name),
    }
}

fn after_folder(outcome: folder::Outcome) -> Next {
    match outcome {
        folder::Outcome::Stay => Next::Keep,
        folder::Outcome::Close => Next::Close,
        folder::Outcome::Browse => Next::Send(vec![Command::ChooseFolder]),
        folder::Outcome::Move(dir) => Next::Move(dir),
    }
}

fn after_when(outcome: when::Outcome) -> Next {
    match outcome {
        when::Outcome::Stay => Next::Keep,
        when::Outcome::Close => Next::Close,
        when::Outcome::Do(commands) => Next::SendLast(commands),
        when::Outcome::Hours => Next::Hours,
    }
}

fn after_close(answer: Answer) -> Next {
    match answer {
        Answer::Open => Next::Keep,
        Answer::Stay => Next::Close,
        Answer::Leave { left, remembers } => Next::Leave(left, remembers),
    }
}

fn after_link(job: JobId, outcome: new_link::Outcome) -> Next {
    match outcome {
        new_link::Outcome::Stay => Next::Keep,
        new_link::Outcome::Close => Next::Close,
        new_link::Outcome::Look(from) => {
            Next::Send(vec![Command::Refresh(NewLink { job, from, if_live: IfLive::Stop })])
        }
    }
}

/// Asks before files are deleted: that cannot be undone.
fn ask(ui: &mut Ui, words: &Words, jobs: &[JobId], first: &str) -> Next {
    ui.set_width((ui.ctx().content_rect().width() - 88.0).min(420.0));
    let count = u64::try_from(jobs.len()).unwrap_or(u64::MAX);
    let args = [("count", Arg::Count(count)), ("name", Arg::Text(first))];
    widget::heading(ui, &words.with("delete-title", &args));
    ui.label(RichText::new(words.with("delete-body", &args)).color(tokens(ui).dim));
    let clicked = widget::foot(ui, |ui| {
        let yes = widget::danger_button(ui, &words.with("delete-yes", &args));
        let no = ui.add_sized([84.0, 32.0], egui::Button::new(words.text("cancel")));
        (yes.clicked(), no.clicked())
    });
    match clicked {
        (true, _) => Next::Delete,
        (false, true) => Next::Close,
        (false, false) => Next::Keep,
    }
}
