//! The strip below the list that says more of the chosen job: how far, where from, where to, when,
//! and what went wrong in full; of several jobs their sum.
//!
//! Invariant: no line is wider than the strip, and a name or link that is cut keeps its ending.

use eframe::egui;
use egui::{Align, Layout, RichText, Sense, Ui, vec2};

use super::action::{Action, Deed};
use super::icons::Icon;
use super::limit::{LimitField, Limited, id_in_details};
use super::row::state_icon;
use super::row_text;
use super::theme::{self, tokens};
use super::{elide, widget};
use crate::app::command::Command;
use crate::app::snapshot::JobView;
use crate::model::id::JobId;
use crate::model::phase::State;
use crate::model::url::percent_decode;
use crate::model::why::Why;
use crate::words::format::{bytes, speed};
use crate::words::{Arg, Words};

/// Width of the captions before the lines.
const CAPTION: f32 = 104.0;
/// Height of a head with a button in it.
const HEAD: f32 = 34.0;
/// Height of the line with a field.
const FIELD: f32 = 24.0;

/// What the strip was made from: the revision of the snapshot, and how often the choice changed.
pub(crate) type Made = (u64, u64);

/// What the strip says, made when the snapshot or the choice changes.
pub(crate) struct Details {
    title: String,
    /// The state of the one job it is about.
    state: Option<(State, String)>,
    trouble: Option<String>,
    /// Why it stands or is no faster.
    why: Option<String>,
    /// The job a fresh link can be given to, and the words for it.
    new_link: Option<(JobId, String)>,
    lines: Vec<(String, String)>,
    /// The limit of the one job it is about, while there is something to limit.
    limit: Option<(JobId, LimitField)>,
}

impl Details {
    /// What is to be said of `jobs`; nothing of none.
    pub(crate) fn of(jobs: &[&JobView], words: &Words) -> Option<Self> {
        match jobs {
            [] => None,
            [job] => Some(Self::of_one(job, words)),
            several => Some(Self::of_several(several, words)),
        }
    }

    fn of_one(job: &JobView, words: &Words) -> Self {
        let line = |key: &str, value: String| (words.text(key), value);
        let mut lines = vec![line("details-size", row_text::amount(job, words))];
        if job.speed_bps > 0 {
            lines.push(line("details-speed", rate(job.speed_bps, job.eta_secs, words)));
        }
        lines.push(line("details-link", readable(&job.url)));
        if let Some(until) = job.link_until {
            lines.push(line("details-link-until", words.moment(until)));
        }
        lines.push(line("details-file", job.path.display().to_string()));
        lines.push(line("details-added", words.moment(job.created_at)));
        if let Some(at) = job.finished_at {
            lines.push(line("details-finished", words.moment(at)));
        }
        if let Some(proof) = job.proof {
            lines.push(line("details-proof", words.proof(proof)));
        }
        if job.connections > 0 {
            lines.push(line("details-connections", job.connections.to_string()));
        }
        let trouble = row_text::trouble(job, words);
        let past = || job.error.as_ref().map(|error| words.failure(error).what);
        Self {
            title: job.name.clone(),
            state: Some((job.state, row_text::state_word(job, words))),
            trouble: trouble.or_else(past),
            why: is_worth_saying(job.why).then(|| words.why(job.why, job.error.as_ref())),
            new_link: Action::NewLink
                .fits(job.state)
                .then(|| (job.id, words.text(Action::NewLink.key()))),
            lines,
            limit: (job.state != State::Completed)
                .then(|| (job.id, LimitField::new(job.limit_bps))),
        }
    }

    fn of_several(jobs: &[&JobView], words: &Words) -> Self {
        let sum = |of: fn(&JobView) -> u64| jobs.iter().map(|j| of(j)).fold(0, u64::saturating_add);
        let done = sum(|job| job.done_bytes);
        let total = sum(|job| job.total_bytes.unwrap_or(job.done_bytes));
        let bps = sum(|job| job.speed_bps);
        let args = [("done", Arg::Text(&bytes(done))), ("total", Arg::Text(&bytes(total)))];
        let mut lines = vec![(words.text("details-size"), words.with("amount-of", &args))];
        if bps > 0 {
            let left = jobs.iter().filter_map(|job| job.eta_secs).max();
            lines.push((words.text("details-speed"), rate(bps, left, words)));
        }
        let count = u64::try_from(jobs.len()).unwrap_or(u64::MAX);
        let title = words.with("details-several", &[("count", Arg::Count(count))]);
        Self { title, state: None, trouble: None, why: None, new_link: None, lines, limit: None }
    }

    /// Takes over from what was shown before: a limit that is being typed stays as it is.
    pub(crate) fn follow(&mut self, before: Self) {
        if let (Some((job, field)), Some((was, before))) = (&mut self.limit, before.limit)
            && *job == was
        {
            field.follow(before);
        }
    }

    /// Draws it; what its button asks for goes to `out`. Says what is to be done, where something
    /// was changed.
    pub(crate) fn show(
        &mut self,
        ui: &mut Ui,
        words: &Words,
        out: &mut Vec<Deed>,
    ) -> Option<Command> {
        let area = egui::ScrollArea::vertical().auto_shrink([false, false]);
        let shown = area.show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            // Lines of text, not of buttons.
            ui.spacing_mut().interact_size.y = 18.0;
            self.head(ui, out);
            if let Some(trouble) = &self.trouble {
                let t = tokens(ui);
                let colour = self.state.as_ref().map_or(t.dim, |(state, _)| t.of(*state));
                ui.add(egui::Label::new(RichText::new(trouble).color(colour)).wrap());
            }
            if let Some(why) = &self.why {
                ui.add(egui::Label::new(RichText::new(why).color(tokens(ui).dim)).wrap());
            }
            for (caption, value) in &self.lines {
                line(ui, caption, value);
            }
            self.limit(ui, words)
        });
        shown.inner
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

    /// The button for a fresh link: the one to press where one is needed.
    fn new_link(&self, ui: &mut Ui, out: &mut Vec<Deed>) {
        let Some((job, label)) = &self.new_link else { return };
        let is_needed = self.state.as_ref().is_some_and(|(s, _)| *s == State::NeedsLink);
        let button = if is_needed {
            widget::filled_button(ui, Some(Icon::Unlink), label, true)
        } else {
            widget::outlined_button(ui, label)
        };
        if button.clicked() {
            out.push(Deed::one(Action::NewLink, *job));
        }
    }

    fn head(&self, ui: &mut Ui, out: &mut Vec<Deed>) {
        let height = if self.new_link.is_some() { HEAD } else { 18.0 };
        let size = vec2(ui.available_width() - 12.0, height);
        ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
            self.new_link(ui, out);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| self.title(ui));
        });
    }

    fn title(&self, ui: &mut Ui) {
        let t = tokens(ui);
        let (icon, colour) = match &self.state {
            Some((state, _)) => (state_icon(*state), t.of(*state)),
            None => (Icon::Layers, t.dim),
        };
        let (spot, _) = ui.allocate_exact_size(vec2(16.0, 18.0), Sense::hover());
        icon.paint(ui.painter(), spot.center(), 15.0, colour);
        let word = self.state.as_ref().map_or("", |(_, word)| word);
        let word = ui.painter().layout_no_wrap(word.to_owned(), theme::small(), colour);
        let room = ui.available_width() - word.size().x - 28.0;
        let title = elide::to_width(ui.painter(), &self.title, &theme::strong(), room);
        ui.label(RichText::new(&title).font(theme::strong())).on_hover_text(&self.title);
        ui.label(word);
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

/// One line: what it is, and its value, cut in the middle where it is too long.
fn line(ui: &mut Ui, what: &str, value: &str) {
    let t = tokens(ui);
    ui.horizontal(|ui| {
        caption(ui, what);
        let room = ui.available_width() - 12.0;
        let shown = elide::to_width(ui.painter(), value, &theme::small(), room);
        let label = egui::Label::new(RichText::new(&shown).font(theme::small()).color(t.text));
        let is_cut = shown != value;
        let label = ui.add(label.selectable(!is_cut).extend());
        if is_cut {
            label.on_hover_text(value);
        }
    });
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
        | Why::Disk
        | Why::Standstill
        | Why::OnePiece
        | Why::NoLength
        | Why::ServerCap { .. }
        | Why::Little
        | Why::OneAsked
        | Why::EachConnection { .. }
        | Why::Server => true,
        Why::Done
        | Why::Paused
        | Why::Cancelled
        | Why::Scheduled { .. }
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
