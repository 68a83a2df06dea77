//! A job of the gallery closely: made-up connections, speeds and lines.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "made-up numbers, all small"
)]

use std::sync::Arc;

use jiff::Timestamp;
use onward::app::command::JobDetails;
use onward::app::focus::{ConnectionView, Focus};
use onward::app::snapshot::JobView;
use onward::engine::report::OpenConnection;
use onward::model::cause::Cause;
use onward::model::failure::FailureKind;
use onward::model::fit::Fit;
use onward::model::history::SpeedHistory;
use onward::model::log::{Asked, LogLine, OfConnection, OfMirror, Told, Verdict};
use onward::model::phase::State;
use onward::model::range::{ByteRange, SpanSet};

use super::MB;

/// A job closely.
pub(super) fn of(job: &JobView) -> Focus {
    let mut history = SpeedHistory::default();
    for second in 0..if job.done_bytes > 0 { 140_u32 } else { 0 } {
        let wave = (f64::from(second) / 9.0).sin() * 5e6 + 14e6;
        let dip = if (60..66).contains(&second) { 0.1 } else { 1.0 };
        history.second((wave * dip).max(0.0) as u64);
    }
    let mut durable: SpanSet = job.spans.iter().copied().collect();
    durable.clip(job.done_bytes * 3 / 4);
    let connections = job.spans.iter().take(job.connections as usize).enumerate();
    let connections = connections.map(|(n, span)| {
        let number = n as u32 + 1;
        let left = Some(ByteRange::new(span.end, span.end + 40 * MB * u64::from(number)));
        let received = if n == 3 { 0 } else { span.len() };
        let host = if n % 3 == 2 { "mirror.example.net" } else { &job.host };
        let open = OpenConnection { number, host: host.into(), left, races: n == 7, received };
        ConnectionView { open, speed_bps: job.speed_bps / 8 * (n as u64 % 4) }
    });
    let log: Vec<LogLine> =
        story().into_iter().map(|told| LogLine { at: Timestamp::now(), told }).collect();
    Focus {
        job: JobDetails {
            view: job.clone(),
            spans: job.spans.to_vec(),
            sources: vec![job.url.clone(), "https://mirror.example.net/debian/dvd-1.iso".into()],
            etag: Some("\"5f2a-64\"".into()),
            last_modified: Some("Sat, 17 May 2025 10:08:22 GMT".into()),
            part: (job.state != State::Completed)
                .then(|| job.dir.join(format!("{}.part", job.name))),
            by_overlap: false,
            log: Vec::new(),
        },
        durable,
        connections: connections.collect(),
        history: Arc::new(history),
        log: Arc::new(log),
    }
}

/// What a log may tell.
fn story() -> Vec<Told> {
    let answer = |first, last, bytes, status, verdict| OfConnection::Answer {
        asked: Asked::Range { first, last, if_unchanged: first > 0 },
        status,
        millis: 84,
        bytes,
        from: "https://cdimage.debian.org/pub/debian-12.11.0-amd64-DVD-1.iso".into(),
        verdict,
    };
    let part = Some(498_074_664);
    let last = Some(996_149_327);
    vec![
        Told::Connection(1, answer(0, None, Some(3_990_000_000), 206, Verdict::Begins)),
        Told::Mirror(
            "https://mirror.example.net/debian/dvd-1.iso".into(),
            OfMirror::Fits(Fit::ByBytes { samples: 8 }, true),
        ),
        Told::Connection(2, answer(498_074_664, last, part, 206, Verdict::Taken)),
        Told::Connection(
            2,
            OfConnection::Closed { bytes: 498_074_664, millis: 27_100, why: Cause::Through },
        ),
        Told::Connection(
            9,
            answer(996_149_328, None, None, 503, Verdict::Not(Cause::NoMoreConnections)),
        ),
        Told::Waits { secs: 30, why: FailureKind::Busy, attempt: 2, asked: Some(30) },
    ]
}
