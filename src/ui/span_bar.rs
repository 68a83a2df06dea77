//! The bar of a job: the true map of what is on the disk, not one rectangle.

use eframe::egui;
use egui::{Painter, Rect, pos2, vec2};

use super::theme::Tokens;
use crate::app::snapshot::JobView;
use crate::model::phase::State;
use crate::model::range::ByteRange;

/// The bar of a job: the true map of what is on the disk.
pub(super) fn paint(painter: &Painter, bar: Rect, job: &JobView, chosen: bool, t: &Tokens) {
    let radius = bar.height() / 2.0;
    let track = if chosen { t.text.gamma_multiply(0.14) } else { t.track };
    painter.rect_filled(bar, radius, track);
    let colour = match job.state {
        State::Queued | State::Cancelled => t.faint,
        State::Connecting
        | State::Downloading
        | State::Verifying
        | State::Paused
        | State::Waiting
        | State::NeedsLink
        | State::Completed
        | State::Failed => t.of(job.state),
    };
    let Some(total) = job.total_bytes.filter(|total| *total > 0) else {
        // The size is not known: a mark at the start says that something is here, not how much.
        if job.done_bytes > 0 {
            let some = Rect::from_min_size(bar.min, vec2(bar.height() * 3.0, bar.height()));
            painter.rect_filled(some, radius, colour.gamma_multiply(0.6));
        }
        return;
    };
    for (from, to) in stretches(&job.spans, total, bar, painter.pixels_per_point()) {
        let span = Rect::from_min_max(pos2(from, bar.top()), pos2(to, bar.bottom()));
        painter.rect_filled(span, radius.min(span.width() / 2.0), colour);
    }
}

/// The spans as stretches of the bar. What is less than a pixel apart is drawn as one; what is
/// narrower than the bar is high is drawn that wide, or it would not be seen.
fn stretches(spans: &[ByteRange], total: u64, bar: Rect, pixels_per_point: f32) -> Vec<(f32, f32)> {
    let x = |byte: u64| bar.left() + bar.width() * share(byte, total);
    let gap = 1.0 / pixels_per_point;
    let mut out: Vec<(f32, f32)> = Vec::new();
    for span in spans.iter().filter(|span| !span.is_empty()) {
        let from = x(span.start).min(bar.right() - 2.0);
        let to = x(span.end).max(from + 2.0);
        match out.last_mut() {
            Some(last) if from - last.1 < gap => last.1 = last.1.max(to),
            _ => out.push((from, to)),
        }
    }
    out
}

/// `part` of `whole` as a number from 0 to 1, to a ten-thousandth: finer than any bar is wide.
pub(super) fn share(part: u64, whole: u64) -> f32 {
    let share = u128::from(part.min(whole)) * 10_000 / u128::from(whole.max(1));
    f32::from(u16::try_from(share).unwrap_or(10_000)) / 10_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(spans: &[(u64, u64)], total: u64) -> Vec<(f32, f32)> {
        let spans: Vec<ByteRange> = spans.iter().map(|s| ByteRange::new(s.0, s.1)).collect();
        let bar = Rect::from_min_size(pos2(100.0, 0.0), vec2(200.0, 5.0));
        stretches(&spans, total, bar, 1.0)
    }

    #[test]
    fn the_bar_is_a_true_map() {
        assert_eq!(map(&[(0, 500), (750, 1000)], 1000), [(100.0, 200.0), (250.0, 300.0)]);
        assert_eq!(map(&[(0, 1000)], 1000), [(100.0, 300.0)]);
        assert!(map(&[(5, 5)], 1000).is_empty());
    }

    #[test]
    fn what_is_small_is_still_seen_and_stays_inside() {
        assert_eq!(map(&[(0, 1)], u64::MAX), [(100.0, 102.0)]);
        assert_eq!(map(&[(u64::MAX - 1, u64::MAX)], u64::MAX), [(298.0, 300.0)]);
    }

    #[test]
    fn what_is_closer_than_a_pixel_is_one() {
        let many: Vec<(u64, u64)> = (0..256).map(|n| (n * 4, n * 4 + 3)).collect();
        assert_eq!(map(&many, 1024).len(), 1);
    }
}
