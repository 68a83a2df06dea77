//! Which jobs are chosen, and how clicks and keys change that.
//!
//! Invariant: the cursor, where there is one, is the job the last click or key went to.

use std::collections::BTreeSet;

use super::list::List;
use crate::model::id::JobId;

/// The chosen jobs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Selection {
    chosen: BTreeSet<JobId>,
    anchor: Option<JobId>,
    cursor: Option<JobId>,
    in_menu: Vec<JobId>,
    changes: u64,
}

/// How a click or key changes what is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Only this one.
    Only,
    /// This one too, or no longer.
    Toggle,
    /// All from the anchor to this one.
    Range,
}

impl Selection {
    /// Whether a job is chosen.
    pub(crate) fn contains(&self, id: JobId) -> bool {
        self.chosen.contains(&id)
    }

    /// The chosen jobs.
    pub(crate) fn ids(&self) -> Vec<JobId> {
        self.chosen.iter().copied().collect()
    }

    /// The chosen jobs; where there are none, the one the last click or key went to.
    pub(crate) fn ids_or_cursor(&self) -> Vec<JobId> {
        if self.chosen.is_empty() { self.cursor.into_iter().collect() } else { self.ids() }
    }

    /// How often the choice was changed: the same number is the same choice.
    pub(crate) fn changes(&self) -> u64 {
        self.changes
    }

    /// The job the last click or key went to.
    pub(crate) fn cursor(&self) -> Option<JobId> {
        self.cursor
    }

    /// Chooses none.
    pub(crate) fn clear(&mut self) {
        *self = Self { changes: self.changes + 1, ..Self::default() };
    }

    /// Chooses every shown job.
    pub(crate) fn all(&mut self, list: &List) {
        self.changes += 1;
        self.chosen = list.ids().collect();
        self.cursor = self.cursor.or_else(|| list.ids().next());
        self.anchor = self.cursor;
    }

    /// A click on, or a key's way to, the job `id`.
    pub(crate) fn go(&mut self, id: JobId, reach: Reach, list: &List) {
        self.changes += 1;
        self.cursor = Some(id);
        match reach {
            Reach::Only => {
                self.chosen = BTreeSet::from([id]);
                self.anchor = Some(id);
            }
            Reach::Toggle => {
                if !self.chosen.remove(&id) {
                    self.chosen.insert(id);
                }
                self.anchor = Some(id);
            }
            Reach::Range => {
                let anchor = self.anchor.and_then(|a| list.row_of(a));
                let (Some(from), Some(to)) = (anchor, list.row_of(id)) else {
                    return self.go(id, Reach::Only, list);
                };
                let rows = from.min(to)..=from.max(to);
                self.chosen = rows.filter_map(|row| list.job(row)).map(|job| job.id).collect();
            }
        }
    }

    /// Chooses these; the cursor goes to the first. Says in which row it is.
    pub(crate) fn these(&mut self, ids: &[JobId], list: &List) -> Option<usize> {
        let first = ids.iter().filter_map(|id| list.row_of(*id)).min()?;
        self.go(list.job(first)?.id, Reach::Only, list);
        self.chosen = ids.iter().copied().collect();
        Some(first)
    }

    /// Goes to the job that takes the place of `removed`, where one of them is chosen: the next, or
    /// the one before where there is none.
    pub(crate) fn step_over(&mut self, removed: &[JobId], list: &List) {
        let removed: BTreeSet<JobId> = removed.iter().copied().collect();
        if self.chosen.is_disjoint(&removed) {
            return;
        }
        let shown: Vec<JobId> = list.ids().collect();
        let end = shown.iter().rposition(|id| removed.contains(id)).unwrap_or_default();
        let is_left = |id: &&JobId| !removed.contains(*id);
        let next = shown[end..].iter().find(is_left);
        match next.or_else(|| shown[..end].iter().rfind(is_left)) {
            Some(id) => self.go(*id, Reach::Only, list),
            None => self.clear(),
        }
    }

    /// A menu is opened on the job `id`: it is for the chosen jobs where this is one of them.
    pub(crate) fn open_menu(&mut self, id: JobId, list: &List) {
        if !self.contains(id) {
            self.go(id, Reach::Only, list);
        }
        self.in_menu = self.ids();
    }

    /// The jobs the open menu is for, whatever is chosen meanwhile.
    pub(crate) fn in_menu(&self) -> &[JobId] {
        &self.in_menu
    }

    /// Moves the cursor by `step` rows. Says to which row.
    pub(crate) fn step(&mut self, step: isize, reach: Reach, list: &List) -> Option<usize> {
        let bottom = list.len().checked_sub(1)?;
        let row = match self.cursor.and_then(|id| list.row_of(id)) {
            Some(row) => row.saturating_add_signed(step).min(bottom),
            None if step == -1 => bottom,
            None => 0_usize.saturating_add_signed(step.saturating_sub(1)).min(bottom),
        };
        let id = list.job(row)?.id;
        self.go(id, reach, list);
        Some(row)
    }

    /// Lets go of jobs that are no longer shown.
    pub(crate) fn keep_shown(&mut self, list: &List) {
        if self.chosen.is_empty() && self.cursor.is_none() {
            return;
        }
        self.changes += 1;
        let shown: BTreeSet<JobId> = list.ids().collect();
        self.chosen.retain(|id| shown.contains(id));
        self.cursor = self.cursor.filter(|id| shown.contains(id));
        self.anchor = self.anchor.filter(|id| shown.contains(id));
    }
}
