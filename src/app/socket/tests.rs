//! The asking side, against owners that are silent, long-winded or just going.

use super::*;

#[test]
fn a_silent_owner_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("onward.sock");
    // It takes connections, as the system does for it, and answers none.
    let _frozen = std::os::unix::net::UnixListener::bind(&path).unwrap();
    let told = ask_within(&path, Command::List, Some(Duration::from_millis(20)));
    let kind = told.unwrap_err().kind();
    assert!(matches!(kind, io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut), "{kind:?}");
}

/// Of an owner that ends it is known whether it took the question in.
#[test]
fn what_nobody_took_in_may_be_asked_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("onward.sock");
    let ask = || ask_within(&path, Command::Hosts, Some(MAX_SILENCE)).unwrap_err();
    assert!(is_unheard(&ask()), "there is no socket");
    let says = |line: Option<&'static str>| {
        let _ = std::fs::remove_file(&path);
        let owner = std::os::unix::net::UnixListener::bind(&path).unwrap();
        std::thread::spawn(move || {
            let (stream, _) = owner.accept().unwrap();
            if let Some(line) = line {
                BufReader::new(&stream).read_line(&mut String::new()).unwrap();
                (&stream).write_all(line.as_bytes()).unwrap();
            } else {
                // The question is there, and it goes without a look at it.
                std::thread::sleep(Duration::from_millis(50));
            }
        })
    };
    for (line, expected) in [
        (None, true),
        (Some(""), false),
        (Some("{\"v\":1,\"error\":\"e\"}\n"), false),
        (Some("{\"v\":1,\"error\":\"e\",\"unheard\":true}\n"), true),
    ] {
        let owner = says(line);
        assert_eq!(is_unheard(&ask()), expected, "{line:?}");
        owner.join().unwrap();
    }
    assert!(is_unheard(&ask()), "nobody listens at the socket any more");
}

#[test]
fn an_answer_may_be_longer_than_a_question() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("onward.sock");
    let owner = std::os::unix::net::UnixListener::bind(&path).unwrap();
    let long = "x".repeat(MAX_LINE_BYTES + 1);
    let reply = Reply::Refused(crate::app::command::Refusal::File(long));
    let sent = reply.clone();
    let answering = std::thread::spawn(move || {
        let (mut stream, _) = owner.accept().unwrap();
        let mut asked = String::new();
        BufReader::new(&stream).read_line(&mut asked).unwrap();
        let answer = Answer { reply: Some(sent), ..answered() };
        serde_json::to_writer(std::io::BufWriter::new(&stream), &answer).unwrap();
        stream.write_all(b"\n").unwrap();
    });
    assert!(ask_within(&path, Command::List, Some(MAX_SILENCE)).unwrap() == reply);
    answering.join().unwrap();
}
