//! The icon in the tray (`StatusNotifierItem`, through ksni): what it says, and what its menu does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ksni::menu::{CheckmarkItem, StandardItem};
use ksni::{Handle, MenuItem, OfflineReason, ToolTip, TrayMethods};

use super::states::States;
use crate::app::Wake;
use crate::app::command::{Command, Which};
use crate::app::handle::AppHandle;
use crate::app::presence::{Sight, Tray};
use crate::app::raise::{Raise, Shows};
use crate::app::snapshot::Snapshot;
use crate::model::desktop_entry::APP_ID;
use crate::model::settings::Settings;
use crate::words::Words;
use crate::words::format::speed;

/// The icon, for where no theme has it by its name.
const ICONS: [&[u8]; 3] = [
    include_bytes!("../../assets/icon/onward-24.png"),
    include_bytes!("../../assets/icon/onward-32.png"),
    include_bytes!("../../assets/icon/onward-48.png"),
];

/// What the icon and its menu say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    /// What goes on, under the pointer.
    status: String,
    show: String,
    clipboard: String,
    pause: String,
    resume: String,
    limit: String,
    quit: String,
    can_pause: bool,
    can_resume: bool,
    /// Whether the limit is on; none where there is none.
    limit_on: Option<bool>,
}

impl Look {
    /// What is to be said of `snapshot`.
    pub(super) fn of(snapshot: &Snapshot, all: States, words: &Words) -> Self {
        let totals = &snapshot.totals;
        let percent = words.percent(totals.active_done_bytes, totals.active_total_bytes);
        let rate = speed(totals.speed_bps);
        let status = match (all.runs, totals.active_total_bytes) {
            (false, _) => String::new(),
            (true, 0) => rate,
            (true, _) => format!("{percent} · {rate}"),
        };
        let settings = &snapshot.settings;
        Self {
            status,
            show: words.text("tray-show"),
            clipboard: words.text("tray-clipboard"),
            pause: words.text("action-pause-all"),
            resume: words.text("action-resume-all"),
            limit: words.text("tray-limit"),
            quit: words.text("action-quit"),
            can_pause: all.can_pause,
            can_resume: all.can_resume,
            limit_on: settings.limit_bps.map(|_| settings.limit_in_force().is_some()),
        }
    }
}

/// The icon.
struct Icon {
    handle: AppHandle,
    look: Look,
    is_offline: Arc<AtomicBool>,
    wake: Wake,
}

impl Icon {
    fn send(&self, command: Command) {
        if self.handle.send(command).is_err() {
            tracing::warn!("the service takes no more commands");
        }
    }

    fn raise(&self, shows: Shows) {
        let startup_id = ksni::current_xdg_activation_token();
        self.send(Command::Raise(Raise { shows, startup_id }));
    }

    /// Ends the program: by the window, which may hold removals that wait for an undo.
    fn quit(&self) {
        let is_open = self.handle.presence().sight() != Sight::Closed;
        self.send(if is_open { Command::QuitByWindow } else { Command::Quit });
    }

    fn turn_limit(&self) {
        let settings = Settings::clone(&self.handle.snapshot().settings);
        let limit_on = settings.limit_in_force().is_none();
        self.send(Command::ChangeSettings(Settings { limit_on, ..settings }));
    }

    fn item(label: &str, enabled: bool, act: impl Fn(&Self) + Send + 'static) -> MenuItem<Self> {
        // One underscore would mark a letter as a key (com.canonical.dbusmenu).
        let label = label.replace('_', "__");
        let activate = Box::new(move |icon: &mut Self| act(icon));
        StandardItem { label, enabled, activate, ..StandardItem::default() }.into()
    }
}

impl ksni::Tray for Icon {
    fn id(&self) -> String {
        APP_ID.to_owned()
    }

    fn title(&self) -> String {
        "Onward".to_owned()
    }

    fn icon_name(&self) -> String {
        APP_ID.to_owned()
    }

    fn icon_pixmap(&self) -> Vec<ksni::Icon> {
        ICONS.iter().filter_map(|bytes| pixels(bytes)).collect()
    }

    fn tool_tip(&self) -> ToolTip {
        let (title, description) = (self.title(), self.look.status.clone());
        ToolTip { title, description, ..ToolTip::default() }
    }

    fn activate(&mut self, _x: i32, _y: i32) {
        self.raise(Shows::AsItWas);
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        let look = &self.look;
        let mut items = Vec::new();
        if !look.status.is_empty() {
            items.extend([Self::item(&look.status, false, |_| {}), MenuItem::Separator]);
        }
        let limit = CheckmarkItem {
            label: look.limit.replace('_', "__"),
            enabled: look.limit_on.is_some(),
            checked: look.limit_on == Some(true),
            activate: Box::new(|icon: &mut Self| icon.turn_limit()),
            ..CheckmarkItem::default()
        };
        items.extend([
            Self::item(&look.show, true, |icon| icon.raise(Shows::AsItWas)),
            Self::item(&look.clipboard, true, |icon| icon.raise(Shows::Clipboard)),
            MenuItem::Separator,
            Self::item(&look.pause, look.can_pause, |icon| icon.send(Command::Pause(Which::All))),
            Self::item(&look.resume, look.can_resume, |icon| {
                icon.send(Command::Resume(Which::All));
            }),
            limit.into(),
            MenuItem::Separator,
            Self::item(&look.quit, true, Self::quit),
        ]);
        items
    }

    fn watcher_online(&self) {
        self.is_offline.store(false, Ordering::SeqCst);
        self.handle.presence().set_tray(Tray::Shown);
        (self.wake)();
    }

    fn watcher_offline(&self, _reason: OfflineReason) -> bool {
        self.is_offline.store(true, Ordering::SeqCst);
        self.handle.presence().set_tray(Tray::Absent);
        (self.wake)();
        true
    }
}

/// A picture as a tray wants it: lines of alpha, red, green and blue.
fn pixels(bytes: &[u8]) -> Option<ksni::Icon> {
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().ok()?;
    let mut data = vec![0; reader.output_buffer_size()?];
    let info = reader.next_frame(&mut data).ok()?;
    if (info.color_type, info.bit_depth) != (png::ColorType::Rgba, png::BitDepth::Eight) {
        return None;
    }
    data.truncate(info.buffer_size());
    for pixel in data.chunks_exact_mut(4) {
        pixel.rotate_right(1);
    }
    let (width, height) = (i32::try_from(info.width).ok()?, i32::try_from(info.height).ok()?);
    Some(ksni::Icon { width, height, data })
}

/// The icon, shown wherever a tray is or comes to be.
pub(super) struct Shown {
    icon: Handle<Icon>,
    look: Look,
    handle: AppHandle,
}

impl Shown {
    /// Shows it. An error where there is no way to any tray.
    pub(super) async fn begin(
        handle: AppHandle,
        look: Look,
        wake: Wake,
    ) -> Result<Self, ksni::Error> {
        let is_offline = Arc::new(AtomicBool::new(false));
        let offline = Arc::clone(&is_offline);
        let icon = Icon { handle: handle.clone(), look: look.clone(), is_offline, wake };
        let icon = icon.assume_sni_available(true).spawn().await?;
        if !offline.load(Ordering::SeqCst) {
            handle.presence().set_tray(Tray::Shown);
        }
        Ok(Self { icon, look, handle })
    }

    /// Lets it say what is so now.
    pub(super) async fn updated(mut self, look: Look) -> Self {
        if self.look != look {
            self.look = look.clone();
            self.icon.update(move |icon| icon.look = look).await;
        }
        self
    }

    /// Takes it away.
    pub(super) async fn end(self) {
        self.handle.presence().set_tray(Tray::Absent);
        self.icon.shutdown().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_picture_has_its_pixels() {
        for (bytes, side) in ICONS.iter().zip([24, 32, 48]) {
            let icon = pixels(bytes).unwrap();
            assert_eq!((icon.width, icon.height), (side, side));
            assert_eq!(icon.data.len(), usize::try_from(side * side * 4).unwrap());
            let alpha = |at: usize| icon.data[at * 4];
            let middle = usize::try_from(side * side / 2 + side / 2).unwrap();
            assert_eq!((alpha(0), alpha(middle)), (0, 255), "a corner is clear, the middle is not");
        }
    }
}
