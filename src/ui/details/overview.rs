//! What a job is, where it comes from and where it goes, and what went wrong in full; of several jobs
//! their sum.
//!
//! Invariant: no line is wider than its place, and a name or link that is cut keeps its ending.

use eframe::egui;
use egui::{Response, RichText, Sense, Ui, vec2};

use crate::app::command::{Command, JobDetails};
use crate::app::snapshot::JobView;
use crate::model::id::JobId;
use crate::model::phase::State;
use crate::model::url::percent_decode;
use crate::model::why::Why;
use crate::ui::action::Action;
use crate::ui::deed::Deed;
use crate::ui::icons::Icon;
use crate::ui::limit::{LimitField, Limited, id_in_details};
use crate::ui::theme::{self, tokens};
use crate::ui::{elide, row_text, widget};
use crate::words::format::{bytes, speed};
use crate::words::{Arg, Words};

/// Width of the captions before the lines.
const CAPTION: f32 = 104.0;
/// Width of a button behind a line.
const BUTTON: f32 = 24.0;
/// Height of the line with a field.
const FIELD: f32 = 24.0;
/// From this width on the lines stand in two columns, of which the left one is this wide.
const TWO_COLUMNS: f32 = 800.0;
const LEFT: f32 = 380.0;

/// What the tab says.
pub(super) struct Overview {
    trouble: Option<String>,
    /// Why it stands or is no faster.
    why: Option<String>,
    /// How far, how fast, when, by what proved.
    facts: Vec<(String, String)>,
    /// Where from and where to.
    places: Vec<(String, String)>,
    /// The job that may be taken elsewhere, and at which of the places that is offered.
    moves: Option<(usize, JobId)>,
    /// The limit of the one job it is about, while there is something to limit.
    limit: Option<(JobId, LimitField)>,
}

impl Overview {
    /// Of one job; `close` is what is told closely of it.
    pub(super) fn of_one(job: &JobView, close: Option<&JobDetails>, words: &Words) -> Self {
        let line = |key: &str, value: String| (words.text(key), value);
        let mut facts = vec![line("details-size", row_text::amount(job, words))];
        if job.speed_bps > 0 {
            facts.push(line("details-speed", rate(job.speed_bps, job.eta_secs, words)));
        }
        facts.push(line("details-added", words.moment(job.created_at)));
        if let Some(at) = job.finished_at {
            facts.push(line("details-finished", words.moment(at)));
        }
        if let Some(proof) = job.proof {
            facts.push(line("details-proof", words.proof(proof)));
        }
        let mut places = vec![line("details-link", readable(&job.url))];
        if let Some(until) = job.link_until {
            places.push(line("details-link-until", words.moment(until)));
        }
        let may_move = Action::MoveToFolder.fits(job.state);
        let moves = may_move.then_some((places.len(), job.id));
        places.push(line("details-file", job.path.display().to_string()));
        if let Some(close) = close {
            told(close, words, &mut facts, &mut places);
        }
        let trouble = row_text::trouble(job, words);
        // What went wrong before is no reason where its hour keeps it.
        let past = job.error.as_ref().filter(|_| !job.is_kept());
        let past = || past.map(|error| words.failure(error).what);
        Self {
            trouble: trouble.or_else(past),
            why: is_worth_saying(job.why).then(|| words.why(job.why, job.error.as_ref())),
            facts,
            places,
            moves,
            limit: (job.state != State::Completed)
                .then(|| (job.id, LimitField::new(job.limit_bps))),
        }
    }

    /// The sum of several.
    pub(super) fn of_several(jobs: &[&JobView], words: &Words) -> Self {
        let sum = |of: fn(&JobView) -> u64| jobs.iter().map(|j| of(j)).fold(0, u64::saturating_add);
        let done = sum(|job| job.done_bytes);
        let total = sum(|job| job.total_bytes.unwrap_or(job.done_bytes));
        let bps = sum(|job| job.speed_bps);
        let args = [("done", Arg::Text(&bytes(done))), ("total", Arg::Text(&bytes(total)))];
        let mut facts = vec![(words.text("details-size"), words.with("amount-of", &args))];
        if bps > 0 {
            let left = jobs.iter().filter_map(|job| job.eta_secs).max();
            facts.push((words.text("details-speed"), rate(bps, left, words)));
        }
        Self { trouble: None, why: None, facts, places: Vec::new(), moves: None, limit: None }
    }

    /// Takes over from what was shown before: a limit that is being typed stays as it is.
    pub(super) fn follow(&mut self, before: Self) {
        if let (Some((job, field)), Some((was, before))) = (&mut self.limit, before.limit)
            && *job == was
        {
            field.follow(before);
        }
    }

    /// Draws it. Says what is to be done, where something was changed.
    pub(super) fn show(
        &mut self,
        ui: &mut Ui,
        colour: egui::Color32,
        words: &Words,
        out: &mut Vec<Deed>,
    ) -> Option<Command> {
        let area = egui::ScrollArea::vertical().auto_shrink([false, false]);
        let shown = area.show(ui, |ui| {
            // Lines of text, not of buttons.
            ui.spacing_mut().interact_size.y = 18.0;
            if let Some(trouble) = &self.trouble {
                ui.add(egui::Label::new(RichText::new(trouble).color(colour)).wrap());
            }
            if let Some(why) = &self.why {
                ui.add(egui::Label::new(RichText::new(why).color(tokens(ui).dim)).wrap());
            }
            if self.trouble.is_some() || self.why.is_some() {
                ui.add_space(4.0);
            }
            let width = ui.available_width() - 12.0;
            if width < TWO_COLUMNS {
                lines(ui, &self.facts);
                self.places(ui, words, out);
                return self.limit(ui, words);
            }
            let columns = ui.horizontal_top(|ui| {
                let column = |ui: &mut Ui, width: f32, show: &mut dyn FnMut(&mut Ui)| {
                    ui.allocate_ui_with_layout(
                        vec2(width, 0.0),
                        egui::Layout::top_down(egui::Align::Min),
                        |ui| show(ui),
                    );
                };
                let mut changed = None;
                column(ui, LEFT, &mut |ui| {
                    lines(ui, &self.facts);
                    changed = self.limit(ui, words);
                });
                ui.add_space(20.0);
                column(ui, width - LEFT - 28.0, &mut |ui| self.places(ui, words, out));
                changed
            });
            columns.inner
        });
        shown.inner
    }

    /// Where from and where to, with what takes it elsewhere beside its file.
    fn places(&self, ui: &mut Ui, words: &Words, out: &mut Vec<Deed>) {
        ui.spacing_mut().item_spacing.y = 4.0;
        for (n, (what, value)) in self.places.iter().enumerate() {
            let Some((_, job)) = self.moves.filter(|(at, _)| *at == n) else {
                line(ui, what, value);
                continue;
            };
            let label = words.text(Action::MoveToFolder.key());
            let button = line_with(ui, what, value, (Icon::Folder, &label));
            if button.on_hover_text(&label).clicked() {
                out.push(Deed::one(Action::MoveToFolder, job));
            }
        }
    }

    fn limit(&mut self, ui: &mut Ui, words: &Words) -> Option<Command> {
        let (job, field) = self.limit.as_mut()?;
        // Before the line begins, so that all of it stands in the middle of its height.
        ui.spacing_mut().interact_size.y = FIELD;
        ui.spacing_mut().button_padding.y = 4.0;
        let changed = ui.horizontal(|ui| {
            let label = caption(ui, &words.text("details-limit"));
            let changed = field.show(ui, words, id_in_details(), label);
            field.remark(ui, words);
            changed
        });
        changed.inner.map(|Limited(limit_bps)| Command::Limit(*job, limit_bps))
    }
}

/// What is told of a job beside what the list shows: where its bytes stand, what identifies it, where
/// else it comes from.
fn told(
    job: &JobDetails,
    words: &Words,
    facts: &mut Vec<(String, String)>,
    places: &mut Vec<(String, String)>,
) {
    if let Some(part) = &job.part {
        places.push((words.text("details-part"), part.display().to_string()));
    }
    let marks = [&job.etag, &job.last_modified].into_iter().flatten().cloned();
    let marks = marks.collect::<Vec<_>>().join(" · ");
    if job.by_overlap {
        facts.push((words.text("details-validator"), words.text("validator-by-bytes")));
    } else if !marks.is_empty() {
        facts.push((words.text("details-validator"), marks));
    }
    let mirrors = job.sources.iter().skip(1);
    places.extend(mirrors.map(|url| (words.text("details-mirror"), readable(url))));
}

fn lines(ui: &mut Ui, lines: &[(String, String)]) {
    ui.spacing_mut().item_spacing.y = 4.0;
    for (caption, value) in lines {
        line(ui, caption, value);
    }
}

/// What a line tells, before its value. Says its id, as the label of what follows.
fn caption(ui: &mut Ui, text: &str) -> egui::Id {
    let t = tokens(ui);
    let (place, said) = ui.allocate_exact_size(vec2(CAPTION, 18.0), Sense::hover());
    said.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, text));
    let galley = widget::cut(ui.painter(), text, theme::small(), t.dim, CAPTION);
    ui.painter().galley(place.left_center() - vec2(0.0, galley.size().y / 2.0), galley, t.dim);
    said.id
}

/// As [`line`], with a button behind its value.
fn line_with(ui: &mut Ui, what: &str, value: &str, (icon, label): (Icon, &str)) -> Response {
    let row = ui.horizontal(|ui| {
        said(ui, what, value, BUTTON + 12.0);
        let (place, _) = ui.allocate_exact_size(vec2(BUTTON, 18.0), Sense::hover());
        let id = ui.scope_id().with(label);
        widget::icon_button_at(ui, place.expand2(vec2(0.0, 2.0)), id, icon, label, true)
    });
    row.inner
}

/// One line: what it is, and its value, cut in the middle where it is too long.
fn line(ui: &mut Ui, what: &str, value: &str) {
    ui.horizontal(|ui| said(ui, what, value, 12.0));
}

/// A caption and its value, with so much room left behind it.
fn said(ui: &mut Ui, what: &str, value: &str, left: f32) {
    let t = tokens(ui);
    caption(ui, what);
    let room = ui.available_width() - left;
    let shown = elide::to_width(ui.painter(), value, &theme::small(), room);
    let label = egui::Label::new(RichText::new(&shown).font(theme::small()).color(t.text));
    let is_cut = shown != value;
    let label = ui.add(label.selectable(!is_cut).extend());
    if is_cut {
        label.on_hover_text(value);
    }
}

fn rate(bps: u64, left: Option<u64>, words: &Words) -> String {
    match left {
        Some(secs) => {
            let (rate, left) = (speed(bps), words.duration(secs));
            let args = [("speed", Arg::Text(&rate)), ("left", Arg::Text(&left))];
            words.with("details-rate", &args)
        }
        None => speed(bps),
    }
}

/// Whether the reason says more than the state and the trouble beside it do.
fn is_worth_saying(why: Why) -> bool {
    match why {
        Why::Turn
        | Why::Asked { .. }
        | Why::Connecting
        | Why::Limit { .. }
        | Why::LimitOfAll { .. }
        | Why::LimitOfQueue { .. }
        | Why::Disk
        | Why::Standstill
        | Why::OnePiece
        | Why::NoLength
        | Why::ServerCap { .. }
        | Why::Little
        | Why::OneAsked
        | Why::EachConnection { .. }
        | Why::Scheduled { .. }
        | Why::Hours { .. }
        | Why::Metered
        | Why::Server => true,
        Why::Done
        | Why::Paused
        | Why::Cancelled
        | Why::Waiting { .. }
        | Why::NeedsLink
        | Why::Failed
        | Why::Checking => false,
    }
}

/// A link as it is read: percent-decoded, unless that would bring in what cannot be seen or turns
/// the direction of the text.
fn readable(url: &str) -> String {
    let decoded = percent_decode(url);
    let is_unseen = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if decoded.chars().any(is_unseen) { url.to_owned() } else { decoded }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_read_decoded_but_never_disguised() {
        assert_eq!(readable("https://h/%E4%B8%AD%20a.iso"), "https://h/中 a.iso");
        for url in ["https://h/a%0Ab", "https://h/gpj.%E2%80%AEexe", "https://h/%FF"] {
            assert_eq!(readable(url), url);
        }
    }
}
