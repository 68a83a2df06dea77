//! The window over made-up jobs in every state, to look at it: no service, no network, no files.
//!
//! `cargo run --example gallery -- [light|dark] [zh] [empty] [names] [many] [compact] [limit] [details] [add LINK…]`

mod adding;
mod focus;
mod samples;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use onward::app::Launch;
use onward::app::command::{Command, Which};
use onward::app::event::Event;
use onward::app::handle::{AppHandle, ServiceEnd};
use onward::app::raise::{Raise, Shows};
use onward::app::snapshot::{JobView, Snapshot, Totals};
use onward::model::category::Category;
use onward::model::host::{HostFacts, Ranges};
use onward::model::id::JobId;
use onward::model::phase::{Intent, State};
use onward::model::proof::Proof;
use onward::model::range::ByteRange;
use onward::model::rules::{Rule, When};
use onward::model::settings::{Density, Language, Settings, Theme};
use onward::model::ui_state::UiState;
use onward::ui::{WakeSlot, stay};

use samples::{HARD_NAMES, Sample, resting, running, sample, why};

const MB: u64 = 1_000_000;
const GB: u64 = 1000 * MB;

/// `count` spans of differing length that hold about `done` bytes in all.
fn spans(done: u64, total: u64, count: u64) -> Arc<[ByteRange]> {
    if count == 1 {
        return Arc::from([ByteRange::new(0, done)]);
    }
    let (held, step) = (done / count, total / count);
    (0..count)
        .map(|n| {
            let wave = held * (70 + n * 37 % 60) / 100;
            ByteRange::new(n * step, n * step + wave.min(step))
        })
        .collect()
}

fn view(id: i64, sample: Sample) -> JobView {
    let now = Timestamp::now();
    let is_done = sample.state == State::Completed;
    let total = sample.total.unwrap_or(0);
    let left = total.saturating_sub(sample.done);
    JobView {
        id: JobId(id),
        url: format!("https://{}/pub/{}", sample.host, sample.name),
        host: sample.host.to_owned(),
        name: sample.name.to_owned(),
        category: Category::of(sample.name),
        dir: PathBuf::from("/home/ann/Downloads"),
        path: PathBuf::from("/home/ann/Downloads").join(sample.name),
        state: sample.state,
        intent: Intent::Run,
        settling: false,
        total_bytes: sample.total,
        done_bytes: sample.done,
        spans: spans(sample.done, total, sample.spans),
        speed_bps: sample.speed,
        eta_secs: (sample.speed > 0 && total > 0).then(|| left / sample.speed.max(1)),
        limit_bps: None,
        queue: onward::model::queue::QueueId::MAIN,
        not_before: None,
        connections: if sample.speed > 0 { 8 } else { 0 },
        until: (sample.state == State::Waiting).then_some(now),
        attempt: 1,
        error: sample.error,
        why: why(sample.state, now),
        link_until: (sample.state == State::NeedsLink).then_some(now),
        same_as: None,
        has_page: sample.state == State::NeedsLink,
        proof: is_done.then_some(Proof::SizeOnly),
        created_at: now,
        finished_at: is_done.then_some(now),
    }
}

fn snapshot(args: &[String]) -> Snapshot {
    let has = |word: &str| args.iter().any(|a| a == word);
    let mut jobs: Vec<Arc<JobView>> = (1..)
        .zip(running().into_iter().chain(resting()))
        .map(|(id, s)| Arc::new(view(id, s)))
        .collect();
    if has("names") {
        for (job, name) in jobs.iter_mut().zip(HARD_NAMES) {
            let job = Arc::make_mut(job);
            name.clone_into(&mut job.name);
            job.category = Category::of(name);
        }
    }
    if has("empty") {
        jobs.clear();
    }
    if has("many") {
        let more = (100..100_100)
            .map(|id| Arc::new(view(id, sample("file.iso", "host.example", State::Queued, 0, GB))));
        jobs.extend(more);
    }
    let settings = Settings {
        theme: match (has("light"), has("dark")) {
            (true, _) => Theme::Light,
            (false, true) => Theme::Dark,
            (false, false) => Theme::System,
        },
        density: if has("compact") { Density::Compact } else { Density::Comfortable },
        limit_bps: has("limit").then_some(2 * MB),
        rules: vec![
            Rule { when: When::Category(Category::Video), dir: "/home/ann/Videos".into() },
            Rule { when: When::Host("*.example.org".into()), dir: "/srv/work".into() },
        ],
        language: if has("zh") { Language::ChineseSimplified } else { Language::English },
        ..Settings::default()
    };
    Snapshot {
        revision: 1,
        layout: 1,
        jobs: jobs.into_iter().collect(),
        totals: Totals {
            speed_bps: 25_410_000,
            active_done_bytes: 2566 * MB,
            active_total_bytes: 4342 * MB,
        },
        settings: Arc::new(settings),
        default_dir: PathBuf::from("/home/ann/Downloads"),
        free_bytes: Some(412 * GB),
        focus: None,
        ending: None,
        regime: std::sync::Arc::default(),
        ui_state: Arc::new(UiState { shows_details: has("details"), ..UiState::default() }),
    }
}

/// Servers as if they had been met.
fn servers() -> Vec<HostFacts> {
    let met = |(name, ranges, max_connections, cap): (&str, Ranges, Option<u32>, Option<u32>)| {
        let learned_ms = Timestamp::now().as_millisecond();
        let name = name.to_owned();
        HostFacts { name, ranges, max_connections, cap, learned_ms, ..HostFacts::default() }
    };
    [
        ("archive.example-of-a-rather-long-host-name.org:443", Ranges::Honest, Some(6), None),
        ("cdimage.debian.org:443", Ranges::Honest, None, None),
        ("cdn.kernel.org:443", Ranges::Honest, Some(4), Some(2)),
        ("media.example.cn:80", Ranges::Unknown, None, None),
        ("stream.example.net:443", Ranges::Refused, Some(1), None),
    ]
    .map(met)
    .to_vec()
}

/// What happens upon a command.
fn answer(command: &Command) -> Option<Event> {
    if let Command::Open(id) = command {
        return Some(Event::OpenFailed(*id, "no program for it".to_owned()));
    }
    let dir = PathBuf::from("/srv/media");
    [
        (Command::ChooseFolder, Event::FolderChosen(Some(dir))),
        (Command::Resume(Which::All), Event::Finished(JobId(11))),
        (Command::Hosts, Event::Hosts(servers())),
        (Command::Quit, Event::Ended),
    ]
    .into_iter()
    .find(|(asked, _)| asked == command)
    .map(|(_, event)| event)
}

/// Answers like a service would, as far as a look at the window needs it.
fn serve(mut end: ServiceEnd, wake: &Arc<WakeSlot>) {
    let waker = wake.waker();
    std::thread::spawn(move || {
        while let Some(envelope) = end.commands.blocking_recv() {
            eprintln!("{:?}", envelope.command);
            let mut next = Snapshot::clone(&end.snapshots.borrow());
            next.revision += 1;
            let command = envelope.command;
            if let Command::ChangeSettings(settings) = &command {
                next.settings = Arc::new(settings.clone());
            }
            if let Command::Watch(id) = command {
                let watched = next.jobs.iter().find(|job| Some(job.id) == id);
                next.focus = watched.map(|job| Arc::new(focus::of(job)));
            }
            let has_quit = command == Command::Quit;
            for event in answer(&command).into_iter().chain(adding::answers(&command)) {
                end.events.push(event);
            }
            if has_quit {
                return;
            }
            let _ = end.snapshots.send(Arc::new(next));
            waker();
            std::thread::sleep(Duration::from_millis(1));
        }
    });
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (handle, end) = AppHandle::pair(snapshot(&args));
    let wake = WakeSlot::new();
    serve(end, &wake);
    let links: Vec<String> = args.iter().skip_while(|a| *a != "add").skip(1).cloned().collect();
    let state = Arc::clone(&handle.snapshot().ui_state);
    let (to, handles) = std::sync::mpsc::channel();
    let _ = to.send(handle);
    let shows = if links.is_empty() { Shows::AsItWas } else { Shows::Links(links) };
    let launch = Launch { raise: Raise::of(shows), ..Launch::default() };
    if let Err(error) = stay(&state, &handles, &wake, launch) {
        eprintln!("onward: {error}");
        std::process::exit(1);
    }
}
