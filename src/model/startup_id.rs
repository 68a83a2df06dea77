//! The startup id a launcher gives to what it starts: `DESKTOP_STARTUP_ID` of the Startup Notification
//! Protocol 0.1.

/// The X server's time of the click that started the program, in milliseconds: an id that was made for
/// one ends in `_TIME` and that number. None where it names none; 0 would mean the same.
pub fn time_of(startup_id: &str) -> Option<u32> {
    let (_, time) = startup_id.rsplit_once("_TIME")?;
    let digits = time.bytes().all(|byte| byte.is_ascii_digit());
    time.parse().ok().filter(|time| digits && *time > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_stands_at_the_end() {
        for (id, time) in [
            ("gnome-shell/Files/2180-1-host_TIME88123456", Some(88_123_456)),
            ("a_TIME1_TIME22", Some(22)),
            ("host_TIME4294967295", Some(u32::MAX)),
            ("host_TIME4294967296", None),
            ("host_TIME0", None),
            ("host_TIME+5", None),
            ("host_TIME12x", None),
            ("host_TIME", None),
            ("c2a1b7de-0e0f-4c8c", None),
            ("", None),
        ] {
            assert_eq!(time_of(id), time, "{id}");
        }
    }
}
