//! What "Copy report" copies: all that helps somebody else to see what happened to a download, and no
//! secret. Links come redacted from the service, and the log never holds one.

use crate::app::focus::Focus;
use crate::words::Words;

/// The report of a job, as lines of text.
pub(super) fn of(focus: &Focus, words: &Words) -> String {
    let (job, view) = (&focus.job, &focus.job.view);
    let why = words.why(view.why, view.error.as_ref());
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
    let number = |n: Option<u64>| n.map_or_else(|| "unknown".to_owned(), |n| n.to_string());
    let mut lines = vec![
        format!(
            "Onward {} ({}, {})",
            env!("CARGO_PKG_VERSION"),
            std::env::consts::OS,
            std::env::consts::ARCH
        ),
        format!("download {}: {}", view.id, view.name),
        format!("state: {}; {why}", view.state.code()),
        format!(
            "bytes: {} of {}, {} durable",
            view.done_bytes,
            number(view.total_bytes),
            focus.durable.total()
        ),
        format!("etag: {}; last-modified: {}", or_none(&job.etag), or_none(&job.last_modified)),
    ];
    if let Some(error) = &view.error {
        lines.push(format!("failure: {} {}", error.kind.code(), words.particulars(error)));
    }
    if let Some(proof) = view.proof {
        lines.push(format!("proof: {}", words.proof(proof)));
    }
    lines.extend(job.sources.iter().map(|source| format!("from: {source}")));
    for view in &focus.connections {
        let open = &view.open;
        lines.push(format!(
            "connection #{}: {}, {} bytes, {} bytes/s",
            open.number, open.host, open.received, view.speed_bps
        ));
    }
    lines.extend(
        focus.log.iter().map(|line| format!("{} {}", line.at, words.told_exactly(&line.told))),
    );
    lines.join("\n") + "\n"
}
