//! The list of rows: only those in view are drawn, clicks choose, and a row opens its menu.

use std::ops::Range;

use eframe::egui;
use egui::{Rect, ScrollArea, Ui, vec2};

use super::action::{Action, JOB_MENU};
use super::deed::Deed;
use super::list::List;
use super::row::{Columns, Row};
use super::selection::{Reach, Selection};
use super::theme;
use super::widget;
use crate::app::snapshot::JobView;
use crate::model::id::JobId;
use crate::words::Words;

/// Room at the right for the scroll bar, which floats.
const SCROLL_BAR: f32 = 10.0;

/// Draws the rows. `scroll_to` is the row that is to come into view.
pub(crate) fn show(
    ui: &mut Ui,
    list: &mut List,
    selection: &mut Selection,
    scroll_to: Option<usize>,
    words: &Words,
    out: &mut Vec<Deed>,
) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let area = ScrollArea::vertical().id_salt("rows").auto_shrink([false, false]);
    let total = list.len();
    area.show_rows(ui, theme::ROW, total, |ui, visible| {
        list.visible = visible.clone();
        if let Some(row) = scroll_to {
            let place = place_of(ui, &visible, row);
            ui.scroll_to_rect(place, None);
        }
        let width = ui.available_width() - SCROLL_BAR;
        let columns = Columns::fitting(width);
        for index in visible {
            let Some(job) = list.job(index).cloned() else { continue };
            let text = list.text(&job, words);
            let (_, rect) = ui.allocate_space(vec2(width, theme::ROW));
            let row = Row {
                job: &job,
                text: &text,
                chosen: selection.contains(job.id),
                is_cursor: selection.cursor() == Some(job.id),
            };
            let response = row.show(ui, rect, columns, words, out);
            if response.clicked() {
                selection.go(job.id, reach(ui), list);
            }
            if response.double_clicked() && Action::Open.fits(job.state) {
                out.push(Deed::one(Action::Open, job.id));
            }
            if response.secondary_clicked() {
                selection.open_menu(job.id, list);
            }
            response.context_menu(|ui| menu(ui, list, selection.in_menu(), words, out));
        }
    });
}

fn reach(ui: &Ui) -> Reach {
    ui.input(|i| match (i.modifiers.shift, i.modifiers.command) {
        (true, _) => Reach::Range,
        (false, true) => Reach::Toggle,
        (false, false) => Reach::Only,
    })
}

/// Where row `row` stands, in view or not, beside the rows `visible`.
#[expect(clippy::cast_precision_loss, reason = "a list is far shorter than 2^24 rows")]
fn place_of(ui: &Ui, visible: &Range<usize>, row: usize) -> Rect {
    let top = ui.max_rect().top() + (row as f32 - visible.start as f32) * theme::ROW;
    Rect::from_x_y_ranges(ui.max_rect().x_range(), top..=top + theme::ROW)
}

/// The menu of the jobs it was opened for.
fn menu(ui: &mut Ui, list: &List, ids: &[JobId], words: &Words, out: &mut Vec<Deed>) {
    ui.set_width(236.0);
    ui.spacing_mut().item_spacing.y = 0.0;
    let jobs = list.these(ids);
    if jobs.is_empty() {
        ui.close();
    }
    for action in JOB_MENU {
        let none_whole = action == Action::CopyLink && !jobs.iter().any(|job| has_whole_link(job));
        let too_many = action == Action::NewLink && jobs.len() > 1;
        if none_whole || too_many || !action.fits_any(jobs.iter().map(|job| job.state)) {
            continue;
        }
        if action == Action::Cancel {
            ui.separator();
        }
        let shortcut = action.shortcut().map(|s| ui.ctx().format_shortcut(&s)).unwrap_or_default();
        let label = words.text(action.key());
        if widget::menu_line(ui, action.icon(), &label, &shortcut).clicked() {
            out.push(Deed { action, jobs: fitting(action, &jobs) });
            ui.close();
        }
    }
}

/// Those of `jobs` an action makes sense for.
pub(crate) fn fitting(action: Action, jobs: &[&JobView]) -> Vec<JobId> {
    jobs.iter().filter(|job| action.fits(job.state)).map(|job| job.id).collect()
}

/// Whether the link in a view is the whole one: without its query it would lead elsewhere.
pub(crate) fn has_whole_link(job: &JobView) -> bool {
    !job.url.ends_with("?…")
}
