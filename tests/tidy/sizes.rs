//! How long files and functions are, in lines of code: lines that are blank or only a comment do
//! not count.

use crate::source::{Source, Token};

/// The most lines of code in a file, its tail of tests not counted.
const FILE_LINES: usize = 300;

/// The most lines of code in a function, from its name to its closing brace.
const FUNCTION_LINES: usize = 70;

/// A function and its length.
pub(crate) struct Function<'a> {
    pub(crate) name: &'a str,
    pub(crate) line: usize,
    pub(crate) lines: usize,
}

/// Everything in `source` that is too long.
pub(crate) fn complaints(source: &Source) -> Vec<String> {
    let lines = file_lines(source);
    let mut found = Vec::new();
    if lines > FILE_LINES {
        found.push(format!("{}: {lines} lines of code", source.path));
    }
    for Function { name, line, lines } in functions(source) {
        if lines > FUNCTION_LINES {
            found.push(format!("{}:{line}: {name} has {lines} lines of code", source.path));
        }
    }
    found
}

/// Lines of code in a file, without its tail of tests.
pub(crate) fn file_lines(source: &Source) -> usize {
    let lines: Vec<&str> = source.code.lines().collect();
    let is_tail = |at: usize| {
        let next = lines.get(at + 1).unwrap_or(&"");
        lines[at] == "#[cfg(test)]" && next.starts_with("mod ") && next.ends_with('{')
    };
    let end = (0..lines.len()).find(|at| is_tail(*at)).unwrap_or(lines.len());
    lines[..end].iter().filter(|line| !line.trim().is_empty()).count()
}

/// Every function that has a body.
pub(crate) fn functions(source: &Source) -> Vec<Function<'_>> {
    let lines: Vec<&str> = source.code.lines().collect();
    let tokens = source.tokens();
    let named = tokens.windows(2).enumerate().filter(|(_, pair)| {
        pair[0].text == "fn" && pair[1].text.starts_with(|c: char| c.is_alphabetic() || c == '_')
    });
    named
        .filter_map(|(at, pair)| {
            let end = body_end(&tokens[at..])?;
            let body = &lines[pair[0].line - 1..end];
            let lines = body.iter().filter(|line| !line.trim().is_empty()).count();
            Some(Function { name: pair[1].text, line: pair[0].line, lines })
        })
        .collect()
}

/// The line of the brace that closes the body; none where a `;` stands in its place.
fn body_end(tokens: &[Token<'_>]) -> Option<usize> {
    let (mut brackets, mut braces) = (0_usize, 0_usize);
    for token in tokens {
        match token.text {
            "(" | "[" if braces == 0 => brackets += 1,
            ")" | "]" if braces == 0 => brackets -= 1,
            ";" if brackets == 0 && braces == 0 => return None,
            "{" if brackets == 0 => braces += 1,
            "}" if brackets == 0 => {
                braces -= 1;
                if braces == 0 {
                    return Some(token.line);
                }
            }
            _ => {}
        }
    }
    None
}

#[test]
fn a_long_file_is_seen() {
    let long = "fn f() {}\n".repeat(FILE_LINES);
    let allowed = format!("{long}\n\n// a comment\n#[cfg(test)]\nmod tests {{\n{long}}}\n");
    assert!(complaints(&Source::new("a.rs", &allowed)).is_empty());
    let over = format!("{long}#[cfg(test)]\nmod tests;\n");
    assert_eq!(complaints(&Source::new("a.rs", &over)).len(), 1);
}

#[test]
fn a_long_function_is_seen() {
    let body = "    x({ '{' }, \"}\"); // }\n\n".repeat(FUNCTION_LINES - 2);
    let fits = format!("fn f(a: [u8; 4], b: fn(u8)) {{\n{body}}}\n");
    let long =
        format!("trait T {{ fn g(self); }}\nfn f(a: [u8; 4]) {{\n{body}    y();\n    z();\n}}");
    assert!(complaints(&Source::new("a.rs", &fits)).is_empty());
    assert_eq!(complaints(&Source::new("a.rs", &long)), ["a.rs:2: f has 72 lines of code"]);
}
