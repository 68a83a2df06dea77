//! Looks for a checksum beside a link: `NAME.sha256` and its like, then `SHA256SUMS`.

use super::http::HttpSource;
use crate::model::checksum::{Algorithm, Checksum};
use crate::model::failure::Failure;
use crate::model::url::SourceUrl;

/// The largest checksum file read, in bytes.
const MAX_BYTES: usize = 1 << 20;

/// The checksum that stands beside `url` for its file, strongest first. None where the server has
/// none; an error where it could not be asked.
pub(super) async fn find(
    source: &HttpSource,
    url: &SourceUrl,
) -> Result<Option<Checksum>, Failure> {
    let request = url.request_url();
    let segment = request.path_segments().and_then(|mut s| s.next_back()).filter(|s| !s.is_empty());
    let (Some(segment), Some(name)) = (segment, url.last_segment()) else { return Ok(None) };
    for algorithm in [Algorithm::Sha256, Algorithm::Sha512, Algorithm::Sha1, Algorithm::Md5] {
        let ending = algorithm.name();
        let beside = [
            format!("{segment}.{ending}"),
            format!("{segment}.{ending}sum"),
            format!("{}SUMS", ending.to_uppercase()),
        ];
        for file in beside {
            if let Some(text) = source.text_beside(&file, MAX_BYTES).await?
                && let Some(found) = read(&text, &name, algorithm)
            {
                return Ok(Some(found));
            }
        }
    }
    Ok(None)
}

/// The digest of `name` in a checksum file: `HEX  NAME`, `HEX *NAME`, `ALG (NAME) = HEX`, or the
/// digest alone.
fn read(text: &str, name: &str, algorithm: Algorithm) -> Option<Checksum> {
    let parse = |hex: &str| format!("{}:{hex}", algorithm.name()).parse::<Checksum>().ok();
    let mut lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
    let named = lines.clone().find_map(|line| {
        if let Some((head, hex)) = line.rsplit_once('=') {
            let told = head.split_once('(')?.1.rsplit_once(')')?.0;
            return (told == name).then(|| parse(hex.trim())).flatten();
        }
        let (hex, told) = line.split_once(char::is_whitespace)?;
        let told = told.trim_start().trim_start_matches('*');
        let last = told.rsplit('/').next().unwrap_or(told);
        (last == name).then(|| parse(hex)).flatten()
    });
    named.or_else(|| {
        let only = lines.next().filter(|_| lines.next().is_none())?;
        parse(only)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_usual_forms() {
        let hex = "d41d8cd98f00b204e9800998ecf8427e";
        for text in [
            format!("{hex}  a.iso\n"),
            format!("00  b\n{hex} *./x/a.iso"),
            format!("MD5 (a.iso) = {hex}"),
            format!("{hex}\n"),
        ] {
            assert_eq!(
                read(&text, "a.iso", Algorithm::Md5).map(|c| c.hex).as_deref(),
                Some(hex),
                "{text}"
            );
        }
        assert_eq!(read(&format!("{hex}  b.iso"), "a.iso", Algorithm::Md5), None);
        assert_eq!(read("<html>", "a.iso", Algorithm::Md5), None);
    }
}
