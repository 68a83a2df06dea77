//! What kind of file a name tells of, by its ending.
//!
//! Invariant: every name has exactly one category, and no ending stands in two of them.

use serde::{Deserialize, Serialize};

/// A kind of file.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Moving pictures.
    Video,
    /// Sound.
    Music,
    /// Pictures that stand still.
    Pictures,
    /// What is read.
    Documents,
    /// Several files in one, packed.
    Archives,
    /// What is installed or run.
    Programs,
    /// A whole disk, or a picture of one.
    DiskImages,
    /// Everything else.
    #[default]
    Other,
}

/// Endings by what they tell of, in lower case. [`Category::Other`] has none.
const ENDINGS: [(Category, &[&str]); 7] = [
    (
        Category::Video,
        &[
            "3gp", "asf", "avi", "divx", "f4v", "flv", "m2ts", "m4v", "mkv", "mov", "mp4", "mpeg",
            "mpg", "mts", "ogm", "ogv", "rm", "rmvb", "srt", "ts", "vob", "webm", "wmv",
        ],
    ),
    (
        Category::Music,
        &[
            "aac", "ac3", "aif", "aiff", "alac", "ape", "dsf", "dts", "flac", "m3u", "m4a", "m4b",
            "mid", "midi", "mka", "mp3", "oga", "ogg", "opus", "wav", "wma", "wv",
        ],
    ),
    (
        Category::Pictures,
        &[
            "ai", "arw", "avif", "bmp", "cr2", "dng", "gif", "heic", "heif", "ico", "jpe", "jpeg",
            "jpg", "jxl", "nef", "png", "psd", "svg", "tif", "tiff", "webp", "xcf",
        ],
    ),
    (
        Category::Documents,
        &[
            "azw3", "chm", "csv", "djvu", "doc", "docx", "epub", "fb2", "htm", "html", "json",
            "log", "md", "mobi", "odp", "ods", "odt", "pdf", "ppt", "pptx", "ps", "rst", "rtf",
            "tex", "txt", "xls", "xlsx", "xml",
        ],
    ),
    (
        Category::Archives,
        &[
            "7z", "ace", "arj", "br", "bz2", "cab", "cpio", "gz", "lha", "lz", "lz4", "lzh",
            "lzma", "rar", "tar", "tbz", "tbz2", "tgz", "txz", "tzst", "xz", "z", "zip", "zipx",
            "zst",
        ],
    ),
    (
        Category::Programs,
        &[
            "aab", "apk", "appimage", "appx", "bat", "crx", "deb", "exe", "flatpak", "ipa", "jar",
            "msi", "msix", "pkg", "ps1", "rpm", "run", "sh", "snap", "vsix", "whl", "xpi",
        ],
    ),
    (
        Category::DiskImages,
        &[
            "bin", "cue", "dmg", "hdd", "img", "iso", "mdf", "nrg", "ova", "ovf", "qcow", "qcow2",
            "raw", "toast", "vdi", "vhd", "vhdx", "vmdk", "wim",
        ],
    ),
];

/// Endings that only say how one file was packed: `debian.img.xz` is still the picture of a disk.
const PACKED: [&str; 8] = ["br", "bz2", "gz", "lz4", "lzma", "xz", "z", "zst"];

impl Category {
    /// All of them, in the order they are shown in.
    pub const ALL: [Self; 8] = [
        Self::Video,
        Self::Music,
        Self::Pictures,
        Self::Documents,
        Self::Archives,
        Self::Programs,
        Self::DiskImages,
        Self::Other,
    ];

    /// Its place in [`Category::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// The category of a file's name. A packed disk is a disk, and a part of a file that was split
    /// (`film.mkv.001`, `backup.7z.002`) is what the whole is.
    pub fn of(name: &str) -> Self {
        let Some((stem, ending)) = name.rsplit_once('.') else { return Self::Other };
        let ending = ending.to_lowercase();
        if PACKED.contains(&ending.as_str()) {
            let inner = stem.rsplit_once('.').map(|(_, inner)| inner.to_lowercase());
            let inner = inner.map(|inner| Self::of_ending(&inner));
            return inner.filter(|inner| *inner == Self::DiskImages).unwrap_or(Self::Archives);
        }
        let is_number = ending.len() == 3 && ending.bytes().all(|byte| byte.is_ascii_digit());
        if is_number {
            return stem
                .rsplit_once('.')
                .map_or(Self::Other, |(_, inner)| Self::of_ending(&inner.to_lowercase()));
        }
        Self::of_ending(&ending)
    }

    fn of_ending(ending: &str) -> Self {
        let holds = |(_, endings): &&(Self, &[&str])| endings.contains(&ending);
        ENDINGS.iter().find(holds).map_or(Self::Other, |(category, _)| *category)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_find_their_category() {
        for (name, category) in [
            ("debian.iso", Category::DiskImages),
            ("raspios.img.xz", Category::DiskImages),
            ("disk.QCOW2.ZST", Category::DiskImages),
            ("a.TAR.GZ", Category::Archives),
            ("film.mkv.gz", Category::Archives),
            ("notes.gz", Category::Archives),
            (".gz", Category::Archives),
            ("backup.7z.002", Category::Archives),
            ("film.mp4.001", Category::Video),
            ("book.v2.003", Category::Other),
            ("007", Category::Other),
            ("课程.mp4", Category::Video),
            ("song.FLAC", Category::Music),
            ("cat.jpeg", Category::Pictures),
            ("report.pdf", Category::Documents),
            ("setup.exe", Category::Programs),
            ("README", Category::Other),
            (".iso", Category::DiskImages),
            ("iso", Category::Other),
            ("a.", Category::Other),
            ("planet.osm.pbf", Category::Other),
            ("", Category::Other),
        ] {
            assert_eq!(Category::of(name), category, "{name}");
        }
    }

    #[test]
    fn no_ending_stands_twice_and_all_are_in_lower_case() {
        let mut seen = BTreeSet::new();
        for (category, endings) in ENDINGS {
            assert!(endings.is_sorted(), "{category:?}");
            for ending in endings {
                assert!(seen.insert(*ending), "{ending}");
                assert_eq!(*ending, ending.to_lowercase());
                let expected = if PACKED.contains(ending) { Category::Archives } else { category };
                assert_eq!(Category::of(&format!("a.{ending}")), expected, "{ending}");
            }
        }
        assert!(PACKED.iter().all(|ending| seen.contains(ending)));
    }

    #[test]
    fn all_stand_in_their_order() {
        for (place, category) in Category::ALL.into_iter().enumerate() {
            assert_eq!(category.index(), place);
        }
    }

    proptest! {
        #[test]
        fn every_name_has_one_whatever_its_case(name in "\\PC{0,12}(\\.[a-zA-Z0-9]{1,4}){0,3}") {
            prop_assert!(Category::ALL.contains(&Category::of(&name)));
            if name.is_ascii() {
                prop_assert_eq!(Category::of(&name), Category::of(&name.to_uppercase()));
            }
        }
    }
}
