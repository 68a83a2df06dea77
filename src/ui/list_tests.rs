//! The list with many jobs: how long it takes to be made, and what an update says.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::*;
use crate::app::snapshot::Totals;
use crate::model::columns::{Column, Direction};
use crate::model::settings::{Language, Settings};

fn view(id: i64, name: String) -> JobView {
    let value = u64::try_from(id).unwrap().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    JobView {
        id: JobId(id),
        category: Category::of(&name),
        name,
        state: State::ALL[usize::try_from(id).unwrap() % State::ALL.len()],
        total_bytes: Some(1 << 33),
        done_bytes: value,
        speed_bps: value,
        eta_secs: Some(value),
        created_at: Timestamp::UNIX_EPOCH,
        ..crate::app::sample::view()
    }
}

fn snapshot(count: i64) -> Snapshot {
    // Not in the order of their names, and alike at the beginning as such names often are.
    let name =
        |id: i64| format!("Season {:02} - part{}.mkv", id * 7919 % 97, id * 104_729 % 100_003);
    Snapshot {
        revision: 1,
        layout: 1,
        jobs: (1..=count).map(|id| Arc::new(view(id, name(id)))).collect(),
        totals: Totals::default(),
        settings: Arc::new(Settings::default()),
        default_dir: PathBuf::new(),
        free_bytes: None,
        focus: None,
        ui_state: Arc::default(),
        ending: None,
        regime: std::sync::Arc::default(),
    }
}

fn by(column: Column, search: &str) -> Wanted<'_> {
    let sort = Some(Sort { column, direction: Direction::Up });
    Wanted { search, sort, ..Wanted::default() }
}

#[test]
fn a_hundred_thousand_jobs_are_sorted_and_filtered_at_once() {
    let (words, hidden) = (Words::new(Language::English), BTreeSet::new());
    let snapshot = snapshot(100_000);
    let mut list = List::new();
    // What was measured with optimisation is well under this; without it, a tenth of the speed.
    let most = Duration::from_millis(if cfg!(debug_assertions) { 3000 } else { 30 });
    for (what, wanted) in [
        ("all", Wanted::default()),
        ("by name", by(Column::Name, "")),
        ("by speed", by(Column::Speed, "")),
        ("search", Wanted { search: "part77", ..Wanted::default() }),
        ("search, by name", by(Column::Name, "season 5")),
    ] {
        // The best of a few: the others are held up by what else the machine does.
        let mut took = Duration::MAX;
        for _ in 0..5 {
            list.forget_texts();
            let begun = Instant::now();
            let updated = list.update(&snapshot, wanted, &hidden, &words, (None, 0.0));
            took = took.min(begun.elapsed());
            assert_eq!(updated, Updated::Jobs, "{what}");
        }
        println!("{what}: {took:?} for {} rows", list.len());
        assert!(list.len() > 100, "{what}");
        assert!(took < most, "{what}: {took:?}");
    }
}

#[test]
fn an_update_says_what_it_did() {
    let (words, hidden) = (Words::new(Language::English), BTreeSet::new());
    let mut snapshot = snapshot(50);
    let mut list = List::new();
    let mut update = |snapshot: &Snapshot, wanted, now| {
        list.update(snapshot, wanted, &hidden, &words, (None, now))
    };
    let wanted = by(Column::Speed, "");
    assert_eq!(update(&snapshot, wanted, 0.0), Updated::Jobs);
    assert_eq!(update(&snapshot, wanted, 9.0), Updated::Nothing, "nothing is new");
    snapshot.revision = 2;
    assert_eq!(update(&snapshot, wanted, 0.5), Updated::Nothing, "it was sorted just now");
    assert_eq!(update(&snapshot, wanted, 1.0), Updated::Order);
    assert_eq!(update(&snapshot, by(Column::Name, ""), 1.1), Updated::Order);
    snapshot.revision = 3;
    assert_eq!(update(&snapshot, by(Column::Name, ""), 9.0), Updated::Nothing);
    snapshot.layout = 2;
    assert_eq!(update(&snapshot, by(Column::Name, ""), 9.1), Updated::Jobs);
}
