//! What stands in place of the rows where there are none: what to do, and nothing else.

use eframe::egui;
use egui::{RichText, Sense, Ui, vec2};

use super::action::Action;
use super::deed::Deed;
use super::icons::Icon;
use super::theme::{self, tokens};
use super::widget;
use crate::words::Words;

/// There is no job at all.
pub(crate) fn no_jobs(ui: &mut Ui, words: &Words, out: &mut Vec<Deed>) {
    centred(
        ui,
        Icon::ArrowDownToLine,
        &words.text("empty-title"),
        &words.text("empty-hint"),
        |ui| {
            if widget::outlined_button(ui, &words.text("empty-add")).clicked() {
                out.push(Deed::plain(Action::Add));
            }
        },
    );
}

/// Nothing fits the group, or what is searched for. Says whether both are to be cleared.
pub(crate) fn no_match(ui: &mut Ui, search: &str, words: &Words) -> bool {
    let mut cleared = false;
    let hint = match search.trim() {
        "" => words.text("empty-group-hint"),
        _ => words.text("empty-match-hint"),
    };
    centred(ui, Icon::Inbox, &words.text("empty-match"), &hint, |ui| {
        cleared = widget::outlined_button(ui, &words.text("empty-show-all")).clicked();
    });
    cleared
}

fn centred(ui: &mut Ui, icon: Icon, title: &str, hint: &str, foot: impl FnOnce(&mut Ui)) {
    let t = tokens(ui);
    ui.vertical_centered(|ui| {
        ui.add_space((ui.available_height() / 2.0 - 96.0).max(16.0));
        let (spot, _) = ui.allocate_exact_size(vec2(72.0, 72.0), Sense::hover());
        ui.painter().rect_filled(spot, 20.0, t.raised);
        icon.paint(ui.painter(), spot.center(), 30.0, t.dim);
        ui.add_space(8.0);
        ui.label(RichText::new(title).font(theme::title()));
        ui.label(RichText::new(hint).color(t.dim));
        ui.add_space(8.0);
        foot(ui);
    });
}
