//! Names and links cut in the middle, so that the beginning and the ending are both seen.
//!
//! Invariant: what fits is left as it is; what is cut keeps its ending and holds one ellipsis.

use std::borrow::Cow;

use eframe::egui;
use egui::{FontId, Painter};

use super::bidi;

/// `text` in at most `longest` characters.
pub(crate) fn middle(text: &str, longest: usize) -> String {
    let count = text.chars().count();
    if count <= longest {
        return text.to_owned();
    }
    let kept = longest.saturating_sub(1);
    // A little more of the end: there stand the number and the ending of a name.
    let head = kept / 2;
    let tail = kept - head;
    let start: String = text.chars().take(head).collect();
    let end: String = text.chars().skip(count - tail).collect();
    format!("{start}…{end}")
}

/// `text` so that it is no wider than `width` in `font`, in the order in which it is seen.
pub(crate) fn to_width(painter: &Painter, text: &str, font: &FontId, width: f32) -> String {
    bidi::visual(&shortened(painter, text, font, width)).into_owned()
}

fn shortened<'a>(painter: &Painter, text: &'a str, font: &FontId, width: f32) -> Cow<'a, str> {
    let fits = |text: &str| painter.fonts_mut(|fonts| width_of(fonts, text, font) <= width);
    if fits(text) {
        return Cow::Borrowed(text);
    }
    let (mut least, mut most) = (1, text.chars().count());
    while least + 1 < most {
        let half = usize::midpoint(least, most);
        if fits(&middle(text, half)) {
            least = half;
        } else {
            most = half;
        }
    }
    Cow::Owned(middle(text, least))
}

fn width_of(fonts: &mut egui::epaint::FontsView<'_>, text: &str, font: &FontId) -> f32 {
    text.chars().map(|c| fonts.glyph_width(font, c)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_stays() {
        assert_eq!(middle("short.iso", 12), "short.iso");
        assert_eq!(middle("a-very-long-name.iso", 11), "a-ver…e.iso");
        assert_eq!(middle("非常长的文件名字.mp4", 9), "非常长的….mp4");
        assert_eq!(middle("abc", 1), "…");
    }

    #[test]
    fn what_is_cut_fits() {
        let ctx = egui::Context::default();
        let output = ctx.run_ui(egui::RawInput::default(), |ui| {
            let font = FontId::proportional(13.0);
            let name = format!("{}.part01.rar", "long".repeat(40));
            let cut = to_width(ui.painter(), &name, &font, 200.0);
            let (_, end) = cut.split_once('…').unwrap();
            assert!(".part01.rar".ends_with(end) || end.ends_with(".part01.rar"), "{cut}");
            let galley = ui.painter().layout_no_wrap(cut, font.clone(), egui::Color32::WHITE);
            assert!((150.0..=201.0).contains(&galley.size().x), "{}", galley.size().x);
            assert_eq!(to_width(ui.painter(), "a.iso", &font, 200.0), "a.iso");
        });
        output.drop_without_applying_deltas();
    }
}
