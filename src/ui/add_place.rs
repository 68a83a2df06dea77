//! Where the files of the add dialog go: the folder, the space on its volume, the folders that were
//! used last, and the names that are taken there.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use eframe::egui;
use egui::{Id, Popup, RichText, TextEdit, Ui, WidgetInfo};

use super::due::Due;
use super::elide;
use super::icons::Icon;
use super::theme::{self, tokens};
use super::widget;
use crate::app::adding::{FolderAsk, FolderSeen};
use crate::app::command::Command;
use crate::words::format::bytes;
use crate::words::{Arg, Words};

/// Seconds without a key before a folder that is typed is looked into.
const TYPED: f64 = 0.3;
/// Seconds in which names that become known are looked for together.
const NAMES: f64 = 0.3;

/// Width of the menu of recent folders.
const MENU: f32 = 340.0;
/// Characters of a folder in it.
const LONGEST: usize = 44;

/// What the field is known by, so that the keys can be led there.
pub(crate) fn field() -> Id {
    Id::unique("place")
}

/// The folder.
pub(crate) struct Place {
    text: String,
    /// The folder where no rule fits, and whether another was chosen by hand.
    usual: PathBuf,
    is_by_hand: bool,
    recent: Vec<PathBuf>,
    /// Of the folder that was looked into last.
    seen: Option<(PathBuf, Option<u64>)>,
    /// Names that are taken there, and those the files would get, in order.
    taken: HashMap<String, Vec<String>>,
    asked: Option<FolderAsk>,
    due: Due,
}

impl Place {
    /// This folder.
    pub(crate) fn new(dir: &Path) -> Self {
        let mut due = Due::default();
        due.after(0.0);
        let (text, taken) = (dir.display().to_string(), HashMap::new());
        let (usual, recent) = (dir.to_owned(), Vec::new());
        Self { text, usual, is_by_hand: false, recent, seen: None, taken, asked: None, due }
    }

    /// Whether the folder was chosen by hand.
    pub(crate) fn is_by_hand(&self) -> bool {
        self.is_by_hand
    }

    /// Shows the folder a rule has, or the usual one, unless one was chosen by hand.
    pub(crate) fn follow(&mut self, ruled: Option<&Path>) {
        let text = ruled.unwrap_or(&self.usual).display().to_string();
        if !self.is_by_hand && self.text != text {
            self.text = text;
            self.due.after(0.0);
        }
    }

    /// Takes a folder that was chosen by hand.
    pub(crate) fn set(&mut self, dir: &Path) {
        self.is_by_hand = true;
        self.text = dir.display().to_string();
        self.due.after(0.0);
    }

    /// Other names are to be looked for.
    pub(crate) fn has_other_names(&mut self) {
        self.due.within(NAMES);
    }

    /// The folder, where it is a whole path.
    pub(crate) fn dir(&self) -> Option<PathBuf> {
        let path = PathBuf::from(self.text.trim());
        path.is_absolute().then_some(path)
    }

    /// The name a file that is to be named `name` would get, where it is the `nth` of `count` that are,
    /// from nought. Of several with a name that is free the first gets it.
    pub(crate) fn saved_as<'a>(&'a self, name: &'a str, nth: usize, count: usize) -> &'a str {
        let others = self.taken.get(name).map(Vec::as_slice).unwrap_or_default();
        let as_they_are = count.saturating_sub(others.len());
        let other = nth.checked_sub(as_they_are).and_then(|nth| others.get(nth));
        other.map_or(name, String::as_str)
    }

    /// Takes what was seen, where it is of this folder still.
    pub(crate) fn take(&mut self, seen: FolderSeen) -> bool {
        self.recent = seen.recent;
        if self.dir().as_deref() != Some(seen.dir.as_path()) {
            return false;
        }
        self.seen = Some((seen.dir, seen.free_bytes));
        self.taken.clear();
        for (name, other) in seen.taken {
            self.taken.entry(name).or_default().push(other);
        }
        true
    }

    /// Whether it is time to look into the folder.
    pub(crate) fn is_due(&mut self, ctx: &egui::Context) -> bool {
        self.due.has_come(ctx)
    }

    /// The command to look into the folder for these names, where it is another than before.
    pub(crate) fn ask(&mut self, names: Vec<String>) -> Option<Command> {
        let ask = FolderAsk { dir: self.dir()?, names };
        if self.asked.as_ref() == Some(&ask) {
            return None;
        }
        self.asked = Some(ask.clone());
        Some(Command::LookIntoFolder(ask))
    }

    /// Draws the field and what is known of the volume, on which `needed` bytes are to find room.
    /// Says whether a folder is to be chosen.
    pub(crate) fn show(&mut self, ui: &mut Ui, needed: u64, words: &Words) -> bool {
        let caption = widget::field_caption(ui, &words.text("add-dir"));
        let before = self.text.clone();
        let browse = ui.horizontal(|ui| {
            let field = TextEdit::singleline(&mut self.text)
                .id(field())
                .margin(egui::vec2(10.0, 8.0))
                .desired_width(ui.available_width() - 148.0);
            let _ = ui.add(field).labelled_by(caption.id);
            self.recent_folders(ui, words);
            ui.add_sized([100.0, 32.0], egui::Button::new(words.text("add-browse"))).clicked()
        });
        if self.text != before {
            self.is_by_hand = true;
            self.due.after(TYPED);
        }
        self.remark(ui, needed, words);
        browse.inner
    }

    /// A menu of the folders that were used last.
    fn recent_folders(&mut self, ui: &mut Ui, words: &Words) {
        let name = words.text("add-recent");
        let has_some = !self.recent.is_empty();
        let button = widget::icon_button(ui, Icon::Clock, &name, has_some);
        button.widget_info(|| WidgetInfo::labeled(egui::Role::Button, has_some, &name));
        let button = button.on_hover_text(name);
        if !has_some {
            return;
        }
        let mut chosen = None;
        let menu = Popup::menu(&button).align(egui::RectAlign::BOTTOM_END).width(MENU);
        menu.show(|ui| {
            ui.set_max_width(MENU);
            for dir in &self.recent {
                let label = elide::middle(&dir.display().to_string(), LONGEST);
                if widget::menu_line(ui, Icon::FolderOpen, &label, "").clicked() {
                    chosen = Some(dir.clone());
                    ui.close();
                }
            }
        });
        if let Some(dir) = chosen {
            self.set(&dir);
        }
    }

    fn remark(&self, ui: &mut Ui, needed: u64, words: &Words) {
        let t = tokens(ui);
        let Some(dir) = self.dir() else {
            return widget::told(ui, &words.text("add-dir-whole"), t.err);
        };
        let seen = self.seen.as_ref().filter(|(of, _)| *of == dir);
        let Some(free) = seen.and_then(|(_, free)| *free) else {
            // The line's place is kept, so that nothing jumps when it comes.
            ui.label(RichText::new(" ").font(theme::small()));
            return;
        };
        let (needs, room) = (bytes(needed), bytes(free));
        let args = [("needed", Arg::Text(&needs)), ("free", Arg::Text(&room))];
        if needed > free {
            widget::told(ui, &words.with("add-too-little", &args), t.warn);
        } else {
            widget::caption(ui, &words.with("add-free", &args));
        }
    }
}
