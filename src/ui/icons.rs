//! The icons, from one font, and where they stand in it. Painted, never laid out as text, so that no
//! private character reaches a screen reader.

use eframe::egui;
use egui::{Align2, Color32, FontId, Painter, Pos2};

use crate::model::category::Category;

macro_rules! icons {
    ($($name:ident = $code:literal),* $(,)?) => {
        /// One icon of the set; each is named after the Lucide icon it is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Icon { $($name),* }

        impl Icon {
            /// Its character in the icon font.
            fn glyph(self) -> char {
                match self { $(Self::$name => $code),* }
            }

            /// All of them.
            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$name),*];
        }
    };
}

icons! {
    AppWindow = '\u{e426}',
    ArrowDown = '\u{e042}',
    ArrowDownToLine = '\u{e455}',
    ArrowUp = '\u{e04a}',
    ArrowUpToLine = '\u{e45b}',
    Ban = '\u{e051}',
    Check = '\u{e06c}',
    ChevronDown = '\u{e06d}',
    ChevronRight = '\u{e06f}',
    CircleAlert = '\u{e077}',
    CircleCheck = '\u{e226}',
    CirclePause = '\u{e07f}',
    CircleX = '\u{e084}',
    Clock = '\u{e087}',
    Copy = '\u{e09e}',
    Disc = '\u{e494}',
    ExternalLink = '\u{e0b9}',
    File = '\u{e0c0}',
    FileArchive = '\u{e30d}',
    FileText = '\u{e0cc}',
    Film = '\u{e0d0}',
    Folder = '\u{e0d7}',
    FolderOpen = '\u{e247}',
    Gauge = '\u{e1bf}',
    Globe = '\u{e0e8}',
    Hourglass = '\u{e296}',
    Image = '\u{e0f6}',
    Inbox = '\u{e0f7}',
    Info = '\u{e0f9}',
    Keyboard = '\u{e284}',
    Layers = '\u{e529}',
    Loader = '\u{e109}',
    Music = '\u{e122}',
    PanelBottom = '\u{e42c}',
    Pause = '\u{e12e}',
    Pencil = '\u{e1f9}',
    Play = '\u{e13c}',
    Plus = '\u{e13d}',
    Retry = '\u{e148}',
    Search = '\u{e151}',
    Settings = '\u{e154}',
    ShieldCheck = '\u{e1ff}',
    Trash = '\u{e18e}',
    Unlink = '\u{e19c}',
    X = '\u{e1b2}',
}

impl Icon {
    /// Paints it around `centre`, `size` points wide.
    pub(crate) fn paint(self, painter: &Painter, centre: Pos2, size: f32, colour: Color32) {
        let font = FontId::new(size, super::fonts::icons());
        painter.text(centre, Align2::CENTER_CENTER, self.glyph(), font, colour);
    }
}

/// The icon for a kind of file.
pub(crate) fn for_category(category: Category) -> Icon {
    match category {
        Category::Video => Icon::Film,
        Category::Music => Icon::Music,
        Category::Pictures => Icon::Image,
        Category::Documents => Icon::FileText,
        Category::Archives => Icon::FileArchive,
        Category::Programs => Icon::AppWindow,
        Category::DiskImages => Icon::Disc,
        Category::Other => Icon::File,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_is_in_the_font() {
        let ctx = egui::Context::default();
        super::super::fonts::install(&ctx);
        let mut missing = Vec::new();
        let output = ctx.run_ui(egui::RawInput::default(), |ui| {
            let font = FontId::new(16.0, super::super::fonts::icons());
            missing = ui.fonts_mut(|f| {
                Icon::ALL.iter().copied().filter(|i| !f.has_glyph(&font, i.glyph())).collect()
            });
        });
        output.drop_without_applying_deltas();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
