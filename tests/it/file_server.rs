//! A small HTTP server for tests of the whole program: one file with honest ranges and a strong
//! entity tag, sent as slowly as the test wants.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// Bytes sent between two pauses.
const CHUNK_BYTES: usize = 16 * 1024;

/// The server; it ends with the test's process.
pub(crate) struct FileServer {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    body: Vec<u8>,
    /// Pause after each chunk, in milliseconds.
    pause_ms: AtomicU64,
    /// Body bytes sent so far.
    sent: AtomicU64,
}

impl FileServer {
    /// Serves `body` at every path but those that begin with `/no`.
    pub(crate) fn start(body: Vec<u8>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared =
            Arc::new(Shared { body, pause_ms: AtomicU64::new(0), sent: AtomicU64::new(0) });
        let state = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&state);
                thread::spawn(move || drop(answer_all(&stream, &state)));
            }
        });
        Self { port, shared }
    }

    /// A link to it.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{path}", self.port)
    }

    /// Pauses this long after each 16 KiB from now on.
    pub(crate) fn slow(&self, pause_ms: u64) {
        self.shared.pause_ms.store(pause_ms, Ordering::SeqCst);
    }

    /// Body bytes sent so far.
    pub(crate) fn sent(&self) -> u64 {
        self.shared.sent.load(Ordering::SeqCst)
    }
}

/// Bytes that differ from place to place.
pub(crate) fn body(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|i| (i.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0]).collect()
}

fn answer_all(stream: &TcpStream, shared: &Shared) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    while let Some((path, range)) = request(&mut reader)? {
        answer(stream, shared, &path, range)?;
    }
    Ok(())
}

/// The path and the range of the next request, first and last byte.
type Request = (String, Option<(usize, Option<usize>)>);

fn request(reader: &mut impl BufRead) -> std::io::Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut range = None;
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        if line.trim().is_empty() {
            return Ok(Some((path, range)));
        }
        let lower = line.to_ascii_lowercase();
        if let Some(spec) = lower.trim().strip_prefix("range: bytes=") {
            let (first, last) = spec.split_once('-').unwrap_or((spec, ""));
            range = first.parse().ok().map(|first| (first, last.parse().ok()));
        }
    }
}

fn answer(
    mut stream: &TcpStream,
    shared: &Shared,
    path: &str,
    range: Option<(usize, Option<usize>)>,
) -> std::io::Result<()> {
    if path.starts_with("/no") {
        return stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    }
    let total = shared.body.len();
    let (status, first, end) = match range {
        Some((first, last)) if first < total => {
            ("206 Partial Content", first, last.map_or(total, |last| total.min(last + 1)))
        }
        Some(_) => {
            let head = format!(
                "HTTP/1.1 416 No\r\nContent-Range: bytes */{total}\r\nContent-Length: 0\r\n\r\n"
            );
            return stream.write_all(head.as_bytes());
        }
        None => ("200 OK", 0, total),
    };
    let place = match range {
        Some(_) => format!("Content-Range: bytes {first}-{}/{total}\r\n", end - 1),
        None => String::new(),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nETag: \"one\"\r\nAccept-Ranges: bytes\r\n{place}Content-Length: {}\r\n\r\n",
        end - first
    );
    stream.write_all(head.as_bytes())?;
    for chunk in shared.body[first..end].chunks(CHUNK_BYTES) {
        stream.write_all(chunk)?;
        shared.sent.fetch_add(chunk.len() as u64, Ordering::SeqCst);
        let pause_ms = shared.pause_ms.load(Ordering::SeqCst);
        if pause_ms > 0 {
            thread::sleep(Duration::from_millis(pause_ms));
        }
    }
    Ok(())
}
