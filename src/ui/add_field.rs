//! The field of links in the add dialog. A `curl` command line that is pasted into it is taken apart:
//! its link stays, what it sends along goes to the options.

use eframe::egui;
use egui::text::{CCursor, CCursorRange};
use egui::{Color32, TextEdit, Ui};

use super::theme::{self, tokens};
use super::widget;
use crate::model::curl_line::{self, CurlError, CurlLine};
use crate::words::{Arg, Words};

/// The field.
pub(crate) struct LinksField {
    text: String,
    /// What became of a command line.
    told: Option<Result<(), CurlError>>,
    is_fresh: bool,
}

/// What was done in the field.
#[derive(Debug, Default)]
pub(crate) struct Edited {
    /// The text is another.
    pub changed: bool,
    /// It came all at once.
    pub pasted: bool,
    /// It has the focus.
    pub has_focus: bool,
    /// A command line that was taken out of the text.
    pub line: Option<CurlLine>,
}

impl LinksField {
    /// A field that holds nothing yet.
    pub(crate) fn new() -> Self {
        Self { text: String::new(), told: None, is_fresh: true }
    }

    /// The lines that are links or are meant to be.
    pub(crate) fn links(&self) -> &str {
        // While a command line cannot be read it is no list of bad links.
        let at = command_at(&self.text).filter(|_| matches!(self.told, Some(Err(_))));
        &self.text[..at.unwrap_or(self.text.len())]
    }

    /// Whether anything stands in it.
    pub(crate) fn is_filled(&self) -> bool {
        !self.text.trim().is_empty()
    }

    /// Puts a text below what is there. A command line in it is taken out and returned.
    pub(crate) fn append(&mut self, text: &str) -> Option<CurlLine> {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        self.text.push_str(text);
        self.take_command()
    }

    /// Does not take the focus when it is first drawn.
    pub(crate) fn leave_focus(&mut self) {
        self.is_fresh = false;
    }

    /// Takes a line out.
    pub(crate) fn drop_line(&mut self, is_it: impl Fn(&str) -> bool) {
        let kept: Vec<&str> = self.text.lines().filter(|line| !is_it(line.trim())).collect();
        self.text = kept.join("\n");
    }

    fn take_command(&mut self) -> Option<CurlLine> {
        let at = command_at(&self.text)?;
        match curl_line::read(&self.text[at..]) {
            Ok(line) => {
                self.text.truncate(at);
                self.text.push_str(&line.links.join("\n"));
                self.told = Some(Ok(()));
                Some(line)
            }
            Err(error) => {
                self.told = Some(Err(error));
                None
            }
        }
    }

    /// Draws it.
    pub(crate) fn show(&mut self, ui: &mut Ui, rows: u8, words: &Words) -> Edited {
        let caption = widget::field_caption(ui, &words.text("add-links"));
        let t = tokens(ui);
        // The frame stands around the part that scrolls: its lower edge is always in view.
        let mut frame = egui::Frame::new()
            .fill(t.raised)
            .corner_radius(theme::RADIUS)
            .inner_margin(egui::Margin::symmetric(9, 7))
            .stroke(egui::Stroke::new(1.0, Color32::TRANSPARENT))
            .begin(ui);
        let field = egui::ScrollArea::vertical()
            .id_salt("links")
            .auto_shrink([false, false])
            .max_height(f32::from(rows) * 17.0)
            .show(&mut frame.content_ui, |ui| {
                ui.add(
                    TextEdit::multiline(&mut self.text)
                        .hint_text(words.text("add-links-hint"))
                        .desired_rows(rows.into())
                        .frame(egui::Frame::NONE)
                        .desired_width(f32::INFINITY),
                )
            })
            .inner
            .labelled_by(caption.id);
        let ring = if field.has_focus() { t.accent } else { Color32::TRANSPARENT };
        // A stroke is part of a frame's size: the field must not jump when it gets the focus.
        frame.frame.stroke.color = ring;
        frame.end(ui);
        if std::mem::take(&mut self.is_fresh) {
            self.focus(ui, &field);
        }
        let pasted = ui.input(|i| i.events.iter().any(|e| matches!(e, egui::Event::Paste(_))));
        let changed = field.changed();
        if changed {
            self.told = None;
        }
        // A command is read when it is there as a whole, not while it is typed.
        let line = if (changed && pasted) || (field.lost_focus() && self.told.is_none()) {
            self.take_command()
        } else {
            None
        };
        self.remark(ui, words);
        let changed = changed || line.is_some();
        Edited { changed, pasted, has_focus: field.has_focus(), line }
    }

    fn focus(&self, ui: &Ui, field: &egui::Response) {
        field.request_focus();
        let end = CCursor::new(self.text.chars().count());
        let mut state = TextEdit::load_state(ui.ctx(), field.id).unwrap_or_default();
        state.cursor.set_char_range(Some(CCursorRange::one(end)));
        state.store(ui.ctx(), field.id);
    }

    fn remark(&self, ui: &mut Ui, words: &Words) {
        let t = tokens(ui);
        match &self.told {
            None => {}
            Some(Ok(())) => widget::told(ui, &words.text("curl-read"), t.dim),
            Some(Err(error)) => widget::told(ui, &sentence(error, words), t.err),
        }
    }
}

/// Where a command line begins: it goes to the end of the text.
fn command_at(text: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if curl_line::is_curl(line) {
            return Some(at);
        }
        at += line.len();
    }
    None
}

/// Why a command line is not read, in a sentence.
pub(crate) fn sentence(error: &CurlError, words: &Words) -> String {
    let (key, name) = match error {
        CurlError::Unfinished => ("curl-unfinished", ""),
        CurlError::Several => ("curl-several", ""),
        CurlError::NoLink => ("curl-no-link", ""),
        CurlError::Sends => ("curl-sends", ""),
        CurlError::ReadsFile => ("curl-reads-file", ""),
        CurlError::Header(name) => ("curl-header", name.as_str()),
        CurlError::Option(name) => ("curl-option", name.as_str()),
    };
    words.with(key, &[("name", Arg::Text(name))])
}
