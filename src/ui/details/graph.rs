//! The speed of a job over the time it ran, as an area under a line, with the limit drawn in.
//!
//! Invariant: made when a second is added, not when it is drawn; drawing costs by steps, and there are
//! never more than `MAX_STEPS`.

use std::sync::Arc;

use eframe::egui;
use egui::epaint::{Mesh, PathShape, Vertex};
use egui::{Align2, Color32, Pos2, Rect, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

use crate::model::history::SpeedHistory;
use crate::ui::span_bar::share;
use crate::ui::theme::{self, Tokens, tokens};
use crate::words::format::speed;
use crate::words::{Arg, Words};

/// Room for the speeds at the left, and for the times below.
const LEFT: f32 = 76.0;
const BELOW: f32 = 20.0;
/// Lines across.
const LINES: u64 = 2;

/// What is drawn.
pub(super) struct Graph {
    history: Arc<SpeedHistory>,
    limit_bps: Option<u64>,
    /// The speed at the top, a round number.
    top_bps: u64,
    spoken: String,
    times: [String; 2],
}

impl Graph {
    /// The graph of a history, under this limit.
    pub(super) fn new(history: &Arc<SpeedHistory>, limit_bps: Option<u64>, words: &Words) -> Self {
        let (peak, secs) = (history.peak_bps(), history.secs());
        let average = history.bytes() / secs.max(1);
        let said = [speed(peak), speed(average), words.duration(secs)];
        let args = [
            ("peak", Arg::Text(&said[0])),
            ("average", Arg::Text(&said[1])),
            ("time", Arg::Text(&said[2])),
        ];
        Self {
            history: Arc::clone(history),
            limit_bps,
            top_bps: round_up(peak.max(limit_bps.filter(|l| *l / 2 < peak).unwrap_or_default())),
            spoken: words.with("speed-graph", &args),
            times: [words.duration(0), words.duration(secs)],
        }
    }

    /// Draws it into all the room there is.
    pub(super) fn show(&self, ui: &mut Ui, words: &Words) {
        let t = tokens(ui);
        if self.history.steps().len() < 2 {
            super::nothing(ui, &words.text("speed-none"));
            return;
        }
        ui.label(egui::RichText::new(&self.spoken).font(theme::small()).color(t.dim));
        let size = vec2(ui.available_width() - 12.0, ui.available_height());
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &self.spoken));
        let field = Rect::from_min_max(
            pos2(rect.left() + LEFT, rect.top() + 8.0),
            pos2(rect.right() - 8.0, rect.bottom() - BELOW),
        );
        self.lines(ui, field, t);
        self.curve(ui, field, t);
        if let Some(at) = response.hover_pos().filter(|at| field.x_range().contains(at.x)) {
            self.point(ui, field, at.x, t, words);
        }
    }

    fn y(&self, field: Rect, bps: u64) -> f32 {
        field.bottom() - field.height() * share(bps, self.top_bps)
    }

    fn lines(&self, ui: &Ui, field: Rect, t: &Tokens) {
        let painter = ui.painter();
        for n in 0..=LINES {
            let bps = self.top_bps * n / LINES;
            let y = painter.round_to_pixel_center(self.y(field, bps));
            painter.hline(field.x_range(), y, Stroke::new(1.0, t.line));
            let at = pos2(field.left() - 8.0, y);
            painter.text(at, Align2::RIGHT_CENTER, speed(bps), theme::small(), t.dim);
        }
        let y = field.bottom() + 4.0;
        let [first, last] = &self.times;
        painter.text(pos2(field.left(), y), Align2::LEFT_TOP, first, theme::small(), t.faint);
        painter.text(pos2(field.right(), y), Align2::RIGHT_TOP, last, theme::small(), t.faint);
        if let Some(limit) = self.limit_bps.filter(|limit| *limit <= self.top_bps) {
            let y = painter.round_to_pixel_center(self.y(field, limit));
            let ends = [pos2(field.left(), y), pos2(field.right(), y)];
            let stroke = Stroke::new(1.0, t.warn);
            painter.extend(Shape::dashed_line(&ends, stroke, 6.0, 4.0));
        }
    }

    fn curve(&self, ui: &Ui, field: Rect, t: &Tokens) {
        let points = self.points(field);
        let fill = t.accent.gamma_multiply(0.16);
        let mut mesh = Mesh::default();
        for (n, point) in (0_u32..).zip(&points) {
            mesh.vertices.push(vertex(*point, fill));
            mesh.vertices.push(vertex(pos2(point.x, field.bottom()), fill));
            if n > 0 {
                let at = 2 * n;
                mesh.indices.extend([at - 2, at - 1, at, at, at - 1, at + 1]);
            }
        }
        ui.painter().add(Shape::mesh(mesh));
        ui.painter().add(PathShape::line(points, Stroke::new(1.5, t.accent)));
    }

    /// A point for the middle of each step, and for both ends.
    fn points(&self, field: Rect) -> Vec<Pos2> {
        let (steps, all) = (self.history.steps(), self.history.secs());
        let mut points = Vec::with_capacity(steps.len() + 2);
        let mut before = 0;
        for step in steps {
            let secs = u64::from(step.secs);
            let x = field.left() + field.width() * share(2 * before + secs, 2 * all);
            points.push(pos2(x, self.y(field, step.bps())));
            before += secs;
        }
        if let (Some(first), Some(last)) = (points.first().copied(), points.last().copied()) {
            points.insert(0, pos2(field.left(), first.y));
            points.push(pos2(field.right(), last.y));
        }
        points
    }

    /// What it was where the pointer is.
    fn point(&self, ui: &Ui, field: Rect, x: f32, t: &Tokens, words: &Words) {
        let all = self.history.secs();
        let mut before = 0;
        for step in self.history.steps() {
            before += u64::from(step.secs);
            if field.left() + field.width() * share(before, all) < x {
                continue;
            }
            let painter = ui.painter();
            painter.vline(x, field.y_range(), Stroke::new(1.0, t.faint));
            let said = format!("{} · {}", speed(step.bps()), words.duration(before));
            let galley = painter.layout_no_wrap(said, theme::small(), t.text);
            let room = field.right() - galley.size().x - 6.0;
            let place = pos2((x + 6.0).min(room), field.top() - 4.0);
            let ground = Rect::from_min_size(place, galley.size()).expand2(vec2(4.0, 2.0));
            painter.rect_filled(ground, 4.0, t.raised);
            painter.galley(place, galley, t.text);
            return;
        }
    }
}

fn vertex(pos: Pos2, color: Color32) -> Vertex {
    Vertex { pos, uv: egui::epaint::WHITE_UV, color }
}

/// The next number of the form 1, 2 or 5 times a power of ten.
fn round_up(bps: u64) -> u64 {
    let mut step = 1_000;
    loop {
        for times in [1, 2, 5] {
            if step * times >= bps {
                return step * times;
            }
        }
        if step > u64::MAX / 100 {
            return bps;
        }
        step *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_top_is_a_round_number() {
        for (peak, top) in [
            (0, 1_000),
            (1_000, 1_000),
            (1_001, 2_000),
            (18_400_000, 20_000_000),
            (20_000_001, 50_000_000),
            (u64::MAX, u64::MAX),
        ] {
            assert_eq!(round_up(peak), top, "{peak}");
        }
    }

    #[test]
    fn the_curve_stays_inside_and_goes_on_in_time() {
        let mut history = SpeedHistory::default();
        (0..1000).for_each(|n| history.second(n * 7_919 % 30_000_000));
        let words = Words::new(crate::model::settings::Language::English);
        let graph = Graph::new(&Arc::new(history), Some(5), &words);
        let field = Rect::from_min_size(pos2(50.0, 10.0), vec2(400.0, 100.0));
        let points = graph.points(field);
        assert!(points.iter().all(|point| field.expand(0.1).contains(*point)));
        assert!(points.windows(2).all(|pair| pair[0].x <= pair[1].x));
    }
}
