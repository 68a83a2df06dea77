//! How the window was left: its size, the columns, the sorting, the group, what was open.
//!
//! Invariant: what [`UiState::within_bounds`] gives can be shown on any screen; nothing that was
//! kept, or kept by another version, makes a window that cannot be used.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::columns::{Columns, Sort};

/// The least size of the window, in points.
pub const LEAST_SIZE: (u16, u16) = (640, 420);
/// The greatest: beyond it no screen is meant.
const MOST_SIZE: (u16, u16) = (7680, 4320);
/// Heights the details may have, in points.
const DETAILS: (u16, u16) = (96, 2000);

/// A group of jobs in the sidebar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// Every job.
    #[default]
    All,
    /// What runs now.
    Active,
    /// What waits for its turn, a time, or the user.
    Waiting,
    /// What is there.
    Finished,
    /// What stopped by a failure or needs a link.
    Failed,
}

/// How the window was left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "facts one by one, not states of one thing")]
pub struct UiState {
    /// Width of the window in points, when it did not fill the screen.
    pub width: u16,
    /// Its height, likewise.
    pub height: u16,
    /// Whether it filled the screen.
    pub is_maximised: bool,
    /// The columns of the list.
    pub columns: Columns,
    /// What the list is sorted by; none for the order of the queue.
    pub sort: Option<Sort>,
    /// The group that was chosen.
    pub group: Group,
    /// Whether the categories in the sidebar were folded away.
    pub folds_categories: bool,
    /// Whether the details were shown.
    pub shows_details: bool,
    /// Their height in points.
    pub details_height: u16,
    /// Whether it was said that a font is missing: once is enough.
    pub told_of_fonts: bool,
    /// Whether it was said that downloads go on without the window.
    pub told_of_aside: bool,
}

impl Default for UiState {
    fn default() -> Self {
        Self {
            width: 1180,
            height: 740,
            is_maximised: false,
            columns: Columns::default(),
            sort: None,
            group: Group::default(),
            folds_categories: false,
            shows_details: false,
            details_height: 224,
            told_of_fonts: false,
            told_of_aside: false,
        }
    }
}

impl UiState {
    /// What can be read of fields that were kept: one that cannot be, or is of no meaning here,
    /// stands as it does by default and disturbs no other.
    pub fn of_fields(fields: Map<String, Value>) -> Self {
        let is_readable = |(key, value): &(String, Value)| {
            let alone = Map::from_iter([(key.clone(), value.clone())]);
            serde_json::from_value::<Self>(Value::Object(alone)).is_ok()
        };
        let fields = fields.into_iter().filter(is_readable).collect();
        serde_json::from_value::<Self>(Value::Object(fields)).unwrap_or_default().within_bounds()
    }

    /// The same with every size one that can be used.
    #[must_use]
    pub fn within_bounds(self) -> Self {
        Self {
            width: self.width.clamp(LEAST_SIZE.0, MOST_SIZE.0),
            height: self.height.clamp(LEAST_SIZE.1, MOST_SIZE.1),
            details_height: self.details_height.clamp(DETAILS.0, DETAILS.1),
            columns: self.columns.within_bounds(),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::columns::{Column, Direction};
    use super::*;

    fn of(value: Value) -> UiState {
        let Value::Object(fields) = value else { panic!("{value} is no object") };
        UiState::of_fields(fields)
    }

    #[test]
    fn what_is_missing_or_unreadable_stands_as_by_default() {
        assert_eq!(of(json!({})), UiState::default());
        let some = json!({
            "group": "failed", "width": "wide", "columns": [{"column": "mood"}], "later": [1],
            "sort": {"column": "speed", "direction": "down"},
        });
        let sort = Some(Sort { column: Column::Speed, direction: Direction::Down });
        assert_eq!(of(some), UiState { group: Group::Failed, sort, ..UiState::default() });
    }

    #[test]
    fn sizes_are_brought_within_bounds() {
        let state = of(json!({"width": 3, "height": 65535, "details_height": 0}));
        assert_eq!((state.width, state.height, state.details_height), (640, 4320, 96));
    }

    proptest! {
        #[test]
        fn what_was_kept_reads_back(
            width in 640_u16..7680, height in 420_u16..4320, is_maximised: bool, shows_details: bool,
        ) {
            let state = UiState { width, height, is_maximised, shows_details, ..UiState::default() };
            prop_assert_eq!(of(serde_json::to_value(&state).unwrap()), state);
        }
    }
}
