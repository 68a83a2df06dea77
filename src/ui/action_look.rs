//! What actions look like and which keys do them.

use eframe::egui;
use egui::{Key, KeyboardShortcut, Modifiers};

use super::action::Action;
use super::icons::Icon;
use crate::model::ui_state::Group;

impl Action {
    /// Its icon.
    pub(crate) fn icon(self) -> Icon {
        match self {
            Self::Add | Self::AddOffered => Icon::Plus,
            Self::ResumeAll | Self::Resume | Self::StartNow | Self::Toggle => Icon::Play,
            Self::PauseAll | Self::Pause => Icon::Pause,
            Self::Find | Self::Palette => Icon::Search,
            Self::Details => Icon::PanelBottom,
            Self::Settings => Icon::Settings,
            Self::Group(group) => group.icon(),
            Self::SelectAll => Icon::Layers,
            Self::Retry => Icon::Retry,
            Self::NewLink | Self::ContinueOlder => Icon::Unlink,
            Self::OpenPage => Icon::Globe,
            Self::Open => Icon::ExternalLink,
            Self::Reveal => Icon::FolderOpen,
            Self::CopyLink => Icon::Copy,
            Self::Cancel => Icon::Ban,
            Self::Remove | Self::Quit => Icon::X,
            Self::RemoveFile => Icon::Trash,
            Self::Rename => Icon::Pencil,
            Self::MoveToFolder => Icon::Folder,
            Self::Schedule => Icon::Clock,
            Self::MoveTop => Icon::ArrowUpToLine,
            Self::MoveUp => Icon::ArrowUp,
            Self::MoveDown => Icon::ArrowDown,
            Self::MoveBottom => Icon::ArrowDownToLine,
            Self::Shortcuts => Icon::Keyboard,
        }
    }

    /// Its shortcut, where it has one.
    pub fn shortcut(self) -> Option<KeyboardShortcut> {
        let (modifiers, key) = match self {
            Self::Add => (Modifiers::COMMAND, Key::N),
            Self::ResumeAll => (Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::R),
            Self::PauseAll => (Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::P),
            Self::Find => (Modifiers::COMMAND, Key::F),
            Self::Details => (Modifiers::COMMAND, Key::I),
            Self::Settings => (Modifiers::COMMAND, Key::Comma),
            Self::Group(Group::All) => (Modifiers::COMMAND, Key::Num1),
            Self::Group(Group::Active) => (Modifiers::COMMAND, Key::Num2),
            Self::Group(Group::Waiting) => (Modifiers::COMMAND, Key::Num3),
            Self::Group(Group::Finished) => (Modifiers::COMMAND, Key::Num4),
            Self::Group(Group::Failed) => (Modifiers::COMMAND, Key::Num5),
            Self::SelectAll => (Modifiers::COMMAND, Key::A),
            Self::Toggle => (Modifiers::NONE, Key::Space),
            Self::Retry => (Modifiers::COMMAND, Key::R),
            Self::NewLink => (Modifiers::COMMAND, Key::L),
            Self::Open => (Modifiers::NONE, Key::Enter),
            Self::Reveal => (Modifiers::COMMAND, Key::Enter),
            Self::Remove => (Modifiers::NONE, Key::Delete),
            Self::RemoveFile => (Modifiers::SHIFT, Key::Delete),
            Self::Rename => (Modifiers::NONE, Key::F2),
            Self::MoveTop => (Modifiers::ALT, Key::Home),
            Self::MoveUp => (Modifiers::ALT, Key::ArrowUp),
            Self::MoveDown => (Modifiers::ALT, Key::ArrowDown),
            Self::MoveBottom => (Modifiers::ALT, Key::End),
            Self::Palette => (Modifiers::COMMAND, Key::K),
            Self::Shortcuts => (Modifiers::NONE, Key::Questionmark),
            Self::Quit => (Modifiers::COMMAND, Key::Q),
            Self::AddOffered
            | Self::Pause
            | Self::Resume
            | Self::StartNow
            | Self::Schedule
            | Self::OpenPage
            | Self::ContinueOlder
            | Self::CopyLink
            | Self::Cancel
            | Self::MoveToFolder => return None,
        };
        Some(KeyboardShortcut::new(modifiers, key))
    }
}
