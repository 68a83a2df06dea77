//! The settings in the service: read at the start, taken over from where they were before, saved and
//! acted on when they change.
//!
//! Invariant: what is in force is what stands in the file, but for what could not be used there.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;

use super::command::{Refusal, Reply};
use super::event::{Event, SettingsTrouble};
use super::later::FreeSpace;
use super::paths::download_dir;
use super::service::Service;
use crate::model::job::NewJob;
use crate::model::queue::QueueId;
use crate::model::settings::Settings;
use crate::store::{SettingsFile, Stood, StoreError, StoreHandle};

/// The settings of one instance and where they are kept.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) file: SettingsFile,
    pub(super) settings: Settings,
    /// Keys whose values could not be used, as they were last told of.
    pub(super) wrong: Vec<String>,
}

/// Reads the settings, or takes them over from the database where there is no file yet. What is to be
/// told of it comes along.
pub(super) fn load(
    file: SettingsFile,
    store: &StoreHandle,
) -> Result<(Kept, Vec<SettingsTrouble>), StoreError> {
    let now = Timestamp::now();
    let old = store.old_settings().blocking()?;
    let (stood, trouble) = match file.read(now) {
        Ok(Some(stood)) => (stood, None),
        Ok(None) => match &old {
            Some(old) => (taken_over(&file, old.clone().within_bounds(), now), None),
            None => (Stood::default(), None),
        },
        Err(error) => (Stood::default(), Some(SettingsTrouble::Unreadable(error.to_string()))),
    };
    // Once the file stands, it alone counts.
    if old.is_some() && matches!(file.read(now), Ok(Some(_))) {
        store.forget_old_settings().blocking()?;
    }
    let told = troubles(&stood).chain(trouble).collect();
    Ok((Kept { file, settings: stood.settings, wrong: stood.wrong }, told))
}

/// Where they cannot be written they stay where they were, and the next start tries again.
fn taken_over(file: &SettingsFile, old: Settings, now: Timestamp) -> Stood {
    file.save(&Settings::default(), &old, now).unwrap_or_else(|error| {
        tracing::warn!("the settings could not be made a file: {error}");
        Stood { settings: old, ..Stood::default() }
    })
}

fn troubles(stood: &Stood) -> impl Iterator<Item = SettingsTrouble> + use<> {
    let wrong = Some(stood.wrong.clone()).filter(|keys| !keys.is_empty());
    let aside = stood.set_aside.clone().map(SettingsTrouble::SetAside);
    aside.into_iter().chain(wrong.map(SettingsTrouble::Wrong))
}

impl Service {
    /// Saves changed settings and acts on them. Where they cannot be saved all is as before.
    pub(super) async fn change_settings(&mut self, settings: Settings) -> Reply {
        let wanted = settings.within_bounds();
        let (file, before) = (self.settings_file.clone(), Arc::clone(&self.settings));
        let now = Timestamp::now();
        let saved = tokio::task::spawn_blocking(move || file.save(&before, &wanted, now)).await;
        let stood = match saved {
            Ok(Ok(stood)) => stood,
            Ok(Err(error)) => return Reply::Refused(Refusal::Settings(error.to_string())),
            Err(error) => return Reply::Refused(Refusal::Settings(error.to_string())),
        };
        for trouble in troubles(&stood) {
            let is_known = trouble == SettingsTrouble::Wrong(self.settings_wrong.clone());
            if !is_known {
                self.tell(Event::SettingsTrouble(trouble));
            }
        }
        self.settings_wrong.clone_from(&stood.wrong);
        // What cannot be read is not taken away.
        let is_readable =
            stood.set_aside.is_none() && !stood.wrong.iter().any(|key| key == "queues");
        let before = std::mem::replace(&mut self.settings, Arc::new(stood.settings));
        let gone = before.queues.iter().map(|queue| queue.id);
        let gone = gone.filter(|id| is_readable && self.settings.queue(*id).is_none());
        let gone: Vec<QueueId> = gone.collect();
        self.act_on_settings();
        self.leave_queues(&gone).await;
        self.layout += 1;
        self.free = FreeSpace::default();
        self.look_for_space();
        Reply::Ok
    }

    /// Where new files go where no rule fits.
    pub(super) fn default_dir(&self) -> PathBuf {
        self.settings.dir.clone().unwrap_or_else(download_dir)
    }

    /// Where a new job's file goes that was given no folder: by its name, as far as that can be told
    /// before the server was asked, and its server.
    pub(super) fn folder_for(&self, job: &NewJob) -> PathBuf {
        let name = job.name.clone().or_else(|| job.url.last_segment()).unwrap_or_default();
        let folder = self.settings.folder_for(&name, job.url.host());
        folder.map_or_else(download_dir, Path::to_owned)
    }

    /// Makes everything that follows the settings follow these.
    pub(super) fn act_on_settings(&mut self) {
        let settings = Arc::clone(&self.settings);
        self.fleet.set_limit(settings.live_jobs);
        self.hours.look_again();
        self.clients.set_proxy(settings.proxy.clone());
        self.allow_per_server(settings.per_server);
    }
}
