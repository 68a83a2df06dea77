//! The made-up jobs of the gallery: one in every state, and names that are hard to show.

use jiff::Timestamp;
use onward::model::failure::{Failure, FailureKind};
use onward::model::phase::State;
use onward::model::why::Why;

use super::{GB, MB};

/// A job as the gallery shows it.
pub(super) struct Sample {
    pub(super) name: &'static str,
    pub(super) host: &'static str,
    pub(super) state: State,
    pub(super) done: u64,
    pub(super) total: Option<u64>,
    pub(super) spans: u64,
    pub(super) speed: u64,
    pub(super) error: Option<Failure>,
}

pub(super) fn sample(
    name: &'static str,
    host: &'static str,
    state: State,
    done: u64,
    total: u64,
) -> Sample {
    let total = Some(total).filter(|t| *t > 0);
    Sample { name, host, state, done, total, spans: 1, speed: 0, error: None }
}

pub(super) fn running() -> Vec<Sample> {
    let debian = "cdimage.debian.org";
    vec![
        Sample {
            spans: 8,
            speed: 18_400_000,
            ..sample(
                "debian-12.11.0-amd64-DVD-1.iso",
                debian,
                State::Downloading,
                2480 * MB,
                3990 * MB,
            )
        },
        Sample {
            spans: 4,
            speed: 6_100_000,
            ..sample(
                "Blender-4.5-linux-x64.tar.xz",
                "download.blender.org",
                State::Downloading,
                74 * MB,
                352 * MB,
            )
        },
        Sample {
            spans: 4,
            ..sample(
                "中文课程-第三讲-下载管理器.mp4",
                "media.example.cn",
                State::Paused,
                276 * MB,
                812 * MB,
            )
        },
        sample("planet-251103.osm.pbf", "planet.openstreetmap.org", State::Queued, 0, 86_400 * MB),
        Sample {
            error: Some(Failure::status(FailureKind::LinkExpired, 403)),
            ..sample(
                "annual-report-2025.pdf",
                "files.example.com",
                State::NeedsLink,
                5 * MB,
                11 * MB,
            )
        },
        Sample {
            error: Some(Failure::status(FailureKind::NotFound, 404)),
            ..sample("podcast-episode-118.flac", "cast.example.fm", State::Failed, 0, 0)
        },
    ]
}

pub(super) fn resting() -> Vec<Sample> {
    vec![
        Sample {
            error: Some(Failure::status(FailureKind::Busy, 503)),
            spans: 3,
            ..sample("linux-6.18.tar.xz", "cdn.kernel.org", State::Waiting, 60 * MB, 154 * MB)
        },
        sample("ubuntu-26.04-desktop-amd64.iso", "releases.ubuntu.com", State::Connecting, 0, 0),
        Sample {
            speed: 910_000,
            ..sample(
                "livestream-recording.webm",
                "stream.example.net",
                State::Downloading,
                12 * MB,
                0,
            )
        },
        sample(
            "rust-1.95.0-src.tar.gz",
            "static.rust-lang.org",
            State::Verifying,
            68 * MB,
            68 * MB,
        ),
        sample("wallpaper-pack.zip", "images.example.net", State::Completed, 241 * MB, 241 * MB),
        sample(
            "A very long name of a scanned book, second revised and enlarged edition, volume 3 of 12, with all plates and the index of persons (1897).pdf",
            "archive.example-of-a-rather-long-host-name.org",
            State::Completed,
            3 * GB,
            3 * GB,
        ),
        Sample {
            spans: 2,
            ..sample("old-backup.7z", "nas.local", State::Cancelled, 2 * GB, 9 * GB)
        },
    ]
}

/// Why a job in this state stands, or is no faster.
pub(super) fn why(state: State, now: Timestamp) -> Why {
    match state {
        State::Queued => Why::Turn,
        State::Connecting => Why::Connecting,
        State::Downloading => Why::Server,
        State::Paused => Why::Paused,
        State::Waiting => Why::Waiting { at: now },
        State::NeedsLink => Why::NeedsLink,
        State::Verifying => Why::Checking,
        State::Completed => Why::Done,
        State::Failed => Why::Failed,
        State::Cancelled => Why::Cancelled,
    }
}

/// Names that are hard to show: written from the right, mixed, composed, very long, with no break.
pub(super) const HARD_NAMES: [&str; 10] = [
    "الملف تحميل.zip",
    "שיעור ראשון – מבוא לתכנות.mp4",
    "الملف تحميل 123 שלום emoji 😀🚀 ไทย हिन्दी.zip",
    "한국어 강의 자료 2026년 봄학기.pdf",
    "日本語のとても長いファイル名の例です、行に収まらないので真ん中で省略されます、その続きもまだあります.mkv",
    "中文课程-第三讲-下载管理器的原理与实现（附完整源代码与习题答案）-高清修复版-1080p.mp4",
    "Ḱýřıłłïć Кириллица Ελληνικά ﬁne ligatures.tar.gz",
    "no-break-anywhere-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.iso",
    "e\u{301}te\u{301} de\u{301}compose\u{301} – naïve café.txt",
    "صورة-\u{202e}gpj.exe",
];
