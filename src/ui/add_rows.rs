//! The links of the add dialog as rows: name, server, what a look at it found, and for one that the
//! list has, what can be done.
//!
//! Invariant: texts are made when something changes; a frame draws the rows in view.

use eframe::egui;
use egui::{Color32, Role, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use super::icons::{self, Icon};
use super::links::{Line, Links, Owner, Verdict};
use super::theme::{self, Tokens, tokens};
use super::widget;
use crate::model::category::Category;
use crate::model::failure::Failure;
use crate::model::id::JobId;
use crate::model::probe::Probed;
use crate::model::url::SourceUrl;
use crate::words::format::bytes;
use crate::words::{Arg, Words};

/// Height of a row.
const ROW: f32 = 32.0;
/// Rows in view at once.
pub(crate) const IN_VIEW: usize = 5;

/// How a state is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tone {
    Waits,
    Quiet,
    Good,
    Warn,
    Bad,
}

impl Tone {
    fn colour(self, t: &Tokens) -> Color32 {
        match self {
            Self::Waits => t.faint,
            Self::Quiet | Self::Good => t.dim,
            Self::Warn => t.warn,
            Self::Bad => t.err,
        }
    }

    fn mark(self, t: &Tokens) -> (Icon, Color32) {
        match self {
            Self::Waits => (Icon::Hourglass, t.faint),
            Self::Quiet => (Icon::Info, t.dim),
            Self::Good => (Icon::CircleCheck, t.ok),
            Self::Warn => (Icon::CircleAlert, t.warn),
            Self::Bad => (Icon::CircleX, t.err),
        }
    }
}

/// One link as it is shown.
pub(crate) struct LinkRow {
    name: String,
    host: String,
    state: String,
    tone: Tone,
    /// All of it as one sentence.
    said: String,
    /// More than there is room for.
    tip: Option<String>,
    known: Option<Known>,
}

/// A link the list has.
struct Known {
    url: SourceUrl,
    owner: Owner,
    is_again: bool,
}

/// What was asked for in a row.
pub(crate) enum Asked {
    /// The job that has this link is to be shown.
    Show(JobId, SourceUrl),
    /// That job is to be given this link.
    Give(JobId, SourceUrl),
    /// The link is to be added nevertheless, or not.
    Again(SourceUrl, bool),
}

/// What is known of a link beside its verdict.
pub(crate) struct Seen<'a> {
    /// What a look at it found.
    pub found: Option<&'a Result<Probed, Failure>>,
    /// The name its file will have, where that is known.
    pub name: Option<&'a str>,
}

impl LinkRow {
    /// The row of a line.
    pub(crate) fn of(line: &Line, links: &Links, seen: &Seen<'_>, words: &Words) -> Self {
        let plain = |name: &str, state: String, tone| Self {
            name: name.to_owned(),
            host: String::new(),
            said: format!("{name}, {state}"),
            tip: None,
            known: None,
            state,
            tone,
        };
        match &line.verdict {
            Verdict::Bad(error) => {
                let why = words.url_error(error);
                let state = words.with("add-bad", &[("why", Arg::Text(&why.what))]);
                Self { tip: Some(why.to_string()), ..plain(line.short(), state, Tone::Bad) }
            }
            Verdict::Twice => plain(line.short(), words.text("add-twice"), Tone::Quiet),
            Verdict::Good(url) => looked_at(url, seen, words),
            Verdict::Known(url, owner) => {
                let is_again = links.is_again(url);
                let known = Known { url: url.clone(), owner: owner.clone(), is_again };
                let row = plain(&owner.name, words.text("add-known"), Tone::Warn);
                Self { known: Some(known), ..row }
            }
        }
    }
}

fn looked_at(url: &SourceUrl, seen: &Seen<'_>, words: &Words) -> LinkRow {
    let mut host = url.host().to_owned();
    let (mut tip, mut guess) = (None, url.last_segment());
    let (state, tone) = match seen.found {
        None => (words.text("add-looking"), Tone::Waits),
        Some(Ok(found)) => {
            host.clone_from(&found.host);
            guess = Some(found.name.clone());
            tip.clone_from(&found.content_type);
            tell(found, words)
        }
        Some(Err(failure)) => {
            let sentence = words.failure(failure);
            tip = Some(sentence.to_string());
            (sentence.what, Tone::Bad)
        }
    };
    let name = seen.name.map(str::to_owned).or(guess).unwrap_or_else(|| host.clone());
    let said =
        format!("{name}, {host}, {}", tip.as_ref().filter(|_| tone == Tone::Bad).unwrap_or(&state));
    LinkRow { name, host, state, tone, said, tip, known: None }
}

/// What was found, in a few words.
fn tell(found: &Probed, words: &Words) -> (String, Tone) {
    if found.is_page {
        return (words.text("add-page"), Tone::Warn);
    }
    let size = found.total_bytes.map_or_else(|| words.text("add-no-size"), bytes);
    let (key, tone) = if found.has_ranges {
        ("add-resumable", Tone::Good)
    } else {
        ("add-not-resumable", Tone::Warn)
    };
    (words.with(key, &[("size", Arg::Text(&size))]), tone)
}

/// Draws the rows in view. Says what was asked for in one of them.
pub(crate) fn show(ui: &mut Ui, rows: &[LinkRow], words: &Words) -> Option<Asked> {
    let t = tokens(ui);
    let mut asked = None;
    let frame = egui::Frame::new()
        .fill(t.bg)
        .stroke(egui::Stroke::new(1.0, t.line))
        .corner_radius(theme::RADIUS)
        .inner_margin(egui::Margin::symmetric(4, 3));
    frame.show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let most = ROW * f32::from(u8::try_from(IN_VIEW).unwrap_or(u8::MAX));
        egui::ScrollArea::vertical()
            .id_salt("rows of links")
            .max_height(most)
            .min_scrolled_height(ROW)
            .auto_shrink([false, true])
            .show_rows(ui, ROW, rows.len(), |ui, range| {
                for row in rows.get(range).unwrap_or_default() {
                    asked = show_row(ui, row, words).or(asked.take());
                }
            });
    });
    asked
}

fn show_row(ui: &mut Ui, row: &LinkRow, words: &Words) -> Option<Asked> {
    let t = tokens(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, &row.said));
    let inner = rect.shrink2(vec2(8.0, 0.0));
    let (asked, right) = match &row.known {
        Some(known) => {
            let builder = UiBuilder::new()
                .max_rect(inner)
                .layout(egui::Layout::right_to_left(egui::Align::Center));
            let mut side = ui.new_child(builder);
            let asked = offers(&mut side, known, words);
            (asked, side.min_rect().left() - 8.0)
        }
        None => (None, inner.right()),
    };
    let painter = ui.painter();
    let y = rect.center().y;
    let (mark, colour) = row.tone.mark(t);
    mark.paint(painter, pos2(right - 7.0, y), 14.0, colour);
    let text_right = right - 20.0;
    let ink = row.tone.colour(t);
    let state = widget::cut(painter, &row.state, theme::small(), ink, inner.width() * 0.56);
    let state_left = text_right - state.size().x;
    painter.galley(pos2(state_left, y - state.size().y / 2.0), state, ink);

    icons::for_category(Category::of(&row.name)).paint(
        painter,
        pos2(inner.left() + 8.0, y),
        15.0,
        t.dim,
    );
    let left = inner.left() + 24.0;
    let room = state_left - 12.0 - left;
    let name = widget::cut(painter, &row.name, theme::body(), t.text, room);
    let name_end = left + name.size().x;
    painter.galley(pos2(left, y - name.size().y / 2.0), name, t.text);
    let room = state_left - 12.0 - name_end - 10.0;
    if room > 48.0 && !row.host.is_empty() {
        let host = widget::cut(painter, &row.host, theme::small(), t.faint, room);
        painter.galley(pos2(name_end + 10.0, y - host.size().y / 2.0), host, t.faint);
    }
    if let Some(tip) = &row.tip {
        response.on_hover_text(tip);
    }
    asked
}

/// What can be done with a link the list has, from the right.
fn offers(ui: &mut Ui, known: &Known, words: &Words) -> Option<Asked> {
    ui.spacing_mut().button_padding = vec2(8.0, 3.0);
    ui.spacing_mut().interact_size.y = 24.0;
    ui.spacing_mut().item_spacing.x = 4.0;
    let name = [("name", Arg::Text(known.owner.name.as_str()))];
    let label = |key: &str| egui::RichText::new(words.text(key)).font(theme::small());
    let mut asked = None;
    let t = tokens(ui);
    let (fill, ink) = if known.is_again { (t.soft, t.accent) } else { (t.raised, t.text) };
    let again = egui::Button::new(label("add-again").color(ink)).fill(fill);
    let again = again.selected(known.is_again);
    if named(ui.add(again), &words.with("add-again-name", &name)).clicked() {
        asked = Some(Asked::Again(known.url.clone(), !known.is_again));
    }
    if known.owner.takes_link
        && named(ui.button(label("add-give")), &words.with("add-give-name", &name)).clicked()
    {
        asked = Some(Asked::Give(known.owner.job, known.url.clone()));
    }
    if named(ui.button(label("add-show")), &words.with("add-show-name", &name)).clicked() {
        asked = Some(Asked::Show(known.owner.job, known.url.clone()));
    }
    asked
}

/// A button that names its object, to the eye where the pointer rests on it.
fn named(button: egui::Response, name: &str) -> egui::Response {
    button.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    button.on_hover_text(name)
}
