//! Row E17: a proxy that asks for a password, that cannot reach the server, or that is away; and the
//! program's own proxy.

use onward::app::command::{Command, Reply as Answer};
use onward::model::options::JobOptions;
use onward::model::phase::State;
use onward::model::proxy::{Proxy, ProxyUrl};
use onward::model::settings::Settings;

use super::fault_reply::{Asked, End, Reply};
use super::fault_server::FaultServer;
use super::rows::{CUT, Row, usual};
use super::stage::Stage;
use super::tls_front::{Farewell, GOOD};

const WANTS_PASSWORD: &str = "407 Proxy Authentication Required";

/// A link that nobody but the proxy sees: there is no such port.
const THERE: &str = "https://127.0.0.1:9/a.bin";

/// `get` of a link over TLS by way of a proxy with this script: the exit code, the failure and how
/// often the proxy was asked.
fn tunnel(
    script: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
    retries: &str,
) -> (Option<i32>, String, Vec<Asked>) {
    let row = Row::new(script);
    let proxy = row.server.url("");
    let line = ["get", THERE, "--dir", ".", "--quiet", "--retries", retries, "--proxy", &proxy];
    let ran = row.world.run(&line);
    assert!(row.world.files().is_empty());
    (
        ran.code,
        row.show()["error"]["code"].as_str().unwrap_or_default().to_owned(),
        row.server.log(),
    )
}

#[test]
fn e17_a_proxy_that_asks_for_a_password_is_asked_about() {
    let (code, failure, asked) = tunnel(|_| Reply::new(WANTS_PASSWORD, &[]).ends(End::Fin), "5");
    assert_eq!((code, failure.as_str(), asked.len()), (Some(1), "proxy", 1));
    assert_eq!(asked[0].path, "127.0.0.1:9");

    let proxy = FaultServer::start(|_| Reply::new(WANTS_PASSWORD, &[]));
    let row = Row::resumed(&usual(), |asked| usual().answer(asked));
    let by_proxy = ["--proxy", &proxy.url(""), "--retries", "5"];
    row.stops_with(&by_proxy, (3, "proxy"), CUT, 0);
    assert_eq!(row.show()["state"], "failed");
    assert_eq!(proxy.log().len(), 1, "{}", row.story());
    assert_eq!(proxy.log()[0].path, row.server.url("a.bin"));
    row.keeps(&usual(), CUT, 1);
}

#[test]
fn e17_a_proxy_that_does_not_reach_the_server_passes() {
    for end in [End::Fin, End::Reset] {
        let script = move |_: &Asked| Reply::new("502 Bad Gateway", &[]).ends(end);
        let (code, failure, asked) = tunnel(script, "0");
        assert_eq!((code, failure.as_str(), asked.len()), (Some(3), "unreachable", 1));
    }
    let (code, failure, asked) = tunnel(|_| Reply::nothing(End::Fin), "0");
    assert_eq!((code, failure.as_str(), asked.len()), (Some(3), "unreachable", 1));
}

#[test]
fn e17_a_tunnel_that_comes_about_later_keeps_what_came() {
    let row = Row::over_tls(GOOD, Farewell::Said, |asked| match asked.number {
        0 => usual().answer(asked).cut(CUT, End::Fin),
        1 => Reply::new("503 Later", &[]),
        _ => usual().answer(asked),
    });
    row.stops(3, "busy", CUT, 2);
    let proxy = FaultServer::start(|_| Reply::new("503 Later", &[]).ends(End::Fin));
    row.stops_with(&["--proxy", &proxy.url("")], (3, "unreachable"), CUT, 0);
    row.keeps(&usual(), CUT, 1);
}

#[test]
fn e17_a_proxy_that_is_away_passes() {
    let row = Row::resumed(&usual(), |asked| usual().answer(asked));
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = format!("http://127.0.0.1:{}", nobody.local_addr().unwrap().port());
    drop(nobody);
    row.stops_with(&["--proxy", &proxy], (3, "refused"), CUT, 0);
    row.keeps(&usual(), CUT, 1);
}

#[test]
fn the_programs_proxy_holds_from_the_next_connection_on() {
    let server = FaultServer::start(|asked| usual().answer(asked));
    let proxy = FaultServer::start(|asked| usual().answer(asked));
    let stage = Stage::new();
    let address = ProxyUrl::parse(&proxy.url("")).unwrap();
    for (through, name) in
        [(Proxy::System, "a.bin"), (Proxy::At(address), "b.bin"), (Proxy::Direct, "c.bin")]
    {
        let settings = Settings { proxy: through, ..Settings::default() };
        assert_eq!(stage.call(Command::ChangeSettings(settings)), Answer::Ok);
        let id = stage.add(&server.url(name), JobOptions::default());
        stage.comes_to(id, State::Completed);
    }
    let asked = |log: Vec<Asked>, name: &str| log.iter().any(|one| one.path.ends_with(name));
    for (name, by_proxy) in [("a.bin", false), ("b.bin", true), ("c.bin", false)] {
        assert_eq!(asked(proxy.log(), name), by_proxy, "{name}");
        assert_eq!(asked(server.log(), name), !by_proxy, "{name}");
    }
    stage.close();
}
