//! The list behind the rows: which jobs are shown, how many there are of each group, and the texts
//! of the rows that were drawn last.
//!
//! Invariant: nothing here is done per frame. The index is rebuilt when the layout of the snapshot,
//! the filter, the search or what is hidden changes; a row's texts when its view changes.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use super::filter::{Filter, Sieve};
use super::row_text::RowText;
use crate::app::snapshot::{JobView, Snapshot};
use crate::model::id::JobId;
use crate::model::phase::State;
use crate::words::Words;

/// Row texts kept at most; far more than are ever in view.
const MAX_TEXTS: usize = 512;

/// What the index was made from.
#[derive(Clone, PartialEq, Eq)]
struct Made {
    layout: u64,
    filter: Filter,
    search: String,
    hidden: BTreeSet<JobId>,
}

/// The jobs to be seen.
pub(crate) struct List {
    jobs: Arc<[Arc<JobView>]>,
    shown: Vec<u32>,
    counts: [usize; Filter::ALL.len()],
    states: BTreeMap<State, usize>,
    made: Option<Made>,
    texts: HashMap<JobId, (Arc<JobView>, Rc<RowText>)>,
    /// Rows in view in the last frame.
    pub visible: Range<usize>,
}

impl List {
    /// An empty list.
    pub(crate) fn new() -> Self {
        Self {
            jobs: Arc::from([]),
            shown: Vec::new(),
            counts: [0; Filter::ALL.len()],
            states: BTreeMap::new(),
            made: None,
            texts: HashMap::new(),
            visible: 0..0,
        }
    }

    /// Takes a snapshot; rebuilds the index where something it depends on has changed. Says whether
    /// it did.
    pub(crate) fn update(
        &mut self,
        snapshot: &Snapshot,
        sieve: (Filter, &str),
        hidden: &BTreeSet<JobId>,
        words: &Words,
    ) -> bool {
        self.jobs = Arc::clone(&snapshot.jobs);
        let (filter, search) = sieve;
        let same = self.made.as_ref().is_some_and(|made| {
            made.layout == snapshot.layout
                && made.filter == filter
                && made.search == search
                && made.hidden == *hidden
        });
        if !same {
            self.rebuild(&Sieve::new(filter, search, words), hidden);
            let search = search.to_owned();
            let hidden = hidden.clone();
            self.made = Some(Made { layout: snapshot.layout, filter, search, hidden });
        }
        !same
    }

    fn rebuild(&mut self, sieve: &Sieve<'_>, hidden: &BTreeSet<JobId>) {
        self.shown.clear();
        self.counts = [0; Filter::ALL.len()];
        self.states.clear();
        for (index, job) in (0_u32..).zip(self.jobs.iter()) {
            if hidden.contains(&job.id) {
                continue;
            }
            self.counts[Filter::All.index()] += 1;
            *self.states.entry(job.state).or_default() += 1;
            self.counts[Filter::of(job.state).index()] += 1;
            if sieve.takes(job) {
                self.shown.push(index);
            }
        }
    }

    /// Whether the index leaves out exactly these.
    pub(crate) fn hides(&self, hidden: &BTreeSet<JobId>) -> bool {
        self.made.as_ref().is_some_and(|made| made.hidden == *hidden)
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

    /// How many jobs are in a state, searched for or not.
    pub(crate) fn count_in(&self, state: State) -> usize {
        self.states.get(&state).copied().unwrap_or_default()
    }

    /// The job in row `row`.
    pub(crate) fn job(&self, row: usize) -> Option<&Arc<JobView>> {
        self.jobs.get(*self.shown.get(row)? as usize)
    }

    /// The states there are, shown or not.
    pub(crate) fn states(&self) -> impl Iterator<Item = State> + '_ {
        self.states.keys().copied()
    }

    /// The shown jobs' numbers, from top to bottom.
    pub(crate) fn ids(&self) -> impl Iterator<Item = JobId> + '_ {
        self.shown.iter().filter_map(|index| self.jobs.get(*index as usize)).map(|job| job.id)
    }

    /// The row a job is in, where it is shown.
    pub(crate) fn row_of(&self, id: JobId) -> Option<usize> {
        self.ids().position(|shown| shown == id)
    }

    /// The jobs with these numbers, in the order of the list. One pass, however many are asked for.
    pub(crate) fn these(&self, ids: &[JobId]) -> Vec<&JobView> {
        let wanted: HashSet<JobId> = ids.iter().copied().collect();
        let all = if wanted.is_empty() { &[] } else { &*self.jobs };
        all.iter().map(Arc::as_ref).filter(|job| wanted.contains(&job.id)).collect()
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
        let text = Rc::new(RowText::of(job, words));
        self.texts.insert(job.id, (Arc::clone(job), Rc::clone(&text)));
        text
    }
}
