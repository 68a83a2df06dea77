//! Which states there are among the jobs: looked at anew only where anything but progress has changed.

use crate::app::snapshot::Snapshot;
use crate::model::phase::State;

/// What can be said of all jobs together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct States {
    layout: Option<u64>,
    /// Bytes flow, or are about to, or are being checked: a sleep of the computer would break that off.
    pub(super) runs: bool,
    /// Something can be paused.
    pub(super) can_pause: bool,
    /// Something can be resumed.
    pub(super) can_resume: bool,
}

impl States {
    /// Brings it up to date with `snapshot`.
    pub(super) fn follow(&mut self, snapshot: &Snapshot) {
        if self.layout != Some(snapshot.layout) {
            *self = Self { layout: Some(snapshot.layout), ..Self::default() };
            for job in snapshot.jobs.iter() {
                self.count(job.state);
            }
        }
    }

    fn count(&mut self, state: State) {
        match state {
            State::Connecting | State::Downloading => (self.runs, self.can_pause) = (true, true),
            State::Verifying => self.runs = true,
            State::Queued | State::Waiting => self.can_pause = true,
            State::Paused => self.can_resume = true,
            State::NeedsLink | State::Completed | State::Failed | State::Cancelled => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use State as S;

    #[test]
    fn what_can_be_done_is_what_fits_any() {
        let of = |states: &[State]| {
            let mut all = States::default();
            for state in states {
                all.count(*state);
            }
            (all.runs, all.can_pause, all.can_resume)
        };
        assert_eq!(
            of(&[S::Completed, S::Failed, S::NeedsLink, S::Cancelled]),
            (false, false, false)
        );
        assert_eq!(of(&[S::Completed, S::Waiting]), (false, true, false));
        assert_eq!(of(&[S::Verifying, S::Paused]), (true, false, true));
        assert_eq!(of(&[S::Queued, S::Downloading]), (true, true, false));
    }
}
