//! The columns of the list: which are shown, in which order, how wide, and by which it is sorted.
//!
//! Invariant: after [`Columns::within_bounds`] every column stands there exactly once, the name is
//! shown, and no width is out of its bounds. The name has no width of its own: it takes what the
//! others leave.

use serde::{Deserialize, Serialize};

/// The least room for the name, in points; where there is less, other columns fall away.
pub const LEAST_NAME: f32 = 240.0;

/// The room the name is to have before the progress is as wide as it may be, in points.
pub const GOOD_NAME: f32 = 300.0;

/// The greatest width of a column, in points.
const MOST: u16 = 600;

/// A column of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// What it is called, and under it how much, from where, or what went wrong.
    Name,
    /// The state in a word, and the map of what is here.
    Progress,
    /// Bytes a second.
    Speed,
    /// Time left.
    Left,
    /// Size of the whole.
    Size,
    /// When it was put into the list.
    Added,
}

impl Column {
    /// All of them, in the order they stand in at first.
    pub const ALL: [Self; 6] =
        [Self::Name, Self::Progress, Self::Speed, Self::Left, Self::Size, Self::Added];

    /// Those that fall away where there is no room, the first to go first.
    const FALLING: [Self; 4] = [Self::Added, Self::Size, Self::Left, Self::Speed];

    /// Its width at first, in points.
    pub fn usual(self) -> u16 {
        match self {
            Self::Name => 0,
            Self::Progress => 236,
            Self::Speed | Self::Left | Self::Size => 96,
            Self::Added => 136,
        }
    }

    /// Its least width, in points.
    fn least(self) -> u16 {
        match self {
            Self::Name => 0,
            Self::Progress => 136,
            Self::Speed | Self::Left | Self::Size => 72,
            Self::Added => 112,
        }
    }

    /// The direction its first click sorts in: what one looks for stands on top.
    pub fn first_direction(self) -> Direction {
        match self {
            Self::Name | Self::Left => Direction::Up,
            Self::Progress | Self::Speed | Self::Size | Self::Added => Direction::Down,
        }
    }
}

/// Which end of a column stands on top.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The least.
    Up,
    /// The greatest.
    Down,
}

/// By what the list is sorted, where it is not in the order of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sort {
    /// The column.
    pub column: Column,
    /// Which end stands on top.
    pub direction: Direction,
}

impl Sort {
    /// What a click on the head of `column` makes of `before`: first its own direction, then the
    /// other, then the order of the queue again.
    pub fn after_click(before: Option<Self>, column: Column) -> Option<Self> {
        let first = column.first_direction();
        match before.filter(|sort| sort.column == column) {
            None => Some(Self { column, direction: first }),
            Some(sort) if sort.direction == first => {
                let direction = match first {
                    Direction::Up => Direction::Down,
                    Direction::Down => Direction::Up,
                };
                Some(Self { column, direction })
            }
            Some(_) => None,
        }
    }
}

/// One column as it was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// The column.
    pub column: Column,
    /// Whether it is shown where there is room.
    pub is_shown: bool,
    /// Its width in points; of no meaning for the name.
    pub width: u16,
}

/// All columns, from left to right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Columns(Vec<Shape>);

impl Default for Columns {
    fn default() -> Self {
        Self(Column::ALL.into_iter().map(usual).collect())
    }
}

fn usual(column: Column) -> Shape {
    let is_shown = !matches!(column, Column::Size | Column::Added);
    Shape { column, is_shown, width: column.usual() }
}

/// Where a column stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// The column.
    pub column: Column,
    /// Its left edge, from the left edge of the row, in points.
    pub left: f32,
    /// Its width in points.
    pub width: f32,
}

/// What is shown by no column of its own and is said under the name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fallen {
    /// The speed.
    pub speed: bool,
    /// The time left.
    pub left: bool,
    /// When it was added; only where its column was asked for and fell away.
    pub added: bool,
}

/// The columns at a width of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// Those that have room, from left to right.
    pub places: Vec<Place>,
    /// What is said under the name.
    pub fallen: Fallen,
}

impl Layout {
    /// Where a column stands; none where it has no room.
    pub fn place(&self, column: Column) -> Option<Place> {
        self.places.iter().copied().find(|place| place.column == column)
    }
}

impl Columns {
    /// As they were left, from left to right.
    pub fn shapes(&self) -> &[Shape] {
        &self.0
    }

    /// Whether a column is to be shown where there is room.
    pub fn shows(&self, column: Column) -> bool {
        self.0.iter().any(|shape| shape.column == column && shape.is_shown)
    }

    /// The same with each column once, the name shown, and widths within their bounds.
    #[must_use]
    pub fn within_bounds(self) -> Self {
        let mut shapes: Vec<Shape> = Vec::new();
        for shape in self.0.into_iter().chain(Column::ALL.into_iter().map(usual)) {
            let column = shape.column;
            if shapes.iter().all(|before| before.column != column) {
                let is_shown = shape.is_shown || column == Column::Name;
                shapes.push(Shape { column, is_shown, width: bounded(column, shape.width) });
            }
        }
        Self(shapes)
    }

    /// Shows a column or takes it away; the name stays.
    pub fn show(&mut self, column: Column, is_shown: bool) {
        if let Some(shape) = self.0.iter_mut().find(|shape| shape.column == column) {
            shape.is_shown = is_shown || column == Column::Name;
        }
    }

    /// Makes a column so wide, within its bounds.
    pub fn set_width(&mut self, column: Column, points: f32) {
        if let Some(shape) = self.0.iter_mut().find(|shape| shape.column == column) {
            shape.width = bounded(column, whole(points));
        }
    }

    /// The width of a column, in points.
    pub fn width(&self, column: Column) -> f32 {
        let shape = self.0.iter().find(|shape| shape.column == column);
        shape.map_or(0.0, |shape| f32::from(shape.width))
    }

    /// Puts a column before another, or at the end where there is none.
    pub fn move_before(&mut self, column: Column, before: Option<Column>) {
        if before == Some(column) {
            return;
        }
        let Some(from) = self.0.iter().position(|shape| shape.column == column) else { return };
        let shape = self.0.remove(from);
        let to = before.and_then(|before| self.0.iter().position(|s| s.column == before));
        self.0.insert(to.unwrap_or(self.0.len()), shape);
    }

    /// Moves a column by one place among the shown ones.
    pub fn step(&mut self, column: Column, to_right: bool) {
        let shown: Vec<Column> =
            self.0.iter().filter(|shape| shape.is_shown).map(|shape| shape.column).collect();
        let Some(at) = shown.iter().position(|other| *other == column) else { return };
        if to_right {
            if let Some(next) = shown.get(at + 1) {
                self.move_before(*next, Some(column));
            }
        } else if let Some(before) = at.checked_sub(1).and_then(|at| shown.get(at)) {
            self.move_before(column, Some(*before));
        }
    }

    /// Where they stand in `width` points: where the name would have less than [`LEAST_NAME`], others
    /// fall away in their order, and below [`GOOD_NAME`] the progress gives way.
    pub fn lay_out(&self, width: f32) -> Layout {
        let mut shown: Vec<Shape> = self.0.iter().copied().filter(|s| s.is_shown).collect();
        let others = |shown: &[Shape]| -> f32 { shown.iter().map(|s| f32::from(s.width)).sum() };
        for column in Column::FALLING {
            if width - others(&shown) < LEAST_NAME {
                shown.retain(|shape| shape.column != column);
            }
        }
        let lacking = whole((GOOD_NAME - (width - others(&shown))).ceil());
        if let Some(shape) = shown.iter_mut().find(|shape| shape.column == Column::Progress) {
            shape.width = shape.width.saturating_sub(lacking).max(Column::Progress.least());
        }
        let name = (width - others(&shown)).max(0.0);
        let mut left = 0.0;
        let mut places = Vec::with_capacity(shown.len());
        for Shape { column, width, .. } in shown {
            let width = if column == Column::Name { name } else { f32::from(width) };
            places.push(Place { column, left, width });
            left += width;
        }
        let has = |column| places.iter().any(|place| place.column == column);
        let fallen = Fallen {
            speed: !has(Column::Speed),
            left: !has(Column::Left),
            added: self.shows(Column::Added) && !has(Column::Added),
        };
        Layout { places, fallen }
    }
}

fn bounded(column: Column, width: u16) -> u16 {
    if column == Column::Name { 0 } else { width.clamp(column.least(), MOST) }
}

/// Whole points; what is less than none is none.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to what it holds"
)]
fn whole(points: f32) -> u16 {
    points.round().clamp(0.0, 10_000.0) as u16
}

#[cfg(test)]
#[path = "columns_tests.rs"]
mod tests;
