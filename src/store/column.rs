//! How values stand in columns. What does not fit is an error, never a wrapped or cut value.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::StoreError;

/// A size or position in bytes as SQLite holds it.
pub(super) fn from_bytes(bytes: u64) -> Result<i64, StoreError> {
    i64::try_from(bytes).map_err(|_| StoreError::TooLarge(bytes))
}

/// A size or position in bytes.
pub(super) fn to_bytes(column: i64) -> Result<u64, StoreError> {
    unsigned(column)
}

/// A number that SQLite holds signed and that never is negative.
pub(super) fn unsigned<T: TryFrom<i64>>(column: i64) -> Result<T, StoreError> {
    T::try_from(column).map_err(|_| StoreError::Unreadable(format!("the number {column}")))
}

/// A time of the store: milliseconds since 1970.
pub(super) fn to_time(column: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(column)
        .map_err(|_| StoreError::Unreadable(format!("the time {column}")))
}

/// A value that is only read whole, as JSON.
pub(super) fn from_noun<T: Serialize>(noun: &T) -> Result<String, StoreError> {
    serde_json::to_string(noun).map_err(|error| StoreError::Unwritable(error.to_string()))
}

/// A value that is only read whole, from JSON. The text is not shown: it may hold secrets.
pub(super) fn to_noun<T: DeserializeOwned>(json: &str, what: &str) -> Result<T, StoreError> {
    serde_json::from_str(json).map_err(|_| StoreError::Unreadable(what.to_owned()))
}

/// A path's bytes, as the system has them.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere than on Unix it can fail")]
pub(super) fn from_path(path: &Path) -> Result<&[u8], StoreError> {
    use std::os::unix::ffi::OsStrExt;
    Ok(path.as_os_str().as_bytes())
}

/// A path's bytes, where it can be said in UTF-8.
#[cfg(not(unix))]
pub(super) fn from_path(path: &Path) -> Result<&[u8], StoreError> {
    path.to_str()
        .map(str::as_bytes)
        .ok_or_else(|| StoreError::Unwritable(path.display().to_string()))
}

/// A path from its bytes.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere than on Unix it can fail")]
pub(super) fn to_path(column: Vec<u8>) -> Result<PathBuf, StoreError> {
    use std::os::unix::ffi::OsStringExt;
    Ok(std::ffi::OsString::from_vec(column).into())
}

/// A path from its bytes.
#[cfg(not(unix))]
pub(super) fn to_path(column: Vec<u8>) -> Result<PathBuf, StoreError> {
    String::from_utf8(column)
        .map(PathBuf::from)
        .map_err(|_| StoreError::Unreadable("a path".to_owned()))
}
