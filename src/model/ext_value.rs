//! Parameter values that name their charset: `UTF-8'en'%E2%82%AC` (RFC 8187 §3.2, once RFC 5987).
//! Strict where a slip would give a wrong name: a value that is not all right gives none.

/// The charsets a value may be in. RFC 8187 wants UTF-8; the others are seen in the wild.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Charset {
    /// UTF-8.
    Utf8,
    /// ISO-8859-1.
    Latin1,
    /// US-ASCII.
    Ascii,
}

impl Charset {
    /// The charset of that name, however it is spelt: `UTF-8`, `utf8`, `iso88591`.
    pub(super) fn named(name: &[u8]) -> Option<Self> {
        let plain: Vec<u8> =
            name.iter().filter(|b| !matches!(b, b'-' | b'_')).map(u8::to_ascii_lowercase).collect();
        match plain.as_slice() {
            b"utf8" => Some(Self::Utf8),
            b"iso88591" | b"latin1" => Some(Self::Latin1),
            b"usascii" | b"ascii" => Some(Self::Ascii),
            _ => None,
        }
    }

    /// The text these bytes are in this charset, if they are one.
    pub(super) fn text(self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::Utf8 => String::from_utf8(bytes.to_vec()).ok(),
            Self::Latin1 => Some(bytes.iter().map(|b| char::from(*b)).collect()),
            Self::Ascii => bytes.is_ascii().then(|| String::from_utf8(bytes.to_vec()).ok())?,
        }
    }
}

/// Reads `charset'language'value`.
pub(super) fn read(value: &[u8]) -> Option<String> {
    let (charset, encoded) = split(value)?;
    charset.text(&percent_decode(encoded)?)
}

/// The charset and what stands behind the second quote.
pub(super) fn split(value: &[u8]) -> Option<(Charset, &[u8])> {
    let mut parts = value.splitn(3, |b| *b == b'\'');
    let charset = Charset::named(parts.next()?.trim_ascii())?;
    let _language = parts.next()?;
    Some((charset, parts.next()?))
}

/// Undoes `%XX`; nothing where a `%` starts no escape.
pub(super) fn percent_decode(encoded: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded;
    while let [first, after @ ..] = rest {
        if *first == b'%' {
            let [high, low, after @ ..] = after else { return None };
            let digit = |b: u8| char::from(b).to_digit(16);
            bytes.push(u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()?);
            rest = after;
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_is_right_and_nothing_else() {
        for (value, expected) in [
            ("UTF-8''%e2%82%ac%20rates", Some("€ rates")),
            ("utf_8'de'a'b", Some("a'b")),
            ("iso-8859-1''%E4", Some("ä")),
            ("us-ascii''a%20b", Some("a b")),
            ("us-ascii''%E4", None),
            ("UTF-8''%E4", None),
            ("UTF-8''a%", None),
            ("UTF-8''a%4", None),
            ("UTF-8''a%oo", None),
            ("UTF-8'a", None),
            ("''a", None),
            ("a", None),
            ("", None),
        ] {
            assert_eq!(read(value.as_bytes()).as_deref(), expected, "{value}");
        }
    }
}
