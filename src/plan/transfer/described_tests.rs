//! Who is left when a description says which bytes are wrong.

use super::super::places_stage::{MIB, Stage};
use super::super::*;
use crate::model::cause::Cause;
use crate::model::range::ByteRange;

fn range(start: u64, end: u64) -> ByteRange {
    ByteRange::new(start * MIB, end * MIB)
}

/// A first place and mirrors, each of which wrote these ranges, in MiB.
fn written(home: &[(u64, u64)], mirrors: &[&[(u64, u64)]]) -> Stage {
    let mut stage = Stage::new();
    for host in ["a:80", "b:80", "c:80"].iter().take(mirrors.len()) {
        stage.mirror(host);
    }
    for (id, wrote) in std::iter::once(&home).chain(mirrors).enumerate() {
        let wrote = wrote.iter().map(|(start, end)| range(*start, *end));
        stage.transfer.places.all[id].wrote = wrote.collect();
    }
    stage
}

#[test]
fn who_brought_a_wrong_piece_is_left() {
    for (home, mirrors, wrong, left, main) in [
        // A mirror alone.
        (&[(0, 8)][..], &[&[(8, 12)][..], &[(12, 16)]][..], &[(8, 9)][..], &[1][..], 0),
        // Two of them, each with a piece of its own.
        (&[(0, 8)], &[&[(8, 12)], &[(12, 16)]], &[(8, 9), (15, 16)], &[1, 2], 0),
        // One had a hand in a piece that another spoiled: that one brought a whole one alone.
        (&[(0, 8)], &[&[(8, 12)], &[(13, 16)]], &[(8, 10), (11, 14)], &[1], 0),
        // Nobody knows which of two: the main place is not blamed.
        (&[(0, 8)], &[&[(9, 12)], &[(12, 16)]], &[(7, 10)], &[1], 0),
        // The main place, with another to go on at, and without.
        (&[(0, 8)], &[&[(8, 12)], &[]], &[(2, 3)], &[0], 1),
        (&[(0, 8)], &[&[(8, 12)]], &[(2, 3), (8, 9)], &[1], 0),
        (&[(0, 8)], &[], &[(2, 3)], &[], 0),
        // An earlier run.
        (&[], &[&[(8, 12)]], &[(2, 3)], &[], 0),
    ] {
        let mut stage = written(home, mirrors);
        let pieces: Vec<_> = wrong.iter().map(|(start, end)| range(*start, *end)).collect();
        let is_left = stage.transfer.leave_authors(&pieces);
        let mut found: Vec<_> = stage.transfer.take_dismissed();
        found.sort_unstable();
        let found: Vec<PlaceId> = found.into_iter().map(|(id, _)| id).collect();
        assert_eq!(found, left, "{home:?} {mirrors:?} {wrong:?}");
        assert_eq!((is_left, stage.transfer.main()), (!left.is_empty(), main), "{wrong:?}");
    }
}

#[test]
fn a_piece_decides_which_of_two_answers_is_wrong() {
    let piece = range(8, 9);
    let written_now = || [range(0, 16)].into_iter().collect::<SpanSet>();
    // The mirror wrote the piece, and the main place brought other bytes.
    for (is_right, left, next) in [
        (false, 1, Move::Forget([piece].into_iter().collect())),
        (true, 0, Move::Again(Cause::NotAsDescribed)),
    ] {
        let mut stage = written(&[(0, 8)], &[&[(8, 12)], &[(12, 16)]]);
        let main = 0;
        let told =
            stage.transfer.mismatch_in_piece(main, 8 * MIB, written_now(), (piece, is_right));
        assert_eq!(told, next);
        assert_eq!(stage.transfer.take_dismissed().first().map(|(id, _)| *id), Some(left));
        assert_eq!(stage.transfer.given(), &written_now());
        assert!(!stage.transfer.is_open(main));
    }
}

/// Without anybody else to ask it is as it was without a description.
#[test]
fn alone_it_is_compared_from_the_start() {
    for is_right in [true, false] {
        let mut stage = written(&[(0, 8)], &[]);
        let held: SpanSet = [range(0, 8)].into_iter().collect();
        let told =
            stage.transfer.mismatch_in_piece(0, 2 * MIB, held.clone(), (range(2, 3), is_right));
        let mut plain = written(&[(0, 8)], &[]);
        assert_eq!(told, plain.transfer.mismatch(0, 2 * MIB, held), "{is_right}");
        assert!(stage.transfer.take_dismissed().is_empty());
    }
}

/// What could only be used in the place of others is used beside them once a digest will decide.
#[test]
fn a_described_digest_lets_mirrors_be_used_side_by_side() {
    for (ignores_digests, beside) in [(false, true), (true, false)] {
        let begin = Begin { connections: 8, ignores_digests, ..Begin::default() };
        let mut transfer = Transfer::new(begin);
        assert!(!transfer.may_go_beside(&Validator::default()));
        let mirror = Mirror { host: "a:80".into(), ..Mirror::default() };
        let place = transfer.admit(mirror);
        transfer.described();
        assert_eq!(transfer.may_go_beside(&Validator::default()), beside);
        assert_eq!(transfer.places.is_ready(place, transfer.now), beside);
    }
}

/// Where the file begins anew nothing is known of it, whatever was said of the one before.
#[test]
fn another_file_is_not_described() {
    let mut stage = Stage::new();
    stage.transfer.checked = false;
    stage.transfer.described();
    assert!(stage.transfer.is_decided_in_the_end());
    stage.transfer.restart(Change::Bytes).unwrap();
    assert!(!stage.transfer.is_decided_in_the_end());
}
