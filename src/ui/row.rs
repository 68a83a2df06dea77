//! One row of the list, painted: type · name and what is to be said · state over the span bar ·
//! speed · time left · the buttons that make sense now.

use std::sync::Arc;

use eframe::egui;
use egui::{Color32, Id, Painter, Rect, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::action::Action;
use super::deed::Deed;
use super::header::text_range;
use super::icons::{self, Icon};
use super::row_text::RowText;
use super::theme::{self, Tokens, tokens};
use super::{elide, span_bar, widget};
use crate::app::snapshot::JobView;
use crate::model::columns::{Column, Layout};
use crate::model::phase::State;
use crate::model::settings::Density;
use crate::words::Words;

/// Room for the buttons at the right of every row.
pub(crate) const BUTTONS: f32 = 2.0 * theme::ICON_BUTTON + 24.0;

/// What all rows of a frame are laid out by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grid<'a> {
    /// Where the columns stand.
    pub layout: &'a Layout,
    /// How much room a row takes.
    pub density: Density,
}

impl Grid<'_> {
    /// Height of a row in points.
    pub(crate) fn row_height(self) -> f32 {
        match self.density {
            Density::Comfortable => theme::ROW,
            Density::Compact => theme::ROW_COMPACT,
        }
    }

    fn is_compact(self) -> bool {
        self.density == Density::Compact
    }

    /// From where on nothing is said at the right of the row: a job that needs a link has neither
    /// speed nor time left.
    fn idle_from(self, row: Rect) -> f32 {
        let is_idle = |column| matches!(column, Column::Speed | Column::Left);
        let last = self.layout.places.iter().rev().find(|place| !is_idle(place.column));
        row.left() + last.map_or(0.0, |place| place.left + place.width)
    }

    /// The cell of a column in the row at `row`.
    fn cell(self, row: Rect, column: Column) -> Option<Rect> {
        let place = self.layout.place(column)?;
        let left = row.left() + place.left;
        Some(Rect::from_min_max(pos2(left, row.top()), pos2(left + place.width, row.bottom())))
    }
}

/// What one row is drawn from.
pub(crate) struct Row<'a> {
    /// The job.
    pub job: &'a Arc<JobView>,
    /// Its texts.
    pub text: &'a RowText,
    /// Whether it is chosen.
    pub chosen: bool,
    /// Where the keys are.
    pub is_cursor: bool,
}

impl Row<'_> {
    /// Draws the row at `rect`; what its buttons ask for goes to `out`.
    pub(crate) fn show(
        &self,
        ui: &Ui,
        rect: Rect,
        grid: Grid<'_>,
        words: &Words,
        out: &mut Vec<Deed>,
    ) -> Response {
        let id = ui.scope_id().with(("row", self.job.id.0));
        let response = ui.interact(rect, id, Sense::CLICK);
        response.widget_info(|| {
            WidgetInfo::selected(Role::ListBoxOption, true, self.chosen, &self.text.spoken)
        });
        if !ui.is_rect_visible(rect) {
            return response;
        }
        let t = tokens(ui);
        let ground = rect.shrink2(vec2(0.0, 1.0));
        if self.chosen {
            ui.painter().rect_filled(ground, theme::RADIUS, t.soft);
        } else if response.hovered() || response.context_menu_opened() {
            ui.painter().rect_filled(ground, theme::RADIUS, t.hover);
        }
        for column in Column::ALL {
            if let Some(cell) = grid.cell(ground, column) {
                self.paint_cell(ui.painter(), column, cell, grid, t);
            }
        }
        if self.is_cursor && self.chosen {
            let high = (ground.height() - 18.0).max(14.0);
            let mark = pos2(ground.left() + 1.5, ground.center().y);
            ui.painter().rect_filled(Rect::from_center_size(mark, vec2(3.0, high)), 2.0, t.accent);
        }
        self.buttons(ui, ground, grid, id, words, out);
        if self.text.is_trouble {
            // The line is often longer than its place.
            return response.on_hover_text(&self.text.under);
        }
        response
    }

    fn paint_cell(&self, p: &Painter, column: Column, cell: Rect, grid: Grid<'_>, t: &Tokens) {
        match column {
            Column::Name if grid.is_compact() => self.paint_name_in_line(p, cell, t),
            Column::Name => self.paint_name(p, cell, t),
            Column::Progress => self.paint_progress(p, cell, grid, t),
            Column::Speed => paint_value(p, &self.text.speed, column, cell, t.text),
            Column::Left => paint_value(p, &self.text.left, column, cell, t.dim),
            Column::Size => paint_value(p, &self.text.size, column, cell, t.dim),
            Column::Added => paint_value(p, &self.text.added, column, cell, t.dim),
        }
    }

    fn paint_name(&self, painter: &Painter, cell: Rect, t: &Tokens) {
        let (from, to) = text_range(Column::Name, cell);
        let centre = pos2(from + 18.0, cell.center().y);
        let tile = Rect::from_center_size(centre, vec2(36.0, 36.0));
        painter.rect_filled(tile, theme::RADIUS, if self.chosen { t.bg } else { t.raised });
        icons::for_category(self.job.category).paint(painter, centre, 18.0, t.dim);
        let (x, y) = (tile.right() + 12.0, cell.center().y);
        let width = to - x;
        let colour = self.name_colour(t);
        let name = elide::to_width(painter, &self.job.name, &theme::strong(), width);
        let name = widget::cut(painter, &name, theme::strong(), colour, width);
        painter.galley(pos2(x, y - 10.0 - name.size().y / 2.0), name, colour);
        let colour = self.under_colour(t);
        let under = widget::cut(painter, &self.text.under, theme::small(), colour, width);
        painter.galley(pos2(x, y + 10.0 - under.size().y / 2.0), under, colour);
    }

    /// The name and what is said under it elsewhere, in one line.
    fn paint_name_in_line(&self, painter: &Painter, cell: Rect, t: &Tokens) {
        let (from, to) = text_range(Column::Name, cell);
        let (x, y) = (from + 26.0, cell.center().y);
        let icon = icons::for_category(self.job.category);
        icon.paint(painter, pos2(from + 9.0, y), 16.0, t.dim);
        let width = to - x;
        let (colour, ink) = (self.name_colour(t), self.under_colour(t));
        // The name gives way only so far, and what stands after it takes what is left.
        let most = (width * 0.4).min(width - 180.0).max(0.0);
        let under = widget::cut(painter, &self.text.under, theme::small(), ink, most);
        let room = width - under.size().x - 10.0;
        let name = elide::to_width(painter, &self.job.name, &theme::body(), room);
        let name = widget::cut(painter, &name, theme::body(), colour, room);
        let after = x + name.size().x + 10.0;
        let under = widget::cut(painter, &self.text.under, theme::small(), ink, to - after);
        painter.galley(pos2(x, y - name.size().y / 2.0), name, colour);
        painter.galley(pos2(after, y - under.size().y / 2.0 + 0.5), under, ink);
    }

    fn name_colour(&self, t: &Tokens) -> Color32 {
        if self.job.state == State::Cancelled { t.dim } else { t.text }
    }

    fn under_colour(&self, t: &Tokens) -> Color32 {
        match (self.text.is_trouble, self.chosen) {
            (true, false) => t.of(self.job.state),
            (true, true) => t.text,
            (false, _) => t.dim,
        }
    }

    fn paint_progress(&self, painter: &Painter, cell: Rect, grid: Grid<'_>, t: &Tokens) {
        let (from, to) = text_range(Column::Progress, cell);
        let (up, down, high) = if grid.is_compact() { (5.0, 7.0, 3.0) } else { (10.0, 8.0, 5.0) };
        let state = self.job.state;
        let has_bar = state != State::Completed;
        let y = if has_bar { cell.center().y - up } else { cell.center().y };
        state_icon(state).paint(painter, pos2(from + 7.0, y), 14.0, t.of(state));
        // On a chosen row the state colours fall short of the 4.5:1 words need, not of the 3:1 of
        // an icon: there the word is plain.
        let colour = if self.chosen { t.text } else { t.of(state) };
        let percent = widget::cut(painter, &self.text.percent, theme::small(), t.dim, 80.0);
        let room = to - from - 20.0 - percent.size().x - 6.0;
        let word = widget::cut(painter, &self.text.state, theme::small(), colour, room);
        let middle = |height: f32| y - height / 2.0;
        painter.galley(pos2(from + 20.0, middle(word.size().y)), word, colour);
        let right = pos2(to - percent.size().x, middle(percent.size().y));
        painter.galley(right, percent, t.dim);
        if has_bar {
            let top = cell.center().y + down;
            let bar = Rect::from_min_size(pos2(from, top), vec2(to - from, high));
            span_bar::paint(painter, bar, self.job, self.chosen, t);
        }
    }

    fn buttons(
        &self,
        ui: &Ui,
        row: Rect,
        grid: Grid<'_>,
        id: Id,
        words: &Words,
        out: &mut Vec<Deed>,
    ) {
        let high = theme::ICON_BUTTON.min(row.height() - 2.0);
        let step = theme::ICON_BUTTON + 4.0;
        let first = row.right() - 8.0 - theme::ICON_BUTTON - step;
        let buttons = &self.text.buttons;
        for (place, (action, name)) in (2 - buttons.len()..).zip(buttons) {
            let x = first + if place == 0 { 0.0 } else { step };
            let centre = pos2(x + theme::ICON_BUTTON / 2.0, row.center().y);
            let wide = if grid.is_compact() { high } else { theme::ICON_BUTTON };
            let rect = Rect::from_center_size(centre, vec2(wide, high));
            let id = id.with(action.key());
            let told = self.text.new_link.as_ref().filter(|_| *action == Action::NewLink);
            let room = rect.right() - grid.idle_from(row);
            let mut button = match told.filter(|_| !grid.is_compact()) {
                Some(label) => {
                    widget::told_button_at(ui, (rect, room), id, action.icon(), (label, name))
                }
                None => widget::icon_button_at(ui, rect, id, action.icon(), name, true),
            };
            if button.hovered() {
                button = button.on_hover_text(action.tip(ui.ctx(), words));
            }
            if button.clicked() {
                out.push(Deed::one(*action, self.job.id));
            }
        }
    }
}

/// A value that stands at the right of its cell, so that numbers of one kind stand one under another.
fn paint_value(painter: &Painter, text: &str, column: Column, cell: Rect, colour: Color32) {
    let (from, to) = text_range(column, cell);
    let galley = widget::cut(painter, text, theme::body(), colour, to - from);
    let at = pos2(to - galley.size().x, cell.center().y - galley.size().y / 2.0);
    painter.galley(at, galley, colour);
}

/// The icon that stands beside the word for a state.
pub(crate) fn state_icon(state: State) -> Icon {
    match state {
        State::Queued => Icon::Clock,
        State::Connecting => Icon::Loader,
        State::Downloading => Icon::ArrowDown,
        State::Paused => Icon::CirclePause,
        State::Waiting => Icon::Hourglass,
        State::NeedsLink => Icon::Unlink,
        State::Verifying => Icon::ShieldCheck,
        State::Completed => Icon::CircleCheck,
        State::Failed => Icon::CircleAlert,
        State::Cancelled => Icon::CircleX,
    }
}
