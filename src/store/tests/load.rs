//! A long list loads quickly. The figure is printed; the limit is wide, for slow machines and
//! builds that are not optimised.

use std::time::{Duration, Instant};

use super::{generation, new_job, now, reopened, with_jobs};
use crate::model::range::{ByteRange, SpanSet};

const JOBS: usize = 100_000;
const LIMIT: Duration = Duration::from_secs(30);

#[test]
fn a_hundred_thousand_jobs() {
    let (_folder, path, jobs) = with_jobs(JOBS);
    let store = reopened(&path).store;
    let spans: SpanSet =
        [ByteRange::new(0, 1 << 20), ByteRange::new(2 << 20, 3 << 20)].into_iter().collect();
    // One transaction: what is measured is the reading.
    let parts = spans.clone();
    let ids: Vec<_> = jobs.iter().map(|job| job.id).collect();
    store
        .write(move |transaction| {
            let mut add = transaction.prepare(
                "INSERT INTO generations (job, number, name, part_name, total, strong_date, \
                 by_overlap) VALUES (?1, 1, ?2, ?3, 1073741824, 0, 0)",
            )?;
            let mut span = transaction.prepare("INSERT INTO spans VALUES (?1, 1, ?2, ?3)")?;
            let of_all = generation(1);
            for id in ids {
                add.execute((id.0, &of_all.name, &of_all.part_name))?;
                for part in parts.iter() {
                    span.execute((id.0, part.start.cast_signed(), part.end.cast_signed()))?;
                }
            }
            Ok(())
        })
        .blocking()
        .unwrap();
    store.close().unwrap();

    let begun = Instant::now();
    let opened = reopened(&path);
    let open = begun.elapsed();
    let begun = Instant::now();
    let loaded = opened.store.load_jobs().blocking().unwrap();
    let load = begun.elapsed();
    println!("{JOBS} jobs: opened in {open:?}, loaded in {load:?}");
    assert_eq!(loaded.len(), JOBS);
    assert!(
        loaded
            .iter()
            .all(|job| job.spans == spans && job.generation.as_deref() == Some(&generation(1)))
    );
    assert!(open + load < LIMIT, "{open:?} and {load:?}");
    assert_eq!(loaded[0].url, new_job().url);
    assert_eq!(loaded[JOBS - 1].created_at, now());
}
