//! Names in the order people expect: "part2" before "part10", whatever their case and width.
//!
//! Invariant: the bytes of two keys compare as their names do, and names have one key only where
//! they differ in nothing but case, width and the zeros before a number.

use unicode_normalization::UnicodeNormalization;

/// Stands before each number, so that a number keeps the place its first digit has among letters.
const NUMBER: u8 = b'0';

/// Adds to `key` what the name is sorted by.
pub fn push_key(name: &str, key: &mut Vec<u8>) {
    if name.is_ascii() {
        push_folded(name.as_bytes(), key);
    } else {
        let folded: String = name.nfkc().flat_map(char::to_lowercase).collect();
        push_folded(folded.as_bytes(), key);
    }
}

/// Adds a name that is one width already. A number is told by how many digits it has and then by
/// these: the longer one is the greater.
fn push_folded(mut name: &[u8], key: &mut Vec<u8>) {
    while !name.is_empty() {
        let letters = name.iter().take_while(|byte| !byte.is_ascii_digit()).count();
        let (word, rest) = name.split_at(letters);
        let begun = key.len();
        key.extend_from_slice(word);
        key[begun..].make_ascii_lowercase();
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 {
            return;
        }
        name = rest;
        let (number, rest) = name.split_at(digits);
        let zeros = number.iter().take_while(|byte| **byte == b'0').count();
        key.push(NUMBER);
        push_length(digits - zeros, key);
        key.extend_from_slice(&number[zeros..]);
        name = rest;
    }
}

/// Adds a length so that a longer one is the greater: in steps of 254, and what is left and one, so
/// that no byte of it is 0.
fn push_length(mut length: usize, key: &mut Vec<u8>) {
    while let Some(rest) = length.checked_sub(254) {
        key.push(u8::MAX);
        length = rest;
    }
    key.extend(u8::try_from(length + 1));
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use proptest::prelude::*;

    use super::*;

    fn key(name: &str) -> Vec<u8> {
        let mut key = Vec::new();
        push_key(name, &mut key);
        key
    }

    #[test]
    fn names_stand_as_people_expect() {
        let sorted = [
            "",
            "(2).zip",
            "2.zip",
            "10.zip",
            "a",
            "a.zip",
            "a1.zip",
            "a2b1.zip",
            "a2b10.zip",
            "a10b1.zip",
            "part9.rar",
            "part10.rar",
            "part100.rar",
            "partly.rar",
            "é",
            "课程1",
            "课程2",
            "课程11",
        ];
        for pair in sorted.windows(2) {
            assert!(key(pair[0]) < key(pair[1]), "{pair:?}");
        }
    }

    #[test]
    fn case_width_and_leading_zeros_do_not_count() {
        for (a, b) in [
            ("Debian.ISO", "debian.iso"),
            ("ＡＢＣ１０", "abc10"),
            ("part007", "part7"),
            ("0", "000"),
            ("ÄRGER", "ärger"),
        ] {
            assert_eq!(key(a), key(b), "{a} {b}");
        }
    }

    /// What ends a key in a list of them is less than anything in it.
    #[test]
    fn no_number_makes_a_byte_of_nought() {
        for digits in [1, 253, 254, 255, 508] {
            for digit in ["0", "7"] {
                let name = format!("a{}b", digit.repeat(digits));
                assert!(!key(&name).contains(&0), "{digits} times {digit}");
            }
        }
    }

    /// The same order by other means: numbers as numbers, the rest as characters.
    fn compare(a: &str, b: &str) -> Ordering {
        let (mut a, mut b) = (a, b);
        loop {
            let (Some(x), Some(y)) = (a.chars().next(), b.chars().next()) else {
                return a.len().cmp(&b.len());
            };
            let order = if x.is_ascii_digit() && y.is_ascii_digit() {
                let cut = |text: &str| text.find(|letter: char| !letter.is_ascii_digit());
                let (one, rest) = a.split_at(cut(a).unwrap_or(a.len()));
                let (two, other) = b.split_at(cut(b).unwrap_or(b.len()));
                (a, b) = (rest, other);
                one.parse::<u128>().unwrap().cmp(&two.parse().unwrap())
            } else {
                (a, b) = (&a[x.len_utf8()..], &b[y.len_utf8()..]);
                let class = |letter: char| if letter.is_ascii_digit() { '0' } else { letter };
                class(x).cmp(&class(y))
            };
            if order != Ordering::Equal {
                return order;
            }
        }
    }

    proptest! {
        #[test]
        fn keys_compare_as_names_do(a in "[a-c0-9._中é-]{0,14}", b in "[a-c0-9._中é-]{0,14}") {
            prop_assert_eq!(key(&a).cmp(&key(&b)), compare(&a, &b));
        }

        #[test]
        fn a_greater_number_comes_later(
            head in "\\PC{0,6}[a-z ._-]", n in any::<u64>(), m in any::<u64>(), tail in "[a-z.]{0,4}",
        ) {
            let (n_name, m_name) = (format!("{head}{n}{tail}"), format!("{head}{m}{tail}"));
            prop_assert_eq!(key(&n_name).cmp(&key(&m_name)), n.cmp(&m));
        }

        #[test]
        fn numbers_of_any_length_have_their_place(n in 0_usize..600, m in 0_usize..600) {
            let number = |digits: usize| format!("a{}b", "7".repeat(digits));
            if n > 0 && m > 0 {
                prop_assert_eq!(key(&number(n)).cmp(&key(&number(m))), n.cmp(&m));
            }
        }
    }
}
