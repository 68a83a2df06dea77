//! What is done when all downloads are: announced in the snapshot, taken back by a word, carried out.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::command::Reply;
use super::event::Event;
use super::service::Service;
use crate::model::settings::{Settings, WhenDone};
use crate::plan::all_done::{NOTICE, Step};

/// What is announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// What is going to be done.
    pub what: WhenDone,
    /// When.
    pub at: Timestamp,
}

impl Service {
    /// Looks whether all is done.
    pub(super) async fn look_at_end(&mut self) {
        if !self.has_window || self.is_closing() {
            return;
        }
        let is_going = self.fleet.any_live() || self.fleet.any_up();
        let step = self.all_done.look(self.uptime(), is_going, self.settings.when_done);
        self.take_step(step).await;
    }

    /// Somebody said no.
    pub(super) async fn stay_on(&mut self) -> Reply {
        let step = self.all_done.refuse();
        self.take_step(step).await;
        Reply::Ok
    }

    /// How long until what is announced is done.
    pub(super) fn until_end(&self) -> Option<Duration> {
        Some(self.all_done.due()?.saturating_sub(self.uptime()))
    }

    fn uptime(&self) -> Duration {
        self.begun.elapsed()
    }

    async fn take_step(&mut self, step: Step) {
        match step {
            Step::Nothing => return,
            Step::Announce(what) => {
                let notice = SignedDuration::try_from(NOTICE).unwrap_or(SignedDuration::ZERO);
                let at = self.waits.now().checked_add(notice).unwrap_or(Timestamp::MAX);
                self.ending = Some(Ending { what, at });
            }
            Step::TakeBack => self.ending = None,
            Step::Do(what) => {
                self.ending = None;
                tracing::info!("all downloads are done: {what:?}");
                // For once: the next time it would come as a surprise.
                let settings = Settings::clone(&self.settings);
                let _ = self
                    .change_settings(Settings { when_done: WhenDone::Nothing, ..settings })
                    .await;
                if what == WhenDone::Quit {
                    self.close().await;
                } else {
                    self.tell(Event::AllDone(what));
                }
            }
        }
        self.layout += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::command::Command;
    use crate::app::tests::{World, world};

    /// A service whose downloads have just been done, and that is to do this.
    async fn done(what: WhenDone) -> World {
        let mut world = world(vec![]).await;
        world.service.has_window = true;
        let settings = Settings { when_done: what, ..Settings::default() };
        assert_eq!(world.ask(Command::ChangeSettings(settings)).await, Reply::Ok);
        world.service.look_at_end().await;
        assert_eq!(world.service.ending, None, "nothing has gone on yet");
        world.service.all_done.look(Duration::ZERO, true, what);
        world.service.look_at_end().await;
        assert_eq!(world.service.ending.map(|ending| ending.what), Some(what));
        world
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_announced_is_done_once() {
        for what in [WhenDone::Sleep, WhenDone::ShutDown] {
            let mut world = done(what).await;
            assert!(world.service.until_end().is_some_and(|left| left <= NOTICE));
            tokio::time::advance(NOTICE).await;
            world.service.look_at_end().await;
            assert!(world.handle.drain_events().contains(&Event::AllDone(what)));
            assert_eq!(world.service.settings.when_done, WhenDone::Nothing);
            assert_eq!((world.service.ending, world.service.until_end()), (None, None));
            assert!(!world.service.is_closing());
        }
        let mut world = done(WhenDone::Quit).await;
        tokio::time::advance(NOTICE).await;
        world.service.look_at_end().await;
        assert!(world.service.is_closing() && world.handle.drain_events().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_refused_is_not_done() {
        let mut world = done(WhenDone::ShutDown).await;
        assert_eq!(world.ask(Command::StayOn).await, Reply::Ok);
        assert_eq!(world.service.ending, None);
        tokio::time::advance(NOTICE * 2).await;
        world.service.look_at_end().await;
        assert_eq!((world.service.ending, world.handle.drain_events()), (None, vec![]));
    }
}
