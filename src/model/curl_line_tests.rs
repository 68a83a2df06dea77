//! Tests of [`super`]: command lines as Chrome and Firefox copy them.

use super::*;

/// Chrome, "Copy as cURL (bash)".
const CHROME_BASH: &str = r#"curl 'https://files.example/get/report%202026.pdf?token=a%2Bb' \
  -H 'accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8' \
  -H 'accept-language: en-GB,en;q=0.9' \
  -b 'sid=abc123; theme="dark"' \
  -H 'if-none-match: "5f2a"' \
  -H 'range: bytes=0-' \
  -H 'referer: https://files.example/' \
  -H 'sec-ch-ua: "Chromium";v="128", "Not;A=Brand";v="24"' \
  -H 'upgrade-insecure-requests: 1' \
  -H 'user-agent: Mozilla/5.0 (X11; Linux x86_64)' \
  -H $'x-note: it\'s \u4e2d' \
  --compressed"#;

/// Chrome, "Copy as cURL (cmd)".
const CHROME_CMD: &str = "curl ^\"https://files.example/a.zip?x=1^&y=2^\" ^\r\n  -H ^\"accept: */*^\" ^\r\n  -b ^\"sid=abc^\" ^\r\n  -H ^\"sec-ch-ua: ^\\^\"Chromium^\\^\";v=^\\^\"128^\\^\"^\" ^\r\n  -H ^\"user-agent: Mozilla/5.0 (Windows NT 10.0)^\"";

/// Firefox, "Copy as cURL (POSIX)".
const FIREFOX: &str = "curl 'https://files.example/big.iso' --compressed -H 'User-Agent: Mozilla/5.0' -H 'Accept-Encoding: gzip, deflate, br, zstd' -H 'Connection: keep-alive' -H 'Cookie: a=b; c=d' -H 'Upgrade-Insecure-Requests: 1' -H 'Priority: u=0, i' -H 'TE: trailers'";

fn names(line: &CurlLine) -> Vec<&str> {
    line.headers.iter().map(|h| h.name.as_str()).collect()
}

#[test]
fn what_browsers_copy_is_read() {
    let chrome = read(CHROME_BASH).unwrap();
    assert_eq!(chrome.links, ["https://files.example/get/report%202026.pdf?token=a%2Bb"]);
    assert_eq!(names(&chrome), ["accept", "accept-language", "sec-ch-ua", "x-note"]);
    assert_eq!(chrome.headers[3].value, "it's 中");
    assert_eq!(chrome.cookie.as_deref(), Some("sid=abc123; theme=\"dark\""));
    assert_eq!(chrome.referer.as_deref(), Some("https://files.example/"));
    assert_eq!(chrome.user_agent.as_deref(), Some("Mozilla/5.0 (X11; Linux x86_64)"));

    let cmd = read(CHROME_CMD).unwrap();
    assert_eq!(cmd.links, ["https://files.example/a.zip?x=1&y=2"]);
    assert_eq!(names(&cmd), ["accept", "sec-ch-ua"]);
    assert_eq!(cmd.headers[1].value, "\"Chromium\";v=\"128\"");
    assert_eq!(cmd.cookie.as_deref(), Some("sid=abc"));

    let firefox = read(FIREFOX).unwrap();
    assert_eq!(names(&firefox), ["Priority"]);
    assert_eq!(firefox.cookie.as_deref(), Some("a=b; c=d"));
}

#[test]
fn what_people_type_is_read() {
    let line = read(
        "curl -sSfLO -uann:p:q -x proxy:3128 -k -A 'My agent' -e 'https://r/;auto' \
         --output=/tmp/x/name.bin --header='X-A: b' -H 'Accept:' -H 'X-Empty;' -m 30 -r 0-9 h/a -- b",
    );
    // A field of curl's own form for an empty value is no header line.
    assert_eq!(line, Err(CurlError::Header("x-empty".into())));
    let line = read(
        "curl.exe -sSfLO -uann:p:q -x proxy:3128 -k -A 'My agent' -e 'https://r/;auto' \
         --output=/tmp/x/name.bin --header='X-A: b' -H 'Accept:' -m 30 -r 0-9 h/a --url b",
    )
    .unwrap();
    assert_eq!(line.links, ["http://h/a", "http://b"]);
    let Credentials { user, password } = line.credentials.clone().unwrap();
    assert_eq!((user.as_str(), password.as_str()), ("ann", "p:q"));
    assert_eq!(line.proxy.as_deref(), Some("http://proxy:3128"));
    assert_eq!(line.user_agent.as_deref(), Some("My agent"));
    assert_eq!(line.referer.as_deref(), Some("https://r/"));
    assert_eq!(line.name.as_deref(), Some("name.bin"));
    assert!(line.insecure && names(&line) == ["X-A"]);
    assert!(read("curl -o - h").unwrap().name.is_none());
    assert!(!format!("{line:?}").contains("p:q"));
}

#[test]
fn what_would_not_fetch_the_same_is_refused() {
    for (text, error) in [
        ("curl -X POST https://h/a", CurlError::Sends),
        ("curl https://h/a --data-raw 'a=b'", CurlError::Sends),
        ("curl https://h/a -da=b", CurlError::Sends),
        ("curl https://h/a --json {}", CurlError::Sends),
        ("curl -I https://h/a", CurlError::Option("--head".into())),
        ("curl -b jar.txt https://h/a", CurlError::ReadsFile),
        ("curl -H @file https://h/a", CurlError::ReadsFile),
        ("curl --cert x https://h/a", CurlError::Option("--cert".into())),
        ("curl -Q x https://h/a", CurlError::Option("-Q".into())),
        ("curl -x 'a b' https://h/a", CurlError::Option("--proxy".into())),
        ("curl -H 'X Y: z' https://h/a", CurlError::Header("x y".into())),
        ("curl -H $'X: a\\nY: b' https://h/a", CurlError::Header("x".into())),
        ("curl -b $'a=b\\r\\nX: y' https://h/a", CurlError::Header("cookie".into())),
        ("curl https://h/a -H", CurlError::Unfinished),
        ("curl 'https://h/a", CurlError::Unfinished),
        ("curl https://h/a;\ncurl https://h/b", CurlError::Several),
        ("curl -L", CurlError::NoLink),
    ] {
        assert_eq!(read(text), Err(error), "{text}");
    }
}

#[test]
fn what_is_meant_as_a_command() {
    for (text, is) in [
        ("curl https://h/a", true),
        (" \ncurl 'x'", true),
        ("curl.exe ^\"x^\"", true),
        ("curl", false),
        ("curly https://h/a", false),
        ("https://h/curl x", false),
        ("", false),
    ] {
        assert_eq!(is_curl(text), is, "{text:?}");
    }
}

proptest::proptest! {
    #[test]
    fn nothing_panics_and_no_header_breaks(
        text in r#"curl( (-[HbuAeoxXLks]|--url|--data|--header=)? ?(\$?'[^']{0,12}'|"[^"]{0,12}"|\^"[^"]{0,9}\^"|[ -~\n\\^]{0,9})){0,6}"#,
    ) {
        let Ok(line) = read(&text) else { return Ok(()) };
        proptest::prop_assert!(!line.links.is_empty());
        let values = line.headers.iter().flat_map(|h| [&h.name, &h.value]);
        let more = [&line.cookie, &line.user_agent, &line.referer];
        for value in values.chain(more.into_iter().flatten()) {
            proptest::prop_assert!(!value.contains(['\r', '\n', '\0']), "{text:?}");
        }
    }

    #[test]
    fn what_was_quoted_comes_back(words in proptest::collection::vec("[^\0]{1,12}", 1..4)) {
        let quoted = words.iter().map(|word| format!("'{}'", word.replace('\'', r"'\''")));
        let text = quoted.collect::<Vec<_>>().join(" ");
        proptest::prop_assert_eq!(shell_words::split(&text, Flavour::Bash), Ok(words));
    }
}
