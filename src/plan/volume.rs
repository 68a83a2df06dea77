//! Whether a job that waits for a volume may go on: enough space, or the volume back in its place.

use std::time::Duration;

use super::retry::LOOK_AGAIN;
use crate::model::failure::{Failure, FailureKind, Room};

/// How often it is looked whether a volume is back.
pub const LOOK_FOR_VOLUME: Duration = Duration::from_secs(5);

/// What was seen of the volume a job writes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Volume {
    /// The unfinished file is there, or its folder on the volume it was on.
    pub is_there: bool,
    /// Bytes free on it, where that can be told.
    pub free_bytes: Option<u64>,
}

/// Whether waiting for this means looking at the volume, which costs the server nothing.
pub fn is_looked_for(kind: FailureKind) -> bool {
    matches!(kind, FailureKind::DiskFull | FailureKind::VolumeGone)
}

/// How long until the next look.
pub fn pause(kind: FailureKind) -> Duration {
    if kind == FailureKind::VolumeGone { LOOK_FOR_VOLUME } else { LOOK_AGAIN }
}

/// What a look shows: none where the job may go on, else what it waits for now. Where it cannot be
/// told, it goes on and finds out.
pub fn looked(why: &Failure, volume: Volume) -> Option<Failure> {
    if why.kind == FailureKind::VolumeGone {
        return (!volume.is_there).then(|| why.clone());
    }
    let (Some(room), Some(free_bytes)) = (why.room, volume.free_bytes) else { return None };
    let is_short = free_bytes < room.needed_bytes;
    is_short.then(|| Failure { room: Some(Room { free_bytes, ..room }), ..why.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f5_a_job_goes_on_where_there_is_room() {
        let full = |needed_bytes, free_bytes| Failure {
            room: Some(Room { needed_bytes, free_bytes }),
            ..Failure::new(FailureKind::DiskFull, "/d")
        };
        let seen = |free_bytes| Volume { is_there: true, free_bytes };
        for (needed, free, goes_on) in
            [(100, Some(99), false), (100, Some(100), true), (0, Some(0), true), (100, None, true)]
        {
            let left = looked(&full(needed, 7), seen(free));
            let expected = (!goes_on).then(|| full(needed, free.unwrap()));
            assert_eq!(left, expected, "{needed} {free:?}");
        }
        assert_eq!(looked(&Failure::new(FailureKind::DiskFull, "/d"), seen(Some(0))), None);
    }

    #[test]
    fn f10_a_job_goes_on_when_its_volume_is_back() {
        let gone = Failure::new(FailureKind::VolumeGone, "/d");
        for is_there in [true, false] {
            let left = looked(&gone, Volume { is_there, free_bytes: Some(0) });
            assert_eq!(left.is_none(), is_there);
        }
        assert!(pause(FailureKind::VolumeGone) < pause(FailureKind::DiskFull));
    }
}
