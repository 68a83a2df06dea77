//! How the program is there for its user: whether the window is looked at, and whether an icon in a
//! tray leads back to it. Told by the front ends to each other; the service needs neither.

use std::sync::Arc;

use tokio::sync::watch;

/// Whether the window is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sight {
    /// There is none.
    #[default]
    Closed,
    /// It is open, and something else has the user's attention.
    Aside,
    /// It has the focus.
    Focused,
}

/// Whether an icon in a tray leads back to the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tray {
    /// Nobody shows icons here, or none was asked for.
    #[default]
    Absent,
    /// It is shown.
    Shown,
}

/// What is so of both, shared by all who hold it.
#[derive(Clone, Debug, Default)]
pub struct Presence {
    sight: Arc<watch::Sender<Sight>>,
    tray: Arc<watch::Sender<Tray>>,
}

impl Presence {
    /// The window is looked at, or not.
    pub fn set_sight(&self, sight: Sight) {
        self.sight.send_if_modified(|old| std::mem::replace(old, sight) != sight);
    }

    /// Whether the window is looked at.
    pub fn sight(&self) -> Sight {
        *self.sight.borrow()
    }

    /// Tells when that changes.
    pub fn watch_sight(&self) -> watch::Receiver<Sight> {
        self.sight.subscribe()
    }

    /// The icon is shown, or no longer.
    pub fn set_tray(&self, tray: Tray) {
        self.tray.send_if_modified(|old| std::mem::replace(old, tray) != tray);
    }

    /// Whether an icon is shown.
    pub fn tray(&self) -> Tray {
        *self.tray.borrow()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_who_hold_it_see_the_same_and_only_changes_are_told() {
        let presence = Presence::default();
        let (other, mut told) = (presence.clone(), presence.watch_sight());
        assert_eq!((other.sight(), other.tray()), (Sight::Closed, Tray::Absent));
        presence.set_sight(Sight::Closed);
        assert!(!told.has_changed().unwrap());
        presence.set_sight(Sight::Focused);
        presence.set_tray(Tray::Shown);
        assert!(told.has_changed().unwrap());
        assert_eq!(*told.borrow_and_update(), Sight::Focused);
        assert_eq!((other.sight(), other.tray()), (Sight::Focused, Tray::Shown));
    }
}
