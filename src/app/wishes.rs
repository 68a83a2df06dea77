//! Commands, one function each. A command is answered here, or later by what it began.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::oneshot;

use super::autostart::{self};
use super::command::{Command, Refusal, Reply, Which};
use super::desktop;
use super::event::Event;
use super::refresh;
use super::relocate;
use super::service::{Service, refused};
use super::verify;
use crate::model::id::JobId;
use crate::model::job::NewJob;
use crate::model::options::JobOptions;
use crate::model::phase::{Intent, Phase};
use crate::model::ui_state::UiState;
use crate::plan::fleet::Wish;
use crate::store::StoreError;

/// Who waits for the answer.
type Waiting = Option<oneshot::Sender<Reply>>;

impl Service {
    /// Obeys a command. None where it answers by itself, later.
    pub(super) async fn obey(
        &mut self,
        command: Command,
        waiting: Waiting,
    ) -> Option<(Waiting, Reply)> {
        let told = match command {
            Command::Add(jobs) => self.add(jobs).await,
            Command::Get(job) => self.get(*job).await,
            Command::Pause(which) => self.wish(which, Wish::Pause).await,
            Command::Resume(which) => self.wish(which, Wish::Resume).await,
            Command::Cancel(which) => self.wish(which, Wish::Cancel).await,
            Command::Hold(which) => self.wish(which, Wish::Hold).await,
            Command::Retry(which) => self.wish(which, Wish::Retry).await,
            Command::Remove(which, files) => self.wish(which, Wish::Remove(files)).await,
            Command::List => self.list(),
            Command::Rename(id, name) => self.rename(id, &name).await,
            Command::SetDir { id, dir } => return relocate::begin(self, id, dir, waiting),
            Command::Move(which, towards) => self.move_jobs(which, towards).await,
            Command::SetWhen(which, when) => self.set_when(which, when).await,
            Command::SetMetered(is_metered) => self.set_metered(is_metered),
            Command::Copied(text) => self.offer(&text),
            Command::GoOnMetered => self.go_on_metered(),
            Command::Show(id) => self.show(id).await,
            Command::Watch(id) => self.watch(id).await,
            Command::Verify(id, expected) => {
                return verify::begin(self, id, expected, waiting).await;
            }
            Command::Refresh(link) => return refresh::begin(self, link, waiting),
            Command::Hosts => self.list_hosts(),
            Command::ForgetHost(name) => self.forget_host(name).await,
            Command::ForgetHosts => self.forget_hosts().await,
            Command::CapHost(name, cap) => self.cap_by_hand(name, cap).await,
            Command::Limit(id, limit_bps) => self.limit(id, limit_bps).await,
            Command::ChangeSettings(settings) => self.change_settings(settings).await,
            Command::KeepUi(state) => self.keep_ui(state).await,
            Command::ToldOfAside => {
                let now = UiState { told_of_aside: true, ..UiState::clone(&self.ui_state) };
                self.keep_ui(now).await
            }
            Command::WatchSpace(dir) => self.watch_space(dir),
            Command::Open(id) => self.on_desktop(id, desktop::open),
            Command::OpenPage(id) => self.open_page(id),
            Command::Reveal(id) => self.on_desktop(id, desktop::reveal),
            Command::ReadLinks(paths) => self.read_links(paths),
            Command::Probe(wanted) => self.probe(wanted),
            Command::LookIntoFolder(ask) => self.look_into_folder(ask),
            Command::ChooseFolder => self.choose_folder(),
            Command::AskAutostart => self.on_autostart(autostart::state),
            Command::SetAutostart(wanted) => self.on_autostart(move || autostart::set(wanted)),
            Command::Raise(raise) => self.raise(raise),
            Command::QuitByWindow => {
                self.tell(Event::QuitWanted);
                Reply::Ok
            }
            Command::StayOn => self.stay_on().await,
            // Answered by the loop itself.
            Command::Quit => Reply::Ok,
        };
        Some((waiting, told))
    }

    /// What is to be told of an answer that nobody waits for.
    pub(super) fn tell_unheard(&self, told: &Reply) {
        match told {
            Reply::Refused(refusal) => self.tell(Event::Refused(refusal.to_string())),
            Reply::Hosts(hosts) => self.tell(Event::Hosts(hosts.clone())),
            Reply::Ok
            | Reply::Added(_)
            | Reply::Jobs(_)
            | Reply::Job(_)
            | Reply::Verified(_)
            | Reply::Fits(_)
            | Reply::Misfit(_) => {}
        }
    }

    async fn add(&mut self, mut jobs: Vec<NewJob>) -> Reply {
        for job in jobs.iter_mut().filter(|job| job.dir.as_os_str().is_empty()) {
            job.dir = self.folder_for(job);
        }
        self.remember_dirs(&jobs);
        match self.store.add_jobs(jobs, Timestamp::now()).await {
            Ok(jobs) => {
                let ids = jobs.iter().map(|job| job.id).collect();
                for job in jobs {
                    self.enter(job);
                }
                Reply::Added(ids)
            }
            Err(error) => refused(error),
        }
    }

    /// Goes on with the unfinished job of the same link, folder and name, or makes one.
    async fn get(&mut self, wanted: NewJob) -> Reply {
        let known = self.records.values().rev().find(|record| {
            let job = &record.job;
            let named = wanted.name.is_none() || wanted.name == job.name;
            let leaves = matches!(job.intent, Intent::Remove { .. });
            let same = named && job.url == wanted.url && job.dir == wanted.dir;
            same && !leaves && (!job.phase.is_done() || record.untold)
        });
        let Some(id) = known.map(|record| record.job.id) else {
            let added = self.add(vec![wanted]).await;
            if let Reply::Added(ids) = &added {
                for id in ids {
                    self.fleet.admit(*id);
                    self.fleet.let_go_on(*id);
                }
            }
            return added;
        };
        if self.records.get_mut(&id).is_some_and(|record| std::mem::take(&mut record.untold)) {
            // It had ended but for the telling.
            return Reply::Added(vec![id]);
        }
        let name = self.records.get(&id).and_then(|r| r.job.name.clone());
        if let Err(error) = self.store.save_options(id, wanted.options.clone(), name).await {
            return refused(error);
        }
        self.fleet.set_retries(id, wanted.options.retries);
        self.limiter.set_job(id, wanted.options.limit_bps);
        if let Some(record) = self.records.get_mut(&id) {
            record.job.options = Arc::new(wanted.options);
        }
        self.fleet.admit(id);
        self.fleet.let_go_on(id);
        match self.wish_for(&[id], Wish::Retry).await {
            Ok(()) => Reply::Added(vec![id]),
            Err(error) => refused(error),
        }
    }

    async fn wish(&mut self, which: Which, wish: Wish) -> Reply {
        let ids: Vec<JobId> = match which {
            Which::All => {
                self.fleet.ids().filter(|id| self.fleet.is_meant_by_all(*id, wish)).collect()
            }
            Which::Jobs(ids) => {
                if let Some(missing) = ids.iter().find(|id| !self.records.contains_key(id)) {
                    return Reply::Refused(Refusal::NoJob(*missing));
                }
                ids
            }
        };
        // One that is so already is no failure; one that can no longer be so is said.
        let refusal = ids.iter().find_map(|id| self.impossible(*id, wish));
        match self.wish_for(&ids, wish).await {
            Ok(()) => refusal.map_or(Reply::Ok, Reply::Refused),
            Err(error) => refused(error),
        }
    }

    /// Where it cannot be saved all is as before, but that what was told to stop stops.
    pub(super) async fn wish_for(&mut self, ids: &[JobId], wish: Wish) -> Result<(), StoreError> {
        let before: Vec<_> =
            ids.iter().filter_map(|id| Some((*id, self.fleet.entry(*id)?.clone()))).collect();
        let effects = ids.iter().filter_map(|id| self.fleet.wish(*id, wish)).flatten().collect();
        let done = self.carry_out(effects).await;
        if done.is_err() {
            for (id, entry) in before {
                if self.records.contains_key(&id) && !self.fleet.is_live(id) {
                    self.fleet.add(id, entry);
                    self.follow_fleet(id);
                }
            }
        }
        done
    }

    fn impossible(&self, id: JobId, wish: Wish) -> Option<Refusal> {
        let record = self.records.get(&id)?;
        let hint = match wish {
            Wish::Pause | Wish::Cancel | Wish::Hold | Wish::Resume | Wish::Retry
                if record.job.phase.is_done() =>
            {
                "add its link again to fetch it once more"
            }
            Wish::Pause
            | Wish::Cancel
            | Wish::Hold
            | Wish::Resume
            | Wish::Retry
            | Wish::Remove(_) => return None,
        };
        Some(Refusal::NotNow { id, state: record.state().code(), hint: hint.to_owned() })
    }

    fn list(&mut self) -> Reply {
        for id in std::mem::take(&mut self.dirty) {
            if let Some(record) = self.records.get_mut(&id) {
                record.refresh();
                self.layout += 1;
            }
        }
        self.records.values_mut().filter(|r| r.run.is_some()).for_each(|r| {
            r.refresh();
        });
        Reply::Jobs(self.records.values().map(|r| (*r.view).clone()).collect())
    }

    async fn show(&mut self, id: JobId) -> Reply {
        let log = match self.store.log(id).await {
            Ok(log) => log,
            Err(error) => return refused(error),
        };
        let Some(record) = self.records.get_mut(&id) else {
            return Reply::Refused(Refusal::NoJob(id));
        };
        record.refresh();
        let details = record.details(log);
        self.dirty.push(id);
        Reply::Job(Box::new(details))
    }

    /// Changes a job's own limit: saved first, then felt by its run.
    async fn limit(&mut self, id: JobId, limit_bps: Option<u64>) -> Reply {
        let Some(record) = self.records.get(&id) else {
            return Reply::Refused(Refusal::NoJob(id));
        };
        if record.job.phase.is_done() {
            let hint = "nothing is left to be limited".to_owned();
            return Reply::Refused(Refusal::NotNow { id, state: record.state().code(), hint });
        }
        let limit_bps = limit_bps.filter(|limit| *limit > 0);
        let options = JobOptions { limit_bps, ..JobOptions::clone(&record.job.options) };
        let name = record.job.name.clone();
        if let Err(error) = self.store.save_options(id, options.clone(), name).await {
            return refused(error);
        }
        self.limiter.set_job(id, limit_bps);
        if let Some(record) = self.records.get_mut(&id) {
            record.job.options = Arc::new(options);
        }
        self.changed(id);
        Reply::Ok
    }

    async fn keep_ui(&mut self, state: UiState) -> Reply {
        let told_of_aside = state.told_of_aside || self.ui_state.told_of_aside;
        let state = UiState { told_of_aside, ..state.within_bounds() };
        if let Err(error) = self.store.save_ui_state(&state).await {
            return refused(error);
        }
        self.ui_state = Arc::new(state);
        // The next window opens as this one was.
        self.layout += 1;
        Reply::Ok
    }

    /// Whether the user still wants the job's bytes.
    pub(super) fn is_idle(&self, id: JobId) -> bool {
        !self.fleet.is_live(id)
            && self
                .fleet
                .entry(id)
                .is_some_and(|e| e.intent != Intent::Run || e.phase != Phase::Live)
    }
}
