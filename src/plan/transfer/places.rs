//! The places a transfer fetches from: the one it goes on at where it goes on at one, and mirrors that
//! were found to hold the same file. How each is asked, what its server bears, and what becomes of one
//! that fails or brings other bytes.
//!
//! Invariants: a mirror's answers are judged by its own validator, and say nothing of the file; what
//! a mirror wrote is known as long as it may turn out to be wrong; one that was dismissed is asked
//! nothing more.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{ConnectionId, Known, SpanSet, Transfer};
use crate::model::cause::Cause;
use crate::model::host::{Condition, Ranges};
use crate::model::range::ByteRange;
use crate::model::validator::Validator;
use crate::plan::borne::{Borne, Limit};

/// A place, by its number in the run; nought is the one it begins with.
pub type PlaceId = usize;

/// A place that failed rests so long, then twice that,
const REST: Duration = Duration::from_secs(2);
/// at most so long.
const MAX_REST: Duration = Duration::from_mins(1);

/// How a place is asked, as learned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Manner {
    /// Whether its ranges are what they say.
    pub ranges: Ranges,
    /// How it is asked whether the file is unchanged.
    pub condition: Condition,
    /// It fails on any range.
    pub falls_over_ranges: bool,
    /// It is asked for the whole.
    pub(super) plain: bool,
    /// It was asked for the whole to settle which bytes are right.
    pub(super) tried_plain: bool,
}

/// A mirror that was found to hold the file.
#[derive(Clone, Debug, Default)]
pub struct Mirror {
    /// Its server: what is borne is borne by all places there together.
    pub host: String,
    /// What its own answers identify the file by.
    pub validator: Validator,
    /// How it is asked whether the file is unchanged.
    pub condition: Condition,
    /// Connections its server was seen to bear, where a limit was met.
    pub cap: Option<u32>,
    /// Whether it may be used beside others; else only in their place.
    pub beside: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Used beside others, and in their place.
    Beside,
    /// Used only in the place of others.
    InPlace,
    /// Asked nothing more.
    Dismissed,
}

#[derive(Debug)]
pub(super) struct Place {
    pub(super) manner: Manner,
    pub(super) host: String,
    /// None: what identifies the representation itself is its own.
    validator: Option<Validator>,
    pub(super) standing: Standing,
    /// What its server was seen to bear.
    pub(super) borne: Borne,
    /// Its server's connections that the job may have.
    pub(super) share: u32,
    /// Other jobs have connections there.
    pub(super) is_shared: bool,
    pub(super) failures: u32,
    /// Answers in a row that were not what their own digests say.
    pub(super) corrupt: u32,
    rests_until: Duration,
    /// What one of its connections brought when last looked at, in bytes a second; nought at first.
    pub(super) rate_bps: u64,
    /// What it wrote in this run.
    pub(super) wrote: SpanSet,
}

/// All places of a run.
#[derive(Debug)]
pub(super) struct Places {
    pub(super) all: Vec<Place>,
    pub(super) main: PlaceId,
    /// Where what is decided on at the moment comes from, or goes.
    pub(super) here: PlaceId,
    /// Where each connection went, once there are several: what it compared may be told after its end.
    pub(super) asked: BTreeMap<ConnectionId, PlaceId>,
    /// Dismissed, and not yet said.
    dismissed: Vec<(PlaceId, Cause)>,
}

impl Places {
    pub(super) fn new(host: String, manner: Manner) -> Self {
        let first = Place::new(host, manner, None, Standing::Beside);
        Self { all: vec![first], main: 0, here: 0, asked: BTreeMap::new(), dismissed: Vec::new() }
    }

    pub(super) fn here(&self) -> &Place {
        &self.all[self.here]
    }

    pub(super) fn here_mut(&mut self) -> &mut Place {
        &mut self.all[self.here]
    }

    pub(super) fn main(&self) -> &Place {
        &self.all[self.main]
    }

    /// The place what is decided on comes from, or goes to.
    pub(super) fn number(&self) -> PlaceId {
        self.here
    }

    /// Whether what is decided on is of a mirror beside the main place.
    pub(super) fn is_beside(&self) -> bool {
        self.here != self.main
    }

    /// Whether there was ever more than one.
    pub(super) fn are_several(&self) -> bool {
        self.all.len() > 1
    }

    /// What is known of the file, as the place here tells it.
    pub(super) fn known(&self, known: &Known) -> Known {
        match &self.here().validator {
            None => known.clone(),
            Some(own) => {
                let digests = known.validator.digests.clone();
                Known { validator: Validator { digests, ..own.clone() }, ..known.clone() }
            }
        }
    }

    /// Whether the place here defines what the representation is.
    pub(super) fn is_home(&self) -> bool {
        self.here().validator.is_none()
    }

    /// Whether it goes on at a place that defines what the representation is.
    pub(super) fn is_begun_at_main(&self) -> bool {
        self.main().validator.is_none()
    }

    /// The place here has begun a representation: no other is known to hold that.
    pub(super) fn begin(&mut self) {
        self.main = self.here;
        self.here_mut().validator = None;
        self.restart();
    }

    /// The file is another one: the main place is asked for it, and what others hold is not known.
    pub(super) fn restart(&mut self) {
        let main = self.main;
        for (id, place) in self.all.iter_mut().enumerate() {
            place.wrote = SpanSet::new();
            if id != main {
                place.standing = Standing::Dismissed;
            }
        }
    }

    pub(super) fn wrote(&mut self, range: ByteRange) {
        if self.are_several() {
            self.all[self.here].wrote.insert(range);
        }
    }

    pub(super) fn forget(&mut self, written: &SpanSet) {
        for place in &mut self.all {
            place.wrote = place.wrote.iter().flat_map(|range| written.held(range)).collect();
        }
    }

    /// A connection at the place here brought bytes.
    pub(super) fn succeeded(&mut self) {
        self.here_mut().failures = 0;
    }

    pub(super) fn rest(&mut self, now: Duration, after: Option<Duration>) {
        let place = self.here_mut();
        let pause = (REST * (1 << place.failures.min(5))).min(MAX_REST);
        place.failures += 1;
        place.rests_until = now + after.map_or(pause, |after| after.max(pause));
    }

    pub(super) fn dismiss(&mut self, id: PlaceId, why: Cause) {
        if self.all[id].standing != Standing::Dismissed {
            self.all[id].standing = Standing::Dismissed;
            self.dismissed.push((id, why));
        }
    }

    pub(super) fn is_ready(&self, id: PlaceId, now: Duration) -> bool {
        let place = &self.all[id];
        let is_used = id == self.main || place.standing == Standing::Beside;
        let may_be_asked = id == self.main || !place.manner.plain;
        is_used && may_be_asked && place.standing != Standing::Dismissed && place.rests_until <= now
    }

    /// Connections the places used together may have at most.
    fn allowance(&self, now: Duration) -> u32 {
        let used =
            |(id, place): &(usize, &Place)| place.standing == Standing::Beside || *id == self.main;
        let mut hosts: Vec<(&str, u32)> = Vec::new();
        for (_, place) in self.all.iter().enumerate().filter(used) {
            if !hosts.iter().any(|(host, _)| *host == place.host) {
                hosts.push((&place.host, place.limit(now)));
            }
        }
        hosts.iter().fold(0, |sum: u32, (_, limit)| sum.saturating_add(*limit)).max(1)
    }
}

impl Place {
    fn new(host: String, manner: Manner, validator: Option<Validator>, standing: Standing) -> Self {
        Self {
            manner,
            host,
            validator,
            standing,
            borne: Borne::default(),
            share: u32::MAX,
            is_shared: false,
            failures: 0,
            corrupt: 0,
            rests_until: Duration::ZERO,
            rate_bps: 0,
            wrote: SpanSet::new(),
        }
    }

    /// Connections the job may have there at `now`.
    pub(super) fn limit(&self, now: Duration) -> u32 {
        self.borne.at(now).map_or(self.share, |cap| cap.min(self.share)).max(1)
    }
}

impl Transfer {
    /// A mirror was found to hold the file. Answers with its number.
    pub fn admit(&mut self, mirror: Mirror) -> PlaceId {
        if !self.places.are_several() {
            // From now on each server has its own limit.
            self.places.all[0].borne = self.crew.take_borne();
            self.remember_authors_of_main();
        }
        if mirror.beside {
            self.crew.hope();
        }
        let standing = if mirror.beside { Standing::Beside } else { Standing::InPlace };
        // Its parts were compared with what is held.
        let (ranges, condition) = (Ranges::Honest, mirror.condition);
        let manner = Manner { ranges, condition, ..Manner::default() };
        let place = Place::new(mirror.host, manner, Some(mirror.validator), standing);
        self.places.all.push(Place { borne: Borne::known(mirror.cap, self.now), ..place });
        self.places.all.len() - 1
    }

    /// What was written until now came from the main place, as far as it is of this run.
    fn remember_authors_of_main(&mut self) {
        let main = self.places.main;
        self.places.all[main].wrote = self.given.clone();
    }

    /// From now on this place is the one it goes on at. What failed at the one before is forgiven.
    pub fn turn_to(&mut self, place: PlaceId) {
        self.places.here = self.places.main;
        self.places.rest(self.now, None);
        // What may only go on in the place of others goes on without them.
        if self.places.all[place].standing == Standing::InPlace {
            self.by_overlap |= !self.given.is_empty();
            for other in &mut self.places.all {
                if other.standing == Standing::Beside {
                    other.standing = Standing::InPlace;
                }
            }
        }
        self.places.main = place;
        self.places.here = place;
        self.connections.clear();
        self.planner.clear();
        (self.odd, self.short, self.garbled, self.suspects) = (0, 0, 0, 0);
    }

    pub(super) fn manner(&self) -> Manner {
        self.places.here().manner
    }

    pub(super) fn manner_mut(&mut self) -> &mut Manner {
        &mut self.places.here_mut().manner
    }

    /// Whether what this connection's answer tells is told of the file as it was begun.
    pub fn speaks_for_the_file(&self, id: ConnectionId) -> bool {
        let place = self.place_of(id);
        place == self.places.main && self.places.all[place].validator.is_none()
    }

    /// The place a connection is to, or was when it was last heard of.
    pub fn place_of(&self, id: ConnectionId) -> PlaceId {
        let place = self.connections.get(&id).map(|connection| connection.place);
        place.or_else(|| self.places.asked.get(&id).copied()).unwrap_or(self.places.main)
    }

    /// What is decided from here on is of the place of this connection.
    pub(super) fn at(&mut self, id: ConnectionId) {
        self.places.here = self.place_of(id);
    }

    /// The place it goes on at where it goes on at one.
    pub fn main(&self) -> PlaceId {
        self.places.main
    }

    /// Connections the job may have at most now.
    pub fn most(&self) -> u32 {
        self.crew.most()
    }

    /// Whether further places would be of use now, side by side with those there are.
    pub fn wants_places(&self) -> bool {
        self.crew.has_tried() && self.may_be_cut() && !self.is_alone()
    }

    /// Whether a mirror with this validator may be used beside the place that began the file: where a
    /// digest of the whole decides in the end, or both identify the same representation (RFC 6249
    /// §3.1.1 and §6). Its bytes were compared before.
    pub fn may_go_beside(&self, mirror: &Validator) -> bool {
        let strong = |v: &Validator| v.etag.clone().filter(|tag| !tag.is_weak());
        let tags = strong(&self.known.validator).filter(|tag| Some(tag) == strong(mirror).as_ref());
        // Equal to what began the file it is only where that, or its equal, is gone on with.
        let main = self.places.main();
        let is_equal = main.validator.is_none() || main.standing == Standing::Beside;
        self.is_decided_in_the_end() || (tags.is_some() && is_equal)
    }

    /// Mirrors that were given up and not yet told of, with the reason.
    pub fn take_dismissed(&mut self) -> Vec<(PlaceId, Cause)> {
        std::mem::take(&mut self.places.dismissed)
    }

    /// What mirrors wrote beside the main place in this run. Where a digest of the whole does not fit,
    /// that is what is fetched again; they are not asked any more.
    pub fn leave_mirrors(&mut self) -> SpanSet {
        let (main, wrote) = (self.places.main, self.of_mirrors());
        for id in (0..self.places.all.len()).filter(|id| *id != main) {
            if !self.places.all[id].wrote.is_empty() {
                self.places.dismiss(id, Cause::WholeDigest);
            }
        }
        wrote
    }

    /// Connections the job may have at most at the server of a place, and whether other jobs have some
    /// there.
    pub fn set_share(&mut self, place: PlaceId, share: u32, others: bool) {
        if let Some(place) = self.places.all.get_mut(place) {
            (place.share, place.is_shared) = (share, others);
        }
    }

    /// Connections the job may have at most, whatever its servers bear.
    pub fn set_most(&mut self, most: u32) {
        self.crew.set_most(most.min(self.places.allowance(self.now)));
    }

    /// What the server of a place was seen to bear is over.
    pub fn forget_limit(&mut self, place: PlaceId) {
        if self.places.are_several() {
            self.places.all[place].borne = Borne::default();
        } else {
            self.crew.take_borne();
        }
    }

    /// What the server of a place said last that it bears.
    pub fn told_limit(&self, place: PlaceId) -> Option<Limit> {
        let own = self.places.all.get(place).and_then(|place| place.borne.told());
        own.or_else(|| self.crew.told().filter(|_| !self.places.are_several()))
    }

    /// Connections the server of a place is believed to bear now, by what it said.
    pub fn cap(&self, place: PlaceId) -> Option<u32> {
        self.told_limit(place).map(|limit| limit.at(self.now))
    }

    /// What was learned of how a place is to be asked.
    pub fn learned(&self, place: PlaceId) -> Manner {
        self.places.all.get(place).map_or_else(Manner::default, |place| place.manner)
    }
}
