//! Files dropped on the window: text with links in it, one a line or in running text, or the little
//! files that browsers and desktops keep a link in (`URL=…`).

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::model::url::SourceUrl;

/// Bytes read of one file; what links are kept in is shorter.
const MAX_BYTES: u64 = 1 << 20;

/// The links in these files, each once, in order. An error is a sentence.
pub(super) fn links_in(paths: &[PathBuf]) -> Result<Vec<String>, String> {
    let mut links: Vec<String> = Vec::new();
    for path in paths {
        let text = read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        for link in links_of(&text) {
            if !links.contains(&link) {
                links.push(link);
            }
        }
    }
    if links.is_empty() {
        let names: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
        return Err(format!("There is no link in {}.", names.join(", ")));
    }
    Ok(links)
}

fn read(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Every word that is a link, without the quotes, brackets and stops that stand around links.
fn links_of(text: &str) -> impl Iterator<Item = String> + '_ {
    let around = |c: char| matches!(c, '"' | '\'' | '<' | '>' | '(' | ')' | ',' | ';');
    text.split(move |c: char| c.is_whitespace() || c.is_control() || around(c))
        .map(|word| word.strip_prefix("URL=").unwrap_or(word).trim_end_matches('.'))
        .filter(|word| word.contains("://") && SourceUrl::parse(word).is_ok())
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_in_lists_text_and_shortcuts() {
        let found = |text| links_of(text).collect::<Vec<_>>();
        assert_eq!(
            found("http://h/a\n\nhttps://h/b\r\nftp://h/c\nnote"),
            ["http://h/a", "https://h/b"]
        );
        assert_eq!(
            found("See <https://h/a.zip>, or (http://h/b)."),
            ["https://h/a.zip", "http://h/b"]
        );
        assert_eq!(found("[InternetShortcut]\r\nURL=https://h/x?y=1\r\n"), ["https://h/x?y=1"]);
        assert_eq!(found("<a href=\"http://h/a\">x</a>"), ["http://h/a"]);
    }

    #[test]
    fn files_without_a_link_or_that_cannot_be_read_are_said() {
        let dir = tempfile::tempdir().unwrap();
        let (list, none) = (dir.path().join("list.txt"), dir.path().join("none.bin"));
        std::fs::write(&list, "http://h/a\nhttp://h/a\n").unwrap();
        std::fs::write(&none, [0xff, 0, 0x80]).unwrap();
        assert_eq!(links_in(&[none.clone(), list]), Ok(vec!["http://h/a".to_owned()]));
        assert!(links_in(&[none]).unwrap_err().contains("no link"));
        assert!(links_in(&[dir.path().join("gone")]).is_err());
    }
}
