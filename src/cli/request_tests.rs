//! Tests of [`super`]: arguments as people type them, and what becomes of them.

use clap::Parser;

use super::*;
use crate::cli::args::{Arguments, Verb};

/// The jobs these arguments make, or why they make none.
fn jobs(line: &[&str], input: &str) -> Result<Vec<NewJob>, Misuse> {
    let arguments = Arguments::try_parse_from(["onward"].iter().chain(line)).unwrap();
    let mut input = input.as_bytes();
    let mut around = Surroundings {
        input: Some(&mut input),
        download_dir: PathBuf::from("/home/ann/Downloads"),
    };
    if let Some(Verb::Add(args)) = &arguments.verb {
        return of_add(args, &mut around);
    }
    let Some(Verb::Get(args)) = &arguments.verb else { panic!("{line:?} makes no job") };
    of_get(args, &mut around).map(|job| vec![job])
}

fn job(line: &[&str]) -> NewJob {
    jobs(line, "").unwrap().remove(0)
}

fn refusal(line: &[&str], input: &str) -> String {
    jobs(line, input).unwrap_err().0
}

#[test]
fn without_options_the_defaults_hold() {
    let job = job(&["get", "https://h.example/a"]);
    assert_eq!(job.options, JobOptions::default());
    assert_eq!(job.dir, Path::new("/home/ann/Downloads"));
    assert_eq!((job.name, job.intent, job.not_before), (None, Intent::Run, None));
}

#[test]
fn every_option_finds_its_place() {
    let job = job(&[
        "add",
        "https://ann:p@h.example/a",
        "--dir",
        "/srv/./x/",
        "--name",
        "../b.iso",
        "--connections",
        "3",
        "--limit",
        "2M",
        "--header",
        "X-A:  b ",
        "--header",
        "X-C: d",
        "--user-agent",
        "ua",
        "--referer",
        "http://r/",
        "--cookie",
        "a=b; c=d",
        "--user",
        "u:p:q",
        "--checksum",
        "auto",
        "--retries",
        "0",
        "--stall-timeout",
        "5",
        "--connect-timeout",
        "6",
        "--proxy",
        "socks5h://localhost:1080",
        "--insecure",
        "--mirror",
        "http://m/a",
        "--mirror",
        "https://n/b",
        "--paused",
        "--at",
        "2026-11-23T08:00:00Z",
    ]);
    let header = |name: &str, value: &str| Header { name: name.into(), value: value.into() };
    let wanted = JobOptions {
        connections: 3,
        limit_bps: Some(2 << 20),
        headers: vec![header("X-A", "b"), header("X-C", "d")],
        user_agent: Some("ua".into()),
        referer: Some("http://r/".into()),
        cookie: Some("a=b; c=d".into()),
        credentials: Some(Credentials { user: "u".into(), password: "p:q".into() }),
        expected: Some(Expected::Sidecar),
        retries: 0,
        stall_timeout_secs: 5,
        connect_timeout_secs: 6,
        proxy: Some("socks5h://localhost:1080".into()),
        insecure: true,
        mirrors: vec![link("http://m/a").unwrap(), link("https://n/b").unwrap()],
    };
    assert!(job.options == wanted);
    assert_eq!(job.dir.as_os_str(), "/srv/x");
    assert_eq!(job.name.as_deref(), Some("b.iso"));
    assert_eq!(job.intent, Intent::Hold);
    assert_eq!(job.not_before, Some("2026-11-23T08:00:00Z".parse().unwrap()));
    assert_eq!(job.url.credentials().unwrap().user, "ann");
}

#[test]
fn a_relative_folder_becomes_absolute() {
    let dir = job(&["get", "http://h/a", "--dir", "x/./y/"]).dir;
    assert_eq!(dir, std::env::current_dir().unwrap().join("x/y"));
}

#[test]
fn what_cannot_be_used_is_refused() {
    for (line, part) in [
        (&["get", "http://"][..], "names no server"),
        (&["get", "ftp://h/a"], "cannot be fetched yet"),
        (&["get", "file:///etc/passwd"], "\"file:///etc/passwd\""),
        (&["get", "http://h/a", "--name", ".."], "--name"),
        (&["get", "http://h/a", "--mirror", "ftp://g/a"], "cannot be fetched yet"),
        (&["get", "http://h/a", "--header", "X-A"], "--header takes"),
        (&["get", "http://h/a", "--header", "X A: b"], "no header's name"),
        (&["get", "http://h/a", "--header", "X-A: b\r\nX-B: c"], "--header holds a line break"),
        (&["get", "http://h/a", "--header", "Range: bytes=0-"], "sets the header Range itself"),
        (&["get", "http://h/a", "--cookie", "a=b\nc"], "--cookie holds a line break"),
        (&["get", "http://h/a", "--user", "a:b\nc"], "--user holds a line break"),
        (&["get", "http://h/a", "--referer", "a\u{1}"], "--referer holds"),
        (&["get", "http://h/a", "--proxy", "ftp://p"], "--proxy takes"),
        (&["get", "http://h/a", "--cookie", "@/nonexistent"], "/nonexistent cannot be read"),
        (&["add", "http://h/a", "http://h/b", "--name", "c"], "--name fits one link only"),
        (&["add", "http://h/a", "http://h/b", "--mirror", "http://g/a"], "--mirror fits one link"),
        (
            &[
                "add",
                "http://h/a",
                "http://h/b",
                "--checksum",
                "md5:d41d8cd98f00b204e9800998ecf8427e",
            ],
            "fits one link only",
        ),
    ] {
        let text = refusal(line, "");
        assert!(text.contains(part), "{line:?}: {text}");
    }
}

#[test]
fn no_refusal_repeats_a_secret() {
    for line in [
        &["get", "ftp://ann:geheim@h/a"][..],
        &["get", "file:///a?sig=geheim"],
        &["get", "http://h/a", "--header", "X-T: geheim\n"],
        &["get", "http://h/a", "--header", "geheim"],
        &["get", "http://h/a", "--user", "ann:geheim\n"],
        &["get", "http://h/a", "--proxy", "ann:geheim@p"],
    ] {
        assert!(!refusal(line, "").contains("geheim"), "{line:?}");
    }
}

#[test]
fn links_come_from_standard_input() {
    let read = jobs(&["add", "http://h/a", "-"], " http://h/b \r\n\n\thttp://h/c").unwrap();
    let urls: Vec<&str> = read.iter().map(|job| job.url.as_str()).collect();
    assert_eq!(urls, ["http://h/a", "http://h/b", "http://h/c"]);
    assert!(refusal(&["add", "-"], "http://h/a\nnone\n").starts_with("line 2: \"none\""));
    assert_eq!(refusal(&["add", "-"], "\n"), "no link came on standard input");
    let twice = refusal(&["add", "-", "--cookie", "@-"], "http://h/a");
    assert_eq!(twice, "standard input can be read only once");
}

#[test]
fn secrets_come_from_files() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("secret");
    let given = format!("@{}", path.display());
    std::fs::write(&path, "sid=1\r\n").unwrap();
    let options = job(&["get", "http://h/a", "--cookie", &given]).options;
    assert_eq!(options.cookie.as_deref(), Some("sid=1"));
    std::fs::write(&path, "X-A: b\nX-C: d\n").unwrap();
    let options = job(&["get", "http://h/a", "--header", &given]).options;
    assert_eq!(options.headers.len(), 2);
    let options =
        jobs(&["get", "http://h/a", "--user", "@-"], "ann:p\n").unwrap().remove(0).options;
    assert!(options.credentials.is_some_and(|c| c.user == "ann" && c.password == "p"));
    std::fs::write(&path, "\n").unwrap();
    assert!(refusal(&["get", "http://h/a", "--user", &given], "").contains("is empty"));
}

#[test]
fn clap_refuses_what_it_can() {
    for line in [
        &["get"][..],
        &["get", "http://h/a", "http://h/b"],
        &["add"],
        &["get", "http://h/a", "--connections", "0"],
        &["get", "http://h/a", "--connections", "33"],
        &["get", "http://h/a", "--limit", "fast"],
        &["get", "http://h/a", "--checksum", "crc:1"],
        &["get", "http://h/a", "--stall-timeout", "0"],
        &["get", "http://h/a", "--paused"],
        &["add", "http://h/a", "--at", "soon"],
        &["pause"],
        &["pause", "1", "--all"],
        &["pause", "x"],
        &["remove"],
        &["remove", "--all"],
        &["show"],
        &["refresh", "1"],
        &["verify"],
        &["hosts", "--json", "forget", "h"],
        &["--frobnicate"],
    ] {
        let error = Arguments::try_parse_from(["onward"].iter().chain(line)).unwrap_err();
        assert_eq!(error.exit_code(), 2, "{line:?}");
    }
}

#[test]
fn options_of_the_program_stand_anywhere() {
    for line in [
        &["--data-dir", "/d", "-vv", "--log-file", "l", "list"][..],
        &["list", "--data-dir", "/d", "-vv", "--log-file", "l"],
        &["--data-dir=/d", "list", "-v", "-v", "--log-file=l"],
    ] {
        let read = Arguments::try_parse_from(["onward"].iter().chain(line)).unwrap();
        assert_eq!(read.program.data_dir.as_deref(), Some(Path::new("/d")), "{line:?}");
        assert_eq!(read.program.verbose, 2, "{line:?}");
        assert!(matches!(read.verb, Some(Verb::List(_))), "{line:?}");
    }
    let read = Arguments::try_parse_from(["onward", "http://h/a", "http://h/b"]).unwrap();
    assert!(read.verb.is_none() && read.urls.len() == 2);
}

#[test]
fn the_window_is_opened_with_links_or_with_files() {
    let dir = tempfile::tempdir().unwrap();
    let list = dir.path().join("li st.txt");
    std::fs::write(&list, "").unwrap();
    let path = list.to_str().unwrap().to_owned();
    let link = url::Url::from_file_path(&list).unwrap().to_string();
    let of = |texts: &[&str]| shown(texts.iter().map(|text| (*text).to_owned()).collect());
    assert_eq!(of(&[]), Ok(Shows::AsItWas));
    assert_eq!(of(&["http://h/a"]), Ok(Shows::Links(vec!["http://h/a".to_owned()])));
    assert_eq!(of(&[&path, &link]), Ok(Shows::Files(vec![list.clone(), list.clone()])));
    assert!(of(&["http://h/a", &path]).unwrap_err().0.contains("together"));
    // A folder, and a file that is not there, are no lists.
    assert!(of(&[dir.path().to_str().unwrap()]).is_err());
    assert!(of(&["file:///not/there"]).is_err());
}
