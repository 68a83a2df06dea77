//! Who may name whom. `model` names nobody; nobody names `main`; only `app` sees both `store` and
//! `engine`; each large foreign crate has one room.

use crate::source::{Source, Token};

/// Every room of the crate and the rooms it may name besides itself.
const ROOMS: [(&str, &[&str]); 10] = [
    ("model", &[]),
    ("plan", &["model"]),
    ("store", &["model"]),
    ("engine", &["plan", "model"]),
    ("app", &["engine", "store", "plan", "model"]),
    ("words", &["model"]),
    ("ui", &["model", "app", "words"]),
    ("cli", &["model", "app", "words"]),
    ("desktop", &["model", "plan", "app", "words"]),
    ("main", &["ui", "cli", "desktop", "app"]),
];

/// Foreign crates, by the beginning of their names, and the rooms that may name them.
const FOREIGN: [(&str, &[&str]); 10] = [
    ("rusqlite", &["store"]),
    ("reqwest", &["engine"]),
    ("toml_edit", &["store"]),
    ("egui", &["ui"]),
    ("eframe", &["ui"]),
    ("clap", &["cli", "main"]),
    ("winit", &["ui"]),
    ("zbus", &["desktop"]),
    ("ksni", &["desktop"]),
    ("tokio", &["store", "engine", "app", "cli", "desktop", "main"]),
];

/// What decisions and nouns do not see: the world and its clock.
const WORLD: [&[&str]; 9] = [
    &["std", "fs"],
    &["std", "net"],
    &["std", "thread"],
    &["std", "process"],
    &["Instant", "now"],
    &["SystemTime", "now"],
    &["Timestamp", "now"],
    &["Zoned", "now"],
    &["UNIX_EPOCH", "elapsed"],
];

/// The rooms that are pure.
const PURE: [&str; 2] = ["model", "plan"];

/// Everything in `source` that names what its room must not know.
pub(crate) fn complaints(source: &Source) -> Vec<String> {
    let parts = source.parts();
    let ["src", room, ..] = parts[..] else { return Vec::new() };
    if room == "lib" {
        return Vec::new();
    }
    let Some((_, may)) = ROOMS.iter().find(|(name, _)| *name == room) else {
        return vec![format!("{}: {room} is no room of the house", source.path)];
    };
    let tokens = source.tokens();
    let mut found = Vec::new();
    for (line, named) in named_rooms(&tokens, depth(&parts)) {
        let is_room = ROOMS.iter().any(|(name, _)| *name == named);
        if is_room && named != room && !may.contains(&named) {
            found.push(format!("{}:{line}: {room} names {named}", source.path));
        }
    }
    for token in &tokens {
        let foreign = FOREIGN.iter().find(|(name, _)| {
            token.text == *name || token.text.strip_prefix(name).is_some_and(|r| r.starts_with('_'))
        });
        if let Some((name, rooms)) = foreign
            && !rooms.contains(&room)
        {
            found.push(format!("{}:{}: {room} names {name}", source.path, token.line));
        }
    }
    if PURE.contains(&room) {
        found.extend(worldly(source, &tokens, room));
    }
    found
}

/// How many modules a file lies below the crate's root.
fn depth(parts: &[&str]) -> usize {
    let named = parts.iter().skip(1).filter(|part| !["mod", "main", "lib"].contains(part));
    named.count()
}

/// Every module named right below the crate's root, by `crate::`, the crate's own name, or as many
/// `super::` as lead there.
fn named_rooms<'a>(tokens: &[Token<'a>], depth: usize) -> Vec<(usize, &'a str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let token = tokens[at];
        at += 1;
        let mut ups = usize::from(token.text == "super");
        while ups > 0 && is_path(tokens, at) && text(tokens, at + 2) == "super" {
            ups += 1;
            at += 3;
        }
        let is_root = ["crate", "onward"].contains(&token.text) || (ups > 0 && ups >= depth);
        if is_root && is_path(tokens, at) {
            found.extend(heads(tokens, at + 2).into_iter().map(|head| (head.line, head.text)));
        }
    }
    found
}

fn worldly(source: &Source, tokens: &[Token<'_>], room: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate().filter(|(at, _)| is_path(tokens, at + 1)) {
        for head in heads(tokens, at + 3) {
            if WORLD.contains(&&[token.text, head.text][..]) {
                let (path, line) = (&source.path, head.line);
                found.push(format!("{path}:{line}: {room} names {}::{}", token.text, head.text));
            }
        }
    }
    found
}

fn text<'a>(tokens: &[Token<'a>], at: usize) -> &'a str {
    tokens.get(at).map_or("", |token| token.text)
}

fn is_path(tokens: &[Token<'_>], at: usize) -> bool {
    text(tokens, at) == ":" && text(tokens, at + 1) == ":"
}

/// The word at `at`, or the first word of every branch of the group that begins there.
fn heads<'a>(tokens: &[Token<'a>], at: usize) -> Vec<Token<'a>> {
    if text(tokens, at) != "{" {
        return tokens.get(at).copied().into_iter().collect();
    }
    let mut found = Vec::new();
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(at) {
        match token.text {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ if depth == 1 && ["{", ","].contains(&text(tokens, index - 1)) => found.push(*token),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    found
}

#[test]
fn naming_the_wrong_room_is_seen() {
    for (path, text, count) in [
        ("src/store/jobs.rs", "use crate::model::job::Job; use super::handle::X;", 0),
        ("src/store/jobs.rs", "use crate::engine::Engine;", 1),
        ("src/store/jobs.rs", "use super::super::engine::Engine;", 1),
        ("src/store/mod.rs", "use super::engine::Engine;", 1),
        ("src/store/tests/a.rs", "use super::super::engine; use super::super::super::app;", 1),
        ("src/engine/job.rs", "use crate::{model::job, plan::{app, store}, store::Store};", 1),
        ("src/ui/mod.rs", "fn f() { onward::engine::go(); crate::app::go(); }", 1),
        ("src/ui/mod.rs", "// crate::engine\nconst A: &str = \"crate::engine\";", 0),
        ("src/main.rs", "use onward::{cli, engine};", 1),
        ("src/lib.rs", "pub mod engine; use crate::engine::X;", 0),
        ("src/utils/mod.rs", "", 1),
        ("tests/it/main.rs", "use onward::engine::X;", 0),
    ] {
        assert_eq!(complaints(&Source::new(path, text)).len(), count, "{path}: {text}");
    }
}

#[test]
fn a_foreign_crate_outside_its_room_is_seen() {
    for (path, text, count) in [
        ("src/store/open.rs", "use rusqlite::Connection; use tokio::sync::oneshot;", 0),
        ("src/app/service.rs", "use rusqlite::Connection;", 1),
        ("src/app/service.rs", "type T = reqwest::Client; use egui_kittest::Harness;", 2),
        ("src/cli/mod.rs", "#[derive(clap::Parser)] struct S { egui: eframe::X }", 2),
        ("src/ui/mod.rs", "#[tokio::main] fn f() {} use clap::Parser;", 2),
        ("src/main.rs", "use clap::Parser;", 0),
    ] {
        assert_eq!(complaints(&Source::new(path, text)).len(), count, "{path}: {text}");
    }
}

#[test]
fn a_pure_room_that_sees_the_world_is_seen() {
    for (path, text, count) in [
        ("src/plan/fleet.rs", "use std::{collections::BTreeMap, fs}; use std::net::IpAddr;", 2),
        ("src/plan/meter.rs", "let now = std::time::Instant::now(); jiff::Timestamp::now()", 2),
        ("src/model/host.rs", "use std::time::Duration; fn now() {} // std::fs", 0),
        ("src/model/host.rs", "use tokio::sync::mpsc; std::thread::sleep(x)", 2),
        ("src/engine/disk.rs", "use std::fs::File; let t = Instant::now();", 0),
    ] {
        assert_eq!(complaints(&Source::new(path, text)).len(), count, "{path}: {text}");
    }
}
