//! The tabs of the details.

use eframe::egui;
use egui::{Role, Sense, Ui, WidgetInfo, vec2};

use crate::ui::theme::{self, tokens};
use crate::words::Words;

/// Height of the line of tabs.
pub(super) const HEIGHT: f32 = 30.0;

/// One side of a job.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tab {
    /// What it is, where from, where to.
    #[default]
    Overview,
    /// How fast it was over its life.
    Speed,
    /// Its connections one by one.
    Connections,
    /// What is here of it, block by block.
    Map,
    /// What was asked and answered, and why.
    Log,
}

impl Tab {
    /// All of them, from left to right.
    pub(crate) const ALL: [Self; 5] =
        [Self::Overview, Self::Speed, Self::Connections, Self::Map, Self::Log];

    fn key(self) -> &'static str {
        match self {
            Self::Overview => "tab-overview",
            Self::Speed => "tab-speed",
            Self::Connections => "tab-connections",
            Self::Map => "tab-map",
            Self::Log => "tab-log",
        }
    }
}

/// Draws the tabs; a click chooses another one.
pub(super) fn show(ui: &mut Ui, chosen: &mut Tab, words: &Words) {
    ui.spacing_mut().item_spacing.x = 4.0;
    for tab in Tab::ALL {
        if one(ui, &words.text(tab.key()), *chosen == tab) {
            *chosen = tab;
        }
    }
}

fn one(ui: &mut Ui, name: &str, is_chosen: bool) -> bool {
    let t = tokens(ui);
    let (font, ink) = if is_chosen { (theme::strong(), t.text) } else { (theme::body(), t.dim) };
    let galley = ui.painter().layout_no_wrap(name.to_owned(), font, ink);
    // As wide chosen or not, so that no tab moves.
    let widest = ui.painter().layout_no_wrap(name.to_owned(), theme::strong(), ink);
    let size = vec2(widest.size().x + 20.0, HEIGHT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, is_chosen, name));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect.shrink2(vec2(0.0, 2.0)), theme::RADIUS, t.raised);
    }
    if is_chosen {
        let line = egui::Rect::from_min_max(
            egui::pos2(rect.left() + 10.0, rect.bottom() - 2.0),
            egui::pos2(rect.right() - 10.0, rect.bottom()),
        );
        ui.painter().rect_filled(line, 1.0, t.accent);
    }
    ui.painter().galley(rect.center() - galley.size() / 2.0, galley, ink);
    response.clicked()
}
