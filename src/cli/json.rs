//! Jobs and servers as JSON for scripts. The names of the fields are a contract.

use jiff::Timestamp;
use serde::Serialize;

use crate::app::command::JobDetails;
use crate::app::snapshot::JobView;
use crate::model::failure::Failure;
use crate::model::host::HostFacts;
use crate::model::id::JobId;
use crate::model::log::LogLine;
use crate::model::phase::State;
use crate::model::proof::Proof;
use crate::model::range::ByteRange;
use crate::model::settings::Language;
use crate::words::Words;

/// A job in `list --json`. Sizes in bytes, times in RFC 3339.
#[derive(Debug, Serialize)]
struct Job<'a> {
    id: JobId,
    url: &'a str,
    host: &'a str,
    state: State,
    dir: String,
    name: &'a str,
    path: String,
    total_bytes: Option<u64>,
    done_bytes: u64,
    speed_bps: u64,
    eta_secs: Option<u64>,
    limit_bps: Option<u64>,
    connections: u32,
    attempt: u32,
    retry_at: Option<Timestamp>,
    error: Option<Told>,
    created_at: Timestamp,
    finished_at: Option<Timestamp>,
}

/// What went wrong, or why: a word for scripts and a sentence for people.
#[derive(Debug, Serialize)]
struct Told {
    code: String,
    message: String,
}

/// A line of a job's log, always in English and to the byte: scripts read it.
#[derive(Debug, Serialize)]
struct Line {
    at: Timestamp,
    text: String,
}

impl Line {
    fn new(line: &LogLine, english: &Words) -> Self {
        Self { at: line.at, text: english.told_exactly(&line.told) }
    }
}

/// A job in `show --json`.
#[derive(Debug, Serialize)]
struct Details<'a> {
    #[serde(flatten)]
    job: Job<'a>,
    sources: &'a [String],
    ranges: &'a [ByteRange],
    part: Option<String>,
    etag: Option<&'a str>,
    last_modified: Option<&'a str>,
    by_overlap: bool,
    why: Told,
    proof: Option<Proof>,
    link_valid_until: Option<Timestamp>,
    log: Vec<Line>,
}

/// `list --json`: one array, a job a line.
pub(super) fn list(views: &[JobView], words: &Words) -> serde_json::Result<String> {
    let lines: Result<Vec<String>, _> =
        views.iter().map(|view| serde_json::to_string(&job(view, words))).collect();
    Ok(match lines?.join(",\n ") {
        lines if lines.is_empty() => "[]\n".to_owned(),
        lines => format!("[{lines}]\n"),
    })
}

/// `show --json`: one object.
pub(super) fn show(details: &JobDetails, words: &Words) -> serde_json::Result<String> {
    let english = Words::new(Language::English);
    let body = Details {
        job: job(&details.view, words),
        sources: &details.sources,
        ranges: &details.spans,
        part: details.part.as_ref().map(|part| part.to_string_lossy().into_owned()),
        etag: details.etag.as_deref(),
        last_modified: details.last_modified.as_deref(),
        by_overlap: details.by_overlap,
        why: Told {
            code: details.view.why.code(),
            message: words.why(details.view.why, details.view.error.as_ref()),
        },
        proof: details.view.proof,
        link_valid_until: details.view.link_until,
        log: details.log.iter().map(|line| Line::new(line, &english)).collect(),
    };
    serde_json::to_string_pretty(&body).map(|text| text + "\n")
}

/// `hosts --json`: one array.
pub(super) fn hosts(hosts: &[HostFacts]) -> serde_json::Result<String> {
    serde_json::to_string_pretty(hosts).map(|text| text + "\n")
}

fn job<'a>(view: &'a JobView, words: &Words) -> Job<'a> {
    let error = |failure: &Failure| Told {
        code: failure.kind.code(),
        message: words.failure(failure).to_string(),
    };
    Job {
        id: view.id,
        url: &view.url,
        host: &view.host,
        state: view.state,
        dir: view.dir.to_string_lossy().into_owned(),
        name: &view.name,
        path: view.path.to_string_lossy().into_owned(),
        total_bytes: view.total_bytes,
        done_bytes: view.done_bytes,
        speed_bps: view.speed_bps,
        eta_secs: view.eta_secs,
        limit_bps: view.limit_bps,
        connections: view.connections,
        attempt: view.attempt,
        retry_at: view.until,
        error: view.error.as_ref().map(error),
        created_at: view.created_at,
        finished_at: view.finished_at,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::app::sample::view;
    use crate::model::failure::FailureKind;
    use crate::model::settings::Language;

    fn read(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn the_list_is_an_array_with_the_promised_fields() {
        let words = Words::new(Language::English);
        let failed = JobView {
            state: State::NeedsLink,
            error: Some(Failure::status(FailureKind::LinkExpired, 403)),
            total_bytes: None,
            eta_secs: None,
            limit_bps: None,
            finished_at: Some("2026-11-22T15:00:00Z".parse().unwrap()),
            ..view()
        };
        assert_eq!(
            read(&list(&[view(), failed], &words).unwrap()),
            json!([{
                "id": 7, "url": "https://h.example/debian.iso", "host": "h.example",
                "state": "downloading", "dir": "/srv/iso", "name": "debian.iso",
                "path": "/srv/iso/debian.iso", "total_bytes": 4_000_000_000_u64,
                "done_bytes": 1_000_000_000, "speed_bps": 18_400_000, "eta_secs": 163,
                "limit_bps": 500_000, "connections": 8, "attempt": 0, "retry_at": null, "error": null,
                "created_at": "2026-11-22T14:00:00Z", "finished_at": null,
            }, {
                "id": 7, "url": "https://h.example/debian.iso", "host": "h.example",
                "state": "needs_link", "dir": "/srv/iso", "name": "debian.iso",
                "path": "/srv/iso/debian.iso", "total_bytes": null,
                "done_bytes": 1_000_000_000, "speed_bps": 18_400_000, "eta_secs": null,
                "limit_bps": null, "connections": 8, "attempt": 0, "retry_at": null,
                "error": {
                    "code": "link_expired",
                    "message": "The server closed the link (403). It worked before, and what is \
                                here is kept: give it a fresh link, or retry once this one works again.",
                },
                "created_at": "2026-11-22T14:00:00Z", "finished_at": "2026-11-22T15:00:00Z",
            }])
        );
        assert_eq!(list(&[], &words).unwrap(), "[]\n");
    }

    #[test]
    fn one_job_is_an_object_with_more() {
        let details = JobDetails {
            view: JobView {
                proof: Some(Proof::SizeOnly),
                link_until: Some("2026-11-22T20:00:00Z".parse().unwrap()),
                ..view()
            },
            spans: vec![ByteRange::new(0, 9)],
            sources: vec!["https://h.example/debian.iso".into()],
            etag: Some("\"a\"".into()),
            last_modified: None,
            part: Some("debian.iso.part".into()),
            by_overlap: false,
            log: vec![LogLine {
                at: "2026-11-22T14:00:01Z".parse().unwrap(),
                told: crate::model::log::Told::Plain("206".into()),
            }],
        };
        let body = read(&show(&details, &Words::new(Language::English)).unwrap());
        assert_eq!(body["id"], 7);
        assert_eq!(body["error"], Value::Null);
        assert_eq!(body["ranges"], json!([{ "start": 0, "end": 9 }]));
        assert_eq!(body["part"], "debian.iso.part");
        assert_eq!(body["etag"], "\"a\"");
        assert_eq!(body["why"]["code"], "server");
        assert_eq!(body["link_valid_until"], "2026-11-22T20:00:00Z");
        assert_eq!(body["proof"], json!({ "kind": "size_only" }));
        assert_eq!(body["log"], json!([{ "at": "2026-11-22T14:00:01Z", "text": "206" }]));
    }
}
