//! Rows of TLS: connections that end without a farewell, certificates that are not accepted, and a
//! redirect that leads out of TLS.

use super::fault_reply::{End, Reply};
use super::fault_server::FaultServer;
use super::rows::{CUT, Row, SIZE, usual};
use super::tls_front::{ELSEWHERE, EXPIRED, Farewell, GOOD};

/// The length is told by nothing but the end of the connection, which somebody else may have cut.
#[test]
fn a7_the_end_without_a_farewell_is_never_the_end_of_the_file() {
    let row = Row::over_tls(GOOD, Farewell::Silent, |_| usual().whole().unsized_body());
    row.stops(3, "broken", SIZE, 3);
    assert!(row.show()["total_bytes"].is_null());
    let row = Row::over_tls(GOOD, Farewell::Said, |_| usual().whole().unsized_body());
    row.finishes(&usual(), 1);
}

#[test]
fn a7_cut_without_a_farewell_goes_on() {
    let row = Row::over_tls(GOOD, Farewell::Silent, |asked| match asked.number {
        0 => usual().whole().unsized_body().cut(CUT, End::Fin),
        _ => usual().answer(asked),
    });
    row.finishes_with(&["--retries", "2"], &usual(), 2);
    row.kept(&usual(), 0);
}

#[test]
fn a8_all_came_and_no_farewell() {
    let row = Row::over_tls(GOOD, Farewell::Silent, |asked| usual().answer(asked).ends(End::Fin));
    row.keeps(&usual(), 0, 1);
}

#[test]
fn d12_out_of_tls_leads_no_redirect() {
    let open = FaultServer::start(|asked| usual().answer(asked));
    let there = open.url("a.bin");
    let row = Row::over_tls(GOOD, Farewell::Said, move |_| Reply::redirect(&there));
    row.stops_with(&["--retries", "3"], (1, "redirect_refused"), 0, 1);
    assert_eq!(open.connections(), 0, "it went there");
    assert!(row.world.files().is_empty());
}

#[test]
fn d12_out_of_tls_leads_no_redirect_of_a_resume() {
    let open = FaultServer::start(|asked| usual().answer(asked));
    let there = open.url("a.bin");
    let row = Row::over_tls(GOOD, Farewell::Said, move |asked| match asked.number {
        0 => usual().answer(asked).cut(CUT, End::Fin),
        1 => Reply::redirect(&there),
        _ => usual().answer(asked),
    });
    row.stops(1, "redirect_refused", CUT, 2);
    assert_eq!(open.connections(), 0, "it went there");
    row.keeps(&usual(), CUT, 1);
}

#[test]
fn e14_a_certificate_that_is_not_accepted_is_asked_about_and_not_tried_again() {
    for certificate in [EXPIRED, ELSEWHERE] {
        let row = Row::over_tls(certificate, Farewell::Said, |asked| usual().answer(asked));
        row.stops_with(&["--retries", "5"], (1, "certificate"), 0, 0);
        assert_eq!((row.front().connections(), &row.show()["state"]), (1, &"failed".into()));
        row.finishes_with(&["--insecure"], &usual(), 1);
    }
}

#[test]
fn e14_a_certificate_that_expires_meanwhile_keeps_what_came() {
    let row = Row::over_tls(GOOD, Farewell::Said, |asked| match asked.number {
        0 => usual().answer(asked).cut(CUT, End::Fin),
        1 => Reply::new("503 Later", &[]),
        _ => usual().answer(asked),
    });
    row.stops(3, "busy", CUT, 2);
    let before = row.front().connections();
    row.front().present(EXPIRED);
    row.stops_with(&["--retries", "5"], (3, "certificate"), CUT, 0);
    assert_eq!(row.show()["state"], "failed");
    assert_eq!(row.front().connections() - before, 1, "{}", row.story());
    row.front().present(GOOD);
    row.keeps(&usual(), CUT, 1);
}
