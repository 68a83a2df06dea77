//! Every job as it is seen, in the order of the queue, so that one of very many can be changed at the
//! cost of a few: what is not changed is shared with the list before.

use std::fmt;
use std::sync::Arc;

use super::snapshot::JobView;
use crate::model::id::JobId;

/// Jobs kept together: as many are copied when one of them changes.
const CHUNK: usize = 512;

type Chunk = Arc<Vec<Arc<JobView>>>;

/// The jobs. A clone costs nothing.
#[derive(Clone, Default)]
pub struct JobList {
    chunks: Arc<Vec<Chunk>>,
    len: usize,
}

impl JobList {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The job at a place, counted from nought.
    pub fn at(&self, place: usize) -> Option<&Arc<JobView>> {
        self.chunks.get(place / CHUNK)?.get(place % CHUNK)
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<JobView>> + '_ {
        self.chunks.iter().flat_map(|chunk| chunk.iter())
    }

    /// The place of the job with this number. Quick where the jobs stand as they were added, as most
    /// lists do; a look at each where they were moved.
    pub fn place_of(&self, id: JobId) -> Option<usize> {
        let is_there = |place: &usize| self.at(*place).is_some_and(|job| job.id == id);
        let (mut first, mut end) = (0, self.len);
        while first < end {
            let middle = usize::midpoint(first, end);
            match self.at(middle) {
                Some(job) if job.id < id => first = middle + 1,
                _ => end = middle,
            }
        }
        Some(first).filter(is_there).or_else(|| self.iter().position(|job| job.id == id))
    }

    /// Another view of the job at a place; nothing where there is none.
    pub fn put(&mut self, place: usize, view: Arc<JobView>) {
        if let Some(chunk) = Arc::make_mut(&mut self.chunks).get_mut(place / CHUNK)
            && let Some(before) = Arc::make_mut(chunk).get_mut(place % CHUNK)
        {
            *before = view;
        }
    }
}

impl fmt::Debug for JobList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl FromIterator<Arc<JobView>> for JobList {
    fn from_iter<I: IntoIterator<Item = Arc<JobView>>>(jobs: I) -> Self {
        let all: Vec<Arc<JobView>> = jobs.into_iter().collect();
        let chunks = all.chunks(CHUNK).map(|chunk| Arc::new(chunk.to_vec())).collect();
        Self { chunks: Arc::new(chunks), len: all.len() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(id: usize) -> Arc<JobView> {
        let id = JobId(i64::try_from(id).unwrap());
        Arc::new(JobView { id, ..crate::app::sample::view() })
    }

    #[test]
    fn a_job_is_found_wherever_it_stands() {
        for ids in [vec![], vec![4], vec![1, 2, 3, 7, 9], vec![9, 7, 3, 2, 1], vec![3, 9, 1, 7, 2]]
        {
            let list: JobList = ids.iter().map(|id| view(*id)).collect();
            for id in 0..12 {
                let place = ids.iter().position(|there| *there == id);
                assert_eq!(list.place_of(view(id).id), place, "{id} in {ids:?}");
            }
        }
    }

    #[test]
    fn a_change_costs_one_chunk_and_is_seen_in_the_copy_alone() {
        for len in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK + 7] {
            let before: JobList = (0..len).map(view).collect();
            assert_eq!((before.len(), before.iter().count()), (len, len));
            for place in (0..len).step_by(300) {
                let mut after = before.clone();
                after.put(place, view(9_999));
                assert_eq!(after.at(place).unwrap().id, JobId(9_999));
                assert_eq!(before.at(place).unwrap().id.0, i64::try_from(place).unwrap());
                let shared = before.chunks.iter().zip(after.chunks.iter());
                assert_eq!(shared.filter(|(a, b)| !Arc::ptr_eq(a, b)).count(), 1);
            }
            let mut same = before.clone();
            same.put(len, view(1));
            assert!(same.at(len).is_none() && same.len() == len);
        }
    }
}
