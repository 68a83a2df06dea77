//! Tests of [`super`]: tables of what was seen, and properties over any text.

use super::*;
use crate::model::disposition;
use proptest::prelude::*;

fn safe(text: &str) -> Option<String> {
    safe_name(text).map(String::from)
}

fn name(text: &str) -> FileName {
    safe_name(text).unwrap()
}

#[test]
fn remote_text_becomes_a_name() {
    for (text, expected) in [
        ("debian.iso", "debian.iso"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a.exe", "a.exe"),
        ("a/b\\c.txt", "c.txt"),
        ("  a b .txt  ", "a b .txt"),
        (".bashrc", "bashrc"),
        ("..a", "a"),
        ("a. . ", "a"),
        ("a:b*c?d\"e<f>g|h", "a_b_c_d_e_f_g_h"),
        ("a\r\nb\u{85}c", "a__b_c"),
        ("gpj.\u{202E}exe", "gpj._exe"),
        ("a\u{200B}b\u{FEFF}c\u{2066}d", "a_b_c_d"),
        ("a\u{FDD0}b\u{1FFFF}c", "a_b_c"),
        ("cafe\u{301}.txt", "café.txt"),
        ("中文 文件.zip", "中文 文件.zip"),
        ("\u{1F600}.png", "\u{1F600}.png"),
        ("con", "_con"),
        ("NUL.tar.gz", "_NUL.tar.gz"),
        ("Com\u{b9} .txt", "_Com\u{b9} .txt"),
        ("lpt0", "_lpt0"),
        ("COM10", "COM10"),
        ("console.txt", "console.txt"),
        ("x.desktop", "x.desktop.download"),
        ("X.LNK.", "X.LNK.download"),
        ("x.inetloc", "x.inetloc.download"),
        ("Setup.exe.local", "Setup.exe.local.download"),
        ("x.Library-ms", "x.Library-ms.download"),
        ("x.searchConnector-ms", "x.searchConnector-ms.download"),
        ("Desktop.ini", "Desktop.ini.download"),
        ("autorun.inf", "autorun.inf.download"),
        ("aux.url", "_aux.url.download"),
        ("url", "url"),
        ("My Computer.{20D04FE0-3AEA}", "My Computer.{20D04FE0-3AEA}.download"),
    ] {
        assert_eq!(safe(text).as_deref(), Some(expected), "{text:?}");
    }
}

#[test]
fn what_is_no_name_is_refused() {
    for text in ["", " ", ".", "..", "...", " . ", "a/", "a\\..", "a.exe\0.jpg", "\u{3000}"] {
        assert_eq!(safe(text), None, "{text:?}");
    }
}

#[test]
fn an_ending_is_short_and_has_a_letter_or_is_a_volume() {
    for (name, ending) in [
        ("a.iso", ".iso"),
        ("a.tar.gz", ".tar.gz"),
        (".tar.gz", ".gz"),
        ("a.b", ".b"),
        ("a.abcdefghijklmno", ".abcdefghijklmno"),
        ("a.abcdefghijklmnop", ""),
        ("a-very-long-name-of-a-file.abcdefghijklmnop", ""),
        ("ubuntu-24.04", ""),
        ("a.001", ".001"),
        ("a.0001", ""),
        ("a.101", ""),
        ("a.b-c", ""),
        (".hidden", ""),
        ("a", ""),
    ] {
        assert_eq!(split_ending(name), (&name[..name.len() - ending.len()], ending));
    }
}

#[test]
fn a_long_name_keeps_its_ending_and_whole_letters() {
    let long = name(&format!("{}.tar.gz", "a".repeat(400)));
    assert!(long.as_str().ends_with("aa.tar.gz"));
    assert!(long.as_str().len() > MAX_NAME_BYTES - DEFUSING_BYTES - 1);
    // As long as file systems take, with all that is put behind it.
    assert_eq!(format!("{} (9999).9999.part", "x".repeat(MAX_NAME_BYTES)).len(), 255);
    // "x" with a mark is one letter; none is left without its marks.
    let marked = "x\u{323}\u{301}".repeat(100);
    let cut = name(&format!("{marked}.bin"));
    let stem = cut.as_str().strip_suffix(".bin").unwrap();
    assert!(marked.starts_with(stem) && stem.len().is_multiple_of("x\u{323}\u{301}".len()));
    // Cutting does not bring a launcher to light.
    let hidden = name(&format!("{}.url{}", "a".repeat(224), "b".repeat(300)));
    assert!(!defused(hidden.as_str()).ends_with(DEFUSED) || hidden.as_str().ends_with(DEFUSED));
    let launcher = name(&format!("{}.desktop", "a".repeat(300)));
    assert!(launcher.as_str().ends_with(".desktop.download"));
}

#[test]
fn a_letter_with_too_many_marks_may_be_torn() {
    let most = MAX_CLUSTER_BYTES / 2;
    for (base, marks, torn) in [
        ("x", 0, false),
        ("x", most - 1, false),
        ("x", most, true),
        ("x", 2 * most, true),
        ("\u{e4}", most - 1, false),
        ("\u{e4}", most, true),
        // Its bytes and those of its marks go from under the most to over it at once.
        ("\u{4e2d}", most - 1, true),
    ] {
        let letter = format!("{base}{}", "\u{301}".repeat(marks));
        // One more mark lies behind the limit.
        let text = format!("ab{letter}\u{301}");
        let limit = 2 + letter.len();
        let expected = if torn { limit } else { 2 };
        assert_eq!(boundary(&text, limit), expected, "{base} and {marks}");
    }
    assert_eq!(boundary("\u{301}\u{301}", 2), 0, "marks of nothing");
}

#[test]
fn other_names_for_the_same_file() {
    for (text, expected) in [
        ("debian.iso", "debian (2).iso"),
        ("a.tar.gz", "a (2).tar.gz"),
        ("A.TAR.XZ", "A (2).TAR.XZ"),
        (".tar.gz", "tar (2).gz"),
        ("README", "README (2)"),
        ("ubuntu-24.04", "ubuntu-24.04 (2)"),
        ("Mr. Smith", "Mr. Smith (2)"),
        ("film.7z", "film (2).7z"),
        ("film.001", "film (2).001"),
        ("a.b.c", "a.b (2).c"),
    ] {
        assert_eq!(numbered(&name(text), 2).as_str(), expected, "{text}");
        assert_eq!(without_number(expected), name(text).as_str(), "{text}");
    }
    for text in ["a (x).iso", "a ().iso", " (1).iso", "a(1).iso", "a (1)x.iso"] {
        assert_eq!(without_number(text), text);
    }
    assert_eq!(part_name(&name("a.iso"), 1), "a.iso.part");
    assert_eq!(part_name(&name("a.iso"), 2), "a.iso.2.part");
}

#[test]
fn the_first_that_gives_a_name_decides() {
    let choose = |asked, header: &str, url: &str, content_type| {
        let sent = disposition::parse(header.as_bytes());
        let url = SourceUrl::parse(url).unwrap();
        String::from(choose_name(asked, &sent, &url, content_type))
    };
    let sent = "attachment; filename=\"b.bin\"";
    for (asked, header, url, content_type, expected) in [
        (Some("../mine"), sent, "http://h/c", Some("application/zip"), "mine"),
        (Some(".."), sent, "http://h/c", None, "b.bin"),
        (None, sent, "http://h/c.zip", Some("application/zip"), "b.bin"),
        (None, "attachment; filename=\"..\"", "http://h/c.zip", None, "c.zip"),
        (None, "attachment; filename=report", "http://h/c", Some("application/pdf"), "report.pdf"),
        (None, "", "http://h/d/%E4%B8%AD%2520.zip?x=y.exe", None, "中%20.zip"),
        (None, "", "http://h/x%2f..%2fy.zip", None, "y.zip"),
        (None, "", "http://h/d/", None, "d"),
        (None, "", "http://h/SHA256SUMS", Some("text/plain"), "SHA256SUMS"),
        (None, "", "http://h/ubuntu-24.04", Some("application/zip"), "ubuntu-24.04.zip"),
        (None, "", "http://h.example/", None, "h.example"),
        (None, "", "http://h.example/%00", Some("text/html"), "h.example.html"),
        (None, "", "http://[::1]/", None, "[__1]"),
    ] {
        assert_eq!(choose(asked, header, url, content_type), expected, "{header:?} {url}");
    }
}

proptest! {
    #[test]
    fn any_text_gives_a_safe_name_or_none(
        text in prop_oneof![
            any::<String>(),
            "[a-z./\\\\ _:\u{301}\u{200D}\u{1F600}]{0,300}",
            "(con|aux|com1|x)?[.a ]{0,4}[a中\u{323}x\u{301}]{200,260}[.]?(url|lnk|tar[.]gz|[a-z]{0,30})",
        ],
        n in 1..=9999_u16,
        generation in 1..=9999_u32,
    ) {
        let Some(name) = safe_name(&text) else { return Ok(()) };
        prop_assert_eq!(safe_name(&text), Some(name.clone()));
        prop_assert_eq!(safe_name(name.as_str()), Some(name.clone()), "not idempotent");
        let made = [name.as_str().to_owned(), String::from(numbered(&name, n)),
            part_name(&numbered(&name, n), generation)];
        for made in made {
            prop_assert!(!made.is_empty() && made.len() <= MAX_COMPONENT_BYTES);
            prop_assert!(!made.contains(['/', '\\']) && !made.chars().any(is_unfit));
            prop_assert!(!made.starts_with(is_edge) && !made.ends_with(is_edge));
            prop_assert_eq!(made.nfc().collect::<String>(), made.clone());
            prop_assert!(!is_device(&made));
            prop_assert!(LAUNCHERS.iter().all(|e| !made.to_lowercase().ends_with(e)));
        }
    }
}
