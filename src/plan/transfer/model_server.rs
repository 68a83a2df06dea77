//! A model of servers as they are, for the properties of a transfer.

use crate::model::range::ByteRange;
use crate::model::validator::{EntityTag, Validator};
use crate::plan::content_range::ContentRange;
use crate::plan::decide::{Ask, Shape};
use crate::plan::head::Head;

/// One way a server answers one request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Quirk {
    Honest,
    Cut(usize),
    IgnoresRange,
    IgnoresRangeUnknownLength,
    ClosesEarly(usize),
    StartsEarly(u64),
    StartsLate(u64),
    Short(u64),
    NoContentRange,
    WrongTotal,
    FromZero,
    PunishesIfRange,
    IgnoresIfRange,
    Page,
    Resets,
    Status(u16),
    Unsatisfied,
}

/// What identifies the file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Tags {
    Strong,
    Weak,
    Date,
    Nothing,
}

/// A server with one file, of which there may come another version.
#[derive(Clone, Debug)]
pub(super) struct Server {
    pub(super) sizes: [u64; 2],
    pub(super) tags: Tags,
    pub(super) quirks: Vec<Quirk>,
    /// The request from which on it has the second version.
    pub(super) changes_at: usize,
    pub(super) asked: usize,
}

pub(super) struct Answer {
    pub(super) head: Head,
    pub(super) body: Vec<u8>,
    pub(super) broken: bool,
}

/// Every byte of the one version differs from the other's.
fn byte(version: usize, at: u64) -> u8 {
    let base = (at.wrapping_mul(0x9e37_79b9) >> 7).to_le_bytes()[0];
    if version == 0 { base } else { !base }
}

pub(super) fn content(version: usize, range: ByteRange) -> Vec<u8> {
    (range.start..range.end).map(|at| byte(version, at)).collect()
}

impl Server {
    fn version(&self) -> usize {
        usize::from(self.asked > self.changes_at)
    }

    pub(super) fn validator(&self) -> Validator {
        let v = self.version();
        let etag = match self.tags {
            Tags::Strong => Some(format!("\"{v}\"")),
            Tags::Weak => Some(format!("W/\"{v}\"")),
            Tags::Date | Tags::Nothing => None,
        };
        let date = (self.tags == Tags::Date).then(|| format!("day {v}"));
        Validator {
            etag: etag.map(EntityTag),
            strong_date: date.is_some(),
            last_modified: date,
            ..Validator::default()
        }
    }

    pub(super) fn answer(&mut self, ask: &Ask) -> Option<Answer> {
        let quirk = self.quirks.get(self.asked).copied().unwrap_or(Quirk::Honest);
        self.asked += 1;
        let size = self.sizes[self.version()];
        let validator = self.validator();
        let plain = |status, body: Vec<u8>, told| Answer {
            head: Head {
                status,
                length: told,
                validator: validator.clone(),
                chunked: told.is_none(),
                ..Head::default()
            },
            body,
            broken: false,
        };
        let whole = || plain(200, content(self.version(), ByteRange::new(0, size)), Some(size));
        match quirk {
            Quirk::Resets => return None,
            Quirk::Status(status) => return Some(plain(status, Vec::new(), Some(0))),
            Quirk::IgnoresRange => return Some(whole()),
            Quirk::IgnoresRangeUnknownLength => {
                return Some(plain(200, content(self.version(), ByteRange::new(0, size)), None));
            }
            Quirk::ClosesEarly(after) => {
                let mut body = content(self.version(), ByteRange::new(0, size));
                body.truncate(after);
                let mut early = plain(200, body, None);
                early.head.chunked = false;
                return Some(early);
            }
            Quirk::Page => {
                let mut page = plain(200, b"<html>log in</html>".to_vec(), Some(19));
                page.head.content_type = Some("text/html".into());
                page.head.validator = Validator::default();
                return Some(page);
            }
            _ => {}
        }
        let Shape::Ranged { first, end, condition } = &ask.shape else {
            return Some(cut(whole(), quirk));
        };
        let holds = condition.as_ref().is_none_or(|c| Some(c.as_str()) == validator.if_range());
        if (!holds && quirk != Quirk::IgnoresIfRange)
            || (quirk == Quirk::PunishesIfRange && condition.is_some())
        {
            return Some(whole());
        }
        let range = ByteRange::new(*first, end.unwrap_or(size).min(size));
        if range.is_empty() || quirk == Quirk::Unsatisfied {
            let mut none = plain(416, Vec::new(), Some(0));
            none.head.content_range = Some(Ok(ContentRange::Unsatisfied { total: size }));
            return Some(none);
        }
        Some(cut(self.part(range, size, quirk, plain(206, Vec::new(), None)), quirk))
    }

    fn part(&self, range: ByteRange, size: u64, quirk: Quirk, mut answer: Answer) -> Answer {
        let sent = match quirk {
            Quirk::StartsEarly(n) => ByteRange::new(range.start.saturating_sub(n), range.end),
            Quirk::StartsLate(n) => ByteRange::new((range.start + n).min(range.end - 1), range.end),
            Quirk::Short(n) => ByteRange::new(range.start, (range.start + n.max(1)).min(range.end)),
            _ => range,
        };
        let total = if quirk == Quirk::WrongTotal { size + 1 } else { size };
        if quirk != Quirk::NoContentRange {
            answer.head.content_range =
                Some(Ok(ContentRange::Bytes { range: sent, total: Some(total) }));
        }
        answer.head.length = Some(sent.len());
        answer.head.chunked = false;
        let from = if quirk == Quirk::FromZero { ByteRange::new(0, sent.len()) } else { sent };
        answer.body = content(self.version(), from);
        answer
    }
}

fn cut(mut answer: Answer, quirk: Quirk) -> Answer {
    if let Quirk::Cut(after) = quirk
        && after < answer.body.len()
    {
        answer.body.truncate(after);
        answer.broken = true;
    }
    answer
}

/// The file in its two versions.
pub(super) fn versions(server: &Server) -> [Vec<u8>; 2] {
    [0, 1].map(|v| content(v, ByteRange::new(0, server.sizes[v])))
}
