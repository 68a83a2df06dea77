//! Words in both languages: none missing, none left over.

use super::*;
use crate::model::failure::{FailureKind, Room};

#[test]
fn the_locale_chooses_the_language() {
    for (locale, expected) in [
        (Some("zh-CN"), Language::ChineseSimplified),
        (Some("zh_TW.UTF-8"), Language::ChineseSimplified),
        (Some("C"), Language::English),
        (Some("de-DE"), Language::English),
        (None, Language::English),
    ] {
        assert_eq!(of_locale(locale), expected, "{locale:?}");
    }
}

#[test]
fn every_failure_says_what_happened_and_what_to_do() {
    for language in [Language::English, Language::ChineseSimplified] {
        let words = Words::new(language);
        for kind in FailureKind::ALL {
            let mut failure = Failure::new(kind, "/srv/disk");
            failure.status = Some(403);
            for detail in ["/srv/disk", ""] {
                detail.clone_into(&mut failure.detail);
                let Sentence { what, next } = words.failure(&failure);
                assert!(what.ends_with(['.', '。']), "{kind:?}: {what}");
                assert!(!what.contains(['{', '!', '\u{ff01}']), "{kind:?}: {what}");
                assert!(next.ends_with(['.', '。', '…']), "{kind:?}: {next}");
            }
        }
    }
}

#[test]
fn particulars_stand_where_they_help() {
    let words = Words::new(Language::English);
    let expired = Failure::status(FailureKind::LinkExpired, 403);
    assert_eq!(
        words.failure(&expired).to_string(),
        "The server closed the link (403). It worked before, and what is here is kept: \
         give it a fresh link, or retry once this one works again."
    );
    let folder = Failure::new(FailureKind::NoFolder, "/mnt/usb");
    assert_eq!(words.failure(&folder).what, "The folder /mnt/usb is not there and cannot be made.");
    let room = Some(Room { needed_bytes: 4_000_000_000, free_bytes: 1_200_000 });
    let full = Failure { room, ..Failure::new(FailureKind::DiskFull, "/srv") };
    assert_eq!(
        words.failure(&full).what,
        "The disk is full: 4.00 GB are needed, 1.20 MB are free (/srv)."
    );
    let refused = Failure::new(FailureKind::Refused, "Connection refused (os error 111)");
    assert_eq!(words.failure(&refused).what, "The server refused the connection.");
    assert_eq!(
        words.url_error(&UrlError::NotYet("ftp".into())).what,
        "Links that begin with ftp cannot be fetched yet."
    );
}

#[test]
fn one_link_is_offered_by_its_name_in_both_languages() {
    let link = || "https://h.example/a.iso".to_owned();
    for (language, one, two) in [
        (Language::English, "a.iso from h.example was copied", "2 links were copied"),
        (Language::ChineseSimplified, "已复制 h.example 的 a.iso", "已复制 2 个链接"),
    ] {
        let words = Words::new(language);
        assert_eq!(words.offered(&[link()]), one);
        assert_eq!(words.offered(&[link(), link()]), two);
    }
}

#[test]
fn proofs_have_words_that_name_the_algorithm() {
    for language in [Language::English, Language::ChineseSimplified] {
        let words = Words::new(language);
        let said: Vec<String> = Proof::all().map(|proof| words.proof(proof)).collect();
        for (proof, said) in Proof::all().zip(&said) {
            assert!(!said.starts_with("proof-") && !said.contains('{'), "{said}");
            if let Proof::Proved { algorithm, .. } | Proof::Failed { algorithm, .. } = proof {
                assert!(said.contains(algorithm.title()), "{said}");
            }
        }
        let all: std::collections::BTreeSet<&String> = said.iter().collect();
        assert_eq!(all.len(), said.len(), "two proofs read alike");
    }
}

#[test]
fn every_reason_is_a_sentence_in_both_languages() {
    let at = jiff::Timestamp::UNIX_EPOCH;
    let failure = Failure::status(FailureKind::Busy, 503);
    for language in [Language::English, Language::ChineseSimplified] {
        let words = Words::new(language);
        let mut said: Vec<String> = [
            Why::Done,
            Why::Paused,
            Why::Cancelled,
            Why::Turn,
            Why::Scheduled { at },
            Why::Hours { at: Some(at) },
            Why::Hours { at: None },
            Why::Metered,
            Why::Waiting { at },
            Why::Asked { until: at },
            Why::Failed,
            Why::Connecting,
            Why::Checking,
            Why::Limit { bps: 1000 },
            Why::LimitOfAll { bps: 1000 },
            Why::LimitOfQueue { bps: 1000 },
            Why::Disk,
            Why::Standstill,
            Why::OnePiece,
            Why::NoLength,
            Why::ServerCap { connections: 2 },
            Why::Little,
            Why::OneAsked,
            Why::EachConnection { connections: 8, each_bps: 1000 },
            Why::Server,
        ]
        .map(|why| words.why(why, Some(&failure)))
        .to_vec();
        for text in &said {
            assert!(!text.starts_with("why-") && !text.contains('{'), "{text}");
            assert!(text.ends_with(['.', '。']), "{text}");
        }
        let all = said.len();
        said.sort();
        said.dedup();
        assert_eq!(said.len(), all);
    }
}

#[test]
fn states_have_words() {
    for language in [Language::English, Language::ChineseSimplified] {
        let words = Words::new(language);
        let mut seen: Vec<String> = State::ALL.iter().map(|s| words.state(*s)).collect();
        assert!(seen.iter().all(|w| !w.starts_with("state-")), "{seen:?}");
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), State::ALL.len());
    }
}
