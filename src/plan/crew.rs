//! How many connections a job has: one at first, more while more bring more, fewer where the server
//! does not bear them, and one more again now and then.
//!
//! Invariant: never more than the job's own limit nor than the server was seen to bear, never none.

use std::time::Duration;

use super::borne::{Borne, Limit};

/// What is left must take longer than this to be worth a second connection.
pub(super) const WORTH: Duration = Duration::from_secs(2);
/// The rate is measured so long before the first of them is asked for.
const FIRST_LOOK: Duration = Duration::from_millis(200);
/// A trial is judged over this long at least, once its connections flow.
const TRIAL: Duration = Duration::from_secs(1);
/// One that brought far more is judged after this long,
const CLEAR_AFTER: Duration = Duration::from_millis(400);
/// far more being this many hundredths.
const CLEAR_GROWTH: u64 = 150;
/// Connections of a trial that have not begun to flow after this long are judged without.
const PATIENCE: Duration = Duration::from_secs(5);
/// After a trial that brought nothing, the next comes after this long; then after twice that.
const REST: Duration = Duration::from_secs(15);
/// The longest rest between two trials.
const MAX_REST: Duration = Duration::from_mins(2);
/// A trial pays when the rate grew to this many hundredths.
const GROWTH: u64 = 110;
/// The longest pause before a failed connection is replaced while others flow.
const MAX_PAUSE: Duration = Duration::from_secs(30);

/// Whose word it is that there are too many connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// The server's: it answered so, or refused the connection.
    Servers,
    /// A guess, from a connection that broke. It is not remembered.
    Guess,
}

/// What is so at one moment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen {
    /// Since any fixed moment.
    pub now: Duration,
    /// Connections that bring bytes.
    pub flowing: u32,
    /// Bytes that came in this run.
    pub received: u64,
    /// Bytes that are missing.
    pub missing: u64,
    /// Time until a connection's first byte.
    pub setup: Duration,
}

/// What a look comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Looked {
    /// Those that are open stay.
    Stay,
    /// More brought no more: so many stay, and the rest are closed, for each costs both ends its
    /// buffers and its switching.
    BackTo(u32),
}

/// A number of connections under trial.
#[derive(Clone, Copy, Debug)]
struct Trial {
    /// How many there were before.
    before: u32,
    /// What they brought, in bytes a second.
    before_bps: u64,
    begun: Duration,
    /// When all of them flowed, and what had come until then.
    measured: Option<(Duration, u64)>,
}

/// How many connections one job has.
#[derive(Clone, Debug)]
pub struct Crew {
    most: u32,
    /// What the server was seen to bear.
    borne: Borne,
    /// When it was last looked at.
    now: Duration,
    want: u32,
    first_byte: Option<(Duration, u64)>,
    trial: Option<Trial>,
    /// When the last trial ended, with the rate then measured from.
    rested: Option<(Duration, u64)>,
    rest: Duration,
    not_before: Duration,
    failures: u32,
}

impl Crew {
    /// At most `most`; `cap` is what the server was seen to bear before.
    pub fn new(most: u32, cap: Option<u32>) -> Self {
        Self {
            most: most.max(1),
            borne: Borne::known(cap, Duration::ZERO),
            now: Duration::ZERO,
            want: 1,
            first_byte: None,
            trial: None,
            rested: None,
            rest: REST,
            not_before: Duration::ZERO,
            failures: 0,
        }
    }

    /// How many there should be.
    pub fn want(&self) -> u32 {
        self.want.min(self.limit())
    }

    /// Whether the job may ever have more than one.
    pub fn is_several(&self) -> bool {
        self.limit() > 1
    }

    /// What the server said itself that it bears.
    pub fn told(&self) -> Option<Limit> {
        self.borne.told()
    }

    /// The job's share of connections.
    pub fn most(&self) -> u32 {
        self.most
    }

    /// Whether more than one was ever found to be worth trying.
    pub fn has_tried(&self) -> bool {
        self.want > 1 || self.rested.is_some()
    }

    /// There is another server to try more with: what was tried before says nothing of it.
    pub fn hope(&mut self) {
        (self.first_byte, self.rested, self.rest) = (None, None, REST);
    }

    /// Leaves what the server was seen to bear to others.
    pub(super) fn take_borne(&mut self) -> Borne {
        std::mem::take(&mut self.borne)
    }

    /// The job's share of connections changed.
    pub fn set_most(&mut self, most: u32) {
        self.most = most.max(1);
    }

    /// What is asked for next is asked for now.
    pub fn tell_time(&mut self, now: Duration) {
        self.now = now;
    }

    /// Whether another connection may be asked for at `now`.
    pub fn may_open(&self, now: Duration) -> bool {
        now >= self.not_before
    }

    /// Looks at what is so, a few times a second while more than one connection may be had.
    pub fn look(&mut self, seen: &Seen) -> Looked {
        self.tell_time(seen.now);
        let Some((since, from)) = self.first_byte else {
            self.first_byte = (seen.flowing > 0).then_some((seen.now, seen.received));
            return Looked::Stay;
        };
        if let Some(trial) = self.trial {
            return self.judge(trial, seen);
        }
        let wait = if self.rested.is_some() { self.rest } else { FIRST_LOOK };
        let (since, from) = self.rested.unwrap_or((since, from));
        let span = seen.now.saturating_sub(since);
        if span < wait || self.want() >= self.limit() {
            return Looked::Stay;
        }
        let rate = per_second(seen.received.saturating_sub(from), span);
        if is_worth_it(seen.missing, rate) {
            self.try_more(rate, seen.now);
        }
        Looked::Stay
    }

    /// The server does not bear as many as there are: this one was refused while `others` were not.
    pub fn crowded(&mut self, others: u32, word: Word, now: Duration, after: Option<Duration>) {
        self.tell_time(now);
        self.borne.refused(others, word, now);
        self.trial = None;
        self.rested = None;
        self.failed(now, after);
    }

    /// A connection failed while others flow: it is replaced after a pause.
    pub fn failed(&mut self, now: Duration, after: Option<Duration>) {
        let pause = Duration::from_secs(1 << self.failures.min(5)).min(MAX_PAUSE);
        self.failures += 1;
        self.not_before = self.not_before.max(now + after.map_or(pause, |a| a.max(pause)));
    }

    /// A connection brought bytes.
    pub fn succeeded(&mut self) {
        self.failures = 0;
    }

    fn limit(&self) -> u32 {
        self.borne.at(self.now).map_or(self.most, |cap| cap.min(self.most)).max(1)
    }

    fn try_more(&mut self, before_bps: u64, now: Duration) {
        let before = self.want();
        self.want = if before == 1 { 4 } else { before * 2 }.min(self.limit());
        self.trial = Some(Trial { before, before_bps, begun: now, measured: None });
    }

    fn judge(&mut self, trial: Trial, seen: &Seen) -> Looked {
        let all_flow = seen.flowing >= self.want();
        let Some((since, from)) = trial.measured else {
            if all_flow || seen.now.saturating_sub(trial.begun) > PATIENCE {
                let measured = Some((seen.now, seen.received));
                self.trial = Some(Trial { measured, ..trial });
            }
            return Looked::Stay;
        };
        let span = seen.now.saturating_sub(since);
        let rate = per_second(seen.received.saturating_sub(from), span);
        let grew_by = |hundredths: u64| {
            u128::from(rate) * 100 >= u128::from(trial.before_bps) * u128::from(hundredths)
        };
        let is_clear = span >= CLEAR_AFTER && grew_by(CLEAR_GROWTH);
        if span < TRIAL.max(seen.setup * 4) && !is_clear {
            return Looked::Stay;
        }
        self.trial = None;
        self.rested = Some((seen.now, seen.received));
        if !grew_by(GROWTH) {
            self.want = trial.before;
            self.rest = (self.rest * 2).min(MAX_REST);
            return Looked::BackTo(self.want());
        }
        if self.want() < self.limit() && is_worth_it(seen.missing, rate) {
            self.try_more(rate, seen.now);
        }
        Looked::Stay
    }
}

fn is_worth_it(missing: u64, rate_bps: u64) -> bool {
    rate_bps > 0 && missing / rate_bps >= WORTH.as_secs()
}

fn per_second(bytes: u64, span: Duration) -> u64 {
    let millis = span.as_millis().max(1);
    u64::try_from(u128::from(bytes) * 1000 / millis).unwrap_or(u64::MAX)
}

#[cfg(test)]
#[path = "crew_tests.rs"]
mod tests;
