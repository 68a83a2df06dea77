//! Rows G9 and G10: speed limits over the whole service in this process, measured by what stands in
//! the part files, in real time.

use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use onward::app::client::{Client, Role};
use onward::app::command::{Command, Reply};
use onward::app::snapshot::JobView;
use onward::model::id::JobId;
use onward::model::job::NewJob;
use onward::model::options::JobOptions;
use onward::model::phase::Intent;
use onward::model::settings::Settings;
use onward::model::url::SourceUrl;
use tempfile::TempDir;

use super::binary::{World, wait_until};
use super::fault_reply::Origin;
use super::file_server::FileServer;
use super::rows::Row;

/// More than any of these runs takes.
const SIZE: usize = 24 << 20;
const MIB: u64 = 1 << 20;
/// Longer than any of these runs.
const NEVER: u64 = 60_000;

/// A service in this process, and a server that gives what is taken.
struct Stand {
    folder: TempDir,
    client: Client,
    server: FileServer,
}

/// Bytes of each job, and when that was.
struct Sample(Instant, Vec<u64>);

impl Stand {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let client = Client::open(Some(folder.path().join("data")), Role::Get).unwrap();
        assert!(client.is_here());
        Self { folder, client, server: FileServer::start(vec![7; SIZE]) }
    }

    #[track_caller]
    fn call(&self, command: Command) -> Reply {
        self.client.call(command).unwrap()
    }

    /// Another process's way to the service.
    fn elsewhere(&self) -> Client {
        let client = Client::open(Some(self.data()), Role::Command).unwrap();
        assert!(!client.is_here());
        client
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    #[track_caller]
    fn limit_all(&self, limit_bps: Option<u64>) {
        let settings = Settings { limit_bps, ..Settings::default() };
        assert_eq!(self.call(Command::ChangeSettings(settings)), Reply::Ok);
    }

    /// Begins to fetch `name` from `server`.
    #[track_caller]
    fn get(&self, server: &FileServer, name: &str, limit_bps: Option<u64>) {
        let job = NewJob {
            url: SourceUrl::parse(&server.url(name)).unwrap(),
            dir: self.folder.path().to_owned(),
            name: None,
            options: JobOptions { limit_bps, ..JobOptions::default() },
            intent: Intent::Run,
            not_before: None,
            queue: onward::model::queue::QueueId::MAIN,
        };
        assert!(matches!(self.call(Command::Get(Box::new(job))), Reply::Added(_)));
    }

    #[track_caller]
    fn jobs(&self) -> Vec<JobView> {
        let Reply::Jobs(jobs) = self.call(Command::List) else { panic!("no list") };
        jobs
    }

    #[track_caller]
    fn sample(&self) -> Sample {
        let bytes = self.jobs().iter().map(|job| job.done_bytes).collect();
        Sample(Instant::now(), bytes)
    }

    /// Waits until every job has a byte.
    #[track_caller]
    fn all_flow(&self) {
        wait_until("all flow", || self.jobs().iter().all(|job| job.done_bytes > 0));
    }

    /// Bytes a second of each job over `time`.
    #[track_caller]
    fn rates(&self, time: Duration) -> Vec<u64> {
        let first = self.sample();
        thread::sleep(time);
        let last = self.sample();
        let nanos = (last.0 - first.0).as_nanos();
        let rate = |bytes: u64| u64::try_from(u128::from(bytes) * 1_000_000_000 / nanos).unwrap();
        last.1.iter().zip(first.1).map(|(last, first)| rate(last - first)).collect()
    }
}

#[track_caller]
fn assert_near(got: u64, wanted: u64, per_cent: u64, what: &str) {
    println!("{what}: {got} of {wanted} B/s");
    assert!(got.abs_diff(wanted) <= wanted * per_cent / 100, "{what}: {got} is not {wanted}");
}

#[test]
fn g9_total_limit_over_three_jobs_one_stalled() {
    let stand = Stand::new();
    let stalled = FileServer::start(vec![7; SIZE]);
    stalled.slow(NEVER);
    stand.limit_all(Some(MIB));
    stand.get(&stand.server, "a.bin", None);
    stand.get(&stand.server, "b.bin", None);
    stand.get(&stalled, "c.bin", None);
    stand.all_flow();
    thread::sleep(Duration::from_millis(500));
    let rates = stand.rates(Duration::from_secs(4));
    assert_near(rates.iter().sum(), MIB, 5, "all");
    for rate in &rates[..2] {
        assert_near(*rate, MIB / 2, 10, "one that flows");
    }
    assert_eq!(rates[2], 0);
    stand.client.close();
}

#[test]
fn g10_limit_changed_live() {
    const SLOW: u64 = 200_000;
    const FAST: u64 = 2_000_000;
    let stand = Stand::new();
    stand.get(&stand.server, "a.bin", Some(SLOW));
    stand.all_flow();
    thread::sleep(Duration::from_millis(500));
    let elsewhere = stand.elsewhere();
    // What flows from 300 ms after a change on is what the change says, but for what a program that
    // the system held up may have saved; a change that came late would be off by far more.
    let changed = |limit: u64, what: &str| {
        thread::sleep(Duration::from_millis(300));
        assert_near(stand.rates(Duration::from_secs(1))[0], limit, 25, what);
    };
    for limit in [FAST, SLOW] {
        let told = elsewhere.call(Command::Limit(JobId(1), Some(limit))).unwrap();
        assert_eq!(told, Reply::Ok);
        changed(limit, "the job's own");
        assert_eq!(stand.jobs()[0].limit_bps, Some(limit));
    }
    stand.limit_all(Some(FAST));
    assert_eq!(elsewhere.call(Command::Limit(JobId(1), None)).unwrap(), Reply::Ok);
    changed(FAST, "for all");
    stand.limit_all(Some(SLOW));
    changed(SLOW, "for all");
    let start = Instant::now();
    stand.limit_all(None);
    wait_until("it flows freely", || stand.jobs()[0].done_bytes == SIZE as u64);
    println!("freed and done in {:?}", start.elapsed());
    stand.client.close();
}

#[test]
fn ten_seconds_at_a_limit_are_ten_seconds_of_bytes_fairly_divided() {
    let stand = Stand::new();
    stand.limit_all(Some(MIB));
    stand.get(&stand.server, "a.bin", None);
    stand.get(&stand.server, "b.bin", None);
    stand.all_flow();
    let rates = stand.rates(Duration::from_secs(10));
    assert_near(rates.iter().sum(), MIB, 3, "all");
    for rate in rates {
        assert_near(rate, MIB / 2, 10, "one of two");
    }
    stand.client.close();
}

#[test]
fn the_command_lines_limit_holds() {
    let (world, server) = (World::new(), FileServer::start(vec![7; 5 << 18]));
    let line = ["get", &server.url("a.bin"), "--dir", ".", "--quiet", "--limit", "512k"];
    let start = Instant::now();
    world.run(&line).expect_code(0);
    // Two and a half seconds, less what may be saved up and what is owed at the end.
    let took = start.elapsed();
    println!("took {took:?}");
    assert!(took >= Duration::from_millis(2300), "{took:?}");
    let slow = ["add", "http://127.0.0.1:1/b.bin", "--paused", "--limit", "3M"];
    world.run(&slow).expect_code(0);
    assert_eq!(world.list()[1]["limit_bps"], 3 << 20);
}

#[test]
fn waiting_for_the_limit_is_no_standstill() {
    let small = Origin::new(10_000, 0);
    let served = small.clone();
    let row = Row::new(move |asked| served.answer(asked));
    // Each portion of 4 KiB takes longer to be paid for than a server may be silent.
    row.finishes_with(&["--limit", "3k", "--stall-timeout", "1"], &small, 1);
}
