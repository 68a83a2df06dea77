//! How many files and connections this process may have open.

/// Takes as many as the system allows: what a process begins with, often 1,024, is used up by a few
/// hundred downloads. Where that is refused it stays as it is, and what fails for it waits and says so.
#[cfg(unix)]
pub fn take_all() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current != maximum
        && let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum })
    {
        tracing::warn!("no more than {current:?} files and connections may be open: {error}");
    }
}

/// Other systems have no such bound.
#[cfg(not(unix))]
pub fn take_all() {}

#[cfg(all(test, unix))]
mod tests {
    use rustix::process::{Resource, getrlimit};

    #[test]
    fn all_that_is_allowed_is_taken() {
        super::take_all();
        let limit = getrlimit(Resource::Nofile);
        assert_eq!(limit.current, limit.maximum);
    }
}
