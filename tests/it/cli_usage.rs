//! The command line, wrongly and rightly used, where no download is needed.

use super::binary::World;

#[test]
fn wrong_usage_ends_with_two_and_says_why() {
    let world = World::new();
    for (arguments, part) in [
        (&["get"][..], "required"),
        (&["get", "http://"], "names no server"),
        (&["get", "ftp://127.0.0.1/a"], "cannot be fetched yet"),
        (&["get", "http://127.0.0.1/a b"], "blank"),
        (&["get", "http://127.0.0.1/a", "--connections", "33"], "--connections"),
        (&["get", "http://127.0.0.1/a", "--header", "X: a\nY: b"], "line break"),
        (&["get", "http://127.0.0.1/a", "--mirror", "ftp://127.0.0.1/b"], "cannot be fetched"),
        (&["add", "nonsense"], "not a link"),
        (&["add", "-"], "no link came"),
        (&["refresh", "1", "ftp://127.0.0.1/a"], "cannot be fetched yet"),
        (&["refresh", "x", "http://127.0.0.1/a"], "number is expected"),
        (&["pause"], "required"),
        (&["remove", "x"], "number is expected"),
        (&["frobnicate"], "not a link"),
        (&["--frobnicate"], "unexpected argument"),
        (&["http://127.0.0.1/a", "-v", "list"], "before a command"),
        (&["--hidden", "http://127.0.0.1/a"], "cannot be used with"),
        (&["--from-clipboard", "--hidden"], "cannot be used with"),
        (&["--hidden", "list"], "window alone"),
    ] {
        let ran = world.run(arguments);
        assert_eq!(ran.code, Some(2), "{arguments:?}: {ran:?}");
        assert!(ran.err.starts_with("error: "), "{arguments:?}: {}", ran.err);
        assert!(ran.err.contains(part), "{arguments:?}: {}", ran.err);
        assert!(ran.out.is_empty(), "{arguments:?}: {}", ran.out);
    }
    assert!(world.files().is_empty());
}

#[test]
fn help_and_version_go_to_standard_output() {
    let world = World::new();
    let version = world.run(&["--version"]).expect_code(0);
    assert_eq!(version, format!("onward {}\n", env!("CARGO_PKG_VERSION")));
    for arguments in [&["--help"][..], &["get", "--help"], &["hosts", "--help"]] {
        assert!(world.run(arguments).expect_code(0).contains("Usage: onward"), "{arguments:?}");
    }
}

#[test]
fn a_reader_that_has_gone_is_no_panic() {
    let world = World::new();
    let mut child = world.command(&["list", "--json"]).spawn().unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(0));
    assert!(ended.stderr.is_empty());
}
