//! Redirects, followed by hand (GUARDS 16): where to, how often, and what goes along.

use crate::model::cause::Cause;
use crate::model::failure::{Failure, FailureKind};
use crate::model::url::SourceUrl;

/// Redirects followed for one request.
pub const MAX_REDIRECTS: usize = 10;

/// Targets that refused after which the job's own link is asked once more, in one request.
const MAX_STALE: usize = 2;

/// Whether a status asks to look elsewhere.
pub fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// Whether a target that refuses may have expired since the redirect to it was given, so that the
/// job's own link is asked once more and may lead to another. `targets` are those asked so far for
/// this request that refused, the last the one that did just now.
pub fn may_lead_elsewhere(status: u16, hops: usize, targets: &[SourceUrl]) -> bool {
    let is_refused = matches!(status, 401 | 403 | 404 | 410);
    let is_new = match targets {
        [before @ .., last] => before.len() < MAX_STALE && !before.contains(last),
        [] => false,
    };
    is_refused && hops > 0 && is_new
}

/// Where to go next, after the links in `trail` (the first is the job's own, the last the one that
/// answered). Refuses a missing target, a circle, too many, other schemes, and https to http.
pub fn follow(trail: &[SourceUrl], location: Option<&str>) -> Result<SourceUrl, Failure> {
    let because = |cause| Failure::because(FailureKind::RedirectLoop, cause);
    let nowhere = || because(Cause::RedirectNowhere);
    let here = trail.last().ok_or_else(nowhere)?;
    let location = location.filter(|l| !l.is_empty()).ok_or_else(nowhere)?;
    let next = here
        .join(location)
        .map_err(|error| Failure::new(FailureKind::RedirectRefused, error.to_string()))?;
    if here.is_https() && !next.is_https() {
        return Err(Failure::because(FailureKind::RedirectRefused, Cause::HttpsToHttp));
    }
    // A circle may set a cookie and come back once; the count ends the others.
    if trail.len() > MAX_REDIRECTS || trail.iter().filter(|seen| **seen == next).count() > 1 {
        return Err(because(Cause::RedirectsWithoutEnd));
    }
    Ok(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> SourceUrl {
        SourceUrl::parse(text).unwrap()
    }

    fn kind(trail: &[&str], location: Option<&str>) -> Result<String, FailureKind> {
        let trail: Vec<_> = trail.iter().map(|t| url(t)).collect();
        follow(&trail, location).map(|u| u.as_str().to_owned()).map_err(|f| f.kind)
    }

    #[test]
    fn table() {
        assert_eq!(kind(&["http://a/x"], Some("y")), Ok("http://a/y".into()));
        assert_eq!(kind(&["http://a/x"], Some("https://b/")), Ok("https://b/".into()));
        assert_eq!(kind(&["https://a/x"], Some("http://a/")), Err(FailureKind::RedirectRefused));
        assert_eq!(
            kind(&["http://a/x"], Some("file:///etc/passwd")),
            Err(FailureKind::RedirectRefused)
        );
        assert_eq!(kind(&["http://a/x"], Some("ftp://b/")), Err(FailureKind::RedirectRefused));
        assert_eq!(kind(&["http://a/x"], None), Err(FailureKind::RedirectLoop));
        assert_eq!(
            kind(&["http://a/x", "http://a/y", "http://a/x"], Some("/x")),
            Err(FailureKind::RedirectLoop)
        );
    }

    #[test]
    fn why_it_leads_nowhere_is_told() {
        let trail = ["http://a/x", "http://a/y", "http://a/x"].map(url);
        for (location, cause) in [
            (None, Cause::RedirectNowhere),
            (Some(""), Cause::RedirectNowhere),
            (Some("/x"), Cause::RedirectsWithoutEnd),
        ] {
            let refused = follow(&trail, location).unwrap_err();
            assert_eq!((refused.kind, refused.cause), (FailureKind::RedirectLoop, Some(cause)));
        }
    }

    #[test]
    fn a_target_that_refuses_is_left_for_another_but_not_for_ever() {
        let targets: Vec<_> = ["http://a/1", "http://a/2", "http://a/3"].map(url).into();
        for (status, hops, count, expected) in [
            (403, 1, 1, true),
            (410, 2, 2, true),
            (403, 1, 3, false),
            (403, 0, 1, false),
            (403, 1, 0, false),
            (500, 1, 1, false),
            (206, 1, 1, false),
        ] {
            let found = may_lead_elsewhere(status, hops, &targets[..count]);
            assert_eq!(found, expected, "{status} {hops} {count}");
        }
        let same = [url("http://a/1"), url("http://a/1")];
        assert!(!may_lead_elsewhere(403, 1, &same), "it leads to the same place again");
    }

    #[test]
    fn ten_are_followed_and_no_more() {
        let mut trail = vec![url("http://a/0")];
        for n in 1..=MAX_REDIRECTS {
            trail.push(follow(&trail, Some(&format!("/{n}"))).unwrap());
        }
        assert_eq!(follow(&trail, Some("/more")).unwrap_err().kind, FailureKind::RedirectLoop);
    }
}
