//! Connections that a server was seen to bear: fewer where it refused one, and one more now and then
//! as time passes, for it may only have been busy.
//!
//! Invariant: never none.

use std::time::Duration;

use super::crew::Word;

/// One more than was borne is tried after this long, then after twice that, and so on.
const ONE_MORE_AFTER: Duration = Duration::from_mins(4);

/// A limit that was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Connections that were borne.
    pub connections: u32,
    /// When it was met, since any fixed moment.
    pub met: Duration,
}

impl Limit {
    /// Connections that are believed to be borne at `now`.
    pub(super) fn at(self, now: Duration) -> u32 {
        tried_again(self.connections, now.saturating_sub(self.met))
    }
}

/// What one server bears, as far as it is known.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Borne {
    limit: Option<Limit>,
    /// The last one that the server itself told of.
    told: Option<Limit>,
}

impl Borne {
    /// What was seen before, if anything; it counts from `now` on.
    pub(super) fn known(cap: Option<u32>, now: Duration) -> Self {
        let limit = cap.map(|connections| Limit { connections, met: now });
        Self { limit, told: limit }
    }

    /// What is believed at `now`; none where no limit was met.
    pub(super) fn at(&self, now: Duration) -> Option<u32> {
        self.limit.map(|limit| limit.at(now))
    }

    /// The last limit that the server itself told of.
    pub(super) fn told(&self) -> Option<Limit> {
        self.told
    }

    /// It refused one connection beside `others`.
    pub(super) fn refused(&mut self, others: u32, word: Word, now: Duration) {
        let believed = self.at(now).unwrap_or(u32::MAX);
        let connections = if others < believed { others } else { believed / 2 }.max(1);
        self.limit = Some(Limit { connections, met: now });
        if word == Word::Servers {
            self.told = self.limit;
        }
    }
}

/// How many connections are tried where `cap` were borne so long ago.
pub(super) fn tried_again(cap: u32, age: Duration) -> u32 {
    let steps = age.as_secs() / ONE_MORE_AFTER.as_secs();
    cap.max(1).saturating_add(steps.saturating_add(1).ilog2())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn told(borne: &Borne) -> Option<u32> {
        borne.told().map(|limit| limit.connections)
    }

    #[test]
    fn one_more_is_tried_ever_more_seldom() {
        let minutes = [(0, 3), (4, 4), (12, 5), (28, 6), (60, 7), (252, 9)];
        for (after, expected) in minutes {
            let age = Duration::from_mins(after);
            assert_eq!(tried_again(3, age), expected, "{after}");
            if let Some(before) = age.checked_sub(SECOND) {
                assert_eq!(tried_again(3, before), expected - 1, "{after}");
            }
        }
        assert_eq!(tried_again(0, Duration::ZERO), 1);
        assert_eq!(tried_again(u32::MAX, Duration::MAX), u32::MAX);
    }

    #[test]
    fn a_refusal_counts_from_when_it_came() {
        let mut borne = Borne::known(None, Duration::ZERO);
        assert_eq!((borne.at(Duration::MAX), told(&borne)), (None, None));
        let first = Duration::from_mins(100);
        borne.refused(5, Word::Servers, first);
        let later = first + Duration::from_mins(4);
        assert_eq!([first, later].map(|now| borne.at(now)), [Some(5), Some(6)]);
        // The one more was too many: what is believed is what flows beside it.
        borne.refused(5, Word::Guess, later);
        assert_eq!((borne.at(later), told(&borne)), (Some(5), Some(5)));
        // Not even that many are borne: half of them.
        borne.refused(9, Word::Servers, later);
        assert_eq!((borne.at(later), told(&borne)), (Some(2), Some(2)));
        let guessed = later + SECOND;
        borne.refused(0, Word::Guess, guessed);
        assert_eq!((borne.at(guessed), told(&borne)), (Some(1), Some(2)));
        assert_eq!(borne.told().unwrap().met, later);
        // A clock that stands before it makes nothing older.
        assert_eq!(borne.at(Duration::ZERO), Some(1));
    }

    #[test]
    fn what_is_borne_is_what_flowed_or_half_of_what_was_believed() {
        for (cap, others, expected) in [
            (None, 3, 3),
            (None, 0, 1),
            (Some(4), 3, 3),
            (Some(4), 4, 2),
            (Some(4), 9, 2),
            (Some(1), 1, 1),
            (Some(8), 0, 1),
        ] {
            let mut borne = Borne::known(cap, Duration::ZERO);
            borne.refused(others, Word::Servers, Duration::ZERO);
            assert_eq!(borne.at(Duration::ZERO), Some(expected), "{cap:?}, {others} flow");
        }
    }

    #[test]
    fn what_was_known_before_is_believed_from_the_start() {
        let borne = Borne::known(Some(2), Duration::from_mins(1));
        assert_eq!((borne.at(Duration::from_mins(1)), told(&borne)), (Some(2), Some(2)));
        assert_eq!(borne.at(Duration::from_mins(5)), Some(3));
    }
}
