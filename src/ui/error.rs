//! Why the window could not be opened, each in one line that says what to do. English only: there is
//! no window yet to have a language.

use std::path::Path;

/// What winit loads to read the keyboard under X11; without it winit panics.
const XKB: &str = "libxkbcommon-x11.so.0";

/// Where libraries usually lie.
const LIBRARY_DIRS: [&str; 8] = [
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/lib/x86_64-linux-gnu",
    "/lib/aarch64-linux-gnu",
    "/usr/lib64",
    "/lib64",
    "/usr/lib",
    "/usr/local/lib",
];

/// Why the window could not be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    /// Neither X11 nor Wayland is there.
    #[error(
        "there is no display: start it in a desktop session, or use the command line \
         (see onward --help)"
    )]
    NoDisplay,
    /// A library of the window system is missing.
    #[error(
        "the library {library} is missing: install it (Debian and Ubuntu: apt install {package})"
    )]
    MissingLibrary {
        /// Its file name.
        library: String,
        /// The Debian package that has it.
        package: String,
    },
    /// OpenGL is not there or too old.
    #[error(
        "no OpenGL 2.1 or newer was found: install a graphics driver \
         (Debian and Ubuntu: apt install libgl1 libegl1)"
    )]
    NoGraphics,
    /// The window system refused.
    #[error("the window could not be opened ({0}): check DISPLAY or WAYLAND_DISPLAY")]
    Refused(String),
    /// The window ended by a fault of the program.
    #[error("the window stopped by a fault ({0}): start Onward again, nothing finished is lost")]
    Panicked(String),
}

impl WindowError {
    fn without_xkb() -> Self {
        Self::MissingLibrary { library: XKB.to_owned(), package: "libxkbcommon-x11-0".to_owned() }
    }

    /// What a panic with this message means: a library that lies there and cannot be loaded, or a
    /// fault of the program.
    pub(crate) fn of_panic(message: &str) -> Self {
        if message.contains("libxkbcommon-x11") {
            return Self::without_xkb();
        }
        Self::Panicked(one_line(message))
    }

    /// The window system's loop cannot be had, or has broken.
    pub(crate) fn of_loop(error: impl std::fmt::Display) -> Self {
        Self::Refused(cause(&error.to_string()))
    }
}

/// What the environment says before a window is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Surroundings {
    /// An X11 display is named.
    pub x11: bool,
    /// A Wayland display is named.
    pub wayland: bool,
}

impl Surroundings {
    /// As this process finds them.
    pub(crate) fn here() -> Self {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty());
        Self {
            x11: is_set("DISPLAY"),
            wayland: is_set("WAYLAND_DISPLAY") || is_set("WAYLAND_SOCKET"),
        }
    }

    /// What stands in the way of a window. `has` says whether a library lies in a folder.
    pub(crate) fn check(self, has: impl Fn(&str, &str) -> bool) -> Result<(), WindowError> {
        if !cfg!(target_os = "linux") {
            return Ok(());
        }
        if !self.x11 && !self.wayland {
            return Err(WindowError::NoDisplay);
        }
        let somewhere = |library: &str| LIBRARY_DIRS.iter().any(|dir| has(dir, library));
        // Where not even the C library lies in a usual folder, nothing can be said.
        if !self.wayland && somewhere("libc.so.6") && !somewhere(XKB) {
            return Err(WindowError::without_xkb());
        }
        Ok(())
    }
}

/// Whether the file `library` lies in the folder `dir`.
pub(crate) fn lies_in(dir: &str, library: &str) -> bool {
    Path::new(dir).join(library).exists()
}

/// What a chain of causes ends with: the places in foreign sources before it help nobody here.
fn cause(chain: &str) -> String {
    one_line(chain.rsplit(": ").next().unwrap_or(chain))
}

/// The first line of a message.
fn one_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_is_missing_before_a_window_is_tried() {
        let none = Surroundings { x11: false, wayland: false };
        let x11 = Surroundings { x11: true, wayland: false };
        let both = Surroundings { x11: true, wayland: true };
        let all = |_: &str, _: &str| true;
        let only_c = |dir: &str, library: &str| dir == "/usr/lib64" && library == "libc.so.6";
        let nothing = |_: &str, _: &str| false;
        assert_eq!(none.check(all), Err(WindowError::NoDisplay));
        assert_eq!(x11.check(all), Ok(()));
        assert_eq!(x11.check(nothing), Ok(()));
        assert_eq!(both.check(only_c), Ok(()));
        let missing = x11.check(only_c).unwrap_err();
        assert!(missing.to_string().contains("apt install libxkbcommon-x11-0"), "{missing}");
    }

    #[test]
    fn a_panic_over_a_library_names_its_package() {
        let told = WindowError::of_panic("Library libxkbcommon-x11.so could not be loaded.");
        assert_eq!(told, WindowError::without_xkb());
        assert_eq!(WindowError::of_panic("x\ny"), WindowError::Panicked("x".into()));
    }

    #[test]
    fn only_the_cause_is_told() {
        let chain = "winit EventLoopError: os error at /a/b.rs:788: Failed to open X server";
        assert_eq!(cause(chain), "Failed to open X server");
        assert_eq!(cause("plain"), "plain");
    }

    #[test]
    fn every_error_is_one_line() {
        for error in [
            WindowError::NoDisplay,
            WindowError::MissingLibrary { library: XKB.into(), package: "p".into() },
            WindowError::NoGraphics,
            WindowError::Refused(one_line("a\nb")),
            WindowError::Panicked(one_line("c\nd")),
        ] {
            assert_eq!(error.to_string().lines().count(), 1, "{error}");
        }
    }
}
