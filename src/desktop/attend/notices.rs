//! What is told by notifications, and what comes of their buttons.

use super::Attendant;
use crate::app::all_done::Ending;
use crate::app::command::Command;
use crate::app::event::Event;
use crate::app::presence::Sight;
use crate::app::raise::{Raise, Shows};
use crate::desktop::awake;
use crate::desktop::notice::{Deed, Kind, Notice};
use crate::desktop::notifier::{Heard, Told};
use crate::model::failure::Remedy;
use crate::model::id::JobId;
use crate::model::settings::WhenDone;
use crate::plan::all_done::NOTICE;
use crate::plan::notices::{News, Notices};

impl Attendant {
    pub(super) fn take(&mut self, event: &Event) {
        let (job, news) = if let Event::Finished(job) = event {
            (*job, News::Finished)
        } else if let Event::Stopped(job, failure) = event {
            let needs_link = failure.kind.remedy() == Remedy::NewLink;
            (*job, if needs_link { News::NeedsLink } else { News::Failed })
        } else {
            return;
        };
        let is_wanted = self.handle.snapshot().settings.notifications;
        if is_wanted && self.handle.presence().sight() != Sight::Focused {
            let now = self.begun.elapsed();
            self.notices(Kind::of(news)).add(job, news, now);
        }
    }

    /// What was asked for by a notification is answered by one, where there is no window to tell it.
    pub(super) async fn tell_open_failed(&mut self, job: JobId, why: &str) {
        if self.sight == Sight::Closed {
            let snapshot = self.handle.snapshot();
            if let Some(job) = snapshot.jobs.iter().find(|other| other.id == job) {
                self.show(&Notice::not_opened(job, why, &self.words)).await;
            }
        }
    }

    /// Offers links that were copied, where the window is not looked at: there it says so itself.
    pub(super) async fn offer(&mut self, links: Vec<String>) {
        if self.handle.presence().sight() != Sight::Focused {
            let notice = Notice::offered(&links, &self.words);
            self.offered = links;
            self.show(&notice).await;
        }
    }

    fn notices(&mut self, kind: Kind) -> &mut Notices {
        match kind {
            Kind::Finished | Kind::Aside | Kind::Ending | Kind::Offer => &mut self.finished,
            Kind::Trouble => &mut self.trouble,
        }
    }

    /// Tells what is going to be done, and takes that back.
    pub(super) async fn tell_ending(&mut self, ending: Option<Ending>) {
        if self.ending == ending {
            return;
        }
        self.ending = ending;
        match (ending, &mut self.notifier) {
            (Some(Ending { what, .. }), _) => {
                let notice = Notice::ending(what, NOTICE.as_secs(), &self.words);
                self.show(&notice).await;
            }
            (None, Some(notifier)) => notifier.close_one(Kind::Ending).await,
            (None, None) => {}
        }
    }

    /// Has the computer do what is done when all downloads are.
    pub(super) async fn end_computer(&mut self, what: WhenDone) {
        if let Err(error) = awake::end(what).await {
            tracing::warn!("{what:?}: {error}");
            let notice = Notice::not_ended(&error.to_string(), &self.words);
            self.show(&notice).await;
        }
    }

    pub(super) async fn notify_if_due(&mut self) {
        let (now, snapshot) = (self.begun.elapsed(), self.handle.snapshot());
        for kind in [Kind::Finished, Kind::Trouble] {
            let Some(news) = self.notices(kind).take(now).map(<[_]>::to_vec) else { continue };
            if let Some(notice) = Notice::of(&news, &snapshot, &self.words) {
                self.show(&notice).await;
            }
        }
    }

    /// Shows a notice; whether that could be done.
    pub(super) async fn show(&mut self, notice: &Notice) -> bool {
        let Some(notifier) = &mut self.notifier else { return false };
        let shown = notifier.show(notice).await;
        if let Err(error) = &shown {
            tracing::info!("no notification: {error}");
        }
        shown.is_ok()
    }

    pub(super) fn hear(&mut self, told: Told) {
        let Some(notifier) = &mut self.notifier else { return };
        match notifier.hear(told) {
            Heard::Nothing => {}
            Heard::Closed(kind) => self.notices(kind).closed(),
            Heard::Wanted(deed, startup_id) => {
                let raise = |shows| Command::Raise(Raise { shows, startup_id });
                let offered =
                    if deed == Deed::Add { std::mem::take(&mut self.offered) } else { vec![] };
                self.send(match deed {
                    Deed::Show(None) => raise(Shows::AsItWas),
                    Deed::Show(Some(job)) => raise(Shows::Job(job)),
                    Deed::StayOn => Command::StayOn,
                    Deed::PasteLink(job) => raise(Shows::NewLink(job)),
                    Deed::Add => raise(Shows::Links(offered)),
                    Deed::Open(job) => Command::Open(job),
                    Deed::Reveal(job) => Command::Reveal(job),
                });
            }
        }
    }
}
