//! The connections of a job one by one: where to, how much each brought, how much it has still to bring,
//! and how fast.

use eframe::egui;
use egui::{Align2, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::nothing;
use crate::app::focus::{ConnectionView, Focus};
use crate::ui::theme::{self, tokens};
use crate::ui::widget;
use crate::words::format::{self, bytes, speed};
use crate::words::{Arg, Words};

/// Height of a line.
const LINE: f32 = 22.0;
/// Widths of its parts, besides the bar.
const NUMBER: f32 = 40.0;
const HOST: f32 = 200.0;
const BYTES: f32 = 84.0;
const SPEED: f32 = 92.0;
const STATE: f32 = 150.0;

/// One line.
struct Line {
    number: String,
    host: String,
    bytes: String,
    speed: String,
    state: String,
    /// How much of what it was asked for is here, in ten-thousandths.
    share: u16,
    spoken: String,
}

/// What the tab says.
pub(super) struct Connections(Vec<Line>);

impl Connections {
    /// The connections of a job.
    pub(super) fn new(focus: &Focus, words: &Words) -> Self {
        Self(focus.connections.iter().map(|view| Line::new(view, words)).collect())
    }

    /// Draws them.
    pub(super) fn show(&self, ui: &mut Ui, words: &Words) {
        if self.0.is_empty() {
            nothing(ui, &words.text("connections-none"));
            return;
        }
        let area = egui::ScrollArea::vertical().id_salt("connections").auto_shrink([false, false]);
        area.show_rows(ui, LINE, self.0.len(), |ui, shown| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for line in self.0.get(shown).unwrap_or_default() {
                line.show(ui);
            }
        });
    }
}

impl Line {
    fn new(view: &ConnectionView, words: &Words) -> Self {
        let open = &view.open;
        let left = open.left.map_or(0, crate::model::range::ByteRange::len);
        let state = match (open.received, open.races, view.speed_bps) {
            (0, _, _) => "connection-asking",
            (_, true, _) => "connection-races",
            (_, false, 0) => "connection-silent",
            (_, false, _) => "connection-receives",
        };
        let (number, state) = (format!("#{}", open.number), words.text(state));
        let rate = if view.speed_bps > 0 { speed(view.speed_bps) } else { format::NONE.into() };
        let brought = bytes(open.received);
        let args = [
            ("number", Arg::Text(&number)),
            ("host", Arg::Text(&open.host)),
            ("state", Arg::Text(&state)),
            ("bytes", Arg::Text(&brought)),
            ("speed", Arg::Text(&rate)),
        ];
        let all = u128::from(open.received) + u128::from(left);
        let share = u128::from(open.received) * 10_000 / all.max(1);
        Self {
            spoken: words.with("connection-spoken", &args),
            share: u16::try_from(share).unwrap_or(10_000),
            host: open.host.clone(),
            number,
            bytes: brought,
            speed: rate,
            state,
        }
    }

    fn show(&self, ui: &mut Ui) {
        let t = tokens(ui);
        let size = vec2(ui.available_width() - 12.0, LINE);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, &self.spoken));
        let (painter, y) = (ui.painter(), rect.center().y);
        let left = |x: f32, text: &str, width: f32, ink| {
            let galley = widget::cut(painter, text, theme::small(), ink, width);
            painter.galley(pos2(x, y - galley.size().y / 2.0), galley, ink);
        };
        let right = |x: f32, text: &str, ink| {
            painter.text(pos2(x, y), Align2::RIGHT_CENTER, text, theme::small(), ink);
        };
        // In a narrow window the word for the state goes first, then the server.
        let state = if size.x > 720.0 { STATE } else { 0.0 };
        let host = if size.x > 520.0 { HOST } else { 0.0 };
        let x = rect.left();
        left(x, &self.number, NUMBER, t.faint);
        left(x + NUMBER, &self.host, (host - 12.0).max(0.0), t.text);
        left(x + NUMBER + host, &self.state, (state - 12.0).max(0.0), t.dim);
        right(rect.right(), &self.speed, t.text);
        right(rect.right() - SPEED, &self.bytes, t.dim);
        let bar = Rect::from_min_max(
            pos2(x + NUMBER + host + state, y - 2.5),
            pos2(rect.right() - SPEED - BYTES - 12.0, y + 2.5),
        );
        if bar.width() > 20.0 {
            painter.rect_filled(bar, 2.5, t.track);
            let full = bar.width() * f32::from(self.share) / 10_000.0;
            let done = Rect::from_min_size(bar.min, vec2(full.max(2.0), bar.height()));
            painter.rect_filled(done, 2.5, t.accent);
        }
    }
}
