//! A transfer at a place and mirrors, driven by hand.

use super::*;
use crate::model::range::ByteRange;
use crate::model::validator::EntityTag;
use crate::plan::content_range::ContentRange;
use crate::plan::decide::Shape;
use crate::plan::head::Head;

pub(super) const MIB: u64 = 1 << 20;
pub(super) const SIZE: u64 = 64 * MIB;

pub(super) fn tagged(tag: &str) -> Validator {
    Validator { etag: Some(EntityTag(format!("\"{tag}\""))), ..Validator::default() }
}

/// The head of a part as asked for.
pub(super) fn part(ask: &Ask, tag: &str) -> Head {
    let Shape::Ranged { first, end, .. } = &ask.shape else { panic!("asked for the whole") };
    let range = ByteRange::new(*first, end.unwrap_or(SIZE));
    Head {
        status: 206,
        length: Some(range.len()),
        content_range: Some(Ok(ContentRange::Bytes { range, total: Some(SIZE) })),
        validator: tagged(tag),
        ..Head::default()
    }
}

pub(super) fn refused(status: u16) -> Head {
    Head { status, length: Some(0), ..Head::default() }
}

/// A transfer that has begun at its first place and found several connections worth trying.
pub(super) struct Stage {
    pub(super) transfer: Transfer,
    now: Duration,
}

impl Stage {
    pub(super) fn new() -> Self {
        let begin =
            Begin { connections: 8, host: "home:80".into(), checked: true, ..Begin::default() };
        let mut stage = Self { transfer: Transfer::new(begin), now: Duration::ZERO };
        let (first, _) = stage.read("home");
        stage.flow(first, 30);
        assert!(stage.transfer.wants_places());
        stage
    }

    /// A mirror with this host that may be used beside the others.
    pub(super) fn mirror(&mut self, host: &str) -> PlaceId {
        let validator = tagged(host);
        self.transfer.admit(Mirror {
            host: host.into(),
            validator,
            beside: true,
            ..Mirror::default()
        })
    }

    pub(super) fn pass(&mut self, time: Duration) {
        self.now += time;
        self.transfer.tell_time(self.now);
        self.transfer.look(Held::Free);
    }

    pub(super) fn open(&mut self) -> Option<(ConnectionId, Ask)> {
        self.transfer.wants_connection().then(|| self.transfer.open(|_, _| PROOF_BYTES)).flatten()
    }

    /// Opens a connection whose answer is as asked for.
    pub(super) fn read(&mut self, tag: &str) -> (ConnectionId, Ask) {
        let (id, ask) = self.open().expect("a connection is wanted");
        let next = self.transfer.answer(id, &part(&ask, tag));
        assert!(matches!(next, Move::Read { .. }), "{next:?}");
        (id, ask)
    }

    /// A connection brings a little, so many times.
    pub(super) fn flow(&mut self, id: ConnectionId, times: u32) {
        for _ in 0..times {
            self.pass(Duration::from_millis(100));
            self.transfer.take(id, 100_000);
        }
    }
}
