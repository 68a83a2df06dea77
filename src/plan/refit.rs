//! Whether a fresh link leads to what a job holds a part of: what is asked for, and what the answers
//! mean. The bytes at each place are compared by the driver.
//!
//! Invariants: only what is held is compared; a link fits only where nothing is held, where size and
//! strong validator are equal, or where every place looked at is equal and one of them tells; what
//! came with the first answer is compared whatever the validator says.

use super::decide::{Ask, Body, Otherwise, Shape, Verdict, decide};
use super::head::Head;
use super::identity::Known;
pub use super::samples::{MAX_SAMPLES, SAMPLE_BYTES, samples};
use crate::model::change::Change;
use crate::model::digests::Agreement;
use crate::model::failure::{Failure, FailureKind};
use crate::model::fit::{Fit, Misfit};
use crate::model::job::Generation;
use crate::model::options::JobOptions;
use crate::model::range::{ByteRange, SpanSet};
use crate::model::url::SourceUrl;
use crate::model::validator::Validator;

/// Places compared, where none is all one byte value.
pub const USUAL_SAMPLES: usize = 8;
/// Requests for one place that were answered oddly before it is given up.
const MAX_ODD: u32 = 2;

/// What comparing a place brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// Equal; `flat` where all of it is one byte value, so that it tells little.
    Equal {
        /// All of it is one byte value.
        flat: bool,
    },
    /// The first place that differs.
    Differs {
        /// Its position in the file.
        at: u64,
    },
}

/// What is done next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Send [`Refit::ask`].
    Ask,
    /// Compare `range` with what the body holds, whose first byte belongs at `at`.
    Compare {
        /// Place in the file of the body's first byte.
        at: u64,
        /// What is compared; it begins at `at` or after it, and is held.
        range: ByteRange,
    },
    /// The link fits.
    Fits(Fit),
    /// It does not.
    Not(Misfit),
}

/// What a link is compared with.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// The representation that was begun; none where no answer came yet.
    pub generation: Option<Generation>,
    /// What is held of it.
    pub spans: SpanSet,
    /// Whether an ending says that it is never a web page.
    pub names_a_file: bool,
    /// It is to be used beside the link that was begun at: every place is compared, whatever the
    /// validator says.
    pub is_mirror: bool,
}

/// One look at one link.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "facts one by one, not states of one thing")]
pub struct Refit {
    /// What the answers are judged by: without tag and date, which may differ from place to place.
    known: Known,
    /// What identified it until now.
    validator: Validator,
    held_end: u64,
    samples: Vec<ByteRange>,
    /// The place that is looked at.
    at: usize,
    /// Places to look at.
    wanted: usize,
    /// Held, and not compared.
    left: SpanSet,
    /// Places compared that are not all one byte value.
    telling: u32,
    names_a_file: bool,
    plain: bool,
    odd: u32,
    /// The first answer's own validator.
    found: Option<Validator>,
    content_type: Option<String>,
    by_validator: bool,
    is_mirror: bool,
}

impl Refit {
    /// Begins to look. The same `seed` looks at the same places.
    pub fn new(held: Held, seed: u64) -> Self {
        let samples = samples(&held.spans, seed);
        let held_end = held.spans.iter().next_back().map_or(0, |span| span.end);
        let begun = held_end > 0;
        let generation = held.generation;
        let kind = generation.as_ref().and_then(|g| g.content_type.clone());
        let is_file = kind.as_deref().is_some_and(|kind| !super::identity::is_page(kind));
        let validator = generation.as_ref().map(|g| g.validator.clone()).unwrap_or_default();
        let told = generation.filter(|_| begun);
        let known = told.map_or_else(Known::default, |g| Known {
            total: g.total,
            validator: Validator { digests: g.validator.digests, ..Validator::default() },
            encoding: g.encoding,
            content_type: g.content_type,
            begun: true,
            described: false,
        });
        Self {
            known: Known { begun, ..known },
            validator,
            held_end,
            wanted: samples.len().min(USUAL_SAMPLES),
            samples,
            at: 0,
            left: held.spans,
            telling: 0,
            names_a_file: held.names_a_file || is_file,
            plain: false,
            odd: 0,
            found: None,
            content_type: None,
            by_validator: false,
            is_mirror: held.is_mirror,
        }
    }

    /// The next request.
    pub fn ask(&self) -> Ask {
        let (first, end) = self.place().map_or((0, None), |place| (place.start, Some(place.end)));
        let shape =
            if self.plain { Shape::Plain } else { Shape::Ranged { first, end, condition: None } };
        Ask { shape, write_from: first, siblings_flow: false, names_a_file: self.names_a_file }
    }

    fn place(&self) -> Option<ByteRange> {
        self.samples.get(self.at).copied()
    }

    /// What the head of an answer means.
    pub fn answered(&mut self, head: &Head) -> Step {
        match decide(&self.ask(), head, &self.known) {
            Verdict::Body(body) => self.body(head, body),
            Verdict::Complete { total } => self.complete(total),
            Verdict::Changed { why, .. } => Step::Not(self.changed(why, head)),
            Verdict::Ask(Otherwise::Plain, _) if !self.plain => {
                self.plain = true;
                Step::Ask
            }
            Verdict::Ask(Otherwise::Afresh | Otherwise::Unconditional, _) if self.odd < MAX_ODD => {
                self.odd += 1;
                Step::Ask
            }
            Verdict::Ask(..) => Step::Not(Misfit::NoRanges),
            Verdict::Stop(failure) if failure.kind == FailureKind::Page => Step::Not(Misfit::Page),
            Verdict::Stop(failure) | Verdict::Retry(failure, _) => no_file(failure),
            Verdict::Crowded(_) => no_file(Failure::status(FailureKind::Busy, head.status)),
            // Followed by the driver, which fails where it cannot.
            Verdict::Redirect => no_file(Failure::new(FailureKind::RedirectLoop, "")),
        }
    }

    fn body(&mut self, head: &Head, body: Body) -> Step {
        if body.total.is_some_and(|total| total < self.held_end) {
            return Step::Not(self.other_size(body.total));
        }
        self.learn(head, body.total);
        let Some(place) = self.place() else { return Step::Fits(Fit::NothingHeld) };
        let by_validator = self.by_validator && !self.is_mirror;
        if !body.ranges_proved && !by_validator {
            return Step::Not(Misfit::NoRanges);
        }
        let told = ByteRange::new(body.at, body.until.unwrap_or(u64::MAX));
        let range = place.meet(told);
        // A whole body is read no further than where a part of it would begin and end.
        let is_near = range.start.saturating_sub(body.at) <= SAMPLE_BYTES;
        match (range.is_empty() || !is_near, by_validator) {
            (false, _) => Step::Compare { at: body.at, range },
            (true, true) => Step::Fits(Fit::ByValidator),
            (true, false) => Step::Not(Misfit::NoRanges),
        }
    }

    /// Takes in what an answer says of itself. A tag that changes with every answer says nothing.
    fn learn(&mut self, head: &Head, total: Option<u64>) {
        let now = &head.validator;
        if let Some(found) = &mut self.found {
            if found.etag != now.etag {
                found.etag = None;
                found.strong_date = false;
                self.by_validator = false;
            }
            return;
        }
        let sizes = total.is_some() && total == self.known.total;
        let tags = match (&now.etag, &self.validator.etag) {
            (Some(now), Some(then)) => !now.is_weak() && now == then,
            (Some(_), None) | (None, Some(_) | None) => false,
        };
        let digests = now.digests.agreement(&self.validator.digests) == Agreement::Same;
        self.by_validator = sizes && (tags || digests);
        self.found = Some(now.clone());
        self.content_type.clone_from(&head.content_type);
    }

    fn complete(&self, total: u64) -> Step {
        if self.place().is_none() {
            return Step::Fits(Fit::NothingHeld);
        }
        Step::Not(self.other_size(Some(total)))
    }

    fn changed(&self, why: Change, head: &Head) -> Misfit {
        match why {
            Change::Total => self.other_size(total_of(head)),
            Change::Digest => Misfit::OtherDigest,
            Change::Encoding => Misfit::OtherEncoding,
            // Neither tag nor date is known to the judge here.
            Change::Tag | Change::TagOnly | Change::Date | Change::Bytes | Change::Unproved => {
                Misfit::NoRanges
            }
        }
    }

    fn other_size(&self, theirs: Option<u64>) -> Misfit {
        let ours = self.known.total.unwrap_or(self.held_end);
        Misfit::OtherSize { ours, theirs: theirs.unwrap_or_default() }
    }

    /// A place was compared.
    pub fn compared(&mut self, range: ByteRange, outcome: Compared) -> Step {
        let flat = match outcome {
            Compared::Differs { at } => return Step::Not(Misfit::OtherBytes { at }),
            Compared::Equal { flat } => flat,
        };
        if self.by_validator && !self.is_mirror {
            return Step::Fits(Fit::ByValidator);
        }
        self.left.remove(range);
        self.telling += u32::from(!flat);
        if flat {
            self.wanted = (self.wanted + 1).min(self.samples.len());
        }
        self.at += 1;
        self.odd = 0;
        if self.at < self.wanted {
            return Step::Ask;
        }
        let samples = u32::try_from(self.at).unwrap_or(u32::MAX);
        // Where all of it was compared, it is right whatever else the file holds.
        if self.by_validator {
            Step::Fits(Fit::ByValidator)
        } else if self.telling > 0 || self.left.is_empty() {
            Step::Fits(Fit::ByBytes { samples })
        } else {
            Step::Not(Misfit::ProvesNothing)
        }
    }

    /// The representation as the new link's server identifies it; what was known of digests stays.
    pub fn renewed(&self, generation: &Generation, fit: Fit) -> Generation {
        let found = self.found.clone().unwrap_or_default();
        Generation {
            validator: Validator { digests: generation.validator.digests.clone(), ..found },
            content_type: self.content_type.clone().or_else(|| generation.content_type.clone()),
            by_overlap: generation.by_overlap || matches!(fit, Fit::ByBytes { .. }),
            begun_at: None,
            ..generation.clone()
        }
    }
}

/// A link that worked before may expire; this one never worked.
fn no_file(failure: Failure) -> Step {
    let kind = match (failure.kind, failure.status) {
        (FailureKind::LinkExpired, Some(403)) => FailureKind::Forbidden,
        (FailureKind::LinkExpired, Some(404)) => FailureKind::NotFound,
        (FailureKind::LinkExpired, _) => FailureKind::Gone,
        (kind, _) => kind,
    };
    Step::Not(Misfit::NoFile(Failure { kind, ..failure }))
}

fn total_of(head: &Head) -> Option<u64> {
    use super::content_range::ContentRange;
    match head.content_range {
        Some(Ok(ContentRange::Bytes { total, .. })) => total,
        Some(Ok(ContentRange::Unsatisfied { total })) => Some(total),
        Some(Err(_)) | None => head.length,
    }
}

/// How `new` is fetched in place of `old`: what was secret to the old server stays with it, and what
/// stands in the new link itself goes before what was known. The second value says whether anything
/// was left behind.
pub fn options_for(options: &JobOptions, old: &SourceUrl, new: &SourceUrl) -> (JobOptions, bool) {
    let given = new.credentials();
    if old.same_origin(new) {
        let known = options.credentials.clone().or_else(|| old.credentials());
        let credentials = if given.is_some() { None } else { known };
        return (JobOptions { credentials, ..options.clone() }, false);
    }
    let bare = JobOptions {
        headers: Vec::new(),
        cookie: None,
        referer: None,
        credentials: None,
        ..options.clone()
    };
    let is_left = bare != *options || old.credentials().is_some();
    (bare, is_left)
}

/// Options under which a link is asked for, with what was given along with it: that goes before what was
/// known, and what was not given stays.
pub fn options_with(options: JobOptions, given: &JobOptions) -> JobOptions {
    let headers = if given.headers.is_empty() { options.headers } else { given.headers.clone() };
    JobOptions {
        headers,
        cookie: given.cookie.clone().or(options.cookie),
        referer: given.referer.clone().or(options.referer),
        user_agent: given.user_agent.clone().or(options.user_agent),
        credentials: given.credentials.clone().or(options.credentials),
        ..options
    }
}

/// Whether something that went to the old server has nothing in its place now: `now` are the options for
/// the link `new`.
pub fn lacks(
    (known, old): (&JobOptions, &SourceUrl),
    (now, new): (&JobOptions, &SourceUrl),
) -> bool {
    let names_itself = |options: &JobOptions, url: &SourceUrl| {
        options.credentials.is_some() || url.credentials().is_some()
    };
    !known.headers.is_empty() && now.headers.is_empty()
        || known.cookie.is_some() && now.cookie.is_none()
        || known.referer.is_some() && now.referer.is_none()
        || names_itself(known, old) && !names_itself(now, new)
}

/// How a job is fetched from the link of another one, whose secrets are that link's.
pub fn options_from(options: &JobOptions, other: &JobOptions) -> JobOptions {
    JobOptions {
        headers: other.headers.clone(),
        cookie: other.cookie.clone(),
        referer: other.referer.clone(),
        credentials: other.credentials.clone(),
        ..options.clone()
    }
}

#[cfg(test)]
#[path = "refit_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "refit_options_tests.rs"]
mod options_tests;
