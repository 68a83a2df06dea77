//! A disk that fails as told. In this process a hook hangs over a service's folder; where a program
//! must die at a certain moment, this test binary is started once more as the program, and kills
//! itself there.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use onward::engine::hook::{Deed, Fate, When, hang};
use serde_json::{Value, json};

use super::binary::{Ran, Running};
use super::rows::Row;

/// Names the plan of the program in disguise.
const VARIABLE: &str = "ONWARD_TEST_PLAN";

/// One deed of a run, as its log tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// It is done, not only begun.
    pub(crate) is_done: bool,
    /// As in `sync`.
    pub(crate) deed: String,
    /// Its bytes, where it has any.
    pub(crate) range: (u64, u64),
    /// The name of what it is done to.
    pub(crate) name: String,
}

/// When a program dies.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Death {
    /// It does not.
    None,
    /// When it was told of so many deeds, their beginnings and their ends.
    At(usize),
    /// When this deed is begun or done for the n-th time, counted from nought.
    Of(&'static str, When, usize),
}

/// How slow its disk is: bytes a second, and one stall of so many milliseconds in the first write
/// past a mebibyte.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slow {
    pub(crate) rate_bps: u64,
    pub(crate) stall_ms: u64,
}

fn name_of(deed: Deed) -> (&'static str, (u64, u64)) {
    match deed {
        Deed::Make => ("make", (0, 0)),
        Deed::Reserve(len) => ("reserve", (0, len)),
        Deed::Write(at, end) => ("write", (at, end)),
        Deed::Read(at, end) => ("read", (at, end)),
        Deed::Resize(len) => ("resize", (0, len)),
        Deed::Sync => ("sync", (0, 0)),
        Deed::Rename => ("rename", (0, 0)),
        Deed::SyncFolder => ("sync_folder", (0, 0)),
    }
}

impl Row {
    /// Starts `get` of the usual link as a program that dies as told.
    #[track_caller]
    pub(crate) fn start_to_die(&self, more: &[&str], death: Death, slow: Option<Slow>) -> Running {
        let line: Vec<String> = self.line("a.bin", more);
        let death = match death {
            Death::None => Value::Null,
            Death::At(number) => json!({ "at": number }),
            Death::Of(deed, when, nth) => {
                json!({ "deed": deed, "done": when == When::After, "nth": nth })
            }
        };
        let slow = slow.map(|slow| json!({ "rate": slow.rate_bps, "stall": slow.stall_ms }));
        let folder = fs::canonicalize(self.world.dir()).unwrap();
        let plan = json!({
            "line": line, "folder": folder, "log": self.deed_log(), "death": death, "slow": slow,
        });
        let mut command = self.world.command(&[]);
        let mut disguised = std::process::Command::new(std::env::current_exe().unwrap());
        disguised
            .args(["--exact", "faults::the_program_in_disguise", "--nocapture", "--test-threads=1"])
            .current_dir(&folder)
            .env_clear()
            .env(VARIABLE, plan.to_string())
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped());
        for (name, value) in command.envs(std::iter::empty::<(&str, &str)>()).get_envs() {
            disguised.envs(value.map(|value| (name, value)));
        }
        Running::start(&mut disguised)
    }

    /// As [`Row::start_to_die`], to its end.
    #[track_caller]
    pub(crate) fn dies(&self, more: &[&str], death: Death) -> Ran {
        let _ = fs::remove_file(self.deed_log());
        self.start_to_die(more, death, None).end()
    }

    fn deed_log(&self) -> PathBuf {
        self.world.dir().with_file_name("deeds")
    }

    /// What was done to files in the last mortal run.
    pub(crate) fn deeds(&self) -> Vec<Line> {
        let text = fs::read_to_string(self.deed_log()).unwrap_or_default();
        let line = |line: &str| -> Option<Line> {
            let mut words = line.split(' ');
            let is_done = words.next()? == "done";
            let deed = words.next()?.to_owned();
            let range = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
            Some(Line { is_done, deed, range, name: words.collect::<Vec<_>>().join(" ") })
        };
        text.lines().filter_map(line).collect()
    }

    /// Every byte that is recorded as durable stands in the part file of this name; how many.
    #[track_caller]
    pub(crate) fn durable_is_right(&self, part: &str, right: &[u8]) -> usize {
        let ranges = self.show()["ranges"].as_array().cloned().unwrap_or_default();
        let file = fs::File::open(self.world.dir().join(part));
        let mut total = 0;
        for range in ranges {
            let [start, end] = ["start", "end"].map(|end| range[end].as_u64().unwrap());
            let mut held = vec![0; usize::try_from(end - start).unwrap()];
            file.as_ref().unwrap().read_exact_at(&mut held, start).unwrap();
            let place = usize::try_from(start).unwrap();
            assert!(held == right[place..][..held.len()], "{start}..{end}\n{}", self.story());
            total += held.len();
        }
        total
    }
}

/// What the plan wants done with one deed.
struct Plan {
    log: Mutex<fs::File>,
    death: Value,
    told: AtomicUsize,
    alike: AtomicUsize,
    slow: Value,
    stalled: Mutex<bool>,
}

impl Plan {
    fn tell(&self, when: When, deed: Deed, path: &Path) -> Fate {
        let (deed, (from, to)) = name_of(deed);
        let done = when == When::After;
        let name = path.file_name().unwrap().to_string_lossy();
        let word = if done { "done" } else { "begun" };
        let line = format!("{word} {deed} {from} {to} {name}\n");
        self.log.lock().unwrap().write_all(line.as_bytes()).unwrap();
        let number = self.told.fetch_add(1, Ordering::SeqCst) as u64;
        let is_alike = self.death["deed"] == deed && self.death["done"] == done;
        let nth = is_alike.then(|| self.alike.fetch_add(1, Ordering::SeqCst) as u64);
        if self.death["at"] == number || nth.is_some_and(|nth| self.death["nth"] == nth) {
            let me = rustix::process::getpid();
            rustix::process::kill_process(me, rustix::process::Signal::KILL).unwrap();
        }
        if deed == "write" && !done && self.slow.is_object() {
            let rate = self.slow["rate"].as_u64().unwrap();
            std::thread::sleep(Duration::from_millis((to - from) * 1000 / rate));
            let mut stalled = self.stalled.lock().unwrap();
            if !*stalled && to > 1 << 20 {
                *stalled = true;
                std::thread::sleep(Duration::from_millis(self.slow["stall"].as_u64().unwrap()));
            }
        }
        Fate::Done
    }
}

/// With a plan this is the program, and never comes back; without one it checks that deeds have
/// names of their own.
#[test]
fn the_program_in_disguise() {
    let Ok(plan) = std::env::var(VARIABLE) else {
        let deeds = [Deed::Make, Deed::Sync, Deed::Rename, Deed::SyncFolder, Deed::Write(1, 2)];
        let mut names = deeds.map(|deed| name_of(deed).0).to_vec();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), deeds.len());
        return;
    };
    let plan: Value = serde_json::from_str(&plan).unwrap();
    let text = |name: &str| plan[name].as_str().unwrap().to_owned();
    let log = fs::OpenOptions::new().create(true).append(true).open(text("log")).unwrap();
    let told = Plan {
        log: Mutex::new(log),
        death: plan["death"].clone(),
        told: AtomicUsize::new(0),
        alike: AtomicUsize::new(0),
        slow: plan["slow"].clone(),
        stalled: Mutex::new(false),
    };
    let _hung =
        hang(Path::new(&text("folder")), move |when, deed, path| told.tell(when, deed, path));
    let line = plan["line"].as_array().unwrap().iter().map(|word| word.as_str().unwrap().into());
    drop(onward::cli::run(std::iter::once("onward".into()).chain(line)));
    std::process::exit(0);
}

/// Waits at most so long until `is_so`; how long it took.
#[track_caller]
pub(crate) fn within(limit: Duration, what: &str, mut is_so: impl FnMut() -> bool) -> Duration {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < limit, "{what}: not within {limit:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
    begun.elapsed()
}

/// Changes one byte of a file.
pub(crate) fn damage(path: &Path, at: u64) {
    let file = fs::File::options().read(true).write(true).open(path).unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, at).unwrap();
    file.write_all_at(&[!byte[0]], at).unwrap();
}
