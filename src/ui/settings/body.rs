//! The lines of a page, or those a search found.

use std::path::Path;
use std::rc::Rc;

use eframe::egui;
use egui::{Id, RichText, Ui, vec2};

use super::super::limit::{Limited, id_in_settings};
use super::super::theme::{self, tokens};
use super::super::widget;
use super::field::{Look, arrows, number};
use super::line::{block, choice, line, remark};
use super::page::{Line, Number};
use super::texts::{Text, Texts};
use super::{ChoosesFor, ProxyKind, SettingsDialog};
use crate::app::autostart::Autostart;
use crate::app::command::Command;
use crate::model::proxy::{Proxy, ProxyUrl};
use crate::model::settings::{Density, Language, OnClose, OnLaunch, SizeUnits, Theme, WhenDone};
use crate::words::Words;

/// Width of a number.
const NUMBER: f32 = 60.0;
/// Width of the button beside a folder.
const BROWSE: f32 = 100.0;

impl SettingsDialog {
    /// Draws the page, or what was found.
    pub(super) fn body(&mut self, ui: &mut Ui, words: &Words) {
        let texts = Rc::clone(&self.texts);
        if !self.is_searching() {
            for line in self.page.lines() {
                self.line(ui, words, &texts, *line);
            }
            return;
        }
        let hits = std::mem::take(&mut self.hits);
        if hits.is_empty() {
            widget::caption(ui, &words.text("settings-none"));
        }
        for (page, lines) in &hits {
            let name = RichText::new(texts.name(*page)).font(theme::strong());
            ui.label(name.color(tokens(ui).dim));
            for line in lines {
                self.line(ui, words, &texts, *line);
            }
            ui.add_space(4.0);
        }
        self.hits = hits;
    }

    fn line(&mut self, ui: &mut Ui, words: &Words, texts: &Texts, which: Line) {
        let Some(text) = texts.of(which) else { return };
        let differs = which.differs(&self.draft, &self.default);
        let reset = match which {
            Line::Dir => block(ui, text, differs, |ui, label| self.dir_field(ui, words, label)),
            Line::Number(number) => self.number(ui, text, number, differs),
            Line::Limit => self.limit_field(ui, words, text, differs),
            Line::LimitOn => line(ui, text, differs, |ui, _| self.limit_switch(ui, text)),
            Line::Proxy => self.proxy(ui, words, text, differs),
            Line::OnLaunch
            | Line::OnClose
            | Line::WhenDone
            | Line::Theme
            | Line::Density
            | Line::Units
            | Line::Language => {
                line(ui, text, differs, |ui, label| self.choices(ui, words, which, label))
            }
            Line::Switch(switch) => line(ui, text, differs, |ui, _| {
                let check = widget::check(ui, switch.of_mut(&mut self.draft), "");
                let _ = check.accessible_name(&text.label);
                false
            }),
            Line::Autostart => line(ui, text, false, |ui, _| self.autostart_switch(ui, text)),
            Line::Schedule => block(ui, text, differs, |ui, _| {
                if self.hours.show(ui, words) {
                    self.draft.schedule = self.hours.schedule();
                }
            }),
            Line::Queues => block(ui, text, false, |ui, _| {
                if self.queues.show(ui, words) {
                    self.draft.queues = self.queues.queues();
                }
            }),
            Line::Rules => block(ui, text, false, |ui, _| self.rules(ui, words)),
            Line::Servers => block(ui, text, false, |ui, _| {
                self.out.extend(self.servers.show(ui, words));
            }),
            Line::Keys => {
                keys(ui, texts, &self.search);
                false
            }
        };
        if reset {
            which.reset(&mut self.draft, &self.default);
            self.show_draft();
        }
    }

    fn choices(&mut self, ui: &mut Ui, words: &Words, which: Line, label: Id) -> bool {
        let at = (which.key(), label);
        let draft = &mut self.draft;
        if which == Line::OnLaunch {
            let all = [
                (OnLaunch::GoOn, "settings-launch-go-on"),
                (OnLaunch::StayPaused, "settings-launch-stay"),
            ];
            choice(ui, words, at, &mut draft.on_launch, &all);
        } else if which == Line::OnClose {
            let all = [
                (OnClose::Ask, "settings-close-ask"),
                (OnClose::GoOn, "settings-close-go-on"),
                (OnClose::Quit, "settings-close-quit"),
            ];
            choice(ui, words, at, &mut draft.on_close, &all);
        } else if which == Line::WhenDone {
            let all = [
                (WhenDone::Nothing, "settings-done-nothing"),
                (WhenDone::Quit, "settings-done-quit"),
                (WhenDone::Sleep, "settings-done-sleep"),
                (WhenDone::ShutDown, "settings-done-shut-down"),
            ];
            choice(ui, words, at, &mut draft.when_done, &all);
        } else if which == Line::Theme {
            let all = [
                (Theme::System, "settings-system"),
                (Theme::Light, "settings-light"),
                (Theme::Dark, "settings-dark"),
            ];
            choice(ui, words, at, &mut draft.theme, &all);
        } else if which == Line::Density {
            let all = [
                (Density::Comfortable, "settings-comfortable"),
                (Density::Compact, "settings-compact"),
            ];
            choice(ui, words, at, &mut draft.density, &all);
        } else if which == Line::Units {
            let all =
                [(SizeUnits::Decimal, "settings-decimal"), (SizeUnits::Binary, "settings-binary")];
            choice(ui, words, at, &mut draft.size_units, &all);
        } else {
            let all = [
                (Language::System, "settings-system"),
                (Language::English, "settings-english"),
                (Language::ChineseSimplified, "settings-chinese"),
            ];
            choice(ui, words, at, &mut draft.language, &all);
        }
        false
    }

    fn dir_field(&mut self, ui: &mut Ui, words: &Words, label: Id) {
        // Only a whole path: half a path is a wrong folder.
        let is_whole = |text: &str| Path::new(text.trim()).is_absolute();
        ui.horizontal(|ui| {
            let look = Look {
                id: Id::unique("folder for all"),
                width: ui.available_width() - BROWSE - 8.0,
                hint: "",
                name: None,
                label: Some(label),
            };
            if let Some(dir) = self.dir.show(ui, look, is_whole) {
                self.draft.dir = Some(dir.trim().into());
            }
            let browse = egui::Button::new(words.text("add-browse"));
            if ui.add_sized([BROWSE, 32.0], browse).clicked() {
                self.chooses_for = ChoosesFor::AllFiles;
                self.out.push(Command::ChooseFolder);
            }
        });
        if self.dir.is_bad(is_whole) {
            remark(ui, &words.text("add-dir-whole"));
        }
    }

    fn number(&mut self, ui: &mut Ui, text: &Text, which: Number, differs: bool) -> bool {
        let range = which.range();
        let is_good = |typed: &str| number(typed, range).is_some();
        let Some(field) = self.numbers.get_mut(which as usize) else { return false };
        let draft = &mut self.draft;
        line(ui, text, differs, |ui, label| {
            let id = Id::unique("setting").with(text.line.key());
            let look = Look { id, width: NUMBER, hint: "", name: None, label: Some(label) };
            let typed = field.show(ui, look, is_good);
            let steps = arrows(ui, id);
            let from = number(field.text(), range).unwrap_or(which.of(draft));
            let stepped = u32::try_from(i64::from(from) + steps).ok();
            let stepped = stepped.filter(|n| steps != 0 && (range.0..=range.1).contains(n));
            if let Some(value) = typed.and_then(|typed| number(&typed, range)).or(stepped) {
                which.set(draft, value);
                field.show_now(value.to_string());
            }
            widget::caption(ui, &text.unit);
            field.is_bad(is_good)
        })
    }

    fn limit_field(&mut self, ui: &mut Ui, words: &Words, text: &Text, differs: bool) -> bool {
        line(ui, text, differs, |ui, label| {
            let id = id_in_settings();
            if let Some(Limited(limit_bps)) = self.limit.show(ui, words, id, label) {
                self.draft.limit_bps = limit_bps;
                // Who gives a limit here wants it, though it was turned off elsewhere.
                self.draft.limit_on = true;
            }
            !self.limit.is_number()
        })
    }

    fn limit_switch(&mut self, ui: &mut Ui, text: &Text) -> bool {
        ui.add_enabled_ui(self.draft.limit_bps.is_some(), |ui| {
            let check = widget::check(ui, &mut self.draft.limit_on, "");
            let _ = check.accessible_name(&text.label);
        });
        false
    }

    /// Whether the session starts the program: that stands in a file of the desktop's, which is asked.
    fn autostart_switch(&mut self, ui: &mut Ui, text: &Text) -> bool {
        if !std::mem::replace(&mut self.asked_autostart, true) {
            self.out.push(Command::AskAutostart);
        }
        let mut is_on = self.autostart == Some(Autostart::On);
        let was_on = is_on;
        ui.add_enabled_ui(self.autostart.is_some(), |ui| {
            let check = widget::check(ui, &mut is_on, "");
            let _ = check.accessible_name(&text.label);
        });
        if is_on != was_on {
            let wanted = if is_on { Autostart::On } else { Autostart::Off };
            self.out.push(Command::SetAutostart(wanted));
        }
        false
    }

    fn proxy(&mut self, ui: &mut Ui, words: &Words, text: &Text, differs: bool) -> bool {
        let reset = line(ui, text, differs, |ui, label| {
            let all = [
                (ProxyKind::System, "settings-proxy-system"),
                (ProxyKind::Direct, "settings-proxy-none"),
                (ProxyKind::Own, "settings-proxy-own"),
            ];
            let before = self.proxy_kind;
            choice(ui, words, ("proxy", label), &mut self.proxy_kind, &all);
            if before != self.proxy_kind {
                self.take_proxy();
            }
            false
        });
        if self.proxy_kind == ProxyKind::Own {
            self.proxy_field(ui, words);
        }
        reset
    }

    fn proxy_field(&mut self, ui: &mut Ui, words: &Words) {
        let is_good = |typed: &str| ProxyUrl::parse(typed).is_ok();
        let (name, hint) =
            (words.text("settings-proxy-address"), words.text("settings-proxy-address-hint"));
        let caption = widget::caption(ui, &name);
        let look = Look {
            id: Id::unique("proxy"),
            width: ui.available_width(),
            hint: &hint,
            name: None,
            label: Some(caption.id),
        };
        if self.proxy.show(ui, look, is_good).is_some() {
            self.take_proxy();
        }
        if self.proxy.is_bad(is_good) {
            remark(ui, &words.text("settings-proxy-bad"));
        }
    }

    /// An own proxy counts once its address is there.
    fn take_proxy(&mut self) {
        match self.proxy_kind {
            ProxyKind::System => self.draft.proxy = Proxy::System,
            ProxyKind::Direct => self.draft.proxy = Proxy::Direct,
            ProxyKind::Own => {
                if let Ok(url) = ProxyUrl::parse(self.proxy.text()) {
                    self.draft.proxy = Proxy::At(url);
                }
            }
        }
    }

    fn rules(&mut self, ui: &mut Ui, words: &Words) {
        let asked = self.folders.show(ui, words);
        if let Some(at) = asked.browse {
            self.chooses_for = ChoosesFor::Rule(at);
            self.out.push(Command::ChooseFolder);
        }
        if asked.changed {
            self.draft.rules = self.folders.rules();
        }
    }
}

/// All shortcuts, or those that were searched for; only to be read.
fn keys(ui: &mut Ui, texts: &Texts, search: &str) {
    for key in texts.keys(search) {
        ui.horizontal(|ui| {
            ui.add_sized(vec2(0.0, 24.0), egui::Label::new(&key.label));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                ui.label(RichText::new(&key.keys).font(theme::body()).color(tokens(ui).dim));
            });
        });
    }
}
