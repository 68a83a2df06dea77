//! A driver in memory: carries out what a transfer decides against the model server, with one
//! connection or several in any order.

use std::collections::BTreeMap;
use std::time::Duration;

use super::model_server::{Answer, Server, content};
use super::{Begin, Held, Mirror, Move, PROOF_BYTES, PieceKind, Transfer};
use crate::model::failure::{Failure, FailureKind};
use crate::model::range::{ByteRange, SpanSet};
use crate::plan::decide::Ask;
use crate::plan::identity::Known;
use crate::plan::planner::Grain;

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
    seams: Vec<u64>,
    /// Another server with the file, used beside the first.
    pub(super) mirror: Option<Server>,
    /// Bytes compared or written.
    pub(super) received: u64,
}

impl Driver {
    pub(super) fn new() -> Self {
        Self {
            file: Vec::new(),
            known: Known::default(),
            held: SpanSet::new(),
            seams: Vec::new(),
            mirror: None,
            received: 0,
        }
    }

    /// One that holds the file, of which these seams are open.
    pub(super) fn whole(server: &Server, held: SpanSet, seams: Vec<u64>) -> Self {
        let total = server.sizes[0];
        let known = Known {
            total: Some(total),
            validator: server.validator(),
            begun: true,
            ..Known::default()
        };
        Self {
            file: content(0, ByteRange::new(0, total)),
            known,
            held,
            seams,
            mirror: None,
            received: 0,
        }
    }

    /// One run, as after a start of the program: at most `requests`.
    pub(super) fn run(&mut self, server: &mut Server, requests: usize, chunk: usize) -> End {
        self.run_with(server, requests, chunk, 1, &[])
    }

    /// The same with several connections; `order` says which of them brings the next chunk.
    pub(super) fn run_with(
        &mut self,
        server: &mut Server,
        requests: usize,
        chunk: usize,
        connections: u32,
        order: &[usize],
    ) -> End {
        let begin = Begin {
            known: self.known.clone(),
            held: self.held.clone(),
            seams: self.seams.clone(),
            connections,
            grain: FINE,
            ..Begin::default()
        };
        let mut transfer = Transfer::new(begin);
        let mut open: BTreeMap<u32, (Answer, usize)> = BTreeMap::new();
        let mut order = order.iter().cycle();
        let mut asked = 0;
        for step in 0.. {
            transfer.tell_time(Duration::from_secs(step));
            transfer.look(Held::Free);
            open.retain(|id, _| transfer.is_open(*id));
            if transfer.is_complete() && open.is_empty() {
                return End::Whole(self.file.clone());
            }
            let mut next = None;
            self.admit_mirror(&mut transfer);
            if transfer.wants_connection() {
                if asked >= requests {
                    return End::Asking;
                }
                let opened = transfer.open(|_, _| PROOF_BYTES);
                assert!(opened.is_some() || !open.is_empty(), "nothing to ask, not complete");
                if let Some((id, ask)) = opened {
                    asked += 1;
                    next = Some(self.ask(&mut transfer, server, id, &ask, &mut open));
                }
            }
            if next.is_none() && !open.is_empty() {
                let at = order.next().copied().unwrap_or_default() % open.len();
                let id = *open.keys().nth(at).unwrap();
                let (answer, from) = open.get_mut(&id).unwrap();
                next = Some(self.feed(&mut transfer, id, answer, from, chunk));
                self.known.total = transfer.total();
            }
            match next {
                Some(Move::Complete) => return End::Whole(self.file.clone()),
                Some(Move::Exit(failure, _)) => return End::Failed(failure.kind),
                Some(Move::Forget(wrong)) => {
                    for range in wrong.iter() {
                        self.held.remove(range);
                    }
                    transfer.forget(self.held.clone());
                }
                Some(Move::Again(_) | Move::Next | Move::Read { .. }) | None => {}
            }
            assert!(step < 100_000, "it never ends");
        }
        unreachable!()
    }

    /// What is held was compared with the mirror's.
    fn admit_mirror(&self, transfer: &mut Transfer) {
        if let Some(mirror) = self.mirror.as_ref().filter(|_| transfer.wants_places())
            && !transfer.places.are_several()
        {
            let validator = mirror.validator();
            let beside = transfer.may_go_beside(&validator);
            let host = "mirror:80".into();
            transfer.admit(Mirror { host, validator, beside, ..Mirror::default() });
        }
    }

    fn ask(
        &mut self,
        transfer: &mut Transfer,
        server: &mut Server,
        id: u32,
        ask: &Ask,
        open: &mut BTreeMap<u32, (Answer, usize)>,
    ) -> Move {
        let mirror = self.mirror.as_mut().filter(|_| transfer.place_of(id) != 0);
        let Some(answer) = mirror.unwrap_or(server).answer(ask) else {
            return transfer.open_failed(id, Failure::new(FailureKind::Broken, ""));
        };
        let next = transfer.answer(id, &answer.head);
        if let Move::Read { begin } = &next {
            if let Some(facts) = begin {
                self.file.clear();
                self.held = SpanSet::new();
                self.known = Known {
                    total: facts.total,
                    validator: facts.validator.clone(),
                    begun: true,
                    ..Known::default()
                };
            }
            open.insert(id, (answer, 0));
        }
        next
    }

    /// The next chunk of an answer, or its end.
    fn feed(
        &mut self,
        transfer: &mut Transfer,
        id: u32,
        answer: &Answer,
        from: &mut usize,
        chunk: usize,
    ) -> Move {
        let to = (*from + chunk).min(answer.body.len());
        if *from == to {
            let broken = answer.broken.then(|| Failure::new(FailureKind::Broken, "cut"));
            return transfer.ended(id, broken);
        }
        let bytes = &answer.body[*from..to];
        *from = to;
        let taken = transfer.take(id, bytes.len());
        for piece in taken.pieces {
            let at = usize::try_from(piece.at).unwrap();
            let bytes = &bytes[piece.bytes];
            match piece.kind {
                PieceKind::Prove => {
                    let held = &self.file[at..at + bytes.len()];
                    if let Some(first) = held.iter().zip(bytes).position(|(a, b)| a != b) {
                        let place = piece.at + first as u64;
                        return transfer.mismatch(id, place, self.held.clone());
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
        transfer.compared();
        self.seams = transfer.seams();
        if taken.enough { transfer.ended(id, None) } else { Move::Next }
    }
}

/// Cut finely, so that small files show what large ones do.
const FINE: Grain =
    Grain { block: 4096, least: 2048, most: 8192, min_lease: 50_000, max_lease: 100_000 };

/// A driver that holds the first `bytes` of version 0 and knows neither size nor validator.
pub(super) fn holding(bytes: u64) -> Driver {
    let held = ByteRange::new(0, bytes);
    Driver {
        file: content(0, held),
        known: Known { begun: true, ..Known::default() },
        held: [held].into_iter().collect(),
        seams: Vec::new(),
        mirror: None,
        received: 0,
    }
}
