//! The ending a file of a given media type has, for names that came without one.
//!
//! Only types that say something: `text/plain` and `application/octet-stream` are what servers send
//! when they know nothing, and `SHA256SUMS` is to stay `SHA256SUMS`.

/// The ending with its dot for a `Content-Type`, parameters and case aside.
pub(super) fn ending(content_type: &str) -> Option<&'static str> {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    ENDINGS.iter().find(|(known, _)| *known == essence).map(|(_, ending)| *ending)
}

const ENDINGS: [(&str, &str); 47] = [
    ("application/epub+zip", ".epub"),
    ("application/gzip", ".gz"),
    ("application/java-archive", ".jar"),
    ("application/json", ".json"),
    ("application/msword", ".doc"),
    ("application/pdf", ".pdf"),
    ("application/vnd.android.package-archive", ".apk"),
    ("application/vnd.debian.binary-package", ".deb"),
    ("application/vnd.ms-excel", ".xls"),
    ("application/vnd.ms-powerpoint", ".ppt"),
    ("application/vnd.oasis.opendocument.spreadsheet", ".ods"),
    ("application/vnd.oasis.opendocument.text", ".odt"),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", ".pptx"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"),
    ("application/vnd.rar", ".rar"),
    ("application/x-7z-compressed", ".7z"),
    ("application/x-bzip2", ".bz2"),
    ("application/x-debian-package", ".deb"),
    ("application/x-gzip", ".gz"),
    ("application/x-iso9660-image", ".iso"),
    ("application/x-rar-compressed", ".rar"),
    ("application/x-redhat-package-manager", ".rpm"),
    ("application/x-rpm", ".rpm"),
    ("application/x-tar", ".tar"),
    ("application/x-xz", ".xz"),
    ("application/x-zip-compressed", ".zip"),
    ("application/xml", ".xml"),
    ("application/zip", ".zip"),
    ("application/zstd", ".zst"),
    ("audio/flac", ".flac"),
    ("audio/mp4", ".m4a"),
    ("audio/mpeg", ".mp3"),
    ("audio/ogg", ".ogg"),
    ("audio/wav", ".wav"),
    ("image/gif", ".gif"),
    ("image/jpeg", ".jpg"),
    ("image/png", ".png"),
    ("image/svg+xml", ".svg"),
    ("image/webp", ".webp"),
    ("text/csv", ".csv"),
    ("text/html", ".html"),
    ("video/mp4", ".mp4"),
    ("video/mpeg", ".mpg"),
    ("video/quicktime", ".mov"),
    ("video/webm", ".webm"),
    ("video/x-matroska", ".mkv"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_at_the_type_alone() {
        assert_eq!(ending(" Application/PDF ; charset=binary"), Some(".pdf"));
        assert_eq!(ending("text/plain"), None);
        assert_eq!(ending(""), None);
    }
}
