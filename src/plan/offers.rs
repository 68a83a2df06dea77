//! Which links of a clipboard are offered: those of files, alone in it, that the list does not have and
//! that were not offered just before.

use crate::model::category::Category;
use crate::model::url::SourceUrl;

/// Links that are offered together at most: more is a list that somebody wants for something else.
const MAX_OFFERED: usize = 100;
/// Text that is looked at at most, in bytes.
const MAX_TEXT: usize = 64 << 10;
/// Endings of pages, which are read and not fetched.
const PAGES: [&str; 9] = ["html", "htm", "xhtml", "php", "asp", "aspx", "jsp", "xml", "txt"];

/// What was offered last.
#[derive(Debug, Default)]
pub struct Offers {
    last: Vec<SourceUrl>,
}

impl Offers {
    /// The links to offer of a text that was copied. `is_known` says which the list has.
    pub fn of(&mut self, text: &str, is_known: impl Fn(&SourceUrl) -> bool) -> Vec<SourceUrl> {
        let Some(links) = links(text) else { return Vec::new() };
        if links == self.last {
            return Vec::new();
        }
        self.last.clone_from(&links);
        links.into_iter().filter(|url| !is_known(url)).collect()
    }
}

/// The links a text consists of, each once; none where it holds anything else, or no file's.
fn links(text: &str) -> Option<Vec<SourceUrl>> {
    if text.len() > MAX_TEXT {
        return None;
    }
    let mut links: Vec<SourceUrl> = Vec::new();
    for word in text.split_whitespace() {
        let url = SourceUrl::parse(word).ok().filter(is_of_file)?;
        if !links.contains(&url) {
            links.push(url);
        }
    }
    (1..=MAX_OFFERED).contains(&links.len()).then_some(links)
}

/// Whether the last part of its path is named like a file of a kind we know, and no page.
fn is_of_file(url: &SourceUrl) -> bool {
    let Some(name) = url.last_segment() else { return false };
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    let is_page = ending.is_some_and(|ending| PAGES.contains(&ending.as_str()));
    !is_page && Category::of(&name) != Category::Other
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(offers: &mut Offers, text: &str) -> Vec<String> {
        let is_known = |url: &SourceUrl| url.as_str().contains("known");
        offers.of(text, is_known).iter().map(|url| url.as_str().to_owned()).collect()
    }

    #[test]
    fn only_links_of_files_that_stand_alone_are_offered() {
        for (text, expected) in [
            ("https://h/a.iso", 1),
            ("  https://h/a.iso\n", 1),
            ("https://h/get/a.zip?sig=x", 1),
            ("https://h/a.iso\nhttps://h/b.iso\nhttps://h/a.iso", 2),
            ("https://h/known.iso https://h/b.iso", 1),
            ("https://h/known.iso", 0),
            ("https://h/page", 0),
            ("https://h/", 0),
            ("https://h/index.html", 0),
            ("https://h/a.iso is good", 0),
            ("see https://h/a.iso", 0),
            ("https://h/a.iso https://h/page", 0),
            ("magnet:?xt=a.iso", 0),
            ("a.iso", 0),
            ("", 0),
        ] {
            assert_eq!(offered(&mut Offers::default(), text).len(), expected, "{text:?}");
        }
        let many: Vec<String> = (0..=MAX_OFFERED).map(|n| format!("http://h/{n}.iso")).collect();
        assert!(offered(&mut Offers::default(), &many.join("\n")).is_empty());
        let long = format!("http://h/a.iso{}", " ".repeat(MAX_TEXT));
        assert!(offered(&mut Offers::default(), &long).is_empty());
    }

    #[test]
    fn what_was_offered_is_not_offered_again() {
        let mut offers = Offers::default();
        assert_eq!(offered(&mut offers, "http://h/a.iso"), ["http://h/a.iso"]);
        assert!(offered(&mut offers, "http://h/a.iso\n").is_empty());
        assert!(offered(&mut offers, "something else").is_empty());
        assert!(offered(&mut offers, "http://h/a.iso").is_empty());
        assert_eq!(offered(&mut offers, "http://h/b.iso"), ["http://h/b.iso"]);
        assert_eq!(offered(&mut offers, "http://h/a.iso"), ["http://h/a.iso"]);
    }
}
