//! The heads of the columns: a click sorts, dragging a head moves its column, dragging the edge
//! between two makes one wider, and a menu says which are shown. All of it by keyboard, too.
//!
//! Invariant: drawing changes nothing; what is asked for is a [`Wish`], carried out after it.

use eframe::egui;
use egui::{
    Color32, CursorIcon, EventFilter, Id, Key, Modifiers, PointerButton, Popup, PopupCloseBehavior,
    Rect, Response, Role, Sense, SetOpenCommand, Ui, WidgetInfo, pos2, vec2,
};

use super::icons::Icon;
use super::theme::{self, Tokens, tokens};
use super::view::View;
use super::widget;
use crate::model::columns::{Column, Columns, Direction, GOOD_NAME, Layout, Place, Sort};
use crate::model::settings::Language;
use crate::words::{Arg, Words};

/// Height of the heads.
pub(crate) const HEIGHT: f32 = 28.0;
/// Width of the edge that can be taken hold of.
const EDGE: f32 = 9.0;
/// How much a key makes a column wider or narrower.
const KEY_STEP: f32 = 16.0;

/// The head of one column.
#[derive(Debug)]
struct Head {
    column: Column,
    label: String,
    /// The name for those who hear it, with how it is sorted.
    spoken: String,
}

/// The heads, their words made when the language or the sorting changes.
#[derive(Debug, Default)]
pub(crate) struct Header {
    made: Option<(Language, Option<Sort>)>,
    heads: Vec<Head>,
    /// The column that is being moved.
    moving: Option<Column>,
}

/// What is asked of the columns.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Wish {
    /// Sort by it, the other way, or no longer.
    Sort(Column),
    /// Make it so wide, in points.
    Width(Column, f32),
    /// Put it before another, or at the end.
    Move(Column, Option<Column>),
    /// Move it by one place, to the right or to the left.
    Step(Column, bool),
    /// Show it or take it away.
    Show(Column, bool),
    /// All as it was at first.
    Reset,
}

/// The key of a column's word.
fn key(column: Column) -> &'static str {
    match column {
        Column::Name => "column-name",
        Column::Progress => "column-progress",
        Column::Speed => "column-speed",
        Column::Left => "column-left",
        Column::Size => "column-size",
        Column::Added => "column-added",
    }
}

/// The key of the words for what stands on top.
fn sorted_key(Sort { column, direction }: Sort) -> &'static str {
    match (column, direction) {
        (Column::Name, Direction::Up) => "sorted-a-to-z",
        (Column::Name, Direction::Down) => "sorted-z-to-a",
        (Column::Progress, Direction::Up) => "sorted-least-done",
        (Column::Progress, Direction::Down) => "sorted-most-done",
        (Column::Speed, Direction::Up) => "sorted-slowest",
        (Column::Speed, Direction::Down) => "sorted-fastest",
        (Column::Left, Direction::Up) => "sorted-soonest",
        (Column::Left, Direction::Down) => "sorted-latest",
        (Column::Size, Direction::Up) => "sorted-smallest",
        (Column::Size, Direction::Down) => "sorted-largest",
        (Column::Added, Direction::Up) => "sorted-oldest",
        (Column::Added, Direction::Down) => "sorted-newest",
    }
}

impl Header {
    fn refresh(&mut self, sort: Option<Sort>, words: &Words) {
        let made = Some((words.language(), sort));
        if self.made == made {
            return;
        }
        self.made = made;
        let head = |column| {
            let label = words.text(key(column));
            let sorted = sort.filter(|sort| sort.column == column).map(|sort| {
                let how = words.text(sorted_key(sort));
                let args = [("column", Arg::Text(&label)), ("how", Arg::Text(&how))];
                words.with("column-sorted", &args)
            });
            Head { column, spoken: sorted.unwrap_or_else(|| label.clone()), label }
        };
        self.heads = Column::ALL.into_iter().map(head).collect();
    }
}

/// Draws the heads over rows that are laid out as `layout`, and carries out what is asked of them.
pub(crate) fn show(ui: &mut Ui, view: &mut View, layout: &Layout, words: &Words) {
    view.header.refresh(view.sort, words);
    let size = vec2(ui.available_width() - super::rows::SCROLL_BAR, HEIGHT);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let t = tokens(ui);
    let mut wishes = Vec::new();
    let mut moving = view.header.moving;
    for place in &layout.places {
        let cell = cell(rect, *place);
        let Some(head) = view.header.heads.iter().find(|h| h.column == place.column) else {
            continue;
        };
        let response = head_cell(ui, cell, head, view.sort);
        if response.drag_started_by(PointerButton::Primary) {
            moving = Some(place.column);
        }
        if response.clicked() {
            wishes.push(Wish::Sort(place.column));
        }
        keys(ui, &response, *place, layout, &mut wishes);
        menu(&response, view, words, &mut wishes);
    }
    let is_near = ui.rect_contains_pointer(rect);
    for place in layout.places.iter().filter(|place| place.column != Column::Name) {
        edge(ui, rect, *place, layout, is_near, &mut wishes);
    }
    if let Some(column) = moving {
        moving = move_column(ui, rect, layout, column, &mut wishes);
    }
    view.header.moving = moving;
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, egui::Stroke::new(1.0, t.line));
    if wishes.is_empty() {
        return;
    }
    let before = (view.sort, view.columns.clone());
    for wish in wishes {
        carry_out(view, wish);
    }
    if before != (view.sort, view.columns.clone()) {
        // The rows of this frame stand as they stood.
        ui.ctx().request_repaint();
    }
}

fn carry_out(view: &mut View, wish: Wish) {
    match wish {
        Wish::Sort(column) => view.sort = Sort::after_click(view.sort, column),
        Wish::Width(column, width) => view.columns.set_width(column, width),
        Wish::Move(column, before) => view.columns.move_before(column, before),
        Wish::Step(column, to_right) => view.columns.step(column, to_right),
        Wish::Show(column, is_shown) => {
            view.columns.show(column, is_shown);
            // What the rows are sorted by is seen.
            view.sort = view.sort.filter(|sort| view.columns.shows(sort.column));
        }
        Wish::Reset => {
            view.columns = Columns::default();
            view.sort = view.sort.filter(|sort| view.columns.shows(sort.column));
        }
    }
}

fn cell(row: Rect, place: Place) -> Rect {
    let left = row.left() + place.left;
    Rect::from_min_max(pos2(left, row.top()), pos2(left + place.width, row.bottom() - 1.0))
}

fn id(ui: &Ui, column: Column) -> Id {
    ui.scope_id().with(("head", column))
}

fn head_cell(ui: &Ui, cell: Rect, head: &Head, sort: Option<Sort>) -> Response {
    let response = ui.interact(cell, id(ui, head.column), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::ColumnHeader, true, &head.spoken));
    let t = tokens(ui);
    let ground = cell.shrink2(vec2(2.0, 3.0));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(ground, 6.0, t.raised);
    }
    if response.has_focus() {
        let stroke = egui::Stroke::new(1.5, t.accent);
        ui.painter().rect_stroke(ground, 6.0, stroke, egui::StrokeKind::Inside);
    }
    let sorted = sort.filter(|sort| sort.column == head.column).map(|sort| sort.direction);
    let ink = if sorted.is_some() || response.hovered() { t.text } else { t.faint };
    label(ui, cell, head, sorted, ink);
    response
}

/// The word and the arrow, at the side the cells below stand at.
fn label(ui: &Ui, cell: Rect, head: &Head, sorted: Option<Direction>, ink: Color32) {
    let arrow_room = if sorted.is_some() { 15.0 } else { 0.0 };
    let (from, to) = text_range(head.column, cell);
    let galley =
        widget::cut(ui.painter(), &head.label, theme::small(), ink, to - from - arrow_room);
    let y = cell.center().y;
    let width = galley.size().x;
    let left = if is_left_aligned(head.column) { from } else { to - width };
    if let Some(direction) = sorted {
        let icon = match direction {
            Direction::Up => Icon::ArrowUp,
            Direction::Down => Icon::ArrowDown,
        };
        let x = if is_left_aligned(head.column) { left + width + 9.0 } else { left - 9.0 };
        icon.paint(ui.painter(), pos2(x, y), 12.0, tokens(ui).accent);
    }
    ui.painter().galley(pos2(left, y - galley.size().y / 2.0), galley, ink);
}

fn is_left_aligned(column: Column) -> bool {
    matches!(column, Column::Name | Column::Progress)
}

/// Where the text of a column stands, from left to right.
pub(crate) fn text_range(column: Column, cell: Rect) -> (f32, f32) {
    let (left, right) = match column {
        Column::Name => (12.0, 12.0),
        Column::Progress => (8.0, 8.0),
        Column::Speed | Column::Left | Column::Size | Column::Added => (4.0, 8.0),
    };
    (cell.left() + left, cell.right() - right)
}

/// The keys of a head: left and right go to the next, with Shift they move the column, with Ctrl
/// they make it narrower or wider.
fn keys(ui: &Ui, head: &Response, place: Place, layout: &Layout, wishes: &mut Vec<Wish>) {
    if !head.has_focus() {
        return;
    }
    let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(head.id, filter));
    for (key, to_right) in [(Key::ArrowLeft, false), (Key::ArrowRight, true)] {
        let pressed = |modifiers| ui.input_mut(|input| input.consume_key(modifiers, key));
        if pressed(Modifiers::SHIFT) {
            wishes.push(Wish::Step(place.column, to_right));
        } else if pressed(Modifiers::COMMAND) {
            let step = if to_right { KEY_STEP } else { -KEY_STEP };
            wishes.push(Wish::Width(place.column, place.width + step));
        } else if pressed(Modifiers::NONE) {
            let at = layout.places.iter().position(|other| other.column == place.column);
            let next = at.and_then(|at| if to_right { Some(at + 1) } else { at.checked_sub(1) });
            if let Some(next) = next.and_then(|next| layout.places.get(next)) {
                ui.memory_mut(|memory| memory.request_focus(id(ui, next.column)));
            }
        }
    }
}

/// The edge of a column that can be dragged: the one away from the name, which gives or takes.
fn edge(ui: &Ui, row: Rect, place: Place, layout: &Layout, is_near: bool, wishes: &mut Vec<Wish>) {
    let Some(name) = layout.place(Column::Name) else { return };
    let cell = cell(row, place);
    let is_after = place.left > name.left;
    let x = if is_after { cell.left() } else { cell.right() };
    let hold = Rect::from_center_size(pos2(x, cell.center().y), vec2(EDGE, cell.height()));
    let id = ui.scope_id().with(("edge", place.column));
    let response = ui.interact(hold, id, Sense::CLICK | Sense::DRAG);
    let is_held = response.hovered() || response.dragged();
    if is_held {
        ui.ctx().set_cursor_icon(CursorIcon::ResizeHorizontal);
    }
    let t = tokens(ui);
    if is_held || is_near {
        let colour = if is_held { t.accent } else { t.line };
        let y = cell.shrink2(vec2(0.0, 6.0)).y_range();
        ui.painter().vline(x, y, egui::Stroke::new(if is_held { 2.0 } else { 1.0 }, colour));
    }
    if response.double_clicked() {
        wishes.push(Wish::Width(place.column, f32::from(place.column.usual())));
    } else if response.dragged()
        && let Some(pointer) = response.interact_pointer_pos()
    {
        let width = if is_after { cell.right() - pointer.x } else { pointer.x - cell.left() };
        // Nothing falls away while it is dragged: it takes only what the name can spare.
        let most = place.width + (name.width - GOOD_NAME).max(0.0);
        wishes.push(Wish::Width(place.column, width.min(most)));
    }
}

/// Shows where the column that is dragged would stand; puts it there when it is let go.
fn move_column(
    ui: &Ui,
    row: Rect,
    layout: &Layout,
    column: Column,
    wishes: &mut Vec<Wish>,
) -> Option<Column> {
    let pointer = ui.input(|input| input.pointer.interact_pos())?;
    let t = tokens(ui);
    let middle = |place: &&Place| row.left() + place.left + place.width / 2.0 > pointer.x;
    let before = layout.places.iter().find(middle);
    if !ui.input(|input| input.pointer.primary_down()) {
        wishes.push(Wish::Move(column, before.map(|place| place.column)));
        return None;
    }
    ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
    let end = layout.places.last().map_or(0.0, |place| place.left + place.width);
    let x = row.left() + before.map_or(end, |place| place.left);
    ui.painter().vline(x, row.y_range(), egui::Stroke::new(2.0, t.accent));
    shade(ui, cell(row, layout.place(column)?), t);
    Some(column)
}

fn shade(ui: &Ui, cell: Rect, t: &Tokens) {
    ui.painter().rect_filled(cell.shrink2(vec2(2.0, 3.0)), 6.0, t.accent.gamma_multiply(0.16));
}

/// The menu of the heads: which columns are shown.
fn menu(head: &Response, view: &View, words: &Words, wishes: &mut Vec<Wish>) {
    let by_key = head.has_focus()
        && head.ctx.input_mut(|input| {
            input.consume_key(Modifiers::SHIFT, Key::F10)
                || input.consume_key(Modifiers::NONE, Key::Menu)
        });
    let open = head.secondary_clicked() || by_key;
    let close = head.clicked() || head.drag_started();
    let command = if open { Some(true) } else { close.then_some(false) };
    Popup::menu(head)
        .open_memory(command.map(SetOpenCommand::Bool))
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| {
            ui.set_width(196.0);
            ui.spacing_mut().item_spacing.y = 0.0;
            for column in Column::ALL {
                let is_shown = view.columns.shows(column);
                let can_change = column != Column::Name;
                let label = words.text(key(column));
                if widget::check_line(ui, is_shown, can_change, &label).clicked() {
                    wishes.push(Wish::Show(column, !is_shown));
                }
            }
            ui.separator();
            if widget::plain_line(ui, &words.text("columns-reset")).clicked() {
                wishes.push(Wish::Reset);
                ui.close();
            }
        });
}
