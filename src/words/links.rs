//! What is said of fresh links: how they fit, why they do not, and that two jobs look like one file.

use super::{Arg, Sentence, Words};
use crate::model::fit::{Fit, Misfit};
use crate::model::id::JobId;

impl Words {
    /// How a fresh link fits, in a sentence.
    pub fn fit(&self, fit: Fit) -> String {
        match fit {
            Fit::NothingHeld => self.text("fit-nothing-held"),
            Fit::ByValidator => self.text("fit-by-validator"),
            Fit::ByBytes { samples } => {
                self.with("fit-by-bytes", &[("count", Arg::Count(samples.into()))])
            }
        }
    }

    /// Why a fresh link is not taken: what is so, and what to do.
    pub fn misfit(&self, misfit: &Misfit) -> Sentence {
        let next = |key: &str| self.catalogue.attribute(key, "next", &[]).unwrap_or_default();
        let of = |key: &str, args: &[(&str, Arg<'_>)]| Sentence {
            what: self.with(key, args),
            next: next(key),
        };
        match misfit {
            Misfit::OtherSize { ours, theirs } => {
                // To the byte: two sizes that are shown alike may differ.
                let (ours, theirs) = (ours.to_string(), theirs.to_string());
                let args = [("ours", Arg::Text(&ours)), ("theirs", Arg::Text(&theirs))];
                of("misfit-other-size", &args)
            }
            Misfit::OtherBytes { at } => {
                of("misfit-other-bytes", &[("at", Arg::Text(&at.to_string()))])
            }
            Misfit::Damaged { at } => of("misfit-damaged", &[("at", Arg::Text(&at.to_string()))]),
            Misfit::OtherDigest => of("misfit-other-digest", &[]),
            Misfit::OtherEncoding => of("misfit-other-encoding", &[]),
            Misfit::Page => of("misfit-page", &[]),
            Misfit::NoRanges => of("misfit-no-ranges", &[]),
            Misfit::ProvesNothing => of("misfit-proves-nothing", &[]),
            Misfit::NoFile(failure) => {
                let why = self.failure(failure).what;
                of("misfit-no-file", &[("why", Arg::Text(&why))])
            }
            Misfit::NotReadable(failure) => {
                let why = self.failure(failure).what;
                of("misfit-not-readable", &[("why", Arg::Text(&why))])
            }
        }
    }

    /// That a new job looks like what `old` holds `percent` of.
    pub fn same_file(&self, old: JobId, name: &str, percent: &str) -> Sentence {
        let id = old.to_string();
        let args =
            [("id", Arg::Text(&id)), ("name", Arg::Text(name)), ("percent", Arg::Text(percent))];
        let next = self.catalogue.attribute("same-file", "next", &args).unwrap_or_default();
        Sentence { what: self.with("same-file", &args), next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::failure::{Failure, FailureKind};
    use crate::model::settings::Language;

    #[test]
    fn every_fit_and_misfit_is_a_sentence_of_its_own() {
        let failure = || Failure::status(FailureKind::Forbidden, 403);
        let misfits = [
            Misfit::OtherSize { ours: 7001, theirs: 7002 },
            Misfit::OtherBytes { at: 123_456 },
            Misfit::OtherDigest,
            Misfit::OtherEncoding,
            Misfit::Page,
            Misfit::NoRanges,
            Misfit::ProvesNothing,
            Misfit::NoFile(failure()),
            Misfit::NotReadable(failure()),
            Misfit::Damaged { at: 123_456 },
        ];
        for language in [Language::English, Language::ChineseSimplified] {
            let words = Words::new(language);
            let mut said: Vec<String> =
                misfits.iter().map(|misfit| words.misfit(misfit).to_string()).collect();
            said.push(words.same_file(JobId(3), "a.iso", "41 %").to_string());
            for fit in [Fit::NothingHeld, Fit::ByValidator, Fit::ByBytes { samples: 8 }] {
                said.push(words.fit(fit));
            }
            for text in &said {
                assert!(text.ends_with(['.', '。', 'L']), "{text}");
                assert!(!text.contains('{') && !text.starts_with("misfit"), "{text}");
            }
            assert!(said[0].contains("7001") && said[0].contains("7002"));
            assert!(said[7].contains("403") && said[10].contains("onward refresh 3 URL"));
            let all: std::collections::BTreeSet<&String> = said.iter().collect();
            assert_eq!(all.len(), said.len());
        }
    }
}
