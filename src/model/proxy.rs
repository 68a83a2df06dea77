//! The proxy all downloads go through that name none of their own.
//!
//! May hold a password: `Debug` shows none of the address.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

/// The schemes a proxy may have.
const SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

/// The proxy of the program. As text: `system`, `none`, or its address.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Proxy {
    /// The one the system names, where it names any.
    #[default]
    System,
    /// None, whatever the system says.
    Direct,
    /// This one.
    At(ProxyUrl),
}

/// The address of a proxy: its scheme is known and it names a host.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ProxyUrl(String);

/// It is no address of a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a link such as http://host:3128 or socks5://host:1080 is expected")]
pub struct NoProxy;

impl ProxyUrl {
    /// Reads an address, with or without blanks around it.
    pub fn parse(text: &str) -> Result<Self, NoProxy> {
        let text = text.trim();
        match Url::parse(text) {
            Ok(url) if SCHEMES.contains(&url.scheme()) && url.has_host() => {
                Ok(Self(text.to_owned()))
            }
            Ok(_) | Err(_) => Err(NoProxy),
        }
    }

    /// The address as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Proxy {
    /// The address, where it is one of its own.
    pub fn address(&self) -> Option<&str> {
        match self {
            Self::At(url) => Some(url.as_str()),
            Self::System | Self::Direct => None,
        }
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::System => "System",
            Self::Direct => "Direct",
            Self::At(_) => "At(…)",
        })
    }
}

impl fmt::Debug for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProxyUrl(…)")
    }
}

impl TryFrom<String> for Proxy {
    type Error = NoProxy;

    fn try_from(text: String) -> Result<Self, NoProxy> {
        match text.as_str() {
            "system" => Ok(Self::System),
            "none" => Ok(Self::Direct),
            address => ProxyUrl::parse(address).map(Self::At),
        }
    }
}

impl From<Proxy> for String {
    fn from(proxy: Proxy) -> Self {
        match proxy {
            Proxy::System => "system".to_owned(),
            Proxy::Direct => "none".to_owned(),
            Proxy::At(url) => url.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_or_refused() {
        for (text, is_good) in [
            ("http://host:3128", true),
            (" socks5h://ann:pw@host:1080 ", true),
            ("https://[::1]:8080/", true),
            ("ftp://host", false),
            ("host:3128", false),
            ("http://", false),
            ("", false),
        ] {
            assert_eq!(ProxyUrl::parse(text).is_ok(), is_good, "{text:?}");
        }
    }

    #[test]
    fn it_is_kept_as_text_and_never_shown() {
        for text in ["system", "none", "http://ann:geheim@host:3128"] {
            let proxy = Proxy::try_from(text.to_owned()).unwrap();
            assert_eq!(String::from(proxy.clone()), text);
            let is_own = text.starts_with("http");
            assert_eq!(proxy.address(), is_own.then_some(text));
            assert!(!format!("{proxy:?}").contains("geheim"));
        }
        assert_eq!(Proxy::try_from("direct".to_owned()), Err(NoProxy));
    }
}
