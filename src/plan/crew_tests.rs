//! How many connections a job gets, by hand and by property.

use super::*;
use proptest::prelude::*;

const MIB: u64 = 1 << 20;

/// Runs a crew against a server that gives each connection and the line so much; answers with
/// how many connections were open, every 250 ms.
fn run(crew: &mut Crew, each_bps: u64, line_bps: u64, size: u64, steps: u32) -> Vec<u32> {
    let (mut received, mut flowing) = (0, crew.want());
    let mut had = Vec::new();
    for n in 0..steps {
        received += (each_bps * u64::from(flowing)).min(line_bps) / 4;
        let looked = crew.look(&Seen {
            now: Duration::from_millis(250) * n,
            flowing,
            received,
            missing: size.saturating_sub(received),
            setup: Duration::from_millis(20),
        });
        // Those open stay open until it is said that they go.
        flowing = match looked {
            Looked::Stay => flowing.max(crew.want()),
            Looked::BackTo(count) => count,
        };
        had.push(flowing);
    }
    had
}

#[test]
fn it_grows_while_more_bring_more() {
    let had = run(&mut Crew::new(8, None), 4 * MIB, u64::MAX, 1 << 40, 40);
    assert_eq!(had.last(), Some(&8));
    let full = had.iter().position(|n| *n == 8).unwrap();
    assert!(full <= 6, "eight after {full} quarters of a second");
}

#[test]
fn where_the_line_is_full_it_stays_small() {
    let had = run(&mut Crew::new(8, None), 100 * MIB, 100 * MIB, 1 << 50, 4000);
    assert_eq!(had.last().copied().unwrap_or_default(), 1);
    assert!(had.iter().all(|n| *n <= 4));
    let tried = had.iter().filter(|n| **n > 1).count();
    assert!(tried < 4000 / 8, "more than one for {tried} of 4000");
}

/// Looks at these milliseconds, with so many that flow and so many bytes received: what each comes
/// to, and how many are wanted then.
fn script(crew: &mut Crew, setup_ms: u64, rows: &[(u64, u32, u64, Looked, u32)]) {
    for (ms, flowing, received, looked, want) in rows {
        let told = crew.look(&Seen {
            now: Duration::from_millis(*ms),
            flowing: *flowing,
            received: *received,
            missing: 1 << 40,
            setup: Duration::from_millis(setup_ms),
        });
        assert_eq!((told, crew.want()), (*looked, *want), "at {ms}, {flowing} flow");
    }
}

/// A crew whose first trial began: one had brought 1000 bytes a millisecond, and all four flow at
/// 500, with 400,000 bytes received.
fn on_trial(most: u32, setup_ms: u64) -> Crew {
    let mut crew = Crew::new(most, None);
    let stay = Looked::Stay;
    let rows = [
        (0, 0, 0, stay, 1),
        (1000, 0, 0, stay, 1),
        (1100, 1, 0, stay, 1),
        (1299, 1, 199_000, stay, 1),
        (1300, 1, 200_000, stay, 4.min(most)),
        (1400, 3.min(most - 1), 300_000, stay, 4.min(most)),
        (1500, 4.min(most), 400_000, stay, 4.min(most)),
    ];
    script(&mut crew, setup_ms, &rows);
    crew
}

#[test]
fn a_trial_is_judged_when_it_can_be() {
    let (stay, back) = (Looked::Stay, Looked::BackTo(1));
    for (setup_ms, rows) in [
        // Half as much again is clear soon, but not at once.
        (20, vec![(1899, 4, 1_000_000, stay, 4), (1900, 4, 1_000_000, stay, 8)]),
        (20, vec![(1900, 4, 999_999, stay, 4), (2499, 4, 1_500_000, stay, 4)]),
        // A tenth more pays, after a second; less does not.
        (20, vec![(2499, 4, 1_499_900, stay, 4), (2500, 4, 1_500_000, stay, 8)]),
        (20, vec![(2499, 4, 1_499_900, stay, 4), (2500, 4, 1_499_999, back, 1)]),
        // Where connections take long to begin, it takes longer.
        (300, vec![(2699, 4, 1_599_999, stay, 4), (2700, 4, 1_720_000, stay, 8)]),
        (300, vec![(2699, 4, 1_599_999, stay, 4), (2700, 4, 1_719_999, back, 1)]),
    ] {
        script(&mut on_trial(32, setup_ms), setup_ms, &rows);
    }
    // The number tried doubles up to the limit, and no trial begins that would try no more.
    let mut crew = on_trial(12, 20);
    script(&mut crew, 20, &[(1900, 4, 1_000_000, stay, 8), (2000, 8, 1_000_000, stay, 8)]);
    script(&mut crew, 20, &[(2400, 8, 3_000_000, stay, 12), (2500, 12, 3_000_000, stay, 12)]);
    script(&mut crew, 20, &[(2900, 12, 9_000_000, stay, 12), (90_000, 12, 9_000_000, stay, 12)]);
    script(&mut on_trial(2, 20), 20, &[(1900, 2, 1_000_000, stay, 2)]);
}

#[test]
fn those_that_never_flow_are_not_waited_for() {
    let (stay, back) = (Looked::Stay, Looked::BackTo(1));
    let begun = |crew: &mut Crew| {
        script(crew, 20, &[(0, 1, 0, stay, 1), (200, 1, 200_000, stay, 4)]);
    };
    let mut crew = Crew::new(8, None);
    begun(&mut crew);
    // Five seconds are waited for them, then a second is measured.
    let rows = [(5200, 3, 0, stay, 4), (5201, 3, 0, stay, 4), (6200, 3, 0, stay, 4)];
    script(&mut crew, 20, &rows);
    script(&mut crew, 20, &[(6201, 3, 0, back, 1)]);
    let mut crew = Crew::new(8, None);
    begun(&mut crew);
    // All that are wanted flow, or more than that.
    script(&mut crew, 20, &[(300, 5, 0, stay, 4), (1300, 5, 0, back, 1)]);
}

#[test]
fn after_trials_that_brought_nothing_the_rests_grow() {
    let (stay, back) = (Looked::Stay, Looked::BackTo(1));
    let mut crew = on_trial(8, 20);
    let (mut ms, mut received) = (2500, 400_000);
    script(&mut crew, 20, &[(ms, 4, received, back, 1)]);
    for rest in [30_000, 60_000, 120_000, 120_000] {
        script(&mut crew, 20, &[(ms + rest - 1, 1, received + rest * 1000, stay, 1)]);
        received += rest * 1000;
        script(&mut crew, 20, &[(ms + rest, 1, received, stay, 4)]);
        ms += rest;
        script(&mut crew, 20, &[(ms, 4, received, stay, 4), (ms + 1000, 4, received, back, 1)]);
        ms += 1000;
    }
    // Another server may bring more: it is measured as at first.
    crew.hope();
    script(&mut crew, 20, &[(ms, 1, 0, stay, 1), (ms + 200, 1, 200_000, stay, 4)]);
    script(&mut crew, 20, &[(ms + 300, 4, 0, stay, 4), (ms + 1300, 4, 0, back, 1)]);
    script(&mut crew, 20, &[(ms + 31_299, 1, 1 << 30, stay, 1)]);
    script(&mut crew, 20, &[(ms + 31_300, 1, 1 << 30, stay, 4)]);
}

#[test]
fn one_more_is_worth_it_for_what_takes_two_seconds() {
    for (missing, rate, worth) in
        [(2000, 1000, true), (1999, 1000, false), (1 << 40, 0, false), (0, 1, false)]
    {
        assert_eq!(is_worth_it(missing, rate), worth, "{missing} at {rate}");
    }
    assert_eq!(per_second(500, Duration::from_millis(250)), 2000);
    assert_eq!(per_second(500, Duration::ZERO), 500_000);
    assert_eq!(per_second(u64::MAX, Duration::ZERO), u64::MAX);
}

#[test]
fn what_was_tried_is_known() {
    let mut crew = Crew::new(8, None);
    assert!(!crew.has_tried());
    let mut crowded = on_trial(8, 20);
    assert!(crowded.has_tried(), "a trial");
    crowded.crowded(4, Word::Guess, Duration::ZERO, None);
    assert!(crowded.has_tried(), "it ended, and those of it are there");
    let [first, second] = [crowded.take_borne(), crowded.take_borne()];
    assert_eq!([first.at(Duration::ZERO), second.at(Duration::ZERO)], [Some(4), None]);
    assert_eq!(first.told(), None);
    crew = on_trial(8, 20);
    script(&mut crew, 20, &[(2500, 4, 400_000, Looked::BackTo(1), 1)]);
    assert!(crew.has_tried(), "it did not pay");
    crew.hope();
    assert!(!crew.has_tried());
}

#[test]
fn there_is_always_one_and_no_more_than_are_allowed() {
    let mut crew = Crew::new(0, None);
    assert_eq!((crew.most(), crew.want(), crew.is_several()), (1, 1, false));
    crew.set_most(2);
    assert_eq!((crew.most(), crew.is_several()), (2, true));
    crew.set_most(0);
    assert_eq!((crew.most(), crew.is_several()), (1, false));
    assert!(!Crew::new(8, Some(1)).is_several());
}

#[test]
fn pauses_grow_until_bytes_come() {
    let (mut crew, secs) = (Crew::new(8, None), Duration::from_secs);
    let mut now = secs(0);
    for pause in [1, 2, 4, 8, 16, 30, 30, 1] {
        if pause == 1 {
            crew.succeeded();
        }
        crew.failed(now, None);
        now += secs(pause);
        assert!(!crew.may_open(now.saturating_sub(Duration::from_nanos(1))), "{pause}");
        assert!(crew.may_open(now), "{pause}");
    }
    // What the server asks for goes before, where it is longer; and nothing shortens a pause.
    crew.failed(now, Some(secs(50)));
    crew.failed(now, Some(secs(1)));
    assert!(!crew.may_open(now + secs(49)) && crew.may_open(now + secs(50)));
}

/// What a trial begins from, what each connection and the line bear, and what is open after it.
#[test]
fn a_trial_that_does_not_pay_leaves_nothing_behind() {
    let rows = [
        // The line is full with one, with a little more than four, with six.
        (100, 100, 8, 1),
        (100, 104, 8, 1),
        (20, 84, 8, 4),
        (20, 120, 8, 8),
        // Fewer are allowed than a trial would have.
        (100, 100, 2, 1),
        (50, 100, 2, 2),
    ];
    for (each, line, most, after) in rows {
        let had = run(&mut Crew::new(most, None), each * MIB, line * MIB, 1 << 50, 40);
        assert_eq!(had.last(), Some(&after), "{each} of {line}, {most} at most: {had:?}");
    }
}

#[test]
fn what_is_soon_there_gets_one() {
    assert!(run(&mut Crew::new(8, None), 10 * MIB, u64::MAX, 20 * MIB, 40).iter().all(|n| *n == 1));
}

fn told(crew: &Crew) -> Option<u32> {
    crew.told().map(|limit| limit.connections)
}

#[test]
fn a_server_that_refused_is_asked_for_one_more_again() {
    let mut crew = Crew::new(8, None);
    run(&mut crew, MIB, u64::MAX, 1 << 50, 8);
    crew.crowded(1, Word::Servers, Duration::from_secs(2), None);
    assert_eq!((crew.want(), crew.is_several()), (1, false));
    let quarters = |minutes: u32| minutes * 60 * 4 + 4 * 20;
    let had = run(&mut crew, MIB, u64::MAX, 1 << 50, quarters(12));
    let most = |steps: &[u32]| steps.iter().copied().max();
    assert_eq!(most(&had[..4 * 240]), Some(1));
    assert_eq!(most(&had[..4 * 720]), Some(2));
    assert_eq!(most(&had), Some(3));
}

#[test]
fn a_server_that_refuses_sets_the_limit() {
    let mut crew = Crew::new(8, None);
    run(&mut crew, 4 * MIB, u64::MAX, 1 << 40, 8);
    crew.crowded(4, Word::Servers, Duration::from_secs(2), None);
    assert_eq!(told(&crew), Some(4));
    assert!(!crew.may_open(Duration::from_secs(2)) && crew.may_open(Duration::from_secs(3)));
    crew.crowded(4, Word::Servers, Duration::from_secs(4), Some(Duration::from_secs(9)));
    assert_eq!((told(&crew), crew.want()), (Some(2), 2));
    assert!(!crew.may_open(Duration::from_secs(12)) && crew.may_open(Duration::from_secs(13)));
    assert!(run(&mut crew, MIB, u64::MAX, 1 << 40, 200).iter().all(|n| *n <= 2));
}

proptest! {
    #[test]
    fn never_none_and_never_too_many(
        most in 0u32..40,
        cap in prop::option::of(0u32..40),
        moves in prop::collection::vec((0u8..4, 0u32..40, 0u64..100 * MIB), 0..300),
    ) {
        let mut crew = Crew::new(most, cap);
        let (mut now, mut received) = (Duration::ZERO, 0);
        for (kind, count, bytes) in moves {
            now += Duration::from_millis(250);
            received += bytes;
            match kind {
                0 => crew.crowded(count, Word::Guess, now, None),
                1 => crew.failed(now, None),
                _ => {
                    let looked = crew.look(&Seen { now, flowing: count, received, missing: bytes * 1000, setup: Duration::ZERO });
                    prop_assert!(looked == Looked::Stay || looked == Looked::BackTo(crew.want()));
                }
            }
            prop_assert!((1..=most.max(1)).contains(&crew.want()));
            prop_assert!(crew.want() <= crew.borne.at(now).unwrap_or(u32::MAX));
            prop_assert!(crew.may_open(now + MAX_PAUSE));
        }
    }
}
