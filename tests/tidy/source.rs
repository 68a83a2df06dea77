//! One source file, read so that rules can look at code without being misled by comments and
//! strings.

/// A file of the tree.
pub(crate) struct Source {
    /// Where it stands, from the crate's folder on, with `/` between the parts.
    pub(crate) path: String,
    /// As it is.
    pub(crate) text: String,
    /// Its code, line by line as in `text`: comments are blanks, and what stands between the
    /// quotes of a string or character is quotes.
    pub(crate) code: String,
    /// Its comments, everything else blanks.
    pub(crate) comments: String,
}

/// A word or a mark of the code, and its line, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) line: usize,
    pub(crate) text: &'a str,
}

impl Source {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let (code, comments) = Splitter::new(text).split();
        Self { path: path.to_owned(), text: text.to_owned(), code, comments }
    }

    /// The words and marks of the code, in order.
    pub(crate) fn tokens(&self) -> Vec<Token<'_>> {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let mut tokens = Vec::new();
        for (line, mut rest) in (1..).zip(self.code.lines()) {
            while let Some(first) = rest.chars().next() {
                let length = if is_word(first) {
                    rest.find(|c| !is_word(c)).unwrap_or(rest.len())
                } else {
                    first.len_utf8()
                };
                let (text, after) = rest.split_at(length);
                if !first.is_whitespace() {
                    tokens.push(Token { line, text });
                }
                rest = after;
            }
        }
        tokens
    }

    /// The parts of the path: folders, then the file's name without its ending.
    pub(crate) fn parts(&self) -> Vec<&str> {
        self.path.trim_end_matches(".rs").split('/').collect()
    }
}

/// What a stretch of the text is.
#[derive(Clone, Copy)]
enum Kind {
    Code,
    Comment,
    Quoted,
}

struct Splitter {
    text: Vec<char>,
    at: usize,
    code: String,
    comments: String,
}

impl Splitter {
    fn new(text: &str) -> Self {
        let text: Vec<char> = text.chars().collect();
        Self { text, at: 0, code: String::new(), comments: String::new() }
    }

    fn peek(&self, ahead: usize) -> char {
        self.text.get(self.at + ahead).copied().unwrap_or('\0')
    }

    fn sees(&self, mark: &str) -> bool {
        mark.chars().enumerate().all(|(ahead, c)| self.peek(ahead) == c)
    }

    fn take(&mut self, count: usize, kind: Kind) {
        for _ in 0..count {
            let Some(&c) = self.text.get(self.at) else { return };
            let blank = if c == '\n' { '\n' } else { ' ' };
            let (code, comment) = match kind {
                Kind::Code => (c, blank),
                Kind::Comment => (blank, c),
                Kind::Quoted => (if c == '\n' { '\n' } else { '"' }, blank),
            };
            self.code.push(code);
            self.comments.push(comment);
            self.at += 1;
        }
    }

    fn split(mut self) -> (String, String) {
        let mut in_word = false;
        while self.at < self.text.len() {
            let c = self.peek(0);
            match c {
                '/' if self.sees("//") => self.take(self.line_rest(), Kind::Comment),
                '/' if self.sees("/*") => self.block_comment(),
                '"' => self.string(),
                'r' if !in_word && self.hashes().is_some() => self.raw_string(),
                '\'' if self.peek(1) == '\\' || self.peek(2) == '\'' => self.character(),
                _ => self.take(1, Kind::Code),
            }
            // `br"` and `cr"` begin raw strings too.
            in_word = (c.is_alphanumeric() || c == '_') && !matches!(c, 'b' | 'c');
        }
        (self.code, self.comments)
    }

    fn line_rest(&self) -> usize {
        self.text[self.at..].iter().take_while(|c| **c != '\n').count()
    }

    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        while self.at < self.text.len() {
            if self.sees("/*") {
                depth += 1;
                self.take(2, Kind::Comment);
            } else if self.sees("*/") {
                depth -= 1;
                self.take(2, Kind::Comment);
                if depth == 0 {
                    return;
                }
            } else {
                self.take(1, Kind::Comment);
            }
        }
    }

    fn string(&mut self) {
        self.take(1, Kind::Quoted);
        while self.at < self.text.len() {
            match self.peek(0) {
                '\\' => self.take(2, Kind::Quoted),
                '"' => return self.take(1, Kind::Quoted),
                _ => self.take(1, Kind::Quoted),
            }
        }
    }

    /// The number of `#` between an `r` and its quote, where it begins a raw string.
    fn hashes(&self) -> Option<usize> {
        let count = self.text[self.at + 1..].iter().take_while(|c| **c == '#').count();
        (self.peek(1 + count) == '"').then_some(count)
    }

    fn raw_string(&mut self) {
        let hashes = self.hashes().unwrap_or(0);
        let end = format!("\"{}", "#".repeat(hashes));
        self.take(2 + hashes, Kind::Quoted);
        while self.at < self.text.len() && !self.sees(&end) {
            self.take(1, Kind::Quoted);
        }
        self.take(1 + hashes, Kind::Quoted);
    }

    fn character(&mut self) {
        let escaped = if self.peek(1) == '\\' { 3 } else { 2 };
        self.take(escaped, Kind::Quoted);
        while self.at < self.text.len() && self.peek(0) != '\'' {
            self.take(1, Kind::Quoted);
        }
        self.take(1, Kind::Quoted);
    }
}

#[test]
fn strings_and_comments_are_told_from_code() {
    let text = r##"a /* b /* c */ d */ e // f "g"
        "h // i \" j" r#"k " l"# 'm' '\'' '{' '\u{7d}' &'n str br"o" r#p"##;
    let source = Source::new("x.rs", text);
    let words: String = source.tokens().iter().map(|token| token.text).collect();
    assert_eq!(words.replace('"', ""), "ae&'nstrbr#p");
    assert_eq!(source.comments.split_whitespace().collect::<String>(), r#"/*b/*c*/d*///f"g""#);
    assert_eq!(source.code.lines().count(), text.lines().count());
    assert_eq!(source.tokens().last().unwrap().line, 2);
}

#[test]
fn lines_inside_a_string_are_lines_of_code() {
    let source = Source::new("x.rs", "f(\"a\n b\n\");\n");
    assert!(source.code.lines().all(|line| !line.trim().is_empty()));
}
