//! The fonts: Inter with figures of one width, the icons, and the system's own for all that Inter
//! lacks, asked for in the shapes of the window's language.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use eframe::egui;
use egui::epaint::text::{FallbackRequest, FontInsert, FontProvider};
use egui::{Context, FontData, FontDefinitions, FontFamily};
use egui_system_font_provider::SystemFontProvider;

use crate::model::settings::Language;
use crate::words::Words;

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

/// Lets the system's fonts stand in for what is missing, in the shapes of `language`. What they lack is
/// noted in `lack`.
pub(crate) fn follow_language(ctx: &Context, language: Language, lack: &Lack) {
    let system = sys_locale::get_locale().unwrap_or_default();
    let fonts = SystemFontProvider::new().with_locale(Some(shapes(language, &system)));
    ctx.set_font_providers(vec![Arc::new(Noted { fonts, lack: lack.clone() })]);
}

/// Whether a sign of East Asia was to be shown for which no font is installed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lack(Arc<Lacking>);

#[derive(Debug, Default)]
struct Lacking {
    is_felt: AtomicBool,
    in_words: AtomicBool,
}

impl Lack {
    /// Whether that was so.
    pub(crate) fn is_felt(&self) -> bool {
        self.0.is_felt.load(Ordering::Relaxed)
    }

    /// Whether the window's own words could not be shown in Chinese.
    pub(crate) fn is_in_words(&self) -> bool {
        self.0.in_words.load(Ordering::Relaxed)
    }

    fn note(&self, missing: char) {
        self.0.is_felt.fetch_or(is_east_asian(missing), Ordering::Relaxed);
        self.0.in_words.fetch_or(is_chinese_word_sign(missing), Ordering::Relaxed);
    }
}

/// Fonts, and what they lack.
struct Noted<F> {
    fonts: F,
    lack: Lack,
}

impl<F: FontProvider> FontProvider for Noted<F> {
    fn fonts_for_family(&self, family: &FontFamily) -> Vec<FontInsert> {
        self.fonts.fonts_for_family(family)
    }

    /// Asked once for each character that no font so far has.
    fn font_for(&self, request: &FallbackRequest<'_>) -> Option<FontInsert> {
        // Where not one font is installed, the list of them breaks off with a panic, and every
        // question after that does: the window goes on with its own fonts.
        let asked = catch_unwind(AssertUnwindSafe(|| self.fonts.font_for(request)));
        let found = asked.unwrap_or_default();
        if let (None, Some(missing)) = (&found, request.cluster.chars().next()) {
            self.lack.note(missing);
        }
        found
    }
}

fn is_chinese_word_sign(c: char) -> bool {
    is_east_asian(c) && Words::has_sign(Language::ChineseSimplified, c)
}

/// Whether it is a sign of Han, a kana or a hangul, which one package of fonts has all of.
fn is_east_asian(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{11ff}'
        | '\u{2e80}'..='\u{30ff}'
        | '\u{3130}'..='\u{318f}'
        | '\u{31c0}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7af}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}')
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
        use Language::{ChineseSimplified, English};
        for (language, system, expected) in [
            (English, "C", "zh-Hans"),
            (English, "de-DE", "zh-Hans"),
            (English, "ja-JP", "ja-JP"),
            (English, "ko-KR", "ko-KR"),
            (English, "zh-TW", "zh-TW"),
            (ChineseSimplified, "ja-JP", "zh-Hans"),
            (ChineseSimplified, "C", "zh-Hans"),
        ] {
            assert_eq!(shapes(language, system), expected, "{language:?} {system}");
        }
    }

    /// Fonts that have what is in this text and nothing else.
    struct Has(&'static str);

    impl FontProvider for Has {
        fn font_for(&self, request: &FallbackRequest<'_>) -> Option<FontInsert> {
            self.0.contains(request.cluster).then(|| FontInsert {
                name: "some".to_owned(),
                data: FontData::from_static(REGULAR),
                families: Vec::new(),
            })
        }
    }

    /// As the system's are where none is installed.
    struct Broken;

    impl FontProvider for Broken {
        fn font_for(&self, _: &FallbackRequest<'_>) -> Option<FontInsert> {
            panic!("the sender was dropped")
        }
    }

    #[test]
    fn a_system_without_any_font_lacks_them() {
        let noted = Noted { fonts: Broken, lack: Lack::default() };
        let family = &FontFamily::Proportional;
        for (cluster, is_felt) in [("ก", false), ("下", true)] {
            assert!(noted.font_for(&FallbackRequest { cluster, family }).is_none());
            assert_eq!(noted.lack.is_felt(), is_felt);
        }
    }

    #[test]
    fn only_signs_of_east_asia_that_no_font_has_are_missed() {
        for (has, wanted, is_felt) in [
            ("", "下", true),
            ("", "の", true),
            ("", "글", true),
            ("", "ก", false),
            ("", "\u{1f600}", false),
            ("下の글", "下", false),
            ("下の", "글", true),
        ] {
            let noted = Noted { fonts: Has(has), lack: Lack::default() };
            let request = FallbackRequest { cluster: wanted, family: &FontFamily::Proportional };
            assert_eq!(noted.font_for(&request).is_some(), has.contains(wanted));
            assert_eq!(noted.lack.is_felt(), is_felt, "{wanted} of {has:?}");
            let in_words = is_felt && wanted == "下";
            assert_eq!(noted.lack.is_in_words(), in_words, "{wanted} of {has:?}");
        }
    }
}
