//! Splits one command into its words as a shell does, for the two shells browsers copy commands for.
//! Nothing is expanded: `$HOME` and `%PATH%` stay as they are.
//!
//! By hand because no crate that is kept reads both `$'…'` and the carets of cmd.

/// A shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flavour {
    /// bash, zsh and their like.
    Bash,
    /// cmd of Windows.
    Cmd,
}

impl Flavour {
    /// The shell a command was copied for: only for cmd carets stand before quotes and line ends.
    pub(super) fn of(text: &str) -> Self {
        let ends = |line: &str| line.trim_end().ends_with('^');
        let is_cmd = text.contains("^\"") || text.lines().any(ends);
        if is_cmd { Self::Cmd } else { Self::Bash }
    }
}

/// Why a text is not one command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SplitError {
    /// A quote is not closed.
    Unfinished,
    /// Another command follows.
    Several,
}

/// The words of a command.
pub(super) fn split(text: &str, flavour: Flavour) -> Result<Vec<String>, SplitError> {
    match flavour {
        Flavour::Bash => bash(text),
        Flavour::Cmd => windows_words(&without_carets(text)?),
    }
}

/// Words being gathered. A word that is empty counts where it was quoted.
#[derive(Default)]
struct Words {
    all: Vec<String>,
    word: Option<String>,
    /// A line or a command has ended.
    has_ended: bool,
}

impl Words {
    fn push(&mut self, c: char) -> Result<(), SplitError> {
        self.open()?.push(c);
        Ok(())
    }

    /// A word begins here, if it has not.
    fn open(&mut self) -> Result<&mut String, SplitError> {
        if self.has_ended {
            return Err(SplitError::Several);
        }
        Ok(self.word.get_or_insert_default())
    }

    fn close(&mut self) {
        self.all.extend(self.word.take());
    }

    fn end(&mut self) {
        self.close();
        // Before the first word nothing has begun that could end.
        self.has_ended = !self.all.is_empty();
    }

    fn all(mut self) -> Vec<String> {
        self.close();
        self.all
    }
}

fn bash(text: &str) -> Result<Vec<String>, SplitError> {
    let mut words = Words::default();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\'' => {
                words.open()?;
                loop {
                    match rest.next().ok_or(SplitError::Unfinished)? {
                        '\'' => break,
                        c => words.push(c)?,
                    }
                }
            }
            '"' => double_quoted(&mut rest, &mut words)?,
            '$' if rest.peek() == Some(&'\'') => {
                rest.next();
                ansi_quoted(&mut rest, &mut words)?;
            }
            '\\' => match rest.next() {
                None => return Err(SplitError::Unfinished),
                // Continued in the next line.
                Some('\n') => {}
                Some('\r') if rest.peek() == Some(&'\n') => drop(rest.next()),
                Some(c) => words.push(c)?,
            },
            '\n' | ';' | '&' | '|' => words.end(),
            c if c.is_whitespace() => words.close(),
            c => words.push(c)?,
        }
    }
    Ok(words.all())
}

type Chars<'a> = std::iter::Peekable<std::str::Chars<'a>>;

/// `"…"`: a backslash means something before four characters and a line end only.
fn double_quoted(rest: &mut Chars<'_>, words: &mut Words) -> Result<(), SplitError> {
    words.open()?;
    loop {
        match rest.next().ok_or(SplitError::Unfinished)? {
            '"' => return Ok(()),
            '\\' => match rest.next().ok_or(SplitError::Unfinished)? {
                '\n' => {}
                c @ ('"' | '\\' | '$' | '`') => words.push(c)?,
                c => {
                    words.push('\\')?;
                    words.push(c)?;
                }
            },
            c => words.push(c)?,
        }
    }
}

/// `$'…'`: with the escapes of C.
fn ansi_quoted(rest: &mut Chars<'_>, words: &mut Words) -> Result<(), SplitError> {
    words.open()?;
    // The first half of a character that UTF-16 writes as two.
    let mut high: Option<u32> = None;
    loop {
        let c = match rest.next().ok_or(SplitError::Unfinished)? {
            '\'' => return Ok(()),
            '\\' => match rest.next().ok_or(SplitError::Unfinished)? {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'a' => '\u{7}',
                'b' => '\u{8}',
                'e' | 'E' => '\u{1b}',
                'f' => '\u{c}',
                'v' => '\u{b}',
                'x' => code(number(rest, 16, 2)),
                'u' => {
                    let half = number(rest, 16, 4);
                    if (0xd800..0xdc00).contains(&half) {
                        high = Some(half);
                        continue;
                    }
                    let is_low = (0xdc00..0xe000).contains(&half);
                    match high.take().filter(|_| is_low) {
                        Some(high) => code(0x1_0000 + ((high - 0xd800) << 10) + (half - 0xdc00)),
                        None => code(half),
                    }
                }
                'U' => code(number(rest, 16, 8)),
                digit @ '0'..='7' => {
                    let first = digit.to_digit(8).unwrap_or_default();
                    let more = rest.clone().take(2).take_while(|c| c.is_digit(8)).count();
                    let shift = u32::try_from(more * 3).unwrap_or_default();
                    code((first << shift) + number(rest, 8, 2))
                }
                other => other,
            },
            c => c,
        };
        words.push(c)?;
    }
}

/// The number of up to `most` digits that comes next; 0 where none does.
fn number(rest: &mut Chars<'_>, radix: u32, most: usize) -> u32 {
    let mut value = 0_u32;
    for _ in 0..most {
        let Some(digit) = rest.peek().and_then(|c| c.to_digit(radix)) else { break };
        rest.next();
        value = value.saturating_mul(radix).saturating_add(digit);
    }
    value
}

fn code(value: u32) -> char {
    char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// What cmd hands on: outside quotes a caret takes the meaning from what follows, and a caret at a
/// line's end goes on in the next.
fn without_carets(text: &str) -> Result<String, SplitError> {
    let mut out = String::with_capacity(text.len());
    let mut is_quoted = false;
    let mut rest = text.trim_end().chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '^' if !is_quoted => match rest.next() {
                None => return Err(SplitError::Unfinished),
                Some('\r') if rest.peek() == Some(&'\n') => drop(rest.next()),
                Some('\n') => {}
                Some(c) => out.push(c),
            },
            '&' | '|' | '\n' if !is_quoted => return Err(SplitError::Several),
            '"' => {
                is_quoted = !is_quoted;
                out.push('"');
            }
            c => out.push(c),
        }
    }
    Ok(out)
}

/// What a program of Windows makes of its line: a backslash means something before a quote only, and
/// two quotes inside quotes are one.
fn windows_words(text: &str) -> Result<Vec<String>, SplitError> {
    let mut words = Words::default();
    let mut is_quoted = false;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\\' => {
                let mut count = 1;
                while rest.next_if_eq(&'\\').is_some() {
                    count += 1;
                }
                let before_quote = rest.peek() == Some(&'"');
                for _ in 0..if before_quote { count / 2 } else { count } {
                    words.push('\\')?;
                }
                if before_quote && count % 2 == 1 {
                    rest.next();
                    words.push('"')?;
                }
            }
            '"' if is_quoted && rest.next_if_eq(&'"').is_some() => words.push('"')?,
            '"' => {
                is_quoted = !is_quoted;
                words.open()?;
            }
            c if c.is_whitespace() && !is_quoted => words.close(),
            c => words.push(c)?,
        }
    }
    if is_quoted { Err(SplitError::Unfinished) } else { Ok(words.all()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_bash() {
        for (text, words) in [
            ("a  b\tc", vec!["a", "b", "c"]),
            ("a 'b c' \"d \\\"e\\\" \\x\" f\\ g", vec!["a", "b c", "d \"e\" \\x", "f g"]),
            ("a \\\n  b \\\r\n c\n", vec!["a", "b", "c"]),
            ("a '' \"\"", vec!["a", "", ""]),
            ("a=$'x\\'y\\u0021\\x41\\101\\n'z", vec!["a=x'y!AA\nz"]),
            ("$'\\ud83d\\ude00 \\U0001f600 \\ud83d'", vec!["😀 😀 "]),
            ("\n a $HOME ;\n", vec!["a", "$HOME"]),
        ] {
            assert_eq!(split(text, Flavour::Bash).unwrap(), words, "{text}");
        }
        for (text, error) in [
            ("a 'b", SplitError::Unfinished),
            ("a \"b", SplitError::Unfinished),
            ("a $'b", SplitError::Unfinished),
            ("a \\", SplitError::Unfinished),
            ("a ;\nb", SplitError::Several),
            ("a\nb", SplitError::Several),
            ("a | b", SplitError::Several),
        ] {
            assert_eq!(split(text, Flavour::Bash), Err(error), "{text}");
        }
    }

    #[test]
    fn words_of_cmd() {
        for (text, words) in [
            ("a ^\"b c^\" ^\n  ^\"d^\\^\"e^\\^\"^\"", vec!["a", "b c", "d\"e\""]),
            ("a ^\r\n b", vec!["a", "b"]),
            (
                "a \"b & c\" \"d \"\"e\"\"\" f\\g h\\\\",
                vec!["a", "b & c", "d \"e\"", "f\\g", "h\\\\"],
            ),
            ("a ^\"b^&c=^%^7B^\"", vec!["a", "b&c=%7B"]),
            ("a \"\"", vec!["a", ""]),
        ] {
            assert_eq!(split(text, Flavour::Cmd).unwrap(), words, "{text}");
        }
        assert_eq!(split("a \"b", Flavour::Cmd), Err(SplitError::Unfinished));
        assert_eq!(split("a ^", Flavour::Cmd), Err(SplitError::Unfinished));
        assert_eq!(split("a & b", Flavour::Cmd), Err(SplitError::Several));
        assert_eq!(Flavour::of("curl ^\"x^\""), Flavour::Cmd);
        assert_eq!(Flavour::of("curl 'x' ^\r\n -s"), Flavour::Cmd);
        assert_eq!(Flavour::of("curl 'x^y' \\\n -s"), Flavour::Bash);
    }
}
