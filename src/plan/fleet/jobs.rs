//! Every job of the queue, and in order those that may come to run by themselves: a long list of
//! finished ones costs nothing.
//!
//! Invariant: what is up is known of every job after every change, since each is made through [`Edit`].

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Deref, DerefMut};

use super::{Entry, Intent, JobId, Phase, QueueId};

/// The jobs.
#[derive(Debug, Default)]
pub(super) struct Jobs {
    /// Boxed: the nodes of a tree are rarely full.
    all: BTreeMap<JobId, Box<Entry>>,
    queue: BTreeSet<(i64, JobId)>,
    up: Up,
}

/// Those that are up, by their queue, each in order: one that stands costs nothing.
type Up = BTreeMap<QueueId, BTreeSet<(i64, JobId)>>;

/// A change of one job.
pub(super) struct Edit<'a> {
    entry: &'a mut Entry,
    up: &'a mut Up,
    id: JobId,
    /// The queue it was in.
    from: QueueId,
}

/// Whether a job may come to run without anybody's doing.
pub(super) fn is_up(entry: &Entry) -> bool {
    entry.intent == Intent::Run && matches!(entry.phase, Phase::Queued | Phase::Waiting { .. })
}

/// Takes a job away from those that are up in a queue.
fn take(up: &mut Up, queue: QueueId, place: (i64, JobId)) {
    if let Some(all) = up.get_mut(&queue) {
        all.remove(&place);
        if all.is_empty() {
            up.remove(&queue);
        }
    }
}

impl Jobs {
    pub(super) fn put(&mut self, id: JobId, entry: Entry) {
        self.remove(id);
        self.queue.insert((entry.position, id));
        if is_up(&entry) {
            self.up.entry(entry.queue).or_default().insert((entry.position, id));
        }
        self.all.insert(id, Box::new(entry));
    }

    pub(super) fn remove(&mut self, id: JobId) {
        if let Some(before) = self.all.remove(&id) {
            self.queue.remove(&(before.position, id));
            take(&mut self.up, before.queue, (before.position, id));
        }
    }

    pub(super) fn at(&self, id: JobId) -> Option<&Entry> {
        self.all.get(&id).map(Box::as_ref)
    }

    /// A job to be changed.
    pub(super) fn edit(&mut self, id: JobId) -> Option<Edit<'_>> {
        let entry = self.all.get_mut(&id)?;
        let from = entry.queue;
        Some(Edit { entry, up: &mut self.up, id, from })
    }

    /// Gives a job another place.
    pub(super) fn place(&mut self, id: JobId, position: i64) {
        if let Some(entry) = self.all.get(&id) {
            let moved = Entry { position, ..Entry::clone(entry) };
            self.put(id, moved);
        }
    }

    /// Every job, by number.
    pub(super) fn iter(&self) -> impl Iterator<Item = (JobId, &Entry)> + '_ {
        self.all.iter().map(|(id, entry)| (*id, entry.as_ref()))
    }

    /// Every job in the order of the queue, with its place.
    pub(super) fn queue(&self) -> impl Iterator<Item = (i64, JobId)> + '_ {
        self.queue.iter().copied()
    }

    /// Those that may come to run by themselves, in the order of the queue.
    pub(super) fn up(&self) -> impl Iterator<Item = (JobId, &Entry)> + '_ {
        self.up_in(|_| true)
    }

    /// The same, of these queues.
    pub(super) fn up_in(
        &self,
        is_meant: impl Fn(QueueId) -> bool,
    ) -> impl Iterator<Item = (JobId, &Entry)> + '_ {
        let queues = self.up.iter().filter(|(queue, _)| is_meant(**queue));
        let mut queues: Vec<_> = queues.map(|(_, up)| up.iter().peekable()).collect();
        std::iter::from_fn(move || {
            let mut first: Option<(usize, (i64, JobId))> = None;
            for (nth, queue) in queues.iter_mut().enumerate() {
                let next = queue.peek().map(|place| **place);
                if let Some(next) = next.filter(|next| first.is_none_or(|(_, it)| *next < it)) {
                    first = Some((nth, next));
                }
            }
            let (nth, (_, id)) = first?;
            queues[nth].next();
            Some(id)
        })
        .filter_map(|id| self.all.get(&id).map(|entry| (id, entry.as_ref())))
    }

    /// The numbers of those that are up and of which this is so.
    pub(super) fn up_where(&self, is_so: impl Fn(&Entry) -> bool) -> Vec<JobId> {
        self.up().filter(|(_, entry)| is_so(entry)).map(|(id, _)| id).collect()
    }
}

impl Deref for Edit<'_> {
    type Target = Entry;

    fn deref(&self) -> &Entry {
        self.entry
    }
}

impl DerefMut for Edit<'_> {
    fn deref_mut(&mut self) -> &mut Entry {
        self.entry
    }
}

impl Drop for Edit<'_> {
    fn drop(&mut self) {
        let place = (self.entry.position, self.id);
        let is_up = is_up(self.entry);
        if !is_up || self.entry.queue != self.from {
            take(self.up, self.from, place);
        }
        if is_up {
            self.up.entry(self.entry.queue).or_default().insert(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{entry, failure};
    use super::*;
    use crate::model::failure::FailureKind;
    use jiff::Timestamp;
    use proptest::prelude::*;

    proptest! {
        /// Whatever is done to jobs, those that are up are those that would be found by looking at all.
        #[test]
        fn what_is_up_is_always_known(
            deeds in prop::collection::vec((0u8..6, 1i64..5, 0usize..4, 0usize..5, -3i64..3), 1..60),
        ) {
            let until = Timestamp::UNIX_EPOCH;
            let mut jobs = Jobs::default();
            for (deed, id, intent, phase, position) in deeds {
                let queue = QueueId(u32::try_from(position + 3).unwrap() % 3);
                let intent = [Intent::Run, Intent::Hold, Intent::Cancel, Intent::Run][intent];
                let phase = [
                    Phase::Queued,
                    Phase::Live,
                    Phase::Waiting { until, attempt: 1, why: failure(FailureKind::Busy) },
                    Phase::Stopped,
                    Phase::Failed(failure(FailureKind::Gone)),
                ][phase].clone();
                match deed {
                    0 | 1 => jobs.put(JobId(id), Entry { position, queue, ..entry(intent, phase) }),
                    2 => jobs.remove(JobId(id)),
                    3 => {
                        jobs.place(JobId(id), position);
                        prop_assert!(jobs.at(JobId(id)).is_none_or(|e| e.position == position));
                    }
                    _ => {
                        if let Some(mut entry) = jobs.edit(JobId(id)) {
                            entry.intent = intent;
                            entry.phase = phase;
                            entry.queue = queue;
                        }
                    }
                }
                let mut all: Vec<(i64, JobId)> = jobs.iter().map(|(id, e)| (e.position, id)).collect();
                all.sort_unstable();
                prop_assert_eq!(jobs.queue().collect::<Vec<_>>(), all.clone());
                all.retain(|(_, id)| jobs.at(*id).is_some_and(is_up));
                let up: Vec<(i64, JobId)> = jobs.up().map(|(id, e)| (e.position, id)).collect();
                prop_assert_eq!(up, all.clone());
                all.retain(|(_, id)| jobs.at(*id).is_some_and(|e| e.queue != queue));
                let others: Vec<JobId> = jobs.up_in(|it| it != queue).map(|(id, _)| id).collect();
                prop_assert_eq!(others, all.into_iter().map(|(_, id)| id).collect::<Vec<_>>());
            }
        }
    }
}
