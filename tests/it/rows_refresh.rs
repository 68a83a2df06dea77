//! `refresh` to the letter: a fresh link is taken where it fits, refused with a sentence where not,
//! and all is kept anyhow.

use super::binary::{Ran, World, wait_until};
use super::fault_reply::{End, Origin, Reply};
use super::fault_server::FaultServer;
use super::rows::{CUT, Row, SIZE, other, usual};
use super::rows_links::LARGE;

/// A server of one file that answers every path.
pub(crate) fn serves(origin: &Origin) -> FaultServer {
    let origin = origin.clone();
    FaultServer::start(move |asked| origin.answer(asked))
}

/// A job of the usual file whose link was closed with [`CUT`] bytes here.
#[track_caller]
fn expired() -> Row {
    let row = Row::resumed(&usual(), |_| Reply::new("403 No", &[]));
    row.stops(3, "link_expired", CUT, 1);
    row
}

/// Gives job 1 a fresh link.
pub(crate) fn refresh(row: &Row, url: &str) -> Ran {
    row.world.run(&["refresh", "1", url])
}

/// The link is taken, and says this.
#[track_caller]
fn takes(row: &Row, url: &str, says: &str) {
    let ran = refresh(row, url);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""), "{ran:?}\n{}", row.story());
    assert!(ran.err.contains(says) && ran.err.lines().count() == 1, "{ran:?}");
    assert_eq!(
        (&row.show()["state"], row.show()["done_bytes"].as_u64()),
        (&"queued".into(), Some(CUT as u64))
    );
}

/// The link is refused with one line that says this, and nothing has changed.
#[track_caller]
pub(crate) fn refuses(row: &Row, url: &str, says: &str) {
    let before = row.show();
    let ran = refresh(row, url);
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{ran:?}\n{}", row.story());
    assert!(ran.err.contains(says) && ran.err.lines().count() == 1, "{ran:?}");
    let after = row.show();
    for field in ["state", "url", "done_bytes", "ranges", "etag", "error", "part"] {
        assert_eq!(after[field], before[field], "{field}");
    }
}

/// `get` of the new link goes on with the job and ends with the right file; of what is held only what
/// is compared comes again.
#[track_caller]
fn goes_on(row: &Row, server: &FaultServer, url: &str, right: &Origin) {
    let before = server.sent();
    let ran = row.world.run(&["get", url, "--dir", ".", "--quiet", "--retries", "0"]);
    assert_eq!(ran.code, Some(0), "{ran:?}\n{}", row.story());
    assert_eq!(row.world.list().len(), 1, "it is the same job");
    let found = std::fs::read(row.world.dir().join("a.bin")).unwrap();
    assert!(found == right.content, "wrong bytes\n{}", row.story());
    let sent = server.sent() - before;
    let most = (right.content.len() - CUT + 16 * (64 << 10)) as u64;
    assert!(sent < right.content.len() as u64 && sent <= most, "{sent}\n{}", row.story());
    row.same_file();
}

#[test]
fn a_fresh_link_with_the_same_mark_is_taken_by_it() {
    let (row, fresh) = (expired(), serves(&usual()));
    let url = fresh.url("c/a.bin");
    takes(&row, &url, "mark of the file");
    assert_eq!(fresh.log().len(), 1, "one place is looked at");
    assert_eq!(row.show()["url"], url);
    goes_on(&row, &fresh, &url, &usual());
}

#[test]
fn one_with_another_mark_or_none_is_compared() {
    for etag in [Some("\"elsewhere\""), Some("W/\"zero\""), None] {
        let (row, fresh) = (expired(), serves(&usual().known_by(etag, None)));
        let url = fresh.url("c/a.bin");
        takes(&row, &url, "8 places");
        assert_eq!(fresh.log().len(), 8);
        assert!(fresh.sent() <= CUT as u64, "never more than is held");
        assert_eq!((&row.show()["etag"], &row.show()["by_overlap"]), (&etag.into(), &true.into()));
        // What identifies it now is the new server's: the next request says so.
        let asked = fresh.log().len();
        goes_on(&row, &fresh, &url, &usual());
        let conditions: Vec<Option<String>> =
            fresh.log()[asked..].iter().map(|a| a.header("if-range").map(str::to_owned)).collect();
        let strong = etag.filter(|tag| !tag.starts_with("W/")).map(str::to_owned);
        assert!(conditions.iter().all(|c| *c == strong), "{conditions:?}");
    }
}

#[test]
fn another_file_is_refused_by_size_and_by_bytes() {
    let row = expired();
    let longer = serves(&Origin::new(SIZE + 1, 0));
    refuses(&row, &longer.url("a.bin"), "1200008 bytes, not of 1200007");
    refuses(&row, &serves(&other()).url("a.bin"), "differs at byte 0");
    // The same mark with other bytes behind it is no proof either.
    let liar = serves(&other().known_by(Some("\"zero\""), None));
    refuses(&row, &liar.url("a.bin"), "differs at byte 0");
    let mut late = usual().known_by(None, None);
    late.content[CUT - 1] ^= 1;
    refuses(&row, &serves(&late).url("a.bin"), &format!("differs at byte {}", CUT - 1));
    let good = serves(&usual());
    let url = good.url("a.bin");
    takes(&row, &url, "fits");
    goes_on(&row, &good, &url, &usual());
}

#[test]
fn what_is_no_file_is_refused() {
    let row = expired();
    for (status, says) in [
        ("401 Who", "asks for a user"),
        ("403 No", "does not allow this download (403)"),
        ("404 No", "no such file on the server (404)"),
        ("410 No", "for good (410)"),
        ("500 Oh", "a fault of its own (500)"),
        ("429 Slow", "is busy (429)"),
    ] {
        let server = FaultServer::start(move |_| Reply::new(status, &[]));
        refuses(&row, &server.url("a.bin"), says);
    }
    refuses(&row, "http://127.0.0.1:1/a.bin", "refused the connection");
    let cut =
        FaultServer::start(|asked| usual().known_by(None, None).answer(asked).cut(9, End::Fin));
    refuses(&row, &cut.url("a.bin"), "The connection broke");
    let whole = FaultServer::start(|_| usual().known_by(None, None).whole());
    refuses(&row, &whole.url("a.bin"), "sends no parts");
    // One that sends the whole only, but under the same mark, is the same.
    let whole = FaultServer::start(|_| usual().whole());
    takes(&row, &whole.url("a.bin"), "mark of the file");
}

#[test]
fn a_redirect_is_followed_and_the_link_itself_is_kept() {
    let row = expired();
    let fresh = FaultServer::start(|asked| match asked.path.as_str() {
        "/start" => Reply::redirect("/there/a.bin"),
        _ => usual().answer(asked),
    });
    let url = fresh.url("start");
    takes(&row, &url, "fits");
    assert_eq!(row.show()["url"], url);
    goes_on(&row, &fresh, &url, &usual());
}

#[test]
fn with_nothing_here_any_file_will_do() {
    let row = Row::new(|_| Reply::new("404 No", &[]));
    row.stops(1, "not_found", 0, 2);
    let page =
        FaultServer::start(|_| Reply::new("200 OK", b"<html>").with("Content-Type", "text/html"));
    refuses(&row, &page.url("a.bin"), "a web page");
    let fresh = serves(&other());
    let url = fresh.url("b.bin");
    let ran = refresh(&row, &url);
    assert!(ran.code == Some(0) && ran.err.contains("nothing was here"), "{ran:?}");
    let ran = row.world.run(&["get", &url, "--dir", ".", "--quiet"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(std::fs::read(row.world.dir().join("b.bin")).unwrap() == other().content);
}

#[test]
fn secrets_go_to_no_other_server() {
    let secrets = ["--cookie", "a=geheim", "--user", "u:p", "--header", "X-Key: k"];
    let row = Row::new(|asked| match (asked.number, asked.path.as_str()) {
        (0, _) => usual().answer(asked).cut(CUT, End::Fin),
        (_, "/again/a.bin") => usual().known_by(None, None).answer(asked),
        _ => Reply::new("403 No", &[]),
    });
    row.stops_with(&secrets, (3, "link_expired"), CUT, 2);
    let names = ["cookie", "authorization", "x-key"];
    let again = row.server.url("again/a.bin");
    takes(&row, &again, "8 places");
    for asked in row.server.log().iter().filter(|asked| asked.path == "/again/a.bin") {
        assert!(names.iter().all(|name| asked.header(name).is_some()), "{asked:?}");
    }
    let fresh = serves(&usual().known_by(None, None));
    let url = fresh.url("a.bin");
    takes(&row, &url, "8 places");
    // Without options of its own, as the window goes on with it: nothing comes back.
    goes_on(&row, &fresh, &url, &usual());
    for asked in fresh.log() {
        assert!(names.iter().all(|name| asked.header(name).is_none()), "{asked:?}");
    }
    assert!(row.story().contains("stay with the old server"), "{}", row.story());
}

#[test]
fn what_is_all_one_value_proves_nothing() {
    let zeros = Origin { content: vec![0; LARGE], ..usual() };
    let told = zeros.clone();
    let row = Row::new(move |asked| match asked.number {
        0 => told.answer(asked).cut(LARGE / 2, End::Fin),
        _ => Reply::new("403 No", &[]),
    });
    row.stops(3, "link_expired", LARGE / 2, 1 + 1);
    let fresh = serves(&zeros.known_by(None, None));
    refuses(&row, &fresh.url("a.bin"), "all one value");
    assert_eq!(fresh.log().len(), 32, "more places are looked at, but not without end");
}

#[test]
fn what_was_damaged_here_is_not_held_against_the_link() {
    let right = Origin::new(LARGE, 0);
    let told = right.clone();
    let row = Row::new(move |asked| match asked.number {
        0 => told.answer(asked).cut(LARGE / 2, End::Fin),
        _ => Reply::new("403 No", &[]),
    });
    row.stops(3, "link_expired", LARGE / 2, 2);
    let part = row.world.dir().join("a.bin.part");
    let mut bytes = std::fs::read(&part).unwrap();
    bytes[99] ^= 1;
    // In place: another file would not be ours.
    std::fs::write(&part, &bytes).unwrap();
    let fresh = serves(&right);
    let url = fresh.url("a.bin");
    refuses(&row, &url, "was damaged at byte 99");
    assert_eq!(row.world.run(&["verify", "1"]).code, Some(1));
    assert_eq!(refresh(&row, &url).code, Some(0), "{}", row.story());
    row.world.run(&["get", &url, "--dir", ".", "--quiet"]).expect_code(0);
    assert!(std::fs::read(row.world.dir().join("a.bin")).unwrap() == right.content);
}

#[test]
fn a_job_that_runs_is_to_be_paused_first_and_one_that_is_done_needs_none() {
    let row = Row::new(|asked| usual().answer(asked).cut(CUT, End::Hang));
    let running = row.start(&[]);
    wait_until("it downloads", || row.world.list().iter().any(|job| job["state"] == "downloading"));
    let fresh = serves(&usual());
    let url = fresh.url("a.bin");
    let ran = refresh(&row, &url);
    assert!(ran.code == Some(1) && ran.err.contains("pause it first"), "{ran:?}");
    row.world.run(&["pause", "1"]).expect_code(0);
    assert_eq!(running.end().code, Some(3));
    let ran = refresh(&row, &url);
    assert!(ran.code == Some(0), "{ran:?}");
    assert_eq!(row.show()["state"], "paused", "the user paused it");
    goes_on(&row, &fresh, &url, &usual());
    let ran = refresh(&row, &url);
    assert!(ran.code == Some(1) && ran.err.contains("completed"), "{ran:?}");
    let ran = row.world.run(&["refresh", "9", &url]);
    assert!(ran.code == Some(1) && ran.err.contains("no job 9"), "{ran:?}");
}

/// What `get` of this link says on standard error while it goes on to its end.
fn said_by_get(world: &World, url: &str) -> (Option<i32>, String) {
    // Slow enough to be looked at.
    let ran = world.run(&["get", url, "--dir", ".", "--retries", "0", "--limit", "800k"]);
    (ran.code, ran.err)
}

#[test]
fn the_same_file_under_another_link_names_the_older_one() {
    let line = "To go on with that one: onward refresh 1 URL";
    let row = expired();
    // No name in common, but size and mark.
    let (code, said) = said_by_get(&row.world, &serves(&usual()).url("b.bin"));
    assert_eq!(code, Some(0), "it goes on by itself");
    assert_eq!(said.matches(line).count(), 1, "{said}");
    // Size and name.
    let unmarked = serves(&usual().known_by(None, None));
    assert!(said_by_get(&row.world, &unmarked.url("a.bin")).1.contains(line));
    // Neither.
    assert!(!said_by_get(&row.world, &unmarked.url("c.bin")).1.contains("onward refresh"));
    assert_eq!(row.world.list().len(), 4);
    assert_eq!(row.show()["state"], "needs_link", "nothing was done by itself");
}
