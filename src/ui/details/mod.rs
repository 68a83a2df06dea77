//! The strip below the list that says more of the chosen job, in five tabs: what it is, how fast it was,
//! its connections, its map and its log; of several jobs their sum.

mod connections;
mod graph;
mod log;
mod map;
mod overview;
mod report;
mod tab;

use std::sync::Arc;

use eframe::egui;
use egui::{Align, Color32, Layout, RichText, Sense, Ui, vec2};

use connections::Connections;
use graph::Graph;
use log::Log;
use map::Map;
use overview::Overview;
pub(crate) use tab::Tab;

use super::action::Action;
use super::deed::Deed;
use super::icons::Icon;
use super::row::state_icon;
use super::row_text;
use super::theme::{self, tokens};
use super::{elide, widget};
use crate::app::command::Command;
use crate::app::focus::Focus;
use crate::app::snapshot::JobView;
use crate::model::id::JobId;
use crate::model::phase::State;
use crate::words::{Arg, Words};

/// Height of the head.
const HEAD: f32 = 34.0;
/// From this width on the tabs stand beside the name.
const ONE_LINE: f32 = 760.0;
/// From this room on beside the button for a fresh link, the one for its page has words too.
const WITH_WORDS: f32 = 500.0;
/// Room the tabs take there, and the buttons behind them.
const TABS: f32 = 400.0;

/// What the strip was made from: the revision of the snapshot, and how often the choice changed.
pub(crate) type Made = (u64, u64);

/// What the strip says, made when the snapshot or the choice changes.
pub(crate) struct Details {
    title: String,
    /// The state of the one job it is about.
    state: Option<(State, String)>,
    /// The job a fresh link can be given to, and the words for it.
    new_link: Option<(JobId, String)>,
    /// The job whose page may bring one, and the words for that.
    page: Option<(JobId, String)>,
    overview: Overview,
    /// What is told of the one job closely, once it is.
    close: Option<Close>,
}

/// What the other tabs say.
struct Close {
    graph: Graph,
    connections: Connections,
    map: Option<Map>,
    log: Log,
    focus: Arc<Focus>,
}

impl Close {
    fn new(focus: &Arc<Focus>, words: &Words) -> Self {
        let view = &focus.job.view;
        let why = words.why(view.why, view.error.as_ref());
        Self {
            graph: Graph::new(&focus.history, view.limit_bps, words),
            connections: Connections::new(focus, words),
            map: Map::new(focus),
            log: Log::new(&focus.log, why),
            focus: Arc::clone(focus),
        }
    }
}

impl Details {
    /// What is to be said of `jobs`; nothing of none. `focus` is what is told closely of one of them.
    pub(crate) fn of(jobs: &[&JobView], focus: Option<&Arc<Focus>>, words: &Words) -> Option<Self> {
        match jobs {
            [] => None,
            [job] => {
                let focus = focus.filter(|focus| focus.job.view.id == job.id);
                Some(Self::of_one(job, focus, words))
            }
            several => Some(Self::of_several(several, words)),
        }
    }

    fn of_one(job: &JobView, focus: Option<&Arc<Focus>>, words: &Words) -> Self {
        let fits = Action::NewLink.fits(job.state);
        Self {
            title: job.name.clone(),
            state: Some((job.state, row_text::state_word(job, words))),
            new_link: fits.then(|| (job.id, words.text(Action::NewLink.key()))),
            page: (fits && job.has_page).then(|| (job.id, words.text(Action::OpenPage.key()))),
            overview: Overview::of_one(job, focus.map(|focus| &focus.job), words),
            close: focus.map(|focus| Close::new(focus, words)),
        }
    }

    fn of_several(jobs: &[&JobView], words: &Words) -> Self {
        let count = u64::try_from(jobs.len()).unwrap_or(u64::MAX);
        Self {
            title: words.with("details-several", &[("count", Arg::Count(count))]),
            state: None,
            new_link: None,
            page: None,
            overview: Overview::of_several(jobs, words),
            close: None,
        }
    }

    /// Takes over from what was shown before: what is being typed stays as it is.
    pub(crate) fn follow(&mut self, before: Self) {
        self.overview.follow(before.overview);
    }

    /// Draws it; what its button asks for goes to `out`. Says what is to be done, where something
    /// was changed.
    pub(crate) fn show(
        &mut self,
        ui: &mut Ui,
        tab: &mut Tab,
        words: &Words,
        out: &mut Vec<Deed>,
    ) -> Option<Command> {
        self.head(ui, tab, words, out);
        ui.spacing_mut().item_spacing.y = 4.0;
        // The strip is as high as it was made, whatever stands in it.
        ui.set_min_height(ui.available_height());
        let t = tokens(ui);
        let colour = self.state.as_ref().map_or(t.dim, |(state, _)| t.of(*state));
        match (*tab, &mut self.close) {
            (Tab::Overview, _) | (_, None) => {
                return self.overview.show(ui, colour, words, out);
            }
            (Tab::Speed, Some(close)) => close.graph.show(ui, words),
            (Tab::Connections, Some(close)) => close.connections.show(ui, words),
            (Tab::Map, Some(close)) => match &mut close.map {
                Some(map) => map.show(ui, words),
                None => map::none(ui, words),
            },
            (Tab::Log, Some(close)) => close.log.show(ui, words),
        }
        None
    }

    /// The name and the tabs, in one line where there is room.
    fn head(&self, ui: &mut Ui, tab: &mut Tab, words: &Words, out: &mut Vec<Deed>) {
        let width = ui.available_width() - 12.0;
        let is_one = self.state.is_some();
        let in_line = width >= ONE_LINE || !is_one;
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.allocate_ui_with_layout(vec2(width, HEAD), Layout::left_to_right(Align::Center), |ui| {
            let tabs = if in_line && is_one { TABS } else { 0.0 };
            let room = vec2(width - tabs, HEAD);
            ui.allocate_ui_with_layout(room, Layout::right_to_left(Align::Center), |ui| {
                self.new_link(ui, out);
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| self.title(ui));
            });
            if in_line && is_one {
                self.tabs(ui, tab, words);
            }
        });
        if !in_line {
            let size = vec2(width, tab::HEIGHT);
            let layout = Layout::left_to_right(Align::Center);
            ui.allocate_ui_with_layout(size, layout, |ui| self.tabs(ui, tab, words));
        }
    }

    fn tabs(&self, ui: &mut Ui, tab: &mut Tab, words: &Words) {
        tab::show(ui, tab, words);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let label = words.text("details-copy-report");
            let copy = widget::icon_button(ui, Icon::Copy, &label, self.close.is_some());
            if let (true, Some(close)) = (copy.on_hover_text(&label).clicked(), &self.close) {
                ui.ctx().copy_text(report::of(&close.focus, words));
            }
        });
    }

    /// The button for a fresh link: the one to press where one is needed.
    fn new_link(&self, ui: &mut Ui, out: &mut Vec<Deed>) {
        let Some((job, label)) = &self.new_link else { return };
        let is_needed = self.state.as_ref().is_some_and(|(s, _)| *s == State::NeedsLink);
        let button = if is_needed {
            widget::filled_button(ui, Some(Icon::Unlink), label, true)
        } else {
            widget::icon_button(ui, Icon::Unlink, label, true).on_hover_text(label)
        };
        if button.clicked() {
            out.push(Deed::one(Action::NewLink, *job));
        }
        self.page(ui, is_needed, out);
    }

    /// The button that opens the page it came from, beside the one for a fresh link.
    fn page(&self, ui: &mut Ui, is_needed: bool, out: &mut Vec<Deed>) {
        let Some((job, label)) = &self.page else { return };
        // The name of the file goes before it.
        let button = if is_needed && ui.available_width() > WITH_WORDS {
            widget::outlined_button(ui, label)
        } else {
            widget::icon_button(ui, Icon::Globe, label, true).on_hover_text(label)
        };
        if button.clicked() {
            out.push(Deed::one(Action::OpenPage, *job));
        }
    }

    fn title(&self, ui: &mut Ui) {
        let t = tokens(ui);
        let (icon, colour): (Icon, Color32) = match &self.state {
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

/// Says that there is nothing to show, and why.
fn nothing(ui: &mut Ui, text: &str) {
    ui.add_space(12.0);
    let colour = tokens(ui).dim;
    ui.label(RichText::new(text).color(colour));
}
