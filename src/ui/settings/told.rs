//! What the service tells of settings and servers by itself.

use super::super::dialog::Dialog;
use super::super::toasts::Tone;
use super::super::window::Window;
use crate::app::event::SettingsTrouble;
use crate::model::host::HostFacts;
use crate::words::Arg;

impl Window {
    /// Says why the settings are not as they stand in their file.
    pub(in super::super) fn settings_trouble(&mut self, trouble: &SettingsTrouble) {
        let text = match trouble {
            SettingsTrouble::SetAside(path) => {
                let path = path.display().to_string();
                self.words.with("toast-settings-aside", &[("path", Arg::Text(&path))])
            }
            SettingsTrouble::Wrong(keys) => {
                let count = u64::try_from(keys.len()).unwrap_or(u64::MAX);
                let keys = keys.join(", ");
                let args = [("keys", Arg::Text(&keys)), ("count", Arg::Count(count))];
                self.words.with("toast-settings-wrong", &args)
            }
            SettingsTrouble::Unreadable(why) => {
                self.words.with("toast-settings-unreadable", &[("why", Arg::Text(why))])
            }
        };
        self.toasts.say(Tone::Bad, text, self.now);
    }

    /// Shows what was learned of servers, where that is still asked for.
    pub(in super::super) fn hosts_told(&mut self, hosts: Vec<HostFacts>) {
        if let Some(Dialog::Settings(dialog)) = &mut self.dialog {
            dialog.set_hosts(hosts, &self.words);
        }
    }
}
