//! Small habits that a compiler does not hold.

use crate::source::{Source, Token};

/// Names that say nothing of what a module holds.
const EMPTY_NAMES: [&str; 8] =
    ["utils", "util", "common", "manager", "types", "helpers", "misc", "helper"];

/// Marks of work put off.
const PUT_OFF: [&str; 4] = ["TODO", "FIXME", "XXX", "HACK"];

/// Everything in `source` that is against the habits.
pub(crate) fn complaints(source: &Source) -> Vec<String> {
    let tokens = source.tokens();
    let mut found = Vec::new();
    let mut complain = |line: usize, what: &str| {
        found.push(format!("{}:{line}: {what}", source.path));
    };
    if !source.text.starts_with("//! ") {
        complain(1, "no head that says what the file holds");
    }
    if source.parts().iter().any(|part| EMPTY_NAMES.contains(part)) {
        complain(1, "a module's name that says nothing");
    }
    for (line, comment) in (1..).zip(source.comments.lines()) {
        if comment.split(|c: char| !c.is_alphanumeric()).any(|word| PUT_OFF.contains(&word)) {
            complain(line, "work put off");
        }
    }
    for (at, token) in tokens.iter().enumerate() {
        if let Some(what) = habit(&tokens[at..]) {
            complain(token.line, what);
        }
    }
    found
}

/// What is wrong with the code that begins here.
fn habit(tokens: &[Token<'_>]) -> Option<&'static str> {
    let texts: Vec<&str> = tokens.iter().take(3).map(|token| token.text).collect();
    match texts[..] {
        ["fn", name, ..] if name.starts_with("get_") => Some("a function called get_"),
        ["todo" | "unimplemented", "!", ..] => Some("work put off"),
        ["dbg", "!", ..] => Some("a trace left behind"),
        ["unsafe", ..] => Some("unsafe"),
        ["#", "[", "ignore"] => Some("a test that does not run"),
        ["[" | ",", "allow", "("] => Some("an allow; expect with a reason instead"),
        ["[", "expect", "("] if !gives_reason(tokens) => Some("an expect without a reason"),
        _ => None,
    }
}

/// Whether `reason` stands in the attribute that begins here.
fn gives_reason(tokens: &[Token<'_>]) -> bool {
    let mut inside = tokens.iter().take_while(|token| token.text != "]");
    inside.any(|token| token.text == "reason")
}

#[test]
fn each_habit_is_held() {
    for (text, count) in [
        ("fn got() {} #[expect(dead_code, reason = \"why\")]", 0),
        ("#[expect(dead_code)] fn f() {}", 1),
        ("#[allow(dead_code)] fn f() {}", 1),
        ("#![allow(dead_code, reason = \"why\")]", 1),
        ("#[cfg_attr(unix, allow(dead_code))] fn f() {}", 1),
        ("fn get_name() {} fn get() {} fn forget_host() {}", 1),
        ("fn f() { todo!() } fn g() { unimplemented!(); }", 2),
        ("fn f() { dbg!(1); }", 1),
        ("fn f() { unsafe { g() } }", 1),
        ("#[test]\n#[ignore]\nfn f() {}", 1),
        ("// TODO: later\n/* FIXME */ const A: &str = \"TODO unsafe\";", 2),
        ("fn f() { x.expect(\"why\"); }", 0),
    ] {
        let text = format!("//! Head.\n{text}");
        assert_eq!(complaints(&Source::new("src/a.rs", &text)).len(), count, "{text}");
    }
    assert_eq!(complaints(&Source::new("src/a.rs", "fn f() {}")).len(), 1);
    assert_eq!(complaints(&Source::new("src/utils/a.rs", "//! Head.")).len(), 1);
}
