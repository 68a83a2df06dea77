//! Between instances: one JSON line each way over a local socket that only this user can reach,
//! with a version, a limit on its length and on its time. Clients that hang, pour or never read hold
//! nobody up: `room`.

use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use interprocess::local_socket::tokio::prelude::*;
use interprocess::local_socket::tokio::{Listener, Stream};
use interprocess::local_socket::{GenericFilePath, ListenerOptions, Name, prelude::*};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Semaphore;

use super::command::{Command, Reply};
use super::handle::{AppHandle, Unanswered};
use super::lock::make_own;
use super::paths::Paths;
use crate::engine::refit::MAX_LOOK;

mod room;
#[cfg(all(test, unix))]
mod tests;

use room::{Guest, Room};

/// The version both sides must speak.
const VERSION: u32 = 1;
/// The longest line read, in bytes: some 100,000 links.
const MAX_LINE_BYTES: usize = 64 << 20;
/// Bytes of questions that are not all here, all connections together, and of answers that are not all
/// taken.
const MAX_WAITING_BYTES: usize = 2 * MAX_LINE_BYTES;
/// Bytes read or written at once.
const PIECE_BYTES: usize = 64 << 10;
/// Connections served at once.
const MAX_CONNECTIONS: usize = 64;
/// How long a client may take to send its line.
const MAX_ASKING: Duration = Duration::from_secs(10);
/// How long a client may take to take the answer.
const MAX_TAKING: Duration = Duration::from_secs(30);
/// How long the owner may be silent, but while it re-reads a file or looks at a link.
const MAX_SILENCE: Duration = Duration::from_secs(30);

#[derive(Serialize, Deserialize)]
struct Question {
    v: u32,
    command: Command,
}

#[derive(Serialize, Deserialize)]
struct Answer {
    v: u32,
    reply: Option<Reply>,
    error: Option<String>,
    /// It came too late: it was not carried out.
    #[serde(default)]
    unheard: bool,
}

/// Where the socket is. Outside the data directory its folder must be ours, or it is no socket of
/// ours.
fn checked(paths: &Paths) -> io::Result<PathBuf> {
    let path = paths.socket();
    match path.parent() {
        Some(folder) if folder != paths.dir => make_own(folder)?,
        Some(_) | None => {}
    }
    Ok(path)
}

fn name(path: &Path) -> io::Result<Name<'_>> {
    path.to_fs_name::<GenericFilePath>()
}

/// Opens the socket. The caller holds the lock of the data directory, so that what is left of an
/// earlier owner may go.
pub(super) fn listen(paths: &Paths) -> io::Result<Listener> {
    let path = &checked(paths)?;
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let options = ListenerOptions::new().name(name(path)?);
    #[cfg(target_os = "linux")]
    let options = interprocess::os::unix::local_socket::ListenerOptionsExt::mode(options, 0o600);
    options.create_tokio()
}

/// Answers whoever comes, until the service ends.
pub(super) async fn serve(listener: Listener, handle: AppHandle) {
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let room = Arc::new(Room::new(MAX_WAITING_BYTES));
    loop {
        match listener.accept().await {
            Ok(stream) => {
                if places.available_permits() == 0 {
                    room.push_out_one();
                }
                let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
                let (handle, room) = (handle.clone(), Arc::clone(&room));
                let (tell, told) = tokio::sync::oneshot::channel();
                let task = tokio::spawn(async move {
                    let Ok(guest) = told.await else { return };
                    if let Err(error) = converse(stream, &handle, guest).await {
                        tracing::debug!("a client of the socket left: {error}");
                    }
                    drop(place);
                });
                // Gone only where the runtime ends.
                let _ = tell.send(room.enter(task.abort_handle()));
            }
            Err(error) => {
                tracing::warn!("the socket: {error}");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn converse(stream: Stream, handle: &AppHandle, guest: Guest) -> io::Result<()> {
    let Ok(line) = tokio::time::timeout(MAX_ASKING, read_line(&stream, &guest)).await else {
        return Ok(());
    };
    let line = line?;
    if !guest.is_ours_now() {
        return Ok(());
    }
    let question = serde_json::from_slice::<Question>(&line);
    drop(line);
    let answer = match question {
        Ok(question) if question.v == VERSION => match handle.ask(question.command).await {
            Ok(reply) => Answer { reply: Some(reply), ..answered() },
            Err(gone) => {
                Answer { unheard: gone == Unanswered::Unheard, ..error(&gone.to_string()) }
            }
        },
        Ok(_) => error("another version of Onward is running; end it first"),
        Err(_) => error("the question was not understood"),
    };
    let mut text = serde_json::to_vec(&answer).map_err(io::Error::other)?;
    text.push(b'\n');
    drop(answer);
    let mut stream = &stream;
    let taken = async {
        guest.takes(text.len());
        for piece in text.chunks(PIECE_BYTES) {
            stream.write_all(piece).await?;
            guest.takes(text.len());
        }
        Ok(())
    };
    tokio::time::timeout(MAX_TAKING, taken).await?
}

/// What comes up to a line's end, the end of the stream, or the longest a line may be.
async fn read_line(stream: &Stream, guest: &Guest) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    loop {
        let held = line.len();
        line.reserve(PIECE_BYTES.min(MAX_LINE_BYTES - held));
        guest.asks(held);
        let room_left = (MAX_LINE_BYTES - held) as u64;
        let read = stream.take(room_left.min(PIECE_BYTES as u64)).read_buf(&mut line).await?;
        // Looking for one byte is quick, where it stands is asked for once.
        let fresh = &line[held..];
        if fresh.contains(&b'\n') {
            let rest = fresh.iter().position(|byte| *byte == b'\n').unwrap_or_default();
            line.truncate(held + rest);
            return Ok(line);
        }
        if read == 0 || line.len() == MAX_LINE_BYTES {
            return Ok(line);
        }
    }
}

fn answered() -> Answer {
    Answer { v: VERSION, reply: None, error: None, unheard: false }
}

fn error(text: &str) -> Answer {
    Answer { error: Some(text.to_owned()), ..answered() }
}

/// Whether the owner did not take the question in, so that it can be put to whoever comes next. A
/// system that closes what somebody did not read to its end says that it was reset.
pub(super) fn is_unheard(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::NotConnected
    )
}

/// Asks the owner of the socket and waits for the answer, but not for one that is silent.
pub(super) fn ask(paths: &Paths, command: Command) -> io::Result<Reply> {
    let patience = if matches!(command, Command::Verify(..)) {
        None
    } else if matches!(command, Command::Refresh(_)) {
        Some(MAX_LOOK + MAX_SILENCE)
    } else {
        Some(MAX_SILENCE)
    };
    ask_within(&checked(paths)?, command, patience)
}

fn ask_within(path: &Path, command: Command, patience: Option<Duration>) -> io::Result<Reply> {
    let mut stream = interprocess::local_socket::Stream::connect(name(path)?)?;
    // Windows' named pipes know no such limits.
    #[cfg(unix)]
    {
        stream.set_send_timeout(Some(MAX_SILENCE))?;
        stream.set_recv_timeout(patience)?;
    }
    let mut text =
        serde_json::to_vec(&Question { v: VERSION, command }).map_err(io::Error::other)?;
    text.push(b'\n');
    stream.write_all(&text)?;
    // The owner is trusted: a list may be as long as it is.
    let mut line = Vec::new();
    BufReader::new(stream).read_until(b'\n', &mut line)?;
    let answer: Answer = serde_json::from_slice(&line).map_err(|_| io::ErrorKind::UnexpectedEof)?;
    let kind = if answer.unheard { io::ErrorKind::NotConnected } else { io::ErrorKind::Other };
    answer.reply.ok_or_else(|| io::Error::new(kind, answer.error.unwrap_or_default()))
}
