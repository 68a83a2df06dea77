//! *More* in the add dialog: the fields of what a download may be told beside its link.

use eframe::egui;
use egui::{CollapsingHeader, DragValue, Id, Slider, TextEdit, Ui, vec2};

use super::add_options::{More, Wrong};
use super::limit::Limited;
use super::theme::tokens;
use super::widget;
use crate::model::checksum::ChecksumError;
use crate::model::option_text::HeaderError;
use crate::model::options::MAX_CONNECTIONS;
use crate::words::{Arg, Words};

/// What was done in the fields.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Typed {
    /// Something is another than before.
    pub changed: bool,
    /// A field of several lines has the focus.
    pub in_lines: bool,
}

/// Draws the fold, and where it is open the fields. It stays as it is left while the program runs.
pub(crate) fn show(
    ui: &mut Ui,
    more: &mut More,
    set: u64,
    wrong: &[Wrong],
    words: &Words,
) -> Typed {
    fold(ui, "more options", set, words, |ui| fields(ui, more, wrong, words))
}

/// As [`show`], of what goes to the server with a request and nothing else.
pub(crate) fn show_request(
    ui: &mut Ui,
    more: &mut More,
    set: u64,
    wrong: &[Wrong],
    words: &Words,
) -> Typed {
    fold(ui, "request of a link", set, words, |ui| {
        let mut typed = Typed::default();
        request(ui, more, wrong, words, &mut typed);
        typed.changed |= pair(
            ui,
            more,
            |ui, more| line(ui, &mut more.user, ["add-user", ""], words),
            |ui, more| password(ui, more, words),
        );
        typed
    })
}

fn fold(
    ui: &mut Ui,
    salt: &str,
    set: u64,
    words: &Words,
    inside: impl FnOnce(&mut Ui) -> Typed,
) -> Typed {
    ui.add_space(4.0);
    let label = words.with("add-more-options", &[("count", Arg::Count(set))]);
    let shown = CollapsingHeader::new(label).id_salt(salt).show_unindented(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 5.0;
        inside(ui)
    });
    shown.body_returned.unwrap_or_default()
}

/// The lines of a request: headers, cookie, referrer, user agent.
fn request(ui: &mut Ui, more: &mut More, wrong: &[Wrong], words: &Words, typed: &mut Typed) {
    lines(ui, &mut more.headers, ["add-headers", "add-headers-hint"], words, typed);
    say(ui, wrong, words, |w| matches!(w, Wrong::Header(..)));
    typed.changed |= line(ui, &mut more.cookie, ["add-cookie", "add-cookie-hint"], words);
    typed.changed |= pair(
        ui,
        more,
        |ui, more| line(ui, &mut more.referer, ["add-referer", "add-links-hint"], words),
        |ui, more| line(ui, &mut more.user_agent, ["add-user-agent", "add-user-agent-hint"], words),
    );
    say(ui, wrong, words, |w| matches!(w, Wrong::Broken));
}

fn fields(ui: &mut Ui, more: &mut More, wrong: &[Wrong], words: &Words) -> Typed {
    let mut typed = Typed::default();
    typed.changed |=
        pair(ui, more, |ui, more| connections(ui, more, words), |ui, more| limit(ui, more, words));
    typed.changed |= line(ui, &mut more.checksum, ["add-checksum", "add-checksum-hint"], words);
    say(ui, wrong, words, |w| matches!(w, Wrong::Checksum(_) | Wrong::ChecksumOfMany));
    typed.changed |= pair(
        ui,
        more,
        |ui, more| line(ui, &mut more.user, ["add-user", ""], words),
        |ui, more| password(ui, more, words),
    );
    request(ui, more, wrong, words, &mut typed);
    lines(ui, &mut more.mirrors, ["add-mirrors", "add-mirrors-hint"], words, &mut typed);
    say(ui, wrong, words, |w| matches!(w, Wrong::Mirror(..) | Wrong::MirrorsOfMany));
    typed.changed |= line(ui, &mut more.proxy, ["add-proxy", "add-proxy-hint"], words);
    say(ui, wrong, words, |w| matches!(w, Wrong::Proxy));
    ui.add_space(4.0);
    typed.changed |= widget::check(ui, &mut more.insecure, &words.text("add-insecure")).changed();
    typed
}

/// Two fields side by side; one below the other where there is too little width.
fn pair(
    ui: &mut Ui,
    more: &mut More,
    one: impl FnOnce(&mut Ui, &mut More) -> bool,
    other: impl FnOnce(&mut Ui, &mut More) -> bool,
) -> bool {
    ui.columns(2, |columns| {
        let [left, right] = columns else { return false };
        let changed = one(left, more);
        other(right, more) || changed
    })
}

/// A field of one line under its caption. Says whether it changed.
fn line(ui: &mut Ui, text: &mut String, [caption, hint]: [&str; 2], words: &Words) -> bool {
    let caption = widget::field_caption(ui, &words.text(caption));
    let hint = if hint.is_empty() { String::new() } else { words.text(hint) };
    let field = TextEdit::singleline(text)
        .hint_text(hint)
        .margin(vec2(10.0, 7.0))
        .desired_width(f32::INFINITY);
    ui.add(field).labelled_by(caption.id).changed()
}

fn password(ui: &mut Ui, more: &mut More, words: &Words) -> bool {
    let caption = widget::field_caption(ui, &words.text("add-password"));
    let field = TextEdit::singleline(&mut more.password)
        .password(true)
        .margin(vec2(10.0, 7.0))
        .desired_width(f32::INFINITY);
    ui.add(field).labelled_by(caption.id).changed()
}

/// A field of a few lines under its caption.
fn lines(
    ui: &mut Ui,
    text: &mut String,
    [caption, hint]: [&str; 2],
    words: &Words,
    typed: &mut Typed,
) {
    let caption = widget::field_caption(ui, &words.text(caption));
    let field = TextEdit::multiline(text)
        .hint_text(words.text(hint))
        .desired_rows(2)
        .margin(vec2(10.0, 7.0))
        .desired_width(f32::INFINITY);
    let field = ui.add(field).labelled_by(caption.id);
    typed.changed |= field.changed();
    typed.in_lines |= field.has_focus();
}

fn connections(ui: &mut Ui, more: &mut More, words: &Words) -> bool {
    let caption = widget::field_caption(ui, &words.text("add-connections"));
    let number = 1..=MAX_CONNECTIONS;
    let changed = ui.horizontal(|ui| {
        let width = ui.available_width() - 52.0;
        let slider = ui.scope(|ui| {
            let t = tokens(ui);
            ui.spacing_mut().slider_width = width.max(80.0);
            ui.spacing_mut().interact_size.y = 20.0;
            ui.visuals_mut().selection.bg_fill = t.accent;
            let widgets = &mut ui.visuals_mut().widgets;
            for widget in [&mut widgets.inactive, &mut widgets.hovered, &mut widgets.active] {
                widget.fg_stroke = egui::Stroke::new(2.0, t.accent);
            }
            let slider = Slider::new(&mut more.connections, number.clone())
                .handle_shape(egui::style::HandleShape::Circle)
                .show_value(false)
                .trailing_fill(true);
            ui.add(slider).labelled_by(caption.id).changed()
        });
        let value = DragValue::new(&mut more.connections).range(number);
        let value = ui.add_sized([40.0, 32.0], value).labelled_by(caption.id);
        slider.inner || value.changed()
    });
    changed.inner
}

fn limit(ui: &mut Ui, more: &mut More, words: &Words) -> bool {
    let caption = widget::field_caption(ui, &words.text("add-limit"));
    let changed =
        ui.horizontal(|ui| more.limit.show(ui, words, Id::unique("limit of new jobs"), caption.id));
    more.limit.remark(ui, words);
    let Some(Limited(limit_bps)) = changed.inner else { return false };
    more.limit_bps = limit_bps;
    true
}

/// Says what is wrong of a kind.
fn say(ui: &mut Ui, wrong: &[Wrong], words: &Words, is: impl Fn(&Wrong) -> bool) {
    let colour = tokens(ui).err;
    for wrong in wrong.iter().filter(|w| is(w)) {
        widget::told(ui, &sentence(wrong, words), colour);
    }
}

fn sentence(wrong: &Wrong, words: &Words) -> String {
    let number = |n: &usize| Arg::Count(u64::try_from(*n).unwrap_or(u64::MAX));
    match wrong {
        Wrong::Checksum(ChecksumError::Algorithm(_)) => words.text("add-checksum-kind"),
        Wrong::Checksum(ChecksumError::Digest(algorithm)) => {
            let digits = u64::try_from(algorithm.digest_bytes() * 2).unwrap_or(u64::MAX);
            let args = [("kind", Arg::Text(algorithm.title())), ("count", Arg::Count(digits))];
            words.with("add-checksum-digits", &args)
        }
        Wrong::ChecksumOfMany => words.text("add-checksum-of-many"),
        Wrong::Header(n, error) => {
            let (key, name) = match error {
                HeaderError::NoColon => ("add-header-no-colon", ""),
                HeaderError::Name => ("add-header-no-name", ""),
                HeaderError::Own(name) => ("add-header-own", name.as_str()),
                HeaderError::Broken => ("add-header-broken", ""),
            };
            words.with(key, &[("line", number(n)), ("name", Arg::Text(name))])
        }
        Wrong::Mirror(n, error) => {
            let why = words.url_error(error).to_string();
            words.with("add-mirror-bad", &[("line", number(n)), ("why", Arg::Text(&why))])
        }
        Wrong::MirrorsOfMany => words.text("add-mirrors-of-many"),
        Wrong::Proxy => words.text("add-proxy-bad"),
        Wrong::Broken => words.text("add-line-broken"),
    }
}
