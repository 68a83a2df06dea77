//! The settings: pages at the left, their lines beside them, a search over all. Every change is sent
//! at once; there is nothing to confirm.
//!
//! Invariant: what is shown is what is in force, or what was sent and has not come into force yet.

mod body;
mod field;
mod folders;
mod frame;
mod hours;
mod line;
mod page;
mod queues;
mod servers;
mod texts;
mod told;

use std::collections::VecDeque;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use eframe::egui;

use field::Field;
use folders::Folders;
use hours::HoursField;
use page::Number;
pub(crate) use page::Page;
use queues::Queues;
use servers::Servers;
use texts::{Hits, Texts};

use super::limit::LimitField;
use crate::app::autostart::Autostart;
use crate::app::command::Command;
use crate::app::snapshot::Snapshot;
use crate::model::host::HostFacts;
use crate::model::proxy::Proxy;
use crate::model::queue::QueueId;
use crate::model::settings::Settings;
use crate::words::Words;

/// Changes that may wait to come into force.
const MAX_SENT: usize = 64;

/// What the dialog was left with in a frame.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// What is to be sent, in order.
    pub commands: Vec<Command>,
    /// It is closed.
    pub close: bool,
}

/// Whom a folder that is being chosen is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ChoosesFor {
    AllFiles,
    Rule(usize),
}

/// Which proxy is chosen; an address may still be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ProxyKind {
    System,
    Direct,
    Own,
}

/// The settings dialog.
pub(crate) struct SettingsDialog {
    draft: Settings,
    default: Settings,
    /// The settings in force, as they were last seen.
    seen: Arc<Settings>,
    /// Those that were sent and not seen yet.
    sent: VecDeque<Settings>,
    page: Page,
    search: String,
    hits: Hits,
    texts: Rc<Texts>,
    dir: Field,
    numbers: [Field; 5],
    limit: LimitField,
    proxy_kind: ProxyKind,
    proxy: Field,
    folders: Folders,
    hours: HoursField,
    queues: Queues,
    servers: Servers,
    chooses_for: ChoosesFor,
    /// Whether the session starts the program; none while that is not known.
    autostart: Option<Autostart>,
    asked_autostart: bool,
    out: Vec<Command>,
}

impl SettingsDialog {
    /// A dialog over the settings in force, open at a page.
    pub(crate) fn new(snapshot: &Snapshot, page: Page, ctx: &egui::Context, words: &Words) -> Self {
        let draft = Settings::clone(&snapshot.settings);
        let used = snapshot.jobs.iter().map(|job| job.queue).max().unwrap_or_default();
        Self {
            default: Settings::default(),
            seen: Arc::clone(&snapshot.settings),
            sent: VecDeque::new(),
            page,
            search: String::new(),
            hits: Hits::new(),
            texts: Rc::new(Texts::new(words, ctx)),
            dir: Field::new(snapshot.default_dir.display().to_string()),
            numbers: Number::ALL.map(|number| Field::new(number.of(&draft).to_string())),
            limit: LimitField::new(draft.limit_bps),
            proxy_kind: kind_of(&draft.proxy),
            proxy: Field::new(draft.proxy.address().unwrap_or_default().to_owned()),
            folders: Folders::new(&draft.rules),
            hours: hours_of(&draft),
            queues: Queues::new(&draft.queues, used),
            servers: Servers::default(),
            chooses_for: ChoosesFor::AllFiles,
            autostart: None,
            asked_autostart: false,
            out: Vec::new(),
            draft,
        }
    }

    /// Takes the folder that was chosen. Hands back what is to be sent.
    pub(crate) fn set_dir(&mut self, dir: &Path) -> Option<Command> {
        match self.chooses_for {
            ChoosesFor::AllFiles => {
                self.draft.dir = Some(dir.to_owned());
                self.dir.follow(&dir.display().to_string());
            }
            ChoosesFor::Rule(at) => {
                self.folders.set_dir(at, dir);
                self.draft.rules = self.folders.rules();
            }
        }
        self.changed()
    }

    /// Takes whether the session starts the program.
    pub(crate) fn set_autostart(&mut self, autostart: Autostart) {
        self.autostart = Some(autostart);
    }

    /// Takes what was learned of servers.
    pub(crate) fn set_hosts(&mut self, hosts: Vec<HostFacts>, words: &Words) {
        self.servers.set(hosts, words);
    }

    /// A change was refused, perhaps one of these: what is in force is shown again.
    pub(crate) fn refused(&mut self) {
        self.sent.clear();
        let seen = Settings::clone(&self.seen);
        self.show_again(seen);
        self.servers.ask_again();
        self.asked_autostart = false;
    }

    /// Takes in what is in force now. A change of our own is expected; any other is shown.
    fn follow(&mut self, snapshot: &Snapshot) {
        if self.draft.dir.is_none() {
            self.dir.follow(&snapshot.default_dir.display().to_string());
        }
        if Arc::ptr_eq(&self.seen, &snapshot.settings) {
            return;
        }
        self.seen = Arc::clone(&snapshot.settings);
        match self.sent.iter().position(|sent| *sent == *self.seen) {
            Some(at) => drop(self.sent.drain(..=at)),
            None => self.show_again(Settings::clone(&snapshot.settings)),
        }
    }

    /// Shows these settings, but for what is being typed.
    fn show_again(&mut self, settings: Settings) {
        if self.draft.rules != settings.rules {
            self.folders = Folders::new(&settings.rules);
        }
        self.draft = settings;
        self.show_draft();
    }

    /// Lets every field show what is drafted.
    fn show_draft(&mut self) {
        if self.hours.schedule() != self.draft.schedule {
            self.hours = hours_of(&self.draft);
        }
        if self.queues.queues() != self.draft.queues {
            self.queues = Queues::new(&self.draft.queues, QueueId::MAIN).after(&self.queues);
        }
        for (field, number) in self.numbers.iter_mut().zip(Number::ALL) {
            field.follow(&number.of(&self.draft).to_string());
        }
        if let Some(dir) = &self.draft.dir {
            self.dir.follow(&dir.display().to_string());
        }
        let before = std::mem::replace(&mut self.limit, LimitField::new(self.draft.limit_bps));
        self.limit.follow(before);
        self.proxy_kind = kind_of(&self.draft.proxy);
        self.proxy.follow(self.draft.proxy.address().unwrap_or_default());
    }

    /// The command of what was changed since the last one, where anything was.
    fn changed(&mut self) -> Option<Command> {
        let last = self.sent.back().unwrap_or(&self.seen);
        if *last == self.draft {
            return None;
        }
        if self.sent.len() == MAX_SENT {
            self.sent.pop_front();
        }
        self.sent.push_back(self.draft.clone());
        Some(Command::ChangeSettings(self.draft.clone()))
    }
}

/// The hours of all downloads.
fn hours_of(settings: &Settings) -> HoursField {
    HoursField::new(egui::Id::unique("hours of all"), &settings.schedule)
}

fn kind_of(proxy: &Proxy) -> ProxyKind {
    match proxy {
        Proxy::System => ProxyKind::System,
        Proxy::Direct => ProxyKind::Direct,
        Proxy::At(_) => ProxyKind::Own,
    }
}
