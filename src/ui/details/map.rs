//! The map of a file: what of it is missing, on its way, written, durable and proved, in cells that
//! each stand for the same number of bytes.
//!
//! Invariant: the cells are made when the job or the room changes, not when they are drawn.

use eframe::egui;
use egui::{Color32, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::nothing;
use crate::app::focus::Focus;
use crate::model::phase::State;
use crate::model::proof::Proof;
use crate::model::range::{ByteRange, SpanSet};
use crate::ui::theme::{self, Tokens, tokens};
use crate::words::format::bytes;
use crate::words::{Arg, Words};

/// Side of a cell, and the room between two.
const CELL: f32 = 9.0;
const GAP: f32 = 2.0;
/// Cells at most: no more than there are pixels to look at.
const MAX_CELLS: u64 = 4096;

/// What a part of the file is, from the least to the most certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cell {
    /// Nothing of it is here.
    Missing,
    /// A connection brings it now.
    Coming,
    /// Some of it is here.
    Some,
    /// All of it was written.
    Written,
    /// All of it would survive a power cut.
    Durable,
    /// All of it was compared with a digest.
    Proved,
}

impl Cell {
    const ALL: [Self; 6] =
        [Self::Missing, Self::Coming, Self::Some, Self::Written, Self::Durable, Self::Proved];

    fn key(self) -> &'static str {
        match self {
            Self::Missing => "map-missing",
            Self::Coming => "map-coming",
            Self::Some => "map-some",
            Self::Written => "map-written",
            Self::Durable => "map-durable",
            Self::Proved => "map-proved",
        }
    }

    fn colour(self, t: &Tokens) -> Color32 {
        match self {
            Self::Missing => t.track,
            Self::Coming => t.warn,
            Self::Some => t.accent.gamma_multiply(0.35),
            Self::Written => t.accent.gamma_multiply(0.65),
            Self::Durable => t.accent,
            Self::Proved => t.ok,
        }
    }
}

/// What the map is made from.
pub(super) struct Map {
    total: u64,
    written: SpanSet,
    durable: SpanSet,
    coming: Vec<u64>,
    is_proved: bool,
    cells: Vec<Cell>,
}

impl Map {
    /// The map of a job; none where its size is not known.
    pub(super) fn new(focus: &Focus) -> Option<Self> {
        let view = &focus.job.view;
        let total = view.total_bytes.filter(|total| *total > 0)?;
        let whole = SpanSet::from_iter([ByteRange::new(0, total)]);
        let (written, durable) = if view.state == State::Completed {
            (whole.clone(), whole)
        } else {
            (focus.job.spans.iter().copied().collect(), focus.durable.clone())
        };
        let next = |left: ByteRange| (!left.is_empty()).then_some(left.start);
        let connections = focus.connections.iter();
        let coming = connections.filter_map(|c| c.open.left.and_then(next)).collect();
        let is_proved = matches!(view.proof, Some(Proof::Proved { .. }));
        Some(Self { total, written, durable, coming, is_proved, cells: Vec::new() })
    }

    /// Draws it into all the room there is.
    pub(super) fn show(&mut self, ui: &mut Ui, words: &Words) {
        let t = tokens(ui);
        self.legend(ui, t, words);
        let room = vec2(ui.available_width() - 12.0, ui.available_height());
        let across = whole(((room.x + GAP) / (CELL + GAP)).max(1.0));
        let down = whole(((room.y + GAP) / (CELL + GAP)).max(1.0));
        let most = (across * down).min(MAX_CELLS).min(self.total);
        if self.cells.len() as u64 != most {
            self.cells = self.made(most);
        }
        let (rect, response) = ui.allocate_exact_size(room, Sense::hover());
        let said = words.text("tab-map");
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &said));
        let place = |n: u64| {
            let (row, column) = (n / across, n % across);
            let at = pos2(
                rect.left() + float(column) * (CELL + GAP),
                rect.top() + float(row) * (CELL + GAP),
            );
            Rect::from_min_size(at, vec2(CELL, CELL))
        };
        for (n, cell) in (0..).zip(&self.cells) {
            ui.painter().rect_filled(place(n), 2.0, cell.colour(t));
        }
        let Some(at) = response.hover_pos() else { return };
        let found = (0..most).zip(&self.cells).find(|(n, _)| place(*n).expand(1.0).contains(at));
        if let Some((n, cell)) = found {
            let range = self.range(n, most);
            let (from, to) = (bytes(range.start), bytes(range.end));
            let state = words.text(cell.key());
            let args =
                [("state", Arg::Text(&state)), ("from", Arg::Text(&from)), ("to", Arg::Text(&to))];
            response.on_hover_text_at_pointer(words.with("map-cell", &args));
        }
    }

    fn legend(&self, ui: &mut Ui, t: &Tokens, words: &Words) {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            // What is proved is so as a whole.
            for cell in Cell::ALL.iter().filter(|cell| (**cell == Cell::Proved) == self.is_proved) {
                let (spot, _) = ui.allocate_exact_size(vec2(CELL, 18.0), Sense::hover());
                let swatch = Rect::from_center_size(spot.center(), vec2(CELL, CELL));
                ui.painter().rect_filled(swatch, 2.0, cell.colour(t));
                let word = words.text(cell.key());
                ui.label(egui::RichText::new(word).font(theme::small()).color(t.dim));
                ui.add_space(8.0);
            }
        });
    }

    /// The bytes cell `n` of `count` stands for.
    fn range(&self, n: u64, count: u64) -> ByteRange {
        let at = |n: u64| {
            let byte = u128::from(self.total) * u128::from(n) / u128::from(count.max(1));
            u64::try_from(byte).unwrap_or(self.total)
        };
        ByteRange::new(at(n), at(n + 1))
    }

    fn made(&self, count: u64) -> Vec<Cell> {
        (0..count).map(|n| self.cell(self.range(n, count))).collect()
    }

    fn cell(&self, range: ByteRange) -> Cell {
        if self.durable.contains(range) {
            return if self.is_proved { Cell::Proved } else { Cell::Durable };
        }
        if self.coming.iter().any(|at| range.start <= *at && *at < range.end) {
            return Cell::Coming;
        }
        if self.written.contains(range) {
            return Cell::Written;
        }
        let is_missing = self.written.first_gap(range.start, range.end) == Some(range);
        if is_missing { Cell::Missing } else { Cell::Some }
    }
}

/// Says that there is no map, and why.
pub(super) fn none(ui: &mut Ui, words: &Words) {
    nothing(ui, &words.text("map-none"));
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "cells on a screen")]
fn whole(cells: f32) -> u64 {
    cells as u64
}

#[expect(clippy::cast_precision_loss, reason = "cells on a screen")]
fn float(cells: u64) -> f32 {
    cells as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn map(total: u64, written: &[(u64, u64)], durable: &[(u64, u64)], coming: Vec<u64>) -> Map {
        let set = |spans: &[(u64, u64)]| spans.iter().map(|s| ByteRange::new(s.0, s.1)).collect();
        let (written, durable) = (set(written), set(durable));
        Map { total, written, durable, coming, is_proved: false, cells: Vec::new() }
    }

    #[test]
    fn each_cell_says_what_is_so_of_its_bytes() {
        let map = map(60, &[(0, 25), (50, 55)], &[(0, 12)], vec![25, 41]);
        assert_eq!(
            map.made(6),
            [Cell::Durable, Cell::Written, Cell::Coming, Cell::Missing, Cell::Coming, Cell::Some]
        );
    }

    proptest! {
        #[test]
        fn the_cells_cover_the_file_once(total in 1u64.., count in 1u64..5000) {
            let map = map(total, &[], &[], Vec::new());
            let count = count.min(total);
            let mut at = 0;
            for n in 0..count {
                let range = map.range(n, count);
                prop_assert!(range.start == at && range.end > at);
                at = range.end;
            }
            prop_assert_eq!(at, total);
        }
    }
}
