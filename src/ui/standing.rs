//! The line above the list while all downloads stand for one reason: a metered network, or hours in which
//! nothing is to run. It says so once, and what can be done.

use eframe::egui;
use egui::{Align, Frame, Layout, Margin, Panel, RichText, Ui};

use super::icons::Icon;
use super::theme::{self, tokens};
use super::widget;
use crate::app::hours::Regime;
use crate::model::schedule::Pace;
use crate::words::{Arg, Words};

/// What it offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Offer {
    /// Download though the network is metered.
    GoOn,
    /// See the hours.
    Hours,
}

/// What it says, made when the snapshot changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StandingText {
    text: String,
    button: String,
    offer: Offer,
}

impl StandingText {
    /// What is to be said where `waiting` jobs are wanted and do not run; none where nothing is.
    pub(crate) fn of(regime: &Regime, waiting: usize, words: &Words) -> Option<Self> {
        if waiting == 0 {
            return None;
        }
        if regime.metered {
            let (text, button) = (words.text("standing-metered"), words.text("standing-go-on"));
            return Some(Self { text, button, offer: Offer::GoOn });
        }
        if regime.pace != Pace::Stop {
            return None;
        }
        let text = match regime.until {
            Some(at) => words.with("standing-hours", &[("time", Arg::Text(&words.soon(at)))]),
            None => words.text("standing-never"),
        };
        Some(Self { text, button: words.text("standing-see-hours"), offer: Offer::Hours })
    }
}

/// Draws it, and says what it offers where that is wanted.
pub(crate) fn show(ui: &mut Ui, said: &StandingText) -> Option<Offer> {
    let t = tokens(ui);
    let frame = Frame::new().fill(t.soft).inner_margin(Margin::symmetric(14, 4));
    let panel = Panel::top("standing").resizable(false).frame(frame);
    let clicked = panel.show(ui, |ui| {
        let at_right = Layout::right_to_left(Align::Center);
        ui.with_layout(at_right, |ui| {
            let clicked = widget::outlined_button(ui, &said.button).clicked();
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let (spot, _) =
                    ui.allocate_exact_size(egui::vec2(18.0, 18.0), egui::Sense::hover());
                let icon = match said.offer {
                    Offer::GoOn => Icon::Globe,
                    Offer::Hours => Icon::Clock,
                };
                icon.paint(ui.painter(), spot.center(), 15.0, t.accent);
                let text = RichText::new(&said.text).font(theme::small()).color(t.text);
                ui.add(egui::Label::new(text).truncate());
            });
            clicked
        })
        .inner
    });
    clicked.inner.then_some(said.offer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::settings::Language;

    #[test]
    fn it_speaks_only_where_all_stand_for_one_reason() {
        let words = Words::new(Language::English);
        let said = |regime: &Regime, waiting| StandingText::of(regime, waiting, &words);
        let free = Regime::default();
        let metered = Regime { metered: true, pace: Pace::Stop, ..Regime::default() };
        let stopped = Regime { pace: Pace::Stop, ..Regime::default() };
        assert_eq!(said(&free, 9), None);
        assert_eq!(said(&metered, 0), None);
        assert_eq!(said(&metered, 1).unwrap().offer, Offer::GoOn);
        assert_eq!(said(&stopped, 1).unwrap().offer, Offer::Hours);
        assert_eq!(said(&Regime { pace: Pace::Limit(1), ..stopped }, 1), None);
    }
}
