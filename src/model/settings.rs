//! What the user set for the whole program.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The most jobs that may be live at once.
pub const MAX_LIVE_JOBS: u32 = 64;

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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Folder new files go to; the platform's download folder where none is set.
    pub dir: Option<PathBuf>,
    /// Jobs live at once, 1 to [`MAX_LIVE_JOBS`].
    pub live_jobs: u32,
    /// Bytes a second of all jobs together at most.
    pub limit_bps: Option<u64>,
    /// Whether that limit is in force. On by default: settings of before this could be turned off
    /// mean what they meant.
    pub limit_on: bool,
    /// What unfinished jobs do at the start.
    pub on_launch: OnLaunch,
    /// Light or dark.
    pub theme: Theme,
    /// Language of the window.
    pub language: Language,
    /// How much room a row of the list takes.
    pub density: Density,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            dir: None,
            live_jobs: 4,
            limit_bps: None,
            limit_on: true,
            on_launch: OnLaunch::default(),
            theme: Theme::default(),
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
}

#[cfg(test)]
mod tests {
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
}
