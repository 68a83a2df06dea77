//! A look at a link: what is asked, and what the answers tell. The head of an answer is all that is
//! read of it.
//!
//! Invariants: judged as a run judges its first answer ([`decide`]); a few requests at most, whatever
//! the server answers; nothing is called resumable that was not seen to be.

use super::decide::{Ask, Otherwise, Shape, Verdict, decide};
use super::head::Head;
use super::identity::Known;
use crate::model::disposition;
use crate::model::failure::{Failure, FailureKind};
use crate::model::name::choose_name;
use crate::model::probe::Probed;
use crate::model::url::SourceUrl;

/// Requests that were answered oddly before it is given up.
const MAX_ODD: u32 = 2;

/// What is done next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Send [`Probe::ask`].
    Ask,
    /// It is this.
    Found(Probed),
    /// No file comes of it now.
    Not(Failure),
}

/// A look at one link.
#[derive(Clone, Debug)]
pub struct Probe {
    names_a_file: bool,
    is_plain: bool,
    odd: u32,
}

impl Probe {
    /// A look at `url`.
    pub fn new(url: &SourceUrl) -> Self {
        Self { names_a_file: url.names_a_file(), is_plain: false, odd: 0 }
    }

    /// What to ask for: the first byte, so that a server that honours ranges sends no more.
    pub fn ask(&self) -> Ask {
        let shape = if self.is_plain {
            Shape::Plain
        } else {
            Shape::Ranged { first: 0, end: Some(1), condition: None }
        };
        let names_a_file = self.names_a_file;
        Ask { shape, write_from: 0, siblings_flow: false, names_a_file }
    }

    /// What the head of an answer from `final_url` means.
    pub fn answered(&mut self, head: &Head, final_url: &SourceUrl) -> Step {
        match decide(&self.ask(), head, &Known::default()) {
            Verdict::Body(body) => {
                Step::Found(found(head, final_url, body.total, body.ranges_proved))
            }
            Verdict::Complete { total } => Step::Found(found(head, final_url, Some(total), true)),
            Verdict::Ask(Otherwise::Plain, _) if !self.is_plain => {
                self.is_plain = true;
                Step::Ask
            }
            Verdict::Ask(Otherwise::Afresh | Otherwise::Unconditional, _) if self.odd < MAX_ODD => {
                self.odd += 1;
                Step::Ask
            }
            Verdict::Ask(_, why) => Step::Not(Failure::because(FailureKind::Protocol, why)),
            Verdict::Stop(failure) | Verdict::Retry(failure, _) => Step::Not(failure),
            Verdict::Crowded(_) => Step::Not(Failure::status(FailureKind::Busy, head.status)),
            // Nothing was begun that this could differ from, and redirects are followed by the driver.
            Verdict::Changed { .. } | Verdict::Redirect => {
                Step::Not(Failure::status(FailureKind::BadStatus, head.status))
            }
        }
    }
}

fn found(head: &Head, final_url: &SourceUrl, total: Option<u64>, has_ranges: bool) -> Probed {
    let sent = head.disposition.as_deref().map(disposition::parse).unwrap_or_default();
    let content_type = head.content_type.clone();
    Probed {
        name: choose_name(None, &sent, final_url, content_type.as_deref()).into(),
        // The length of what is sent encoded is not that of the file.
        total_bytes: total.filter(|_| head.encoding.is_none()),
        has_ranges,
        host: final_url.host().to_owned(),
        is_page: head.is_page() && head.disposition.is_none(),
        content_type,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(path: &str) -> SourceUrl {
        SourceUrl::parse(&format!("https://h/{path}")).unwrap()
    }

    fn head(status: u16, length: Option<u64>, headers: &[(&'static str, &'static str)]) -> Head {
        Head::read(status, length, headers.iter().map(|(n, v)| (*n, v.as_bytes())))
    }

    fn first(path: &str, head: &Head) -> Step {
        Probe::new(&url(path)).answered(head, &url(path))
    }

    #[test]
    fn what_an_answer_tells() {
        let part = head(206, Some(1), &[("Content-Range", "bytes 0-0/3990000000")]);
        let Step::Found(seen) = first("a.iso", &part) else { panic!("{part:?}") };
        assert_eq!((seen.name.as_str(), seen.total_bytes), ("a.iso", Some(3_990_000_000)));
        assert!(seen.has_ranges && !seen.is_page && seen.host == "h");

        let named = [("Content-Disposition", "attachment; filename=\"b/../c.zip\"")];
        let Step::Found(seen) = first("get", &head(200, Some(7), &named)) else { panic!() };
        assert_eq!((seen.name.as_str(), seen.total_bytes), ("c.zip", Some(7)));
        assert!(!seen.has_ranges);

        let page = head(200, None, &[("Content-Type", "text/html")]);
        let Step::Found(seen) = first("about", &page) else { panic!() };
        assert!(seen.is_page && seen.total_bytes.is_none());
        let Step::Not(why) = first("a.iso", &page) else { panic!() };
        assert_eq!(why.kind, FailureKind::Page);

        let empty = head(416, Some(0), &[("Content-Range", "bytes */0")]);
        let Step::Found(seen) = first("empty", &empty) else { panic!() };
        assert_eq!(seen.total_bytes, Some(0));

        for (status, kind) in [
            (401, FailureKind::Unauthorised),
            (403, FailureKind::Forbidden),
            (404, FailureKind::NotFound),
            (410, FailureKind::Gone),
            (429, FailureKind::Busy),
            (500, FailureKind::ServerError),
        ] {
            let Step::Not(why) = first("a", &head(status, Some(0), &[])) else {
                panic!("{status}")
            };
            assert_eq!(why.kind, kind, "{status}");
        }
    }

    #[test]
    fn a_server_that_dislikes_ranges_is_asked_without() {
        let link = url("a.bin");
        let mut probe = Probe::new(&link);
        assert_eq!(probe.answered(&head(400, Some(0), &[]), &link), Step::Ask);
        assert_eq!(probe.ask().shape, Shape::Plain);
        let Step::Found(seen) = probe.answered(&head(200, Some(9), &[]), &link) else { panic!() };
        assert!(!seen.has_ranges && seen.total_bytes == Some(9));
        assert!(matches!(probe.answered(&head(400, Some(0), &[]), &link), Step::Not(_)));
    }

    proptest::proptest! {
        #[test]
        fn it_ends_whatever_is_answered(
            status in 100_u16..600,
            length in proptest::option::of(0_u64..4),
            range in proptest::option::of("bytes [0-9]-[0-9]/[0-9*]"),
        ) {
            let range: &'static str = range.map_or("", |r| r.leak());
            let headers = [("Content-Range", range)];
            let headers = if range.is_empty() { &headers[..0] } else { &headers[..] };
            let link = url("a.iso");
            let mut probe = Probe::new(&link);
            let mut asked = 1;
            while probe.answered(&head(status, length, headers), &link) == Step::Ask {
                asked += 1;
                proptest::prop_assert!(asked <= 2 + MAX_ODD);
            }
        }
    }
}
