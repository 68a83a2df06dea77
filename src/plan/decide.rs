//! (what was asked, head of the answer, what is known) → verdict. One function, every status: no
//! byte of an answer is written before it. The comments name the rows of the design's table.

use std::time::Duration;

use crate::model::cause::Cause;
use crate::model::change::Change;
use crate::model::failure::{Failure, FailureKind};
use crate::model::range::ByteRange;

use super::content_range::ContentRange;
use super::head::Head;
use super::identity::{Known, Sameness, identity};
use super::redirect::is_redirect;

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// How it was asked for.
    pub shape: Shape,
    /// First byte wanted for writing.
    pub write_from: u64,
    /// Whether other connections of the job have bytes flowing.
    pub siblings_flow: bool,
    /// Whether the link's ending is that of a file which is never a web page.
    pub names_a_file: bool,
}

/// The shape of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// No `Range` at all.
    Plain,
    /// `Range: bytes=first-` or `first-last`, with `If-Range` where a condition is given.
    Ranged {
        /// First byte asked for: [`Ask::write_from`] or before it, to compare with what is held.
        first: u64,
        /// One past the last byte asked for; none for "to the end".
        end: Option<u64>,
        /// The value of `If-Range`.
        condition: Option<String>,
    },
}

impl Shape {
    /// First byte asked for.
    pub fn first(&self) -> u64 {
        match self {
            Self::Plain => 0,
            Self::Ranged { first, .. } => *first,
        }
    }
}

/// Where a body belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Body {
    /// Its first byte's place in the file.
    pub at: u64,
    /// One past its last byte's place, where that is told.
    pub until: Option<u64>,
    /// Size of the whole, where that is told.
    pub total: Option<u64>,
    /// Whether the server was seen to honour ranges with this answer.
    pub ranges_proved: bool,
    /// Whether a strong validator says it is the same; else the bytes must.
    pub same: bool,
}

/// Another way to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Otherwise {
    /// Without `Range`: from the first byte, comparing what is held.
    Plain,
    /// With `Range`, without `If-Range`: the answer's own validator is compared.
    Unconditional,
    /// The same once more, on a fresh connection.
    Afresh,
}

/// What an answer means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A body that may be written where it belongs.
    Body(Body),
    /// Nothing is missing: the whole has this size.
    Complete {
        /// Size of the whole.
        total: u64,
    },
    /// Another representation. `body` says whether this very answer holds it from its first byte.
    Changed {
        /// What differs.
        why: Change,
        /// This answer's body, where it is the new representation from its start.
        body: Option<Body>,
    },
    /// Look there.
    Redirect,
    /// Ask in another way, for this reason.
    Ask(Otherwise, Cause),
    /// It passes: try again.
    Retry(Failure, Option<Duration>),
    /// The server bears no more connections than it has: give this one back.
    Crowded(Option<Duration>),
    /// Neither this nor trying again helps.
    Stop(Failure),
}

/// Judges an answer.
pub fn decide(ask: &Ask, head: &Head, known: &Known) -> Verdict {
    let status = head.status;
    match status {
        200..=203 | 206 if head.coding.is_some() => still_coded(ask, head),
        206 => partial(ask, head, known),
        200..=203 => whole(ask, head, known),
        _ if is_redirect(status) => Verdict::Redirect, // D30, D31
        300 => Verdict::Stop(Failure::status(FailureKind::RedirectLoop, status)),
        304 | 412 => plainly(ask, Cause::OddCondition, status), // D32, D39
        401 => Verdict::Stop(Failure::status(FailureKind::Unauthorised, status)), // D33
        407 => Verdict::Stop(Failure::status(FailureKind::Proxy, status)),
        403 | 404 | 410 | 451 => refused(ask, status, known),
        400 | 405 | 501 => plainly(ask, Cause::DislikesRange, status), // P2
        416 => unsatisfied(ask, head, known),
        421 if !ask.siblings_flow => Verdict::Ask(Otherwise::Afresh, Cause::OtherServer),
        421 | 429 | 503 | 509 if ask.siblings_flow => Verdict::Crowded(head.retry_after), // D35
        429 | 503 | 509 => retry(FailureKind::Busy, head), // D37, D38
        408 | 425 | 500..=599 => retry(FailureKind::ServerError, head), // D37
        _ => Verdict::Stop(Failure::status(FailureKind::BadStatus, status)), // D40
    }
}

fn retry(kind: FailureKind, head: &Head) -> Verdict {
    Verdict::Retry(Failure::status(kind, head.status), head.retry_after)
}

/// Asks without a range where one was sent; where none was, the status is final.
fn plainly(ask: &Ask, why: Cause, status: u16) -> Verdict {
    match ask.shape {
        Shape::Ranged { .. } => Verdict::Ask(Otherwise::Plain, why),
        Shape::Plain => Verdict::Stop(Failure::status(FailureKind::BadStatus, status)),
    }
}

/// RFC 9112 §6.1: nobody asked for a coding, so nobody undoes it, and the bytes are not the file's.
fn still_coded(ask: &Ask, head: &Head) -> Verdict {
    let coding = head.coding.as_deref().unwrap_or_default();
    match ask.shape {
        Shape::Ranged { .. } => Verdict::Ask(Otherwise::Plain, Cause::OddCoding),
        Shape::Plain => {
            let cause = Some(Cause::OddCoding);
            Verdict::Stop(Failure { cause, ..Failure::new(FailureKind::Protocol, coding) })
        }
    }
}

/// D34 to D36: what was reachable and is refused now is a link that expired.
fn refused(ask: &Ask, status: u16, known: &Known) -> Verdict {
    if ask.siblings_flow && status == 403 {
        return Verdict::Crowded(None);
    }
    let kind = match (known.begun, status) {
        (true, _) => FailureKind::LinkExpired,
        (false, 403) => FailureKind::Forbidden,
        (false, 404) => FailureKind::NotFound,
        (false, _) => FailureKind::Gone,
    };
    Verdict::Stop(Failure::status(kind, status))
}

/// 206: D1 to D3, D8, D13 to D25.
fn partial(ask: &Ask, head: &Head, known: &Known) -> Verdict {
    let Shape::Ranged { first, .. } = ask.shape else {
        return Verdict::Ask(Otherwise::Afresh, Cause::PartForWhole);
    };
    let (range, total) = match head.content_range {
        _ if head.content_type.as_deref() == Some("multipart/byteranges") => {
            return Verdict::Ask(Otherwise::Plain, Cause::SeveralParts); // D24
        }
        Some(Ok(ContentRange::Bytes { range, total })) => (range, total),
        Some(Ok(ContentRange::Unsatisfied { .. }) | Err(_)) | None => return unplaced(ask), // D20, D22
    };
    if head.encoding.is_some() {
        return Verdict::Ask(Otherwise::Plain, Cause::PartEncoded); // D25
    }
    // D3, D15: what begins too late leaves a hole; D14: too early is compared with what is held.
    if range.start > first || range.end <= range.start.max(first) {
        return Verdict::Ask(Otherwise::Afresh, Cause::OtherRange);
    }
    if range.start < first && !known.begun {
        return Verdict::Ask(Otherwise::Plain, Cause::OtherRange);
    }
    let body =
        |same| Body { at: range.start, until: Some(range.end), total, ranges_proved: true, same };
    match identity(head, total, known) {
        Sameness::Same => Verdict::Body(body(true)),
        Sameness::Unknown => Verdict::Body(body(false)),
        Sameness::Changed(why) => {
            let fresh = (range.start == 0).then(|| body(true));
            Verdict::Changed { why, body: fresh }
        }
    }
}

/// A part that does not say where it belongs: the condition may be what the server trips over.
fn unplaced(ask: &Ask) -> Verdict {
    match &ask.shape {
        Shape::Ranged { condition: Some(_), .. } => {
            Verdict::Ask(Otherwise::Unconditional, Cause::PartUnnamed)
        }
        Shape::Ranged { .. } | Shape::Plain => Verdict::Ask(Otherwise::Plain, Cause::PartUnnamed),
    }
}

/// 200 and its like: D4, D5, D7, D9 to D12, D41, D46.
fn whole(ask: &Ask, head: &Head, known: &Known) -> Verdict {
    if let Some(body) = disguised_part(ask, head) {
        return match identity(head, body.total, known) {
            Sameness::Same | Sameness::Unknown => Verdict::Body(body),
            Sameness::Changed(why) => Verdict::Changed { why, body: None },
        };
    }
    if is_page_instead(ask, head, known) {
        return Verdict::Stop(Failure::status(FailureKind::Page, head.status)); // D12
    }
    if is_hidden_part(ask, head, known) {
        let otherwise = match ask.shape {
            Shape::Ranged { .. } => Otherwise::Plain,
            Shape::Plain => Otherwise::Afresh,
        };
        return Verdict::Ask(otherwise, Cause::PartAsWhole);
    }
    // Nothing at all in the place of something is a fault sooner than the new file.
    if known.begun && head.length == Some(0) && known.total != Some(0) {
        return retry(FailureKind::ServerError, head);
    }
    let body =
        |same| Body { at: 0, until: head.length, total: head.length, ranges_proved: false, same };
    match identity(head, head.length, known) {
        // Another kind of file in its place is an error told with the wrong status.
        Sameness::Changed(_) if known.begun && is_other_kind(head, known) => {
            Verdict::Stop(Failure::status(FailureKind::Page, head.status))
        }
        Sameness::Changed(why) if known.begun => Verdict::Changed { why, body: Some(body(true)) }, // D10
        // D7: it was the same all along, so the condition is what the server does not honour. Where
        // nothing is held before, this body is as good as a part.
        Sameness::Same if is_conditional(ask) && ask.write_from > 0 => {
            Verdict::Ask(Otherwise::Unconditional, Cause::WholeUnchanged)
        }
        Sameness::Same => Verdict::Body(body(true)),
        Sameness::Changed(_) | Sameness::Unknown => Verdict::Body(body(false)),
    }
}

/// A page in place of another file, or of one that was not begun: a login, a notice, an error told
/// as a 200.
fn is_page_instead(ask: &Ask, head: &Head, known: &Known) -> bool {
    let instead =
        if known.begun { !known.is_page() } else { ask.names_a_file && head.disposition.is_none() };
    head.is_page() && instead
}

/// Text where something else was, as an error in JSON.
fn is_other_kind(head: &Head, known: &Known) -> bool {
    let is_text =
        |kind: &str| kind.starts_with("text/") || kind.ends_with("json") || kind.ends_with("xml");
    let (now, then) = (head.content_type.as_deref(), known.content_type.as_deref());
    now.is_some_and(is_text) && then.is_some_and(|then| !is_text(then))
}

fn is_conditional(ask: &Ask) -> bool {
    matches!(ask.shape, Shape::Ranged { condition: Some(_), .. })
}

/// D11: a 200 whose `Content-Range` is just what was asked for. Its bytes must prove it.
fn disguised_part(ask: &Ask, head: &Head) -> Option<Body> {
    let Shape::Ranged { first, .. } = ask.shape else { return None };
    let (range, total) = claimed_part(head)?;
    let fits = range.start == first && head.length.is_some();
    fits.then_some(Body {
        at: first,
        until: Some(range.end),
        total,
        ranges_proved: true,
        same: false,
    })
}

/// The part a 200 claims to be by its `Content-Range`, where its length does not gainsay that. (On
/// a whole the field has no meaning, RFC 9110 §14.4, but who sends it means something.)
fn claimed_part(head: &Head) -> Option<(ByteRange, Option<u64>)> {
    let Some(Ok(ContentRange::Bytes { range, total })) = head.content_range else { return None };
    let is_part = range.start > 0 || total.is_some_and(|total| range.end < total);
    let fits = head.length.is_none_or(|length| length == range.len());
    (is_part && fits).then_some((range, total))
}

/// Whether a 200 is no whole: it says so, or it is just as long as the part that was asked for and
/// not as long as the file.
fn is_hidden_part(ask: &Ask, head: &Head, known: &Known) -> bool {
    let asked = match ask.shape {
        Shape::Ranged { first, end, .. } => {
            end.or(known.total).map(|end| ByteRange::new(first, end).len())
        }
        Shape::Plain => None,
    };
    let is_as_asked = head.length.is_some() && head.length == asked && head.length != known.total;
    claimed_part(head).is_some() || is_as_asked
}

/// 416: D6, D26 to D29. Complete only where what is held is the whole (GUARDS 9).
fn unsatisfied(ask: &Ask, head: &Head, known: &Known) -> Verdict {
    let Some(Ok(ContentRange::Unsatisfied { total })) = head.content_range else {
        return plainly(ask, Cause::RangeRefusedUnsaid, head.status); // D29
    };
    match known.total {
        _ if total == 0 && !known.begun => Verdict::Complete { total }, // D6
        Some(then) if then != total => Verdict::Changed { why: Change::Total, body: None }, // D28
        Some(_) | None if ask.write_from == total && known.begun => Verdict::Complete { total }, // D26
        Some(_) | None => plainly(ask, Cause::RangeRefused, head.status), // D27
    }
}

/// What of a body lies in a claim.
pub fn useful(body: &Body, claim: ByteRange) -> ByteRange {
    ByteRange::new(body.at, body.until.unwrap_or(u64::MAX)).meet(claim)
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
