//! Row E, HTTP/2: a server that speaks nothing else, over TLS, in the test's process
//! (RFC 9113). It ends with the test's process.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use h2::Reason;
use h2::server::{Connection, SendResponse};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::server::TlsStream;

use super::binary::World;
use super::fault_reply::content;

const SIZE: usize = 3_000_017;
/// Of no value to anybody: made for these tests.
const PEM: &[u8] = include_bytes!("../fixtures/localhost.pem");

/// What becomes of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Answered in full.
    Whole,
    /// Not begun on.
    Refused(Reason),
    /// Reset after so many bytes.
    Reset(usize),
    /// The connection is said to end while it is answered, then ends.
    GoAway,
}

type Script = fn(usize) -> Fate;

struct Server {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
}

fn start(script: Script) -> Server {
    let asked = Arc::new(AtomicUsize::new(0));
    let address = Arc::new(Mutex::new(None));
    let (count, told) = (Arc::clone(&asked), Arc::clone(&address));
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(listen(script, count, told));
    });
    super::binary::wait_until("the server listens", || address.lock().unwrap().is_some());
    let address = address.lock().unwrap().unwrap();
    Server { address, asked }
}

async fn listen(script: Script, asked: Arc<AtomicUsize>, told: Arc<Mutex<Option<SocketAddr>>>) {
    let certificate = CertificateDer::from_pem_slice(PEM).unwrap();
    let key = PrivateKeyDer::from_pem_slice(PEM).unwrap();
    let mut config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    *told.lock().unwrap() = Some(listener.local_addr().unwrap());
    while let Ok((stream, _)) = listener.accept().await {
        let (acceptor, asked) = (acceptor.clone(), Arc::clone(&asked));
        tokio::spawn(async move {
            // Who offers no HTTP/2 is refused in the handshake.
            let Ok(stream) = acceptor.accept(stream).await else { return };
            let Ok(connection) = h2::server::handshake(stream).await else { return };
            serve(connection, script, &asked).await;
        });
    }
}

async fn serve(
    mut connection: Connection<TlsStream<TcpStream>, bytes::Bytes>,
    script: Script,
    asked: &AtomicUsize,
) {
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        let fate = script(asked.fetch_add(1, Ordering::SeqCst));
        let range = request.headers().get("range").and_then(|r| r.to_str().ok()).map(str::to_owned);
        match fate {
            Fate::Refused(reason) => respond.send_reset(reason),
            Fate::Whole | Fate::Reset(_) => drop(tokio::spawn(answer(respond, range, fate))),
            Fate::GoAway => {
                drop(tokio::spawn(answer(respond, range, Fate::Whole)));
                connection.graceful_shutdown();
            }
        }
    }
}

async fn answer(mut respond: SendResponse<bytes::Bytes>, range: Option<String>, fate: Fate) {
    let (first, last) = range
        .as_deref()
        .and_then(|range| range.strip_prefix("bytes=")?.split_once('-'))
        .map_or((0, SIZE - 1), |(first, last)| {
            (first.parse().unwrap(), last.parse().unwrap_or(SIZE - 1))
        });
    let head = http::Response::builder()
        .status(if range.is_some() { 206 } else { 200 })
        .header("content-range", format!("bytes {first}-{last}/{SIZE}"))
        .header("content-length", last + 1 - first)
        .header("etag", "\"h2\"")
        .body(())
        .unwrap();
    let mut body = bytes::Bytes::from(content(SIZE, 0)).slice(first..=last);
    // The client may be gone at any moment.
    let Ok(mut stream) = respond.send_response(head, false) else { return };
    let mut sent = 0;
    while !body.is_empty() {
        if let Fate::Reset(after) = fate
            && sent >= after
        {
            stream.send_reset(Reason::INTERNAL_ERROR);
            return;
        }
        stream.reserve_capacity(16 << 10);
        let Some(Ok(room)) = std::future::poll_fn(|cx| stream.poll_capacity(cx)).await else {
            return;
        };
        let part = body.split_to(room.min(body.len()));
        sent += part.len();
        let last = body.is_empty();
        if stream.send_data(part, last).is_err() {
            return;
        }
    }
}

/// The file comes, whole and right, in so many requests at most.
fn comes(script: Script, requests: usize) {
    let (server, world) = (start(script), World::new());
    let url = format!("https://127.0.0.1:{}/a.bin", server.address.port());
    let ran = world.run(&["get", &url, "--dir", ".", "--insecure", "--quiet"]);
    assert_eq!(ran.code, Some(0), "{ran:?}\n{}", world.run(&["show", "1"]).out);
    let found = std::fs::read(world.dir().join("a.bin")).unwrap();
    assert!(found == content(SIZE, 0), "wrong bytes");
    let asked = server.asked.load(Ordering::SeqCst);
    assert!(asked <= requests, "{asked} requests\n{}", world.run(&["show", "1"]).out);
}

#[test]
fn e11_a_server_of_http2_alone() {
    comes(|_| Fate::Whole, 1);
}

#[test]
fn e7_goaway_while_it_is_answered() {
    comes(|number| if number == 0 { Fate::GoAway } else { Fate::Whole }, 2);
}

#[test]
fn e8_refused_streams() {
    comes(|number| if number < 2 { Fate::Refused(Reason::REFUSED_STREAM) } else { Fate::Whole }, 6);
}

#[test]
fn e9_reset_in_the_middle() {
    comes(|number| if number < 3 { Fate::Reset(500_000) } else { Fate::Whole }, 6);
}

#[test]
fn e10_enhance_your_calm() {
    comes(
        |number| if number == 0 { Fate::Refused(Reason::ENHANCE_YOUR_CALM) } else { Fate::Whole },
        3,
    );
}
