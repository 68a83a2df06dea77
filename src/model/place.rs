//! Where the first server a job talks to lies: on this machine, near it, or beyond a router.

use url::{Host, Url};

use super::url::SourceUrl;

/// Where a server lies, as far as its address tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// On this machine: no network is needed to reach it.
    Here,
    /// By its address in this machine's own network: no router is needed.
    Near,
    /// Anywhere else.
    Far,
}

/// Whom a job talks to first: the proxy where it has one, else the link's server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its name, lower case.
    pub host: String,
    /// Where it lies.
    pub place: Place,
}

impl Peer {
    /// Whom a job with this link and proxy talks to first.
    pub fn of(url: &SourceUrl, proxy: Option<&str>) -> Self {
        let proxy = proxy.and_then(|proxy| Url::parse(proxy).ok());
        let first = proxy.filter(Url::has_host).unwrap_or_else(|| url.request_url());
        // Of a scheme that is none of the web's, an address is told as a name.
        let host = first.host_str().and_then(|host| Host::parse(host).ok());
        let place = host.map_or(Place::Far, |host| place(&host));
        Self { host: first.host_str().unwrap_or_default().to_ascii_lowercase(), place }
    }
}

fn place(host: &Host) -> Place {
    let (is_here, is_near) = match host {
        Host::Domain(name) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            let is_below =
                |parent: &str| name.strip_suffix(parent).is_some_and(|n| n.ends_with('.'));
            (name == "localhost" || is_below("localhost"), is_below("local"))
        }
        Host::Ipv4(ip) => {
            (ip.is_loopback() || ip.is_unspecified(), ip.is_private() || ip.is_link_local())
        }
        Host::Ipv6(ip) => (
            ip.is_loopback() || ip.is_unspecified(),
            ip.is_unique_local() || ip.is_unicast_link_local(),
        ),
    };
    match (is_here, is_near) {
        (true, _) => Place::Here,
        (false, true) => Place::Near,
        (false, false) => Place::Far,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_tell_where_a_server_lies() {
        for (url, proxy, host, place) in [
            ("http://127.0.0.1:1/a", None, "127.0.0.1", Place::Here),
            ("http://127.9.9.9/a", None, "127.9.9.9", Place::Here),
            ("http://[::1]/a", None, "[::1]", Place::Here),
            ("http://LOCALHOST/a", None, "localhost", Place::Here),
            ("http://a.localhost/a", None, "a.localhost", Place::Here),
            ("http://notlocalhost/a", None, "notlocalhost", Place::Far),
            ("http://192.168.1.7/a", None, "192.168.1.7", Place::Near),
            ("http://[fe80::1]/a", None, "[fe80::1]", Place::Near),
            ("http://nas.local/a", None, "nas.local", Place::Near),
            ("https://h.example/a", None, "h.example", Place::Far),
            ("https://9.9.9.9/a", None, "9.9.9.9", Place::Far),
            ("https://h.example/a", Some("socks5://127.0.0.1:9050"), "127.0.0.1", Place::Here),
            ("http://127.0.0.1/a", Some("http://p.example:3128"), "p.example", Place::Far),
            ("https://h.example/a", Some("no address"), "h.example", Place::Far),
        ] {
            let url = SourceUrl::parse(url).unwrap();
            assert_eq!(Peer::of(&url, proxy), Peer { host: host.into(), place }, "{url:?}");
        }
    }
}
