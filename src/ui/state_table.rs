//! What a row says and offers, for every intent, phase and reason, in both languages: one table to be
//! read through whenever it changes.

use std::fmt::Write;

use jiff::Timestamp;

use super::action::Action;
use super::deed::JOB_MENU;
use super::row_text::RowText;
use crate::app::sample::view;
use crate::app::snapshot::JobView;
use crate::model::cause::Cause;
use crate::model::columns::Fallen;
use crate::model::failure::{Failure, FailureKind, Remedy, Room};
use crate::model::phase::{FileFate, Intent, Phase, State};
use crate::model::settings::Language;
use crate::words::Words;

const AT: Timestamp = Timestamp::UNIX_EPOCH;

/// A job with this intent and phase, as the service shows it.
fn job(intent: Intent, phase: &Phase, flowing: bool) -> JobView {
    let state = State::of(intent, phase, flowing);
    let is_live = matches!(phase, Phase::Live);
    let is_whole = matches!(phase, Phase::Finishing | Phase::Done { .. });
    let error = phase.failure().cloned();
    JobView {
        state,
        intent,
        settling: is_live && intent != Intent::Run,
        speed_bps: if is_live && flowing { 18_400_000 } else { 0 },
        eta_secs: (is_live && flowing).then_some(163),
        until: matches!(phase, Phase::Waiting { .. }).then_some(AT),
        error,
        done_bytes: if is_whole { 4_000_000_000 } else { 1_000_000_000 },
        ..view()
    }
}

/// The phases that a failure of this kind may lead to.
fn phases(why: &Failure) -> Vec<Phase> {
    let waits = || Phase::Waiting { until: AT, attempt: 2, why: why.clone() };
    let failed = || Phase::Failed(why.clone());
    match why.kind.remedy() {
        Remedy::Wait | Remedy::WaitAWhile | Remedy::TryOnce => vec![waits(), failed()],
        Remedy::WaitForHere | Remedy::WaitForNetwork => vec![waits()],
        Remedy::NewLink => vec![Phase::NeedsLink(why.clone())],
        Remedy::AskUser | Remedy::GiveUp => vec![failed()],
    }
}

/// A failure of a kind as it usually comes.
fn usual(kind: FailureKind) -> Failure {
    use FailureKind as K;
    let statuses = [
        (K::Busy, 503),
        (K::ServerError, 500),
        (K::Unauthorised, 401),
        (K::Forbidden, 403),
        (K::LinkExpired, 403),
        (K::NotFound, 404),
        (K::Gone, 410),
        (K::BadStatus, 418),
    ];
    let causes = [
        (K::NoNetwork, Cause::NoRoute),
        (K::RedirectLoop, Cause::RedirectsWithoutEnd),
        (K::RedirectRefused, Cause::HttpsToHttp),
        (K::Protocol, Cause::PartUnnamed),
        (K::Changed, Cause::AnotherEveryTime),
        (K::PartForeign, Cause::PartGone),
    ];
    let status = statuses.iter().find(|(of, _)| *of == kind).map(|(_, status)| *status);
    let cause = causes.iter().find(|(of, _)| *of == kind).map(|(_, cause)| *cause);
    let room = Room { needed_bytes: 3_000_000_000, free_bytes: 120_000_000 };
    let room = (kind == K::DiskFull).then_some(room);
    let detail = if kind.is_of_disk() || kind == K::PartBusy { "/srv/iso" } else { "" };
    Failure { cause, status, room, ..Failure::new(kind, detail) }
}

fn labels(actions: impl Iterator<Item = Action>, words: &Words) -> String {
    actions.map(|action| words.text(action.key())).collect::<Vec<_>>().join(" | ")
}

/// What there is to read of one job. Times are told by the clock of whoever runs this.
fn entry(out: &mut String, head: &str, job: &JobView, words: &Words) {
    let text = RowText::of(job, Fallen::default(), words);
    let said = [text.under, format!("{} {}", text.state, text.percent), text.spoken]
        .map(|said| said.replace(&words.clock(AT), "TIME").replace(&words.moment(AT), "DAY"));
    let [under, state, spoken] = said;
    writeln!(out, "{head}\n  row     {under}\n  state   {}", state.trim_end()).unwrap();
    writeln!(out, "  spoken  {spoken}").unwrap();
}

fn table(language: Language) -> String {
    let words = Words::new(language);
    let mut out = String::new();
    for state in State::ALL {
        let buttons = super::deed::row_buttons(state, false).iter().copied();
        let at_hand = |action: &Action| *action != Action::StartNow && action.fits(state);
        let menu = JOB_MENU.into_iter().filter(at_hand);
        writeln!(out, "{}\n  buttons {}", state.code(), labels(buttons, &words)).unwrap();
        writeln!(out, "  menu    {}", labels(menu, &words)).unwrap();
    }
    let intents =
        [Intent::Run, Intent::Hold, Intent::Cancel, Intent::Remove { files: FileFate::Keep }];
    let path = view().path;
    let done = Phase::Done { path, bytes: 4_000_000_000, at: AT };
    let plain = [
        ("queued", Phase::Queued, false),
        ("live, no byte yet", Phase::Live, false),
        ("live", Phase::Live, true),
        ("finishing", Phase::Finishing, false),
        ("stopped", Phase::Stopped, false),
        ("done", done, false),
    ];
    for (name, phase, flowing) in &plain {
        for intent in intents {
            entry(&mut out, &format!("{name}, {intent:?}"), &job(intent, phase, *flowing), &words);
        }
    }
    for kind in FailureKind::ALL {
        let whole = usual(kind);
        let bare = Failure::new(kind, "");
        let mut seen = vec![&whole];
        seen.extend((bare != whole).then_some(&bare));
        for why in seen {
            for phase in phases(why) {
                let job = job(Intent::Run, &phase, false);
                let more = if *why == bare { "" } else { ", told more" };
                entry(
                    &mut out,
                    &format!("{} {}{more}", job.state.code(), kind.code()),
                    &job,
                    &words,
                );
            }
        }
    }
    out
}

#[test]
fn what_rows_say_in_english() {
    insta::assert_snapshot!(table(Language::English));
}

#[test]
fn what_rows_say_in_chinese() {
    insta::assert_snapshot!(table(Language::ChineseSimplified));
}
