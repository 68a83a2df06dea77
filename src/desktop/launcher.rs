//! Progress on the launcher's icon: the signal docks and task bars listen to (Unity Launcher API;
//! Plasma, Dash to Dock, Plank and others).

use std::collections::HashMap;

use zbus::Connection;
use zbus::zvariant::Value;

use crate::app::snapshot::Totals;
use crate::model::desktop_entry::APP_ID;

const PATH: &str = "/app/onward/Onward";
const INTERFACE: &str = "com.canonical.Unity.LauncherEntry";

/// What the icon shows: per mille of what is fetched now, where that is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Progress(Option<u16>);

impl Progress {
    /// That of the jobs that run. Per mille, so that a bar of a few pixels is not sent anew for nothing.
    pub(super) fn of(totals: &Totals) -> Self {
        let (done, total) = (totals.active_done_bytes, totals.active_total_bytes);
        let share = u128::from(done.min(total)) * 1000;
        Self(share.checked_div(total.into()).and_then(|share| u16::try_from(share).ok()))
    }

    /// Shows it.
    pub(super) async fn show(self, bus: &Connection) {
        let shown = f64::from(self.0.unwrap_or_default()) / 1000.0;
        let properties = HashMap::from([
            ("progress", Value::from(shown)),
            ("progress-visible", Value::from(self.0.is_some())),
        ]);
        let entry = format!("application://{APP_ID}.desktop");
        let body = (entry, properties);
        let told = bus.emit_signal(None::<&str>, PATH, INTERFACE, "Update", &body);
        if let Err(error) = told.await {
            tracing::debug!("the launcher was not told: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_that_of_what_runs_and_whose_size_is_known() {
        let of = |done, total| {
            let totals =
                Totals { active_done_bytes: done, active_total_bytes: total, speed_bps: 1 };
            Progress::of(&totals).0
        };
        assert_eq!(of(0, 0), None);
        assert_eq!(of(0, 9), Some(0));
        assert_eq!(of(1, 3), Some(333));
        assert_eq!(of(5, 5), Some(1000));
        assert_eq!(of(6, 5), Some(1000));
        assert_eq!(of(u64::MAX, u64::MAX), Some(1000));
    }
}
