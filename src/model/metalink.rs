//! Metalink documents: what they tell of the files they describe, in version 4 (RFC 5854) and in the
//! version 3 that came before it.
//!
//! Invariants: no document type, so no entity but XML's own; what is read is bounded by the limits
//! below, whatever comes; names went through the guards of names, links are http or https; what is
//! malformed or unknown is passed over and never guessed at.

use roxmltree::{Document, Node, ParsingOptions};

use super::checksum::{Algorithm, Checksum};
use super::digests::Digests;
use super::name::{FileName, safe_name};
use super::pieces::Pieces;
use super::url::SourceUrl;

/// The largest document read, in bytes.
pub const MAX_DOCUMENT_BYTES: usize = 2 << 20;
/// Elements, texts and comments in a document at most: a digest of a piece and its text are two.
const MAX_NODES: u32 = 200_000;
/// Files taken from one document.
pub const MAX_FILES: usize = 64;
/// Links taken for one file, the preferred first.
pub const MAX_URLS: usize = 16;
/// The priority of a link that names none: the last (RFC 5854).
const LAST: u32 = 999_999;

/// One file of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescribedFile {
    /// Its name without any folder, made safe.
    pub name: Option<FileName>,
    /// Its size in bytes.
    pub size: Option<u64>,
    /// Digests of the whole.
    pub digests: Digests,
    /// Digests of its pieces, by the strongest algorithm they are told in.
    pub pieces: Option<Pieces>,
    /// Where it is, the preferred first.
    pub urls: Vec<SourceUrl>,
}

/// Why nothing was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetalinkError {
    /// It has more than [`MAX_DOCUMENT_BYTES`].
    #[error("it is too large")]
    TooLarge,
    /// It is no UTF-8, no well-formed XML, has a document type, or too many elements.
    #[error("it cannot be read as XML")]
    NotXml,
    /// It is XML of another kind.
    #[error("it is no Metalink")]
    NotMetalink,
}

/// The files a document describes, in its order.
pub fn read(document: &[u8]) -> Result<Vec<DescribedFile>, MetalinkError> {
    if document.len() > MAX_DOCUMENT_BYTES {
        return Err(MetalinkError::TooLarge);
    }
    let text = std::str::from_utf8(document).map_err(|_| MetalinkError::NotXml)?;
    let options =
        ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let tree = Document::parse_with_options(text, options).map_err(|_| MetalinkError::NotXml)?;
    let root = tree.root_element();
    if root.tag_name().name() != "metalink" {
        return Err(MetalinkError::NotMetalink);
    }
    // Version 3 has them in a list of their own.
    let list = child(root, "files").unwrap_or(root);
    Ok(children(list, "file").take(MAX_FILES).map(file).collect())
}

fn children<'a, 'i>(
    of: Node<'a, 'i>,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'i>> + use<'a, 'i> {
    of.children().filter(move |node| node.is_element() && node.tag_name().name() == name)
}

fn child<'a, 'i>(of: Node<'a, 'i>, name: &'static str) -> Option<Node<'a, 'i>> {
    children(of, name).next()
}

fn text<'a>(of: Node<'a, '_>) -> &'a str {
    of.text().unwrap_or_default().trim()
}

fn file(node: Node<'_, '_>) -> DescribedFile {
    let size = child(node, "size").and_then(|size| text(size).parse().ok());
    let hashes = child(node, "verification").unwrap_or(node);
    let told = children(hashes, "pieces").filter_map(|p| pieces(p, size?));
    let rank = |p: &Pieces| Algorithm::ALL.iter().position(|known| *known == p.algorithm());
    DescribedFile {
        name: node.attribute("name").and_then(safe_name),
        size,
        digests: children(hashes, "hash").filter_map(digest).collect(),
        pieces: told.min_by_key(rank),
        urls: urls(child(node, "resources").unwrap_or(node)),
    }
}

/// The names of RFC 5854 and those of version 3.
fn algorithm(of: Node<'_, '_>) -> Option<Algorithm> {
    match of.attribute("type")?.to_ascii_lowercase().as_str() {
        "sha-512" | "sha512" => Some(Algorithm::Sha512),
        "sha-256" | "sha256" => Some(Algorithm::Sha256),
        "sha-1" | "sha1" => Some(Algorithm::Sha1),
        "md5" => Some(Algorithm::Md5),
        _ => None,
    }
}

fn digest(node: Node<'_, '_>) -> Option<Checksum> {
    Checksum::from_bytes(algorithm(node)?, &bytes(text(node))?)
}

/// Bytes written in hexadecimal digits.
fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|n| u8::try_from(n).ok());
    let pair = |pair: &[u8]| Some(digit(pair[0])? * 16 + digit(pair[1])?);
    let pairs = hex.as_bytes().chunks_exact(2);
    if pairs.remainder().is_empty() { pairs.map(pair).collect() } else { None }
}

/// The pieces of a file of `size` bytes; none where one digest is missing or out of its order.
fn pieces(node: Node<'_, '_>, size: u64) -> Option<Pieces> {
    let (algorithm, length) = (algorithm(node)?, node.attribute("length")?.parse().ok()?);
    let mut digests = Vec::new();
    for (index, hash) in children(node, "hash").enumerate() {
        // Version 3 numbers them.
        let number = hash.attribute("piece").map_or(Ok(index), |n| n.trim().parse());
        let digest = bytes(text(hash)).filter(|digest| digest.len() == algorithm.digest_bytes());
        if number != Ok(index) {
            return None;
        }
        digests.extend(digest?);
    }
    Pieces::new(algorithm, length, size, digests)
}

/// Links in the order of their `priority` (1 is the first), or of version 3's `preference` (100 is).
fn urls(of: Node<'_, '_>) -> Vec<SourceUrl> {
    let number = |node: &Node<'_, '_>, name| node.attribute(name)?.trim().parse::<u32>().ok();
    let order = |node: &Node<'_, '_>| match (number(node, "priority"), number(node, "preference")) {
        (Some(priority), _) if (1..LAST).contains(&priority) => priority,
        (None, Some(preference)) => 101_u32.saturating_sub(preference).max(1),
        (Some(_) | None, _) => LAST,
    };
    // Version 3 has links to torrents among them.
    let is_file = |node: &Node<'_, '_>| {
        let kind = node.attribute("type");
        kind.is_none_or(|kind| ["http", "https"].contains(&kind.to_ascii_lowercase().as_str()))
    };
    let read = |node: Node<'_, '_>| Some((order(&node), SourceUrl::parse(text(node)).ok()?));
    let mut found: Vec<_> = children(of, "url").filter(is_file).filter_map(read).collect();
    found.sort_by_key(|(order, _)| *order);
    let mut urls = Vec::new();
    for (_, url) in found {
        if urls.len() < MAX_URLS && !urls.contains(&url) {
            urls.push(url);
        }
    }
    urls
}

#[cfg(test)]
#[path = "metalink_tests.rs"]
mod tests;
