//! A model of servers as they are, and a driver in memory, for the properties of a transfer.

use crate::model::failure::{Failure, FailureKind};
use crate::model::range::{ByteRange, SpanSet};
use crate::model::validator::{EntityTag, Validator};
use crate::plan::content_range::ContentRange;
use crate::plan::decide::{Ask, Shape};
use crate::plan::head::Head;
use crate::plan::identity::Known;

use super::{Begin, Move, PROOF_BYTES, PieceKind, Transfer};

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

struct Answer {
    head: Head,
    body: Vec<u8>,
    broken: bool,
}

/// Every byte of the one version differs from the other's.
fn byte(version: usize, at: u64) -> u8 {
    let base = (at.wrapping_mul(0x9e37_79b9) >> 7).to_le_bytes()[0];
    if version == 0 { base } else { !base }
}

fn content(version: usize, range: ByteRange) -> Vec<u8> {
    (range.start..range.end).map(|at| byte(version, at)).collect()
}

impl Server {
    fn version(&self) -> usize {
        usize::from(self.asked > self.changes_at)
    }

    fn validator(&self) -> Validator {
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
            digest: None,
        }
    }

    fn answer(&mut self, ask: &Ask) -> Option<Answer> {
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

/// How a run of the driver ended.
#[derive(Debug, PartialEq)]
pub(super) enum End {
    Whole(Vec<u8>),
    Failed(FailureKind),
    /// Stopped by the test after so many requests.
    Asking,
}

/// A driver in memory: what a run leaves behind.
pub(super) struct Driver {
    pub(super) file: Vec<u8>,
    pub(super) known: Known,
    pub(super) held: SpanSet,
    /// Bytes compared or written.
    pub(super) received: u64,
}

impl Driver {
    pub(super) fn new() -> Self {
        Self { file: Vec::new(), known: Known::default(), held: SpanSet::new(), received: 0 }
    }

    /// One run, as after a start of the program: at most `requests`.
    pub(super) fn run(&mut self, server: &mut Server, requests: usize, chunk: usize) -> End {
        let begin =
            Begin { known: self.known.clone(), held: self.held.clone(), ..Begin::default() };
        let mut transfer = Transfer::new(begin);
        for _ in 0..requests {
            if transfer.is_complete() {
                return End::Whole(self.file.clone());
            }
            let Some((id, ask)) = transfer.open(PROOF_BYTES) else {
                panic!("nothing to ask, not complete")
            };
            let Some(answer) = server.answer(&ask) else {
                match transfer.open_failed(id, Failure::new(FailureKind::Broken, "")) {
                    Move::Exit(failure, _) => return End::Failed(failure.kind),
                    Move::Again(_) => continue,
                    other => panic!("{other:?}"),
                }
            };
            match self.follow(&mut transfer, id, &answer, chunk) {
                Move::Complete => return End::Whole(self.file.clone()),
                Move::Exit(failure, _) => return End::Failed(failure.kind),
                Move::Again(_) => {}
                Move::Read { .. } => panic!("read twice"),
            }
        }
        End::Asking
    }

    fn follow(&mut self, transfer: &mut Transfer, id: u32, answer: &Answer, chunk: usize) -> Move {
        match transfer.answer(id, &answer.head) {
            Move::Read { begin } => {
                if let Some(facts) = begin {
                    self.file.clear();
                    self.held = SpanSet::new();
                    self.known = Known {
                        total: facts.total,
                        validator: facts.validator,
                        begun: true,
                        ..Known::default()
                    };
                }
            }
            other => return other,
        }
        for bytes in answer.body.chunks(chunk) {
            let taken = transfer.take(id, bytes.len());
            for piece in taken.pieces {
                let at = usize::try_from(piece.at).unwrap();
                let bytes = &bytes[piece.bytes];
                match piece.kind {
                    PieceKind::Prove => {
                        if self.file[at..at + bytes.len()] != *bytes {
                            return transfer.mismatch(id, self.held.clone());
                        }
                    }
                    PieceKind::Write => {
                        self.file.resize(self.file.len().max(at + bytes.len()), 0);
                        let place = ByteRange::new(piece.at, piece.at + bytes.len() as u64);
                        assert!(self.held.held(place).is_empty(), "a held byte is written again");
                        self.file[at..at + bytes.len()].copy_from_slice(bytes);
                        self.held.insert(place);
                    }
                }
                self.received += bytes.len() as u64;
            }
            self.known.total = transfer.total();
            if taken.enough {
                return transfer.ended(id, None);
            }
        }
        let broken = answer.broken.then(|| Failure::new(FailureKind::Broken, "cut"));
        let next = transfer.ended(id, broken);
        self.known.total = transfer.total();
        next
    }
}

/// A driver that holds the first `bytes` of version 0 and knows neither size nor validator.
pub(super) fn holding(bytes: u64) -> Driver {
    let held = ByteRange::new(0, bytes);
    Driver {
        file: content(0, held),
        known: Known { begun: true, ..Known::default() },
        held: [held].into_iter().collect(),
        received: 0,
    }
}

/// The file in its two versions.
pub(super) fn versions(server: &Server) -> [Vec<u8>; 2] {
    [0, 1].map(|v| content(v, ByteRange::new(0, server.sizes[v])))
}
