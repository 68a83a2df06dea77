//! What is chosen to be seen of the list: group, category, search, columns and sorting.

use super::filter::{Filter, Wanted};
use super::header::Header;
use super::side::SideText;
use crate::model::category::Category;
use crate::model::columns::{Columns, Sort};
use crate::model::ui_state::UiState;

/// What is chosen to be seen.
pub(crate) struct View {
    /// The group.
    pub group: Filter,
    /// The category, where one is chosen.
    pub category: Option<Category>,
    /// What was typed into the search field.
    pub search: String,
    /// What the list is sorted by.
    pub sort: Option<Sort>,
    /// The columns.
    pub columns: Columns,
    /// Their heads.
    pub header: Header,
    /// The words of the sidebar.
    pub side: SideText,
    /// Whether the categories are folded away.
    pub folds_categories: bool,
}

impl View {
    /// What was seen when the window was left.
    pub(crate) fn new(state: &UiState) -> Self {
        Self {
            group: state.group,
            category: None,
            search: String::new(),
            sort: state.sort,
            columns: state.columns.clone(),
            header: Header::default(),
            side: SideText::default(),
            folds_categories: state.folds_categories,
        }
    }

    /// What is wanted of the list.
    pub(crate) fn wanted(&self) -> Wanted<'_> {
        let Self { group, category, search, sort, .. } = self;
        Wanted { group: *group, category: *category, search, sort: *sort }
    }

    /// A group is clicked on.
    pub(crate) fn choose_group(&mut self, group: Filter) {
        self.group = group;
    }

    /// A category is clicked on: a second click takes it back.
    pub(crate) fn choose_category(&mut self, category: Category) {
        self.category = Some(category).filter(|_| self.category != Some(category));
    }

    /// Shows every job.
    pub(crate) fn clear(&mut self) {
        self.group = Filter::All;
        self.category = None;
        self.search.clear();
    }
}
