//! How the file on a server shows that it is another one than was begun.

use serde::{Deserialize, Serialize};

/// Why an answer is of another representation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Its size differs.
    Total,
    /// A digest of the whole differs.
    Digest,
    /// It is encoded differently.
    Encoding,
    /// Its entity tag differs, and with it size or date, or nothing else is known.
    Tag,
    /// Its entity tag differs, but size and date are the same: farms do this for equal files.
    TagOnly,
    /// Its date differs, and there are no tags.
    Date,
    /// Its bytes differ from those held.
    Bytes,
    /// Nothing shows that the parts fetched belong together.
    Unproved,
}

impl Change {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Total,
        Self::Digest,
        Self::Encoding,
        Self::Tag,
        Self::TagOnly,
        Self::Date,
        Self::Bytes,
        Self::Unproved,
    ];

    /// Its name in JSON and in the words, as in `tag_only`.
    pub fn code(self) -> String {
        serde_json::to_value(self)
            .ok()
            .and_then(|v| v.as_str().map(str::to_owned))
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_snake_case_and_all_differ() {
        let mut codes: Vec<String> = Change::ALL.iter().map(|change| change.code()).collect();
        assert!(codes.contains(&"tag_only".to_owned()));
        codes.sort();
        codes.dedup();
        assert_eq!(codes.len(), Change::ALL.len());
    }
}
