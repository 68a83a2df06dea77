//! Row C: what identifies a file (RFC 9110 §8.8, §13.1.5). The first run is cut, the second meets
//! the row.

use super::fault_reply::{End, OLD, Origin, Reply};
use super::rows::{CUT, Row, SIZE, other, usual};

/// A date less than a minute before the `Date` of the answers.
const YOUNG: &str = "Sun, 22 Nov 2026 11:59:30 GMT";

/// What the second run sent as `If-Range`, request by request.
fn conditions(row: &Row) -> Vec<Option<String>> {
    row.asked().iter().map(|asked| asked.header("if-range").map(str::to_owned)).collect()
}

/// Honest before and after.
fn honest(before: &Origin, after: &Origin) -> Row {
    let after = after.clone();
    Row::resumed(before, move |asked| after.answer(asked))
}

/// Whether the job is marked as resumed by comparing bytes alone.
fn by_overlap(row: &Row) -> bool {
    row.show()["by_overlap"] == true
}

#[test]
fn c1_a_strong_tag() {
    let row = honest(&usual(), &usual());
    row.keeps(&usual(), CUT, 1);
    assert_eq!(conditions(&row), [Some("\"zero\"".to_owned())]);
    assert!(!by_overlap(&row));
}

#[test]
fn c2_etag_changed() {
    let row = honest(&usual(), &other());
    row.finishes(&other(), 1);
    assert!(row.story().contains("its entity tag differs"), "{}", row.story());
}

#[test]
fn c2_the_old_part_stays_until_the_new_one_passes_it() {
    let row = Row::resumed(&usual(), |asked| match asked.number {
        0 => other().answer(asked).cut(200_000, End::Fin),
        1 => Reply::new("503 Later", &[]),
        _ => other().answer(asked),
    });
    row.stops(3, "busy", 200_000, 2);
    assert_eq!(row.world.files(), ["a.bin.2.part", "a.bin.part"]);
    row.finishes(&other(), 1);
    assert!(row.sent() < SIZE - 100_000, "the new part was begun anew");
}

#[test]
fn c3_etag_changed_under_a_part() {
    let row = Row::resumed(&usual(), |asked| other().unconditional(asked));
    row.finishes(&other(), 2);
    assert!(row.story().contains("its entity tag differs"), "{}", row.story());
}

#[test]
fn c5_if_range_is_punished() {
    let row = Row::resumed(&usual(), |asked| match asked.header("if-range") {
        Some(_) => usual().whole(),
        None => usual().answer(asked),
    });
    row.finishes(&usual(), 2);
    row.same_file();
    assert_eq!(conditions(&row), [Some("\"zero\"".to_owned()), None]);
    let hosts = row.world.run(&["hosts", "--json"]).expect_code(0);
    assert!(hosts.contains("unconditional"), "{hosts}");
}

#[test]
fn c6_if_range_with_a_tag_is_punished_and_there_is_a_date() {
    let both = usual().known_by(Some("\"zero\""), Some(OLD));
    let row = Row::resumed(&both.clone(), move |asked| match asked.header("if-range") {
        Some(tag) if tag.starts_with('"') => both.whole(),
        _ => both.unconditional(asked),
    });
    row.finishes(&usual(), 2);
    row.same_file();
    assert_eq!(conditions(&row), [Some("\"zero\"".to_owned()), None]);
}

#[test]
fn c7_a_weak_tag() {
    let weak = usual().known_by(Some("W/\"zero\""), None);
    let row = honest(&weak, &weak);
    row.keeps(&usual(), CUT, 2);
    assert_eq!(conditions(&row), [None, None]);
    assert!(by_overlap(&row));
}

#[test]
fn c8_a_weak_tag_becomes_strong() {
    let weak = usual().known_by(Some("W/\"zero\""), None);
    honest(&weak, &usual()).keeps(&usual(), CUT, 2);
    let row = honest(&weak, &other().known_by(Some("\"zero\""), None));
    row.finishes(&other(), 4);
}

#[test]
fn c9_a_strong_date() {
    let dated = usual().known_by(None, Some(OLD));
    let row = honest(&dated, &dated);
    row.keeps(&usual(), CUT, 1);
    assert_eq!(conditions(&row), [Some(OLD.to_owned())]);
    honest(&dated, &other().known_by(None, Some(YOUNG))).finishes(&other(), 1);
}

#[test]
fn c10_a_date_too_young_to_be_strong() {
    let dated = usual().known_by(None, Some(YOUNG));
    let row = honest(&dated, &dated);
    row.keeps(&usual(), CUT, 2);
    assert_eq!(conditions(&row), [None, None]);
    assert!(by_overlap(&row));
}

#[test]
fn c11_nothing_identifies_it_and_the_bytes_are_the_same() {
    let bare = usual().known_by(None, None);
    let row = honest(&bare, &bare);
    row.keeps(&usual(), CUT, 2);
    assert!(by_overlap(&row));
}

#[test]
fn c12_nothing_identifies_it_and_the_bytes_differ() {
    let row = honest(&usual().known_by(None, None), &other().known_by(None, None));
    row.finishes(&other(), 3);
    assert!(row.story().contains("anew"), "{}", row.story());
    assert!(row.asked().last().unwrap().range().is_some(), "ranges worked all along");
}

#[test]
fn c13_all_zeros_before_the_cut_prove_nothing() {
    let mut before = usual().known_by(None, None);
    before.content[300_000..CUT + 100_000].fill(0);
    let mut after = before.clone();
    for at in (4096..300_000).chain(CUT + 100_000..SIZE) {
        after.content[at] ^= 0x55;
    }
    honest(&before, &after).finishes(&after, 4);
}

#[test]
fn c14_a_farm_with_a_tag_for_each_node() {
    let ours = usual().known_by(Some("\"one\""), Some(OLD));
    let theirs = usual().known_by(Some("\"two\""), Some(OLD));
    for honours in [true, false] {
        let (ours, theirs) = (ours.clone(), theirs.clone());
        let row = Row::resumed(&ours.clone(), move |asked| match asked.number {
            0..=2 if honours => theirs.answer(asked),
            0..=2 => theirs.unconditional(asked),
            _ => ours.answer(asked),
        });
        row.finishes(&usual(), 4);
        row.same_file();
    }
}

#[test]
fn c15_another_tag_for_good_but_the_checksum_will_decide() {
    let ours = usual().known_by(Some("\"one\""), Some(OLD));
    let theirs = usual().known_by(Some("\"two\""), Some(OLD));
    let row = honest(&ours, &theirs);
    row.finishes_with(&["--checksum", &usual().checksum()], &usual(), 6);
    row.same_file();
}

#[test]
fn c16_another_tag_for_good_is_another_file() {
    let ours = usual().known_by(Some("\"one\""), Some(OLD));
    let row = honest(&ours, &other().known_by(Some("\"two\""), Some(OLD)));
    row.finishes(&other(), 5);
    assert!(
        row.story().contains("another one now: its entity tag differs, and nothing else"),
        "{}",
        row.story()
    );
}

#[test]
fn c16_another_tag_every_time_has_an_end() {
    const TAGS: [&str; 4] = ["\"a\"", "\"b\"", "\"c\"", "\"d\""];
    let row = Row::new(|asked| {
        let now = usual().known_by(Some(TAGS[asked.number % 4]), None);
        now.answer(asked).cut(100_000, End::Fin)
    });
    row.stops(1, "changed", 100_000, 6);
}

#[test]
fn c17_parts_without_the_tag() {
    let row = Row::resumed(&usual(), |asked| usual().answer(asked).without("ETag"));
    row.keeps(&usual(), CUT, 1);
    assert!(by_overlap(&row));
    let row = Row::resumed(&usual(), |asked| match asked.number {
        0 => other().unconditional(asked).without("ETag"),
        _ => other().answer(asked),
    });
    row.finishes(&other(), 3);
}

#[test]
fn c18_the_same_tag_and_another_size() {
    let longer = Origin::new(SIZE + 1000, 0);
    let row = honest(&usual(), &longer);
    row.finishes(&longer, 2);
    assert!(row.story().contains("its size differs"), "{}", row.story());
}

#[test]
fn c19_tags_against_the_rules_go_back_as_they_came() {
    for tag in ["bare", "\"with blanks\"", "\"\u{c3}\u{a4}\u{ff}\"", "a\"b", "'single'"] {
        let odd = usual().known_by(Some(tag), None);
        let row = honest(&odd, &odd);
        row.keeps(&usual(), CUT, 1);
        assert_eq!(conditions(&row), [Some(tag.to_owned())]);
    }
}

#[test]
fn c20_parts_that_are_encoded() {
    let row = Row::resumed(&usual(), |asked| match asked.range() {
        Some(_) => usual().answer(asked).with("Content-Encoding", "gzip"),
        None => usual().whole(),
    });
    row.finishes(&usual(), 3);
    row.same_file();
}

#[test]
fn c21_encoded_though_asked_not_to() {
    let encoded = || usual().whole().with("Content-Encoding", "gzip");
    let row = Row::new(move |_| encoded());
    row.get("a.tar.gz", &[]).expect_code(0);
    assert!(std::fs::read(row.world.dir().join("a.tar.gz")).unwrap() == usual().content);
    Row::new(move |_| encoded()).stops(1, "protocol", 0, 2);
}
