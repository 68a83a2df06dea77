//! Which place the next connection goes to, and what it may be expected to bring.

use std::cmp::Reverse;

use super::places::{PlaceId, Standing};
use super::{Connection, Transfer};
use crate::plan::planner::round;

impl Transfer {
    /// Where the next connection goes: to a place nothing is known of yet, else to the one whose
    /// connections bring most. None where no server bears more.
    pub(super) fn choose_place(&self) -> Option<PlaceId> {
        let ready = (0..self.places.all.len()).filter(|id| self.places.is_ready(*id, self.now));
        let open =
            ready.filter(|id| self.connections_at_host(*id) < self.places.all[*id].limit(self.now));
        let of_use = |id: &PlaceId| {
            let (count, rate) = (self.connections_at(*id), self.places.all[*id].rate_bps);
            (count > 0 || rate > 0, Reverse(rate), count)
        };
        open.min_by_key(of_use)
    }

    /// The place for a request that decides something, or where there is only one.
    pub(super) fn go_to(&mut self, place: Option<PlaceId>) {
        let main = self.places.main;
        let is_gone = |id: PlaceId| self.places.all[id].standing == Standing::Dismissed;
        let first = || (0..self.places.all.len()).find(|id| !is_gone(*id));
        self.places.here =
            place.or_else(|| if is_gone(main) { first() } else { None }).unwrap_or(main);
    }

    pub(super) fn connections_at_host(&self, id: PlaceId) -> u32 {
        let host = &self.places.all[id].host;
        let there = |c: &&Connection| self.places.all[c.place].host == *host;
        u32::try_from(self.connections.values().filter(there).count()).unwrap_or(u32::MAX)
    }

    /// Connections at a place, those that wait for their answer among them.
    pub fn connections_at(&self, place: PlaceId) -> u32 {
        u32::try_from(self.to(place).count()).unwrap_or(u32::MAX)
    }

    /// Connections at a place that brought something lately.
    pub fn flowing_at(&self, place: PlaceId) -> u32 {
        let flows = self.to(place).filter(|c| c.pulse.has_flowed_lately(self.now));
        u32::try_from(flows.count()).unwrap_or(u32::MAX)
    }

    fn to(&self, id: PlaceId) -> impl Iterator<Item = &Connection> {
        self.connections.values().filter(move |connection| connection.place == id)
    }

    /// Looks at what the connections of each place bring.
    pub(super) fn measure_places(&mut self) {
        for id in 0..self.places.all.len() {
            let flowing = || self.to(id).filter(|c| c.pulse.last_byte.is_some());
            let count = u64::try_from(flowing().count()).unwrap_or(1);
            let sum: f64 = flowing().map(|c| c.pulse.rate_bps).sum();
            if let Some(rate) = round(sum).checked_div(count) {
                self.places.all[id].rate_bps = rate;
            }
        }
    }

    /// What a new connection to the place here may be expected to bring, in bytes a second.
    pub(super) fn expected_bps(&self) -> u64 {
        match self.places.here().rate_bps {
            0 => self.usual_bps,
            _ if !self.places.are_several() => self.usual_bps,
            rate => rate,
        }
    }
}
