//! What this machine says of its network: where its routes lead, and when they change. Linux tells;
//! elsewhere nothing is known and lost networks are found again by looking.

use crate::plan::network::Routes;

/// Where the routes lead now. Two short files of the kernel's, read at once.
#[cfg(target_os = "linux")]
pub fn routes() -> Routes {
    let four = std::fs::read_to_string("/proc/net/route").ok();
    let six = std::fs::read_to_string("/proc/net/ipv6_route").ok();
    of_tables(four.as_deref(), six.as_deref())
}

/// Every route, without what counts its use.
#[cfg(target_os = "linux")]
fn table() -> Vec<String> {
    let lines = |path, kept: &dyn Fn(usize) -> bool| -> Vec<String> {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let line = |line: &str| {
            let columns = line.split_whitespace().enumerate().filter(|(n, _)| kept(*n));
            columns.map(|(_, column)| column).collect::<Vec<_>>().join(" ")
        };
        text.lines().map(line).collect()
    };
    let mut all = lines("/proc/net/route", &|n| n != 4 && n != 5);
    all.extend(lines("/proc/net/ipv6_route", &|n| n != 6 && n != 7));
    all.sort_unstable();
    all
}

/// Where the routes lead now.
#[cfg(not(target_os = "linux"))]
pub fn routes() -> Routes {
    Routes::Unknown
}

/// The route's interface is up, and it leads to a place, `RTF_UP`.
const UP: u32 = 0x1;
/// It leads nowhere: `RTF_REJECT`.
const REJECT: u32 = 0x200;

/// Reads the kernel's two tables. Routes of the loopback interface count for nothing.
fn of_tables(four: Option<&str>, six: Option<&str>) -> Routes {
    if four.is_none() && six.is_none() {
        return Routes::Unknown;
    }
    let four = four.unwrap_or_default().lines().skip(1).filter_map(|line| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let [name, to, _, flags, .., mask, _, _, _] = columns[..] else { return None };
        route(name, flags, to == "00000000" && mask == "00000000")
    });
    let six = six.unwrap_or_default().lines().filter_map(|line| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let [to, bits, .., flags, name] = columns[..] else { return None };
        // Every interface has these two, whether or not anybody is there.
        let is_bare = to.starts_with("fe80") || to.starts_with("ff");
        route(name, flags, bits == "00").filter(|_| !is_bare)
    });
    match four.chain(six).max() {
        None => Routes::Nowhere,
        Some(false) => Routes::Near,
        Some(true) => Routes::Everywhere,
    }
}

/// Whether a route that counts is one to everywhere.
fn route(interface: &str, flags: &str, is_default: bool) -> Option<bool> {
    let flags = u32::from_str_radix(flags, 16).ok()?;
    let counts = interface != "lo" && flags & UP != 0 && flags & REJECT == 0;
    counts.then_some(is_default)
}

#[cfg(target_os = "linux")]
pub use watch::Watch;

#[cfg(target_os = "linux")]
mod watch {
    //! A socket on which the kernel tells of routes and addresses that come and go.

    use std::io;
    use std::os::fd::OwnedFd;
    use std::time::Duration;

    use rustix::net::netlink::SocketAddrNetlink;
    use rustix::net::{AddressFamily, RecvFlags, SocketFlags, SocketType};
    use rustix::net::{bind, recv, socket_with};
    use tokio::io::unix::AsyncFd;
    use tokio::time::{Instant, sleep_until};

    /// Of what is told: addresses and routes of both kinds (`RTMGRP_…` in linux/rtnetlink.h).
    const GROUPS: u32 = 0x10 | 0x40 | 0x100 | 0x400;
    /// A network that comes up tells many things in a row; they are taken for one.
    const SETTLED: Duration = Duration::from_millis(500);

    /// Tells when routes change. Costs nothing while they do not.
    #[derive(Debug)]
    pub struct Watch {
        socket: AsyncFd<OwnedFd>,
        /// Something was told, and is looked at when nothing more comes until then.
        settles: Option<Instant>,
        /// The routes as they were.
        seen: Vec<String>,
    }

    impl Watch {
        /// Begins to listen; inside a runtime.
        pub fn begin() -> io::Result<Self> {
            let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
            // No protocol is the first one, NETLINK_ROUTE.
            let socket = socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, None)?;
            bind(&socket, &SocketAddrNetlink::new(0, GROUPS))?;
            #[expect(deprecated, reason = "sound for an owned socket; what replaces it is unsafe")]
            let socket = AsyncFd::new(socket)?;
            Ok(Self { socket, settles: None, seen: super::table() })
        }

        /// Waits until the routes changed. May be dropped and called again without missing any.
        pub async fn changed(&mut self) {
            loop {
                let Some(settles) = self.settles else {
                    self.told().await;
                    self.settles = Some(Instant::now() + SETTLED);
                    continue;
                };
                tokio::select! {
                    () = self.told() => self.settles = Some(Instant::now() + SETTLED),
                    () = sleep_until(settles) => {
                        self.settles = None;
                        let now = super::table();
                        if std::mem::replace(&mut self.seen, now) != self.seen {
                            return;
                        }
                    }
                }
            }
        }

        async fn told(&self) {
            let Ok(mut guard) = self.socket.readable().await else {
                // The runtime ends.
                return std::future::pending().await;
            };
            // What it says does not matter: the tables are read anew. Too much at once is an error
            // of its own kind, and says the same.
            let mut told = [0_u8; 8192];
            let again = rustix::io::Errno::AGAIN;
            while recv(&self.socket, &mut told[..], RecvFlags::empty()).err() != Some(again) {}
            guard.clear_ready();
        }
    }

    #[cfg(test)]
    impl Watch {
        /// One that tells of a change after so long.
        pub(crate) fn changing_after(time: Duration) -> Self {
            let mut watch = Self::begin().unwrap();
            watch.seen.push("a route that went".to_owned());
            Self { settles: Some(Instant::now() + time), ..watch }
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[tokio::test]
        async fn only_routes_that_differ_are_told() {
            let mut watch = Watch::begin().unwrap();
            let short = Duration::from_millis(50);
            assert!(tokio::time::timeout(short, watch.changed()).await.is_err());
            watch.settles = Some(Instant::now());
            assert!(tokio::time::timeout(short, watch.changed()).await.is_err());
            watch.seen.push("a route that went".to_owned());
            watch.settles = Some(Instant::now());
            let limit = Duration::from_secs(5);
            assert!(tokio::time::timeout(limit, watch.changed()).await.is_ok());
        }
    }
}

/// Nothing tells.
#[cfg(not(target_os = "linux"))]
#[derive(Debug)]
pub struct Watch;

#[cfg(not(target_os = "linux"))]
impl Watch {
    /// Nothing to listen to.
    pub fn begin() -> std::io::Result<Self> {
        Ok(Self)
    }

    /// Never.
    pub async fn changed(&mut self) {
        std::future::pending().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\n";
    const NONE_SIX: &str = "0 00 0 00 0 ffffffff 00000001 00000000 00200200       lo\n";

    #[test]
    fn tables_tell_where_routes_lead() {
        let default = "eth0 00000000 010200C0 0003 0 0 0 00000000 0 0 0\n";
        let near = "eth0 000200C0 00000000 0001 0 0 0 00FFFFFF 0 0 0\n";
        let zero = "00000000000000000000000000000000";
        let six = |to: &str, bits: &str, flags: &str, name: &str| {
            format!("{to} {bits} {zero} 00 {zero} 00000400 00000002 00000000 {flags}     {name}\n")
        };
        let default_six = six(zero, "00", "00000003", "eth0");
        let link = six("fe800000000000000000000000000000", "40", "00000001", "eth0");
        let rejected = six(zero, "00", "00200200", "lo");
        for (four, six, expected) in [
            (None, None, Routes::Unknown),
            (Some(String::new()), None, Routes::Nowhere),
            (Some(HEAD.to_owned()), Some(NONE_SIX.to_owned()), Routes::Nowhere),
            (Some(HEAD.to_owned()), Some(rejected), Routes::Nowhere),
            (Some(HEAD.to_owned()), Some(link), Routes::Nowhere),
            (Some(format!("{HEAD}{near}")), None, Routes::Near),
            (Some(format!("{HEAD}{near}{default}")), None, Routes::Everywhere),
            (Some(HEAD.to_owned()), Some(default_six), Routes::Everywhere),
        ] {
            assert_eq!(of_tables(four.as_deref(), six.as_deref()), expected, "{four:?} {six:?}");
        }
    }
}
