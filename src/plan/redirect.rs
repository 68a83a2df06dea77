//! Redirects, followed by hand (GUARDS 16): where to, how often, and what goes along.

use crate::model::failure::{Failure, FailureKind};
use crate::model::url::SourceUrl;

/// Redirects followed for one request.
pub const MAX_REDIRECTS: usize = 10;

/// Whether a status asks to look elsewhere.
pub fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// Where to go next, after the links in `trail` (the first is the job's own, the last the one that
/// answered). Refuses a missing target, a circle, too many, other schemes, and https to http.
pub fn follow(trail: &[SourceUrl], location: Option<&str>) -> Result<SourceUrl, Failure> {
    let loops = || Failure::new(FailureKind::RedirectLoop, "");
    let here = trail.last().ok_or_else(loops)?;
    let location = location.filter(|l| !l.is_empty()).ok_or_else(loops)?;
    let next = here
        .join(location)
        .map_err(|error| Failure::new(FailureKind::RedirectRefused, error.to_string()))?;
    if here.is_https() && !next.is_https() {
        return Err(Failure::new(
            FailureKind::RedirectRefused,
            "it leads from https to http, where anyone could change the file",
        ));
    }
    // A circle may set a cookie and come back once; the count ends the others.
    if trail.len() > MAX_REDIRECTS || trail.iter().filter(|seen| **seen == next).count() > 1 {
        return Err(loops());
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
    fn ten_are_followed_and_no_more() {
        let mut trail = vec![url("http://a/0")];
        for n in 1..=MAX_REDIRECTS {
            trail.push(follow(&trail, Some(&format!("/{n}"))).unwrap());
        }
        assert_eq!(follow(&trail, Some("/more")).unwrap_err().kind, FailureKind::RedirectLoop);
    }
}
