//! Between instances: one JSON line each way over a local socket that only this user can reach,
//! with a version, a limit on its length and on its time.

use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use interprocess::local_socket::tokio::prelude::*;
use interprocess::local_socket::tokio::{Listener, Stream};
use interprocess::local_socket::{GenericFilePath, ListenerOptions, Name, prelude::*};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use tokio::sync::Semaphore;

use super::command::{Command, Reply};
use super::handle::AppHandle;
use super::lock::make_own;
use super::paths::Paths;
use crate::engine::refit::MAX_LOOK;

/// The version both sides must speak.
const VERSION: u32 = 1;
/// The longest line read, in bytes: some 100,000 links.
const MAX_LINE_BYTES: u64 = 64 << 20;
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
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        match listener.accept().await {
            Ok(stream) => {
                let handle = handle.clone();
                tokio::spawn(async move {
                    if let Err(error) = converse(stream, &handle).await {
                        tracing::debug!("a client of the socket left: {error}");
                    }
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!("the socket: {error}");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn converse(stream: Stream, handle: &AppHandle) -> io::Result<()> {
    let mut line = Vec::new();
    let mut reader = tokio::io::BufReader::new((&stream).take(MAX_LINE_BYTES));
    match tokio::time::timeout(MAX_ASKING, reader.read_until(b'\n', &mut line)).await {
        Ok(read) => read?,
        Err(_) => return Ok(()),
    };
    let answer = match serde_json::from_slice::<Question>(&line) {
        Ok(question) if question.v == VERSION => match handle.ask(question.command).await {
            Ok(reply) => Answer { v: VERSION, reply: Some(reply), error: None },
            Err(gone) => Answer { v: VERSION, reply: None, error: Some(gone.to_string()) },
        },
        Ok(_) => error("another version of Onward is running; end it first"),
        Err(_) => error("the question was not understood"),
    };
    let mut text = serde_json::to_vec(&answer).map_err(io::Error::other)?;
    text.push(b'\n');
    tokio::time::timeout(MAX_TAKING, (&stream).write_all(&text)).await?
}

fn error(text: &str) -> Answer {
    Answer { v: VERSION, reply: None, error: Some(text.to_owned()) }
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
    answer.reply.ok_or_else(|| io::Error::other(answer.error.unwrap_or_default()))
}

#[cfg(all(test, unix))]
mod tests {
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

    #[test]
    fn an_answer_may_be_longer_than_a_question() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("onward.sock");
        let owner = std::os::unix::net::UnixListener::bind(&path).unwrap();
        let long = "x".repeat(usize::try_from(MAX_LINE_BYTES).unwrap() + 1);
        let reply = Reply::Refused(crate::app::command::Refusal::File(long));
        let sent = reply.clone();
        let answering = std::thread::spawn(move || {
            let (mut stream, _) = owner.accept().unwrap();
            let mut asked = String::new();
            BufReader::new(&stream).read_line(&mut asked).unwrap();
            let answer = Answer { v: VERSION, reply: Some(sent), error: None };
            serde_json::to_writer(std::io::BufWriter::new(&stream), &answer).unwrap();
            stream.write_all(b"\n").unwrap();
        });
        assert!(ask_within(&path, Command::List, Some(MAX_SILENCE)).unwrap() == reply);
        answering.join().unwrap();
    }
}
