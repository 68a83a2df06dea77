//! The list: the heads of its columns, and the rows, of which only those in view are drawn. Clicks
//! choose, and a row opens its menu.

use std::ops::Range;

use eframe::egui;
use egui::{Rect, ScrollArea, Ui, vec2};

use super::action::Action;
use super::deed::{Deed, JOB_MENU, keys_text};
use super::header;
use super::list::List;
use super::row::{BUTTONS, Grid, Row};
use super::selection::{Reach, Selection};
use super::sight::top_of;
use super::view::View;
use super::widget;
use crate::app::snapshot::JobView;
use crate::model::id::JobId;
use crate::model::settings::Density;
use crate::words::Words;

/// Room at the right for the scroll bar, which floats.
pub(crate) const SCROLL_BAR: f32 = 10.0;

/// Draws the heads and the rows. `scroll_to` is the row that is to come into view.
pub(crate) fn show(
    ui: &mut Ui,
    (list, view, density): (&mut List, &mut View, Density),
    selection: &mut Selection,
    scroll_to: Option<usize>,
    words: &Words,
    out: &mut Vec<Deed>,
) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let layout = view.columns.lay_out(ui.available_width() - SCROLL_BAR - BUTTONS);
    list.set_fallen(layout.fallen);
    header::show(ui, view, &layout, words);
    ui.add_space(4.0);
    let grid = Grid { layout: &layout, density };
    let height = grid.row_height();
    if (list.sight.row - height).abs() > 0.1 {
        // The rows have another height: what was on top stays there.
        list.sight.scroll_to = Some(top_of(list.sight.visible.start, height));
    }
    let mut area = ScrollArea::vertical().id_salt("rows").auto_shrink([false, false]);
    if let Some(offset) = list.sight.scroll_to.take() {
        area = area.vertical_scroll_offset(offset);
    }
    let shown = area.show_rows(ui, height, list.len(), |ui, visible| {
        if let Some(row) = scroll_to {
            let place = place_of(ui, &visible, row, height);
            ui.scroll_to_rect(place, None);
        }
        list.sight.visible = visible.clone();
        for index in visible {
            row(ui, (list, index), selection, grid, words, out);
        }
    });
    list.sight.offset = shown.state.clamped_offset().y;
    list.sight.row = height;
}

/// One row, and what a click on it does.
fn row(
    ui: &mut Ui,
    (list, index): (&mut List, usize),
    selection: &mut Selection,
    grid: Grid<'_>,
    words: &Words,
    out: &mut Vec<Deed>,
) {
    let Some(job) = list.job(index).cloned() else { return };
    let text = list.text(&job, words);
    let size = vec2(ui.available_width() - SCROLL_BAR, grid.row_height());
    let (_, rect) = ui.allocate_space(size);
    let row = Row {
        job: &job,
        text: &text,
        chosen: selection.contains(job.id),
        is_cursor: selection.cursor() == Some(job.id),
    };
    let response = row.show(ui, rect, grid, words, out);
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

fn reach(ui: &Ui) -> Reach {
    ui.input(|i| match (i.modifiers.shift, i.modifiers.command) {
        (true, _) => Reach::Range,
        (false, true) => Reach::Toggle,
        (false, false) => Reach::Only,
    })
}

/// Where row `row` stands, in view or not, beside the rows `visible`.
fn place_of(ui: &Ui, visible: &Range<usize>, row: usize, height: f32) -> Rect {
    let top = ui.max_rect().top() + top_of(row, height) - top_of(visible.start, height);
    Rect::from_x_y_ranges(ui.max_rect().x_range(), top..=top + height)
}

/// The menu of the jobs it was opened for.
fn menu(ui: &mut Ui, list: &List, ids: &[JobId], words: &Words, out: &mut Vec<Deed>) {
    ui.set_width(256.0);
    ui.spacing_mut().item_spacing.y = 0.0;
    let jobs = list.these(ids);
    if jobs.is_empty() {
        ui.close();
    }
    for action in JOB_MENU {
        let none_whole = action == Action::CopyLink && !jobs.iter().any(|job| has_whole_link(job));
        let too_many = matches!(action, Action::NewLink | Action::OpenPage) && jobs.len() > 1;
        let no_page = action == Action::OpenPage && !jobs.iter().any(|job| job.has_page);
        if none_whole || too_many || no_page || !jobs.iter().any(|job| action.fits_job(job)) {
            continue;
        }
        if action == Action::Cancel {
            ui.separator();
        }
        let shortcut = action.shortcut().map(|s| keys_text(ui.ctx(), s)).unwrap_or_default();
        let label = words.text(action.key());
        if widget::menu_line(ui, action.icon(), &label, &shortcut).clicked() {
            out.push(Deed { action, jobs: fitting(action, &jobs) });
            ui.close();
        }
    }
}

/// Those of `jobs` an action makes sense for.
pub(crate) fn fitting(action: Action, jobs: &[&JobView]) -> Vec<JobId> {
    jobs.iter().filter(|job| action.fits_job(job)).map(|job| job.id).collect()
}

/// Whether the link in a view is the whole one: without its query it would lead elsewhere.
pub(crate) fn has_whole_link(job: &JobView) -> bool {
    !job.url.ends_with("?…")
}
