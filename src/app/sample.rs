//! A job as tests see it.

use std::sync::Arc;

use crate::app::snapshot::JobView;
use crate::model::category::Category;
use crate::model::id::JobId;
use crate::model::phase::{Intent, State};
use crate::model::range::ByteRange;

/// Job 7, a quarter of 4 GB done and flowing, under a limit.
pub(crate) fn view() -> JobView {
    JobView {
        id: JobId(7),
        url: "https://h.example/debian.iso".into(),
        host: "h.example".into(),
        name: "debian.iso".into(),
        category: Category::DiskImages,
        dir: "/srv/iso".into(),
        path: "/srv/iso/debian.iso".into(),
        state: State::Downloading,
        intent: Intent::Run,
        settling: false,
        total_bytes: Some(4_000_000_000),
        done_bytes: 1_000_000_000,
        spans: Arc::from([ByteRange::new(0, 1_000_000_000)]),
        speed_bps: 18_400_000,
        eta_secs: Some(163),
        limit_bps: Some(500_000),
        queue: crate::model::queue::QueueId::MAIN,
        not_before: None,
        connections: 8,
        until: None,
        attempt: 0,
        error: None,
        why: crate::model::why::Why::Server,
        link_until: None,
        same_as: None,
        has_page: false,
        proof: None,
        created_at: "2026-11-22T14:00:00Z".parse().unwrap(),
        finished_at: None,
    }
}
