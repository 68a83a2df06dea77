//! Several connections side by side: whether there may be more, how each fares, which are replaced,
//! and what becomes of one that fails while others go on.

use std::time::Duration;

use super::Word;
use super::{Connection, ConnectionId, Move, Pulse, Transfer};
use crate::model::cause::Cause;
use crate::model::failure::{Failure, FailureKind};
use crate::model::host::Ranges;
use crate::model::range::ByteRange;
use crate::plan::crew::{Looked, Seen};
use crate::plan::planner::{approx, round};

/// A connection that brings nothing for so long while others do is replaced.
const STALL_AMONG_OTHERS: Duration = Duration::from_secs(8);
/// So long may an answer be waited for while others flow.
const ANSWER_AMONG_OTHERS: Duration = Duration::from_secs(15);
/// Others count as flowing when they brought something within this.
const LATELY: Duration = Duration::from_secs(2);
/// Where others brought something so long after one fell silent, it is the connection, not the line.
const OUTLIVED: Duration = Duration::from_secs(1);
/// A connection slower than the middle one by this factor
const SLOW_FACTOR: f64 = 0.15;
/// for so long is replaced,
const SLOW_FOR: Duration = Duration::from_secs(10);
/// but not more often than this: it may be the path.
const REPLACE_EVERY: Duration = Duration::from_secs(30);
/// Time constant of a connection's rate.
const STEADY_SECS: f64 = 2.0;
/// Looks are no closer together than this.
const LEAST_STEP: Duration = Duration::from_millis(50);
/// Beside others, so many seconds' worth of bytes are asked for at a time.
const LEASE_SECS: f64 = 8.0;
/// Odd answers beside others before it goes on alone.
const MAX_ASTRAY: u32 = 3;

/// What holds connections back from outside, so that standing still says nothing of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// Nothing: what does not come was not sent.
    Free,
    /// The speed limit or the disk.
    Back,
}

impl Transfer {
    /// What a connection has still to bring, where it has something to.
    pub fn left_of(&self, id: ConnectionId) -> Option<ByteRange> {
        self.planner.left(id)
    }

    /// Whether a connection only races another one for the same bytes.
    pub fn only_races(&self, id: ConnectionId) -> bool {
        self.planner.is_hedge(id)
    }

    /// Whether another connection should be opened now.
    pub fn wants_connection(&self) -> bool {
        if self.connections.is_empty() {
            return true;
        }
        self.connections.len() < self.crew.want() as usize
            && !self.alone
            && self.crew.may_open(self.now)
            && self.may_be_cut()
            && self.choose_place().is_some()
    }

    /// Whether parts may come side by side: the size is known, ranges were seen to work in this
    /// run, and something tells one version of the file from another.
    pub(super) fn may_be_cut(&self) -> bool {
        let told_apart = !self.known.validator.is_empty() || self.checked;
        self.known.begun
            && !self.fresh
            && self.total().is_some()
            && self.places.main().manner.ranges == Ranges::Honest
            && !self.asks_plainly(self.places.main().manner)
            && told_apart
    }

    /// Looks at how every connection fares. Those named are closed, for the reason given, and replaced
    /// where as many are still wanted: the driver closes them.
    pub fn look(&mut self, held: Held) -> Vec<(ConnectionId, Cause)> {
        let step = self.now.saturating_sub(self.looked);
        if step < LEAST_STEP {
            return Vec::new();
        }
        self.looked = self.now;
        for (id, connection) in &mut self.connections {
            connection.measure(step);
            if connection.pulse.last_byte.is_some() {
                self.planner.measured(*id, round(connection.pulse.rate_bps));
            }
        }
        self.measure_places();
        let mut looked = Looked::Stay;
        if !self.alone && self.crew.is_several() && self.may_be_cut() {
            let flowing = self.connections.values().filter(|c| c.pulse.last_byte.is_some()).count();
            if flowing > 1 {
                // The last one left may be the last because it is slow.
                self.usual_bps = round(self.middle_bps());
            }
            looked = self.crew.look(&Seen {
                now: self.now,
                flowing: u32::try_from(flowing).unwrap_or(u32::MAX),
                received: self.received,
                missing: self.known.total.unwrap_or(0).saturating_sub(self.given.total()),
                setup: self.setup,
            });
        }
        let mut closed = match held {
            Held::Free => self.laggards(),
            Held::Back => {
                for connection in self.connections.values_mut() {
                    connection.pulse.held_back(self.now);
                }
                Vec::new()
            }
        };
        if let Looked::BackTo(count) = looked {
            // The newest go: those before them have the longer claims, and are up to speed.
            let left =
                self.connections.keys().filter(|id| closed.iter().all(|(gone, _)| gone != *id));
            let surplus: Vec<_> = left.copied().skip(count as usize).collect();
            closed.extend(surplus.into_iter().map(|id| (id, Cause::Surplus)));
        }
        for (id, _) in &closed {
            self.close(*id);
        }
        closed
    }

    fn laggards(&mut self) -> Vec<(ConnectionId, Cause)> {
        let now = self.now;
        let flowing = self.connections.values().filter(|c| c.pulse.has_flowed_lately(now)).count();
        let is_among_others = flowing > 0 && self.connections.len() > 1;
        let middle = self.middle_bps();
        let mut found = Vec::new();
        for (id, connection) in &mut self.connections {
            let since = connection.pulse.last_byte.unwrap_or(connection.pulse.opened);
            let patience = match connection.body {
                Some(_) => STALL_AMONG_OTHERS,
                None => ANSWER_AMONG_OTHERS,
            };
            // Others that are through by now say as much of the server as those that still flow.
            let is_outlived = self.heard > since + OUTLIVED;
            if (is_among_others || is_outlived) && now.saturating_sub(since) >= patience {
                found.push((*id, Cause::SilentAmongOthers));
            } else if is_among_others
                && connection.body.is_some()
                && connection.pulse.rate_bps < middle * SLOW_FACTOR
            {
                let slow_since = *connection.pulse.slow_since.get_or_insert(now);
                let rested = self.replaced.is_none_or(|at| now.saturating_sub(at) >= REPLACE_EVERY);
                if now.saturating_sub(slow_since) >= SLOW_FOR && rested {
                    self.replaced = Some(now);
                    found.push((*id, Cause::SlowAmongOthers));
                }
            } else {
                connection.pulse.slow_since = None;
            }
        }
        found
    }

    fn middle_bps(&self) -> f64 {
        let mut rates: Vec<f64> = self
            .connections
            .values()
            .filter(|c| c.pulse.last_byte.is_some())
            .map(|c| c.pulse.rate_bps)
            .collect();
        rates.sort_by(f64::total_cmp);
        rates.get(rates.len() / 2).copied().unwrap_or_default()
    }

    /// How much is asked for at a time beside others.
    pub(super) fn lease_bytes(&self) -> u64 {
        let grain = self.planner.grain();
        round(self.middle_bps() * LEASE_SECS).clamp(grain.min_lease, grain.max_lease)
    }

    /// Bytes came.
    pub(super) fn beat(&mut self, id: ConnectionId, len: usize) {
        self.received += len as u64;
        self.heard = self.now;
        let Some(connection) = self.connections.get_mut(&id) else { return };
        connection.pulse.received += len as u64;
        if connection.pulse.last_byte.replace(self.now).is_none() {
            let setup = self.now.saturating_sub(connection.pulse.opened);
            self.setup = (self.setup + setup) / 2;
            self.places.succeeded();
            self.crew.succeeded();
        }
    }

    /// How many other connections there are, those that still wait for their answer among them.
    pub(super) fn others_open(&self, id: ConnectionId) -> usize {
        self.connections.keys().filter(|other| **other != id).count()
    }

    /// Where others go on, one that failed is given back and replaced after a pause.
    pub(super) fn spare(&mut self, id: ConnectionId, after: Option<Duration>) -> Option<Move> {
        self.close(id);
        (self.others_open(id) > 0).then(|| {
            self.pause(after);
            Move::Again(Cause::GivenBack)
        })
    }

    /// The server bears no more than there are; where there are none but this, that is a failure.
    pub(super) fn crowded(
        &mut self,
        id: ConnectionId,
        failure: Failure,
        after: Option<Duration>,
    ) -> Move {
        self.close(id);
        if self.others_open(id) == 0 {
            return Move::Exit(failure, after);
        }
        // A connection that just broke may have its reason anywhere.
        let word = if failure.kind == FailureKind::Broken { Word::Guess } else { Word::Servers };
        self.bears_no_more(word, after);
        Move::Again(Cause::NoMoreConnections)
    }

    /// An odd answer beside others that go on: given back, and after a few of them it goes on alone.
    pub(super) fn strayed(&mut self, id: ConnectionId, why: Cause) -> Move {
        self.close(id);
        if self.places.is_beside() {
            self.pause(None);
            return Move::Again(why);
        }
        self.astray += 1;
        if self.astray >= MAX_ASTRAY {
            self.go_alone();
        }
        self.pause(None);
        Move::Again(why)
    }

    /// Nothing can be fetched in parts here: a mirror is given up for it, else it goes on alone.
    pub(super) fn not_in_parts(&mut self, id: ConnectionId, why: Cause) -> Move {
        if self.places.is_beside() {
            return self.give_up_mirror(id, why);
        }
        self.go_alone();
        self.strayed(id, why)
    }

    pub(super) fn is_alone(&self) -> bool {
        self.alone
    }

    /// From now on one connection at a time: parts side by side do not work here. Those that flow
    /// well are let run.
    pub(super) fn go_alone(&mut self) {
        self.alone = true;
    }
}

impl Pulse {
    /// Whether it brought something within the last moments.
    pub(super) fn has_flowed_lately(&self, now: Duration) -> bool {
        self.last_byte.is_some_and(|at| now.saturating_sub(at) <= LATELY)
    }

    /// What did not come while it was held back was not missing.
    fn held_back(&mut self, now: Duration) {
        self.opened = self.opened.max(now);
        self.last_byte = self.last_byte.map(|_| now);
        self.slow_since = None;
    }
}

impl Connection {
    fn measure(&mut self, step: Duration) {
        let pulse = &mut self.pulse;
        let fresh = approx(pulse.received - pulse.looked_at) / step.as_secs_f64();
        let first = pulse.looked_at == 0;
        pulse.looked_at = pulse.received;
        let weight = if first { 1.0 } else { 1.0 - (-step.as_secs_f64() / STEADY_SECS).exp() };
        pulse.rate_bps += (fresh - pulse.rate_bps) * weight;
    }
}

#[cfg(test)]
#[path = "pulse_tests.rs"]
mod tests;
