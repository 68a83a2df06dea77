//! The house rules as tests over the source tree: who may name whom, sizes, habits, and that
//! released steps of the schema stay as they are. Each rule is shown to fail on a bad example.
//!
//! `cargo test --test tidy -- --nocapture` prints the figures.

#![expect(
    clippy::unwrap_used,
    clippy::format_collect,
    reason = "a check that cannot read the tree has failed"
)]

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use source::Source;

#[path = "tidy/habits.rs"]
mod habits;
#[path = "tidy/rooms.rs"]
mod rooms;
#[path = "tidy/said.rs"]
mod said;
#[path = "tidy/sizes.rs"]
mod sizes;
#[path = "tidy/source.rs"]
mod source;

/// Folders that hold our own code.
const FOLDERS: [&str; 4] = ["src", "tests", "benches", "examples"];

/// Steps of the schema that were released, with their SHA-256. Only ever grows.
const RELEASED: [(&str, &str); 10] = [
    ("0001_first.sql", "e3df60b666f3e7199e349da0266ef57eb4f1d4d45427b9e2f5cf452e3b0f7d05"),
    ("0002_proofs.sql", "d50eb6b10909ce41cd8ed288df9239ae31f150df0e4f4ad07f92b36acb36f354"),
    ("0003_seams.sql", "92759c49d9752df6978ab3fafd73c6a299239169353415647f35fa0e093ecbb4"),
    ("0004_mirrors.sql", "89bf6c70e5070ea2c6bd35c04d35805a24afc92e6598af800a7e6468fb0a630e"),
    ("0005_open_blocks.sql", "bcacd05a97458f52f8b2b77799909d6eb83ba0bbcb4bc54902193c3ca752072f"),
    ("0006_speeds.sql", "d318813144750b18c5ee0c4dd1ceb0a380ffd5e7858bbe4ac01b319cccb976c8"),
    ("0007_pieces.sql", "527b052af71256ed52e398b2747f39ee76b4b423dcdf006570cfff1fde398a41"),
    ("0008_ui_state.sql", "542b5e978ad9dbd881b624514ad9bd59d682a4f3dad2d157fda284f751ea41ee"),
    ("0009_moved_from.sql", "5e57d89cfecf65ad5d90d689284d1cb9871f5bdec21ac8bd8ce6063734e475c3"),
    ("0010_queues.sql", "1ea8241b069a6637fb34ca3018c0ff5e8d901cc5b193b2b3fc4a9aeb50efc8a3"),
];

/// Every Rust file of the tree.
fn tree() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = Vec::new();
    let mut folders: Vec<_> = FOLDERS.iter().map(|name| root.join(name)).collect();
    while let Some(folder) = folders.pop() {
        // `benches` and `examples` need not be there.
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let parts: Vec<_> = path
                    .strip_prefix(root)
                    .unwrap()
                    .iter()
                    .map(|part| part.to_str().unwrap())
                    .collect();
                sources.push(Source::new(&parts.join("/"), &fs::read_to_string(&path).unwrap()));
            }
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(sources.iter().any(|source| source.path == "src/lib.rs"));
    sources
}

fn hold(rule: fn(&Source) -> Vec<String>) {
    let found: Vec<String> = tree().iter().flat_map(rule).collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn rooms_name_only_whom_they_may() {
    hold(rooms::complaints);
}

#[test]
fn files_and_functions_stay_short() {
    hold(sizes::complaints);
}

#[test]
fn the_window_says_nothing_beside_the_locales() {
    hold(said::complaints);
}

#[test]
fn habits_are_held() {
    hold(habits::complaints);
}

/// Every released step that is not as it was, by what `read` finds under its name.
fn changed_steps(read: impl Fn(&str) -> Option<Vec<u8>>) -> Vec<&'static str> {
    let is_changed = |name: &str, digest: &str| {
        let now = read(name).map(Sha256::digest);
        now.is_none_or(|now| {
            now.iter().map(|byte| format!("{byte:02x}")).collect::<String>() != digest
        })
    };
    RELEASED
        .into_iter()
        .filter(|(name, digest)| is_changed(name, digest))
        .map(|step| step.0)
        .collect()
}

#[test]
fn released_steps_stay_as_they_are() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let changed = changed_steps(|name| fs::read(folder.join(name)).ok());
    assert!(changed.is_empty(), "{changed:?} were released: write a new step instead");

    let first = fs::read(folder.join(RELEASED[0].0)).unwrap();
    assert_eq!(changed_steps(|_| None).len(), RELEASED.len());
    assert_eq!(changed_steps(|_| Some([first.as_slice(), b" "].concat()))[0], RELEASED[0].0);
}

/// The value below which this share of `sorted` lies.
fn percentile(sorted: &[usize], percent: usize) -> usize {
    sorted[(sorted.len() - 1) * percent / 100]
}

#[test]
fn figures() {
    let tree = tree();
    let mut files: Vec<usize> = tree.iter().map(sizes::file_lines).collect();
    let mut functions: Vec<usize> =
        tree.iter().flat_map(sizes::functions).map(|function| function.lines).collect();
    files.sort_unstable();
    functions.sort_unstable();
    for (what, sorted) in [("file", &files), ("function", &functions)] {
        let (median, high) = (percentile(sorted, 50), percentile(sorted, 90));
        println!(
            "lines of code per {what}: median {median}, 90th percentile {high} ({})",
            sorted.len()
        );
    }
    let tests: usize = tree
        .iter()
        .map(|source| {
            source.code.matches("#[test]").count() + source.code.matches("::test]").count()
        })
        .sum();
    let is_own =
        |source: &&Source| source.path.starts_with("src/") && !source.path.contains("/tests");
    let own: usize = tree.iter().filter(is_own).map(sizes::file_lines).sum();
    println!("{tests} tests for {own} own lines of code: {} per 1000", tests * 1000 / own);
    assert!(tests > 0);
}

#[test]
fn percentiles_are_of_the_sorted_values() {
    let values: Vec<usize> = (0..=100).collect();
    assert_eq!((percentile(&values, 50), percentile(&values, 90)), (50, 90));
    assert_eq!(percentile(&[7], 90), 7);
}
