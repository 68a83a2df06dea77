//! The Fluent texts of one language, parsed once. They are part of the program, so parsing them
//! cannot fail where the tests passed; a text that is missing is answered by `None`, never a panic.

use std::borrow::Cow;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use super::Arg;
use crate::model::settings::Language;

const ENGLISH: &str = include_str!("../../assets/locales/en.ftl");
const CHINESE: &str = include_str!("../../assets/locales/zh-Hans.ftl");

/// The texts of one language.
pub(super) struct Catalogue {
    bundle: FluentBundle<FluentResource>,
}

impl Catalogue {
    /// All that stands in the texts of `language`, as it was written.
    pub(super) fn source(language: Language) -> &'static str {
        match language {
            Language::System | Language::English => ENGLISH,
            Language::ChineseSimplified => CHINESE,
        }
    }

    /// The texts of `language`; English for [`Language::System`], which is resolved before.
    pub(super) fn of(language: Language) -> Self {
        let source = Self::source(language);
        let id = match language {
            Language::System | Language::English => "en",
            Language::ChineseSimplified => "zh-Hans",
        };
        let resource = match FluentResource::try_new(source.to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        let mut bundle = FluentBundle::new_concurrent(vec![
            id.parse::<LanguageIdentifier>().unwrap_or_default(),
        ]);
        // Marks of direction around what is put in would show as boxes in a terminal.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(|value, _| match value {
            // Both languages part thousands by a comma.
            FluentValue::Number(number) => grouped(number.value),
            FluentValue::String(_)
            | FluentValue::Custom(_)
            | FluentValue::None
            | FluentValue::Error => None,
        }));
        bundle.add_resource_overriding(resource);
        Self { bundle }
    }

    /// Whether there is a text under `key`.
    pub(super) fn has(&self, key: &str) -> bool {
        self.bundle.get_message(key).is_some_and(|message| message.value().is_some())
    }

    /// The text under `key`.
    pub(super) fn value(&self, key: &str, args: &[(&str, Arg<'_>)]) -> Option<String> {
        self.find(key, None, args)
    }

    /// The text under an attribute of `key`.
    pub(super) fn attribute(
        &self,
        key: &str,
        name: &str,
        args: &[(&str, Arg<'_>)],
    ) -> Option<String> {
        self.find(key, Some(name), args)
    }

    fn find(&self, key: &str, attribute: Option<&str>, args: &[(&str, Arg<'_>)]) -> Option<String> {
        let message = self.bundle.get_message(key)?;
        let pattern = match attribute {
            None => message.value()?,
            Some(name) => message.get_attribute(name)?.value(),
        };
        let mut fluent = FluentArgs::with_capacity(args.len());
        for (name, arg) in args {
            fluent.set((*name).to_owned(), value_of(*arg));
        }
        let mut wrong = Vec::new();
        let text: Cow<'_, str> = self.bundle.format_pattern(pattern, Some(&fluent), &mut wrong);
        debug_assert!(wrong.is_empty(), "{key}: {wrong:?}");
        Some(text.into_owned())
    }
}

/// A count as people read it; none where it is none.
fn grouped(number: f64) -> Option<String> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole count")]
    (number >= 0.0 && number.fract() == 0.0).then(|| super::format::count(number as u64))
}

fn value_of(arg: Arg<'_>) -> FluentValue<'_> {
    match arg {
        Arg::Text(text) => FluentValue::from(text),
        Arg::Count(count) => FluentValue::from(count),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use super::*;

    /// Keys put together at run time; their members are tested where they are made.
    const COMPOSED: [&str; 4] = ["state-", "failure-", "cause-", "change-"];

    /// Every text by its key, or its key and attribute, and what it shows of what is put in.
    fn texts(source: &str) -> Vec<(String, BTreeSet<&str>)> {
        let mut texts: Vec<(String, BTreeSet<&str>)> = Vec::new();
        let mut key = "";
        for line in source.lines() {
            let begun = line.split_once(" =").map_or("", |(name, _)| name);
            if let Some(attribute) = begun.strip_prefix("    .") {
                texts.push((format!("{key}.{attribute}"), BTreeSet::new()));
            } else if begun.starts_with(|c: char| c.is_ascii_lowercase()) {
                key = begun;
                texts.push((key.to_owned(), BTreeSet::new()));
            }
            let shown = line.split("{ $").skip(1).filter_map(|rest| rest.split_once(" }"));
            let names = shown.map(|(name, _)| name).filter(|name| !name.contains(' '));
            texts.last_mut().map(|(_, args)| args.extend(names)).unwrap_or_default();
        }
        texts
    }

    fn keys(source: &str) -> BTreeSet<String> {
        let whole = texts(source).into_iter().map(|(key, _)| key);
        whole.filter(|key| !key.contains('.')).collect()
    }

    /// Where two languages have other texts, or show other things in one, or one has a text twice.
    fn differences(one: &str, other: &str) -> Vec<String> {
        let (one, other) = (texts(one), texts(other));
        let by_key = |texts: &[(String, BTreeSet<&str>)]| -> BTreeMap<String, Vec<String>> {
            let owned = |args: &BTreeSet<&str>| args.iter().map(|a| (*a).to_owned()).collect();
            texts.iter().map(|(key, args)| (key.clone(), owned(args))).collect()
        };
        let (known, there) = (by_key(&one), by_key(&other));
        let twice = |texts: &[(String, BTreeSet<&str>)], key: &String| {
            texts.iter().filter(|(name, _)| name == key).count() > 1
        };
        let all: BTreeSet<&String> = known.keys().chain(there.keys()).collect();
        let differs = |key: &&String| {
            known.get(*key) != there.get(*key) || twice(&one, key) || twice(&other, key)
        };
        all.into_iter().filter(differs).cloned().collect()
    }

    fn sources(dir: &Path, out: &mut String) {
        for found in std::fs::read_dir(dir).unwrap().map(Result::unwrap) {
            let path = found.path();
            if path.is_dir() {
                sources(&path, out);
            } else if path.extension().is_some_and(|e| e == "rs") {
                out.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }

    /// The literals that stand directly after `call`.
    fn literals<'a>(text: &'a str, call: &str) -> Vec<&'a str> {
        text.split(call).skip(1).filter_map(|rest| rest.split('"').next()).collect()
    }

    #[test]
    fn both_languages_are_whole() {
        for source in [ENGLISH, CHINESE] {
            assert!(FluentResource::try_new(source.to_owned()).is_ok());
        }
        assert_eq!(differences(ENGLISH, CHINESE), Vec::<String>::new());
        assert!(keys(ENGLISH).len() > 500);
    }

    #[test]
    fn what_one_language_lacks_is_found() {
        let whole =
            "a = { $n -> \n    [one] { $n } { $m }\n   *[other] { $m }\n}\nb = x\n    .c = { $d }";
        let plain = "a = { $n } { $m }\nb = y\n    .c = { $d }";
        assert!(differences(whole, plain).is_empty());
        for (other, expected) in [
            ("a = { $m }\nb = y\n    .c = { $d }", "a"),
            ("a = { $n } { $m }\n    .c = { $d }\nb = y", "a.c b.c"),
            ("a = { $n } { $m }\nb = y\n    .c = { $e }", "b.c"),
            ("a = { $n } { $m }\nb = y\n    .c = { $d }\nb = z", "b"),
            ("a = { $n } { $m }\nb = y\n    .c = { $d }\ne = z", "e"),
        ] {
            assert_eq!(differences(whole, other).join(" "), expected);
        }
    }

    #[test]
    fn every_key_used_exists_and_none_lies_unused() {
        let mut text = String::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut text);
        let known = keys(ENGLISH);
        for call in [".text(\"", ".with(\""] {
            for key in literals(&text, call) {
                assert!(known.contains(key), "no text for {key:?}");
            }
        }
        for key in known {
            let composed = COMPOSED.iter().any(|prefix| key.starts_with(prefix));
            assert!(composed || text.contains(&format!("\"{key}\"")), "{key} is not used");
        }
    }
}
