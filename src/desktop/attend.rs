//! What goes on beside the window: listens to the service and the bus, and lets the desktop show it.
//! Asleep while nothing happens.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout};
use zbus::Connection;
use zbus::connection::Builder;

mod notices;

use super::PATIENCE;
use super::awake::Awake;
use super::clipboard::Watcher;
use super::launcher::Progress;
use super::metered;
use super::notice::Notice;
use super::notifier::{Notifier, Told};
use super::states::States;
use super::tray::{Look, Shown};
use crate::app::Wake;
use crate::app::all_done::Ending;
use crate::app::command::Command;
use crate::app::event::Event;
use crate::app::handle::AppHandle;
use crate::app::presence::{Sight, Tray};
use crate::model::settings::{Language, SizeUnits};
use crate::plan::notices::Notices;
use crate::words::{Words, format};

/// How long a tray that did not answer is left alone.
const TRAY_RETRY: Duration = Duration::from_secs(30);
/// Between two looks at how far downloads are.
const LOOK: Duration = Duration::from_secs(2);

/// Attends to the desktop until the service ends.
pub(super) async fn attend(handle: AppHandle, wake: Wake) {
    let bus = match super::bus(Builder::session()).await {
        Ok(bus) => bus,
        Err(error) => {
            tracing::info!("no bus of a session, so no tray: {error}");
            return metered::watch(handle, None).await;
        }
    };
    let network = metered::watch(handle.clone(), Some(bus.clone()));
    // Asked until the service ends.
    tokio::select! {
        () = attend_session(handle, wake, bus) => {}
        never = async { network.await; std::future::pending().await } => never,
    }
}

async fn attend_session(handle: AppHandle, wake: Wake, bus: Connection) {
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
        tray_due: None,
        wake,
        awake: Awake::default(),
        clipboard: Watcher::default(),
        offered: Vec::new(),
        states: States::default(),
        progress: Progress::default(),
        ending: None,
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
    /// When a tray that did not answer is tried again.
    tray_due: Option<Instant>,
    wake: Wake,
    awake: Awake,
    clipboard: Watcher,
    /// Links that are offered by a notification.
    offered: Vec<String>,
    states: States,
    progress: Progress,
    ending: Option<Ending>,
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
                    Ok(Event::AllDone(what)) => self.end_computer(what).await,
                    Ok(Event::OpenFailed(job, why)) => self.tell_open_failed(job, &why).await,
                    Ok(Event::Offered(links)) => self.offer(links).await,
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
                    None => self.lose_the_bus(),
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
        notices.chain(look).chain(self.tray_due).min()
    }

    /// Nobody on the bus hears or tells anything any more.
    fn lose_the_bus(&mut self) {
        tracing::warn!("the bus of the session is gone");
        self.notifier = None;
        self.tray = None;
        self.handle.presence().set_tray(Tray::Absent);
        (self.wake)();
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
        let is_told = state.ui_state.told_of_aside || !state.settings.notifications;
        if sight == Sight::Closed && before != Sight::Closed && !is_told {
            let has_tray = self.handle.presence().tray() == Tray::Shown;
            if self.show(&Notice::aside(has_tray, &self.words)).await {
                self.send(Command::ToldOfAside);
            }
        }
    }

    async fn look_if_due(&mut self) {
        let is_early = self.looked_at.is_some_and(|at| at.elapsed() < LOOK);
        let tries_tray = self.tray_due.is_some_and(|due| Instant::now() >= due);
        if !tries_tray && (!self.is_stale || is_early) {
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
        self.tell_ending(snapshot.ending).await;
        let progress = Progress::of(&snapshot.totals);
        if self.progress != progress {
            self.progress = progress;
            progress.show(&self.bus).await;
        }
        self.states.follow(&snapshot);
        let (why, is_wanted) = (self.words.text("awake-reason"), settings.keep_awake);
        self.awake.set(is_wanted && self.states.runs, &self.bus, &why).await;
        self.clipboard.set(settings.watch_clipboard, &self.handle);
        let look = Look::of(&snapshot, self.states, &self.words);
        let is_wanted = settings.tray && self.notifier.is_some();
        self.show_in_tray(is_wanted.then_some(look)).await;
    }

    /// Shows the icon so, or none. A tray that does not answer is tried again, at last after a while.
    async fn show_in_tray(&mut self, look: Option<Look>) {
        let is_left_alone = self.tray_due.is_some_and(|due| Instant::now() < due);
        if self.tray.is_none() && is_left_alone {
            return;
        }
        self.tray_due = None;
        let done = match (look, self.tray.take()) {
            (Some(look), Some(tray)) => timeout(PATIENCE, tray.updated(look)).await.map(Some),
            (Some(look), None) => {
                let icon = Shown::begin(self.handle.clone(), look, Arc::clone(&self.wake));
                timeout(PATIENCE, icon).await.map(|begun| match begun {
                    Ok(tray) => Some(tray),
                    Err(error) => {
                        tracing::info!("no icon in a tray: {error}");
                        self.tray_due = Some(Instant::now() + TRAY_RETRY);
                        None
                    }
                })
            }
            (None, Some(tray)) => timeout(PATIENCE, tray.end()).await.map(|()| None),
            (None, None) => Ok(None),
        };
        self.tray = done.unwrap_or_else(|_| {
            tracing::warn!("the tray does not answer");
            self.tray_due = Some(Instant::now() + TRAY_RETRY);
            self.handle.presence().set_tray(Tray::Absent);
            (self.wake)();
            None
        });
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
        self.show_in_tray(None).await;
    }
}

/// What the desktop tells of notifications; waits for ever where it tells nothing.
async fn next_of(notifier: &mut Option<Notifier>) -> Option<Told> {
    match notifier {
        Some(notifier) => notifier.next().await,
        None => std::future::pending().await,
    }
}
