//! What was learned of one server, kept between runs.

use serde::{Deserialize, Serialize};

/// How an unchanged file is asked for on this server (RFC 9110 §13.1.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// `If-Range` with the strongest validator known.
    #[default]
    IfRange,
    /// The server punishes `If-Range`; the answer's own validator is compared instead.
    Unconditional,
}

/// Whether the server honours `Range`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ranges {
    /// Not seen yet.
    #[default]
    Unknown,
    /// A 206 with a right `Content-Range` was seen.
    Honest,
    /// Ranges were ignored or answered wrongly.
    Refused,
}

/// One server, by `host:port`, and what it was seen to bear.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostFacts {
    /// `host:port`, lower case.
    pub name: String,
    /// Whether ranges work there.
    pub ranges: Ranges,
    /// Whether `If-Range` works there.
    pub condition: Condition,
    /// It fails on any `Range` header and must be asked plainly.
    pub plain_get: bool,
    /// Connections it bore, where a limit was met.
    pub max_connections: Option<u32>,
    /// Connections the user allows it, which goes before what was learned and does not age.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<u32>,
    /// When this was last learned, in milliseconds since 1970.
    pub learned_ms: i64,
}
