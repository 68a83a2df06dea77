//! What a server says identifies a representation: its entity tag and its date (RFC 9110 §8.8), and
//! digests of the whole.

use serde::{Deserialize, Serialize};

use super::digests::Digests;

/// How much older than `Date` a `Last-Modified` must be to count as strong, in seconds
/// (RFC 7232 §2.2.2; RFC 9110 allows one second, browsers keep sixty).
pub const STRONG_DATE_AGE_SECS: u64 = 60;

/// An entity tag exactly as it was sent, as bytes shown in Latin-1.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntityTag(pub String);

impl EntityTag {
    /// Whether the tag says "semantically equal" only (`W/"…"`, and `W / "…"` as some write it).
    pub fn is_weak(&self) -> bool {
        self.unmarked().is_some()
    }

    /// The tag without its weakness mark.
    pub fn opaque(&self) -> &str {
        self.unmarked().unwrap_or(&self.0)
    }

    fn unmarked(&self) -> Option<&str> {
        let rest = self.0.strip_prefix(['W', 'w'])?.trim_start();
        rest.strip_prefix('/').map(str::trim_start)
    }
}

/// The validators of one answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Validator {
    /// `ETag`, where one was sent.
    pub etag: Option<EntityTag>,
    /// `Last-Modified` as it was sent.
    pub last_modified: Option<String>,
    /// Whether the date may be used as a strong validator: it lies
    /// [`STRONG_DATE_AGE_SECS`] or more before the answer's `Date`.
    pub strong_date: bool,
    /// Digests of the whole representation (RFC 9530 `Repr-Digest` and its like).
    pub digests: Digests,
}

impl Validator {
    /// What may stand in `If-Range`: a strong tag; a strong date only where there is no tag at
    /// all (RFC 9110 §13.1.5); else nothing.
    pub fn if_range(&self) -> Option<&str> {
        match &self.etag {
            Some(tag) if tag.is_weak() => None,
            Some(tag) => Some(&tag.0),
            None => self.last_modified.as_deref().filter(|_| self.strong_date),
        }
    }

    /// Whether nothing at all was sent to identify the representation by.
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none() && self.digests.is_empty()
    }

    /// Whether another answer's weak evidence speaks for the same representation: tags equal but
    /// for their weakness, or without tags the same date. Evidence only, no proof.
    pub fn resembles(&self, other: &Self) -> bool {
        match (&self.etag, &other.etag) {
            (Some(a), Some(b)) => a.opaque() == b.opaque(),
            (Some(_), None) | (None, Some(_)) => false,
            (None, None) => {
                self.last_modified.is_some() && self.last_modified == other.last_modified
            }
        }
    }

    /// Whether nothing identifies the representation strongly.
    pub fn is_weak(&self) -> bool {
        self.if_range().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(etag: Option<&str>, date: Option<&str>, strong_date: bool) -> Validator {
        Validator {
            etag: etag.map(|t| EntityTag(t.to_owned())),
            last_modified: date.map(str::to_owned),
            strong_date,
            digests: Digests::default(),
        }
    }

    #[test]
    fn if_range_takes_only_what_is_strong() {
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!(with(Some("\"a\""), Some(date), true).if_range(), Some("\"a\""));
        assert_eq!(with(Some("W/\"a\""), Some(date), true).if_range(), None);
        assert_eq!(with(Some("w / \"a\""), None, false).if_range(), None);
        assert_eq!(with(Some("\"W/a\""), None, false).if_range(), Some("\"W/a\""));
        assert_eq!(with(None, Some(date), true).if_range(), Some(date));
        assert_eq!(with(None, Some(date), false).if_range(), None);
        assert_eq!(with(None, None, false).if_range(), None);
    }

    #[test]
    fn a_weakness_mark_is_no_part_of_the_tag() {
        let tag = |text: &str| EntityTag(text.to_owned());
        for weak in ["W/\"a\"", "w/\"a\"", "W  /   \"a\""] {
            assert!(tag(weak).is_weak(), "{weak}");
            assert_eq!(tag(weak).opaque(), "\"a\"", "{weak}");
        }
        for strong in ["\"a\"", "\"w/a\"", "Wa", "W", ""] {
            assert!(!tag(strong).is_weak(), "{strong}");
            assert_eq!(tag(strong).opaque(), strong);
        }
    }
}
