//! Log lines as they are kept.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde::de::DeserializeOwned;

use super::*;

/// The names of all variants of an enum, by what is said where there is no such name.
fn names<T: DeserializeOwned>() -> BTreeSet<String> {
    let error = serde_json::from_str::<T>(r#""?""#).err().unwrap().to_string();
    error.split('`').skip(3).step_by(2).map(str::to_owned).collect()
}

fn parts(value: &serde_json::Value, out: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::Object(fields) => {
            for (name, value) in fields {
                out.insert(name.clone());
                parts(value, out);
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| parts(item, out)),
        serde_json::Value::String(text) => {
            out.insert(text.clone());
        }
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => {}
    }
}

#[test]
fn the_samples_have_every_kind() {
    let mut seen = BTreeSet::new();
    for told in samples::every(1, "a") {
        parts(&serde_json::from_str(&told.to_text()).unwrap(), &mut seen);
    }
    let all = [
        names::<Told>(),
        names::<OfConnection>(),
        names::<Asked>(),
        names::<Verdict>(),
        names::<OfMirror>(),
        names::<OfDescription>(),
        names::<Unused>(),
        names::<OfHeld>(),
        names::<Whose>(),
        names::<OfProof>(),
        names::<OfLink>(),
    ];
    for name in all.iter().flatten() {
        assert!(seen.contains(name), "{name} is in no sample");
    }
    assert!(all.iter().map(BTreeSet::len).sum::<usize>() > 50);
}

#[test]
fn old_lines_are_told_as_they_stand() {
    for text in ["#1 GET bytes=0- -> 206", "finished", "", "{\"later\":1}", "\"later\""] {
        assert_eq!(Told::of_text(text.into()), Told::Plain(text.into()));
    }
    assert_eq!(Told::Finished.to_text(), r#""finished""#);
}

proptest! {
    #[test]
    fn every_line_is_read_as_it_was_saved(number: u64, text in ".*") {
        for told in samples::every(number, &text) {
            let line = told.to_text();
            prop_assert!(!line.contains('\n'));
            prop_assert_eq!(Told::of_text(line), told);
        }
    }
}
