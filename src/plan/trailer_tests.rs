//! What stands past a file's end, and what of it is believed.

use super::*;
use crate::model::validator::EntityTag;
use proptest::prelude::*;

const TOTAL: u64 = 70 * BLOCK_BYTES + 5;

fn header() -> Header {
    Header {
        id: 7,
        total: TOTAL,
        name: "a.bin".into(),
        validator: Validator { etag: Some(EntityTag("\"a\"".into())), ..Validator::default() },
        content_type: None,
    }
}

fn trailer(known: &[u64]) -> Trailer {
    let hashes = known.iter().map(|&index| BlockHash { index, hash: u128::from(index) + 1 });
    Trailer { header: header(), seams: vec![5, 1 << 40], hashes: hashes.collect() }
}

fn encode(trailer: &Trailer) -> Vec<u8> {
    let id = trailer.header.id;
    let mut bytes = trailer.header.encode().unwrap();
    bytes.extend(encode_seams(id, &trailer.seams));
    bytes.resize(HEADER_BYTES + SEAMS_BYTES, 0);
    for number in 0..leaves(trailer.header.total) {
        let mut leaf = Leaf::default();
        for block in trailer.hashes.iter().filter(|block| Leaf::of(block.index) == number) {
            leaf.set(block.index, Some(block.hash));
        }
        bytes.extend(leaf.encode(id, number));
    }
    bytes
}

#[test]
fn it_stands_past_the_file_and_ends_where_that_is_told() {
    for (total, begins) in [(1, 4096), (4096, 4096), (4097, 8192), (TOTAL, 73_404_416)] {
        assert_eq!(header_at(total), begins, "{total}");
        let leaves = total.div_ceil(BLOCK_BYTES).div_ceil(31) * 512;
        assert_eq!(longest_part(total), begins + 8192 + leaves, "{total}");
    }
    assert_eq!(longest_part(u64::MAX), u64::MAX);
    let bytes = encode(&trailer(&[]));
    assert_eq!(header_at(TOTAL) + bytes.len() as u64, longest_part(TOTAL));
}

#[test]
fn what_is_of_another_part_is_not_read() {
    let bytes = encode(&trailer(&[0, 40]));
    assert_eq!(Trailer::decode(TOTAL + 1, &bytes), None);
    let other = encode(&Trailer { header: Header { id: 8, ..header() }, ..trailer(&[]) });
    // The header of one over the hashes, or the seams, of another.
    let leaves = [&other[..HEADER_BYTES + SEAMS_BYTES], &bytes[HEADER_BYTES + SEAMS_BYTES..]];
    assert_eq!(Trailer::decode(TOTAL, &leaves.concat()).unwrap().hashes, []);
    let seams = [&other[..HEADER_BYTES], &bytes[HEADER_BYTES..]];
    assert_eq!(Trailer::decode(TOTAL, &seams.concat()), None);
    // A leaf in another one's place.
    let mut moved = bytes.clone();
    moved.copy_within(HEADER_BYTES + SEAMS_BYTES..HEADER_BYTES + SEAMS_BYTES + LEAF_BYTES, 8704);
    let indices: Vec<u64> =
        Trailer::decode(TOTAL, &moved).unwrap().hashes.iter().map(|block| block.index).collect();
    assert_eq!(indices, [0]);
}

#[test]
fn what_does_not_fit_is_not_told_in_part() {
    let long = Header { name: "n".repeat(HEADER_BYTES), ..header() };
    assert_eq!(long.encode(), None);
    let many: Vec<u64> = (0..=MAX_SEAMS as u64).collect();
    let bytes = encode_seams(7, &many[1..]);
    assert_eq!((bytes.len(), decode_seams(7, &bytes)), (SEAMS_BYTES, Some(many[1..].to_vec())));
    assert_eq!(decode_seams(7, &encode_seams(7, &many)), None);
    assert_eq!(encode_seams(7, &many[..61]).len(), LEAF_BYTES);
}

#[test]
fn a_header_goes_on_where_the_file_is_the_same() {
    let other = Header { validator: Validator::default(), id: 9, ..header() };
    assert!(header().goes_on(&other));
    assert!(!header().goes_on(&Header { total: TOTAL + 1, ..header() }));
    assert!(!header().goes_on(&Header { name: "b.bin".into(), ..header() }));
}

#[test]
fn a_hash_that_is_forgotten_is_not_known() {
    let mut leaf = Leaf::default();
    leaf.set(33, Some(9));
    leaf.set(32, Some(8));
    leaf.set(33, None);
    assert_eq!(leaf.blocks(1).collect::<Vec<_>>(), [BlockHash { index: 32, hash: 8 }]);
    assert_eq!((Leaf::of(30), Leaf::of(31)), (0, 1));
}

#[test]
fn nothing_secret_is_in_it() {
    // A field that is added must be thought of here.
    let json = serde_json::to_value(header()).unwrap();
    let names: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert_eq!(names, ["content_type", "id", "name", "total", "validator"]);
}

proptest! {
    #[test]
    fn it_is_read_as_it_was_written(
        known in prop::collection::btree_set(0u64..71, 0..71),
        seams in prop::collection::vec(any::<u64>(), 0..MAX_SEAMS),
    ) {
        let known: Vec<u64> = known.into_iter().collect();
        let written = Trailer { seams, ..trailer(&known) };
        prop_assert_eq!(Trailer::decode(TOTAL, &encode(&written)), Some(written));
    }

    /// Whatever is cut off or changed: no record, or fewer hashes, and none that was not written.
    #[test]
    fn damage_never_makes_a_wrong_hash(
        known in prop::collection::btree_set(0u64..71, 0..71),
        cut in 0usize..12_000,
        flips in prop::collection::vec((0usize..12_000, 0u8..8), 0..4),
    ) {
        let known: Vec<u64> = known.into_iter().collect();
        let written = trailer(&known);
        let mut bytes = encode(&written);
        for (at, bit) in flips {
            let len = bytes.len();
            bytes[at % len] ^= 1 << bit;
        }
        bytes.truncate(cut);
        if let Some(read) = Trailer::decode(TOTAL, &bytes) {
            prop_assert_eq!(read.header, written.header);
            prop_assert_eq!(read.seams, written.seams);
            prop_assert!(read.hashes.iter().all(|block| written.hashes.contains(block)));
        }
    }

    /// Any bytes at all are read without harm.
    #[test]
    fn what_is_none_is_none(bytes in prop::collection::vec(any::<u8>(), 0..9000)) {
        prop_assert_eq!(Trailer::decode(TOTAL, &bytes), None);
    }
}
