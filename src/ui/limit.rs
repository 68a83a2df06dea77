//! The field of a speed limit: a number and its unit; empty is none.
//!
//! Invariant: nothing changes while it is typed, and what is no number changes nothing.

use eframe::egui;
use egui::{ComboBox, Context, Id, Key, TextEdit, Ui, vec2};

use super::theme::tokens;
use super::widget;
use crate::words::Words;
use crate::words::limit::Unit;

/// Width of the number.
const NUMBER: f32 = 76.0;
/// Width of the unit.
const UNIT: f32 = 72.0;

/// A limit that can be changed.
#[derive(Clone, Debug)]
pub(crate) struct LimitField {
    limit_bps: Option<u64>,
    text: String,
    unit: Unit,
    stage: Stage,
}

/// What a limit was changed to, in bytes a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limited(pub(crate) Option<u64>);

/// How far a change has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// It shows what is so.
    Resting,
    /// It is being typed.
    Typed,
    /// It was handed on.
    Sent,
}

impl LimitField {
    /// A field that shows `limit_bps`, in bytes a second.
    pub(crate) fn new(limit_bps: Option<u64>) -> Self {
        let unit = Unit::of(limit_bps);
        Self { limit_bps, text: unit.number(limit_bps), unit, stage: Stage::Resting }
    }

    /// Takes over from a field that was shown in this one's place: what is typed there stays, and
    /// so does its unit where it shows the same.
    pub(crate) fn follow(&mut self, before: Self) {
        let is_same = before.limit_bps == self.limit_bps && before.stage == Stage::Resting;
        if is_same || before.stage == Stage::Typed {
            *self = before;
        }
    }

    /// Says what is expected, where something else is typed.
    pub(crate) fn remark(&self, ui: &mut Ui, words: &Words) {
        if !self.is_number() {
            widget::caption(ui, &words.limit_expected());
        }
    }

    /// Whether what stands in it could be a limit.
    pub(crate) fn is_number(&self) -> bool {
        self.unit.read(&self.text).is_ok()
    }

    /// Draws it, as high as buttons are here. Says to what the limit was changed, where it was.
    pub(crate) fn show(
        &mut self,
        ui: &mut Ui,
        words: &Words,
        id: Id,
        label: Id,
    ) -> Option<Limited> {
        if self.stage == Stage::Resting && !Unit::choices().contains(&self.unit) {
            *self = Self::new(self.limit_bps);
        }
        let t = tokens(ui);
        let colour = if self.is_number() { t.text } else { t.err };
        let high = ui.spacing().interact_size.y;
        let margin = ((high - ui.text_style_height(&egui::TextStyle::Body)) / 2.0).max(0.0);
        let number = TextEdit::singleline(&mut self.text)
            .id(id)
            .hint_text(words.text("limit-none"))
            .text_color(colour)
            .margin(vec2(8.0, margin))
            .desired_width(NUMBER);
        let number = ui.add(number).labelled_by(label);
        if number.changed() {
            self.stage = Stage::Typed;
        }
        let other_unit = self.unit_choice(ui, words, id);
        if number.lost_focus() && ui.input(|i| i.key_pressed(Key::Escape)) {
            *self = Self::new(self.limit_bps);
            return None;
        }
        let is_typed = number.lost_focus() && self.stage == Stage::Typed;
        if is_typed || other_unit { self.end() } else { None }
    }

    /// Says whether another unit was chosen.
    fn unit_choice(&mut self, ui: &mut Ui, words: &Words, id: Id) -> bool {
        let before = self.unit;
        let combo = ComboBox::from_id_salt((id, "unit"))
            .width(UNIT)
            .selected_text(self.unit.name())
            .show_ui(ui, |ui| {
                for unit in Unit::choices() {
                    ui.selectable_value(&mut self.unit, unit, unit.name());
                }
            });
        let _ = combo.response.accessible_name(words.text("limit-unit"));
        self.unit != before
    }

    /// What was typed counts, where it is a number and another one.
    fn end(&mut self) -> Option<Limited> {
        let read = self.unit.read(&self.text);
        // Nothing in another unit is nothing still, and waits in that unit for a number.
        if read == Ok(self.limit_bps) {
            if Unit::is_named(&self.text) {
                *self = Self::new(self.limit_bps);
            }
            self.stage = Stage::Resting;
            return None;
        }
        let Ok(limit_bps) = read else {
            *self = Self::new(self.limit_bps);
            return None;
        };
        if Unit::is_named(&self.text) {
            *self = Self::new(limit_bps);
        }
        self.stage = Stage::Sent;
        self.limit_bps = limit_bps;
        Some(Limited(limit_bps))
    }
}

/// The field's id in the details: there it stays the same while lines above it come and go.
pub(crate) fn id_in_details() -> Id {
    Id::unique("limit of a job")
}

/// The field's id in the settings, so that other places can lead there.
pub(crate) fn id_in_settings() -> Id {
    Id::unique("limit for all")
}

/// Leads the keys to the field in the settings; says whether they have arrived. A dialog takes no
/// focus in its first frame.
pub(crate) fn go_to_settings(ctx: &Context) -> bool {
    let id = id_in_settings();
    let is_there = ctx.memory(|memory| memory.has_focus(id) && memory.had_focus_last_frame(id));
    if !is_there {
        ctx.memory_mut(|memory| memory.request_focus(id));
        ctx.request_repaint();
    }
    is_there
}
