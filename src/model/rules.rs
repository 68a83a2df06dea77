//! Which folder a new file goes to: rules over its name and its server, the first that fits.
//!
//! Invariant: a rule in force has something to fit and a whole path as its folder.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::category::Category;

/// Rules kept at most.
pub const MAX_RULES: usize = 200;

/// What a rule looks at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// The file is of this kind.
    Category(Category),
    /// The file's name ends like one of these; see [`endings`].
    Endings(Vec<String>),
    /// The server's name fits this pattern: `*` stands for any characters, also none.
    Host(String),
}

/// What fits goes to this folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// What it looks at.
    #[serde(flatten)]
    pub when: When,
    /// The folder.
    pub dir: PathBuf,
}

impl Rule {
    /// Whether it can ever say something: something to fit, and a folder by its whole path.
    pub fn is_whole(&self) -> bool {
        let has_something = match &self.when {
            When::Category(_) => true,
            When::Endings(list) => !list.is_empty() && list.iter().all(|e| is_ending(e)),
            When::Host(pattern) => is_pattern(pattern),
        };
        has_something && self.dir.is_absolute()
    }

    /// Whether it is about a file of this name from this server.
    pub fn fits(&self, name: &str, host: &str) -> bool {
        match &self.when {
            When::Category(category) => Category::of(name) == *category,
            When::Endings(list) => {
                let name = name.to_lowercase();
                let has = |ending: &String| {
                    name.strip_suffix(ending.as_str()).is_some_and(|stem| stem.ends_with('.'))
                };
                list.iter().any(has)
            }
            When::Host(pattern) => fits_host(pattern, host),
        }
    }
}

/// The first rule that is about a file of this name from this server.
pub fn first_fitting<'a>(rules: &'a [Rule], name: &str, host: &str) -> Option<&'a Rule> {
    rules.iter().find(|rule| rule.fits(name, host))
}

/// The endings a text names, between blanks or commas, in lower case and without the point or the
/// `*.` before them: `iso, .IMG *.tar.gz` are three. Each once, in their order.
pub fn endings(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for word in text.split(|c: char| c.is_whitespace() || [',', ';', '，', '；', '、'].contains(&c))
    {
        let ending = word.trim_start_matches(['*', '.']).to_lowercase();
        if !ending.is_empty() && !found.contains(&ending) {
            found.push(ending);
        }
    }
    found
}

fn is_ending(text: &str) -> bool {
    endings(text) == [text]
}

/// A pattern as it is kept: without blanks around it, in lower case.
pub fn pattern(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Whether a text could be a pattern of server names: no blanks, and nothing of a link around it.
pub fn is_pattern(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || ['/', '@'].contains(&c))
}

/// Links have names in other scripts as their ASCII form (RFC 5891); a pattern may be in either.
fn fits_host(pattern: &str, host: &str) -> bool {
    let ascii = |label: &str| match url::Host::parse(label) {
        Ok(url::Host::Domain(ascii)) if !label.is_ascii() => ascii,
        Ok(_) | Err(_) => label.to_lowercase(),
    };
    let labels: Vec<String> = pattern.split('.').map(ascii).collect();
    fits_glob(labels.join(".").as_bytes(), host.to_lowercase().as_bytes())
}

/// `*` stands for any bytes. Goes back only to the last `*`, so that it is quick for any pattern.
fn fits_glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if pattern.get(p) == Some(&b'*') {
            star = Some((p, t));
            p += 1;
        } else if pattern.get(p) == Some(&text[t]) {
            p += 1;
            t += 1;
        } else if let Some((at, from)) = star {
            // The star takes one byte more, and is met again.
            (p, t) = (at, from + 1);
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rule(when: When, dir: &str) -> Rule {
        Rule { when, dir: PathBuf::from(dir) }
    }

    fn host(pattern: &str) -> When {
        When::Host(pattern.to_owned())
    }

    #[test]
    fn patterns_are_kept_without_blanks_and_in_lower_case() {
        assert_eq!(pattern(" *.Example.ORG\t"), "*.example.org");
    }

    #[test]
    fn patterns_fit_servers() {
        for (pattern, name, fits) in [
            ("example.org", "example.org", true),
            ("example.org", "www.example.org", false),
            ("*.example.org", "www.example.org", true),
            ("*.example.org", "a.b.EXAMPLE.org", true),
            ("*.example.org", "example.org", false),
            ("*.example.org", "badexample.org", false),
            ("*example.org", "example.org", true),
            ("*", "any", true),
            ("cdn*.example.*", "cdn7.example.net", true),
            ("cdn*.example.*", "cdn7.example", false),
            ("*.例子.cn", "media.xn--fsqu00a.cn", true),
            ("192.168.*", "192.168.0.7", true),
            ("*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false),
            ("", "h", false),
        ] {
            assert_eq!(fits_host(pattern, name), fits, "{pattern} {name}");
        }
    }

    #[test]
    fn the_first_that_fits_counts() {
        let rules = [
            rule(host("*.example.org"), "/org"),
            rule(When::Endings(endings("tar.gz, ISO")), "/packed"),
            rule(When::Category(Category::Video), "/films"),
            rule(When::Category(Category::Archives), "/archives"),
        ];
        for (name, from, dir) in [
            ("a.mkv", "www.example.org", Some("/org")),
            ("a.mkv", "example.org", Some("/films")),
            ("a.TAR.GZ", "h", Some("/packed")),
            ("a.gz", "h", Some("/archives")),
            ("disk.iso", "h", Some("/packed")),
            ("iso", "h", None),
            ("a.txt", "h", None),
            ("", "h", None),
        ] {
            let found = first_fitting(&rules, name, from).and_then(|rule| rule.dir.to_str());
            assert_eq!(found, dir, "{name} {from}");
        }
    }

    #[test]
    fn endings_are_read_as_they_are_typed() {
        for (text, expected) in [
            ("iso, .IMG *.tar.gz iso", vec!["iso", "img", "tar.gz"]),
            ("mp4；mkv", vec!["mp4", "mkv"]),
            ("mp4，mkv、ts", vec!["mp4", "mkv", "ts"]),
            (" , . * .* .*.*", vec![]),
        ] {
            assert_eq!(endings(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_can_say_nothing_is_not_whole() {
        for (when, dir, whole) in [
            (When::Category(Category::Other), "/x", true),
            (When::Category(Category::Other), "x", false),
            (When::Endings(vec![]), "/x", false),
            (When::Endings(vec!["Iso".into()]), "/x", false),
            (When::Endings(vec!["iso".into()]), "/x", true),
            (host("*.h"), "/x", true),
            (host("https://h/"), "/x", false),
            (host("a b"), "/x", false),
            (host(""), "/x", false),
        ] {
            let rule = rule(when, dir);
            assert_eq!(rule.is_whole(), whole, "{rule:?}");
        }
    }

    proptest! {
        #[test]
        fn a_star_fits_any_middle(head in "[a-z.]{0,6}", middle in "[a-z.]{0,9}", tail in "[a-z.]{0,6}") {
            let name = format!("{head}{middle}{tail}");
            let pattern = format!("{head}*{tail}");
            prop_assert!(fits_glob(pattern.as_bytes(), name.as_bytes()));
            prop_assert!(fits_glob(name.as_bytes(), name.as_bytes()));
            let longer = format!("{name}!");
            prop_assert_eq!(fits_glob(pattern.as_bytes(), longer.as_bytes()), tail.is_empty());
        }

        #[test]
        fn endings_read_back(text in "\\PC{0,30}") {
            let read = endings(&text);
            prop_assert_eq!(endings(&read.join(" ")), read.clone());
            prop_assert!(read.iter().all(|ending| is_ending(ending)));
        }
    }
}
