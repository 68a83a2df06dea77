//! Rows E2 and E4: one connection among others that stops or collapses holds the file up for a moment
//! and no longer.

use std::time::{Duration, Instant};

use super::fault_reply::{Asked, End, Origin, Reply};
use super::rows::Row;

const SIZE: usize = 5_000_011;
/// What one connection is given in a second.
const RATE_BPS: u64 = 640 << 10;

/// How long four connections take, where `bend` bends every answer but the first.
#[track_caller]
fn takes(bend: impl Fn(Reply, &Asked) -> Reply + Send + Sync + 'static) -> Duration {
    let large = Origin::new(SIZE, 0);
    let origin = large.clone();
    let row = Row::new(move |asked| {
        let honest = origin.answer(asked).paced(RATE_BPS);
        if asked.number == 0 { honest } else { bend(honest, asked) }
    });
    let begun = Instant::now();
    row.finishes_with(&["--connections", "4"], &large, 60);
    let took = begun.elapsed();
    // What was raced and what was stolen may come twice, and no more.
    assert!(row.sent() < SIZE + SIZE / 4, "{} bytes\n{}", row.sent(), row.story());
    row.same_file();
    took
}

/// What a busy machine adds.
const NOISE: Duration = Duration::from_secs(1);

#[test]
fn e2_silence_beside_others_is_replaced() {
    let ideal = takes(|honest, _| honest);
    for cut in [0, 100_000] {
        let took = takes(move |honest, asked| match asked.number {
            2 => honest.cut(cut, End::Hang),
            _ => honest,
        });
        // Alone it would be waited for for half a minute; beside others eight seconds are the most.
        assert!(took < ideal + Duration::from_secs(8) + NOISE, "{cut}: {took:?} of {ideal:?}");
    }
}

#[test]
fn e4_one_that_collapses_near_its_end_is_raced() {
    let ideal = takes(|honest, _| honest);
    let took = takes(|honest, asked| {
        let most = honest.sent_body().len() as u64;
        if asked.number == 2 { honest.collapses(most * 9 / 10, 1000) } else { honest }
    });
    assert!(took <= ideal * 3 / 2 + NOISE, "{took:?} of {ideal:?}");
}
