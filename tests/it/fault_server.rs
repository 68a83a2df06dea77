//! A server that does what a script says, byte for byte, and keeps a log of what it was asked.
//! It ends with the test's process.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use super::fault_reply::{Asked, End, Reply};

/// Bytes given to the socket at a time.
const CHUNK_BYTES: usize = 16 * 1024;

/// Time for the other end to read what was sent before a reset takes the rest away.
const BEFORE_RESET: Duration = Duration::from_millis(150);

type Script = Box<dyn Fn(&Asked) -> Reply + Send + Sync>;

/// The server.
pub(crate) struct FaultServer {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    script: Script,
    log: Mutex<Vec<Asked>>,
    connections: AtomicUsize,
    open: AtomicUsize,
    answering: AtomicUsize,
    sent: AtomicU64,
}

impl FaultServer {
    /// Answers every request by `script`.
    pub(crate) fn start(script: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            script: Box::new(script),
            log: Mutex::default(),
            connections: AtomicUsize::new(0),
            open: AtomicUsize::new(0),
            answering: AtomicUsize::new(0),
            sent: AtomicU64::new(0),
        });
        let state = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&state);
                let connection = state.connections.fetch_add(1, Ordering::SeqCst);
                thread::spawn(move || {
                    state.open.fetch_add(1, Ordering::SeqCst);
                    drop(serve(stream, connection, &state));
                    state.open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self { port, shared }
    }

    /// Where it listens, on this machine.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// A link to it.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{path}", self.port)
    }

    /// What it was asked, in order.
    pub(crate) fn log(&self) -> Vec<Asked> {
        self.shared.log.lock().unwrap().clone()
    }

    /// Connections taken so far.
    pub(crate) fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// Connections that are open; that one is closed shows when it is next written to or read.
    pub(crate) fn open(&self) -> usize {
        self.shared.open.load(Ordering::SeqCst)
    }

    /// Bytes of bodies sent so far.
    pub(crate) fn sent(&self) -> u64 {
        self.shared.sent.load(Ordering::SeqCst)
    }
}

/// One connection. The line feed that ends a request is left unread until the reply is sent: a
/// socket closed with something unread is reset.
fn serve(mut stream: TcpStream, connection: usize, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    for nth in 0.. {
        let Some(mut asked) = request(&mut stream)? else { break };
        let answering = Answering::begin(&shared.answering);
        (asked.nth, asked.connection, asked.at_once) = (nth, connection, answering.at_once);
        {
            let mut log = shared.log.lock().unwrap();
            asked.number = log.len();
            log.push(asked.clone());
        }
        let reply = (shared.script)(&asked);
        thread::sleep(reply.pause);
        stream.write_all(&reply.head())?;
        send(&mut stream, &reply, &shared.sent)?;
        drop(answering);
        if reply.end == End::Reset {
            thread::sleep(BEFORE_RESET);
            break;
        }
        stream.read_exact(&mut [0])?;
        match reply.end {
            End::Open | End::Reset => {}
            End::Fin => return stream.shutdown(Shutdown::Both),
            // Ends when the other end closes.
            End::Hang => drop(stream.read(&mut [0])?),
        }
    }
    Ok(())
}

/// A request being answered, as long as this stands.
struct Answering<'a> {
    count: &'a AtomicUsize,
    at_once: usize,
}

impl<'a> Answering<'a> {
    fn begin(count: &'a AtomicUsize) -> Self {
        Self { count, at_once: count.fetch_add(1, Ordering::SeqCst) + 1 }
    }
}

impl Drop for Answering<'_> {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The body, at its pace.
fn send(stream: &mut TcpStream, reply: &Reply, sent: &AtomicU64) -> io::Result<()> {
    let begun = Instant::now();
    let mut given = 0;
    for chunk in reply.sent_body().chunks(CHUNK_BYTES) {
        stream.write_all(chunk)?;
        sent.fetch_add(chunk.len() as u64, Ordering::SeqCst);
        given += chunk.len() as u64;
        let due = begun + Duration::from_millis(reply.takes_ms(given));
        thread::sleep(due.saturating_duration_since(Instant::now()));
    }
    Ok(())
}

/// The next request, up to its last line feed. None where the other end closed.
fn request(stream: &mut TcpStream) -> io::Result<Option<Asked>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r") {
        let mut byte = [0];
        if stream.read(&mut byte)? == 0 {
            return Ok(None);
        }
        head.extend_from_slice(&byte);
    }
    let text: String = head.iter().map(|byte| char::from(*byte)).collect();
    let mut lines = text.lines();
    let path = lines.next().and_then(|line| line.split(' ').nth(1)).unwrap_or_default().to_owned();
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    Ok(Some(Asked { path, headers, ..Asked::default() }))
}
