//! Runs the real program in a world of its own: a data directory, a home and a folder for files,
//! all under one temporary directory. Every run has an end, whatever the program does.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A run that takes longer is killed and the test fails.
const LIMIT: Duration = Duration::from_mins(1);

/// The only authority whose certificates a program under test accepts.
const AUTHORITY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/authority.pem");

/// A world of its own.
pub(crate) struct World(TempDir);

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The exit code; none where a signal ended it.
    pub(crate) code: Option<i32>,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl Ran {
    /// Fails the test where the code is another one; answers with standard output.
    #[track_caller]
    pub(crate) fn expect_code(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{self:?}");
        self.out
    }
}

/// A run that goes on.
pub(crate) struct Running(Child);

impl World {
    /// An empty world.
    pub(crate) fn new() -> Self {
        let world = Self(tempfile::tempdir().unwrap());
        std::fs::create_dir(world.dir()).unwrap();
        world
    }

    /// The folder files go to.
    pub(crate) fn dir(&self) -> PathBuf {
        self.0.path().join("files")
    }

    /// Names of the files in that folder, sorted.
    pub(crate) fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.dir()).unwrap();
        let mut names: Vec<String> =
            entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// A command with these arguments, not yet started.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_onward"));
        command
            .args(arguments)
            .current_dir(self.dir())
            .env_clear()
            .env("HOME", self.0.path())
            .env("ONWARD_DATA_DIR", self.0.path().join("data"))
            .env("SSL_CERT_FILE", AUTHORITY)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        // The last one tells a program whose coverage is measured where to write it.
        for name in ["PATH", "SYSTEMROOT", "TEMP", "LLVM_PROFILE_FILE"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        command
    }

    /// Runs to the end.
    #[track_caller]
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, "")
    }

    /// Runs to the end with this on standard input.
    #[track_caller]
    pub(crate) fn run_with(&self, arguments: &[&str], input: &str) -> Ran {
        let mut running = self.start(arguments);
        // The program may end without reading.
        let _ = running.0.stdin.take().unwrap().write_all(input.as_bytes());
        running.end()
    }

    /// Starts and goes on.
    #[track_caller]
    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        Running::start(&mut self.command(arguments))
    }

    /// `list --json`, read.
    #[track_caller]
    pub(crate) fn list(&self) -> Vec<serde_json::Value> {
        serde_json::from_str(&self.run(&["list", "--json"]).expect_code(0)).unwrap()
    }
}

impl Running {
    /// Starts a command that was changed for the test.
    #[track_caller]
    pub(crate) fn start(command: &mut Command) -> Self {
        Self(command.spawn().unwrap())
    }

    /// Its number.
    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    /// Sends a signal. By the system call: a bare system has no `kill` program.
    #[track_caller]
    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        rustix::process::kill_process(rustix::process::Pid::from_child(&self.0), signal).unwrap();
    }

    /// Waits for the end.
    #[track_caller]
    pub(crate) fn end(mut self) -> Ran {
        drop(self.0.stdin.take());
        let out = gather(self.0.stdout.take().unwrap());
        let err = gather(self.0.stderr.take().unwrap());
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                break status;
            }
            assert!(start.elapsed() < LIMIT, "it does not end");
            thread::sleep(Duration::from_millis(5));
        };
        Ran { code: status.code(), out: out.join().unwrap(), err: err.join().unwrap() }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail where it has ended, which is what is wanted.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn gather(mut from: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Waits until `is_so`, and fails the test where it never is.
#[track_caller]
pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < LIMIT, "never: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Bytes of the part file of `name`, 0 where there is none.
pub(crate) fn part_bytes(dir: &Path, name: &str) -> u64 {
    std::fs::metadata(dir.join(format!("{name}.part"))).map_or(0, |meta| meta.len())
}
