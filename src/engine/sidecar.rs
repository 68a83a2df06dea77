//! Looks for a checksum beside a link: `NAME.sha256` and its like, then `SHA256SUMS`.

use super::http::HttpSource;
use crate::model::checksum::Checksum;
use crate::model::failure::Failure;
use crate::model::url::SourceUrl;
use crate::plan::sidecar::{LOOKED_FOR, names, read};

/// The largest checksum file read, in bytes.
const MAX_BYTES: usize = 1 << 20;

/// The checksum that stands beside `url` for its file. None where the server has none; an error
/// where it could not be asked.
pub(super) async fn find(
    source: &HttpSource,
    url: &SourceUrl,
) -> Result<Option<Checksum>, Failure> {
    let request = url.request_url();
    let segment = request.path_segments().and_then(|mut s| s.next_back()).filter(|s| !s.is_empty());
    let (Some(segment), Some(name)) = (segment, url.last_segment()) else { return Ok(None) };
    for algorithm in LOOKED_FOR {
        for file in names(segment, algorithm) {
            if let Some(text) = source.text_beside(&file, MAX_BYTES).await?
                && let Some(found) = read(&text, &name, algorithm)
            {
                return Ok(Some(found));
            }
        }
    }
    Ok(None)
}
