//! What a description tells of a generation: kept as it was, and as long as the generation.

use super::{folder, fresh, new_job, nouns, now, raw, reopened};
use crate::model::checksum::{Algorithm, Checksum};
use crate::model::pieces::{Description, Pieces};

use proptest::prelude::*;

fn description() -> impl Strategy<Value = Description> {
    let digest = |(at, fill): (usize, u8)| {
        let algorithm = Algorithm::ALL[at];
        Checksum::from_bytes(algorithm, &vec![fill; algorithm.digest_bytes()])
    };
    let digests = prop::collection::vec((0..Algorithm::ALL.len(), any::<u8>()), 0..4)
        .prop_map(move |told| told.into_iter().filter_map(digest).collect());
    let pieces = (0..Algorithm::ALL.len(), 1_u64..1000, 1_u64..1000, any::<u8>()).prop_map(
        |(at, piece_bytes, total, fill)| {
            let count = usize::try_from(total.div_ceil(piece_bytes)).unwrap();
            let digests = vec![fill; count * Algorithm::ALL[at].digest_bytes()];
            Pieces::new(Algorithm::ALL[at], piece_bytes, total, digests).unwrap()
        },
    );
    (digests, prop::option::of(pieces))
        .prop_map(|(digests, pieces)| Description { digests, pieces })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn what_is_saved_is_what_is_read(
        before in description(),
        after in description(),
        generation in nouns::generation(1),
    ) {
        let (_folder, path) = folder();
        let store = reopened(&path).store;
        let id = store.add_jobs(vec![new_job()], now()).blocking().unwrap()[0].id;
        prop_assert!(store.save_description(id, 1, Some(before.clone())).blocking().is_err());
        store.add_generation(id, generation).blocking().unwrap();
        prop_assert_eq!(store.description(id, 1).blocking().unwrap(), None);
        for kept in [before, after] {
            store.save_description(id, 1, Some(kept.clone())).blocking().unwrap();
            prop_assert_eq!(store.description(id, 1).blocking().unwrap(), Some(kept));
        }
        store.save_description(id, 1, None).blocking().unwrap();
        prop_assert_eq!(store.description(id, 1).blocking().unwrap(), None);
        store.close().unwrap();
    }
}

#[test]
fn it_goes_with_its_job() {
    let (_folder, store) = fresh();
    let id = store.add_jobs(vec![new_job()], now()).blocking().unwrap()[0].id;
    let generation = crate::model::job::Generation::new(1, "a".into(), "a.part".into(), None);
    store.add_generation(id, generation).blocking().unwrap();
    store.save_description(id, 1, Some(Description::default())).blocking().unwrap();
    assert_eq!(store.description(id, 1).blocking().unwrap(), Some(Description::default()));
    store.remove_jobs(vec![id]).blocking().unwrap();
    assert_eq!(store.description(id, 1).blocking().unwrap(), None);
}

#[test]
fn pieces_whose_number_is_wrong_are_none() {
    let (_folder, path) = folder();
    let store = reopened(&path).store;
    let id = store.add_jobs(vec![new_job()], now()).blocking().unwrap()[0].id;
    let generation = crate::model::job::Generation::new(1, "a".into(), "a.part".into(), None);
    store.add_generation(id, generation).blocking().unwrap();
    let pieces = Pieces::new(Algorithm::Md5, 10, 20, vec![7; 32]);
    let kept = Description { pieces, ..Description::default() };
    store.save_description(id, 1, Some(kept.clone())).blocking().unwrap();
    store.close().unwrap();
    raw(&path).execute("UPDATE descriptions SET piece_total = 30", ()).unwrap();
    let found = reopened(&path).store.description(id, 1).blocking().unwrap();
    assert_eq!(found, Some(Description::default()));
}
