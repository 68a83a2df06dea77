//! What a job's log says, in words. Ranges, statuses, offsets and links stand as they are; amounts are
//! as people read them, or to the byte for reports and scripts, where failures have their code too.

use std::path::Path;

use super::{Arg, Words, format, key_of};
use crate::model::change::Change;
use crate::model::checksum::{Algorithm, Checksum};
use crate::model::failure::{Failure, FailureKind};
use crate::model::fit::{Fit, Misfit};
use crate::model::log::{
    Asked, OfConnection, OfDescription, OfHeld, OfLink, OfMirror, OfProof, Told, Unused, Verdict,
    Whose,
};

impl Words {
    /// What happened, in a line, as people read it.
    pub fn told(&self, told: &Told) -> String {
        Teller { words: self, is_exact: false }.told(told)
    }

    /// What happened, in a line: amounts to the byte, failures by their code.
    pub fn told_exactly(&self, told: &Told) -> String {
        Teller { words: self, is_exact: true }.told(told)
    }
}

/// Tells of a log in one manner.
struct Teller<'a> {
    words: &'a Words,
    is_exact: bool,
}

impl Teller<'_> {
    /// The text under `key` with texts put in.
    fn say<const N: usize>(&self, key: &str, texts: [(&str, &str); N]) -> String {
        self.words.with(key, &texts.map(|(name, text)| (name, Arg::Text(text))))
    }

    fn told(&self, told: &Told) -> String {
        match told {
            Told::Plain(text) => text.clone(),
            Told::Connection(number, what) => self.connection(&number.to_string(), what),
            Told::Again(why) => self.say("log-again", [("why", &self.words.cause(*why))]),
            Told::Anew(why) => self.say("log-anew", [("why", &self.words.particulars(why))]),
            Told::Changed(change) => self.say("log-changed", [("why", &self.change(*change))]),
            Told::Mirror(name, what) => self.mirror(name, what),
            Told::Description(name, what) => self.description(name, what),
            Told::Held(what) => self.held(what),
            Told::Proof(what) => self.proof(what),
            Told::Link(what) => self.link(what),
            Told::Waits { secs, why, attempt, asked } => {
                let (secs, attempt, why) =
                    (secs.to_string(), attempt.to_string(), self.kind(*why, None));
                let args = [("secs", &*secs), ("attempt", &*attempt), ("why", &*why)];
                match asked {
                    None => self.say("log-waits", args),
                    Some(asked) => {
                        let [secs, attempt, why] = args;
                        let asked = asked.to_string();
                        self.say("log-waits-asked", [secs, attempt, why, ("asked", &asked)])
                    }
                }
            }
            Told::Slept(secs) => self.say("log-slept", [("time", &self.words.duration(*secs))]),
            Told::Kept(kept) => self.words.stopped_by(*kept),
            Told::NetworkChanged => self.words.text("log-network-changed"),
            Told::RoomAgain => self.words.text("log-room-again"),
            Told::Moved(dir) => self.say("log-moved", [("dir", dir)]),
            Told::NotMoved(dir, why) => {
                let why = self.words.not_moved(why, Path::new(dir)).what;
                self.say("log-not-moved", [("why", &why)])
            }
            Told::MovedUnsure(dir, why) => {
                self.say("log-moved-unsure", [("dir", dir), ("why", &self.failure(why))])
            }
            Told::Stopped(why) => self.say("log-stopped", [("why", &self.failure(why))]),
            Told::LengthNotTold => self.words.text("log-length-not-told"),
            Told::Finished => self.words.text("log-finished"),
        }
    }

    fn connection(&self, id: &str, what: &OfConnection) -> String {
        match what {
            OfConnection::Answer { asked, status, millis, bytes, from, verdict } => {
                let amount = bytes.map_or_else(
                    || self.words.text("log-length-unknown"),
                    |bytes| self.amount(bytes),
                );
                let args = [
                    ("id", id),
                    ("asked", &self.asked(*asked)),
                    ("status", &status.to_string()),
                    ("millis", &millis.to_string()),
                    ("amount", &amount),
                    ("from", from),
                    ("verdict", &self.verdict(verdict)),
                ];
                self.say("log-answer", args)
            }
            OfConnection::Failed(asked, why) => {
                let (asked, why) = (self.asked(*asked), self.failure(why));
                self.say("log-no-answer", [("id", id), ("asked", &asked), ("why", &why)])
            }
            OfConnection::Closed { bytes, millis, why } => {
                let (amount, why) = (self.amount(*bytes), self.words.cause(*why));
                let millis = millis.to_string();
                let args = [("id", id), ("amount", &*amount), ("millis", &millis), ("why", &why)];
                self.say("log-closed", args)
            }
            OfConnection::OtherBytes(at) => {
                self.say("log-other-bytes", [("id", id), ("at", &at.to_string())])
            }
        }
    }

    /// As it goes over the line.
    fn asked(&self, asked: Asked) -> String {
        match asked {
            Asked::Whole => "GET".to_owned(),
            Asked::Range { first, last, if_unchanged } => {
                let last = last.map(|last| last.to_string()).unwrap_or_default();
                let asked = format!("GET bytes={first}-{last}");
                if if_unchanged { self.say("log-if-unchanged", [("asked", &asked)]) } else { asked }
            }
        }
    }

    fn verdict(&self, verdict: &Verdict) -> String {
        match verdict {
            Verdict::Begins => self.words.text("verdict-begins"),
            Verdict::Taken => self.words.text("verdict-taken"),
            Verdict::OthersGoOn => self.words.text("verdict-others-go-on"),
            Verdict::Not(why) => self.say("verdict-not", [("why", &self.words.cause(*why))]),
            Verdict::Complete => self.words.text("verdict-complete"),
            Verdict::Wrong(bytes) => self.say("verdict-wrong", [("amount", &self.amount(*bytes))]),
            Verdict::Failed(kind, None) => {
                self.say("verdict-failed", [("why", &self.kind(*kind, None))])
            }
            Verdict::Failed(kind, Some(secs)) => {
                let (why, secs) = (self.kind(*kind, None), secs.to_string());
                self.say("verdict-asked-to-wait", [("why", &why), ("secs", &secs)])
            }
        }
    }

    fn change(&self, change: Change) -> String {
        self.words.text(&key_of("change", &change.code()))
    }

    fn mirror(&self, name: &str, what: &OfMirror) -> String {
        let name = ("name", name);
        match what {
            OfMirror::Known => self.say("log-mirror-known", [name]),
            OfMirror::Fits(fit, true) => {
                self.say("log-mirror-beside", [name, ("how", &self.fit(*fit))])
            }
            OfMirror::Fits(fit, false) => {
                self.say("log-mirror-instead", [name, ("how", &self.fit(*fit))])
            }
            OfMirror::Later(secs, why) => {
                let (secs, why) = (secs.to_string(), self.kind(*why, None));
                self.say("log-mirror-later", [name, ("secs", &secs), ("why", &why)])
            }
            OfMirror::DiffersRightly(at) => {
                self.say("log-mirror-differs", [name, ("at", &at.to_string())])
            }
            OfMirror::Misfit(misfit) => self.dropped(name, &self.misfit(misfit)),
            OfMirror::Dropped(why) => self.dropped(name, &self.words.cause(*why)),
            OfMirror::Unusable(why) => self.dropped(name, &self.failure(why)),
            OfMirror::TurnedTo(why) => {
                self.say("log-mirror-turned", [name, ("why", &self.kind(*why, None))])
            }
        }
    }

    fn dropped(&self, name: (&str, &str), why: &str) -> String {
        self.say("log-mirror-dropped", [name, ("why", why)])
    }

    fn description(&self, name: &str, what: &OfDescription) -> String {
        let name = ("name", name);
        match what {
            OfDescription::Known => self.say("log-description-known", [name]),
            OfDescription::Fits { digests, pieces, links } => {
                let titles: Vec<&str> =
                    digests.iter().map(|digest| Algorithm::title(*digest)).collect();
                let titles =
                    if titles.is_empty() { format::NONE.to_owned() } else { titles.join(", ") };
                let (pieces, links) = (pieces.to_string(), links.to_string());
                let args = [name, ("digests", &titles), ("pieces", &pieces), ("links", &links)];
                self.say("log-description-fits", args)
            }
            OfDescription::Unused(why) => {
                self.say("log-description-unused", [name, ("why", &self.unused(why))])
            }
        }
    }

    fn unused(&self, why: &Unused) -> String {
        match why {
            Unused::Failed(failure) => self.failure(failure),
            Unused::Late => self.words.text("unused-late"),
            Unused::BrokenOff => self.words.text("unused-broken-off"),
            Unused::TooLarge => self.words.text("unused-too-large"),
            Unused::NotXml => self.words.text("unused-not-xml"),
            Unused::NotMetalink => self.words.text("unused-not-metalink"),
            Unused::NoFile => self.words.text("unused-no-file"),
            Unused::NoSize => self.words.text("unused-no-size"),
            Unused::OtherSize(size) => self.say("unused-other-size", [("size", &size.to_string())]),
            Unused::OtherDigest => self.words.text("unused-other-digest"),
            Unused::Several => self.words.text("unused-several"),
        }
    }

    fn held(&self, what: &OfHeld) -> String {
        let count = |key, count: u64| self.words.with(key, &[("count", Arg::Count(count))]);
        let amount = |key, bytes: u64| self.say(key, [("amount", &self.amount(bytes))]);
        match what {
            OfHeld::OtherNumber => self.words.text("log-other-number"),
            OfHeld::BlocksKept(blocks) => count("log-blocks-kept", *blocks),
            OfHeld::BlocksRotten(blocks) => count("log-blocks-rotten", *blocks),
            OfHeld::TakenUp { proved, total } => {
                let (proved, total) = (self.amount(*proved), self.amount(*total));
                self.say("log-taken-up", [("proved", &proved), ("total", &total)])
            }
            OfHeld::Wrong(bytes) => amount("log-wrong", *bytes),
            OfHeld::WrongKept(bytes) => amount("log-wrong-kept", *bytes),
            OfHeld::Repaired(bytes) => amount("log-repaired", *bytes),
            OfHeld::PiecesRight => self.words.text("log-pieces-right"),
            OfHeld::PiecesNotBelieved(pieces) => count("log-pieces-not-believed", *pieces),
            OfHeld::Unkept(why) => self.say("log-unkept", [("why", why)]),
            OfHeld::PiecesWrong { count, bytes } => {
                let amount = self.amount(*bytes);
                let args = [("count", Arg::Count(*count)), ("amount", Arg::Text(&amount))];
                self.words.with("log-pieces-wrong", &args)
            }
        }
    }

    fn proof(&self, what: &OfProof) -> String {
        let digest = |key, digest: &Checksum| self.say(key, [("digest", &digest.to_string())]);
        match what {
            OfProof::Beside(found) => digest("log-beside", found),
            OfProof::ChecksumRight(right) => digest("log-checksum-right", right),
            OfProof::DigestRight(Whose::Server, right) => digest("log-server-right", right),
            OfProof::DigestRight(Whose::Description, right) => {
                digest("log-description-right", right)
            }
            OfProof::DigestDiffers(whose, told, found) => {
                let key = match whose {
                    Whose::Server => "log-server-differs",
                    Whose::Description => "log-description-digest-differs",
                };
                let found =
                    found.as_ref().map_or_else(|| format::NONE.to_owned(), Checksum::to_string);
                self.say(key, [("digest", &told.to_string()), ("found", &found)])
            }
            OfProof::DescriptionDiffers(told) => digest("log-description-other", told),
        }
    }

    fn link(&self, what: &OfLink) -> String {
        match what {
            OfLink::Looked(link) => self.say("log-link-looked", [("link", link)]),
            OfLink::Misfit(misfit) => self.say("log-link-misfit", [("why", &self.misfit(misfit))]),
            OfLink::Fits { fit, bare } => {
                let key = if *bare { "log-link-bare" } else { "log-link-fits" };
                self.say(key, [("how", &self.fit(*fit))])
            }
            OfLink::SameFile(id) => self.say("log-link-same-file", [("id", &id.to_string())]),
        }
    }

    fn fit(&self, fit: Fit) -> String {
        match fit {
            Fit::NothingHeld => self.words.text("log-fit-nothing-held"),
            Fit::ByValidator => self.words.text("log-fit-by-validator"),
            Fit::ByBytes { samples } => {
                self.words.with("log-fit-by-bytes", &[("count", Arg::Count(samples.into()))])
            }
        }
    }

    fn misfit(&self, misfit: &Misfit) -> String {
        match misfit {
            Misfit::OtherSize { ours, theirs } => {
                // To the byte: two sizes that are shown alike may differ.
                let (ours, theirs) = (ours.to_string(), theirs.to_string());
                self.say("log-misfit-other-size", [("ours", &ours), ("theirs", &theirs)])
            }
            Misfit::OtherBytes { at } => {
                self.say("log-misfit-other-bytes", [("at", &at.to_string())])
            }
            Misfit::Damaged { at } => self.say("log-misfit-damaged", [("at", &at.to_string())]),
            Misfit::OtherDigest => self.words.text("log-misfit-other-digest"),
            Misfit::OtherEncoding => self.words.text("log-misfit-other-encoding"),
            Misfit::Page => self.words.text("log-misfit-page"),
            Misfit::NoFile(why) | Misfit::NotReadable(why) => self.failure(why),
            Misfit::NoRanges => self.words.text("log-misfit-no-ranges"),
            Misfit::ProvesNothing => self.words.text("log-misfit-proves-nothing"),
        }
    }

    fn amount(&self, bytes: u64) -> String {
        if self.is_exact {
            let number = bytes.to_string();
            let args = [("count", Arg::Count(bytes)), ("number", Arg::Text(&number))];
            self.words.with("log-bytes", &args)
        } else {
            format::bytes(bytes)
        }
    }

    fn kind(&self, kind: FailureKind, status: Option<u16>) -> String {
        self.failure(&Failure { status, ..Failure::new(kind, "") })
    }

    fn failure(&self, failure: &Failure) -> String {
        if !self.is_exact {
            return self.words.failure(failure).what;
        }
        let status = failure.status.map(|status| status.to_string()).unwrap_or_default();
        let parts = [failure.kind.code(), status, self.words.particulars(failure)];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
#[path = "told_tests.rs"]
mod tests;
