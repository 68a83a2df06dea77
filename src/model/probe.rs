//! What a look at a link found, before anything is made of it. It is told while links are being
//! added, and nothing is decided by it: the run asks anew.

use serde::{Deserialize, Serialize};

/// What a look at a link found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probed {
    /// The name the file would have, made safe.
    pub name: String,
    /// Its size in bytes, where that is told.
    pub total_bytes: Option<u64>,
    /// Whether the server was seen to send a part of it, so that it can be gone on with.
    pub has_ranges: bool,
    /// The server that answered, after redirects.
    pub host: String,
    /// `Content-Type`, lower case, without parameters.
    pub content_type: Option<String>,
    /// Whether it is a web page.
    pub is_page: bool,
}
