//! The front end from start to end: the window while it is open, and the wait while it is closed and
//! downloads go on.
//!
//! Invariant: while there is no window, a tray leads back to it, or the user chose this and another
//! start of the program does; the wait ends by itself where nothing is left to wait for.

use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use super::closing::goes_on;
use super::error::WindowError;
use super::run::{Behind, Opening, run};
use super::wake::WakeSlot;
use super::window_system::WindowSystem;
use crate::app::event::Event;
use crate::app::handle::AppHandle;
use crate::app::presence::Tray;
use crate::app::{Face, Launch};
use crate::model::ui_state::UiState;

/// How long a tray that went away is waited for: panels are started anew.
const TRAY_WAIT: Duration = Duration::from_secs(10);
/// How long a start in the tray waits for one, which may come after the programs of a session.
const TRAY_START: Duration = Duration::from_secs(20);
/// How long the program stays when nothing goes on any more and no tray leads back to it.
const IDLE_STAY: Duration = Duration::from_mins(1);
/// The longest time between two looks while there is no tray; with one, what happens wakes.
const LOOK: Duration = Duration::from_secs(1);
/// The longest with one.
const LONG_LOOK: Duration = Duration::from_mins(1);

/// Shows the window, or waits for a wish to see it, as `launch` says, until the program is to end. The
/// hold on the service is waited for, and where none comes no window is shown.
pub fn stay(
    state: &UiState,
    handle: &Receiver<AppHandle>,
    wake: &Arc<WakeSlot>,
    launch: Launch,
) -> Result<(), WindowError> {
    let mut opening = Opening { raise: launch.raise, ..Opening::default() };
    let (mut known, mut system) = (None, None);
    if launch.face == Face::Hidden {
        // Where none comes, the start has failed and says so itself.
        let Ok(handle) = handle.recv() else { return Ok(()) };
        match wait(&handle, wake, &mut system, Rest::from_start()) {
            Some(wanted) => opening = wanted,
            None => return Ok(()),
        }
        known = Some(handle);
    }
    loop {
        let left = match known.take() {
            Some(known) => {
                let state = &known.snapshot().ui_state;
                run(&mut system, state, || Ok(known.clone()), wake, opening)?
            }
            None => run(&mut system, state, || handle.recv(), wake, opening)?,
        };
        let Some(Behind { handle, typed }) = left else { return Ok(()) };
        let rest = Rest::from_close(handle.presence().tray());
        match wait(&handle, wake, &mut system, rest) {
            Some(wanted) => opening = Opening { typed, ..wanted },
            None => return Ok(()),
        }
        known = Some(handle);
    }
}

/// Waits without a window until one is wanted; none where the program is to end.
fn wait(
    handle: &AppHandle,
    wake: &WakeSlot,
    system: &mut Option<WindowSystem>,
    mut rest: Rest,
) -> Option<Opening> {
    let mut missed = Vec::new();
    let (mut layout, mut is_going) = (None, false);
    loop {
        let mut events = handle.drain_events().into_iter();
        while let Some(event) = events.next() {
            if let Event::Raised(raise) = event {
                // What else came, further wishes among it, the window hears.
                missed.extend(events);
                return Some(Opening { raise, missed, ..Opening::default() });
            }
            // Of those the list tells, and notifications did.
            if !matches!(event, Event::Finished(_) | Event::Stopped(..)) {
                missed.push(event);
            }
        }
        if handle.has_ended() {
            return None;
        }
        if let Some(system) = system {
            system.drain();
        }
        let snapshot = handle.snapshot();
        if layout != Some(snapshot.layout) {
            layout = Some(snapshot.layout);
            is_going = snapshot.jobs.iter().any(|job| goes_on(job));
        }
        match rest.next(Instant::now(), handle.presence().tray(), is_going) {
            Next::Wait if handle.presence().tray() == Tray::Shown => wake.wait(LONG_LOOK),
            Next::Wait => wake.wait(LOOK),
            Next::End => return None,
            Next::Show => {
                return Some(Opening { is_aside: true, missed, ..Opening::default() });
            }
        }
    }
}

/// What becomes of the wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// It goes on.
    Wait,
    /// The window is shown, out of the way: nothing else leads to the program.
    Show,
    /// The program ends: nothing goes on, and nobody could find it.
    End,
}

/// What a wait relies on, and since when that is gone.
#[derive(Debug)]
struct Rest {
    /// How long it may be without a tray; none where the user chose to have none.
    without_tray: Option<Duration>,
    lost_at: Option<Instant>,
    idle_at: Option<Instant>,
}

impl Rest {
    /// The program was started in the tray.
    fn from_start() -> Self {
        Self { without_tray: Some(TRAY_START), lost_at: None, idle_at: None }
    }

    /// The window was closed, into the tray or into nothing.
    fn from_close(tray: Tray) -> Self {
        let without_tray = (tray == Tray::Shown).then_some(TRAY_WAIT);
        Self { without_tray, lost_at: None, idle_at: None }
    }

    fn next(&mut self, now: Instant, tray: Tray, is_going: bool) -> Next {
        if tray == Tray::Shown {
            *self = Self::from_close(tray);
            return Next::Wait;
        }
        if let Some(longest) = self.without_tray {
            let lost_at = *self.lost_at.get_or_insert(now);
            return if now.duration_since(lost_at) < longest { Next::Wait } else { Next::Show };
        }
        if is_going {
            self.idle_at = None;
            return Next::Wait;
        }
        let idle_at = *self.idle_at.get_or_insert(now);
        if now.duration_since(idle_at) < IDLE_STAY { Next::Wait } else { Next::End }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What becomes of a wait at these seconds, with this tray and work.
    fn course(mut rest: Rest, at: &[(u64, Tray, bool)]) -> Vec<Next> {
        let begun = Instant::now();
        let next = |(secs, tray, is_going): &(u64, Tray, bool)| {
            rest.next(begun + Duration::from_secs(*secs), *tray, *is_going)
        };
        at.iter().map(next).collect()
    }

    #[test]
    fn in_a_tray_it_stays_and_comes_back_where_the_tray_is_gone_for_good() {
        let (shown, gone) = (Tray::Shown, Tray::Absent);
        let at = [
            (0, shown, true),
            (900, shown, false),
            (901, gone, false),
            (910, gone, false),
            (911, shown, false),
            (950, gone, true),
            (959, gone, true),
            (960, gone, true),
        ];
        let next = course(Rest::from_close(shown), &at);
        assert_eq!(next[..7], [Next::Wait; 7]);
        assert_eq!(next[7], Next::Show);
    }

    #[test]
    fn at_a_start_the_tray_may_come_late_or_not_at_all() {
        let none = [(0, Tray::Absent, false), (19, Tray::Absent, true), (20, Tray::Absent, true)];
        assert_eq!(course(Rest::from_start(), &none), [Next::Wait, Next::Wait, Next::Show]);
        let late = [(0, Tray::Absent, false), (19, Tray::Shown, true), (99, Tray::Shown, true)];
        assert_eq!(course(Rest::from_start(), &late), [Next::Wait; 3]);
    }

    #[test]
    fn without_a_tray_it_ends_when_nothing_goes_on() {
        let none = Tray::Absent;
        let at = [
            (0, none, true),
            (5000, none, true),
            (5001, none, false),
            (5050, none, true),
            (5051, none, false),
            (5110, none, false),
            (5111, none, false),
        ];
        let next = course(Rest::from_close(none), &at);
        assert_eq!(next[..6], [Next::Wait; 6]);
        assert_eq!(next[6], Next::End);
    }
}
