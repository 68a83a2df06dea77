//! What is told by the desktop's notifications, and when: what happens close together is one notice,
//! and one that still stands is renewed rather than followed by another.
//!
//! Invariant: a job is in a notice at most once, with its newest news; what happens while the window is
//! looked at is never told.

use std::time::Duration;

use crate::model::id::JobId;

/// How long the next one is waited for.
const GATHER: Duration = Duration::from_secs(2);
/// How long the first of them waits at most.
const LONGEST: Duration = Duration::from_secs(8);
/// How long after its last change a notice that stands still takes in what comes.
const JOIN: Duration = Duration::from_secs(30);
/// Jobs of one notice at most; the oldest go first.
const MAX_JOBS: usize = 1000;

/// What happened to a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// It is finished.
    Finished,
    /// It stopped for good.
    Failed,
    /// It needs a fresh link.
    NeedsLink,
}

/// What waits to be told, and what a notice that stands has told. Times are from any one beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notices {
    waiting: Vec<(JobId, News)>,
    first_at: Duration,
    last_at: Duration,
    told: Vec<(JobId, News)>,
    told_at: Duration,
}

impl Notices {
    /// Something happened.
    pub fn add(&mut self, job: JobId, news: News, now: Duration) {
        if self.waiting.is_empty() {
            self.first_at = now;
        }
        self.last_at = now;
        put(&mut self.waiting, job, news);
    }

    /// When the next notice is due; none where nothing waits.
    pub fn due(&self) -> Option<Duration> {
        let due = (self.last_at + GATHER).min(self.first_at + LONGEST);
        (!self.waiting.is_empty()).then_some(due)
    }

    /// What is to be told now, where that is due: all that stands in the notice then.
    pub fn take(&mut self, now: Duration) -> Option<&[(JobId, News)]> {
        if self.due().is_none_or(|due| now < due) {
            return None;
        }
        if now.saturating_sub(self.told_at) > JOIN {
            self.told.clear();
        }
        for (job, news) in self.waiting.drain(..) {
            put(&mut self.told, job, news);
        }
        self.told_at = now;
        Some(&self.told)
    }

    /// The window is looked at: what waits is seen there.
    pub fn seen(&mut self) {
        self.waiting.clear();
        self.told.clear();
    }

    /// The notice was put away by the user, or is gone by itself: what it told is told.
    pub fn closed(&mut self) {
        self.told.clear();
    }
}

fn put(list: &mut Vec<(JobId, News)>, job: JobId, news: News) {
    list.retain(|(other, _)| *other != job);
    if list.len() == MAX_JOBS {
        list.remove(0);
    }
    list.push((job, news));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn secs(secs: u64) -> Duration {
        Duration::from_secs(secs)
    }

    const DONE: News = News::Finished;

    #[test]
    fn what_comes_together_is_one_notice() {
        let mut notices = Notices::default();
        assert_eq!((notices.due(), notices.take(secs(99))), (None, None));
        notices.add(JobId(1), DONE, secs(10));
        notices.add(JobId(2), News::Failed, secs(11));
        assert_eq!((notices.due(), notices.take(secs(12))), (Some(secs(13)), None));
        let both = [(JobId(1), DONE), (JobId(2), News::Failed)];
        assert_eq!(notices.take(secs(13)), Some(&both[..]));
        assert_eq!(notices.due(), None);
    }

    #[test]
    fn the_first_does_not_wait_for_ever() {
        let mut notices = Notices::default();
        for second in 10..18 {
            notices.add(JobId(second), DONE, secs(second.unsigned_abs()));
        }
        assert_eq!(notices.due(), Some(secs(18)));
        assert_eq!(notices.take(secs(18)).map(<[_]>::len), Some(8));
    }

    #[test]
    fn a_notice_that_stands_is_renewed_and_an_old_one_is_not() {
        let mut notices = Notices::default();
        let mut told = |at: u64, job: i64, news| {
            notices.add(JobId(job), news, secs(at));
            notices.take(secs(at + 2)).unwrap().to_vec()
        };
        assert_eq!(told(0, 1, News::Failed), [(JobId(1), News::Failed)]);
        // The newest news of a job count.
        assert_eq!(told(20, 1, DONE), [(JobId(1), DONE)]);
        assert_eq!(told(50, 2, DONE), [(JobId(1), DONE), (JobId(2), DONE)]);
        assert_eq!(told(90, 3, DONE), [(JobId(3), DONE)]);
        notices.closed();
        notices.add(JobId(4), DONE, secs(93));
        assert_eq!(notices.take(secs(95)), Some(&[(JobId(4), DONE)][..]));
    }

    #[test]
    fn what_was_seen_is_not_told() {
        let mut notices = Notices::default();
        notices.add(JobId(1), DONE, secs(1));
        notices.seen();
        assert_eq!((notices.due(), notices.take(secs(9))), (None, None));
    }

    proptest! {
        /// Whatever happens when: nothing waits longer than the longest wait, nothing is lost, and
        /// no job is told twice in a notice.
        #[test]
        fn all_is_told_in_time(events in proptest::collection::vec((0_i64..9, 0_u64..5), 1..60)) {
            let (mut notices, mut now, mut told) = (Notices::default(), secs(0), Vec::new());
            let mut added = Vec::new();
            for (job, pause) in events {
                for _ in 0..pause {
                    now += secs(1);
                    told.extend(notices.take(now).unwrap_or_default().to_vec());
                }
                notices.add(JobId(job), DONE, now);
                added.push(job);
                prop_assert!(notices.due().unwrap() <= now + GATHER);
                prop_assert!(notices.due().unwrap() <= notices.first_at + LONGEST);
            }
            let last = notices.take(now + GATHER).unwrap_or_default().to_vec();
            let mut ids: Vec<JobId> = last.iter().map(|(job, _)| *job).collect();
            ids.sort_unstable();
            ids.dedup();
            prop_assert_eq!(ids.len(), last.len());
            told.extend(last);
            prop_assert!(added.iter().all(|id| told.iter().any(|(job, _)| job.0 == *id)));
        }
    }
}
