//! Links that expire, with one connection and with the usual eight: a fresh redirect is taken, else
//! all is kept until there is a fresh link. Pages are no data.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use super::fault_reply::{End, OLD, Origin, Reply};
use super::rows::{CUT, Row, usual};
use super::rows_refresh::{refresh, refuses, serves};

const EIGHT: [&str; 2] = ["--connections", "8"];
/// Bytes enough for several connections at once.
pub(crate) const LARGE: usize = 12 << 20;

/// A file for several connections.
fn large() -> &'static Origin {
    static LARGE_ONE: LazyLock<Origin> = LazyLock::new(|| Origin::new(LARGE, 0));
    &LARGE_ONE
}

#[test]
fn d6_with_eight_connections_the_fresh_redirect_is_taken() {
    let sent = Arc::new(AtomicU64::new(0));
    let row = Row::new(move |asked| {
        let is_over = sent.load(Ordering::SeqCst) > LARGE as u64 / 2;
        match asked.path.as_str() {
            "/a.bin" if is_over => Reply::redirect("/two/a.bin"),
            "/a.bin" => Reply::redirect("/one/a.bin"),
            "/one/a.bin" if is_over => Reply::new("403 No", &[]),
            "/one/a.bin" => {
                // No answer of the first target outlives it.
                sent.fetch_add(1 << 20, Ordering::SeqCst);
                large().answer(asked).cut(1 << 20, End::Fin)
            }
            "/two/a.bin" => large().answer(asked),
            _ => Reply::new("404 No", &[]),
        }
    });
    row.finishes_with(&EIGHT, large(), 80);
    row.same_file();
    let twice = row.sent().saturating_sub(LARGE);
    assert!(twice <= row.asked().len() * (68 << 10), "{twice} bytes twice\n{}", row.story());
    assert!(row.asked().iter().any(|asked| asked.path == "/two/a.bin"));
}

#[test]
fn d6_a_target_that_expired_since_its_redirect_is_asked_for_anew_and_once() {
    let row = Row::resumed(&usual(), |asked| match (asked.path.as_str(), asked.number) {
        ("/a.bin", 0) => Reply::redirect("/one/a.bin"),
        ("/a.bin", _) => Reply::redirect("/two/a.bin"),
        ("/two/a.bin", _) => usual().answer(asked),
        _ => Reply::new("403 No", &[]),
    });
    row.keeps(&usual(), CUT, 4);
    let row = Row::resumed(&usual(), |asked| match asked.path.as_str() {
        "/a.bin" => Reply::redirect("/one/a.bin"),
        _ => Reply::new("410 Gone", &[]),
    });
    row.stops(3, "link_expired", CUT, 4);
    assert_eq!(row.asked().len(), 4, "it leads to the same place again");
}

#[test]
fn d7_and_d8_with_eight_connections_all_is_kept_and_a_fresh_link_goes_on() {
    for status in ["403 No", "401 Who", "404 Gone", "410 Gone"] {
        let closed = Arc::new(AtomicBool::new(false));
        let shut = Arc::clone(&closed);
        let row = Row::new(move |asked| {
            if asked.number > 12 {
                shut.store(true, Ordering::SeqCst);
            }
            if shut.load(Ordering::SeqCst) {
                return Reply::new(status, &[]);
            }
            large().answer(asked).cut(600_000, End::Fin)
        });
        let ran = row.get("a.bin", &EIGHT);
        assert_eq!(ran.code, Some(3), "{status}: {ran:?}\n{}", row.story());
        assert!(closed.load(Ordering::SeqCst));
        let job = row.show();
        let held = job["done_bytes"].as_u64().unwrap();
        assert!(held > 600_000 && held < LARGE as u64, "{status}: {held}");
        let state = if status.starts_with("401") { "failed" } else { "needs_link" };
        assert_eq!(job["state"], state, "{status}\n{}", row.story());
        let fresh = serves(large());
        let url = fresh.url("fresh/b.bin?sig=geheim");
        assert_eq!(refresh(&row, &url).code, Some(0), "{status}\n{}", row.story());
        let before = fresh.sent();
        let ran = row.world.run(&["get", &url, "--dir", ".", "--quiet"]);
        assert_eq!(ran.code, Some(0), "{status}: {ran:?}\n{}", row.story());
        assert!(std::fs::read(row.world.dir().join("a.bin")).unwrap() == large().content);
        let sent = fresh.sent() - before;
        assert!(sent <= LARGE as u64 - held + 24 * (68 << 10), "{status}: {sent}\n{}", row.story());
        assert!(!row.story().contains("geheim"), "{}", row.story());
    }
}

#[test]
fn d13_and_d16_with_eight_connections_a_page_is_no_data() {
    for moved in [true, false] {
        let dated = large().known_by(Some("\"zero\""), Some(OLD));
        let again = dated.clone();
        let row = Row::new(move |asked| match (asked.path.as_str(), asked.number) {
            ("/a.bin", 0..=9) => dated.answer(asked).cut(700_000, End::Fin),
            ("/a.bin", _) if moved => Reply::redirect("/login"),
            ("/open/a.bin", _) => again.answer(asked),
            _ => Reply::new("200 OK", b"<html>Please log in</html>")
                .with("Content-Type", "text/html; charset=x"),
        });
        assert_eq!(row.get("a.bin", &EIGHT).code, Some(3), "{}", row.story());
        let job = row.show();
        assert_eq!((&job["state"], &job["error"]["code"]), (&"needs_link".into(), &"page".into()));
        assert!(job["done_bytes"].as_u64() > Some(700_000));
        let login = row.server.url("login");
        refuses(&row, &login, "a web page");
        let open = row.server.url("open/a.bin");
        assert_eq!(refresh(&row, &open).code, Some(0), "{}", row.story());
        let ran = row.world.run(&["get", &open, "--dir", ".", "--quiet"]);
        assert_eq!(ran.code, Some(0), "{ran:?}\n{}", row.story());
        assert!(std::fs::read(row.world.dir().join("a.bin")).unwrap() == large().content);
    }
}

#[test]
fn a_link_that_says_how_long_it_is_valid_is_believed_and_not_shown() {
    let row = Row::new(|_| Reply::new("404 No", &[]));
    let signed = "a.bin?Expires=1795377600&Signature=geheim";
    let ran = row.get(signed, &[]);
    assert_eq!(ran.code, Some(1));
    let job = row.show();
    assert_eq!(job["link_valid_until"], "2026-11-22T20:00:00Z");
    assert!(!job.to_string().contains("geheim") && !ran.err.contains("geheim"), "{job}");
    let plain = row.world.run(&["show", "1"]).expect_code(0);
    assert!(plain.contains("Link until") && !plain.contains("geheim"), "{plain}");
    assert!(!row.world.list()[0].to_string().contains("Signature"));
}
