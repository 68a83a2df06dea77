//! What an answer's head says of its bytes: digests of the whole representation, and of this
//! message's content alone.
//!
//! Invariants: a digest is taken only where its field is defined to speak of these very bytes; what
//! is malformed or unknown is passed over and never an error. Of two that contradict each other in
//! one algorithm the more exactly defined field counts.

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use sfv::{BareItem, Dictionary, ListEntry, Parser};

use crate::model::checksum::{Algorithm, Checksum};
use crate::model::digests::Digests;

use super::redirect::is_redirect;

/// The head of one message, as far as digests are concerned.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// The status code.
    pub status: u16,
    /// Whether its content is the whole representation: a 200, or a 206 from first to last byte.
    pub is_whole: bool,
    /// Whether its content is encoded (`Content-Encoding` other than `identity`).
    pub is_encoded: bool,
    /// Names and values of its header lines, in order.
    pub headers: &'a [(&'a str, &'a [u8])],
}

/// What a head tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Digests of the whole representation.
    pub whole: Digests,
    /// Digests of this message's content.
    pub content: Digests,
    /// What a redirect tells of the file it leads to.
    pub linked: Option<Linked>,
}

/// What a redirect of Hugging Face's hub tells of the file it leads to, whose own server does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linked {
    /// Its digest (`x-linked-etag`).
    pub digest: Checksum,
    /// Its size in bytes (`x-linked-size`).
    pub size: u64,
}

/// Reads what a head tells. Answers other than 200, 206 and redirects tell nothing of the file; of
/// a 203 what a proxy left of it is unknown.
pub fn read(message: Message<'_>) -> Told {
    if is_redirect(message.status) {
        return Told { linked: linked(&message), ..Told::default() };
    }
    if !matches!(message.status, 200 | 206) {
        return Told::default();
    }
    let mut content: Digests = structured(&message, "content-digest").collect();
    let mut whole: Digests = structured(&message, "repr-digest").collect();
    // With a part, servers mean the part or the whole by the older fields (RFC 7231, appendix B, of
    // Content-MD5): a difference would be called a change of the file that there is none.
    if message.is_whole {
        content.extend(one(&message, "content-md5", Algorithm::Md5));
        whole.extend(content.iter().cloned());
        whole.extend(named(&message, "digest", legacy));
    }
    // A store's sums are of what it stores: on the way that may have been encoded.
    if !message.is_encoded {
        whole.extend(of_google(&message));
        whole.extend(of_amazon(&message));
    }
    Told { whole, content, linked: None }
}

/// RFC 9530 §5, the algorithms that can be computed here; `sha` is SHA-1.
fn registered(name: &str) -> Option<Algorithm> {
    match name {
        "sha-512" => Some(Algorithm::Sha512),
        "sha-256" => Some(Algorithm::Sha256),
        "sha" => Some(Algorithm::Sha1),
        "md5" => Some(Algorithm::Md5),
        "crc32c" => Some(Algorithm::Crc32c),
        _ => None,
    }
}

/// RFC 3230 §4.1.1 and RFC 5843 §2: as [`registered`], in any case.
fn legacy(name: &str) -> Option<Algorithm> {
    registered(&name.to_ascii_lowercase()).filter(|algorithm| *algorithm != Algorithm::Crc32c)
}

fn google(name: &str) -> Option<Algorithm> {
    match name {
        "md5" => Some(Algorithm::Md5),
        "crc32c" => Some(Algorithm::Crc32c),
        _ => None,
    }
}

/// Every line of a field as one value (RFC 9110 §5.3); none where it is not there.
fn field(message: &Message<'_>, name: &str) -> Option<String> {
    let mut lines = message.headers.iter().filter(|(found, _)| found.eq_ignore_ascii_case(name));
    let text = |value: &[u8]| String::from_utf8_lossy(value.trim_ascii()).into_owned();
    let first = text(lines.next()?.1);
    Some(lines.fold(first, |all, (_, value)| all + ", " + &text(value)))
}

/// A dictionary of byte sequences (RFC 9530 §2 and §3). A field that is none is passed over whole,
/// as RFC 9651 §4.2 has it.
fn structured(message: &Message<'_>, name: &str) -> impl Iterator<Item = Checksum> {
    let value = field(message, name).unwrap_or_default();
    let members: Dictionary = Parser::new(&value).parse().unwrap_or_default();
    members.into_iter().filter_map(|(name, member)| match member {
        ListEntry::Item(item) => match item.bare_item {
            BareItem::ByteSequence(digest) => {
                Checksum::from_bytes(registered(name.as_str())?, &digest)
            }
            BareItem::Decimal(_)
            | BareItem::Integer(_)
            | BareItem::String(_)
            | BareItem::Token(_)
            | BareItem::Boolean(_)
            | BareItem::Date(_)
            | BareItem::DisplayString(_) => None,
        },
        ListEntry::InnerList(_) => None,
    })
}

/// A list of `NAME=BASE64`.
fn named(
    message: &Message<'_>,
    name: &str,
    algorithm: fn(&str) -> Option<Algorithm>,
) -> Vec<Checksum> {
    let value = field(message, name).unwrap_or_default();
    let pairs = value.split(',').filter_map(|member| member.split_once('='));
    pairs.filter_map(|(name, digest)| decoded(algorithm(name.trim())?, digest)).collect()
}

/// A single digest. A field sent twice says nothing.
fn one(message: &Message<'_>, name: &str, algorithm: Algorithm) -> Option<Checksum> {
    decoded(algorithm, &field(message, name)?)
}

fn decoded(algorithm: Algorithm, base64: &str) -> Option<Checksum> {
    /// With or without the padding: both are sent.
    const BASE64: GeneralPurpose = GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    Checksum::from_bytes(algorithm, &BASE64.decode(base64.trim()).ok()?)
}

/// `x-goog-hash`: of the object as it is stored, also on a 206.
fn of_google(message: &Message<'_>) -> Vec<Checksum> {
    let stored = field(message, "x-goog-stored-content-encoding");
    if stored.is_some_and(|encoding| !encoding.eq_ignore_ascii_case("identity")) {
        return Vec::new();
    }
    named(message, "x-goog-hash", google)
}

/// The fields of S3, and what each is made with.
const AMAZON: [(&str, Algorithm); 5] = [
    ("x-amz-checksum-sha256", Algorithm::Sha256),
    ("x-amz-checksum-sha1", Algorithm::Sha1),
    ("x-amz-checksum-crc64nvme", Algorithm::Crc64Nvme),
    ("x-amz-checksum-crc32c", Algorithm::Crc32c),
    ("x-amz-checksum-crc32", Algorithm::Crc32),
];

/// `x-amz-checksum-*`: of the object, but of a 206 that is one of its parts the part's. A composite
/// one is made of the parts' and is no digest of any bytes; its `-N` is no base64 either.
fn of_amazon(message: &Message<'_>) -> Vec<Checksum> {
    let kind = field(message, "x-amz-checksum-type");
    if !message.is_whole || kind.is_some_and(|kind| kind.eq_ignore_ascii_case("composite")) {
        return Vec::new();
    }
    AMAZON.iter().filter_map(|(name, algorithm)| one(message, name, *algorithm)).collect()
}

/// `x-linked-etag` is a digest only where it is a strong tag of 64 hexadecimal digits; else it is
/// Git's name of a small file. Without the size nothing ties it to the answer that comes.
fn linked(message: &Message<'_>) -> Option<Linked> {
    let tag = field(message, "x-linked-etag")?;
    let hex = tag.strip_prefix('"')?.strip_suffix('"')?;
    let digest = format!("{}:{hex}", Algorithm::Sha256.name()).parse().ok()?;
    let size = field(message, "x-linked-size")?.parse().ok()?;
    Some(Linked { digest, size })
}

#[cfg(test)]
#[path = "digests_tests.rs"]
mod tests;
