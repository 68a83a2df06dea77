//! Jobs and servers as text for people, in English. Remote text is made plain first.

use std::fmt::Write;

use crate::app::command::{JobDetails, VerifyReport};
use crate::app::snapshot::JobView;
use crate::model::checksum::Checksum;
use crate::model::host::{Condition, HostFacts, Ranges};
use crate::model::phase::State;
use crate::words::{Words, format};

use super::output::plain;
use super::progress;

/// Ranges named in `show`; of more only the number is said.
const MAX_RANGES: usize = 16;

/// `list`: a table, the name last.
pub(super) fn list(views: &[JobView], words: &Words) -> String {
    let row = |view: &JobView| {
        [
            view.id.to_string(),
            words.state(view.state),
            view.total_bytes.map_or(format::NONE.into(), |t| words.percent(view.done_bytes, t)),
            view.total_bytes.map_or(format::NONE.into(), format::bytes),
            if view.state == State::Downloading {
                format::speed(view.speed_bps)
            } else {
                String::new()
            },
            plain(&view.name),
        ]
    };
    table(["ID", "State", "Done", "Size", "Speed", "Name"], views.iter().map(row).collect())
}

/// `hosts`: a table.
pub(super) fn hosts(hosts: &[HostFacts]) -> String {
    let row = |host: &HostFacts| {
        let ranges = match host.ranges {
            Ranges::Unknown => "not seen yet",
            Ranges::Honest => "yes",
            Ranges::Refused => "no",
        };
        let condition = match host.condition {
            Condition::IfRange => "yes",
            Condition::Unconditional => "no",
        };
        let plain_get = if host.plain_get { "yes" } else { "no" };
        let most = host.max_connections.map_or(format::NONE.to_owned(), |n| n.to_string());
        [plain(&host.name), ranges.into(), condition.into(), plain_get.into(), most]
    };
    let heads = ["Server", "Ranges", "If-Range", "Plain only", "Connections at most"];
    table(heads, hosts.iter().map(row).collect())
}

fn table<const N: usize>(heads: [&str; N], rows: Vec<[String; N]>) -> String {
    let mut all = vec![heads.map(str::to_owned)];
    all.extend(rows);
    let widths: [usize; N] =
        std::array::from_fn(|c| all.iter().map(|row| row[c].chars().count()).max().unwrap_or(0));
    let mut text = String::new();
    for row in all {
        let cells: Vec<String> =
            row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// `show`: one job in full.
pub(super) fn show(details: &JobDetails, words: &Words) -> String {
    let view = &details.view;
    let mut text = format!("{}  {}\n", view.id, progress::line(view, words));
    let mut add = |name: &str, value: &str| {
        if !value.is_empty() {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{name:<14}{}", plain(value));
        }
    };
    add("State", &words.state(view.state));
    add("Path", &view.path.to_string_lossy());
    for source in &details.sources {
        add("Source", source);
    }
    add("Limit", &view.limit_bps.map(format::speed).unwrap_or_default());
    if let Some(failure) = &view.error {
        add("Error", &words.failure(failure).to_string());
    }
    add("Why", &words.why(view.why, view.error.as_ref()));
    add("Proof", &view.proof.map(|proof| words.proof(proof)).unwrap_or_default());
    let goes_on = if view.is_kept() { "Goes on" } else { "Tries again" };
    add(goes_on, &view.until.map(|at| words.moment(at)).unwrap_or_default());
    add(
        "Start set to",
        &view
            .not_before
            .filter(|at| view.until != Some(*at))
            .map(|at| words.moment(at))
            .unwrap_or_default(),
    );
    add("Link until", &view.link_until.map(|at| words.moment(at)).unwrap_or_default());
    add("Part file", &details.part.as_deref().map(|p| p.to_string_lossy()).unwrap_or_default());
    add("Ranges held", &ranges(details));
    add("ETag", details.etag.as_deref().unwrap_or_default());
    add("Last-Modified", details.last_modified.as_deref().unwrap_or_default());
    if details.by_overlap {
        add("Resumed", "by comparing bytes where no strong validator spoke for them");
    }
    add("Added", &words.moment(view.created_at));
    add("Finished", &view.finished_at.map(|at| words.moment(at)).unwrap_or_default());
    for line in &details.log {
        let _ = writeln!(text, "{}  {}", words.clock(line.at), plain(&words.told(&line.told)));
    }
    text
}

/// First and last byte of each range, both in.
fn ranges(details: &JobDetails) -> String {
    let spans = &details.spans;
    let shown = spans.iter().filter(|s| !s.is_empty()).take(MAX_RANGES);
    let mut parts: Vec<String> = shown.map(|s| format!("{}-{}", s.start, s.end - 1)).collect();
    if spans.len() > MAX_RANGES {
        parts.push(format!("and {} more", spans.len() - MAX_RANGES));
    }
    parts.join(", ")
}

/// What `verify` found, in a line, and whether all is well.
pub(super) fn verified(report: &VerifyReport) -> (String, bool) {
    match report {
        VerifyReport::Digest { found, matches } => digest(found, *matches),
        VerifyReport::Blocks { good, bad, unproved_bytes } => {
            let mut line = format!("{good} blocks are right, {} are damaged", bad.len());
            if !bad.is_empty() {
                line.push_str(" and are fetched again");
            }
            if *unproved_bytes > 0 {
                let bytes = format::bytes(*unproved_bytes);
                line += &["; ", &bytes, " have no recorded hash yet"].concat();
            }
            (line + "\n", bad.is_empty())
        }
    }
}

/// A digest alone, or with whether it is the expected one.
pub(super) fn digest(found: &Checksum, matches: Option<bool>) -> (String, bool) {
    match matches {
        None => (format!("{found}\n"), true),
        Some(true) => (format!("{found} matches\n"), true),
        Some(false) => (format!("{found} differs from the checksum given\n"), false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::sample::view;
    use crate::model::failure::{Failure, FailureKind};
    use crate::model::log::{LogLine, Told};
    use crate::model::proof::Proof;
    use crate::model::range::ByteRange;
    use crate::model::settings::Language;

    fn english() -> Words {
        Words::new(Language::English)
    }

    #[test]
    fn the_list_is_a_table() {
        let new = JobView {
            id: crate::model::id::JobId(12),
            state: State::Queued,
            total_bytes: None,
            name: "a\x1b[31m".into(),
            ..view()
        };
        insta::assert_snapshot!(list(&[view(), new], &english()), @r"
        ID  State        Done  Size     Speed      Name
        7   Downloading  25 %  4.00 GB  18.4 MB/s  debian.iso
        12  Queued       —     —                   a_[31m
        ");
    }

    #[test]
    fn one_job_in_full() {
        let details = JobDetails {
            view: JobView {
                state: State::Failed,
                error: Some(Failure::status(FailureKind::NotFound, 404)),
                proof: Some(Proof::LengthNotTold),
                ..view()
            },
            spans: (0..20).map(|n| ByteRange::new(n * 10, n * 10 + 5)).collect(),
            sources: vec!["https://h.example/debian.iso".into()],
            etag: Some("\"a\"".into()),
            last_modified: None,
            part: None,
            by_overlap: true,
            log: vec![LogLine { at: view().created_at, told: Told::Plain("GET\x07".into()) }],
        };
        let text = show(&details, &english());
        for line in [
            "7  Failed  25 %  1.00 GB of 4.00 GB  debian.iso",
            "State         Failed",
            "Source        https://h.example/debian.iso",
            "Limit         500 kB/s",
            "ETag          \"a\"",
            "Proof         None; the server did not say how long the file is",
            "Resumed       by comparing bytes where no strong validator spoke for them",
        ] {
            assert!(text.lines().any(|l| l == line), "{line:?} in {text}");
        }
        assert!(text.contains("Ranges held   0-4, 10-14, ") && text.contains(", and 4 more\n"));
        assert!(text.contains("There is no such file on the server (404)."));
        assert!(text.ends_with("  GET_\n") && !text.contains("Part file"));
    }

    #[test]
    fn servers_are_a_table() {
        let facts = HostFacts {
            name: "h.example:443".into(),
            ranges: Ranges::Honest,
            max_connections: Some(4),
            ..HostFacts::default()
        };
        insta::assert_snapshot!(hosts(&[facts]), @r"
        Server         Ranges  If-Range  Plain only  Connections at most
        h.example:443  yes     yes       no          4
        ");
    }

    #[test]
    fn what_verify_found() {
        let found: Checksum = "md5:d41d8cd98f00b204e9800998ecf8427e".parse().unwrap();
        for (report, line, is_well) in [
            (
                VerifyReport::Digest { found: found.clone(), matches: None },
                format!("{found}\n"),
                true,
            ),
            (
                VerifyReport::Digest { found: found.clone(), matches: Some(false) },
                format!("{found} differs from the checksum given\n"),
                false,
            ),
            (
                VerifyReport::Blocks { good: 3, bad: vec![1], unproved_bytes: 512 },
                "3 blocks are right, 1 are damaged and are fetched again; 512 B have no recorded \
                 hash yet\n"
                    .to_owned(),
                false,
            ),
        ] {
            assert_eq!(verified(&report), (line, is_well));
        }
    }
}
