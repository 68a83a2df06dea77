//! The log of a job: what was asked, what came back, what was made of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Lines kept of one job; the oldest go first.
pub const MAX_LOG_LINES: u32 = 500;

/// One line of a job's log. Holds no secret: links are redacted before they come here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// When it happened.
    pub at: Timestamp,
    /// What happened, in plain technical English.
    pub text: String,
}
