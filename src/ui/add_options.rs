//! What is typed under *More* in the add dialog, and the options it makes.
//!
//! Invariant: options come of it only where nothing typed is wrong. What is secret goes nowhere else.

use super::limit::LimitField;
use crate::model::checksum::{ChecksumError, Expected};
use crate::model::curl_line::CurlLine;
use crate::model::option_text::{self, HeaderError};
use crate::model::options::{Credentials, Header, JobOptions};
use crate::model::url::{SourceUrl, UrlError};

/// What is typed under *More*.
#[derive(Clone)]
pub(crate) struct More {
    /// Connections at most.
    pub connections: u8,
    /// The field of the limit.
    pub limit: LimitField,
    /// The limit, in bytes a second.
    pub limit_bps: Option<u64>,
    /// A checksum, `auto` or `none`.
    pub checksum: String,
    /// Header lines.
    pub headers: String,
    /// `Cookie`.
    pub cookie: String,
    /// `Referer`.
    pub referer: String,
    /// `User-Agent`.
    pub user_agent: String,
    /// The user.
    pub user: String,
    /// The password.
    pub password: String,
    /// Mirrors, one a line.
    pub mirrors: String,
    /// The proxy.
    pub proxy: String,
    /// Accept any certificate.
    pub insecure: bool,
    /// How a job is fetched of which nothing else is said.
    usual: JobOptions,
}

/// Something that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// The checksum.
    Checksum(ChecksumError),
    /// A checksum fits one link only.
    ChecksumOfMany,
    /// The header in this line, from 1.
    Header(usize, HeaderError),
    /// The mirror in this line, from 1.
    Mirror(usize, UrlError),
    /// Mirrors fit one link only.
    MirrorsOfMany,
    /// The proxy.
    Proxy,
    /// A control character in one of the single lines.
    Broken,
}

/// The options as they are typed; where something is wrong with those, the last good ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Read {
    /// The options.
    pub options: JobOptions,
    /// What is wrong.
    pub wrong: Vec<Wrong>,
    /// How many are not as they are by themselves.
    pub set: u64,
}

impl Default for More {
    fn default() -> Self {
        Self::new(JobOptions::default())
    }
}

impl More {
    /// Nothing set; new jobs are fetched as `usual` says.
    pub(crate) fn new(usual: JobOptions) -> Self {
        let empty = String::new;
        Self {
            connections: usual.connections,
            limit: LimitField::new(None),
            limit_bps: None,
            checksum: empty(),
            headers: empty(),
            cookie: empty(),
            referer: empty(),
            user_agent: empty(),
            user: empty(),
            password: empty(),
            mirrors: empty(),
            proxy: empty(),
            insecure: false,
            usual,
        }
    }

    /// Takes over what a `curl` command line sends along, in the place of what was typed.
    pub(crate) fn fill(&mut self, line: &CurlLine) {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let lines = line.headers.iter().map(|h| format!("{}: {}", h.name, h.value));
        self.headers = lines.collect::<Vec<_>>().join("\n");
        self.cookie = text(&line.cookie);
        self.referer = text(&line.referer);
        self.user_agent = text(&line.user_agent);
        self.proxy = text(&line.proxy);
        self.insecure = line.insecure;
        let pair = line.credentials.clone().map(|c| (c.user, c.password));
        (self.user, self.password) = pair.unwrap_or_default();
    }

    /// The options it makes for so many links. `before` is what it made last.
    pub(crate) fn read(&self, links: u64, before: JobOptions) -> Read {
        let mut wrong = Vec::new();
        let headers = self.read_headers(&mut wrong);
        let mirrors = self.read_mirrors(&mut wrong);
        let expected = option_text::expected(&self.checksum).unwrap_or_else(|error| {
            wrong.push(Wrong::Checksum(error));
            None
        });
        if links > 1 && matches!(expected, Some(Expected::Given(_))) {
            wrong.push(Wrong::ChecksumOfMany);
        }
        if links > 1 && !mirrors.is_empty() {
            wrong.push(Wrong::MirrorsOfMany);
        }
        let proxy = one(&self.proxy);
        if proxy.as_deref().is_some_and(|text| !option_text::is_proxy(text)) {
            wrong.push(Wrong::Proxy);
        }
        let singles = [&self.cookie, &self.referer, &self.user_agent, &self.user, &self.password];
        if singles.iter().any(|line| line.chars().any(char::is_control)) {
            wrong.push(Wrong::Broken);
        }
        let has_user = !self.user.is_empty() || !self.password.is_empty();
        let options = JobOptions {
            connections: self.connections,
            limit_bps: self.limit_bps,
            headers,
            user_agent: one(&self.user_agent),
            referer: one(&self.referer),
            cookie: one(&self.cookie),
            credentials: has_user
                .then(|| Credentials { user: self.user.clone(), password: self.password.clone() }),
            expected,
            proxy,
            insecure: self.insecure,
            mirrors,
            ..self.usual.clone()
        };
        let set = set(&options, &self.usual);
        Read { options: if wrong.is_empty() { options } else { before }, wrong, set }
    }

    fn read_headers(&self, wrong: &mut Vec<Wrong>) -> Vec<Header> {
        let read = filled(&self.headers).map(|(n, line)| (n, option_text::header(line)));
        read.filter_map(|(n, header)| {
            header.map_err(|error| wrong.push(Wrong::Header(n, error))).ok()
        })
        .collect()
    }

    fn read_mirrors(&self, wrong: &mut Vec<Wrong>) -> Vec<SourceUrl> {
        let read = filled(&self.mirrors).map(|(n, line)| (n, SourceUrl::parse(line)));
        read.filter_map(|(n, url)| url.map_err(|error| wrong.push(Wrong::Mirror(n, error))).ok())
            .collect()
    }
}

/// How many options are not as they are by themselves.
fn set(options: &JobOptions, usual: &JobOptions) -> u64 {
    [
        options.connections != usual.connections,
        options.limit_bps.is_some(),
        !options.headers.is_empty(),
        options.user_agent.is_some(),
        options.referer.is_some(),
        options.cookie.is_some(),
        options.credentials.is_some(),
        options.expected.is_some(),
        options.proxy.is_some(),
        options.insecure,
        !options.mirrors.is_empty(),
    ]
    .into_iter()
    .map(u64::from)
    .sum()
}

/// What is asked of a server with these options: without what is no part of the request.
pub(crate) fn for_a_look(options: &JobOptions) -> JobOptions {
    let usual = JobOptions::default();
    JobOptions {
        connections: usual.connections,
        limit_bps: None,
        expected: None,
        mirrors: Vec::new(),
        ..options.clone()
    }
}

fn one(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The lines that are not blank, each with its number from 1.
fn filled(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(text.lines().map(str::trim)).filter(|(_, line)| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::curl_line;

    fn read(more: &More, links: u64) -> Read {
        more.read(links, JobOptions::default())
    }

    #[test]
    fn what_is_typed_becomes_options() {
        let more = More {
            connections: 3,
            limit_bps: Some(1000),
            checksum: "auto".into(),
            headers: "X-A: 1\n\n X-B: 2".into(),
            cookie: " a=b ".into(),
            user: "ann".into(),
            mirrors: "https://m/a\nhttps://n/b".into(),
            proxy: "socks5://p:1080".into(),
            insecure: true,
            ..More::default()
        };
        let found = read(&more, 1);
        assert_eq!((found.wrong.len(), found.set), (0, 9));
        let options = found.options;
        assert_eq!((options.connections, options.limit_bps), (3, Some(1000)));
        assert_eq!((options.headers.len(), options.mirrors.len()), (2, 2));
        assert_eq!(options.cookie.as_deref(), Some("a=b"));
        assert!(options.credentials.is_some() && options.insecure && options.referer.is_none());
        assert_eq!(for_a_look(&options).mirrors, []);
        assert_eq!(read(&more, 2).wrong, [Wrong::MirrorsOfMany]);
        assert_eq!(read(&More::default(), 1), Read::default());
    }

    #[test]
    fn what_is_wrong_is_said_and_the_last_good_ones_stay() {
        let before = JobOptions { connections: 5, ..JobOptions::default() };
        let more = More {
            checksum: "sha256:12".into(),
            headers: "X-A: 1\nX-B".into(),
            mirrors: "\nftp://m/a".into(),
            proxy: "p:1".into(),
            cookie: "a\u{7}".into(),
            ..More::default()
        };
        let found = more.read(1, before.clone());
        assert_eq!(found.options, before);
        let wrong = &found.wrong;
        assert!(matches!(wrong[0], Wrong::Header(2, HeaderError::NoColon)), "{wrong:?}");
        assert!(matches!(wrong[1], Wrong::Mirror(2, UrlError::NotYet(_))), "{wrong:?}");
        assert!(matches!(wrong[2], Wrong::Checksum(_)) && wrong.len() == 5, "{wrong:?}");
        let sum = More { checksum: "0".repeat(64), ..More::default() };
        assert_eq!(read(&sum, 2).wrong, [Wrong::ChecksumOfMany]);
    }

    #[test]
    fn a_curl_command_takes_the_place_of_what_was_typed() {
        let line = "curl https://h/a -H 'X-A: 1' -b a=b -u ann:p -x p:1 -k -A ua";
        let mut more = More { referer: "old".into(), ..More::default() };
        more.fill(&curl_line::read(line).unwrap());
        let found = read(&more, 1);
        assert_eq!((found.wrong.len(), found.set), (0, 6));
        assert_eq!(found.options.proxy.as_deref(), Some("http://p:1"));
        assert!(found.options.referer.is_none());
    }
}
