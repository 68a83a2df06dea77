//! What an error of the HTTP library means.

use std::error::Error;
use std::io;

use crate::model::failure::{Failure, FailureKind};

/// What a client that could not be made means: no certificate authorities, most often.
pub(super) fn of_client(error: &reqwest::Error) -> Failure {
    Failure::new(FailureKind::NoRoots, root_cause(error))
}

/// What an error while sending or reading means.
pub(super) fn of(error: &reqwest::Error) -> Failure {
    let cause = root_cause(error);
    // The outermost text holds the link, whose words mean nothing here.
    let told = error.source().map(chain).unwrap_or_default();
    Failure::new(kind(error, &told), cause)
}

/// Whether the server refused every version of HTTP below 2 in the handshake (RFC 7301 §3.2).
pub(super) fn wants_http2(error: &reqwest::Error) -> bool {
    error.source().map(chain).is_some_and(|told| told.contains(NO_PROTOCOL))
}

/// How the TLS library spells the alert, in lower case.
const NO_PROTOCOL: &str = "noapplicationprotocol";

fn kind(error: &reqwest::Error, told: &str) -> FailureKind {
    if let Some(kind) = of_text(told) {
        return kind;
    }
    if let Some(kind) = io_kind(error) {
        return kind;
    }
    if error.is_timeout() {
        return if error.is_connect() { FailureKind::Unreachable } else { FailureKind::Stalled };
    }
    if error.is_connect() { FailureKind::Unreachable } else { FailureKind::Broken }
}

/// Only the texts tell these apart: the libraries keep the types to themselves.
fn of_text(told: &str) -> Option<FailureKind> {
    let any = |words: &[&str]| words.iter().any(|word| told.contains(word));
    // No name server answered, as against one that knows no such name.
    if any(&["temporary failure in name resolution", "try again"]) {
        return Some(FailureKind::NoNameService);
    }
    if any(&["dns error", "failed to lookup address"]) {
        return Some(FailureKind::UnknownHost);
    }
    if any(&["invalid peer certificate", "certificate", "unknownissuer"]) {
        return Some(FailureKind::Certificate);
    }
    // The proxy answered, and not with a way to the server (RFC 9110 §9.3.6): it may have one later.
    if any(&["tunnel error: unsuccessful"]) {
        return Some(FailureKind::Unreachable);
    }
    if any(&["proxy", "socks"]) {
        return Some(FailureKind::Proxy);
    }
    // RFC 8446 §6.1: without it nobody knows that this was the end. It broke off, as without TLS.
    if any(&["without sending tls close_notify"]) {
        return Some(FailureKind::Broken);
    }
    if any(&["handshake", "received fatal alert", "corrupt message", "tls"]) {
        return Some(FailureKind::Tls);
    }
    // RFC 9113 §7: it asks for fewer requests, or would not begin on this one.
    if any(&["calm", "refused stream", "refused_stream"]) {
        return Some(FailureKind::Busy);
    }
    let parse = [
        "invalid http",
        "invalid content-length",
        "invalid header",
        "message head is too large",
        "invalid status",
        "invalid chunk",
        "chunk size",
    ];
    // A chunk that ends early is a broken connection, not nonsense.
    (any(&parse) && !told.contains("unexpected eof")).then_some(FailureKind::Protocol)
}

const IO_KINDS: [(io::ErrorKind, FailureKind); 8] = [
    (io::ErrorKind::ConnectionRefused, FailureKind::Refused),
    (io::ErrorKind::HostUnreachable, FailureKind::Unreachable),
    (io::ErrorKind::NetworkUnreachable, FailureKind::Unreachable),
    (io::ErrorKind::NetworkDown, FailureKind::Unreachable),
    (io::ErrorKind::AddrNotAvailable, FailureKind::Unreachable),
    (io::ErrorKind::ConnectionReset, FailureKind::Broken),
    (io::ErrorKind::UnexpectedEof, FailureKind::Broken),
    (io::ErrorKind::BrokenPipe, FailureKind::Broken),
];

fn io_kind(error: &reqwest::Error) -> Option<FailureKind> {
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some(io) = error.downcast_ref::<io::Error>() {
            let known = IO_KINDS.iter().find(|(kind, _)| *kind == io.kind());
            if let Some((_, kind)) = known {
                return Some(*kind);
            }
            if io.raw_os_error() == Some(EMFILE) {
                return Some(FailureKind::SystemLimit);
            }
        }
        next = error.source();
    }
    None
}

/// "Too many open files" on every Unix.
const EMFILE: i32 = 24;

fn chain(error: &dyn Error) -> String {
    let mut told = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        told.push_str(": ");
        told.push_str(&error.to_string());
        next = error.source();
    }
    told.to_ascii_lowercase()
}

/// The innermost error: what happened, without the link that stands in the outer ones.
fn root_cause(error: &dyn Error) -> String {
    let mut inner: &dyn Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    let text = inner.to_string();
    if text.contains("://") { String::new() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_told_apart() {
        for (told, kind) in [
            (
                "error sending request: client error (connect): dns error: failed to lookup",
                Some(FailureKind::UnknownHost),
            ),
            (
                "dns error: failed to lookup address information: temporary failure in name \
                 resolution",
                Some(FailureKind::NoNameService),
            ),
            ("invalid peer certificate: unknownissuer", Some(FailureKind::Certificate)),
            (
                "client error (connect): tunnel error: proxy authorization required",
                Some(FailureKind::Proxy),
            ),
            ("client error (connect): tunnel error: unsuccessful", Some(FailureKind::Unreachable)),
            ("invalid content-length parsed", Some(FailureKind::Protocol)),
            ("unexpected eof during chunk size line", None),
            ("connection closed before message completed", None),
        ] {
            assert_eq!(of_text(told), kind, "{told}");
        }
    }
}
