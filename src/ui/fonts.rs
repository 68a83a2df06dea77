//! The fonts: Inter with figures of one width, the icons, and the system's own for all that Inter
//! lacks, asked for in the shapes of the window's language.

use std::sync::Arc;

use eframe::egui;
use egui::{Context, FontData, FontDefinitions, FontFamily};
use egui_system_font_provider::SystemFontProvider;

use crate::model::settings::Language;

const REGULAR: &[u8] = include_bytes!("../../assets/fonts/Inter-Regular.otf");
const SEMIBOLD: &[u8] = include_bytes!("../../assets/fonts/Inter-SemiBold.otf");
const ICONS: &[u8] = include_bytes!("../../assets/fonts/lucide-subset.ttf");

/// The family of names and heads.
pub(crate) fn semibold() -> FontFamily {
    FontFamily::Name("semibold".into())
}

/// The family of icons.
pub(crate) fn icons() -> FontFamily {
    FontFamily::Name("icons".into())
}

/// Installs what is part of the program.
pub(crate) fn install(ctx: &Context) {
    let mut fonts = FontDefinitions::default();
    for (name, bytes) in [("Inter", REGULAR), ("Inter SemiBold", SEMIBOLD), ("Lucide", ICONS)] {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    let others = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    let with = |first: &str| {
        let mut family = vec![first.to_owned()];
        family.extend(others.iter().cloned());
        family
    };
    let regular = with("Inter");
    let bold = with("Inter SemiBold");
    fonts.families.insert(FontFamily::Proportional, regular);
    fonts.families.insert(semibold(), bold);
    fonts.families.insert(icons(), vec!["Lucide".to_owned()]);
    ctx.set_fonts(fonts);
}

/// Lets the system's fonts stand in for what is missing, in the shapes of `language`.
pub(crate) fn follow_language(ctx: &Context, language: Language) {
    let system = sys_locale::get_locale().unwrap_or_default();
    let provider = SystemFontProvider::new().with_locale(Some(shapes(language, &system)));
    ctx.set_font_providers(vec![Arc::new(provider)]);
}

/// The locale whose shapes are preferred. One character has different shapes in China and in Japan;
/// a locale that has no say in it would get the Japanese ones.
fn shapes(language: Language, system: &str) -> &str {
    let has_a_say = ["zh", "ja", "ko"].iter().any(|l| system.starts_with(l));
    match language {
        Language::System | Language::English if has_a_say => system,
        Language::System | Language::English | Language::ChineseSimplified => "zh-Hans",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_chooses_the_shapes() {
        assert_eq!(shapes(Language::English, "C"), "zh-Hans");
        assert_eq!(shapes(Language::English, "ja-JP"), "ja-JP");
        assert_eq!(shapes(Language::ChineseSimplified, "ja-JP"), "zh-Hans");
    }
}
