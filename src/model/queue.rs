//! Moving jobs in the queue.

use serde::{Deserialize, Serialize};

/// Where jobs are moved to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Towards {
    /// Before all others.
    Top,
    /// Before the one before them.
    Up,
    /// Behind the one behind them.
    Down,
    /// Behind all others.
    Bottom,
}
