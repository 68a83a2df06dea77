//! What becomes of the program or the computer when all downloads are done, and the while in which
//! somebody may say no.
//!
//! Invariant: nothing is done that was not announced for the whole of that while, and nothing while
//! anything goes on.

use std::time::Duration;

use crate::model::settings::WhenDone;

/// How long somebody may say no.
pub const NOTICE: Duration = Duration::from_mins(1);

/// What is to be done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing new.
    Nothing,
    /// It is announced.
    Announce(WhenDone),
    /// It is taken back: something goes on again, or it is no longer wanted.
    TakeBack,
    /// It is done.
    Do(WhenDone),
}

/// Whether something went on since the last end, and what is announced. Times are from any one beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AllDone {
    has_worked: bool,
    announced: Option<(WhenDone, Duration)>,
}

impl AllDone {
    /// Looks at what is so now.
    pub fn look(&mut self, now: Duration, is_going: bool, wanted: WhenDone) -> Step {
        self.has_worked |= is_going;
        match self.announced {
            Some((what, _)) if is_going || wanted != what => {
                self.announced = None;
                Step::TakeBack
            }
            Some((what, due)) if now >= due => {
                *self = Self::default();
                Step::Do(what)
            }
            None if self.has_worked && !is_going && wanted != WhenDone::Nothing => {
                self.announced = Some((wanted, now + NOTICE));
                Step::Announce(wanted)
            }
            Some(_) | None => Step::Nothing,
        }
    }

    /// Somebody says no: nothing is done before something has gone on again.
    pub fn refuse(&mut self) -> Step {
        let was_announced = self.announced.is_some();
        *self = Self::default();
        if was_announced { Step::TakeBack } else { Step::Nothing }
    }

    /// When what is announced is done.
    pub fn due(&self) -> Option<Duration> {
        self.announced.map(|(_, due)| due)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use Step as S;
    use WhenDone as W;

    fn secs(secs: u64) -> Duration {
        Duration::from_secs(secs)
    }

    #[test]
    fn it_is_done_once_after_work_and_a_minute() {
        let mut end = AllDone::default();
        assert_eq!(end.look(secs(0), false, W::Sleep), S::Nothing, "nothing was done yet");
        assert_eq!(end.look(secs(1), true, W::Sleep), S::Nothing);
        assert_eq!(end.look(secs(9), false, W::Sleep), S::Announce(W::Sleep));
        assert_eq!(end.due(), Some(secs(69)));
        assert_eq!(end.look(secs(68), false, W::Sleep), S::Nothing);
        assert_eq!(end.look(secs(69), false, W::Sleep), S::Do(W::Sleep));
        assert_eq!(end.look(secs(200), false, W::Sleep), S::Nothing, "once");
    }

    #[test]
    fn it_is_taken_back() {
        let announced = || {
            let mut end = AllDone::default();
            end.look(secs(0), true, W::Quit);
            assert_eq!(end.look(secs(1), false, W::Quit), S::Announce(W::Quit));
            end
        };
        let mut end = announced();
        assert_eq!(end.look(secs(2), true, W::Quit), S::TakeBack, "something came");
        assert_eq!(end.look(secs(3), false, W::Quit), S::Announce(W::Quit), "and is done");
        assert_eq!(end.due(), Some(secs(63)));
        let mut end = announced();
        assert_eq!(end.look(secs(2), false, W::Nothing), S::TakeBack);
        assert_eq!(end.look(secs(3), false, W::ShutDown), S::Announce(W::ShutDown));
        let mut end = announced();
        assert_eq!(end.look(secs(2), false, W::ShutDown), S::TakeBack, "something else");
        let mut end = announced();
        assert_eq!((end.refuse(), end.refuse()), (S::TakeBack, S::Nothing));
        assert_eq!(end.look(secs(99), false, W::Quit), S::Nothing, "it was refused");
    }

    proptest! {
        /// Whatever happens: what is done was announced a minute before, and nothing went on since.
        #[test]
        fn nothing_is_done_unannounced(
            course in prop::collection::vec((0_u64..50, any::<bool>(), 0_u8..4, any::<bool>()), 1..80)
        ) {
            let (mut end, mut now, mut since) = (AllDone::default(), secs(0), None);
            for (pause, is_going, wanted, refuses) in course {
                now += secs(pause);
                let wanted = [W::Nothing, W::Quit, W::Sleep, W::ShutDown][usize::from(wanted)];
                if refuses {
                    end.refuse();
                    since = None;
                }
                match end.look(now, is_going, wanted) {
                    S::Announce(what) => since = Some((what, now)),
                    S::TakeBack => since = None,
                    S::Do(what) => {
                        let Some((announced, at)) = since.take() else { panic!("unannounced") };
                        prop_assert_eq!(announced, what);
                        prop_assert!(now >= at + NOTICE && !is_going && wanted == what);
                    }
                    S::Nothing => {}
                }
            }
        }
    }
}
