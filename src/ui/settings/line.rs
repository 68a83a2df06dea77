//! How one line of the settings is laid out: its label, what is set, the default beside it, and the
//! button that goes back to it, only where that differs.

use eframe::egui;
use egui::{Align, ComboBox, Id, Layout, RichText, Ui, vec2};

use super::super::icons::Icon;
use super::super::theme::{self, tokens};
use super::super::widget;
use super::texts::Text;
use crate::words::Words;

/// Width of the labels.
const LABEL: f32 = 190.0;
/// Height of a line.
const HIGH: f32 = 32.0;
/// Width of a choice.
const CHOICE: f32 = 190.0;

/// Draws a line; `control` draws what is set, is told the label's id, and says whether what is typed
/// there cannot be used. True where it is to be as by default.
pub(super) fn line(
    ui: &mut Ui,
    text: &Text,
    differs: bool,
    control: impl FnOnce(&mut Ui, Id) -> bool,
) -> bool {
    let shown = ui.horizontal_top(|ui| {
        let label = ui
            .allocate_ui_with_layout(
                vec2(LABEL, HIGH),
                Layout::left_to_right(Align::Center),
                |ui| {
                    ui.set_min_width(LABEL);
                    ui.add(egui::Label::new(&text.label).wrap()).id
                },
            )
            .inner;
        ui.vertical(|ui| {
            let shown = ui.horizontal(|ui| {
                let is_bad = control(ui, label);
                (is_bad, beside(ui, text, differs))
            });
            let (is_bad, reset) = shown.inner;
            if is_bad {
                remark(ui, &text.expected);
            }
            hint(ui, &text.hint);
            reset
        })
        .inner
    });
    ui.add_space(8.0);
    shown.inner
}

/// Draws a line whose label stands above what is set.
pub(super) fn block(
    ui: &mut Ui,
    text: &Text,
    differs: bool,
    control: impl FnOnce(&mut Ui, Id),
) -> bool {
    let shown = ui.horizontal(|ui| {
        let label = ui.label(&text.label).id;
        (label, beside(ui, text, differs))
    });
    hint(ui, &text.hint);
    let (label, clicked) = shown.inner;
    control(ui, label);
    ui.add_space(8.0);
    clicked
}

fn hint(ui: &mut Ui, text: &str) {
    if !text.is_empty() {
        widget::caption(ui, text);
    }
}

/// Says why what is typed cannot be used.
pub(super) fn remark(ui: &mut Ui, text: &str) {
    let colour = tokens(ui).err;
    ui.label(RichText::new(text).font(theme::small()).color(colour));
}

/// At the right: the default, and the button that goes back to it, whose place is kept free.
fn beside(ui: &mut Ui, text: &Text, differs: bool) -> bool {
    let at_right = Layout::right_to_left(Align::Center);
    let size = vec2(ui.available_width(), HIGH);
    let shown = ui.allocate_ui_with_layout(size, at_right, |ui| {
        let clicked = if differs {
            let button = widget::icon_button(ui, Icon::Retry, &text.reset, true);
            button.on_hover_text(&text.reset).clicked()
        } else {
            ui.add_space(theme::ICON_BUTTON + ui.spacing().item_spacing.x);
            false
        };
        if !text.default.is_empty() {
            widget::caption(ui, &text.default);
        }
        clicked
    });
    shown.inner
}

/// One choice among few.
pub(super) fn choice<T: Copy + PartialEq>(
    ui: &mut Ui,
    words: &Words,
    (salt, label): (&str, Id),
    value: &mut T,
    choices: &[(T, &str)],
) {
    let chosen = choices.iter().find(|(v, _)| v == value).map_or("", |(_, word)| word);
    let combo = ComboBox::from_id_salt(salt).width(CHOICE).selected_text(words.text(chosen));
    let shown = combo.show_ui(ui, |ui| {
        for (choice, word) in choices {
            ui.selectable_value(value, *choice, words.text(word));
        }
    });
    let _ = shown.response.labelled_by(label);
}
