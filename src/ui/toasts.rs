//! Short notices over the list, and the removals that wait in them for an undo.
//! What was done at once can be taken back from its toast too, by commands of its own.
//!
//! Invariant: a job in a waiting removal is hidden, and its command goes out exactly once: when the
//! toast ends, is closed, or the window closes. Undo takes the toast away and sends nothing.

use std::collections::BTreeSet;
use std::time::Duration;

use eframe::egui;
use egui::{
    Align, Align2, CornerRadius, Frame, Id, Layout, Margin, Order, Rect, Sense, Stroke, vec2,
};

use super::action::Action;
use super::deed::Deed;
use super::icons::Icon;
use super::theme::{self, tokens};
use super::widget;
use crate::app::command::Command;
use crate::model::id::JobId;
use crate::words::Words;

/// Seconds a removal can be undone.
pub(crate) const UNDO_SECS: u64 = 10;
/// Seconds a notice stays.
const NOTICE_SECS: f64 = 6.0;
/// Seconds a notice stays that asks something.
const QUESTION_SECS: f64 = 30.0;
/// Toasts shown at once; the oldest go first.
const MAX_TOASTS: usize = 4;

/// What a toast is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Good news.
    Good,
    /// Bad news.
    Bad,
    /// Neither.
    Plain,
}

/// What a toast offers to do.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Offer {
    Nothing,
    Undo(Vec<JobId>),
    /// Commands that take back what was done.
    Back(Vec<Command>),
    Act(Deed),
}

struct Toast {
    number: u64,
    tone: Tone,
    text: String,
    offer: Offer,
    ends_at: f64,
}

/// The notices in view.
#[derive(Default)]
pub(crate) struct Toasts {
    shown: Vec<Toast>,
    made: u64,
    undone: Vec<JobId>,
    back: Vec<Command>,
}

impl Toasts {
    /// Shows a notice.
    pub(crate) fn say(&mut self, tone: Tone, text: String, now: f64) {
        self.add(tone, text, Offer::Nothing, now + NOTICE_SECS);
    }

    /// Shows a notice that offers something to do.
    pub(crate) fn offer(&mut self, tone: Tone, text: String, deed: Deed, now: f64) {
        self.add(tone, text, Offer::Act(deed), now + NOTICE_SECS);
    }

    /// Shows a notice that offers something to do and takes longer to think about.
    pub(crate) fn ask(&mut self, text: String, deed: Deed, now: f64) {
        self.add(Tone::Plain, text, Offer::Act(deed), now + QUESTION_SECS);
    }

    /// Takes away the notices that offer this.
    pub(crate) fn forget(&mut self, action: Action) {
        self.shown.retain(|t| !matches!(&t.offer, Offer::Act(deed) if deed.action == action));
    }

    /// Shows a notice that is to be acted on elsewhere, and so stays longer.
    pub(crate) fn advise(&mut self, text: String, now: f64) {
        self.add(Tone::Plain, text, Offer::Nothing, now + QUESTION_SECS);
    }

    /// Shows a notice of what was done and can be taken back by these commands.
    pub(crate) fn done(&mut self, text: String, back: Vec<Command>, now: f64) {
        let ends_at = now + Duration::from_secs(UNDO_SECS).as_secs_f64();
        self.add(Tone::Plain, text, Offer::Back(back), ends_at);
    }

    /// Begins a removal that can be undone.
    pub(crate) fn remove(&mut self, jobs: Vec<JobId>, text: String, now: f64) {
        self.add(
            Tone::Plain,
            text,
            Offer::Undo(jobs),
            now + Duration::from_secs(UNDO_SECS).as_secs_f64(),
        );
    }

    fn add(&mut self, tone: Tone, text: String, offer: Offer, ends_at: f64) {
        self.made += 1;
        self.shown.push(Toast { number: self.made, tone, text, offer, ends_at });
        if self.shown.len() <= MAX_TOASTS {
            return;
        }
        // The newest stays: nobody has seen it yet.
        let older = self.shown[..MAX_TOASTS].iter().enumerate();
        let first_to_go = older.filter_map(|(at, toast)| Some((toast.weight()?, at))).min();
        match first_to_go {
            Some((_, at)) => drop(self.shown.remove(at)),
            // A removal is ended, never dropped: its command still has to go out.
            None => self.shown[0].ends_at = f64::NEG_INFINITY,
        }
    }

    /// Jobs whose removal waits.
    pub(crate) fn waiting(&self) -> BTreeSet<JobId> {
        self.shown
            .iter()
            .flat_map(|toast| match &toast.offer {
                Offer::Undo(jobs) => jobs.as_slice(),
                Offer::Nothing | Offer::Back(_) | Offer::Act(_) => &[],
            })
            .copied()
            .collect()
    }

    /// Ends what is over at `now`; hands back the jobs to be removed for good.
    pub(crate) fn end(&mut self, now: f64) -> Vec<JobId> {
        let (over, kept) = self.shown.drain(..).partition(|t: &Toast| t.ends_at <= now);
        self.shown = kept;
        let jobs = |toast: Toast| match toast.offer {
            Offer::Undo(jobs) => jobs,
            Offer::Nothing | Offer::Back(_) | Offer::Act(_) => Vec::new(),
        };
        over.into_iter().flat_map(jobs).collect()
    }

    /// Undoes the last that can be undone.
    pub(crate) fn undo(&mut self) {
        let can_be = |toast: &Toast| matches!(toast.offer, Offer::Undo(_) | Offer::Back(_));
        if let Some(index) = self.shown.iter().rposition(can_be) {
            self.take(index);
        }
    }

    /// Takes a toast away and does what it offers; says what is to be done by others.
    fn take(&mut self, index: usize) -> Option<Deed> {
        match self.shown.remove(index).offer {
            Offer::Act(deed) => return Some(deed),
            Offer::Undo(jobs) => self.undone.extend(jobs),
            Offer::Back(commands) => self.back.extend(commands),
            Offer::Nothing => {}
        }
        None
    }

    /// The commands that take back what was undone since the last look.
    pub(crate) fn take_back(&mut self) -> Vec<Command> {
        std::mem::take(&mut self.back)
    }

    /// The jobs of removals that were undone since the last look.
    pub(crate) fn take_undone(&mut self) -> Vec<JobId> {
        std::mem::take(&mut self.undone)
    }

    /// When the next one ends.
    pub(crate) fn next_end(&self) -> Option<f64> {
        self.shown.iter().map(|t| t.ends_at).min_by(f64::total_cmp)
    }

    /// Draws them at the foot of the list, so that they hide none of the details; takes what is
    /// clicked on them.
    pub(crate) fn show(
        &mut self,
        ctx: &egui::Context,
        list: Rect,
        words: &Words,
        out: &mut Vec<Deed>,
    ) {
        if self.shown.is_empty() {
            return;
        }
        let mut undone = None;
        egui::Area::new(Id::unique("toasts"))
            .order(Order::Foreground)
            .pivot(Align2::CENTER_BOTTOM)
            .fixed_pos(list.center_bottom() - vec2(0.0, 16.0))
            .show(ctx, |ui| {
                ui.set_max_width((ctx.content_rect().width() - 48.0).min(520.0));
                ui.spacing_mut().item_spacing.y = 8.0;
                for toast in &mut self.shown {
                    // By its number: one that moves up is not read out again.
                    let id = Id::unique(("toast", toast.number));
                    let of_its_own = egui::UiBuilder::new().scope_id(id);
                    let shown = ui.scope_builder(of_its_own, |ui| toast.show(ui, words));
                    match shown.inner {
                        Some(Answer::Close) => toast.ends_at = f64::NEG_INFINITY,
                        Some(Answer::Take) => undone = Some(toast.number),
                        None => {}
                    }
                }
            });
        if let Some(index) = self.shown.iter().position(|t| Some(t.number) == undone) {
            out.extend(self.take(index));
        }
        if self.shown.iter().any(|t| t.ends_at == f64::NEG_INFINITY) || undone.is_some() {
            ctx.request_repaint();
        }
    }
}

/// What was clicked on a toast.
enum Answer {
    Close,
    Take,
}

impl Toast {
    /// How much is lost where it goes before its time; none where it must not.
    fn weight(&self) -> Option<u8> {
        match (&self.offer, self.tone) {
            (Offer::Undo(_), _) => None,
            (Offer::Back(_), _) => Some(3),
            (_, Tone::Bad) => Some(2),
            (Offer::Act(_), Tone::Good | Tone::Plain) => Some(1),
            (Offer::Nothing, Tone::Good | Tone::Plain) => Some(0),
        }
    }

    fn show(&self, ui: &mut egui::Ui, words: &Words) -> Option<Answer> {
        let t = tokens(ui);
        let (icon, colour) = match self.tone {
            Tone::Good => (Icon::CircleCheck, t.ok),
            Tone::Bad => (Icon::CircleAlert, t.err),
            Tone::Plain => (Icon::Info, t.dim),
        };
        let live = match self.tone {
            Tone::Bad => egui::accesskit::Live::Assertive,
            Tone::Good | Tone::Plain => egui::accesskit::Live::Polite,
        };
        let mut answer = None;
        Frame::new()
            .fill(t.panel)
            .stroke(Stroke::new(1.0, t.line))
            .corner_radius(CornerRadius::same(theme::RADIUS_LARGE))
            .shadow(ui.visuals().popup_shadow)
            .inner_margin(Margin::symmetric(14, 6))
            .show(ui, |ui| {
                ui.horizontal(|ui| {
                    let (spot, _) = ui.allocate_exact_size(vec2(18.0, 32.0), Sense::hover());
                    icon.paint(ui.painter(), spot.center(), 16.0, colour);
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                        answer = self.buttons(ui, words);
                        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                            let said = ui.add(egui::Label::new(&self.text).wrap());
                            // Read out as it appears: bad news at once, all else after what is
                            // being said.
                            ui.ctx().accesskit_node_builder(said.id, |node| {
                                node.set_live(live);
                            });
                        });
                    });
                });
            });
        answer
    }

    fn buttons(&self, ui: &mut egui::Ui, words: &Words) -> Option<Answer> {
        let mut answer = None;
        let close = words.text("toast-close");
        if widget::icon_button(ui, Icon::X, &close, true).on_hover_text(&close).clicked() {
            answer = Some(Answer::Close);
        }
        let offered = match &self.offer {
            Offer::Nothing => None,
            Offer::Undo(_) | Offer::Back(_) => Some("toast-undo"),
            Offer::Act(deed) => Some(deed.action.key()),
        };
        if let Some(key) = offered {
            let mut button = ui.button(words.text(key));
            if matches!(self.offer, Offer::Undo(_) | Offer::Back(_)) {
                button = button.on_hover_text(super::deed::keys_text(ui.ctx(), super::keys::UNDO));
            }
            if button.clicked() {
                answer = Some(Answer::Take);
            }
        }
        answer
    }
}

/// The deed a finished job's toast offers.
pub(crate) fn open(job: JobId) -> Deed {
    Deed::one(Action::Open, job)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_news_and_what_can_be_taken_back_stay_longest() {
        let mut toasts = Toasts::default();
        toasts.done("cancelled".into(), Vec::new(), 0.0);
        toasts.say(Tone::Bad, "stays".into(), 0.0);
        for n in 0..9 {
            toasts.say(Tone::Good, format!("moved {n}"), 0.0);
        }
        let left: Vec<&str> = toasts.shown.iter().map(|toast| toast.text.as_str()).collect();
        assert_eq!(left, ["cancelled", "stays", "moved 7", "moved 8"]);
    }

    #[test]
    fn a_removal_is_handed_back_once_and_never_dropped() {
        let mut toasts = Toasts::default();
        for id in 1..=6 {
            toasts.remove(vec![JobId(id)], String::new(), 0.0);
        }
        toasts.say(Tone::Bad, String::new(), 0.0);
        assert_eq!(toasts.waiting().len(), 6);
        let mut removed = toasts.end(1.0);
        removed.extend(toasts.end(Duration::from_secs(UNDO_SECS).as_secs_f64()));
        assert!(toasts.end(f64::INFINITY).is_empty());
        removed.sort();
        assert_eq!(removed, (1..=6).map(JobId).collect::<Vec<_>>());
    }
}
