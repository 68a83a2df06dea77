//! How a path travels as JSON. One that is not UTF-8 is shown as well as can be, or goes as its
//! bytes where it must come back the same; it never makes a whole answer fail.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A path to look at: what cannot be said is replaced.
pub fn shown<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    path.to_string_lossy().serialize(serializer)
}

/// As [`shown`], where there may be none.
pub fn shown_if_any<S: Serializer>(
    path: &Option<PathBuf>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    path.as_deref().map(Path::to_string_lossy).serialize(serializer)
}

/// Text where a path is UTF-8, else its bytes.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Form<'a> {
    Text(std::borrow::Cow<'a, str>),
    Bytes(std::borrow::Cow<'a, [u8]>),
}

/// A path that comes back the same: for `serde(with)`.
pub mod exact {
    use super::{
        Deserialize, Deserializer, Form, Path, PathBuf, Serialize, Serializer, from_bytes,
    };

    /// Writes it.
    pub fn serialize<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
        match path.to_str() {
            Some(text) => Form::Text(text.into()),
            None => Form::Bytes(path.as_os_str().as_encoded_bytes().into()),
        }
        .serialize(serializer)
    }

    /// Reads it.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PathBuf, D::Error> {
        Ok(match Form::deserialize(deserializer)? {
            Form::Text(text) => PathBuf::from(text.into_owned()),
            Form::Bytes(bytes) => from_bytes(bytes.into_owned()),
        })
    }
}

#[cfg(unix)]
fn from_bytes(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    std::ffi::OsString::from_vec(bytes).into()
}

#[cfg(not(unix))]
fn from_bytes(bytes: Vec<u8>) -> PathBuf {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Paths {
        #[serde(with = "exact")]
        exact: PathBuf,
        #[serde(serialize_with = "shown")]
        shown: PathBuf,
        #[serde(serialize_with = "shown_if_any")]
        any: Option<PathBuf>,
    }

    fn travelled(path: &Path) -> Paths {
        let paths = Paths { exact: path.into(), shown: path.into(), any: Some(path.into()) };
        serde_json::from_slice(&serde_json::to_vec(&paths).unwrap()).unwrap()
    }

    #[test]
    fn a_path_in_utf8_is_text() {
        let there = travelled(Path::new("/d/ü"));
        assert_eq!(there.exact, Path::new("/d/ü"));
        assert_eq!((&there.exact, Some(&there.exact)), (&there.shown, there.any.as_ref()));
    }

    #[cfg(unix)]
    #[test]
    fn one_that_is_not_utf8_comes_back_the_same_or_is_shown() {
        let odd = from_bytes(b"/d/\xff".to_vec());
        let there = travelled(&odd);
        assert_eq!(there.exact, odd);
        assert_eq!(there.shown, Path::new("/d/\u{fffd}"));
        assert_eq!(there.any, Some(there.shown));
    }
}
