//! The log of a job: one plain sentence on top that says why it stands or is no faster, and below it
//! every request with its answer, the newest last.

use std::cell::OnceCell;
use std::sync::Arc;

use eframe::egui;
use egui::{Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::nothing;
use crate::model::log::LogLine;
use crate::ui::theme::{self, tokens};
use crate::ui::widget;
use crate::words::Words;

/// Height of a line, and room for its time.
const LINE: f32 = 20.0;
const TIME: f32 = 76.0;

/// What the tab says.
pub(super) struct Log {
    why: String,
    lines: Arc<Vec<LogLine>>,
    /// Time and text of the lines that were seen.
    said: Vec<OnceCell<[String; 2]>>,
}

impl Log {
    /// The log of a job, under the sentence that says why.
    pub(super) fn new(lines: &Arc<Vec<LogLine>>, why: String) -> Self {
        Self { why, lines: Arc::clone(lines), said: vec![OnceCell::new(); lines.len()] }
    }

    /// Draws it.
    pub(super) fn show(&self, ui: &mut Ui, words: &Words) {
        let t = tokens(ui);
        ui.add(egui::Label::new(egui::RichText::new(&self.why).font(theme::strong())).wrap());
        if self.lines.is_empty() {
            nothing(ui, &words.text("log-none"));
            return;
        }
        let area = egui::ScrollArea::vertical()
            .id_salt("log")
            .auto_shrink([false, false])
            .stick_to_bottom(true);
        ui.spacing_mut().item_spacing.y = 0.0;
        area.show_rows(ui, LINE, self.lines.len(), |ui, shown| {
            for (line, said) in self.lines.iter().zip(&self.said).take(shown.end).skip(shown.start)
            {
                let [time, text] =
                    said.get_or_init(|| [words.clock(line.at), words.told(&line.told)]);
                let size = vec2(ui.available_width() - 12.0, LINE);
                let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
                response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, text));
                let painter = ui.painter();
                let left = |x: f32, text: &str, ink, width| {
                    let galley = widget::cut(painter, text, theme::small(), ink, width);
                    let is_cut = galley.elided;
                    painter.galley(pos2(x, rect.center().y - galley.size().y / 2.0), galley, ink);
                    is_cut
                };
                left(rect.left(), time, t.faint, TIME);
                let is_cut = left(rect.left() + TIME, text, t.text, rect.width() - TIME);
                if is_cut {
                    response.on_hover_text(text);
                }
            }
        });
    }
}
