//! What the links of the add dialog lead to: what is asked of the service, and what it told so far.
//!
//! Invariant: what was found with other options than those that count now is not shown.

use std::collections::{HashMap, HashSet};

use eframe::egui::Context;

use super::due::Due;
use crate::app::adding::ProbeAsk;
use crate::app::command::Command;
use crate::model::failure::Failure;
use crate::model::probe::Probed;
use crate::model::url::SourceUrl;

/// Seconds without a key before links that are typed are looked at.
const TYPED: f64 = 0.4;

/// What links lead to.
#[derive(Default)]
pub(crate) struct Looks {
    found: HashMap<SourceUrl, Result<Probed, Failure>>,
    asked: ProbeAsk,
    due: Due,
}

impl Looks {
    /// Links came all at once: they are looked at with the next frame.
    pub(crate) fn now(&mut self) {
        self.due.after(0.0);
    }

    /// Something is being typed: it is looked at when that rests.
    pub(crate) fn soon(&mut self) {
        self.due.after(TYPED);
    }

    /// What was found of a link.
    pub(crate) fn of(&self, url: &SourceUrl) -> Option<&Result<Probed, Failure>> {
        self.found.get(url)
    }

    /// Takes what was found of a link.
    pub(crate) fn take(&mut self, url: &SourceUrl, found: Result<Probed, Failure>) {
        if self.asked.links.contains(url) {
            self.found.insert(url.clone(), found);
        }
    }

    /// The command to look at what is wanted now, where it is time for that and it is another than
    /// before.
    pub(crate) fn ask(
        &mut self,
        ctx: &Context,
        wanted: impl FnOnce() -> ProbeAsk,
    ) -> Option<Command> {
        if !self.due.has_come(ctx) {
            return None;
        }
        let ask = wanted();
        if ask == self.asked {
            return None;
        }
        if ask.options != self.asked.options {
            self.found.clear();
        }
        let links: HashSet<&SourceUrl> = ask.links.iter().collect();
        self.found.retain(|url, _| links.contains(url));
        self.asked = ask.clone();
        Some(Command::Probe(ask))
    }

    /// The command that ends all looks, where there are any.
    pub(crate) fn end(&self) -> Option<Command> {
        let is_out = !self.asked.links.is_empty();
        is_out.then(|| Command::Probe(ProbeAsk::default()))
    }
}
