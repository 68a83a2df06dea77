//! What of the list is in view, and how that stays where it is while the order of the rows changes.

use std::ops::Range;

use super::list::List;
use crate::model::id::JobId;

/// What was in view in the last frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sight {
    /// Rows in view.
    pub visible: Range<usize>,
    /// How far the list is scrolled, in points.
    pub offset: f32,
    /// Height of a row in points.
    pub row: f32,
    /// How far it is to be scrolled in the next frame, so that what was in view still is.
    pub scroll_to: Option<f32>,
}

/// A job and where it stands in the view.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Held {
    job: JobId,
    /// From the top of the view, in points.
    top: f32,
    row: f32,
}

impl Sight {
    /// What is to stay where it is: the job the keys are at where it is in view, else the topmost;
    /// nothing at the very top of the list, where what comes first is looked for.
    pub(crate) fn hold(&self, list: &List, cursor: Option<JobId>) -> Option<Held> {
        let in_view = |row: &usize| self.visible.contains(row);
        let at = cursor.and_then(|id| list.row_of(id)).filter(in_view);
        let at = at.or_else(|| (self.offset > 0.5).then_some(self.visible.start))?;
        let job = list.job(at)?.id;
        Some(Held { job, top: top_of(at, self.row) - self.offset, row: self.row })
    }
}

impl Held {
    /// How far the list is to be scrolled so that the job stands where it stood; nothing where it
    /// is no longer shown.
    pub(crate) fn offset(self, list: &List) -> Option<f32> {
        let row = list.row_of(self.job)?;
        Some((top_of(row, self.row) - self.top).max(0.0))
    }
}

/// Where a row begins, in points from the top of the list.
#[expect(clippy::cast_precision_loss, reason = "a list is far shorter than 2^24 rows")]
pub(crate) fn top_of(row: usize, height: f32) -> f32 {
    row as f32 * height
}
