//! The add dialog: links, one a line, read as they are typed and looked at meanwhile; where to; when;
//! how.
//!
//! Invariant: what is added is what is shown as good. Nothing here touches the network or a disk: what
//! is to be found out are commands, and what was found comes as events.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use eframe::egui;
use jiff::Zoned;

use super::add_field::{Edited, LinksField};
use super::add_looks::Looks;
use super::add_made::Made;
use super::add_options::{self, More, Read};
use super::add_place::Place;
use super::add_rows::Asked;
use super::links::{Links, Owner};
use super::start::{StartField, Starts};
use crate::app::adding::{FolderSeen, ProbeAsk};
use crate::app::command::Command;
use crate::app::snapshot::JobView;
use crate::model::curl_line::CurlLine;
use crate::model::failure::Failure;
use crate::model::id::JobId;
use crate::model::job::NewJob;
use crate::model::phase::Intent;
use crate::model::probe::Probed;
use crate::model::queue::QueueId;
use crate::model::settings::Settings;
use crate::model::url::SourceUrl;

/// What the dialog was left with.
pub(crate) enum Outcome {
    /// It stays.
    Stay,
    /// It is closed without adding.
    Close,
    /// These are added and it is closed.
    Add(Vec<NewJob>),
    /// A folder is to be chosen.
    Browse,
    /// This job is to be shown, and it is closed; kept for its next opening where it holds more.
    Show {
        /// The job.
        job: JobId,
        /// It holds more than that job's link.
        keeps: bool,
    },
    /// This job is to be given this link.
    Give(JobId, SourceUrl),
}

/// The add dialog.
pub(crate) struct AddDialog {
    pub(super) field: LinksField,
    pub(super) links: Links,
    pub(super) looks: Looks,
    pub(super) place: Place,
    pub(super) more: More,
    pub(super) read: Read,
    pub(super) name: Name,
    pub(super) start: StartField,
    /// The add button is to get the focus: links were there before the dialog was.
    pub(super) is_ready: bool,
    pub(super) made: Option<Made>,
    /// Something has changed since that was made.
    pub(super) is_stale: bool,
    commands: Vec<Command>,
    pub(super) settings: Arc<Settings>,
}

/// The field of the only file's name.
#[derive(Default)]
pub(super) struct Name {
    pub(super) text: String,
    /// It was typed; else it is what a look found.
    pub(super) is_typed: bool,
}

impl AddDialog {
    /// A dialog with `text` in its field of links, and `dir` as the folder; how jobs are fetched, and
    /// which folder some go to, is as set.
    pub(crate) fn new<'a>(
        text: &str,
        dir: &Path,
        settings: &Arc<Settings>,
        jobs: impl Iterator<Item = &'a JobView>,
    ) -> Self {
        let options = settings.job_options();
        let mut dialog = Self {
            field: LinksField::new(),
            links: Links::knowing(jobs),
            looks: Looks::default(),
            place: Place::new(dir),
            read: Read { options: options.clone(), ..Read::default() },
            more: More::new(options),
            settings: Arc::clone(settings),
            name: Name::default(),
            start: StartField::new(Some(QueueId::MAIN), None, &Zoned::now()),
            is_ready: false,
            made: None,
            is_stale: false,
            commands: Vec::new(),
        };
        if !text.is_empty() {
            dialog.append(text);
            dialog.is_ready = true;
        }
        dialog
    }

    /// Puts further links below those that are there.
    pub(crate) fn append(&mut self, text: &str) {
        if let Some(line) = self.field.append(text) {
            self.take_command(&line);
        }
        self.links_changed();
        self.looks.now();
    }

    /// Whether closing it would lose something.
    pub(crate) fn is_filled(&self) -> bool {
        self.field.is_filled()
    }

    /// Whether anything but this link was typed or chosen.
    fn holds_more_than(&self, url: &SourceUrl) -> bool {
        let is_it = |line: &str| SourceUrl::parse(line.trim()).is_ok_and(|it| it == *url);
        let mut others = self.field.links().lines().filter(|line| !line.trim().is_empty());
        others.any(|line| !is_it(line)) || self.name.is_typed || self.read.set > 0
    }

    /// It is opened again after it was kept: what its links lead to is looked up anew.
    pub(crate) fn reopen(&mut self) {
        self.looks = Looks::default();
        self.looks.now();
        self.place.has_other_names();
        self.is_stale = true;
    }

    /// Takes the folder that was chosen.
    pub(crate) fn set_dir(&mut self, dir: &Path) {
        self.place.set(dir);
    }

    /// A link was looked at.
    pub(crate) fn probed(&mut self, url: &SourceUrl, found: Result<Probed, Failure>) {
        self.looks.take(url, found);
        self.follow_rules();
        self.is_stale = true;
        self.place.has_other_names();
    }

    /// A job has a link, as the service told.
    pub(crate) fn is_known(&mut self, url: &SourceUrl, owner: &Owner) {
        self.links.is_known(url, owner);
        self.looks.now();
        self.is_stale = true;
    }

    /// A folder was looked into.
    pub(crate) fn folder_seen(&mut self, seen: FolderSeen) {
        if self.place.take(seen) {
            self.is_stale = true;
        }
    }

    /// What is to be asked of the service since the last time.
    pub(crate) fn take_commands(&mut self) -> Vec<Command> {
        std::mem::take(&mut self.commands)
    }

    /// What ends everything that was asked of the service.
    pub(crate) fn end(&self) -> Option<Command> {
        self.looks.end()
    }

    fn take_command(&mut self, line: &CurlLine) {
        self.more.fill(line);
        if let Some(name) = &line.name {
            self.name = Name { text: name.clone(), is_typed: true };
        }
    }

    fn links_changed(&mut self) {
        self.links.read(self.field.links());
        self.choice_changed();
    }

    /// Other links are to be added, or under another name.
    pub(super) fn choice_changed(&mut self) {
        self.read_options();
        self.follow_rules();
        self.is_stale = true;
        self.place.has_other_names();
    }

    /// Takes what was done at the field of links.
    pub(super) fn edited(&mut self, edited: &Edited) {
        if let Some(line) = &edited.line {
            self.take_command(line);
        }
        if edited.changed {
            self.links_changed();
            if edited.pasted { self.looks.now() } else { self.looks.soon() }
        }
    }

    /// Takes what was typed under *More*.
    pub(super) fn options_changed(&mut self) {
        self.read_options();
        self.looks.soon();
        self.is_stale = true;
    }

    fn read_options(&mut self) {
        let before = std::mem::take(&mut self.read.options);
        self.read = self.more.read(self.count(), before);
    }

    fn count(&self) -> u64 {
        u64::try_from(self.links.wanted().count()).unwrap_or(u64::MAX)
    }

    /// Does what was asked for in a row.
    pub(super) fn after(&mut self, asked: Asked) -> Outcome {
        match asked {
            Asked::Show(job, url) => Outcome::Show { job, keeps: self.holds_more_than(&url) },
            Asked::Give(job, url) => {
                self.field.drop_line(|line| SourceUrl::parse(line).is_ok_and(|u| u == url));
                self.links_changed();
                self.looks.now();
                Outcome::Give(job, url)
            }
            Asked::Again(url, again) => {
                self.links.set_again(&url, again);
                self.choice_changed();
                self.looks.now();
                Outcome::Stay
            }
        }
    }

    /// Every link that a job has is added nevertheless, or none.
    pub(super) fn set_all_again(&mut self, again: bool) {
        self.links.set_all_again(again);
        self.choice_changed();
        self.looks.now();
    }

    /// Asks for what is to be found out, where it is time for that.
    pub(super) fn ask(&mut self, ctx: &egui::Context) {
        let (links, options) = (&self.links, &self.read.options);
        let wanted = || ProbeAsk {
            links: links.wanted().cloned().collect(),
            options: add_options::for_a_look(options),
        };
        self.commands.extend(self.looks.ask(ctx, wanted));
        if self.place.is_due(ctx) {
            let names = self.names();
            self.commands.extend(self.place.ask(names));
        }
    }

    /// The names files will have, as far as they are known.
    fn names(&self) -> Vec<String> {
        self.named_here().map(|(_, name)| name.to_owned()).collect()
    }

    /// The links that go to the folder that is shown and whose names are known, in order.
    pub(super) fn named_here(&self) -> impl Iterator<Item = (&SourceUrl, &str)> {
        let dir = self.place.dir();
        let is_here = move |url: &SourceUrl| {
            let ruled = if self.place.is_by_hand() { None } else { self.ruled(url) };
            ruled.is_none_or(|ruled| Some(ruled) == dir)
        };
        let own = self.own_name();
        let named = move |url| Some((url, own.or_else(|| Some(self.found(url)?.name.as_str()))?));
        self.links.wanted().filter(move |url| is_here(url)).filter_map(named)
    }

    /// The name that was typed, where it can be that of the only file.
    pub(super) fn own_name(&self) -> Option<&str> {
        let name = self.name.text.trim();
        (self.name.is_typed && !name.is_empty() && self.count() == 1).then_some(name)
    }

    /// What a look at a link found, where that is a file.
    pub(super) fn found(&self, url: &SourceUrl) -> Option<&Probed> {
        self.looks.of(url)?.as_ref().ok()
    }

    /// The folder a link's file goes to by the rules that are set, where one fits.
    fn ruled(&self, url: &SourceUrl) -> Option<PathBuf> {
        let found = self.own_name().or_else(|| self.found(url).map(|found| found.name.as_str()));
        let name = found.map(str::to_owned).or_else(|| url.last_segment()).unwrap_or_default();
        self.settings.rule_for(&name, url.host()).map(Path::to_owned)
    }

    /// The only file's folder is shown as the rules have it, until one is chosen by hand.
    fn follow_rules(&mut self) {
        let mut wanted = self.links.wanted();
        let only = wanted.next().filter(|_| wanted.next().is_none());
        let ruled = only.and_then(|url| self.ruled(url));
        self.place.follow(ruled.as_deref());
    }

    /// The jobs to add. Where no folder was chosen by hand, each goes where the rules have it.
    pub(super) fn jobs(&self) -> Vec<NewJob> {
        let dir = self.place.dir().unwrap_or_default();
        let folder = |url: &SourceUrl| {
            let ruled = if self.place.is_by_hand() { None } else { self.ruled(url) };
            ruled.unwrap_or_else(|| dir.clone())
        };
        let starts = self.start.starts;
        let intent = if starts == Starts::Later { Intent::Hold } else { Intent::Run };
        let not_before = self.start.moment(&Zoned::now()).filter(|_| starts == Starts::At);
        let name = self.own_name();
        self.links
            .wanted()
            .map(|url| NewJob {
                url: url.clone(),
                dir: folder(url),
                name: name.map(str::to_owned),
                options: self.read.options.clone(),
                intent,
                not_before,
                queue: self.start.queue.unwrap_or(QueueId::MAIN),
            })
            .collect()
    }
}
