//! How one job is fetched: what `get` and `add` take and the add dialog offers.
//!
//! Holds secrets (headers, cookie, password): `Debug` shows none of them.

use serde::{Deserialize, Serialize};

use super::checksum::Expected;
use super::url::SourceUrl;

/// The most connections one job may use.
pub const MAX_CONNECTIONS: u8 = 32;

/// A user's name and password for the job's own server.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credentials {
    /// The name.
    pub user: String,
    /// The password.
    pub password: String,
}

/// A header line to send along.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// How one job is fetched.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct JobOptions {
    /// Connections at most, 1 to [`MAX_CONNECTIONS`].
    pub connections: u8,
    /// Bytes a second at most.
    pub limit_bps: Option<u64>,
    /// Further header lines.
    pub headers: Vec<Header>,
    /// `User-Agent`, where not our own.
    pub user_agent: Option<String>,
    /// `Referer`.
    pub referer: Option<String>,
    /// `Cookie`.
    pub cookie: Option<String>,
    /// User and password.
    pub credentials: Option<Credentials>,
    /// What the finished file must hash to.
    pub expected: Option<Expected>,
    /// Attempts in a row without one new byte before it gives up.
    pub retries: u32,
    /// Seconds without a byte before a connection is replaced.
    pub stall_timeout_secs: u32,
    /// Seconds a connection may take to stand, TLS included.
    pub connect_timeout_secs: u32,
    /// Proxy to go through, where not the system's.
    pub proxy: Option<String>,
    /// Accept any certificate.
    pub insecure: bool,
    /// Other places with the same bytes.
    pub mirrors: Vec<SourceUrl>,
}

impl Default for JobOptions {
    fn default() -> Self {
        Self {
            connections: 8,
            limit_bps: None,
            headers: Vec::new(),
            user_agent: None,
            referer: None,
            cookie: None,
            credentials: None,
            expected: None,
            retries: 10,
            stall_timeout_secs: 30,
            connect_timeout_secs: 15,
            proxy: None,
            insecure: false,
            mirrors: Vec::new(),
        }
    }
}

impl std::fmt::Debug for JobOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JobOptions")
            .field("connections", &self.connections)
            .field("limit_bps", &self.limit_bps)
            .field("headers", &self.headers.len())
            .field("expected", &self.expected)
            .finish_non_exhaustive()
    }
}

impl JobOptions {
    /// Without what lets somebody in: header lines, cookie, user and password, those of mirrors and of
    /// the proxy too. None where there is nothing of it.
    pub fn without_access(&self) -> Option<Self> {
        let lets_in = |proxy: &String| proxy.contains('@');
        let has_any = !self.headers.is_empty()
            || self.cookie.is_some()
            || self.credentials.is_some()
            || self.proxy.as_ref().is_some_and(lets_in)
            || self.mirrors.iter().any(|url| url.credentials().is_some());
        // Every finished download is asked at start, and few have anything.
        has_any.then(|| {
            let bare = |url: &SourceUrl| url.without_credentials().unwrap_or_else(|| url.clone());
            Self {
                headers: Vec::new(),
                cookie: None,
                credentials: None,
                proxy: self.proxy.clone().filter(|proxy| !lets_in(proxy)),
                mirrors: self.mirrors.iter().map(bare).collect(),
                ..self.clone()
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_secret() {
        let options = JobOptions {
            cookie: Some("sid=geheim".into()),
            headers: vec![Header { name: "X-Token".into(), value: "geheim".into() }],
            credentials: Some(Credentials { user: "ann".into(), password: "geheim".into() }),
            proxy: Some("http://u:geheim@p".into()),
            ..JobOptions::default()
        };
        assert!(!format!("{options:?}").contains("geheim"));
    }

    #[test]
    fn what_lets_somebody_in_can_be_taken_away() {
        let link = |url| SourceUrl::parse(url).unwrap();
        let plain = JobOptions {
            user_agent: Some("me".into()),
            referer: Some("http://page/".into()),
            proxy: Some("http://proxy:1".into()),
            mirrors: vec![link("http://m/?sig=1")],
            ..JobOptions::default()
        };
        assert!(plain.without_access().is_none());
        let header = Header { name: "X-Token".into(), value: "geheim".into() };
        let credentials = Credentials { user: "ann".into(), password: "geheim".into() };
        for secret in [
            JobOptions { headers: vec![header], ..plain.clone() },
            JobOptions { cookie: Some("sid=geheim".into()), ..plain.clone() },
            JobOptions { credentials: Some(credentials), ..plain.clone() },
            JobOptions { mirrors: vec![link("http://u:geheim@m/?sig=1")], ..plain.clone() },
        ] {
            assert!(secret.without_access().unwrap() == plain);
        }
        let proxied = JobOptions { proxy: Some("http://u:geheim@proxy:1".into()), ..plain };
        assert!(proxied.without_access().unwrap().proxy.is_none());
    }
}
