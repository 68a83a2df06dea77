//! Which jobs are shown and in which order: a group of states and a category, chosen in the
//! sidebar, a text searched for, and the column they are sorted by.

use super::icons::Icon;
use crate::app::snapshot::JobView;
use crate::model::category::Category;
use crate::model::columns::Sort;
use crate::model::phase::State;
pub(crate) use crate::model::ui_state::Group as Filter;
use crate::words::Words;

impl Filter {
    /// All of them, in their order in the sidebar.
    pub(crate) const ALL: [Self; 5] =
        [Self::All, Self::Active, Self::Waiting, Self::Finished, Self::Failed];

    /// The key of its word.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::All => "filter-all",
            Self::Active => "filter-active",
            Self::Waiting => "filter-waiting",
            Self::Finished => "filter-finished",
            Self::Failed => "filter-failed",
        }
    }

    /// Its icon.
    pub(crate) fn icon(self) -> Icon {
        match self {
            Self::All => Icon::Layers,
            Self::Active => Icon::ArrowDownToLine,
            Self::Waiting => Icon::Clock,
            Self::Finished => Icon::CircleCheck,
            Self::Failed => Icon::CircleAlert,
        }
    }

    /// The group of a state, besides [`Filter::All`]. What was paused or cancelled waits for the
    /// user.
    pub(crate) fn of(state: State) -> Self {
        match state {
            State::Connecting | State::Downloading | State::Verifying => Self::Active,
            State::Queued | State::Paused | State::Waiting | State::Cancelled => Self::Waiting,
            State::Completed => Self::Finished,
            State::NeedsLink | State::Failed => Self::Failed,
        }
    }

    /// Its place in [`Filter::ALL`].
    pub(crate) fn index(self) -> usize {
        self as usize
    }

    fn takes(self, state: State) -> bool {
        self == Self::All || self == Self::of(state)
    }
}

/// The key of a category's word.
pub(crate) fn category_key(category: Category) -> &'static str {
    match category {
        Category::Video => "category-video",
        Category::Music => "category-music",
        Category::Pictures => "category-pictures",
        Category::Documents => "category-documents",
        Category::Archives => "category-archives",
        Category::Programs => "category-programs",
        Category::DiskImages => "category-disk-images",
        Category::Other => "category-other",
    }
}

/// What is wanted of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted<'a> {
    /// The group.
    pub group: Filter,
    /// The category, where one is chosen.
    pub category: Option<Category>,
    /// What was typed into the search field.
    pub search: &'a str,
    /// What the list is sorted by.
    pub sort: Option<Sort>,
}

/// A filter and a search, ready to be asked for many jobs.
pub(crate) struct Sieve<'a> {
    group: Filter,
    category: Option<Category>,
    needle: String,
    words: &'a Words,
}

impl<'a> Sieve<'a> {
    /// A sieve for what is wanted.
    pub(crate) fn new(wanted: Wanted<'_>, words: &'a Words) -> Self {
        let needle = wanted.search.trim().to_lowercase();
        Self { group: wanted.group, category: wanted.category, needle, words }
    }

    /// Whether `job` is shown: it is in the group and the category, and its name, server or trouble
    /// holds what is searched for.
    pub(crate) fn takes(&self, job: &JobView) -> bool {
        self.group.takes(job.state)
            && self.category.is_none_or(|category| category == job.category)
            && (self.needle.is_empty() || self.finds(job))
    }

    fn finds(&self, job: &JobView) -> bool {
        holds(&job.name, &self.needle)
            || holds(&job.host, &self.needle)
            || job.error.as_ref().is_some_and(|e| holds(&self.words.failure(e).what, &self.needle))
    }
}

/// Whether `text` holds `needle`, which is in lower case. Nothing is copied where `text` is ASCII.
fn holds(text: &str, needle: &str) -> bool {
    if !text.is_ascii() {
        return text.to_lowercase().contains(needle);
    }
    let (mut text, needle) = (text.as_bytes(), needle.as_bytes());
    let Some(first) = needle.first() else { return true };
    let upper = first.to_ascii_uppercase();
    while let Some(at) = text.iter().position(|byte| byte == first || *byte == upper) {
        text = text.get(at..).unwrap_or_default();
        let Some(start) = text.get(..needle.len()) else { return false };
        if start.eq_ignore_ascii_case(needle) {
            return true;
        }
        text = text.get(1..).unwrap_or_default();
    }
    false
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn groups_stand_in_their_order() {
        for (place, group) in Filter::ALL.into_iter().enumerate() {
            assert_eq!(group.index(), place);
        }
    }

    proptest! {
        #[test]
        fn a_text_is_found_whatever_its_case(text in "[a-cA-Cé.]{0,8}", needle in "[a-c.]{0,3}") {
            prop_assert_eq!(holds(&text, &needle), text.to_lowercase().contains(&needle));
        }
    }
}
