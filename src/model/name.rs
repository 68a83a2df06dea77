//! Names of files made from remote text, and the names made from them (GUARDS 1 to 3).
//!
//! Invariant of [`FileName`]: one component, never empty, never `.` or `..`; nothing in it that a
//! system refuses or a person cannot see; it opens no program by itself; and ` (9999)` and
//! `.9999.part` still fit behind it.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::content_type;
use super::disposition::Disposition;
use super::url::SourceUrl;

/// The longest name file systems take, in bytes.
const MAX_COMPONENT_BYTES: usize = 255;

/// The longest safe name, in bytes: room is left for ` (9999)` and `.9999.part`.
pub const MAX_NAME_BYTES: usize = MAX_COMPONENT_BYTES - " (9999)".len() - ".9999.part".len();

/// What defusing adds at most: `_` before and [`DEFUSED`] behind.
const DEFUSING_BYTES: usize = 1 + DEFUSED.len();

/// The ending that makes a launcher plain data.
const DEFUSED: &str = ".download";

/// The longest ending that is kept when a name is cut, in bytes with its dot.
const MAX_ENDING_BYTES: usize = 16;

/// The most a cut goes back so as not to fall between a letter and its marks, in bytes.
const MAX_CLUSTER_BYTES: usize = 32;

/// What stands before a compressor's ending where the two are one.
const TAR: &str = ".tar";

/// The name where nothing else gives one.
const FALLBACK: &str = "download";

/// Endings that start programs or fetch things when a file is merely opened or shown, most of them
/// never shown themselves; `.local` changes which libraries the program beside it loads.
const LAUNCHERS: [&str; 15] = [
    ".desktop",
    ".lnk",
    ".url",
    ".website",
    ".webloc",
    ".inetloc",
    ".fileloc",
    ".scf",
    ".pif",
    ".local",
    ".appref-ms",
    ".library-ms",
    ".search-ms",
    ".searchconnector-ms",
    ".settingcontent-ms",
];

/// Names that change how a folder behaves.
const FOLDER_SETTINGS: [&str; 2] = ["desktop.ini", "autorun.inf"];

/// A name that is safe to give a file, in whatever folder on whatever system.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileName(String);

impl FileName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for FileName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<FileName> for String {
    fn from(name: FileName) -> Self {
        name.0
    }
}

/// The name in `text`: what stands behind its last `/` or `\`, on every system, made safe.
/// Nothing where that is empty, only dots and blanks, or where the text holds a NUL.
pub fn safe_name(text: &str) -> Option<FileName> {
    if text.contains('\0') {
        return None;
    }
    let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.trim().nfc().map(|c| if is_unfit(c) { '_' } else { c }).collect();
    let clean = clean.trim_matches(is_edge);
    if clean.is_empty() {
        return None;
    }
    let name = defused(clean);
    if name.len() <= MAX_NAME_BYTES {
        return Some(FileName(name));
    }
    Some(FileName(defused(&cut(clean, MAX_NAME_BYTES - DEFUSING_BYTES))))
}

/// The name of a new file: the one asked for, else the server's, else the last segment of the link
/// that answered, else the host's. An ending from `Content-Type` is added only where there is none,
/// and never to a name the user asked for.
pub fn choose_name(
    asked: Option<&str>,
    disposition: &Disposition,
    final_url: &SourceUrl,
    content_type: Option<&str>,
) -> FileName {
    if let Some(name) = asked.and_then(safe_name) {
        return name;
    }
    let ending = content_type.and_then(content_type::ending);
    let sent = disposition.name.as_deref().and_then(safe_name);
    if let Some(name) = sent.or_else(|| final_url.last_segment().as_deref().and_then(safe_name)) {
        return match ending {
            Some(ending) if split_ending(name.as_str()).1.is_empty() => with_ending(&name, ending),
            Some(_) | None => name,
        };
    }
    let host = safe_name(final_url.host()).unwrap_or_else(|| FileName(FALLBACK.to_owned()));
    // A host's name ends in what only looks like an ending.
    ending.map_or_else(|| host.clone(), |ending| with_ending(&host, ending))
}

fn with_ending(name: &FileName, ending: &str) -> FileName {
    safe_name(&format!("{name}{ending}")).unwrap_or_else(|| name.clone())
}

/// The `n`-th other name for the same file: `a.tar.gz` becomes `a (1).tar.gz`. It fits a file
/// system up to 9999.
pub fn numbered(name: &FileName, n: u16) -> FileName {
    let (stem, ending) = split_ending(name.as_str());
    FileName(format!("{stem} ({n}){ending}"))
}

/// The name without the number [`numbered`] gives, where it has one: `a (1).tar.gz` is `a.tar.gz`.
pub fn without_number(name: &str) -> String {
    let (stem, ending) = split_ending(name);
    let plain = stem.strip_suffix(')').and_then(|rest| rest.rsplit_once(" ("));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match plain {
        Some((plain, number)) if is_number(number) && !plain.is_empty() => {
            format!("{plain}{ending}")
        }
        Some(_) | None => name.to_owned(),
    }
}

/// The name of the part file of a generation: `NAME.part` for the first, then `NAME.2.part`.
pub fn part_name(name: &FileName, generation: u32) -> String {
    match generation {
        0 | 1 => format!("{name}.part"),
        n => format!("{name}.{n}.part"),
    }
}

/// What stands before the ending, and the ending with its dot, `.tar.gz` as one. An ending has a
/// letter in it or is a volume's number (`.001`): in `ubuntu-24.04` there is none.
fn split_ending(name: &str) -> (&str, &str) {
    let Some(at) = name.rfind('.').filter(|at| *at > 0) else { return (name, "") };
    let last = &name[at + 1..];
    let plain =
        name.len() - at <= MAX_ENDING_BYTES && last.bytes().all(|b| b.is_ascii_alphanumeric());
    let is_volume = last.len() == 3 && last.starts_with('0');
    if !plain || !(is_volume || last.bytes().any(|b| b.is_ascii_alphabetic())) {
        return (name, "");
    }
    let stem_bytes = at.saturating_sub(TAR.len());
    let is_tar = name.as_bytes()[stem_bytes..at].eq_ignore_ascii_case(TAR.as_bytes());
    name.split_at(if is_tar && stem_bytes > 0 { stem_bytes } else { at })
}

/// `name` in at most `limit` bytes, its ending kept, cut between characters.
fn cut(name: &str, limit: usize) -> String {
    let (stem, ending) = split_ending(name);
    let stem = &stem[..boundary(stem, limit.saturating_sub(ending.len()))];
    format!("{}{ending}", stem.trim_end_matches(is_edge))
}

/// The last place at or before `limit` where no character, and no letter with its marks, is torn.
fn boundary(text: &str, limit: usize) -> usize {
    let character = text.floor_char_boundary(limit);
    let begins_mark = |at: usize| text[at..].chars().next().is_some_and(is_combining_mark);
    let mut at = character;
    while at > 0 && begins_mark(at) {
        at = text.floor_char_boundary(at - 1);
        if character - at > MAX_CLUSTER_BYTES {
            return character;
        }
    }
    at
}

/// `clean` under a name Windows gives to a file, and as nothing that acts when it is opened.
fn defused(clean: &str) -> String {
    let lower = clean.to_lowercase();
    let acts = LAUNCHERS.iter().any(|ending| lower.ends_with(ending))
        || FOLDER_SETTINGS.contains(&lower.as_str())
        // `a.{20D04FE0-…}`: Windows opens whatever the number stands for.
        || (lower.ends_with('}') && lower.contains(".{"));
    let before = if is_device(clean) { "_" } else { "" };
    let behind = if acts { DEFUSED } else { "" };
    format!("{before}{clean}{behind}")
}

/// Whether Windows takes it for a device, whatever its ending: `con`, `Nul.txt`, `COM¹`.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    if ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"].contains(&stem.as_str()) {
        return true;
    }
    stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT")).is_some_and(|rest| {
        let mut digits = rest.chars();
        digits.next().is_some_and(|c| c.is_ascii_digit() || matches!(c, '¹' | '²' | '³'))
            && digits.next().is_none()
    })
}

/// Whether it may not stand at either end of a name.
fn is_edge(c: char) -> bool {
    c == '.' || c.is_whitespace()
}

/// Whether it may not stand in a name: refused by a system, or not to be seen.
fn is_unfit(c: char) -> bool {
    c.is_control()
        || matches!(c, ':' | '*' | '?' | '"' | '<' | '>' | '|')
        // Invisible: soft hyphen, Arabic letter mark, Mongolian vowel separator, zero-width
        // characters and marks of direction, separators of lines, invisible operators.
        || matches!(c, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}')
        || matches!(c, '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
        || matches!(c, '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
        || matches!(c, '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}')
        || is_noncharacter(c)
}

/// Unicode §23.7: never exchanged, refused by some file systems.
fn is_noncharacter(c: char) -> bool {
    matches!(c, '\u{FDD0}'..='\u{FDEF}') || u32::from(c) & 0xFFFE == 0xFFFE
}

#[cfg(test)]
#[path = "name_tests.rs"]
mod tests;
