//! What the window costs without a screen: drawing a frame, sorting, searching, with few jobs and with
//! very many. Prints medians; a figure above what `benches/window` allows is marked.
//!
//! `cargo run --release --example costs`, or `… costs fill DIR COUNT` to make a data folder with many jobs.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use eframe::egui::{self, Context, Event, Key, Modifiers, RawInput, Rect, vec2};
use jiff::Timestamp;
use onward::app::handle::{AppHandle, ServiceEnd};
use onward::app::raise::Shows;
use onward::app::snapshot::{JobView, Snapshot, Totals};
use onward::model::category::Category;
use onward::model::id::JobId;
use onward::model::job::NewJob;
use onward::model::options::JobOptions;
use onward::model::phase::{Intent, State};
use onward::model::range::ByteRange;
use onward::model::settings::{Language, Settings};
use onward::model::url::{SourceUrl, UrlError};
use onward::model::why::Why;
use onward::ui::window::Window;

const SIZE: egui::Vec2 = vec2(1180.0, 740.0);
/// How far from the top the heads of the columns are.
const HEADS: f32 = 68.0;
/// Frames measured of each kind.
const FRAMES: usize = 300;

fn job(id: i64) -> JobView {
    let state = State::ALL[usize::try_from(id).unwrap_or_default() % State::ALL.len()];
    // No two alike, in no order.
    let name = format!(
        "file-{:08x}.{}",
        id.wrapping_mul(0x9e37_79b1) & 0xffff_ffff,
        ["iso", "zip", "mp4"][usize::try_from(id % 3).unwrap_or_default()]
    );
    let total = 1_000_000 + id.unsigned_abs() * 7_919;
    JobView {
        id: JobId(id),
        url: format!("https://files.example/{name}"),
        host: format!("files{}.example", id % 50),
        path: PathBuf::from("/home/ann/Downloads").join(&name),
        category: Category::of(&name),
        name,
        dir: PathBuf::from("/home/ann/Downloads"),
        state,
        intent: Intent::Run,
        settling: false,
        total_bytes: Some(total),
        done_bytes: total / 2,
        spans: Arc::from([ByteRange::new(0, total / 2)]),
        speed_bps: if state == State::Downloading { 5_000_000 } else { 0 },
        eta_secs: None,
        limit_bps: None,
        connections: 0,
        until: None,
        attempt: 0,
        error: None,
        why: Why::Server,
        link_until: None,
        same_as: None,
        has_page: false,
        queue: onward::model::queue::QueueId::MAIN,
        not_before: None,
        proof: None,
        created_at: Timestamp::UNIX_EPOCH,
        finished_at: None,
    }
}

/// A window over so many jobs, without a screen.
struct Bench {
    ctx: Context,
    window: Window,
    end: ServiceEnd,
    at: f64,
}

impl Bench {
    fn new(jobs: i64) -> Self {
        let snapshot = Snapshot {
            revision: 1,
            layout: 1,
            jobs: (1..=jobs).map(|id| Arc::new(job(id))).collect(),
            totals: Totals::default(),
            settings: Arc::new(Settings { language: Language::English, ..Settings::default() }),
            default_dir: PathBuf::from("/home/ann/Downloads"),
            free_bytes: Some(412_000_000_000),
            focus: None,
            ui_state: Arc::default(),
            ending: None,
            regime: std::sync::Arc::default(),
        };
        let (handle, end) = AppHandle::pair(snapshot);
        let ctx = Context::default();
        Window::install(&ctx);
        let mut bench = Self { ctx, window: Window::new(handle, Shows::AsItWas), end, at: 0.0 };
        for _ in 0..5 {
            bench.frame(Vec::new());
        }
        bench
    }

    /// One frame with these events, laid out and cut into triangles.
    fn frame(&mut self, events: Vec<Event>) -> Duration {
        self.at += 0.1;
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(egui::Pos2::ZERO, SIZE)),
            time: Some(self.at),
            focused: true,
            events,
            ..RawInput::default()
        };
        let (window, at) = (&mut self.window, self.at);
        let begun = Instant::now();
        let output = self.ctx.run_ui(input, |ui| {
            window.take_in(ui.ctx(), at);
            window.frame(ui);
        });
        let shapes = self.ctx.tessellate(output.shapes, output.pixels_per_point);
        let took = begun.elapsed();
        std::hint::black_box(shapes);
        took
    }

    /// The median of many frames, each with these events.
    fn median(&mut self, events: impl Fn(usize) -> Vec<Event>) -> Duration {
        let mut all: Vec<Duration> = (0..FRAMES).map(|n| self.frame(events(n))).collect();
        all.sort_unstable();
        all[FRAMES / 2]
    }

    /// One job goes on, as five times a second while anything runs.
    fn progress(&mut self) -> Duration {
        let mut all: Vec<Duration> = (0..FRAMES as u64)
            .map(|n| {
                let mut next = Snapshot::clone(&self.end.snapshots.borrow());
                next.revision += 1;
                if let Some(first) = next.jobs.at(0) {
                    let done_bytes = first.done_bytes + n;
                    let first = JobView { done_bytes, ..JobView::clone(first) };
                    next.jobs.put(0, Arc::new(first));
                }
                let _ = self.end.snapshots.send(Arc::new(next));
                self.frame(Vec::new())
            })
            .collect();
        all.sort_unstable();
        all[FRAMES / 2]
    }

    /// What a click on the head of a column costs: the dearest of both directions, and of the heads at
    /// these places.
    fn sort(&mut self, heads: &[f32]) -> Duration {
        let mut dearest = Duration::ZERO;
        for x in heads.iter().flat_map(|x| [*x; 2]) {
            let pos = egui::pos2(x, HEADS);
            let click = |pressed| {
                let (button, modifiers) = (egui::PointerButton::Primary, Modifiers::NONE);
                Event::PointerButton { pos, button, pressed, modifiers }
            };
            self.frame(vec![Event::PointerMoved(pos)]);
            self.frame(vec![click(true)]);
            // Sorted in the frame of the click or in the one after it.
            let took = [vec![click(false)], Vec::new()].map(|events| self.frame(events));
            dearest = took.into_iter().fold(dearest, Duration::max);
            self.frame(Vec::new());
        }
        dearest
    }

    /// What typing one letter into the search costs.
    fn search(&mut self) -> Duration {
        let press = |key, modifiers| Event::Key {
            key,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers,
        };
        self.frame(vec![press(Key::F, Modifiers::COMMAND)]);
        self.frame(Vec::new());
        let mut all = Vec::new();
        for letter in ["f", "i", "l", "e", "-", "0", "0"] {
            all.push(self.frame(vec![Event::Text(letter.to_owned())]));
        }
        all.sort_unstable();
        self.frame(vec![press(Key::Escape, Modifiers::NONE)]);
        all[all.len() - 1]
    }
}

fn say(what: &str, took: Duration, most_ms: f64) {
    let ms = took.as_secs_f64() * 1000.0;
    let mark = if ms > most_ms { "  ABOVE" } else { "" };
    println!("{what:44} {ms:8.3} ms  (at most {most_ms}){mark}");
}

/// A data folder with so many finished and paused jobs in it.
fn fill(dir: &str, count: usize) -> Result<(), Box<dyn std::error::Error>> {
    let now = Timestamp::now();
    let opened = onward::store::open(&PathBuf::from(dir).join("onward.db"), now)?;
    let jobs = (0..count).map(|n| {
        let url = SourceUrl::parse(&format!("https://files{}.example/file-{n}.iso", n % 50))?;
        let dir = PathBuf::from("/home/ann/Downloads");
        let (options, intent) = (JobOptions::default(), Intent::Hold);
        Ok(NewJob {
            url,
            dir,
            name: None,
            options,
            intent,
            not_before: None,
            queue: onward::model::queue::QueueId::MAIN,
        })
    });
    let jobs = jobs.collect::<Result<Vec<_>, UrlError>>()?;
    opened.store.add_jobs(jobs, now).blocking()?;
    opened.store.mark_clean().blocking()?;
    opened.store.close()?;
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [fill_it, dir, count] = &args[..]
        && fill_it == "fill"
    {
        return fill(dir, count.parse()?);
    }
    let mut few = Bench::new(100);
    let mut many = Bench::new(100_000);
    let scroll = |n: usize| {
        let delta = vec2(0.0, if n.is_multiple_of(2) { -180.0 } else { 150.0 });
        let unit = egui::MouseWheelUnit::Point;
        let modifiers = Modifiers::NONE;
        let phase = egui::TouchPhase::Move;
        let wheel = Event::MouseWheel {
            unit,
            delta,
            modifiers,
            phase,
            source: egui::MouseWheelSource::Wheel,
        };
        vec![Event::PointerMoved(egui::pos2(600.0, 300.0)), wheel]
    };
    say("a frame with 100 jobs", few.median(|_| Vec::new()), 1.0);
    say("a frame with 100,000 jobs", many.median(|_| Vec::new()), 1.0);
    let (a, b) = (few.median(scroll), many.median(scroll));
    say("a frame with 100 jobs, scrolling", a, 1.0);
    say("a frame with 100,000 jobs, scrolling", b, a.as_secs_f64() * 1300.0);
    say("a frame after progress, 100 jobs", few.progress(), 1.0);
    say("the list sorted by name, 100,000 jobs", many.sort(&[240.0]), 30.0);
    say("sorted by any other column, 100,000 jobs", many.sort(&[690.0, 958.0, 1046.0]), 30.0);
    say("a letter typed into the search, 100,000 jobs", many.search(), 30.0);
    Ok(())
}
