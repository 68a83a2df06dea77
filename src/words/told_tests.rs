//! Log lines as they read, in both languages.

use std::collections::BTreeSet;

use super::*;
use crate::model::cause::Cause;
use crate::model::log::samples;
use crate::model::settings::Language;

const BOTH: [Language; 2] = [Language::English, Language::ChineseSimplified];

/// Whether a text has a letter or a sign of Han.
fn is_worded(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

#[test]
fn every_line_has_words_in_both_languages() {
    for language in BOTH {
        let words = Words::new(language);
        let mut seen = BTreeSet::new();
        for told in samples::every(1_234_567, "files.example/a.iso") {
            for said in [words.told(&told), words.told_exactly(&told)] {
                assert!(is_worded(&said), "{told:?}");
                assert!(!said.contains(['{', '}', '!', '\u{ff01}']), "{said}");
                for key in ["log-", "verdict-", "cause-", "change-", "unused-", "failure-"] {
                    assert!(!said.contains(key), "{said}");
                }
                let is_chinese = said.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
                let is_plain = matches!(told, Told::Plain(_));
                assert_eq!(is_chinese, language != Language::English && !is_plain, "{said}");
            }
            // Two misfits of the same words are told apart by what is in them.
            seen.insert(words.told_exactly(&told));
        }
        assert!(seen.len() > 80, "{}", seen.len());
    }
}

#[test]
fn every_cause_and_change_has_words_of_its_own() {
    for language in BOTH {
        let words = Words::new(language);
        let teller = Teller { words: &words, is_exact: false };
        let causes: BTreeSet<String> = Cause::ALL.iter().map(|c| words.cause(*c)).collect();
        assert_eq!(causes.len(), Cause::ALL.len());
        let changes: BTreeSet<String> = Change::ALL.into_iter().map(|c| teller.change(c)).collect();
        assert_eq!(changes.len(), Change::ALL.len());
        for said in causes.iter().chain(&changes) {
            assert!(!said.starts_with("cause-") && !said.starts_with("change-"), "{said}");
        }
    }
}

#[test]
fn lines_as_they_read() {
    let answer = Told::Connection(
        3,
        OfConnection::Answer {
            asked: Asked::Range { first: 1000, last: Some(2_489_999_999), if_unchanged: true },
            status: 206,
            millis: 34,
            bytes: Some(2_489_999_000),
            from: "https://h.example/a.iso".into(),
            verdict: Verdict::Begins,
        },
    );
    let mut failure = Failure::status(FailureKind::Busy, 503);
    let stopped = Told::Stopped(failure.clone());
    failure.kind = FailureKind::Protocol;
    failure.cause = Some(Cause::SentEncoded);
    failure.detail = "gzip".into();
    let odd = Told::Stopped(Failure { status: None, ..failure });
    let [english, chinese] = BOTH.map(Words::new);
    for (told, short, exact, chinese_short) in [
        (
            &answer,
            "#3 GET bytes=1000-2489999999 if unchanged → 206 (34 ms), 2.48 GB: \
             taken, the file begins · https://h.example/a.iso",
            "#3 GET bytes=1000-2489999999 if unchanged → 206 (34 ms), 2489999000 bytes: \
             taken, the file begins · https://h.example/a.iso",
            "#3 GET bytes=1000-2489999999（若未改变） → 206（34 毫秒），2.48 GB：已采用，\
             文件由此开始 · https://h.example/a.iso",
        ),
        (
            &stopped,
            "Stopped: The server is busy (503).",
            "Stopped: busy 503",
            "已停止：服务器繁忙（503）。",
        ),
        (
            &odd,
            "Stopped: The server's answer contradicts itself (the server sends the file \
             encoded, though asked not to: gzip).",
            "Stopped: protocol the server sends the file encoded, though asked not to: gzip",
            "已停止：服务器的应答自相矛盾（服务器发送了编码后的文件，尽管要求不要编码：gzip）。",
        ),
    ] {
        assert_eq!(english.told(told), short);
        assert_eq!(english.told_exactly(told), exact);
        assert_eq!(chinese.told(told), chinese_short);
    }
}
