//! The pages of the settings and the lines on them: their words, what is default, what differs.
//!
//! Invariant: every line stands on exactly one page.

use super::super::action::Action;
use super::super::icons::Icon;
use crate::model::options::MAX_CONNECTIONS;
use crate::model::settings::{MAX_LIVE_JOBS, MAX_PER_SERVER, MAX_RETRIES, STALL_SECS, Settings};

/// A page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    /// Folder, start and language.
    General,
    /// Folders for some files.
    Folders,
    /// How fast, over how many, for how long, by way of what.
    Connections,
    /// When downloads may run, and which queues there are.
    Hours,
    /// What was learned of servers.
    Servers,
    /// What it does beside its window.
    Desktop,
    /// How it looks.
    Appearance,
    /// Which keys do what.
    Keys,
}

/// One setting, or one thing to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    Dir,
    OnLaunch,
    Switch(Switch),
    OnClose,
    WhenDone,
    Autostart,
    Rules,
    Number(Number),
    LimitOn,
    Limit,
    Schedule,
    Queues,
    Proxy,
    Servers,
    Theme,
    Density,
    Units,
    Language,
    Keys,
}

/// One setting that is on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Switch {
    Tray,
    Notifications,
    KeepAwake,
    Metered,
    Clipboard,
}

/// One setting that is a whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    Connections,
    PerServer,
    LiveJobs,
    Retries,
    Stall,
}

impl Page {
    /// All of them, in their order.
    pub(super) const ALL: [Self; 8] = [
        Self::General,
        Self::Folders,
        Self::Connections,
        Self::Hours,
        Self::Servers,
        Self::Desktop,
        Self::Appearance,
        Self::Keys,
    ];

    /// The icon before its name.
    pub(super) fn icon(self) -> Icon {
        match self {
            Self::General => Icon::Settings,
            Self::Folders => Icon::FolderOpen,
            Self::Connections => Icon::Gauge,
            Self::Hours => Icon::Clock,
            Self::Servers => Icon::Globe,
            Self::Desktop => Icon::PanelBottom,
            Self::Appearance => Icon::AppWindow,
            Self::Keys => Icon::Keyboard,
        }
    }

    /// The key of its name.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::General => "settings-page-general",
            Self::Folders => "settings-page-folders",
            Self::Connections => "settings-page-connections",
            Self::Hours => "settings-page-hours",
            Self::Servers => "settings-page-servers",
            Self::Desktop => "settings-page-desktop",
            Self::Appearance => "settings-page-appearance",
            Self::Keys => "settings-page-keys",
        }
    }

    /// What stands on it.
    pub(super) fn lines(self) -> &'static [Line] {
        match self {
            Self::General => {
                &[Line::Dir, Line::OnLaunch, Line::Switch(Switch::Clipboard), Line::Language]
            }
            Self::Folders => &[Line::Rules],
            Self::Connections => &[
                Line::Limit,
                Line::LimitOn,
                Line::Number(Number::Connections),
                Line::Number(Number::PerServer),
                Line::Number(Number::LiveJobs),
                Line::Number(Number::Retries),
                Line::Number(Number::Stall),
                Line::Proxy,
            ],
            Self::Hours => &[Line::Switch(Switch::Metered), Line::Schedule, Line::Queues],
            Self::Servers => &[Line::Servers],
            Self::Desktop => &[
                Line::OnClose,
                Line::WhenDone,
                Line::Switch(Switch::Tray),
                Line::Switch(Switch::Notifications),
                Line::Switch(Switch::KeepAwake),
                Line::Autostart,
            ],
            Self::Appearance => &[Line::Theme, Line::Density, Line::Units],
            Self::Keys => &[Line::Keys],
        }
    }
}

impl Switch {
    /// Whether it is on.
    pub(super) fn of(self, settings: &Settings) -> bool {
        match self {
            Self::Tray => settings.tray,
            Self::Notifications => settings.notifications,
            Self::KeepAwake => settings.keep_awake,
            Self::Metered => settings.pause_on_metered,
            Self::Clipboard => settings.watch_clipboard,
        }
    }

    /// Where that stands.
    pub(super) fn of_mut(self, settings: &mut Settings) -> &mut bool {
        match self {
            Self::Tray => &mut settings.tray,
            Self::Notifications => &mut settings.notifications,
            Self::KeepAwake => &mut settings.keep_awake,
            Self::Metered => &mut settings.pause_on_metered,
            Self::Clipboard => &mut settings.watch_clipboard,
        }
    }
}

impl Number {
    /// All of them.
    pub(super) const ALL: [Self; 5] =
        [Self::Connections, Self::PerServer, Self::LiveJobs, Self::Retries, Self::Stall];

    /// What it may be.
    pub(super) fn range(self) -> (u32, u32) {
        match self {
            Self::Connections => (1, MAX_CONNECTIONS.into()),
            Self::PerServer => (1, MAX_PER_SERVER),
            Self::LiveJobs => (1, MAX_LIVE_JOBS),
            Self::Retries => (0, MAX_RETRIES),
            Self::Stall => STALL_SECS,
        }
    }

    /// The key of its unit.
    pub(super) fn unit(self) -> &'static str {
        match self {
            Self::Connections | Self::PerServer => "settings-unit-connections",
            Self::LiveJobs => "settings-unit-downloads",
            Self::Retries => "settings-unit-attempts",
            Self::Stall => "settings-unit-seconds",
        }
    }

    /// What it is.
    pub(super) fn of(self, settings: &Settings) -> u32 {
        match self {
            Self::Connections => settings.connections.into(),
            Self::PerServer => settings.per_server,
            Self::LiveJobs => settings.live_jobs,
            Self::Retries => settings.retries,
            Self::Stall => settings.stall_timeout_secs,
        }
    }

    /// Makes it `value`.
    pub(super) fn set(self, settings: &mut Settings, value: u32) {
        match self {
            Self::Connections => {
                settings.connections = u8::try_from(value).unwrap_or(MAX_CONNECTIONS);
            }
            Self::PerServer => settings.per_server = value,
            Self::LiveJobs => settings.live_jobs = value,
            Self::Retries => settings.retries = value,
            Self::Stall => settings.stall_timeout_secs = value,
        }
    }
}

impl Line {
    /// The key of its label.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Dir => "settings-dir",
            Self::OnLaunch => "settings-launch",
            Self::Switch(Switch::Tray) => "settings-tray",
            Self::Switch(Switch::Notifications) => "settings-notifications",
            Self::Switch(Switch::KeepAwake) => "settings-awake",
            Self::Switch(Switch::Metered) => "settings-metered",
            Self::Switch(Switch::Clipboard) => "settings-clipboard",
            Self::Schedule => "settings-schedule",
            Self::Queues => "settings-queues",
            Self::OnClose => "settings-close",
            Self::WhenDone => "settings-done",
            Self::Autostart => "settings-autostart",
            Self::Rules => "settings-rules",
            Self::Number(Number::Connections) => "settings-connections",
            Self::Number(Number::PerServer) => "settings-per-server",
            Self::Number(Number::LiveJobs) => "settings-live",
            Self::Number(Number::Retries) => "settings-retries",
            Self::Number(Number::Stall) => "settings-stall",
            Self::LimitOn => "settings-limit-on",
            Self::Limit => "settings-limit",
            Self::Proxy => "settings-proxy",
            Self::Servers => "settings-servers",
            Self::Theme => "settings-theme",
            Self::Density => "settings-density",
            Self::Units => "settings-units",
            Self::Language => "settings-language",
            Self::Keys => "settings-keys",
        }
    }

    /// The key of what is said below it, where anything is.
    pub(super) fn hint(self) -> Option<&'static str> {
        match self {
            Self::Rules => Some("settings-rules-hint"),
            Self::Number(Number::Connections) => Some("settings-connections-hint"),
            Self::Number(Number::PerServer) => Some("settings-per-server-hint"),
            Self::Number(Number::Retries) => Some("settings-retries-hint"),
            Self::Number(Number::Stall) => Some("settings-stall-hint"),
            Self::LimitOn => Some("settings-limit-on-hint"),
            Self::Proxy => Some("settings-proxy-hint"),
            Self::Servers => Some("settings-servers-hint"),
            Self::Units => Some("settings-units-hint"),
            Self::Switch(Switch::Tray) => Some("settings-tray-hint"),
            Self::Switch(Switch::Notifications) => Some("settings-notifications-hint"),
            Self::Switch(Switch::KeepAwake) => Some("settings-awake-hint"),
            Self::Switch(Switch::Metered) => Some("settings-metered-hint"),
            Self::Switch(Switch::Clipboard) => Some("settings-clipboard-hint"),
            Self::Schedule => Some("settings-schedule-hint"),
            Self::Queues => Some("settings-queues-hint"),
            Self::Autostart => Some("settings-autostart-hint"),
            Self::WhenDone => Some("settings-done-hint"),
            Self::Dir
            | Self::OnLaunch
            | Self::OnClose
            | Self::Number(Number::LiveJobs)
            | Self::Limit
            | Self::Theme
            | Self::Density
            | Self::Language
            | Self::Keys => None,
        }
    }

    /// Whether it is not as by default.
    pub(super) fn differs(self, now: &Settings, default: &Settings) -> bool {
        match self {
            Self::Dir => now.dir != default.dir,
            Self::OnLaunch => now.on_launch != default.on_launch,
            Self::Switch(switch) => switch.of(now) != switch.of(default),
            Self::OnClose => now.on_close != default.on_close,
            Self::WhenDone => now.when_done != default.when_done,
            Self::Number(number) => number.of(now) != number.of(default),
            Self::LimitOn => now.limit_on != default.limit_on,
            Self::Limit => now.limit_bps != default.limit_bps,
            Self::Schedule => now.schedule != default.schedule,
            Self::Proxy => now.proxy != default.proxy,
            Self::Theme => now.theme != default.theme,
            Self::Density => now.density != default.density,
            Self::Units => now.size_units != default.size_units,
            Self::Language => now.language != default.language,
            // What was made by hand is taken away by hand; the entry of the session is no setting of ours.
            Self::Rules | Self::Queues | Self::Servers | Self::Keys | Self::Autostart => false,
        }
    }

    /// Makes it as by default.
    pub(super) fn reset(self, now: &mut Settings, default: &Settings) {
        match self {
            Self::Dir => now.dir.clone_from(&default.dir),
            Self::OnLaunch => now.on_launch = default.on_launch,
            Self::Switch(switch) => *switch.of_mut(now) = switch.of(default),
            Self::OnClose => now.on_close = default.on_close,
            Self::WhenDone => now.when_done = default.when_done,
            Self::Number(number) => number.set(now, number.of(default)),
            Self::LimitOn => now.limit_on = default.limit_on,
            Self::Limit => now.limit_bps = default.limit_bps,
            Self::Schedule => now.schedule.clone_from(&default.schedule),
            Self::Proxy => now.proxy.clone_from(&default.proxy),
            Self::Theme => now.theme = default.theme,
            Self::Density => now.density = default.density,
            Self::Units => now.size_units = default.size_units,
            Self::Language => now.language = default.language,
            Self::Rules | Self::Queues | Self::Servers | Self::Keys | Self::Autostart => {}
        }
    }
}

/// The actions that have keys.
pub(super) fn actions_with_keys() -> impl Iterator<Item = (Action, eframe::egui::KeyboardShortcut)>
{
    Action::ALL.into_iter().filter_map(|action| Some((action, action.shortcut()?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::proxy::Proxy;
    use crate::model::schedule::{Pace, Schedule};
    use crate::model::settings::{Language, OnClose, OnLaunch, SizeUnits, Theme, WhenDone};

    fn all() -> Vec<Line> {
        Page::ALL.iter().flat_map(|page| page.lines()).copied().collect()
    }

    #[test]
    fn every_line_stands_once_and_every_number_on_a_page() {
        let lines = all();
        for (n, line) in lines.iter().enumerate() {
            assert!(!lines[n + 1..].contains(line), "{line:?}");
        }
        assert!(Number::ALL.iter().all(|number| lines.contains(&Line::Number(*number))));
    }

    #[test]
    fn what_differs_is_reset_and_nothing_else() {
        let default = Settings::default();
        let other = Settings {
            dir: Some("/x".into()),
            on_launch: OnLaunch::StayPaused,
            on_close: OnClose::Quit,
            tray: false,
            notifications: false,
            keep_awake: false,
            pause_on_metered: false,
            watch_clipboard: true,
            schedule: Schedule { otherwise: Pace::Stop, ..Schedule::default() },
            when_done: WhenDone::Sleep,
            connections: 1,
            per_server: 1,
            live_jobs: 1,
            retries: 1,
            stall_timeout_secs: 9,
            limit_bps: Some(7),
            limit_on: false,
            proxy: Proxy::Direct,
            theme: Theme::Dark,
            size_units: SizeUnits::Binary,
            language: Language::English,
            ..Settings::default()
        };
        let mut now = other.clone();
        for line in all() {
            assert!(!line.differs(&default, &default), "{line:?}");
            let mut alone = other.clone();
            line.reset(&mut alone, &default);
            assert!(!line.differs(&alone, &default), "{line:?}");
            line.reset(&mut now, &default);
        }
        assert_eq!(now, default);
    }

    #[test]
    fn defaults_are_within_their_bounds() {
        for number in Number::ALL {
            let (least, most) = number.range();
            let value = number.of(&Settings::default());
            assert!(least <= value && value <= most, "{number:?}");
            for bound in [least, most] {
                let mut settings = Settings::default();
                number.set(&mut settings, bound);
                assert_eq!(number.of(&settings.within_bounds()), bound, "{number:?}");
            }
        }
    }
}
