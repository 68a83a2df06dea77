//! What the user set for the whole program. Kept as a file that people may change by hand, a key
//! for each field.
//!
//! Invariant: settings that went through [`Settings::within_bounds`] hold nothing out of bounds.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::options::{JobOptions, MAX_CONNECTIONS};
use super::proxy::Proxy;
use super::queue::{Queue, QueueId, whole_queues};
use super::rules::{MAX_RULES, Rule, first_fitting};
use super::schedule::Schedule;

/// The most jobs that may be live at once.
pub const MAX_LIVE_JOBS: u32 = 512;
/// The most connections to one server, over all jobs.
pub const MAX_PER_SERVER: u32 = 32;
/// The most attempts in a row without one new byte.
pub const MAX_RETRIES: u32 = 1000;
/// The shortest and the longest standstill a connection may be given, in seconds.
pub const STALL_SECS: (u32, u32) = (5, 3600);
/// The highest limit, in bytes a second: what a TOML integer holds.
const MAX_LIMIT_BPS: u64 = i64::MAX.unsigned_abs();

/// What unfinished jobs do when the program starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnLaunch {
    /// Those that ran go on.
    #[default]
    GoOn,
    /// All stay paused until resumed.
    StayPaused,
}

/// What closing the window means while downloads go on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnClose {
    /// They go on in the tray; where there is none, the user is asked.
    #[default]
    Ask,
    /// They go on, with a tray or without.
    GoOn,
    /// They stop, and the program ends.
    Quit,
}

/// What is done when all downloads are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenDone {
    /// Nothing.
    #[default]
    Nothing,
    /// The program ends.
    Quit,
    /// The computer goes to sleep.
    Sleep,
    /// The computer is shut down.
    ShutDown,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What sizes are counted in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SizeUnits {
    /// 1 MB is 1,000,000 bytes.
    #[default]
    Decimal,
    /// 1 MiB is 1,048,576 bytes.
    Binary,
}

/// The language of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// As the system has it.
    #[default]
    System,
    /// English.
    English,
    /// Simplified Chinese.
    ChineseSimplified,
}

/// How much room a row of the list takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Density {
    /// Two lines and air around them.
    #[default]
    Comfortable,
    /// One line.
    Compact,
}

/// The program's settings.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Folder new files go to; the platform's download folder where none is set.
    pub dir: Option<PathBuf>,
    /// What unfinished jobs do at the start.
    pub on_launch: OnLaunch,
    /// What closing the window means while downloads go on.
    pub on_close: OnClose,
    /// Whether an icon is shown in the tray, where there is one.
    pub tray: bool,
    /// Whether the desktop tells of what is finished or has stopped while the window is not looked at.
    pub notifications: bool,
    /// Whether the computer is kept awake while bytes flow.
    pub keep_awake: bool,
    /// Whether downloads wait while the network is one that is paid for by what is taken.
    pub pause_on_metered: bool,
    /// Whether links that are copied are offered.
    pub watch_clipboard: bool,
    /// What is done when all downloads are; for once, then it is nothing again.
    pub when_done: WhenDone,
    /// Folders for some files, the first that fits.
    pub rules: Vec<Rule>,
    /// Connections of a new job at most, 1 to [`MAX_CONNECTIONS`].
    pub connections: u8,
    /// Connections to one server at most over all jobs, 1 to [`MAX_PER_SERVER`].
    pub per_server: u32,
    /// Jobs live at once, 1 to [`MAX_LIVE_JOBS`].
    pub live_jobs: u32,
    /// Attempts of a new job in a row without one new byte, 0 to [`MAX_RETRIES`].
    pub retries: u32,
    /// Seconds a new job's connection may stand still, within [`STALL_SECS`].
    pub stall_timeout_secs: u32,
    /// Bytes a second of all jobs together at most.
    pub limit_bps: Option<u64>,
    /// Whether that limit is in force. On by default: settings of before this could be turned off
    /// mean what they meant.
    pub limit_on: bool,
    /// When all jobs together may run, and how fast.
    pub schedule: Schedule,
    /// Queues beside the main one, each with hours of its own.
    pub queues: Vec<Queue>,
    /// The proxy of jobs that name none of their own.
    pub proxy: Proxy,
    /// Light or dark.
    pub theme: Theme,
    /// What sizes are counted in.
    pub size_units: SizeUnits,
    /// Language of the window.
    pub language: Language,
    /// How much room a row of the list takes.
    pub density: Density,
}

impl Default for Settings {
    fn default() -> Self {
        let job = JobOptions::default();
        Self {
            dir: None,
            on_launch: OnLaunch::default(),
            on_close: OnClose::default(),
            tray: true,
            notifications: true,
            keep_awake: true,
            pause_on_metered: true,
            watch_clipboard: false,
            when_done: WhenDone::default(),
            rules: Vec::new(),
            connections: job.connections,
            per_server: 16,
            live_jobs: 4,
            retries: job.retries,
            stall_timeout_secs: job.stall_timeout_secs,
            limit_bps: None,
            limit_on: true,
            schedule: Schedule::default(),
            queues: Vec::new(),
            proxy: Proxy::default(),
            theme: Theme::default(),
            size_units: SizeUnits::default(),
            language: Language::default(),
            density: Density::default(),
        }
    }
}

impl Settings {
    /// The limit in force, in bytes a second; none where there is none or it is turned off.
    pub fn limit_in_force(&self) -> Option<u64> {
        self.limit_bps.filter(|limit| self.limit_on && *limit > 0)
    }

    /// A queue beside the main one.
    pub fn queue(&self, id: QueueId) -> Option<&Queue> {
        self.queues.iter().find(|queue| queue.id == id)
    }

    /// The folder a new file of this name from this server goes to, where none was chosen by hand:
    /// that of the first rule that fits, else the one for all. None where that is the platform's.
    pub fn folder_for(&self, name: &str, host: &str) -> Option<&Path> {
        self.rule_for(name, host).or(self.dir.as_deref())
    }

    /// As [`Settings::folder_for`], where a rule fits.
    pub fn rule_for(&self, name: &str, host: &str) -> Option<&Path> {
        first_fitting(&self.rules, name, host).map(|rule| rule.dir.as_path())
    }

    /// How a new job is fetched. The proxy is not among it: jobs that name none follow the settings.
    pub fn job_options(&self) -> JobOptions {
        JobOptions {
            connections: self.connections,
            retries: self.retries,
            stall_timeout_secs: self.stall_timeout_secs,
            ..JobOptions::default()
        }
    }

    /// These settings with all that is out of bounds brought within.
    #[must_use]
    pub fn within_bounds(mut self) -> Self {
        self.dir = self.dir.filter(|dir| dir.is_absolute());
        self.rules.retain(Rule::is_whole);
        self.rules.truncate(MAX_RULES);
        self.connections = self.connections.clamp(1, MAX_CONNECTIONS);
        self.per_server = self.per_server.clamp(1, MAX_PER_SERVER);
        self.live_jobs = self.live_jobs.clamp(1, MAX_LIVE_JOBS);
        self.retries = self.retries.min(MAX_RETRIES);
        self.stall_timeout_secs = self.stall_timeout_secs.clamp(STALL_SECS.0, STALL_SECS.1);
        self.limit_bps = self.limit_bps.filter(|bps| *bps > 0).map(|bps| bps.min(MAX_LIMIT_BPS));
        self.schedule = self.schedule.within_bounds();
        self.queues = whole_queues(self.queues);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::super::category::Category;
    use super::super::rules::When;
    use super::*;

    #[test]
    fn a_limit_of_before_it_could_be_turned_off_is_in_force() {
        let old: Settings = serde_json::from_str(r#"{"limit_bps": 500000}"#).unwrap();
        assert_eq!(old.limit_in_force(), Some(500_000));
        let off = Settings { limit_on: false, ..old };
        assert_eq!((off.limit_in_force(), off.limit_bps), (None, Some(500_000)));
        let none = Settings { limit_bps: Some(0), ..Settings::default() };
        assert_eq!(none.limit_in_force(), None);
    }

    #[test]
    fn the_folder_is_the_rules_then_the_one_for_all() {
        let films = Rule { when: When::Category(Category::Video), dir: "/films".into() };
        let mut settings = Settings { rules: vec![films], ..Settings::default() };
        assert_eq!(settings.folder_for("a.mkv", "h"), Some(Path::new("/films")));
        assert_eq!(settings.folder_for("a.txt", "h"), None);
        settings.dir = Some("/all".into());
        assert_eq!(settings.folder_for("a.mkv", "h"), Some(Path::new("/films")));
        assert_eq!(settings.folder_for("a.txt", "h"), Some(Path::new("/all")));
    }

    #[test]
    fn what_is_out_of_bounds_is_brought_within() {
        let broken = Rule { when: When::Host(String::new()), dir: "/x".into() };
        let wild = Settings {
            dir: Some("Downloads".into()),
            rules: vec![broken],
            connections: 0,
            per_server: 900,
            live_jobs: 0,
            retries: u32::MAX,
            stall_timeout_secs: 0,
            limit_bps: Some(0),
            ..Settings::default()
        };
        let tame = wild.within_bounds();
        let numbers = (tame.connections, tame.per_server, tame.live_jobs, tame.retries);
        assert_eq!(numbers, (1, MAX_PER_SERVER, 1, MAX_RETRIES));
        assert_eq!((tame.stall_timeout_secs, tame.limit_bps, &tame.dir), (5, None, &None));
        assert!(tame.rules.is_empty());
        assert_eq!(tame.clone().within_bounds(), tame);
        assert_eq!(Settings::default().within_bounds(), Settings::default());
    }

    #[test]
    fn a_new_job_is_fetched_as_before_unless_set_otherwise() {
        assert_eq!(Settings::default().job_options(), JobOptions::default());
        let (connections, retries, stall_timeout_secs) = (3, 2, 77);
        let set = Settings { connections, retries, stall_timeout_secs, ..Settings::default() };
        let given =
            JobOptions { connections, retries, stall_timeout_secs, ..JobOptions::default() };
        assert_eq!(set.job_options(), given);
    }
}
