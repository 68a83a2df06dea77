//! What goes on beside the window: listens to the service and the bus, and lets the desktop show it.
//! Asleep while nothing happens.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};
use zbus::Connection;
use zbus::connection::Builder;

use super::awake::Awake;
use super::launcher::Progress;
use super::notice::{Deed, Kind, Notice};
use super::notifier::{Heard, Notifier, Told};
use super::states::States;
use super::tray::{Look, Shown};
use crate::app::command::Command;
use crate::app::event::Event;
use crate::app::handle::AppHandle;
use crate::app::presence::{Sight, Tray};
use crate::app::raise::{Raise, Shows};
use crate::model::failure::Remedy;
use crate::model::settings::{Language, SizeUnits};
use crate::model::ui_state::UiState;
use crate::plan::notices::{News, Notices};
use crate::words::{Words, format};

/// Between two looks at how far downloads are.
const LOOK: Duration = Duration::from_secs(2);

/// Attends to the desktop until the service ends.
pub(super) async fn attend(handle: AppHandle) {
    let bus = match super::bus(Builder::session()).await {
        Ok(bus) => bus,
        Err(error) => return tracing::info!("no bus of a session, so no tray: {error}"),
    };
    let notifier = match Notifier::new(&bus).await {
        Ok(notifier) => Some(notifier),
        Err(error) => {
            tracing::info!("no notifications: {error}");
            None
        }
    };
    let attendant = Attendant {
        spoken: None,
        words: Words::new(Language::System),
        handle,
        bus,
        notifier,
        finished: Notices::default(),
        trouble: Notices::default(),
        begun: Instant::now(),
        tray: None,
        awake: Awake::default(),
        states: States::default(),
        progress: Progress::default(),
        looked_at: None,
        is_stale: true,
        sight: Sight::Closed,
    };
    attendant.run().await;
}

struct Attendant {
    handle: AppHandle,
    bus: Connection,
    words: Words,
    /// What the words were made for.
    spoken: Option<(Language, SizeUnits)>,
    notifier: Option<Notifier>,
    finished: Notices,
    trouble: Notices,
    begun: Instant,
    tray: Option<Shown>,
    awake: Awake,
    states: States,
    progress: Progress,
    looked_at: Option<Instant>,
    is_stale: bool,
    sight: Sight,
}

impl Attendant {
    async fn run(mut self) {
        let mut follower = self.handle.follow();
        let mut sight = self.handle.presence().watch_sight();
        loop {
            let due = self.next_due();
            tokio::select! {
                changed = follower.snapshots.changed() => match changed {
                    Ok(()) => self.is_stale = true,
                    Err(_) => break,
                },
                event = follower.events.recv() => match event {
                    Ok(Event::Ended) => break,
                    Ok(event) => self.take(&event),
                    // What was missed is in the list.
                    Err(_) => {}
                },
                changed = sight.changed() => if changed.is_ok() {
                    let now = *sight.borrow_and_update();
                    self.seen(now).await;
                },
                told = next_of(&mut self.notifier) => match told {
                    Some(told) => self.hear(told),
                    None => self.notifier = None,
                },
                () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {}
            }
            self.look_if_due().await;
            self.notify_if_due().await;
        }
        self.end().await;
    }

    fn next_due(&self) -> Option<Instant> {
        let notices = [self.finished.due(), self.trouble.due()].into_iter().flatten();
        let notices = notices.map(|due| self.begun + due);
        let look = self.is_stale.then(|| self.looked_at.map_or(self.begun, |at| at + LOOK));
        notices.chain(look).min()
    }

    fn take(&mut self, event: &Event) {
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

    fn notices(&mut self, kind: Kind) -> &mut Notices {
        match kind {
            Kind::Finished | Kind::Aside => &mut self.finished,
            Kind::Trouble => &mut self.trouble,
        }
    }

    /// The window is looked at, or closed.
    async fn seen(&mut self, sight: Sight) {
        let before = std::mem::replace(&mut self.sight, sight);
        if sight == Sight::Focused {
            self.finished.seen();
            self.trouble.seen();
            if let Some(notifier) = &mut self.notifier {
                notifier.close().await;
            }
        }
        let state = self.handle.snapshot();
        if sight == Sight::Closed && before != Sight::Closed && !state.ui_state.told_of_aside {
            let has_tray = self.handle.presence().tray() == Tray::Shown;
            if self.show(&Notice::aside(has_tray, &self.words)).await {
                let told = UiState { told_of_aside: true, ..UiState::clone(&state.ui_state) };
                self.send(Command::KeepUi(told));
            }
        }
    }

    async fn look_if_due(&mut self) {
        let is_early = self.looked_at.is_some_and(|at| at.elapsed() < LOOK);
        if !self.is_stale || is_early {
            return;
        }
        (self.is_stale, self.looked_at) = (false, Some(Instant::now()));
        let snapshot = self.handle.snapshot();
        let settings = &snapshot.settings;
        let spoken = (settings.language, settings.size_units);
        if self.spoken.replace(spoken) != Some(spoken) {
            self.words = Words::new(settings.language);
            format::count_in(settings.size_units);
        }
        let progress = Progress::of(&snapshot.totals);
        if self.progress != progress {
            self.progress = progress;
            progress.show(&self.bus).await;
        }
        self.states.follow(&snapshot);
        let (why, is_wanted) = (self.words.text("awake-reason"), settings.keep_awake);
        self.awake.set(is_wanted && self.states.runs, &self.bus, &why).await;
        let look = Look::of(&snapshot, self.states, &self.words);
        match (settings.tray, &mut self.tray) {
            (true, Some(tray)) => tray.update(look).await,
            (true, None) => match Shown::begin(self.handle.clone(), look).await {
                Ok(tray) => self.tray = Some(tray),
                Err(error) => tracing::info!("no icon in a tray: {error}"),
            },
            (false, _) => {
                if let Some(tray) = self.tray.take() {
                    tray.end().await;
                }
            }
        }
    }

    async fn notify_if_due(&mut self) {
        let (now, snapshot) = (self.begun.elapsed(), self.handle.snapshot());
        for kind in [Kind::Finished, Kind::Trouble] {
            let Some(news) = self.notices(kind).take(now).map(<[_]>::to_vec) else { continue };
            if let Some(notice) = Notice::of(&news, &snapshot, &self.words) {
                self.show(&notice).await;
            }
        }
    }

    /// Shows a notice; whether that could be done.
    async fn show(&mut self, notice: &Notice) -> bool {
        let Some(notifier) = &mut self.notifier else { return false };
        let shown = notifier.show(notice).await;
        if let Err(error) = &shown {
            tracing::info!("no notification: {error}");
        }
        shown.is_ok()
    }

    fn hear(&mut self, told: Told) {
        let Some(notifier) = &mut self.notifier else { return };
        match notifier.hear(told) {
            Heard::Nothing => {}
            Heard::Closed(kind) => self.notices(kind).closed(),
            Heard::Wanted(deed, startup_id) => {
                let raise = |shows| Command::Raise(Raise { shows, startup_id });
                self.send(match deed {
                    Deed::Show(None) => raise(Shows::AsItWas),
                    Deed::Show(Some(job)) => raise(Shows::Job(job)),
                    Deed::PasteLink(job) => raise(Shows::NewLink(job)),
                    Deed::Open(job) => Command::Open(job),
                    Deed::Reveal(job) => Command::Reveal(job),
                });
            }
        }
    }

    fn send(&self, command: Command) {
        if self.handle.send(command).is_err() {
            tracing::warn!("the service takes no more commands");
        }
    }

    /// Leaves nothing on the desktop that no longer is so.
    async fn end(mut self) {
        self.awake.set(false, &self.bus, "").await;
        if self.progress != Progress::default() {
            Progress::default().show(&self.bus).await;
        }
        if let Some(tray) = self.tray {
            tray.end().await;
        }
    }
}

/// What the desktop tells of notifications; waits for ever where it tells nothing.
async fn next_of(notifier: &mut Option<Notifier>) -> Option<Told> {
    match notifier {
        Some(notifier) => notifier.next().await,
        None => std::future::pending().await,
    }
}
