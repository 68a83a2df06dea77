//! The window on a stage: drawn without a screen, with the test in the service's place.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use eframe::egui::{self, Key, Modifiers, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use jiff::Timestamp;
use onward::app::command::Command;
use onward::app::event::Event;
use onward::app::handle::{AppHandle, ServiceEnd};
use onward::app::raise::Shows;
use onward::app::snapshot::{JobView, Snapshot, Totals};
use onward::model::category::Category;
use onward::model::failure::{Failure, FailureKind};
use onward::model::id::JobId;
use onward::model::phase::{Intent, State};
use onward::model::range::ByteRange;
use onward::model::settings::{Language, Settings};
use onward::model::ui_state::UiState;
use onward::ui::window::Window;

/// The window and the test's end of its handle.
pub(crate) struct Stage {
    pub(crate) harness: Harness<'static, Window>,
    pub(crate) end: ServiceEnd,
    /// How the window was left, as often as it was handed over.
    pub(crate) kept: Vec<UiState>,
    /// What the add dialog asked for beside the commands of the user.
    pub(crate) asked: Vec<Command>,
    deeds: Deeds,
}

/// What a person did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Deeds {
    /// How often a pointer was pressed.
    pub(crate) clicks: u32,
    /// How often a key was, or keys together.
    pub(crate) keys: u32,
}

/// A job of a gigabyte, half of it here.
pub(crate) fn job(id: i64, name: &str, state: State) -> JobView {
    let has_error = matches!(state, State::Failed | State::Waiting | State::NeedsLink);
    JobView {
        id: JobId(id),
        url: format!("https://files.example/{name}"),
        host: "files.example".into(),
        name: name.into(),
        category: Category::of(name),
        dir: PathBuf::from("/srv/files"),
        path: PathBuf::from("/srv/files").join(name),
        state,
        intent: Intent::Run,
        settling: false,
        total_bytes: Some(1_000_000_000),
        done_bytes: 500_000_000,
        spans: Arc::from([ByteRange::new(0, 500_000_000)]),
        speed_bps: if state == State::Downloading { 5_000_000 } else { 0 },
        eta_secs: (state == State::Downloading).then_some(100),
        limit_bps: None,
        connections: 0,
        until: None,
        attempt: 0,
        error: has_error.then(|| Failure::status(FailureKind::NotFound, 404)),
        why: onward::model::why::Why::Server,
        link_until: None,
        same_as: None,
        has_page: false,
        queue: onward::model::queue::QueueId::MAIN,
        not_before: None,
        proof: None,
        created_at: Timestamp::UNIX_EPOCH,
        finished_at: None,
    }
}

/// What there is to see with these jobs.
pub(crate) fn snapshot(jobs: Vec<JobView>) -> Snapshot {
    Snapshot {
        revision: 1,
        layout: 1,
        jobs: jobs.into_iter().map(Arc::new).collect(),
        totals: Totals::default(),
        settings: Arc::new(Settings { language: Language::English, ..Settings::default() }),
        default_dir: PathBuf::from("/srv/files"),
        free_bytes: Some(412_000_000_000),
        focus: None,
        ui_state: Arc::default(),
        ending: None,
        regime: std::sync::Arc::default(),
    }
}

impl Stage {
    /// A window over `jobs`, drawn until it rests.
    pub(crate) fn new(jobs: Vec<JobView>) -> Self {
        Self::with(snapshot(jobs), &[])
    }

    /// A window over `first`, opened with `links`.
    pub(crate) fn with(first: Snapshot, links: &[String]) -> Self {
        let (handle, end) = AppHandle::pair(first);
        let window = Window::new(handle, Shows::Links(links.to_vec()));
        let mut harness = Harness::builder()
            .with_size([1180.0, 740.0])
            .with_max_steps(20)
            // Long enough that a few frames are the life of a toast.
            .with_step_dt(0.25)
            .with_context_setup(Window::install)
            .build_ui_state(
                |ui, window: &mut Window| {
                    window.take_in(ui.ctx(), ui.input(|i| i.time));
                    window.frame(ui);
                },
                window,
            );
        harness.run();
        let deeds = Deeds::default();
        Self { harness, end, kept: Vec::new(), asked: Vec::new(), deeds }
    }

    /// The commands sent since the last look, but for what is only looked up and for how the window is:
    /// see [`Stage::asked`] and [`Stage::kept`].
    pub(crate) fn commands(&mut self) -> Vec<Command> {
        let mut commands = Vec::new();
        while let Ok(envelope) = self.end.commands.try_recv() {
            let is_looked_up =
                matches!(envelope.command, Command::Probe(_) | Command::LookIntoFolder(_));
            if let Command::KeepUi(state) = envelope.command {
                self.kept.push(state);
            } else if is_looked_up {
                self.asked.push(envelope.command);
            } else {
                commands.push(envelope.command);
            }
        }
        commands
    }

    /// Clicks the button with this name.
    pub(crate) fn click(&mut self, name: &str) {
        self.click_on(Role::Button, name);
    }

    /// Clicks what has this role and name.
    pub(crate) fn click_on(&mut self, role: Role, name: &str) {
        self.deeds.clicks += 1;
        self.harness.get_by_role_and_label(role, name).click();
        self.harness.run();
    }

    /// What was done since the last time this was asked.
    pub(crate) fn counted(&mut self) -> (u32, u32) {
        let Deeds { clicks, keys } = std::mem::take(&mut self.deeds);
        (clicks, keys)
    }

    /// Opens the menu of the row that says this, and clicks this line in it.
    pub(crate) fn click_in_menu(&mut self, row: &str, line: &str) {
        self.harness.get_by_label_contains(row).click_secondary();
        self.harness.run();
        self.harness.get_by_role_and_label(Role::MenuItem, line).click();
        self.harness.run();
    }

    /// Clicks the row whose sentence begins with `name`.
    pub(crate) fn choose(&mut self, name: &str) {
        self.choose_with(name, Modifiers::NONE);
    }

    /// As [`Stage::choose`], with keys held.
    pub(crate) fn choose_with(&mut self, name: &str, modifiers: Modifiers) {
        let rows = self.harness.query_all_by_role(Role::ListBoxOption);
        let is_it = |label: Option<String>| label.is_some_and(|l| l.starts_with(name));
        let row = rows.into_iter().find(|row| is_it(row.accesskit_node().label()));
        let row = row.expect("a row of that name is in view");
        row.click_modifiers(modifiers);
        self.deeds.clicks += 1;
        self.harness.run();
    }

    /// Presses a key.
    pub(crate) fn press(&mut self, modifiers: Modifiers, key: Key) {
        self.deeds.keys += 1;
        self.harness.key_press_modifiers(modifiers, key);
        self.harness.run();
    }

    /// A file is dropped on the window.
    pub(crate) fn drop_file(&mut self, path: &str) {
        let file: Arc<dyn egui::DroppedFile + Send + Sync> = Arc::new(Dropped(path.into()));
        self.harness.input_mut().dropped_files.push(file);
        self.harness.run();
    }

    /// Pastes text, as Ctrl+V does.
    pub(crate) fn paste(&mut self, text: &str) {
        self.deeds.keys += 1;
        self.harness.event(eframe::egui::Event::Paste(text.to_owned()));
        self.harness.run();
    }

    /// The sentences of the rows, from top to bottom.
    pub(crate) fn rows(&self) -> Vec<String> {
        self.harness
            .query_all_by_role(Role::ListBoxOption)
            .filter_map(|row| row.accesskit_node().label())
            .collect()
    }

    /// The names of the chosen rows.
    pub(crate) fn chosen(&self) -> Vec<String> {
        self.harness
            .query_all_by_role(Role::ListBoxOption)
            .filter(|row| {
                let toggled = row.accesskit_node().toggled();
                toggled == Some(eframe::egui::accesskit::Toggled::True)
            })
            .filter_map(|row| row.accesskit_node().label())
            .filter_map(|label| label.split(',').next().map(str::to_owned))
            .collect()
    }

    /// Whether a text that contains this is in view.
    pub(crate) fn shows(&self, text: &str) -> bool {
        self.harness.query_all_by_label_contains(text).next().is_some()
    }

    /// Replaces the jobs with these.
    pub(crate) fn put(&mut self, jobs: Vec<JobView>) {
        let mut next = snapshot(jobs);
        next.revision = self.end.snapshots.borrow().revision + 1;
        next.layout = next.revision;
        self.show(next);
    }

    /// Shows another snapshot.
    pub(crate) fn show(&mut self, next: Snapshot) {
        self.end.snapshots.send(Arc::new(next)).expect("the window holds the other end");
        self.harness.run();
    }

    /// Lets an event happen.
    pub(crate) fn happen(&mut self, event: Event) {
        self.end.events.push(event);
        self.harness.run();
    }

    /// Lets time pass without anything happening.
    pub(crate) fn pass(&mut self, seconds: u32) {
        for _ in 0..seconds * 4 {
            self.harness.step();
        }
    }
}

/// A file that is dropped.
#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err("the window reads no files".to_owned())
    }
}
