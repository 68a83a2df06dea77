//! The list behind the rows: which jobs are shown, how many there are of each group, and the texts
//! of the rows that were drawn last.
//!
//! Invariant: nothing here is done per frame. The index is rebuilt when the layout of the snapshot,
//! what is wanted of it or what is hidden changes, and at most once a second where it is sorted by
//! progress; a row's texts when its view changes.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use super::filter::{Filter, Sieve, Wanted};
use super::order;
use super::row_text::RowText;
use super::sight::Sight;
use crate::app::job_list::JobList;
use crate::app::snapshot::{JobView, Snapshot};
use crate::model::category::Category;
use crate::model::columns::{Fallen, Sort};
use crate::model::id::JobId;
use crate::model::phase::State;
use crate::words::Words;

/// Row texts kept at most; far more than are ever in view.
const MAX_TEXTS: usize = 512;

/// Seconds between two sortings by what changes with the progress.
const SORT_SECS: f64 = 1.0;

/// What the index was made from.
#[derive(Clone, PartialEq)]
struct Made {
    layout: u64,
    revision: u64,
    at: f64,
    group: Filter,
    category: Option<Category>,
    search: String,
    sort: Option<Sort>,
    hidden: BTreeSet<JobId>,
}

impl Made {
    /// Whether the same jobs are shown for the same wishes.
    fn has_same_jobs(&self, layout: u64, wanted: Wanted<'_>, hidden: &BTreeSet<JobId>) -> bool {
        let Wanted { group, category, search, sort: _ } = wanted;
        self.layout == layout
            && self.group == group
            && self.category == category
            && self.search == search
            && self.hidden == *hidden
    }

    /// When the rows are to be sorted anew for what `revision` brought.
    fn due(&self, revision: u64) -> Option<f64> {
        let follows = self.sort.is_some_and(|sort| order::follows_progress(sort.column));
        (follows && self.revision != revision).then_some(self.at + SORT_SECS)
    }
}

/// What an update did to the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Updated {
    /// They are as before.
    Nothing,
    /// The same jobs may stand in another order.
    Order,
    /// Other jobs may be shown.
    Jobs,
}

/// The jobs to be seen.
pub(crate) struct List {
    jobs: JobList,
    /// Those that are wanted, in the order of the queue.
    fitting: Vec<u32>,
    shown: Vec<u32>,
    counts: [usize; Filter::ALL.len()],
    categories: [usize; Category::ALL.len()],
    states: BTreeMap<State, usize>,
    made: Option<Made>,
    texts: HashMap<JobId, (Arc<JobView>, Rc<RowText>)>,
    fallen: Fallen,
    /// How often the index was made: the same number has the same counts.
    pub builds: u64,
    /// What of the rows was in view in the last frame.
    pub sight: Sight,
}

impl List {
    /// An empty list.
    pub(crate) fn new() -> Self {
        Self {
            jobs: JobList::default(),
            fitting: Vec::new(),
            shown: Vec::new(),
            counts: [0; Filter::ALL.len()],
            categories: [0; Category::ALL.len()],
            states: BTreeMap::new(),
            made: None,
            texts: HashMap::new(),
            fallen: Fallen::default(),
            builds: 0,
            sight: Sight::default(),
        }
    }

    /// Takes a snapshot; rebuilds the index where something it depends on has changed. What was in
    /// view stays there, first of all the job the keys are at. `now` is in seconds.
    pub(crate) fn update(
        &mut self,
        snapshot: &Snapshot,
        wanted: Wanted<'_>,
        hidden: &BTreeSet<JobId>,
        words: &Words,
        (cursor, now): (Option<JobId>, f64),
    ) -> Updated {
        let (layout, revision) = (snapshot.layout, snapshot.revision);
        let made = self.made.as_ref();
        let same_jobs = made.is_some_and(|made| made.has_same_jobs(layout, wanted, hidden));
        let is_due = |made: &Made| made.due(revision).is_some_and(|due| due <= now);
        let same_order = made.is_some_and(|made| made.sort == wanted.sort && !is_due(made));
        if same_jobs && same_order {
            self.jobs = snapshot.jobs.clone();
            return Updated::Nothing;
        }
        let held = self.sight.hold(self, cursor);
        self.jobs = snapshot.jobs.clone();
        if !same_jobs {
            self.rebuild(&Sieve::new(wanted, words), hidden);
        }
        // From the order of the queue each time: jobs lie in memory as they do there.
        self.shown.clone_from(&self.fitting);
        if let Some(sort) = wanted.sort {
            order::sort(&self.jobs, &mut self.shown, sort);
        }
        let Wanted { group, category, search, sort } = wanted;
        let (search, hidden) = (search.to_owned(), hidden.clone());
        let at = now;
        self.made = Some(Made { layout, revision, at, group, category, search, sort, hidden });
        self.sight.scroll_to = held.and_then(|held| held.offset(self));
        if same_jobs { Updated::Order } else { Updated::Jobs }
    }

    /// When the rows are to be sorted anew though nothing else happens, in seconds.
    pub(crate) fn due(&self, revision: u64) -> Option<f64> {
        self.made.as_ref()?.due(revision)
    }

    fn rebuild(&mut self, sieve: &Sieve<'_>, hidden: &BTreeSet<JobId>) {
        self.builds += 1;
        self.fitting.clear();
        self.counts = [0; Filter::ALL.len()];
        self.categories = [0; Category::ALL.len()];
        self.states.clear();
        for (index, job) in (0_u32..).zip(self.jobs.iter()) {
            if !hidden.is_empty() && hidden.contains(&job.id) {
                continue;
            }
            self.counts[Filter::All.index()] += 1;
            *self.states.entry(job.state).or_default() += 1;
            self.counts[Filter::of(job.state).index()] += 1;
            self.categories[job.category.index()] += 1;
            if sieve.takes(job) {
                self.fitting.push(index);
            }
        }
    }

    /// Whether the index leaves out exactly these.
    pub(crate) fn hides(&self, hidden: &BTreeSet<JobId>) -> bool {
        self.made.as_ref().is_some_and(|made| made.hidden == *hidden)
    }

    /// Says what has no column of its own: it stands in the texts of the rows.
    pub(crate) fn set_fallen(&mut self, fallen: Fallen) {
        if self.fallen != fallen {
            self.fallen = fallen;
            self.texts.clear();
        }
    }

    /// Forgets all texts: the language has changed.
    pub(crate) fn forget_texts(&mut self) {
        self.texts.clear();
        self.made = None;
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.shown.len()
    }

    /// How many jobs are in a group, searched for or not.
    pub(crate) fn count(&self, filter: Filter) -> usize {
        self.counts[filter.index()]
    }

    /// How many jobs are of a category, searched for or not.
    pub(crate) fn count_of(&self, category: Category) -> usize {
        self.categories[category.index()]
    }

    /// How many jobs are in a state, searched for or not.
    pub(crate) fn count_in(&self, state: State) -> usize {
        self.states.get(&state).copied().unwrap_or_default()
    }

    /// The job in row `row`.
    pub(crate) fn job(&self, row: usize) -> Option<&Arc<JobView>> {
        self.jobs.at(*self.shown.get(row)? as usize)
    }

    /// The states there are, shown or not.
    pub(crate) fn states(&self) -> impl Iterator<Item = State> + '_ {
        self.states.keys().copied()
    }

    /// The shown jobs' numbers, from top to bottom.
    pub(crate) fn ids(&self) -> impl Iterator<Item = JobId> + '_ {
        self.shown.iter().filter_map(|index| self.jobs.at(*index as usize)).map(|job| job.id)
    }

    /// The row a job is in, where it is shown.
    pub(crate) fn row_of(&self, id: JobId) -> Option<usize> {
        let place = u32::try_from(self.jobs.place_of(id)?).ok()?;
        self.shown.iter().position(|shown| *shown == place)
    }

    /// The jobs with these numbers, in the order of the list. One pass, however many are asked for.
    pub(crate) fn these(&self, ids: &[JobId]) -> Vec<&JobView> {
        let wanted: HashSet<JobId> = ids.iter().copied().collect();
        if wanted.is_empty() {
            return Vec::new();
        }
        self.jobs.iter().map(Arc::as_ref).filter(|job| wanted.contains(&job.id)).collect()
    }

    /// The texts of the job in row `row`, made anew only where its view has changed.
    pub(crate) fn text(&mut self, job: &Arc<JobView>, words: &Words) -> Rc<RowText> {
        if let Some((view, text)) = self.texts.get(&job.id)
            && Arc::ptr_eq(view, job)
        {
            return Rc::clone(text);
        }
        if self.texts.len() >= MAX_TEXTS {
            self.texts.clear();
        }
        let text = Rc::new(RowText::of(job, self.fallen, words));
        self.texts.insert(job.id, (Arc::clone(job), Rc::clone(&text)));
        text
    }
}

#[cfg(test)]
#[path = "list_tests.rs"]
mod tests;
