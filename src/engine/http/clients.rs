//! One client for each way of connecting, shared by all jobs; and the proxy of those that name none.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::failure;
use crate::model::cause::Cause;
use crate::model::failure::{Failure, FailureKind};
use crate::model::options::JobOptions;
use crate::model::proxy::{Proxy, ProxyUrl};

/// Header lines taken from one answer.
const MAX_HEADERS: usize = 256;
/// Idle connections are dropped before the usual servers drop them.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// Bytes a server may send over HTTP/2 before they are taken.
const HTTP2_WINDOW_BYTES: u32 = 64 << 20;

/// What makes one client differ from another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Way {
    pub(super) http2: bool,
    pub(super) insecure: bool,
    pub(super) proxy: Proxy,
    pub(super) connect_timeout_secs: u32,
}

/// The clients in use, one for each way of connecting on each thread: a connection is served by the
/// thread that made it, whoever asks on it later.
#[derive(Clone, Debug, Default)]
pub struct Clients {
    all: Arc<Mutex<Made>>,
    thread: u32,
}

/// What has been made, and the proxy of jobs that name none of their own.
#[derive(Debug, Default)]
struct Made {
    clients: HashMap<(u32, Way), reqwest::Client>,
    proxy: Proxy,
}

impl Clients {
    /// Those of a thread.
    #[must_use]
    pub fn on_thread(&self, number: u32) -> Self {
        Self { all: Arc::clone(&self.all), thread: number }
    }

    /// Forgets those of a thread that has ended.
    pub fn forget_thread(&self, number: u32) {
        let mut made = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        made.clients.retain(|(thread, _), _| *thread != number);
    }

    /// Forgets every idle connection: after a sleep or a change of address they are dead, and a
    /// request on one of them would wait for an answer that never comes. What is asked for from now
    /// on is asked for on new connections.
    pub fn renew(&self) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).clients.clear();
    }

    /// The proxy of jobs that name none of their own; holds for every request from now on.
    pub fn set_proxy(&self, proxy: Proxy) {
        let mut made = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if made.proxy != proxy {
            made.clients.clear();
            made.proxy = proxy;
        }
    }

    pub(super) fn client(&self, way: &Way) -> Result<reqwest::Client, Failure> {
        let mut made = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let mut way = way.clone();
        if way.proxy == Proxy::System {
            way.proxy.clone_from(&made.proxy);
        }
        let key = (self.thread, way);
        if let Some(client) = made.clients.get(&key) {
            return Ok(client.clone());
        }
        let client = build(&key.1)?;
        made.clients.insert(key, client.clone());
        Ok(client)
    }
}

fn build(way: &Way) -> Result<reqwest::Client, Failure> {
    builder(way)?.build().map_err(|error| failure::of_client(&error))
}

pub(super) fn builder(way: &Way) -> Result<reqwest::ClientBuilder, Failure> {
    let mut builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(Duration::from_secs(way.connect_timeout_secs.max(1).into()))
        .pool_idle_timeout(IDLE_TIMEOUT)
        .tcp_keepalive(Duration::from_secs(15))
        .http1_max_headers(MAX_HEADERS)
        .http1_allow_spaces_after_header_name_in_responses(true)
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http1_ignore_invalid_headers_in_responses(true)
        .tls_danger_accept_invalid_certs(way.insecure);
    builder = if way.http2 {
        // The usual windows hold a fast line of some distance up.
        builder
            .http2_initial_stream_window_size(HTTP2_WINDOW_BYTES)
            .http2_initial_connection_window_size(HTTP2_WINDOW_BYTES)
    } else {
        // One connection for each request: over HTTP/2 all of them would share one.
        builder.http1_only()
    };
    Ok(match &way.proxy {
        Proxy::System => builder,
        Proxy::Direct => builder.no_proxy(),
        Proxy::At(url) => {
            let proxy = reqwest::Proxy::all(url.as_str()).map_err(|_| bad_proxy())?;
            builder.proxy(proxy)
        }
    })
}

fn bad_proxy() -> Failure {
    Failure::because(FailureKind::BadOption, Cause::ProxyUnusable)
}

/// The proxy a job names; the system's stands for none, and gives way to the program's.
pub(super) fn own_proxy(options: &JobOptions) -> Result<Proxy, Failure> {
    let own = options.proxy.as_deref().map(ProxyUrl::parse).transpose();
    Ok(own.map_err(|_| bad_proxy())?.map_or(Proxy::System, Proxy::At))
}
