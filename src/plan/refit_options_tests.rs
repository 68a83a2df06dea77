//! What goes with a fresh link, and what stays behind.

use super::*;
use crate::model::options::{Credentials, Header};

/// Every kind of access there is, each named by this.
fn access(name: &str) -> JobOptions {
    let (user, password) = (name.to_owned(), "p".to_owned());
    JobOptions {
        headers: vec![Header { name: "X".into(), value: name.into() }],
        cookie: Some(name.into()),
        referer: Some(name.into()),
        user_agent: Some(name.into()),
        credentials: Some(Credentials { user, password }),
        ..JobOptions::default()
    }
}

#[test]
fn what_is_given_with_a_link_goes_before_what_was_known() {
    let known = JobOptions { connections: 3, ..access("old") };
    let none = JobOptions::default();
    assert_eq!(options_with(known.clone(), &none), known);
    assert_eq!(options_with(none.clone(), &access("new")), access("new"));
    assert_eq!(
        options_with(known.clone(), &access("new")),
        JobOptions { connections: 3, ..access("new") }
    );
    let cookie = JobOptions { cookie: Some("new".into()), ..none };
    assert_eq!(options_with(known.clone(), &cookie), JobOptions { cookie: cookie.cookie, ..known });
}

#[test]
fn another_jobs_secrets_come_with_its_link() {
    let known = JobOptions { connections: 3, ..access("old") };
    let agent = Some("old".to_owned());
    let both = options_from(&known, &access("other"));
    assert_eq!(both, JobOptions { connections: 3, user_agent: agent.clone(), ..access("other") });
    let none = options_from(&known, &JobOptions::default());
    let bare = JobOptions { connections: 3, user_agent: agent, ..JobOptions::default() };
    assert_eq!(none, bare, "it has none, and ours are not its server's");
}

#[test]
fn what_has_nothing_in_its_place_is_told() {
    let url = |text: &str| SourceUrl::parse(text).unwrap();
    let (old, new) = (url("http://a/x"), url("http://b/x"));
    let named = (url("http://ann:p@a/x"), url("http://ann:q@b/x"));
    let (none, all) = (JobOptions::default(), access("x"));
    let agent = JobOptions { user_agent: Some("x".into()), ..none.clone() };
    let without = [
        JobOptions { headers: Vec::new(), ..all.clone() },
        JobOptions { cookie: None, ..all.clone() },
        JobOptions { referer: None, ..all.clone() },
        JobOptions { credentials: None, ..all.clone() },
    ];
    for now in &without {
        assert!(lacks((&all, &old), (now, &new)), "{now:?}");
        assert!(!lacks((now, &old), (&all, &new)), "{now:?}");
        assert!(!lacks((now, &old), (now, &new)), "{now:?}");
    }
    for (known, old, now, new, expected) in [
        (&all, &old, &all, &new, false),
        (&all, &old, &agent, &new, true),
        (&agent, &old, &none, &new, false),
        (&none, &named.0, &agent, &new, true),
        (&none, &named.0, &agent, &named.1, false),
        (&none, &named.0, &all, &new, false),
        (&without[3], &named.0, &without[3], &new, true),
        (&all, &old, &without[3], &named.1, false),
    ] {
        assert_eq!(lacks((known, old), (now, new)), expected, "{now:?}");
    }
}
