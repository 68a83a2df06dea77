//! Is it the server or the network? And when is a lost network looked for again?
//!
//! Invariants: a server on this machine never tells anything of the network; while another server
//! brings bytes, the network is there.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::cause::Cause;
use crate::model::failure::{Failure, FailureKind, Remedy};
use crate::model::place::{Peer, Place};

/// The first look for a lost network comes after this long,
pub const FIRST_PROBE: Duration = Duration::from_secs(5);
/// and later ones at most this long after each other.
pub const LAST_PROBE: Duration = Duration::from_secs(30);
/// Servers that cannot be reached within this long of each other share a reason.
const TOGETHER: Duration = Duration::from_secs(2);
/// Where there are routes and yet no server answers, the network is blamed for this long; then the
/// servers are.
const BELIEVED: Duration = Duration::from_mins(5);

/// Where this machine's routes lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Routes {
    /// That cannot be told here.
    Unknown,
    /// Nowhere but to itself.
    Nowhere,
    /// To its own network, and not beyond.
    Near,
    /// Everywhere: there is a default route.
    Everywhere,
}

/// What is so when a run could not reach its server.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// Whom it talked to first.
    pub peer: &'a Peer,
    /// Where the routes lead.
    pub routes: Routes,
    /// A server elsewhere than on this machine brings bytes to another job.
    pub others_flow: bool,
    /// Since any fixed moment.
    pub now: Duration,
}

#[derive(Clone, Copy, Debug)]
struct Outage {
    since: Duration,
    /// There are routes; only that no server answered speaks for it.
    is_guess: bool,
}

/// What is known of the network from those that could not be reached.
#[derive(Debug, Default)]
pub struct Network {
    failed: BTreeMap<String, Duration>,
    outage: Option<Outage>,
}

impl Network {
    /// What a run's failure means: as it is where the server is at fault, else that there is no
    /// network.
    pub fn judge(&mut self, seen: &Seen<'_>, why: Failure) -> Failure {
        if seen.peer.place == Place::Here {
            return why;
        }
        if !is_about_reaching(why.kind) {
            if is_from_afar(why.kind) {
                self.is_there();
            }
            return why;
        }
        self.failed.retain(|_, at| seen.now.saturating_sub(*at) <= TOGETHER);
        self.failed.insert(seen.peer.host.clone(), seen.now);
        let lacks_route = match (seen.routes, seen.peer.place) {
            (Routes::Nowhere, _) | (Routes::Near, Place::Far) => true,
            (Routes::Unknown | Routes::Everywhere, _)
            | (Routes::Near, Place::Near | Place::Here) => false,
        };
        if lacks_route {
            self.out(seen.now, false);
            return Failure::because(FailureKind::NoNetwork, Cause::NoRoute);
        }
        if seen.others_flow {
            self.outage = None;
            return self.of_server(why);
        }
        if why.kind == FailureKind::NoNameService {
            // It says itself what is missing, whoever else is concerned.
            self.out(seen.now, true);
            return why;
        }
        let has_company = self.failed.len() > 1;
        let guessed = self.outage.filter(|outage| outage.is_guess);
        let is_believed =
            guessed.is_none_or(|outage| seen.now.saturating_sub(outage.since) < BELIEVED);
        if (has_company || guessed.is_some()) && is_believed {
            self.out(seen.now, true);
            return Failure::because(FailureKind::NoNetwork, Cause::NoServerReached);
        }
        why
    }

    /// Whether the job of this server failed together with others, and so for the same reason.
    pub fn shares(&self, peer: &Peer, why: &Failure, now: Duration) -> bool {
        let lately = |at: &Duration| now.saturating_sub(*at) <= TOGETHER;
        is_about_reaching(why.kind) && self.failed.get(&peer.host).is_some_and(lately)
    }

    /// How long until the network is looked for again.
    pub fn pause(&self, now: Duration) -> Duration {
        let lasted = self.outage.map_or(Duration::ZERO, |o| now.saturating_sub(o.since));
        lasted.clamp(FIRST_PROBE, LAST_PROBE)
    }

    /// A server was reached, or the routes changed: what was known before means nothing now.
    pub fn is_there(&mut self) {
        *self = Self::default();
    }

    fn out(&mut self, now: Duration, is_guess: bool) {
        let since = self.outage.filter(|o| o.is_guess == is_guess).map_or(now, |o| o.since);
        self.outage = Some(Outage { since, is_guess });
    }

    /// Names are looked up for others: it is this one that is not known.
    fn of_server(&mut self, why: Failure) -> Failure {
        self.failed.clear();
        match why.kind.remedy() {
            Remedy::WaitForNetwork => Failure { kind: FailureKind::UnknownHost, ..why },
            Remedy::Wait
            | Remedy::WaitForHere
            | Remedy::WaitAWhile
            | Remedy::TryOnce
            | Remedy::NewLink
            | Remedy::AskUser
            | Remedy::GiveUp => why,
        }
    }
}

/// Whether this is told before a server is reached, by this machine or on the way.
fn is_about_reaching(kind: FailureKind) -> bool {
    matches!(
        kind,
        FailureKind::UnknownHost
            | FailureKind::Unreachable
            | FailureKind::NoNetwork
            | FailureKind::NoNameService
    )
}

/// Whether this can only have been told by a server.
fn is_from_afar(kind: FailureKind) -> bool {
    matches!(
        kind,
        FailureKind::Refused
            | FailureKind::Busy
            | FailureKind::ServerError
            | FailureKind::Unauthorised
            | FailureKind::Forbidden
            | FailureKind::NotFound
            | FailureKind::Gone
            | FailureKind::LinkExpired
            | FailureKind::Page
            | FailureKind::BadStatus
            | FailureKind::Certificate
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use FailureKind as K;
    use proptest::prelude::*;

    fn peer(host: &str, place: Place) -> Peer {
        Peer { host: host.to_owned(), place }
    }

    fn judge(network: &mut Network, host: &str, kind: K, routes: Routes, secs: f64) -> K {
        let now = Duration::from_secs_f64(secs);
        let seen = Seen { peer: &peer(host, Place::Far), routes, others_flow: false, now };
        network.judge(&seen, Failure::new(kind, "")).kind
    }

    #[test]
    fn without_a_route_it_is_the_network_and_never_a_server_here() {
        for (routes, place, kind, expected) in [
            (Routes::Nowhere, Place::Far, K::UnknownHost, K::NoNetwork),
            (Routes::Nowhere, Place::Near, K::Unreachable, K::NoNetwork),
            (Routes::Nowhere, Place::Here, K::Unreachable, K::Unreachable),
            (Routes::Nowhere, Place::Far, K::Broken, K::Broken),
            (Routes::Near, Place::Far, K::Unreachable, K::NoNetwork),
            (Routes::Near, Place::Near, K::Unreachable, K::Unreachable),
            (Routes::Everywhere, Place::Far, K::Unreachable, K::Unreachable),
            (Routes::Everywhere, Place::Far, K::NoNameService, K::NoNameService),
            (Routes::Unknown, Place::Far, K::UnknownHost, K::UnknownHost),
            (Routes::Everywhere, Place::Far, K::Refused, K::Refused),
        ] {
            let peer = peer("h", place);
            let seen = Seen { peer: &peer, routes, others_flow: false, now: Duration::ZERO };
            let judged = Network::default().judge(&seen, Failure::new(kind, ""));
            assert_eq!(judged.kind, expected, "{routes:?} {place:?} {kind:?}");
        }
    }

    #[test]
    fn e13_servers_that_fail_together_share_the_reason() {
        let mut network = Network::default();
        let everywhere = Routes::Everywhere;
        assert_eq!(judge(&mut network, "a", K::UnknownHost, everywhere, 0.0), K::UnknownHost);
        assert_eq!(judge(&mut network, "a", K::UnknownHost, everywhere, 1.0), K::UnknownHost);
        assert_eq!(judge(&mut network, "b", K::Unreachable, everywhere, 2.0), K::NoNetwork);
        let first = Failure::new(K::UnknownHost, "");
        let at = Duration::from_secs(2);
        assert!(network.shares(&peer("a", Place::Far), &first, at));
        assert!(!network.shares(&peer("c", Place::Far), &first, at));
        // One after the other looks again: it is still the network, until a server tells anything.
        assert_eq!(judge(&mut network, "a", K::UnknownHost, everywhere, 60.0), K::NoNetwork);
        assert_eq!(judge(&mut network, "b", K::Busy, everywhere, 61.0), K::Busy);
        assert_eq!(judge(&mut network, "a", K::UnknownHost, everywhere, 62.0), K::UnknownHost);
    }

    #[test]
    fn servers_that_fail_apart_do_not() {
        let mut network = Network::default();
        for (host, secs) in [("a", 0.0), ("b", 2.5), ("c", 5.0)] {
            let kind = judge(&mut network, host, K::UnknownHost, Routes::Everywhere, secs);
            assert_eq!(kind, K::UnknownHost);
        }
    }

    #[test]
    fn a_guess_is_not_believed_for_ever() {
        let mut network = Network::default();
        judge(&mut network, "a", K::UnknownHost, Routes::Everywhere, 0.0);
        for (secs, kind) in [(1.0, K::NoNetwork), (299.0, K::NoNetwork), (302.0, K::UnknownHost)] {
            assert_eq!(judge(&mut network, "b", K::UnknownHost, Routes::Everywhere, secs), kind);
        }
        // No route is no guess.
        for secs in [303.0, 9999.0] {
            let kind = judge(&mut network, "b", K::UnknownHost, Routes::Nowhere, secs);
            assert_eq!(kind, K::NoNetwork);
        }
    }

    #[test]
    fn a_name_service_that_is_silent_is_told_so_as_long_as_it_is() {
        let mut network = Network::default();
        for (host, secs) in [("a", 0.0), ("b", 1.0), ("a", 30.0), ("a", 9999.0)] {
            let kind = judge(&mut network, host, K::NoNameService, Routes::Everywhere, secs);
            assert_eq!(kind, K::NoNameService);
        }
        assert_eq!(network.pause(Duration::from_secs(9999)), LAST_PROBE);
    }

    #[test]
    fn while_others_flow_it_is_the_server() {
        let peer = peer("a", Place::Far);
        for (kind, expected) in
            [(K::NoNameService, K::UnknownHost), (K::Unreachable, K::Unreachable)]
        {
            let mut network = Network::default();
            judge(&mut network, "b", K::UnknownHost, Routes::Everywhere, 0.0);
            let seen = Seen {
                peer: &peer,
                routes: Routes::Everywhere,
                others_flow: true,
                now: Duration::from_secs(1),
            };
            assert_eq!(network.judge(&seen, Failure::new(kind, "")).kind, expected);
        }
    }

    proptest! {
        /// However long it lasts, looks are never closer than the first nor further than the last
        /// distance, and grow.
        #[test]
        fn looks_grow_apart(steps in prop::collection::vec(0u64..100, 1..20)) {
            let (mut network, mut now, mut before) = (Network::default(), 0, Duration::ZERO);
            for step in steps {
                now += step;
                let at = Duration::from_secs(now);
                let kind = judge(&mut network, "a", K::UnknownHost, Routes::Nowhere, at.as_secs_f64());
                prop_assert_eq!(kind, K::NoNetwork);
                let pause = network.pause(at);
                prop_assert!((FIRST_PROBE..=LAST_PROBE).contains(&pause) && pause >= before);
                before = pause;
            }
        }
    }
}
