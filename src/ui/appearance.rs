//! Light or dark, and the language: what the settings say, and where they leave it to the system,
//! what the system says. Asking the system may take a while (D-Bus), so a thread of its own does it
//! once, at the start.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use eframe::egui;
use egui::{Context, ThemePreference};

use super::fonts;
use crate::model::settings::{Language, Settings, SizeUnits, Theme};
use crate::words::{Words, format};

/// What the window looks like now, and what the system was found to prefer.
#[derive(Default)]
pub(crate) struct Appearance {
    system: Arc<OnceLock<egui::Theme>>,
    uses_system_fonts: bool,
    /// What the system's fonts lack.
    pub lack: fonts::Lack,
    applied: Option<(ThemePreference, Language, SizeUnits)>,
}

impl Appearance {
    /// Begins to ask the system; the window is woken when it has answered.
    pub(crate) fn follow_system(&mut self, ctx: &Context) {
        self.uses_system_fonts = true;
        let (slot, ctx) = (Arc::clone(&self.system), ctx.clone());
        // Where no thread can be had, the window stays light.
        let _ = std::thread::Builder::new().name("theme".to_owned()).spawn(move || {
            let theme = match dark_light::detect() {
                Ok(dark_light::Mode::Dark) => egui::Theme::Dark,
                Ok(dark_light::Mode::Light | dark_light::Mode::Unspecified) | Err(_) => {
                    egui::Theme::Light
                }
            };
            let _ = slot.set(theme);
            ctx.request_repaint_after(Duration::from_millis(1));
        });
    }

    /// The words of `language`, or English ones where it was found that its signs cannot be shown.
    pub(crate) fn words(&self, language: Language) -> Words {
        let words = Words::new(language);
        let is_shown = words.language() == Language::English || !self.lack.is_in_words();
        if is_shown { words } else { Words::new(Language::English) }
    }

    /// Makes the window look as `settings` say. Says whether its words have changed: the language, or
    /// what sizes are counted in.
    pub(crate) fn apply(&mut self, ctx: &Context, settings: &Settings) -> bool {
        let theme = match settings.theme {
            Theme::Light => ThemePreference::Light,
            Theme::Dark => ThemePreference::Dark,
            Theme::System => match self.system.get() {
                Some(egui::Theme::Dark) => ThemePreference::Dark,
                Some(egui::Theme::Light) => ThemePreference::Light,
                None => ThemePreference::System,
            },
        };
        let wanted = Some((theme, settings.language, settings.size_units));
        if self.applied == wanted {
            return false;
        }
        let same_language = self.applied.is_some_and(|(_, l, _)| l == settings.language);
        let same_units = self.applied.is_some_and(|(.., units)| units == settings.size_units);
        self.applied = wanted;
        ctx.set_theme(theme);
        format::count_in(settings.size_units);
        if !same_language && self.uses_system_fonts {
            let language = Words::new(settings.language).language();
            fonts::follow_language(ctx, language, &self.lack);
        }
        !same_language || !same_units
    }
}
