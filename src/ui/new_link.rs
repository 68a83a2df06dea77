//! The dialog for a fresh link: the old one's host and the size are told, a link is pasted, Enter
//! sends it. It stays until the link was looked at, and says why where it does not fit.

use eframe::egui;
use egui::{Key, RichText, TextEdit, Ui};

use super::add_options::{More, Read};
use super::theme::{self, tokens};
use super::{add_field, add_more, row_text, widget};
use crate::app::command::LinkFrom;
use crate::app::snapshot::JobView;
use crate::model::curl_line::{self, CurlError, CurlLine};
use crate::model::id::JobId;
use crate::model::url::{SourceUrl, UrlError};
use crate::words::{Arg, Words};

/// What the dialog was left with.
pub(crate) enum Outcome {
    /// It stays.
    Stay,
    /// It is closed; a look that was begun goes on.
    Close,
    /// This link is to be looked at.
    Look(LinkFrom),
}

/// The dialog for one job.
pub(crate) struct LinkDialog {
    /// The job.
    pub job: JobId,
    title: String,
    old: String,
    text: String,
    is_looking: bool,
    /// What goes to the server with it.
    more: More,
    read: Read,
    /// The link of the command line that filled it.
    filled_for: Option<SourceUrl>,
    /// What became of the last command line that was pasted.
    command: Option<Result<(), CurlError>>,
    /// Why the last link was not taken.
    told: Option<String>,
    fresh: bool,
}

impl LinkDialog {
    /// A dialog for `job`, whose name is shown as `name`.
    pub(crate) fn new(job: &JobView, name: &str, words: &Words) -> Self {
        let amount = row_text::amount(job, words);
        let args = [("host", Arg::Text(&job.host)), ("amount", Arg::Text(&amount))];
        let mut old = words.with("link-old", &args);
        if let Some(until) = row_text::link_until(job, words) {
            old = [old, until].join("\n");
        }
        Self {
            job: job.id,
            title: words.with("link-title", &[("name", Arg::Text(name))]),
            old,
            text: String::new(),
            is_looking: false,
            more: More::default(),
            read: Read::default(),
            filled_for: None,
            command: None,
            told: None,
            fresh: true,
        }
    }

    /// Whether a link is looked at.
    pub(crate) fn is_looking(&self) -> bool {
        self.is_looking
    }

    /// Whether closing it would lose something.
    pub(crate) fn is_filled(&self) -> bool {
        (!self.text.trim().is_empty() || self.read.set > 0) && !self.is_looking
    }

    /// The link was not taken, for this reason.
    pub(crate) fn refused(&mut self, why: String) {
        self.is_looking = false;
        self.told = Some(why);
        self.fresh = true;
    }

    /// Draws it.
    pub(crate) fn show(&mut self, ui: &mut Ui, words: &Words) -> Outcome {
        ui.set_width((ui.ctx().content_rect().width() - 88.0).min(520.0));
        widget::heading(ui, &self.title);
        let entered = widget::dialog_body(ui, |ui| {
            widget::caption(ui, &self.old);
            let entered = self.field(ui, words);
            self.remark(ui, words);
            self.request(ui, words);
            entered
        });
        let url = SourceUrl::parse(&self.text).ok();
        let url = url.filter(|_| !self.is_looking && self.read.wrong.is_empty());
        let (used, left) = widget::foot(ui, |ui| {
            let used = widget::filled_button(ui, None, &words.text("link-use"), url.is_some());
            let left = ui.add_sized([84.0, 32.0], egui::Button::new(words.text("cancel")));
            (used.clicked(), left.clicked())
        });
        match url.filter(|_| used || entered) {
            Some(url) => {
                self.is_looking = true;
                self.told = None;
                Outcome::Look(self.from(url))
            }
            None if left => Outcome::Close,
            None => Outcome::Stay,
        }
    }

    /// Where the link comes from: with what was typed for its server, where anything was.
    fn from(&self, url: SourceUrl) -> LinkFrom {
        if self.read.set == 0 {
            return LinkFrom::Given(url);
        }
        LinkFrom::With(url, Box::new(self.read.options.clone()))
    }

    /// What goes to the server with the link, so that a login that ran out can be renewed.
    fn request(&mut self, ui: &mut Ui, words: &Words) {
        let Read { set, wrong, .. } = &self.read;
        if add_more::show_request(ui, &mut self.more, *set, wrong, words).changed {
            self.read_more();
        }
    }

    fn read_more(&mut self) {
        self.read = self.more.read(1, std::mem::take(&mut self.read.options));
    }

    /// Takes a command line apart that was pasted: its link, and what it sends along.
    fn take_command(&mut self, text: &str) {
        let read = curl_line::read(text).and_then(|line| match line.links.as_slice() {
            [link] => Ok((link.clone(), line)),
            _ => Err(CurlError::Several),
        });
        self.forget_filled();
        self.command = Some(read.map(|(link, line)| {
            self.filled_for = SourceUrl::parse(&link).ok();
            self.text = link;
            // How it is reached is the job's own matter.
            self.more.fill(&CurlLine { proxy: None, insecure: false, ..line });
        }));
        self.read_more();
    }

    /// What a command line told for its server goes to no other.
    fn forget_filled(&mut self) {
        if self.filled_for.take().is_some() {
            self.more = More::default();
            self.read = Read::default();
        }
    }

    fn is_filled_for_another(&self) -> bool {
        let now = SourceUrl::parse(&self.text).ok();
        let both = self.filled_for.as_ref().zip(now.as_ref());
        both.is_some_and(|(filled, now)| !filled.same_origin(now))
    }

    /// The field of the link. True where Enter was pressed in it.
    fn field(&mut self, ui: &mut Ui, words: &Words) -> bool {
        let caption = widget::field_caption(ui, &words.text("link-field"));
        let field = TextEdit::singleline(&mut self.text)
            .hint_text(words.text("add-links-hint"))
            .margin(egui::vec2(10.0, 8.0))
            .desired_width(f32::INFINITY);
        let field = ui.add(field).labelled_by(caption.id);
        if std::mem::take(&mut self.fresh) {
            field.request_focus();
        }
        if field.changed() {
            (self.told, self.command) = (None, None);
            // As it was copied: the field has made one line of it.
            let pasted = ui.input(|input| {
                input.events.iter().find_map(|event| {
                    if let egui::Event::Paste(text) = event { Some(text.clone()) } else { None }
                })
            });
            if let Some(text) = pasted.filter(|text| curl_line::is_curl(text)) {
                self.take_command(&text);
            } else if self.is_filled_for_another() {
                self.forget_filled();
            }
        }
        field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter))
    }

    fn remark(&self, ui: &mut Ui, words: &Words) {
        let t = tokens(ui);
        let (text, colour) = match (SourceUrl::parse(&self.text), &self.told) {
            _ if self.is_looking => (words.text("link-looking"), t.dim),
            _ if matches!(self.command, Some(Err(_))) => match &self.command {
                Some(Err(error)) => (add_field::sentence(error, words), t.err),
                Some(Ok(())) | None => return,
            },
            (Ok(_), None) if self.command.is_some() => (words.text("curl-read"), t.dim),
            (_, Some(told)) => (told.clone(), t.err),
            (Err(UrlError::Empty) | Ok(_), None) => return,
            (Err(error), None) => (words.url_error(&error).to_string(), t.err),
        };
        let said = ui.label(RichText::new(text).font(theme::small()).color(colour));
        ui.ctx().accesskit_node_builder(said.id, |node| {
            node.set_live(egui::accesskit::Live::Polite);
        });
    }
}
