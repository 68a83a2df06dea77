//! What is said of a job that does not get another folder.

use std::path::Path;

use super::{Arg, Sentence, Words};
use crate::model::failure::Failure;
use crate::model::relocation::NotMoved;

impl Words {
    /// Why a job is not in `dir`, or is not known to be: what is so, and what to do.
    pub fn not_moved(&self, why: &NotMoved, dir: &Path) -> Sentence {
        let failed = |failure: &Failure| self.failure(failure).what;
        let dir = if let NotMoved::Unfinished(from, _) = why { from } else { dir };
        let dir = dir.display().to_string();
        let (key, detail) = match why {
            NotMoved::Finished => ("not-moved-finished", String::new()),
            NotMoved::Busy => ("not-moved-busy", String::new()),
            NotMoved::Unfinished(_, failure) => ("not-moved-unfinished", failed(failure)),
            NotMoved::NoFolder => ("not-moved-no-folder", String::new()),
            NotMoved::NotWritable => ("not-moved-not-writable", String::new()),
            NotMoved::ReadOnly => ("not-moved-read-only", String::new()),
            NotMoved::OtherVolume => ("not-moved-other-volume", String::new()),
            NotMoved::Away => ("not-moved-away", String::new()),
            NotMoved::NotOurs => ("not-moved-not-ours", String::new()),
            NotMoved::InUse => ("not-moved-in-use", String::new()),
            NotMoved::NameTaken => ("not-moved-name-taken", String::new()),
            NotMoved::Held => ("not-moved-held", String::new()),
            NotMoved::Disk(detail) => ("not-moved-disk", detail.clone()),
            NotMoved::Store(detail) => ("not-moved-store", detail.clone()),
            NotMoved::Unsure(failure) => ("not-moved-unsure", failed(failure)),
        };
        let args = [("dir", Arg::Text(&dir)), ("detail", Arg::Text(&detail))];
        let next = self.catalogue.attribute(key, "next", &args).unwrap_or_default();
        Sentence { what: self.with(key, &args), next }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::cause::Cause;
    use crate::model::failure::FailureKind;
    use crate::model::settings::Language;

    #[test]
    fn every_reason_is_two_sentences_of_its_own() {
        let unsaid = || Failure::because(FailureKind::DiskError, Cause::WorkBrokenOff);
        let reasons = [
            NotMoved::Finished,
            NotMoved::Busy,
            NotMoved::Unfinished("/before".into(), unsaid()),
            NotMoved::NoFolder,
            NotMoved::NotWritable,
            NotMoved::ReadOnly,
            NotMoved::OtherVolume,
            NotMoved::Away,
            NotMoved::NotOurs,
            NotMoved::InUse,
            NotMoved::NameTaken,
            NotMoved::Held,
            NotMoved::Disk("E1".into()),
            NotMoved::Store("E2".into()),
            NotMoved::Unsure(Failure::new(FailureKind::DiskError, "E3")),
            NotMoved::Unsure(unsaid()),
        ];
        for language in [Language::English, Language::ChineseSimplified] {
            let words = Words::new(language);
            let said = reasons.each_ref().map(|why| words.not_moved(why, Path::new("/there")));
            for Sentence { what, next } in &said {
                assert!(
                    what.ends_with(['.', '。']) && next.ends_with(['.', '。']),
                    "{what} {next}"
                );
                assert!(!what.contains('{') && !what.starts_with("not-moved"), "{what}");
                assert!(!what.contains("()") && !what.contains("（）"), "{what}");
            }
            assert!(said[2].what.contains("/before") && said[3].what.contains("/there"));
            assert!((12..15).all(|n| said[n].what.contains(&format!("E{}", n - 11))));
            let all: BTreeSet<String> = said.iter().map(ToString::to_string).collect();
            assert_eq!(all.len(), said.len());
        }
    }
}
