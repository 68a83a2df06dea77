//! What the gallery's service answers to the add dialog: made-up looks at links and folders.

use std::path::PathBuf;

use onward::app::adding::{FolderAsk, FolderSeen, ProbeAsk};
use onward::app::command::Command;
use onward::app::event::Event;
use onward::model::failure::{Failure, FailureKind};
use onward::model::probe::Probed;
use onward::model::url::SourceUrl;

use super::{GB, MB};

/// The events that answer a command of the add dialog.
pub(super) fn answers(command: &Command) -> Vec<Event> {
    if let Command::Probe(ProbeAsk { links, .. }) = command {
        return links.iter().filter_map(looked_at).collect();
    }
    if let Command::LookIntoFolder(ask) = command {
        return vec![Event::FolderSeen(looked_into(ask))];
    }
    Vec::new()
}

/// By what stands in the link. One with "slow" is looked at for ever.
fn looked_at(url: &SourceUrl) -> Option<Event> {
    let name = url.last_segment().unwrap_or_else(|| format!("{}.html", url.host()));
    let has = |word: &str| url.as_str().contains(word);
    let found = Probed {
        total_bytes: (!has("stream")).then(|| if has("dvd") { 3990 * MB } else { 148 * MB }),
        has_ranges: !has("stream") && !has("once"),
        host: if has("mirror") { "mirror.example.net".into() } else { url.host().to_owned() },
        content_type: Some(if has("page") { "text/html" } else { "application/zip" }.into()),
        is_page: has("page"),
        name,
    };
    let found = match () {
        () if has("slow") => return None,
        () if has("gone") => Err(Failure::status(FailureKind::NotFound, 404)),
        () if has("locked") => Err(Failure::status(FailureKind::Unauthorised, 401)),
        () => Ok(found),
    };
    Some(Event::Probed(url.clone(), found))
}

/// A folder with little room under `/mnt`, where one name is taken.
fn looked_into(ask: &FolderAsk) -> FolderSeen {
    let is_small = ask.dir.starts_with("/mnt");
    let taken = ask.names.iter().filter(|name| name.starts_with("taken"));
    FolderSeen {
        dir: ask.dir.clone(),
        free_bytes: Some(if is_small { 2 * GB } else { 412 * GB }),
        taken: taken.map(|name| (name.clone(), name.replacen("taken", "taken (1)", 1))).collect(),
        recent: ["/home/ann/Downloads", "/srv/media", "/mnt/stick", "/home/ann/Desktop"]
            .map(PathBuf::from)
            .to_vec(),
    }
}
