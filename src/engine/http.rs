//! HTTP and HTTPS: the only room for `reqwest`. Clients are shared by all jobs (`clients`); redirects
//! are followed by hand, so that no secret leaves its scheme, host and port.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};

use super::source::{Body, Opened, Source};
use crate::model::cause::Cause;
use crate::model::failure::{Failure, FailureKind};
use crate::model::options::{Credentials, JobOptions};
use crate::model::url::SourceUrl;
use crate::plan::decide::{Ask, Shape};
use crate::plan::head::Head;
use crate::plan::redirect::{follow, is_redirect, may_lead_elsewhere};

mod clients;
mod failure;

pub use clients::Clients;
use clients::{Way, own_proxy};

/// One job's link over HTTP.
#[derive(Debug)]
pub struct HttpSource {
    clients: Clients,
    way: Way,
    /// The link's server was seen to speak HTTP/2 alone.
    http2: AtomicBool,
    url: SourceUrl,
    /// How long an answer's head may take: what connecting may, TLS and all, then a standstill.
    head_timeout: Duration,
    /// What any server may see.
    open_headers: HeaderMap,
    /// What only the link's own server may see.
    secret_headers: HeaderMap,
}

/// Why no answer came.
struct Unanswered {
    failure: Failure,
    /// The server speaks HTTP/2 alone.
    wants_http2: bool,
}

impl From<Failure> for Unanswered {
    fn from(failure: Failure) -> Self {
        Self { failure, wants_http2: false }
    }
}

impl From<Unanswered> for Failure {
    fn from(unanswered: Unanswered) -> Self {
        unanswered.failure
    }
}

impl HttpSource {
    /// Makes ready to ask for `url`. Fails where an option cannot be used or no certificate
    /// authorities are installed.
    pub fn new(clients: &Clients, url: SourceUrl, options: &JobOptions) -> Result<Self, Failure> {
        let mut open_headers = HeaderMap::new();
        let agent = options.user_agent.as_deref();
        open_headers.insert(header::USER_AGENT, value("User-Agent", agent.unwrap_or(USER_AGENT))?);
        open_headers.insert(header::ACCEPT, HeaderValue::from_static("*/*"));
        open_headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let secret_headers = secrets(&url, options)?;
        let head_secs =
            options.connect_timeout_secs.max(1).saturating_add(options.stall_timeout_secs.max(1));
        let way = Way {
            http2: false,
            insecure: options.insecure,
            proxy: own_proxy(options)?,
            connect_timeout_secs: options.connect_timeout_secs,
        };
        // What cannot be used shows now, not with the first request.
        clients.client(&way)?;
        Ok(Self {
            clients: clients.clone(),
            way,
            http2: AtomicBool::new(false),
            url,
            head_timeout: Duration::from_secs(head_secs.into()),
            open_headers,
            secret_headers,
        })
    }

    async fn send(&self, url: &SourceUrl, shape: &Shape) -> Result<reqwest::Response, Failure> {
        let mut headers = self.open_headers.clone();
        if url.same_origin(&self.url) {
            headers.extend(self.secret_headers.clone());
        }
        if let Shape::Ranged { first, end, condition } = shape {
            let range = match end {
                Some(end) => format!("bytes={first}-{}", end.saturating_sub(1)),
                None => format!("bytes={first}-"),
            };
            headers.insert(header::RANGE, value("Range", &range)?);
            if let Some(condition) = condition {
                headers.insert(header::IF_RANGE, latin1(condition)?);
            }
        }
        let over_http2 = self.http2.load(Ordering::Relaxed);
        let answer = self.answer(over_http2, url, headers.clone()).await;
        match answer {
            Err(error) if !over_http2 && error.wants_http2 => {
                self.http2.store(true, Ordering::Relaxed);
                Ok(self.answer(true, url, headers).await?)
            }
            answer => Ok(answer?),
        }
    }

    async fn answer(
        &self,
        http2: bool,
        url: &SourceUrl,
        headers: HeaderMap,
    ) -> Result<reqwest::Response, Unanswered> {
        let client = self.clients.client(&Way { http2, ..self.way.clone() })?;
        let request = client.get(url.request_url()).headers(headers).send();
        match tokio::time::timeout(self.head_timeout, request).await {
            Ok(answer) => answer.map_err(|error| Unanswered {
                wants_http2: failure::wants_http2(&error),
                failure: failure::of(&error),
            }),
            Err(_) => Err(Unanswered {
                wants_http2: false,
                failure: Failure::because(FailureKind::Stalled, Cause::NoAnswer),
            }),
        }
    }

    /// A small text beside the link, as a checksum file. None where the server has none. It may take
    /// as long as a head.
    pub async fn text_beside(&self, name: &str, limit: usize) -> Result<Option<String>, Failure> {
        let slow = || Failure::because(FailureKind::Stalled, Cause::NoChecksumCame);
        let text = tokio::time::timeout(self.head_timeout, self.small_text(name, limit)).await;
        text.unwrap_or_else(|_| Err(slow()))
    }

    async fn small_text(&self, name: &str, limit: usize) -> Result<Option<String>, Failure> {
        let Ok(url) = self.url.join(name) else { return Ok(None) };
        if !url.same_origin(&self.url) {
            return Ok(None);
        }
        let mut answer = self.send(&url, &Shape::Plain).await?;
        let mut text = Vec::new();
        if answer.status().as_u16() != 200 {
            return Ok(None);
        }
        while let Some(chunk) = answer.chunk().await.map_err(|error| failure::of(&error))? {
            text.extend_from_slice(&chunk);
            if text.len() > limit {
                return Ok(None);
            }
        }
        Ok(String::from_utf8(text).ok())
    }
}

const USER_AGENT: &str = concat!("Onward/", env!("CARGO_PKG_VERSION"));

/// A header's value. CR, LF and NUL never pass.
fn value(name: &str, text: &str) -> Result<HeaderValue, Failure> {
    HeaderValue::from_str(text).or_else(|_| HeaderValue::from_bytes(text.as_bytes())).map_err(
        |_| Failure::new(FailureKind::BadOption, format!("the header {name} cannot be sent")),
    )
}

/// A validator goes back byte for byte as it came.
fn latin1(text: &str) -> Result<HeaderValue, Failure> {
    let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
    HeaderValue::from_bytes(&bytes)
        .map_err(|_| Failure::because(FailureKind::Protocol, Cause::TagUnsendable))
}

fn secrets(url: &SourceUrl, options: &JobOptions) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::new();
    for header in &options.headers {
        let name = HeaderName::from_bytes(header.name.as_bytes()).map_err(|_| {
            Failure::new(
                FailureKind::BadOption,
                format!("the header {:?} cannot be sent", header.name),
            )
        })?;
        headers.append(name, value(&header.name, &header.value)?);
    }
    if let Some(cookie) = &options.cookie {
        headers.insert(header::COOKIE, value("Cookie", cookie)?);
    }
    if let Some(referer) = &options.referer {
        headers.insert(header::REFERER, value("Referer", referer)?);
    }
    if let Some(Credentials { user, password }) =
        options.credentials.clone().or_else(|| url.credentials())
    {
        use base64::Engine as _;
        let pair = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
        headers.insert(header::AUTHORIZATION, value("Authorization", &format!("Basic {pair}"))?);
    }
    for value in headers.values_mut() {
        value.set_sensitive(true);
    }
    Ok(headers)
}

impl Source for HttpSource {
    type Body = HttpBody;

    async fn open(&self, ask: &Ask) -> Result<Opened<HttpBody>, Failure> {
        let mut trail = vec![self.url.clone()];
        let mut linked = None;
        let mut passed: Vec<(Head, SourceUrl)> = Vec::new();
        let mut targets = Vec::new();
        loop {
            let here = trail.last().unwrap_or(&self.url).clone();
            let answer = self.send(&here, &ask.shape).await?;
            let status = answer.status().as_u16();
            let headers = answer.headers();
            let pairs = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
            let mut head = Head::read(status, answer.content_length(), pairs);
            if !is_redirect(status) {
                let hops = trail.len() - 1;
                targets.push(here.clone());
                // Asked again from the start: its target may have expired since the redirect.
                if may_lead_elsewhere(status, hops, &targets) {
                    trail.truncate(1);
                    (linked, passed) = (None, Vec::new());
                    continue;
                }
                if let Some(linked) = linked {
                    head.adopt(linked);
                }
                for (redirect, there) in passed {
                    head.hear_of(redirect, &there);
                }
                return Ok(Opened {
                    head,
                    final_url: here,
                    body: HttpBody { answer, rest: Bytes::new() },
                });
            }
            trail.push(follow(&trail, head.location.as_deref())?);
            linked = head.linked.clone().or(linked);
            passed.push((head, here));
        }
    }
}

/// The body of an HTTP answer.
#[derive(Debug)]
pub struct HttpBody {
    answer: reqwest::Response,
    rest: Bytes,
}

impl Body for HttpBody {
    async fn chunk(&mut self) -> Result<Option<Bytes>, Failure> {
        self.answer.chunk().await.map_err(|error| failure::of(&error))
    }

    fn rest(&mut self) -> &mut Bytes {
        &mut self.rest
    }
}

#[cfg(test)]
mod tests {
    use super::clients::builder;
    use super::*;
    use crate::model::options::Header;
    use crate::model::proxy::Proxy;

    fn source(options: &JobOptions) -> Result<HttpSource, Failure> {
        let url = SourceUrl::parse("http://ann:geheim@h/a").unwrap();
        HttpSource::new(&Clients::default(), url, options)
    }

    #[test]
    fn line_breaks_never_get_into_a_header() {
        for bad in ["a\r\nX: y", "a\n", "a\0"] {
            let options = JobOptions { cookie: Some(bad.into()), ..JobOptions::default() };
            assert_eq!(source(&options).unwrap_err().kind, FailureKind::BadOption, "{bad:?}");
            let header = Header { name: bad.into(), value: "x".into() };
            let options = JobOptions { headers: vec![header], ..JobOptions::default() };
            assert_eq!(source(&options).unwrap_err().kind, FailureKind::BadOption, "{bad:?}");
        }
    }

    #[test]
    fn secrets_do_not_show() {
        let shown = format!("{:?}", source(&JobOptions::default()).unwrap());
        assert!(!shown.contains("geheim") && !shown.contains("YW5uOmdlaGVpb"), "{shown}");
    }

    /// A port of both kinds of addresses. The newer takes no connection and refuses none; none where
    /// this machine has no such address.
    #[cfg(unix)]
    fn black_hole() -> Option<(std::net::TcpListener, Vec<std::net::TcpStream>)> {
        use std::net::{TcpListener, TcpStream};
        let hole = TcpListener::bind("[::1]:0").ok()?;
        // A queue for one, and nobody who takes from it.
        rustix::net::listen(&hole, 0).unwrap();
        let address = hole.local_addr().unwrap();
        let short = Duration::from_millis(100);
        let mut queue = Vec::new();
        while let Ok(stream) = TcpStream::connect_timeout(&address, short) {
            assert!(queue.len() < 8, "it takes any number");
            queue.push(stream);
        }
        Some((hole, queue))
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn e12_an_address_that_leads_nowhere_holds_nobody_up() {
        use std::io::{Read, Write};
        let Some((hole, _queue)) = black_hole() else { return };
        let nowhere = hole.local_addr().unwrap();
        let good = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let here = good.local_addr().unwrap();
        std::thread::spawn(move || {
            let (mut stream, _) = good.accept().unwrap();
            let _ = stream.read(&mut [0; 4096]).unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
        });
        let way =
            Way { http2: false, insecure: false, proxy: Proxy::System, connect_timeout_secs: 15 };
        let client = builder(&way).unwrap().no_proxy();
        let client = client.resolve_to_addrs("both.invalid", &[nowhere, here]).build().unwrap();
        let begun = std::time::Instant::now();
        // Without a port in the link each address keeps its own.
        let answer = client.get("http://both.invalid/").send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200);
        let took = begun.elapsed();
        assert!(took >= Duration::from_millis(200), "{took:?}: the first was not tried");
        assert!(took < Duration::from_secs(1), "{took:?}");
    }
}
