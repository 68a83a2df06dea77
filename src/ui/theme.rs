//! Every colour, size and font of the window, for light and for dark.
//!
//! Invariant, held by a test: text and state colours stand out from their grounds by 4.5:1 or more.

use eframe::egui;
use egui::{Color32, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, Visuals, vec2};

use crate::model::phase::State;

/// Corners of buttons, rows and fields.
pub(crate) const RADIUS: u8 = 8;
/// Corners of dialogs and toasts.
pub(crate) const RADIUS_LARGE: u8 = 12;
/// Height of a row of the list.
pub(crate) const ROW: f32 = 60.0;
/// Height of a row in one line.
pub(crate) const ROW_COMPACT: f32 = 32.0;
/// Side of a square button that holds an icon.
pub(crate) const ICON_BUTTON: f32 = 32.0;

/// The colours of one theme, by what they are for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tokens {
    /// Ground of the list.
    pub bg: Color32,
    /// Ground of bars and dialogs.
    pub panel: Color32,
    /// Ground of fields, tiles and quiet buttons.
    pub raised: Color32,
    /// A row under the pointer.
    pub hover: Color32,
    /// Lines between areas.
    pub line: Color32,
    /// The unfilled part of a bar.
    pub track: Color32,
    /// A chosen row.
    pub soft: Color32,
    /// What is read first.
    pub text: Color32,
    /// What is read second.
    pub dim: Color32,
    /// What is read last.
    pub faint: Color32,
    /// What is running.
    pub accent: Color32,
    /// The filled button.
    pub button: Color32,
    /// The filled button under the pointer.
    pub button_hover: Color32,
    /// Text on the filled button.
    pub on_button: Color32,
    /// Finished.
    pub ok: Color32,
    /// Stands still, and may go on.
    pub warn: Color32,
    /// Stopped by a failure.
    pub err: Color32,
    /// The button that deletes, under the pointer.
    pub err_hover: Color32,
}

const fn rgb(hex: u32) -> Color32 {
    let [_, r, g, b] = hex.to_be_bytes();
    Color32::from_rgb(r, g, b)
}

/// Dark.
pub(crate) const DARK: Tokens = Tokens {
    bg: rgb(0x0016_181d),
    panel: rgb(0x001b_1e24),
    raised: rgb(0x0025_2932),
    hover: rgb(0x0020_242b),
    line: rgb(0x002b_303a),
    track: rgb(0x002b_303a),
    soft: rgb(0x0020_304d),
    text: rgb(0x00e8_eaed),
    dim: rgb(0x00a3_a9b5),
    faint: rgb(0x008a_92a1),
    accent: rgb(0x004c_8dff),
    button: rgb(0x002f_6fe4),
    button_hover: rgb(0x0029_63cf),
    on_button: rgb(0x00ff_ffff),
    ok: rgb(0x003f_b984),
    warn: rgb(0x00e2_a63b),
    err: rgb(0x00f0_685f),
    err_hover: rgb(0x00f5_8078),
};

/// Light.
pub(crate) const LIGHT: Tokens = Tokens {
    bg: rgb(0x00fd_fdfe),
    panel: rgb(0x00f5_f6f8),
    raised: rgb(0x00e9_ecf1),
    hover: rgb(0x00f2_f4f7),
    line: rgb(0x00e1_e5eb),
    track: rgb(0x00e1_e5eb),
    soft: rgb(0x00e3_ecfd),
    text: rgb(0x001b_1f27),
    dim: rgb(0x0056_6070),
    faint: rgb(0x0062_6b7d),
    accent: rgb(0x0025_63eb),
    button: rgb(0x0025_63eb),
    button_hover: rgb(0x001d_55d1),
    on_button: rgb(0x00ff_ffff),
    ok: rgb(0x0011_7a50),
    warn: rgb(0x0093_5e06),
    err: rgb(0x00c9_3a32),
    err_hover: rgb(0x00b0_2f28),
};

/// The colours of the theme `ui` is drawn in.
pub(crate) fn tokens(ui: &egui::Ui) -> &'static Tokens {
    if ui.visuals().dark_mode { &DARK } else { &LIGHT }
}

impl Tokens {
    /// The colour of a state.
    pub(crate) fn of(&self, state: State) -> Color32 {
        match state {
            State::Connecting | State::Downloading | State::Verifying => self.accent,
            State::Paused | State::Waiting => self.warn,
            State::Completed => self.ok,
            State::NeedsLink | State::Failed => self.err,
            State::Queued | State::Cancelled => self.dim,
        }
    }
}

/// Running text.
pub(crate) fn body() -> FontId {
    FontId::new(13.0, FontFamily::Proportional)
}

/// Second lines.
pub(crate) fn small() -> FontId {
    FontId::new(12.0, FontFamily::Proportional)
}

/// Names.
pub(crate) fn strong() -> FontId {
    FontId::new(13.0, super::fonts::semibold())
}

/// Heads of dialogs.
pub(crate) fn title() -> FontId {
    FontId::new(17.0, super::fonts::semibold())
}

/// Gives egui's own widgets our colours and sizes, in both themes.
pub(crate) fn install(ctx: &egui::Context) {
    for (theme, tokens) in [(egui::Theme::Dark, &DARK), (egui::Theme::Light, &LIGHT)] {
        ctx.style_mut_of(theme, |style| {
            sizes(style);
            colours(&mut style.visuals, tokens);
        });
    }
    ctx.options_mut(|options| options.fallback_theme = egui::Theme::Light);
}

fn sizes(style: &mut egui::Style) {
    for (text, font) in [
        (egui::TextStyle::Body, body()),
        (egui::TextStyle::Button, body()),
        (egui::TextStyle::Small, small()),
        (egui::TextStyle::Heading, title()),
    ] {
        style.text_styles.insert(text, font);
    }
    style.spacing.item_spacing = vec2(8.0, 8.0);
    style.spacing.button_padding = vec2(12.0, 6.0);
    style.spacing.interact_size = vec2(32.0, 32.0);
    style.spacing.menu_margin = Margin::same(6);
    style.spacing.combo_width = 180.0;
    style.spacing.scroll =
        egui::style::ScrollStyle { bar_width: 8.0, ..egui::style::ScrollStyle::floating() };
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.6;
    // Nothing fades in or out: a menu stands at once, and nothing repaints after it.
    style.animation_time = 0.0;
    style.scroll_animation = egui::style::ScrollAnimation::none();
}

fn colours(visuals: &mut Visuals, t: &Tokens) {
    visuals.override_text_color = None;
    visuals.weak_text_color = Some(t.faint);
    visuals.panel_fill = t.bg;
    visuals.window_fill = t.panel;
    visuals.window_stroke = Stroke::new(1.0, t.line);
    visuals.window_corner_radius = CornerRadius::same(RADIUS_LARGE);
    visuals.menu_corner_radius = CornerRadius::same(RADIUS);
    visuals.extreme_bg_color = t.raised;
    visuals.text_edit_bg_color = Some(t.raised);
    visuals.faint_bg_color = t.hover;
    visuals.hyperlink_color = t.accent;
    visuals.warn_fg_color = t.warn;
    visuals.error_fg_color = t.err;
    visuals.selection.bg_fill = t.soft;
    visuals.selection.stroke = Stroke::new(1.5, t.accent);
    visuals.disabled_alpha = 0.45;
    // Nothing moves by itself, and nothing is drawn for it while somebody thinks.
    visuals.text_cursor.blink = false;
    let shadow =
        Shadow { offset: [0, 8], blur: 24, spread: 0, color: Color32::from_black_alpha(70) };
    visuals.window_shadow = shadow;
    visuals.popup_shadow = shadow;
    let widgets = &mut visuals.widgets;
    for (widget, fill, text) in [
        (&mut widgets.noninteractive, t.panel, t.text),
        (&mut widgets.inactive, t.raised, t.text),
        (&mut widgets.hovered, t.line, t.text),
        (&mut widgets.active, t.soft, t.text),
        (&mut widgets.open, t.raised, t.text),
    ] {
        widget.bg_fill = fill;
        widget.weak_bg_fill = fill;
        widget.bg_stroke = Stroke::NONE;
        widget.fg_stroke = Stroke::new(1.0, text);
        widget.corner_radius = CornerRadius::same(RADIUS);
        widget.expansion = 0.0;
    }
    widgets.noninteractive.bg_stroke = Stroke::new(1.0, t.line);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance (WCAG 2.2).
    fn luminance(colour: Color32) -> f64 {
        let linear = |channel: u8| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        let [r, g, b, _] = colour.to_array();
        0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
    }

    fn contrast(a: Color32, b: Color32) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn nothing_moves_by_itself() {
        let ctx = egui::Context::default();
        install(&ctx);
        for theme in [egui::Theme::Dark, egui::Theme::Light] {
            let style = ctx.style_of(theme);
            assert!(style.animation_time <= 0.0, "{theme:?}");
            assert_eq!(style.scroll_animation, egui::style::ScrollAnimation::none());
            assert!(!style.visuals.text_cursor.blink);
        }
    }

    #[test]
    fn everything_can_be_read() {
        for (name, t) in [("dark", &DARK), ("light", &LIGHT)] {
            let mut pairs = vec![
                ("text on a chosen row", t.text, t.soft),
                ("dim on a chosen row", t.dim, t.soft),
                ("text on raised", t.text, t.raised),
                ("faint on panel", t.faint, t.panel),
                ("button", t.on_button, t.button),
                ("button under the pointer", t.on_button, t.button_hover),
                ("delete", t.bg, t.err),
                ("delete under the pointer", t.bg, t.err_hover),
            ];
            for ground in [t.bg, t.hover] {
                pairs.extend([
                    ("text", t.text, ground),
                    ("dim", t.dim, ground),
                    ("faint", t.faint, ground),
                    ("accent", t.accent, ground),
                    ("ok", t.ok, ground),
                    ("warn", t.warn, ground),
                    ("err", t.err, ground),
                ]);
            }
            for (what, ink) in
                [("accent", t.accent), ("ok", t.ok), ("warn", t.warn), ("err", t.err)]
            {
                let ratio = contrast(ink, t.soft);
                assert!(ratio >= 3.0, "{name}: the icon {what} on a chosen row has {ratio:.2}:1");
            }
            for (what, ink, ground) in pairs {
                let ratio = contrast(ink, ground);
                assert!(ratio >= 4.5, "{name}: {what} has {ratio:.2}:1");
            }
        }
    }
}
