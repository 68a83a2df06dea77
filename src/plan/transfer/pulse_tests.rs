//! How connections fare beside each other, to the millisecond.

use super::super::end_tests::{failure, holding, read};
use super::*;

fn ms(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// Connections that fetch side by side at this moment, each at this rate.
fn flowing(now: Duration, rates: &[f64]) -> (Transfer, Vec<ConnectionId>) {
    let mut transfer = holding(ByteRange::new(0, 100));
    transfer.tell_time(now);
    let ids: Vec<_> = rates.iter().map(|_| read(&mut transfer)).collect();
    for (id, rate_bps) in ids.iter().zip(rates) {
        let pulse = Pulse { last_byte: Some(now), rate_bps: *rate_bps, ..Pulse::default() };
        transfer.connections.get_mut(id).unwrap().pulse = pulse;
    }
    transfer.heard = now;
    (transfer, ids)
}

#[test]
fn eight_seconds_of_the_middle_one_are_asked_for_at_a_time() {
    for (rates, expected) in [
        (&[][..], 8 << 20),
        (&[1e6], 8 << 20),
        (&[2e6], 16_000_000),
        (&[9e6, 1e6, 2e6], 16_000_000),
        (&[2e6, 4e6], 32_000_000),
        (&[1e9], 256 << 20),
    ] {
        let (mut transfer, _) = flowing(ms(1000), rates);
        read(&mut transfer);
        assert_eq!(transfer.lease_bytes(), expected, "{rates:?}");
    }
}

#[test]
fn who_is_silent_beside_others_is_replaced() {
    let now = ms(100_000);
    for (has_body, silent, others_ago, heard_after, replaced) in [
        (true, 7999, 0, 9000, false),
        (true, 8000, 0, 0, true),
        (true, 8000, 2000, 0, true),
        (false, 14_999, 0, 14_999, false),
        (false, 15_000, 0, 0, true),
        // The others fell silent too, just then or later.
        (true, 8000, 2001, 1000, false),
        (true, 8000, 2001, 1001, true),
        (false, 14_999, 2001, 1001, false),
        (false, 15_000, 2001, 1001, true),
    ] {
        let (mut transfer, ids) = flowing(now, &[1e6, 1e6]);
        let since = now.saturating_sub(ms(silent));
        transfer.connections.get_mut(&ids[0]).unwrap().pulse.last_byte =
            Some(now.saturating_sub(ms(others_ago)));
        let quiet = transfer.connections.get_mut(&ids[1]).unwrap();
        if has_body {
            quiet.pulse.last_byte = Some(since);
        } else {
            quiet.body = None;
            quiet.pulse = Pulse { opened: since, ..Pulse::default() };
        }
        transfer.heard = since + ms(heard_after);
        let expected = if replaced { vec![(ids[1], Cause::SilentAmongOthers)] } else { Vec::new() };
        assert_eq!(transfer.laggards(), expected, "{silent} {others_ago} {heard_after}");
    }
}

#[test]
fn who_is_slow_for_long_is_replaced_now_and_then() {
    let begin = ms(100_000);
    let (mut transfer, ids) = flowing(begin, &[1000.0, 149.9, 1000.0, 150.0]);
    let (slow, fine) = (ids[1], ids[3]);
    let mut look = |after: u64, rate: f64| {
        let now = begin + ms(after);
        transfer.tell_time(now);
        for connection in transfer.connections.values_mut() {
            connection.pulse.last_byte = Some(now);
        }
        transfer.connections.get_mut(&slow).unwrap().pulse.rate_bps = rate;
        transfer.laggards()
    };
    let replaced = [(slow, Cause::SlowAmongOthers)];
    assert_ne!(slow, fine);
    for (after, rate, expected) in [
        (0, 149.9, &[][..]),
        (9999, 149.9, &[]),
        // It was quick meanwhile.
        (10_000, 150.0, &[]),
        (10_001, 149.9, &[]),
        (20_000, 149.9, &[]),
        (20_001, 149.9, &replaced),
        // The next one not so soon: it may be the path.
        (50_000, 149.9, &[]),
        (50_001, 149.9, &replaced),
    ] {
        assert_eq!(look(after, rate), expected, "at {after}");
    }
}

#[test]
fn one_that_has_no_answer_yet_or_is_alone_is_not_slow() {
    let begin = ms(100_000);
    for (count, has_body) in [(1, true), (3, false)] {
        let (mut transfer, ids) = flowing(begin, &[1.0, 1000.0, 1000.0][..count]);
        if !has_body {
            transfer.connections.get_mut(&ids[0]).unwrap().body = None;
        }
        for after in [0, 10_000, 20_000] {
            transfer.tell_time(begin + ms(after));
            for connection in transfer.connections.values_mut() {
                connection.pulse.last_byte = Some(begin + ms(after));
            }
            assert_eq!(transfer.laggards(), [], "{count}");
        }
    }
}

#[test]
fn a_beat_counts_and_tells_how_long_a_first_byte_takes() {
    let mut transfer = holding(ByteRange::new(0, 100));
    transfer.tell_time(ms(1000));
    let id = read(&mut transfer);
    for (now, len, setup) in [(1600, 10, 400), (1900, 5, 400)] {
        transfer.tell_time(ms(now));
        transfer.beat(id, len);
        assert_eq!((transfer.setup, transfer.heard), (ms(setup), ms(now)), "half the old one");
        assert_eq!(transfer.connections[&id].pulse.last_byte, Some(ms(now)));
    }
    assert_eq!((transfer.received, transfer.connections[&id].pulse.received), (15, 15));
    transfer.beat(99, 7);
    assert_eq!(transfer.received, 22, "one that is gone brought them");
}

#[test]
fn a_rate_is_smoothed_over_two_seconds() {
    let (mut transfer, ids) = flowing(ms(0), &[0.0]);
    let connection = transfer.connections.get_mut(&ids[0]).unwrap();
    connection.pulse.received = 1000;
    connection.measure(ms(500));
    assert!((connection.pulse.rate_bps - 2000.0).abs() < 0.01, "the first is taken as it is");
    connection.pulse.received = 9000;
    connection.measure(ms(2000));
    // 4000 + (2000 - 4000) / e.
    assert!((connection.pulse.rate_bps - 3264.24).abs() < 0.01, "{}", connection.pulse.rate_bps);
    connection.measure(ms(2000));
    assert!((connection.pulse.rate_bps - 1200.85).abs() < 0.01, "{}", connection.pulse.rate_bps);
}

#[test]
fn looks_are_not_too_close_together() {
    let (mut transfer, ids) = flowing(ms(0), &[0.0, 0.0]);
    for (now, received, rate) in [(49, 980, 0), (50, 1000, 20_000)] {
        transfer.connections.get_mut(&ids[0]).unwrap().pulse.received = received;
        transfer.tell_time(ms(now));
        assert_eq!(transfer.look(Held::Free), []);
        assert_eq!(round(transfer.connections[&ids[0]].pulse.rate_bps), rate);
    }
    assert_eq!((transfer.looked, transfer.usual_bps), (ms(50), 20_000));
}

/// What is held back by a limit is neither silent nor slow.
#[test]
fn what_is_held_back_is_not_missed() {
    let (mut transfer, ids) = flowing(ms(0), &[1e6, 1e6, 1e6]);
    transfer.connections.get_mut(&ids[1]).unwrap().pulse.last_byte = None;
    transfer.connections.get_mut(&ids[2]).unwrap().pulse.slow_since = Some(ms(0));
    transfer.tell_time(ms(60_000));
    transfer.heard = ms(60_000);
    assert_eq!(transfer.look(Held::Back), []);
    let pulses: Vec<Pulse> = transfer.connections.values().map(|c| c.pulse).collect();
    assert!(pulses.iter().all(|p| p.opened == ms(60_000) && p.slow_since.is_none()));
    let told: Vec<Option<Duration>> = pulses.iter().map(|p| p.last_byte).collect();
    assert_eq!(told, [Some(ms(60_000)), None, Some(ms(60_000))]);
}

#[test]
fn a_few_odd_answers_beside_others_and_it_goes_on_alone() {
    let (mut transfer, _) = flowing(ms(0), &[1e6, 1e6]);
    for n in 1..=MAX_ASTRAY {
        let id = read(&mut transfer);
        assert_eq!(transfer.strayed(id, Cause::OtherRange), Move::Again(Cause::OtherRange));
        assert_eq!((transfer.is_alone(), transfer.is_open(id)), (n == MAX_ASTRAY, false));
        assert!(!transfer.crew.may_open(transfer.now), "after a pause");
    }
    let (mut transfer, ids) = flowing(ms(0), &[1e6, 1e6]);
    assert_eq!(transfer.not_in_parts(ids[0], Cause::OtherRange), Move::Again(Cause::OtherRange));
    assert!(transfer.is_alone());
}

#[test]
fn a_limit_of_the_server_is_learnt_from_its_word() {
    for (kind, told) in
        [(FailureKind::Busy, Some(2)), (FailureKind::Refused, Some(2)), (FailureKind::Broken, None)]
    {
        let (mut transfer, _) = flowing(ms(0), &[1e6, 1e6]);
        let id = read(&mut transfer);
        let after = Some(ms(90_000));
        let again = Move::Again(Cause::NoMoreConnections);
        assert_eq!(transfer.crowded(id, failure(kind), after), again);
        assert_eq!(
            (transfer.crew.told().map(|limit| limit.connections), transfer.others_open(id)),
            (told, 2),
            "{kind:?}"
        );
        assert!(!transfer.crew.may_open(ms(89_999)) && transfer.crew.may_open(ms(90_000)));
        let (mut alone, ids) = flowing(ms(0), &[1e6]);
        let exit = Move::Exit(failure(kind), after);
        assert_eq!(alone.crowded(ids[0], failure(kind), after), exit);
    }
}
