//! Row D: statuses, redirects and who may see which secret.

use std::time::{Duration, Instant};

use super::binary::wait_until;
use super::fault_reply::{Asked, End, OLD, Origin, Reply};
use super::fault_server::FaultServer;
use super::rows::{CUT, Row, SIZE, usual};

/// A web page with this status.
fn page(status: &str) -> Reply {
    Reply::new(status, b"<html>Please log in</html>").with("Content-Type", "text/html; charset=x")
}

/// An answer without a body.
fn bare(status: &'static str) -> impl Fn(&Asked) -> Reply + Send + Sync + 'static {
    move |_| Reply::new(status, &[])
}

#[test]
fn d1_two_failures_pass() {
    let row = Row::resumed(&usual(), |asked| match asked.number {
        0 | 1 => Reply::new("500 Oh", &[]),
        _ => usual().answer(asked),
    });
    row.finishes_with(&["--retries", "3"], &usual(), 3);
    row.kept(&usual(), CUT);
}

#[test]
fn d2_retry_after_is_waited_for() {
    let row = Row::resumed(&usual(), |asked| match asked.number {
        0 => Reply::new("503 Later", &[]).with("Retry-After", "3"),
        _ => usual().answer(asked),
    });
    let start = Instant::now();
    row.finishes_with(&["--retries", "3"], &usual(), 2);
    assert!(start.elapsed() >= Duration::from_secs(3), "{:?}", start.elapsed());
    row.kept(&usual(), CUT);
}

#[cfg(unix)]
#[test]
fn d2_retry_after_in_its_other_forms_is_shown() {
    for (after, least, most) in
        [("Sun, 22 Nov 2026 12:20:00 GMT", 1190, 1201), ("99999", 3590, 3601), ("soon", 3, 6)]
    {
        let row = Row::new(move |_| {
            Reply::new("503 Later", &[])
                .with("Date", "Sun, 22 Nov 2026 12:00:00 GMT")
                .with("Retry-After", after)
        });
        let running = row.start(&["--retries", "5"]);
        wait_until("it waits", || row.world.list().iter().any(|job| job["state"] == "waiting"));
        let until: jiff::Timestamp = row.show()["retry_at"].as_str().unwrap().parse().unwrap();
        let wait = until.duration_since(jiff::Timestamp::now()).as_secs();
        assert!((least..=most).contains(&wait), "{after}: {wait}");
        running.signal(rustix::process::Signal::TERM);
        assert_eq!((running.end().code, row.asked().len()), (Some(143), 1));
    }
}

#[test]
fn d6_the_target_expires_and_the_link_leads_to_another() {
    let row = Row::new(|asked| match (asked.path.as_str(), asked.number) {
        ("/a.bin", 0) => Reply::redirect("/one/a.bin"),
        ("/a.bin", _) => Reply::redirect("/two/a.bin"),
        ("/one/a.bin", 1) => usual().answer(asked).cut(CUT, End::Fin),
        ("/two/a.bin", _) => usual().answer(asked),
        _ => Reply::new("403 No", &[]),
    });
    row.keeps(&usual(), 0, 4);
}

#[test]
fn d7_the_link_expires_and_all_is_kept_until_it_works_again() {
    let row = Row::resumed(&usual(), |asked| match asked.number {
        0 => Reply::new("403 No", &[]),
        _ => usual().answer(asked),
    });
    row.stops(3, "link_expired", CUT, 1);
    assert_eq!(row.show()["state"], "needs_link");
    row.keeps(&usual(), CUT, 1);
}

#[test]
fn d8_gone_after_a_part_of_it_came() {
    for status in ["404 Not Found", "410 Gone", "451 Unavailable"] {
        Row::resumed(&usual(), bare(status)).stops(3, "link_expired", CUT, 2);
    }
}

#[test]
fn d9_name_and_password_are_asked_for() {
    let row = Row::resumed(&usual(), |asked| match asked.header("authorization") {
        Some("Basic YW5uOmdlaGVpbQ==") => usual().answer(asked),
        _ => Reply::new("401 Who", &[]).with("WWW-Authenticate", "Basic realm=x"),
    });
    row.stops_with(&["--retries", "5"], (3, "unauthorised"), CUT, 1);
    row.finishes_with(&["--user", "ann:geheim"], &usual(), 1);
    row.kept(&usual(), CUT);
    let shown = row.world.run(&["show", "1", "--json"]).expect_code(0);
    assert!(!shown.contains("geheim") && !shown.contains("YW5u"), "{shown}");
}

/// `n` redirects, then the file.
fn chain(n: usize) -> Row {
    Row::new(move |asked| {
        let at: usize = asked.path.rsplit('=').next().and_then(|n| n.parse().ok()).unwrap_or(0);
        if at < n {
            Reply::redirect(&format!("/a.bin?{}={}", at, at + 1))
        } else {
            usual().answer(asked)
        }
    })
}

#[test]
fn d10_chains_of_redirects() {
    chain(5).finishes(&usual(), 6);
    chain(10).finishes(&usual(), 11);
    chain(11).stops(1, "redirect_loop", 0, 11);
    for status in ["301 Moved", "303 Other", "307 For now", "308 For good"] {
        let row = Row::new(move |asked| match asked.path.as_str() {
            "/a.bin" => Reply::redirect("there/a.bin").status(status),
            _ => usual().answer(asked),
        });
        row.finishes(&usual(), 2);
    }
    Row::new(|_| Reply::redirect("/a.bin")).stops(1, "redirect_loop", 0, 11);
    Row::new(|_| Reply::redirect("/a.bin").without("Location")).stops(1, "redirect_loop", 0, 1);
    Row::new(bare("300 Choose")).stops(1, "redirect_loop", 0, 1);
    Row::new(|_| Reply::redirect("ftp://h/a.bin")).stops(1, "redirect_refused", 0, 1);
}

#[test]
fn d11_secrets_stay_with_their_server() {
    let there = FaultServer::start(|asked| usual().answer(asked));
    let target = there.url("there/a.bin");
    let row = Row::new(move |_| Reply::redirect(&target));
    let secrets =
        ["--cookie", "a=geheim", "--user", "u:p", "--header", "X-Key: k", "--referer", "http://r/"];
    row.finishes_with(&secrets, &usual(), 1);
    for name in ["cookie", "authorization", "x-key", "referer"] {
        assert!(row.asked()[0].header(name).is_some(), "{name} is missing");
        assert_eq!(there.log()[0].header(name), None, "{name} leaked");
    }
}

#[test]
fn d13_a_redirect_to_a_page_is_no_data() {
    let row = Row::resumed(&usual(), |asked| match asked.path.as_str() {
        "/a.bin" => Reply::redirect("/login"),
        _ => page("200 OK"),
    });
    row.stops(3, "page", CUT, 2);
    assert_eq!(row.show()["state"], "needs_link");
}

#[test]
fn d14_every_request_is_sent_to_another_place() {
    let mirrors = |second: Origin| {
        Row::new(move |asked| match (asked.path.as_str(), asked.number) {
            ("/a.bin", 0) => Reply::redirect("/one/a.bin"),
            ("/a.bin", _) => Reply::redirect("/two/a.bin"),
            ("/one/a.bin", _) => usual().answer(asked).cut(CUT, End::Fin),
            _ => second.answer(asked),
        })
    };
    mirrors(usual()).keeps(&usual(), 0, 4);
    let longer = Origin::new(SIZE + 9, 0xa5);
    let row = mirrors(longer.clone());
    row.finishes(&longer, 4);
    assert!(row.story().contains("its size differs"), "{}", row.story());
}

#[test]
fn d15_statuses_that_are_no_file() {
    for (status, failure) in [
        ("204 None", "bad_status"),
        ("205 Reset", "bad_status"),
        ("304 Same", "bad_status"),
        ("418 Tea", "bad_status"),
        ("403 No", "forbidden"),
        ("404 No", "not_found"),
        ("410 Gone", "gone"),
        ("401 Who", "unauthorised"),
        ("407 Who", "proxy"),
    ] {
        let row = Row::new(bare(status));
        row.stops(1, failure, 0, 2);
        assert!(row.world.files().is_empty(), "{status}");
    }
}

#[test]
fn d16_a_portal_in_between_is_no_data_and_passes() {
    let dated = usual().known_by(Some("\"zero\""), Some(OLD));
    let row = Row::resumed(&dated.clone(), move |asked| match asked.number {
        0 => page("200 OK"),
        _ => dated.answer(asked),
    });
    row.stops(3, "page", CUT, 1);
    row.keeps(&usual(), CUT, 1);
}

#[test]
fn d17_a_condition_that_was_never_set() {
    for status in ["412 No", "304 Same", "400 Bad", "405 No", "501 No"] {
        let row = Row::resumed(&usual(), move |asked| match asked.range() {
            Some(_) => Reply::new(status, &[]),
            None => usual().whole(),
        });
        row.finishes(&usual(), 3);
        row.same_file();
    }
}
