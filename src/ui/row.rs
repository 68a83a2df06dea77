//! One row of the list, painted: type · name and what is to be said · state over the span bar ·
//! speed · time left · the buttons that make sense now.

use std::sync::Arc;

use eframe::egui;
use egui::{Color32, Id, Painter, Rect, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::deed::Deed;
use super::icons::{self, Icon};
use super::row_text::RowText;
use super::theme::{self, Tokens, tokens};
use super::{elide, span_bar, widget};
use crate::app::snapshot::JobView;
use crate::model::phase::State;
use crate::words::Words;

/// Widths of the columns at a width of the list; a column without room is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Columns {
    progress: f32,
    speed: f32,
    left: f32,
}

impl Columns {
    /// What fits into `width`: first the time left falls away, then the speed.
    pub(crate) fn fitting(width: f32) -> Self {
        let (progress, speed, left) = match width {
            w if w >= 860.0 => (220.0, 96.0, 96.0),
            w if w >= 720.0 => (190.0, 88.0, 0.0),
            w if w >= 560.0 => (160.0, 0.0, 0.0),
            _ => (120.0, 0.0, 0.0),
        };
        Self { progress, speed, left }
    }
}

/// Where the parts of a row stand.
struct Places {
    tile: Rect,
    name: Rect,
    progress: Rect,
    speed: f32,
    left: f32,
    buttons: f32,
}

impl Places {
    fn of(row: Rect, columns: Columns) -> Self {
        let tile =
            Rect::from_center_size(pos2(row.left() + 30.0, row.center().y), vec2(36.0, 36.0));
        let buttons = row.right() - 8.0 - 2.0 * theme::ICON_BUTTON - 4.0;
        let left = buttons - 12.0;
        let speed = left - columns.left;
        let progress_right = speed - columns.speed - if columns.speed > 0.0 { 0.0 } else { 4.0 };
        let progress = Rect::from_min_max(
            pos2(progress_right - columns.progress, row.top()),
            pos2(progress_right, row.bottom()),
        );
        let name = Rect::from_min_max(
            pos2(tile.right() + 12.0, row.top()),
            pos2(progress.left() - 20.0, row.bottom()),
        );
        Self { tile, name, progress, speed, left, buttons }
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
        columns: Columns,
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
        let places = Places::of(ground, columns);
        self.paint_name(ui.painter(), &places, columns, t);
        self.paint_progress(ui.painter(), places.progress, t);
        self.paint_rates(ui.painter(), &places, columns, t);
        self.buttons(ui, &places, id, words, out);
        if self.text.is_trouble {
            // The line is often longer than its place.
            return response.on_hover_text(&self.text.under);
        }
        response
    }

    fn paint_name(&self, painter: &Painter, places: &Places, columns: Columns, t: &Tokens) {
        let tile = if self.chosen { t.bg } else { t.raised };
        painter.rect_filled(places.tile, theme::RADIUS, tile);
        icons::for_name(&self.job.name).paint(painter, places.tile.center(), 18.0, t.dim);
        let (x, y) = (places.name.left(), places.name.center().y);
        let width = places.name.width();
        let quiet = self.job.state == State::Cancelled;
        let colour = if quiet { t.dim } else { t.text };
        let name = elide::to_width(painter, &self.job.name, &theme::strong(), width);
        let name = widget::cut(painter, &name, theme::strong(), colour, width);
        painter.galley(pos2(x, y - 10.0 - name.size().y / 2.0), name, colour);
        let colour = match (self.text.is_trouble, self.chosen) {
            (true, false) => t.of(self.job.state),
            (true, true) => t.text,
            (false, _) => t.dim,
        };
        let under = if columns.left > 0.0 { &self.text.under } else { &self.text.under_narrow };
        let under = widget::cut(painter, under, theme::small(), colour, width);
        painter.galley(pos2(x, y + 10.0 - under.size().y / 2.0), under, colour);
    }

    fn paint_progress(&self, painter: &Painter, at: Rect, t: &Tokens) {
        let state = self.job.state;
        let has_bar = state != State::Completed;
        let y = if has_bar { at.center().y - 10.0 } else { at.center().y };
        state_icon(state).paint(painter, pos2(at.left() + 7.0, y), 14.0, t.of(state));
        // On a chosen row the state colours fall short of the 4.5:1 words need, not of the 3:1 of
        // an icon: there the word is plain.
        let colour = if self.chosen { t.text } else { t.of(state) };
        let percent = widget::cut(painter, &self.text.percent, theme::small(), t.dim, 80.0);
        let room = at.width() - 20.0 - percent.size().x - 6.0;
        let word = widget::cut(painter, &self.text.state, theme::small(), colour, room);
        let middle = |height: f32| y - height / 2.0;
        painter.galley(pos2(at.left() + 20.0, middle(word.size().y)), word, colour);
        let right = pos2(at.right() - percent.size().x, middle(percent.size().y));
        painter.galley(right, percent, t.dim);
        if has_bar {
            let top = at.center().y + 8.0;
            let bar = Rect::from_min_size(pos2(at.left(), top), vec2(at.width(), 5.0));
            span_bar::paint(painter, bar, self.job, self.chosen, t);
        }
    }

    fn paint_rates(&self, painter: &Painter, places: &Places, columns: Columns, t: &Tokens) {
        let y = places.progress.center().y;
        let right_aligned = |text: &str, right: f32, width: f32, colour: Color32| {
            let galley = widget::cut(painter, text, theme::body(), colour, width - 8.0);
            let at = pos2(right - galley.size().x, y - galley.size().y / 2.0);
            painter.galley(at, galley, colour);
        };
        if columns.speed > 0.0 {
            right_aligned(&self.text.speed, places.speed, columns.speed, t.text);
        }
        if columns.left > 0.0 {
            right_aligned(&self.text.left, places.left, columns.left, t.dim);
        }
    }

    fn buttons(&self, ui: &Ui, places: &Places, id: Id, words: &Words, out: &mut Vec<Deed>) {
        let side = theme::ICON_BUTTON;
        let buttons = &self.text.buttons;
        for (place, (action, name)) in (2 - buttons.len()..).zip(buttons) {
            let x = places.buttons + if place == 0 { 0.0 } else { side + 4.0 };
            let top = places.tile.center().y - side / 2.0;
            let rect = Rect::from_min_size(pos2(x, top), vec2(side, side));
            let id = id.with(action.key());
            let mut button = widget::icon_button_at(ui, rect, id, action.icon(), name, true);
            if button.hovered() {
                button = button.on_hover_text(action.tip(ui.ctx(), words));
            }
            if button.clicked() {
                out.push(Deed::one(*action, self.job.id));
            }
        }
        if self.is_cursor && self.chosen {
            let mark = Rect::from_min_size(
                pos2(places.tile.left() - 12.0, places.tile.top() + 4.0),
                vec2(3.0, places.tile.height() - 8.0),
            );
            ui.painter().rect_filled(mark, 2.0, tokens(ui).accent);
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_fall_away_in_order() {
        let has = |width| {
            let columns = Columns::fitting(width);
            (columns.speed > 0.0, columns.left > 0.0)
        };
        assert_eq!(has(1000.0), (true, true));
        assert_eq!(has(800.0), (true, false));
        assert_eq!(has(580.0), (false, false));
    }
}
