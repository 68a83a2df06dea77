//! What goes to standard output and standard error. A reader that has gone (`| head`) is no error,
//! and nothing here panics.

use std::io::{self, ErrorKind, Write};
use std::path::Path;

/// Writes to standard output. A reader that has gone has had enough.
pub(super) fn out(text: &str) -> io::Result<()> {
    write_all(&mut io::stdout().lock(), text.as_bytes())
}

/// Writes a path as a line to standard output, byte for byte where the system knows bytes.
pub(super) fn out_path(path: &Path) -> io::Result<()> {
    let mut line = path.as_os_str().as_encoded_bytes().to_vec();
    line.push(b'\n');
    write_all(&mut io::stdout().lock(), &line)
}

/// Writes to standard error. Where that fails there is nobody left to tell.
pub(super) fn err(text: &str) {
    let _ = write_all(&mut io::stderr().lock(), text.as_bytes());
}

/// Writes a sentence for the user to standard error.
pub(super) fn say(sentence: &str) {
    err(&format!("onward: {sentence}\n"));
}

fn write_all(to: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    match to.write_all(bytes).and_then(|()| to.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Remote text on a terminal: control characters and marks of direction become `_`, so that no
/// server moves the cursor or turns a line around.
pub(super) fn plain(text: &str) -> String {
    let acts = |c: char| {
        c.is_control()
            || matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}')
            || matches!(c, '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if acts(c) { '_' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fails(ErrorKind);

    impl Write for Fails {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_has_gone_is_no_error() {
        assert!(write_all(&mut Fails(ErrorKind::BrokenPipe), b"x").is_ok());
        assert!(write_all(&mut Fails(ErrorKind::StorageFull), b"x").is_err());
    }

    #[test]
    fn remote_text_cannot_act_on_a_terminal() {
        assert_eq!(plain("a\x1b[2Jb\r\nc\u{202E}d"), "a_[2Jb__c_d");
        assert_eq!(plain("中文.zip"), "中文.zip");
    }
}
